/* Types of errors: the messages of the Messages API, and those of a vendor of
 * OpenAI's formats instead. */
#include <string.h>

#include "mockupstream/say/say_private.h"

/* In the order of the rows. */
const char *const say_error_types[] = {
	"invalid_request_error", "authentication_error",
	"billing_error",         "permission_error",
	"not_found_error",       "request_too_large",
	"rate_limit_error",      "api_error",
	"timeout_error",         "overloaded_error",
	"prompt_too_long",       NULL
};

static const struct error_row {
	int status;
	const char *type; /* of the Messages API, if it differs */
	const char *message;
	int chat_status;
	const char *chat_type, *chat_code; /* code: NULL means null */
	const char *chat_message;
} rows[] = {
	{ 400, NULL, "The request is not valid.", 400, "invalid_request_error",
	  NULL, "The request is not valid." },
	{ 401, NULL, "invalid x-api-key", 401, "invalid_request_error",
	  "invalid_api_key", "Incorrect API key provided." },
	{ 402, NULL, "Your credit balance is too low.", 429,
	  "insufficient_quota", "insufficient_quota",
	  "You exceeded your current quota, please check your plan and billing "
	  "details." },
	{ 403, NULL, "Your API key does not have permission.", 403,
	  "invalid_request_error", NULL,
	  "You do not have access to this resource." },
	{ 404, NULL, "Not found", 404, "invalid_request_error",
	  "model_not_found", "The model does not exist." },
	{ 413, NULL, "Request exceeds the maximum size", 413,
	  "invalid_request_error", NULL, "Request too large." },
	{ 429, NULL, "This request would exceed your rate limit.", 429,
	  "requests", "rate_limit_exceeded", "Rate limit reached." },
	{ 500, NULL, "Internal server error", 500, "server_error", NULL,
	  "The server had an error while processing your request." },
	{ 504, NULL, "The request took too long.", 504, "server_error", NULL,
	  "The request took too long." },
	{ 529, NULL, "Overloaded", 503, "server_error", NULL,
	  "The server is overloaded. Please try again later." },
	{ 400, "invalid_request_error",
	  "prompt is too long: 210000 tokens > 200000 maximum", 400,
	  "invalid_request_error", "context_length_exceeded",
	  "This model's maximum context length is 200000 tokens. However, your "
	  "messages resulted in 210000 tokens. Please reduce the length of the "
	  "messages." },
};

_Static_assert(sizeof(rows) / sizeof(rows[0]) + 1 ==
		       sizeof(say_error_types) / sizeof(say_error_types[0]),
	       "a row for each type");

static const struct error_row *row_of(const struct say_part *p)
{
	size_t i = 0;

	while (say_error_types[i + 1] && strcmp(say_error_types[i], p->word))
		i++;
	return &rows[i];
}

/* Responses have a message of their own for this. */
#define RESPONSES_OVERFLOW \
	"Your input exceeds the context window of this model. Please adjust " \
	"your input and try again."

static bool is_overflow(const struct error_row *row, enum format f)
{
	return f == FORMAT_RESPONSES && row->chat_code &&
	       strcmp(row->chat_code, "context_length_exceeded") == 0;
}

static bool is_openai(enum format f)
{
	return f == FORMAT_CHAT || f == FORMAT_RESPONSES;
}

int say_error_status(const struct say_part *p, enum format f)
{
	if (p->kind != SAY_ERROR)
		return 0;
	if (p->number)
		return (int)p->number;
	return is_openai(f) ? row_of(p)->chat_status : row_of(p)->status;
}

static struct span message_of(const struct say_part *p, enum format f)
{
	const struct error_row *row = row_of(p);

	if (p->text.len > 0)
		return buf_span(&p->text);
	if (is_overflow(row, f))
		return span_of(RESPONSES_OVERFLOW);
	return span_of(is_openai(f) ? row->chat_message : row->message);
}

static void write_word(const char *key, const char *word, struct buf *to)
{
	buf_addf(to, ",\"%s\":", key);
	if (word)
		jscan_quote(to, span_of(word));
	else
		buf_add_text(to, "null");
}

void say_error_openai(const struct say_part *p, enum format f, bool flat,
		      struct buf *to)
{
	const struct error_row *row = row_of(p);

	buf_add_text(to, flat ? "\"message\":" : "{\"message\":");
	jscan_quote(to, message_of(p, f));
	if (!flat)
		write_word("type", row->chat_type, to);
	write_word("param", is_overflow(row, f) ? "input" : NULL, to);
	write_word("code", p->other ? p->other : row->chat_code, to);
	buf_add_text(to, flat ? "" : "}");
}

/* Unlike elsewhere, its code is never null. */
void say_error_response(const struct say_part *p, struct buf *to)
{
	const struct error_row *row = row_of(p);
	const char *code = p->other ? p->other : row->chat_code;

	if (!code)
		code = row->chat_status >= 500 ? "server_error"
					       : "invalid_prompt";
	buf_add_text(to, "{\"code\":");
	jscan_quote(to, span_of(code));
	buf_add_text(to, ",\"message\":");
	jscan_quote(to, message_of(p, FORMAT_RESPONSES));
	buf_add_byte(to, '}');
}

static void write_messages(const struct say_part *p, uint64_t number,
			   struct buf *to)
{
	const struct error_row *row = row_of(p);

	buf_addf(to,
		 "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":",
		 row->type ? row->type : p->word);
	jscan_quote(to, message_of(p, FORMAT_MESSAGES));
	if (p->other) {
		buf_add_text(to, ",\"details\":{\"error_code\":");
		jscan_quote(to, span_of(p->other));
		buf_add_byte(to, '}');
	}
	buf_addf(to, "},\"request_id\":\"req_01Mock%014llu\"}",
		 (unsigned long long)number);
}

void say_error_write(const struct say_part *p, const struct say_asked *asked,
		     struct buf *to)
{
	if (!is_openai(asked->format)) {
		write_messages(p, asked->number, to);
		return;
	}
	buf_add_text(to, "{\"error\":");
	say_error_openai(p, asked->format, false, to);
	buf_add_byte(to, '}');
}

void say_error_list(struct buf *out)
{
	for (size_t i = 0; say_error_types[i]; i++)
		buf_addf(out, "  %-22s %d, OpenAI's formats %d\n",
			 say_error_types[i], rows[i].status,
			 rows[i].chat_status);
}
