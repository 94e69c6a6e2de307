/*
 * The plain form of requests and answers: rows of what came and what is read,
 * and the same request in two formats, which must read the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/plain.h"

enum { EVENTS_LIMIT = 16 };

static struct jval json_of(const char *text)
{
	struct jval root;
	struct fail f = FAIL_INIT;

	if (jscan(span_of(text), &root, &f) < 0)
		fail_msg("%s: %s", text, f.text);
	return root;
}

/* ---- which format ---- */

static void path_says_format(void **state)
{
	static const struct {
		const char *path;
		enum format format;
		const char *name;
	} rows[] = {
		{ "/v1/messages", FORMAT_MESSAGES, "messages" },
		{ "/base/v1/messages", FORMAT_MESSAGES, "messages" },
		{ "/v1/chat/completions", FORMAT_CHAT, "openai-chat" },
		{ "/chat/completions", FORMAT_CHAT, "openai-chat" },
		{ "/v1/messages/count_tokens", FORMAT_UNKNOWN, "unknown" },
		{ "/v1/models", FORMAT_UNKNOWN, "unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum format f = format_of_path(span_of(rows[i].path));

		assert_int_equal(f, rows[i].format);
		assert_string_equal(format_name(f), rows[i].name);
	}
}

/* ---- requests ---- */

struct row {
	const char *came, *read;
};

static void check_requests(enum format f, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		plain_request(f, json_of(rows[i].came), &out);
		assert_string_equal(buf_str(&out), rows[i].read);
		(void)json_of(buf_str(&out));
		buf_clear(&out);
	}
}

#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"

static void messages_requests(void **state)
{
	static const struct row rows[] = {
		{ "{}", "{}" },
		{ "[]", "{}" },
		{ "{\"model\":\"m\",\"system\":\"s\",\"messages\":[]}",
		  "{\"model\":\"m\",\"system\":[" TEXT(
			  "s") "],\"messages\":[]}" },
		/* Turns of one role are one; marks of the cache are left out. */
		{ "{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
		  "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":"
		  "\"b\",\"cache_control\":{\"type\":\"ephemeral\"}}]},"
		  "{\"role\":\"assistant\",\"content\":\"c\"}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[" TEXT(
			  "a") "," TEXT("b") "]},{\"role\":\"assistant\","
					     "\"content\":[" TEXT("c") "]}]}" },
		/* A result's text is a list. */
		{ "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"r\","
		  "\"is_error\":true}]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"tool_result\",\"tool_use_id\":\"t\",\"content\":[" TEXT(
			  "r") "],\"is_error\":true}]}]}" },
		{ "{\"tools\":[{\"name\":\"n\",\"input_schema\":{},"
		  "\"cache_control\":{},\"type\":\"custom\"},{\"type\":"
		  "\"web_search_20250305\",\"name\":\"web_search\"}],"
		  "\"top_k\":3,\"max_tokens\":5}",
		  "{\"tools\":[{\"name\":\"n\",\"input_schema\":{}},{\"type\":"
		  "\"web_search_20250305\",\"name\":\"web_search\"}],"
		  "\"max_tokens\":5}" },
		{ "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"},7]}",
		  "{\"messages\":[{\"role\":\"system\",\"content\":[" TEXT(
			  "x") "]}]}" },
	};

	(void)state;
	check_requests(FORMAT_MESSAGES, rows, sizeof(rows) / sizeof(rows[0]));
}

