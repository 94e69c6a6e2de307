/*
 * Amazon's event stream (application/vnd.amazon.eventstream), in which Bedrock
 * answers. A frame is
 *
 *	4 bytes	length of the whole frame
 *	4	length of the headers
 *	4	CRC-32 of these eight bytes
 *	...	headers: length of the name, name, type, value
 *	...	payload
 *	4	CRC-32 of all bytes before
 *
 * with the high byte first. Feed any slices of a stream; the frames do not
 * depend on where it was cut.
 *
 *	event_stream_feed(&s, bytes, len);
 *	while ((step = event_stream_next(&s, &frame, &f)) == EVENT_STREAM_FRAME)
 *		...
 *	... and at the end of the stream event_stream_finish
 */
#ifndef WIRE_HTTP_EVENT_STREAM_H
#define WIRE_HTTP_EVENT_STREAM_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

#define EVENT_STREAM_TYPE "application/vnd.amazon.eventstream"

/* All headers of one frame together, in bytes; the format's own bound. */
#define EVENT_STREAM_HEADERS_LIMIT (128 * 1024)

/* How many of them are taken; services send three. */
#define EVENT_STREAM_HEADERS_MOST 256

/* The types of a header's value, by their numbers on the wire. */
enum event_type {
	EVENT_TRUE,
	EVENT_FALSE,
	EVENT_BYTE,
	EVENT_SHORT,
	EVENT_INTEGER,
	EVENT_LONG,
	EVENT_BYTES,
	EVENT_STRING,
	EVENT_TIME, /* milliseconds since 1970 */
	EVENT_UUID, /* 16 bytes */
};

struct event_header {
	struct span name; /* 1 to 255 bytes */
	enum event_type type;
	int64_t number; /* EVENT_BYTE to EVENT_LONG, and EVENT_TIME */
	struct span bytes; /* EVENT_BYTES, EVENT_STRING, EVENT_UUID */
};

/* The spans are valid until the next call on the same reader. */
struct event_frame {
	struct span headers; /* as in the frame, checked */
	struct span payload;
	uint64_t begin, end; /* byte offsets of the frame in the stream */
};

enum event_stream_step {
	EVENT_STREAM_MORE, /* everything fed so far is consumed */
	EVENT_STREAM_FRAME, /* *out holds one */
	EVENT_STREAM_BAD, /* no frame is here; the reader stays here */
};

struct event_stream {
	struct buf held; /* private, as is all below */
	size_t limit, need;
	const char *fed;
	size_t fed_len;
	uint64_t offset;
	bool is_shown;
	struct fail bad;
};

/* limit: the largest frame in bytes. */
void event_stream_init(struct event_stream *s, size_t limit);
void event_stream_clear(struct event_stream *s);

/* The bytes are borrowed until event_stream_next has returned
 * EVENT_STREAM_MORE. */
void event_stream_feed(struct event_stream *s, const void *bytes, size_t len);

/*
 * A frame is whole and sound: both checksums are right, lengths and headers are
 * in order, no header is there twice, names and strings are UTF-8. For any
 * other, f says what is wrong and at which byte of the stream it begins.
 */
enum event_stream_step event_stream_next(struct event_stream *s,
					 struct event_frame *out,
					 struct fail *f);

/* After the last byte: -1 if the stream ended inside a frame, or was bad. */
int event_stream_finish(const struct event_stream *s, struct fail *f);

/* Takes the first header off *rest, which holds headers of a frame. false:
 * none. */
bool event_header_next(struct span *rest,
		       struct event_header *out); /* for tests */

/* The header of this name; case counts. */
bool event_header_find(const struct event_frame *frame, const char *name,
		       struct event_header *out); /* for tests */

/* Its string, or an empty span if there is none of type EVENT_STRING. */
struct span event_frame_text(const struct event_frame *frame, const char *name);

/* Names of the headers that tell what a frame is. */
#define EVENT_FRAME_MESSAGE ":message-type" /* event, exception or error */
#define EVENT_FRAME_EVENT ":event-type"
#define EVENT_FRAME_EXCEPTION ":exception-type"
#define EVENT_FRAME_CONTENT ":content-type"

/*
 * Appends a frame. -1 at the buffer's limit, or if a name, a value or all
 * headers are longer than the format allows (nothing is added).
 */
int event_frame_write(struct buf *out, const struct event_header *headers,
		      size_t count, struct span payload); /* for tests */

/* Appends a frame as a service sends it: an event of this type, or an
 * exception, with a payload in JSON. -1 as above. */
int event_frame_write_event(struct buf *out, const char *type,
			    struct span payload);
int event_frame_write_exception(struct buf *out, const char *type,
				struct span payload);

#endif
