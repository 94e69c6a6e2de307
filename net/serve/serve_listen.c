/* The listening socket of a server. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/serve/serve_private.h"

static int socket_for(const struct addrinfo *ai, bool reuse_port)
{
	int fd, on = 1;

	fd = socket(ai->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		    0);
	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (reuse_port)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	on = errno;
	close(fd);
	errno = on;
	return -1;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 0;
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	return ntohs(((struct sockaddr_in *)&at)->sin_port);
}

static int explain(const struct serve_config *c, struct fail *f)
{
	bool v6 = span_find_byte(span_of(c->host), ':') != SIZE_MAX;
	const char *open = v6 ? "[" : "", *shut = v6 ? "]" : "";

	switch (errno) {
	case EADDRINUSE:
		return fail_set(f, FAIL_SYSTEM,
				"%s%s%s:%u: the port is taken by another "
				"program; stop that one or choose another "
				"port (0 takes any free one)",
				open, c->host, shut, c->port);
	case EACCES:
		return fail_set(f, FAIL_SYSTEM,
				"%s%s%s:%u: not allowed; ports below 1024 "
				"need privileges",
				open, c->host, shut, c->port);
	case EADDRNOTAVAIL:
		return fail_set(f, FAIL_SYSTEM,
				"%s%s%s:%u: this machine does not have that "
				"address",
				open, c->host, shut, c->port);
	default:
		return fail_errno(f, FAIL_SYSTEM, "%s%s%s:%u: listening", open,
				  c->host, shut, c->port);
	}
}

int serve_listen(const struct serve_config *c, uint16_t *port, struct fail *f)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV |
					      AI_PASSIVE };
	struct addrinfo *ai = NULL;
	char service[8];
	int fd;

	snprintf(service, sizeof(service), "%u", c->port);
	if (getaddrinfo(c->host, service, &hints, &ai) != 0)
		return fail_set(f, FAIL_USAGE,
				"'%s' is not a numeric address, such as "
				"127.0.0.1 or ::1",
				c->host);
	fd = socket_for(ai, c->reuse_port);
	freeaddrinfo(ai);
	if (fd < 0)
		return explain(c, f);
	*port = port_of(fd);
	return fd;
}
