/*
 * A relay with the Messages API on one side, and the format of Bedrock or
 * Vertex on the other: the request is changed when all of it has come, the
 * answer while it comes.
 */
#ifndef GATEWAY_BRIDGING_H
#define GATEWAY_BRIDGING_H

#include "gateway/relay.h"

extern const struct relay_way bridging_way;

#endif
