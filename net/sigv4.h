/*
 * Amazon's Signature Version 4: a request proves that its sender has a secret,
 * without sending it. HMAC and SHA-256 are GnuTLS's.
 */
#ifndef NET_SIGV4_H
#define NET_SIGV4_H

#include <stdint.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"
#include "wire/http/http.h"

struct sigv4_key {
	const char *access, *secret;
	const char *session; /* the token of a temporary key; NULL: none */
	const char *region, *service; /* "us-east-1", "bedrock" */
};

struct sigv4_request {
	const char *method;
	struct span target; /* path and query as they are sent */
	struct span body;
	int64_t now; /* seconds since 1970 */
};

/*
 * Signs a request: replaces x-amz-date, x-amz-security-token and Authorization
 * in `headers`; all other fields stay. The signature covers Host, which must be
 * in `headers` as it is sent, Content-Type and every x-amz-*; a proxy on the
 * way may add other fields. -1: there is no Host, or too many fields.
 */
int sigv4_sign(const struct sigv4_key *key, const struct sigv4_request *request,
	       struct headers *headers, struct fail *f);

#endif
