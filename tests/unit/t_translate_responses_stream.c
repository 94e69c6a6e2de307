/* What a provider of Responses streams, and the events that the client gets. */
#include "tests/unit/translate_kit.h"
#include "wire/bytes/base64.h"
#include "wire/http/sse.h"

static struct translate *streaming(void)
{
	static const struct translate_rules rules = {
		.format = TRANSLATE_RESPONSES
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	translate_new(&t, &rules, 1);
	assert_int_equal(translate_request(t,
					   json_of(ASK("\"stream\":true," HI)),
					   &out, NULL),
			 0);
	buf_clear(&out);
	return t;
}

/* A signature in plain text; an error by its type. */
static void add_value(const char *pointer, struct jval v, struct buf *out)
{
	struct buf text = BUF_INIT(4096), plain = text;

	if (strcmp(pointer, "/delta/signature") != 0) {
		buf_addf(out, "=%.*s", SPAN_ARG(v.text));
		return;
	}
	jscan_string(v, &text);
	assert_int_equal(base64_decode(buf_span(&text), &plain), 0);
	buf_addf(out, "~%s", buf_str(&plain));
	buf_clear(&text);
	buf_clear(&plain);
}

static void shorten(struct span stream, struct buf *out)
{
	static const char *const shown[] = {
		"/delta/text",         "/delta/thinking",
		"/delta/partial_json", "/delta/signature",
		"/delta/stop_reason",  "/content_block/name",
		"/content_block/id",   "/error/type",
		"/error/message"
	};
	struct sse s;
	struct sse_event ev;

	sse_init(&s, 1 << 20);
	sse_feed(&s, stream.at, stream.len);
	while (sse_next(&s, &ev) == SSE_EVENT) {
		struct jval root, v;

		assert_int_equal(jscan(ev.data, &root, NULL), 0);
		buf_add_span(out, span_starts(ev.name, "content_block_")
					  ? span_skip(ev.name, 14)
					  : ev.name);
		if (jscan_find(root, span_of("/index"), &v))
			buf_addf(out, "%.*s", SPAN_ARG(v.text));
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			if (jscan_find(root, span_of(shown[i]), &v))
				add_value(shown[i], v, out);
		buf_add_byte(out, ' ');
	}
	sse_clear(&s);
}

#define EV(type, members) "{\"type\":\"" type "\"," members "}"
#define AT(n) "\"output_index\":" #n
#define CREATED EV("response.created", "\"response\":{\"status\":\"queued\"}")
#define ADDED(n, item) \
	EV("response.output_item.added", AT(n) ",\"item\":{" item "}")
#define DONE(n, item) \
	EV("response.output_item.done", AT(n) ",\"item\":{" item "}")
#define TEXT_AT(n, part, t) \
	EV("response.output_text.delta", \
	   AT(n) ",\"content_index\":" #part ",\"delta\":\"" t "\"")
#define TEXT_DONE(n, part, t) \
	EV("response.output_text.done", \
	   AT(n) ",\"content_index\":" #part ",\"text\":\"" t "\"")
#define MESSAGE(t) \
	"\"type\":\"message\",\"content\":[{\"type\":\"output_text\"," \
	"\"text\":\"" t "\"}]"
#define THOUGHT_AT(n, part, t) \
	EV("response.reasoning_summary_text.delta", \
	   AT(n) ",\"summary_index\":" #part ",\"delta\":\"" t "\"")
#define REASONING(more) "\"type\":\"reasoning\",\"id\":\"rs_1\"" more
#define GA ",\"encrypted_content\":\"gA\""
#define SIGNED "~{\"ccgate\":\"responses\",\"id\":\"rs_1\"" GA "} "
#define CALL(id, name, arguments) \
	"\"type\":\"function_call\",\"id\":\"fc_" id "\",\"call_id\":\"" id \
	"\",\"name\":\"" name "\",\"arguments\":\"" arguments "\""
#define ARGS(n, t) \
	EV("response.function_call_arguments.delta", \
	   AT(n) ",\"delta\":\"" t "\"")
#define ARGS_DONE(n, t) \
	EV("response.function_call_arguments.done", \
	   AT(n) ",\"arguments\":\"" t "\"")
#define END(type, status, more) \
	EV("response." type, "\"response\":{\"status\":\"" status "\"" more "}")
#define COMPLETED END("completed", "completed", "")
#define OVER(stop) "message_delta=\"" stop "\" message_stop "

static const struct stream_row {
	const char *events[12];
	const char *told; /* a | after what each has brought, if it has one */
	bool whole;
} stream_rows[] = {
	{ { CREATED, EV("response.in_progress", "\"x\":1"),
	    ADDED(0, MESSAGE("")), EV("response.content_part.added", AT(0)),
	    TEXT_AT(0, 0, "a"), TEXT_AT(0, 0, "b"), TEXT_DONE(0, 0, "ab"),
	    DONE(0, MESSAGE("ab")), COMPLETED },
	  "message_start | | | | start0 delta0=\"a\" | delta0=\"b\" | | | "
	  "stop0 " OVER("end_turn") "| ",
	  true },
	/* Each part is a block. */
	{ { TEXT_AT(0, 0, "a"), TEXT_AT(0, 1, "b"), TEXT_AT(1, 0, "c"),
	    COMPLETED },
	  "message_start start0 delta0=\"a\" | stop0 start1 delta1=\"b\" | "
	  "stop1 start2 delta2=\"c\" | stop2 " OVER("end_turn") "| ",
	  true },
	/* Whole texts where no piece came, and only there. */
	{ { TEXT_DONE(0, 0, "a"), DONE(0, MESSAGE("a")), DONE(1, MESSAGE("b")),
	    COMPLETED },
	  "message_start start0 delta0=\"a\" | | stop0 start1 delta1=\"b\" | "
	  "stop1 " OVER("end_turn") "| ",
	  true },
	/* A thought in two parts, signed when it is over. */
	{ { CREATED, ADDED(0, REASONING(",\"summary\":[]")),
	    THOUGHT_AT(0, 0, "h"), THOUGHT_AT(0, 1, "i"),
	    EV("response.reasoning_summary_text.done",
	       AT(0) ",\"summary_index\":1,\"text\":\"i\""),
	    DONE(0, REASONING(",\"summary\":[{\"text\":\"h\"},{\"text\":"
			      "\"i\"}]" GA)),
	    TEXT_AT(1, 0, "a"), COMPLETED },
	  "message_start | | start0 delta0=\"h\" | delta0=\"\\n\\n\" "
	  "delta0=\"i\" | | delta0" SIGNED "stop0 | start1 delta1=\"a\" | "
	  "stop1 " OVER("end_turn") "| ",
	  true },
	/* One without words is a block, too; one whose words come last. */
	{ { DONE(0, REASONING(",\"summary\":[]" GA)),
	    DONE(1, REASONING(",\"summary\":[{\"text\":\"h\"}]" GA)),
	    COMPLETED },
	  "message_start start0 delta0" SIGNED "stop0 | start1 delta1=\"h\" "
	  "delta1" SIGNED "stop1 | " OVER("end_turn") "| ",
	  true },
	/* The thought itself, and no summary of it. */
	{ { EV("response.reasoning_text.delta",
	       AT(0) ",\"content_index\":0,\"delta\":\"h\""),
	    DONE(0, REASONING(",\"summary\":[],\"content\":[{\"text\":"
			      "\"h\"}]")),
	    COMPLETED },
	  "message_start start0 delta0=\"h\" | delta0~{\"ccgate\":"
	  "\"responses\",\"id\":\"rs_1\",\"own\":true} stop0 | " OVER(
		  "end_turn") "| ",
	  true },
	/* One that is never done is signed by the gateway. */
	{ { THOUGHT_AT(0, 0, "h"), TEXT_AT(1, 0, "a"), COMPLETED },
	  "message_start start0 delta0=\"h\" | delta0~ccgate: not signed by "
	  "the provider stop0 start1 delta1=\"a\" | stop1 " OVER(
		  "end_turn") "| ",
	  true },
	/* Calls; call_id is the id. */
	{ { ADDED(0, CALL("c1", "x", "")), ARGS(0, "{"), ARGS(0, "}"),
	    ARGS_DONE(0, "{}"), DONE(0, CALL("c1", "x", "{}")),
	    ADDED(1, CALL("c2", "y", "")), DONE(1, CALL("c2", "y", "")),
	    COMPLETED },
	  "message_start start0=\"x\"=\"c1\" | delta0=\"{\" | delta0=\"}\" | "
	  "| stop0 | start1=\"y\"=\"c2\" | stop1 | " OVER("tool_use") "| ",
	  true },
	/* Arguments when they are done, when the item is, or at the end. */
	{ { ADDED(0, CALL("c1", "x", "")), ARGS_DONE(0, "{}"),
	    DONE(0, CALL("c1", "x", "{}")), DONE(1, CALL("c2", "y", "{}")),
	    ADDED(2, CALL("c3", "z", "")),
	    END("completed", "completed",
		",\"output\":[{" CALL("c1", "x", "{}") "},{" CALL("c3", "z",
								  "{}") "}]") },
	  "message_start start0=\"x\"=\"c1\" | delta0=\"{}\" | stop0 | "
	  "start1=\"y\"=\"c2\" delta1=\"{}\" stop1 | start2=\"z\"=\"c3\" | "
	  "delta2=\"{}\" stop2 " OVER("tool_use") "| ",
	  true },
	/* With its beginning: they are those that come in pieces, or all. */
	{ { ADDED(0, CALL("c1", "x", "{}")), ARGS(0, "{}"),
	    DONE(0, CALL("c1", "x", "{}")), ADDED(1, CALL("c2", "y", "{}")),
	    DONE(1, CALL("c2", "y", "")), ADDED(2, CALL("c3", "z", "{}")),
	    COMPLETED },
	  "message_start start0=\"x\"=\"c1\" | delta0=\"{}\" | stop0 | "
	  "start1=\"y\"=\"c2\" | delta1=\"{}\" stop1 | start2=\"z\"=\"c3\" | "
	  "delta2=\"{}\" stop2 " OVER("tool_use") "| ",
	  true },
	/* Interleaved calls: one after the other. */
	{ { ADDED(0, CALL("c1", "x", "")), ADDED(1, CALL("c2", "y", "")),
	    ARGS(1, "{}"), ARGS(0, "{"), ARGS(0, "}"),
	    DONE(1, CALL("c2", "y", "{}")), DONE(0, CALL("c1", "x", "{}")),
	    COMPLETED },
	  "message_start start0=\"x\"=\"c1\" | | | delta0=\"{\" | "
	  "delta0=\"}\" stop0 start1=\"y\"=\"c2\" delta1=\"{}\" | stop1 | "
	  "| " OVER("tool_use") "| ",
	  true },
	/* Pieces of a call that nobody began. */
	{ { ARGS(0, "{"), DONE(0, CALL("c1", "x", "{}")), COMPLETED },
	  "message_start | start0=\"x\"=\"c1\" delta0=\"{\" stop0 | " OVER(
		  "tool_use") "| ",
	  true },
	/* All of it at the end. */
	{ { END("completed", "completed",
		",\"output\":[{" REASONING(GA) "},{" MESSAGE("a") "},{" CALL(
			"c1", "x", "{}") "}]") },
	  "message_start start0 delta0" SIGNED "stop0 start1 delta1=\"a\" "
	  "stop1 start2=\"x\"=\"c1\" delta2=\"{}\" stop2 " OVER(
		  "tool_use") "| ",
	  true },
	/* Ends. */
	{ { TEXT_AT(0, 0, "a"),
	    END("incomplete", "incomplete",
		",\"incomplete_details\":{\"reason\":\"max_output_tokens\"}") },
	  "message_start start0 delta0=\"a\" | stop0 " OVER("max_tokens") "| ",
	  true },
	{ { END("incomplete", "incomplete",
		",\"incomplete_details\":{\"reason\":\"content_filter\"}") },
	  "message_start " OVER("refusal") "| ",
	  true },
	{ { EV("response.refusal.delta",
	       AT(0) ",\"content_index\":0,\"delta\":\"no\""),
	    EV("response.refusal.done",
	       AT(0) ",\"content_index\":0,\"refusal\":\"no\""),
	    COMPLETED, TEXT_AT(1, 0, "late") },
	  "message_start start0 delta0=\"no\" | | stop0 " OVER(
		  "refusal") "| | ",
	  true },
	{ { DONE(0, "\"type\":\"message\",\"content\":[{\"type\":\"refusal\","
		    "\"refusal\":\"no\"}]"),
	    COMPLETED },
	  "message_start start0 delta0=\"no\" | stop0 " OVER("refusal") "| ",
	  true },
	/* Errors of every form, and nothing after them. */
	{ { TEXT_AT(0, 0, "a"),
	    END("failed", "failed",
		",\"error\":{\"code\":\"server_error\",\"message\":\"gone\"}"),
	    TEXT_AT(0, 0, "b"), COMPLETED },
	  "message_start start0 delta0=\"a\" | error=\"api_error\"=\"gone\" | "
	  "| | ",
	  true },
	{ { EV("error", "\"code\":\"rate_limit_exceeded\",\"message\":\"m\"") },
	  "message_start error=\"rate_limit_error\"=\"m\" | ",
	  true },
	{ { EV("error", "\"error\":{\"type\":\"invalid_request_error\","
			"\"code\":null,\"message\":\"m\"}") },
	  "message_start error=\"invalid_request_error\"=\"m\" | ",
	  true },
	{ { "{\"error\":{\"code\":\"slow_down\",\"message\":\"m\"}}" },
	  "message_start error=\"overloaded_error\"=\"m\" | ",
	  true },
	{ { END("failed", "failed",
		",\"error\":{\"code\":\"context_length_exceeded\","
		"\"message\":\"m\"}") },
	  "message_start error=\"invalid_request_error\"=\"prompt is too long "
	  "(the provider said: m)\" | ",
	  true },
	{ { END("failed", "failed", ",\"error\":null") },
	  "message_start error=\"api_error\"=\"the provider ended its "
	  "response without an answer, and does not say why\" | ",
	  true },
	{ { END("completed", "cancelled", "") },
	  "message_start error=\"api_error\"=\"the provider ended its "
	  "response without an answer, and does not say why\" | ",
	  true },
	/* No end. */
	{ { CREATED, TEXT_AT(0, 0, "a"), DONE(0, MESSAGE("a")) },
	  "message_start | start0 delta0=\"a\" | | ",
	  false },
	{ { TEXT_AT(0, 0, "a"), "[DONE]" },
	  "message_start start0 delta0=\"a\" | | ",
	  false },
	{ { NULL }, "", false },
	/* What nobody knows. */
	{ { "{}", EV("response.new_thing.delta", "\"delta\":\"x\""),
	    DONE(0, "\"type\":\"web_search_call\""), COMPLETED },
	  "| | message_start | " OVER("end_turn") "| ",
	  true },
};

static void t_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stream_rows) / sizeof(stream_rows[0]);
	     i++) {
		const struct stream_row *row = &stream_rows[i];
		struct buf out = BUF_INIT(BUF_NO_LIMIT), told = out;
		struct translate *t = streaming();

		for (size_t n = 0; n < 12 && row->events[n]; n++) {
			assert_int_equal(
				translate_chunk(t, span_of(row->events[n]),
						&out),
				0);
			shorten(buf_span(&out), &told);
			buf_add_text(&told, "| ");
			buf_reset(&out);
		}
		assert_int_equal(translate_finish(t, &out), row->whole);
		assert_int_equal(out.len, 0);
		assert_string_equal(buf_str(&told), row->told);
		translate_free(t);
		buf_clear(&out);
		buf_clear(&told);
	}
}

/* Tokens come with the last event; before it, the input is estimated. */
static void t_usage(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t = streaming();

	(void)state;
	assert_int_equal(translate_chunk(t, span_of(CREATED), &out), 0);
	assert_non_null(strstr(buf_str(&out), USAGE("9", "0", "0")));
	buf_reset(&out);
	assert_int_equal(
		translate_chunk(t,
				span_of(END("completed", "completed",
					    ",\"usage\":{\"input_tokens\":50,"
					    "\"output_tokens\":3,"
					    "\"input_tokens_details\":{"
					    "\"cached_tokens\":20}}")),
				&out),
		0);
	assert_non_null(strstr(buf_str(&out), USAGE("30", "20", "3")));
	translate_free(t);
	buf_clear(&out);
}

static void t_no_event(void **state)
{
	static const char *const bad[] = { "{", "[]", "7", "" };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct translate *t = streaming();

		assert_int_equal(translate_chunk(t, span_of(bad[i]), &out), -1);
		assert_int_equal(out.len, 0);
		translate_free(t);
	}
	buf_clear(&out);
}

