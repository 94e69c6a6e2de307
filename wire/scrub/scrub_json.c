/* Scrubs a document in one walk. */
#include <string.h>

#include "wire/json/jwalk.h"
#include "wire/scrub/scrub_private.h"

/* Is this a tool of the client itself, or of the API? The values in its schema
 * are the same for everybody. Those of StructuredOutput are the user's. */
static bool is_own(struct jval tool)
{
	struct jval name = jscan_get(tool, "name");

	return name.type == J_STRING &&
	       !jscan_string_is(name, "StructuredOutput") &&
	       scrub_words_tool(span_make(name.text.at + 1, name.text.len - 2));
}

static void enter(struct scrub *s, struct scrub_level *l,
		  const struct scrub_rule *rule, const char *at,
		  const char *end)
{
	*l = (struct scrub_level){ .rule = rule,
				   .place = rule->into,
				   .object = *at == '{' };
	if (l->object && l->place == PLACE_TOOL)
		s->own_tool = is_own(jscan_value(at, end));
	else if (l->place == PLACE_SCHEMA && rule->place == PLACE_CONFIG)
		s->own_tool = false;
}

static void scalar(struct scrub *s, const struct scrub_rule *rule,
		   const struct jstop *stop, const char *end)
{
	struct jval value = jscan_value(stop->at, end);

	if (value.type == J_STRING)
		scrub_value(s, value.text, rule->what);
	else if (value.type == J_NUMBER && rule->place == PLACE_UNKNOWN)
		scrub_value_number(value.text, stop->key);
}

bool scrub_json(struct scrub *s, char *at, size_t len, enum scrub_place place)
{
	struct scrub_rule root = { .place = place,
				   .what = WHAT_TEXT,
				   .into = place };
	struct scrub_level levels[JSCAN_DEPTH_LIMIT + 1];
	struct jval doc;
	struct jwalk walk;
	struct jstop stop;
	const char *end;

	if (jscan(span_make(at, len), &doc, NULL) < 0 || doc.type < J_ARRAY)
		return false;
	end = doc.text.at + doc.text.len;
	levels[0] = (struct scrub_level){ .rule = &root };
	jwalk_init(&walk, doc);
	while (jwalk_next(&walk, &stop)) {
		bool opens = *stop.at == '{' || *stop.at == '[';
		size_t depth = opens ? walk.depth - 1 : walk.depth;
		const struct scrub_rule *rule =
			scrub_rules_find(&levels[depth], stop.key);

		if (opens)
			enter(s, &levels[depth + 1], rule, stop.at, end);
		else
			scalar(s, rule, &stop, end);
		if (levels[depth].object)
			scrub_value_key(s, stop.key.text);
	}
	return true;
}
