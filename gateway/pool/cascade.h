/*
 * A request that more than one provider may answer: they are asked in turn,
 * until the client gets a part of an answer. The relay's ways (gateway/relay.h)
 * translate to the provider's format, so each attempt begins with the client's
 * own body. An answer is passed on only when it is clear that it is no failure:
 * the head of a stream is held back until the first event has come. Nothing
 * else is held back.
 */
#ifndef GATEWAY_POOL_CASCADE_H
#define GATEWAY_POOL_CASCADE_H

#include "gateway/relay.h"

extern const struct relay_way cascade_way;

/* How an attempt ended. */
enum cascade_end {
	CASCADE_STATUS, /* an answer with a status */
	CASCADE_BROKEN, /* no answer, or no whole event of one */
	CASCADE_EVENT, /* an error as the first event */
	CASCADE_EMPTY, /* a stream without an event */
};

/* The provider whose answer it is; NULL: no provider was asked, or there is
 * only one. */
const char *cascade_provider(const struct relay *r);

/* The providers that failed before, and how: "a: 529, b: refused"; "" if none
 * did. */
const char *cascade_after(const struct relay *r);

/* The client's name for the model; "" if there is none. */
const char *cascade_asked(const struct relay *r);

/* A whole answer, of which the client has nothing, reports a failure as if with
 * this status. true: another provider is asked now. */
bool cascade_moves(struct relay *r, int status);

/* Notes that the provider that was asked last has failed just now. */
void cascade_blame(struct relay *r);

/* Asks the next provider. false: there is none. For planted faults. */
bool cascade_move(struct relay *r);

#endif
