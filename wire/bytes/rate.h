/*
 * Limits how fast requests go out to a peer that counts them. All who send to
 * that peer share one value: a sender asks when its request is due, waits until
 * then, and takes the turn.
 */
#ifndef WIRE_BYTES_RATE_H
#define WIRE_BYTES_RATE_H

#include "wire/bytes/fail.h"
#include "wire/bytes/tick.h"

struct rate { /* zero-initialised: no limit */
	tick_t interval; /* between two requests, at least; 0: none */
	tick_t next; /* when the next request may go out */
};

/*
 * "10" or "0.5" requests a second, from 0.01 to 10000. `name` is the option or
 * key that the message names: "--rate". FAIL_USAGE.
 */
int rate_read(struct rate *out, const char *name, const char *text,
	      struct fail *f);

/* When the next request may go out; `now` if that is at once. */
tick_t rate_due(const struct rate *p, tick_t now);

/* A request goes out. */
void rate_take(struct rate *p, tick_t now);

/* Requests a second, such as 0.5; 0: no limit. Print it with %.4g. */
double rate_of(const struct rate *p);

#endif
