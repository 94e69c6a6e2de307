/* mockupstream/say/say_error: each type of error in both formats. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/say/say_private.h"

static const struct {
	const char *type;
	int status, chat;
	const char *shown; /* the type where it is another word */
	const char *chat_type, *code;
} rows[] = {
	{ "invalid_request_error", 400, 400, NULL, "invalid_request_error",
	  "null" },
	{ "authentication_error", 401, 401, NULL, "invalid_request_error",
	  "\"invalid_api_key\"" },
	{ "billing_error", 402, 429, NULL, "insufficient_quota",
	  "\"insufficient_quota\"" },
	{ "permission_error", 403, 403, NULL, "invalid_request_error", "null" },
	{ "not_found_error", 404, 404, NULL, "invalid_request_error",
	  "\"model_not_found\"" },
	{ "request_too_large", 413, 413, NULL, "invalid_request_error",
	  "null" },
	{ "rate_limit_error", 429, 429, NULL, "requests",
	  "\"rate_limit_exceeded\"" },
	{ "api_error", 500, 500, NULL, "server_error", "null" },
	{ "timeout_error", 504, 504, NULL, "server_error", "null" },
	{ "overloaded_error", 529, 503, NULL, "server_error", "null" },
	{ "prompt_too_long", 400, 400, "invalid_request_error",
	  "invalid_request_error", "\"context_length_exceeded\"" },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void t_listed(void **state)
{
	struct buf list = BUF_INIT(BUF_NO_LIMIT), all = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	say_error_list(&list);
	for (size_t i = 0; i < ROWS; i++)
		buf_addf(&all, "  %-22s %d, OpenAI's formats %d\n",
			 rows[i].type, rows[i].status, rows[i].chat);
	assert_string_equal(buf_str(&list), buf_str(&all));
	buf_clear(&list);
	buf_clear(&all);
}

static struct say_part part_of(size_t i)
{
	return (struct say_part){ .kind = SAY_ERROR,
				  .word = (char *)rows[i].type,
				  .text = BUF_INIT(BUF_NO_LIMIT) };
}

/* The message is the one that is given; else there is one of its own. */
static void assert_written(const struct say_part *p, enum format f,
			   const char *front, const char *end)
{
	struct say_asked asked = { .format = f, .number = 7 };
	struct buf text = BUF_INIT(BUF_NO_LIMIT), all = BUF_INIT(BUF_NO_LIMIT);

	say_error_write(p, &asked, &text);
	if (p->text.len > 0) {
		buf_addf(&all, "%s\"M\"%s", front, end);
		assert_string_equal(buf_str(&text), buf_str(&all));
	} else {
		assert_true(span_starts(buf_span(&text), front));
		assert_true(span_ends(buf_span(&text), end));
		assert_true(text.len > strlen(front) + strlen(end) + 8);
	}
	buf_clear(&text);
	buf_clear(&all);
}

static void t_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct say_part p = part_of(i);
		char front[200], end[200];

		assert_int_equal(say_error_status(&p, FORMAT_MESSAGES),
				 rows[i].status);
		assert_int_equal(say_error_status(&p, FORMAT_CHAT),
				 rows[i].chat);
		for (int given = 0; given < 2; given++) {
			if (given)
				buf_add_text(&p.text, "M");
			snprintf(front, sizeof(front),
				 "{\"type\":\"error\",\"error\":{\"type\":"
				 "\"%s\",\"message\":",
				 rows[i].shown ? rows[i].shown : rows[i].type);
			assert_written(&p, FORMAT_MESSAGES, front,
				       "},\"request_id\":\"req_01Mock"
				       "00000000000007\"}");
			snprintf(
				end, sizeof(end),
				",\"type\":\"%s\",\"param\":null,\"code\":%s}}",
				rows[i].chat_type, rows[i].code);
			assert_written(&p, FORMAT_CHAT,
				       "{\"error\":{\"message\":", end);
		}
		buf_clear(&p.text);
	}
}

/* A status and a code that are given stand in the place of its own. */
static void t_given(void **state)
{
	static char code[] = "c";
	struct say_part p = part_of(0);

	(void)state;
	p.number = 418;
	p.other = code;
	buf_add_text(&p.text, "M");
	assert_int_equal(say_error_status(&p, FORMAT_MESSAGES), 418);
	assert_int_equal(say_error_status(&p, FORMAT_CHAT), 418);
	assert_written(&p, FORMAT_MESSAGES,
		       "{\"type\":\"error\",\"error\":{\"type\":"
		       "\"invalid_request_error\",\"message\":",
		       ",\"details\":{\"error_code\":\"c\"}},\"request_id\":"
		       "\"req_01Mock00000000000007\"}");
	assert_written(&p, FORMAT_CHAT, "{\"error\":{\"message\":",
		       ",\"type\":\"invalid_request_error\",\"param\":null,"
		       "\"code\":\"c\"}}");
	p.kind = SAY_TEXT;
	assert_int_equal(say_error_status(&p, FORMAT_CHAT), 0);
	buf_clear(&p.text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "say: errors are listed", t_listed, NULL, NULL, NULL },
		{ "say: errors in both formats", t_written, NULL, NULL, NULL },
		{ "say: what a script gives an error", t_given, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("say_error", tests, NULL, NULL);
}
