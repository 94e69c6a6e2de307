/*
 * Finds paths in error texts and names the part of the request that they mean.
 * Paths have many spellings: tools.25.custom.input_schema,
 * tools[25].function.parameters, /messages/3/content/0, body.tools.0,
 * contents[3].parts[0].
 */
#include <ctype.h>
#include <string.h>

#include "probe/refusal/refusal_private.h"

#define STEPS_LIMIT 24
#define TOOLS_LIMIT 4096
#define MEMBERS_LIMIT 64 /* of the request itself */
#define PATHS_LIMIT 200 /* with several steps; each may walk a list */

struct path {
	struct span steps[STEPS_LIMIT];
	size_t count;
};

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '$';
}

static size_t name_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_name_byte(s.at[n]))
		n++;
	return n;
}

/* The next step: ".name", "/name", "[0]", "['name']". */
static bool take_step(struct span *rest, struct span *step)
{
	struct span s = *rest;
	bool bracket;
	size_t n;

	if (s.len < 2 || !strchr("./[", s.at[0]))
		return false;
	bracket = s.at[0] == '[';
	s = span_skip(s, 1);
	if (bracket && strchr("'\"", s.at[0]))
		s = span_skip(s, 1);
	n = name_length(s);
	if (n == 0)
		return false;
	*step = span_first(s, n);
	s = span_skip(s, n);
	if (bracket) {
		if (s.len > 0 && strchr("'\"", s.at[0]))
			s = span_skip(s, 1);
		if (s.len == 0 || s.at[0] != ']')
			return false;
		s = span_skip(s, 1);
	}
	*rest = s;
	return true;
}

static bool is_index(struct span step, size_t *out)
{
	uint64_t n;

	if (!span_u64(step, 1000000, &n))
		return false;
	*out = (size_t)n;
	return true;
}

/* The members of the request, collected once: each word of a text is compared
 * with them, and the request may be large. */
struct part_members {
	struct jval keys[MEMBERS_LIMIT], values[MEMBERS_LIMIT];
	size_t count;
};

static void members_of(struct jval sent, struct part_members *out)
{
	struct jiter it = jscan_iter(sent);

	out->count = 0;
	while (sent.type == J_OBJECT && out->count < MEMBERS_LIMIT &&
	       jscan_next(&it, &out->keys[out->count],
			  &out->values[out->count]))
		out->count++;
}

static void take_path(struct span rest, size_t first, struct path *p)
{
	p->steps[0] = span_first(rest, first);
	p->count = 1;
	rest = span_skip(rest, first);
	while (p->count < STEPS_LIMIT && take_step(&rest, &p->steps[p->count]))
		p->count++;
}

/* ---- what a path means ---- */

static bool item(struct jval object, const char *key, size_t n,
		 struct jval *out)
{
	struct jval list, name;
	struct jiter it;

	if (object.type != J_OBJECT || !jscan_member(object, key, &list) ||
	    list.type != J_ARRAY)
		return false;
	it = jscan_iter(list);
	while (jscan_next(&it, &name, out))
		if (n-- == 0)
			return true;
	return false;
}

static void add_member(struct jval object, const char *key, struct buf *out)
{
	struct buf text = BUF_INIT(REFUSAL_TEXT_LIMIT);
	struct jval v;

	if (object.type == J_OBJECT && jscan_member(object, key, &v) &&
	    v.type == J_STRING && jscan_string(v, &text) == 0)
		buf_add_span(out,
			     span_first(buf_span(&text), REFUSAL_WORD_LIMIT));
	buf_clear(&text);
}

