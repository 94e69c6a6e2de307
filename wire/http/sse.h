/*
 * Incremental reader of server-sent events (HTML Living Standard, 9.2.6
 * "Interpreting an event stream"), which also keeps what a judge needs and a
 * browser drops: where each frame began and ended, comments, which newline
 * style was used, whether the event had its own name.
 *
 * Feed any slices of a stream; the events do not depend on where it was cut.
 *
 *	sse_feed(&s, bytes, len);
 *	while ((step = sse_next(&s, &ev)) == SSE_EVENT || step == SSE_COMMENT)
 *		...
 *	... and the same with sse_finish
 *
 * Differences from a browser, on purpose: a frame without data is reported
 * (data_lines == 0), and a frame that the end of the stream cut off is
 * reported by sse_finish with unterminated == true.
 */
#ifndef WIRE_HTTP_SSE_H
#define WIRE_HTTP_SSE_H

#include "wire/bytes/buf.h"

enum sse_step {
	SSE_MORE, /* everything fed so far is consumed */
	SSE_EVENT, /* *out holds one event */
	SSE_COMMENT, /* *out.data holds the text after the colon of one line */
	SSE_BAD, /* the frame passed the limit; the reader stays here */
};

enum sse_newline {
	SSE_LF = 1 << 0,
	SSE_CRLF = 1 << 1,
	SSE_CR = 1 << 2,
};

/* Spans are valid until the next call on the same reader. */
struct sse_event {
	struct span name; /* of the last "event:" line; empty if none */
	struct span data; /* "data:" lines joined with LF */
	struct span id;
	int64_t retry_ms; /* -1 if there was none that is a number */
	uint64_t begin, end; /* byte offsets of the frame in the stream */
	unsigned event_lines, data_lines, id_lines, retry_lines;
	unsigned unknown_lines; /* field names that no standard knows */
	unsigned newlines; /* the enum sse_newline values seen, or-ed */
	bool unterminated; /* the stream ended before the blank line */
};

struct sse {
	struct buf line, name, data, id; /* private, as is all below */
	size_t limit;
	const char *fed;
	size_t fed_len;
	size_t plain_len; /* fed bytes before the next CR */
	/* The frame's name and data where they are in one place, in the fed
	 * bytes or in a kept line; at NULL: they are in the buffers. */
	struct span near_name, near_data;
	uint64_t offset;
	struct sse_event now;
	int state;
};

/* limit: the largest frame in bytes. */
void sse_init(struct sse *s, size_t limit);
void sse_clear(struct sse *s);

/* The bytes are borrowed until sse_next has returned SSE_MORE. */
void sse_feed(struct sse *s, const void *bytes, size_t len);
enum sse_step sse_next(struct sse *s, struct sse_event *out);

/*
 * After the last byte, until it gives SSE_MORE: SSE_COMMENT for a last line
 * that is a comment, then SSE_EVENT for a frame without its blank line.
 */
enum sse_step sse_finish(struct sse *s, struct sse_event *out);

#endif
