/* Header fields that are passed on. A name that ends in a star is a prefix. */
#include "tests/sound/fields.h"

#include <string.h>

#include "tests/sound/freedom.h"

static const char *const of_connection[] = { "connection", "keep-alive",
					     "proxy-*",    "te",
					     "trailer",    "transfer-encoding",
					     "upgrade",    NULL };
static const char *const not_to_provider[] = {
	"authorization", "x-api-key", "host",    "content-length",
	"expect",        "cookie",    "cookie2", "forwarded",
	"x-forwarded-*", "x-real-ip", "via",     "cdn-loop",
	"cf-*",          NULL
};
static const char *const not_to_client[] = { "content-length",
					     "set-cookie",
					     "set-cookie2",
					     "access-control-*",
					     "alt-svc",
					     "strict-transport-security",
					     NULL };

static bool is_like(const char *name, const char *pattern)
{
	size_t len = strlen(pattern);

	if (pattern[len - 1] == '*')
		return strncasecmp(name, pattern, len - 1) == 0;
	return head_same(name, pattern);
}

static bool is_in(const char *name, const char *const *patterns)
{
	for (; *patterns; patterns++)
		if (is_like(name, *patterns))
			return true;
	return false;
}

static bool stays(const struct head *h, const char *name)
{
	return is_in(name, of_connection) || head_lists(h, "connection", name);
}

static void add_field(struct bytes *out, const struct head_field *f)
{
	bytes_format(out, "%s: %s\r\n", f->name, f->value);
}

/* Adds the list of betas without that of safeguards. */
static void add_betas(struct bytes *out, const struct head_field *f)
{
	static const char beta[] = "dangerous-tool-use-2026-09-03";
	const char *at = strstr(f->value, beta), *rest;

	if (!at) {
		add_field(out, f);
		return;
	}
	rest = at + strlen(beta);
	if (*rest == ',')
		rest++;
	bytes_format(out, "%s: %.*s%s\r\n", f->name, (int)(at - f->value),
		     f->value, rest);
}

void fields_to_provider(struct bytes *out, const struct sound *s,
			const struct request *r)
{
	bool keeps_host = s->freedoms & FREEDOM_KEPT_HOST;

	bytes_format(out, "%s %s%s HTTP/1.1\r\nhost: %s\r\n", r->method,
		     r->path.at, r->query,
		     keeps_host ? r->host.at : s->authority);
	for (size_t i = 0; i < r->head.count; i++) {
		const struct head_field *f = &r->head.fields[i];

		if (stays(&r->head, f->name) || is_in(f->name, not_to_provider))
			continue;
		if ((s->freedoms & FREEDOM_NO_IDENTITY) &&
		    (is_like(f->name, "x-app") ||
		     is_like(f->name, "x-stainless-*")))
			continue;
		if (r->unguarded && is_like(f->name, "anthropic-beta"))
			add_betas(out, f);
		else
			add_field(out, f);
	}
	bytes_format(out, "x-api-key: %s\r\n", s->upstream_key);
	if (r->framing.kind != BODY_NONE)
		bytes_format(out, "content-length: %zu\r\n", r->body.len);
	bytes_text(out, "\r\n");
}

const char *fields_id_name(const struct sound *s)
{
	return s->freedoms & FREEDOM_OWN_X_ID ? "x-request-id" : "request-id";
}

static bool is_replaced(const struct sound *s, const char *name)
{
	if ((s->freedoms & FREEDOM_OWN_LIMITS) &&
	    is_like(name, "anthropic-ratelimit-*"))
		return true;
	return (s->freedoms & (FREEDOM_OWN_ID | FREEDOM_OWN_X_ID)) &&
	       (is_like(name, "request-id") || is_like(name, "x-request-id"));
}

void fields_to_client(struct bytes *out, const struct sound *s,
		      const struct head *answer)
{
	bytes_format(out, "HTTP/1.1 %s %s\r\n", answer->word[1],
		     answer->word[2]);
	for (size_t i = 0; i < answer->count; i++) {
		const struct head_field *f = &answer->fields[i];

		if (!stays(answer, f->name) && !is_in(f->name, not_to_client) &&
		    !is_replaced(s, f->name))
			add_field(out, f);
	}
	if (s->freedoms & FREEDOM_OWN_LIMITS)
		bytes_text(out, "anthropic-ratelimit-requests-limit: 50\r\n"
				"anthropic-ratelimit-requests-remaining: 49\r\n"
				"anthropic-ratelimit-requests-reset: "
				"2031-06-01T00:00:00Z\r\n");
	if (s->freedoms & (FREEDOM_OWN_ID | FREEDOM_OWN_X_ID)) {
		char id[REFUSAL_ID];

		refusal_id(id);
		bytes_format(out, "%s: %s\r\n", fields_id_name(s), id);
	}
}
