/*
 * Sends requests with the framings of framings.txt to a server and judges its
 * answers.
 *
 *   framing FILE URL MODE     each of them on a connection of its own, all at
 *                             once: `alone`, `behind` (a good request in the
 *                             same write), `torn` (a few bytes at a time)
 *   framing hold URL PID      fifty connections that stall: prints the share of a
 *                             core that the server uses meanwhile
 *
 * Prints what is not as it must be. Status: 0 all is well, 1 not, 2 usage.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/tick.h"
#include "wire/http/answer.h"

#define POST "POST /v1/messages HTTP/1.1\r\n"
#define HOST "host: a\r\n"
#define FIELDS \
	"x-api-key: down\r\ncontent-type: application/json\r\n" \
	"anthropic-version: 2023-06-01\r\n"
#define JSON \
	"{\"model\":\"claude-opus-5-5\",\"max_tokens\":16,\"messages\":[{" \
	"\"role\":\"user\",\"content\":\"hi\"}]}"
#define HIDDEN \
	"GET /v1/models?hidden=1 HTTP/1.1\r\n" HOST FIELDS \
	"content-length: 0\r\n\r\n"

enum { TALKS_LIMIT = 400, ANSWERS_LIMIT = 4, HELD = 50, HELD_SECONDS = 2 };
enum { TORN_BYTES = 7, TORN_FIRST = 3000 }; /* of a large one, not all */
enum { PATIENCE_SECONDS = 40, CORE_PERCENT = 5 };

enum outcome { READ, REFUSED, EITHER, SHORT };
enum mode { ALONE, BEHIND, TORN };

struct talk {
	char name[64];
	enum outcome outcome;
	struct buf out, in;
	size_t at;
	int fd;
	gnutls_session_t tls; /* NULL: none */
	bool shut, over; /* we closed our side; the server closed its side */
};

static struct {
	unsigned port;
	bool tls;
	enum mode mode;
	gnutls_certificate_credentials_t any;
} how;

