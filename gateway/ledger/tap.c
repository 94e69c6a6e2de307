/* Reads streams and whole messages that pass. */
#include "gateway/ledger/tap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/ledger/skim.h"
#include "wire/bytes/base64.h"
#include "wire/bytes/mem.h"
#include "wire/http/decode.h"
#include "wire/http/event_stream.h"
#include "wire/http/hop.h"
#include "wire/http/sse.h"
#include "wire/json/jscan.h"

#define FRAME_LIMIT ((size_t)16 * 1024 * 1024)
#define HELD_LIMIT ((size_t)64 * 1024)
#define WHOLE_LIMIT ((size_t)64 * 1024 * 1024)

enum tap_kind { TAP_EVENTS, TAP_FRAMES, TAP_WHOLE };

struct tap {
	enum tap_kind kind;
	struct decode *decode; /* NULL: no coding */
	struct buf plain; /* one decoded piece */
	struct sse events;
	struct event_stream frames;
	/* a whole message, the event of a frame, or the begin of an event */
	struct buf whole;
	bool closely; /* every line is read, see read_closely() */
	struct tap_seen seen;
};

static bool kind_of(const char *type, enum tap_kind *out)
{
	struct span rest = span_of(type), name;

	if (span_split(&rest, ';', &name) &&
	    span_is_nocase(span_trim(name), "text/event-stream"))
		*out = TAP_EVENTS;
	else if (span_starts(span_of(type), EVENT_STREAM_TYPE))
		*out = TAP_FRAMES;
	else if (span_starts(span_of(type), "application/json"))
		*out = TAP_WHOLE;
	else
		return false;
	return true;
}

struct tap *tap_new(void)
{
	struct tap *t = xcalloc(1, sizeof(*t));

	buf_init(&t->plain, WHOLE_LIMIT);
	buf_init(&t->whole, WHOLE_LIMIT);
	sse_init(&t->events, FRAME_LIMIT);
	event_stream_init(&t->frames, FRAME_LIMIT);
	return t;
}

/* Forgets the last answer. A reader that got whole events only holds
 * nothing. */
static void forget(struct tap *t)
{
	if (t->closely)
		sse_clear(&t->events);
	if (t->kind == TAP_FRAMES)
		event_stream_clear(&t->frames);
	if (t->decode)
		decode_free(t->decode);
	t->decode = NULL;
	t->closely = false;
	t->seen = (struct tap_seen){ .ended = false };
	buf_reset(&t->plain);
	if (t->whole.cap > HELD_LIMIT) /* large memory is not kept */
		buf_clear(&t->whole);
	buf_reset(&t->whole);
}

bool tap_begin(struct tap *t, const struct headers *h)
{
	const char *coding = headers_get(h, "content-encoding");

	forget(t);
	if (!kind_of(headers_get(h, "content-type"), &t->kind))
		return false;
	return !coding || !decode_is_needed(span_of(coding)) ||
	       decode_new(&t->decode, span_of(coding), NULL) == 0;
}

void tap_free(struct tap *t)
{
	if (!t)
		return;
	if (t->decode)
		decode_free(t->decode);
	buf_clear(&t->plain);
	buf_clear(&t->whole);
	sse_clear(&t->events);
	event_stream_clear(&t->frames);
	free(t);
}

const struct tap_seen *tap_seen(const struct tap *t)
{
	return &t->seen;
}

/* ---- a message, whole or in events ---- */

static void take_model(struct tap *t, struct span string)
{
	struct span plain = span_first(span_skip(string, 1), string.len - 2);
	struct jval v = { .type = J_STRING, .text = string };
	struct buf name = BUF_INIT(TAP_MODEL_LEN - 1);

	if (span_find_byte(plain, '\\') != SIZE_MAX)
		plain = jscan_string(v, &name) == 0 ? buf_span(&name)
						    : SPAN_EMPTY;
	if (plain.len > 0 && plain.len < TAP_MODEL_LEN) {
		memcpy(t->seen.model, plain.at, plain.len);
		t->seen.model[plain.len] = '\0';
	}
	buf_clear(&name);
}

