/*
 * Amazon's event stream. Streams are judged by a transcript, a line a frame, so
 * that every way of cutting a stream can be compared with the uncut one.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

#define LIMIT 4096
#define NUMBER(kind, n) \
	{ \
		.name = { #kind, sizeof(#kind) - 1 }, .type = kind, \
		.number = n, .bytes = { \
			"", \
			0 \
		} \
	}
#define BYTES(kind, text) \
	{ \
		.name = { #kind, sizeof(#kind) - 1 }, .type = kind, .bytes = { \
			text, \
			sizeof(text) - 1 \
		} \
	}

/* ---- reading ---- */

static void transcribe_header(struct buf *out, const struct event_header *h)
{
	buf_addf(out, " %.*s:%d=%" PRId64 "[", SPAN_ARG(h->name), h->type,
		 h->number);
	buf_add_span(out, h->bytes);
	buf_add_text(out, "]");
}

static void transcribe(struct buf *out, const struct event_frame *frame)
{
	struct span rest = frame->headers;
	struct event_header h;

	buf_addf(out, "%" PRIu64 "-%" PRIu64, frame->begin, frame->end);
	while (event_header_next(&rest, &h))
		transcribe_header(out, &h);
	assert_int_equal(rest.len, 0);
	buf_add_text(out, " payload=");
	buf_add_span(out, frame->payload);
	buf_add_text(out, "\n");
}

/* Reads a stream in pieces that end at these places. */
static void read_cut(struct span stream, const size_t *cuts, size_t count,
		     size_t limit, struct buf *out)
{
	enum event_stream_step step = EVENT_STREAM_MORE;
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream s;
	size_t from = 0;
	int rc;

	event_stream_init(&s, limit);
	for (size_t i = 0; i <= count; i++) {
		size_t to = i < count ? cuts[i] : stream.len;
		char *piece = malloc(to - from + 1);

		memcpy(piece, stream.at + from, to - from);
		event_stream_feed(&s, piece, to - from);
		while ((step = event_stream_next(&s, &frame, &f)) ==
		       EVENT_STREAM_FRAME)
			transcribe(out, &frame);
		free(piece);
		from = to;
		if (step == EVENT_STREAM_BAD)
			break;
	}
	rc = event_stream_finish(&s, &f);
	assert_int_equal(rc, f.code == FAIL_OK ? 0 : -1);
	buf_add_text(out, f.text);
	event_stream_clear(&s);
}

static char *read_all(struct span stream, size_t limit)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	read_cut(stream, NULL, 0, limit, &out);
	return buf_take(&out, NULL);
}

static void assert_reads(const struct buf *stream, const char *told)
{
	char *got = read_all(buf_span(stream), LIMIT);

	assert_string_equal(got, told);
	free(got);
}

/* ---- frames by hand ---- */

static void add_number(struct buf *b, uint32_t n)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_add_byte(b, (char)(n >> shift & 0xff));
}

static void add_sum(struct buf *b, size_t from)
{
	add_number(b, (uint32_t)crc32(0, (const Bytef *)b->at + from,
				      (uInt)(b->len - from)));
}

/* A frame with these lengths and right checksums, whatever they say. */
static void add_raw(struct buf *b, uint32_t total, uint32_t headers,
		    struct span rest)
{
	size_t from = b->len;

	add_number(b, total);
	add_number(b, headers);
	add_sum(b, from);
	buf_add_span(b, rest);
	add_sum(b, from);
}

static void assert_headers(struct span headers, const char *told)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	add_raw(&b, (uint32_t)(16 + headers.len), (uint32_t)headers.len,
		headers);
	assert_reads(&b, told);
	buf_clear(&b);
}

#define HEADERS(text, told) \
	assert_headers(span_make(text, sizeof(text) - 1), told)

/* ---- tests ---- */

