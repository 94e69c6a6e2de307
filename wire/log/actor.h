/*
 * Names of actors: "c1" is an exchange of the client, "u1" one of the provider,
 * answered by rule u1. Where a gateway has several providers, letters tell them
 * apart: "u1@b" is u1 at provider b. Provider a is always there; logs leave its
 * letter out.
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

/* The name without the letter: "u1". */
struct span actor_base(const char *name);

/* The provider of an upstream actor in a log. */
char actor_provider(const char *actor);

/* Does this actor of a log fit the name that is asked for? A name without a
 * letter fits any provider, and "u" any exchange of a provider. */
bool actor_is(const char *actor, const char *asked);

/* Writes the name that a log has for `base` at a provider: "u1" at a, "u1@b" at
 * b. */
void actor_write(char out[ACTOR_LEN], const char *base, char provider);

#endif