static void give_up(const char *what)
{
	fprintf(stderr, "framing: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* ---- the bytes of a row ---- */

static void add_text(struct buf *out, const char *text, size_t len);

static bool is_word(const char *at, size_t len, const char *word)
{
	return strlen(word) == len && memcmp(at, word, len) == 0;
}

static void add_known(struct buf *out, const char *word, size_t len)
{
	if (is_word(word, len, "post") || is_word(word, len, "head"))
		buf_add_text(out, POST);
	if (is_word(word, len, "host") || is_word(word, len, "head"))
		buf_add_text(out, HOST);
	if (is_word(word, len, "fields") || is_word(word, len, "head"))
		buf_add_text(out, FIELDS);
	if (is_word(word, len, "json"))
		buf_add_text(out, JSON);
	if (is_word(word, len, "hidden"))
		buf_add_text(out, HIDDEN);
	if (is_word(word, len, "len"))
		buf_addf(out, "%zu", strlen(JSON));
	if (is_word(word, len, "hex"))
		buf_addf(out, "%zx", strlen(JSON));
}

/* Appends what braces mean: a name, or a text and how often it is repeated. */
static void add_braces(struct buf *out, const char *at, size_t len)
{
	const char *star = memchr(at, '*', len);
	long times = star ? strtol(star + 1, NULL, 10) : 0;

	if (times == 0) {
		add_known(out, at, len);
		return;
	}
	while (times-- > 0)
		add_text(out, at, (size_t)(star - at));
}

static size_t add_escape(struct buf *out, const char *at)
{
	char digits[3] = { 0 };

	if (*at == 'x') {
		memcpy(digits, at + 1, 2);
		buf_add_byte(out, (char)strtol(digits, NULL, 16));
		return 3;
	}
	buf_add_byte(out, *at == 'r'   ? '\r'
			  : *at == 'n' ? '\n'
			  : *at == 't' ? '\t'
			  : *at == '0' ? '\0'
				       : *at);
	return 1;
}

static void add_text(struct buf *out, const char *text, size_t len)
{
	const char *end = text + len, *close;

	while (text < end) {
		close = *text == '{' ? memchr(text, '}', (size_t)(end - text))
				     : NULL;
		if (*text == '\\') {
			text += 1 + add_escape(out, text + 1);
		} else if (close > text + 1) {
			add_braces(out, text + 1, (size_t)(close - text - 1));
			text = close + 1;
		} else {
			buf_add_byte(out, *text++);
		}
	}
}

static enum outcome outcome_of(const char *word)
{
	static const char *const words[] = { "read", "refused", "either",
					     "short" };

	for (int i = 0; i < 4; i++)
		if (strcmp(word, words[i]) == 0)
			return (enum outcome)i;
	errno = EINVAL;
	give_up(word);
	return READ;
}

static bool read_row(char *line, struct talk *t)
{
	char word[16];
	int at = 0;

	line[strcspn(line, "\n")] = '\0';
	if (line[0] == '#' || line[0] == '\0')
		return false;
	if (sscanf(line, "%63s %15s %n", t->name, word, &at) != 2)
		give_up(line);
	/* The column is fixed, since a request may begin with a blank. */
	at = at < 37 ? at : 37;
	t->outcome = outcome_of(word);
	buf_init(&t->out, BUF_NO_LIMIT);
	if (how.mode == BEHIND)
		buf_addf(&t->out,
			 POST HOST FIELDS "content-length: %zu\r\n\r\n" JSON,
			 strlen(JSON));
	add_text(&t->out, line + at, strlen(line + at));
	return true;
}

static size_t read_rows(const char *path, struct talk *to)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0, count = 0;

	if (!file)
		give_up(path);
	while (getline(&line, &size, file) > 0 && count < TALKS_LIMIT)
		count += read_row(line, &to[count]);
	free(line);
	fclose(file);
	return count;
}

/* ---- connections ---- */

static void shake_hands(struct talk *t)
{
	int rc;

	if (gnutls_init(&t->tls, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) < 0 ||
	    gnutls_set_default_priority(t->tls) < 0 ||
	    gnutls_credentials_set(t->tls, GNUTLS_CRD_CERTIFICATE, how.any) < 0)
		give_up("TLS");
	gnutls_transport_set_int(t->tls, t->fd);
	do
		rc = gnutls_handshake(t->tls);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	if (rc < 0)
		give_up(gnutls_strerror(rc));
}

static void talk_open(struct talk *t)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int on = 1;

	buf_init(&t->in, BUF_NO_LIMIT);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	at.sin_port = htons((uint16_t)how.port);
	t->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t->fd < 0 || connect(t->fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		give_up("connecting");
	(void)setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (how.tls)
		shake_hands(t);
	(void)fcntl(t->fd, F_SETFL, O_NONBLOCK);
}

static void talk_shut(struct talk *t)
{
	if (t->shut)
		return;
	t->shut = true;
	if (t->tls)
		(void)gnutls_bye(t->tls, GNUTLS_SHUT_WR);
	(void)shutdown(t->fd, SHUT_WR);
}

/* Closes the connection; received bytes are kept. */
static void talk_hang_up(struct talk *t)
{
	if (t->tls)
		gnutls_deinit(t->tls);
	if (t->fd >= 0)
		close(t->fd);
	t->tls = NULL;
	t->fd = -1;
}

static void talk_clear(struct talk *t)
{
	talk_hang_up(t);
	buf_clear(&t->out);
	buf_clear(&t->in);
}

/* Sends bytes; returns how many, 0 if none can be sent now, -1 if the server is
 * gone. */
static ssize_t put(struct talk *t, const char *bytes, size_t len)
{
	ssize_t n = t->tls ? gnutls_record_send(t->tls, bytes, len)
			   : send(t->fd, bytes, len, MSG_NOSIGNAL);

	if (t->tls)
		return n == GNUTLS_E_AGAIN ? 0 : n;
	return n < 0 && errno == EAGAIN ? 0 : n;
}

static ssize_t get(struct talk *t, char *bytes, size_t len)
{
	ssize_t n = t->tls ? gnutls_record_recv(t->tls, bytes, len)
			   : recv(t->fd, bytes, len, 0);

	if (n > 0)
		return n;
	if (t->tls)
		return n < 0 && !gnutls_error_is_fatal((int)n) ? 0 : -1;
	return n < 0 && errno == EAGAIN ? 0 : -1;
}

static void send_some(struct talk *t)
{
	size_t most = t->out.len - t->at;
	ssize_t n;

	if (how.mode == TORN && t->at < TORN_FIRST && most > TORN_BYTES)
		most = TORN_BYTES;
	n = put(t, t->out.at + t->at, most);
	t->at = n < 0 ? t->out.len : t->at + (size_t)n;
}

/* ---- answers ---- */

struct answers {
	int statuses[ANSWERS_LIMIT];
	size_t count; /* whole ones; 100 Continue is none */
	bool closes; /* the last one says so */
	bool in_shape; /* it is an error of the Messages API */
	size_t rest; /* bytes after the last answer */
};

static bool read_one(struct span *in, struct answers *out)
{
	static const char shape[] =
		"{\"type\":\"error\",\"error\":{\"type\":\"";
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	enum answer_step step;
	struct span piece;
	struct answer a;

	answer_init(&a, "POST");
	do {
		step = answer_next(&a, in, &piece, NULL);
		if (step == ANSWER_DATA)
			buf_add_span(&body, piece);
	} while (step == ANSWER_HEAD || step == ANSWER_DATA);
	if (step == ANSWER_WHOLE && out->count < ANSWERS_LIMIT) {
		out->statuses[out->count++] = a.head.status;
		out->closes = headers_has_token(&a.head.headers, "connection",
						"close");
		out->in_shape = span_starts(buf_span(&body), shape);
	}
	buf_clear(&body);
	answer_clear(&a);
	return step == ANSWER_WHOLE;
}

static struct answers answers_of(const struct talk *t)
{
	struct answers a = { .count = 0 };
	struct span in = buf_span(&t->in), rest = in;

	while (in.len > 0 && read_one(&in, &a))
		rest = in;
	a.rest = rest.len;
	return a;
}

static size_t expected(void)
{
	return how.mode == BEHIND ? 2 : 1;
}

/* Closes a connection that the server keeps open after a sound request; cuts a
 * request short once the one before it was answered. */
static void look(struct talk *t)
{
	struct answers a = answers_of(t);

	if (t->at < t->out.len || a.closes || t->outcome == REFUSED)
		return;
	if (a.count >= expected() - (t->outcome == SHORT))
		talk_shut(t);
}

static void receive(struct talk *t)
{
	char bytes[16384];
	ssize_t n;

	while ((n = get(t, bytes, sizeof(bytes))) > 0)
		buf_add(&t->in, bytes, (size_t)n);
	t->over = n < 0;
}

static tick_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (tick_t)ts.tv_sec * TICK_S + ts.tv_nsec;
}

