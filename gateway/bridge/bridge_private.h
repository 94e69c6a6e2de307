/* What the files of the bridges share. */
#ifndef GATEWAY_BRIDGE_BRIDGE_PRIVATE_H
#define GATEWAY_BRIDGE_BRIDGE_PRIVATE_H

#include "gateway/bridge/bridge.h"

/* Appends the message for a client about an error of this status. */
void bridge_error_tell(int status, struct span words, struct buf *out);

/* The names of an error in a stream: Bedrock's and the Messages API's. */
struct bridge_exception {
	const char *bedrock, *messages;
	int status; /* its status outside of a stream */
};

/* The row for Bedrock's name, or for the Messages API's type; an unknown one
 * has a row, too. */
const struct bridge_exception *bridge_exception_named(struct span bedrock);
const struct bridge_exception *bridge_exception_typed(struct span messages);

/* ---- pairs.c: what a vendor refuses, and what goes with it ---- */

/* The vendor's name for a beta; empty: the vendor refuses it. */
struct span bridge_beta_of(enum bridge_vendor vendor, struct span beta);

/* -1: the request asks for what neither vendor has, and `why` names it. */
int bridge_check_members(struct jval root, struct fail *why);

/* Is this a member of a body that goes with a beta that the vendor refuses? */
bool bridge_lacks_member(enum bridge_vendor vendor, struct jval key);

/* Appends "key":value, without the members that the vendor refuses in messages,
 * blocks and tools. If there are none, the bytes stay as they are. */
void bridge_write_member(enum bridge_vendor vendor, struct jval key,
			 struct jval value, struct buf *out);

#endif
