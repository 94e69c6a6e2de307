/* Decides which claims are asked of a gateway: all except those that --without
 * names, that it does not declare, or that it was seen not to offer. */
#include "probe/run/campaign_private.h"

#include <string.h>

#include "probe/live/live.h"
#include "probe/suite/claims.h"

#define KEY_CLAIM "replaces-key"

static bool is_among(const char *claim, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], claim) == 0)
			return true;
	return false;
}

/* With --upstream-key the user says that the gateway uses a key of its own. */
static bool implies(const struct campaign_config *config, const char *claim)
{
	return config->upstream_key_known && strcmp(claim, KEY_CLAIM) == 0;
}

/* Does a declaration (of the target, or in ccprobe.json) leave the claim out?
 * `out` gets the reason. */
static bool lacks_declared(const struct campaign_config *config,
			   const char *claim, struct buf *out)
{
	const struct claim *known = claims_find(claim);

	if (config->target) {
		if (target_claims(config->target, claim))
			return false;
		buf_addf(out, "%s does not claim '%s'",
			 target_name(config->target), claim);
		return true;
	}
	if (config->claims == NULL && known && known->declared) {
		buf_addf(out,
			 "'%s' is not declared; add it to 'claims' of the "
			 "target or of ccprobe.json",
			 claim);
		return true;
	}
	if (config->claims == NULL || implies(config, claim) ||
	    is_among(claim, config->claims, config->claim_count))
		return false;
	buf_addf(out, "ccprobe.json does not claim '%s'", claim);
	return true;
}

/* Without a mock no case checks this claim. */
bool campaign_cannot_see(const struct campaign *c, const char *claim)
{
	const struct campaign_config *config = c->config;

	return !config->target && !config->no_mock &&
	       !config->upstream_key_known && strcmp(claim, KEY_CLAIM) == 0;
}

static void list_providers(unsigned providers, struct buf *out)
{
	const char *between = "";

	for (unsigned f = 0; providers >> f != 0; f++) {
		if ((providers >> f & 1) == 0)
			continue;
		buf_addf(out, "%s%s", between, format_name((enum format)f));
		between = " or ";
	}
}

/* A live case depends on the release of the program on this machine, not on the
 * recordings. */
static bool is_for_other_client(const struct campaign_config *config,
				const struct casefile *c, struct buf *out)
{
	if (config->program == NULL) {
		buf_add_text(out, "it runs Claude Code, which was not found: "
				  "install it with `" LIVE_INSTALL
				  "`, or set CLAUDE to the program's path");
		return true;
	}
	if (client_fits(&c->client, config->program_version))
		return false;
	buf_add_text(out, "it is for ");
	client_range_write(&c->client, out);
	buf_addf(out, ", and this is %s", config->program_version);
	return true;
}

static bool is_for_more_providers(const struct campaign *c,
				  const struct casefile *one, struct buf *out)
{
	size_t have = c->config->mock_count;

	if (c->config->no_mock || one->provider_count <= have)
		return false;
	buf_addf(out,
		 "it needs %u providers behind the gateway, and in this run "
		 "there %s %zu: 'providers' of the target, or of ccprobe.json, "
		 "or --provider-listen b=ADDR:PORT",
		 (unsigned)one->provider_count, have == 1 ? "is" : "are", have);
	return true;
}

/* The first named key that the case uses and the run does not have; or NULL. */
static const char *missing_key(const struct campaign_config *config,
			       const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++) {
		const struct request *r = c->steps[i].request;
		const struct live_start *l = c->steps[i].live;
		const char *key = r ? r->key : l ? l->key : NULL;

		if (key && !keyring_find(config->ring, key))
			return key;
	}
	return NULL;
}

static bool has_wish(const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++)
		if (c->steps[i].request && c->steps[i].request->wish)
			return true;
	return false;
}

bool campaign_unfit(void *arg, const struct casefile *c, struct buf *out)
{
	const struct campaign *campaign = arg;
	const char *key;

	if (c->live && is_for_other_client(campaign->config, c, out))
		return true;
	if (is_for_more_providers(campaign, c, out))
		return true;
	key = missing_key(campaign->config, c);
	if (key) {
		buf_addf(out,
			 "it needs a key '%s', which 'keys' of the target or "
			 "of ccprobe.json does not name",
			 key);
		return true;
	}
	if (has_wish(c) && !campaign->config->wishes.header &&
	    !campaign->config->wishes.member) {
		buf_add_text(out,
			     "it says in a request who may answer, and "
			     "'wishes' of the target or of ccprobe.json does "
			     "not say where this gateway reads that");
		return true;
	}
	if (c->providers == 0 || campaign->format == FORMAT_UNKNOWN ||
	    (c->providers >> campaign->format & 1) != 0)
		return false;
	buf_add_text(out, "it is for a provider of the format ");
	list_providers(c->providers, out);
	buf_addf(out, ", and this gateway's is of %s",
		 format_name(campaign->format));
	return true;
}

bool campaign_gives_away(const struct campaign *c, const char *claim)
{
	return is_among(claim, c->config->without, c->config->without_count);
}

bool campaign_lacks(void *arg, const char *claim, struct buf *out)
{
	const struct campaign *c = arg;
	const struct campaign_config *config = c->config;

	if (campaign_gives_away(c, claim)) {
		buf_addf(out, "left out by --without %s", claim);
		return true;
	}
	if (lacks_declared(config, claim, out))
		return true;
	if (offers_missing(&c->offers, claim)) {
		buf_addf(out,
			 "the gateway does not offer '%s', as was seen before "
			 "the first case",
			 claim);
		return true;
	}
	if (campaign_cannot_see(c, claim)) {
		buf_add_text(out, "without --upstream-key it is not known "
				  "which key the gateway has to use");
		return true;
	}
	return false;
}
