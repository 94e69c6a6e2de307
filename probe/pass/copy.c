/* Keeps a decoded copy of an answer and counts its events. */
#include <string.h>

#include "probe/pass/copy.h"
#include "wire/http/hop.h"

#define CODINGS_LIMIT ((size_t)1024)
#define FRAME_LIMIT ((size_t)1024 * 1024)
#define PIECE_LIMIT ((size_t)16 * 1024 * 1024)

void copy_init(struct copy *c)
{
	*c = (struct copy){ .bytes = 0 };
	buf_init(&c->body, COPY_LIMIT);
	sse_init(&c->reader, FRAME_LIMIT);
}

void copy_begin(struct copy *c, const struct headers *answer)
{
	struct buf codings = BUF_INIT(CODINGS_LIMIT);

	(void)headers_join(answer, "content-encoding", &codings);
	if (decode_is_needed(buf_span(&codings)) &&
	    decode_new(&c->decode, buf_span(&codings), NULL) < 0)
		c->undecodable = true;
	buf_clear(&codings);
	c->is_stream = hop_is_stream(answer);
	if (c->is_stream)
		c->body.limit = COPY_STREAM_LIMIT;
}

static void count_events(struct copy *c, struct span text)
{
	struct sse_event ev;
	enum sse_step step;

	if (!c->is_stream || c->unreadable)
		return;
	sse_feed(&c->reader, text.at, text.len);
	while ((step = sse_next(&c->reader, &ev)) == SSE_EVENT ||
	       step == SSE_COMMENT)
		if (step == SSE_EVENT)
			c->events++;
	c->unreadable = step == SSE_BAD;
}

/* Does a blank line, the end of an event, come right before this offset? */
static bool is_frame_end(struct span s, size_t at)
{
	struct span front = span_first(s, at);

	return span_ends(front, "\n\n") || span_ends(front, "\n\r\n");
}

/* Removes whole events from the middle, so that the rest can be read as a
 * stream. */
static void shorten(struct copy *c)
{
	struct span all = buf_span(&c->body);
	size_t from = COPY_STREAM_LIMIT / 4, to = COPY_STREAM_LIMIT / 4 * 3;

	while (from > 0 && !is_frame_end(all, from))
		from--;
	while (to < all.len && !is_frame_end(all, to))
		to++;
	c->is_short = true;
	buf_splice(&c->body, from, to - from, "", 0);
}

static void keep(struct copy *c, struct span text)
{
	size_t room;

	for (;;) {
		room = c->body.limit - c->body.len;
		buf_add_span(&c->body, span_first(text, room));
		text = span_skip(text, room);
		if (text.len == 0)
			return;
		if (!c->is_stream) {
			c->is_short = true;
			return;
		}
		shorten(c);
	}
}

void copy_add(struct copy *c, struct span bytes)
{
	struct buf piece = BUF_INIT(PIECE_LIMIT);

	c->bytes += bytes.len;
	if (c->undecodable)
		return;
	if (!c->decode) {
		count_events(c, bytes);
		keep(c, bytes);
		return;
	}
	c->undecodable = decode_add(c->decode, bytes, &piece, NULL) < 0;
	count_events(c, buf_span(&piece));
	keep(c, buf_span(&piece));
	buf_clear(&piece);
}

void copy_clear(struct copy *c)
{
	buf_clear(&c->body);
	sse_clear(&c->reader);
	decode_free(c->decode);
}
