/*
 * The plain form of OpenAI's Responses: rows of what came and what is read of
 * requests, of answers, and of streams that tell the same in several ways.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

static void assert_read(const char *came, const struct buf *is,
			const char *wanted)
{
	if (strcmp(buf_str(is), wanted) != 0)
		fail_msg("%s\n-- is\n%s\n-- not\n%s", came, buf_str(is),
			 wanted);
	(void)json_of(buf_str(is));
}

struct row {
	const char *came, *read;
};

#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define INPUT(items) "{\"input\":[" items "]}"
#define TURNS(turns) "{\"messages\":[" turns "]}"
#define TURN(role, blocks) "{\"role\":\"" role "\",\"content\":[" blocks "]}"

/* ---- requests ---- */

static void check_requests(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		plain_request(FORMAT_RESPONSES, json_of(rows[i].came), &out);
		assert_read(rows[i].came, &out, rows[i].read);
		buf_clear(&out);
	}
}

static void turns(void **state)
{
	static const struct row rows[] = {
		{ "{}", "{}" },
		{ "{\"input\":7,\"tools\":7,\"user\":7}", "{}" },
		{ "{\"input\":{\"role\":\"user\"}}", "{}" },
		{ "{\"model\":\"m\",\"input\":\"a\"}",
		  "{\"model\":\"m\",\"messages\":[" TURN("user",
							 TEXT("a")) "]}" },
		{ "{\"instructions\":\"a\",\"input\":\"b\"}",
		  "{\"system\":[" TEXT("a") "],\"messages\":[" TURN(
			  "user", TEXT("b")) "]}" },
		/* Only what comes before the first turn is the system's. */
		{ "{\"instructions\":\"a\",\"input\":[{\"role\":\"system\","
		  "\"content\":\"b\"},{\"type\":\"message\",\"role\":"
		  "\"developer\",\"content\":[{\"type\":\"input_text\","
		  "\"text\":\"c\"}]},{\"role\":\"user\",\"content\":\"d\"},"
		  "{\"role\":\"developer\",\"content\":\"e\"}]}",
		  "{\"system\":[" TEXT("a") "," TEXT("b") "," TEXT(
			  "c") "],\"messages\":[" TURN("user",
						       TEXT("d")) "," TURN("sys"
									   "te"
									   "m",
									   TEXT("e")) "]}" },
		/* Items of one side that follow one another are a turn. */
		{ INPUT("{\"role\":\"user\",\"content\":\"a\"},"
			"{\"type\":\"reasoning\",\"id\":\"r\",\"summary\":["
			"{\"type\":\"summary_text\",\"text\":\"b\"},"
			"{\"type\":\"summary_text\",\"text\":\"c\"}],"
			"\"encrypted_content\":\"S\"},"
			"{\"type\":\"message\",\"role\":\"assistant\","
			"\"content\":[{\"type\":\"output_text\",\"text\":"
			"\"d\"},{\"type\":\"refusal\",\"refusal\":\"e\"}]},"
			"{\"type\":\"function_call\",\"id\":\"fc\","
			"\"call_id\":\"1\",\"name\":\"n\",\"arguments\":"
			"\"{\\\"x\\\":1.10}\"},"
			"{\"type\":\"function_call_output\",\"call_id\":\"1\","
			"\"output\":\"f\"},"
			"{\"role\":\"user\",\"content\":\"g\"}"),
		  TURNS(TURN("user", TEXT("a")) "," TURN(
			  "assistant",
			  "{\"type\":\"thinking\",\"thinking\":"
			  "\"b\\n\\nc\","
			  "\"signature\":\"S\"}," TEXT("d") "," TEXT(
				  "e") ",{\"type\":\"tool_use\","
				       "\"id\":\"1\",\"name\":"
				       "\"n\",\"input\":{\"x\":1."
				       "10}}") "," TURN("user", "{\"type\""
								":\"tool_"
								"result\","
								"\"tool_"
								"use_id\":"
								"\"1\","
								"\"content"
								"\":"
								"[" TEXT("f") "]}," TEXT(
									"g"))) },
		/* A thought of which nothing is told, and one that is. */
		{ INPUT("{\"type\":\"reasoning\",\"summary\":[]},"
			"{\"type\":\"reasoning\",\"summary\":[],\"content\":["
			"{\"type\":\"reasoning_text\",\"text\":\"a\"}]}"),
		  TURNS(TURN("assistant",
			     "{\"type\":\"thinking\",\"thinking\":\"\"},"
			     "{\"type\":\"thinking\",\"thinking\":\"a\"}")) },
		/* Arguments that are no JSON stay a text. */
		{ INPUT("{\"type\":\"function_call\",\"call_id\":7,\"name\":"
			"null,\"arguments\":\"{\"},{\"type\":"
			"\"function_call\",\"arguments\":{}}"),
		  TURNS(TURN("assistant",
			     "{\"type\":\"tool_use\",\"input\":\"{\"},"
			     "{\"type\":\"tool_use\",\"input\":\"\"}")) },
		/* What has no plain form stays as it is, on its side. */
		{ INPUT("{\"type\":\"web_search_call\",\"id\":\"w\"},"
			"{\"type\":\"shell_call_output\",\"id\":\"s\"},"
			"{\"role\":\"user\",\"content\":[{\"type\":"
			"\"input_audio\"},7]},8"),
		  TURNS(TURN(
			  "assistant",
			  "{\"type\":\"web_search_call\","
			  "\"id\":\"w\"}") "," TURN("user",
						    "{\"type\":\"shell_call_"
						    "output\",\"id\":\"s\"},"
						    "{\"type\":\"input_audio\"}"
						    ",7") "," TURN("assistant",
								   "8")) },
		{ INPUT("{\"role\":\"user\",\"content\":7},{\"content\":"
			"\"a\"}"),
		  TURNS(TURN("assistant", "{\"content\":\"a\"}")) },
	};

	(void)state;
	check_requests(rows, sizeof(rows) / sizeof(rows[0]));
}

