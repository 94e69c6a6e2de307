/* What a gateway is held to: all claims but those that it gives away, does not
 * declare, or was seen not to offer. */
#include "probe/run/campaign_private.h"

#include <string.h>

static bool is_among(const char *claim, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], claim) == 0)
			return true;
	return false;
}

/* Whoever declares is held to just that. */
static bool lacks_declared(const struct campaign_config *config,
			   const char *claim, struct buf *out)
{
	if (config->target) {
		if (target_claims(config->target, claim))
			return false;
		buf_addf(out, "%s does not claim '%s'",
			 target_name(config->target), claim);
		return true;
	}
	if (config->claims == NULL ||
	    is_among(claim, config->claims, config->claim_count))
		return false;
	buf_addf(out, "ccprobe.json does not claim '%s'", claim);
	return true;
}

bool campaign_lacks(void *arg, const char *claim, struct buf *out)
{
	const struct campaign *c = arg;
	const struct campaign_config *config = c->config;

	if (is_among(claim, config->without, config->without_count)) {
		buf_addf(out, "left out by --without %s", claim);
		return true;
	}
	if (lacks_declared(config, claim, out))
		return true;
	if (offers_missing(&c->offers, claim) != NULL) {
		buf_addf(out,
			 "the gateway does not offer '%s', as was seen before "
			 "the first case",
			 claim);
		return true;
	}
	if (!config->target && !config->upstream_key_known &&
	    strcmp(claim, "replaces-key") == 0) {
		buf_add_text(out, "without --upstream-key it is not known "
				  "which key the gateway has to use");
		return true;
	}
	return false;
}
