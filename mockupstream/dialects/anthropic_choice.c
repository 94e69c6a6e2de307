/* Chooses the answer: calls of tools by tool_choice and the markers, or a
 * text. */
#include <string.h>

#include "mockupstream/dialects/anthropic_private.h"
#include "mockupstream/values/values.h"

enum {
	ECHO_BYTES = 200, /* bytes of the prompt that are echoed */
	NAME_LIMIT_BYTES = 4096,
};

#define VALUE_LIMIT_BYTES ((size_t)1024 * 1024)

enum choice { CHOICE_AUTO, CHOICE_ANY, CHOICE_TOOL, CHOICE_NONE };

struct choosing {
	const struct anthropic_ask *ask;
	enum choice choice;
	struct buf name; /* name of the chosen tool */
	bool single; /* one call at most */
	struct said *out;
	uint64_t number;
};

/* ---- tool_choice ---- */

static void read_choice(struct choosing *c)
{
	struct jval choice, v;

	if (!jscan_member(c->ask->root, "tool_choice", &choice))
		return;
	c->single = jscan_member(choice, "disable_parallel_tool_use", &v) &&
		    v.type == J_TRUE;
	if (jscan_member_is(choice, "type", "any"))
		c->choice = CHOICE_ANY;
	if (jscan_member_is(choice, "type", "none"))
		c->choice = CHOICE_NONE;
	if (jscan_member_is(choice, "type", "tool") &&
	    jscan_member(choice, "name", &v) && v.type == J_STRING &&
	    jscan_string(v, &c->name) == 0)
		c->choice = CHOICE_TOOL;
}

/* The tool of this name; without a name the first one that can be called. */
static bool find_tool(const struct choosing *c, const char *name,
		      struct jval *out)
{
	struct jval tools, key, tool, v;
	struct jiter it;

	if (!jscan_member(c->ask->root, "tools", &tools))
		return false;
	it = jscan_iter(tools);
	while (tools.type == J_ARRAY && jscan_next(&it, &key, &tool)) {
		if (tool.type != J_OBJECT)
			continue;
		if (name ? !jscan_member_is(tool, "name", name)
			 : jscan_member(tool, "defer_loading", &v) &&
				    v.type == J_TRUE)
			continue;
		if (anthropic_server_tools_has(tool))
			continue;
		*out = tool;
		return true;
	}
	return false;
}

/* ---- calls ---- */

static void add_call(struct choosing *c, struct span name, struct span input)
{
	struct said_block *b = said_add(c->out, SAID_TOOL);

	buf_add_span(&b->name, name);
	buf_add_span(&b->text, input);
	c->out->stop = "tool_use";
}

/* Inputs for tools of the API that the client runs; these tools have no
 * schema. */
static const struct {
	const char *type, *input;
} inputs[] = {
	{ "\"bash_", "{\"command\":\"true\"}" },
	{ "\"text_editor_", "{\"command\":\"view\",\"path\":\"/tmp\"}" },
	{ "\"memory_", "{\"command\":\"view\",\"path\":\"/memories\"}" },
	{ "\"computer_", "{\"action\":\"screenshot\"}" },
};

static void write_input(struct jval tool, struct buf *out)
{
	struct jval v, key, item;
	struct jiter it;

	if (jscan_member(tool, "type", &v))
		for (size_t i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++)
			if (span_starts(v.text, inputs[i].type)) {
				buf_add_text(out, inputs[i].input);
				return;
			}
	if (jscan_member(tool, "input_examples", &v)) {
		it = jscan_iter(v);
		if (jscan_next(&it, &key, &item) && item.type == J_OBJECT) {
			buf_add_span(out, item.text);
			return;
		}
	}
	if (jscan_member(tool, "input_schema", &v))
		values_for_schema(v, out);
	if (!span_starts(buf_span(out), "{")) {
		buf_reset(out);
		buf_add_text(out, "{}");
	}
}

/* Adds a call, with an input that fits the tool's schema. */
static void make_call(struct choosing *c, struct jval tool)
{
	struct buf input = BUF_INIT(VALUE_LIMIT_BYTES),
		   name = BUF_INIT(NAME_LIMIT_BYTES);
	struct jval v;

	write_input(tool, &input);
	if (jscan_member(tool, "name", &v) && v.type == J_STRING &&
	    jscan_string(v, &name) == 0)
		add_call(c, buf_span(&name), buf_span(&input));
	buf_clear(&input);
	buf_clear(&name);
}

