/* Passes requests and answers on, byte for byte and as they come. */
#include "gateway/relay.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/health.h"
#include "gateway/hooks.h"
#include "gateway/ledger/ledger.h"
#include "gateway/log.h"
#include "gateway/policy.h"
#include "gateway/pool/attempt.h"
#include "gateway/reply.h"
#include "gateway/upstream.h"
#include "wire/bytes/mem.h"
#include "wire/http/hop.h"

/* ---- the upstream's side ---- */

/* 304 is no redirect: it answers a condition that the client has set. */
static bool is_redirect(int status)
{
	return status >= 300 && status < 400 && status != 304;
}

static uint64_t length_of(const struct http_head *head)
{
	uint64_t length;

	return hop_length(head, &length) ? length : VISIT_CHUNKED;
}

/* The upstream's head has come, but must not reach the client. */
static void refuse_answer(struct relay *r, const char *why)
{
	relay_drop(r);
	snprintf(r->note, sizeof(r->note), "%s", why);
	reply_error(r, 502, why);
}

void relay_begin(struct relay *r, struct relay_answer *a)
{
	attempt_tell(r, &a->headers);
	r->status = a->status;
	if (r->metered)
		r->gate->meter->begin(r, a);
	visit_begin(r->visit, a->status, &a->headers, a->length);
}

static void on_answer(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct relay *r = arg;
	struct relay_answer a = { .status = head->status,
				  .length = length_of(head) };
	const char *doubt = hop_doubt(head);
	char why[96];

	(void)ft;
	r->is_stream = head->status == 200 && hop_is_stream(&head->headers);
	if (doubt) {
		snprintf(why, sizeof(why), "the upstream answered with %s",
			 doubt);
		refuse_answer(r, why);
	} else if (head->status < 200) {
		refuse_answer(r, "the upstream switched to another protocol, "
				 "which nobody asked for");
	} else if (is_redirect(head->status)) {
		snprintf(why, sizeof(why),
			 "the upstream answered %d, and redirects are not "
			 "followed",
			 head->status);
		if (!hook_response(r, head, &a))
			refuse_answer(r, why);
	} else if (r->is_stream && a.length == 0) {
		refuse_answer(r, "the upstream answered an empty stream");
	} else if (policy_response(&head->headers, &a.headers) < 0) {
		refuse_answer(r, "the upstream's answer has too many fields");
	} else if (!hook_response(r, head, &a)) {
		relay_begin(r, &a);
	}
	headers_clear(&a.headers);
}

bool relay_send(struct relay *r, struct span bytes)
{
	r->bytes += bytes.len;
	if (r->metered)
		r->gate->meter->send(r, bytes);
	r->paused = !visit_send(r->visit, bytes.at, bytes.len);
	return !r->paused;
}

static bool on_piece(void *arg, struct fetch *ft, struct span bytes)
{
	struct relay *r = arg;
	bool more = true;

	(void)ft;
	if (hook_data(r, bytes, &more))
		return more;
	return relay_send(r, bytes);
}

void relay_close(struct relay *r, enum stream_end end)
{
	if (r->metered)
		r->gate->meter->close(r, end);
	if (end == END_CLEAN)
		visit_finish(r->visit);
	else
		visit_cut(r->visit, end == END_RESET ? END_RESET : END_CUT);
}

/*
 * Ends the answer. A successful stream without a single byte is cut: if it
 * ended cleanly, the client would ask again without a stream.
 */
static void relay_finish(struct relay *r, enum stream_end end)
{
	if (end == END_CLEAN && r->is_stream && r->bytes == 0)
		end = END_CUT;
	relay_close(r, end);
}

static void on_upstream_end(void *arg, struct fetch *ft,
			    const struct fetch_end *e)
{
	struct relay *r = arg;
	enum stream_end end = e->end;

	(void)ft;
	r->fetch = NULL;
	if (end != END_CLEAN)
		snprintf(r->note, sizeof(r->note), "%s: %.120s", end_name(end),
			 e->text);
	if (hook_end(r, &end))
		return;
	if (r->status == 0)
		reply_error(r, upstream_status(end), upstream_message(end));
	else
		relay_finish(r, end);
}

