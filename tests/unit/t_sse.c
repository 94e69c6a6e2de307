/*
 * The event reader. Streams are judged by a transcript, one line an event, so
 * that every way of cutting a stream can be compared with the uncut one.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/sse.h"

#define LIMIT 4096

static void transcribe(struct buf *out, enum sse_step step,
		       const struct sse_event *ev)
{
	if (step == SSE_BAD) {
		buf_add_text(out, "bad\n");
		return;
	}
	buf_addf(out, "%s %" PRIu64 "-%" PRIu64 " name=[",
		 step == SSE_EVENT ? "event" : "comment", ev->begin, ev->end);
	buf_add_span(out, ev->name);
	buf_add_text(out, "] data=[");
	buf_add_span(out, ev->data);
	buf_add_text(out, "] id=[");
	buf_add_span(out, ev->id);
	buf_addf(out, "] retry=%" PRId64 " lines=%u/%u/%u/%u/%u nl=%u%s\n",
		 ev->retry_ms, ev->event_lines, ev->data_lines, ev->id_lines,
		 ev->retry_lines, ev->unknown_lines, ev->newlines,
		 ev->unterminated ? " unterminated" : "");
}

static enum sse_step drain(struct sse *s, struct buf *out)
{
	struct sse_event ev;
	enum sse_step step = sse_next(s, &ev);

	while (step == SSE_EVENT || step == SSE_COMMENT) {
		transcribe(out, step, &ev);
		step = sse_next(s, &ev);
	}
	return step;
}

static void finish(struct sse *s, struct buf *out)
{
	struct sse_event ev;
	enum sse_step step = sse_finish(s, &ev);

	while (step == SSE_EVENT || step == SSE_COMMENT) {
		transcribe(out, step, &ev);
		step = sse_finish(s, &ev);
	}
	if (step == SSE_BAD)
		transcribe(out, step, &ev);
}

/* The cut pieces are copied, so that reading past one is noticed. */
static void feed_copy(struct sse *s, struct span piece, struct buf *out)
{
	char *copy = span_dup(piece);

	sse_feed(s, copy, piece.len);
	drain(s, out);
	free(copy);
}

static struct buf read_cut(struct span stream, size_t limit, size_t a, size_t b)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct sse s;

	sse_init(&s, limit);
	feed_copy(&s, span_first(stream, a), &out);
	feed_copy(&s, span_skip(span_first(stream, b), a), &out);
	feed_copy(&s, span_skip(stream, b), &out);
	finish(&s, &out);
	sse_clear(&s);
	return out;
}

static struct buf read_bytewise(struct span stream, size_t limit)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct sse s;

	sse_init(&s, limit);
	for (size_t i = 0; i < stream.len; i++)
		feed_copy(&s, span_first(span_skip(stream, i), 1), &out);
	finish(&s, &out);
	sse_clear(&s);
	return out;
}

static void check_limited(struct span stream, size_t limit, const char *expect)
{
	struct buf got = read_bytewise(stream, limit);

	assert_string_equal(buf_str(&got), expect);
	buf_clear(&got);
	for (size_t a = 0; a <= stream.len; a++) {
		for (size_t b = a; b <= stream.len; b++) {
			got = read_cut(stream, limit, a, b);
			assert_string_equal(buf_str(&got), expect);
			buf_clear(&got);
		}
	}
}

static void check(const char *stream, const char *expect)
{
	check_limited(span_of(stream), LIMIT, expect);
}

static void t_line_feeds(void **state)
{
	(void)state;
	check("event: ping\ndata: {}\n\ndata:a\ndata:b\n\n",
	      "event 0-22 name=[ping] data=[{}] id=[] retry=-1 "
	      "lines=1/1/0/0/0 nl=1\n"
	      "event 22-37 name=[] data=[a\nb] id=[] retry=-1 "
	      "lines=0/2/0/0/0 nl=1\n");
}

static void t_crlf(void **state)
{
	(void)state;
	check("data: a\r\n\r\ndata: b\r\n\r\n",
	      "event 0-11 name=[] data=[a] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=2\n"
	      "event 11-22 name=[] data=[b] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=2\n");
}

static void t_cr(void **state)
{
	(void)state;
	check("data: a\r\rdata: b\r\r",
	      "event 0-9 name=[] data=[a] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=4\n"
	      "event 9-18 name=[] data=[b] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=4\n");
}

