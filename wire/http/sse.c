/*
 * The reader of server-sent events. Lines are collected, whole lines are
 * interpreted, blank lines end frames.
 *
 * A line that ends in CR is only interpreted when the byte behind it is known
 * (or the stream ends): only then is it sure what the line end was and where
 * the frame ends, however the stream was cut. A stream that uses CR alone
 * must not wait for its next frame, though, so once a line ended in CR alone
 * the next CR counts at once; should LF follow after all, it is skipped.
 */
#include "wire/http/sse.h"

#include <assert.h>
#include <string.h>

enum sse_state {
	PAST_FIRST = 1 << 0, /* the first line, with its mark, is behind us */
	PENDING_CR = 1 << 1, /* the line is whole but for an LF, perhaps */
	LONE_CR = 1 << 2, /* the line before ended in CR alone */
	SKIP_LF = 1 << 3, /* an LF here still belongs to the line before */
	IN_FRAME = 1 << 4, /* a field line was seen since the last frame */
	SHOWN_LINE = 1 << 5, /* the caller still looks at `line` */
	SHOWN_FRAME = 1 << 6, /* the caller still looks at the frame */
	BAD = 1 << 7,
};

#define BOM "\xef\xbb\xbf"

/* What the buffers hold is bounded by the frame, and take() limits that. */
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

void sse_feed(struct sse *s, const void *bytes, size_t len)
{
	assert(s->fed_len == 0 || (s->state & BAD));
	s->fed = bytes;
	s->fed_len = len;
}

/* Lets go of what the call before gave out. */
static void forget_shown(struct sse *s)
{
	if (s->state & SHOWN_LINE)
		buf_reset(&s->line);
	if (s->state & SHOWN_FRAME) {
		buf_reset(&s->name);
		buf_reset(&s->data);
		buf_reset(&s->id);
		s->now = (struct sse_event){ .begin = s->offset,
					     .retry_ms = -1 };
		s->state &= ~IN_FRAME;
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
	return true;
}

static void set(struct buf *b, struct span value)
{
	buf_reset(b);
	buf_add_span(b, value);
}

static void read_field(struct sse *s, struct span line)
{
	size_t colon = span_find_byte(line, ':');
	struct span name = span_first(line, colon), value = SPAN_EMPTY;
	uint64_t number;

	if (colon != SIZE_MAX)
		value = span_skip(line, colon + 1);
	if (span_starts(value, " "))
		value = span_skip(value, 1);
	if (span_is(name, "data")) {
		if (s->now.data_lines++ > 0)
			buf_add_byte(&s->data, '\n');
		buf_add_span(&s->data, value);
	} else if (span_is(name, "event")) {
		s->now.event_lines++;
		set(&s->name, value);
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
	s->now.name = buf_span(&s->name);
	s->now.data = buf_span(&s->data);
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

/* The bytes of the line, without the mark that may stand before the first. */
static struct span whole_line(struct sse *s)
{
	struct span line = buf_span(&s->line);

	if (!(s->state & PAST_FIRST) && span_starts(line, BOM))
		line = span_skip(line, strlen(BOM));
	s->state |= PAST_FIRST;
	return line;
}

/* Interprets the collected line; newline is 0 where the stream ended first. */
static enum sse_step end_line(struct sse *s, unsigned newline,
			      struct sse_event *out)
{
	size_t newline_len = newline == SSE_CRLF ? 2 : newline != 0;
	struct span line = whole_line(s);
	uint64_t begin = s->offset - newline_len - line.len;

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
	if (line.len > 0)
		read_field(s, line);
	buf_reset(&s->line);
	if (line.len == 0 && (s->state & IN_FRAME))
		return show_frame(s, out);
	return SSE_MORE;
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
	size_t len = 0;
	char newline;

	while (len < s->fed_len && at[len] != '\n' && at[len] != '\r')
		len++;
	newline = len < s->fed_len ? at[len] : '\0';
	if (!take(s, len + (len < s->fed_len)))
		return SSE_BAD;
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
