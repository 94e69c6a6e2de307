/*
 * Hostile gateways: `hostile NAME` listens on a free port of this machine,
 * prints the address, and treats every connection as NAME says. `hostile NAME
 * PORT` relays the first connection honestly to PORT.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#define MESSAGE \
	"{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":" \
	"\"text\",\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\"}"

#define OK "HTTP/1.1 200 OK\r\n"
#define STREAM OK "content-type: text/event-stream\r\n"
#define JSON OK "content-type: application/json\r\n"
#define DELTA \
	"event: content_block_delta\ndata: {\"type\":\"content_block_delta\"," \
	"\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}\n\n"

#define BOMB "(gzip of many zeros)"

enum closing { STAYS, CLOSES, RESETS };

/* Bytes to send first, and bytes to send for ever after; NULL: none. With
 * neither, the connection stays open and silent. `pace`: seconds between. */
static const struct manner {
	const char *name, *first, *ever;
	enum closing closes;
	unsigned pace;
} manners[] = {
	{ "ten-gigabytes", JSON "content-length: 10737418240\r\n\r\n",
	  "0123456789abcdef", 0, 0 },
	{ "bomb", STREAM "content-encoding: gzip\r\n\r\n", BOMB, 0, 0 },
	{ "byte-a-minute", STREAM "\r\n", "d", 0, 60 },
	{ "resets", NULL, NULL, RESETS, 0 },
	{ "resets-in-head", OK "content-ty", NULL, RESETS, 0 },
	{ "resets-in-body", STREAM "\r\n" DELTA, NULL, RESETS, 0 },
	{ "endless-hints", NULL, "HTTP/1.1 103 Early Hints\r\n\r\n", 0, 0 },
	{ "bad-chunk", STREAM "transfer-encoding: chunked\r\n\r\nzz\r\nx\r\n",
	  NULL, CLOSES, 0 },
	{ "huge-chunk",
	  STREAM "transfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n",
	  "and more\n", 0, 0 },
	{ "endless-events", STREAM "\r\n", DELTA, 0, 0 },
	{ "endless-line", STREAM "\r\ndata: ", "0123456789abcdef", 0, 0 },
	{ "deep", JSON "\r\n", "[[[[[[[[[[[[[[[[", 0, 0 },
	{ "stuck-head", OK "content-type: te", NULL, 0, 0 },
	{ "silent", NULL, NULL, 0, 0 },
	{ "endless-head", "HTTP/1.1 200 OK\r\n", "x-more: and more\r\n", 0, 0 },
	{ "endless-body", "HTTP/1.1 200 OK\r\n\r\n", "and more and more\n", 0,
	  0 },
	{ "stuck-body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", NULL,
	  0, 0 },
	{ "garbage", "\x15\x03\x01\x00\x02\x02\x16\r\n", NULL, 1, 0 },
	{ "closes", NULL, NULL, 1, 0 },
	{ "breaks-off", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", NULL,
	  1, 0 },
	{ "page",
	  "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
	  "content-length: 13\r\n\r\n<html></html>",
	  NULL, 1, 0 },
	{ "redirects",
	  "HTTP/1.1 302 Found\r\nlocation: https://example.test/login\r\n"
	  "content-length: 0\r\n\r\n",
	  NULL, 1, 0 },
	{ "refuses", "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
	  NULL, 1, 0 },
	{ "lost", "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", NULL,
	  1, 0 },
	{ "alone", "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
	  NULL, 1, 0 },
	{ "other-provider",
	  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
	  "connection: close\r\n\r\n" MESSAGE,
	  NULL, 1, 0 },
	{ "not-a-message",
	  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
	  "content-length: 2\r\n\r\n{}",
	  NULL, 1, 0 },
};

static const struct manner *find(const char *name)
{
	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++) {
		if (strcmp(manners[i].name, name) == 0)
			return &manners[i];
	}
	fprintf(stderr, "hostile: no '%s'\n", name);
	exit(2);
}

static int put(int fd, const char *text)
{
	return write(fd, text, strlen(text)) == (ssize_t)strlen(text);
}

/* Reads until the peer sends nothing more for now. */
static void listen_first(int fd)
{
	char bytes[65536];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	while (n == (ssize_t)sizeof(bytes))
		n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
}

static void drain(int fd)
{
	char bytes[65536];

	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
}

/* 64 MB of zeros as a member of gzip; members may follow one another. */
static size_t make_bomb(char *to, size_t size)
{
	static char zeros[65536];
	z_stream z = { .next_out = (Bytef *)to, .avail_out = (uInt)size };

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		_exit(1);
	for (int i = 0; i < 1024; i++) {
		z.next_in = (Bytef *)zeros;
		z.avail_in = sizeof(zeros);
		if (deflate(&z, i < 1023 ? Z_NO_FLUSH : Z_FINISH) < 0)
			_exit(1);
	}
	deflateEnd(&z);
	return z.total_out;
}

/* Sends the bytes for ever, many copies at once if there is no pace. */
static void put_ever(int fd, const struct manner *m)
{
	static char many[256 * 1024];
	size_t one = strlen(m->ever), len = 0;

	if (strcmp(m->ever, BOMB) == 0)
		len = make_bomb(many, sizeof(many));
	else
		do {
			memcpy(many + len, m->ever, one);
			len += one;
		} while (len + one < sizeof(many) && m->pace == 0);
	while (write(fd, many, len) == (ssize_t)len)
		sleep(m->pace);
}

static void reset(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
	_exit(0);
}

static void treat(int fd, const struct manner *m)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	listen_first(fd);
	if (m->first && !put(fd, m->first))
		_exit(0);
	if (m->ever)
		put_ever(fd, m);
	if (m->closes == RESETS)
		reset(fd);
	if (m->closes == CLOSES)
		shutdown(fd, SHUT_WR);
	drain(fd);
	_exit(0);
}

/* Bytes both ways until one side is done. */
static void relay(int fd, unsigned port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	struct pollfd both[2] = { { .fd = fd, .events = POLLIN } };
	char bytes[65536];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)port);
	both[1].fd = socket(AF_INET, SOCK_STREAM, 0);
	both[1].events = POLLIN;
	if (connect(both[1].fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		_exit(1);
	while (poll(both, 2, -1) > 0) {
		for (int i = 0; i < 2; i++) {
			ssize_t n = both[i].revents ? read(both[i].fd, bytes,
							   sizeof(bytes))
						    : -1;

			if (n == 0 || (n > 0 && write(both[!i].fd, bytes,
						      (size_t)n) != n))
				_exit(0);
		}
	}
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const struct manner *m = find(argc >= 2 ? argv[1] : "");
	unsigned port = argc == 3 ? (unsigned)atoi(argv[2]) : 0;

	signal(SIGCHLD, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 64) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 1;
	printf("listening on http://127.0.0.1:%u\n", ntohs(at.sin_port));
	fflush(stdout);
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer >= 0 && fork() == 0) {
			if (port != 0)
				relay(peer, port);
			treat(peer, m);
		}
		port = 0;
		close(peer);
	}
}
