/*
 * How fast requests may go out, for a peer that counts them: a value that all
 * who send to it share. Whoever wants to send looks when it is due, waits, and
 * takes the turn.
 */
#ifndef WIRE_BYTES_RATE_H
#define WIRE_BYTES_RATE_H

#include "wire/bytes/fail.h"
#include "wire/bytes/tick.h"

struct rate { /* zero-initialised: as fast as one likes */
	tick_t interval; /* between two requests, at least; 0: none */
	tick_t next; /* nothing goes out before */
};

/*
 * "10" or "0.5" requests a second, from 0.01 to 10000. `name` is what the value
 * is called where it comes from: "--rate". FAIL_USAGE.
 */
int rate_read(struct rate *out, const char *name, const char *text,
	      struct fail *f);

/* When the next request may go out; `now` if that is at once. */
tick_t rate_due(const struct rate *p, tick_t now);

/* A request goes out. */
void rate_take(struct rate *p, tick_t now);

/* Requests a second, 0.5; 0: there is no pace. To be printed with %.4g. */
double rate_of(const struct rate *p);

#endif
