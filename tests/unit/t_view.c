/* Tests of probe/look/view and message: from a log to exchanges and messages. */
#include "makelog.h"

#include "mockupstream/coding.h"
#include "probe/look/view.h"

static struct wlog w;
static struct view v;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	view_clear(&v);
	wlog_clear(&w);
	return 0;
}

static const struct exchange *look(const char *actor)
{
	view_clear(&v);
	view_of(&v, &w, RUN);
	assert_non_null(view_find(&v, actor, 1));
	return view_find(&v, actor, 1);
}

static void t_exchanges(void **state)
{
	(void)state;
	put_json(&w, "c1", "{}");
	put_json(&w, "u1", "{}");
	put_request(&w, "u1", 2, "GET /x HTTP/1.1\n\n");
	put_json(&w, "u2", "{}");
	view_of(&v, &w, RUN);
	assert_int_equal(view_count(&v, "u1"), 2);
	assert_int_equal(view_count(&v, "u"), 3);
	assert_int_equal(view_count(&v, "c1"), 1);
	assert_string_equal(view_find(&v, "u", 3)->actor, "u2");
	assert_string_equal(view_find(&v, "u1", 2)->request->target, "/x");
	assert_null(view_find(&v, "u1", 3));
	assert_null(view_find(&v, "u1", 0));
	assert_int_equal(view_find(&v, "u1", 2)->end, END_OPEN);
}

/* What is a stream although its head does not say so, and what is none. */
static void t_streams(void **state)
{
	static const struct {
		const char *head, *body;
		bool is_stream;
	} rows[] = {
		{ "HTTP/1.1 200 OK\n\n", "event: message_start\n", true },
		{ "HTTP/1.1 201 OK\n\n", "event: message_start\n", false },
		{ "HTTP/1.1 200 OK\n\n", "event: message_stop\n", false },
		{ "HTTP/1.1 500 No\ncontent-type: text/event-stream\n\n", "",
		  true },
	};

	(void)state;
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	assert_false(look("c1")->is_stream);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		put_response(&w, "c1", 1, rows[i].head);
		put_bytes(&w, "c1", 1, WLOG_DATA, rows[i].body);
		assert_int_equal(look("c1")->is_stream, rows[i].is_stream);
	}
}

static void t_other_runs(void **state)
{
	(void)state;
	put_json(&w, "c1", "{}");
	wlog_add(&w, 0, 7, "c2", 1, WLOG_REQUEST);
	wlog_add(&w, 0, RUN, "probe", 0, WLOG_STEP);
	view_of(&v, &w, RUN);
	assert_int_equal(v.count, 1);
}

static void t_body(void **state)
{
	const struct exchange *x;

	(void)state;
	put_request(&w, "c1", 1, "POST / HTTP/1.1\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, "question");
	put_response(&w, "c1", 1, JSON_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, "{\"a\"");
	put_bytes(&w, "c1", 1, WLOG_DATA, ":1}");
	put_end(&w, "c1", 1, END_CUT);
	x = look("c1");
	assert_int_equal(x->pieces, 2);
	assert_string_equal(buf_str(&x->body), "{\"a\":1}");
	assert_true(span_is(x->request_body, "question"));
	assert_non_null(x->json.text.at);
	assert_int_equal(x->end, END_CUT);
	assert_int_equal(x->first_byte_at, 3 * TICK_MS);
	assert_int_equal(x->ended_at, 5 * TICK_MS);
}

static void t_events(void **state)
{
	const struct exchange *x;

	(void)state;
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, ": hi\n\nevent: a\nda");
	put_bytes(&w, "c1", 1, WLOG_DATA,
		  "ta: {}\n\nevent: ping\ndata: {}\n\n"
		  "event: b\ndata: {\"x\"");
	put_end(&w, "c1", 1, END_CUT);
	x = look("c1");
	assert_true(x->is_stream);
	assert_int_equal(x->comment_count, 1);
	assert_int_equal(x->ping_count, 1);
	assert_int_equal(x->event_count, 3);
	assert_int_equal(x->events[0].at, 2 * TICK_MS);
	assert_true(x->events[2].unterminated);
	assert_int_equal(view_event_count(x), 1);
	assert_null(view_event(x, 1));
}

static void t_unterminated(void **state)
{
	const struct exchange *x;

	(void)state;
	put_stream(&w, "c1", "event: a\ndata: {\"x\":1}");
	x = look("c1");
	assert_int_equal(view_event_count(x), 1);
}

static void t_open_stream(void **state)
{
	(void)state;
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, "event: a\ndata: {\"x\":1}");
	assert_int_equal(look("c1")->event_count, 0);
}

#define GZIP_HEAD(type) \
	"HTTP/1.1 200 OK\ncontent-type: " type "\ncontent-encoding: gzip\n\n"

static struct buf packed = BUF_INIT(4096);

static void put_packed(const char *actor, struct span bytes)
{
	wlog_set_bytes(&w, put(&w, actor, 1, WLOG_DATA), bytes);
}

