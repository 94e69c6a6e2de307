/*
 * Finds the parts that are invalid without others: a tool's result without its
 * use, a field without its beta, a choice without tools. This is done once, for
 * the given request; close.c applies it to each candidate.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/mem.h"

/* Each item of a list is compared with each of another: longer lists are not
 * read. */
#define PAIRS_LIMIT 1024

static void add_need(struct parts *ps, size_t who, size_t what, bool follows)
{
	if (who == NO_PART || what == NO_PART || who == what)
		return;
	ps->needs = mem_room(ps->needs, ps->need_count, &ps->need_cap,
			     sizeof(*ps->needs));
	ps->needs[ps->need_count++] =
		(struct need){ .who = who, .what = what, .follows = follows };
}

static struct jval text_of(const struct parts *ps, size_t object,
			   const char *key)
{
	size_t at = part_member(ps, object, key);

	if (at == NO_PART || ps->list[at].value.type != J_STRING)
		return (struct jval){ .type = J_NULL };
	return ps->list[at].value;
}

static bool is_same(struct jval a, struct jval b)
{
	return a.type == J_STRING && b.type == J_STRING &&
	       jscan_string_order(a, b) == 0;
}

/* ---- betas ---- */

static void need_betas(struct parts *ps)
{
	for (size_t i = 0; i < ps->count; i++) {
		const struct feature *e = ps->list[i].feature;

		if (e == NULL || e->betas == NULL ||
		    ps->list[i].kind == PART_BETA)
			continue;
		for (size_t b = 0; b < ps->count; b++)
			if (ps->list[b].kind == PART_BETA &&
			    span_has_word(span_of(e->betas), ' ',
					  ps->list[b].bytes))
				add_need(ps, i, b, false);
	}
}

/* ---- tools ---- */

static size_t tool_named(const struct parts *ps, size_t tools, struct jval name)
{
	const struct part *t;

	if (tools == NO_PART || name.type != J_STRING)
		return NO_PART;
	t = &ps->list[tools];
	for (size_t i = t->child; i < t->child + t->count; i++)
		if (is_same(text_of(ps, i, "name"), name))
			return i;
	return NO_PART;
}

static void need_any(struct parts *ps, size_t who, size_t list)
{
	const struct part *l;

	if (who == NO_PART || list == NO_PART)
		return;
	l = &ps->list[list];
	for (size_t i = l->child; i < l->child + l->count; i++)
		add_need(ps, who, i, false);
}

static bool is_deferred(const struct parts *ps, size_t tool)
{
	size_t at = part_member(ps, tool, "defer_loading");

	return at != NO_PART && ps->list[at].value.type == J_TRUE;
}

/* The API refuses a request whose tools are all deferred, so one that is not
 * deferred is needed. */
static void need_loaded(struct parts *ps, size_t tools)
{
	const struct part *t = &ps->list[tools];
	size_t end = t->child + t->count, loaded = NO_PART;

	for (size_t i = t->child; i < end && loaded == NO_PART; i++)
		if (!is_deferred(ps, i))
			loaded = i;
	for (size_t i = t->child; i < end; i++)
		if (is_deferred(ps, i))
			add_need(ps, part_member(ps, i, "defer_loading"),
				 loaded, false);
}

static void need_tools(struct parts *ps)
{
	size_t tools = part_member(ps, ps->body, "tools");
	size_t choice = part_member(ps, ps->body, "tool_choice");
	size_t named;

	if (tools == NO_PART)
		return;
	named = tool_named(ps, tools, text_of(ps, choice, "name"));
	if (named != NO_PART)
		add_need(ps, choice, named, false);
	else if (ps->list[tools].count < PAIRS_LIMIT)
		need_any(ps, choice, tools);
	need_loaded(ps, tools);
	for (size_t i = 0; i < ps->count; i++)
		if (ps->list[i].place == PLACE_BLOCK)
			add_need(ps, i,
				 tool_named(ps, tools,
					    text_of(ps, i, "tool_name")),
				 false);
}

/* ---- uses and results ---- */

static size_t content_of(const struct parts *ps, size_t message)
{
	size_t at = part_member(ps, message, "content");

	if (at != NO_PART && ps->list[at].count > PAIRS_LIMIT)
		return NO_PART;
	return at;
}

