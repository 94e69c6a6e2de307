/* What is wrong with a configuration: all of it, not only the first. */
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

/* The same, with the place of a node of a file in front. */
void mistakes_place(struct mistakes *m, const struct json *j, const cJSON *node,
		    const struct fail *why);

/* mistakes_add for json_read_all(), whose argument is a struct mistakes. */
void mistakes_take(void *arg, const struct fail *f);

#endif
