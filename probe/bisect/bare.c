/*
 * What is left of a request that has nothing more to lose: fields that every
 * request has to have, of which none can be missed. The text of the failure
 * tells which of them it is about.
 */
#include <ctype.h>
#include <strings.h>

#include "probe/bisect/report.h"
#include "wire/bytes/print.h"

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* All its pieces, one behind the other: a gateway may have renamed max_tokens
 * to max_completion_tokens. */
static bool is_named_by(struct span word, struct span name)
{
	struct span piece;

	if (span_find_byte(name, '_') == SIZE_MAX)
		return span_equal(word, name);
	while (span_split(&name, '_', &piece)) {
		size_t at = span_find(word, piece);

		if (at == SIZE_MAX)
			return false;
		word = span_skip(word, at + piece.len);
	}
	return true;
}

static bool is_named(struct span text, struct span name)
{
	while (text.len > 0) {
		size_t n = 0;

		while (n < text.len && is_word_byte(text.at[n]))
			n++;
		if (n >= name.len && is_named_by(span_first(text, n), name))
			return true;
		text = span_skip(text, n + 1);
	}
	return false;
}

static void add(const char *kind, struct span name, struct buf *out)
{
	buf_addf(out, "%s%s `", out->len > 0 ? ", " : "", kind);
	print_bytes(name, 60, out);
	buf_add_byte(out, '`');
}

/* Those that the text names; without a text all. */
static void add_left(const struct bisect_request *q, const char *text,
		     struct buf *out)
{
	struct jval root, key, value;
	struct jiter it;

	for (size_t i = 0; i < q->headers.count; i++) {
		const char *name = q->headers.list[i].name;

		if (!secrets_is_header(name) &&
		    strcasecmp(name, "content-type") != 0 &&
		    (text == NULL || is_named(span_of(text), span_of(name))))
			add("header", span_of(name), out);
	}
	if (jscan(buf_span(&q->body), &root, NULL) < 0)
		return;
	it = jscan_iter(root);
	while (jscan_next(&it, &key, &value)) {
		struct span name =
			span_skip(span_first(key.text, key.text.len - 1), 1);

		if (key.text.len > 2 &&
		    (text == NULL || is_named(span_of(text), name)))
			add("field", name, out);
	}
}

/* "user: Extra inputs are not permitted", and there is no user in it. */
static bool add_foreign(const char *text, struct buf *out)
{
	size_t n = 0;

	while (is_word_byte(text[n]))
		n++;
	if (n == 0 || text[n] != ':' ||
	    span_find(span_of(text), span_of("Extra inputs")) == SIZE_MAX)
		return false;
	buf_addf(out,
		 "nothing in the request: field `%.*s` is not in it, so the "
		 "gateway adds it",
		 (int)n, text);
	return true;
}

void bisect_found_bare(const struct bisect_found *x, struct buf *out)
{
	const struct seen *s = &x->failure;
	const char *text = *s->text ? s->text : s->normal;
	struct buf left = BUF_INIT(1024);

	add_left(&x->cause->smallest, text, &left);
	if (left.len == 0 && add_foreign(text, out))
		return;
	if (left.len == 0)
		add_left(&x->cause->smallest, NULL, &left);
	if (left.len > 0)
		buf_addf(out, "%s, which every request has to have",
			 buf_str(&left));
	else
		buf_add_text(out, "nothing in the request: an empty one fails "
				  "in the same way");
	buf_clear(&left);
}
