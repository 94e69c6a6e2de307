/* Asks one provider after the other, until one answers. */
#include "gateway/pool/cascade.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/random.h>

#include "gateway/hooks.h"
#include "gateway/pool/attempt.h"
#include "gateway/pool/catalog.h"
#include "gateway/pool/first.h"
#include "gateway/pool/wanted.h"
#include "gateway/reply.h"
#include "net/loop.h"
#include "wire/bytes/mem.h"
#include "wire/http/hop.h"

/* A provider that sends comments or pings and nothing else may be at its end.
 * If it goes on, the client gets them after this time, since they tell it to
 * wait. */
#define QUIET_WAIT (500 * TICK_MS)

/* How long the first event of a stream may take, if another provider can be
 * asked: the client gives up after 300 s without a byte, so that two have their
 * time. An answer that is no stream may take minutes. */
#define STREAM_WAIT (120 * TICK_S)

struct cascade {
	struct wanted wanted;
	uint8_t order[WISH_PROVIDERS_LIMIT];
	size_t count, at;
	struct buf listed; /* the provider's name for the model */
	struct buf after; /* the providers that failed, and how */
	struct http_head head; /* a head that waits for the first event */
	struct first first;
	bool holds; /* a head waits */
	struct loop_timer quiet; /* ends the wait for an event after comments */
	struct loop_timer patience; /* ends the wait for this provider */
	bool passed; /* the client gets this answer */
	bool streams; /* it is a successful stream */
	/* when the attempt began; when the client got its first byte */
	tick_t began, spoke;
};

static void attempt(struct relay *r);

static struct standing *standing_of(const struct relay *r)
{
	const struct cascade *c = r->cascade;

	return r->config->pool->standings[c->order[c->at]];
}

static void let_go(const struct relay *r)
{
	struct cascade *c = r->cascade;

	if (c->holds)
		first_clear(&c->first);
	http_head_clear(&c->head);
	c->holds = false;
	loop_timer_clear(r->gate->loop, &c->quiet);
	loop_timer_clear(r->gate->loop, &c->patience);
}

static void cascade_free(struct relay *r)
{
	struct cascade *c = r->cascade;

	let_go(r);
	wanted_clear(&c->wanted);
	buf_clear(&c->listed);
	buf_clear(&c->after);
	free(c);
	r->cascade = NULL;
}

const char *cascade_provider(const struct relay *r)
{
	return r->cascade && r->cascade->count > 0 ? r->provider->name : NULL;
}

const char *cascade_asked(const struct relay *r)
{
	return r->cascade ? buf_str(&r->cascade->wanted.asked) : "";
}

void cascade_blame(struct relay *r)
{
	if (r->cascade && r->cascade->count > 0)
		standing_failed(standing_of(r), loop_now());
}

const char *cascade_after(const struct relay *r)
{
	return r->cascade ? buf_str(&r->cascade->after) : "";
}

/* ---- from one to the next ---- */

/* Removes what an attempt has left in the relay. */
static void forget(struct relay *r)
{
	relay_drop(r);
	if (r->translating)
		r->gate->translating->free(r);
	if (r->bridging)
		r->gate->bridging->free(r);
	attempt_restore_body(r);
	let_go(r);
	r->is_stream = false;
	r->note[0] = '\0';
}

/* The provider has failed. true: another one is asked now. */
static bool failed(struct relay *r, const char *how)
{
	struct cascade *c = r->cascade;

	cascade_blame(r);
	if (!r->visit || c->at + 1 == c->count)
		return false;
	buf_addf(&c->after, "%s%s: %s", c->after.len > 0 ? ", " : "",
		 r->provider->name ? r->provider->name : "upstream", how);
	forget(r);
	c->at++;
	attempt(r);
	return true;
}

bool cascade_move(struct relay *r)
{
	return r->cascade && r->cascade->count > 0 && failed(r, "moved");
}

/* ---- what comes of an attempt ---- */

/* Is this a failure of the provider? A 400 is the fault of the request. */
static bool is_failure(const struct relay *r, enum cascade_end end, int status)
{
	bool fails = end != CASCADE_STATUS || status == 408 || status == 429 ||
		     status >= 500;

	return hook_fails(r, end, status, fails);
}

/* Passes the head on: from here on the client gets this answer, however it
 * ends. */
static void pass_head(struct relay *r, struct fetch *ft,
		      const struct http_head *head, bool good)
{
	struct cascade *c = r->cascade;
	struct standing *s = standing_of(r);

	loop_timer_clear(r->gate->loop, &c->patience);
	c->passed = true;
	c->spoke = loop_now();
	if (good && c->wanted.session)
		sticky_put(r->config->pool->sticky, c->wanted.session,
			   standing_number(s), c->spoke);
	if (good && head->status == 200)
		standing_first(s, c->spoke - c->began);
	r->handler->on_head(r, ft, head);
}