/* Where the calls of one turn of the plan end, from `at` on. */
static size_t turn_end(const struct choosing *c, size_t at)
{
	const struct anthropic_ask *a = c->ask;
	size_t end = at + 1;

	while (!c->single && end < a->calls_count && a->calls[end].joined)
		end++;
	return end;
}

/* Adds a search for the tools of the turn; false: none is needed. */
static bool add_search(struct choosing *c, size_t at, size_t end)
{
	const struct anthropic_ask *a = c->ask;
	struct buf input = BUF_INIT(VALUE_LIMIT_BYTES);
	size_t count = 0;

	buf_add_text(&input, "{\"query\":\"select:");
	for (size_t i = at; i < end; i++)
		if (a->calls[i].search)
			buf_addf(&input, "%s%.*s", count++ > 0 ? "," : "",
				 SPAN_ARG(a->calls[i].name));
	buf_addf(&input, "\",\"max_results\":%zu}", count);
	if (count > 0)
		add_call(c, span_of(TOOL_SEARCH), buf_span(&input));
	buf_clear(&input);
	return count > 0;
}

static void add_planned(struct choosing *c)
{
	const struct anthropic_ask *a = c->ask;
	size_t at = a->results, end;

	if (at >= a->calls_count)
		return;
	end = turn_end(c, at);
	if (a->finder && add_search(c, at, end))
		return;
	for (; at < end; at++) {
		if (a->calls[at].search)
			anthropic_server_tools_find(a, &a->calls[at], c->number,
						    c->out);
		add_call(c, a->calls[at].name, a->calls[at].input);
	}
}

/* Adds a call of the chosen tool, with the input of its marker, if it has
 * one. */
static void add_chosen(struct choosing *c)
{
	const struct anthropic_ask *a = c->ask;
	struct jval tool;

	for (size_t i = a->results; i < a->calls_count; i++)
		if (span_equal(a->calls[i].name, buf_span(&c->name))) {
			add_call(c, a->calls[i].name, a->calls[i].input);
			return;
		}
	if (find_tool(c, buf_str(&c->name), &tool))
		make_call(c, tool);
}

static void add_calls(struct choosing *c)
{
	struct jval tool;

	if (c->choice == CHOICE_NONE)
		return;
	anthropic_server_tools_say(c->ask, buf_span(&c->name), c->number,
				   c->out);
	if (c->choice == CHOICE_TOOL)
		add_chosen(c);
	else
		add_planned(c);
	if (c->out->count > 0)
		return;
	if (c->choice == CHOICE_ANY && find_tool(c, NULL, &tool))
		make_call(c, tool);
	if (c->choice == CHOICE_AUTO && c->ask->structured == 0 &&
	    find_tool(c, TOOL_STRUCTURED, &tool))
		make_call(c, tool);
}

/* ---- texts ---- */

/* The schema of output_config.format, or of output_format, its old place. */
static bool find_format(const struct anthropic_ask *a, struct jval *schema)
{
	struct jval config, format;

	if (jscan_member(a->root, "output_config", &config) &&
	    jscan_member(config, "format", &format) &&
	    jscan_member_is(format, "type", "json_schema"))
		return jscan_member(format, "schema", schema);
	return jscan_member(a->root, "output_format", &format) &&
	       jscan_member_is(format, "type", "json_schema") &&
	       jscan_member(format, "schema", schema);
}

/* The last bytes of s, beginning with a whole character. */
static struct span tail_of(struct span s, size_t len)
{
	if (s.len > len)
		s = span_skip(s, s.len - len);
	while (s.len > 0 && span_utf8_step(s) == 0)
		s = span_skip(s, 1);
	return s;
}

static void add_text(struct choosing *c)
{
	struct said_block *b;
	struct jval schema;

	if (find_format(c->ask, &schema)) {
		struct buf value = BUF_INIT(VALUE_LIMIT_BYTES);

		values_for_schema(schema, &value);
		b = said_add(c->out, SAID_TEXT);
		buf_add_span(&b->text, buf_span(&value));
		buf_clear(&value);
		return;
	}
	b = said_add(c->out, SAID_TEXT);
	buf_add_text(&b->text, "You said: ");
	buf_add_span(&b->text, tail_of(buf_span(&c->ask->prompt), ECHO_BYTES));
	buf_add_span(&b->text, buf_span(&c->ask->note));
}

void anthropic_choice(const struct anthropic_ask *a, uint64_t number,
		      struct said *out)
{
	struct choosing c = { .ask = a,
			      .name = BUF_INIT(NAME_LIMIT_BYTES),
			      .out = out,
			      .number = number };

	read_choice(&c);
	add_calls(&c);
	if (out->calls == 0)
		add_text(&c);
	buf_clear(&c.name);
}
