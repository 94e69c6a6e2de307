/* The provider's "usage". */
#include "gateway/ledger/usage.h"

static bool count_of(struct jval object, const char *key, int64_t *out)
{
	struct jval v = jscan_get(object, key);
	int64_t n;

	if (v.type != J_NUMBER || !jscan_i64(v, &n) || n < 0)
		return false;
	*out = n < USAGE_MOST ? n : USAGE_MOST;
	return true;
}

static void take(struct jval object, const char *key, int64_t *to)
{
	int64_t n;

	if (count_of(object, key, &n) && n > 0)
		*to = n;
}

static void take_written(struct usage_tokens *u, struct jval object)
{
	struct jval parts = jscan_get(object, "cache_creation");
	int64_t all = 0, five = 0, hour = 0;
	bool split = parts.type == J_OBJECT;

	take(object, "cache_creation_input_tokens", &all);
	if (split) {
		take(parts, "ephemeral_5m_input_tokens", &five);
		take(parts, "ephemeral_1h_input_tokens", &hour);
	}
	if (five + hour > 0) {
		u->cache_1h = hour;
		u->cache_5m = all > five + hour ? all - hour : five;
	} else if (all > 0) { /* how many, and not for how long */
		u->cache_1h = u->cache_1h < all ? u->cache_1h : all;
		u->cache_5m = all - u->cache_1h;
	}
}

void usage_read(struct usage_tokens *u, struct jval object)
{
	struct jval details = jscan_get(object, "output_tokens_details");

	if (object.type != J_OBJECT)
		return;
	take(object, "input_tokens", &u->input);
	take(object, "output_tokens", &u->output);
	take(object, "cache_read_input_tokens", &u->cache_read);
	take_written(u, object);
	if (details.type == J_OBJECT)
		take(details, "thinking_tokens", &u->thinking);
}
