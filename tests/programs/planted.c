/*
 * Servers that a base URL may lead to by mistake, for the tests of doctor:
 *   planted ssh     takes connections, says what an SSH server says
 *   planted silent  takes connections, says nothing
 *   planted full    does not even take connections
 *   planted exact   answers a message at /v1/messages, if there is no query
 *   planted closed  a port where nobody listens (any more)
 *   planted proxy STATUS  an HTTP proxy: 200 connects to wherever it is asked,
 *                   with any other status it refuses
 * The first line printed has the address.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_BYTES = 8192, BACKLOG = 16, LONGEST_S = 120 };

static int listen_somewhere(struct sockaddr_in *at)
{
	socklen_t len = sizeof(*at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET };
	at->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)at, sizeof(*at)) < 0 ||
	    listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)at, &len) < 0) {
		perror("planted");
		exit(3);
	}
	return fd;
}

static bool send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static void drain(int fd)
{
	char bytes[4096];

	while (recv(fd, bytes, sizeof(bytes), 0) > 0)
		;
}

/* A whole request head; false: none came. */
static bool read_head(int fd, char head[HEAD_BYTES])
{
	size_t len = 0;

	while (len < HEAD_BYTES - 1) {
		ssize_t n = recv(fd, head + len, HEAD_BYTES - 1 - len, 0);

		if (n <= 0)
			return false;
		len += (size_t)n;
		head[len] = '\0';
		if (strstr(head, "\r\n\r\n"))
			return true;
	}
	return false;
}

/* The port of "CONNECT 127.0.0.1:4711 HTTP/1.1", or of a whole URL. */
static int dial(const char *head)
{
	const char *host = strstr(head, "127.0.0.1:");
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd;

	if (!host)
		return -1;
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)strtoul(strchr(host, ':') + 1, NULL, 10));
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool pass(int from, int to)
{
	char bytes[16384];
	ssize_t n = recv(from, bytes, sizeof(bytes), 0);

	return n > 0 && send_all(to, bytes, (size_t)n);
}

static void tunnel(int a, int b)
{
	struct pollfd p[2] = { { .fd = a, .events = POLLIN },
			       { .fd = b, .events = POLLIN } };

	while (poll(p, 2, -1) > 0) {
		if (p[0].revents && !pass(a, b))
			return;
		if (p[1].revents && !pass(b, a))
			return;
	}
}

static void answer(int fd, int status)
{
	char head[200];
	int len = snprintf(head, sizeof(head),
			   "HTTP/1.1 %d Planted\r\nContent-Length: 0\r\n"
			   "Connection: close\r\n\r\n",
			   status);

	send_all(fd, head, (size_t)len);
}

static void be_proxy(int fd, int status)
{
	static const char made[] = "HTTP/1.1 200 Connected\r\n\r\n";
	char head[HEAD_BYTES];
	int to;

	if (!read_head(fd, head))
		return;
	to = status == 200 ? dial(head) : -1;
	if (to < 0) {
		answer(fd, status == 200 ? 502 : status);
		return;
	}
	if (strncmp(head, "CONNECT ", 8) == 0)
		send_all(fd, made, sizeof(made) - 1);
	else
		send_all(to, head, strlen(head));
	tunnel(fd, to);
	close(to);
}

/* Reads the rest of the request before closing, or the client would see a
 * reset. */
static void be_exact(int fd)
{
	static const char ours[] = "POST /v1/messages HTTP/1.1\r\n";
	static const char message[] =
		"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
		"Connection: close\r\n\r\n"
		"{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\","
		"\"model\":\"m\",\"content\":[],\"stop_reason\":\"end_turn\","
		"\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}";
	char head[HEAD_BYTES];

	if (!read_head(fd, head))
		return;
	if (strncmp(head, ours, sizeof(ours) - 1) == 0)
		send_all(fd, message, sizeof(message) - 1);
	else
		answer(fd, 404);
	shutdown(fd, SHUT_WR);
	drain(fd);
}

static void serve(int fd, const char *what, int status)
{
	static const char ssh[] = "SSH-2.0-OpenSSH_9.2\r\n";

	if (strcmp(what, "ssh") == 0)
		send_all(fd, ssh, sizeof(ssh) - 1);
	if (strcmp(what, "proxy") == 0)
		be_proxy(fd, status);
	else if (strcmp(what, "exact") == 0)
		be_exact(fd);
	else
		drain(fd);
}

/* Fills the queue of connections, which nobody accepts. */
static void fill(int fd, const struct sockaddr_in *at)
{
	if (listen(fd, 0) < 0)
		exit(3);
	for (int i = 0; i < BACKLOG; i++) {
		int to = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

		(void)connect(to, (const struct sockaddr *)at, sizeof(*at));
	}
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int status = argc > 2 ? atoi(argv[2]) : 200;
	struct sockaddr_in at;
	int fd = listen_somewhere(&at), peer;

	if (strcmp(what, "full") == 0)
		fill(fd, &at);
	(void)signal(SIGCHLD, SIG_IGN);
	printf("listening on http://127.0.0.1:%u\n", ntohs(at.sin_port));
	fflush(stdout);
	if (strcmp(what, "closed") == 0)
		return 0;
	if (strcmp(what, "full") == 0) {
		alarm(LONGEST_S);
		pause();
	}
	while ((peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (fork() == 0) {
			alarm(LONGEST_S);
			serve(peer, what, status);
			_exit(0);
		}
		close(peer);
	}
	return 3;
}
