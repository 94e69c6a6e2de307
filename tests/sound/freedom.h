/* The freedoms that a sound gateway may take. Without a freedom it is a proxy
 * that changes only what every gateway must change. */
#ifndef SOUND_FREEDOM_H
#define SOUND_FREEDOM_H

#include <stdbool.h>
#include <stdio.h>

enum freedom {
	FREEDOM_BEARER_ONLY = 1u << 0,
	FREEDOM_X_API_KEY_ONLY = 1u << 1,
	FREEDOM_MODELS_404 = 1u << 2,
	FREEDOM_MODELS_400 = 1u << 3,
	FREEDOM_ALIAS = 1u << 4,
	FREEDOM_OWN_LIMITS = 1u << 5,
	FREEDOM_OWN_ID = 1u << 6,
	FREEDOM_OWN_X_ID = 1u << 7,
	FREEDOM_PINGS = 1u << 8,
	FREEDOM_COMMENTS = 1u << 9,
	FREEDOM_CRLF = 1u << 10,
	FREEDOM_FIRST_EVENT = 1u << 11,
	FREEDOM_LATENCY = 1u << 12,
	FREEDOM_LIMIT_AWARE = 1u << 13,
	FREEDOM_COOL_DOWN = 1u << 14,
	FREEDOM_FAILOVER = 1u << 15,
	FREEDOM_NO_IDENTITY = 1u << 16,
	FREEDOM_KEPT_HOST = 1u << 17,
	FREEDOM_NO_CHUNKS = 1u << 18,
	FREEDOM_NO_CODING_400 = 1u << 19,
	FREEDOM_NO_CODING_415 = 1u << 20,
	FREEDOM_NO_ABSOLUTE = 1u << 21,
	FREEDOM_NO_NAMED_FRAMING = 1u << 22,
	FREEDOM_NO_SAFEGUARDS = 1u << 23,
	FREEDOM_DROPS_SAFEGUARDS = 1u << 24,
	FREEDOM_NO_THREADS = 1u << 25
};

/* Adds the freedom of that name; false: there is none. */
bool freedom_add(unsigned *freedoms, const char *name);
/* Prints each name with a sentence. */
void freedom_print(FILE *to);

#endif
