/*
 * How well a provider has answered. All workers write it, and it stays when the
 * configuration is read again.
 */
#ifndef GATEWAY_POOL_STANDING_H
#define GATEWAY_POOL_STANDING_H

#include <stdatomic.h>
#include <stdint.h>

#include "wire/bytes/tick.h"

/* For this long after a failure a provider comes after those without one. */
#define STANDING_SICK (30 * TICK_S)

struct standing;

struct standing *standing_new(void); /* held once */
struct standing *standing_hold(struct standing *s);
void standing_drop(struct standing *s); /* NULL-safe */

/* A number that no other standing has, from 1. */
uint32_t standing_number(const struct standing *s);

void standing_failed(struct standing *s, tick_t now);

/* Notes the time of a success to its first byte, and the bytes of a stream that
 * the client got in a time. Both are means in which the latest values count
 * most. */
void standing_first(struct standing *s, tick_t took);
void standing_pace(struct standing *s, uint64_t bytes, tick_t took);

/* The current numbers; 0: never, or not known. */
struct standing_now {
	tick_t failed, first;
	uint64_t pace;
};

struct standing_now standing_look(const struct standing *s);

#endif