/* Two events, cut inside of the second one's bytes. */
static void t_compressed(void **state)
{
	struct coding *c = coding_new(CODING_GZIP);
	const struct exchange *x;
	size_t first;

	(void)state;
	coding_add(c, span_of("event: a\ndata: {}\n\n"), &packed);
	first = packed.len;
	coding_add(c, span_of("event: b\ndata: {}\n\n"), &packed);
	coding_finish(c, &packed);
	coding_free(c);
	put_response(&w, "c1", 1, GZIP_HEAD("text/event-stream"));
	put_packed("c1", span_first(buf_span(&packed), first + 2));
	x = look("c1"); /* of a stream that goes on */
	assert_true(x->is_stream);
	assert_int_equal(x->event_count, 1);
	put_packed("c1", span_skip(buf_span(&packed), first + 2));
	put_end(&w, "c1", 1, END_CLEAN);
	x = look("c1");
	assert_int_equal(x->event_count, 2);
	assert_int_equal(x->events[0].at, 1 * TICK_MS);
	assert_int_equal(x->events[1].at, 2 * TICK_MS);
	assert_int_equal(x->body.len, packed.len);
	buf_clear(&packed);
}

static void t_compressed_message(void **state)
{
	struct coding *c = coding_new(CODING_BR);
	const struct exchange *x;

	(void)state;
	coding_add(c,
		   span_of("{\"type\":\"message\",\"content\":[{\"type\":"
			   "\"text\",\"text\":\"hi\"}]}"),
		   &packed);
	coding_finish(c, &packed);
	coding_free(c);
	put_response(&w, "c1", 1,
		     "HTTP/1.1 200 OK\nContent-Encoding: br\n"
		     "content-encoding: identity\n\n");
	put_packed("c1", buf_span(&packed));
	x = look("c1");
	assert_int_equal(x->block_count, 1);
	assert_string_equal(x->blocks[0].text, "hi");
	buf_clear(&packed);
}

static void t_lie(void **state)
{
	const struct exchange *x;

	(void)state;
	put_response(&w, "c1", 1, GZIP_HEAD("application/json"));
	put_bytes(&w, "c1", 1, WLOG_DATA, "{\"type\":\"message\"}");
	x = look("c1");
	assert_null(x->json.text.at);
	assert_int_equal(x->content.len, 0);
	assert_string_equal(x->unreadable,
			    "the body is not gzip, as its header says");
}

/* The answer to a HEAD names the coding that a GET would have. */
static void t_compressed_nothing(void **state)
{
	(void)state;
	put_response(&w, "c1", 1, GZIP_HEAD("application/json"));
	put_end(&w, "c1", 1, END_CLEAN);
	assert_null(look("c1")->unreadable);
}

static void t_type_parameters(void **state)
{
	(void)state;
	put_response(&w, "c1", 1,
		     "HTTP/1.1 200 OK\nContent-Type: Text/Event-Stream ; "
		     "charset=utf-8\ncontent-encoding: identity\n\n");
	assert_true(look("c1")->is_stream);
}

#define EVENT(name, data) "event: " name "\ndata: " data "\n\n"

static void t_message_stream(void **state)
{
	const struct exchange *x;

	(void)state;
	put_stream(
		&w, "c1",
		EVENT("content_block_start",
		      "{\"index\":0,\"content_block\":{\"type\":\"thinking\","
		      "\"thinking\":\"\",\"signature\":\"\"}}")
			EVENT("content_block_delta",
			      "{\"index\":0,\"delta\":{\"type\":\"thinking_"
			      "delta\","
			      "\"thinking\":\"hm\"}}") EVENT("content_block_"
							     "delta",
							     "{\"index\":0,"
							     "\"delta\":{"
							     "\"type\":"
							     "\"signature_"
							     "delta\","
							     "\"signature\":"
							     "\"S==\"}}")
				EVENT("content_block_start",
				      "{\"index\":1,\"content_block\":{"
				      "\"type\":\"tool_use\","
				      "\"id\":\"t1\",\"name\":\"Bash\","
				      "\"input\":{}}}")
					EVENT("content_block_delta",
					      "{\"index\":1,\"delta\":{"
					      "\"type\":\"input_json_delta\","
					      "\"partial_json\":\"{\\\"a\\\":"
					      "\"}}")
						EVENT("content_block_delta",
						      "{\"index\":1,\"delta\":{"
						      "\"type\":\"input_json_"
						      "delta\","
						      "\"partial_json\":\"1}\"}"
						      "}")
							EVENT("message_delta",
							      "{\"delta\":{"
							      "\"stop_reason\":"
							      "\"tool_use\"}"
							      "}"));
	x = look("c1");
	assert_int_equal(x->block_count, 2);
	assert_string_equal(x->blocks[0].text, "hm");
	assert_string_equal(x->blocks[0].signature, "S==");
	assert_string_equal(x->blocks[1].text, "{\"a\":1}");
	assert_string_equal(x->blocks[1].id, "t1");
	assert_string_equal(x->blocks[1].name, "Bash");
	assert_string_equal(x->stop_reason, "tool_use");
}

