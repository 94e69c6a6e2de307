/* What all files of this format share: refusals, in the form of this vendor's
 * errors. */
#include <stdarg.h>
#include <stdio.h>

#include "mockupstream/dialects/chat/chat_private.h"

enum { SHOWN_BYTES = 80 };

int chat_refuse(struct chat_refusal *why, const char *code, const char *param,
		const char *fmt, ...)
{
	va_list args;

	why->status = 400;
	why->type = "invalid_request_error";
	why->code = code;
	snprintf(why->param, sizeof(why->param), "%s", param);
	va_start(args, fmt);
	vsnprintf(why->message, sizeof(why->message), fmt, args);
	va_end(args);
	return -1;
}

const char *chat_kind(struct jval v)
{
	switch (v.type) {
	case J_NULL:
		return "null";
	case J_FALSE:
	case J_TRUE:
		return "a boolean";
	case J_NUMBER:
		return span_find_byte(v.text, '.') == SIZE_MAX ? "an integer"
							       : "a decimal";
	case J_STRING:
		return "a string";
	case J_ARRAY:
		return "an array";
	case J_OBJECT:
		break;
	}
	return "an object";
}

int chat_refuse_type(struct chat_refusal *why, const char *param,
		     const char *expected, struct jval got)
{
	return chat_refuse(why, "invalid_type", param,
			   "Invalid type for '%s': expected %s, but got %s "
			   "instead.",
			   param, expected, chat_kind(got));
}

int chat_length_check(struct jval list, const char *param, int most,
		      struct chat_refusal *why)
{
	size_t count = list.type == J_ARRAY ? jscan_count(list) : 0;

	if (count == 0)
		return chat_refuse(why, "empty_array", param,
				   "Invalid '%s': empty array. Expected an "
				   "array with minimum length 1, but got an "
				   "empty array instead.",
				   param);
	if (count <= (size_t)most)
		return 0;
	return chat_refuse(why, "array_above_max_length", param,
			   "Invalid '%s': array too long. Expected an array "
			   "with maximum length %d, but got an array with "
			   "length %zu instead.",
			   param, most, count);
}

int chat_refuse_value(struct chat_refusal *why, const char *param,
		      struct jval got, const char *supported)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (got.type == J_STRING) {
		buf_add_byte(&text, '\'');
		(void)jscan_string(got, &text);
		buf_cut(&text, SHOWN_BYTES);
		buf_add_byte(&text, '\'');
	} else {
		buf_add_span(&text, span_first(got.text, SHOWN_BYTES));
	}
	chat_refuse(why, "invalid_value", param,
		    "Invalid value: %s. Supported values are: %s.",
		    buf_str(&text), supported);
	buf_clear(&text);
	return -1;
}

static void write_word(struct buf *json, const char *key, const char *word)
{
	buf_addf(json, ",\"%s\":", key);
	if (word && word[0] != '\0')
		jscan_quote(json, span_of(word));
	else
		buf_add_text(json, "null");
}

void chat_error(struct reply *out, const struct chat_refusal *why)
{
	struct buf json = BUF_INIT(8192);

	buf_add_text(&json, "{\"error\":{");
	if (why->shape == CHAT_SHAPE_NUMBER)
		buf_addf(&json, "\"code\":%d,", why->status);
	buf_add_text(&json, "\"message\":");
	jscan_quote(&json, span_of(why->message));
	write_word(&json, "type", why->type);
	if (why->shape == CHAT_SHAPE_FULL) {
		write_word(&json, "param", why->param);
		write_word(&json, "code", why->code);
	}
	buf_add_text(&json, "}}");
	reply_json(out, why->status, &json);
}
