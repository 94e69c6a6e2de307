/*
 * Betas that Bedrock or Vertex refuses, with the members that each adds to the
 * body. A client of a gateway sends all that the Messages API has, since it
 * cannot know whose model answers. A beta that is not in the table is passed
 * on: it may be newer than the table. Leaving these out changes nothing that is
 * asked of the model, except how much it thinks in one turn.
 */
#include <string.h>

#include "gateway/bridge/bridge_private.h"

enum { BEDROCK = 1 << BRIDGE_BEDROCK, VERTEX = 1 << BRIDGE_VERTEX };
enum { BOTH = BEDROCK | VERTEX };

static const struct bridge_pair {
	const char *beta;
	unsigned vendors; /* those that refuse it */
	const char *instead; /* their name for it; NULL: none */
	const char *member; /* of the body; NULL: none */
	const char *of_message; /* a member of each message; NULL: none */
	const char *of_cache; /* of every cache_control */
} pairs[] = {
	{ "request-tags-2026-08-21", BOTH, NULL, "tags", NULL, NULL },
	{ "advanced-tool-use-2025-11-20", BOTH, "tool-search-tool-2025-10-19",
	  NULL, NULL, NULL },
	{ "per-turn-control-2026-07-01", BOTH, NULL, NULL, "output_config",
	  NULL },
	{ "mid-conversation-output-config-2026-07-01", BOTH, NULL, NULL,
	  "output_config", NULL },
	{ "mid-conversation-system-clear-at-2026-08-21", BOTH, NULL, NULL,
	  "clear_at", NULL },
	{ "mid-conversation-tool-changes-2026-07-01", BOTH, NULL, NULL, NULL,
	  NULL },
	{ "redact-thinking-2026-02-12", BOTH, NULL, NULL, NULL, NULL },
	{ "structured-outputs-2025-11-13", BOTH, NULL, NULL, NULL, NULL },
	{ "structured-outputs-2025-12-15", BOTH, NULL, NULL, NULL, NULL },
	{ "afk-mode-2026-01-31", BOTH, NULL, NULL, NULL, NULL },
	{ "prompt-caching-scope-2026-01-05", BOTH, NULL, NULL, NULL, "scope" },
	{ "fast-mode-2026-02-01", BOTH, NULL, "speed", NULL, NULL },
	{ "message-threads-2026-08-12", BOTH, NULL, NULL, NULL, NULL },
	{ "dangerous-tool-use-2026-09-03", BOTH, NULL, NULL, NULL, NULL },
	{ "token-counting-2024-11-01", BEDROCK, NULL, NULL, NULL, NULL },
	{ "web-search-2025-03-05", BEDROCK, NULL, NULL, NULL, NULL },
};

enum { PAIRS = sizeof(pairs) / sizeof(pairs[0]) };

/*
 * Members that change the answer and that neither vendor has: the request is
 * refused. The SDKs look for the name of the beta in the refusal, and then send
 * the whole conversation; Claude Code looks for the name of the field, and asks
 * again without it.
 */
static const struct {
	const char *name, *words;
} foreign[] = {
	{ "thread", " (capability_rejected: beta_header:"
		    "message-threads-2026-08-12)" },
	{ "safeguards", "" },
};

int bridge_check_members(struct jval root, struct fail *why)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (jscan_get(root, foreign[i].name).text.at)
			return fail_set(why, FAIL_USAGE,
					"%s: the provider of this model does "
					"not offer it%s",
					foreign[i].name, foreign[i].words);
	return 0;
}

struct span bridge_beta_of(enum bridge_vendor vendor, struct span beta)
{
	for (size_t i = 0; i < PAIRS; i++)
		if (pairs[i].vendors & 1U << vendor &&
		    span_is(beta, pairs[i].beta))
			return span_of(pairs[i].instead);
	return beta;
}

/* The object that a member belongs to. */
enum bridge_place { OF_BODY, OF_MESSAGE, OF_BLOCK, OF_RESULT, OF_CACHE };

static const char *member_of(const struct bridge_pair *p,
			     enum bridge_place place)
{
	switch (place) {
	case OF_BODY:
		return p->member;
	case OF_MESSAGE:
		return p->of_message;
	case OF_CACHE:
		return p->of_cache;
	default:
		return NULL;
	}
}

static bool lacks(enum bridge_vendor vendor, enum bridge_place place,
		  struct jval key)
{
	for (size_t i = 0; i < PAIRS; i++) {
		const char *member = member_of(&pairs[i], place);

		if (pairs[i].vendors & 1U << vendor && member &&
		    jscan_string_is(key, member))
			return true;
	}
	return false;
}

bool bridge_lacks_member(enum bridge_vendor vendor, struct jval key)
{
	return lacks(vendor, OF_BODY, key);
}

/* The place of the value of a member, if its members have to be looked at;
 * OF_BODY: they need not be. Inputs of tools are never looked at. */
static enum bridge_place inside(enum bridge_place place, struct jval key)
{
	if (place == OF_BODY)
		return jscan_string_is(key, "messages") ? OF_MESSAGE
		       : jscan_string_is(key, "system") ||
				       jscan_string_is(key, "tools")
			       ? OF_BLOCK
			       : OF_BODY;
	if (jscan_string_is(key, "content"))
		return place == OF_MESSAGE ? OF_BLOCK
		       : place == OF_BLOCK ? OF_RESULT
					   : OF_BODY;
	return (place == OF_BLOCK || place == OF_RESULT) &&
			       jscan_string_is(key, "cache_control")
		       ? OF_CACHE
		       : OF_BODY;
}

static bool is_whole(enum bridge_vendor vendor, enum bridge_place place,
		     struct jval v);

static bool is_whole_member(enum bridge_vendor vendor, enum bridge_place place,
			    struct jval key, struct jval value)
{
	enum bridge_place within = inside(place, key);

	return !lacks(vendor, place, key) &&
	       (within == OF_BODY || is_whole(vendor, within, value));
}

/* Does the vendor take all members of this value, or of each item of this
 * list? */
static bool is_whole(enum bridge_vendor vendor, enum bridge_place place,
		     struct jval v)
{
	struct jiter it = jscan_iter(v);
	struct jval key, value;

	while (jscan_next(&it, &key, &value))
		if (v.type == J_ARRAY
			    ? value.type == J_OBJECT &&
				      !is_whole(vendor, place, value)
			    : !is_whole_member(vendor, place, key, value))
			return false;
	return true;
}

static void write_value(enum bridge_vendor vendor, enum bridge_place place,
			struct jval v, struct buf *out)
{
	bool list = v.type == J_ARRAY;
	struct jiter it = jscan_iter(v);
	struct jval key, value;
	const char *between = "";
	enum bridge_place within;

	if (place == OF_BODY || is_whole(vendor, place, v)) {
		buf_add_span(out, v.text);
		return;
	}
	buf_add_byte(out, list ? '[' : '{');
	while (jscan_next(&it, &key, &value)) {
		if (!list && lacks(vendor, place, key))
			continue;
		buf_add_text(out, between);
		if (!list)
			buf_addf(out, "%.*s:", SPAN_ARG(key.text));
		within = !list                    ? inside(place, key)
			 : value.type == J_OBJECT ? place
						  : OF_BODY;
		write_value(vendor, within, value, out);
		between = ",";
	}
	buf_add_byte(out, list ? ']' : '}');
}

void bridge_write_member(enum bridge_vendor vendor, struct jval key,
			 struct jval value, struct buf *out)
{
	buf_addf(out, "%.*s:", SPAN_ARG(key.text));
	write_value(vendor, inside(OF_BODY, key), value, out);
}
