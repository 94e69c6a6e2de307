/*
 * The event reader: a stream that is cut in two must give the events of the
 * uncut one, and no event may reach outside the stream. The limit and the cut
 * come from the first two bytes.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/http/sse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-sse: %s\n", what);
	abort();
}

static void note_event(struct buf *out, enum sse_step step,
		       const struct sse_event *ev, size_t size)
{
	require(ev->begin < ev->end && ev->end <= size,
		"an event lies outside the stream");
	require(ev->data.len <= ev->end - ev->begin,
		"an event holds more than its frame");
	buf_addf(out, "%d %" PRIu64 " %" PRIu64 " %" PRId64 " %u %u %u %u %u",
		 step, ev->begin, ev->end, ev->retry_ms, ev->event_lines,
		 ev->data_lines, ev->id_lines, ev->retry_lines,
		 ev->unknown_lines);
	buf_addf(out, " %u %d %zu %zu %zu\n", ev->newlines, ev->unterminated,
		 ev->name.len, ev->data.len, ev->id.len);
	buf_add_span(out, ev->name);
	buf_add_span(out, ev->data);
	buf_add_span(out, ev->id);
}

typedef enum sse_step step_fn(struct sse *s, struct sse_event *out);

static void drain(struct sse *s, step_fn *next, struct buf *out, size_t size)
{
	struct sse_event ev;
	enum sse_step step = next(s, &ev);

	while (step == SSE_EVENT || step == SSE_COMMENT) {
		note_event(out, step, &ev, size);
		step = next(s, &ev);
	}
	if (step == SSE_BAD && next == sse_finish)
		buf_add_text(out, "bad\n");
}

static struct buf transcript(struct span stream, size_t cut, size_t limit)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct sse s;

	sse_init(&s, limit);
	sse_feed(&s, stream.at, cut);
	drain(&s, sse_next, &out, stream.len);
	sse_feed(&s, stream.at + cut, stream.len - cut);
	drain(&s, sse_next, &out, stream.len);
	drain(&s, sse_finish, &out, stream.len);
	sse_clear(&s);
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span stream;
	struct buf whole, halves;
	size_t cut, limit;

	if (size < 2)
		return 0;
	stream = span_make(data + 2, size - 2);
	limit = data[0] < 0x40 ? data[0] : 1024 * 1024;
	cut = stream.len * data[1] / 256;
	whole = transcript(stream, 0, limit);
	halves = transcript(stream, cut, limit);
	require(span_equal(buf_span(&whole), buf_span(&halves)),
		"the events depend on the cut");
	buf_clear(&whole);
	buf_clear(&halves);
	return 0;
}
