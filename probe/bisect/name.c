/*
 * Names a part of a request as people do: a tool by its name, a message by its
 * number (from 1) and role, a header field, a beta.
 */
#include <string.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/print.h"

#define TEXT_SHOWN 60

static void add_text(struct jval string, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (string.type == J_STRING)
		jscan_string(string, &text);
	print_bytes(buf_span(&text), TEXT_SHOWN, out);
	buf_clear(&text);
}

static void add_member(const struct parts *ps, size_t object, const char *key,
		       struct buf *out)
{
	size_t at = part_member(ps, object, key);

	if (at != NO_PART)
		add_text(ps->list[at].value, out);
}

/* Writes the path from an outer part to one in it: "a.b[0]". */
static void add_path(const struct parts *ps, size_t outer, size_t part,
		     struct buf *out)
{
	const struct part *p = &ps->list[part];

	if (part == outer)
		return;
	add_path(ps, outer, p->parent, out);
	if (p->key.text.len == 0) {
		buf_addf(out, "[%zu]", p->index);
		return;
	}
	buf_add_text(out, p->parent == outer ? "" : ".");
	add_text(p->key, out);
}

static void add_rest(const struct parts *ps, size_t outer, size_t part,
		     struct buf *out)
{
	if (part == outer)
		return;
	buf_add_text(out, ": ");
	add_path(ps, outer, part, out);
}

/* The innermost part around this one (or itself) that has a name. */
static size_t named_around(const struct parts *ps, size_t part)
{
	for (; part != NO_PART; part = ps->list[part].parent) {
		const struct part *p = &ps->list[part];

		if (p->place == PLACE_TOOL && p->kind == PART_ITEM)
			return part;
		if (p->kind == PART_ITEM && p->place == PLACE_BLOCK)
			return part;
		if (p->kind == PART_ITEM && p->place == PLACE_MESSAGE)
			return part;
		if (p->kind == PART_MEMBER &&
		    ps->list[p->parent].kind == PART_BODY)
			return part;
	}
	return NO_PART;
}

static size_t message_around(const struct parts *ps, size_t part)
{
	while (part != NO_PART && (ps->list[part].kind != PART_ITEM ||
				   ps->list[part].place != PLACE_MESSAGE))
		part = ps->list[part].parent;
	return part;
}

static void add_message(const struct parts *ps, size_t message, struct buf *out)
{
	buf_addf(out, "message %zu (", ps->list[message].index + 1);
	add_member(ps, message, "role", out);
	buf_add_byte(out, ')');
}

static void add_block(const struct parts *ps, size_t block, struct buf *out)
{
	size_t message = message_around(ps, block);

	if (message == NO_PART) {
		buf_addf(out, "system block %zu", ps->list[block].index + 1);
		return;
	}
	add_message(ps, message, out);
	buf_add_text(out, ": ");
	if (part_member(ps, block, "type") != NO_PART) {
		add_member(ps, block, "type", out);
		buf_add_byte(out, ' ');
	}
	buf_addf(out, "block %zu", ps->list[block].index + 1);
}

/* A tool without a name, as other APIs have it, gets its number. */
static void add_tool(const struct parts *ps, size_t tool, struct buf *out)
{
	if (part_member(ps, tool, "name") == NO_PART) {
		buf_addf(out, "tool %zu", ps->list[tool].index + 1);
		return;
	}
	buf_add_text(out, "tool `");
	add_member(ps, tool, "name", out);
	buf_add_byte(out, '`');
}

static void add_outer(const struct parts *ps, size_t outer, struct buf *out)
{
	const struct part *p = &ps->list[outer];

	if (p->place == PLACE_TOOL && p->kind == PART_ITEM) {
		add_tool(ps, outer, out);
	} else if (p->place == PLACE_BLOCK) {
		add_block(ps, outer, out);
	} else if (p->place == PLACE_MESSAGE && p->kind == PART_ITEM) {
		add_message(ps, outer, out);
	} else {
		buf_add_text(out, "field `");
		add_text(p->key, out);
		buf_add_byte(out, '`');
	}
}

