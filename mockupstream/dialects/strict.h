/*
 * The strict personality of the provider ("provider": "strict", --strict): it
 * refuses what the real API refuses, while the lenient one answers anything. It
 * checks, in this order:
 *
 *   - the version is known, and nothing is there that it does not take;
 *   - the values of anthropic-beta have the form name-YYYY-MM-DD;
 *   - fields and block types are known, at the top and inside, and a field
 *     that belongs to a beta has that beta in the header (the other way round
 *     is fine); so new fields of a new client have to be added here;
 *   - four cache markers at most, none of 1h after one of 5m;
 *   - every tool_use has its tool_result at the front of the next message, and
 *     every tool_result its tool_use;
 *   - thinking blocks are unchanged, after the prefix that they were made for
 *     (strict_bind.c);
 *   - the model exists, and the prompt and max_tokens fit its context.
 *
 * The API's own words are used where they are known.
 */
#ifndef MOCK_DIALECTS_STRICT_H
#define MOCK_DIALECTS_STRICT_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/http/http.h"
#include "wire/json/jscan.h"

/*
 * Checks the body of a message or count_tokens request that is asked with a
 * credential of `account`. 0, or the status of the refusal, and `why` has its
 * message.
 */
int strict_check(const struct headers *headers, struct jval root, bool counting,
		 uint64_t account, struct fail *why);

/* The number of the account with this name; 0 for NULL. */
uint64_t strict_account(const char *name);

/* What a thinking block is bound to: everything before its turn, and the
 * account that signed it. */
struct binding {
	uint64_t system, tools, messages, account;
};

/* The binding of the turn that would answer the request. */
void strict_bind(struct jval root, uint64_t account, struct binding *out);

/*
 * Appends the signature (base64) of the first block of the answer, a thinking
 * block: it holds the binding and a hash of the block's text. `redacted`: it is
 * the data of a redacted block. `salt` makes it different from others.
 */
void strict_sign(const struct binding *b, struct span text, bool redacted,
		 uint64_t salt, struct buf *out);

/*
 * Appends the id of a tool call. It depends on the signature of the thinking
 * block before it (empty: none), so that we notice if that block is removed.
 */
void strict_tool_id(struct span signature, uint64_t number, struct buf *out);

#endif
