/* What a provider streams, and the events that the client gets for it. */
#include "tests/unit/translate_kit.h"
#include "wire/http/sse.h"

/* ---- streams ---- */

/* The events as their names and deltas, in short. */
static void shorten(struct span stream, struct buf *out)
{
	static const char *const shown[] = {
		"/delta/text",         "/delta/thinking",
		"/delta/partial_json", "/delta/stop_reason",
		"/content_block/name", "/error/message"
	};
	struct sse s;
	struct sse_event ev;

	sse_init(&s, 1 << 20);
	sse_feed(&s, stream.at, stream.len);
	while (sse_next(&s, &ev) == SSE_EVENT) {
		struct jval root, v;

		assert_int_equal(jscan(ev.data, &root, NULL), 0);
		if (span_starts(ev.name, "content_block_"))
			buf_add_span(out, span_skip(ev.name, 14));
		else
			buf_add_span(out, ev.name);
		if (jscan_find(root, span_of("/index"), &v))
			buf_addf(out, "%.*s", SPAN_ARG(v.text));
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			if (jscan_find(root, span_of(shown[i]), &v))
				buf_addf(out, "=%.*s", SPAN_ARG(v.text));
		buf_add_byte(out, ' ');
	}
	sse_clear(&s);
}

#define CHUNK(delta) "{\"choices\":[{\"index\":0,\"delta\":{" delta "}}]}"
#define CALLS(list) CHUNK("\"tool_calls\":[" list "]")
#define END(why) "{\"choices\":[{\"delta\":{},\"finish_reason\":\"" why "\"}]}"