/* Runs until all connections have ended, or nothing more is expected. */
static void talk_all(struct talk *t, size_t count)
{
	struct pollfd fds[TALKS_LIMIT];
	tick_t end = now() + PATIENCE_SECONDS * TICK_S;
	size_t open = count;

	while (open > 0 && now() < end) {
		open = 0;
		for (size_t i = 0; i < count; i++) {
			fds[i].fd = t[i].fd;
			fds[i].events = POLLIN;
			if (t[i].at < t[i].out.len)
				fds[i].events |= POLLOUT;
			open += !t[i].over;
		}
		if (open == 0 || poll(fds, count, 1000) < 0)
			break;
		for (size_t i = 0; i < count; i++) {
			if (fds[i].revents & POLLOUT)
				send_some(&t[i]);
			if (fds[i].revents & ~POLLOUT)
				receive(&t[i]);
			if (t[i].over)
				talk_hang_up(&t[i]);
			else if (fds[i].revents)
				look(&t[i]);
		}
	}
}

/* ---- judging ---- */

static const char *judge_refusal(const struct answers *a, size_t before)
{
	if (a->count == before)
		return NULL; /* closed without a word */
	if (a->statuses[before] < 400)
		return "is not refused";
	if (!a->closes)
		return "is refused without Connection: close";
	return a->in_shape ? NULL : "is refused in another shape";
}

static const char *judge_reading(const struct answers *a, size_t before)
{
	if (a->count == before)
		return "is not answered";
	return a->statuses[before] == 200 ? NULL : "is not answered with 200";
}