static size_t use_in(const struct parts *ps, size_t content, struct jval id)
{
	const struct part *c;

	if (content == NO_PART)
		return NO_PART;
	c = &ps->list[content];
	for (size_t i = c->child; i < c->child + c->count; i++)
		if (is_same(text_of(ps, i, "id"), id))
			return i;
	return NO_PART;
}

/* Pairs a result with its use, which is in the same message or one of the two
 * before it. */
static void pair_result(struct parts *ps, size_t message, size_t block)
{
	struct jval id = text_of(ps, block, "tool_use_id");
	size_t first = ps->list[ps->messages].child, use = NO_PART;

	if (id.type != J_STRING)
		return;
	for (size_t back = 0; back <= 2 && use == NO_PART; back++)
		if (message >= first + back)
			use = use_in(ps, content_of(ps, message - back), id);
	add_need(ps, block, use, false);
	add_need(ps, use, block, false);
}

static void pair_results(struct parts *ps)
{
	const struct part *m;

	if (ps->messages == NO_PART)
		return;
	m = &ps->list[ps->messages];
	for (size_t i = m->child; i < m->child + m->count; i++) {
		size_t content = content_of(ps, i);
		const struct part *c;

		if (content == NO_PART)
			continue;
		c = &ps->list[content];
		for (size_t b = c->child; b < c->child + c->count; b++)
			pair_result(ps, i, b);
		m = &ps->list[ps->messages];
	}
}

/* ---- fields ---- */

static void need_thinking(struct parts *ps)
{
	size_t field = part_member(ps, ps->body, "context_management");
	size_t edits = part_member(ps, field, "edits");
	const struct part *e;

	if (edits == NO_PART)
		return;
	e = &ps->list[edits];
	for (size_t i = e->child; i < e->child + e->count; i++) {
		struct jval type = text_of(ps, i, "type");

		if (type.type == J_STRING &&
		    span_starts(part_text(&(struct part){ .value = type }),
				"clear_thinking"))
			add_need(ps, i, part_member(ps, ps->body, "thinking"),
				 false);
	}
}

/* ---- schemas ---- */

/* The part at "#/$defs/x" in the input_schema that `part` is in. */
static size_t target_of(const struct parts *ps, size_t part, struct span ref)
{
	struct span one;
	struct buf key = BUF_INIT(BUF_NO_LIMIT);

	while (part != 0 && ps->list[part].place != PLACE_SCHEMA_TOP)
		part = ps->list[part].parent;
	if (part == 0 || !span_starts(ref, "#/"))
		return NO_PART;
	ref = span_skip(ref, 2);
	while (part != NO_PART && span_split(&ref, '/', &one)) {
		buf_reset(&key);
		buf_add_span(&key, one);
		part = part_member(ps, part, buf_str(&key));
	}
	buf_clear(&key);
	return part;
}

static void need_properties(struct parts *ps, size_t required)
{
	const struct part *r = &ps->list[required];
	size_t properties = part_member(ps, r->parent, "properties");

	if (properties == NO_PART || ps->list[properties].count > PAIRS_LIMIT ||
	    r->count > PAIRS_LIMIT)
		return;
	for (size_t i = r->child; i < r->child + r->count; i++) {
		const struct part *p = &ps->list[properties];

		for (size_t k = p->child; k < p->child + p->count; k++)
			if (is_same(ps->list[k].key, ps->list[i].value))
				add_need(ps, i, k, true);
	}
}

static void need_schemas(struct parts *ps)
{
	for (size_t i = 0; i < ps->count; i++) {
		const struct part *p = &ps->list[i];

		if (part_is(p, "$ref") && p->value.type == J_STRING)
			add_need(ps, i, target_of(ps, i, part_text(p)), false);
		if (part_is(p, "required") && p->value.type == J_ARRAY &&
		    p->parent != NO_PART &&
		    (ps->list[p->parent].place == PLACE_SCHEMA ||
		     ps->list[p->parent].place == PLACE_SCHEMA_TOP))
			need_properties(ps, i);
	}
}

static void needs_of(struct parts *ps)
{
	need_betas(ps);
	need_tools(ps);
	pair_results(ps);
	need_thinking(ps);
	need_schemas(ps);
}

void parts_of(struct parts *ps, const struct bisect_request *given)
{
	parts_read(ps, given);
	needs_of(ps);
}