static const struct stream_row {
	const char *chunks[12];
	const char *told;
	bool whole;
} stream_rows[] = {
	{ { CHUNK("\"role\":\"assistant\",\"content\":\"\""),
	    CHUNK("\"content\":\"a\""), CHUNK("\"content\":\"b\""), END("stop"),
	    "[DONE]" },
	  "message_start start0 delta0=\"a\" delta0=\"b\" stop0 "
	  "message_delta=\"end_turn\" message_stop ",
	  true },
	{ { CHUNK("\"reasoning_content\":\"h\""), CHUNK("\"content\":\"a\""),
	    CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"n\","
		  "\"arguments\":\"{\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"}\"}}"),
	    END("tool_calls") },
	  "message_start start0 delta0=\"h\" delta0 stop0 start1 "
	  "delta1=\"a\" stop1 start2=\"n\" delta2=\"{\" delta2=\"}\" stop2 "
	  "message_delta=\"tool_use\" message_stop ",
	  true },
	/* Interleaved calls: one after the other. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"[\"}}"),
	    CALLS("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"{\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"1\"}}"),
	    CALLS("{\"index\":1,\"function\":{\"arguments\":\"}\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"]\"}}"),
	    END("tool_calls"), "[DONE]" },
	  "message_start start0=\"x\" delta0=\"[\" delta0=\"1\" delta0=\"]\" "
	  "stop0 start1=\"y\" delta1=\"{}\" stop1 message_delta=\"tool_use\" "
	  "message_stop ",
	  true },
	/* Brackets and quotes in texts end nothing. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{\\\"a\\\":\\\"}\\\\\"}}"),
	    CALLS("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"{}\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"\\\"}\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"\\\"}\"}}"),
	    END("tool_calls") },
	  "message_start start0=\"x\" delta0=\"{\\\"a\\\":\\\"}\\\\\" "
	  "delta0=\"\\\"}\" delta0=\"\\\"}\" stop0 start1=\"y\" "
	  "delta1=\"{}\" stop1 message_delta=\"tool_use\" message_stop ",
	  true },
	/* All of the arguments in the opening chunk, without an index. */
	{ { CALLS("{\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{}\"}}"),
	    CALLS("{\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"\"}}"),
	    END("stop"), "[DONE]" },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 start1=\"y\" stop1 "
	  "message_delta=\"tool_use\" message_stop ",
	  true },
	/* The name comes late, and once more. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"arguments\":"
		  "\"{\"}}"),
	    CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"}\"}}"),
	    CALLS("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"x\"}}"),
	    END("tool_calls") },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 "
	  "message_delta=\"tool_use\" message_stop ",
	  true },
	/* Calls that share a number are told apart by id and name. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{}\"}}"),
	    CALLS("{\"index\":0,\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"{\"}}"),
	    CALLS("{\"index\":0,\"id\":\"3\",\"function\":{\"name\":\"\","
		  "\"arguments\":\"}\"}}"),
	    END("tool_calls") },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 start1=\"y\" "
	  "delta1=\"{\" delta1=\"}\" stop1 message_delta=\"tool_use\" "
	  "message_stop ",
	  true },
	/* Another choice, null members, no choices, and text after a call. */
	{ { "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"z\"}}]}",
	    CHUNK("\"content\":null,\"tool_calls\":null"), "{\"choices\":[]}",
	    CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{}\"}}"),
	    CHUNK("\"content\":\"t\""), END("stop"), "[DONE]" },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 start1 "
	  "delta1=\"t\" stop1 message_delta=\"tool_use\" message_stop ",
	  true },
	{ { CHUNK("\"refusal\":\"no\""), END("content_filter"), "[DONE]" },
	  "message_start start0 delta0=\"no\" stop0 message_delta=\"refusal\" "
	  "message_stop ",
	  true },
	/* "[DONE]" without a finish is an end; nothing at all is a cut. */
	{ { CHUNK("\"content\":\"a\""), "[DONE]" },
	  "message_start start0 delta0=\"a\" stop0 message_delta=\"end_turn\" "
	  "message_stop ",
	  true },
	{ { CHUNK("\"content\":\"a\"") },
	  "message_start start0 delta0=\"a\" ",
	  false },
	{ { NULL }, "", false },
	/* An error in the stream, and nothing after it. */
	{ { CHUNK("\"content\":\"a\""),
	    "{\"error\":{\"message\":\"gone\",\"type\":\"server_error\"}}",
	    CHUNK("\"content\":\"b\"") },
	  "message_start start0 delta0=\"a\" error=\"gone\" ",
	  true },
	/* A prompt that is too long has its words there, too. */
	{ { "{\"error\":{\"message\":\"too much\",\"code\":"
	    "\"context_length_exceeded\"}}" },
	  "message_start error=\"prompt is too long (the provider said: too "
	  "much)\" ",
	  true },
};

static void t_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stream_rows) / sizeof(stream_rows[0]);
	     i++) {
		const struct stream_row *row = &stream_rows[i];
		struct buf out = BUF_INIT(BUF_NO_LIMIT), told = out;
		struct translate *t = asked(true);
		bool whole;

		for (size_t n = 0; n < 12 && row->chunks[n]; n++)
			assert_int_equal(
				translate_chunk(t, span_of(row->chunks[n]),
						&out),
				0);
		whole = translate_finish(t, &out);
		shorten(buf_span(&out), &told);
		assert_string_equal(buf_str(&told), row->told);
		assert_int_equal(whole, row->whole);
		translate_free(t);
		buf_clear(&out);
		buf_clear(&told);
	}
}