static void chat_requests(void **state)
{
	static const struct row rows[] = {
		{ "{}", "{}" },
		{ "{\"messages\":7,\"tools\":7}", "{}" },
		/* Only what comes before the first turn is the system's. */
		{ "{\"messages\":[{\"role\":\"system\",\"content\":\"a\"},"
		  "{\"role\":\"developer\",\"content\":[" TEXT(
			  "b") "]},"
			       "{\"role\":\"user\",\"content\":\"c\"},"
			       "{\"role\":\"system\",\"content\":\"d\"}]}",
		  "{\"system\":[" TEXT("a") "," TEXT(
			  "b") "],\"messages\":["
			       "{\"role\":\"user\",\"content\":[" TEXT(
				       "c") "]},"
					    "{\"role\":\"system\",\"content\":"
					    "[" TEXT("d") "]}]}" },
		/* Calls, their results, and the text after them. */
		{ "{\"messages\":[{\"role\":\"assistant\",\"content\":null,"
		  "\"reasoning_content\":\"hm\",\"tool_calls\":[{\"id\":\"1\","
		  "\"type\":\"function\",\"function\":{\"name\":\"n\","
		  "\"arguments\":\"{\\\"a\\\": 1}\"}}]},{\"role\":\"tool\","
		  "\"tool_call_id\":\"1\",\"content\":\"r\"},"
		  "{\"role\":\"user\",\"content\":\"t\"}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":"
		  "\"tool_use\",\"id\":\"1\",\"name\":\"n\",\"input\":"
		  "{\"a\": 1}}]},{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"tool_result\",\"tool_use_id\":\"1\",\"content\":[" TEXT(
			  "r") "]}," TEXT("t") "]}]}" },
		/* An empty text beside calls is none. */
		{ "{\"messages\":[{\"role\":\"assistant\",\"content\":\"\","
		  "\"tool_calls\":[{\"id\":\"1\"}]},{\"role\":\"assistant\","
		  "\"content\":\"\"}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"tool_use\",\"id\":\"1\",\"input\":\"\"}," TEXT(
			  "") "]}]}" },
		/* Arguments that are no JSON stay a text. */
		{ "{\"messages\":[{\"role\":\"assistant\",\"reasoning\":\"hm\","
		  "\"content\":[{\"type\":\"refusal\",\"refusal\":\"no\"}],"
		  "\"tool_calls\":[{\"function\":{\"arguments\":\"{\"}}]}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"thinking\",\"thinking\":\"hm\"}," TEXT(
			  "no") ",{\"type\":\"tool_use\",\"input\":\"{\"}]}]"
				"}" },
		/* Media: bytes, and places. */
		{ "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"image_url\",\"image_url\":{\"url\":\"data:image/png;"
		  "base64,QUJD\"}},{\"type\":\"image_url\",\"image_url\":"
		  "{\"url\":\"https://x/y\"}},{\"type\":\"file\",\"file\":"
		  "{\"file_data\":\"data:application/pdf;base64,QQ==\"}},"
		  "{\"type\":\"input_audio\"}]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"image\",\"source\":{\"type\":\"base64\",\"media_type\":"
		  "\"image/png\",\"data\":\"QUJD\"}},{\"type\":\"image\","
		  "\"source\":{\"type\":\"url\",\"url\":\"https://x/y\"}},"
		  "{\"type\":\"document\",\"source\":{\"type\":\"base64\","
		  "\"media_type\":\"application/pdf\",\"data\":\"QQ==\"}},"
		  "{\"type\":\"input_audio\"}]}]}" },
		{ "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":"
		  "\"n\",\"description\":\"d\",\"parameters\":{\"type\":"
		  "\"object\"}}}],\"tool_choice\":{\"type\":\"function\","
		  "\"function\":{\"name\":\"n\"}},\"parallel_tool_calls\":"
		  "false}",
		  "{\"tools\":[{\"name\":\"n\",\"description\":\"d\","
		  "\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":"
		  "{\"type\":\"tool\",\"name\":\"n\","
		  "\"disable_parallel_tool_use\":true}}" },
		{ "{\"tool_choice\":\"required\",\"parallel_tool_calls\":true}",
		  "{\"tool_choice\":{\"type\":\"any\"}}" },
		{ "{\"tool_choice\":\"none\"}",
		  "{\"tool_choice\":{\"type\":\"none\"}}" },
		{ "{\"parallel_tool_calls\":false}",
		  "{\"tool_choice\":{\"type\":\"auto\","
		  "\"disable_parallel_tool_use\":true}}" },
		{ "{\"max_tokens\":1,\"max_completion_tokens\":2,\"stop\":"
		  "\"x\","
		  "\"stream\":true,\"temperature\":0.5,\"top_p\":1}",
		  "{\"max_tokens\":2,\"stream\":true,\"temperature\":0.5,"
		  "\"top_p\":1,\"stop_sequences\":[\"x\"]}" },
		{ "{\"max_tokens\":1,\"stop\":[\"x\",\"y\"],\"user\":\"u\"}",
		  "{\"max_tokens\":1,\"stop_sequences\":[\"x\",\"y\"],"
		  "\"metadata\":{\"user_id\":\"u\"}}" },
		{ "{\"reasoning_effort\":\"low\",\"response_format\":{\"type\":"
		  "\"json_schema\",\"json_schema\":{\"name\":\"n\",\"schema\":"
		  "{\"type\":\"object\"}}}}",
		  "{\"output_config\":{\"effort\":\"low\",\"format\":{\"type\":"
		  "\"json_schema\",\"schema\":{\"type\":\"object\"}}}}" },
		{ "{\"response_format\":{\"type\":\"text\"}}", "{}" },
	};

	(void)state;
	check_requests(FORMAT_CHAT, rows, sizeof(rows) / sizeof(rows[0]));
}