/* Steps that name the kind of a thing and no member. */
static bool is_kind(struct span step)
{
	static const char *const kinds[] = {
		"custom",   "function",    "text",     "tool_use",
		"thinking", "tool_result", "image",    "document",
		"enabled",  "adaptive",    "ephemeral"
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (span_is(step, kinds[i]))
			return true;
	return false;
}

static void add_rest(const struct path *p, size_t from, struct buf *out)
{
	const char *between = ": ";

	if (from < p->count && is_kind(p->steps[from]) && from + 1 < p->count)
		from++;
	else if (from + 1 == p->count && is_kind(p->steps[from]) &&
		 !span_is(p->steps[from], "thinking"))
		return;
	for (size_t i = from; i < p->count; i++) {
		bool schema = i == from && span_is(p->steps[i], "parameters");

		buf_addf(out, "%s%.*s", between,
			 SPAN_ARG(schema ? span_of("input_schema")
					 : p->steps[i]));
		between = ".";
	}
}

static bool part_of_tool(const struct path *p, struct jval sent,
			 struct buf *out)
{
	size_t n, at = 1;
	struct jval tool;

	if (p->count < 2 || !is_index(p->steps[1], &n))
		return false;
	/* One API has all functions inside its first tool. */
	if (p->count >= 4 &&
	    (span_is(p->steps[2], "function_declarations") ||
	     span_is(p->steps[2], "functionDeclarations")) &&
	    is_index(p->steps[3], &n))
		at = 3;
	if (!item(sent, "tools", n, &tool))
		return false;
	buf_add_text(out, "tool `");
	add_member(tool, "name", out);
	buf_add_byte(out, '`');
	add_rest(p, at + 1, out);
	return true;
}

/* ---- messages ---- */

/* The name of the tool whose call has this id. */
static bool find_call(struct jval sent, struct jval id, struct buf *out)
{
	struct jval key, m, block, list, v;
	struct jiter it, inner;

	if (!jscan_member(sent, "messages", &list))
		return false;
	it = jscan_iter(list);
	while (jscan_next(&it, &key, &m)) {
		if (m.type != J_OBJECT || !jscan_member(m, "content", &list))
			continue;
		inner = jscan_iter(list);
		while (jscan_next(&inner, &key, &block))
			if (block.type == J_OBJECT &&
			    jscan_member(block, "id", &v) &&
			    v.type == J_STRING &&
			    jscan_string_order(v, id) == 0) {
				add_member(block, "name", out);
				return true;
			}
	}
	return false;
}

static void add_block(struct jval block, struct jval sent, struct buf *out)
{
	struct buf name = BUF_INIT(REFUSAL_TEXT_LIMIT);
	struct jval id;

	buf_add_text(out, " (`");
	add_member(block, "type", out);
	add_member(block, "name", &name);
	if (block.type == J_OBJECT && jscan_member(block, "tool_use_id", &id) &&
	    id.type == J_STRING && find_call(sent, id, &name))
		buf_add_text(out, " of");
	if (name.len > 0)
		buf_addf(out, " %s", buf_str(&name));
	buf_add_text(out, "`)");
	buf_clear(&name);
}

static size_t add_blocks(const struct path *p, size_t at, struct jval holder,
			 struct jval sent, struct buf *out)
{
	struct jval block;
	size_t n;

	while (at + 1 < p->count &&
	       (span_is(p->steps[at], "content") ||
		span_is(p->steps[at], "parts")) &&
	       is_index(p->steps[at + 1], &n) &&
	       item(holder, "content", n, &block)) {
		buf_addf(out, ", block %zu", n + 1);
		add_block(block, sent, out);
		holder = block;
		at += 2;
		/* "content.0.tool_result.content.0": the kind in between */
		if (at + 1 < p->count && is_kind(p->steps[at]) &&
		    span_is(p->steps[at + 1], "content"))
			at++;
	}
	return at;
}

static bool part_of_messages(const struct path *p, struct jval sent,
			     struct buf *out)
{
	struct jval message;
	size_t n;

	if (p->count < 2 || !is_index(p->steps[1], &n) ||
	    !item(sent, "messages", n, &message))
		return false;
	buf_addf(out, "message %zu (`", n + 1);
	add_member(message, "role", out);
	buf_add_text(out, "`)");
	add_rest(p, add_blocks(p, 2, message, sent, out), out);
	return true;
}

static bool part_of_system(const struct path *p, struct jval sent,
			   struct buf *out)
{
	struct jval v;
	size_t n;

	if (sent.type != J_OBJECT || !jscan_member(sent, "system", &v))
		return false;
	if (p->count < 2 || !is_index(p->steps[1], &n)) {
		buf_add_text(out, "field `system`");
		return true;
	}
	if (!item(sent, "system", n, &v))
		return false;
	buf_addf(out, "system block %zu", n + 1);
	add_rest(p, 2, out);
	return true;
}

/* A member of the request: "output_config.effort". A single word may be plain
 * English, so it counts only if it is quoted or has a '_'. */
static bool part_of_field(const struct path *p, const struct part_members *m,
			  bool quoted, struct buf *out)
{
	for (size_t n = 0; n < m->count; n++) {
		struct jval key = m->keys[n], value = m->values[n];
		struct span name =
			span_first(span_skip(key.text, 1), key.text.len - 2);

		if (!span_equal(name, p->steps[0]) ||
		    (!quoted && p->count < 2 &&
		     span_find_byte(name, '_') == SIZE_MAX))
			continue;
		buf_addf(out, "field `%.*s", SPAN_ARG(name));
		for (size_t i = 1; i < p->count && value.type == J_OBJECT; i++)
			buf_addf(out, ".%.*s", SPAN_ARG(p->steps[i]));
		buf_add_byte(out, '`');
		return true;
	}
	return false;
}

static bool part_of_path(const struct path *p, struct jval sent,
			 const struct part_members *m, bool quoted,
			 struct buf *out)
{
	struct span root = p->steps[0];

	if (span_is(root, "tools"))
		return part_of_tool(p, sent, out);
	if (span_is(root, "messages") || span_is(root, "contents"))
		return part_of_messages(p, sent, out);
	if (span_is(root, "system"))
		return (quoted || p->count > 1) && part_of_system(p, sent, out);
	return part_of_field(p, m, quoted, out);
}

/* ---- names of tools ---- */

static bool is_quoted(struct span text, size_t at, size_t len)
{
	return at > 0 && at + len < text.len &&
	       strchr("'\"`", text.at[at - 1]) &&
	       strchr("'\"`", text.at[at + len]);
}

/* "Invalid schema for function 'mcp__x__y'" */
static bool find_tool(struct span text, struct jval sent, struct buf *out)
{
	struct jval list, key, tool, name;
	struct jiter it;

	if (sent.type != J_OBJECT || !jscan_member(sent, "tools", &list))
		return false;
	it = jscan_iter(list);
	for (size_t n = 0; n < TOOLS_LIMIT && jscan_next(&it, &key, &tool);
	     n++) {
		struct span word;
		size_t at;

		if (tool.type != J_OBJECT ||
		    !jscan_member(tool, "name", &name) ||
		    name.type != J_STRING || name.text.len < 3)
			continue;
		word = span_first(span_skip(name.text, 1), name.text.len - 2);
		at = span_find(text, word);
		if (at == SIZE_MAX || !is_quoted(text, at, word.len))
			continue;
		buf_addf(out, "tool `%.*s`", SPAN_ARG(word));
		return true;
	}
	return false;
}

/* A first step that some spellings put in front of a path. */
static bool is_front(struct span name)
{
	return span_is(name, "body") || span_is(name, "request") ||
	       span_is(name, "$") || span_is(name, "root");
}

bool refusal_part(struct span text, struct jval sent, struct buf *out)
{
	struct span rest = text = span_first(text, REFUSAL_TEXT_LIMIT);
	struct part_members m;
	size_t paths = 0;

	members_of(sent, &m);
	while (rest.len > 0) {
		size_t n = name_length(rest), at = (size_t)(rest.at - text.at);
		struct path p;

		if (n == 0) {
			rest = span_skip(rest, 1);
			continue;
		}
		take_path(rest, n, &p);
		if (p.count > 1 && paths++ == PATHS_LIMIT)
			break;
		if (!is_front(p.steps[0]) &&
		    part_of_path(&p, sent, &m,
				 is_quoted(text, at, n) ||
					 span_starts(span_skip(rest, n), ":"),
				 out))
			return true;
		rest = span_skip(rest, n);
	}
	return find_tool(text, sent, out);
}