/* Chunks that are nearly like each other, and some that are no JSON. */
static const char *const alike[] = {
	CHUNK("\"content\":\"a\""),
	CHUNK("\"content\":\"b \\\"\\n\\u00e9\""),
	CHUNK("\"content\":\"\\\\\""),
	CHUNK("\"content\":\"\""),
	CHUNK("\"content\":null"),
	CHUNK("\"content\":7"),
	CHUNK("\"content\":\"a\",\"refusal\":\"b\""),
	CHUNK("\"content\":\"a\",\"reasoning\":\"b\""),
	CHUNK("\"reasoning\":\"b\""),
	CHUNK("\"reasoning_content\":\"\",\"reasoning\":\"b\""),
	CHUNK("\"content\":\"a\",\"content\":\"b\""),
	CHUNK("\"content\":\"a\",\"tool_calls\":[{\"index\":0,\"id\":\"1\","
	      "\"function\":{\"name\":\"n\",\"arguments\":\"{\"}}]"),
	CALLS("{\"index\":0,\"function\":{\"arguments\":\"1\"}}"),
	"{\"choices\":[{\"delta\":{\"content\":\"a\"}},"
	"{\"delta\":{\"content\":\"b\"}}]}",
	"{\"choices\":[{\"delta\":{\"content\":\"a\"},"
	"\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":7}}",
	"{\"choices\":[{\"delta\":{\"content\":\"b\"},"
	"\"finish_reason\":\"length\"}],\"usage\":{\"prompt_tokens\":7}}",
	"{\"choices\":[{\"delta\":{\"content\":\"b\"},"
	"\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":8}}",
	CHUNK("\"content\":\"a\nb\""),
	CHUNK("\"content\":\"a\"b\""),
	CHUNK("\"content\":\"a\\\""),
	CHUNK("\"content\":"),
	"\"",
};

enum { ALIKE = sizeof(alike) / sizeof(alike[0]) };

/* Translates one after the other; between: a chunk that says nothing comes
 * between them. */
static int two_chunks(const char *one, const char *other, bool between,
		      struct buf *out)
{
	static const char nothing[] = "{\"choices\":[]}";
	struct translate *t = asked(true);
	int rc = translate_chunk(t, span_of(nothing), out);

	if (rc == 0)
		rc = translate_chunk(t, span_of(one), out);
	if (rc == 0 && between)
		rc = translate_chunk(t, span_of(nothing), out);
	if (rc == 0)
		rc = translate_chunk(t, span_of(other), out);
	if (rc == 0)
		rc = translate_finish(t, out);
	translate_free(t);
	return rc;
}

/* A chunk says the same, whether it is like the one before or not. */
static void t_alike(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT), want = out;

	(void)state;
	for (size_t i = 0; i < ALIKE; i++)
		for (size_t j = 0; j < ALIKE; j++) {
			buf_reset(&out);
			buf_reset(&want);
			assert_int_equal(
				two_chunks(alike[i], alike[j], false, &out),
				two_chunks(alike[i], alike[j], true, &want));
			assert_string_equal(buf_str(&out), buf_str(&want));
		}
	buf_clear(&out);
	buf_clear(&want);
}

/* All bytes of a message that has every kind of block. */
static void t_bytes(void **state)
{
	static const char *const chunks[] = {
		CHUNK("\"reasoning\":\"h\""), CHUNK("\"content\":\"a\""),
		CALLS("{\"id\":\"1\",\"function\":{\"name\":\"n\","
		      "\"arguments\":\"{}\"}}"),
		END("tool_calls")
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t = asked(true);

	(void)state;
	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++)
		assert_int_equal(translate_chunk(t, span_of(chunks[i]), &out),
				 0);
	assert_true(translate_finish(t, &out));
#define EVENT(name, more) \
	"event: " name "\ndata: {\"type\":\"" name "\"," more "}\n\n"
#define START(n, block) \
	EVENT("content_block_start", \
	      "\"index\":" n ",\"content_block\":{" block "}")
#define DELTA(n, delta) \
	EVENT("content_block_delta", "\"index\":" n ",\"delta\":{" delta "}")
#define STOP(n) EVENT("content_block_stop", "\"index\":" n)
	assert_string_equal(
		buf_str(&out),
		EVENT("message_start",
		      "\"message\":{\"id\":\"msg_gate00000000000000000001\","
		      "\"type\":\"message\",\"role\":\"assistant\","
		      "\"model\":\"m\",\"content\":[],\"stop_reason\":null,"
		      "\"stop_sequence\":null,\"usage\":" USAGE(
			      "9", "0", "0") "}") START("0",
							"\"type\":\"thinking\","
							"\"thinking\":\"\","
							"\"signature\":\"\"")
			DELTA("0",
			      "\"type\":\"thinking_delta\",\"thinking\":"
			      "\"h\"") DELTA("0",
					     "\"type\":\"signature_delta\","
					     "\"signature\":"
					     "\"Y2NnYXRlOiBub3Qgc2lnbmVkIGJ5IHR"
					     "oZSBwcm92aWRl"
					     "cg==\"") STOP("0") START("1",
								       "\"type"
								       "\":"
								       "\"text"
								       "\","
								       "\"text"
								       "\":"
								       "\"\"")
				DELTA("1",
				      "\"type\":\"text_delta\",\"text\":"
				      "\"a\"") STOP("1") START("2",
							       "\"type\":"
							       "\"tool_use\","
							       "\"id\":"
							       "\"1\",\"name\":"
							       "\"n\","
							       "\"input\":{}")
					DELTA("2", "\"type\":\"input_json_"
						   "delta\",\"partial_json\":"
						   "\"{}\"") STOP("2")
						EVENT("message_delta",
						      "\"delta\":{\"stop_"
						      "reason\":"
						      "\"tool_use\","
						      "\"stop_sequence\":null},"
						      "\"usage\":" USAGE(
							      "9", "0",
							      "0")) "event: "
								    "message_"
								    "stop\ndata"
								    ": "
								    "{\"type\":"
								    "\"message_"
								    "stop\"}"
								    "\n\n");
	translate_free(t);
	buf_clear(&out);
}

