/*
 * The plain form of requests and answers: rows of what came and what is read,
 * and the same request in two formats, which must read the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/clientformat.h"
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
		{ "/model/us.anthropic.claude-opus-5-5/invoke", FORMAT_BEDROCK,
		  "bedrock" },
		{ "/base/model/arn:aws:x%2Fy/invoke-with-response-stream",
		  FORMAT_BEDROCK, "bedrock" },
		{ "/model/a/b/invoke", FORMAT_UNKNOWN, "unknown" },
		{ "/model//invoke", FORMAT_UNKNOWN, "unknown" },
		{ "/model/a/converse", FORMAT_UNKNOWN, "unknown" },
		{ "/invoke", FORMAT_UNKNOWN, "unknown" },
		{ "/v1/projects/p/locations/r/publishers/anthropic/models/"
		  "claude-opus-5-5:rawPredict",
		  FORMAT_VERTEX, "vertex" },
		{ "/models/claude-haiku-4-5@20251001:streamRawPredict",
		  FORMAT_VERTEX, "vertex" },
		{ "/models/count-tokens:rawPredict", FORMAT_UNKNOWN,
		  "unknown" },
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

static void path_has_the_model(void **state)
{
	static const struct {
		const char *path, *model;
	} rows[] = {
		{ "/model/us.anthropic.claude-opus-5-5/invoke",
		  "us.anthropic.claude-opus-5-5" },
		{ "/model/arn:aws:bedrock:us-east-1:1:profile%2Fabc/"
		  "invoke-with-response-stream",
		  "arn:aws:bedrock:us-east-1:1:profile/abc" },
		{ "/model/a%3ab%4/invoke", "a:b%4" },
		{ "/model/a%/invoke", "a%" },
		{ "/model/100%zz/invoke", "100%zz" },
		{ "/models/claude-haiku-4-5%4020251001:rawPredict",
		  "claude-haiku-4-5@20251001" },
		{ "/models/count-tokens:rawPredict", NULL },
		{ "/v1/messages", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf model = BUF_INIT(BUF_NO_LIMIT);
		struct span path = span_of(rows[i].path);
		bool found = format_model(format_of_path(path), path, &model);

		assert_int_equal(found, rows[i].model != NULL);
		assert_string_equal(buf_str(&model),
				    rows[i].model ? rows[i].model : "");
		buf_clear(&model);
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

	static const struct row more[] = {
		{ "{\"system\":[" TEXT("a") "," TEXT("b") "]}",
		  "{\"system\":[" TEXT("a") "," TEXT("b") "]}" },
		{ "{\"system\":null,\"messages\":null,\"tools\":null}", "{}" },
		{ "{\"system\":7}", "{\"system\":[]}" },
		/* A role that is unknown is the user's. */
		{ "{\"messages\":[{\"role\":\"human\",\"content\":\"a\"},"
		  "{\"content\":[" TEXT("b") "]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[" TEXT(
			  "a") "," TEXT("b") "]}]}" },
		{ "{\"messages\":[{\"role\":\"user\",\"content\":7},"
		  "{\"role\":\"assistant\",\"content\":[]}]}",
		  "{\"messages\":[]}" },
		/* What is no block stays; only a result has content. */
		{ "{\"messages\":[{\"role\":\"user\",\"content\":[7,{\"type\":"
		  "\"x\",\"content\":\"c\"},{\"type\":\"tool_result\","
		  "\"content\":[" TEXT("a") "," TEXT("b") "]}]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[7,{\"type\":"
		  "\"x\",\"content\":\"c\"},{\"type\":\"tool_result\","
		  "\"content\":[" TEXT("a") "," TEXT("b") "]}]}]}" },
		{ "{\"tool_choice\":{\"type\":\"any\"},\"stream\":true,"
		  "\"temperature\":1,\"top_p\":0.5,\"stop_sequences\":[\"x\"],"
		  "\"thinking\":{},\"output_config\":{},\"metadata\":{}}",
		  "{\"tool_choice\":{\"type\":\"any\"},\"stream\":true,"
		  "\"temperature\":1,\"top_p\":0.5,\"stop_sequences\":[\"x\"],"
		  "\"thinking\":{},\"output_config\":{},\"metadata\":{}}" },
	};

	(void)state;
	check_requests(FORMAT_MESSAGES, rows, sizeof(rows) / sizeof(rows[0]));
	check_requests(FORMAT_MESSAGES, more, sizeof(more) / sizeof(more[0]));
}