static const struct event_header every[] = {
	NUMBER(EVENT_TRUE, 0),
	NUMBER(EVENT_FALSE, 0),
	NUMBER(EVENT_BYTE, -128),
	NUMBER(EVENT_SHORT, -2),
	NUMBER(EVENT_INTEGER, INT32_MIN),
	NUMBER(EVENT_LONG, INT64_MIN),
	BYTES(EVENT_BYTES, "\xff|"),
	BYTES(EVENT_STRING, "text"),
	NUMBER(EVENT_TIME, 1700000000123),
	BYTES(EVENT_UUID, "0123456789abcdef"),
};
#define EVERY (sizeof(every) / sizeof(every[0]))
#define EVERY_TOLD \
	" EVENT_TRUE:0=0[] EVENT_FALSE:1=0[] EVENT_BYTE:2=-128[]" \
	" EVENT_SHORT:3=-2[] EVENT_INTEGER:4=-2147483648[]" \
	" EVENT_LONG:5=-9223372036854775808[] EVENT_BYTES:6=0[\xff|]" \
	" EVENT_STRING:7=0[text] EVENT_TIME:8=1700000000123[]" \
	" EVENT_UUID:9=0[0123456789abcdef] payload="

static void test_every_type_comes_back(void **state)
{
	struct buf b = BUF_INIT(LIMIT);

	(void)state;
	assert_int_equal(event_frame_write(&b, every, EVERY, span_of("{}")), 0);
	assert_reads(&b, "0-195" EVERY_TOLD "{}\n");
	buf_clear(&b);
}

/* Bytes of the format as it is described, not as our writer has them. */
static void test_known_bytes(void **state)
{
	static const char empty[] = "\0\0\0\x10\0\0\0\0\x05\xc2\x48\xeb\x7d\x98"
				    "\xc8\xff";
	static const char one[] =
		"\0\0\0\x3d\0\0\0\x20\x07\xfd\x83\x96\x0c"
		"content-type\x07\0\x10"
		"application/json{'foo':'bar'}\x8d\x9c\x08\xb1";
	struct event_header type = { .name = span_of("content-type"),
				     .type = EVENT_STRING,
				     .bytes = span_of("application/json") };
	struct buf b = BUF_INIT(LIMIT);

	(void)state;
	assert_int_equal(event_frame_write(&b, NULL, 0, SPAN_EMPTY), 0);
	assert_int_equal(b.len, sizeof(empty) - 1);
	assert_memory_equal(b.at, empty, b.len);
	assert_reads(&b, "0-16 payload=\n");
	buf_reset(&b);
	assert_int_equal(
		event_frame_write(&b, &type, 1, span_of("{'foo':'bar'}")), 0);
	assert_int_equal(b.len, sizeof(one) - 1);
	assert_memory_equal(b.at, one, b.len);
	buf_clear(&b);
}

static void make_stream(struct buf *b)
{
	event_frame_write(b, every, EVERY, span_of("first"));
	event_frame_write(b, NULL, 0, SPAN_EMPTY);
	event_chunk_write(b, span_of("{\"type\":\"ping\"}"), 5);
	event_frame_write_exception(b, "throttlingException",
				    span_of("{\"message\":\"slow\"}"));
}

static void test_cuts_change_nothing(void **state)
{
	struct buf b = BUF_INIT(LIMIT), got = BUF_INIT(BUF_NO_LIMIT);
	size_t cuts[2];
	char *whole;

	(void)state;
	make_stream(&b);
	whole = read_all(buf_span(&b), LIMIT);
	for (cuts[0] = 0; cuts[0] <= b.len; cuts[0]++)
		for (cuts[1] = cuts[0]; cuts[1] <= b.len; cuts[1] += 3) {
			buf_reset(&got);
			read_cut(buf_span(&b), cuts, 2, LIMIT, &got);
			assert_string_equal(buf_str(&got), whole);
		}
	free(whole);
	buf_clear(&got);
	buf_clear(&b);
}