/* ---- answers ---- */

static void check_answers(enum format f, const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		plain_answer(f, json_of(rows[i].came), &out);
		assert_string_equal(buf_str(&out), rows[i].read);
		buf_clear(&out);
	}
}

static void whole_answers(void **state)
{
	static const struct row messages[] = {
		{ "{\"id\":\"i\",\"type\":\"message\",\"model\":\"m\","
		  "\"content\":\"t\",\"stop_reason\":\"end_turn\","
		  "\"stop_sequence\":null,\"usage\":{\"input_tokens\":1}}",
		  "{\"id\":\"i\",\"model\":\"m\",\"content\":[" TEXT(
			  "t") "],\"stop_reason\":\"end_turn\",\"usage\":"
			       "{\"input_tokens\":1}}" },
		{ "{\"type\":\"error\",\"error\":{\"type\":\"x\"}}",
		  "{\"error\":{\"type\":\"x\"}}" },
	};
	static const struct row chat[] = {
		{ "{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"index\":1,"
		  "\"message\":{\"content\":\"second\"}},{\"index\":0,"
		  "\"finish_reason\":\"stop\",\"message\":{\"content\":\"t\","
		  "\"tool_calls\":[]}}],\"usage\":{\"prompt_tokens\":10,"
		  "\"completion_tokens\":2,\"prompt_tokens_details\":"
		  "{\"cached_tokens\":4}}}",
		  "{\"id\":\"i\",\"model\":\"m\",\"content\":[" TEXT(
			  "t") "],\"stop_reason\":\"end_turn\",\"usage\":"
			       "{\"input_tokens\":6,\"cache_read_input_"
			       "tokens\":4,"
			       "\"output_tokens\":2}}" },
		{ "{\"choices\":[{\"finish_reason\":\"tool_calls\",\"message\":"
		  "{\"content\":null,\"reasoning_content\":\"hm\","
		  "\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"a\","
		  "\"arguments\":\"{}\"}},{\"id\":\"2\",\"function\":{\"name\":"
		  "\"b\",\"arguments\":\"\"}}]}}]}",
		  "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"hm\"},"
		  "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"a\","
		  "\"input\":"
		  "{}},{\"type\":\"tool_use\",\"id\":\"2\",\"name\":\"b\","
		  "\"input\":{}}],\"stop_reason\":\"tool_use\"}" },
		{ "{\"choices\":[{\"finish_reason\":\"length\"}]}",
		  "{\"content\":[],\"stop_reason\":\"max_tokens\"}" },
		{ "{\"choices\":[{\"finish_reason\":\"content_filter\"}]}",
		  "{\"content\":[],\"stop_reason\":\"refusal\"}" },
		{ "{\"choices\":[{\"finish_reason\":\"odd\"}]}",
		  "{\"content\":[],\"stop_reason\":\"odd\"}" },
		{ "{\"error\":{\"message\":\"x\"}}",
		  "{\"content\":[],\"error\":{\"message\":\"x\"}}" },
	};

	(void)state;
	check_answers(FORMAT_MESSAGES, messages,
		      sizeof(messages) / sizeof(messages[0]));
	check_answers(FORMAT_CHAT, chat, sizeof(chat) / sizeof(chat[0]));
}

static void check_stream(enum format f, const char *const *lines,
			 const char *read)
{
	struct jval events[EVENTS_LIMIT];
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	size_t count = 0;

	for (; lines[count]; count++)
		events[count] = json_of(lines[count]);
	plain_stream(f, events, count, &out);
	assert_string_equal(buf_str(&out), read);
	buf_clear(&out);
}

