/* The table of claims. */
#include "probe/suite/claims.h"

#include <string.h>

#include "wire/bytes/near.h"
#include "wire/bytes/wrap.h"

const struct claim claims[] = {
	{ "relays", "passes requests and answers of /v1/messages through",
	  "Nothing that Claude Code asks comes to a model and back through "
	  "it.",
	  NULL },
	{ "cancels",
	  "ends the provider's request as soon as the client has "
	  "left, also while it only waits for the provider",
	  "A turn that the user has broken off runs on at the provider, and is "
	  "paid for.",
	  NULL },
	{ "authenticates",
	  "refuses requests without a good credential by itself",
	  "It does not know its users: a bad key is refused by the provider, "
	  "or by nobody.",
	  NULL },
	{ "replaces-key",
	  "uses its own credential upstream, never the client's",
	  "Every user needs a key of the provider, since the one that the "
	  "client shows goes there.",
	  NULL },
	{ "own-errors", "answers its own failures in Anthropic's error shape",
	  "When the gateway itself fails, the user reads a status, and not "
	  "why.",
	  NULL },
	{ "keeps-5xx", "passes the provider's 5xx statuses and words on",
	  "The user does not read what the provider says of its trouble, and "
	  "the client cannot tell an overload from a defect.",
	  NULL },
	{ "filters-headers",
	  "keeps connection-scoped and proxy headers from the upstream, "
	  "cookies from the client",
	  "The provider is told of the network that the user is in, and its "
	  "cookies come to the client.",
	  NULL },
	{ "strict-framing",
	  "refuses requests whose length two readers could "
	  "understand in two ways",
	  "A request that two readers understand in two ways goes through; "
	  "what one of them takes for the next may be run as another user's.",
	  NULL },
	{ "bedrock-streams",
	  "passes the binary event streams of a Bedrock front on",
	  "Users who set CLAUDE_CODE_USE_BEDROCK get no answer that their "
	  "client can read.",
	  NULL },
	{ "early-heads",
	  "passes the head of a stream on before its first "
	  "event is there",
	  "Until the first event comes the client sees no sign of life, and "
	  "counts the wait against its time limit.",
	  NULL },
	{ "stream-bytes",
	  "passes event streams on byte for byte, and adds no "
	  "pings, comments or line ends of its own",
	  "The client reads events that the gateway has written: what the "
	  "gateway does not know of may be missing.",
	  NULL },
	{ "takes-bearer", "reads the key from Authorization: Bearer", NULL,
	  NULL },
	{ "takes-x-api-key", "reads the key from x-api-key", NULL, NULL },
	{ "count-tokens",
	  "serves /v1/messages/count_tokens, or what "
	  "stands for it in the client's format",
	  NULL, NULL },
	{ "models", "serves /v1/models", NULL, NULL },
	{ "sigv4", "takes requests that the client signs for Amazon", NULL,
	  "bedrock" },
	{ "size-limit",
	  "takes bodies up to 32 MB and refuses larger ones with "
	  "413",
	  NULL, NULL },
	{ "unknown-models",
	  "passes models that it does not know on to the provider", NULL,
	  NULL },
	{ "compressed-requests", "takes requests with a content-encoding", NULL,
	  NULL },
	{ "safeguards",
	  "carries safeguards: the field, its beta, and what the "
	  "provider says to them",
	  NULL, NULL },
	{ "threads",
	  "carries threads: the field with its beta, a turn to the "
	  "credential of the turn before",
	  NULL, NULL },
	{ "sign-in",
	  "lets users sign in with the device flow, and serves what goes with "
	  "it: settings of the organization, telemetry",
	  NULL, NULL },
	{ "relays-limits",
	  "passes the provider's anthropic-ratelimit fields on", NULL, NULL },
	{ "keeps-request-id", "passes the provider's request-id on", NULL,
	  NULL },
	{ .name = NULL, NULL },
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
	}
}
