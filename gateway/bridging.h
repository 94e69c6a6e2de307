/*
 * A relay with the Messages API on one side, and the format of Bedrock or Vertex
 * on the other: the request is changed once it is whole, the answer as it comes.
 */
#ifndef GATEWAY_BRIDGING_H
#define GATEWAY_BRIDGING_H

#include "gateway/relay.h"

extern const struct relay_way bridging_way;

#endif