static void take_message(struct tap *t, struct span message)
{
	struct skim s = skim_object(message);
	struct span key, v;

	while (skim_next(&s, &key, &v))
		if (skim_is(key, "usage"))
			usage_read(&t->seen.usage, v);
		else if (skim_is(key, "model") && skim_is_string(v))
			take_model(t, v);
}

/* Most events are pieces of content: of those nothing is read after their
 * type. */
static void take_event(struct tap *t, struct span data)
{
	struct span type = SPAN_EMPTY, message = type, usage = type, key, v;
	struct skim s = skim_object(data);

	while (skim_next(&s, &key, &v)) {
		if (skim_is(key, "message"))
			message = v;
		else if (skim_is(key, "usage"))
			usage = v;
		else if (skim_is(key, "type"))
			type = v;
		if (type.len > 0 && type.at[1] == 'c') /* content_block_... */
			return;
	}
	if (skim_is(type, "message_start")) {
		take_message(t, message);
	} else if (skim_is(type, "message_delta")) {
		usage_read(&t->seen.usage, usage);
	} else if (skim_is(type, "message_stop")) {
		t->seen.ended = true;
	} else if (skim_is(type, "error")) {
		t->seen.ended = t->seen.failed = true;
	}
}

/* Reads the event in a frame; a frame with an exception ends the stream. */
static void take_frame(struct tap *t, const struct event_frame *frame)
{
	struct buf coded = BUF_INIT(FRAME_LIMIT);
	struct jval root, bytes;

	if (!span_is(event_frame_text(frame, EVENT_FRAME_MESSAGE), "event")) {
		t->seen.ended = t->seen.failed = true;
		return;
	}
	buf_reset(&t->whole);
	if (jscan(frame->payload, &root, NULL) == 0 && root.type == J_OBJECT) {
		bytes = jscan_get(root, "bytes");
		if (bytes.type == J_STRING &&
		    jscan_string(bytes, &coded) == 0 &&
		    base64_decode(buf_span(&coded), &t->whole) == 0)
			take_event(t, buf_span(&t->whole));
	}
	buf_clear(&coded);
}

/* ---- pieces ---- */

static void read_events(struct tap *t, struct span bytes)
{
	struct sse_event ev;
	enum sse_step step;

	sse_feed(&t->events, bytes.at, bytes.len);
	while ((step = sse_next(&t->events, &ev)) == SSE_EVENT ||
	       step == SSE_COMMENT)
		if (step == SSE_EVENT && ev.data_lines > 0)
			take_event(t, ev.data);
	t->seen.blind |= step == SSE_BAD;
}

/* From here on every line is read: lines do not end in LF alone, or are longer
 * than events that tell of tokens. */
static void read_closely(struct tap *t)
{
	t->closely = true;
	if (t->whole.len > 0)
		read_events(t, buf_span(&t->whole));
	buf_reset(&t->whole);
}

/* How many bytes at the front are pieces of content, as the API itself writes
 * them: of each only the first line and the end are searched for. */
static size_t content_events(struct span s)
{
	static const char begin[] = "event: content_block_delta\n"
				    "data: {\"type\":\"content_block_delta\",";
	const size_t len = sizeof(begin) - 1;
	size_t at = 0;

	while (s.len - at > len && memcmp(s.at + at, begin, len) == 0) {
		const char *from = s.at + at + len;
		const char *end = memchr(from, '\n', s.len - at - len);
		size_t next = end ? (size_t)(end - s.at) + 1 : s.len;

		if (next >= s.len || s.at[next] != '\n')
			break;
		at = next + 1;
	}
	return at;
}

/* The bytes of the event at the front, of which every line ends in LF; 0: its
 * end is not here. */
