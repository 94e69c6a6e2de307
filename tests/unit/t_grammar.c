/* Tests of probe/look/grammar: one broken rule a row. */
#include "makelog.h"

#include "probe/look/grammar.h"

#define EVENT(name, rest) \
	"event: " name "\ndata: {\"type\":\"" name "\"" rest "}\n\n"
#define START_USAGE(usage) \
	EVENT("message_start", ",\"message\":{\"id\":\"m\",\"type\":" \
			       "\"message\",\"role\":\"assistant\"," \
			       "\"model\":\"x\",\"content\":[]," \
			       "\"stop_reason\":null,\"stop_sequence\":" \
			       "null,\"usage\":" usage "}")
#define START_OF(members) \
	EVENT("message_start", ",\"message\":{\"type\":\"message\"," \
			       "\"role\":\"assistant\"," members "}")
#define START START_USAGE("{\"input_tokens\":9,\"output_tokens\":1}")
#define BLOCK(n, block) \
	EVENT("content_block_start", \
	      ",\"index\":" n ",\"content_block\":" block)
#define DELTA(n, delta) \
	EVENT("content_block_delta", ",\"index\":" n ",\"delta\":" delta)
#define STOP(n) EVENT("content_block_stop", ",\"index\":" n)
#define TEXT0 \
	BLOCK("0", "{\"type\":\"text\",\"text\":\"\"}") \
	DELTA("0", "{\"type\":\"text_delta\",\"text\":\"a\"}") STOP("0")
#define TOOL "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"n\",\"input\":{}}"
#define JSON_DELTA(n, text) \
	DELTA(n, "{\"type\":\"input_json_delta\",\"partial_json\":" text "}")
#define THINKING "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}"
#define SIGNATURE(n) \
	DELTA(n, "{\"type\":\"signature_delta\",\"signature\":\"S\"}")
#define FINISH_WITH(reason, tokens) \
	EVENT("message_delta", ",\"delta\":{\"stop_reason\":" reason \
			       ",\"stop_sequence\":null},\"usage\":" \
			       "{\"output_tokens\":" tokens "}")
#define FINISH FINISH_WITH("\"end_turn\"", "5")
#define OVER EVENT("message_stop", "")