/* An answer has 256 calls and 4096 parts of texts at most. */
static void t_limits(void **state)
{
	static const struct {
		const char *event; /* %d: its number */
		int most;
	} rows[] = {
		{ EV("response.output_item.added",
		     "\"output_index\":%d,\"item\":{" CALL("c", "x", "") "}"),
		  256 },
		{ EV("response.output_text.delta",
		     "\"output_index\":0,\"content_index\":%d,\"delta\":\"t\""),
		  4096 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT), number = BUF_INIT(16);
		struct buf event = BUF_INIT(4096);
		struct translate *t = streaming();

		for (int n = 0; n <= rows[i].most; n++) {
			buf_reset(&event);
			buf_reset(&number);
			buf_addf(&number, "%d", n);
			buf_add_text(&event, rows[i].event);
			buf_replace(&event, "%d", buf_str(&number));
			assert_int_equal(
				translate_chunk(t, buf_span(&event), &out),
				n == rows[i].most ? -1 : 0);
			buf_reset(&out);
		}
		translate_free(t);
		buf_clear(&out);
		buf_clear(&number);
		buf_clear(&event);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_streams),
		cmocka_unit_test(t_usage),
		cmocka_unit_test(t_no_event),
		cmocka_unit_test(t_limits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translate_responses_stream", tests,
					   NULL, NULL);
}
