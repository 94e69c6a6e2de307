/* The reader of Amazon's event stream. */
#include "wire/http/event_stream.h"

#include <assert.h>
#include <inttypes.h>
#include <zlib.h>

#define PRELUDE 12 /* two lengths and their checksum */
#define TAIL 4 /* the checksum of the frame */

/* The buffer needs no limit: it holds at most `need` bytes, and `need` is at
 * most `limit`. */
void event_stream_init(struct event_stream *s, size_t limit)
{
	*s = (struct event_stream){ .limit = limit, .need = PRELUDE };
	buf_init(&s->held, BUF_NO_LIMIT);
}

void event_stream_clear(struct event_stream *s)
{
	buf_clear(&s->held);
	event_stream_init(s, s->limit);
}

void event_stream_feed(struct event_stream *s, const void *bytes, size_t len)
{
	assert(s->fed_len == 0 || s->bad.code != FAIL_OK);
	s->fed = bytes;
	s->fed_len = len;
}

/* A number of `len` bytes, the high one first. */
static uint64_t number_at(const char *at, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n = n << 8 | (unsigned char)at[i];
	return n;
}

static uint32_t checksum(struct span bytes)
{
	return (uint32_t)crc32_z(0, (const Bytef *)bytes.at, bytes.len);
}

/* ---- headers ---- */

/* How many bytes a value of this type has; of EVENT_BYTES and EVENT_STRING,
 * how many its length has. */
static const struct {
	size_t len;
	bool is_number;
	bool has_length;
} types[] = {
	[EVENT_TRUE] = { 0, false, false },
	[EVENT_FALSE] = { 0, false, false },
	[EVENT_BYTE] = { 1, true, false },
	[EVENT_SHORT] = { 2, true, false },
	[EVENT_INTEGER] = { 4, true, false },
	[EVENT_LONG] = { 8, true, false },
	[EVENT_BYTES] = { 2, false, true },
	[EVENT_STRING] = { 2, false, true },
	[EVENT_TIME] = { 8, true, false },
	[EVENT_UUID] = { 16, false, false },
};

/* The same as a signed number. */
static int64_t signed_at(const char *at, size_t len)
{
	unsigned unused = (unsigned)(64 - 8 * len);

	return (int64_t)(number_at(at, len) << unused) >> unused;
}

/* Takes `len` bytes off the front. */
static bool take(struct span *rest, size_t len, struct span *out)
{
	if (rest->len < len)
		return false;
	*out = span_first(*rest, len);
	*rest = span_skip(*rest, len);
	return true;
}

/* NULL, or what is wrong with the header at the front. */
static const char *take_header(struct span *rest, struct event_header *out)
{
	struct span one, value;
	size_t type;

	*out = (struct event_header){ .bytes = SPAN_EMPTY };
	if (!take(rest, 1, &one) ||
	    !take(rest, (unsigned char)*one.at, &out->name))
		return "a header's name is cut off";
	if (out->name.len == 0)
		return "a header has no name";
	if (!span_is_utf8(out->name))
		return "a header's name is no UTF-8";
	if (!take(rest, 1, &one))
		return "a header has no type";
	type = (unsigned char)*one.at;
	if (type >= sizeof(types) / sizeof(types[0]))
		return "a header has a type that is not known";
	out->type = (enum event_type)type;
	if (!take(rest, types[type].len, &value) ||
	    (types[type].has_length &&
	     !take(rest, (size_t)number_at(value.at, 2), &value)))
		return "a header's value is cut off";
	if (types[type].is_number)
		out->number = signed_at(value.at, value.len);
	else
		out->bytes = value;
	if (type == EVENT_STRING && !span_is_utf8(value))
		return "a header's string is no UTF-8";
	return NULL;
}

bool event_header_next(struct span *rest, struct event_header *out)
{
	return rest->len > 0 && take_header(rest, out) == NULL;
}

bool event_header_find(const struct event_frame *frame, const char *name,
		       struct event_header *out)
{
	struct span rest = frame->headers;

	while (event_header_next(&rest, out))
		if (span_is(out->name, name))
			return true;
	return false;
}

struct span event_frame_text(const struct event_frame *frame, const char *name)
{
	struct event_header h;

	if (event_header_find(frame, name, &h) && h.type == EVENT_STRING)
		return h.bytes;
	return SPAN_EMPTY;
}

/* Does a header before this one have its name? */
static bool is_twice(struct span headers, struct span name)
{
	struct event_header h;

	while (event_header_next(&headers, &h))
		if (span_equal(h.name, name))
			return h.name.at != name.at;
	return false;
}

static const char *check_headers(struct span headers)
{
	struct span rest = headers;
	struct event_header h;

	for (size_t n = 1; rest.len > 0; n++) {
		const char *wrong = take_header(&rest, &h);

		if (n > EVENT_STREAM_HEADERS_MOST)
			return "it has more than 256 headers";

		if (wrong != NULL)
			return wrong;
		if (is_twice(headers, h.name))
			return "a header is there twice";
	}
	return NULL;
}