#define PARTS(parts) \
	INPUT("{\"type\":\"function_call_output\",\"call_id\":\"1\"," \
	      "\"output\":[" parts "]}")
#define RESULT(parts) \
	TURNS(TURN("user", "{\"type\":\"tool_result\",\"tool_use_id\":\"1\"," \
			   "\"content\":[" parts "]}"))
#define BASE64(type, media) \
	"{\"type\":\"" type "\",\"source\":{\"type\":\"base64\"," \
	"\"media_type\":\"" media "\",\"data\":\"AA==\"}}"
#define AT(type, url) \
	"{\"type\":\"" type "\",\"source\":{\"type\":\"url\",\"url\":\"" url \
	"\"}}"

static void media(void **state)
{
	static const struct row rows[] = {
		{ PARTS("{\"type\":\"input_text\",\"text\":\"a\"},"
			"{\"type\":\"input_image\",\"detail\":\"auto\","
			"\"image_url\":\"data:image/png;base64,AA==\"}"),
		  RESULT(TEXT("a") "," BASE64("image", "image/png")) },
		{ PARTS("{\"type\":\"input_image\",\"image_url\":"
			"\"https://a/b.png\"},{\"type\":\"input_image\","
			"\"file_id\":\"f\"}"),
		  RESULT(AT("image",
			    "https://a/b.png") ",{\"type\":\"input_image\","
					       "\"file_id\":\"f\"}") },
		{ PARTS("{\"type\":\"input_file\",\"filename\":\"a.pdf\","
			"\"file_data\":\"data:application/pdf;base64,AA==\"},"
			"{\"type\":\"input_file\",\"file_url\":"
			"\"https://a/b.pdf\"},{\"type\":\"input_file\","
			"\"file_id\":\"f\"}"),
		  RESULT(BASE64("document", "application/pdf") "," AT(
			  "document",
			  "https://a/b.pdf") ",{\"type\":\"input_file\",\"file_"
					     "id\":\"f\"}") },
		{ PARTS(""), RESULT("") },
		{ INPUT("{\"type\":\"function_call_output\",\"call_id\":"
			"\"1\"}"),
		  RESULT("") },
	};

	(void)state;
	check_requests(rows, sizeof(rows) / sizeof(rows[0]));
}

