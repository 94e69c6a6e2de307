/* Reads the limits of a key from the configuration's file. */
#ifndef GATEWAY_KEYS_LIMITS_H
#define GATEWAY_KEYS_LIMITS_H

#include "gateway/keys/client_key.h"
#include "wire/json/json.h"

/* Members of a key's object. */
struct limits_part {
	const char *name, *key, *sha256, *expires;
	const cJSON *models, *budget;
	const cJSON *routing; /* read where providers are known */
	uint32_t rpm, streams;
};

extern const struct json_field limits_fields[];

/* Sets the members without mistakes; `fn` is called for each mistake. */
void limits_set(struct client_key *k, const struct json *j, const cJSON *object,
		const struct limits_part *p, json_mistake_fn *fn, void *arg);

#endif
