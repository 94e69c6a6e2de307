/* Masks credentials in heads. */
#include "mockupstream/blot.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* The part after "Bearer ", or the whole value. */
static const char *credential_in(const char *value)
{
	const char *blank = strrchr(value, ' ');

	return blank ? blank + 1 : value;
}

void blot_find(const struct http_head *head, const char *known,
	       struct secrets *s)
{
	secrets_add(s, known);
	for (size_t i = 0; i < head->headers.count; i++)
		if (secrets_is_header(head->headers.list[i].name))
			secrets_add(s,
				    credential_in(head->headers.list[i].value));
}

/* Appends "name=value"; the value is masked if the name says that it is a
 * secret. */
static void add_parameter(struct span part, struct buf *out)
{
	size_t at = span_find_byte(part, '=');
	char *name = span_dup(span_first(part, at));
	struct span value = span_skip(part, at == SIZE_MAX ? part.len : at + 1);

	if (value.len > 0 && secrets_is_header(name)) {
		buf_add(out, part.at, at + 1);
		secrets_stand_in(value, out);
	} else {
		buf_add_span(out, part);
	}
	free(name);
}

static void add_target(struct span target, struct buf *out)
{
	size_t query = span_find_byte(target, '?');
	struct span rest, part;
	char between = '?';

	buf_add_span(out, span_first(target, query));
	if (query == SIZE_MAX)
		return;
	rest = span_skip(target, query + 1);
	while (span_split(&rest, '&', &part)) {
		buf_add_byte(out, between);
		add_parameter(part, out);
		between = '&';
	}
}

static char *take(struct buf *text, const struct secrets *s)
{
	secrets_blot(s, text);
	secrets_guess(text);
	return xstrdup(buf_str(text));
}

void blot_head(const struct http_head *from, const char *known,
	       struct http_head *to)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct secrets s = { 0 };

	blot_find(from, known, &s);
	*to = (struct http_head){ .minor = from->minor,
				  .status = from->status };
	to->method = xstrdup(from->method);
	add_target(span_of(from->target), &text);
	to->target = take(&text, &s);
	for (size_t i = 0; i < from->headers.count; i++) {
		const struct header *field = &from->headers.list[i];

		buf_reset(&text);
		secrets_header(field->name, field->value, &text);
		if (!secrets_is_header(field->name)) {
			secrets_blot(&s, &text);
			secrets_guess(&text);
		}
		(void)headers_add_text(&to->headers, field->name,
				       buf_str(&text));
	}
	secrets_clear(&s);
	buf_clear(&text);
}
