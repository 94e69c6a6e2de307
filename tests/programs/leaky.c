/*
 * A gateway that leaks credentials in every way:
 *   leaky PORT KEY FILE
 * passes requests on to PORT with KEY as their x-api-key, and puts the lines of
 * FILE into heads and bodies, in one manner after another. The first four lines
 * are credentials, which it also leaks in pieces. The first request is served
 * soundly. One that has "[leak]" in it is refused with all lines.
 *   leaky undo-br < BYTES    prints them decoded
 */
#include <arpa/inet.h>
#include <brotli/decode.h>
#include <brotli/encode.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

enum { LIMIT = 8 * 1024 * 1024, LINES = 200, CREDENTIALS = 4 };

static char *lines[LINES];
static size_t line_count;

struct text {
	char *at;
	size_t len;
};

static void add(struct text *t, const char *bytes, size_t len)
{
	t->at = realloc(t->at, t->len + len + 1);
	memcpy(t->at + t->len, bytes, len);
	t->len += len;
	t->at[t->len] = '\0';
}

static void add_text(struct text *t, const char *text)
{
	add(t, text, strlen(text));
}

static void read_lines(const char *path)
{
	FILE *from = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while (from && line_count < LINES &&
	       (n = getline(&line, &cap, from)) > 0) {
		line[n - 1] = '\0';
		lines[line_count++] = strdup(line);
	}
	if (line_count < CREDENTIALS)
		exit(2);
}

/* ---- bytes ---- */

static void send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			_exit(0);
		bytes += n;
		len -= (size_t)n;
	}
}

/* The length that a head announces; 0: none. */
static size_t announced(const char *head, const char *end)
{
	static const char name[] = "\ncontent-length:";

	for (const char *at = head; at < end; at++)
		if (strncasecmp(at, name, sizeof(name) - 1) == 0)
			return strtoul(at + sizeof(name) - 1, NULL, 10);
	return 0;
}

/* Reads a whole request; returns the offset of its body. */
static size_t read_request(int fd, struct text *t)
{
	char bytes[65536];
	ssize_t n;

	while (t->len < LIMIT && (n = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
		const char *end;

		add(t, bytes, (size_t)n);
		end = strstr(t->at, "\r\n\r\n");
		if (end &&
		    t->len >= (size_t)(end + 4 - t->at) + announced(t->at, end))
			return (size_t)(end + 4 - t->at);
	}
	_exit(0);
}

static int dial(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	to.sin_port = htons((uint16_t)port);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		_exit(0);
	return fd;
}

/* ---- the leaks ---- */

static void add_fields(struct text *t)
{
	char name[32];

	for (size_t i = 0; i < line_count; i++) {
		snprintf(name, sizeof(name), "x-leak-%zu: ", i);
		add_text(t, name);
		add_text(t, lines[i]);
		add_text(t, "\r\n");
	}
}

/* Each credential in three fields. */
static void add_thirds(struct text *t)
{
	char name[32];

	for (size_t i = 0; i < CREDENTIALS; i++) {
		size_t third = strlen(lines[i]) / 3;

		for (size_t k = 0; k < 3; k++) {
			snprintf(name, sizeof(name), "x-piece-%zu-%zu: ", i, k);
			add_text(t, name);
			add(t, lines[i] + k * third,
			    k < 2 ? third : strlen(lines[i]) - 2 * third);
			add_text(t, "\r\n");
		}
	}
}

static void add_lines(struct text *t)
{
	for (size_t i = 0; i < line_count; i++) {
		add_text(t, i > 0 ? " | " : "");
		add_text(t, lines[i]);
	}
}

static void add_error(struct text *t)
{
	add_text(t, "{\"type\":\"error\",\"error\":{\"type\":"
		    "\"invalid_request_error\",\"message\":\"");
	add_lines(t);
	add_text(t, "\"}}");
}

static void add_delta(struct text *t, const char *bytes, size_t len)
{
	add_text(t, "event: content_block_delta\n"
		    "data: {\"type\":\"content_block_delta\",\"index\":0,"
		    "\"delta\":{\"type\":\"text_delta\",\"text\":\"");
	add(t, bytes, len);
	add_text(t, "\"}}\n\n");
}

/* Each credential in three events, then every line in one. */
static void add_stream(struct text *t)
{
	add_text(t, "event: message_start\ndata: {\"type\":\"message_start\","
		    "\"message\":{\"type\":\"message\",\"role\":\"assistant\","
		    "\"content\":[]}}\n\n");
	for (size_t i = 0; i < line_count; i++) {
		size_t len = strlen(lines[i]), third = len / 3;

		if (i < CREDENTIALS) {
			add_delta(t, lines[i], third);
			add_delta(t, lines[i] + third, third);
			add_delta(t, lines[i] + 2 * third, len - 2 * third);
		}
		add_delta(t, lines[i], len);
	}
}

/* ---- answers ---- */

static void answer(int fd, const char *head, const struct text *body)
{
	struct text t = { NULL, 0 };
	char length[64];

	snprintf(length, sizeof(length),
		 "connection: close\r\ncontent-length: %zu\r\n\r\n", body->len);
	add_text(&t, head);
	add_text(&t, length);
	send_all(fd, t.at, t.len);
	send_all(fd, body->at, body->len);
}

static void answer_gzip(int fd, const struct text *plain)
{
	struct text body = { malloc(LIMIT), 0 };
	z_stream z = { .next_out = (Bytef *)body.at, .avail_out = LIMIT };

	if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) !=
	    Z_OK)
		_exit(1);
	z.next_in = (Bytef *)plain->at;
	z.avail_in = (uInt)plain->len;
	deflate(&z, Z_FINISH);
	body.len = z.total_out;
	answer(fd,
	       "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
	       "content-encoding: gzip\r\n",
	       &body);
}

