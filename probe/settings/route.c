/* Finds where requests go: the base URL and the proxy; and the files for
 * TLS. */
#include "probe/settings/settings_private.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"

/* The URL trimmed, without slashes at its end, and without user name and
 * password, which the client does not send. */
static char *cleaned(const char *text)
{
	char *url = values_trimmed(text);
	struct span secret = route_url_user(url);
	size_t len;

	if (secret.len > 0)
		memmove(url + (secret.at - url), secret.at + secret.len + 1,
			strlen(secret.at + secret.len + 1) + 1);
	len = strlen(url);
	while (len > 0 && url[len - 1] == '/')
		url[--len] = '\0';
	return url;
}

static void resolve_own_url(struct settings *s)
{
	const struct setting *x = values_find(s, "ANTHROPIC_BASE_URL");
	char *url = cleaned(x ? x->value : "");
	struct buf source = BUF_INIT(BUF_NO_LIMIT);

	if (*url) {
		s->base_url = url;
		buf_addf(&source, "ANTHROPIC_BASE_URL in %s", x->source);
	} else {
		free(url);
		s->base_url = xstrdup(SETTINGS_DEFAULT_URL);
		buf_add_text(&source, "the default");
	}
	s->base_url_source = buf_take(&source, NULL);
}

static void resolve_url(struct reading *r)
{
	struct settings *s = r->s;

	resolve_own_url(s);
	s->own_url = xstrdup(s->base_url);
	if (!r->place->given_url)
		return;
	free(s->base_url);
	free(s->base_url_source);
	s->base_url = cleaned(r->place->given_url);
	s->base_url_source = xstrdup("the command line");
}

/* ---- NO_PROXY ---- */

struct proxy_target {
	char *host;
	struct span port;
};

static struct proxy_target target_of(const char *url)
{
	const char *slashes = strstr(url, "://");
	const char *host = slashes ? slashes + 3 : url;
	struct span rest = span_make(host, strcspn(host, "/?#\\"));
	bool is_https = strncasecmp(url, "https:", 6) == 0;
	struct proxy_target t = { .port = span_of(is_https ? "443" : "80") };
	size_t colon = rest.len;

	while (colon > 0 && rest.at[colon - 1] != ':' &&
	       rest.at[colon - 1] != ']')
		colon--;
	if (colon > 0 && rest.at[colon - 1] == ':') {
		t.port = span_skip(rest, colon);
		rest = span_first(rest, colon - 1);
	}
	if (rest.len > 1 && rest.at[0] == '[')
		rest = span_make(rest.at + 1, rest.len - 2);
	t.host = span_dup(rest);
	return t;
}

/* Is the host an address in a network such as "10.0.0.0/8"? */
static bool is_in_network(const char *host, struct span item)
{
	size_t slash = span_find_byte(item, '/');
	struct in_addr a, net;
	uint64_t bits;
	uint32_t mask;
	char *text;
	bool good;

	if (slash == SIZE_MAX || inet_pton(AF_INET, host, &a) != 1 ||
	    !span_u64(span_skip(item, slash + 1), 32, &bits))
		return false;
	text = span_dup(span_first(item, slash));
	good = inet_pton(AF_INET, text, &net) == 1;
	free(text);
	mask = bits == 0 ? 0 : UINT32_MAX << (32 - bits);
	return good && ((ntohl(a.s_addr) ^ ntohl(net.s_addr)) & mask) == 0;
}

/* Is the host this name or one below it? Addresses have to be equal. */
static bool is_below(const char *host, struct span item)
{
	size_t len = strlen(host);
	struct in_addr a;

	if (span_starts(item, "*"))
		item = span_skip(item, 1);
	if (span_starts(item, "."))
		item = span_skip(item, 1);
	if (item.len == 0 || item.len > len)
		return false;
	if (item.len == len)
		return strncasecmp(host, item.at, len) == 0;
	return inet_pton(AF_INET, host, &a) != 1 &&
	       host[len - item.len - 1] == '.' &&
	       strncasecmp(host + len - item.len, item.at, item.len) == 0;
}