const struct fetch_handler relay_upstream = {
	.on_head = on_answer,
	.on_data = on_piece,
	.on_end = on_upstream_end,
};

void relay_start(struct relay *r)
{
	struct fail f = FAIL_INIT;
	char why[128];

	if (upstream_start(r, &relay_upstream, &f) == 0)
		return;
	snprintf(r->note, sizeof(r->note), "%.150s", f.text);
	if (f.code == FAIL_LIMIT) {
		snprintf(why, sizeof(why), "the request has %.80s", f.text);
		reply_error(r, 400, why);
	} else {
		reply_error(r, 502, upstream_message(END_REFUSED));
	}
}

void relay_drop(struct relay *r)
{
	if (r->fetch)
		fetch_cancel(r->fetch);
	r->fetch = NULL;
}

/* ---- the client's side ---- */

static struct relay *relay_new(struct gate *gate, struct visit *v)
{
	struct relay *r = xcalloc(1, sizeof(*r));

	r->gate = gate;
	r->config = config_hold(gate->config);
	r->provider =
		r->config->pool ? r->config->pool->list : &r->config->upstream;
	gate->open++;
	r->visit = v;
	buf_init(&r->target, HTTP_HEAD_BYTES_LIMIT);
	visit_set(v, r);
	return r;
}

void relay_free(struct relay *r)
{
	hook_done(r);
	if (r->translating)
		r->gate->translating->free(r);
	if (r->bridging)
		r->gate->bridging->free(r);
	if (r->cascade)
		r->gate->cascade->free(r);
	buf_clear(&r->target);
	buf_clear(&r->body);
	buf_clear(&r->client_body);
	config_drop(r->config);
	free(r);
}

static void find_route(struct relay *r)
{
	const struct http_head *head = visit_head(r->visit);
	struct span target, path;

	if (route_target(span_of(head->target), &r->target) < 0)
		return;
	target = buf_span(&r->target);
	path = span_first(target, span_find_byte(target, '?'));
	if (r->config->health && span_is(path, r->config->health))
		r->route = health_route(head->method);
	else
		r->route = route_find(head->method, path);
	if (r->route.kind == ROUTE_RELAY &&
	    !config_serves(r->config, r->route.cloud.vendor))
		r->route.kind = ROUTE_NONE;
	if (r->route.of_ledger &&
	    (!r->gate->ledger || !ledger_keeps(r->gate->ledger)))
		r->route = (struct route){ .kind = ROUTE_NONE };
}

static bool is_signature(const struct headers *h)
{
	const char *value = headers_get(h, "authorization");

	return value && span_starts(span_of(value), "AWS4-HMAC-SHA256");
}

/* Lets the meter refuse the request before its body comes. */
static void admit(struct relay *r)
{
	if (!r->gate->ledger || !config_counts(r->config) ||
	    !r->gate->meter->arrive(r))
		return;
	if (r->route.kind == ROUTE_ACCOUNT)
		r->gate->meter->account(r);
}

static void check_auth(struct relay *r)
{
	const struct headers *h = &visit_head(r->visit)->headers;

	switch (hook_auth(r, auth_check(r->config, h, &r->key))) {
	case AUTH_GOOD:
		admit(r);
		break;
	case AUTH_MISSING:
		reply_error(r, 401,
			    "no credential: send x-api-key or Authorization: "
			    "Bearer");
		break;
	case AUTH_WRONG:
		reply_error(r, 401,
			    is_signature(h)
				    ? "this gateway does not check "
				      "signatures: send x-api-key or "
				      "Authorization: Bearer"
				    : "this gateway does not know this key");
		break;
	}
}

/* Answers 404 with the paths that there are in the formats served here. */
static void reply_nowhere(struct relay *r)
{
	static const char *const paths[] = {
		[BRIDGE_NONE] = "/v1/messages, /v1/messages/count_tokens, "
				"/v1/models",
		[BRIDGE_BEDROCK] = "Bedrock's /model/ID/... and "
				   "/inference-profiles",
		[BRIDGE_VERTEX] = "Vertex's /v1/projects/...",
	};
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *between = "";

	buf_add_text(&text, "there is nothing at this path; this gateway "
			    "serves ");
	for (enum bridge_vendor v = BRIDGE_NONE; v <= BRIDGE_VERTEX; v++)
		if (config_serves(r->config, v)) {
			buf_addf(&text, "%s%s", between, paths[v]);
			between = "; ";
		}
	reply_error(r, 404, buf_str(&text));
	buf_clear(&text);
}

