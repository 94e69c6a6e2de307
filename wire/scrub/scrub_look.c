/* Tells the values of a document by the rules of scrubbing, and changes
 * nothing. */
#include <stdlib.h>

#include "wire/bytes/mem.h"
#include "wire/json/jwalk.h"
#include "wire/scrub/scrub_private.h"

#define PATH_LIMIT ((size_t)64 * 1024)

struct look_walk {
	struct scrub_level levels[JSCAN_DEPTH_LIMIT + 1];
	size_t lengths[JSCAN_DEPTH_LIMIT + 1]; /* of the path so far */
	bool nested[JSCAN_DEPTH_LIMIT + 1];
	struct buf path;
};

static void add_inside(struct buf *path, struct jval string)
{
	if (string.text.len > 2)
		buf_add(path, string.text.at + 1, string.text.len - 2);
}

/* What an item of a list is called. */
static void add_item(struct buf *path, enum scrub_place place,
		     struct jval value)
{
	struct jval name;

	if (place == PLACE_TOOL && value.type == J_OBJECT) {
		buf_add_byte(path, '/');
		add_inside(path, jscan_get(value, "name"));
		return;
	}
	name = jscan_get(value, place == PLACE_MESSAGE ? "role" : "type");
	buf_add_byte(path, '[');
	if (value.type == J_OBJECT && place != PLACE_SCHEMA &&
	    name.type == J_STRING)
		add_inside(path, name);
	buf_add_byte(path, ']');
}

static void add_step(struct look_walk *l, size_t depth,
		     const struct jstop *stop, struct jval value)
{
	buf_cut(&l->path, l->lengths[depth]);
	if (depth == 0)
		return;
	if (l->levels[depth].object) {
		buf_add_byte(&l->path, '/');
		add_inside(&l->path, stop->key);
	} else {
		add_item(&l->path, l->levels[depth].rule->into, value);
	}
}

/* May the text of this value be anything? Unknown values are treated as when
 * they are scrubbed: only known words and numbers are not. */
static bool is_open(const struct scrub_rule *rule, struct jval value)
{
	struct span text = value.text;

	if (value.type != J_STRING)
		return false;
	text = span_make(text.at + 1, text.len - 2);
	switch (rule->what) {
	case WHAT_TEXT:
	case WHAT_NAME:
	case WHAT_ID:
	case WHAT_SESSION:
	case WHAT_BLOB:
	case WHAT_MEDIA:
	case WHAT_USER:
	case WHAT_FRAGMENT:
		return true;
	case WHAT_UNKNOWN:
		return !scrub_words_known(text) && !scrub_words_number(text) &&
		       !scrub_words_dated(text);
	default:
		return false;
	}
}

static void step(struct look_walk *l, const struct jwalk *walk,
		 const struct jstop *stop, const char *end, scrub_seen_fn *fn,
		 void *arg)
{
	bool opens = *stop->at == '{' || *stop->at == '[';
	size_t depth = opens ? walk->depth - 1 : walk->depth;
	const struct scrub_rule *rule =
		scrub_rules_find(&l->levels[depth], stop->key);
	struct jval value = jscan_value(stop->at, end);
	bool nested = l->nested[depth];

	add_step(l, depth, stop, value);
	fn(arg, &(struct scrub_seen){ .path = buf_span(&l->path),
				      .key = stop->key,
				      .value = value,
				      .opens = opens,
				      .open = nested || is_open(rule, value),
				      .nested = nested });
	if (!opens)
		return;
	l->levels[depth + 1] =
		(struct scrub_level){ .rule = rule,
				      .place = rule->into,
				      .object = value.type == J_OBJECT };
	l->lengths[depth + 1] = l->path.len;
	l->nested[depth + 1] = nested || rule->into == PLACE_FREE;
}

bool scrub_look(struct span body, scrub_seen_fn *fn, void *arg)
{
	static const struct scrub_rule root = { .place = PLACE_ROOT,
						.what = WHAT_TEXT,
						.into = PLACE_ROOT };
	struct look_walk *l;
	struct jval doc;
	struct jwalk walk;
	struct jstop stop;

	if (jscan(body, &doc, NULL) < 0)
		return false;
	l = xcalloc(1, sizeof(*l));
	buf_init(&l->path, PATH_LIMIT);
	l->levels[0] = (struct scrub_level){ .rule = &root };
	jwalk_init(&walk, doc);
	while (jwalk_next(&walk, &stop))
		step(l, &walk, &stop, doc.text.at + doc.text.len, fn, arg);
	buf_clear(&l->path);
	free(l);
	return true;
}
