/*
 * Finds what a request lacks. If a request fails whatever is taken out of it,
 * but a recorded request of the client passes, parts of the recorded one are
 * added until it passes; the fewest that are needed are missing.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/bisect/bisect.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/bytes/secrets.h"

#define MISSING_UNITS 64
#define MISSING_ITEMS 3 /* items of a list that are tried alone */
#define NAME_SHOWN 60

enum missing_kind {
	MISSING_HEADER,
	MISSING_QUERY,
	MISSING_BETA,
	MISSING_FIELD
};

struct missing_unit {
	enum missing_kind kind;
	struct span name; /* as it is spelt in the recorded request */
	struct span value;
	bool in; /* is in the request that is asked for */
	bool needed;
	bool passed; /* was in the last request that passed */
	char *item; /* the text of `value` with one item, or NULL */
};

struct missing {
	const struct bisect_request *given, *recorded;
	struct jval from, to; /* the bodies: recorded, and given */
	trial_fn *trial;
	void *arg;
	struct missing_unit list[MISSING_UNITS];
	size_t count, asked;
	bool is_over; /* no more requests are sent */
	struct bisect_request best; /* passes; method NULL: none does */
};

/* ---- what could be added ---- */

static void add_unit(struct missing *m, enum missing_kind kind,
		     struct span name, struct span value)
{
	if (m->count < MISSING_UNITS)
		m->list[m->count++] = (struct missing_unit){ .kind = kind,
							     .name = name,
							     .value = value };
}

static void add_headers(struct missing *m)
{
	const struct headers *all = &m->recorded->headers;

	for (size_t i = 0; i < all->count; i++) {
		const struct header *h = &all->list[i];

		if (!secrets_is_header(h->name) &&
		    strcasecmp(h->name, "anthropic-beta") != 0 &&
		    headers_get(&m->given->headers, h->name) == NULL)
			add_unit(m, MISSING_HEADER, span_of(h->name),
				 span_of(h->value));
	}
}

static void add_betas(struct missing *m)
{
	struct span rest =
		span_of(headers_get(&m->recorded->headers, "anthropic-beta"));
	struct span one;

	while (span_split(&rest, ',', &one)) {
		char *beta = span_dup(span_trim(one));

		if (*beta && !headers_has_token(&m->given->headers,
						"anthropic-beta", beta))
			add_unit(m, MISSING_BETA, span_trim(one), SPAN_EMPTY);
		free(beta);
	}
}

/* Fields that say what is asked for, and not how. */
static bool is_content(struct jval key)
{
	static const char *const names[] = { "model", "messages", "max_tokens",
					     "stream" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (jscan_string_is(key, names[i]))
			return true;
	return false;
}

static bool member_of(struct jval object, struct jval key, struct jval *out)
{
	struct jiter it = jscan_iter(object);
	struct jval name;

	while (jscan_next(&it, &name, out))
		if (jscan_string_order(name, key) == 0)
			return true;
	return false;
}

static void add_fields(struct missing *m)
{
	struct jiter it = jscan_iter(m->from);
	struct jval key, value, own;

	while (jscan_next(&it, &key, &value)) {
		bool there = member_of(m->to, key, &own);

		if (!there ||
		    (!is_content(key) && !span_equal(own.text, value.text)))
			add_unit(m, MISSING_FIELD, key.text, value.text);
	}
}

static void find_units(struct missing *m)
{
	const char *query = strchr(m->recorded->target, '?');

	add_headers(m);
	if (query != NULL && strchr(m->given->target, '?') == NULL)
		add_unit(m, MISSING_QUERY, span_of(query), SPAN_EMPTY);
	add_betas(m);
	add_fields(m);
}

/* ---- a request with some of it ---- */

static void put_beta(struct bisect_request *r, struct span beta)
{
	const char *now = headers_get(&r->headers, "anthropic-beta");
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&value, "%s%s%.*s", now ? now : "", now && *now ? "," : "",
		 SPAN_ARG(beta));
	headers_set(&r->headers, "anthropic-beta", buf_str(&value));
	buf_clear(&value);
}

