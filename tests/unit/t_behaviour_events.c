/* What a gateway does to event streams: all that is told of one exchange. */
#include "tests/unit/behaviour_kit.h"

struct row {
	const char *was, *is;
	enum stream_end end; /* of the client's */
	const char *told;
};

static void see_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *inner = NULL;
		struct bench *b;

		set_up(&inner);
		b = inner;
		put_both(b, CLIENT "\n", "{}", PROVIDER "\n", "{}");
		put_answer(b, "u1", STREAM_HEAD, rows[i].was);
		put_response(&b->log, "c1", 1, STREAM_HEAD);
		put_bytes(&b->log, "c1", 1, WLOG_DATA, rows[i].is);
		put_end(&b->log, "c1", 1, rows[i].end);
		end_run(b, "a/b", NULL);
		assert_told(b, rows[i].told);
		tear_down(&inner);
	}
}

#define SEE(rows) see_rows(rows, sizeof(rows) / sizeof((rows)[0]))
#define NAMELESS(data) "data: " data "\n\n"
#define JSON(type) "{\"type\":\"" type "\"}"
#define ERROR \
	EVENT("error", "{\"type\":\"error\",\"error\":{\"type\":" \
		       "\"api_error\",\"message\":\"gone\"}}")
#define TEXTS(n) TEXT(n, "a") TEXT(n, "b")
#define BLOCK_OF(n, text) BLOCK(n, "text") TEXT(n, text) CLOSE(n)

