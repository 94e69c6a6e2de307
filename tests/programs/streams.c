/*
 * `streams PORT KEY COUNT` opens many streams to a gateway on this machine at
 * once and reads them to their ends. It says "open" when each has had its first
 * event, and then how many were whole and how many were cut:
 *
 *	open
 *	512 whole, 0 cut
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define END "0\r\n\r\n"

enum { TAIL = sizeof(END) - 1 };

struct stream {
	char tail[TAIL]; /* the last bytes that came */
	size_t got;
	bool began, ended, whole;
};

static void die(const char *what)
{
	perror(what);
	exit(2);
}

static int connect_to(uint16_t port, const char *key)
{
	static const char body[] =
		"{\"model\":\"claude-opus-4-8\",\"max_tokens\":64,\"stream\":"
		"true,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("connect");
	if (dprintf(fd,
		    "POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\n"
		    "content-type: application/json\r\nx-api-key: %s\r\n"
		    "anthropic-version: 2023-06-01\r\ncontent-length: %zu\r\n"
		    "\r\n%s",
		    key, sizeof(body) - 1, body) < 0)
		die("write");
	return fd;
}

/* Keeps the last bytes of all that came. */
static void keep_tail(struct stream *s, const char *bytes, size_t len)
{
	size_t keep = len < TAIL ? len : TAIL;

	memmove(s->tail, s->tail + keep, TAIL - keep);
	memcpy(s->tail + TAIL - keep, bytes + len - keep, keep);
	s->got += len;
}

static void take(struct stream *s, struct pollfd *p)
{
	char bytes[65536];
	ssize_t n = recv(p->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0) {
		keep_tail(s, bytes, (size_t)n);
		s->began = s->began || memmem(bytes, (size_t)n, "data:", 5);
		s->whole = memcmp(s->tail, END, TAIL) == 0;
	}
	if (n > 0 && !s->whole)
		return;
	s->ended = true;
	close(p->fd);
	p->fd = -1;
}

static size_t count(const struct stream *list, size_t n,
		    bool (*is)(const struct stream *s))
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += is(&list[i]);
	return sum;
}

static bool has_begun(const struct stream *s)
{
	return s->began || s->ended;
}

static bool has_ended(const struct stream *s)
{
	return s->ended;
}

static bool is_whole(const struct stream *s)
{
	return s->whole && s->began;
}

static void read_all(struct stream *list, struct pollfd *polls, size_t n)
{
	bool told = false;

	while (count(list, n, has_ended) < n) {
		if (poll(polls, n, -1) < 0)
			die("poll");
		for (size_t i = 0; i < n; i++)
			if (polls[i].fd >= 0 && polls[i].revents)
				take(&list[i], &polls[i]);
		if (!told && count(list, n, has_begun) == n) {
			told = true;
			puts("open");
			fflush(stdout);
		}
	}
	printf("%zu whole, %zu cut\n", count(list, n, is_whole),
	       n - count(list, n, is_whole));
}

int main(int argc, char **argv)
{
	struct rlimit limit;
	struct stream *list;
	struct pollfd *polls;
	size_t n;

	if (argc != 4)
		return 2;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	n = strtoul(argv[3], NULL, 10);
	list = calloc(n, sizeof(*list));
	polls = calloc(n, sizeof(*polls));
	if (!list || !polls)
		die("calloc");
	for (size_t i = 0; i < n; i++)
		polls[i] = (struct pollfd){
			.fd = connect_to((uint16_t)strtoul(argv[1], NULL, 10),
					 argv[2]),
			.events = POLLIN,
		};
	read_all(list, polls, n);
	free(list);
	free(polls);
	return 0;
}
