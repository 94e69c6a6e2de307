/* What the configuration's JSON file says of several providers. */
#ifndef GATEWAY_POOL_POOL_READ_H
#define GATEWAY_POOL_POOL_READ_H

#include "gateway/pool/pool.h"

/* Each adds every mistake; what is right is set. Providers come first: the
 * others name them. */
void pool_read_providers(struct pool *p, const struct json *j,
			 const cJSON *array, struct mistakes *to);
/* {"ALIAS": "MODEL", "ALIAS": {"model": ..., "name": ..., "routing": ...}} */
void pool_read_models(struct pool *p, const struct json *j, const cJSON *object,
		      struct mistakes *to);

/* {"only": [...], "sort": ...}; `w` says nothing before. */
void pool_read_wish(const struct pool *p, const struct json *j,
		    const cJSON *object, struct wish *w, struct mistakes *to);

/* The same from a request's field. -1: `why` says what is wrong with it. */
int pool_ask_wish(const struct pool *p, const char *text, struct wish *w,
		  struct fail *why);

#endif
