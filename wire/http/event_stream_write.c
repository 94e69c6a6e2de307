/* The writer of Amazon's event stream. */
#include "wire/http/event_stream.h"

#include <string.h>
#include <zlib.h>

#define AROUND 16 /* bytes of a frame beside its headers and payload */
#define VALUE_LIMIT 0xffff

/* How many bytes each number has. */
static size_t width_of(enum event_type type)
{
	switch (type) {
	case EVENT_BYTE:
		return 1;
	case EVENT_SHORT:
		return 2;
	case EVENT_INTEGER:
		return 4;
	case EVENT_LONG:
	case EVENT_TIME:
		return 8;
	case EVENT_TRUE:
	case EVENT_FALSE:
	case EVENT_BYTES:
	case EVENT_STRING:
	case EVENT_UUID:
		break;
	}
	return 0;
}

/* The low `len` bytes of a number, the high one first. */
static int add_number(struct buf *out, uint64_t n, size_t len)
{
	for (size_t i = len; i-- > 0;)
		if (buf_add_byte(out, (char)(n >> 8 * i & 0xff)) < 0)
			return -1;
	return 0;
}

static int add_value(struct buf *out, const struct event_header *h)
{
	if (h->type == EVENT_UUID)
		return h->bytes.len == 16 ? buf_add_span(out, h->bytes) : -1;
	if (h->type != EVENT_BYTES && h->type != EVENT_STRING)
		return add_number(out, (uint64_t)h->number, width_of(h->type));
	if (h->bytes.len > VALUE_LIMIT)
		return -1;
	if (add_number(out, h->bytes.len, 2) < 0)
		return -1;
	return buf_add_span(out, h->bytes);
}

static int add_header(struct buf *out, const struct event_header *h)
{
	if (h->name.len == 0 || h->name.len > 0xff)
		return -1;
	if (add_number(out, h->name.len, 1) < 0 ||
	    buf_add_span(out, h->name) < 0 || add_number(out, h->type, 1) < 0)
		return -1;
	return add_value(out, h);
}

static int add_checksum(struct buf *out, size_t from)
{
	uLong sum = crc32_z(0, (const Bytef *)out->at + from, out->len - from);

	return add_number(out, sum, 4);
}

static int add_frame(struct buf *out, struct span headers, struct span payload)
{
	size_t from = out->len;

	if (payload.len > UINT32_MAX - AROUND - headers.len)
		return -1;
	if (add_number(out, AROUND + headers.len + payload.len, 4) < 0 ||
	    add_number(out, headers.len, 4) < 0 ||
	    add_checksum(out, from) < 0 || buf_add_span(out, headers) < 0 ||
	    buf_add_span(out, payload) < 0)
		return -1;
	return add_checksum(out, from);
}

int event_frame_write(struct buf *out, const struct event_header *headers,
		      size_t count, struct span payload)
{
	struct buf all = BUF_INIT(EVENT_STREAM_HEADERS_LIMIT);
	size_t before = out->len;
	int rc = 0;

	for (size_t i = 0; i < count && rc == 0; i++)
		rc = add_header(&all, &headers[i]);
	if (rc == 0)
		rc = add_frame(out, buf_span(&all), payload);
	if (rc < 0)
		buf_cut(out, before);
	buf_clear(&all);
	return rc;
}

static int write_as(struct buf *out, const char *message, const char *by,
		    const char *type, struct span payload)
{
	const char *const list[][2] = { { by, type },
					{ EVENT_FRAME_CONTENT,
					  "application/json" },
					{ EVENT_FRAME_MESSAGE, message } };
	struct event_header headers[3];

	for (size_t i = 0; i < 3; i++)
		headers[i] = (struct event_header){
			.name = span_of(list[i][0]),
			.type = EVENT_STRING,
			.bytes = span_of(list[i][1]),
		};
	return event_frame_write(out, headers, 3, payload);
}

int event_frame_write_event(struct buf *out, const char *type,
			    struct span payload)
{
	return write_as(out, "event", EVENT_FRAME_EVENT, type, payload);
}

int event_frame_write_exception(struct buf *out, const char *type,
				struct span payload)
{
	return write_as(out, "exception", EVENT_FRAME_EXCEPTION, type, payload);
}
