/* The freedoms that a sound gateway may take. */
#include "tests/sound/freedom.h"

#include <string.h>

static const struct {
	enum freedom bit;
	const char *name, *what;
} freedoms[] = {
	{ FREEDOM_BEARER_ONLY, "bearer-only",
	  "reads the key from Authorization only" },
	{ FREEDOM_X_API_KEY_ONLY, "x-api-key-only",
	  "reads the key from x-api-key only" },
	{ FREEDOM_MODELS_404, "models-404",
	  "has a closed list of models: another is a 404 not_found_error" },
	{ FREEDOM_MODELS_400, "models-400",
	  "the same, with 400 invalid_request_error" },
	{ FREEDOM_ALIAS, "alias",
	  "maps a model to its dated id; no other byte of a body changes" },
	{ FREEDOM_OWN_LIMITS, "own-limits",
	  "has limits of its own, told in place of the provider's" },
	{ FREEDOM_OWN_ID, "own-id",
	  "gives its own request-id in place of the provider's" },
	{ FREEDOM_OWN_X_ID, "own-x-id",
	  "gives its own x-request-id in place of the provider's id" },
	{ FREEDOM_PINGS, "pings", "adds pings between events" },
	{ FREEDOM_COMMENTS, "comments", "adds comments between events" },
	{ FREEDOM_CRLF, "crlf", "ends lines of events with CR and LF" },
	{ FREEDOM_FIRST_EVENT, "first-event",
	  "holds an answer until its first event" },
	{ FREEDOM_LATENCY, "latency",
	  "waits 0.3 s before it forwards a request" },
	{ FREEDOM_LIMIT_AWARE, "limit-aware",
	  "refuses with 429 what the account's tokens do not last for" },
	{ FREEDOM_COOL_DOWN, "cool-down",
	  "answers 503 for 10 s after its account's 429 or 529" },
	{ FREEDOM_FAILOVER, "failover",
	  "answers 502 when no provider is left that works" },
	{ FREEDOM_NO_IDENTITY, "no-identity",
	  "keeps x-app and x-stainless-* from the provider" },
	{ FREEDOM_KEPT_HOST, "kept-host",
	  "tells the provider the Host that the client wrote" },
	{ FREEDOM_NO_CHUNKS, "no-chunks",
	  "refuses chunked requests with 411, and closes after refusals" },
	{ FREEDOM_NO_CODING_400, "no-coding-400",
	  "refuses compressed requests with 400" },
	{ FREEDOM_NO_CODING_415, "no-coding-415",
	  "refuses compressed requests with 415" },
	{ FREEDOM_NO_ABSOLUTE, "no-absolute",
	  "refuses targets in absolute form with 400" },
	{ FREEDOM_NO_NAMED_FRAMING, "no-named-framing",
	  "refuses a Connection that names Host or the framing, with 400" },
	{ FREEDOM_NO_SAFEGUARDS, "no-safeguards",
	  "refuses safeguards with a 400 that names the field" },
	{ FREEDOM_DROPS_SAFEGUARDS, "drops-safeguards",
	  "leaves safeguards out of requests, with their beta" },
	{ FREEDOM_NO_THREADS, "no-threads",
	  "refuses threads with 400 capability_rejected" },
};

enum { FREEDOMS = sizeof(freedoms) / sizeof(freedoms[0]) };

bool freedom_add(unsigned *all, const char *name)
{
	for (size_t i = 0; i < FREEDOMS; i++)
		if (strcmp(freedoms[i].name, name) == 0) {
			*all |= freedoms[i].bit;
			return true;
		}
	return false;
}

void freedom_print(FILE *to)
{
	for (size_t i = 0; i < FREEDOMS; i++)
		fprintf(to, "  %-18s %s\n", freedoms[i].name, freedoms[i].what);
}
