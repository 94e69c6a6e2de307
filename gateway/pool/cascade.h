/*
 * A request that more than one provider may answer: they are asked in turn, as
 * long as the client has got nothing. What each of them speaks is the affair of
 * the ways (gateway/relay.h): each attempt goes one of them from its start, with
 * the client's own body, and nothing of an answer gets there before it is clear
 * that it is one. So the head of a stream waits for its first event, and
 * nothing else waits.
 */
#ifndef GATEWAY_POOL_CASCADE_H
#define GATEWAY_POOL_CASCADE_H

#include "gateway/relay.h"

extern const struct relay_way cascade_way;

/* What an attempt came to. */
enum cascade_end {
	CASCADE_STATUS, /* an answer with a status */
	CASCADE_BROKEN, /* no answer, or none of whose events is whole */
	CASCADE_EVENT, /* an error as the first event */
	CASCADE_EMPTY, /* a stream without a byte */
};

/* Whose answer it is; NULL: no provider was asked, or there is only one. */
const char *cascade_provider(const struct relay *r);

/* Who failed before, and how: "a: 529, b: refused"; "" if nobody did. */
const char *cascade_after(const struct relay *r);

/* The name that the client has used for the model; "" if there is none. */
const char *cascade_asked(const struct relay *r);

/* An answer that was read whole, of which the client has nothing, says that it
 * failed, as if with this status. true: another provider is asked now. */
bool cascade_moves(struct relay *r, int status);

/* The provider that was asked last has failed just now. */
void cascade_blame(struct relay *r);

/* The next one is asked now. false: there is none. For planted faults. */
bool cascade_move(struct relay *r);

#endif
