/* What the files of the bridges share. */
#ifndef GATEWAY_BRIDGE_BRIDGE_PRIVATE_H
#define GATEWAY_BRIDGE_BRIDGE_PRIVATE_H

#include "gateway/bridge/bridge.h"

/* Appends what a client is told of an error of this status. */
void bridge_error_tell(int status, struct span words, struct buf *out);

/* What Bedrock calls an error in a stream, and what the Messages API does. */
struct bridge_exception {
	const char *bedrock, *messages;
	int status; /* that it would have in place of a stream */
};

/* The row of Bedrock's name, or of the Messages API's type; there is one for
 * all that is not known. */
const struct bridge_exception *bridge_exception_named(struct span bedrock);
const struct bridge_exception *bridge_exception_typed(struct span messages);

/* ---- pairs.c: what a vendor refuses, and what goes with it ---- */

/* The vendor's name for a beta; empty: it refuses it. */
struct span bridge_beta_of(enum bridge_vendor vendor, struct span beta);

/* -1: the request asks for what neither vendor has, and `why` names it. */
int bridge_check_members(struct jval root, struct fail *why);

/* Is this a member of a body that goes with a beta that the vendor refuses? */
bool bridge_lacks_member(enum bridge_vendor vendor, struct jval key);

/* Appends "key":value, without members of that kind in messages, blocks and
 * tools: bytes as they are where there is none. */
void bridge_write_member(enum bridge_vendor vendor, struct jval key,
			 struct jval value, struct buf *out);

#endif
