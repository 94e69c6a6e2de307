/* Sends one request at a time on a loop of its own and runs the loop until the
 * answer has ended. */
#include "probe/refusal/ask.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/http/decode.h"

#define BODY_LIMIT ((uint64_t)16 * 1024 * 1024)
#define CODINGS_LIMIT ((size_t)1024)

enum { HEAD_MS = 120000, IDLE_MS = 60000, WAITS_MS = 1000 };

struct asker {
	struct loop *loop;
	struct fetcher *fetcher;
	struct asker_config config;
	struct loop_timer alarm, waiting;
	void (*waits)(void *arg); /* NULL: not wanted */
	void *waits_arg;
	size_t count;
	bool interruptible, interrupted, rung;
	struct fetch *fetch; /* NULL: nothing is under way */
	const struct ask *ask; /* the one under way; its answer goes to out */
	struct asked *out;
	struct decode *decode;
};

/* ---- life ---- */

static char *copy_of(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static uint32_t ms_or(uint32_t given, uint32_t otherwise)
{
	return given ? given : otherwise;
}

static void take_config(struct asker_config *to, const struct asker_config *c)
{
	*to = *c;
	to->base_url = copy_of(c->base_url);
	to->proxy = copy_of(c->proxy);
	to->tls.ca_file = copy_of(c->tls.ca_file);
	to->tls.client_cert = copy_of(c->tls.client_cert);
	to->tls.client_key = copy_of(c->tls.client_key);
	to->tls.client_key_password = copy_of(c->tls.client_key_password);
	to->head_ms = ms_or(c->head_ms, HEAD_MS);
	to->idle_ms = ms_or(c->idle_ms, IDLE_MS);
	to->body_limit = c->body_limit ? c->body_limit : BODY_LIMIT;
}

int asker_new(struct asker **out, const struct asker_config *config,
	      struct fail *f)
{
	struct asker *a = xcalloc(1, sizeof(*a));

	take_config(&a->config, config);
	if (loop_new(&a->loop, f) < 0 ||
	    fetcher_new(&a->fetcher, a->loop, f) < 0) {
		asker_free(a);
		return -1;
	}
	*out = a;
	return 0;
}

void asker_free(struct asker *a)
{
	if (!a)
		return;
	fetcher_free(a->fetcher);
	if (a->loop)
		loop_free(a->loop);
	free((char *)a->config.base_url);
	free((char *)a->config.proxy);
	free((char *)a->config.tls.ca_file);
	free((char *)a->config.tls.client_cert);
	free((char *)a->config.tls.client_key);
	free((char *)a->config.tls.client_key_password);
	free(a);
}

void asker_on_wait(struct asker *a, void (*waits)(void *arg), void *arg)
{
	a->waits = waits;
	a->waits_arg = arg;
}

size_t asker_count(const struct asker *a)
{
	return a->count;
}

/* ---- interrupting ---- */

static void hang_up(struct asker *a, const char *text)
{
	if (!a->fetch)
		return;
	fetch_cancel(a->fetch);
	a->fetch = NULL;
	a->out->end = END_CANCELLED;
	a->out->stage = a->out->head.status ? STAGE_BODY : STAGE_HEAD;
	a->out->sent = true;
	snprintf(a->out->text, sizeof(a->out->text), "%.*s",
		 (int)sizeof(a->out->text) - 1, text);
}

static void on_interrupt(void *arg)
{
	struct asker *a = arg;

	a->interrupted = true;
	hang_up(a, "interrupted");
	loop_stop(a->loop);
}

int asker_interruptible(struct asker *a, struct fail *f)
{
	if (a->interruptible)
		return 0;
	if (loop_on_end(a->loop, on_interrupt, a, f) < 0)
		return -1;
	a->interruptible = true;
	return 0;
}

/* A signal that came while no wait was running is still pending. */
bool asker_interrupted(const struct asker *a)
{
	return a->interrupted || (a->interruptible && loop_end_is_pending());
}

static void on_alarm(void *arg)
{
	struct asker *a = arg;

	a->rung = true;
	loop_stop(a->loop);
}

bool asker_wait(struct asker *a, uint32_t ms)
{
	a->rung = false;
	loop_timer_set(a->loop, &a->alarm, loop_now() + ms * TICK_MS, on_alarm,
		       a);
	while (!a->rung && !asker_interrupted(a))
		loop_run(a->loop);
	loop_timer_clear(a->loop, &a->alarm);
	return !asker_interrupted(a);
}

/* ---- the answer ---- */

static void ask_enough(struct asker *a)
{
	if (a->fetch && a->ask->enough && a->ask->enough(a->ask->arg, a->out)) {
		hang_up(a, "the rest was not waited for");
		loop_stop(a->loop);
	}
}

static void is_bad(struct asker *a, const char *text)
{
	hang_up(a, text);
	a->out->end = END_BAD;
	loop_stop(a->loop);
}

static void codings_of(const struct headers *h, struct buf *out)
{
	const char *line;

	for (size_t n = 0; (line = headers_nth(h, "content-encoding", n)); n++)
		(void)buf_addf(out, "%s%s", n > 0 ? "," : "", line);
}

static void begin_decoding(struct asker *a, const struct headers *h)
{
	struct buf codings = BUF_INIT(CODINGS_LIMIT);
	struct fail f = FAIL_INIT;

	codings_of(h, &codings);
	if (decode_is_needed(buf_span(&codings)) &&
	    decode_new(&a->decode, buf_span(&codings), &f) < 0)
		is_bad(a, f.text);
	buf_clear(&codings);
}

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct asker *a = arg;
	struct http_head *to = &a->out->head;

	(void)ft;
	to->status = head->status;
	to->minor = head->minor;
	to->reason = copy_of(head->reason);
	(void)headers_copy(&to->headers, &head->headers);
	a->out->head_at = loop_now();
	if (a->ask->decode)
		begin_decoding(a, &head->headers);
	ask_enough(a);
}