static void test_byte_by_byte(void **state)
{
	struct buf b = BUF_INIT(LIMIT), got = BUF_INIT(BUF_NO_LIMIT);
	size_t cuts[1024];
	char *whole;

	(void)state;
	make_stream(&b);
	assert_true(b.len < 1024);
	for (size_t i = 0; i < b.len; i++)
		cuts[i] = i;
	whole = read_all(buf_span(&b), LIMIT);
	read_cut(buf_span(&b), cuts, b.len, LIMIT, &got);
	assert_string_equal(buf_str(&got), whole);
	free(whole);
	buf_clear(&got);
	buf_clear(&b);
}

/* The first frame is read, and the second is cut at every place. */
static void test_truncated(void **state)
{
	struct buf b = BUF_INIT(LIMIT);
	char told[128];

	(void)state;
	event_frame_write(&b, NULL, 0, SPAN_EMPTY);
	event_frame_write(&b, NULL, 0, span_of("abc"));
	for (size_t len = 17; len < b.len; len++) {
		char *got = read_all(span_make(b.at, len), LIMIT);

		snprintf(told, sizeof(told),
			 "0-16 payload=\nthe stream ends in the frame at byte "
			 "16, after %zu %s",
			 len - 16,
			 len < 28 ? "bytes of it" : "of its 19 bytes");
		assert_string_equal(got, told);
		free(got);
	}
	buf_clear(&b);
}

/* Whatever bit is wrong, no frame comes out. */
static void test_every_bit_counts(void **state)
{
	struct buf b = BUF_INIT(LIMIT);

	(void)state;
	event_chunk_write(&b, span_of("{\"a\":1}"), 0);
	for (size_t i = 0; i < 8 * b.len; i++) {
		char *got;

		b.at[i / 8] ^= (char)(1 << i % 8);
		got = read_all(buf_span(&b), LIMIT);
		if (i / 8 < 12)
			assert_string_equal(got, "the frame at byte 0 is bad: "
						 "the checksum of its two "
						 "lengths is wrong");
		else
			assert_string_equal(got, "the frame at byte 0 is bad: "
						 "its checksum is wrong");
		free(got);
		b.at[i / 8] ^= (char)(1 << i % 8);
	}
	buf_clear(&b);
}

static void assert_raw(uint32_t total, uint32_t headers, const char *told)
{
	struct buf b = BUF_INIT(LIMIT);

	add_raw(&b, total, headers, SPAN_EMPTY);
	assert_reads(&b, told);
	buf_clear(&b);
}

static void test_lengths(void **state)
{
	static const char less[] = "the frame at byte 0 is bad: its length is "
				   "less than what it holds";

	(void)state;
	assert_raw(0, 0, less);
	assert_raw(15, 0, less);
	assert_raw(16, 0, "0-16 payload=\n");
	assert_raw(16, 1, less);
	assert_raw(20, 5, less);
	assert_raw(20, UINT32_MAX, less);
	assert_raw(17, 0,
		   "the stream ends in the frame at byte 0, after 16 of its 17 "
		   "bytes");
	assert_raw(4096, 0,
		   "the stream ends in the frame at byte 0, after 16 of its "
		   "4096 bytes");
	assert_raw(4097, 0,
		   "the frame at byte 0 has 4097 bytes; at most 4096 are "
		   "taken");
	assert_raw(UINT32_MAX, 128 * 1024,
		   "the frame at byte 0 has 4294967295 bytes; at most 4096 are "
		   "taken");
	assert_raw(UINT32_MAX, 128 * 1024 + 1,
		   "the frame at byte 0 is bad: its headers are larger than "
		   "128 KiB");
}

