/* Reads requests: heads and bodies. */
#include "net/serve/serve_private.h"

/* A head is read with little after it; a body is read into its place. */
#define HEAD_BYTES ((size_t)8 * 1024)
#define STRAIGHT_BYTES ((size_t)256 * 1024)

enum { READS = 16 }; /* of one connection, before others have their turn */

static void refuse(struct conn *c, int status, const char *text)
{
	struct framing_refusal why = { .status = 0 };

	framing_refuse(&why, status, "%s", text);
	conn_refuse(c, &why);
}

/* ---- the body ---- */

/* The whole request has come, or its body is not waited for. */
static void body_done(struct conn *c)
{
	struct visit *v = c->visit;

	c->state = CONN_ANSWER;
	if (!visit_has_answer(v))
		c->serve->handler->on_request(c->serve->arg, v);
	/* A client that has closed one direction gets its answer only if it is
	 * complete by now. */
	if (c->gone != END_OPEN && !v->finished && v->cut == END_OPEN)
		conn_cancel(c, c->gone);
}

static void refuse_body(struct conn *c)
{
	if (!visit_has_answer(c->visit))
		visit_off_wire(c->visit, END_CUT);
	refuse(c, 413, "the request body is too large");
}

static void take_content(struct conn *c, struct span bytes)
{
	struct visit *v = c->visit;
	uint64_t limit = v->body.limit; /* as set when the head came */

	c->moved = loop_now();
	v->received += bytes.len;
	if (v->received > 2 * limit) {
		refuse_body(c);
		return;
	}
	if (visit_has_answer(v) || v->too_large)
		return;
	if (buf_add_span(&v->body, bytes) < 0) {
		v->too_large = true;
		buf_clear(&v->body);
	}
}

static void take_counted(struct conn *c, struct span *bytes)
{
	struct span some = span_first(
		*bytes, c->left < bytes->len ? (size_t)c->left : bytes->len);

	*bytes = span_skip(*bytes, some.len);
	c->left -= some.len;
	take_content(c, some);
	if (c->left == 0 && c->state == CONN_BODY)
		body_done(c);
}

static void take_chunked(struct conn *c, struct span *bytes)
{
	struct span piece;

	while (c->state == CONN_BODY &&
	       chunked_next(&c->chunked, bytes, &piece))
		take_content(c, piece);
	if (c->state != CONN_BODY)
		return;
	if (c->chunked.state == CHUNKED_DONE)
		body_done(c);
	else if (c->chunked.state == CHUNKED_BAD)
		refuse(c, 400,
		       "the chunked body is broken, or a chunk's "
		       "extension or the trailer is too large");
}

/* ---- the head ---- */

/* The client waits for our permission to send the body. It gets none if the
 * request is refused already or announces too large a body; then no body is
 * read. */
