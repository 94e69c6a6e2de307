/* Helpers of the refusal files: set words, search the error's text and the
 * request. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/refusal/refusal_private.h"
#include "wire/bytes/mem.h"

void refusal_word(struct refusal *out, size_t n, struct span text)
{
	free(out->words[n]);
	out->words[n] = span_dup(span_first(text, REFUSAL_WORD_LIMIT));
}

void refusal_wordf(struct refusal *out, size_t n, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	refusal_word(out, n, span_of(text));
}

void refused_fill_text(const struct refused *x, struct refusal *out, size_t n)
{
	refusal_word(out, n,
		     x->message.len > 0 ? buf_span(&x->message)
					: span_of("(no text)"));
}

const char *refused_header(const struct refused *x, const char *name)
{
	const char *value = x->g->got ? headers_get(x->g->got, name) : NULL;

	return value ? value : "";
}

static bool has_all(const struct refused *x, struct span words)
{
	struct span word;

	while (words.len > 0 && span_split(&words, '&', &word))
		if (span_find(buf_span(&x->low), word) == SIZE_MAX)
			return false;
	return true;
}

bool refused_says(const struct refused *x, const char *words)
{
	struct span rest = span_of(words), one;

	while (rest.len > 0 && span_split(&rest, '|', &one))
		if (has_all(x, one))
			return true;
	return false;
}

bool refused_has_member(const struct refused *x, struct span name)
{
	struct span body = x->g->sent_body;
	struct buf member = BUF_INIT(BUF_NO_LIMIT);
	size_t at;
	bool found = false;

	buf_addf(&member, "\"%.*s\"", SPAN_ARG(name));
	while (!found &&
	       (at = span_find(body, buf_span(&member))) != SIZE_MAX) {
		body = span_skip(body, at + member.len);
		found = span_starts(span_trim(body), ":");
	}
	buf_clear(&member);
	return found;
}

void refused_page(const struct refused *x, struct refusal *out)
{
	const char *type = refused_header(x, "content-type");

	out->code = "DR-HTML";
	refusal_word(out, 0,
		     x->message.len > 0 ? buf_span(&x->message)
					: span_of("without a title"));
	refusal_wordf(out, 1, "%d", x->g->status);
	refusal_word(out, 2, span_of(*type ? type : "no content type"));
}
