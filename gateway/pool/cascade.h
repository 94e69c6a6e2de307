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

/* Whose answer it is; NULL: no provider was asked, or there is only one. */
const char *cascade_provider(const struct relay *r);

/* Who failed before, and how: "a: 529, b: refused"; "" if nobody did. */
const char *cascade_after(const struct relay *r);

#endif