static const struct {
	const char *stream, *wanted;
} rows[] = {
	{ START TEXT0 FINISH OVER, "ok" },
	{ EVENT("ping", "") START EVENT("ping", "") TEXT0 FINISH OVER, "ok" },
	{ START EVENT("ccprobe_future", ",\"x\":1") TEXT0 FINISH OVER, "ok" },
	{ START BLOCK("0", "{\"type\":\"text\",\"text\":\"\"}") DELTA(
		  "0", "{\"type\":\"ccprobe_delta\"}") STOP("0") FINISH OVER,
	  "ok" },
	{ START BLOCK("0", THINKING) DELTA(
		  "0", "{\"type\":\"thinking_delta\",\"thinking\":"
		       "\"a\"}") SIGNATURE("0") STOP("0") BLOCK("1", TOOL)
		  JSON_DELTA("1", "\"\"") JSON_DELTA("1", "\"{}\"") STOP("1")
			  FINISH_WITH("\"tool_use\"", "9") OVER,
	  "ok" },
	{ START BLOCK("0", THINKING) SIGNATURE("0") STOP("0") FINISH OVER,
	  "ok" },
	{ START TEXT0 EVENT("error", ",\"error\":{\"type\":\"api_error\","
				     "\"message\":\"m\"}"),
	  "ok" },
	{ EVENT("error", ",\"error\":{\"type\":\"api_error\",\"message\":"
			 "\"m\"}"),
	  "ok" },
	{ "", "the stream has no message_start" },
	{ EVENT("ping", ""), "the stream has no message_start" },
	{ START TEXT0 FINISH, "the stream ends without message_stop" },
	{ "data: {\"type\":\"message_start\"}\n\n",
	  "event 0 (no name): it has no event: line, so clients drop it" },
	{ "event: a\nevent: message_stop\ndata: {}\n\n",
	  "event 0 (message_stop): it has more than one event: line" },
	{ "event: message_start\n\n",
	  "event 0 (message_start): it has no data" },
	{ "event: message_start\ndata: {\n\n",
	  "event 0 (message_start): its data is not a JSON object" },
	{ "event: message_start\ndata: {\"type\":\"message_stop\"}\n\n",
	  "event 0 (message_start): the type in its data is not the event's "
	  "name" },
	{ START "data: [OTHER]\n\n",
	  "event 1 (no name): it has no event: line, so clients drop it" },
	{ TEXT0, "event 0 (content_block_start): it comes before "
		 "message_start" },
	{ DELTA("0", "{\"type\":\"text_delta\",\"text\":\"a\"}"),
	  "event 0 (content_block_delta): it comes before message_start" },
	{ STOP("0"),
	  "event 0 (content_block_stop): it comes before message_start" },
	{ FINISH, "event 0 (message_delta): it comes before message_start" },
	{ OVER, "event 0 (message_stop): it comes before message_start" },
	{ "event: message_start\ndata: [1]\n\n",
	  "event 0 (message_start): its data is not a JSON object" },
	{ "event: message_start\ndata: {\"type\":1}\n\n",
	  "event 0 (message_start): the type in its data is not the event's "
	  "name" },
	{ START BLOCK("0", "{\"type\":\"text\",\"text\":\"\"}") OVER,
	  "event 2 (message_stop): block 0 is still open" },
	{ START TEXT0 OVER, "event 4 (message_stop): there was no "
			    "message_delta" },
	{ START TEXT0 FINISH TEXT0,
	  "event 5 (content_block_start): a block begins after "
	  "message_delta" },
	{ START TEXT0 EVENT("error", ",\"error\":{\"type\":\"a\"}"),
	  "event 4 (error): error.type or error.message is missing" },
	{ START TEXT0 EVENT("error", ",\"error\":{\"message\":\"a\"}"),
	  "event 4 (error): error.type or error.message is missing" },
	{ START START_USAGE("{\"input_tokens\":8,\"output_tokens\":1}"),
	  "event 1 (message_start): a second message_start" },
	/* Deviations that the client ignores, as measured. */
	{ START START TEXT0 FINISH OVER, "ok" },
	{ START TEXT0 FINISH OVER "data: [DONE]\n\n", "ok" },
	{ START_USAGE("{}"), "event 0 (message_start): "
			     "message.usage.input_tokens is missing" },
	{ EVENT("message_start", ",\"message\":{\"type\":\"message\"}"),
	  "event 0 (message_start): message.role is not \"assistant\"" },
	{ START_USAGE("{\"input_tokens\":0,\"cache_read_input_tokens\":5}")
		  TEXT0 FINISH OVER,
	  "ok" },
	{ START_USAGE("{\"input_tokens\":0,\"cache_creation_input_tokens\":5}")
		  TEXT0 FINISH OVER,
	  "ok" },
	{ START_USAGE("{\"input_tokens\":0}") TEXT0 FINISH OVER,
	  "event 5 (message_stop): no event has the number of input tokens" },
	{ START BLOCK("1", "{\"type\":\"text\",\"text\":\"\"}"),
	  "event 1 (content_block_start): its index should be 0" },
	{ START BLOCK("0", "{\"type\":\"text\",\"text\":\"\"}") TEXT0,
	  "event 2 (content_block_start): block 0 is still open" },
	{ START DELTA("0", "{\"type\":\"text_delta\",\"text\":\"\"}"),
	  "event 1 (content_block_delta): no block 0 is open" },
	{ START TEXT0 STOP("0"),
	  "event 4 (content_block_stop): no block 0 is open" },
	{ START BLOCK("0", "{\"type\":\"text\",\"text\":\"\"}")
		  JSON_DELTA("0", "\"\""),
	  "event 2 (content_block_delta): its type does not go with the "
	  "block's" },
	{ START BLOCK("0", "{\"type\":\"text\"}"),
	  "event 1 (content_block_start): a text block does not begin with "
	  "\"text\":\"\"" },
	{ START BLOCK("0", "{\"type\":\"thinking\",\"thinking\":\"\"}"),
	  "event 1 (content_block_start): a thinking block does not begin "
	  "with \"signature\":\"\"" },
	{ START BLOCK("0", "{\"type\":\"tool_use\",\"name\":\"n\",\"input\":"
			   "{}}"),
	  "event 1 (content_block_start): a tool use begins without its id" },
	{ START BLOCK("0", "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":"
			   "\"n\",\"input\":{\"a\":1}}"),
	  "event 1 (content_block_start): a tool use does not begin with "
	  "\"input\":{}" },
	{ START BLOCK("0", TOOL) JSON_DELTA("0", "\"{\"") STOP("0")
		  FINISH_WITH("\"tool_use\"", "9") OVER,
	  "event 3 (content_block_stop): the tool's input is not one JSON "
	  "object" },
	{ START BLOCK("0", TOOL) JSON_DELTA("0", "\"{\"") STOP("0")
		  FINISH_WITH("\"max_tokens\"", "9") OVER,
	  "ok" },
	{ START BLOCK("0", TOOL) STOP("0") FINISH OVER,
	  "event 4 (message_stop): the message uses a tool, and its "
	  "stop_reason is end_turn" },
	{ START BLOCK("0", THINKING) STOP("0"),
	  "event 2 (content_block_stop): a thinking block ends without its "
	  "signature" },
	{ START BLOCK("0", THINKING) SIGNATURE("0") SIGNATURE("0") STOP("0"),
	  "event 4 (content_block_stop): a thinking block has its signature "
	  "in more than one delta" },
	{ START BLOCK("0", THINKING) SIGNATURE("0")
		  DELTA("0", "{\"type\":\"thinking_delta\",\"thinking\":"
			     "\"a\"}") STOP("0"),
	  "event 4 (content_block_stop): a thinking block does not end with "
	  "its "
	  "signature" },
	{ START EVENT("message_delta", ",\"delta\":{\"stop_reason\":null}"),
	  "event 1 (message_delta): usage.output_tokens is missing" },
	{ START EVENT("message_delta",
		      ",\"delta\":{\"stop_reason\":null},\"usage\":{}"),
	  "event 1 (message_delta): usage.output_tokens is missing" },
	{ START EVENT("message_delta", ",\"usage\":{\"output_tokens\":1}"),
	  "event 1 (message_delta): delta is missing" },
	{ START EVENT("message_delta", ",\"delta\":{},\"usage\":"
				       "{\"output_tokens\":1}"),
	  "event 1 (message_delta): delta.stop_reason is missing" },
	{ START TEXT0 FINISH FINISH_WITH("\"end_turn\"", "4"),
	  "event 5 (message_delta): usage.output_tokens went down; it counts "
	  "the whole message" },
	{ START TEXT0 FINISH_WITH("null", "4") OVER,
	  "event 5 (message_stop): the last message_delta has no "
	  "stop_reason" },
	{ START TEXT0 FINISH_WITH("\"end_turn\"", "0") OVER,
	  "event 5 (message_stop): there was text, and usage.output_tokens is "
	  "0" },
	{ START TEXT0 OVER,
	  "event 4 (message_stop): there was no message_delta" },
	{ START_USAGE("{\"input_tokens\":1}") TEXT0 FINISH OVER, "ok" },
	{ START_USAGE("{\"input_tokens\":0,\"cache_read_input_tokens\":1}")
		  TEXT0 FINISH OVER,
	  "ok" },
	{ START_USAGE("{\"input_tokens\":0,\"cache_creation_input_tokens\":1}")
		  TEXT0 FINISH OVER,
	  "ok" },
	{ EVENT("message_start", ""),
	  "event 0 (message_start): message is missing" },
	{ EVENT("message_start", ",\"message\":[]"),
	  "event 0 (message_start): message is missing" },
	{ EVENT("message_start", ",\"message\":{}"),
	  "event 0 (message_start): message.type is not \"message\"" },
	{ START_OF("\"content\":[1]"),
	  "event 0 (message_start): message.content is not []" },
	{ START_OF("\"content\":{}"),
	  "event 0 (message_start): message.content is not []" },
	{ START_OF("\"content\":[]"),
	  "event 0 (message_start): message.id is missing" },
	{ START_OF("\"content\":[],\"id\":1"),
	  "event 0 (message_start): message.id is missing" },
	{ START_OF("\"content\":[],\"id\":\"i\""),
	  "event 0 (message_start): message.model is missing" },
	{ START_OF("\"content\":[],\"id\":\"i\",\"model\":\"m\","
		   "\"stop_reason\":\"x\""),
	  "event 0 (message_start): message.stop_reason is not null" },
	{ START_OF("\"content\":[],\"id\":\"i\",\"model\":\"m\","
		   "\"stop_reason\":null"),
	  "event 0 (message_start): message.stop_sequence is not null" },
	{ START_OF("\"content\":[],\"id\":\"i\",\"model\":\"m\","
		   "\"stop_reason\":null,\"stop_sequence\":null"),
	  "event 0 (message_start): message.usage is missing" },
	{ START EVENT("content_block_start", ",\"index\":0"),
	  "event 1 (content_block_start): content_block is missing" },
	{ START BLOCK("0", "[]"),
	  "event 1 (content_block_start): content_block is missing" },
	{ START BLOCK("0", "{}"),
	  "event 1 (content_block_start): content_block.type is missing" },
	{ START EVENT("content_block_start", ""),
	  "event 1 (content_block_start): index is missing" },
	{ START BLOCK("\"0\"", "{}"),
	  "event 1 (content_block_start): index is missing" },
	{ START BLOCK("0.5", "{}"),
	  "event 1 (content_block_start): index is missing" },
	{ START BLOCK("0", "{\"type\":\"text\",\"text\":\"a\"}"),
	  "event 1 (content_block_start): a text block does not begin with "
	  "\"text\":\"\"" },
	{ START BLOCK("0", "{\"type\":\"thinking\"}"),
	  "event 1 (content_block_start): a thinking block does not begin "
	  "with \"thinking\":\"\"" },
	{ START BLOCK("0", "{\"type\":\"redacted_thinking\"}"),
	  "event 1 (content_block_start): a redacted_thinking block has no "
	  "data" },
	{ START BLOCK("0", "{\"type\":\"redacted_thinking\",\"data\":\"d\"}")
		  STOP("0") FINISH OVER,
	  "ok" },
	{ START BLOCK("0", "{\"type\":\"server_tool_use\",\"id\":\"\"}"),
	  "event 1 (content_block_start): a tool use begins without its id" },
	{ START BLOCK("0", "{\"type\":\"mcp_tool_use\",\"id\":\"i\"}"),
	  "event 1 (content_block_start): a tool use begins without its name" },
	{ START BLOCK("0", "{\"type\":\"tool_use\",\"id\":\"i\",\"name\":"
			   "\"\"}"),
	  "event 1 (content_block_start): a tool use begins without its name" },
	{ START BLOCK("0", "{\"type\":\"tool_use\",\"id\":\"i\",\"name\":"
			   "\"n\",\"input\":[]}"),
	  "event 1 (content_block_start): a tool use does not begin with "
	  "\"input\":{}" },
	{ START BLOCK("0", TOOL) EVENT("content_block_delta", ",\"index\":0"),
	  "event 2 (content_block_delta): delta is missing" },
	{ START BLOCK("0", TOOL) DELTA("0", "1"),
	  "event 2 (content_block_delta): delta is missing" },
	{ START BLOCK("0", TOOL) DELTA("0", "{}"),
	  "event 2 (content_block_delta): delta.type is missing" },
	{ START BLOCK("0", TOOL) DELTA("0", "{\"type\":\"input_json_delta\"}"),
	  "event 2 (content_block_delta): its text is missing" },
	{ START BLOCK("0", TOOL) JSON_DELTA("0", "1"),
	  "event 2 (content_block_delta): partial_json is not a string" },
	{ START BLOCK("0", TOOL) DELTA("1", "{}"),
	  "event 2 (content_block_delta): no block 1 is open" },
	{ START TEXT0 FINISH BLOCK("1", TOOL),
	  "event 5 (content_block_start): a block begins after "
	  "message_delta" },
	{ START BLOCK("0", TOOL) FINISH,
	  "event 2 (message_delta): block 0 is still open" },
	{ START TEXT0 FINISH BLOCK("1", TOOL) OVER,
	  "event 5 (content_block_start): a block begins after "
	  "message_delta" },
	{ START EVENT("message_delta", ",\"delta\":[],\"usage\":"
				       "{\"output_tokens\":1}"),
	  "event 1 (message_delta): delta is missing" },
	{ START EVENT("message_delta", ",\"delta\":{\"stop_reason\":null},"
				       "\"usage\":{\"output_tokens\":\"1\"}"),
	  "event 1 (message_delta): usage.output_tokens is missing" },
	{ START TEXT0 FINISH FINISH OVER, "ok" },
	{ START BLOCK("0", TOOL) JSON_DELTA("0", "\"[]\"") STOP("0")
		  FINISH_WITH("\"tool_use\"", "9") OVER,
	  "event 3 (content_block_stop): the tool's input is not one JSON "
	  "object" },
	{ START BLOCK("0", TOOL) STOP("0") FINISH_WITH("\"tool_use\"", "9")
		  OVER,
	  "ok" },
	{ START BLOCK("0", TOOL) JSON_DELTA("0", "\"{\"") STOP("0")
		  BLOCK("1", TOOL) JSON_DELTA("1", "\"[\"") STOP("1")
			  FINISH_WITH("\"tool_use\"", "9") OVER,
	  "event 3 (content_block_stop): the tool's input is not one JSON "
	  "object" },
	{ START TEXT0 FINISH OVER OVER,
	  "event 6 (message_stop): a second message_stop" },
	{ START TEXT0 FINISH OVER EVENT("error", ",\"error\":{}"),
	  "event 6 (error): it comes after message_stop" },
	{ START TEXT0 FINISH OVER EVENT("ping", ""), "ok" },
	{ START EVENT("error", ",\"error\":{}"),
	  "event 1 (error): error.type or error.message is missing" },
	{ START EVENT("error", ",\"error\":{\"type\":\"a\",\"message\":\"b\"}")
		  TEXT0,
	  "event 2 (content_block_start): it comes after an error" },
};

