/*
 * Reads a request as a tree of parts: query, header fields, betas, and the
 * values of its body, in the order of their depth. A table of names says what a
 * value means (a tool, a block, a schema).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/secrets.h"

struct part_rule {
	enum part_place in;
	const char *key; /* NULL: each item or member */
	enum part_place is;
	unsigned flags;
};

#define WORD PART_WORD
#define FIXED PART_FIXED
#define REQUIRED PART_REQUIRED
#define THROUGH PART_THROUGH
#define LIST (PART_THROUGH | PART_EMPTY_GOES)

static const struct part_rule rules[] = {
	{ PLACE_ROOT, "model", PLACE_OTHER, FIXED | WORD },
	{ PLACE_ROOT, "max_tokens", PLACE_OTHER, FIXED },
	{ PLACE_ROOT, "messages", PLACE_MESSAGES, FIXED | THROUGH },
	{ PLACE_ROOT, "system", PLACE_SYSTEM, LIST },
	{ PLACE_ROOT, "tools", PLACE_TOOLS, LIST },
	{ PLACE_ROOT, "anthropic_beta", PLACE_BETAS, LIST },
	{ PLACE_ROOT, "anthropic_version", PLACE_OTHER, FIXED | WORD },
	{ PLACE_ROOT, "metadata", PLACE_DATA, 0 },
	{ PLACE_MESSAGES, NULL, PLACE_MESSAGE, 0 },
	{ PLACE_MESSAGE, "role", PLACE_OTHER, FIXED | WORD },
	{ PLACE_MESSAGE, "content", PLACE_CONTENT, FIXED | THROUGH },
	{ PLACE_CONTENT, NULL, PLACE_BLOCK, 0 },
	{ PLACE_SYSTEM, NULL, PLACE_BLOCK, 0 },
	{ PLACE_BLOCK, "content", PLACE_CONTENT, 0 },
	{ PLACE_BLOCK, "text", PLACE_OTHER, REQUIRED },
	{ PLACE_BLOCK, "thinking", PLACE_OTHER, REQUIRED },
	{ PLACE_BLOCK, "signature", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_BLOCK, "data", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_BLOCK, "id", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_BLOCK, "name", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_BLOCK, "tool_use_id", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_BLOCK, "tool_name", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_BLOCK, "input", PLACE_DATA, REQUIRED },
	{ PLACE_BLOCK, "source", PLACE_OTHER, REQUIRED },
	{ PLACE_TOOLS, NULL, PLACE_TOOL, 0 },
	{ PLACE_TOOL, "name", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_TOOL, "input_schema", PLACE_SCHEMA_TOP, REQUIRED },
	{ PLACE_SCHEMA_TOP, "type", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_SCHEMA, "type", PLACE_OTHER, WORD },
	{ PLACE_SCHEMA, "$ref", PLACE_OTHER, WORD },
	{ PLACE_SCHEMA, "$schema", PLACE_OTHER, WORD },
	{ PLACE_SCHEMA, "$id", PLACE_OTHER, WORD },
	{ PLACE_SCHEMA, "format", PLACE_OTHER, WORD },
	{ PLACE_SCHEMA, "properties", PLACE_SCHEMAS, 0 },
	{ PLACE_SCHEMA, "patternProperties", PLACE_SCHEMAS, 0 },
	{ PLACE_SCHEMA, "$defs", PLACE_SCHEMAS, 0 },
	{ PLACE_SCHEMA, "definitions", PLACE_SCHEMAS, 0 },
	{ PLACE_SCHEMA, "dependentSchemas", PLACE_SCHEMAS, 0 },
	{ PLACE_SCHEMA, "anyOf", PLACE_SCHEMAS, PART_EMPTY_GOES },
	{ PLACE_SCHEMA, "oneOf", PLACE_SCHEMAS, PART_EMPTY_GOES },
	{ PLACE_SCHEMA, "allOf", PLACE_SCHEMAS, PART_EMPTY_GOES },
	{ PLACE_SCHEMA, "prefixItems", PLACE_SCHEMAS, PART_EMPTY_GOES },
	{ PLACE_SCHEMA, "enum", PLACE_DATA, PART_EMPTY_GOES },
	{ PLACE_SCHEMA, "required", PLACE_DATA, PART_EMPTY_GOES },
	{ PLACE_SCHEMA, "default", PLACE_DATA, 0 },
	{ PLACE_SCHEMA, "const", PLACE_DATA, 0 },
	{ PLACE_SCHEMA, "examples", PLACE_DATA, 0 },
	{ PLACE_SCHEMA, NULL, PLACE_SCHEMA, 0 },
	{ PLACE_SCHEMAS, NULL, PLACE_SCHEMA, 0 },
	{ PLACE_BETAS, NULL, PLACE_OTHER, WORD },
	{ PLACE_DATA, NULL, PLACE_DATA, 0 },
	{ PLACE_OTHER, "type", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_OTHER, "budget_tokens", PLACE_OTHER, REQUIRED },
	{ PLACE_OTHER, "name", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_OTHER, "media_type", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_OTHER, "data", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_OTHER, "url", PLACE_OTHER, REQUIRED | WORD },
	{ PLACE_OTHER, "ttl", PLACE_OTHER, WORD },
};