#define CALL(index, id, name, arguments) \
	CALLS("{\"index\":" index ",\"id\":\"" id "\",\"function\":{" \
	      "\"name\":\"" name "\",\"arguments\":\"" arguments "\"}}")
#define MORE(index, arguments) \
	CALLS("{\"index\":" index ",\"function\":{\"arguments\":\"" arguments \
	      "\"}}")

/* What goes out with each chunk: nothing waits that need not. */
static void t_moments(void **state)
{
	static const struct {
		const char *chunks[6];
		const char *told; /* a | after what each has brought */
	} rows[] = {
		/* A whole call stays open, as more may come of it. */
		{ { CALL("0", "1", "x", "{}"), MORE("0", " ") },
		  "message_start start0=\"x\" delta0=\"{}\" | delta0=\" \" | "
		  "stop0 message_delta=\"tool_use\" message_stop " },
		/* The next one begins when its arguments are whole. */
		{ { CALL("0", "1", "x", "{}"), CALL("1", "2", "y", "") },
		  "message_start start0=\"x\" delta0=\"{}\" | stop0 "
		  "start1=\"y\" | stop1 message_delta=\"tool_use\" "
		  "message_stop " },
		{ { CALL("0", "1", "x", "{"), CALL("1", "2", "y", "{"),
		    MORE("0", "}"), MORE("1", "}") },
		  "message_start start0=\"x\" delta0=\"{\" | | delta0=\"}\" "
		  "stop0 start1=\"y\" delta1=\"{\" | delta1=\"}\" | stop1 "
		  "message_delta=\"tool_use\" message_stop " },
		/* It is over even if the next one has no name yet. */
		{ { CALL("0", "1", "x", "{}"),
		    CALLS("{\"index\":1,\"id\":\"2\"}"),
		    CALLS("{\"index\":1,\"function\":{\"name\":\"y\"}}") },
		  "message_start start0=\"x\" delta0=\"{}\" | stop0 | "
		  "start1=\"y\" | stop1 message_delta=\"tool_use\" "
		  "message_stop " },
		/* At the end all are over, and what waited goes out. */
		{ { CALL("0", "1", "x", "{"), CALL("1", "2", "y", "{}"),
		    CALL("2", "3", "z", "{}") },
		  "message_start start0=\"x\" delta0=\"{\" | | | stop0 "
		  "start1=\"y\" delta1=\"{}\" stop1 start2=\"z\" "
		  "delta2=\"{}\" stop2 message_delta=\"tool_use\" "
		  "message_stop " },
		/* Before a text, too; and what still comes of them does not. */
		{ { CALL("0", "1", "x", "{"), CALL("1", "2", "y", "{}"),
		    CHUNK("\"content\":\"t\""), MORE("0", "}"),
		    MORE("1", " ") },
		  "message_start start0=\"x\" delta0=\"{\" | | stop0 "
		  "start1=\"y\" delta1=\"{}\" stop1 start2 delta2=\"t\" | | | "
		  "stop2 message_delta=\"tool_use\" message_stop " },
		{ { CALL("0", "1", "x", "{"), CHUNK("\"reasoning\":\"h\"") },
		  "message_start start0=\"x\" delta0=\"{\" | stop0 start1 "
		  "delta1=\"h\" | delta1 stop1 message_delta=\"tool_use\" "
		  "message_stop " },
		/* An empty text opens and ends nothing. */
		{ { CALL("0", "1", "x", "{"), CHUNK("\"content\":\"\""),
		    MORE("0", "}") },
		  "message_start start0=\"x\" delta0=\"{\" | | delta0=\"}\" | "
		  "stop0 message_delta=\"tool_use\" message_stop " },
		/* One without a name is none. */
		{ { CALLS("{\"index\":0,\"id\":\"1\"}") },
		  "message_start | message_delta=\"end_turn\" message_stop " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT), told = out;
		struct translate *t = asked(true);

		for (size_t n = 0; n < 6 && rows[i].chunks[n]; n++) {
			assert_int_equal(
				translate_chunk(t, span_of(rows[i].chunks[n]),
						&out),
				0);
			shorten(buf_span(&out), &told);
			buf_add_text(&told, "| ");
			buf_reset(&out);
		}
		assert_int_equal(translate_chunk(t, span_of("[DONE]"), &out),
				 0);
		assert_true(translate_finish(t, &out));
		shorten(buf_span(&out), &told);
		assert_string_equal(buf_str(&told), rows[i].told);
		translate_free(t);
		buf_clear(&out);
		buf_clear(&told);
	}
}

