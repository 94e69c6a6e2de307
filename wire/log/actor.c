/* Names of actors, and the letters of providers in them. */
#include "wire/log/actor.h"

#include <stdio.h>
#include <string.h>

char actor_letter(const char *name)
{
	const char *at = strchr(name, '@');

	return at != NULL && at[1] >= 'a' && at[1] < 'a' + ACTOR_PROVIDERS &&
			       at[2] == '\0'
		       ? at[1]
		       : '\0';
}

struct span actor_base(const char *name)
{
	return span_make(name, strcspn(name, "@"));
}

char actor_provider(const char *actor)
{
	char letter = actor_letter(actor);

	return letter != '\0' ? letter : 'a';
}

bool actor_is(const char *actor, const char *asked)
{
	char letter = actor_letter(asked);
	struct span base = actor_base(asked);

	if (letter != '\0' &&
	    (actor[0] != 'u' || letter != actor_provider(actor)))
		return false;
	if (span_is(base, "u"))
		return actor[0] == 'u';
	return span_equal(base, actor_base(actor));
}

void actor_write(char out[ACTOR_LEN], const char *base, char provider)
{
	if (provider == 'a')
		snprintf(out, ACTOR_LEN, "%s", base);
	else
		snprintf(out, ACTOR_LEN, "%s@%c", base, provider);
}