/* ---- frames ---- */

static int wrong(struct event_stream *s, enum fail_code code, const char *what)
{
	return fail_set(&s->bad, code,
			"the frame at byte %" PRIu64 " is bad: %s", s->offset,
			what);
}

/* Is it text? That gets a message of its own. */
static bool is_text(const char *at)
{
	for (size_t i = 0; i < PRELUDE; i++)
		if ((at[i] < ' ' || at[i] > '~') && at[i] != '\n' &&
		    at[i] != '\r' && at[i] != '\t')
			return false;
	return true;
}

static int check_prelude(struct event_stream *s, const char *at)
{
	uint64_t total = number_at(at, 4), headers = number_at(at + 4, 4);

	if (is_text(at))
		return wrong(s, FAIL_SYNTAX, "it is text, and no frame");
	if (checksum(span_make(at, PRELUDE - 4)) != number_at(at + 8, 4))
		return wrong(s, FAIL_SYNTAX,
			     "the checksum of its two lengths is wrong");
	if (total < PRELUDE + TAIL || headers > total - PRELUDE - TAIL)
		return wrong(s, FAIL_SYNTAX,
			     "its length is less than what it holds");
	if (headers > EVENT_STREAM_HEADERS_LIMIT)
		return wrong(s, FAIL_LIMIT,
			     "its headers are larger than 128 KiB");
	if (total > s->limit)
		return fail_set(&s->bad, FAIL_LIMIT,
				"the frame at byte %" PRIu64 " has %" PRIu64
				" bytes; at most %zu are taken",
				s->offset, total, s->limit);
	s->need = (size_t)total;
	return 0;
}

/* `at` has all bytes of the frame. */
static int check_frame(struct event_stream *s, const char *at,
		       struct event_frame *out)
{
	struct span all = span_make(at, s->need),
		    body = span_skip(all, PRELUDE);
	size_t headers = (size_t)number_at(at + 4, 4);
	const char *what;

	if (checksum(span_first(all, all.len - TAIL)) !=
	    number_at(at + all.len - TAIL, 4))
		return wrong(s, FAIL_SYNTAX, "its checksum is wrong");
	what = check_headers(span_first(body, headers));
	if (what != NULL)
		return wrong(s, FAIL_SYNTAX, what);
	*out = (struct event_frame){
		.headers = span_first(body, headers),
		.payload =
			span_make(body.at + headers, body.len - headers - TAIL),
		.begin = s->offset,
		.end = s->offset + s->need,
	};
	return 0;
}

/* The next `need` bytes in one place; NULL: they have not all come. Bytes that
 * were fed together are not copied. */
static const char *gather(struct event_stream *s)
{
	size_t more;

	if (s->held.len == 0 && s->fed_len >= s->need)
		return s->fed;
	more = s->need - s->held.len;
	if (more > s->fed_len)
		more = s->fed_len;
	buf_add(&s->held, s->fed, more);
	s->fed += more;
	s->fed_len -= more;
	return s->held.len == s->need ? s->held.at : NULL;
}

/* Moves to the byte after the frame. */
static void pass_frame(struct event_stream *s)
{
	s->offset += s->need;
	if (s->held.len == 0) {
		s->fed += s->need;
		s->fed_len -= s->need;
	} else {
		s->is_shown = true;
	}
	s->need = PRELUDE;
}

enum event_stream_step event_stream_next(struct event_stream *s,
					 struct event_frame *out,
					 struct fail *f)
{
	const char *at;

	if (s->is_shown)
		buf_reset(&s->held);
	s->is_shown = false;
	if (s->bad.code == FAIL_OK) {
		at = gather(s);
		if (at == NULL)
			return EVENT_STREAM_MORE;
		if (s->need == PRELUDE && check_prelude(s, at) == 0)
			at = gather(s);
		if (at == NULL)
			return EVENT_STREAM_MORE;
		if (s->bad.code == FAIL_OK && check_frame(s, at, out) == 0) {
			pass_frame(s);
			return EVENT_STREAM_FRAME;
		}
	}
	fail_copy(f, &s->bad);
	return EVENT_STREAM_BAD;
}

int event_stream_finish(const struct event_stream *s, struct fail *f)
{
	size_t there = s->is_shown ? 0 : s->held.len;

	if (s->bad.code != FAIL_OK)
		return fail_copy(f, &s->bad);
	if (there == 0)
		return 0;
	if (s->need == PRELUDE)
		return fail_set(f, FAIL_SYNTAX,
				"the stream ends in the frame at byte %" PRIu64
				", after %zu bytes of it",
				s->offset, there);
	return fail_set(f, FAIL_SYNTAX,
			"the stream ends in the frame at byte %" PRIu64
			", after %zu of its %zu bytes",
			s->offset, there, s->need);
}