static void t_names(void **state)
{
	static const struct row rows[] = {
		{ START STOP, START NAMELESS(JSON("message_stop")), END_CLEAN,
		  "event-renamed:no-name | gives events another name: no-name: "
		  "1 of 1 streams | {\"type\":\"message_stop\"} > "
		  "{\"type\":\"message_stop\"}\n" },
		{ START STOP, START EVENT("stop", JSON("message_stop")),
		  END_CLEAN,
		  "event-renamed:stop | gives events another name: stop: 1 of "
		  "1 streams | {\"type\":\"message_stop\"} > "
		  "{\"type\":\"message_stop\"}\n" },
		{ START STOP, START EVENT("ping", JSON("message_stop")),
		  END_CLEAN,
		  "event-dropped:message_stop | drops events: message_stop: 1 "
		  "of 1 streams | {\"type\":\"message_stop\"} > -\n"
		  "pings-added | adds pings of its own: 1 of 1 streams | 0 > "
		  "1\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_pieces(void **state)
{
	static const struct row rows[] = {
		{ START TEXTS("0") TEXT("0", "c") STOP,
		  START TEXT("0", "ab") TEXT("0", "c") STOP, END_CLEAN,
		  "events-merged:text_delta | joins several events into one: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"ab\"}}\n" },
		{ START TEXT("0", "abc") STOP,
		  START TEXT("0", "a") TEXT("0", "bc") STOP, END_CLEAN,
		  "events-split:text_delta | splits one event into several: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"abc\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}}\n" },
		{ START TEXTS("0") TEXT("0", "c") STOP, START TEXT("0", "ab"),
		  END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n"
		  "events-merged:text_delta | joins several events into one: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"ab\"}}\n" },
		{ START TEXTS("0") TEXT("0", "c") STOP,
		  START TEXT("0", "ab") STOP, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a\" > \"ab\"\n"
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"b\"}} > -\n" },
		{ START TEXTS("0") STOP, START TEXT("0", "xy") STOP, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a\" > \"xy\"\n"
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"b\"}} > -\n" },
		{ START DELTA("0", "thinking_delta", "thinking", "a")
			  DELTA("0", "thinking_delta", "thinking", "b") STOP,
		  START DELTA("0", "thinking_delta", "thinking", "ab") STOP,
		  END_CLEAN,
		  "events-merged:thinking_delta | joins several events into "
		  "one: "
		  "thinking_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"thinking_delta\",\"thinking\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"thinking_delta\",\"thinking\":\"ab\"}}\n" },
		{ START DELTA("0", "input_json_delta", "partial_json", "1")
			  DELTA("0", "input_json_delta", "partial_json", "2")
				  STOP,
		  START DELTA("0", "input_json_delta", "partial_json", "12")
			  STOP,
		  END_CLEAN,
		  "events-merged:input_json_delta | joins several events into "
		  "one: input_json_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"input_json_delta\",\"partial_json\":\"1\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"input_json_delta\",\"partial_json\":\"12\"}}\n" },
		{ START TEXT("0", "a") STOP, START TEXT("0", "b") STOP,
		  END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a\" > \"b\"\n" },
		{ START EVENT("message_delta", "{\"type\":\"message_delta\","
					       "\"delta\":{\"a\":1}}") STOP,
		  START EVENT("message_delta", "{\"type\":\"message_delta\","
					       "\"delta\":{\"a\":2}}") STOP,
		  END_CLEAN,
		  "answer-value-changed:message_delta/delta/a | changes "
		  "message_delta/delta/a in answers: 1 of 1 answers | 1 > "
		  "2\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_drops(void **state)
{
	static const struct row rows[] = {
		{ START TEXTS("0") STOP, START TEXT("0", "b") STOP, END_CLEAN,
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > -\n" },
		{ START BLOCK_OF("0", "a") STOP,
		  START TEXT("0", "a") CLOSE("0") STOP, END_CLEAN,
		  "event-dropped:content_block_start | drops events: "
		  "content_block_start: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"text\"}} > -\n" },
		{ START BLOCK_OF("0", "a") STOP, START STOP, END_CLEAN,
		  "block-dropped:text | drops content blocks from streams: "
		  "text: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"text\"}} > -\n" },
		{ START BLOCK("0", "text") STOP, START STOP, END_CLEAN,
		  "event-dropped:content_block_start | drops events: "
		  "content_block_start: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"text\"}} > -\n" },
		{ START THOUGHT("0") BLOCK_OF("1", "a") STOP,
		  START BLOCK_OF("0", "a") STOP, END_CLEAN,
		  "block-dropped:thinking | drops content blocks from streams: "
		  "thinking: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"thinking\"}} > -\n" },
		{ START THOUGHT("0") BLOCK_OF("1", "a") BLOCK_OF("2", "b") STOP,
		  START BLOCK_OF("0", "a") BLOCK_OF("1", "b") STOP, END_CLEAN,
		  "block-dropped:thinking | drops content blocks from streams: "
		  "thinking: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"thinking\"}} > -\n" },
		{ START THOUGHT("0") BLOCK_OF("1", "a") STOP,
		  START BLOCK_OF("0", "z") STOP, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a\" > \"z\"\n"
		  "answer-value-changed:index | changes text_delta/index in "
		  "answers: 1 of 1 answers | 1 > 0\n"
		  "block-dropped:thinking | drops content blocks from streams: "
		  "thinking: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"thinking\"}} > -\n" },
		{ START DELTA("0", "thinking_delta", "thinking", "t") TEXTS("1")
			  STOP,
		  START DELTA("0", "thinking_delta", "thinking", "t")
			  TEXT("1", "ab") STOP,
		  END_CLEAN,
		  "events-merged:text_delta | joins several events into one: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"ab\"}}\n" },
		{ START BLOCK_OF("0", "a") STOP, START, END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n" },
		{ START TEXTS("0") ERROR, START TEXTS("0"), END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n" },
		{ START TEXTS("0") ERROR, START, END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n" },
		{ START TEXTS("0") ERROR, START, END_CANCELLED, "" },
		{ START TEXTS("0") ERROR, START TEXT("0", "ab"), END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n"
		  "event-dropped:error | drops events: error: 1 of 1 streams | "
		  "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
		  "\"message\":\"gone\"}} > -\n"
		  "events-merged:text_delta | joins several events into one: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"ab\"}}\n" },
		{ START TEXTS("0") STOP, START TEXT("0", "ab"), END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n"
		  "events-merged:text_delta | joins several events into one: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"ab\"}}\n" },
		{ START TEXTS("0") ERROR, START TEXT("0", "ab"), END_CANCELLED,
		  "events-merged:text_delta | joins several events into one: "
		  "text_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"ab\"}}\n" },
		/* Indexes that are no numbers, and deltas without one. */
		{ START CLOSE("\"x\"") STOP, START STOP, END_CLEAN,
		  "event-dropped:content_block_stop | drops events: "
		  "content_block_stop: 1 of 1 streams | "
		  "{\"type\":\"content_block_stop\",\"index\":\"x\"} > -\n" },
		{ START EVENT("text_delta", JSON("text_delta")) STOP,
		  START STOP, END_CLEAN,
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | {\"type\":\"text_delta\"} > -\n" },
		{ START EVENT("text_delta", JSON("text_delta"))
			  EVENT("text_delta", JSON("text_delta")) STOP,
		  START EVENT("text_delta", JSON("text_delta")) STOP, END_CLEAN,
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | {\"type\":\"text_delta\"} > -\n" },
		{ START BLOCK_OF("0", "a") BLOCK_OF("1", "b") STOP,
		  START BLOCK_OF("0", "b") STOP, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a\" > \"b\"\n"
		  "block-dropped:text | drops content blocks from streams: "
		  "text: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":1,\"content_"
		  "block\":{\"type\":\"text\"}} > -\n" },
		{ START THOUGHT("0") BLOCK_OF("1", "b") STOP,
		  START BLOCK_OF("1", "b") STOP, END_CLEAN,
		  "block-dropped:thinking | drops content blocks from streams: "
		  "thinking: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"thinking\"}} > -\n" },
		{ START BLOCK("0", "thinking") STOP, START STOP, END_CLEAN,
		  "event-dropped:content_block_start | drops events: "
		  "content_block_start: 1 of 1 streams | "
		  "{\"type\":\"content_block_start\",\"index\":0,\"content_"
		  "block\":{\"type\":\"thinking\"}} > -\n" },
		{ START DELTA("0", "input_json_delta", "partial_json", "1")
			  DELTA("0", "input_json_delta", "partial_json", "2")
				  STOP,
		  START DELTA("0", "input_json_delta", "partial_json", "12")
			  STOP,
		  END_CLEAN,
		  "events-merged:input_json_delta | joins several events into "
		  "one: input_json_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"input_json_delta\",\"partial_json\":\"1\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"input_json_delta\",\"partial_json\":\"12\"}}\n" },
		{ START DELTA("0", "thinking_delta", "thinking", "1")
			  DELTA("0", "thinking_delta", "thinking", "2") STOP,
		  START DELTA("0", "thinking_delta", "thinking", "12") STOP,
		  END_CLEAN,
		  "events-merged:thinking_delta | joins several events into "
		  "one: thinking_delta: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"thinking_delta\",\"thinking\":\"1\"}} > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"thinking_delta\",\"thinking\":\"12\"}}\n" },
		{ START TEXT("0", "a") STOP, START STOP TEXT("0", "a"),
		  END_CLEAN,
		  "event-added:message_stop | adds events of its own: "
		  "message_stop: 1 of 1 streams | - > "
		  "{\"type\":\"message_stop\"}\n"
		  "event-dropped:message_stop | drops events: message_stop: 1 "
		  "of 1 streams | {\"type\":\"message_stop\"} > -\n" },
		{ START STOP STOP, START STOP, END_CLEAN,
		  "event-dropped:message_stop | drops events: message_stop: 1 "
		  "of 1 streams | {\"type\":\"message_stop\"} > -\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_replaced(void **state)
{
	static const struct row rows[] = {
		{ START STOP, ERROR, END_CLEAN,
		  "answer-replaced:error | answers with a body of its own: an "
		  "error, \"gone\": 1 of 1 answers | /v1/messages?beta=true > "
		  "event: error\\ndata: "
		  "{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
		  "\"message\":\"gone\"}}\\n\\n\n" },
		{ ERROR, EVENT("error", JSON("error")), END_CLEAN,
		  "answer-member-removed:* | takes error/error out of answers: "
		  "1 of 1 answers | "
		  "{\"type\":\"api_error\",\"message\":\"gone\"} > -\n" },
		{ START STOP, "data: no json\n\n", END_CLEAN,
		  "stream-reframed:data-lines | writes the same events with "
		  "other bytes: "
		  "data-lines: 1 of 1 streams | {\"type\":\"message_start\"} > "
		  "no json\n" },
		{ START TEXTS("0") STOP,
		  START NAMELESS("{\"object\":\"chunk\"}") STOP, END_CLEAN,
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"b\"}} > -\n"
		  "stream-replaced:chunk | writes a stream of its own: chunk: "
		  "1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > "
		  "{\"object\":\"chunk\"}\n" },
		{ START TEXTS("0") STOP, START NAMELESS("{\"type") STOP,
		  END_CLEAN,
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"b\"}} > -\n"
		  "stream-reframed:data-lines | writes the same events with "
		  "other bytes: "
		  "data-lines: 1 of 1 streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a\"}} > {\"type\n" },
		{ START STOP, START STOP NAMELESS("[DONE]"), END_CLEAN,
		  "event-added:[DONE] | adds events of its own: [DONE]: 1 of 1 "
		  "streams | - > [DONE]\n" },
		{ START STOP, START EVENT("extra", "{}") STOP, END_CLEAN,
		  "event-added:extra | adds events of its own: extra: 1 of 1 "
		  "streams | - > {}\n" },
		{ START STOP, START NAMELESS("{}") STOP, END_CLEAN,
		  "event-added:unnamed | adds events of its own: unnamed: 1 of "
		  "1 streams | - > {}\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_pings_and_comments(void **state)
{
	static const struct row rows[] = {
		{ START PING PING STOP, START PING STOP, END_CLEAN,
		  "ping-dropped | drops pings: 1 of 1 streams | 2 > 1\n" },
		{ START PING PING STOP, START PING, END_CUT,
		  "end-changed:clean-cut | ends an answer as cut that the "
		  "provider ended as clean: 1 of 1 answers | clean > cut\n" },
		{ START STOP, START PING STOP, END_CLEAN,
		  "pings-added | adds pings of its own: 1 of 1 streams | 0 > "
		  "1\n" },
		{ START ": a\n\n: b\n\n" STOP, START ": a\n\n" STOP, END_CLEAN,
		  "comments-dropped | drops comment lines: 1 of 1 streams | 2 "
		  "> 1\n" },
		{ START STOP, START ": a\n\n" STOP, END_CLEAN,
		  "comments-added | adds comment lines of its own: 1 of 1 "
		  "streams | 0 > 1\n" },
	};

	(void)state;
	SEE(rows);
}

static void t_spellings(void **state)
{
	static const struct row rows[] = {
		{ START STOP, "\xef\xbb\xbf" START STOP, END_CLEAN,
		  "stream-reframed:byte-order-mark | writes the same events "
		  "with other bytes: "
		  "byte-order-mark: 1 of 1 streams | event: "
		  "message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "\\xef\\xbb\\xbfevent: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n\n" },
		{ START STOP,
		  START "event: message_stop\ndata: " JSON("message_stop") "\n",
		  END_CLEAN,
		  "stream-reframed:last-blank-line | writes the same events "
		  "with other bytes: "
		  "last-blank-line: 1 of 1 streams | event: "
		  "message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\n" },
		{ START "event: message_stop\ndata: " JSON("message_stop") "\n",
		  START STOP, END_CLEAN,
		  "stream-reframed:unfinished-frame | writes the same events "
		  "with other bytes: "
		  "unfinished-frame: 1 of 1 streams | event: "
		  "message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n > "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n\n" },
		{ START STOP, START "\n" STOP, END_CLEAN,
		  "stream-reframed:spelling | writes the same events with "
		  "other bytes: spelling: 1 "
		  "of 1 streams | event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n\n" },
		{ START STOP,
		  START "event:message_stop\ndata:" JSON("message_stop") "\n\n",
		  END_CLEAN,
		  "stream-reframed:spelling | writes the same events with "
		  "other bytes: spelling: 1 "
		  "of 1 streams | event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent:message_stop\\ndata:"
		  "{\"type\":\"message_stop\"}\\n\\n\n" },
		{ START STOP,
		  START "event: message_stop\nid: 1\ndata: " JSON(
			  "message_stop") "\n\n",
		  END_CLEAN,
		  "stream-reframed:spelling | writes the same events with "
		  "other bytes: spelling: 1 "
		  "of 1 streams | event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: "
		  "message_stop\\ndata: {\"type\":\"message_stop\"}\\n\\n > "
		  "event: message_start\\ndata: "
		  "{\"type\":\"message_start\"}\\n\\nevent: message_stop\\nid: "
		  "1\\ndata: {\"type\":\"message_stop\"}\\n\\n\n" },
	};

	(void)state;
	SEE(rows);
}

#define MANY 800

/* A stream of many deltas that have nothing near in common with the other. */
static char *many_of(const char *letter, size_t from, const char *end)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	char *text;

	buf_add_text(&out, START);
	for (size_t i = from; i < MANY; i++)
		buf_addf(&out,
			 EVENT("content_block_delta",
			       "{\"type\":\"content_block_delta\",\"index\":0,"
			       "\"delta\":{\"type\":\"text_delta\","
			       "\"text\":\"%s%zu\"}}"),
			 letter, i);
	buf_add_text(&out, end);
	text = xstrdup(buf_str(&out));
	buf_clear(&out);
	return text;
}

/* Too many for every pair to be looked at: they are compared in order. */
static void t_long_gaps(void **state)
{
	char *was = many_of("a", 0, STOP), *is = many_of("b", 0, STOP);
	char *fewer = many_of("b", 3, STOP);
	struct row rows[] = {
		{ was, is, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a0\" > \"b0\"\n" },
		{ was, fewer, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"a0\" > \"b3\"\n"
		  "event-dropped:text_delta | drops events: text_delta: 1 of 1 "
		  "streams | "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a797\"}} > -\n" },
		{ fewer, was, END_CLEAN,
		  "answer-text-changed:strings | changes text in answers: "
		  "text_delta/delta/text: 1 of 1 answers | \"b3\" > \"a0\"\n"
		  "event-added:text_delta | adds events of its own: "
		  "text_delta: 1 of 1 streams | - > "
		  "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{"
		  "\"type\":\"text_delta\",\"text\":\"a797\"}}\n" },
	};

	(void)state;
	SEE(rows);
	free(was);
	free(is);
	free(fewer);
}

static void t_large_events(void **state)
{
	char *large = xcalloc(1, 70000), *was;
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	struct row row = {
		.end = END_CLEAN,
		.is = START STOP,
		.told = "event-dropped:large-events | drops events: "
			"large-events: 1 of 1 streams | "
			"{\"type\":\"content_block_delta\",\"index\":0,"
			"\"delta\":{\"type\":\"text_delta\",\"text\":"
			"\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
			"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... (33872 bytes) > -\n"
	};

	(void)state;
	memset(large, 'x', (size_t)33 * 1024);
	buf_addf(&b, START TEXT("0", "%s") STOP, large);
	was = xstrdup(buf_str(&b));
	row.was = was;
	see_rows(&row, 1);
	buf_clear(&b);
	free(was);
	free(large);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "streams: names", t_names, NULL, NULL, NULL },
		{ "streams: pieces", t_pieces, NULL, NULL, NULL },
		{ "streams: what is dropped", t_drops, NULL, NULL, NULL },
		{ "streams: what is another's", t_replaced, NULL, NULL, NULL },
		{ "streams: pings and comments", t_pings_and_comments, NULL,
		  NULL, NULL },
		{ "streams: spellings", t_spellings, NULL, NULL, NULL },
		{ "streams: long gaps", t_long_gaps, NULL, NULL, NULL },
		{ "streams: large events", t_large_events, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("streams", tests, NULL, NULL);
}
