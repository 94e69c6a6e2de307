/* Simulates the prompt cache of a session, with a gateway and without one. */
#include "probe/look/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

struct turn {
	const struct exchange *sent, *arrived; /* arrived: the last request of
						  the turn */
	struct jval sent_body, arrived_body;
	struct prompt_usage direct, through;
};

struct ledger_book {
	const struct view *view;
	struct ledger *out;
	struct prompt_cache *direct, *through;
	struct turn *turns;
	bool one_account; /* each request has its own credential, but all are
			     one account */
};

/* ---- the exchanges ---- */

static bool is_message(const struct exchange *x, char side)
{
	const struct wlog_entry *e = x->request;
	struct span rest, path;

	if (x->actor[0] != side || e == NULL || e->method == NULL ||
	    e->target == NULL || strcmp(e->method, "POST") != 0)
		return false;
	rest = span_of(e->target);
	return span_split(&rest, '?', &path) && span_ends(path, "/v1/messages");
}

static bool is_good(const struct exchange *x)
{
	return x->response != NULL && x->response->status == 200;
}

/* Keeps only the first thing that is missing. */
static void miss(struct ledger_book *b, const struct turn *t, const char *what)
{
	if (*b->out->missing == '\0')
		snprintf(b->out->missing, sizeof(b->out->missing),
			 "turn %zu %s", (size_t)(t - b->turns) + 1, what);
}

static void read_body(struct ledger_book *b, const struct turn *t,
		      const struct exchange *x, struct jval *out)
{
	if (jscan(x->request_body, out, NULL) == 0 && out->type == J_OBJECT)
		return;
	*out = (struct jval){ .type = J_NULL };
	miss(b, t, "has no body that can be read");
}

static const char *credential_of(const struct exchange *x)
{
	const struct headers *h = &x->request->headers;
	const char *key = headers_get(h, "x-api-key");

	if (key == NULL || *key == '\0')
		key = headers_get(h, "authorization");
	return key != NULL ? key : "";
}

/* ---- credentials ---- */

/* Credentials of different providers are different, even if they are the same
 * text. */
static bool is_new(const struct exchange *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (actor_provider(list[i]->actor) ==
			    actor_provider(list[n]->actor) &&
		    strcmp(credential_of(list[i]), credential_of(list[n])) == 0)
			return false;
	return true;
}

/* How many different credentials arrived, and in how many requests. */
static size_t count_credentials(const struct view *v, size_t *requests)
{
	const struct exchange **list = xcalloc(v->count, sizeof(*list));
	size_t different = 0;

	*requests = 0;
	for (size_t i = 0; i < v->count; i++) {
		const struct exchange *x = &v->list[i];

		if (!is_message(x, 'u') || !is_good(x))
			continue;
		list[*requests] = x;
		different += is_new(list, (*requests)++);
	}
	free(list);
	return different;
}

size_t ledger_credentials(const struct view *v)
{
	size_t requests;

	return count_credentials(v, &requests);
}

/*
 * Each credential counts as an account. But if no two requests have the same
 * credential, each is a token made for one request, and does not show the
 * account.
 */
static void find_accounts(struct ledger_book *b)
{
	size_t requests;

	b->out->accounts = count_credentials(b->view, &requests);
	b->one_account = b->out->accounts == requests && requests > 2;
	if (b->one_account)
		b->out->accounts = 1;
}

/* ---- tokens ---- */

/* The tokens that the provider reported: at the end of a stream, or in the
 * message. */
static uint64_t output_of(const struct exchange *x)
{
	struct jval v = { .type = J_NULL };
	int64_t tokens = 0, n;

	for (size_t i = 0; i < x->event_count; i++)
		if (x->events[i].json.text.at != NULL &&
		    jscan_find(x->events[i].json,
			       span_of("/usage/output_tokens"), &v) &&
		    jscan_i64(v, &n))
			tokens = n;
	if (x->json.text.at != NULL &&
	    jscan_find(x->json, span_of("/usage/output_tokens"), &v) &&
	    jscan_i64(v, &n))
		tokens = n;
	return tokens > 0 ? (uint64_t)tokens : 0;
}