static void the_rest(void **state)
{
	static const struct row rows[] = {
		{ "{\"tools\":[{\"type\":\"function\",\"name\":\"n\","
		  "\"description\":\"d\",\"parameters\":{\"a\":1},\"strict\":"
		  "false},{\"type\":\"web_search\"}]}",
		  "{\"tools\":[{\"name\":\"n\",\"description\":\"d\","
		  "\"input_schema\":{\"a\":1}},{\"type\":\"web_search\"}]}" },
		{ "{\"tool_choice\":\"auto\"}",
		  "{\"tool_choice\":{\"type\":\"auto\"}}" },
		{ "{\"tool_choice\":\"none\"}",
		  "{\"tool_choice\":{\"type\":\"none\"}}" },
		{ "{\"tool_choice\":\"required\",\"parallel_tool_calls\":"
		  "false}",
		  "{\"tool_choice\":{\"type\":\"any\","
		  "\"disable_parallel_tool_use\":true}}" },
		{ "{\"tool_choice\":{\"type\":\"function\",\"name\":\"n\"},"
		  "\"parallel_tool_calls\":true}",
		  "{\"tool_choice\":{\"type\":\"tool\",\"name\":\"n\"}}" },
		{ "{\"parallel_tool_calls\":false}",
		  "{\"tool_choice\":{\"type\":\"auto\","
		  "\"disable_parallel_tool_use\":true}}" },
		{ "{\"parallel_tool_calls\":true}", "{}" },
		{ "{\"max_output_tokens\":9,\"stream\":true,\"temperature\":"
		  "0.50,\"top_p\":1}",
		  "{\"max_tokens\":9,\"stream\":true,\"temperature\":0.50,"
		  "\"top_p\":1}" },
		{ "{\"reasoning\":{\"effort\":\"high\",\"summary\":\"auto\"}}",
		  "{\"output_config\":{\"effort\":\"high\"}}" },
		{ "{\"reasoning\":{\"effort\":null},\"text\":{\"verbosity\":"
		  "\"low\"}}",
		  "{}" },
		{ "{\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":"
		  "\"n\",\"schema\":{\"type\":\"object\"}}}}",
		  "{\"output_config\":{\"format\":{\"type\":\"json_schema\","
		  "\"schema\":{\"type\":\"object\"}}}}" },
		{ "{\"user\":\"u\",\"safety_identifier\":\"s\"}",
		  "{\"metadata\":{\"user_id\":\"u\"}}" },
		{ "{\"safety_identifier\":\"s\"}",
		  "{\"metadata\":{\"user_id\":\"s\"}}" },
	};

	(void)state;
	check_requests(rows, sizeof(rows) / sizeof(rows[0]));
}

/* ---- whole answers ---- */

#define ITEM_TEXT(t) \
	"{\"type\":\"message\",\"id\":\"msg\",\"content\":[{\"type\":" \
	"\"output_text\",\"text\":\"" t "\"}]}"
#define ITEM_CALL(id, args) \
	"{\"type\":\"function_call\",\"call_id\":\"" id "\",\"name\":\"n\"," \
	"\"arguments\":\"" args "\"}"
#define USE(id, input) \
	"{\"type\":\"tool_use\",\"id\":\"" id \
	"\",\"name\":\"n\",\"input\":" input "}"

