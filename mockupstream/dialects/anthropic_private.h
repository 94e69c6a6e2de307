/* What the files of this dialect share. */
#ifndef MOCK_DIALECTS_ANTHROPIC_PRIVATE_H
#define MOCK_DIALECTS_ANTHROPIC_PRIVATE_H

#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/dialects/strict.h"
#include "wire/json/jscan.h"

/* Makes the reply's body of what `json` holds, which is taken. */
void anthropic_json(struct reply *out, int status, struct buf *json);

/* ---- anthropic_ask.c: what a message request asks for ---- */

struct tool_call {
	struct span name, input; /* of the ask's prompt text */
};

enum { ASK_CALLS_LIMIT = 64 };

struct anthropic_ask {
	struct buf model;
	int64_t max_tokens;
	bool stream, thinking, omitted; /* thinking text is left out */
	bool redacted; /* thinking comes as a redacted block */
	struct buf prompt; /* the newest user text */
	struct buf plan; /* the newest user text with tool markers */
	struct tool_call calls[ASK_CALLS_LIMIT]; /* of the plan */
	size_t calls_count;
	size_t results; /* tool results behind the plan */
	size_t tries; /* markers looked at; there is a limit */
	uint32_t pace_ms; /* between the events of a stream */
	enum safeguards safeguards; /* NONE where none are asked for */
};

void anthropic_ask_init(struct anthropic_ask *a);
void anthropic_ask_clear(struct anthropic_ask *a);

/*
 * Reads the body (`root`, checked JSON). -1: it is refused, and `why` says
 * so in the words of the API. `counting`: count_tokens needs no max_tokens.
 */
int anthropic_ask_read(struct anthropic_ask *a, struct jval root, bool counting,
		       struct fail *why);

/* The tool to be called now, or NULL. */
const struct tool_call *anthropic_ask_call(const struct anthropic_ask *a);

/* ---- anthropic_safeguards.c: verdicts on tool calls ---- */

/* NONE, unless the request asks for them by its field and its beta. */
enum safeguards anthropic_safeguards_of(const struct anthropic_request *r,
					struct jval root);

/*
 * Appends the member "safeguard_results" with a comma before it: a verdict on
 * the call of this id (empty: no tool is called).
 */
void anthropic_safeguards_write(enum safeguards what, struct span tool_id,
				struct buf *to);

/* ---- anthropic_cache.c: tokens and the prompt cache ---- */

struct usage {
	uint64_t input, created, cached, output;
	uint64_t created_1h; /* of created; the rest is for 5 minutes */
};

/* About a token for four bytes of tools, system and messages; 1 at least. */
uint64_t anthropic_tokens(struct jval root);

/* Splits the input tokens by what is in the cache, and fills the cache. */
void anthropic_usage(struct anthropic *a, const struct anthropic_request *r,
		     struct jval root, struct usage *out);

/* ---- anthropic_say.c: the answer ---- */

/* binding: what a thinking block is bound to; NULL: to nothing. */
void anthropic_say(const struct anthropic_ask *a, const struct usage *usage,
		   const struct binding *binding, uint64_t number,
		   struct reply *out);

/* ---- anthropic_models.c ---- */

/* GET /v1/models (id is empty) and GET /v1/models/ID. */
void anthropic_models(const struct anthropic_request *r, struct span id,
		      struct reply *out);

#endif