static const char *judge(const struct talk *t)
{
	struct answers a = answers_of(t);
	size_t before = expected() - 1;

	if (!t->over)
		return "hangs";
	if (a.count > before + 1)
		return "is more than one request";
	if (a.rest > 0)
		return "has bytes behind its answer";
	if (before == 1 && (a.count == 0 || a.statuses[0] != 200))
		return "takes the good request before it along";
	if (t->outcome == READ)
		return judge_reading(&a, before);
	if (t->outcome != EITHER)
		return judge_refusal(&a, before);
	return a.count > before && a.statuses[before] >= 500 ? "breaks it"
							     : NULL;
}

static int play(const char *path)
{
	static struct talk talks[TALKS_LIMIT];
	size_t count = read_rows(path, talks), bad = 0;

	for (size_t i = 0; i < count; i++)
		talk_open(&talks[i]);
	talk_all(talks, count);
	for (size_t i = 0; i < count; i++) {
		const char *why = judge(&talks[i]);

		bad += why != NULL;
		if (why)
			printf("%s %s: %.*s\n", talks[i].name, why,
			       (int)strcspn(buf_str(&talks[i].in), "\r"),
			       buf_str(&talks[i].in));
		talk_clear(&talks[i]);
	}
	printf("%zu framings\n", count);
	return bad > 0 || count < 120;
}

/* ---- connections that are held ---- */

/* Each is sent until the server takes no more, and then left open. */
static const char *const held[] = {
	"{head}transfer-encoding: chunked\\r\\n\\r\\n2;{a*9000}",
	"{post}{host}transfer-encoding: chunked\\r\\n\\r\\n2;{a*9000}",
	"{head}transfer-encoding: chunked\\r\\n\\r\\n2;{a*100000}",
	"{post}{host}transfer-encoding: chunked\\r\\n\\r\\n2;{a*100000}",
	"{head}transfer-encoding: chunked\\r\\n\\r\\n0\\r\\nx: {a*9000}",
	"{head}x: {a*70000}",
	"{a*100000}",
	"{head}content-length: 1000\\r\\n\\r\\n{json}",
	"POST /nothing HTTP/1.1\\r\\n{host}content-length: 1000\\r\\n\\r\\n2",
	"{head}content-length: {len}\\r\\n\\r\\n{json}{head}",
};

/* Processor time of a process, in seconds. */
static double time_of(const char *pid)
{
	unsigned long user = 0, system = 0;
	char path[64], line[1024], *at;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		give_up(path);
	fclose(file);
	at = strrchr(line, ')');
	if (!at ||
	    sscanf(at + 1,
		   " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
		   &user, &system) != 2)
		give_up(path);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static int hold(const char *pid)
{
	static struct talk talks[HELD];
	const size_t kinds = sizeof(held) / sizeof(held[0]);
	double before, percent;
	tick_t end;

	for (size_t i = 0; i < HELD; i++) {
		struct talk *t = &talks[i];
		const char *text = held[i % kinds];

		t->outcome = REFUSED;
		buf_init(&t->out, BUF_NO_LIMIT);
		add_text(&t->out, text, strlen(text));
		talk_open(t);
		send_some(t);
	}
	before = time_of(pid);
	/* Measures for a fixed time: the result is a share of it. */
	for (end = now() + HELD_SECONDS * TICK_S; now() < end;)
		(void)poll(NULL, 0, 100);
	percent = (time_of(pid) - before) * 100 / HELD_SECONDS;
	for (size_t i = 0; i < HELD; i++)
		talk_clear(&talks[i]);
	printf("%.1f %% of a core with %d connections held\n", percent, HELD);
	return percent > CORE_PERCENT;
}

static int usage(void)
{
	fputs("usage: framing FILE URL alone|behind|torn\n"
	      "       framing hold URL PID\n",
	      stderr);
	return 2;
}

int main(int argc, char **argv)
{
	const char *colon = argc == 4 ? strrchr(argv[2], ':') : NULL;

	if (!colon)
		return usage();
	how.port = (unsigned)strtoul(colon + 1, NULL, 10);
	how.tls = strncmp(argv[2], "https:", 6) == 0;
	if (gnutls_certificate_allocate_credentials(&how.any) < 0)
		give_up("TLS");
	if (strcmp(argv[1], "hold") == 0)
		return hold(argv[3]);
	how.mode = strcmp(argv[3], "behind") == 0 ? BEHIND
		   : strcmp(argv[3], "torn") == 0 ? TORN
						  : ALONE;
	return play(argv[1]);
}
