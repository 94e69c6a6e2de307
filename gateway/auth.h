/* Checks the credential of a client: a key of the gateway, in either of two
 * fields. */
#ifndef GATEWAY_AUTH_H
#define GATEWAY_AUTH_H

#include "gateway/config.h"
#include "wire/http/http.h"

enum auth {
	AUTH_GOOD,
	AUTH_MISSING, /* neither field is there */
	AUTH_WRONG,
};

/*
 * x-api-key and "Authorization: Bearer" count alike; a request with both is
 * good if one of them is (a client may have another login beside the gateway's
 * key). Where clients' own credentials are sent upstream, any is good: the
 * provider judges it. The time that this takes does not show how much of a key
 * was right. *who (may be NULL) is the first good key; NULL where credentials
 * are the clients' own.
 */
enum auth auth_check(const struct config *c, const struct headers *h,
		     const struct client_key **who);

/* Is this one of the two fields? *credential: the credential in it, or
 * empty. */
bool auth_is_offered(const struct header *field, struct span *credential);

/* The credential in "Bearer CREDENTIAL", or empty. */
struct span auth_bearer(const char *value);

#endif
