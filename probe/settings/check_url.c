/* Findings about the base URL and about certificates. */
#include "probe/settings/settings_private.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

#define PEM_MARK "-----BEGIN "
#define CERT_STORE "CLAUDE_CODE_CERT_STORE"
#define NO_CHECK "NODE_TLS_REJECT_UNAUTHORIZED"

static const char *odd(const char *url)
{
	const char *rest = strncasecmp(url, "http://", 7) == 0    ? url + 7
			   : strncasecmp(url, "https://", 8) == 0 ? url + 8
								  : NULL;

	if (strpbrk(url, "\"'`"))
		return "holds quotes";
	if (strpbrk(url, " \t\r\n"))
		return "holds a blank or a line break";
	if (!rest)
		return "does not begin with http:// or https://";
	if (strcspn(rest, "/?#:") == 0)
		return "has no host";
	if (strchr(rest, '?'))
		return "has a query, and the client adds its path after that";
	if (strchr(rest, '#'))
		return "has a fragment, and the client's path gets lost in it";
	if (route_url_user(url).len > 0)
		return "has a user name or password, which is not sent";
	return NULL;
}

/* The URL without `end`, yours to free(); NULL: it does not end with it. */
static char *without(const char *url, const char *end)
{
	struct span s = span_of(url);

	return span_ends(s, end) ? span_dup(span_first(s, s.len - strlen(end)))
				 : NULL;
}

static bool check_end(struct reading *r, const struct setting *x,
		      const char *end, const char *code)
{
	char *root = without(r->s->base_url, end);

	if (!root)
		return false;
	settings_finding(r, code, x->source, root, NULL);
	settings_mend(r, code, x, x->name, root);
	free(root);
	return true;
}

static void trimmed(struct reading *r, const struct setting *x, const char *url)
{
	settings_finding(r, "DR-VALUE-TRIMMED", r->s->base_url_source, NULL,
			 NULL);
	settings_mend(r, "DR-VALUE-TRIMMED", x, x->name, url);
}

void check_url(struct reading *r)
{
	const struct setting *x = values_find(r->s, "ANTHROPIC_BASE_URL");
	char *url = values_trimmed(x ? x->value : "");
	const char *what = *url ? odd(url) : NULL;

	if (what)
		settings_finding(r, "DR-BASE-URL-BAD", x->source, what, NULL);
	else if (*url && !check_end(r, x, "/v1/messages", "DR-BASE-URL-PATH") &&
		 !check_end(r, x, "/v1/chat/completions", "DR-BASE-URL-PATH") &&
		 !check_end(r, x, "/chat/completions", "DR-BASE-URL-PATH") &&
		 !check_end(r, x, "/v1", "DR-BASE-URL-V1") &&
		 strcmp(url, x->value) != 0)
		trimmed(r, x, url);
	free(url);
}

/* ---- certificates ---- */

static void check_ca(struct reading *r)
{
	const struct setting *x = values_find(r->s, r->s->ca_source);
	struct fail f = FAIL_INIT;
	const char *what = NULL;
	char *text = NULL;
	size_t len;
	int rc;

	if (!r->s->tls.ca_file)
		return;
	rc = source_text(r->s->tls.ca_file, &text, &len, &f);
	if (rc == 0)
		what = "there is no such file";
	else if (rc < 0)
		what = "it cannot be read";
	else if (span_find(span_make(text, len), span_of(PEM_MARK)) == SIZE_MAX)
		what = "it is no PEM file";
	free(text);
	if (!what)
		return;
	if (!strcmp(x->name, "NODE_EXTRA_CA_CERTS"))
		settings_finding(r, "DR-CA-FILE", x->source, what, x->value);
	free(r->s->tls.ca_file); /* the client goes on without it */
	r->s->tls.ca_file = NULL;
}

/* Why the client certificate cannot be used; NULL: it can. */
static const char *client_trouble(const struct reading *r, struct fail *f)
{
	static const struct fetch_tls_names names = {
		.client_cert = CLIENT_CERT,
		.client_key = CLIENT_KEY,
		.client_key_password = CLIENT_PASSPHRASE,
	};
	struct fetch_tls tls = tls_files_borrow(&r->s->tls);

	tls.ca_file = NULL;
	if (!tls.client_cert)
		return "there is a key, and no certificate in " CLIENT_CERT;
	if (!tls.client_key)
		return "there is a certificate, and no key in " CLIENT_KEY;
	return fetch_check_tls(&tls, &names, f) < 0 ? f->text : NULL;
}

static void forget(char **text)
{
	free(*text);
	*text = NULL;
}

static void check_client(struct reading *r)
{
	struct settings *s = r->s;
	const char *name = s->tls.client_cert ? CLIENT_CERT : CLIENT_KEY;
	struct fail f = FAIL_INIT;
	const char *what;

	if (!s->tls.client_cert && !s->tls.client_key)
		return;
	what = client_trouble(r, &f);
	if (!what)
		return;
	settings_finding(r, "DR-CLIENT-CERT", values_find(s, name)->source,
			 what, NULL);
	forget(&s->tls.client_cert); /* the client goes on without it */
	forget(&s->tls.client_key);
	forget(&s->tls.client_key_password);
}

/* CLAUDE_CODE_CERT_STORE without "system": the client trusts only the
 * authorities that come with it. */
static void check_store(struct reading *r)
{
	const struct setting *x = values_find(r->s, CERT_STORE);

	if (!x || !strcasestr(x->value, "bundled") ||
	    strcasestr(x->value, "system"))
		return;
	settings_finding(r, "DR-CERT-STORE", x->source, NULL, NULL);
	settings_mend(r, "DR-CERT-STORE", x, x->name, NULL);
}

void settings_check_way(struct reading *r)
{
	const struct settings *s = r->s;

	if (s->tls.any_certificate) {
		const struct setting *x = values_find(s, NO_CHECK);

		settings_finding(r, "DR-TLS-OFF", x->source, NULL, NULL);
		settings_mend(r, "DR-TLS-OFF", x, x->name, NULL);
	}
	check_store(r);
	check_ca(r);
	check_client(r);
}