static bool item_covers(const struct proxy_target *t, struct span item)
{
	size_t colon = span_find_byte(item, ':');

	if (span_is(item, "*") || is_in_network(t->host, item))
		return true;
	if (colon != SIZE_MAX &&
	    span_find_byte(span_skip(item, colon + 1), ':') == SIZE_MAX) {
		if (!span_equal(span_skip(item, colon + 1), t->port))
			return false;
		item = span_first(item, colon);
	}
	return is_below(t->host, item);
}

static bool list_covers(const char *list, const char *url)
{
	struct proxy_target t = target_of(url);
	bool found = false;

	while (*list && !found) {
		size_t skip = strspn(list, ", \t\r\n");
		size_t len = strcspn(list + skip, ", \t\r\n");

		found = len > 0 && item_covers(&t, span_make(list + skip, len));
		list += skip + len;
	}
	free(t.host);
	return found;
}

/* ---- the proxy ---- */

static const struct setting *first_set(const struct settings *s,
				       const char *const *names)
{
	for (; *names; names++) {
		const struct setting *x = values_find(s, *names);

		if (x && *x->value)
			return x;
	}
	return NULL;
}

/* The first proxy variable that is set serves both schemes, whatever its name
 * says. */
static void resolve_proxy(struct settings *s)
{
	static const char *const proxies[] = { "https_proxy", "HTTPS_PROXY",
					       "http_proxy",  "HTTP_PROXY",
					       "all_proxy",   "ALL_PROXY",
					       NULL };
	static const char *const lists[] = { "no_proxy", "NO_PROXY", NULL };
	const struct setting *x = first_set(s, proxies);
	const struct setting *none = first_set(s, lists);
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (!x)
		return;
	s->bypassed = none && list_covers(none->value, s->base_url);
	if (s->bypassed)
		return;
	if (!strstr(x->value, "://"))
		buf_add_text(&b, "http://");
	buf_add_text(&b, x->value);
	s->proxy = buf_take(&b, NULL);
	buf_addf(&b, "%s in %s", x->name, x->source);
	s->proxy_source = buf_take(&b, NULL);
}

/* The path in a variable, taken from the project's folder if it is relative;
 * NULL: not set. */
static char *path_of(const struct reading *r, const char *name)
{
	const char *path = values_text(r->s, name);
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (!*path)
		return NULL;
	if (*path != '/')
		buf_addf(&b, "%s/", r->place->folder);
	buf_add_text(&b, path);
	return buf_take(&b, NULL);
}

/* Is it the system's own list of authorities? Many set SSL_CERT_FILE to it,
 * which adds nothing. */
static bool is_of_system(const char *path)
{
	static const char *const files[] = {
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/ssl/cert.pem",
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strcmp(path, files[i]) == 0)
			return true;
	return false;
}

/* The client trusts the authorities of both files and of the system; ccprobe
 * takes only the first of the files that adds any. */
static void resolve_authorities(struct reading *r)
{
	static const char *const names[] = { "NODE_EXTRA_CA_CERTS",
					     "SSL_CERT_FILE" };

	for (size_t i = 0; i < 2 && !r->s->tls.ca_file; i++) {
		r->s->ca_source = names[i];
		if (!is_of_system(values_text(r->s, names[i])))
			r->s->tls.ca_file = path_of(r, names[i]);
	}
}

void route_resolve(struct reading *r)
{
	struct settings *s = r->s;
	const char *word = values_text(s, CLIENT_PASSPHRASE);

	resolve_url(r);
	resolve_proxy(s);
	s->any_source = "NODE_TLS_REJECT_UNAUTHORIZED=0";
	s->client_source = CLIENT_CERT;
	resolve_authorities(r);
	s->tls.client_cert = path_of(r, CLIENT_CERT);
	s->tls.client_key = path_of(r, CLIENT_KEY);
	if (*word)
		s->tls.client_key_password = xstrdup(word);
	s->tls.any_certificate =
		strcmp(values_text(s, "NODE_TLS_REJECT_UNAUTHORIZED"), "0") ==
		0;
	s->discovery = values_is_true(
		values_text(s, "CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY"));
}