/* Whether arguments are an object or a list that is whole: then the next call
 * begins. */
static void t_whole_arguments(void **state)
{
	static const struct {
		const char *arguments;
		bool whole;
	} rows[] = {
		{ "", false },
		{ "{", false },
		{ "{}", true },
		{ "[", false },
		{ "[]", true },
		{ "[{}", false },
		{ "[[]", false },
		{ "[{}]", true },
		{ "{\\\"a\\\":{\\\"b\\\":[1]}}", true },
		{ "{\\\"a\\\":{\\\"b\\\":[1]}", false },
		{ "{\\\"a\\\":\\\"}", false },
		{ "{\\\"a\\\":\\\"{\\\"}", true },
		{ "{\\\"a\\\":\\\"[\\\"}", true },
		{ "{\\\"}\\\"", false },
		{ "{\\\"]\\\"", false },
		{ "{\\\"a\\\":\\\"\\\\\\\"}", false }, /* "\"} */
		{ "{\\\"a\\\":\\\"\\\\\\\"\\\"}", true }, /* "\""} */
		{ "{\\\"a\\\":\\\"\\\\\\\\\\\"}", true }, /* "\\"} */
		{ "{\\\"a\\\":\\\"\\\\\\\\\\\\\\\"}", false }, /* "\\\"} */
		{ "\\\\{}", true }, /* outside a string it escapes nothing */
		/* What is no JSON holds up nothing for good. */
		{ "1", false },
		{ "}", false },
		{ "}{}", true },
		{ "]{}", true },
		{ "{}}", true },
		{ "{}}{", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf chunk = BUF_INIT(4096), out = BUF_INIT(BUF_NO_LIMIT);
		struct translate *t = asked(true);

		buf_addf(&chunk, CALL("0", "1", "x", "%s"), rows[i].arguments);
		assert_int_equal(translate_chunk(t, buf_span(&chunk), &out), 0);
		assert_int_equal(
			translate_chunk(t, span_of(CALL("1", "2", "y", "")),
					&out),
			0);
		if (!!strstr(buf_str(&out), "\"name\":\"y\"") != rows[i].whole)
			fail_msg("taken as %s: %s",
				 rows[i].whole ? "a part" : "whole",
				 rows[i].arguments);
		translate_free(t);
		buf_clear(&chunk);
		buf_clear(&out);
	}
}

/* Which call a piece belongs to, told by the ids and arguments of all. */
static void t_pieces(void **state)
{
#define PIECE(members, arguments) \
	CALLS("{" members \
	      "\"function\":{\"name\":\"n\",\"arguments\":\"" arguments \
	      "\"}}")
	static const struct {
		const char *chunks[5];
		const char *told;
	} rows[] = {
		/* Without an index and an id: to the one under way. */
		{ { PIECE("\"index\":5,\"id\":\"a\",", "{"), PIECE("", "}") },
		  "a={}" },
		{ { PIECE("\"id\":\"a\",", "{}"), PIECE("\"id\":\"b\",", "{}"),
		    PIECE("\"id\":\"c\",", "{"), PIECE("", "}") },
		  "a={} b={} c={}" },
		{ { PIECE("\"index\":3,\"id\":\"a\",", "{}"),
		    PIECE("\"id\":\"b\",", "{"), PIECE("\"index\":4,", "}") },
		  "a={} b={}" },
		/* The first one is number 0. */
		{ { PIECE("\"id\":\"a\",", "{"), PIECE("\"index\":0,", "}") },
		  "a={}" },
		{ { PIECE("", "{"),
		    PIECE("\"index\":0,\"id\":\"late\",", "}") },
		  "toolu_gate0000000000000001_0={}" },
		/* An id comes once, as far as it comes before the name. */
		{ { CALLS("{\"index\":0,\"id\":\"a\"}"),
		    CALLS("{\"index\":0,\"id\":\"a\"}"),
		    PIECE("\"index\":0,", "{}") },
		  "a={}" },
		{ { CALLS("{\"index\":0,\"id\":7}"),
		    PIECE("\"index\":0,", "{}") },
		  "toolu_gate0000000000000001_0={}" },
		/* One that the provider gave no id has one of its own. */
		{ { PIECE("\"index\":0,", "{}"), PIECE("\"index\":1,", "{}"),
		    PIECE("\"index\":2,\"id\":\"a\",", "{}") },
		  "toolu_gate0000000000000001_0={} "
		  "toolu_gate0000000000000001_1={} a={}" },
		/* An index that is no number is none. */
		{ { PIECE("\"index\":\"4\",\"id\":\"a\",", "{"),
		    PIECE("\"index\":null,", "}"),
		    PIECE("\"index\":0.5,\"id\":\"b\",", "{}") },
		  "a={} b={}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT), told = out;
		struct translate *t = asked(true);
		struct sse s;
		struct sse_event ev;

		for (size_t n = 0; n < 5 && rows[i].chunks[n]; n++)
			assert_int_equal(
				translate_chunk(t, span_of(rows[i].chunks[n]),
						&out),
				0);
		assert_int_equal(translate_chunk(t, span_of("[DONE]"), &out),
				 0);
		assert_true(translate_finish(t, &out));
		sse_init(&s, 1 << 20);
		sse_feed(&s, out.at, out.len);
		while (sse_next(&s, &ev) == SSE_EVENT) {
			struct jval root, v;

			assert_int_equal(jscan(ev.data, &root, NULL), 0);
			if (jscan_find(root, span_of("/content_block/id"),
				       &v)) {
				buf_add_text(&told, told.len > 0 ? " " : "");
				jscan_string(v, &told);
				buf_add_byte(&told, '=');
			}
			if (jscan_find(root, span_of("/delta/partial_json"),
				       &v))
				jscan_string(v, &told);
		}
		assert_string_equal(buf_str(&told), rows[i].told);
		sse_clear(&s);
		translate_free(t);
		buf_clear(&out);
		buf_clear(&told);
	}
}

/* What the provider gives as the reason of the end. */
static void t_finishes(void **state)
{
	static const struct {
		const char *chunks[3];
		const char *stop; /* NULL: it was cut */
	} rows[] = {
		{ { END("stop") }, "end_turn" },
		{ { END("length") }, "max_tokens" },
		{ { END("content_filter") }, "refusal" },
		/* Whatever the word is, it is an end. */
		{ { END("e") }, "end_turn" },
		{ { END("a_reason_that_has_more_letters_than_others") },
		  "end_turn" },
		/* Some say "" or null in each chunk, also afterwards. */
		{ { END("") }, NULL },
		{ { "{\"choices\":[{\"finish_reason\":null}]}" }, NULL },
		{ { "{\"choices\":[{\"finish_reason\":7}]}" }, NULL },
		{ { END("length"), END("") }, "max_tokens" },
		{ { END("length"), "{\"choices\":[{\"finish_reason\":null}]}" },
		  "max_tokens" },
		{ { END("content_filter"), END("stop") }, "end_turn" },
		{ { END("stop"), END("length") }, "max_tokens" },
		/* Another choice's end is not that of the first. */
		{ { "{\"choices\":[{\"index\":1,\"finish_reason\":"
		    "\"stop\"}]}" },
		  NULL },
		/* "[DONE]" is an end by itself, and nothing comes after it. */
		{ { CHUNK(""), " [DONE] " }, "end_turn" },
		{ { CHUNK(""), "[DONE]", END("length") }, "end_turn" },
		/* Nothing was said before it. */
		{ { "[DONE]" }, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT), want = BUF_INIT(200);
		struct translate *t = asked(true);

		for (size_t n = 0; n < 3 && rows[i].chunks[n]; n++)
			assert_int_equal(
				translate_chunk(t, span_of(rows[i].chunks[n]),
						&out),
				0);
		buf_reset(&out);
		assert_int_equal(translate_finish(t, &out),
				 rows[i].stop != NULL);
		if (rows[i].stop)
			buf_addf(&want, "\"stop_reason\":\"%s\"", rows[i].stop);
		if (!rows[i].stop)
			assert_int_equal(out.len, 0);
		else if (!strstr(buf_str(&out), buf_str(&want)))
			fail_msg("row %zu: not %s: %s", i, buf_str(&want),
				 buf_str(&out));
		translate_free(t);
		buf_clear(&out);
		buf_clear(&want);
	}
}

/* An error in the stream: its words, also as the first thing, and nothing
 * after it. */
static void t_error_events(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"message\":\"gone\"}", "\"gone\"" },
		{ "\"gone\"", "\"gone\"" },
		{ "{\"code\":5}", "\"{\\\"code\\\":5}\"" },
		{ "{\"message\":5}", "\"{\\\"message\\\":5}\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf chunk = BUF_INIT(4096), want = chunk;
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct translate *t = asked(true);

		buf_addf(&chunk, "{\"error\":%s}", rows[i][0]);
		buf_addf(&want,
			 "event: error\ndata: {\"type\":\"error\",\"error\":{"
			 "\"type\":\"api_error\",\"message\":%s}}\n\n",
			 rows[i][1]);
		assert_int_equal(translate_chunk(t, buf_span(&chunk), &out), 0);
		assert_true(
			span_starts(buf_span(&out), "event: message_start\n"));
		assert_true(span_ends(buf_span(&out), buf_str(&want)));
		buf_reset(&out);
		assert_int_equal(translate_chunk(t, span_of(END("stop")), &out),
				 0);
		assert_int_equal(translate_chunk(t, span_of("no chunk"), &out),
				 0);
		assert_true(translate_finish(t, &out));
		assert_int_equal(out.len, 0);
		translate_free(t);
		buf_clear(&chunk);
		buf_clear(&want);
		buf_clear(&out);
	}
}

/* An answer has 256 calls at most. */
static void t_calls_limit(void **state)
{
	struct buf chunk = BUF_INIT(4096), out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t = asked(true);

	(void)state;
	for (int i = 0; i < 256; i++) {
		buf_reset(&chunk);
		buf_addf(&chunk, CALL("%d", "i%d", "n", "{}"), i, i);
		assert_int_equal(translate_chunk(t, buf_span(&chunk), &out), 0);
	}
	assert_non_null(strstr(buf_str(&out), "\"id\":\"i255\""));
	assert_int_equal(
		translate_chunk(t, span_of(CALL("256", "a", "n", "{}")), &out),
		-1);
	assert_int_equal(translate_chunk(t, span_of(MORE("255", " ")), &out),
			 0);
	translate_free(t);
	buf_clear(&chunk);
	buf_clear(&out);
}

/* Tokens come last: in the message_delta, and never before. */
static void t_usage(void **state)
{
	static const char *const chunks[] = {
		CHUNK("\"content\":\"abcdefgh\""), END("stop"),
		"{\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
		"\"completion_tokens\":5,\"prompt_tokens_details\":"
		"{\"cached_tokens\":2}}}"
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	(void)state;
	for (size_t count = 2; count <= 3; count++) {
		t = asked(true);
		buf_reset(&out);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(
				translate_chunk(t, span_of(chunks[i]), &out),
				0);
		assert_null(strstr(buf_str(&out), "message_delta"));
		assert_true(translate_finish(t, &out));
		/* Not told: the output is estimated by its bytes. */
		assert_non_null(strstr(buf_str(&out),
				       count == 2 ? USAGE("9", "0", "2")
						  : USAGE("7", "2", "5")));
		translate_free(t);
	}
	buf_clear(&out);
}

/* A call has 8 MiB of arguments at most, whether they go out at once or wait for
 * the end of another call. */
static void t_arguments_limit(void **state)
{
	enum { PIECE_BYTES = 1024 * 1024 };

	(void)state;
	for (int n = 0; n < 2; n++) {
		struct buf chunk = BUF_INIT(BUF_NO_LIMIT), out = chunk;
		struct translate *t = asked(true);

		assert_int_equal(
			translate_chunk(t, span_of(CALL("0", "1", "n", "{")),
					&out),
			0);
		buf_addf(&chunk,
			 "{\"choices\":[{\"delta\":{\"tool_calls\":[{"
			 "\"index\":%d,\"function\":{\"name\":\"n\","
			 "\"arguments\":\"",
			 n);
		for (size_t i = 0; i < PIECE_BYTES; i++)
			buf_add_byte(&chunk, 'a');
		buf_add_text(&chunk, "\"}}]}}]}");
		for (int i = 0; i < 8 - (n == 0); i++) {
			assert_int_equal(
				translate_chunk(t, buf_span(&chunk), &out), 0);
			buf_reset(&out);
		}
		assert_int_equal(translate_chunk(t, buf_span(&chunk), &out),
				 -1);
		translate_free(t);
		buf_clear(&chunk);
		buf_clear(&out);
	}
}

static void t_no_chunk(void **state)
{
	static const char *const bad[] = { "{", "[]", "7" };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct translate *t = asked(true);

		assert_int_equal(translate_chunk(t, span_of(bad[i]), &out), -1);
		assert_int_equal(out.len, 0);
		translate_free(t);
	}
	buf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_streams),
		cmocka_unit_test(t_alike),
		cmocka_unit_test(t_bytes),
		cmocka_unit_test(t_moments),
		cmocka_unit_test(t_whole_arguments),
		cmocka_unit_test(t_pieces),
		cmocka_unit_test(t_finishes),
		cmocka_unit_test(t_error_events),
		cmocka_unit_test(t_calls_limit),
		cmocka_unit_test(t_usage),
		cmocka_unit_test(t_no_chunk),
		cmocka_unit_test(t_arguments_limit),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translate_stream", tests, NULL,
					   NULL);
}
