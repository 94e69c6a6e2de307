/* All mistakes of a configuration, not only the first. */
#ifndef GATEWAY_MISTAKES_H
#define GATEWAY_MISTAKES_H

#include <stddef.h>

#include "wire/bytes/fail.h"
#include "wire/json/json.h"

#define MISTAKES_LIMIT 50

/* Zero-initialised is empty. */
struct mistakes {
	struct fail list[MISTAKES_LIMIT];
	size_t count; /* more than the limit: the rest is not in the list */
};

void mistakes_add(struct mistakes *m, const struct fail *f);

/* Adds a mistake with the place of a node of a file at its front. */
void mistakes_place(struct mistakes *m, const struct json *j, const cJSON *node,
		    const struct fail *why);

/* mistakes_add for json_read_all(), whose argument is a struct mistakes. */
void mistakes_take(void *arg, const struct fail *f);

#endif