static void put_query(struct bisect_request *r, struct span query)
{
	struct buf target = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(&target, r->target);
	buf_add_span(&target, query);
	free(r->target);
	r->target = buf_take(&target, NULL);
}

static const struct missing_unit *field_of(const struct missing *m,
					   struct jval key)
{
	for (size_t i = 0; i < m->count; i++) {
		struct jval name = { .type = J_STRING,
				     .text = m->list[i].name };

		if (m->list[i].kind == MISSING_FIELD && m->list[i].in &&
		    jscan_string_order(name, key) == 0)
			return &m->list[i];
	}
	return NULL;
}

/* Writes the members of the given body in their order, then those that it
 * lacks. */
static void put_fields(const struct missing *m, struct buf *out)
{
	struct jiter it = jscan_iter(m->to);
	struct jval key, value;

	buf_reset(out);
	while (jscan_next(&it, &key, &value)) {
		const struct missing_unit *u = field_of(m, key);

		buf_addf(out, "%s%.*s:%.*s", out->len > 0 ? "," : "{",
			 SPAN_ARG(key.text),
			 SPAN_ARG(u ? u->value : value.text));
	}
	for (size_t i = 0; i < m->count; i++) {
		const struct missing_unit *u = &m->list[i];
		struct jval name = { .type = J_STRING, .text = u->name };

		if (u->kind == MISSING_FIELD && u->in &&
		    !member_of(m->to, name, &value))
			buf_addf(out, "%s%.*s:%.*s", out->len > 0 ? "," : "{",
				 SPAN_ARG(u->name), SPAN_ARG(u->value));
	}
	buf_add_byte(out, '}');
}

static void put_together(const struct missing *m, struct bisect_request *r)
{
	bisect_request_copy(r, m->given);
	for (size_t i = 0; i < m->count; i++) {
		const struct missing_unit *u = &m->list[i];

		if (!u->in)
			continue;
		if (u->kind == MISSING_BETA)
			put_beta(r, u->name);
		if (u->kind == MISSING_QUERY)
			put_query(r, u->name);
		if (u->kind == MISSING_HEADER)
			headers_add(&r->headers, u->name, u->value);
	}
	put_fields(m, &r->body);
}

/* ---- asking ---- */

static bool passes(struct missing *m)
{
	struct bisect_request r;
	enum trial t;

	if (m->is_over || m->asked == BISECT_MISSING_TRIALS) {
		m->is_over = true;
		return false;
	}
	m->asked++;
	put_together(m, &r);
	t = m->trial(m->arg, &r);
	m->is_over = t == TRIAL_OVER;
	if (t != TRIAL_PASSES) {
		bisect_request_clear(&r);
		return false;
	}
	bisect_request_clear(&m->best);
	m->best = r;
	for (size_t i = 0; i < m->count; i++)
		m->list[i].passed = m->list[i].in;
	return true;
}

/* Asks with the needed units and the first `prefix` of all. */
static bool passes_with(struct missing *m, size_t prefix)
{
	for (size_t i = 0; i < m->count; i++)
		m->list[i].in = m->list[i].needed || i < prefix;
	return passes(m);
}

/* Finds the last needed unit by halving, then the one before it in the same
 * way. */
static void find_needed(struct missing *m)
{
	size_t upto = m->count;

	while (upto > 0 && !m->is_over &&
	       (upto == m->count || !passes_with(m, 0))) {
		size_t lo = 0, hi = upto;

		while (hi - lo > 1 && !m->is_over) {
			size_t mid = lo + (hi - lo) / 2;

			if (passes_with(m, mid))
				hi = mid;
			else
				lo = mid;
		}
		m->list[hi - 1].needed = true;
		upto = hi - 1;
	}
}

static size_t needed_count(const struct missing *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++)
		count += m->list[i].needed;
	return count;
}

