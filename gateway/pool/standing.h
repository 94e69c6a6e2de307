/*
 * How a provider has fared: all workers write it, and it stays when the
 * configuration is read anew.
 */
#ifndef GATEWAY_POOL_STANDING_H
#define GATEWAY_POOL_STANDING_H

#include <stdatomic.h>
#include <stdint.h>

#include "wire/bytes/tick.h"

/* After a failure a provider comes after those that are well, for so long. */
#define STANDING_SICK (30 * TICK_S)

struct standing;

struct standing *standing_new(void); /* held once */
struct standing *standing_hold(struct standing *s);
void standing_drop(struct standing *s); /* NULL-safe */

/* Unlike any other's, from 1. */
uint32_t standing_number(const struct standing *s);

void standing_failed(struct standing *s, tick_t now);

/* What a success took to its first byte, and how many bytes of a stream the
 * client got in a second after that. Means in which the last count most. */
void standing_first(struct standing *s, tick_t took);
void standing_pace(struct standing *s, uint64_t bytes, tick_t took);

/* Numbers of a moment; 0: never, or not known. */
struct standing_now {
	tick_t failed, first;
	uint64_t pace;
};

struct standing_now standing_look(const struct standing *s);

#endif
