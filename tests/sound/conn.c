/* A connection. */
#include "tests/sound/conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <unistd.h>

enum {
	PIECE = 65536,
	SILENCE_MS = 600000,
	PARTING_MS = 2000, /* for the other side's last bytes */
	PARTING_BYTES = 8 << 20
};

void conn_plain(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

bool conn_dial(struct conn *c, const struct sockaddr *to, socklen_t len)
{
	c->fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		return false;
	conn_plain(c->fd);
	return connect(c->fd, to, len) == 0;
}

enum conn_got conn_more(struct conn *c)
{
	char *room = bytes_room(&c->in, PIECE);
	ssize_t n;

	do
		n = recv(c->fd, room, PIECE, 0);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		c->in.len += (size_t)n;
	if (n == 0)
		return CONN_END;
	return n > 0 ? CONN_DATA : CONN_RESET;
}

/* Waits for events of `fd`; CONN_DATA: there are some. */
static enum conn_got wait_for(int fd, short events, short *seen,
			      const struct conn *client, int ms)
{
	struct pollfd both[2] = {
		{ .fd = client->fd, .events = POLLRDHUP },
		{ .fd = fd, .events = events },
	};
	int ready;

	do
		ready = poll(both, 2, ms);
	while (ready < 0 && errno == EINTR);
	*seen = both[1].revents;
	if (both[0].revents)
		return CONN_LEFT;
	return ready > 0 ? CONN_DATA : CONN_LATE;
}

enum conn_got conn_more_for(struct conn *c, const struct conn *client)
{
	short seen;
	enum conn_got got = wait_for(c->fd, POLLIN, &seen, client, SILENCE_MS);

	return got == CONN_DATA ? conn_more(c) : got;
}

bool conn_wait(const struct conn *client, int ms)
{
	short seen;

	return wait_for(-1, 0, &seen, client, ms) == CONN_LATE;
}

bool conn_send(const struct conn *c, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(c->fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

enum conn_got conn_send_for(const struct conn *c, const struct bytes *request,
			    const struct conn *client)
{
	size_t sent = 0;

	while (sent < request->len) {
		short seen;
		ssize_t n;
		enum conn_got got = wait_for(c->fd, POLLIN | POLLOUT, &seen,
					     client, SILENCE_MS);

		if (got != CONN_DATA)
			return got;
		if (seen & POLLIN)
			return CONN_DATA;
		n = send(c->fd, request->at + sent, request->len - sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return CONN_RESET;
		if (n > 0)
			sent += (size_t)n;
	}
	return CONN_DATA;
}

void conn_close(struct conn *c)
{
	if (c->fd >= 0)
		close(c->fd);
	bytes_clear(&c->in);
	c->fd = -1;
}

void conn_reset(struct conn *c)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	conn_close(c);
}

void conn_part(struct conn *c)
{
	struct pollfd rest = { .fd = c->fd, .events = POLLIN };
	size_t taken = 0;

	shutdown(c->fd, SHUT_WR);
	while (taken < PARTING_BYTES && poll(&rest, 1, PARTING_MS) > 0) {
		c->in.len = 0;
		if (conn_more(c) != CONN_DATA)
			break;
		taken += c->in.len;
	}
	conn_close(c);
}