static void t_mixed_newlines(void **state)
{
	(void)state;
	check("data: a\r\ndata: b\n\rdata: c\rid: 1\n\r\n",
	      "event 0-18 name=[] data=[a\nb] id=[] retry=-1 "
	      "lines=0/2/0/0/0 nl=7\n"
	      "event 18-34 name=[] data=[c] id=[1] retry=-1 "
	      "lines=0/1/1/0/0 nl=7\n");
	/* An LF after a CR that already ended a line is no line. */
	check("data: a\rdata: b\r\ndata: c\n\n",
	      "event 0-26 name=[] data=[a\nb\nc] id=[] retry=-1 "
	      "lines=0/3/0/0/0 nl=5\n");
	check(": a\r: b\r\ndata: c\n\n",
	      "comment 0-4 name=[] data=[ a] id=[] retry=-1 "
	      "lines=0/0/0/0/0 nl=4\n"
	      "comment 4-8 name=[] data=[ b] id=[] retry=-1 "
	      "lines=0/0/0/0/0 nl=4\n"
	      "event 9-18 name=[] data=[c] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=1\n");
	/* LF behind a CR that already ended a frame belongs to no frame. */
	check("data: a\r\r\ndata: b\n\n",
	      "event 0-9 name=[] data=[a] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=4\n"
	      "event 10-19 name=[] data=[b] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=1\n");
}

static void t_cr_stream_is_prompt(void **state)
{
	struct buf out = BUF_INIT(LIMIT);
	struct sse s;

	(void)state;
	sse_init(&s, LIMIT);
	feed_copy(&s, span_of("data: a\r\r"), &out);
	assert_string_equal(buf_str(&out),
			    "event 0-9 name=[] data=[a] id=[] retry=-1 "
			    "lines=0/1/0/0/0 nl=4\n");
	buf_clear(&out);
	sse_clear(&s);
}

static void t_byte_order_mark(void **state)
{
	(void)state;
	check("\xef\xbb\xbf"
	      "data: a\n\n\xef\xbb\xbf"
	      "data: b\n\n",
	      "event 3-12 name=[] data=[a] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=1\n"
	      "event 12-24 name=[] data=[] id=[] retry=-1 "
	      "lines=0/0/0/0/1 nl=1\n");
	check("\xef\xbb\xbf: c\n", "comment 3-7 name=[] data=[ c] id=[] "
				   "retry=-1 lines=0/0/0/0/0 nl=1\n");
	check("\xef\xbb\xbf", "");
	check("\xef\xbb", "event 0-2 name=[] data=[] id=[] retry=-1 "
			  "lines=0/0/0/0/1 nl=0 unterminated\n");
}

static void t_comments(void **state)
{
	(void)state;
	check(": one\n\n:\n\n", "comment 0-6 name=[] data=[ one] id=[] "
				"retry=-1 lines=0/0/0/0/0 nl=1\n"
				"comment 7-9 name=[] data=[] id=[] "
				"retry=-1 lines=0/0/0/0/0 nl=1\n");
	check(": @hold x\ndata: a\n:in\r\ndata: b\n\n",
	      "comment 0-10 name=[] data=[ @hold x] id=[] retry=-1 "
	      "lines=0/0/0/0/0 nl=1\n"
	      "comment 18-23 name=[] data=[in] id=[] retry=-1 "
	      "lines=0/0/0/0/0 nl=2\n"
	      "event 10-32 name=[] data=[a\nb] id=[] retry=-1 "
	      "lines=0/2/0/0/0 nl=3\n");
}

static void t_fields(void **state)
{
	(void)state;
	check("event: a\nevent:  b \nid\nid: 7\nretry: 250\nretry: soon\n"
	      "Data: no\nfoo\ndata\ndata:  x\n\n",
	      "event 0-80 name=[ b ] data=[\n x] id=[7] retry=250 "
	      "lines=2/2/2/2/2 nl=1\n");
	check("retry:\nretry: -1\nretry: 99999999999999999999\n\n",
	      "event 0-46 name=[] data=[] id=[] retry=-1 "
	      "lines=0/0/0/3/0 nl=1\n");
	check("retry: 9223372036854775807\n\n",
	      "event 0-28 name=[] data=[] id=[] retry=9223372036854775807 "
	      "lines=0/0/0/1/0 nl=1\n");
}

/* Nothing of an event is in the next one. */
static void t_forgotten(void **state)
{
	(void)state;
	check("event: a\nid: 1\nretry: 2\ndata: b\nx\n\ndata: c\n\nx\n\n",
	      "event 0-35 name=[a] data=[b] id=[1] retry=2 "
	      "lines=1/1/1/1/1 nl=1\n"
	      "event 35-44 name=[] data=[c] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=1\n"
	      "event 44-47 name=[] data=[] id=[] retry=-1 "
	      "lines=0/0/0/0/1 nl=1\n");
}

static void t_frame_without_data(void **state)
{
	(void)state;
	check("\n\nevent: ping\n\n\n\n",
	      "event 2-15 name=[ping] data=[] id=[] retry=-1 "
	      "lines=1/0/0/0/0 nl=1\n");
}

static void t_nul_in_id(void **state)
{
	static const char stream[] = "id: 1\nid: a\0b\ndata: \0\n\n";
	static const char expect[] = "event 0-23 name=[] data=[";
	struct span whole = span_make(stream, sizeof(stream) - 1);
	struct buf got = read_cut(whole, LIMIT, 3, 9);
	struct span rest = span_skip(buf_span(&got), strlen(expect));

	(void)state;
	assert_true(span_starts(buf_span(&got), expect));
	assert_int_equal(rest.at[0], '\0');
	assert_true(span_starts(span_skip(rest, 1), "] id=[1] "));
	buf_clear(&got);
}