static void t_no_arguments(void **state)
{
	(void)state;
	put_stream(&w, "c1",
		   EVENT("content_block_start",
			 "{\"index\":0,\"content_block\":{\"type\":"
			 "\"tool_use\",\"id\":\"t\",\"name\":\"n\","
			 "\"input\":{}}}")
			   EVENT("content_block_stop", "{\"index\":0}"));
	assert_string_equal(look("c1")->blocks[0].text, "{}");
}

static void t_message_json(void **state)
{
	const struct exchange *x;

	(void)state;
	put_json(&w, "c1",
		 "{\"type\":\"message\",\"content\":[{\"type\":\"text\","
		 "\"text\":\"a\\u0000b\"},{\"type\":\"tool_use\",\"id\":\"t\","
		 "\"name\":\"n\",\"input\":{\"n\": 1.10}}],"
		 "\"stop_reason\":\"end_turn\"}");
	x = look("c1");
	assert_int_equal(x->block_count, 2);
	assert_int_equal(x->blocks[0].text_len, 3);
	assert_string_equal(x->blocks[1].text, "{\"n\": 1.10}");
	assert_string_equal(x->stop_reason, "end_turn");
}

static void t_not_a_message(void **state)
{
	(void)state;
	put_json(&w, "c1", "{\"type\":\"error\",\"content\":[1,2]}");
	assert_int_equal(look("c1")->block_count, 0);
	assert_null(look("c1")->stop_reason);
}

/* A message of so many blocks is not taken apart. */
static void t_block_limit(void **state)
{
	enum { LIMIT = 4096 };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t count = LIMIT; count <= LIMIT + 1; count++) {
		buf_reset(&text);
		buf_add_text(&text, "{\"type\":\"message\",\"content\":[{}");
		for (size_t i = 1; i < count; i++)
			buf_add_text(&text, ",{}");
		buf_add_text(&text, "]}");
		put_json(&w, "c1", buf_str(&text));
		assert_int_equal(look("c1")->block_count,
				 count == LIMIT ? LIMIT : 0);
		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
	}
	buf_clear(&text);
}

/* Members that are no text are passed over. */
static void t_no_text(void **state)
{
	const struct exchange *x;

	(void)state;
	put_stream(&w, "c1",
		   EVENT("content_block_start",
			 "{\"index\":0,\"content_block\":{\"type\":"
			 "\"text\",\"text\":17}}")
			   EVENT("content_block_delta",
				 "{\"index\":0,\"delta\":{\"type\":"
				 "\"text_delta\"}}")
				   EVENT("content_block_delta",
					 "{\"index\":0,\"delta\":{\"type\":"
					 "\"text_delta\",\"text\":\"a\"}}"));
	x = look("c1");
	assert_int_equal(x->block_count, 1);
	assert_string_equal(x->blocks[0].text, "a");
}

static void t_marks(void **state)
{
	(void)state;
	put_json(&w, "c1", "{}");
	put_text(&w, "u1", WLOG_MARK, "half");
	view_of(&v, &w, RUN);
	assert_int_equal(view_mark(&v, "u1", "half"), 4 * TICK_MS);
	assert_int_equal(view_mark(&v, "u", "half"), 4 * TICK_MS);
	assert_true(view_mark(&v, "u2", "half") == TICK_NEVER);
	assert_true(view_mark(&v, "u1", "whole") == TICK_NEVER);
}

#define V(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

static const struct CMUnitTest tests[] = {
	V("view: exchanges are counted for each actor, u is any upstream",
	  t_exchanges),
	V("view: entries of other runs and of no exchange are passed over",
	  t_other_runs),
	V("view: what is a stream", t_streams),
	V("view: pieces of a body are put together", t_body),
	V("view: events have names, times and kinds", t_events),
	V("view: a last frame without its blank line counts if it is whole",
	  t_unterminated),
	V("view: a stream that is not over has no last frame yet",
	  t_open_stream),
	V("view: an event of a compressed stream is there with its last byte",
	  t_compressed),
	V("view: a compressed message is read", t_compressed_message),
	V("view: what is not what its coding says has no content", t_lie),
	V("view: no bytes are in any coding", t_compressed_nothing),
	V("view: a type is known with parameters and in any case",
	  t_type_parameters),
	V("message: blocks of a stream are put together", t_message_stream),
	V("message: a tool without arguments has the input {}", t_no_arguments),
	V("message: blocks of a body keep their bytes", t_message_json),
	V("message: what is no message has no blocks", t_not_a_message),
	V("message: so many blocks are too many", t_block_limit),
	V("message: what should be a text and is none is nothing", t_no_text),
	V("view: marks are found by actor and name", t_marks),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("view", tests, NULL, NULL);
}
