/*
 * A relay whose upstream speaks another format than the client: the request is
 * translated when all of it has come, the answer while it comes.
 */
#ifndef GATEWAY_TRANSLATING_H
#define GATEWAY_TRANSLATING_H

#include "gateway/relay.h"

extern const struct relay_way translating_way;

#endif
