/*
 * The client of the bench paced-streams: opens many streams to one ccmock at
 * once, each with an event a second, holds them, hangs up on all of them, and
 * asks the control port whether every hang-up was seen.
 *
 *	paced_streams PORT CONTROL_PORT PID STREAMS SECONDS
 *
 * Exit status 1 when a hard fact does not hold (all open at once, one thread,
 * every hang-up in the journal). Times and memory are told, not judged.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* BATCH: connections that are being opened at the same time. */
enum { BATCH = 200, OPEN_LIMIT_S = 60, SEEN_LIMIT_S = 20, READ_BYTES = 65536 };

struct stream {
	int fd;
	double last; /* time of the newest event; 0: none yet */
	unsigned events;
};

struct load {
	int epoll_fd;
	struct stream *streams;
	size_t count, opened, ticking, lost;
	double *errors; /* | gap - 1 s | */
	size_t errors_count, errors_cap;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void die(const char *what)
{
	fprintf(stderr, "paced_streams: %s: %s\n", what, strerror(errno));
	exit(1);
}

static int connect_to(uint16_t port)
{
	static const char request[] =
		"POST /v1/messages HTTP/1.1\r\nhost: 127.0.0.1\r\n"
		"content-type: application/json\r\nx-api-key: bench\r\n"
		"anthropic-version: 2023-06-01\r\ncontent-length: 2\r\n"
		"\r\n{}";
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		die("socket");
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		die("connect");
	if (write(fd, request, sizeof(request) - 1) < 0)
		die("write");
	if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
		die("fcntl");
	return fd;
}

static void open_next(struct load *l, uint16_t port)
{
	struct stream *s = &l->streams[l->opened++];
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = s };

	s->fd = connect_to(port);
	if (epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, s->fd, &e) < 0)
		die("epoll_ctl");
}

static void note_gap(struct load *l, double gap)
{
	double off = gap - 1.0;

	if (l->errors_count == l->errors_cap) {
		l->errors_cap = l->errors_cap ? 2 * l->errors_cap : 65536;
		l->errors =
			realloc(l->errors, l->errors_cap * sizeof(*l->errors));
		if (!l->errors)
			die("memory");
	}
	l->errors[l->errors_count++] = off < 0 ? -off : off;
}

static size_t count_events(const char *bytes, size_t len)
{
	static const char mark[] = "event: tick";
	const char *at = bytes, *end = bytes + len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), mark, sizeof(mark) - 1))) {
		at += sizeof(mark) - 1;
		n++;
	}
	return n;
}

static void read_stream(struct load *l, struct stream *s)
{
	char bytes[READ_BYTES];
	ssize_t n = read(s->fd, bytes, sizeof(bytes));
	double at = now();
	size_t events;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
		l->lost++;
		return;
	}
	for (events = count_events(bytes, (size_t)n); events > 0; events--) {
		if (s->events++ == 0)
			l->ticking++;
		else
			note_gap(l, at - s->last);
		s->last = at;
	}
}

static void turn(struct load *l, int wait_ms)
{
	struct epoll_event ready[512];
	int n = epoll_wait(l->epoll_fd, ready, 512, wait_ms);

	for (int i = 0; i < n; i++)
		read_stream(l, ready[i].data.ptr);
}

/* ---- what the kernel says about ccmock ---- */

static long status_of(const char *pid, const char *key)
{
	char path[64], line[256];
	long value = -1;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	file = fopen(path, "r");
	if (!file)
		die(path);
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, key, strlen(key)) == 0)
			value = strtol(line + strlen(key) + 1, NULL, 10);
	fclose(file);
	return value;
}

static double cpu_of(const char *pid)
{
	char path[64], text[1024] = "";
	unsigned long user = 0, kernel = 0;
	const char *at;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "r");
	if (!file)
		die(path);
	if (!fgets(text, sizeof(text), file))
		die(path);
	fclose(file);
	/* The name may hold spaces; fields are counted from its end. */
	at = strrchr(text, ')');
	if (!at || sscanf(at + 2,
			  "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u "
			  "%*u %lu %lu",
			  &user, &kernel) != 2)
		return 0;
	return (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
}

/* ---- the control port ---- */

