/* probe/look: an answer in frames of Amazon's event stream, as the client reads it
 * and as subjects tell it; and what is asked where the path has the model. */
#include "makelog.h"

#include <stdio.h>

#include "probe/look/subject.h"
#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define FRAMED \
	"HTTP/1.1 200 OK\ncontent-type: " \
	"application/vnd.amazon.eventstream\n\n"
#define TARGET "POST /model/a%2Fb/invoke-with-response-stream HTTP/1.1\n\n"

#define START \
	"{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":" \
	"\"message\",\"role\":\"assistant\",\"content\":[],\"model\":\"x\"," \
	"\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{" \
	"\"input_tokens\":3,\"output_tokens\":1}}}"
#define BLOCK \
	"{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{" \
	"\"type\":\"text\",\"text\":\"\"}}"
#define DELTA \
	"{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":" \
	"\"text_delta\",\"text\":\"hello\"}}"
#define BLOCK_END "{\"type\":\"content_block_stop\",\"index\":0}"
#define STOP \
	"{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"," \
	"\"stop_sequence\":null},\"usage\":{\"output_tokens\":2}}"
#define END "{\"type\":\"message_stop\"}"

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

static void add_chunk(struct buf *to, const char *event)
{
	assert_int_equal(event_chunk_write(to, span_of(event), 7), 0);
}

static void add_message(struct buf *to)
{
	static const char *const events[] = { START,     BLOCK, DELTA,
					      BLOCK_END, STOP,  END };

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		add_chunk(to, events[i]);
}

/* The answer's bytes, cut in two at `cut`. */
static void put_framed(const struct buf *bytes, size_t cut, enum stream_end end)
{
	put_request(&w, "c1", 1, TARGET);
	put_response(&w, "c1", 1, FRAMED);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA),
		       span_first(buf_span(bytes), cut));
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA),
		       span_skip(buf_span(bytes), cut));
	if (end != END_OPEN)
		put_end(&w, "c1", 1, end);
	view_of(&v, &w, RUN);
}

/* The subject as it is printed. */
static void assert_subject(const char *text, const char *wanted)
{
	struct buf out = BUF_INIT(4096);
	struct subject *s = NULL;
	struct value value;

	assert_int_equal(subject_new(&s, text, NULL), 0);
	subject_value(s, &v, &value);
	value_print(&value, &out, 400);
	assert_string_equal(buf_str(&out), wanted);
	value_clear(&value);
	subject_free(s);
	buf_clear(&out);
}

static void t_no_answer(void **state)
{
	(void)state;
	put_request(&w, "c1", 1, TARGET);
	view_of(&v, &w, RUN);
	assert_subject("c1.frames.count", "nothing: no answer had come yet");
	assert_subject("c1.frames", "nothing: no answer had come yet");
}

static void t_message(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	add_message(&bytes);
	put_framed(&bytes, 100, END_CLEAN);
	assert_subject("c1.frames.count", "6");
	assert_subject("c1.framing", "ok");
	assert_subject("c1.events.names",
		       "[\"message_start\", \"content_block_start\", "
		       "\"content_block_delta\", \"content_block_stop\", "
		       "\"message_delta\", \"message_stop\"]");
	assert_subject("c1.event[content_block_delta]#/delta/text",
		       "\"hello\"");
	assert_subject("c1.grammar", "ok");
	assert_subject("c1.text", "hello");
	assert_subject("c1.finish", "end_turn");
	assert_subject("c1.outcome", "complete");
	assert_subject("c1.said#/content/0/text", "\"hello\"");
	buf_clear(&bytes);
}

/* An event is there with the last byte of its frame. */
static void t_times(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
	const struct exchange *x;

	(void)state;
	add_chunk(&bytes, START);
	put_framed(&bytes, bytes.len - 1, END_OPEN);
	x = view_find(&v, "c1", 1);
	assert_int_equal(x->event_count, 1);
	assert_int_equal(x->events[0].at, 3 * TICK_MS);
	assert_int_equal(x->frames[0].at, 3 * TICK_MS);
	buf_clear(&bytes);
}

static void t_kinds(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	add_chunk(&bytes, START);
	add_chunk(&bytes, "{\"type\":\"ping\"}");
	add_chunk(&bytes, "{\"no\":\"type\"}");
	add_chunk(&bytes, "");
	assert_int_equal(event_frame_write_event(&bytes, "initial-response",
						 span_of("{}")),
			 0);
	assert_int_equal(event_frame_write_exception(
				 &bytes, "throttlingException",
				 span_of("{\"message\":\"Too many \\u0041\"}")),
			 0);
	put_framed(&bytes, 10, END_CLEAN);
	assert_subject("c1.frames",
		       "[\"chunk\", \"chunk\", \"chunk\", \"chunk\", "
		       "\"initial-response\", \"throttlingException\"]");
	assert_subject("c1.events.names", "[\"message_start\", \"error\"]");
	assert_subject("c1.pings.count", "1");
	assert_subject("c1.comments.count", "3");
	assert_subject("c1.event[error]#/error/type",
		       "\"throttlingException\"");
	assert_subject("c1.event[error]#/error/message",
		       "\"Too many \\u0041\"");
	assert_subject("c1.outcome", "error");
	assert_subject("c1.frame[throttlingException]#/message",
		       "\"Too many \\u0041\"");
	assert_subject("c1.frame[4]", "{}");
	assert_subject("c1.frame[last]#/message", "\"Too many \\u0041\"");
	assert_subject("c1.frame[6]", "nothing: there is no such frame");
	buf_clear(&bytes);
}

