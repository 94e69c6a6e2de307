/*
 * A sound gateway that shares no code with ccgate, with freedoms that a sound
 * gateway may take:
 *   sound --upstream URL --upstream-key KEY --key KEY [--freedom NAME]...
 * It has one thread for each connection and blocking sockets. The first line
 * printed has its address.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/sound/freedom.h"
#include "tests/sound/serve.h"

enum { BACKLOG = 1024, STACK = 256 << 10 };

static void die(const char *what, const char *why)
{
	fprintf(stderr, "sound: %s: %s\n", what, why);
	exit(2);
}

static void usage(void)
{
	fputs("usage: sound --upstream URL --upstream-key KEY --key KEY "
	      "[--freedom NAME]...\n",
	      stderr);
	freedom_print(stderr);
	exit(2);
}

/* "http://HOST:PORT" */
static void find_upstream(struct sound *s, const char *url)
{
	char host[256];
	const char *port;
	struct addrinfo *found;
	int wrong;

	if (strncmp(url, "http://", 7) != 0)
		die(url, "a URL like http://127.0.0.1:8473 is needed");
	s->authority = url + 7;
	port = strrchr(s->authority, ':');
	if (!port || (size_t)(port - s->authority) >= sizeof(host))
		die(url, "it has no port");
	memcpy(host, s->authority, (size_t)(port - s->authority));
	host[port - s->authority] = '\0';
	wrong = getaddrinfo(host, port + 1,
			    &(struct addrinfo){ .ai_socktype = SOCK_STREAM },
			    &found);
	if (wrong)
		die(url, gai_strerror(wrong));
	memcpy(&s->to, found->ai_addr, found->ai_addrlen);
	s->to_len = found->ai_addrlen;
	freeaddrinfo(found);
}

static void read_arguments(struct sound *s, int argc, char **argv)
{
	const char *url = NULL;

	for (int i = 1; i + 1 < argc; i += 2) {
		const char *name = argv[i], *value = argv[i + 1];

		if (strcmp(name, "--upstream") == 0)
			url = value;
		else if (strcmp(name, "--upstream-key") == 0)
			s->upstream_key = value;
		else if (strcmp(name, "--key") == 0)
			s->key = value;
		else if (strcmp(name, "--freedom") != 0)
			usage();
		else if (!freedom_add(&s->freedoms, value))
			die(value, "there is no such freedom");
	}
	if (argc % 2 == 0 || !url || !s->upstream_key || !s->key)
		usage();
	find_upstream(s, url);
}

static int listen_somewhere(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(fd, BACKLOG) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		die("listen", strerror(errno));
	printf("listening on http://127.0.0.1:%d\n", ntohs(at.sin_port));
	fflush(stdout);
	return fd;
}

struct visit {
	struct sound *s;
	int fd;
};

static void *on_visit(void *arg)
{
	struct visit visit = *(struct visit *)arg;

	free(arg);
	serve_client(visit.s, visit.fd);
	return NULL;
}

static void start_visit(struct sound *s, const pthread_attr_t *how, int fd)
{
	struct visit *visit = malloc(sizeof(*visit));
	pthread_t thread;

	if (!visit)
		abort();
	*visit = (struct visit){ s, fd };
	if (pthread_create(&thread, how, on_visit, visit) != 0) {
		close(fd);
		free(visit);
	}
}

int main(int argc, char **argv)
{
	static struct sound s;
	pthread_attr_t how;
	int listener;

	read_arguments(&s, argc, argv);
	account_init(&s.account);
	pthread_attr_init(&how);
	pthread_attr_setstacksize(&how, STACK);
	pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
	listener = listen_somewhere();
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

		if (fd >= 0)
			start_visit(&s, &how, fd);
	}
}
