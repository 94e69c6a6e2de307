/* A gateway between a raw peer, which is the upstream, and our own client. */
#ifndef TESTS_UNIT_RELAY_KIT_H
#define TESTS_UNIT_RELAY_KIT_H

#include <unistd.h>

#include "gateway/relay.h"
#include "tests/unit/fetch_kit.h"

struct gateway {
	struct world w; /* the client's fetcher, and the upstream */
	struct config config;
	struct gate gate;
	struct serve *serve;
	char origin[64];
	char upstream[64];
	size_t asked; /* connections to the upstream that were used */
	int emptied; /* how often the last request under way ended */
};

static inline int set_up(void **state)
{
	struct gateway *g = calloc(1, sizeof(*g));
	struct serve_config at = { .host = "127.0.0.1", .body_limit = 1000 };

	assert_non_null(g);
	world_open(&g->w);
	config_init(&g->config);
	g->config.upstream.url = strdup(g->w.origin);
	g->config.body_limit = at.body_limit;
	provider_set_key(&g->config.upstream, "up", NULL);
	provider_secrets(&g->config.upstream, &g->config.secrets);
	config_add_key(&g->config, NULL, "mine", NULL);
	g->gate.config = &g->config;
	g->gate.loop = g->w.loop;
	assert_int_equal(fetcher_new(&g->gate.fetcher, g->w.loop, NULL), 0);
	assert_int_equal(serve_new(&g->serve, g->w.loop, &at, &relay_handler,
				   &g->gate, NULL),
			 0);
	snprintf(g->origin, sizeof(g->origin), "http://127.0.0.1:%u",
		 serve_port(g->serve));
	*state = g;
	return 0;
}

static inline int tear_down(void **state)
{
	struct gateway *g = *state;

	serve_free(g->serve);
	fetcher_free(g->gate.fetcher);
	world_close(&g->w);
	config_clear(&g->config);
	free(g);
	return 0;
}

struct ask {
	const char *method, *target, *key, *body;
};

static const struct ask message = { "POST", "/v1/messages", "mine", "{}" };

static inline void send_ask(struct gateway *g, const struct ask *ask,
			    struct call *c)
{
	struct headers headers = { 0 };
	struct fetch_request r = {
		.origin = g->origin,
		.method = ask->method,
		.target = ask->target,
		.headers = &headers,
		.body = span_of(ask->body),
		.has_body = ask->body != NULL,
	};

	if (ask->key)
		headers_add_text(&headers, "x-api-key", ask->key);
	call_open(c, &g->w, &r);
	headers_clear(&headers);
}

/* Sends a message; the upstream answers `answer`, and closes if asked to. */
static inline void relayed(struct gateway *g, const char *answer, bool closes,
			   struct call *c)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];

	send_ask(g, &message, c);
	WAIT_FOR(g->w.loop, g->w.server.count > g->asked);
	WAIT_FOR(g->w.loop, rawpeer_has(p, "\r\n\r\n{}"));
	g->asked++;
	rawpeer_text(p, answer);
	if (closes)
		rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c->ends == 1);
	rawpeer_close(p);
}

static inline void assert_error(const struct call *c, int status,
				const char *text)
{
	assert_int_equal(c->status, status);
	assert_int_equal(c->end.end, END_CLEAN);
	if (!strstr(buf_str(&c->body), text))
		fail_msg("'%s' is not in %s", text, buf_str(&c->body));
}

static inline void local(struct gateway *g, const struct ask *ask, int status,
			 const char *text)
{
	struct call c;

	send_ask(g, ask, &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, status, text);
	assert_int_equal(g->w.server.count, g->asked);
	call_close(&c);
}

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

/* Catches the lines of the log that are written to stderr from log_begin()
 * on. */
static int log_kept = -1;

static inline void log_begin(struct gateway *g)
{
	FILE *file = tmpfile();

	assert_non_null(file);
	g->config.log = ACCESS_TEXT;
	log_kept = dup(2);
	assert_true(log_kept >= 0 && dup2(fileno(file), 2) == 2);
	fclose(file);
}

static inline void log_end(char *text, size_t size)
{
	ssize_t len = pread(2, text, size - 1, 0);

	assert_true(dup2(log_kept, 2) == 2);
	close(log_kept);
	assert_true(len >= 0);
	text[len] = '\0';
}

#endif
