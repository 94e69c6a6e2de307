/*
 * Amazon's Signature Version 4: a request shows that its sender has a secret,
 * which does not travel. HMAC and SHA-256 are GnuTLS's.
 */
#ifndef NET_SIGV4_H
#define NET_SIGV4_H

#include <stdint.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"
#include "wire/http/http.h"

struct sigv4_key {
	const char *access, *secret;
	const char *session; /* of temporary ones; NULL: none */
	const char *region, *service; /* "us-east-1", "bedrock" */
};

struct sigv4_request {
	const char *method;
	struct span target; /* path and query as they are sent */
	struct span body;
	int64_t now; /* seconds since 1970 */
};

/*
 * Signs: x-amz-date, x-amz-security-token and Authorization in `headers` are
 * replaced, all other fields stay. Signed are Host, which has to be among them
 * as it is sent, Content-Type and every x-amz-*, so that whoever stands between
 * may add fields of its own. -1: there is no Host, or too many fields.
 */
int sigv4_sign(const struct sigv4_key *key, const struct sigv4_request *request,
	       struct headers *headers, struct fail *f);

#endif
