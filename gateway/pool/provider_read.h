/* Reads a provider from the configuration's JSON file. */
#ifndef GATEWAY_POOL_PROVIDER_READ_H
#define GATEWAY_POOL_PROVIDER_READ_H

#include "gateway/pool/provider.h"

/* Reads "upstream", the only provider. Adds every mistake and sets the members
 * without mistakes. */
void provider_read(struct provider *p, const struct json *j,
		   const cJSON *object, struct mistakes *to);

/* Reads one of several providers, which has a name and members for the choice
 * among them. */
void provider_read_item(struct provider *p, const struct json *j,
			const cJSON *object, struct mistakes *to);

#endif
