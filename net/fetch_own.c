/* Connections of our own: made, used, kept and closed. */
#include "net/fetch_own.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "wire/bytes/mem.h"

enum {
	IDLE_LIMIT = 256, /* connections that wait for a request */
	READS = 8, /* of one connection, before others have their turn */
	READ_BYTES = 16 * 1024,
	FIRST_BYTES = 4 * 1024, /* these are passed on before more is read */
};

#define SEND_BYTES ((size_t)1024 * 1024) /* in one turn */

/* By this age most servers have closed a waiting connection. */
#define IDLE_AGE (60 * TICK_S)

/* ---- those that wait ---- */

static void own_unlist(struct own *o)
{
	if (!o->link)
		return;
	*o->link = o->next;
	if (o->next)
		o->next->link = o->link;
	o->link = NULL;
	o->fetcher->idle_count--;
}

static void own_free(struct own *o)
{
	own_unlist(o);
	loop_unwatch(o->fetcher->loop, &o->io);
	loop_timer_clear(o->fetcher->loop, &o->clock);
	if (o->fd >= 0)
		close(o->fd);
	buf_clear(&o->held);
	free(o);
}

void fetch_own_free_idle(struct fetcher *fr)
{
	while (fr->idle)
		own_free(fr->idle);
}

static void drop_oldest(struct fetcher *fr)
{
	struct own *o = fr->idle;

	while (o->next)
		o = o->next;
	own_free(o);
}

static void own_wait(struct own *o)
{
	struct fetcher *fr = o->fetcher;

	o->fetch = NULL;
	o->used = true;
	o->since = loop_now();
	o->next = fr->idle;
	o->link = &fr->idle;
	if (o->next)
		o->next->link = &o->next;
	fr->idle = o;
	if (++fr->idle_count > IDLE_LIMIT)
		drop_oldest(fr);
}