static void say_continue(struct conn *c)
{
	struct visit *v = c->visit;

	v->too_large = c->left > v->body.limit;
	if (visit_has_answer(v) || v->too_large) {
		c->framing.close = true;
		body_done(c);
	} else {
		conn_take_out(c);
		(void)buf_add_text(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
	}
}

/* Is the announced body so large that it would not be read to its end? Then it
 * is refused at once. */
static bool is_by_far(const struct conn *c)
{
	uint64_t limit = c->visit->body.limit;

	return !visit_has_answer(c->visit) && c->left / 2 > limit;
}

/* A whole head has come: begins a visit, or refuses it. */
static void begin_visit(struct conn *c)
{
	const struct serve *s = c->serve;
	struct framing_refusal why = { .status = 0 };
	struct http_head head = { .method = NULL };

	if (framing_read(buf_span(&c->in), s->config.lenient, &head,
			 &c->framing, &why) < 0) {
		conn_refuse(c, &why);
		return;
	}
	buf_clear(&c->in);
	c->scan = (struct framing_scan){ .at = 0 };
	c->chunked = (struct chunked){ .left = 0 };
	c->left = c->framing.length;
	c->state = CONN_BODY;
	c->moved = loop_now();
	visit_list(visit_new(c, &head));
	if (s->handler->on_head)
		s->handler->on_head(s->arg, c->visit);
	if (c->framing.kind == FRAMING_NONE)
		body_done(c);
	else if (!c->framing.waits && is_by_far(c))
		refuse_body(c);
	else if (c->framing.waits)
		say_continue(c);
}

/* The bytes that may belong to the head. A body that came with it is not
 * copied. */
static struct span head_part(struct span bytes, size_t before)
{
	size_t end = span_find(bytes, span_of("\r\n\r\n"));
	struct span most = span_first(bytes, FRAMING_HEAD_LIMIT + 1 - before);

	return end < most.len ? span_first(most, end + 4) : most;
}

static void take_head(struct conn *c, struct span *bytes)
{
	struct framing_refusal why = { .status = 0 };
	size_t before = c->in.len;
	struct span some = head_part(*bytes, before);
	long len;

	if (before == 0)
		c->moved = loop_now();
	(void)buf_add_span(&c->in, some);
	len = framing_scan(&c->scan, buf_span(&c->in), &why);
	*bytes = span_skip(*bytes, len > 0 ? (size_t)len - before : some.len);
	if (len < 0)
		conn_refuse(c, &why);
	if (len <= 0)
		return;
	buf_cut(&c->in, (size_t)len);
	begin_visit(c);
}

/* ---- what comes in ---- */

static bool is_reading(const struct conn *c)
{
	return c->state == CONN_HEAD || c->state == CONN_BODY;
}

/* Takes bytes. Those after a request wait until it is answered, or are dropped
 * if the connection closes with that answer. */
static void take(struct conn *c, struct span bytes)
{
	while (bytes.len > 0 && is_reading(c)) {
		if (c->state == CONN_HEAD)
			take_head(c, &bytes);
		else if (c->framing.kind == FRAMING_CHUNKED)
			take_chunked(c, &bytes);
		else
			take_counted(c, &bytes);
	}
	if (bytes.len > 0 && c->state == CONN_ANSWER && !c->framing.close) {
		c->unread = true;
		(void)buf_add_span(&c->in, bytes);
	}
}

static void take_unread(struct conn *c)
{
	struct buf unread = c->in;

	c->unread = false;
	buf_init(&c->in, BUF_NO_LIMIT);
	take(c, buf_span(&unread));
	buf_clear(&unread);
}

/* Nothing more will come. */
static void on_end(struct conn *c, enum stream_end how)
{
	c->gone = how;
	if (c->state == CONN_BODY && how == END_CUT &&
	    visit_has_answer(c->visit)) {
		c->framing.close = true;
		body_done(c);
	} else {
		conn_cancel(c, how);
	}
}

/* Where the next bytes are read to. */
struct place_of_read {
	char *at;
	size_t len;
	bool straight; /* it is the body's own */
};

/* Is all that comes next a part of a body that somebody wants? */
static bool is_straight(const struct conn *c)
{
	const struct visit *v = c->visit;

	return c->state == CONN_BODY && c->framing.kind != FRAMING_CHUNKED &&
	       !visit_has_answer(v) && !v->too_large &&
	       c->left <= v->body.limit - v->body.len;
}

static struct place_of_read place_of(struct conn *c)
{
	struct place_of_read p = { .at = c->serve->bytes,
				   .len = SERVE_READ_BYTES };

	if (c->state == CONN_HEAD)
		p.len = HEAD_BYTES;
	p.straight = is_straight(c);
	if (!p.straight)
		return p;
	p.len = c->left < STRAIGHT_BYTES ? (size_t)c->left : STRAIGHT_BYTES;
	p.at = buf_room(&c->visit->body, p.len);
	return p;
}

static void take_straight(struct conn *c, size_t n)
{
	struct visit *v = c->visit;

	buf_wrote(&v->body, n);
	v->received += n;
	c->moved = loop_now();
	c->left -= n;
	if (c->left == 0)
		body_done(c);
}

static void take_read(struct conn *c, const struct place_of_read *p, size_t n)
{
	if (p->straight)
		take_straight(c, n);
	else
		take(c, span_make(p->at, n));
}

void conn_read(struct conn *c)
{
	struct place_of_read to;
	ssize_t n = 1;

	if (c->unread)
		take_unread(c);
	for (int i = 0; i < READS && n > 0 && is_reading(c); i++) {
		to = place_of(c);
		n = conn_recv(c, to.at, to.len);
		if (n > 0)
			take_read(c, &to, (size_t)n);
		else if (n != -1)
			on_end(c, n == 0 ? END_CUT : END_RESET);
		/* A short read has emptied the socket. */
		if (!c->tls && n < (ssize_t)to.len)
			break;
	}
	/* Bytes that TLS has read ahead make no event. */
	if (c->tls && is_reading(c) && tls_session_has_more(c->tls))
		conn_soon(c);
}
