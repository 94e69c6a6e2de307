/*
 * Counts what passes through a relay, and holds clients' keys to their limits:
 * the ledger's and the keys' side of gateway/relay.h.
 */
#ifndef GATEWAY_METER_METER_H
#define GATEWAY_METER_METER_H

#include "gateway/relay.h"

extern const struct relay_meter meter_relay;

#endif