static void whole_answers(void **state)
{
	static const struct row rows[] = {
		{ "{\"id\":\"i\",\"model\":\"m\",\"status\":\"completed\","
		  "\"output\":[{\"type\":\"reasoning\",\"summary\":[{\"text\":"
		  "\"a\"}],\"encrypted_content\":\"S\"}," ITEM_TEXT(
			  "b") "," ITEM_TEXT("c") "],\"usage\":{\"input_"
						  "tokens\":10,"
						  "\"output_tokens\":2,\"input_"
						  "tokens_details\":"
						  "{\"cached_tokens\":4,"
						  "\"cache_write_tokens\":1}}}",
		  "{\"id\":\"i\",\"model\":\"m\",\"content\":[{\"type\":"
		  "\"thinking\",\"thinking\":\"a\",\"signature\":\"S\"}," TEXT(
			  "b") "," TEXT("c") "],\"stop_reason\":\"end_turn\","
					     "\"usage\":{\"input_tokens\":5,"
					     "\"cache_creation_input_tokens\":"
					     "1,"
					     "\"cache_read_input_tokens\":4,"
					     "\"output_tokens\":2}}" },
		{ "{\"status\":\"completed\",\"output\":[" ITEM_CALL(
			  "1",
			  "{\\\"a\\\": 1}") "," ITEM_CALL("2",
							  "") "," ITEM_CALL("3",
									    "{") "]}",
		  "{\"content\":[" USE("1", "{\"a\": 1}") "," USE(
			  "2", "{}") "," USE("3", "\"{\"") "],\"stop_reason\":"
							   "\"tool_use\"}" },
		/* Thoughts that nobody can read are told, others are none. */
		{ "{\"output\":[{\"type\":\"reasoning\",\"summary\":[]},"
		  "{\"type\":\"reasoning\",\"summary\":[],"
		  "\"encrypted_content\":\"S\"},{\"type\":\"message\","
		  "\"content\":[]},{\"type\":\"web_search_call\"}]}",
		  "{\"content\":[{\"type\":\"thinking\",\"thinking\":\"\","
		  "\"signature\":\"S\"},{\"type\":\"web_search_call\"}]}" },
		{ "{\"status\":\"incomplete\",\"incomplete_details\":"
		  "{\"reason\":\"max_output_tokens\"},\"output\":[" ITEM_CALL(
			  "1", "{") "]}",
		  "{\"content\":[" USE("1", "\"{\"") "],\"stop_reason\":"
						     "\"max_tokens\"}" },
		{ "{\"status\":\"incomplete\",\"incomplete_details\":"
		  "{\"reason\":\"content_filter\"}}",
		  "{\"content\":[],\"stop_reason\":\"refusal\"}" },
		{ "{\"status\":\"incomplete\",\"incomplete_details\":"
		  "{\"reason\":\"odd\"}}",
		  "{\"content\":[],\"stop_reason\":\"odd\"}" },
		{ "{\"status\":\"incomplete\",\"incomplete_details\":null}",
		  "{\"content\":[],\"stop_reason\":\"incomplete\"}" },
		{ "{\"status\":\"cancelled\"}",
		  "{\"content\":[],\"stop_reason\":\"cancelled\"}" },
		{ "{\"status\":null}", "{\"content\":[]}" },
		{ "{\"status\":\"failed\",\"error\":{\"code\":\"c\"}}",
		  "{\"content\":[],\"error\":{\"code\":\"c\"}}" },
		{ "{\"error\":{\"message\":\"x\",\"code\":null}}",
		  "{\"content\":[],\"error\":{\"message\":\"x\",\"code\":"
		  "null}}" },
		/* What is no count, or one that cannot be, counts nothing. */
		{ "{\"usage\":{\"input_tokens\":\"5\",\"output_tokens\":-1,"
		  "\"input_tokens_details\":{\"cached_tokens\":"
		  "9223372036854775807}}}",
		  "{\"content\":[],\"usage\":{\"input_tokens\":0,"
		  "\"cache_read_input_tokens\":0,\"output_tokens\":0}}" },
		{ "[]", "{\"content\":[]}" },
		{ "{\"id\":7,\"output\":{\"a\":" ITEM_TEXT("b") "}}",
		  "{\"content\":[]}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		plain_answer(FORMAT_RESPONSES, json_of(rows[i].came), &out);
		assert_read(rows[i].came, &out, rows[i].read);
		buf_clear(&out);
	}
}

/* ---- streams ---- */

#define EVENT(type, n, more) \
	"{\"type\":\"response." type "\",\"output_index\":" n "," more "}"
#define ADDED(n, item) EVENT("output_item.added", n, "\"item\":" item)
#define DONE(n, item) EVENT("output_item.done", n, "\"item\":" item)
#define SUMMARY(n, what, k, more) \
	EVENT("reasoning_summary_" what, n, "\"summary_index\":" k "," more)
#define PART(n, what, k, more) EVENT(what, n, "\"content_index\":" k "," more)
#define ARGS(n, what, more) EVENT("function_call_arguments." what, n, more)
#define ENDED \
	"{\"type\":\"response.completed\",\"response\":{\"status\":" \
	"\"completed\",\"output\":[]}}"
#define EMPTY_TEXT "{\"type\":\"message\",\"content\":[]}"
#define EMPTY_THOUGHT "{\"type\":\"reasoning\",\"summary\":[]}"

struct stream_row {
	const char *events[EVENTS_LIMIT];
	const char *content, *rest;
};

static const struct stream_row stream_rows[] = {
	/* Deltas count, and what repeats them does not. */
	{ { ADDED("0", EMPTY_TEXT),
	    PART("0", "content_part.added", "0", "\"x\":1"),
	    PART("0", "output_text.delta", "0", "\"delta\":\"a\""),
	    PART("0", "output_text.delta", "0", "\"delta\":\"b\""),
	    PART("0", "output_text.done", "0", "\"text\":\"ab\""),
	    PART("0", "content_part.done", "0", "\"part\":{\"text\":\"ab\"}"),
	    PART("0", "refusal.delta", "1", "\"delta\":\"c\""),
	    PART("0", "refusal.done", "1", "\"refusal\":\"c\""),
	    DONE("0", ITEM_TEXT("ab")), ENDED },
	  TEXT("abc"),
	  ",\"stop_reason\":\"end_turn\"" },
	/* Where none came, the first that has it all counts. */
	{ { ADDED("0", EMPTY_TEXT),
	    PART("0", "output_text.done", "0", "\"text\":\"a\""),
	    PART("0", "refusal.done", "1", "\"refusal\":\"b\""),
	    DONE("0", ITEM_TEXT("ab")), ENDED },
	  TEXT("ab"),
	  ",\"stop_reason\":\"end_turn\"" },
	{ { ADDED("0", EMPTY_TEXT), DONE("0", ITEM_TEXT("a")), ENDED },
	  TEXT("a"),
	  ",\"stop_reason\":\"end_turn\"" },
	{ { "{\"type\":\"response.completed\",\"response\":{\"status\":"
	    "\"completed\",\"output\":[" ITEM_TEXT("a") "]}}" },
	  TEXT("a"),
	  ",\"stop_reason\":\"end_turn\"" },
	/* Text of an item that never began. */
	{ { PART("0", "output_text.delta", "0", "\"delta\":\"a\"") },
	  TEXT("a"),
	  "" },
	/* Thoughts: parts are paragraphs. */
	{ { ADDED("0", EMPTY_THOUGHT),
	    SUMMARY("0", "part.added", "0", "\"part\":{\"text\":\"\"}"),
	    SUMMARY("0", "text.delta", "0", "\"delta\":\"a\""),
	    SUMMARY("0", "text.done", "0", "\"text\":\"a\""),
	    SUMMARY("0", "part.done", "0", "\"part\":{\"text\":\"a\"}"),
	    SUMMARY("0", "text.done", "1", "\"text\":\"b\""),
	    DONE("0", "{\"type\":\"reasoning\",\"summary\":[],"
		      "\"encrypted_content\":\"S\"}") },
	  "{\"type\":\"thinking\",\"thinking\":\"a\\n\\nb\",\"signature\":"
	  "\"S\"}",
	  "" },
	{ { ADDED("0", EMPTY_THOUGHT),
	    PART("0", "reasoning_text.delta", "0", "\"delta\":\"a\""),
	    PART("0", "reasoning_text.done", "0", "\"text\":\"a\"") },
	  "{\"type\":\"thinking\",\"thinking\":\"a\"}",
	  "" },
	/* Calls take turns; the second comes first. */
	{ { ADDED("1", ITEM_CALL("2", "")), ADDED("0", ITEM_CALL("1", "")),
	    ARGS("0", "delta", "\"delta\":\"[\""),
	    ARGS("1", "delta", "\"delta\":\"{\""),
	    ARGS("0", "delta", "\"delta\":\"]\""),
	    ARGS("1", "delta", "\"delta\":\"}\""),
	    ARGS("0", "done", "\"arguments\":\"[]\""),
	    ARGS("1", "done", "\"arguments\":\"{}\""), ENDED },
	  USE("1", "[]") "," USE("2", "{}"),
	  ",\"stop_reason\":\"tool_use\"" },
	/* An input where the item begins, is done, or the arguments are. */
	{ { ADDED("0", ITEM_CALL("1", "[0]")), ADDED("1", ITEM_CALL("2", "")),
	    ADDED("2", ITEM_CALL("3", "")),
	    ARGS("1", "done", "\"arguments\":\"[1]\""),
	    DONE("2", ITEM_CALL("3", "[2]")) },
	  USE("1", "[0]") "," USE("2", "[1]") "," USE("3", "[2]"),
	  "" },
	/* How it fails. */
	{ { "{\"type\":\"response.failed\",\"response\":{\"status\":"
	    "\"failed\",\"error\":{\"code\":\"c\"}}}" },
	  "",
	  ",\"error\":{\"code\":\"c\"}" },
	{ { "{\"type\":\"error\",\"code\":\"c\",\"message\":\"m\"}" },
	  "",
	  ",\"error\":{\"type\":\"error\",\"code\":\"c\",\"message\":\"m\"}" },
	{ { "{\"type\":\"error\",\"error\":{\"code\":\"c\"}}" },
	  "",
	  ",\"error\":{\"code\":\"c\"}" },
	{ { "{\"error\":{\"code\":\"c\"}}" },
	  "",
	  ",\"error\":{\"code\":\"c\"}" },
	/* It is not over. */
	{ { "{\"type\":\"response.created\",\"response\":{"
	    "\"status\":\"in_progress\"}}",
	    ADDED("0", EMPTY_TEXT) },
	  "",
	  "" },
	/* What is no event of it. */
	{ { "7", "{}", "{\"type\":7}", "{\"output_index\":-1,\"item\":{}}",
	    "{\"type\":\"response.odd\",\"output_index\":0}",
	    PART("0", "output_text.delta", "0", "\"delta\":7") },
	  "",
	  "" },
};

static void streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stream_rows) / sizeof(stream_rows[0]);
	     i++) {
		const struct stream_row *row = &stream_rows[i];
		struct buf out = BUF_INIT(BUF_NO_LIMIT), wanted = out;
		struct jval events[EVENTS_LIMIT];
		size_t count = 0;

		for (; count < EVENTS_LIMIT && row->events[count]; count++)
			events[count] = json_of(row->events[count]);
		plain_stream(FORMAT_RESPONSES, events, count, &out);
		buf_addf(&wanted, "{\"content\":[%s]%s}", row->content,
			 row->rest);
		assert_read(row->events[0], &out, buf_str(&wanted));
		buf_clear(&out);
		buf_clear(&wanted);
	}
}

