/*
 * Counts what passes through a relay, and holds clients' keys to their limits.
 * A relay calls it by the struct of gateway/relay.h.
 */
#ifndef GATEWAY_METER_METER_H
#define GATEWAY_METER_METER_H

#include "gateway/relay.h"

extern const struct relay_meter meter_relay;

#endif