static void test_headers(void **state)
{
	(void)state;
	HEADERS("\1a\0\1b\1", "0-22 a:0=0[] b:1=0[] payload=\n");
#define BAD "the frame at byte 0 is bad: "
	HEADERS("\0a\0", BAD "a header has no name");
	HEADERS("\4a\0", BAD "a header's name is cut off");
	HEADERS("\1\xff\0", BAD "a header's name is no UTF-8");
	HEADERS("\1a\0\5", BAD "a header's name is cut off");
	HEADERS("\1a", BAD "a header has no type");
	HEADERS("\1a\x0a", BAD "a header has a type that is not known");
	HEADERS("\1a\2", BAD "a header's value is cut off");
	HEADERS("\1a\3z", BAD "a header's value is cut off");
	HEADERS("\1a\7\0", BAD "a header's value is cut off");
	HEADERS("\1a\7\0\2z", BAD "a header's value is cut off");
	HEADERS("\1a\x09z", BAD "a header's value is cut off");
	HEADERS("\1a\7\0\1\xff", BAD "a header's string is no UTF-8");
	HEADERS("\1a\0\1b\0\1a\1", BAD "a header is there twice");
#undef BAD
}

static void test_many_headers(void **state)
{
	char names[257][5];
	struct buf all = BUF_INIT(LIMIT), told = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (int i = 0; i < 257; i++) {
		snprintf(names[i], sizeof(names[i]), "\3%03d", i);
		buf_addf(&all, "%s", names[i]);
		buf_add_byte(&all, EVENT_TRUE);
		buf_addf(&told, " %s:0=0[]", names[i] + 1);
	}
	assert_headers(buf_span(&all), "the frame at byte 0 is bad: it has "
				       "more than 256 headers");
	buf_cut(&all, all.len - 5);
	buf_cut(&told, told.len - strlen(" 256:0=0[]"));
	buf_splice(&told, 0, 0, "0-1296", 6);
	buf_add_text(&told, " payload=\n");
	assert_headers(buf_span(&all), buf_str(&told));
	buf_clear(&told);
	buf_clear(&all);
}

static void test_text_is_named(void **state)
{
	struct buf b = BUF_INIT(LIMIT);

	(void)state;
	buf_add_text(&b, "event: ping\r\ndata:\t{}\n\n");
	assert_reads(&b, "the frame at byte 0 is bad: it is text, and no "
			 "frame");
	buf_reset(&b);
	buf_add_text(&b, "{\r\n\t\"a\": 1 ~");
	assert_reads(&b, "the frame at byte 0 is bad: it is text, and no "
			 "frame");
	buf_clear(&b);
}

/* A stream that came in pieces may end as soon as its last frame was shown. */
static void test_the_end_of_pieces(void **state)
{
	struct buf b = BUF_INIT(LIMIT);
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream s;

	(void)state;
	event_frame_write(&b, NULL, 0, span_of("abc"));
	event_stream_init(&s, LIMIT);
	event_stream_feed(&s, b.at, 14);
	assert_int_equal(event_stream_next(&s, &frame, &f), EVENT_STREAM_MORE);
	event_stream_feed(&s, b.at + 14, b.len - 14);
	assert_int_equal(event_stream_next(&s, &frame, &f), EVENT_STREAM_FRAME);
	assert_true(span_is(frame.payload, "abc"));
	assert_int_equal(event_stream_finish(&s, &f), 0);
	event_stream_clear(&s);
	buf_clear(&b);
}

/* Headers that nobody checked are read as far as they are whole. */
static void test_headers_unchecked(void **state)
{
	struct span rest = span_make("\1a\0\1b\2", 6);
	struct event_frame frame = { .headers = rest };
	struct event_header h;

	(void)state;
	assert_true(event_header_next(&rest, &h));
	assert_true(span_is(h.name, "a"));
	assert_false(event_header_next(&rest, &h));
	assert_true(event_header_find(&frame, "a", &h));
	assert_false(event_header_find(&frame, "b", &h));
}

/* Once bad, it stays so, whatever comes after. */
static void test_bad_stays(void **state)
{
	struct buf b = BUF_INIT(LIMIT);
	struct event_frame frame;
	struct event_stream s;

	(void)state;
	event_frame_write(&b, NULL, 0, SPAN_EMPTY);
	event_stream_init(&s, LIMIT);
	event_stream_feed(&s, "<!DOCTYPE html>", 15);
	for (int i = 0; i < 2; i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(event_stream_next(&s, &frame, &f),
				 EVENT_STREAM_BAD);
		assert_int_equal(f.code, FAIL_SYNTAX);
		event_stream_feed(&s, b.at, b.len);
	}
	event_stream_clear(&s);
	buf_clear(&b);
}