bool part_is(const struct part *p, const char *key)
{
	return p->kind == PART_MEMBER && jscan_string_is(p->key, key);
}

static bool rule_fits(const struct part_rule *r, enum part_place in,
		      const struct part *p)
{
	if (r->in != in)
		return false;
	return r->key == NULL || part_is(p, r->key);
}

static const struct part_rule *rule_in(enum part_place in, const struct part *p)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (rule_fits(&rules[i], in, p))
			return &rules[i];
	return NULL;
}

static void take_rule(struct part *p, enum part_place in)
{
	const struct part_rule *r = rule_in(in, p);

	if (r == NULL && in == PLACE_SCHEMA_TOP)
		r = rule_in(PLACE_SCHEMA, p);
	if (r == NULL)
		r = rule_in(PLACE_OTHER, p);
	if (r == NULL)
		return;
	p->place = r->is;
	p->flags = r->flags;
	if (in == PLACE_BETAS && p->value.type == J_STRING) {
		p->kind = PART_BETA;
		p->bytes = part_text(p);
	}
	if (p->value.type != J_ARRAY)
		p->flags &= ~(unsigned)(PART_THROUGH | PART_EMPTY_GOES);
}

bool part_is_optional(const struct part *p)
{
	return p->kind != PART_REQUEST && p->kind != PART_BODY &&
	       (p->flags &
		(PART_STAYS | PART_FIXED | PART_REQUIRED | PART_THROUGH)) == 0;
}

bool part_is_text(const struct part *p)
{
	if (p->kind == PART_BODY)
		return p->bytes.len > 0;
	return (p->kind == PART_MEMBER || p->kind == PART_ITEM) &&
	       p->value.type == J_STRING && (p->flags & PART_WORD) == 0;
}

struct span part_text(const struct part *p)
{
	if (p->kind == PART_BODY)
		return p->bytes;
	return span_make(p->value.text.at + 1, p->value.text.len - 2);
}

size_t part_member(const struct parts *ps, size_t object, const char *key)
{
	const struct part *p;

	if (object == NO_PART)
		return NO_PART;
	p = &ps->list[object];
	for (size_t i = p->child; i < p->child + p->count; i++)
		if (part_is(&ps->list[i], key))
			return i;
	return NO_PART;
}

bool part_is_in(const struct parts *ps, size_t part, size_t outer)
{
	while (part != NO_PART && part != outer)
		part = ps->list[part].parent;
	return part != NO_PART;
}

bool part_is_alike(const struct parts *ps, size_t a, size_t b)
{
	const struct part *p = &ps->list[a], *q = &ps->list[b];

	return p->kind == PART_MEMBER && q->kind == PART_MEMBER &&
	       ps->list[p->parent].place == ps->list[q->parent].place &&
	       jscan_string_order(p->key, q->key) == 0;
}

void part_pointer(const struct parts *ps, size_t part, struct buf *out)
{
	const struct part *p = &ps->list[part];

	if (p->parent == NO_PART || p->kind == PART_BODY)
		return;
	part_pointer(ps, p->parent, out);
	if (p->key.text.len > 0)
		jscan_pointer_add(out, p->key);
	else
		buf_addf(out, "/%zu", p->index);
}

/* ---- building ---- */

static struct part *add(struct parts *ps, size_t parent, struct part p)
{
	struct part *up;

	ps->list = mem_room(ps->list, ps->count, &ps->cap, sizeof(*ps->list));
	p.parent = parent;
	if (parent != NO_PART) {
		up = &ps->list[parent];
		if (up->count == 0)
			up->child = ps->count;
		up->count++;
	}
	ps->list[ps->count] = p;
	return &ps->list[ps->count++];
}

static unsigned header_flags(const struct headers *all, const char *name)
{
	static const char *const stay[] = { "host", "content-length",
					    "transfer-encoding", NULL };
	static const char *const fixed[] = { "content-type",
					     "anthropic-version", NULL };
	size_t secrets = 0;

	for (size_t i = 0; i < all->count; i++)
		secrets += secrets_is_header(all->list[i].name);
	if (secrets_is_header(name))
		return secrets > 1 ? PART_FIXED : PART_STAYS;
	for (size_t i = 0; stay[i] != NULL; i++)
		if (strcasecmp(name, stay[i]) == 0)
			return PART_STAYS;
	for (size_t i = 0; fixed[i] != NULL; i++)
		if (strcasecmp(name, fixed[i]) == 0)
			return PART_FIXED;
	return strcasecmp(name, "anthropic-beta") == 0 ? LIST : 0;
}

