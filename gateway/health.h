/*
 * The path of health checks (of a load balancer, of a container). The gateway
 * answers it without a key; nothing goes upstream.
 */
#ifndef GATEWAY_HEALTH_H
#define GATEWAY_HEALTH_H

#include "gateway/route.h"
#include "wire/bytes/fail.h"

/* Fails unless this may be the path: no path of clients or of the provider
 * may. */
int health_check_path(const char *path, struct fail *f);

/* The route of a request to this path. */
struct route health_route(const char *method);

#endif
