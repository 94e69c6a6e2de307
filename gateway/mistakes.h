/* What is wrong with a configuration: all of it, not only the first. */
#ifndef GATEWAY_MISTAKES_H
#define GATEWAY_MISTAKES_H

#include <stddef.h>

#include "wire/bytes/fail.h"

#define MISTAKES_LIMIT 50

/* Zero-initialised is empty. */
struct mistakes {
	struct fail list[MISTAKES_LIMIT];
	size_t count; /* more than the limit: the rest is not in the list */
};

void mistakes_add(struct mistakes *m, const struct fail *f);

#endif
