/*
 * Betas that Bedrock or Vertex refuses, with what each brings into the body.
 * Clients in front of a gateway send all that the Messages API has, and cannot
 * know whose model it is. What is not here goes on: it may be newer than this
 * table. None of these changes what is asked of the model, but for how much it
 * thinks at one turn.
 */
#include <string.h>

#include "gateway/bridge/bridge_private.h"

enum { BEDROCK = 1 << BRIDGE_BEDROCK, VERTEX = 1 << BRIDGE_VERTEX };
enum { BOTH = BEDROCK | VERTEX };

static const struct pair {
	const char *beta;
	unsigned vendors; /* that refuse it */
	const char *instead; /* their name for it; NULL: none */
	const char *member; /* of the body; NULL: none */
	const char *of_message; /* a member of each message; NULL: none */
} pairs[] = {
	{ "request-tags-2026-08-21", BOTH, NULL, "tags", NULL },
	{ "advanced-tool-use-2025-11-20", BOTH, "tool-search-tool-2025-10-19",
	  NULL, NULL },
	{ "per-turn-control-2026-07-01", BOTH, NULL, NULL, "output_config" },
	{ "mid-conversation-output-config-2026-07-01", BOTH, NULL, NULL,
	  "output_config" },
	{ "mid-conversation-system-clear-at-2026-08-21", BOTH, NULL, NULL,
	  "clear_at" },
	{ "mid-conversation-tool-changes-2026-07-01", BOTH, NULL, NULL, NULL },
	{ "redact-thinking-2026-02-12", BOTH, NULL, NULL, NULL },
	{ "structured-outputs-2025-11-13", BOTH, NULL, NULL, NULL },
	{ "structured-outputs-2025-12-15", BOTH, NULL, NULL, NULL },
	{ "afk-mode-2026-01-31", BOTH, NULL, NULL, NULL },
	{ "fast-mode-2026-02-01", BOTH, NULL, "speed", NULL },
	{ "token-counting-2024-11-01", BEDROCK, NULL, NULL, NULL },
	{ "web-search-2025-03-05", BEDROCK, NULL, NULL, NULL },
};

enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

struct span bridge_beta_of(enum bridge_vendor vendor, struct span beta)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (pairs[i].vendors & 1U << vendor &&
		    span_is(beta, pairs[i].beta))
			return span_of(pairs[i].instead);
	return beta;
}

bool bridge_lacks_member(enum bridge_vendor vendor, struct jval key)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (pairs[i].vendors & 1U << vendor && pairs[i].member &&
		    jscan_string_is(key, pairs[i].member))
			return true;
	return false;
}

static bool lacks_of_message(enum bridge_vendor vendor, struct jval key)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (pairs[i].vendors & 1U << vendor && pairs[i].of_message &&
		    jscan_string_is(key, pairs[i].of_message))
			return true;
	return false;
}

/* Does the vendor have all members of a message? */
static bool is_whole(enum bridge_vendor vendor, struct jval message)
{
	struct jiter it = jscan_iter(message);
	struct jval key, value;

	while (message.type == J_OBJECT && jscan_next(&it, &key, &value))
		if (lacks_of_message(vendor, key))
			return false;
	return true;
}

static bool are_whole(enum bridge_vendor vendor, struct jval messages)
{
	struct jiter it = jscan_iter(messages);
	struct jval message;

	while (messages.type == J_ARRAY && jscan_next(&it, NULL, &message))
		if (!is_whole(vendor, message))
			return false;
	return true;
}

static void write_message(enum bridge_vendor vendor, struct jval message,
			  struct buf *out)
{
	struct jiter it = jscan_iter(message);
	struct jval key, value;
	char between = '{';

	if (is_whole(vendor, message)) {
		buf_add_span(out, message.text);
		return;
	}
	while (jscan_next(&it, &key, &value)) {
		if (lacks_of_message(vendor, key))
			continue;
		buf_addf(out, "%c%.*s:", between, SPAN_ARG(key.text));
		buf_add_span(out, value.text);
		between = ',';
	}
	buf_add_text(out, between == '{' ? "{}" : "}");
}

void bridge_messages(enum bridge_vendor vendor, struct jval messages,
		     struct buf *out)
{
	struct jiter it = jscan_iter(messages);
	struct jval message;
	char between = '[';

	if (are_whole(vendor, messages)) {
		buf_add_span(out, messages.text);
		return;
	}
	while (jscan_next(&it, NULL, &message)) {
		buf_add_byte(out, between);
		write_message(vendor, message, out);
		between = ',';
	}
	buf_add_byte(out, ']');
}