static void chat_requests(void **state)
{
#define URL(url) "{\"type\":\"image_url\",\"image_url\":{\"url\":\"" url "\"}}"
#define PLACE(url) \
	"{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":\"" url "\"" \
	"}}"
	static const struct row rows[] = {
		{ "{}", "{}" },
		{ "{\"messages\":7,\"tools\":7}", "{}" },
		{ "{\"model\":\"m\"}", "{\"model\":\"m\"}" },
		/* System messages count as the system prompt only before the
		 * first turn. */
		{ "{\"messages\":[{\"role\":\"system\",\"content\":"
		  "\"a\"},"
		  "{\"role\":\"developer\",\"content\":[" TEXT(
			  "b") "]},"
			       "{\"role\":\"user\",\"content\":\"c\"},"
			       "{\"role\":\"system\",\"content\":\"d\"}"
			       "]}",
		  "{\"system\":[" TEXT("a") "," TEXT(
			  "b") "],\"messages\":["
			       "{\"role\":\"user\",\"content\":[" TEXT(
				       "c") "]},"
					    "{\"role\":\"system\","
					    "\"content\":"
					    "[" TEXT("d") "]}]}" },
		/* Calls, their results, and the text after them. */
		{ "{\"messages\":[{\"role\":\"assistant\",\"content\":"
		  "null,"
		  "\"reasoning_content\":\"hm\",\"tool_calls\":[{"
		  "\"id\":\"1\","
		  "\"type\":\"function\",\"function\":{\"name\":\"n\","
		  "\"arguments\":\"{\\\"a\\\": "
		  "1}\"}}]},{\"role\":\"tool\","
		  "\"tool_call_id\":\"1\",\"content\":\"r\"},"
		  "{\"role\":\"user\",\"content\":\"t\"}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"thinking\",\"thinking\":\"hm\"},{"
		  "\"type\":"
		  "\"tool_use\",\"id\":\"1\",\"name\":\"n\",\"input\":"
		  "{\"a\": "
		  "1}}]},{\"role\":\"user\",\"content\":[{\"type\":"
		  "\"tool_result\",\"tool_use_id\":\"1\",\"content\":"
		  "[" TEXT("r") "]}," TEXT("t") "]}]}" },
		/* An empty text beside calls is none. */
		{ "{\"messages\":[{\"role\":\"assistant\",\"content\":\"\","
		  "\"tool_calls\":[{\"id\":\"1\"}]},{\"role\":\"assistant\","
		  "\"content\":\"\"}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"tool_use\",\"id\":\"1\",\"input\":\"\"}," TEXT(
			  "") "]}]}" },
		/* Arguments that are no JSON stay a text. */
		{ "{\"messages\":[{\"role\":\"assistant\","
		  "\"reasoning\":\"hm\","
		  "\"content\":[{\"type\":\"refusal\",\"refusal\":"
		  "\"no\"}],"
		  "\"tool_calls\":[{\"function\":{\"arguments\":\"{\"}}"
		  "]}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"thinking\",\"thinking\":\"hm\"}," TEXT(
			  "no") ",{\"type\":\"tool_use\",\"input\":\"{"
				"\"}]}]"
				"}" },
		/* Media: bytes, and places. */
		{ "{\"messages\":[{\"role\":\"user\",\"content\":[{"
		  "\"type\":"
		  "\"image_url\",\"image_url\":{\"url\":\"data:image/"
		  "png;"
		  "base64,QUJD\"}},{\"type\":\"image_url\",\"image_"
		  "url\":"
		  "{\"url\":\"https://x/"
		  "y\"}},{\"type\":\"file\",\"file\":"
		  "{\"file_data\":\"data:application/"
		  "pdf;base64,QQ==\"}},"
		  "{\"type\":\"input_audio\"}]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[{"
		  "\"type\":"
		  "\"image\",\"source\":{\"type\":\"base64\",\"media_"
		  "type\":"
		  "\"image/"
		  "png\",\"data\":\"QUJD\"}},{\"type\":\"image\","
		  "\"source\":{\"type\":\"url\",\"url\":\"https://x/"
		  "y\"}},"
		  "{\"type\":\"document\",\"source\":{\"type\":"
		  "\"base64\","
		  "\"media_type\":\"application/"
		  "pdf\",\"data\":\"QQ==\"}},"
		  "{\"type\":\"input_audio\"}]}]}" },
		{ "{\"tools\":[{\"type\":\"function\",\"function\":{"
		  "\"name\":"
		  "\"n\",\"description\":\"d\",\"parameters\":{"
		  "\"type\":"
		  "\"object\"}}}],\"tool_choice\":{\"type\":"
		  "\"function\","
		  "\"function\":{\"name\":\"n\"}},\"parallel_tool_"
		  "calls\":"
		  "false}",
		  "{\"tools\":[{\"name\":\"n\",\"description\":\"d\","
		  "\"input_schema\":{\"type\":\"object\"}}],\"tool_"
		  "choice\":"
		  "{\"type\":\"tool\",\"name\":\"n\","
		  "\"disable_parallel_tool_use\":true}}" },
		{ "{\"tool_choice\":\"required\",\"parallel_tool_"
		  "calls\":true}",
		  "{\"tool_choice\":{\"type\":\"any\"}}" },
		{ "{\"tool_choice\":\"none\"}",
		  "{\"tool_choice\":{\"type\":\"none\"}}" },
		{ "{\"parallel_tool_calls\":false}",
		  "{\"tool_choice\":{\"type\":\"auto\","
		  "\"disable_parallel_tool_use\":true}}" },
		{ "{\"max_tokens\":1,\"max_completion_tokens\":2,"
		  "\"stop\":"
		  "\"x\","
		  "\"stream\":true,\"temperature\":0.5,\"top_p\":1}",
		  "{\"max_tokens\":2,\"stream\":true,\"temperature\":0."
		  "5,"
		  "\"top_p\":1,\"stop_sequences\":[\"x\"]}" },
		{ "{\"max_tokens\":1,\"stop\":[\"x\",\"y\"],\"user\":"
		  "\"u\"}",
		  "{\"max_tokens\":1,\"stop_sequences\":[\"x\",\"y\"],"
		  "\"metadata\":{\"user_id\":\"u\"}}" },
		{ "{\"reasoning_effort\":\"low\",\"response_format\":{"
		  "\"type\":"
		  "\"json_schema\",\"json_schema\":{\"name\":\"n\","
		  "\"schema\":"
		  "{\"type\":\"object\"}}}}",
		  "{\"output_config\":{\"effort\":\"low\",\"format\":{"
		  "\"type\":"
		  "\"json_schema\",\"schema\":{\"type\":\"object\"}}}"
		  "}" },
		{ "{\"response_format\":{\"type\":\"text\"}}", "{}" },
		{ "{\"reasoning_effort\":\"low\"}",
		  "{\"output_config\":{\"effort\":\"low\"}}" },
		{ "{\"tool_choice\":\"auto\"}",
		  "{\"tool_choice\":{\"type\":\"auto\"}}" },
		{ "{\"tool_choice\":\"other\"}",
		  "{\"tool_choice\":{\"type\":\"auto\"}}" },
		{ "{\"tool_choice\":null,\"parallel_tool_calls\":true,"
		  "\"stop\":null,\"user\":null}",
		  "{}" },
		{ "{\"tools\":[{\"type\":\"custom\",\"name\":\"n\"}]}",
		  "{\"tools\":[{\"type\":\"custom\"}]}" },
		/* Roles: what is unknown is the user's. */
		{ "{\"messages\":[{\"role\":\"human\",\"content\":"
		  "\"a\"},"
		  "{\"content\":[" TEXT("b") "]},{\"role\":\"developer\","
					     "\"content\":\"c\"}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":"
		  "[" TEXT("a") "," TEXT("b") "]},{\"role\":\"system\","
					      "\"content\":[" TEXT(
						      "c") "]}]}" },
		{ "{\"messages\":[{\"role\":\"system\",\"content\":"
		  "\"a\"}]}",
		  "{\"system\":[" TEXT("a") "],\"messages\":[]}" },
		/* A result may have parts. */
		{ "{\"messages\":[{\"role\":\"tool\",\"content\":"
		  "[" TEXT("a") "," TEXT("b") "]},{\"role\":\"tool\","
					      "\"content\":7}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":[{"
		  "\"type\":"
		  "\"tool_result\",\"content\":[" TEXT("a") "," TEXT(
			  "b") "]},{\"type\":\"tool_result\","
			       "\"content\":[]}]}"
			       "]}" },
		/* Both names of thoughts; what is no text is none. */
		{ "{\"messages\":[{\"role\":\"assistant\",\"reasoning_"
		  "content\""
		  ":\"a\",\"reasoning\":\"b\"},{\"role\":\"assistant\","
		  "\"reasoning_content\":7,\"reasoning\":\"b\"},{"
		  "\"role\":"
		  "\"assistant\",\"reasoning\":7,\"content\":\"c\","
		  "\"tool_calls\":7}]}",
		  "{\"messages\":[{\"role\":\"assistant\",\"content\":["
		  "{\"type\":\"thinking\",\"thinking\":\"a\"},{"
		  "\"type\":"
		  "\"thinking\",\"thinking\":\"b\"}," TEXT("c") "]}]}" },
		/* A data URL is of base64, or it is a URL like others. */
		{ "{\"messages\":[{\"role\":\"user\",\"content\":"
		  "[" URL("data:text/plain,abc") "," URL(
			  "data:x;"
			  "base64") "," URL("x;base64,QQ") "," URL("data:;"
								   "base64,") "]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":"
		  "[" PLACE("data:text/plain,abc") "," PLACE(
			  "data:x;base64") "," PLACE("x;base64,"
						     "QQ") ",{"
							   "\"typ"
							   "e\":"
							   "\"ima"
							   "ge\","
							   "\"sou"
							   "rce\""
							   ":{"
							   "\"typ"
							   "e\":"
							   "\"bas"
							   "e64\""
							   ","
							   "\"med"
							   "ia_"
							   "type"
							   "\":"
							   "\"\","
							   "\"dat"
							   "a\":"
							   "\"\"}"
							   "}]}]"
							   "}" },
		{ "{\"messages\":[{\"role\":\"user\",\"content\":[{"
		  "\"type\":"
		  "\"text\"},{\"type\":\"file\",\"file\":{\"file_id\":"
		  "\"f\"}},"
		  "{\"type\":\"text\",\"text\":7},{\"type\":\"file\","
		  "\"file\":{"
		  "\"file_data\":7}}]}]}",
		  "{\"messages\":[{\"role\":\"user\",\"content\":"
		  "[" TEXT("") ",{\"type\":\"file\",\"file\":{\"file_"
			       "id\":\"f\"}}"
			       "," TEXT("") ",{\"type\":\"file\","
					    "\"file\":{"
					    "\"file_data\":7}}]}]}" },
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
		{ "{\"error\":null,\"usage\":null,\"id\":700,\"model\":\"\"}",
		  "{\"content\":[]}" },
		{ "{\"choices\":[{\"finish_reason\":\"function_call\"}]}",
		  "{\"content\":[],\"stop_reason\":\"tool_use\"}" },
		{ "{\"choices\":[{\"finish_reason\":7}]}",
		  "{\"content\":[],\"stop_reason\":7}" },
		/* The first choice is the one of number 0, or without one. */
		{ "{\"choices\":[{\"index\":\"1\",\"message\":{\"content\":"
		  "\"a\"}},{\"index\":0.5,\"message\":{\"content\":\"b\"}},"
		  "{\"index\":1,\"message\":{\"content\":\"c\"}}]}",
		  "{\"content\":[" TEXT("ab") "]}" },
		{ "{\"choices\":{\"x\":{\"message\":{\"content\":\"a\"}}}}",
		  "{\"content\":[]}" },
		/* Thoughts have two names, of which one counts. */
		{ "{\"choices\":[{\"message\":{\"reasoning\":\"b\","
		  "\"reasoning_content\":\"a\",\"content\":\"c\",\"refusal\":"
		  "\"d\"}}]}",
		  "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"a\"}"
		  "," TEXT("cd") "]}" },
		{ "{\"choices\":[{\"message\":{\"reasoning\":\"b\"}}]}",
		  "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"b\"}]"
		  "}" },
		/* What is no number counts nothing. */
		{ "{\"usage\":{\"prompt_tokens\":\"5\",\"completion_tokens\":"
		  "1.5}}",
		  "{\"content\":[],\"usage\":{\"input_tokens\":0,"
		  "\"cache_read_input_tokens\":0,\"output_tokens\":0}}" },
		{ "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"\","
		  "\"function\":{\"name\":7,\"arguments\":7}}]}}]}",
		  "{\"content\":[{\"type\":\"tool_use\",\"input\":{}}]}" },
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

#define START(n, block) \
	"{\"type\":\"content_block_start\",\"index\":" n \
	",\"content_block\":" block "}"
#define GROW(n, delta) \
	"{\"type\":\"content_block_delta\",\"index\":" n ",\"delta\":{" delta \
	"}}"

/* How blocks grow, each by the deltas of its own number. */
static void messages_blocks(void **state)
{
	static const struct {
		const char *lines[6], *content;
	} rows[] = {
		{ { START("0", TEXT("")), START("1", TEXT("")),
		    GROW("1", "\"text\":\"b\""), GROW("0", "\"text\":\"a\""),
		    GROW("1", "\"text\":\"c\"") },
		  TEXT("a") "," TEXT("bc") },
		/* What the start has is kept if nothing comes. */
		{ { START("0", TEXT("whole")) }, TEXT("whole") },
		{ { START("0", TEXT("first")), GROW("0", "\"text\":\"\"") },
		  TEXT("first") },
		{ { START("0", TEXT("first")), GROW("0", "\"text\":\"then\"") },
		  TEXT("then") },
		{ { START("0", "{\"type\":\"thinking\",\"thinking\":\"h\","
			       "\"signature\":\"s\"}") },
		  "{\"type\":\"thinking\",\"thinking\":\"h\",\"signature\":"
		  "\"s\"}" },
		/* Of a number that comes twice, the later block grows. */
		{ { START("0", TEXT("a")), START("0", TEXT("b")),
		    GROW("0", "\"text\":\"c\"") },
		  TEXT("a") "," TEXT("c") },
		/* Without a number it is none. */
		{ { "{\"type\":\"content_block_start\",\"content_block\":" TEXT(
			    "a") "}",
		    START("0.5", TEXT("a")), START("\"0\"", TEXT("a")),
		    GROW("0", "\"text\":\"c\""),
		    GROW("null", "\"text\":\"c\"") },
		  "" },
		{ { START("0", TEXT("a")), GROW("\"0\"", "\"text\":\"c\""),
		    GROW("0.5", "\"text\":\"c\"") },
		  TEXT("a") },
		{ { START("0", "{\"type\":\"server_tool_use\",\"input\":{}}"),
		    GROW("0", "\"partial_json\":\"{\\\"a\\\":\""),
		    GROW("0", "\"partial_json\":\"[\"") },
		  "{\"type\":\"server_tool_use\",\"input\":\"{\\\"a\\\":[\"}" },
		{ { START("0", "7") }, "{}" },
		/* What is no text does not make it grow. */
		{ { START("0", TEXT("a")), GROW("0", "\"text\":7") },
		  TEXT("a") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf want = BUF_INIT(4096);

		buf_addf(&want, "{\"content\":[%s]}", rows[i].content);
		check_stream(FORMAT_MESSAGES, rows[i].lines, buf_str(&want));
		buf_clear(&want);
	}
}

/* What comes beside the blocks: the last of each counts. */
static void messages_ends(void **state)
{
	static const char *const lines[] = {
		"{\"type\":\"message_start\",\"message\":{\"usage\":{\"a\":1}}"
		"}",
		"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"x\"}"
		"}",
		"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":null,"
		"\"stop_sequence\":\"s\"}}",
		"{\"type\":\"ping\",\"error\":{},\"usage\":{}}",
		"{\"delta\":{\"stop_reason\":\"y\"}}",
		NULL
	};

	(void)state;
	check_stream(FORMAT_MESSAGES, lines,
		     "{\"content\":[],\"stop_reason\":\"x\",\"stop_sequence\":"
		     "\"s\",\"usage\":{\"a\":1}}");
}

/* A stream has so many blocks, or calls, at most; more are left out. */
static void assert_most(enum format f, const char *event, size_t most)
{
	struct jval *events = calloc(most + 1, sizeof(*events));
	struct buf text = BUF_INIT(BUF_NO_LIMIT), out = text;
	size_t *begins = calloc(most + 1, sizeof(*begins));
	struct jval content;

	assert_true(events && begins);
	for (size_t i = 0; i <= most; i++) {
		struct buf line = BUF_INIT(4096);
		char number[24];

		buf_add_text(&line, event);
		snprintf(number, sizeof(number), "%zu", i);
		buf_replace(&line, "NUMBER", number);
		begins[i] = text.len;
		buf_add_span(&text, buf_span(&line));
		buf_clear(&line);
	}
	for (size_t i = 0; i <= most; i++) {
		size_t end = i < most ? begins[i + 1] : text.len;

		assert_int_equal(
			jscan(span_make(text.at + begins[i], end - begins[i]),
			      &events[i], NULL),
			0);
	}
	for (size_t count = most; count <= most + 1; count++) {
		buf_reset(&out);
		plain_stream(f, events, count, &out);
		content = jscan_get(json_of(buf_str(&out)), "content");
		assert_int_equal(jscan_count(content), most);
	}
	free(events);
	free(begins);
	buf_clear(&text);
	buf_clear(&out);
}

static void stream_limits(void **state)
{
	(void)state;
	assert_most(FORMAT_MESSAGES, START("NUMBER", TEXT("a")), 4096);
	assert_most(FORMAT_CHAT,
		    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":"
		    "NUMBER,\"id\":\"a\"}]}}]}",
		    512);
}

/* Input that is nested too deeply for a place inside of others is a text. */
static void deep_input(void **state)
{
	(void)state;
	for (int depth = 256; depth <= 257; depth++) {
		struct buf text = BUF_INIT(BUF_NO_LIMIT), out = text;
		struct jval input;

		buf_add_text(&text,
			     "{\"choices\":[{\"message\":{\"tool_calls\":"
			     "[{\"function\":{\"arguments\":\"");
		for (int i = 0; i < depth; i++)
			buf_add_byte(&text, '[');
		for (int i = 0; i < depth; i++)
			buf_add_byte(&text, ']');
		buf_add_text(&text, "\"}}]}}]}");
		plain_answer(FORMAT_CHAT, json_of(buf_str(&text)), &out);
		assert_true(jscan_find(json_of(buf_str(&out)),
				       span_of("/content/0/input"), &input));
		assert_int_equal(input.type, depth == 256 ? J_ARRAY : J_STRING);
		buf_clear(&text);
		buf_clear(&out);
	}
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

/* Which call a piece belongs to. */
static void chat_pieces(void **state)
{
#define PIECE(members, arguments) \
	CALL("{" members \
	     "\"function\":{\"name\":\"n\",\"arguments\":\"" arguments "\"}}")
#define USE(id, input) \
	"{\"type\":\"tool_use\",\"id\":\"" id \
	"\",\"name\":\"n\",\"input\":" input "}"
	static const struct {
		const char *lines[5], *content;
	} rows[] = {
		{ { PIECE("\"id\":\"a\",", "["), PIECE("", "]") },
		  USE("a", "[]") },
		{ { PIECE("", "["), PIECE("\"index\":0,\"id\":\"a\",", "]") },
		  USE("a", "[]") },
		{ { PIECE("\"id\":\"a\",", "[]"), PIECE("\"id\":\"b\",", "[]"),
		    PIECE("\"id\":\"c\",", "["), PIECE("", "]") },
		  USE("a", "[]") "," USE("b", "[]") "," USE("c", "[]") },
		{ { PIECE("\"index\":1,\"id\":\"b\",", "["),
		    PIECE("\"index\":0,\"id\":\"a\",", "[]"),
		    PIECE("\"index\":1,", "]") },
		  USE("b", "[]") "," USE("a", "[]") },
		/* The first id that is not empty is the one. */
		{ { PIECE("\"index\":0,\"id\":\"\",", "["),
		    PIECE("\"index\":0,\"id\":700,", "1"),
		    PIECE("\"index\":0,\"id\":\"a\",", ""),
		    PIECE("\"index\":0,", "]") },
		  USE("a", "[1]") },
		/* One of the same number that has another is another call. */
		{ { PIECE("\"index\":0,\"id\":\"a\",", "[]"),
		    PIECE("\"index\":0,\"id\":\"b\",", "[]") },
		  USE("a", "[]") "," USE("b", "[]") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf want = BUF_INIT(4096);

		buf_addf(&want, "{\"content\":[%s]}", rows[i].content);
		check_stream(FORMAT_CHAT, rows[i].lines, buf_str(&want));
		buf_clear(&want);
	}
}

/* By its name, too; of a format that is unknown nothing is read. */
static void format_names(void **state)
{
	struct buf out = BUF_INIT(100);
	struct jval root = json_of("{\"model\":\"m\",\"id\":\"i\"}");

	(void)state;
	assert_int_equal(format_from("messages"), FORMAT_MESSAGES);
	assert_int_equal(format_from("openai-chat"), FORMAT_CHAT);
	assert_int_equal(format_from("unknown"), FORMAT_UNKNOWN);
	assert_int_equal(format_from(""), FORMAT_UNKNOWN);
	assert_true(format_is_anthropic(FORMAT_MESSAGES));
	assert_true(format_is_anthropic(FORMAT_BEDROCK));
	assert_true(format_is_anthropic(FORMAT_VERTEX));
	assert_false(format_is_anthropic(FORMAT_CHAT));
	assert_false(format_is_anthropic(FORMAT_RESPONSES));
	assert_false(format_is_anthropic(FORMAT_UNKNOWN));
	plain_request(FORMAT_UNKNOWN, root, &out);
	plain_answer(FORMAT_UNKNOWN, root, &out);
	plain_stream(FORMAT_UNKNOWN, &root, 1, &out);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

/* The formats that Claude Code speaks, and how each is recorded. */
static void client_formats(void **state)
{
	static const struct {
		enum format format, is;
		const char *name, *recorded, *came, *left;
	} rows[] = {
		{ FORMAT_MESSAGES, FORMAT_MESSAGES, "messages", "",
		  "/v1/messages?a=b", "/v1/messages?a=b" },
		{ FORMAT_BEDROCK, FORMAT_BEDROCK, "bedrock", "/bedrock",
		  "/bedrock/model/a/invoke", "/model/a/invoke" },
		{ FORMAT_BEDROCK, FORMAT_BEDROCK, "bedrock", "/bedrock",
		  "/bedrocks/model", "/bedrocks/model" },
		{ FORMAT_BEDROCK, FORMAT_BEDROCK, "bedrock", "/bedrock",
		  "/bedroom/model", "/bedroom/model" },
		{ FORMAT_BEDROCK, FORMAT_BEDROCK, "bedrock", "/bedrock",
		  "/bedrock", "/bedrock" },
		{ FORMAT_VERTEX, FORMAT_VERTEX, "vertex", "/vertex/v1",
		  "/vertex/v1/projects/p", "/projects/p" },
		{ FORMAT_CHAT, FORMAT_MESSAGES, "messages", "", "/a", "/a" },
		{ FORMAT_UNKNOWN, FORMAT_MESSAGES, "messages", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct clientformat *c = clientformat_of(rows[i].format);
		char target[64];

		assert_int_equal(c->format, rows[i].is);
		assert_string_equal(c->name, rows[i].name);
		assert_string_equal(c->recorded, rows[i].recorded);
		assert_int_equal(clientformat_from(c->name), rows[i].is);
		snprintf(target, sizeof(target), "%s", rows[i].came);
		clientformat_rebase(rows[i].format, target);
		assert_string_equal(target, rows[i].left);
	}
	assert_int_equal(clientformat_from("openai-chat"), FORMAT_UNKNOWN);
	assert_int_equal(clientformat_from(""), FORMAT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(client_formats),
		cmocka_unit_test(format_names),
		cmocka_unit_test(messages_blocks),
		cmocka_unit_test(messages_ends),
		cmocka_unit_test(stream_limits),
		cmocka_unit_test(deep_input),
		cmocka_unit_test(chat_pieces),
		cmocka_unit_test(path_says_format),
		cmocka_unit_test(path_has_the_model),
		cmocka_unit_test(messages_requests),
		cmocka_unit_test(chat_requests),
		cmocka_unit_test(whole_answers),
		cmocka_unit_test(messages_stream),
		cmocka_unit_test(chat_stream),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