static void messages_stream(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"message_start\",\"message\":{\"id\":\"i\","
		"\"model\":\"m\",\"usage\":{\"input_tokens\":3,\"a\":0,"
		"\"output_tokens\":1}}}",
		"{\"type\":\"content_block_start\",\"index\":0,"
		"\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\","
		"\"signature\":\"\"}}",
		"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
		"{\"type\":\"thinking_delta\",\"thinking\":\"hm\"}}",
		"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
		"{\"type\":\"signature_delta\",\"signature\":\"s\"}}",
		"{\"type\":\"content_block_start\",\"index\":1,"
		"\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\","
		"\"name\":\"n\",\"input\":{}}}",
		"{\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
		"{\"type\":\"input_json_delta\",\"partial_json\":\"{\\\"a\\\":"
		"\"}}",
		"{\"type\":\"content_block_delta\",\"index\":1,\"delta\":"
		"{\"type\":\"input_json_delta\",\"partial_json\":\"1}\"}}",
		"{\"type\":\"content_block_delta\",\"index\":9,\"delta\":"
		"{\"type\":\"text_delta\",\"text\":\"lost\"}}",
		"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
		"\"tool_use\"},\"usage\":{\"input_tokens\":0,\"a\":5,"
		"\"output_tokens\":2,\"b\":7}}",
		"{\"type\":\"error\",\"error\":{\"type\":\"x\"}}",
		NULL
	};

	(void)state;
	check_stream(
		FORMAT_MESSAGES, lines,
		"{\"id\":\"i\",\"model\":\"m\",\"content\":[{\"type\":"
		"\"thinking\",\"thinking\":\"hm\",\"signature\":\"s\"},"
		"{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\","
		"\"input\":{\"a\":1}}],\"stop_reason\":\"tool_use\","
		"\"usage\":{\"input_tokens\":3,\"a\":5,\"output_tokens\":2,"
		"\"b\":7},\"error\":{\"type\":\"x\"}}");
}

#define DELTA(d) "{\"choices\":[{\"index\":0,\"delta\":" d "}]}"
#define CALL(c) DELTA("{\"tool_calls\":[" c "]}")

static void chat_stream(void **state)
{
	static const char *const lines[] = {
		"{\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"index\":0,"
		"\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}",
		DELTA("{\"content\":\"a\"}"),
		DELTA("{\"content\":\"b\",\"tool_calls\":null}"),
		CALL("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		     "\"arguments\":\"\"}}"),
		CALL("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"y\","
		     "\"arguments\":\"{\"}}"),
		CALL("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"\","
		     "\"arguments\":\"[1\"}}"),
		CALL("{\"index\":1,\"function\":{\"arguments\":\"}\"}}"),
		CALL("{\"index\":0,\"function\":{\"arguments\":\"]\"}}"),
		"{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":"
		"\"tool_calls\"}]}",
		"{\"choices\":[],\"usage\":{\"prompt_tokens\":3,"
		"\"completion_tokens\":1}}",
		NULL
	};
	static const char *const without_index[] = {
		CALL("{\"id\":\"1\",\"function\":{\"name\":\"x\","
		     "\"arguments\":\"[\"}}"),
		CALL("{\"function\":{\"arguments\":\"]\"}}"),
		CALL("{\"id\":\"2\",\"function\":{\"name\":\"y\","
		     "\"arguments\":\"{}\"}}"),
		NULL
	};

	(void)state;
	check_stream(
		FORMAT_CHAT, lines,
		"{\"id\":\"i\",\"model\":\"m\",\"content\":[" TEXT(
			"ab") ",{\"type\":\"tool_use\",\"id\":\"1\",\"name\":"
			      "\"x\","
			      "\"input\":[1]},{\"type\":\"tool_use\",\"id\":"
			      "\"2\","
			      "\"name\":\"y\",\"input\":{}}],\"stop_reason\":"
			      "\"tool_use\",\"usage\":{\"input_tokens\":3,"
			      "\"cache_read_input_tokens\":0,\"output_tokens\":"
			      "1}}");
	check_stream(FORMAT_CHAT, without_index,
		     "{\"content\":[{\"type\":\"tool_use\",\"id\":\"1\","
		     "\"name\":\"x\",\"input\":[]},{\"type\":\"tool_use\","
		     "\"id\":\"2\",\"name\":\"y\",\"input\":{}}]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(path_says_format),
		cmocka_unit_test(messages_requests),
		cmocka_unit_test(chat_requests),
		cmocka_unit_test(whole_answers),
		cmocka_unit_test(messages_stream),
		cmocka_unit_test(chat_stream),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