static void note_piece(struct asked *x)
{
	if (x->piece_count == ASKED_PIECES_LIMIT) {
		x->pieces[x->piece_count - 1].upto = x->body.len;
		return;
	}
	if (!x->pieces)
		x->pieces = xcalloc(ASKED_PIECES_LIMIT, sizeof(*x->pieces));
	x->pieces[x->piece_count++] =
		(struct asked_piece){ .at = loop_now(), .upto = x->body.len };
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct asker *a = arg;
	struct buf *body = &a->out->body;
	struct fail f = FAIL_INIT;
	size_t before = body->len;

	(void)ft;
	if (!a->decode)
		(void)buf_add_span(body, bytes); /* fetch has the same limit */
	else if (decode_add(a->decode, bytes, body, &f) < 0)
		is_bad(a, f.text);
	if (body->len > before)
		note_piece(a->out);
	ask_enough(a);
	return true;
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct asker *a = arg;

	(void)ft;
	a->fetch = NULL;
	a->out->end = end->end;
	a->out->stage = end->stage;
	a->out->sent = end->sent;
	a->out->tunnel = end->tunnel;
	a->out->os_error = end->os_error;
	a->out->ca_file_bad = end->ca_file_bad;
	a->out->certificate = end->certificate;
	memcpy(a->out->text, end->text, sizeof(end->text));
	loop_stop(a->loop);
}

/* ---- asking ---- */

static void on_whole(void *arg)
{
	struct asker *a = arg;
	char text[64];

	snprintf(text, sizeof(text), "no end within %u ms", a->ask->whole_ms);
	hang_up(a, text);
	a->out->end = END_TIMEOUT;
	loop_stop(a->loop);
}

static void on_waiting(void *arg)
{
	struct asker *a = arg;

	a->waits(a->waits_arg);
	loop_timer_set(a->loop, &a->waiting, loop_now() + WAITS_MS * TICK_MS,
		       on_waiting, a);
}

static int start(struct asker *a, const struct ask *q, struct fail *f)
{
	static const struct fetch_handler handler = { .on_head = on_head,
						      .on_data = on_data,
						      .on_end = on_end };
	struct fetch_request r = {
		.origin = a->config.base_url,
		.method = q->method,
		.target = q->target,
		.headers = q->headers,
		.body = q->body,
		.has_body = q->has_body,
		.tls = a->config.tls,
		.proxy = a->config.proxy,
		.certificate = true,
		.only_connect = q->only_connect,
		.connect_ms = a->config.connect_ms,
		.head_ms = ms_or(q->head_ms, a->config.head_ms),
		.idle_ms = a->config.idle_ms,
		.body_limit = a->config.body_limit,
	};

	return fetch_start(&a->fetch, a->fetcher, &r, &handler, a, f);
}

/* Waits until the rate allows the next request; the request's time limits start
 * after that. */
static void keep_pace(struct asker *a)
{
	struct rate *p = a->config.rate;
	tick_t now = loop_now(), due;

	if (p == NULL)
		return;
	due = rate_due(p, now);
	if (due > now)
		(void)asker_wait(
			a, (uint32_t)((due - now + TICK_MS - 1) / TICK_MS));
	rate_take(p, loop_now());
}

int asker_ask(struct asker *a, const struct ask *q, struct asked *out,
	      struct fail *f)
{
	assert(!a->fetch);
	memset(out, 0, sizeof(*out));
	buf_init(&out->body, a->config.body_limit);
	if (!q->only_connect)
		keep_pace(a);
	out->began = loop_now();
	a->ask = q;
	a->out = out;
	if (start(a, q, f) < 0)
		return -1;
	if (asker_interrupted(a))
		hang_up(a, "interrupted");
	else if (!q->only_connect)
		a->count++;
	if (a->fetch && q->whole_ms)
		loop_timer_set(a->loop, &a->alarm,
			       out->began + q->whole_ms * TICK_MS, on_whole, a);
	if (a->waits)
		loop_timer_set(a->loop, &a->waiting,
			       out->began + WAITS_MS * TICK_MS, on_waiting, a);
	while (a->fetch)
		loop_run(a->loop);
	loop_timer_clear(a->loop, &a->waiting);
	loop_timer_clear(a->loop, &a->alarm);
	out->ended = loop_now();
	decode_free(a->decode);
	a->decode = NULL;
	return 0;
}

void asked_clear(struct asked *x)
{
	http_head_clear(&x->head);
	buf_clear(&x->body);
	free(x->pieces);
	x->pieces = NULL;
	x->piece_count = 0;
}
