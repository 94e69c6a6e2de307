/* The table of claims. */
#include "probe/suite/claims.h"

#include <string.h>

#include "wire/bytes/near.h"
#include "wire/bytes/wrap.h"

const struct claim claims[] = {
	{ "relays", "passes requests and answers of /v1/messages through" },
	{ "cancels", "ends the provider's request as soon as the client has "
		     "left, also while it only waits for the provider" },
	{ "authenticates",
	  "refuses requests without a good credential by itself" },
	{ "replaces-key",
	  "uses its own credential upstream, never the client's" },
	{ "own-errors", "answers its own failures in Anthropic's error shape" },
	{ "keeps-5xx", "passes the provider's 5xx statuses and words on" },
	{ "filters-headers",
	  "keeps connection-scoped and proxy headers from the upstream, "
	  "cookies from the client" },
	{ "strict-framing", "refuses requests whose length two readers could "
			    "understand in two ways" },
	{ "bedrock-streams",
	  "passes the binary event streams of a Bedrock front on" },
	{ "early-heads", "passes the head of a stream on before its first "
			 "event is there" },
	{ "stream-bytes", "passes event streams on byte for byte, and adds no "
			  "pings, comments or line ends of its own" },
	{ "takes-bearer", "reads the key from Authorization: Bearer" },
	{ "takes-x-api-key", "reads the key from x-api-key" },
	{ "count-tokens", "serves /v1/messages/count_tokens" },
	{ "models", "serves /v1/models" },
	{ "size-limit", "takes bodies up to 32 MB and refuses larger ones with "
			"413" },
	{ "unknown-models",
	  "passes models that it does not know on to the provider" },
	{ "compressed-requests", "takes requests with a content-encoding" },
	{ "safeguards", "carries safeguards: the field, its beta, and what the "
			"provider says to them" },
	{ "relays-limits",
	  "passes the provider's anthropic-ratelimit fields on" },
	{ "keeps-request-id", "passes the provider's request-id on" },
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
	}
}