/* Refuses a request at its head, so that the client need not send the body. */
static void on_head(void *arg, struct visit *v)
{
	struct relay *r = relay_new(arg, v);

	find_route(r);
	if (hook_arrived(r))
		return;
	switch (r->route.kind) {
	case ROUTE_NONE:
		reply_nowhere(r);
		break;
	case ROUTE_METHOD:
		reply_method(r, r->route.allow);
		break;
	case ROUTE_HELLO:
		reply_hello(r);
		break;
	case ROUTE_HEALTH:
		reply_health(r, r->gate->draining);
		break;
	case ROUTE_RELAY:
	case ROUTE_ACCOUNT:
		check_auth(r);
		break;
	}
}

void relay_go(struct relay *r)
{
	if (r->config->pool)
		r->gate->cascade->start(r);
	else
		relay_ask(r);
}

void relay_ask(struct relay *r)
{
	if (provider_translates(r->provider))
		r->gate->translating->start(r);
	else if (r->route.cloud.vendor != provider_vendor(r->provider))
		r->gate->bridging->start(r);
	else
		relay_start(r);
}

static void on_request(void *arg, struct visit *v)
{
	struct relay *r = visit_get(v);
	char why[96];

	(void)arg;
	if (visit_too_large(v)) {
		snprintf(why, sizeof(why),
			 "the request body is larger than %" PRIu64 " bytes",
			 r->config->body_limit);
		reply_error(r, 413, why);
		return;
	}
	visit_take_body(v, &r->body);
	if (hook_ready(r))
		return;
	if (!r->metered || r->gate->meter->ready(r))
		relay_go(r);
}

static void on_sending(void *arg)
{
	struct gate *gate = arg;

	if (gate->desk)
		gate->meter->sending(gate);
}

static void on_room(void *arg, struct visit *v)
{
	struct relay *r = visit_get(v);

	(void)arg;
	if (r->paused && r->fetch)
		fetch_resume(r->fetch);
	r->paused = false;
}

static void on_hangup(void *arg, struct visit *v, enum stream_end end)
{
	struct relay *r = visit_get(v);

	(void)arg;
	(void)end;
	if (!hook_outlives(r))
		relay_drop(r);
}

static void on_done(void *arg, struct visit *v, enum stream_end end)
{
	struct relay *r = visit_get(v);
	struct gate *gate = arg;

	log_request(r, r->refused ? END_CLEAN : end);
	if (r->metered)
		r->gate->meter->done(r, end);
	r->visit = NULL;
	if (!hook_outlives(r))
		relay_drop(r);
	if (!r->fetch)
		relay_free(r);
	if (--gate->open == 0 && gate->draining)
		gate->on_empty(gate->arg);
}

/* Fills in the answer to a request that the server refuses. If only its body is
 * refused, the request has a relay, whose log line has the reason. */
static void on_refuse(void *arg, struct visit *v,
		      const struct framing_refusal *why,
		      struct headers *headers, struct buf *body)
{
	const struct gate *gate = arg;
	struct relay *r = v ? visit_get(v) : NULL;

	reply_refusal(r ? r->route.cloud.vendor : BRIDGE_NONE, why, headers,
		      body);
	if (!r) {
		log_refusal(gate->config, why);
		return;
	}
	r->refused = true;
	r->status = why->status;
	r->bytes = body->len;
	snprintf(r->note, sizeof(r->note), "refused: %.120s", why->text);
}

const struct serve_handler relay_handler = {
	.on_head = on_head,
	.on_request = on_request,
	.on_sending = on_sending,
	.on_room = on_room,
	.on_hangup = on_hangup,
	.on_done = on_done,
	.on_refuse = on_refuse,
};
