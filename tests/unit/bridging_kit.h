/* A gateway with bridges, and requests with fields of their own. */
#ifndef TESTS_UNIT_BRIDGING_KIT_H
#define TESTS_UNIT_BRIDGING_KIT_H

#include "gateway/bridging.h"
#include "tests/unit/relay_kit.h"

#define AS_JSON "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
#define CLOSES "Connection: close\r\n\r\n"
#define BODY "\"max_tokens\":9,\"messages\":[]}"

static inline int set_up_bridge(void **state)
{
	struct gateway *g;

	set_up(state);
	g = *state;
	g->gate.bridging = &bridging_way;
	provider_set_project(&g->config.upstream, "p-1", NULL);
	return 0;
}

/* Names and values in turn, and NULL. */
static inline void send_with(struct gateway *g, const char *method,
			     const char *target, const char *const *fields,
			     const char *body, struct call *c)
{
	struct headers headers = { 0 };
	struct fetch_request r = {
		.origin = g->origin,
		.method = method,
		.target = target,
		.headers = &headers,
		.body = span_of(body),
		.has_body = body != NULL,
	};

	for (; fields && *fields; fields += 2)
		headers_add_text(&headers, fields[0], fields[1]);
	call_open(c, &g->w, &r);
	headers_clear(&headers);
}

/* Sends a request; the upstream answers `answer` and closes. *up gets the
 * request that it received. */
static inline void asked(struct gateway *g, const char *method,
			 const char *target, const char *const *fields,
			 const char *body, struct span answer, struct call *c,
			 struct buf *up)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];

	send_with(g, method, target, fields, body, c);
	WAIT_FOR(g->w.loop, g->w.server.count > g->asked || c->ends == 1);
	if (c->ends == 1)
		fail_msg("answered without asking: %s", buf_str(&c->body));
	WAIT_FOR(g->w.loop, rawpeer_has(p, body ? "}" : "\r\n\r\n"));
	g->asked++;
	if (up)
		buf_add_span(up, buf_span(&p->in));
	rawpeer_send(p, answer.at, answer.len);
	rawpeer_shut(p);
	WAIT_FOR(g->w.loop, c->ends == 1);
	rawpeer_close(p);
}

static const char *const mine[] = { "x-api-key", "mine", NULL };

static inline void assert_in(const struct buf *text, const char *words)
{
	if (!strstr(buf_str(text), words))
		fail_msg("'%s' is not in %s", words, buf_str(text));
}

static inline void assert_not_in(const struct buf *text, const char *words)
{
	if (strstr(buf_str(text), words))
		fail_msg("'%s' is in %s", words, buf_str(text));
}

#endif
