/*
 * A path for those who watch over the gateway (a load balancer, a container's
 * health check). It is answered here, without a key; nothing goes upstream.
 */
#ifndef GATEWAY_HEALTH_H
#define GATEWAY_HEALTH_H

#include "gateway/route.h"
#include "wire/bytes/fail.h"

/* May it be one? No path of a client's or the provider's is. */
int health_check_path(const char *path, struct fail *f);

/* What a request to it is. */
struct route health_route(const char *method);

#endif