/* A payload that is no JSON is told as it is. */
static void t_odd_exception(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_int_equal(
		event_frame_write_exception(&bytes, "x", span_of("a \"b\"")),
		0);
	assert_int_equal(event_frame_write_exception(
				 &bytes, "y", span_of("{\"message\":7}")),
			 0);
	put_framed(&bytes, 10, END_CLEAN);
	assert_subject("c1.event[0]#/error/message", "\"a \\\"b\\\"\"");
	assert_subject("c1.event[1]#/error/message", "\"{\\\"message\\\":7}\"");
	buf_clear(&bytes);
}

static void t_spoilt(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
	size_t one;

	(void)state;
	add_chunk(&bytes, START);
	one = bytes.len;
	add_chunk(&bytes, BLOCK);
	bytes.at[one + 40] ^= 1;
	add_chunk(&bytes, END);
	put_framed(&bytes, 10, END_CLEAN);
	assert_subject("c1.frames.count", "1");
	assert_subject("c1.events.names", "[\"message_start\"]");
	assert_non_null(view_find(&v, "c1", 1)->bad_frame);
	assert_non_null(strstr(view_find(&v, "c1", 1)->bad_frame, "checksum"));
	assert_subject("c1.outcome", "short");
	buf_clear(&bytes);
}

static void t_cut(void **state)
{
	struct buf bytes = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	add_chunk(&bytes, START);
	add_chunk(&bytes, BLOCK);
	buf_cut(&bytes, bytes.len - 3);
	put_framed(&bytes, 10, END_OPEN);
	assert_subject("c1.framing", "ok");
	put_end(&w, "c1", 1, END_CLEAN);
	view_clear(&v);
	view_of(&v, &w, RUN);
	assert_subject("c1.frames.count", "1");
	assert_non_null(view_find(&v, "c1", 1)->bad_frame);
	buf_clear(&bytes);
}

static void t_not_framed(void **state)
{
	static const struct {
		const char *type;
		bool framed;
	} rows[] = {
		{ "application/vnd.amazon.eventstream", true },
		{ "Application/VND.Amazon.EventStream; x=1", true },
		{ "application/vnd.amazon.eventstreams", false },
		{ "text/event-stream", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char head[200];

		snprintf(head, sizeof(head),
			 "HTTP/1.1 200 OK\ncontent-type: %s\n\n", rows[i].type);
		tear_down(NULL);
		set_up(NULL);
		put_request(&w, "c1", 1, TARGET);
		put_response(&w, "c1", 1, head);
		put_end(&w, "c1", 1, END_CLEAN);
		view_of(&v, &w, RUN);
		assert_subject("c1.framing",
			       rows[i].framed ? "ok"
					      : "nothing: the answer is not in "
						"frames");
	}
	assert_subject("c1.frames", "nothing: the answer is not in frames");
	assert_subject("c1.frames.count",
		       "nothing: the answer is not in frames");
	assert_subject("c1.frame[0]", "nothing: the answer is not in frames");
}

/* What the path says is part of what is asked. */
static void t_asked(void **state)
{
	static const struct {
		const char *target, *body, *asked;
	} rows[] = {
		{ "/model/a%2Fb/invoke-with-response-stream",
		  "{\"max_tokens\":1}",
		  "{\"model\":\"a/b\",\"stream\":true,\"max_tokens\":1}" },
		{ "/model/us.x-v1:0/invoke?q=1", "{\"max_tokens\":1}",
		  "{\"model\":\"us.x-v1:0\",\"max_tokens\":1}" },
		{ "/model/m/invoke", "{}", "{\"model\":\"m\"}" },
		{ "/v1/projects/p/models/c@1:streamRawPredict",
		  "{\"stream\":true}", "{\"model\":\"c@1\",\"stream\":true}" },
		{ "/v1/messages", "{\"model\":\"m\"}", "{\"model\":\"m\"}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char head[200];

		snprintf(head, sizeof(head), "POST %s HTTP/1.1\n\n",
			 rows[i].target);
		tear_down(NULL);
		set_up(NULL);
		put_request(&w, "c1", 1, head);
		put_bytes(&w, "c1", 1, WLOG_BODY, rows[i].body);
		view_of(&v, &w, RUN);
		assert_subject("c1.asked", rows[i].asked);
	}
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

static const struct CMUnitTest tests[] = {
	T("frames: there is no answer", t_no_answer),
	T("frames: a message is read as the client reads it", t_message),
	T("frames: an event is there with the last byte of its frame", t_times),
	T("frames: pings, what is no event, and exceptions", t_kinds),
	T("frames: an exception without JSON", t_odd_exception),
	T("frames: nothing is read behind a wrong checksum", t_spoilt),
	T("frames: a frame that is cut is told at the end", t_cut),
	T("frames: the head says that there are some", t_not_framed),
	T("frames: the path has a part of what is asked", t_asked),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("frames", tests, NULL, NULL);
}