static void add_betas(struct parts *ps, size_t header)
{
	const struct part *p = &ps->list[header];
	struct span rest = span_of(ps->given->headers.list[p->index].value);
	struct span token;
	size_t index = 0;

	while (span_split(&rest, ',', &token))
		if (span_trim(token).len > 0)
			add(ps, header,
			    (struct part){ .kind = PART_BETA,
					   .index = index++,
					   .bytes = span_trim(token) });
	if (index == 0)
		ps->list[header].flags = 0;
}

static void add_outside(struct parts *ps)
{
	const struct bisect_request *given = ps->given;
	const char *query = strchr(given->target, '?');

	if (query != NULL)
		add(ps, 0,
		    (struct part){ .kind = PART_QUERY,
				   .bytes = span_of(query) });
	for (size_t i = 0; i < given->headers.count; i++) {
		const char *name = given->headers.list[i].name;

		add(ps, 0,
		    (struct part){
			    .kind = PART_HEADER,
			    .index = i,
			    .flags = header_flags(&given->headers, name) });
	}
}

static void add_body(struct parts *ps)
{
	struct part p = { .kind = PART_BODY, .flags = PART_FIXED };
	struct fail why = FAIL_INIT;

	ps->body = NO_PART;
	if (ps->given->body.len == 0)
		return;
	if (jscan(buf_span(&ps->given->body), &p.value, &why) == 0)
		p.place = PLACE_ROOT;
	else
		p.bytes = buf_span(&ps->given->body);
	ps->body = ps->count;
	add(ps, 0, p);
}

static size_t depth_of(const struct parts *ps, size_t part)
{
	size_t depth = 0;

	for (; part != 0; part = ps->list[part].parent)
		depth++;
	return depth;
}

static void set_feature(struct parts *ps, size_t part)
{
	struct buf pointer = BUF_INIT(BUF_NO_LIMIT);

	part_pointer(ps, part, &pointer);
	ps->list[part].feature =
		feature_at(buf_span(&pointer), ps->list[part].value);
	buf_clear(&pointer);
}

static void add_values(struct parts *ps, size_t parent)
{
	struct part up = ps->list[parent];
	struct jiter it = jscan_iter(up.value);
	struct jval key, value;
	size_t index = 0;

	if (depth_of(ps, parent) >= PARTS_DEPTH_LIMIT ||
	    jscan_count(up.value) > PARTS_LIMIT - ps->count)
		return;
	while (jscan_next(&it, &key, &value)) {
		struct part p = { .kind = up.value.type == J_OBJECT
						  ? PART_MEMBER
						  : PART_ITEM,
				  .index = index++,
				  .key = key,
				  .value = value };

		take_rule(&p, up.place);
		add(ps, parent, p);
		set_feature(ps, ps->count - 1);
	}
}

static void find_turns(struct parts *ps)
{
	const struct part *list = ps->list, *m;
	bool users_turn = true;

	ps->alternates = true;
	if (ps->messages == NO_PART)
		return;
	m = &list[ps->messages];
	for (size_t i = m->child; i < m->child + m->count; i++) {
		size_t role = part_member(ps, i, "role");
		bool user = role != NO_PART &&
			    jscan_string_is(list[role].value, "user");

		if (!user && (role == NO_PART ||
			      !jscan_string_is(list[role].value, "assistant")))
			continue;
		ps->alternates = ps->alternates && user == users_turn;
		users_turn = !user;
		ps->ends_with_user = user;
	}
}

/* The `type` of a client's own tool is optional. */
static void free_types(struct parts *ps)
{
	for (size_t i = 0; i < ps->count; i++) {
		struct part *p = &ps->list[i];

		if (part_is(p, "type") &&
		    ps->list[p->parent].place == PLACE_TOOL &&
		    part_member(ps, p->parent, "input_schema") != NO_PART)
			p->flags &= ~(unsigned)PART_REQUIRED;
	}
}

void parts_read(struct parts *ps, const struct bisect_request *given)
{
	*ps = (struct parts){ .given = given };
	add(ps, NO_PART, (struct part){ .kind = PART_REQUEST });
	add_outside(ps);
	add_body(ps);
	for (size_t i = 1; i < ps->count; i++) {
		struct part *p = &ps->list[i];

		if (p->kind == PART_HEADER && (p->flags & PART_THROUGH) != 0)
			add_betas(ps, i);
		else if (p->value.type == J_ARRAY || p->value.type == J_OBJECT)
			add_values(ps, i);
		if (ps->list[i].count == 0)
			ps->list[i].flags &= ~(unsigned)PART_THROUGH;
		if (ps->list[i].kind == PART_BETA)
			ps->list[i].feature =
				feature_of_beta(ps->list[i].bytes);
	}
	ps->messages = part_member(ps, ps->body, "messages");
	ps->max_tokens = part_member(ps, ps->body, "max_tokens");
	ps->budget = part_member(ps, part_member(ps, ps->body, "thinking"),
				 "budget_tokens");
	free_types(ps);
	find_turns(ps);
}

void parts_clear(struct parts *ps)
{
	free(ps->list);
	free(ps->needs);
	*ps = (struct parts){ .list = NULL };
}
