/* A member of a JSON object: the place of its value in the text. */
#ifndef SOUND_MEMBER_H
#define SOUND_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/sound/bytes.h"

struct member {
	size_t at, len; /* of its value, quotes included */
};

/* Looks in the outermost object only; false: it has no such member, or this is
 * no JSON. */
bool member_find(struct member *m, const struct bytes *json, const char *name);
/* Is the member this text? */
bool member_is(const struct member *m, const struct bytes *json,
	       const char *text);
/* The member's number; 0: there is none. */
uint64_t member_number(const struct bytes *json, const char *name);

#endif