/* The one that is too many is left out. */
static void most_items(void **state)
{
	enum { MOST = 512 };
	struct buf text = BUF_INIT(BUF_NO_LIMIT), out = text;

	(void)state;
	buf_add_text(&text, "{\"output\":[" ITEM_TEXT("a"));
	for (int i = 0; i < MOST; i++)
		buf_add_text(&text, "," ITEM_TEXT("a"));
	buf_add_text(&text, "]}");
	plain_answer(FORMAT_RESPONSES, json_of(buf_str(&text)), &out);
	assert_int_equal(
		jscan_count(jscan_get(json_of(buf_str(&out)), "content")),
		MOST);
	buf_clear(&text);
	buf_clear(&out);
}

/* What is nested too deeply for its place is a text. */
static void deep(void **state)
{
	struct buf nested = BUF_INIT(BUF_NO_LIMIT), text = nested, out = nested;
	struct jval block;

	(void)state;
	for (int i = 0; i < 500; i++)
		buf_add_byte(&nested, '[');
	for (int i = 0; i < 500; i++)
		buf_add_byte(&nested, ']');
	buf_addf(&text,
		 "{\"input\":[{\"type\":\"x\",\"a\":%s},{\"type\":"
		 "\"function_call_output\",\"output\":[%s]}]}",
		 buf_str(&nested), buf_str(&nested));
	plain_request(FORMAT_RESPONSES, json_of(buf_str(&text)), &out);
	assert_true(jscan_find(json_of(buf_str(&out)),
			       span_of("/messages/0/content/0"), &block));
	assert_int_equal(block.type, J_STRING);
	assert_true(jscan_find(json_of(buf_str(&out)),
			       span_of("/messages/1/content/0/content/0"),
			       &block));
	assert_int_equal(block.type, J_STRING);
	buf_clear(&nested);
	buf_clear(&text);
	buf_clear(&out);
}

static void names(void **state)
{
	(void)state;
	assert_int_equal(format_of_path(span_of("/v1/responses")),
			 FORMAT_RESPONSES);
	assert_int_equal(format_of_path(span_of("/responses")),
			 FORMAT_RESPONSES);
	assert_int_equal(format_of_path(span_of("/v1/responses/input_tokens")),
			 FORMAT_UNKNOWN);
	assert_int_equal(format_from("openai-responses"), FORMAT_RESPONSES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(turns),    cmocka_unit_test(media),
		cmocka_unit_test(the_rest), cmocka_unit_test(whole_answers),
		cmocka_unit_test(streams),  cmocka_unit_test(most_items),
		cmocka_unit_test(deep),     cmocka_unit_test(names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plain: Responses", tests, NULL,
					   NULL);
}
