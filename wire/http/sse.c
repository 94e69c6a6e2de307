/*
 * The reader of server-sent events. Lines are collected, whole lines are
 * interpreted, blank lines end frames.
 *
 * A line that ends in CR is only interpreted when the byte after it is known
 * (or the stream ends): only then are the line end and the end of the frame
 * certain, however the stream was cut. A stream that uses CR alone must not
 * wait for its next frame, though, so once a line ended in CR alone the next CR
 * counts at once; should LF follow after all, it is skipped.
 */
#include "wire/http/sse.h"

#include <assert.h>
#include <string.h>

enum sse_state {
	PAST_FIRST = 1 << 0, /* the first line was read, with its mark */
	PENDING_CR = 1 << 1, /* the line is whole but for an LF, perhaps */
	LONE_CR = 1 << 2, /* the line before ended in CR alone */
	SKIP_LF = 1 << 3, /* an LF here still belongs to the line before */
	IN_FRAME = 1 << 4, /* a field line was seen since the last frame */
	SHOWN_LINE = 1 << 5, /* the caller still looks at `line` */
	SHOWN_FRAME = 1 << 6, /* the caller still looks at the frame */
	BAD = 1 << 7,
	DATA_IN_LINE = 1 << 8, /* `data` holds the whole line of near_data */
};

#define BOM "\xef\xbb\xbf"
#define NOT_NEAR ((struct span){ .at = NULL, .len = 0 })

/* The buffers need no limit: take() limits the frame that they hold. */
void sse_init(struct sse *s, size_t limit)
{
	*s = (struct sse){ .limit = limit, .now.retry_ms = -1 };
	buf_init(&s->line, BUF_NO_LIMIT);
	buf_init(&s->name, BUF_NO_LIMIT);
	buf_init(&s->data, BUF_NO_LIMIT);
	buf_init(&s->id, BUF_NO_LIMIT);
}

void sse_clear(struct sse *s)
{
	buf_clear(&s->line);
	buf_clear(&s->name);
	buf_clear(&s->data);
	buf_clear(&s->id);
	sse_init(s, s->limit);
}

/* How many fed bytes come before the next CR. Few streams have one. */
static size_t plain_of(const struct sse *s)
{
	const char *cr =
		s->fed_len > 0 ? memchr(s->fed, '\r', s->fed_len) : NULL;

	return cr ? (size_t)(cr - s->fed) : s->fed_len;
}

void sse_feed(struct sse *s, const void *bytes, size_t len)
{
	assert(s->fed_len == 0 || (s->state & BAD));
	s->fed = bytes;
	s->fed_len = len;
	s->plain_len = plain_of(s);
}

/* Most of these are empty already, and then this calls nothing. */
static void empty(struct buf *b)
{
	if (b->len > 0)
		buf_reset(b);
}

/* Forgets what the last call gave to the caller. */
static void forget_shown(struct sse *s)
{
	if (s->state & SHOWN_LINE)
		buf_reset(&s->line);
	if (s->state & SHOWN_FRAME) {
		empty(&s->name);
		empty(&s->data);
		empty(&s->id);
		s->near_name = s->near_data = NOT_NEAR;
		s->now = (struct sse_event){ .begin = s->offset,
					     .retry_ms = -1 };
		s->state &= ~(IN_FRAME | DATA_IN_LINE);
	}
	s->state &= ~(SHOWN_LINE | SHOWN_FRAME);
}

/*
 * Moves on by n fed bytes. Outside a frame now.begin is where the current
 * line began, so one rule limits frames, comments and unended lines.
 */
static bool take(struct sse *s, size_t n)
{
	if (n > s->limit - (size_t)(s->offset - s->now.begin)) {
		s->state |= BAD;
		return false;
	}
	s->fed += n;
	s->fed_len -= n;
	s->offset += n;
	s->plain_len = n <= s->plain_len ? s->plain_len - n : plain_of(s);
	return true;
}

static void set(struct buf *b, struct span value)
{
	buf_reset(b);
	buf_add_span(b, value);
}

/* Copies a value that still lies in the fed bytes into its buffer. */
static void keep(struct buf *b, struct span *near)
{
	if (near->at)
		set(b, *near);
	*near = NOT_NEAR;
}