static void test_what_a_frame_is_known_by(void **state)
{
	struct buf b = BUF_INIT(LIMIT);
	struct fail f = FAIL_INIT;
	struct event_header h;
	struct event_frame frame;
	struct event_stream s;

	(void)state;
	make_stream(&b);
	event_stream_init(&s, LIMIT);
	event_stream_feed(&s, b.at, b.len);
	event_stream_next(&s, &frame, &f);
	assert_true(span_is(event_frame_text(&frame, "EVENT_STRING"), "text"));
	assert_int_equal(event_frame_text(&frame, "EVENT_BYTES").len, 0);
	assert_false(event_header_find(&frame, EVENT_FRAME_MESSAGE, &h));
	event_stream_next(&s, &frame, &f);
	event_stream_next(&s, &frame, &f);
	assert_true(span_is(event_frame_text(&frame, EVENT_FRAME_MESSAGE),
			    "event"));
	assert_true(
		span_is(event_frame_text(&frame, EVENT_FRAME_EVENT), "chunk"));
	assert_true(span_is(event_frame_text(&frame, EVENT_FRAME_CONTENT),
			    "application/json"));
	assert_int_equal(event_frame_text(&frame, EVENT_FRAME_EXCEPTION).len,
			 0);
	assert_int_equal(event_stream_next(&s, &frame, &f), EVENT_STREAM_FRAME);
	assert_true(span_is(event_frame_text(&frame, EVENT_FRAME_MESSAGE),
			    "exception"));
	assert_true(span_is(event_frame_text(&frame, EVENT_FRAME_EXCEPTION),
			    "throttlingException"));
	assert_int_equal(event_frame_text(&frame, EVENT_FRAME_EVENT).len, 0);
	event_stream_clear(&s);
	buf_clear(&b);
}

static void test_writer_refuses(void **state)
{
	static char big[65537];
	struct event_header h = { .name = { big, 256 },
				  .type = EVENT_TRUE,
				  .bytes = SPAN_EMPTY },
			    two[3];
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	memset(big, 'x', sizeof(big));
	buf_add_text(&b, "before");
	assert_int_equal(event_frame_write(&b, &h, 1, SPAN_EMPTY), -1);
	h.name.len = 0;
	assert_int_equal(event_frame_write(&b, &h, 1, SPAN_EMPTY), -1);
	h = (struct event_header){ .name = { big, 255 },
				   .type = EVENT_STRING,
				   .bytes = { big, 65536 } };
	assert_int_equal(event_frame_write(&b, &h, 1, SPAN_EMPTY), -1);
	h.type = EVENT_UUID;
	assert_int_equal(event_frame_write(&b, &h, 1, SPAN_EMPTY), -1);
	h.type = EVENT_BYTES;
	h.bytes.len = 65535;
	two[0] = two[1] = two[2] = h;
	assert_int_equal(event_frame_write(&b, two, 2, SPAN_EMPTY), -1);
	two[1].bytes.len = 131072 - 2 * 259 - 65535;
	assert_int_equal(event_frame_write(&b, two, 2, SPAN_EMPTY), 0);
	assert_int_equal(b.len, 6 + 16 + 131072);
	assert_memory_equal(b.at, "before", 6);
	/* The last header has seven bytes: of room for fewer none is used. */
	h = (struct event_header){ .name = { big, 2 },
				   .type = EVENT_STRING,
				   .bytes = { big, 1 } };
	two[2] = h;
	for (size_t room = 0; room < 10; room++) {
		buf_reset(&b);
		two[1].bytes.len = 131072 - 2 * 259 - 65535 - room;
		assert_int_equal(event_frame_write(&b, two, 3, SPAN_EMPTY),
				 room < 7 ? -1 : 0);
		assert_int_equal(b.len, room < 7 ? 0 : 16 + 131072 + 7 - room);
	}
	/* The length of a frame has four bytes. */
	buf_reset(&b);
	assert_int_equal(
		event_frame_write(&b, NULL, 0,
				  span_make(big, (size_t)UINT32_MAX - 15)),
		-1);
	assert_int_equal(b.len, 0);
	buf_clear(&b);
}

