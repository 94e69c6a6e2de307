/* Requests that carry the gateway's own signature in place of a key. */
#ifndef GATEWAY_SIGN_H
#define GATEWAY_SIGN_H

#include "gateway/config.h"
#include "net/fetch.h"

/*
 * Signs the request that is about to be sent, if the configuration says so:
 * method, target, body, Host, Content-Type and every x-amz-* of `headers`, the
 * fields of the request. None of these may change afterwards. -1: too many
 * fields.
 */
int sign_request(const struct provider *p, const struct fetch_request *request,
		 struct headers *headers, struct fail *f);

#endif
