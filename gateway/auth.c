/* Finds and checks the credentials of a request. */
#include "gateway/auth.h"

#include <strings.h>

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
	switch (field->name[0]) {
	case 'x':
	case 'X':
		if (strcasecmp(field->name, "x-api-key") != 0)
			return false;
		*credential = span_of(field->value);
		return true;
	case 'a':
	case 'A':
		if (strcasecmp(field->name, "authorization") != 0)
			return false;
		*credential = auth_bearer(field->value);
		return true;
	default:
		return false;
	}
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