/* ---- texts ---- */

static void add_where(const struct parts *ps, size_t outer, size_t part,
		      struct buf *out)
{
	size_t message = message_around(ps, part);

	if (message != NO_PART) {
		buf_addf(out, "message %zu", ps->list[message].index + 1);
		return;
	}
	add_outer(ps, outer, out);
	if (ps->list[outer].place != PLACE_BLOCK)
		add_rest(ps, outer, part, out);
}

/* The text as JSON spells it, because an escape may be what fails. */
static void text_name(const struct search *s, size_t outer, size_t part,
		      struct buf *out)
{
	const struct parts *ps = &s->parts;
	const struct part *p = &ps->list[part];
	const struct part_look *look = &s->best.of[part];
	struct span text = part_text(p);

	if (look->how == HOW_FILLED) {
		buf_addf(out, "the length (%zu bytes) of the text in ",
			 look->to);
	} else {
		if (look->how == HOW_CUT)
			text = span_make(text.at + look->from,
					 look->to - look->from);
		buf_add_text(out, "the text \"");
		print_bytes(text, TEXT_SHOWN, out);
		buf_add_text(out, "\" in ");
	}
	if (outer == NO_PART)
		buf_add_text(out, "the body");
	else
		add_where(ps, outer, part, out);
}

/* ---- markers ---- */

static size_t marker_around(const struct parts *ps, size_t outer, size_t part)
{
	for (; part != outer; part = ps->list[part].parent)
		if (part_is(&ps->list[part], "cache_control"))
			return part;
	return NO_PART;
}

static void marker_name(const struct parts *ps, size_t outer, size_t marker,
			size_t part, struct buf *out)
{
	buf_add_text(out, "`cache_control` of ");
	add_outer(ps, outer, out);
	add_rest(ps, marker, part, out);
}

/* A message whose role is neither "user" nor "assistant". */
static bool is_odd_role(const struct parts *ps, size_t message)
{
	size_t role = part_member(ps, message, "role");

	return ps->list[message].place == PLACE_MESSAGE && role != NO_PART &&
	       !jscan_string_is(ps->list[role].value, "user") &&
	       !jscan_string_is(ps->list[role].value, "assistant");
}

static void role_name(const struct parts *ps, size_t message, struct buf *out)
{
	buf_addf(out, "message %zu: role `", ps->list[message].index + 1);
	add_member(ps, message, "role", out);
	buf_add_byte(out, '`');
}

static void value_name(const struct search *s, size_t part, struct buf *out)
{
	const struct parts *ps = &s->parts;
	size_t outer = named_around(ps, part), marker;

	if (s->proved[part] && part_is_text(&ps->list[part])) {
		text_name(s, outer, part, out);
		return;
	}
	if (outer == NO_PART) {
		buf_add_text(out, "the body");
		add_rest(ps, ps->body, part, out);
		return;
	}
	marker = marker_around(ps, outer, part);
	if (marker != NO_PART) {
		marker_name(ps, outer, marker, part, out);
		return;
	}
	if (part == outer && is_odd_role(ps, part)) {
		role_name(ps, part, out);
		return;
	}
	add_outer(ps, outer, out);
	add_rest(ps, outer, part, out);
	if (part == s->counted)
		buf_addf(out, ": %zu items", s->count);
}

void part_name(const struct search *s, size_t part, struct buf *out)
{
	const struct part *p = &s->parts.list[part];

	switch (p->kind) {
	case PART_QUERY:
		buf_add_text(out, "the query `");
		print_bytes(p->bytes, TEXT_SHOWN, out);
		break;
	case PART_HEADER:
		buf_add_text(out, "header `");
		buf_add_text(out, s->parts.given->headers.list[p->index].name);
		break;
	case PART_BETA:
		buf_add_text(out, "beta `");
		print_bytes(p->bytes, TEXT_SHOWN, out);
		break;
	default:
		value_name(s, part, out);
		return;
	}
	buf_add_byte(out, '`');
}
