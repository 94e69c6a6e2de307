/* A provider out of the configuration's JSON file. */
#ifndef GATEWAY_POOL_PROVIDER_READ_H
#define GATEWAY_POOL_PROVIDER_READ_H

#include "gateway/pool/provider.h"

/* The only one: "upstream". Adds every mistake; what is right is set. */
void provider_read(struct provider *p, const struct json *j,
		   const cJSON *object, struct mistakes *to);

/* One of several, which has a name, and members that only matter among them. */
void provider_read_item(struct provider *p, const struct json *j,
			const cJSON *object, struct mistakes *to);

#endif
