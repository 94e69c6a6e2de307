/*
 * Which provider each session is at, for all workers. Its size is fixed: who
 * has not been heard of for longest is forgotten first.
 */
#ifndef GATEWAY_POOL_STICKY_H
#define GATEWAY_POOL_STICKY_H

#include <stdint.h>

#include "wire/bytes/span.h"
#include "wire/bytes/tick.h"

struct sticky;

struct sticky *sticky_new(void); /* held once */
struct sticky *sticky_hold(struct sticky *s);
void sticky_drop(struct sticky *s); /* NULL-safe */

/* What a session is called in the table; never 0. It has a place for each
 * model: a client asks more than one in the same session, and what is kept for
 * it is of one model. */
uint64_t sticky_session(struct span id, struct span model);

/* The number that was put for it, or 0. */
uint32_t sticky_get(struct sticky *s, uint64_t session, tick_t now);
void sticky_put(struct sticky *s, uint64_t session, uint32_t number,
		tick_t now);

#endif