static void bill_arrived(struct ledger_book *b, struct turn *t,
			 const struct exchange *x)
{
	struct buf key = BUF_INIT(BUF_NO_LIMIT);
	struct prompt_usage usage;

	if (!b->one_account)
		buf_addf(&key, "%c %s", actor_provider(x->actor),
			 credential_of(x));
	t->arrived = x;
	read_body(b, t, x, &t->arrived_body);
	prompt_ask(b->through, prompt_owner(0, buf_span(&key)), x->began,
		   t->arrived_body, &usage);
	buf_clear(&key);
	usage.output = output_of(x);
	t->direct.output = usage.output;
	prompt_add(&t->through, &usage);
	b->out->requests++;
}

/* Requests that reach the provider before the next turn begins belong to this
 * turn, because turns come one after the other. */
static void bill_turn(struct ledger_book *b, struct turn *t, tick_t next)
{
	const struct exchange *c = t->sent;

	if (c->response == NULL)
		miss(b, t, "has no answer");
	else if (!is_good(c))
		miss(b, t, "was not answered with 200");
	read_body(b, t, c, &t->sent_body);
	prompt_ask(b->direct, prompt_owner(0, SPAN_EMPTY), c->began,
		   t->sent_body, &t->direct);
	for (size_t i = 0; i < b->view->count; i++) {
		const struct exchange *x = &b->view->list[i];

		if (is_message(x, 'u') && is_good(x) && x->began >= c->began &&
		    x->began < next)
			bill_arrived(b, t, x);
	}
	if (t->arrived == NULL)
		miss(b, t, "did not reach the provider");
	prompt_add(&b->out->direct, &t->direct);
	prompt_add(&b->out->through, &t->through);
}

/* ---- reasons ---- */

/* How often JSON has the quoted text as a whole string. Inside another string
 * the quotes would be escaped. */
static size_t count_of(struct jval body, const char *quoted)
{
	struct span rest = body.text;
	size_t n = 0, at;

	while ((at = span_find(rest, span_of(quoted))) != SIZE_MAX) {
		rest = span_skip(rest, at + strlen(quoted));
		n++;
	}
	return n;
}

static struct span member(struct jval body, const char *key)
{
	struct jval v;

	return jscan_member(body, key, &v) ? v.text : SPAN_EMPTY;
}

/* Whether the member at the provider differs from that of the turn before, but
 * not at the client. */
static bool is_changed(const struct turn *t, const char *key)
{
	const struct turn *before = t - 1;

	return span_equal(member(t->sent_body, key),
			  member(before->sent_body, key)) &&
	       !span_equal(member(t->arrived_body, key),
			   member(before->arrived_body, key));
}

static bool has_item(struct jval list, struct jval wanted)
{
	struct jiter it = jscan_iter(list);
	struct jval item;

	while (jscan_next(&it, NULL, &item))
		if (span_equal(item.text, wanted.text))
			return true;
	return false;
}

/* Whether the list has the same items as in the turn before, in any order. */
static bool is_moved(const struct turn *t, const char *key)
{
	struct jval now, before, item;
	struct jiter it;

	if (!jscan_member(t->arrived_body, key, &now) ||
	    !jscan_member(t[-1].arrived_body, key, &before) ||
	    jscan_count(now) != jscan_count(before))
		return false;
	it = jscan_iter(now);
	while (jscan_next(&it, NULL, &item))
		if (!has_item(before, item))
			return false;
	return true;
}

