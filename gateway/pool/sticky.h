/*
 * Remembers the provider of each session, for all workers. Its size is fixed:
 * the session that was silent for longest is forgotten first.
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

/* The key of a session in the table; never 0. It differs for each model: a
 * client asks for several models in one session, and each may have another
 * provider, with a prompt cache of its own. */
uint64_t sticky_session(struct span id, struct span model);

/* The number that was put for the session, or 0. */
uint32_t sticky_get(struct sticky *s, uint64_t session, tick_t now);
void sticky_put(struct sticky *s, uint64_t session, uint32_t number,
		tick_t now);

#endif
