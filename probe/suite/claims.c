/* The table of claims, with what a user misses without each. */
#include "probe/suite/claims.h"

#include <string.h>

#include "wire/bytes/near.h"
#include "wire/bytes/wrap.h"

const struct claim claims[] = {
	{ "relays", "passes requests and answers of /v1/messages through",
	  "No request of Claude Code reaches a model through it.", NULL,
	  false },
	{ "cancels",
	  "ends the provider's request as soon as the client has "
	  "left, also while it only waits for the provider",
	  "A turn that the user has cancelled goes on at the provider, and is "
	  "paid for.",
	  NULL, false },
	{ "authenticates",
	  "refuses requests without a good credential by itself",
	  "It does not know its users: a bad key is refused by the provider, "
	  "or by nobody.",
	  NULL, false },
	{ "replaces-key",
	  "uses its own credential upstream, never the client's",
	  "Every user needs a key of the provider, since the one that the "
	  "client shows goes there.",
	  NULL, false },
	{ "own-errors", "answers its own failures in Anthropic's error shape",
	  "When the gateway itself fails, the user sees a status, and no "
	  "reason.",
	  NULL, false },
	{ "keeps-5xx", "passes the provider's 5xx statuses and words on",
	  "The user does not read what the provider says of its trouble, and "
	  "the client cannot tell an overload from a defect.",
	  NULL, false },
	{ "filters-headers",
	  "keeps connection-scoped and proxy headers from the upstream, "
	  "cookies from the client",
	  "The provider is told of the network that the user is in, and its "
	  "cookies come to the client.",
	  NULL, false },
	{ "strict-framing",
	  "refuses requests whose length two readers could "
	  "understand in two ways",
	  "A request that two readers understand in two ways goes through; "
	  "what one of them takes for the next may be run as another user's.",
	  NULL, false },
	{ "bedrock-streams", "passes Bedrock's binary event streams on",
	  "Users who set CLAUDE_CODE_USE_BEDROCK get no answer that their "
	  "client can read.",
	  NULL, false },
	{ "early-heads",
	  "passes the head of a stream on before its first "
	  "event is there",
	  "Until the first event comes the client sees no sign of life, and "
	  "counts the wait against its time limit.",
	  NULL, false },
	{ "stream-bytes",
	  "passes event streams on byte for byte, and adds no "
	  "pings, comments or line ends of its own",
	  "The client reads events that the gateway has written: what the "
	  "gateway does not know of may be missing.",
	  NULL, false },
	{ "takes-bearer", "reads the key from Authorization: Bearer", NULL,
	  NULL, false },
	{ "takes-x-api-key", "reads the key from x-api-key", NULL, NULL,
	  false },
	{ "count-tokens",
	  "serves /v1/messages/count_tokens, or its counterpart in the "
	  "client's format",
	  NULL, NULL, false },
	{ "models", "serves /v1/models", NULL, NULL, false },
	{ "sigv4", "takes requests that the client signs for Amazon", NULL,
	  "bedrock", false },
	{ "size-limit",
	  "takes bodies up to 32 MB and refuses larger ones with "
	  "413",
	  NULL, NULL, false },
	{ "unknown-models",
	  "passes models that it does not know on to the provider", NULL, NULL,
	  false },
	{ "compressed-requests", "takes requests with a content-encoding", NULL,
	  NULL, false },
	{ "safeguards",
	  "supports safeguards: passes the field, its beta, and the provider's "
	  "results",
	  NULL, NULL, false },
	{ "threads",
	  "supports threads: passes the field with its beta, and sends a turn "
	  "with the credential of the turn before",
	  NULL, NULL, false },
	{ "sign-in",
	  "lets users sign in with the device flow, and serves what goes with "
	  "it: settings of the organization, telemetry",
	  NULL, NULL, false },
	{ "relays-limits",
	  "passes the provider's anthropic-ratelimit fields on", NULL, NULL,
	  false },
	{ "keeps-request-id", "passes the provider's request-id on", NULL, NULL,
	  false },
	{ "failover",
	  "asks another provider when the one that it asked cannot be "
	  "reached, or answers 408, 429 or 5xx",
	  "A turn fails with the provider that was asked, though another one "
	  "could have answered it.",
	  NULL, true },
	{ "failover-streams",
	  "asks another provider when a stream begins with an error, or ends "
	  "without an event",
	  "An error inside a stream reaches the user, though another provider "
	  "could have answered.",
	  NULL, true },
	{ "provider-health",
	  "asks a provider that failed in the last 30 seconds after the others",
	  "Each turn waits for a provider that is known to be down.", NULL,
	  true },
	{ "sticky-sessions", "stays with one provider for a session",
	  "The prompt cache is lost each time another provider answers.", NULL,
	  true },
	{ "routed-models", "has models that only some providers answer",
	  "There is no way to say which providers a model comes from.", NULL,
	  true },
	{ "provider-choice",
	  "lets it be said which providers may answer, and in which order",
	  "Requests go to providers that the user did not choose.", NULL,
	  true },
	{ "price-weights",
	  "asks the cheaper of two providers more often, or always",
	  "Most requests are paid at the price of the dearer provider.", NULL,
	  true },
	{ "measured-sorts",
	  "asks first who was the fastest, or the soonest, in the last "
	  "answers",
	  "Requests wait for slow providers though it was said that the "
	  "fastest should answer.",
	  NULL, true },
	{ "budgets", "refuses a key whose budget is spent with a billing_error",
	  "Nobody is stopped before the money is spent.", NULL, true },
	{ "budget-warnings",
	  "tells in each answer how much of a budget is used, by "
	  "anthropic-ratelimit-unified fields",
	  "A session stops in the middle of work, without a warning.", NULL,
	  true },
	{ "rate-limits",
	  "refuses requests beyond what a key may send a minute, or at once, "
	  "with 429",
	  "One user can use up the quota of all.", NULL, true },
	{ "key-usage",
	  "tells a key at GET /api/v1/auth/key what it has spent, up to the "
	  "last answer that has ended",
	  "A status line cannot show what was spent.", NULL, true },
	{ "usage-limits",
	  "tells a key at GET /api/oauth/usage how much of its budget is used",
	  "The client's /usage shows nothing.", NULL, true },
	{ "key-models",
	  "lists at /v1/models what the key may ask for, and refuses other "
	  "models",
	  "The model picker offers models that are then refused.", NULL, true },
	{ "listed-models",
	  "lists at /v1/models the models that it is configured for, and "
	  "answers 404 for others",
	  "Requests for unknown models go to a provider, and the picker shows "
	  "that provider's models.",
	  NULL, true },
	{ "model-aliases", "knows models by names of its own",
	  "A name that a team agreed on is not found.", NULL, true },
	{ "model-prefixes",
	  "takes anthropic/ off a model's name, and reads ~claude-opus-latest "
	  "as the newest of a family",
	  "Names that guides of gateways tell are not found.", NULL, true },
	{ "model-suffixes",
	  "takes :nitro, :floor, :free and [1m] off a model's name",
	  "Names that guides of gateways tell are not found.", NULL, true },
	{ .name = NULL },
};

#define CLAIMS (sizeof(claims) / sizeof(claims[0]))

size_t claims_count(void)
{
	return CLAIMS - 1;
}

const struct claim *claims_find(const char *name)
{
	for (const struct claim *c = claims; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

int claims_check(const char *where, const char *name, struct fail *f)
{
	const char *names[CLAIMS] = { NULL };
	const char *near;

	if (claims_find(name) != NULL)
		return 0;
	for (size_t i = 0; i + 1 < CLAIMS; i++)
		names[i] = claims[i].name;
	near = near_word(name, names);
	return fail_set(f, FAIL_USAGE, "%s: no claim '%s'%s%s%s", where, name,
			near != NULL ? "; did you mean '" : "",
			near != NULL ? near : "",
			near != NULL ? "'?"
				     : "; `ccprobe explain claims` lists them");
}

void claims_list(struct buf *out)
{
	for (const struct claim *c = claims; c->name != NULL; c++) {
		buf_addf(out, "%s\n", c->name);
		wrap_words(out, 2, c->means);
		if (c->declared)
			buf_add_text(out, "  Asked of a gateway only if it is "
					  "declared.\n");
	}
}
