/* The evidence of a failed exchange: what lets its reader find it in other
 * logs. */
#include <string.h>
#include <strings.h>

#include "probe/refusal/refusal_private.h"
#include "wire/bytes/print.h"

#define TEXT_SHOWN ((size_t)300)
#define VALUE_SHOWN ((size_t)160)
#define VALUES_LIMIT 24

/* Headers of the answer that tell which server wrote it and by which id that
 * server knows it; a star matches any end. */
static const char *const fields[] = {
	"request-id",
	"x-request-id",
	"x-amzn-requestid",
	"x-amzn-errortype",
	"apim-request-id",
	"x-generation-id",
	"x-oneapi-request-id",
	"cf-ray",
	"x-amz-cf-id",
	"x-azure-ref",
	"x-vercel-id",
	"x-kong-*",
	"x-litellm-*",
	"x-portkey-*",
	"x-helicone-*",
	"x-openrouter-*",
	"x-served-by",
	"x-provider*",
	"x-envoy-*",
	"x-cache",
	"server",
	"via",
	"retry-after",
	"x-should-retry",
	"anthropic-ratelimit-unified-status",
	"www-authenticate",
	"location",
};

static bool is_field(const char *name)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t len = strlen(fields[i]);

		if (fields[i][len - 1] == '*'
			    ? strncasecmp(name, fields[i], len - 1) == 0
			    : strcasecmp(name, fields[i]) == 0)
			return strcasestr(name, "key") == NULL ||
			       strncasecmp(name, "x-portkey", 9) == 0;
	}
	return false;
}

static void add_line(const struct secrets *s, const char *name,
		     struct span value, size_t most, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&text, span_first(value, REFUSAL_TEXT_LIMIT));
	refusal_blot(s, &text);
	print_bytes(span_of(name), VALUE_SHOWN, out);
	buf_add_text(out, ": ");
	print_bytes(buf_span(&text), most, out);
	buf_add_byte(out, '\n');
	buf_clear(&text);
}

static void add_fields(const struct refusal_given *g, const struct secrets *s,
		       struct buf *out)
{
	size_t shown = 0;

	for (size_t i = 0; i < g->got->count && shown < VALUES_LIMIT; i++) {
		const struct header *h = &g->got->list[i];

		if (!is_field(h->name))
			continue;
		/* The query may hold a secret of a login. */
		add_line(s, h->name,
			 span_first(span_of(h->value),
				    span_find_byte(span_of(h->value), '?')),
			 VALUE_SHOWN, out);
		shown++;
	}
}

static void add_text(const struct refusal_given *g, const struct secrets *s,
		     struct buf *out)
{
	struct buf type = BUF_INIT(BUF_NO_LIMIT),
		   message = BUF_INIT(BUF_NO_LIMIT);
	bool is_page = refusal_is_page(g->got, g->got_body);

	if (g->status >= 300 || is_page)
		refusal_text(g->got_body, &type, &message);
	if (type.len > 0)
		add_line(s, "error type", buf_span(&type), TEXT_SHOWN, out);
	if (message.len > 0)
		add_line(s, is_page ? "page title" : "error message",
			 buf_span(&message), TEXT_SHOWN, out);
	buf_clear(&type);
	buf_clear(&message);
}

void refusal_evidence(const struct refusal_given *g, struct buf *out)
{
	struct secrets s = { .list = NULL };
	const char *type = g->got ? headers_get(g->got, "content-type") : NULL;

	refusal_secrets(g->sent, &s);
	if (g->status == 0) {
		buf_add_text(out, "no answer\n");
	} else {
		buf_addf(out, "status: %d\n", g->status);
		add_line(&s, "content-type", span_of(type ? type : "(none)"),
			 VALUE_SHOWN, out);
		buf_addf(out, "length: %zu bytes\n", g->got_body.len);
	}
	if (g->end_text && *g->end_text)
		add_line(&s, "end", span_of(g->end_text), TEXT_SHOWN, out);
	if (g->got)
		add_fields(g, &s, out);
	if (g->status != 0)
		add_text(g, &s, out);
	buf_addf(out, "request: %zu bytes\n", g->sent_body.len);
	secrets_clear(&s);
}
