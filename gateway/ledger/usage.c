/* Reads the provider's "usage". */
#include "gateway/ledger/usage.h"

static void take(struct jval v, int64_t *to)
{
	int64_t n;

	if (v.type == J_NUMBER && jscan_i64(v, &n) && n > 0)
		*to = n < USAGE_MOST ? n : USAGE_MOST;
}

/* Tokens written to the cache: all of them, and for how long. */
struct written {
	int64_t all, five, hour;
};

static void read_parts(struct written *w, struct jval object)
{
	take(jscan_get(object, "ephemeral_5m_input_tokens"), &w->five);
	take(jscan_get(object, "ephemeral_1h_input_tokens"), &w->hour);
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

void usage_read(struct usage_tokens *u, struct jval object)
{
	struct jiter it = jscan_iter(object);
	struct written w = { .all = 0 };
	struct jval key, v;

	if (object.type != J_OBJECT)
		return;
	while (jscan_next(&it, &key, &v)) {
		if (v.type == J_OBJECT &&
		    jscan_string_is(key, "cache_creation"))
			read_parts(&w, v);
		else if (v.type == J_OBJECT &&
			 jscan_string_is(key, "output_tokens_details"))
			take(jscan_get(v, "thinking_tokens"), &u->thinking);
		else if (v.type != J_NUMBER)
			continue;
		else if (jscan_string_is(key, "input_tokens"))
			take(v, &u->input);
		else if (jscan_string_is(key, "output_tokens"))
			take(v, &u->output);
		else if (jscan_string_is(key, "cache_read_input_tokens"))
			take(v, &u->cache_read);
		else if (jscan_string_is(key, "cache_creation_input_tokens"))
			take(v, &w.all);
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