static size_t whole_event(struct span s)
{
	size_t at = 0;

	while (at < s.len) {
		const char *end = memchr(s.at + at, '\n', s.len - at);
		size_t next = end ? (size_t)(end - s.at) + 1 : s.len + 1;

		if (next == at + 1) /* an empty line */
			return next;
		at = next;
	}
	return 0;
}

/* Takes an event. One line of data can be read without the stream reader. */
static void take_lines(struct tap *t, struct span event)
{
	struct span rest = event, data = SPAN_EMPTY, one;
	size_t count = 0;

	while (span_split(&rest, '\n', &one) && rest.at)
		if (span_starts(one, "data:")) {
			data = span_skip(one, 5);
			count++;
		}
	if (count == 1)
		take_event(t, data);
	else if (count > 1 || span_starts(event, "\xef\xbb\xbf"))
		read_events(t, event);
}

static size_t take_events(struct tap *t, struct span s)
{
	size_t at = content_events(s), len;

	while (at < s.len && (len = whole_event(span_skip(s, at))) > 0) {
		take_lines(t, span_make(s.at + at, len));
		at += len;
		at += content_events(span_skip(s, at));
	}
	return at;
}

/* Takes a piece of a stream. Most pieces are whole events, and most of these are
 * content. A provider that ends lines with CR does so from the first event on. */
static void feed_events(struct tap *t, struct span bytes)
{
	if (!t->closely && t->whole.len == 0)
		bytes = span_skip(bytes, content_events(bytes));
	if (bytes.len == 0)
		return;
	if (!t->closely &&
	    (memchr(bytes.at, '\r', bytes.len) || t->whole.len > HELD_LIMIT))
		read_closely(t);
	if (t->closely) {
		read_events(t, bytes);
	} else if (t->whole.len > 0) {
		buf_add_span(&t->whole, bytes);
		buf_drop(&t->whole, take_events(t, buf_span(&t->whole)));
	} else {
		bytes = span_skip(bytes, take_events(t, bytes));
		buf_add_span(&t->whole, bytes);
	}
}

static void feed_frames(struct tap *t, struct span bytes)
{
	struct event_frame frame;
	enum event_stream_step step;

	event_stream_feed(&t->frames, bytes.at, bytes.len);
	while ((step = event_stream_next(&t->frames, &frame, NULL)) ==
	       EVENT_STREAM_FRAME)
		take_frame(t, &frame);
	t->seen.blind |= step == EVENT_STREAM_BAD;
}

static void feed_plain(struct tap *t, struct span bytes)
{
	switch (t->kind) {
	case TAP_EVENTS:
		feed_events(t, bytes);
		break;
	case TAP_FRAMES:
		feed_frames(t, bytes);
		break;
	case TAP_WHOLE:
		t->seen.blind |= buf_add_span(&t->whole, bytes) < 0;
		break;
	}
}

void tap_feed(struct tap *t, struct span bytes)
{
	if (t->seen.blind || bytes.len == 0)
		return;
	if (!t->decode) {
		feed_plain(t, bytes);
		return;
	}
	buf_reset(&t->plain);
	t->seen.blind |= decode_add(t->decode, bytes, &t->plain, NULL) < 0;
	if (t->plain.len > 0)
		feed_plain(t, buf_span(&t->plain));
}

void tap_last(struct tap *t, struct span bytes)
{
	bool is_all = t->kind == TAP_WHOLE && !t->decode && t->whole.len == 0;

	if (is_all && !t->seen.blind) {
		take_message(t, bytes);
		return;
	}
	tap_feed(t, bytes);
	tap_finish(t);
}

void tap_finish(struct tap *t)
{
	if (t->kind != TAP_WHOLE || t->seen.blind || t->whole.len == 0)
		return;
	take_message(t, buf_span(&t->whole));
	buf_reset(&t->whole);
}
