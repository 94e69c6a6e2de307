/* A connection: a non-blocking socket of our own, or one with TLS that a fetch
 * has made. */
#include "net/dial.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/line.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/mem.h"

#define READS_A_TURN 16 /* so that a flood does not stop the loop */

struct dial {
	struct loop *loop;
	struct loop_io io;
	/* for an end that came at once, and for bytes read ahead */
	struct loop_timer later;
	const struct dial_handler *handler;
	void *arg;
	struct buf out;
	size_t sent;
	uint64_t came, limit;
	int fd; /* -1: none, or the line has it */
	struct fetch *fetch; /* makes the line; NULL: none under way */
	struct line *line; /* NULL: without TLS */
	enum end_stage stage; /* where a fetch that failed was */
	int error; /* of connect() */
	bool connected;
	bool running, cancelled; /* inside of a callback */
};

/* ---- the address ---- */

/* Splits "http://[::1]:80/x" into host and port. */
static int read_origin(const char *origin, char **host, char **port,
		       struct fail *f)
{
	struct span s = span_of(origin);
	size_t colon;

	if (!span_starts(s, "http://"))
		return fail_set(f, FAIL_USAGE,
				"%s: raw bytes go to http:// or https://",
				origin);
	s = span_skip(s, 7);
	s = span_first(s, strcspn(s.at, "/?#"));
	for (colon = s.len;
	     colon > 0 && s.at[colon - 1] != ':' && s.at[colon - 1] != ']';
	     colon--)
		;
	if (colon > 0 && s.at[colon - 1] == ':') {
		*port = span_dup(span_skip(s, colon));
		s = span_first(s, colon - 1);
	} else {
		*port = xstrdup("80");
	}
	if (span_starts(s, "[") && span_ends(s, "]"))
		s = span_first(span_skip(s, 1), s.len - 2);
	*host = span_dup(s);
	return 0;
}

static int dial_socket(struct dial *d, const struct addrinfo *a, struct fail *f)
{
	int on = 1;

	d->fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       0);
	if (d->fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "socket");
	(void)setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(d->fd, a->ai_addr, a->ai_addrlen) < 0 &&
	    errno != EINPROGRESS)
		d->error = errno;
	return 0;
}

static int dial_open(struct dial *d, const char *origin, struct fail *f)
{
	struct addrinfo want = { .ai_socktype = SOCK_STREAM }, *list = NULL;
	char *host = NULL, *port = NULL;
	int rc;

	if (read_origin(origin, &host, &port, f) < 0)
		return -1;
	rc = getaddrinfo(host, port, &want, &list);
	if (rc != 0)
		rc = fail_set(f, FAIL_SYSTEM, "%s: %s", host, gai_strerror(rc));
	else
		rc = dial_socket(d, list, f);
	if (list)
		freeaddrinfo(list);
	free(host);
	free(port);
	return rc;
}

/* ---- life ---- */

static void dial_free(struct dial *d)
{
	loop_unwatch(d->loop, &d->io);
	loop_timer_clear(d->loop, &d->later);
	if (d->fetch)
		fetch_cancel(d->fetch);
	line_free(d->line);
	if (d->fd >= 0)
		close(d->fd);
	buf_clear(&d->out);
	free(d);
}

static void dial_end(struct dial *d, enum stream_end end, const char *text)
{
	loop_unwatch(d->loop, &d->io);
	d->running = true;
	d->handler->on_end(d->arg, d, end, text);
	dial_free(d);
}

static void dial_error(struct dial *d, int error)
{
	char text[128];

	snprintf(text, sizeof(text), "%s", strerror(error));
	dial_end(d, d->connected ? END_RESET : END_REFUSED, text);
}

static void on_refused(void *arg)
{
	struct dial *d = arg;

	dial_error(d, d->error);
}

/* ---- bytes ---- */

static ssize_t put(struct dial *d, struct span bytes)
{
	return d->line ? line_send(d->line, bytes.at, bytes.len)
		       : send(d->fd, bytes.at, bytes.len, MSG_NOSIGNAL);
}

static ssize_t get(struct dial *d, char *to, size_t len)
{
	return d->line ? line_recv(d->line, to, len) : recv(d->fd, to, len, 0);
}

