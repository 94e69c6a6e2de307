/* Prints the settings for a person, with credentials masked. */
#include "probe/settings/settings_private.h"

#include <string.h>

#include "wire/bytes/print.h"

#define SHOWN_BYTES 200
#define SOURCE_BYTES 4096 /* a path, a line and a column */

static void show(const struct setting *x, struct buf *out)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	const struct known *k = known_find(span_of(x->name));

	if (strcmp(x->name, "apiKeyHelper") == 0)
		buf_addf(&b, "a command of %zu bytes", strlen(x->value));
	else if (k->flags & KNOWN_URL)
		route_url_show(x->value, &b);
	else if (x->secret && *x->value)
		secrets_stand_in(span_of(x->value), &b);
	else
		buf_add_text(&b, x->value);
	if (b.len == 0)
		buf_add_text(out, "(empty)");
	else
		print_bytes(buf_span(&b), SHOWN_BYTES, out);
	buf_clear(&b);
}

/* Names of files and headers may hold any bytes, so they are printed as
 * printable text. */
static void show_source(const char *source, const char *more, struct buf *out)
{
	if (!source)
		return;
	buf_add_text(out, " (");
	print_bytes(span_of(source), SOURCE_BYTES, out);
	buf_addf(out, "%s)", more);
}

static void line(struct buf *out, const char *name, const char *value,
		 const char *source)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	print_bytes(span_of(name), SHOWN_BYTES, &b);
	buf_addf(out, "  %-14s ", buf_str(&b));
	print_bytes(span_of(value), SHOWN_BYTES, out);
	show_source(source, "", out);
	buf_add_byte(out, '\n');
	buf_clear(&b);
}

static void print_base_url(const struct settings *s, struct buf *out)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	route_url_show(s->base_url, &b);
	line(out, "base URL", buf_str(&b), s->base_url_source);
	buf_clear(&b);
}

static void show_header(const struct header *h, struct buf *out)
{
	if (!secrets_is_header(h->name) && secrets_is_field(h->name, h->value))
		secrets_stand_in(span_of(h->value), out);
	else
		secrets_header(h->name, h->value, out);
}

static void print_credentials(const struct settings *s, struct buf *out)
{
	for (size_t i = 0; i < s->credential_count; i++) {
		const struct settings_credential *c = &s->credentials[i];
		struct buf b = BUF_INIT(BUF_NO_LIMIT);

		if (strcmp(c->header, "Authorization") == 0)
			buf_add_text(&b, "Bearer ");
		secrets_stand_in(span_of(c->value), &b);
		line(out, c->header, buf_str(&b), c->source);
		buf_clear(&b);
	}
	if (s->helper_waits)
		line(out, "credential", "of a helper that was not run",
		     values_find(s, "apiKeyHelper")->source);
	else if (s->credential_count == 0)
		line(out, "credential", "none", NULL);
}

static void print_way(const struct settings *s, struct buf *out)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	if (s->proxy) {
		route_url_show(s->proxy, &b);
		line(out, "proxy", buf_str(&b), s->proxy_source);
	} else if (s->bypassed) {
		line(out, "proxy", "none: NO_PROXY has the gateway", NULL);
	}
	if (s->tls.ca_file)
		line(out, "authorities", s->tls.ca_file, s->ca_source);
	if (s->tls.client_cert)
		line(out, "certificate", s->tls.client_cert, s->client_source);
	if (s->tls.any_certificate)
		line(out, "certificates", "any", s->any_source);
	buf_clear(&b);
}

/* SSL_CERT_FILE is not listed if it adds no authorities. */
static bool is_of_no_use(const struct settings *s, const struct setting *x)
{
	return strcmp(x->name, "SSL_CERT_FILE") == 0 &&
	       (!s->tls.ca_file || strcmp(s->ca_source, x->name) != 0);
}

void settings_print(const struct settings *s, struct buf *out)
{
	size_t shown = 0;

	buf_add_text(out, "Claude Code would use here\n");
	print_base_url(s, out);
	print_credentials(s, out);
	for (size_t i = 0; i < s->extra.count; i++) {
		struct buf b = BUF_INIT(BUF_NO_LIMIT);

		show_header(&s->extra.list[i], &b);
		line(out, s->extra.list[i].name, buf_str(&b),
		     "ANTHROPIC_CUSTOM_HEADERS");
		buf_clear(&b);
	}
	line(out, "model", s->model ? s->model : "the client's own choice",
	     s->model_source);
	print_way(s, out);
	for (size_t i = 0; i < s->count; i++) {
		if (is_of_no_use(s, &s->list[i]))
			continue;
		if (shown++ == 0)
			buf_add_text(out, "What is set, and where\n");
		buf_addf(out, "  %s = ", s->list[i].name);
		show(&s->list[i], out);
		show_source(s->list[i].source,
			    s->list[i].wins ? "" : "; not used", out);
		buf_add_byte(out, '\n');
	}
}