static void find_reasons(struct ledger_book *b, size_t n)
{
	const struct turn *t = &b->turns[n];
	bool found[LEDGER_REASONS] = { false };
	bool any = false;

	found[LEDGER_LIFE] = count_of(t->arrived_body, "\"1h\"") <
			     count_of(t->sent_body, "\"1h\"");
	found[LEDGER_MARKERS] = count_of(t->arrived_body, "\"cache_control\"") <
				count_of(t->sent_body, "\"cache_control\"");
	if (n > 0) {
		found[LEDGER_TOOLS] = is_changed(t, "tools");
		found[LEDGER_TOOLS_MOVED] =
			found[LEDGER_TOOLS] && is_moved(t, "tools");
		found[LEDGER_TOOLS] =
			found[LEDGER_TOOLS] && !found[LEDGER_TOOLS_MOVED];
		found[LEDGER_SYSTEM] = is_changed(t, "system");
		found[LEDGER_MODEL] = is_changed(t, "model");
	}
	for (int i = 0; i < LEDGER_REASONS; i++)
		any = any || found[i];
	found[LEDGER_OTHER] = !any && b->out->accounts < 2 &&
			      t->through.read < t->direct.read;
	for (int i = 0; i < LEDGER_REASONS; i++)
		b->out->seen[i] += found[i];
}

/* ---- the ledger ---- */

static void find_turns(struct ledger_book *b)
{
	for (size_t i = 0; i < b->view->count; i++)
		if (is_message(&b->view->list[i], 'c'))
			b->turns[b->out->turns++].sent = &b->view->list[i];
	if (b->out->turns == 0)
		snprintf(b->out->missing, sizeof(b->out->missing),
			 "no turn was played");
}

void ledger_of(const struct view *v, struct ledger *out)
{
	struct ledger_book b = { .view = v, .out = out };

	*out = (struct ledger){ .turns = 0 };
	b.direct = xcalloc(1, sizeof(*b.direct));
	b.through = xcalloc(1, sizeof(*b.through));
	b.turns = xcalloc(v->count, sizeof(*b.turns));
	find_turns(&b);
	find_accounts(&b);
	for (size_t i = 0; i < out->turns; i++) {
		tick_t next = i + 1 < out->turns ? b.turns[i + 1].sent->began
						 : TICK_NEVER;

		bill_turn(&b, &b.turns[i], next);
		if (b.turns[i].arrived != NULL && *out->missing == '\0')
			find_reasons(&b, i);
	}
	free(b.direct);
	free(b.through);
	free(b.turns);
}

size_t ledger_percent(const struct ledger *l)
{
	double direct = prices_of(&prices_usual, &l->direct);
	double through = prices_of(&prices_usual, &l->through);

	return direct > 0 ? (size_t)(through * 100 / direct + 0.5) : 0;
}

static const char *const reasons[LEDGER_REASONS] = {
	[LEDGER_MARKERS] = "cache markers lost",
	[LEDGER_LIFE] = "the cache lifetime of an hour lost",
	[LEDGER_TOOLS_MOVED] = "tools in another order",
	[LEDGER_TOOLS] = "other tools",
	[LEDGER_SYSTEM] = "another system prompt",
	[LEDGER_MODEL] = "another model",
	[LEDGER_OTHER] = "something else in the prompt changed",
};

void ledger_why(const struct ledger *l, struct buf *out)
{
	const char *between = "";

	for (int i = 0; i < LEDGER_REASONS; i++) {
		if (l->seen[i] == 0)
			continue;
		buf_addf(out, "%s%s in %zu of %zu turns", between, reasons[i],
			 l->seen[i], l->turns);
		between = ", ";
	}
	if (l->accounts > 1) {
		buf_addf(out,
			 "%s%zu keys in turn, each with a cache of its own",
			 between, l->accounts);
		between = ", ";
	}
	if (l->requests > l->turns)
		buf_addf(out, "%s%zu requests for %zu turn%s", between,
			 l->requests, l->turns, l->turns == 1 ? "" : "s");
	else if (*between == '\0' &&
		 prompt_total(&l->through) > prompt_total(&l->direct))
		buf_addf(out, "%zu tokens of input instead of %zu",
			 (size_t)prompt_total(&l->through),
			 (size_t)prompt_total(&l->direct));
}
