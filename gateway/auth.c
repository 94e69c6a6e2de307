/* Credentials of clients, compared in constant time. */
#include "gateway/auth.h"

#include <string.h>

/* The loop runs over what was offered, however much of it is right. */
static bool is_same_key(struct span offered, const char *key)
{
	size_t key_len = strlen(key);
	volatile unsigned char differs = offered.len != key_len;

	for (size_t i = 0; i < offered.len; i++)
		differs |= (unsigned char)(offered.at[i] ^ key[i % key_len]);
	return differs == 0;
}

static bool is_known(const struct config *c, struct span offered)
{
	bool known = false;

	for (size_t i = 0; i < c->keys_count; i++)
		known |= is_same_key(offered, c->keys[i].value);
	return known && offered.len > 0;
}

struct span auth_bearer(const char *value)
{
	struct span rest = span_trim(span_of(value));
	struct span word;

	if (!span_split(&rest, ' ', &word) || !rest.at ||
	    !span_is_nocase(word, "bearer"))
		return SPAN_EMPTY;
	return span_trim(rest);
}

enum auth auth_check(const struct config *c, const struct headers *h)
{
	bool good = false, offered = false;
	bool any =
		c->upstream.scheme == KEY_CLIENT; /* the provider judges it */

	for (size_t i = 0; i < h->count; i++) {
		const struct header *field = &h->list[i];
		struct span name = span_of(field->name);

		if (span_is_nocase(name, "x-api-key"))
			good |= any || is_known(c, span_of(field->value));
		else if (span_is_nocase(name, "authorization"))
			good |= any || is_known(c, auth_bearer(field->value));
		else
			continue;
		offered = true;
	}
	if (good)
		return AUTH_GOOD;
	return offered ? AUTH_WRONG : AUTH_MISSING;
}