/* The collected line becomes the data without a copy, since it may be large. */
static void take_line(struct sse *s, struct span value)
{
	struct buf line = s->line;

	s->line = s->data;
	s->data = line;
	s->near_data = value;
	s->state |= DATA_IN_LINE;
}

/* Leaves only the data in `data`, without the line that it came in. */
static void keep_data(struct sse *s)
{
	struct buf data = BUF_INIT(BUF_NO_LIMIT);

	if (s->state & DATA_IN_LINE) {
		buf_add_span(&data, s->near_data);
		buf_clear(&s->data);
		s->data = data;
		s->near_data = NOT_NEAR;
		s->state &= ~DATA_IN_LINE;
	}
	keep(&s->data, &s->near_data);
}

/* `near`: the line lies in the fed bytes, and its value may stay there until
 * these are used up. */
static void read_data(struct sse *s, struct span value, bool near)
{
	if (s->now.data_lines++ == 0) {
		if (near)
			s->near_data = value;
		else
			take_line(s, value);
		return;
	}
	keep_data(s);
	buf_add_byte(&s->data, '\n');
	buf_add_span(&s->data, value);
}

static void read_name(struct sse *s, struct span value, bool near)
{
	s->now.event_lines++;
	s->near_name = near ? value : NOT_NEAR;
	if (!near)
		set(&s->name, value);
}

static bool begins(struct span line, const char *text, size_t len)
{
	return line.len >= len && memcmp(line.at, text, len) == 0;
}

/* The short way: almost every line is one of these two, spelt so. */
static bool read_common(struct sse *s, struct span line, bool near)
{
	if (begins(line, "data: ", 6))
		read_data(s, (struct span){ line.at + 6, line.len - 6 }, near);
	else if (begins(line, "event: ", 7))
		read_name(s, (struct span){ line.at + 7, line.len - 7 }, near);
	else
		return false;
	return true;
}

static void read_field(struct sse *s, struct span line, bool near)
{
	size_t colon = span_find_byte(line, ':');
	struct span name = span_first(line, colon), value = SPAN_EMPTY;
	uint64_t number;

	if (colon != SIZE_MAX)
		value = span_skip(line, colon + 1);
	if (span_starts(value, " "))
		value = span_skip(value, 1);
	if (span_is(name, "data")) {
		read_data(s, value, near);
	} else if (span_is(name, "event")) {
		read_name(s, value, near);
	} else if (span_is(name, "id")) {
		s->now.id_lines++;
		/* The standard ignores an id with a NUL in it. */
		if (span_find_byte(value, '\0') == SIZE_MAX)
			set(&s->id, value);
	} else if (span_is(name, "retry")) {
		s->now.retry_lines++;
		if (span_u64(value, INT64_MAX, &number))
			s->now.retry_ms = (int64_t)number;
	} else {
		s->now.unknown_lines++;
	}
}

static enum sse_step show_frame(struct sse *s, struct sse_event *out)
{
	s->now.end = s->offset;
	s->now.name = s->near_name.at ? s->near_name : buf_span(&s->name);
	s->now.data = s->near_data.at ? s->near_data : buf_span(&s->data);
	s->now.id = buf_span(&s->id);
	*out = s->now;
	s->state |= SHOWN_FRAME;
	return SSE_EVENT;
}

static enum sse_step show_comment(struct sse *s, struct span line,
				  uint64_t begin, unsigned newline,
				  struct sse_event *out)
{
	*out = (struct sse_event){ .name = SPAN_EMPTY,
				   .data = span_skip(line, 1),
				   .id = SPAN_EMPTY,
				   .retry_ms = -1,
				   .begin = begin,
				   .end = s->offset,
				   .newlines = newline,
				   .unterminated = newline == 0 };
	s->state |= SHOWN_LINE;
	return SSE_COMMENT;
}

/* The line without the byte order mark that may begin the stream. */
static struct span without_mark(struct sse *s, struct span line)
{
	if (!(s->state & PAST_FIRST) && span_starts(line, BOM))
		line = span_skip(line, strlen(BOM));
	s->state |= PAST_FIRST;
	return line;
}

