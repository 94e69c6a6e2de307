/* A response itself: what it repeats of the request, how it ends, its items. */
#include <string.h>

#include "mockupstream/say/say_private.h"

enum { CREATED = 1790000000 };

/* ---- how it ends ---- */

/* Why it is not complete; NULL: it is. */
static const char *reason_of(const struct say *s)
{
	static const char *const words[][2] = {
		{ "max_tokens", "max_output_tokens" },
		{ "model_context_window_exceeded", "max_output_tokens" },
		{ "refusal", "content_filter" },
	};
	const char *stop = say_stop(s);

	for (size_t i = 0; stop && i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(stop, words[i][0]) == 0)
			return words[i][1];
	return NULL;
}

const char *say_response_status(const struct say *s)
{
	if (s->form.has_finish)
		return s->form.finish;
	if (reason_of(s))
		return "incomplete";
	return say_stop(s) ? "completed" : NULL;
}

static void write_word(const char *key, const char *word, struct buf *to)
{
	buf_addf(to, ",\"%s\":", key);
	if (word)
		jscan_quote(to, span_of(word));
	else
		buf_add_text(to, "null");
}

static bool is_word(const char *status, const char *word)
{
	return status && strcmp(status, word) == 0;
}

/* If the status is "failed" and there is no error, one is made up. */
static void write_error(const struct say_part *error, const char *status,
			struct buf *to)
{
	static char word[] = "api_error";
	const struct say_part own = { .kind = SAY_ERROR, .word = word };

	buf_add_text(to, ",\"error\":");
	if (error)
		say_error_response(error, to);
	else if (is_word(status, "failed"))
		say_error_response(&own, to);
	else
		buf_add_text(to, "null");
}

static void write_details(const struct say *s, const char *status,
			  struct buf *to)
{
	const char *reason = reason_of(s);

	buf_add_text(to, ",\"incomplete_details\":");
	if (is_word(status, "incomplete") && reason)
		buf_addf(to, "{\"reason\":\"%s\"}", reason);
	else
		buf_add_text(to, "null");
}

/* ---- what was asked ---- */

/* Writes the settings of the request, or the defaults for those it does not
 * have. */
static void write_asked(struct jval root, struct buf *to)
{
	static const char *const rows[][2] = {
		{ "background", "false" },
		{ "instructions", "null" },
		{ "max_output_tokens", "null" },
		{ "max_tool_calls", "null" },
		{ "metadata", "{}" },
		{ "parallel_tool_calls", "true" },
		{ "previous_response_id", "null" },
		{ "prompt_cache_key", "null" },
		{ "reasoning", "{\"effort\":null,\"summary\":null}" },
		{ "safety_identifier", "null" },
		{ "store", "true" },
		{ "temperature", "1.0" },
		{ "text",
		  "{\"format\":{\"type\":\"text\"},\"verbosity\":\"medium\"}" },
		{ "tool_choice", "\"auto\"" },
		{ "tools", "[]" },
		{ "top_logprobs", "0" },
		{ "top_p", "1.0" },
		{ "truncation", "\"disabled\"" },
		{ "user", "null" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct jval v = jscan_get(root, rows[i][0]);

		buf_addf(to, ",\"%s\":", rows[i][0]);
		if (v.text.at)
			jscan_compact(to, v.text);
		else
			buf_add_text(to, rows[i][1]);
	}
}

/* ---- tokens ---- */

static void write_tokens(const struct say *s, const struct say_asked *asked,
			 struct buf *to)
{
	struct say_usage u;
	uint64_t input;

	say_tokens(s, asked, &u);
	input = (uint64_t)u.input + u.cached + u.written;
	buf_addf(to,
		 "{\"input_tokens\":%llu,\"input_tokens_details\":"
		 "{\"cached_tokens\":%u,\"cache_write_tokens\":%u},"
		 "\"output_tokens\":%u,\"output_tokens_details\":"
		 "{\"reasoning_tokens\":%u},\"total_tokens\":%llu}",
		 (unsigned long long)input, u.cached, u.written, u.output,
		 u.thinking, (unsigned long long)(input + u.output));
}

static void write_usage(const struct say_items *items,
			enum say_response_stage stage, struct buf *to)
{
	enum say_told told = items->say->form.usage;
	bool due = stage == SAY_RESPONSE_OVER || told == SAY_TOLD_EACH;

	if (told == SAY_TOLD_NEVER)
		return;
	buf_add_text(to, ",\"usage\":");
	if (due && told != SAY_TOLD_NULL)
		write_tokens(items->say, items->asked, to);
	else
		buf_add_text(to, "null");
}

/* ---- all of it ---- */

static void write_front(const struct say_items *items, const char *status,
			struct buf *to)
{
	const struct say_form *form = &items->say->form;

	buf_add_text(to, "{\"id\":");
	if (form->id)
		jscan_quote(to, span_of(form->id));
	else
		buf_addf(to, "\"resp_mock%012llu\"",
			 (unsigned long long)items->asked->number);
	buf_addf(to, ",\"object\":\"response\",\"created_at\":%d", CREATED);
	write_word("status", status, to);
	if (is_word(status, "completed"))
		buf_addf(to, ",\"completed_at\":%d", CREATED);
	buf_add_text(to, ",\"model\":");
	jscan_quote(to,
		    form->model ? span_of(form->model) : items->asked->model);
}

void say_response_write(const struct say_items *items, size_t count,
			enum say_response_stage stage,
			const struct say_part *error, struct buf *to)
{
	const char *status = say_response_status(items->say);
	bool cut;

	if (stage != SAY_RESPONSE_OVER)
		status = stage == SAY_RESPONSE_BEGUN ? "in_progress" : "failed";
	cut = is_word(status, "incomplete") || is_word(status, "failed");
	write_front(items, status, to);
	write_error(error, status, to);
	write_details(items->say, status, to);
	buf_add_text(to, ",\"service_tier\":\"default\"");
	write_asked(items->asked->root, to);
	buf_add_text(to, ",\"output\":[");
	for (size_t n = 0; n < count; n++) {
		buf_add_text(to, n > 0 ? "," : "");
		say_items_write(items, n, cut && n + 1 == count, to);
	}
	buf_add_byte(to, ']');
	write_usage(items, stage, to);
	buf_add_byte(to, '}');
}
