/* What all files of the strict personality use: refusals, and the path of the
 * part being checked. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mockupstream/dialects/strict_private.h"

#define CLOUD "anthropic."

static int refuse(struct strict *s, const char *front, const char *fmt,
		  va_list args) ATTR_PRINTF(3, 0);

static int refuse(struct strict *s, const char *front, const char *fmt,
		  va_list args)
{
	char text[sizeof(s->why->text)];

	vsnprintf(text, sizeof(text), fmt, args);
	if (s->status == 0)
		s->status = 400;
	return fail_set(s->why, FAIL_SYNTAX, "%s%s%s", front,
			front[0] != '\0' ? ": " : "", text);
}

int strict_refuse(struct strict *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)refuse(s, "", fmt, args);
	va_end(args);
	return -1;
}

int strict_refuse_here(struct strict *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	(void)refuse(s, buf_str(&s->path), fmt, args);
	va_end(args);
	return -1;
}

size_t strict_enter(struct strict *s, const char *fmt, ...)
{
	size_t was = s->path.len;
	char part[128];
	va_list args;

	va_start(args, fmt);
	vsnprintf(part, sizeof(part), fmt, args);
	va_end(args);
	if (was > 0)
		(void)buf_add_byte(&s->path, '.');
	(void)buf_add_text(&s->path, part);
	return was;
}

void strict_leave(struct strict *s, size_t was)
{
	buf_cut(&s->path, was);
}

bool strict_is_word(struct jval string, const char *words)
{
	struct span rest = span_of(words), word;
	struct buf text = BUF_INIT(256);
	bool found = false;

	if (string.type == J_STRING && jscan_string(string, &text) == 0)
		while (!found && span_split(&rest, ' ', &word))
			found = span_equal(word, buf_span(&text));
	buf_clear(&text);
	return found;
}

bool strict_has_beta(const struct strict *s, const char *words)
{
	struct span rest = span_of(words), word;
	char beta[80];

	while (span_split(&rest, ' ', &word)) {
		snprintf(beta, sizeof(beta), "%.*s", SPAN_ARG(word));
		if (headers_has_token(s->headers, "anthropic-beta", beta))
			return true;
	}
	return false;
}

bool strict_type_is(struct jval object, const char *type)
{
	struct jval v;

	return object.type == J_OBJECT && jscan_member(object, "type", &v) &&
	       v.type == J_STRING && jscan_string_is(v, type);
}

bool strict_is_thinking(struct jval thinking)
{
	return strict_type_is(thinking, "enabled") ||
	       strict_type_is(thinking, "adaptive") ||
	       strict_type_is(thinking, "between_tools");
}

struct span strict_model_of(struct span model)
{
	return span_starts(model, CLOUD) ? span_skip(model, strlen(CLOUD))
					 : model;
}
