/*
 * Decides which header fields are passed on. A field that is not named here is
 * passed on unchanged, in its order and spelling, so that fields of later
 * clients and providers are passed on, too.
 */
#ifndef GATEWAY_POLICY_H
#define GATEWAY_POLICY_H

#include "gateway/config.h"
#include "wire/http/http.h"

/*
 * Copies the fields of a client's request for the upstream. The gateway's own
 * key takes the place of the client's first credential, unless clients' own
 * credentials are passed on or the request is going to be signed. Left out are
 * the fields of the connection, cookies, and what proxies on the way to us have
 * added. -1: too many fields.
 */
int policy_request(const struct headers *from, const struct provider *p,
		   struct headers *to);

/*
 * Copies the fields of the upstream's answer for the client. Left out are the
 * fields of the connection, and those that hold for the upstream's origin and
 * not for ours (cookies, CORS, HSTS, alternative services).
 */
int policy_response(const struct headers *from, struct headers *to);

#endif
