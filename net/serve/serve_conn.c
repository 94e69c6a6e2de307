/* Events of a connection, and what follows from them. */
#include <sys/epoll.h>

#include "net/serve/serve_private.h"

enum { IDLE_MS = 75000 };

/* How long a client that is refused may take to read why. */
#define LINGER_LIMIT (2 * TICK_S)

static tick_t idle_of(const struct serve *s)
{
	return (s->config.idle_ms ? s->config.idle_ms : IDLE_MS) * TICK_MS;
}

/* How long to wait for the client's next byte. The time for a head begins with
 * its first byte; a client that sends nothing is only idle. With TLS it must
 * send its part of the handshake in that time. */
static tick_t patience_with(const struct conn *c)
{
	uint32_t head_ms = c->serve->config.head_ms;

	if (head_ms > 0 && (c->state == CONN_HANDSHAKE ||
			    (c->state == CONN_HEAD && c->in.len > 0)))
		return head_ms * TICK_MS;
	return idle_of(c->serve);
}

/* ---- what is done whenever anything happened ---- */

static void on_clock(void *arg);

static void set_clock(struct conn *c, tick_t at)
{
	loop_timer_set(c->serve->loop, &c->clock, at, on_clock, c);
}

static void shake(struct conn *c)
{
	int rc = tls_session_shake(c->tls, &c->blocked);

	if (rc < 0)
		c->state = CONN_OVER;
	else if (rc > 0)
		c->state = CONN_HEAD;
	if (rc > 0)
		c->moved = loop_now();
	if (rc != 0)
		c->blocked = false;
}

static void drop_input(struct conn *c)
{
	ssize_t n = conn_recv(c, c->serve->bytes, SERVE_READ_BYTES);

	if (n == 0 || n == -2)
		c->state = CONN_OVER;
}

/* Ends a turn of work on a connection: frees it, or sets its clock and what it
 * waits for. */
static void settle(struct conn *c, enum conn_state before)
{
	struct serve *s = c->serve;

	if (c->state == CONN_OVER) {
		conn_free(c);
		/* There is room for one more connection. */
		if (!s->io.watched && s->again.slot == 0)
			loop_timer_set(s->loop, &s->again, 0, s->on_again, s);
		return;
	}
	if (c->state == CONN_DRAIN)
		set_clock(c, loop_now() + TICK_MS);
	else if (c->state == CONN_LINGER && before != CONN_LINGER)
		set_clock(c, loop_now() + LINGER_LIMIT);
	else if (c->state == CONN_HEAD && c->in.len > 0 && !c->timed)
		set_clock(c, c->moved + patience_with(c));
	c->timed = c->state == CONN_HEAD && c->in.len > 0;
	conn_watch(c);
}

static void work(struct conn *c)
{
	enum conn_state before = c->state;

	c->serve->running = true;
	if (c->state == CONN_HANDSHAKE)
		shake(c);
	if (c->state == CONN_HEAD || c->state == CONN_BODY)
		conn_read(c);
	conn_write(c);
	if (c->state == CONN_LINGER)
		drop_input(c);
	c->serve->running = false;
	settle(c, before);
}

/* ---- what happens ---- */

/* The client has closed one direction (it may still read), or is gone for
 * good. */
static void on_gone(struct conn *c, bool for_good, enum stream_end how)
{
	const struct visit *v = c->visit;

	c->gone = how;
	switch (c->state) {
	case CONN_ANSWER:
		if (for_good ||
		    (!v->finished && (v->cut == END_OPEN || v->raw)))
			conn_cancel(c, how);
		break;
	case CONN_HANDSHAKE:
		c->state = CONN_OVER;
		break;
	case CONN_CLOSE:
	case CONN_LINGER:
		if (for_good)
			c->state = CONN_OVER;
		break;
	default:
		break; /* bytes that came before may still be unread */
	}
}

static void on_event(void *arg, uint32_t events)
{
	struct conn *c = arg;

	c->serve->running = true;
	if (events & (EPOLLERR | EPOLLHUP | EPOLLRDHUP))
		on_gone(c, (events & (EPOLLERR | EPOLLHUP)) != 0,
			events & EPOLLERR ? END_RESET : END_CUT);
	else if (events & EPOLLIN)
		c->muted = c->state == CONN_ANSWER;
	c->serve->running = false;
	work(c);
}

/* No byte has moved for too long. */
static void on_silence(struct conn *c)
{
	struct framing_refusal why = { .status = 0 };
	bool is_asking = c->state == CONN_BODY ||
			 (c->state == CONN_HEAD && c->in.len > 0);

	framing_refuse(&why, 408, "the request did not come in time");
	if (is_asking)
		conn_refuse(c, &why);
	else if (c->state == CONN_HEAD)
		conn_fin(c);
	else
		conn_cancel(c, END_CUT);
}

static void on_clock(void *arg)
{
	struct conn *c = arg;
	tick_t now = loop_now(), due = c->moved + patience_with(c);

	if (c->state == CONN_LINGER) {
		c->state = CONN_OVER;
	} else if (c->state == CONN_ANSWER && !c->blocked) {
		/* it waits for its owner */
		set_clock(c, now + idle_of(c->serve));
	} else if (c->state != CONN_DRAIN && due > now) {
		set_clock(c, due);
	} else if (c->state != CONN_DRAIN) {
		c->serve->running = true;
		on_silence(c);
		c->serve->running = false;
	}
	work(c);
}

/* ---- from outside ---- */

void conn_begin(struct serve *s, int fd)
{
	struct conn *c = conn_new(s, fd, on_event);

	set_clock(c, c->moved + patience_with(c));
	if (c->state == CONN_OVER)
		conn_free(c);
}

void conn_end(struct conn *c)
{
	struct visit *v = c->visit;

	if (v)
		visit_off_wire(v, v->cut != END_OPEN ? v->cut : END_CUT);
	conn_free(c);
}

void conn_turn(struct serve *s)
{
	struct conn *now = s->ready, *c;

	/* A connection that gets something to do meanwhile waits for the next
	 * turn. */
	s->ready = NULL;
	if (now)
		now->ready_link = &now;
	while (now) {
		c = now;
		conn_not_soon(c);
		work(c);
	}
}
