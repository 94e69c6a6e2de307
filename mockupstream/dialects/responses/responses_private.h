/* What the files of this dialect share. Vendors and refusals are those of chat
 * completions. */
#ifndef MOCK_DIALECTS_RESPONSES_PRIVATE_H
#define MOCK_DIALECTS_RESPONSES_PRIVATE_H

#include "mockupstream/dialects/chat/chat_private.h"
#include "mockupstream/dialects/responses/responses.h"

#define RESPONSES_EFFORTS "none minimal low medium high xhigh max"

/* ---- responses_strict.c ---- */

/* What OpenAI refuses. prompt: the tokens of the request. */
int responses_strict_check(struct jval root, uint64_t prompt,
			   struct chat_refusal *why);

/* ---- responses_members.c ---- */

/* The members of the request: their names, types, ranges and words. */
int responses_members_check(struct jval root, struct chat_refusal *why);

/* What all vendors refuse: a limit that is not a number, or is below 1. */
int responses_limits_check(struct jval root, struct chat_refusal *why);

/* ---- responses_models.c ---- */

/* What some models accept and others do not. prompt: the tokens of the
 * request. */
int responses_models_check(struct jval root, uint64_t prompt,
			   struct chat_refusal *why);

/* ---- responses_tools.c ---- */

/* The tools, the choice among them, the format of the answer. */
int responses_tools_check(struct jval root, struct chat_refusal *why);

/* ---- responses_items.c ---- */

/* The items of the input: types, members, calls and their outputs, thoughts. */
int responses_items_check(struct jval root, struct chat_refusal *why);

/* ---- responses_parts.c ---- */

/* The content of a message or the output of a call, found at `place`: a text,
 * or parts of these types. */
int responses_parts_check(struct jval content, const char *place,
			  const char *types, struct chat_refusal *why);

/* ---- responses_pairs.c ---- */

/* Each call has its output, and each output its call before it. */
int responses_pairs_check(struct jval input, struct chat_refusal *why);

/* ---- responses_thoughts.c ---- */

/* Thoughts of the model, each of which must come back with the item that
 * followed it. store: the vendor keeps them, too. */
int responses_thoughts_check(struct jval input, bool store,
			     struct chat_refusal *why);

/* ---- responses_say.c ---- */

/* ask: read from the request in the form of the Messages API; root: the request
 * as it came. */
void responses_say(enum vendor vendor, const struct anthropic_ask *ask,
		   struct jval root, uint64_t number, struct reply *out);

#endif
