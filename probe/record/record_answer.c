/* Collects the answers with their timing, and writes them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/record/record_private.h"
#include "wire/bytes/mem.h"
#include "wire/http/hop.h"

#define ANSWER_PIECES_LIMIT 1000000
#define FRAME_LIMIT ((size_t)8 * 1024 * 1024)
#define WAIT_LEAST_MS 5 /* shorter waits come from the network */
#define WAIT_MOST_MS 3600000
#define PIECE_LIMIT ((size_t)16 * 1024 * 1024)

void record_answer_init(struct record_answer *a)
{
	*a = (struct record_answer){ .body = BUF_INIT(SCRUB_BODY_LIMIT) };
}

void record_answer_clear(struct record_answer *a)
{
	buf_clear(&a->body);
	decode_free(a->decode);
	free(a->pieces);
	free(a->method);
	free(a->path);
	record_answer_init(a);
}

void record_answer_begin(struct record_answer *a, const struct headers *h)
{
	static const char *const codings[] = { "gzip", "br", "zstd" };
	const char *coding = headers_get(h, "content-encoding");

	a->stream = hop_is_stream(h);
	if (coding == NULL || !decode_is_needed(span_of(coding)))
		return;
	for (size_t i = 0; i < 3; i++)
		if (span_is_nocase(span_trim(span_of(coding)), codings[i]))
			a->coding = codings[i];
	a->lost = headers_count(h, "content-encoding") > 1 ||
		  decode_new(&a->decode, span_of(coding), NULL) < 0;
}

static int take(struct record_answer *a, struct span bytes)
{
	struct buf out = BUF_INIT(PIECE_LIMIT);
	int rc = 0;

	if (a->decode == NULL)
		return buf_add_span(&a->body, bytes);
	if (decode_add(a->decode, bytes, &out, NULL) < 0 ||
	    buf_add_span(&a->body, buf_span(&out)) < 0)
		rc = -1;
	buf_clear(&out);
	return rc;
}

void record_answer_add(struct record_answer *a, struct span bytes)
{
	if (a->lost)
		return;
	if (take(a, bytes) < 0 || a->count == ANSWER_PIECES_LIMIT) {
		a->lost = true;
		return;
	}
	a->pieces = mem_room(a->pieces, a->count, &a->cap, sizeof(*a->pieces));
	a->pieces[a->count++] =
		(struct record_piece){ .end = a->body.len, .at = loop_now() };
}

/* ---- an annotated stream ---- */

/* When the bytes before `end` had come; there are some, so there is a piece. */
static tick_t came(const struct record_answer *a, size_t end)
{
	size_t low = 0, high = a->count - 1;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->pieces[middle].end < end)
			low = middle + 1;
		else
			high = middle;
	}
	return a->pieces[low].at;
}

/* Changes ": @" at the begin of a line to ": .", because ccmock would take such
 * a comment of the answer for a directive. */
static void add_frame(struct span frame, struct buf *out)
{
	struct span directive = span_of(": @");
	size_t begin = out->len, at;

	buf_add_span(out, frame);
	for (;;) {
		struct span rest = span_skip(buf_span(out), begin);

		at = span_find(rest, directive);
		if (at == SIZE_MAX)
			return;
		begin += at + 2;
		if (at == 0 || strchr("\r\n", rest.at[at - 1]) != NULL)
			out->at[begin] = '.';
	}
}

static void add_wait(tick_t since, tick_t now, struct buf *out)
{
	tick_t ms = (now - since) / TICK_MS;

	if (ms >= WAIT_LEAST_MS)
		buf_addf(out, ": @wait %lld\n",
			 (long long)(ms < WAIT_MOST_MS ? ms : WAIT_MOST_MS));
}

static void add_stream(const struct record_answer *a, tick_t began,
		       struct buf *out)
{
	struct span body = buf_span(&a->body);
	struct sse_event ev;
	enum sse_step step;
	tick_t before = began;
	size_t done = 0;
	struct sse s;

	sse_init(&s, FRAME_LIMIT);
	sse_feed(&s, body.at, body.len);
	while ((step = sse_next(&s, &ev)) == SSE_EVENT || step == SSE_COMMENT) {
		tick_t at = came(a, (size_t)ev.end);

		if (step == SSE_COMMENT || ev.end <= done)
			continue;
		add_wait(before, at, out);
		before = at > before ? at : before;
		add_frame(span_make(body.at + done, (size_t)ev.end - done),
			  out);
		done = (size_t)ev.end;
	}
	add_frame(span_skip(body, done), out);
	sse_clear(&s);
}

/* Adds the directive that ends the stream as the answer ended. (A client that
 * hung up waits for nothing more, so "stall" does for that.) A directive can
 * only stand between events; false: the answer ended within an event, so the
 * rule has to say it. */
static bool add_end(enum stream_end end, struct buf *out)
{
	struct span all = buf_span(out);

	if (all.len > 0 && !span_ends(all, "\n\n") &&
	    !span_ends(all, "\n\r\n") && !span_ends(all, "\r\r"))
		return false;
	buf_addf(out, ": @%s\n",
		 end == END_RESET       ? "cut rst"
		 : end == END_CANCELLED ? "stall"
					: "cut fin");
	return true;
}

int record_answer_write(struct record_answer *a, struct scrub *s, tick_t began,
			enum stream_end end, struct buf *out, struct fail *f)
{
	if (scrub_answer(s, a->stream, &a->body, f) < 0)
		return -1;
	if (!a->stream)
		return buf_add_span(out, buf_span(&a->body));
	if (a->coding != NULL)
		buf_addf(out, ": @compress %s\n", a->coding);
	add_stream(a, began, out);
	if (end != END_CLEAN)
		a->says_end = add_end(end, out);
	return 0;
}
