/*
 * Names of actors: "c1" a client exchange, "u1" what the provider got that rule
 * u1 answers. Where several providers stand behind a gateway, they have letters:
 * "u1@b" is the same of provider b. Provider a is the one that is always there;
 * its letter is left out in logs.
 */
#ifndef WIRE_LOG_ACTOR_H
#define WIRE_LOG_ACTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/bytes/span.h"

#define ACTOR_PROVIDERS 8 /* at most, 'a' to 'h' */
#define ACTOR_LEN 24 /* bytes of a name, with its NUL */

/* The letter that a name ends with: 'b' of "u1@b"; 0: it has none. */
char actor_letter(const char *name);

/* The name without it: "u1". */
struct span actor_base(const char *name);

/* The provider of an upstream actor in a log. */
char actor_provider(const char *actor);

/* Is an actor of a log the one that is asked for? A name without a letter asks
 * for that of any provider, and "u" for anything upstream. */
bool actor_is(const char *actor, const char *asked);

/* Writes the name that a log has for it: "u1" of a, "u1@b" of b. */
void actor_write(char out[ACTOR_LEN], const char *base, char provider);

#endif
