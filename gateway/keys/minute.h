/*
 * Limits requests in any 60 seconds exactly: the times of the last `most`
 * requests are kept, and another one may come when the oldest is a minute old.
 */
#ifndef GATEWAY_KEYS_MINUTE_H
#define GATEWAY_KEYS_MINUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/bytes/tick.h"

#define MINUTE_MOST 100000

/* Zero-initialised is empty. */
struct minute {
	tick_t *at; /* a ring of `room` */
	size_t room, first, count;
};

/* Takes a turn. false: none is free, and *wait is the time until one is. */
bool minute_take(struct minute *m, size_t most, tick_t now, tick_t *wait);

void minute_clear(struct minute *m);

#endif
