/* Tokens, by what they are billed as. */
#ifndef GATEWAY_LEDGER_USAGE_H
#define GATEWAY_LEDGER_USAGE_H

#include <stdint.h>

#include "wire/bytes/span.h"

struct usage_tokens {
	int64_t input; /* neither read from a cache nor written to one */
	int64_t output; /* with the tokens of thoughts */
	int64_t cache_5m, cache_1h; /* written to a cache */
	int64_t cache_read;
	int64_t thinking; /* of the output */
};

void usage_add(struct usage_tokens *to, const struct usage_tokens *more);

#define USAGE_MOST INT64_C(1000000000) /* of one kind in one request */

/*
 * Reads a "usage" object of the Messages API. A number that is missing, null or
 * 0 leaves the old one, as in the client: later events of a stream may leave
 * out what earlier ones had. Tokens written to the cache for an unknown time
 * count as five minutes.
 */
void usage_read(struct usage_tokens *u, struct span object);

#endif