/* The fault that the sentence describes. */
static enum grammar_fault fault_of(const char *said)
{
	if (strcmp(said, "ok") == 0)
		return GRAMMAR_GOOD;
	if (strstr(said, "uses a tool") || strstr(said, "tool's input"))
		return GRAMMAR_TOOL;
	return strstr(said, "usage") || strstr(said, "input tokens")
		       ? GRAMMAR_USAGE
		       : GRAMMAR_OTHER;
}

static void t_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(4096);
		struct wlog w;
		struct view v;

		wlog_init(&w, 1024 * 1024);
		put_stream(&w, "c1", rows[i].stream);
		view_of(&v, &w, RUN);
		assert_int_equal(grammar_check(view_find(&v, "c1", 1), &out),
				 fault_of(rows[i].wanted));
		assert_string_equal(buf_str(&out), rows[i].wanted);
		view_clear(&v);
		wlog_clear(&w);
		buf_clear(&out);
	}
}

static void t_open(void **state)
{
	struct buf out = BUF_INIT(4096);
	struct wlog w;
	struct view v;

	(void)state;
	wlog_init(&w, 1024 * 1024);
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, START TEXT0);
	view_of(&v, &w, RUN);
	grammar_check(view_find(&v, "c1", 1), &out);
	assert_string_equal(buf_str(&out), "the stream is not over yet");
	view_clear(&v);
	wlog_clear(&w);
	buf_clear(&out);
}

static void t_eager(void **state)
{
	struct buf out = BUF_INIT(4096);
	struct wlog w;
	struct view v;

	(void)state;
	wlog_init(&w, 1024 * 1024);
	put_bytes(&w, "c1", 1, WLOG_BODY,
		  "{\"tools\":[{\"eager_input_streaming\":true}]}");
	put_stream(&w, "c1",
		   START BLOCK("0", TOOL) JSON_DELTA("0", "\"{\"") STOP("0")
			   FINISH_WITH("\"tool_use\"", "9") OVER);
	view_of(&v, &w, RUN);
	grammar_check(view_find(&v, "c1", 1), &out);
	assert_string_equal(buf_str(&out), "ok");
	view_clear(&v);
	wlog_clear(&w);
	buf_clear(&out);
}

static const struct CMUnitTest tests[] = {
	{ "grammar: each rule is seen to hold and to break", t_rows, NULL, NULL,
	  NULL },
	{ "grammar: a stream that goes on is not over yet", t_open, NULL, NULL,
	  NULL },
	{ "grammar: eager tool input may be broken JSON", t_eager, NULL, NULL,
	  NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