static void dial_write(struct dial *d)
{
	ssize_t n = 0;

	while (d->sent < d->out.len) {
		n = put(d, span_skip(buf_span(&d->out), d->sent));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		d->sent += (size_t)n;
	}
	/* A peer that takes no more bytes may have sent an answer: we read it,
	 * and reading shows an error. */
	loop_rewatch(d->loop, &d->io,
		     n < 0 && errno == EAGAIN ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void dial_send(struct dial *d, struct span bytes)
{
	buf_add_span(&d->out, bytes);
	if (d->connected)
		dial_write(d);
}

static void dial_stop(struct dial *d, int error)
{
	if (error != 0)
		dial_error(d, error);
	else
		dial_end(d, END_CUT, "the peer closed the connection");
}

static void dial_read(struct dial *d);

static void on_more(void *arg)
{
	dial_read(arg);
}

static void dial_read(struct dial *d)
{
	char bytes[16384];
	ssize_t n;

	for (int i = 0; i < READS_A_TURN; i++) {
		n = get(d, bytes, sizeof(bytes));
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			dial_stop(d, n < 0 ? errno : 0);
			return;
		}
		d->came += (uint64_t)n;
		if (d->came > d->limit) {
			dial_end(d, END_BAD, "the peer sends too much");
			return;
		}
		d->running = true;
		d->handler->on_data(d->arg, d, span_make(bytes, (size_t)n));
		d->running = false;
		if (d->cancelled) {
			dial_free(d);
			return;
		}
	}
	/* The line may have read ahead; the socket does not report that. */
	if (d->line)
		loop_timer_set(d->loop, &d->later, loop_now(), on_more, d);
}

static void on_event(void *arg, uint32_t events)
{
	struct dial *d = arg;
	int error = 0;
	socklen_t len = sizeof(error);

	if (!d->connected) {
		(void)getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		if (error != 0) {
			dial_error(d, error);
			return;
		}
		d->connected = true;
	}
	if (events & EPOLLOUT)
		dial_write(d);
	if (events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		dial_read(d);
}

/* ---- with TLS ---- */

static void on_line(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct dial *d = arg;
	struct fail f = FAIL_INIT;

	d->fetch = NULL;
	if (end->end != END_CLEAN) {
		d->stage = end->stage;
		dial_end(d, end->end, end->text);
		return;
	}
	d->line = line_of(ft);
	d->connected = true;
	if (loop_watch(d->loop, &d->io, line_fd(d->line), EPOLLIN | EPOLLOUT,
		       on_event, d, &f) < 0)
		dial_end(d, END_RESET, f.text);
}

static int dial_secure(struct dial *d, const struct dial_to *to, struct fail *f)
{
	static const struct fetch_handler made = { .on_end = on_line };
	struct fetch_request r = {
		.origin = to->origin,
		.method = "GET",
		.target = "/",
		.tls = to->tls,
		.keep = true,
	};

	return fetch_start(&d->fetch, to->fetcher, &r, &made, d, f);
}

static int dial_plain(struct dial *d, const char *origin, struct fail *f)
{
	if (dial_open(d, origin, f) < 0)
		return -1;
	if (d->error == 0)
		return loop_watch(d->loop, &d->io, d->fd, EPOLLIN | EPOLLOUT,
				  on_event, d, f);
	loop_timer_set(d->loop, &d->later, loop_now(), on_refused, d);
	return 0;
}

int dial_start(struct dial **out, struct loop *l, const struct dial_to *to,
	       struct span bytes, uint64_t limit,
	       const struct dial_handler *handler, void *arg, struct fail *f)
{
	struct dial *d = xcalloc(1, sizeof(*d));
	bool secure = to->fetcher && strncmp(to->origin, "https:", 6) == 0;

	d->loop = l;
	d->handler = handler;
	d->arg = arg;
	d->limit = limit;
	d->fd = -1;
	buf_init(&d->out, BUF_NO_LIMIT);
	buf_add_span(&d->out, bytes);
	if ((secure ? dial_secure(d, to, f) : dial_plain(d, to->origin, f)) <
	    0) {
		dial_free(d);
		return -1;
	}
	*out = d;
	return 0;
}

enum end_stage dial_stage(const struct dial *d)
{
	if (d->fetch)
		return fetch_stage(d->fetch);
	if (d->stage != STAGE_NONE)
		return d->stage;
	if (!d->connected)
		return STAGE_CONNECT;
	return d->sent < d->out.len && d->came == 0 ? STAGE_SEND : STAGE_HEAD;
}

void dial_cancel(struct dial *d)
{
	if (!d->running)
		dial_free(d);
	else
		d->cancelled = true;
}