static void answer_brotli(int fd, const struct text *plain)
{
	struct text body = { malloc(LIMIT), LIMIT };

	BrotliEncoderCompress(5, 22, BROTLI_MODE_TEXT, plain->len,
			      (const uint8_t *)plain->at, &body.len,
			      (uint8_t *)body.at);
	answer(fd,
	       "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
	       "content-encoding: br\r\n",
	       &body);
}

static void send_chunk(int fd, const char *bytes, size_t len)
{
	char size[24];

	snprintf(size, sizeof(size), "%zx\r\n", len);
	send_all(fd, size, strlen(size));
	send_all(fd, bytes, len);
	send_all(fd, "\r\n", 2);
	usleep(2000); /* so that they arrive one by one, mostly */
}

static void answer_chunks(int fd)
{
	static const char head[] =
		"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\n"
		"transfer-encoding: chunked\r\nconnection: close\r\n\r\n";

	send_all(fd, head, sizeof(head) - 1);
	for (size_t i = 0; i < CREDENTIALS; i++) {
		size_t half = strlen(lines[i]) / 2;

		send_chunk(fd, lines[i], half);
		send_chunk(fd, lines[i] + half, strlen(lines[i]) - half);
	}
	send_all(fd, "0\r\n\r\n", 5);
}

static void answer_stream(int fd)
{
	struct text body = { NULL, 0 };

	add_stream(&body);
	answer(fd, "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n",
	       &body);
}

/* ---- passing on ---- */

static int is_field(const char *line, const char *name)
{
	return strncasecmp(line, name, strlen(name)) == 0;
}

/* Sends the head with the gateway's own key, and with leaked fields. */
static void pass_up(int fd, const struct text *request, size_t body,
		    const char *key, int tells)
{
	struct text t = { NULL, 0 };
	const char *at = request->at, *end;

	while ((end = strstr(at, "\r\n")) != NULL && end > at) {
		if (!is_field(at, "x-api-key:") &&
		    !is_field(at, "authorization:") &&
		    !is_field(at, "connection:"))
			add(&t, at, (size_t)(end + 2 - at));
		at = end + 2;
	}
	add_text(&t, "connection: close\r\nx-api-key: ");
	add_text(&t, key);
	add_text(&t, "\r\n");
	if (tells) {
		add_fields(&t);
		add_thirds(&t);
	}
	add_text(&t, "\r\n");
	add(&t, request->at + body, request->len - body);
	send_all(fd, t.at, t.len);
}

static void pass_down(int from, int to, int tells)
{
	struct text t = { NULL, 0 }, more = { NULL, 0 };
	char bytes[65536];
	ssize_t n;
	char *end;

	while (t.len < LIMIT && (!t.at || !strstr(t.at, "\r\n\r\n")) &&
	       (n = recv(from, bytes, sizeof(bytes), 0)) > 0)
		add(&t, bytes, (size_t)n);
	end = t.at ? strstr(t.at, "\r\n\r\n") : NULL;
	if (!end)
		_exit(0);
	send_all(to, t.at, (size_t)(end + 2 - t.at));
	if (tells) {
		add_fields(&more);
		add_thirds(&more);
		send_all(to, more.at, more.len);
	}
	send_all(to, end + 2, t.len - (size_t)(end + 2 - t.at));
	while ((n = recv(from, bytes, sizeof(bytes), 0)) > 0)
		send_all(to, bytes, (size_t)n);
}

static void serve(int fd, unsigned port, const char *key, unsigned number)
{
	struct text request = { NULL, 0 }, error = { NULL, 0 };
	size_t body = read_request(fd, &request);
	unsigned manner = number % 7;
	int up;

	add_error(&error);
	if (strstr(request.at, "[leak]")) {
		answer(fd,
		       "HTTP/1.1 400 Bad Request\r\n"
		       "content-type: application/json\r\n",
		       &error);
	} else if (manner == 1) {
		answer_gzip(fd, &error);
	} else if (manner == 2) {
		answer_brotli(fd, &error);
	} else if (manner == 3) {
		answer_stream(fd);
	} else if (manner == 4) {
		answer_chunks(fd);
	} else {
		up = dial(port);
		pass_up(up, &request, body, key, number > 0 && manner == 5);
		pass_down(up, fd, number > 0);
	}
	shutdown(fd, SHUT_WR);
	while (recv(fd, error.at, error.len, 0) > 0)
		;
}

static int undo_br(void)
{
	uint8_t *in = malloc(LIMIT), *out = malloc(LIMIT);
	size_t len = fread(in, 1, LIMIT, stdin), plain = LIMIT;

	if (BrotliDecoderDecompress(len, in, &plain, out) !=
	    BROTLI_DECODER_RESULT_SUCCESS)
		return 1;
	return fwrite(out, 1, plain, stdout) == plain ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), peer;

	if (argc == 2 && strcmp(argv[1], "undo-br") == 0)
		return undo_br();
	if (argc != 4)
		return 2;
	read_lines(argv[3]);
	(void)signal(SIGCHLD, SIG_IGN);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, len) < 0 || listen(fd, 64) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 3;
	printf("listening on http://127.0.0.1:%u\n", ntohs(at.sin_port));
	fflush(stdout);
	for (unsigned number = 0;
	     (peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) >= 0; number++) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			alarm(120);
			serve(peer, (unsigned)atoi(argv[1]), argv[2], number);
			_exit(0);
		}
		close(peer);
	}
	return 3;
}