static void t_stream_cut_in_a_frame(void **state)
{
	(void)state;
	check("data: a\n\nevent: x\ndata: {\"b",
	      "event 0-9 name=[] data=[a] id=[] retry=-1 "
	      "lines=0/1/0/0/0 nl=1\n"
	      "event 9-27 name=[x] data=[{\"b] id=[] retry=-1 "
	      "lines=1/1/0/0/0 nl=1 unterminated\n");
	check("data: a\n", "event 0-8 name=[] data=[a] id=[] retry=-1 "
			   "lines=0/1/0/0/0 nl=1 unterminated\n");
	check("data: a\r\n\r", "event 0-10 name=[] data=[a] id=[] retry=-1 "
			       "lines=0/1/0/0/0 nl=6\n");
	check("data: a\r", "event 0-8 name=[] data=[a] id=[] retry=-1 "
			   "lines=0/1/0/0/0 nl=4 unterminated\n");
	check("data: a\n: c", "comment 8-11 name=[] data=[ c] id=[] retry=-1 "
			      "lines=0/0/0/0/0 nl=0 unterminated\n"
			      "event 0-11 name=[] data=[a] id=[] retry=-1 "
			      "lines=0/1/0/0/0 nl=1 unterminated\n");
	check(": c\r", "comment 0-4 name=[] data=[ c] id=[] retry=-1 "
		       "lines=0/0/0/0/0 nl=4\n");
}

static void t_nothing(void **state)
{
	(void)state;
	check("", "");
	check("\n", "");
	check("\r\n\r\n\r", "");
}

static void t_frame_limit(void **state)
{
	(void)state;
	check_limited(span_of("data: a\n\ndata: b\n\n"), 9,
		      "event 0-9 name=[] data=[a] id=[] retry=-1 "
		      "lines=0/1/0/0/0 nl=1\n"
		      "event 9-18 name=[] data=[b] id=[] retry=-1 "
		      "lines=0/1/0/0/0 nl=1\n");
	check_limited(span_of("data: a\n\ndata: bc\n\ndata: d\n\n"), 9,
		      "event 0-9 name=[] data=[a] id=[] retry=-1 "
		      "lines=0/1/0/0/0 nl=1\n"
		      "bad\n");
	check_limited(span_of("data: a\n:bc\n\n"), 12,
		      "comment 8-12 name=[] data=[bc] id=[] retry=-1 "
		      "lines=0/0/0/0/0 nl=1\n"
		      "bad\n");
	check_limited(span_of("data: a\r\n\r\n"), 10, "bad\n");
	check_limited(span_of(":a long comment\n"), 8, "bad\n");
	check_limited(span_of("\n\n\n\n:c\n\n\n\n:c\n"), 3,
		      "comment 4-7 name=[] data=[c] id=[] retry=-1 "
		      "lines=0/0/0/0/0 nl=1\n"
		      "comment 10-13 name=[] data=[c] id=[] retry=-1 "
		      "lines=0/0/0/0/0 nl=1\n");
	check_limited(span_of("x"), 0, "bad\n");
}

static void t_bad_stays(void **state)
{
	struct buf out = BUF_INIT(LIMIT);
	struct sse_event ev;
	struct sse s;

	(void)state;
	sse_init(&s, 4);
	sse_feed(&s, "data: a\n\n", 9);
	assert_int_equal(drain(&s, &out), SSE_BAD);
	sse_feed(&s, "\n\n", 2);
	assert_int_equal(drain(&s, &out), SSE_BAD);
	assert_int_equal(sse_finish(&s, &ev), SSE_BAD);
	sse_clear(&s);
	sse_feed(&s, ":c\n", 3);
	assert_int_equal(sse_next(&s, &ev), SSE_COMMENT);
	sse_clear(&s);
	assert_int_equal(out.len, 0);
}

#define TEST(title, fn) \
	{ \
		"sse: " title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("frames with LF, at every cut", t_line_feeds),
		TEST("frames with CRLF, at every cut", t_crlf),
		TEST("frames with CR, at every cut", t_cr),
		TEST("line ends may be mixed", t_mixed_newlines),
		TEST("a frame with CR does not wait for the next",
		     t_cr_stream_is_prompt),
		TEST("a byte order mark is skipped at the start only",
		     t_byte_order_mark),
		TEST("a comment line is not an event", t_comments),
		TEST("fields are counted and the last one counts", t_fields),
		TEST("an event has nothing of the one before", t_forgotten),
		TEST("a frame without data is reported", t_frame_without_data),
		TEST("an id with a NUL is ignored", t_nul_in_id),
		TEST("a frame that the end cut off is unterminated",
		     t_stream_cut_in_a_frame),
		TEST("an empty stream has no events", t_nothing),
		TEST("the limit is the length of a frame", t_frame_limit),
		TEST("a reader that went bad stays bad", t_bad_stays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
