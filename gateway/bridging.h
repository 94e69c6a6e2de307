/*
 * A relay of which one side speaks the Messages API, and the other Bedrock's or
 * Vertex's way of it: the request is changed once it is whole, the answer as it
 * comes.
 */
#ifndef GATEWAY_BRIDGING_H
#define GATEWAY_BRIDGING_H

#include "gateway/relay.h"

extern const struct relay_way bridging_way;

#endif