/* The server may have closed it in this turn of the loop. */
static bool is_alive(const struct own *o)
{
	char byte;

	return recv(o->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
	       errno == EAGAIN;
}

static struct own *find_idle(struct fetcher *fr, const struct fetch_origin *to)
{
	struct own *o = fr->idle, *next;

	for (; o; o = next) {
		next = o->next;
		if (o->at_len != to->at_len ||
		    memcmp(&o->at, &to->at, to->at_len) != 0)
			continue;
		if (loop_now() - o->since < IDLE_AGE && is_alive(o)) {
			own_unlist(o);
			return o;
		}
		own_free(o);
	}
	return NULL;
}

/* ---- how a request ends ---- */

static bool is_sent(const struct fetch *ft)
{
	return ft->out_at == ft->out.len && ft->body_at == ft->body_len;
}

/* Ends the request: tells its owner, unless the owner has cancelled it. */
static void finish(struct own *o, enum fetch_own_step step)
{
	struct fetch *ft = o->fetch;
	bool cancelled = ft->cancelled;

	ft->own = NULL;
	if (step == FETCH_OWN_OVER && o->reusable && !cancelled && is_sent(ft))
		own_wait(o);
	else
		own_free(o);
	if (cancelled)
		ft->drop(ft);
	else
		ft->done(ft, CURLE_OK);
}

void fetch_own_leave(struct fetch *ft)
{
	if (ft->own)
		own_free(ft->own);
	ft->own = NULL;
}

/* ---- bytes ---- */

static void on_event(void *arg, uint32_t events);

static void own_watch(struct own *o, uint32_t events)
{
	struct loop *l = o->fetcher->loop;

	if (o->io.watched)
		loop_rewatch(l, &o->io, events | EPOLLIN | EPOLLRDHUP);
	else if (loop_watch(l, &o->io, o->fd, events | EPOLLIN | EPOLLRDHUP,
			    on_event, o, NULL) < 0)
		o->error = errno;
}

static size_t lay_out(const struct fetch *ft, struct iovec to[2])
{
	struct span head = buf_span(&ft->out);

	head = span_skip(head, ft->out_at);
	to[0].iov_base = (void *)head.at;
	to[0].iov_len = head.len;
	to[1].iov_base = (void *)(ft->body + ft->body_at);
	to[1].iov_len = ft->body_len - ft->body_at;
	if (to[1].iov_len > SEND_BYTES)
		to[1].iov_len = SEND_BYTES;
	return head.len + to[1].iov_len;
}

static void has_sent(struct fetch *ft, size_t n)
{
	size_t head = ft->out.len - ft->out_at;

	head = n < head ? n : head;
	ft->out_at += head;
	ft->body_at += n - head;
	if (n > head)
		ft->moved = loop_now();
}

/* Sends head and body together. Errors are seen by reading, since the server
 * may have said why it closed. */
static void own_send(struct own *o)
{
	struct fetch *ft = o->fetch;
	struct iovec parts[2];
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };
	size_t left = lay_out(ft, parts);
	ssize_t n;

	if (left == 0 || o->error != 0)
		return;
	ft->attempts = 1;
	n = sendmsg(o->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (n > 0)
		has_sent(ft, (size_t)n);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		o->error = errno;
	if (o->error == 0)
		own_watch(o, is_sent(ft) ? 0 : EPOLLOUT);
}

static char *bytes_of(struct fetcher *fr)
{
	if (!fr->bytes)
		fr->bytes = xmalloc(READ_BYTES);
	return fr->bytes;
}

static enum fetch_own_step own_read(struct own *o)
{
	enum fetch_own_step step = FETCH_OWN_MORE;
	size_t most = o->fetch->has_head ? READ_BYTES : FIRST_BYTES;
	ssize_t n = READ_BYTES;
	char *bytes = bytes_of(o->fetcher);

	for (int i = 0; i < READS && n == READ_BYTES &&
			step == FETCH_OWN_MORE && !o->fetch->paused;
	     i++) {
		n = recv(o->fd, bytes, most, MSG_DONTWAIT);
		if (n > 0)
			step = fetch_own_take(o, span_make(bytes, (size_t)n));
		else if (n == 0)
			return fetch_own_close(o);
		else if (errno != EAGAIN && errno != EINTR)
			o->error = o->error ? o->error : errno;
	}
	/* An error ends the request only when nothing is left to read. */
	if (n < 0 && o->error != 0)
		return fetch_own_close(o);
	return step;
}

/* ---- what happens ---- */

static void settle(struct own *o, enum fetch_own_step step)
{
	o->fetch->running = false;
	if (step != FETCH_OWN_MORE)
		finish(o, step);
	else if (o->fetch->paused)
		loop_unwatch(o->fetcher->loop, &o->io);
	else if (!o->io.watched)
		own_watch(o, is_sent(o->fetch) ? 0 : EPOLLOUT);
}

static bool is_made(struct own *o)
{
	socklen_t len = sizeof(o->error);

	if (o->connected || o->error != 0)
		return o->connected;
	(void)getsockopt(o->fd, SOL_SOCKET, SO_ERROR, &o->error, &len);
	if (o->error != 0)
		return false;
	o->connected = o->fetch->connected = true;
	loop_timer_clear(o->fetcher->loop, &o->clock);
	return true;
}

static void work(struct own *o, uint32_t events)
{
	enum fetch_own_step step = FETCH_OWN_MORE;

	o->fetch->running = true;
	if (!is_made(o)) {
		settle(o, fetch_own_close(o));
		return;
	}
	if ((events & ~(uint32_t)EPOLLOUT) || o->error != 0)
		step = own_read(o);
	if (step == FETCH_OWN_MORE && !o->fetch->paused &&
	    (events & EPOLLOUT)) {
		own_send(o);
		if (o->error != 0)
			step = own_read(o);
	}
	settle(o, step);
}

static void on_event(void *arg, uint32_t events)
{
	struct own *o = arg;

	if (o->fetch)
		work(o, events);
	else /* nobody uses it: the server closed it, or sent bytes unasked */
		own_free(o);
}

static void on_late(void *arg)
{
	struct own *o = arg;

	fetch_end_set(&o->fetch->end, END_TIMEOUT,
		      "no connection in time: %u ms", o->fetch->connect_ms);
	finish(o, FETCH_OWN_STOP);
}

/* ---- from outside ---- */

/* Later, on a turn of the loop: gives the owner the bytes that were held, or
 * deals with a connection that failed at once. */
static void on_go_on(void *arg)
{
	struct fetch *ft = arg;
	struct own *o = ft->own;
	struct buf held = o->held;
	enum fetch_own_step step = FETCH_OWN_MORE;

	if (!o->connected || held.len == 0) {
		work(o, EPOLLIN);
		return;
	}
	buf_init(&o->held, BUF_NO_LIMIT);
	ft->running = true;
	step = fetch_own_take(o, buf_span(&held));
	buf_clear(&held);
	settle(o, step);
}

/* Held bytes go first; the socket is read after that. */
void fetch_own_resume(struct fetch *ft)
{
	struct own *o = ft->own;

	if (o && (o->held.len > 0 || o->error != 0))
		loop_timer_set(ft->fetcher->loop, &ft->go_on, 0, on_go_on, ft);
	else if (o)
		own_watch(o, is_sent(ft) ? 0 : EPOLLOUT);
}

static int own_connect(struct own *o, const struct fetch *ft, struct fail *f)
{
	int on = 1, bytes = (int)ft->receive_bytes;

	o->fd = socket(o->at.ss_family,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (o->fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "socket");
	(void)setsockopt(o->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (bytes > 0) /* the size is announced with the connection */
		(void)setsockopt(o->fd, SOL_SOCKET, SO_RCVBUF, &bytes,
				 sizeof(bytes));
	if (connect(o->fd, (struct sockaddr *)&o->at, o->at_len) < 0 &&
	    errno != EINPROGRESS)
		o->error = errno;
	return 0;
}

int fetch_own_open(struct fetch *ft, const struct fetch_origin *to,
		   struct fail *f)
{
	struct own *o = ft->keep_alive ? find_idle(ft->fetcher, to) : NULL;
	bool is_new = !o;

	if (is_new) {
		o = xcalloc(1, sizeof(*o));
		o->fetcher = ft->fetcher;
		o->at = to->at;
		o->at_len = to->at_len;
		buf_init(&o->held, BUF_NO_LIMIT); /* holds one read at most */
	}
	o->fetch = ft;
	ft->own = o;
	ft->connected = o->connected;
	return is_new ? own_connect(o, ft, f) : 0;
}

int fetch_own_start(struct fetch *ft, struct fail *f)
{
	struct own *o = ft->own;
	struct loop *l = ft->fetcher->loop;

	(void)f;
	if (o->connected) {
		own_send(o);
	} else if (o->error == 0) {
		own_watch(o, EPOLLOUT);
		loop_timer_set(l, &o->clock,
			       loop_now() + ft->connect_ms * TICK_MS, on_late,
			       o);
	}
	if (o->error != 0)
		loop_timer_set(l, &ft->go_on, 0, on_go_on, ft);
	return 0;
}
