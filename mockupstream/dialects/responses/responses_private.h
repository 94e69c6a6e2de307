/* What the files of this dialect share. The vendor is that of chat completions,
 * and so are its refusals. */
#ifndef MOCK_DIALECTS_RESPONSES_PRIVATE_H
#define MOCK_DIALECTS_RESPONSES_PRIVATE_H

#include "mockupstream/dialects/chat/chat_private.h"
#include "mockupstream/dialects/responses/responses.h"

/* ---- responses_say.c ---- */

/* ask: of the request's plain form; root: the request as it came. */
void responses_say(enum vendor vendor, const struct anthropic_ask *ask,
		   struct jval root, uint64_t number, struct reply *out);

#endif
