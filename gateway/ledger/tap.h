/*
 * Reads tokens off an answer that passes, without changing it or holding it up:
 * an event stream of the Messages API, the same in Bedrock's frames, or a whole
 * message; in any content coding.
 */
#ifndef GATEWAY_LEDGER_TAP_H
#define GATEWAY_LEDGER_TAP_H

#include "gateway/ledger/usage.h"
#include "wire/http/http.h"

struct tap;

#define TAP_MODEL_LEN 129

/* What was read so far. */
struct tap_seen {
	struct usage_tokens usage;
	char model[TAP_MODEL_LEN]; /* that answered; "": not told */
	bool ended; /* message_stop, or an error in the stream */
	bool failed; /* it was an error */
	bool blind; /* what passes cannot be read: too long a line, a broken
		       coding */
};

struct tap *tap_new(void);
void tap_free(struct tap *t); /* NULL-safe */

/* Another answer, with these fields; what was seen before is forgotten, and its
 * memory is used again. false: there is nothing in it to read. */
bool tap_begin(struct tap *t, const struct headers *h);

void tap_feed(struct tap *t, struct span bytes);

/* The body is over: one that is no stream is read now. */
void tap_finish(struct tap *t);

/* Both, for what may be all of it. */
void tap_last(struct tap *t, struct span bytes);

const struct tap_seen *tap_seen(const struct tap *t);

#endif
