/* Reads the provider's "usage". */
#include "gateway/ledger/usage.h"

#include "gateway/ledger/skim.h"

static void take(struct span value, int64_t *to)
{
	int64_t n;

	if (skim_number(value, USAGE_MOST, &n) && n > 0)
		*to = n;
}

/* Tokens written to the cache: all of them, and for how long. */
struct written {
	int64_t all, five, hour;
};

static void read_parts(struct written *w, struct span object)
{
	struct skim s = skim_object(object);
	struct span key, v;

	while (skim_next(&s, &key, &v))
		if (skim_is(key, "ephemeral_5m_input_tokens"))
			take(v, &w->five);
		else if (skim_is(key, "ephemeral_1h_input_tokens"))
			take(v, &w->hour);
}

static void read_details(struct usage_tokens *u, struct span object)
{
	struct skim s = skim_object(object);
	struct span key, v;

	while (skim_next(&s, &key, &v))
		if (skim_is(key, "thinking_tokens"))
			take(v, &u->thinking);
}

static void take_written(struct usage_tokens *u, const struct written *w)
{
	if (w->five + w->hour > 0) {
		u->cache_1h = w->hour;
		u->cache_5m =
			w->all > w->five + w->hour ? w->all - w->hour : w->five;
	} else if (w->all > 0) { /* the number is known, the time is not */
		u->cache_1h = u->cache_1h < w->all ? u->cache_1h : w->all;
		u->cache_5m = w->all - u->cache_1h;
	}
}

void usage_read(struct usage_tokens *u, struct span object)
{
	struct skim s = skim_object(object);
	struct written w = { .all = 0 };
	struct span key, v;

	while (skim_next(&s, &key, &v)) {
		if (skim_is(key, "input_tokens"))
			take(v, &u->input);
		else if (skim_is(key, "output_tokens"))
			take(v, &u->output);
		else if (skim_is(key, "cache_read_input_tokens"))
			take(v, &u->cache_read);
		else if (skim_is(key, "cache_creation_input_tokens"))
			take(v, &w.all);
		else if (skim_is(key, "cache_creation"))
			read_parts(&w, v);
		else if (skim_is(key, "output_tokens_details"))
			read_details(u, v);
	}
	take_written(u, &w);
}

void usage_add(struct usage_tokens *to, const struct usage_tokens *more)
{
	to->input += more->input;
	to->output += more->output;
	to->cache_5m += more->cache_5m;
	to->cache_1h += more->cache_1h;
	to->cache_read += more->cache_read;
	to->thinking += more->thinking;
}