static void test_writer_keeps_to_the_limit(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT), small;
	size_t len;

	(void)state;
	event_chunk_write(&b, span_of("{\"type\":\"ping\"}"), 3);
	len = b.len;
	for (size_t limit = 0; limit <= len; limit++) {
		buf_init(&small, limit);
		assert_int_equal(
			event_chunk_write(&small,
					  span_of("{\"type\":\"ping\"}"), 3),
			limit == len ? 0 : -1);
		assert_int_equal(small.len, limit == len ? len : 0);
		buf_clear(&small);
	}
	buf_clear(&b);
}

/* ---- chunks ---- */

static void test_chunk(void **state)
{
	static const char event[] = "{\"type\":\"ping\",\"n\":1.10}";
	struct buf b = BUF_INIT(LIMIT), out = BUF_INIT(LIMIT);
	struct fail f = FAIL_INIT;
	struct event_frame frame;
	struct event_stream s;

	(void)state;
	for (size_t padding = 0; padding <= EVENT_CHUNK_PADDING; padding++) {
		buf_reset(&b);
		buf_reset(&out);
		assert_int_equal(event_chunk_write(&b, span_of(event), padding),
				 0);
		event_stream_init(&s, LIMIT);
		event_stream_feed(&s, b.at, b.len);
		assert_int_equal(event_stream_next(&s, &frame, &f),
				 EVENT_STREAM_FRAME);
		assert_int_equal(frame.payload.len,
				 46 - 2 + (padding > 0 ? 7 + padding : 0));
		assert_int_equal(event_chunk_read(frame.payload, &out, &f), 0);
		assert_string_equal(buf_str(&out), event);
		event_stream_clear(&s);
	}
	buf_clear(&out);
	buf_clear(&b);
}

static void assert_chunk(const char *payload, const char *told)
{
	struct buf out = BUF_INIT(8);
	struct fail f = FAIL_INIT;
	int rc = event_chunk_read(span_of(payload), &out, &f);

	assert_int_equal(rc, f.code == FAIL_OK ? 0 : -1);
	assert_string_equal(rc == 0 ? buf_str(&out) : f.text, told);
	if (rc < 0)
		assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void test_bad_chunks(void **state)
{
	static const char base64[] = "the member 'bytes' of the chunk is no "
				     "base64, or holds more than 8 bytes";

	(void)state;
	assert_chunk("{\"bytes\":\"e30=\"}", "{}");
	assert_chunk("{\"p\":1,\"bytes\":\"e30\\u003d\"}", "{}");
	assert_chunk("{\"bytes\":\"\"}", "");
	assert_chunk("{\"bytes\":\"e30\"}", base64);
	assert_chunk("{\"bytes\":\"QUJDREVGR0hJ\"}", base64);
	assert_chunk("{\"bytes\":1}", "the chunk has no member 'bytes'");
	assert_chunk("[]", "the chunk has no member 'bytes'");
	assert_chunk("{",
		     "the chunk is no JSON (1:2: end of text, but a key in "
		     "quotes should be here)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_type_comes_back),
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_cuts_change_nothing),
		cmocka_unit_test(test_byte_by_byte),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_many_headers),
		cmocka_unit_test(test_text_is_named),
		cmocka_unit_test(test_the_end_of_pieces),
		cmocka_unit_test(test_headers_unchecked),
		cmocka_unit_test(test_bad_stays),
		cmocka_unit_test(test_what_a_frame_is_known_by),
		cmocka_unit_test(test_writer_refuses),
		cmocka_unit_test(test_writer_keeps_to_the_limit),
		cmocka_unit_test(test_chunk),
		cmocka_unit_test(test_bad_chunks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
