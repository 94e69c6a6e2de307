/*
 * Safeguards: a request that asks for them (the field, and its beta) gets a
 * verdict on each tool call of the answer, keyed by the call's id. The form was
 * measured with Claude Code 2.1.332; that of "unavailable" is a guess.
 */
#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/dialects/betas.h"

#define KIND "dangerous_tool_use"

static bool asks_for(struct jval safeguards)
{
	struct jiter it = jscan_iter(safeguards);
	struct jval key, item, type;

	while (safeguards.type == J_ARRAY && jscan_next(&it, &key, &item))
		if (item.type == J_OBJECT &&
		    jscan_member(item, "type", &type) &&
		    jscan_string_is(type, KIND))
			return true;
	return false;
}

enum safeguards anthropic_safeguards_of(const struct anthropic_request *r,
					struct jval root)
{
	struct jval safeguards;

	if (!jscan_member(root, "safeguards", &safeguards) ||
	    !asks_for(safeguards) ||
	    !headers_has_token(&r->head->headers, "anthropic-beta",
			       BETA_SAFEGUARDS))
		return SAFEGUARDS_NONE;
	return r->safeguards;
}

void anthropic_safeguards_write(enum safeguards what, const struct said *said,
				struct buf *to)
{
	size_t count = 0;

	if (what == SAFEGUARDS_NONE)
		return;
	buf_add_text(to, ",\"safeguard_results\":[{\"type\":\"" KIND
			 "\",\"status\":{\"type\":");
	if (what == SAFEGUARDS_UNAVAILABLE) {
		buf_add_text(to, "\"unavailable\"}}]");
		return;
	}
	buf_add_text(to, "\"available\",\"tool_uses\":{");
	for (size_t i = 0; i < said->count; i++) {
		if (said->blocks[i].kind != SAID_TOOL)
			continue;
		if (count++ > 0)
			buf_add_byte(to, ',');
		jscan_quote(to, buf_span(&said->blocks[i].id));
		buf_addf(to, ":{\"type\":\"evaluated\",\"outcome\":\"%s\"}",
			 what == SAFEGUARDS_FLAGGED ? "flagged"
						    : "not_flagged");
	}
	buf_add_text(to, "}}}]");
}