/* Passes on the head that waited, and all that came after it. */
static bool pass_held(struct relay *r, struct fetch *ft, bool good)
{
	struct cascade *c = r->cascade;
	struct buf held = c->first.held;
	struct http_head head = c->head;
	bool more = true;

	buf_init(&c->first.held, BUF_NO_LIMIT);
	c->head = (struct http_head){ .status = 0 };
	let_go(r);
	c->streams = true;
	pass_head(r, ft, &head, good);
	if (r->fetch && held.len > 0)
		more = r->handler->on_data(r, ft, buf_span(&held));
	http_head_clear(&head);
	buf_clear(&held);
	return more;
}

/* Is this a stream whose first event can be read? If not, the answer is passed
 * on at once. */
static bool begins_stream(const struct http_head *head, enum first_kind *kind)
{
	const char *type = headers_get(&head->headers, "content-type");
	const char *coding = headers_get(&head->headers, "content-encoding");

	*kind = FIRST_EVENTS;
	if (head->status != 200 || !type ||
	    (coding && strcasecmp(coding, "identity") != 0))
		return false;
	if (hop_is_stream(&head->headers))
		return true;
	*kind = FIRST_FRAMES;
	return span_starts(span_of(type), EVENT_STREAM_TYPE);
}

static void hold(struct cascade *c, const struct http_head *head,
		 enum first_kind kind)
{
	c->head = (struct http_head){ .status = head->status,
				      .reason = xstrdup(head->reason),
				      .minor = head->minor };
	(void)headers_copy(&c->head.headers, &head->headers);
	first_init(&c->first, kind);
	c->holds = true;
}

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct relay *r = arg;
	enum first_kind kind;
	bool fails = is_failure(r, CASCADE_STATUS, head->status);
	char how[16];

	snprintf(how, sizeof(how), "%d", head->status);
	if (fails && failed(r, how))
		return;
	if (begins_stream(head, &kind))
		hold(r->cascade, head, kind);
	else
		pass_head(r, ft, head, !fails);
}

/* The client gets the comments, and this answer. */
static void on_quiet(void *arg)
{
	struct relay *r = arg;

	if (r->fetch && r->visit)
		(void)pass_held(r, r->fetch, true);
}

static bool on_data(void *arg, struct fetch *ft, struct span bytes)
{
	struct relay *r = arg;
	struct cascade *c = r->cascade;

	if (!c->holds)
		return (hook_resumes_at(r, bytes) &&
			failed(r, "error event")) ||
		       r->handler->on_data(r, ft, bytes);
	switch (first_feed(&c->first, bytes)) {
	case FIRST_MORE:
		return true;
	case FIRST_QUIET:
		if (c->quiet.slot == 0)
			loop_timer_set(r->gate->loop, &c->quiet,
				       loop_now() + QUIET_WAIT, on_quiet, r);
		return true;
	case FIRST_ERROR:
		if (!is_failure(r, CASCADE_EVENT, 200))
			return pass_held(r, ft, true);
		return failed(r, "error event") || pass_held(r, ft, false);
	default:
		return pass_held(r, ft, true);
	}
}

bool cascade_moves(struct relay *r, int status)
{
	char how[32];

	snprintf(how, sizeof(how), "%d in a 200", status);
	return r->cascade && r->status == 0 &&
	       is_failure(r, CASCADE_STATUS, status) && failed(r, how);
}

/* Measures how fast the provider was, unless the client was the slower one. */
static void measure(struct relay *r, const struct fetch_end *e)
{
	struct cascade *c = r->cascade;

	if (c->passed && c->streams && e->end == END_CLEAN && !r->paused)
		standing_pace(standing_of(r), r->bytes, loop_now() - c->spoke);
}

/* The attempt has ended before the client got anything. true: another provider
 * is asked. */
static bool ended(struct relay *r, enum stream_end end)
{
	const struct cascade *c = r->cascade;

	if (c->holds && end == END_CLEAN &&
	    (c->first.held.len == 0 || c->first.quiet))
		return is_failure(r, CASCADE_EMPTY, 200) &&
		       failed(r, c->first.quiet ? "no event" : "empty stream");
	return is_failure(r, CASCADE_BROKEN, 0) &&
	       failed(r, end == END_CLEAN ? "half an event" : end_name(end));
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *e)
{
	struct relay *r = arg;
	struct cascade *c = r->cascade;

	if (!c->passed && (c->holds || e->end != END_CLEAN)) {
		if (ended(r, e->end))
			return;
		if (c->holds)
			(void)pass_held(r, ft, false);
		if (!r->fetch) /* the relay refused the head */
			return;
	} else if (c->passed && e->end != END_CLEAN) {
		cascade_blame(r);
		if (hook_resumes(r) && failed(r, end_name(e->end)))
			return;
	}
	measure(r, e);
	r->handler->on_end(r, ft, e);
}