/* Drops units that are not needed if the others are there: one may make up for
 * another. */
static void drop_needless(struct missing *m)
{
	for (size_t i = 0; i < m->count && needed_count(m) > 1; i++) {
		if (!m->list[i].needed)
			continue;
		m->list[i].needed = false;
		m->list[i].needed = !passes_with(m, 0);
	}
	for (size_t i = 0; i < m->count; i++)
		m->list[i].in = m->list[i].needed;
}

/* Keeps one item of a list if that is enough: a short request is easier to
 * read. */
static void shorten(struct missing *m, struct missing_unit *u)
{
	struct span whole = u->value;
	struct jval list, item;
	struct jiter it;
	bool found = false;

	if (jscan(whole, &list, NULL) < 0 || list.type != J_ARRAY ||
	    jscan_count(list) < 2)
		return;
	it = jscan_iter(list);
	for (size_t n = 0; n < MISSING_ITEMS && !found && !m->is_over &&
			   jscan_next(&it, NULL, &item);
	     n++) {
		struct buf one = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&one, "[%.*s]", SPAN_ARG(item.text));
		free(u->item);
		u->item = buf_take(&one, NULL);
		u->value = span_of(u->item);
		found = passes(m);
	}
	if (!found)
		u->value = whole;
}

/* ---- what was found ---- */

static void describe(const struct missing_unit *u, struct culprit *out)
{
	static const char *const kinds[] = {
		[MISSING_HEADER] = "header",
		[MISSING_QUERY] = "the query",
		[MISSING_BETA] = "beta",
		[MISSING_FIELD] = "field",
	};
	struct span name = u->name;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (u->kind == MISSING_FIELD)
		name = span_make(name.at + 1, name.len - 2);
	buf_addf(&text, "%s `", kinds[u->kind]);
	print_bytes(name, NAME_SHOWN, &text);
	buf_add_byte(&text, '`');
	*out = (struct culprit){ .name = buf_take(&text, NULL) };
	if (u->kind == MISSING_BETA) {
		out->header = xstrdup("anthropic-beta");
		out->value = span_dup(name);
	}
	if (u->kind == MISSING_HEADER) {
		out->header = span_dup(name);
		out->value = span_dup(u->value);
	}
}

static void tell(struct missing *m, struct bisect_cause *c)
{
	c->missing = xcalloc(m->count, sizeof(*c->missing));
	for (size_t i = 0; i < m->count; i++)
		if (m->list[i].passed)
			describe(&m->list[i], &c->missing[c->missing_count++]);
	bisect_request_clear(
		&c->smallest); /* the given one, to compare with `passing` */
	bisect_request_copy(&c->smallest, m->given);
	bisect_request_clear(&c->passing);
	c->passing = m->best;
	m->best = (struct bisect_request){ .body = BUF_INIT(BUF_NO_LIMIT) };
	c->minimal = c->minimal && !m->is_over;
}

bool bisect_missing(const struct bisect_request *given,
		    const struct bisect_request *recorded, trial_fn *trial,
		    void *arg, struct bisect_cause *c)
{
	struct missing m = { .given = given,
			     .recorded = recorded,
			     .trial = trial,
			     .arg = arg,
			     .best = { .body = BUF_INIT(BUF_NO_LIMIT) } };
	bool found = false;

	if (jscan(buf_span(&given->body), &m.to, NULL) == 0 &&
	    m.to.type == J_OBJECT &&
	    jscan(buf_span(&recorded->body), &m.from, NULL) == 0)
		find_units(&m);
	if (m.count > 0 && passes_with(&m, m.count)) {
		found = true;
		find_needed(&m);
		drop_needless(&m);
		for (size_t i = 0; i < m.count; i++)
			if (m.list[i].in && m.list[i].kind == MISSING_FIELD)
				shorten(&m, &m.list[i]);
		tell(&m, c);
	}
	for (size_t i = 0; i < m.count; i++)
		free(m.list[i].item);
	bisect_request_clear(&m.best);
	return found;
}
