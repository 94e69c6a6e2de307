/* Reads the parts of the configuration's JSON file about several providers. */
#ifndef GATEWAY_POOL_POOL_READ_H
#define GATEWAY_POOL_POOL_READ_H

#include "gateway/pool/pool.h"

/* Each function adds every mistake and sets the members without mistakes.
 * Providers must be read first, since the others name them. */
void pool_read_providers(struct pool *p, const struct json *j,
			 const cJSON *array, struct mistakes *to);
/* {"ALIAS": "MODEL", "ALIAS": {"model": ..., "name": ..., "routing": ...}} */
void pool_read_models(struct pool *p, const struct json *j, const cJSON *object,
		      struct mistakes *to);

/* Reads {"only": [...], "sort": ...} into `w`, whose old content is lost. */
void pool_read_wish(const struct pool *p, const struct json *j,
		    const cJSON *object, struct wish *w, struct mistakes *to);

/* Reads the same from a field of a request. -1: `why` says what is wrong. */
int pool_ask_wish(const struct pool *p, const char *text, struct wish *w,
		  struct fail *why);

#endif