static const struct fetch_handler watch = {
	.on_head = on_head,
	.on_data = on_data,
	.on_end = on_end,
};

/* ---- the request ---- */

/* Puts this provider's name for the model into the client's own body. */
static void rename_model(struct relay *r)
{
	struct cascade *c = r->cascade;
	const struct pool *p = r->config->pool;
	struct span model = buf_span(&c->wanted.model);
	const char *name = buf_str(&c->wanted.model);
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	buf_reset(&c->listed);
	if (model.len == 0)
		return;
	if (!p->lent)
		(void)names_serves(&r->provider->models, model, &c->listed);
	if (c->listed.len > 0)
		r->listed = buf_str(&c->listed);
	/* A cloud has the model in its path, by the same table or by a rule. */
	if (r->listed && provider_vendor(r->provider) == BRIDGE_NONE)
		name = r->listed;
	name = hook_model(r, name);
	if (c->wanted.spelt.len == 0 ||
	    jscan_string_is(
		    (struct jval){ .type = J_STRING, .text = c->wanted.spelt },
		    name))
		return;
	wanted_rename(&c->wanted, buf_span(&r->body), span_of(name), &body);
	attempt_change_body(r, &body);
}

static void on_patience(void *arg)
{
	struct relay *r = arg;

	if (r->fetch && is_failure(r, CASCADE_BROKEN, 0))
		(void)failed(r, end_name(END_TIMEOUT));
}

static void attempt(struct relay *r)
{
	struct cascade *c = r->cascade;
	bool may_move = c->at + 1 < c->count && r->status == 0;

	r->provider = &r->config->pool->list[c->order[c->at]];
	r->listed = NULL;
	c->passed = r->status != 0;
	c->streams = false;
	c->began = loop_now();
	if (may_move && c->wanted.streams && !r->provider->head_given)
		loop_timer_set(r->gate->loop, &c->patience,
			       c->began + STREAM_WAIT, on_patience, r);
	rename_model(r);
	relay_ask(r);
}

static void refuse(struct relay *r, bool known)
{
	char why[256];

	if (!known) {
		snprintf(why, sizeof(why), "model: %.200s",
			 buf_str(&r->cascade->wanted.model));
		reply_error(r, 404, why);
	} else {
		reply_final(r, 503,
			    "no provider of this gateway may serve this "
			    "request: its routing leaves none for the model");
	}
}

static void begin(struct relay *r)
{
	struct cascade *c = r->cascade;
	const struct pool *p = r->config->pool;
	struct pool_asked asked = {
		.front = r->route.cloud.vendor,
		.model = buf_span(&c->wanted.model),
		.wish = &c->wanted.wish,
		.session = c->wanted.session,
		.moves = c->wanted.moves,
		.now = loop_now(),
	};
	bool known;

	/* A random number to draw by. It is no secret: if there is none, the
	 * draw is always the same. */
	if (c->wanted.wish.sort == WISH_PRICE)
		(void)!getrandom(&asked.random, sizeof(asked.random), 0);
	hook_choice(r, &c->wanted.wish, &asked);
	c->count = pool_choose(p, &asked, c->order, &known);
	if (c->count == 0)
		refuse(r, known);
	else
		attempt(r);
}

static void cascade_start(struct relay *r)
{
	const struct headers *h = hook_heard(r, &visit_head(r->visit)->headers);
	bool keyed = r->key && !hook_lifts(r, "routing of keys");
	struct cascade *c;
	struct fail why = FAIL_INIT;
	int status;

	if (catalog_reply(r))
		return;
	c = xcalloc(1, sizeof(*c));
	buf_init(&c->listed, BUF_NO_LIMIT);
	buf_init(&c->after, BUF_NO_LIMIT);
	r->cascade = c;
	r->watch = &watch;
	if (wanted_read(&c->wanted, r->config->pool,
			keyed ? &r->key->wish : NULL, &r->route, h,
			buf_span(&r->body), &status, &why) < 0)
		reply_error(r, status, why.text);
	else
		begin(r);
}

const struct relay_way cascade_way = {
	.start = cascade_start,
	.free = cascade_free,
};
