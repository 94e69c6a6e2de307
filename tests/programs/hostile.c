/*
 * Gateways that nobody should have to meet: `hostile NAME` listens on a free
 * port of this machine, says where, and treats every connection as NAME says.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE \
	"{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":" \
	"\"text\",\"text\":\"Hello\"}],\"stop_reason\":\"end_turn\"}"

/* Bytes to send first, and bytes to send for ever after; NULL: none. With
 * neither, the connection stays open and silent. */
static const struct manner {
	const char *name, *first, *ever;
	int closes;
} manners[] = {
	{ "silent", NULL, NULL, 0 },
	{ "endless-head", "HTTP/1.1 200 OK\r\n", "x-more: and more\r\n", 0 },
	{ "endless-body", "HTTP/1.1 200 OK\r\n\r\n", "and more and more\n", 0 },
	{ "stuck-body", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", NULL,
	  0 },
	{ "garbage", "\x15\x03\x01\x00\x02\x02\x16\r\n", NULL, 1 },
	{ "closes", NULL, NULL, 1 },
	{ "breaks-off", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc", NULL,
	  1 },
	{ "page",
	  "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
	  "content-length: 13\r\n\r\n<html></html>",
	  NULL, 1 },
	{ "redirects",
	  "HTTP/1.1 302 Found\r\nlocation: https://example.test/login\r\n"
	  "content-length: 0\r\n\r\n",
	  NULL, 1 },
	{ "refuses", "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n",
	  NULL, 1 },
	{ "lost", "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", NULL,
	  1 },
	{ "alone", "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n",
	  NULL, 1 },
	{ "other-provider",
	  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
	  "connection: close\r\n\r\n" MESSAGE,
	  NULL, 1 },
	{ "not-a-message",
	  "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
	  "content-length: 2\r\n\r\n{}",
	  NULL, 1 },
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

/* Reads until the peer has said all that it wants to say at once. */
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

static void treat(int fd, const struct manner *m)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	listen_first(fd);
	if (m->first && !put(fd, m->first))
		_exit(0);
	while (m->ever && put(fd, m->ever))
		;
	if (m->closes)
		shutdown(fd, SHUT_WR);
	drain(fd);
	_exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	const struct manner *m = find(argc == 2 ? argv[1] : "");

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

		if (peer >= 0 && fork() == 0)
			treat(peer, m);
		close(peer);
	}
}
