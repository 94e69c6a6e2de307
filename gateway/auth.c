/* Finds and checks the credentials of a request. */
#include "gateway/auth.h"

struct span auth_bearer(const char *value)
{
	struct span rest = span_trim(span_of(value));
	struct span word;

	if (!span_split(&rest, ' ', &word) || !rest.at ||
	    !span_is_nocase(word, "bearer"))
		return SPAN_EMPTY;
	return span_trim(rest);
}

bool auth_is_offered(const struct header *field, struct span *credential)
{
	struct span name = span_of(field->name);

	if (span_is_nocase(name, "x-api-key"))
		*credential = span_of(field->value);
	else if (span_is_nocase(name, "authorization"))
		*credential = auth_bearer(field->value);
	else
		return false;
	return true;
}

enum auth auth_check(const struct config *c, const struct headers *h,
		     const struct client_key **who)
{
	const struct client_key *found = NULL;
	bool offered = false;

	for (size_t i = 0; i < h->count; i++) {
		struct span credential;

		if (!auth_is_offered(&h->list[i], &credential))
			continue;
		offered = true;
		if (!found)
			found = client_key_find(c->keys, c->keys_count,
						credential);
	}
	if (who)
		*who = found;
	/* The provider judges a credential of the client's own. */
	if (found || (offered && c->upstream.scheme == KEY_CLIENT))
		return AUTH_GOOD;
	return offered ? AUTH_WRONG : AUTH_MISSING;
}