static char *ask_control(uint16_t port)
{
	static const char request[] =
		"GET /requests HTTP/1.1\r\n"
		"host: 127.0.0.1\r\nconnection: close\r\n\r\n";
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t len = 0, cap = 1 << 16;
	char *text = malloc(cap);
	ssize_t n;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || !text ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    write(fd, request, sizeof(request) - 1) < 0)
		die("the control port");
	while ((n = read(fd, text + len, cap - len - 1)) > 0) {
		len += (size_t)n;
		if (cap - len < 2) {
			cap *= 2;
			text = realloc(text, cap);
			if (!text)
				die("memory");
		}
	}
	close(fd);
	text[len] = '\0';
	if (strncmp(text, "HTTP/1.1 200 ", 13) != 0) {
		fprintf(stderr, "paced_streams: the control port: %.60s\n",
			text);
		exit(1);
	}
	return text;
}

static size_t count_text(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what))) {
		text += strlen(what);
		n++;
	}
	return n;
}

/* How many exchanges ended because the client left, once all of them have. */
static size_t hangups_seen(uint16_t port, size_t wanted)
{
	double until = now() + SEEN_LIMIT_S;
	size_t seen = 0;

	while (seen < wanted && now() < until) {
		char *text = ask_control(port);

		seen = count_text(text, "\"end\":\"cancelled\"");
		free(text);
		if (seen < wanted)
			poll(NULL, 0, 100);
	}
	return seen;
}

/* ---- the bench ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void print_pacing(struct load *l)
{
	size_t n = l->errors_count;

	if (n == 0)
		return;
	qsort(l->errors, n, sizeof(*l->errors), by_size);
	printf("pacing error |gap - 1 s| over %zu gaps: median %.2f ms, "
	       "p99 %.2f ms, max %.2f ms\n",
	       n, l->errors[n / 2] * 1e3, l->errors[n * 99 / 100] * 1e3,
	       l->errors[n - 1] * 1e3);
}

static void open_all(struct load *l, uint16_t port)
{
	double until = now() + OPEN_LIMIT_S;

	while (l->ticking < l->count && l->lost == 0 && now() < until) {
		while (l->opened < l->count && l->opened - l->ticking < BATCH)
			open_next(l, port);
		turn(l, 100);
	}
}

static bool check(bool holds, const char *fact)
{
	printf("%s: %s\n", holds ? "holds" : "DOES NOT HOLD", fact);
	return holds;
}

int main(int argc, char **argv)
{
	struct load l = { .epoll_fd = epoll_create1(EPOLL_CLOEXEC) };
	double began, until, cpu;
	long rss_idle, rss_open, rss_end, threads;
	size_t seen;
	bool ok;

	if (argc != 6) {
		fprintf(stderr, "usage: paced_streams PORT CONTROL_PORT PID "
				"STREAMS SECONDS\n");
		return 2;
	}
	l.count = strtoul(argv[4], NULL, 10);
	l.streams = calloc(l.count, sizeof(*l.streams));
	if (!l.streams || l.epoll_fd < 0)
		die("start");
	rss_idle = status_of(argv[3], "VmRSS:");
	began = now();
	open_all(&l, (uint16_t)strtoul(argv[1], NULL, 10));
	printf("%zu of %zu streams open after %.2f s\n", l.ticking, l.count,
	       now() - began);
	rss_open = status_of(argv[3], "VmRSS:");
	l.errors_count = 0; /* while streams are opened, nobody is on time */
	cpu = cpu_of(argv[3]);
	began = now();
	until = began + strtod(argv[5], NULL);
	while (now() < until)
		turn(&l, 100);
	cpu = (cpu_of(argv[3]) - cpu) / (now() - began);
	rss_end = status_of(argv[3], "VmRSS:");
	threads = status_of(argv[3], "Threads:");
	for (size_t i = 0; i < l.opened; i++)
		close(l.streams[i].fd);
	seen = hangups_seen((uint16_t)strtoul(argv[2], NULL, 10), l.count);

	print_pacing(&l);
	printf("memory: %.1f KiB a stream (VmRSS %ld KiB idle, %ld KiB with "
	       "all open, %ld KiB at the end, journal included)\n",
	       (double)(rss_open - rss_idle) / (double)l.count, rss_idle,
	       rss_open, rss_end);
	printf("CPU of ccmock while streaming: %.0f %% of one core\n",
	       cpu * 100);
	printf("threads: %ld; hang-ups in the journal: %zu\n", threads, seen);
	ok = check(l.ticking == l.count && l.lost == 0,
		   "all streams were open at once, and none was lost");
	ok = check(threads == 1, "one thread") && ok;
	ok = check(seen == l.count, "every hang-up is in the journal") && ok;
	free(l.errors);
	free(l.streams);
	return ok ? 0 : 1;
}
