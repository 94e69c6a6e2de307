/*
 * The reader of Amazon's event stream: a stream that is cut in two gives the
 * frames of the uncut one, no frame reaches outside the stream, and what was
 * read is written again byte for byte. The limit and the cut come from the
 * first two bytes. Nobody guesses a checksum, so that the first byte's highest
 * bit says whether they are put in order first.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "wire/http/event_chunk.h"
#include "wire/http/event_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-event_stream: %s\n", what);
	abort();
}

static size_t length_at(const uint8_t *at)
{
	return (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 |
	       at[3];
}

static void put_sum(uint8_t *at, size_t len)
{
	uint32_t sum = (uint32_t)crc32(0, at, (uInt)len);

	for (int i = 0; i < 4; i++)
		at[len + (size_t)i] = (uint8_t)(sum >> (24 - 8 * i));
}

/* Gives every frame that its lengths allow the right checksums. */
static void mend(uint8_t *at, size_t len)
{
	while (len >= 12) {
		size_t total = length_at(at);

		put_sum(at, 8);
		if (total < 16 || total > len)
			return;
		put_sum(at, total - 4);
		at += total;
		len -= total;
	}
}

#define HEADERS 256

static void note_frame(struct buf *out, const struct event_frame *frame,
		       struct span stream)
{
	struct event_header list[HEADERS];
	struct buf again = BUF_INIT(BUF_NO_LIMIT), event = BUF_INIT(stream.len);
	struct span rest = frame->headers;
	size_t count = 0, len = (size_t)(frame->end - frame->begin);
	struct fail f = FAIL_INIT;

	require(frame->begin < frame->end && frame->end <= stream.len,
		"a frame lies outside the stream");
	while (count < HEADERS && event_header_next(&rest, &list[count]))
		count++;
	require(rest.len == 0, "a header of a sound frame cannot be read");
	require(event_frame_write(&again, list, count, frame->payload) == 0 &&
			span_equal(buf_span(&again),
				   span_make(stream.at + frame->begin, len)),
		"the frame is not written as it was read");
	if (event_chunk_read(frame->payload, &event, &f) == 0)
		require(f.code == FAIL_OK && event.len < frame->payload.len,
			"a chunk holds more than its payload");
	else
		require(f.code == FAIL_SYNTAX && f.text[0] != '\0' &&
				event.len == 0,
			"a chunk is refused without a reason");
	buf_addf(out, "%" PRIu64 " %" PRIu64 " %zu %zu\n", frame->begin,
		 frame->end, count, event.len);
	buf_clear(&event);
	buf_clear(&again);
}

static void drain(struct event_stream *s, struct span stream, struct buf *out)
{
	enum event_stream_step step;
	struct event_frame frame;
	struct fail f = FAIL_INIT;

	while ((step = event_stream_next(s, &frame, &f)) == EVENT_STREAM_FRAME)
		note_frame(out, &frame, stream);
	require((step == EVENT_STREAM_BAD) == (f.code != FAIL_OK),
		"a bad stream has no reason");
}

static struct buf transcript(struct span stream, size_t cut, size_t limit)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	struct event_stream s;

	event_stream_init(&s, limit);
	event_stream_feed(&s, stream.at, cut);
	drain(&s, stream, &out);
	event_stream_feed(&s, stream.at + cut, stream.len - cut);
	drain(&s, stream, &out);
	require((event_stream_finish(&s, &f) < 0) == (f.code != FAIL_OK),
		"a cut stream has no reason");
	buf_add_text(&out, f.text);
	event_stream_clear(&s);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, halves;
	struct span stream;
	size_t cut, limit;
	uint8_t *copy;

	if (size < 2)
		return 0;
	copy = malloc(size);
	require(copy != NULL, "out of memory");
	memcpy(copy, data, size);
	if (data[0] & 0x80)
		mend(copy + 2, size - 2);
	stream = span_make(copy + 2, size - 2);
	limit = (data[0] & 0x7f) < 0x40 ? data[0] & 0x3f : 1024 * 1024;
	cut = stream.len * data[1] / 256;
	whole = transcript(stream, 0, limit);
	halves = transcript(stream, cut, limit);
	require(span_equal(buf_span(&whole), buf_span(&halves)),
		"the frames depend on the cut");
	buf_clear(&whole);
	buf_clear(&halves);
	free(copy);
	return 0;
}