/* Interprets a line; newline is 0 where the stream ended first. */
static enum sse_step read_line(struct sse *s, struct span line, bool near,
			       unsigned newline, struct sse_event *out)
{
	size_t newline_len = newline == SSE_CRLF ? 2 : newline != 0;
	uint64_t begin;

	line = without_mark(s, line);
	begin = s->offset - newline_len - line.len;

	s->state &= ~(PENDING_CR | LONE_CR);
	if (newline == SSE_CR)
		s->state |= LONE_CR;
	if (line.len > 0 && line.at[0] != ':' && !(s->state & IN_FRAME)) {
		s->state |= IN_FRAME;
		s->now.begin = begin;
	}
	if (s->state & IN_FRAME)
		s->now.newlines |= newline;
	else
		s->now.begin = s->offset;
	if (line.len > 0 && line.at[0] == ':')
		return show_comment(s, line, begin, newline, out);
	if (line.len > 0 && !read_common(s, line, near))
		read_field(s, line, near);
	empty(&s->line);
	if (line.len == 0 && (s->state & IN_FRAME))
		return show_frame(s, out);
	return SSE_MORE;
}

/* The line that was collected. */
static enum sse_step end_line(struct sse *s, unsigned newline,
			      struct sse_event *out)
{
	return read_line(s, buf_span(&s->line), false, newline, out);
}

static enum sse_step end_pending_line(struct sse *s, struct sse_event *out)
{
	if (s->fed[0] != '\n')
		return end_line(s, SSE_CR, out);
	return take(s, 1) ? end_line(s, SSE_CRLF, out) : SSE_BAD;
}

static enum sse_step skip_lf(struct sse *s)
{
	s->state &= ~SKIP_LF;
	if (s->fed[0] != '\n')
		return SSE_MORE;
	s->state &= ~LONE_CR;
	if (!take(s, 1))
		return SSE_BAD;
	if (!(s->state & IN_FRAME))
		s->now.begin = s->offset;
	return SSE_MORE;
}

static enum sse_step collect_line(struct sse *s, struct sse_event *out)
{
	const char *at = s->fed;
	const char *lf = memchr(at, '\n', s->plain_len);
	size_t len = lf ? (size_t)(lf - at) : s->plain_len;
	char newline = len < s->fed_len ? at[len] : '\0';

	if (!take(s, len + (len < s->fed_len)))
		return SSE_BAD;
	if (newline == '\n' && s->line.len == 0)
		return read_line(s, (struct span){ at, len }, true, SSE_LF,
				 out);
	buf_add(&s->line, at, len);
	if (newline == '\n')
		return end_line(s, SSE_LF, out);
	if (newline == '\r' && (s->state & LONE_CR)) {
		s->state |= SKIP_LF;
		return end_line(s, SSE_CR, out);
	}
	if (newline == '\r')
		s->state |= PENDING_CR;
	return SSE_MORE;
}

enum sse_step sse_next(struct sse *s, struct sse_event *out)
{
	enum sse_step step = SSE_MORE;

	forget_shown(s);
	if (s->state & BAD)
		return SSE_BAD;
	while (s->fed_len > 0 && step == SSE_MORE) {
		if (s->state & PENDING_CR)
			step = end_pending_line(s, out);
		else if (s->state & SKIP_LF)
			step = skip_lf(s);
		else
			step = collect_line(s, out);
	}
	if (step == SSE_MORE) { /* the fed bytes go now */
		keep(&s->name, &s->near_name);
		if (!(s->state & DATA_IN_LINE))
			keep(&s->data, &s->near_data);
	}
	return step;
}

enum sse_step sse_finish(struct sse *s, struct sse_event *out)
{
	enum sse_step step = SSE_MORE;

	assert(s->fed_len == 0 || (s->state & BAD));
	forget_shown(s);
	if (s->state & BAD)
		return SSE_BAD;
	if (s->state & PENDING_CR)
		step = end_line(s, SSE_CR, out);
	else if (s->line.len > 0)
		step = end_line(s, 0, out);
	if (step != SSE_MORE || !(s->state & IN_FRAME))
		return step;
	s->now.unterminated = true;
	return show_frame(s, out);
}
