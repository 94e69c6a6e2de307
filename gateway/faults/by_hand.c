/*
 * A server in front of the gateway that reads requests as hand-written servers
 * do: several characters may end a line, any number is a length, and the bytes
 * left over are the next request. It passes what it understood on to the
 * gateway as a sound request. Each connection has a thread.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/faults/faults.h"
#include "gateway/hooks.h"
#include "wire/bytes/mem.h"

#define INPUT_LIMIT ((size_t)64 * 1024 * 1024)

static uint16_t inner; /* where the gateway itself listens */
static bool head_as_get; /* HEAD is changed into GET */

struct hand {
	int fd;
	struct buf in; /* bytes that came and were not read yet */
	struct buf head, body; /* of the current request */
};

static int loopback(uint16_t port, bool listens)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int rc;

	at.sin_port = htons(port);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	rc = listens ? bind(fd, (struct sockaddr *)&at, sizeof(at))
		     : connect(fd, (struct sockaddr *)&at, sizeof(at));
	if (rc < 0 || (listens && listen(fd, SOMAXCONN) < 0))
		abort();
	return fd;
}

static bool put(int fd, struct span s)
{
	while (s.len > 0) {
		ssize_t n = send(fd, s.at, s.len, MSG_NOSIGNAL);

		if (n <= 0)
			return false;
		s = span_skip(s, (size_t)n);
	}
	return true;
}

static bool read_more(struct hand *h)
{
	char bytes[16384];
	ssize_t n = recv(h->fd, bytes, sizeof(bytes), 0);

	return n > 0 && buf_add(&h->in, bytes, (size_t)n) == 0;
}

/* Takes a line off the input, without its end. */
static bool take_line(struct hand *h, char **line, bool any_end)
{
	for (;;) {
		struct span in = buf_span(&h->in);
		size_t n = 0;

		while (n < in.len && in.at[n] != '\n' &&
		       (!any_end || in.at[n] != '\0') &&
		       (!any_end || in.at[n] != '\r' ||
			(n + 1 < in.len && in.at[n + 1] == '\n')))
			n++;
		if (n < in.len) {
			size_t len = n > 0 && in.at[n - 1] == '\r' ? n - 1 : n;

			*line = xmemdup(in.at, len);
			buf_drop(&h->in, n + 1);
			return true;
		}
		if (!read_more(h))
			return false;
	}
}

/* The number that the digits give; signs and overflow are ignored. */
static uint64_t number(const char *text, unsigned base)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t n = 0;
	const char *at;

	text += strspn(text, " \t+-");
	if (strncasecmp(text, "0x", 2) == 0) {
		base = 16;
		text += 2;
	}
	for (; *text; text++) {
		at = strchr(digits,
			    *text | ('A' <= *text && *text <= 'F' ? 32 : 0));
		if (!at || (unsigned)(at - digits) >= base)
			break;
		n = n * base + (unsigned)(at - digits);
	}
	return n;
}

static bool take_body(struct hand *h, uint64_t len)
{
	while (h->in.len < len)
		if (!read_more(h))
			return false;
	buf_add(&h->body, buf_str(&h->in), (size_t)len);
	buf_drop(&h->in, (size_t)len);
	return true;
}

static bool take_chunks(struct hand *h)
{
	for (;;) {
		uint64_t len;
		char *line;

		if (!take_line(h, &line, false))
			return false;
		len = number(line, 16);
		free(line);
		if (len > 0 && !take_body(h, len))
			return false;
		if (!take_line(h, &line, false))
			return false;
		free(line);
		if (len == 0)
			return true;
	}
}

static bool take_request(struct hand *h)
{
	uint64_t length = 0;
	bool chunked = false, first = true, blank = false;

	buf_reset(&h->head);
	buf_reset(&h->body);
	while (!blank) {
		char *line, *text;

		if (!take_line(h, &line, !first))
			return false;
		text = line + strspn(line, " \t");
		if (first && head_as_get && strncmp(text, "HEAD ", 5) == 0)
			memcpy(++text, "GET", 3);
		blank = *text == '\0' && !first;
		if (strncasecmp(text, "content-length", 14) == 0)
			length = number(
				strchr(text, ':') ? strchr(text, ':') + 1 : "",
				10);
		else if (strncasecmp(text, "transfer-encoding", 17) == 0)
			chunked = strcasestr(text, "chunked") != NULL;
		else if (strncasecmp(text, "connection", 10) != 0 && !blank)
			buf_addf(&h->head, "%s\r\n", text);
		first = false;
		free(line);
	}
	return chunked ? take_chunks(h) : take_body(h, length);
}

static void ask_inner(struct hand *h)
{
	char bytes[16384];
	int fd = loopback(inner, false);
	ssize_t n;

	buf_addf(&h->head, "content-length: %zu\r\nconnection: close\r\n\r\n",
		 h->body.len);
	if (put(fd, buf_span(&h->head)) && put(fd, buf_span(&h->body)))
		while ((n = recv(fd, bytes, sizeof(bytes), 0)) > 0 &&
		       put(h->fd, span_make(bytes, (size_t)n)))
			;
	close(fd);
}

static void *serve_client(void *arg)
{
	struct hand *h = arg;

	while (take_request(h))
		ask_inner(h);
	close(h->fd);
	buf_clear(&h->in);
	buf_clear(&h->head);
	buf_clear(&h->body);
	free(h);
	return NULL;
}

static void *serve_clients(void *arg)
{
	int listener = *(int *)arg, fd;
	pthread_t thread;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		struct hand *h = xcalloc(1, sizeof(*h));

		h->fd = fd;
		buf_init(&h->in, INPUT_LIMIT);
		buf_init(&h->head, INPUT_LIMIT);
		buf_init(&h->body, INPUT_LIMIT);
		if (pthread_create(&thread, NULL, serve_client, h) != 0)
			abort();
		pthread_detach(thread);
	}
	return NULL;
}

static bool is_planted(void)
{
	const struct fault *const *planted = faults_planted();
	bool any = false;

	for (; *planted; planted++) {
		any = any || (*planted)->by_hand;
		head_as_get = head_as_get || (*planted)->head_as_get;
	}
	return any;
}

uint16_t hook_port(uint16_t port)
{
	static int listener;
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	pthread_t thread;

	if (!is_planted())
		return port;
	inner = port;
	listener = loopback(0, true);
	if (getsockname(listener, (struct sockaddr *)&at, &len) < 0 ||
	    pthread_create(&thread, NULL, serve_clients, &listener) != 0)
		abort();
	pthread_detach(thread);
	return ntohs(at.sin_port);
}
