/* What all share: refusals, in the shape of this vendor's errors. */
#include <stdarg.h>
#include <stdio.h>

#include "mockupstream/dialects/chat/chat_private.h"

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
