/* Signs requests to the upstream instead of sending a key. */
#ifndef GATEWAY_SIGN_H
#define GATEWAY_SIGN_H

#include "gateway/config.h"
#include "net/fetch.h"

/*
 * Signs the request that is about to be sent, if the provider asks for it. The
 * signature covers method, target, body, and Host, Content-Type and every
 * x-amz-* of `headers`, which are the fields of the request; none of these may
 * change afterwards. -1: too many fields.
 */
int sign_request(const struct provider *p, const struct fetch_request *request,
		 struct headers *headers, struct fail *f);

#endif
