/*
 * What a translated request lost. Both sides are in the plain form; sound
 * translations differ in ways that change nothing (one system text in place of
 * several, turns put together, other ids), so that texts are looked for wherever
 * they may stand, and calls, results and tools are paired by their number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/behaviour_translation.h"
#include "wire/bytes/mem.h"

#define BILL "x-anthropic-billing-header"

enum { BLOCKS_LIMIT = 1024, PLACE = 96, PLAIN_NAME = 64, SMALL_BUDGET = 4096 };

struct asked_block {
	struct jval block;
	char place[PLACE]; /* in the client's form */
};

struct asked_blocks {
	struct asked_block list[BLOCKS_LIMIT];
	size_t count;
};

struct asked_pair {
	const struct behaviour_reading *r;
	struct jval c, u; /* plain forms */
	struct buf system, turns; /* words of the provider's side */
	struct asked_blocks c_calls, u_calls, c_results, u_results;
	bool lost;
};

/* ---- telling ---- */

static void saw(struct asked_pair *p, enum behaviour_kind kind,
		const char *subject, const char *said, const char *place,
		struct jval was)
{
	struct behaviour_sight s = {
		.kind = kind, .subject = subject, .detail = place, .said = said
	};

	s.sent = was.text;
	s.got = span_make(NULL, 0);
	behaviours_add(p->r->seen, &s);
	p->lost = p->lost || kind == BEHAVIOUR_ASKED_LOST;
}

static void lost(struct asked_pair *p, const char *subject, const char *said,
		 const char *place, struct jval was)
{
	saw(p, BEHAVIOUR_ASKED_LOST, subject, said, place, was);
}

static void other(struct asked_pair *p, const char *subject, const char *said,
		  const char *place, struct jval was)
{
	saw(p, BEHAVIOUR_ASKED_OTHER, subject, said, place, was);
}

/* ---- words ---- */

/* Every string in it, decoded, a line each. */
static void add_words(struct jval v, struct buf *out)
{
	struct jiter it = jscan_iter(v);
	struct jval value;

	if (v.type == J_STRING) {
		jscan_string(v, out);
		buf_add_byte(out, '\n');
	}
	while ((v.type == J_OBJECT || v.type == J_ARRAY) &&
	       jscan_next(&it, NULL, &value))
		add_words(value, out);
}

/* A text that is nothing but white space is nowhere missing. */
static bool has_words(const struct buf *in, struct jval string)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct span words;
	bool has;

	if (string.type != J_STRING)
		return true;
	jscan_string(string, &text);
	words = span_trim(buf_span(&text));
	has = words.len == 0 || span_find(buf_span(in), words) != SIZE_MAX;
	buf_clear(&text);
	return has;
}

static bool is_anywhere(const struct asked_pair *p, struct jval string)
{
	return has_words(&p->turns, string) || has_words(&p->system, string);
}

static bool is_type(struct jval block, const char *type)
{
	return jscan_member_is(block, "type", type);
}

/* ---- the system ---- */

static bool is_bill(struct jval text)
{
	return text.type == J_STRING && span_starts(text.text, "\"" BILL);
}

static void read_system_text(struct asked_pair *p, struct jval text,
			     const char *place, bool late)
{
	const char *subject = late ? "late-system" : "system";
	const char *said =
		late ? "messages of the role system" : "the system prompt";

	if (is_bill(text)) {
		if (has_words(&p->system, text) || has_words(&p->turns, text))
			saw(p, BEHAVIOUR_ASKED_LEAKS, "billing-line",
			    "the line " BILL, "/system", text);
		return;
	}
	if (!is_anywhere(p, text))
		lost(p, subject, said, place, text);
	else if (late ? !has_words(&p->turns, text)
		      : !has_words(&p->system, text))
		saw(p, BEHAVIOUR_ASKED_MOVED, subject, said, place, text);
}

static void read_system(struct asked_pair *p)
{
	struct jval system = jscan_get(p->c, "system"), block;
	struct jiter it = jscan_iter(system);

	while (system.type == J_ARRAY && jscan_next(&it, NULL, &block))
		read_system_text(p, jscan_get(block, "text"), "/system", false);
}

/* ---- turns ---- */

static void read_source(struct asked_pair *p, struct jval block,
			const char *place)
{
	struct jval source = jscan_get(block, "source");
	struct jval data = jscan_get(source, "data");
	bool image = is_type(block, "image");

	if (data.text.at == NULL)
		data = jscan_get(source, "url");
	if (!is_anywhere(p, data))
		lost(p, image ? "images" : "documents",
		     image ? "images" : "documents", place, source);
	else if (image && span_find(jscan_get(p->u, "messages").text,
				    span_of("\"image\"")) == SIZE_MAX)
		other(p, "images", "images", place, source);
}

static void keep(struct asked_blocks *to, struct jval block, const char *place)
{
	struct asked_block *new;

	if (to->count == BLOCKS_LIMIT)
		return;
	new = &to->list[to->count++];
	new->block = block;
	snprintf(new->place, sizeof(new->place), "%s", place);
}

static void read_result_content(struct asked_pair *p, struct jval result,
				const char *place)
{
	struct jval content = jscan_get(result, "content"), part;
	struct jiter it = jscan_iter(content);

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		if (is_type(part, "text")) {
			if (!is_anywhere(p, jscan_get(part, "text")))
				lost(p, "tool-results", "results of tools",
				     place, part);
		} else if (is_type(part, "tool_reference")) {
			if (!has_words(&p->turns, jscan_get(part, "tool_name")))
				lost(p, "tool-references",
				     "references to tools", place, part);
		} else {
			read_source(p, part, place);
		}
	}
}

static void read_block(struct asked_pair *p, struct jval block,
		       const char *place, bool last)
{
	if (is_type(block, "text")) {
		if (!is_anywhere(p, jscan_get(block, "text")))
			lost(p, last ? "texts" : "history",
			     last ? "texts of the turn" : "earlier turns",
			     place, block);
	} else if (is_type(block, "tool_use")) {
		keep(&p->c_calls, block, place);
	} else if (is_type(block, "tool_result")) {
		keep(&p->c_results, block, place);
		read_result_content(p, block, place);
	} else if (is_type(block, "image") || is_type(block, "document")) {
		read_source(p, block, place);
	}
}

static void read_turn(struct asked_pair *p, struct jval turn, size_t n,
		      bool last)
{
	struct jval content = jscan_get(turn, "content"), block;
	struct jiter it = jscan_iter(content);
	bool system = jscan_member_is(turn, "role", "system");
	char place[PLACE];

	for (size_t i = 0; jscan_next(&it, NULL, &block); i++) {
		snprintf(place, sizeof(place), "/messages/%zu/content/%zu", n,
			 i);
		if (system)
			read_system_text(p, jscan_get(block, "text"), place,
					 true);
		else
			read_block(p, block, place, last);
	}
}

static void read_turns(struct asked_pair *p)
{
	struct jval turns = jscan_get(p->c, "messages"), turn, block;
	size_t count = jscan_count(turns), n = 0;
	struct jiter it = jscan_iter(turns), inner;

	for (; jscan_next(&it, NULL, &turn); n++)
		read_turn(p, turn, n, n + 1 == count);
	it = jscan_iter(jscan_get(p->u, "messages"));
	while (jscan_next(&it, NULL, &turn)) {
		inner = jscan_iter(jscan_get(turn, "content"));
		while (jscan_next(&inner, NULL, &block)) {
			if (is_type(block, "tool_use"))
				keep(&p->u_calls, block, "");
			else if (is_type(block, "tool_result"))
				keep(&p->u_results, block, "");
		}
	}
}

/* ---- calls and results ---- */

static bool is_plain_name(struct jval name)
{
	struct span text = name.text;

	if (text.len < 3 || text.len > PLAIN_NAME + 2)
		return false;
	for (size_t i = 1; i + 1 < text.len; i++) {
		char c = text.at[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '_' || c == '-'))
			return false;
	}
	return true;
}

static bool is_same(struct jval a, struct jval b)
{
	return a.text.at && b.text.at &&
	       jscan_diff(a, b, 0, 0, NULL, NULL) == 0;
}

static struct jval nth(struct jval list, size_t n)
{
	struct jiter it = jscan_iter(list);
	struct jval item = { .type = J_NULL };

	for (size_t i = 0; jscan_next(&it, NULL, &item); i++)
		if (i == n)
			return item;
	return (struct jval){ .type = J_NULL };
}

/* What the provider knows a tool by: that of the tool in the same place. */
static struct jval given_name(const struct asked_pair *p, struct jval name)
{
	struct jiter it = jscan_iter(jscan_get(p->c, "tools"));
	struct jval tool;

	if (is_plain_name(name))
		return name;
	for (size_t n = 0; jscan_next(&it, NULL, &tool); n++)
		if (is_same(jscan_get(tool, "name"), name))
			return jscan_get(nth(jscan_get(p->u, "tools"), n),
					 "name");
	return (struct jval){ .type = J_NULL };
}

static void read_call(struct asked_pair *p, const struct asked_block *was,
		      struct jval is)
{
	struct jval a = jscan_get(was->block, "input");
	struct jval b = jscan_get(is, "input");
	struct jval name = given_name(p, jscan_get(was->block, "name"));

	if (!is_same(a, b)) {
		if (b.type == J_OBJECT && jscan_count(b) == 0)
			lost(p, "tool-inputs", "the input of calls", was->place,
			     a);
		else
			other(p, "tool-inputs", "the input of calls",
			      was->place, a);
	}
	if (name.text.at && !is_same(name, jscan_get(is, "name")))
		other(p, "tool-names", "names of calls", was->place, name);
}

/* The number of the call that has this id; SIZE_MAX: none. */
static size_t call_of(const struct asked_blocks *calls, struct jval id)
{
	for (size_t i = 0; i < calls->count; i++)
		if (is_same(jscan_get(calls->list[i].block, "id"), id))
			return i;
	return SIZE_MAX;
}

static bool is_result_of(const struct asked_pair *p, size_t c, size_t u)
{
	return call_of(&p->c_calls,
		       jscan_get(p->c_results.list[c].block, "tool_use_id")) ==
	       call_of(&p->u_calls,
		       jscan_get(p->u_results.list[u].block, "tool_use_id"));
}

/* Results of which each text stands in another one's place. */
static void read_pairing(struct asked_pair *p)
{
	struct buf words = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < p->c_results.count; i++) {
		struct jval part = nth(
			jscan_get(p->c_results.list[i].block, "content"), 0);
		struct jval text = jscan_get(part, "text");
		size_t found = 0, at = 0;

		for (size_t k = 0; k < p->u_results.count; k++) {
			buf_reset(&words);
			add_words(jscan_get(p->u_results.list[k].block,
					    "content"),
				  &words);
			if (text.text.len > 2 && has_words(&words, text)) {
				found++;
				at = k;
			}
		}
		if (found == 1 && !is_result_of(p, i, at))
			other(p, "tool-results",
			      "which result is of which call",
			      p->c_results.list[i].place, text);
	}
	buf_clear(&words);
}

static void read_calls(struct asked_pair *p)
{
	size_t n = p->c_calls.count, m = p->c_results.count;

	if (p->u_calls.count < n)
		lost(p, "history", "earlier turns",
		     p->c_calls.list[p->u_calls.count].place,
		     p->c_calls.list[p->u_calls.count].block);
	for (size_t i = 0; i < n && i < p->u_calls.count; i++)
		read_call(p, &p->c_calls.list[i], p->u_calls.list[i].block);
	if (p->u_results.count < m)
		lost(p, "tool-results", "results of tools",
		     p->c_results.list[p->u_results.count].place,
		     p->c_results.list[p->u_results.count].block);
	else if (m <= 64 && p->u_calls.count == n)
		read_pairing(p);
}

/* ---- tools ---- */

struct asked_schema {
	struct asked_pair *p;
	const char *place;
	bool told;
};

/* A keyword that is gone; values may be made into ones that a vendor takes. */
static void on_schema(void *arg, const struct jdiff *d)
{
	struct asked_schema *s = arg;
	struct span key = d->pointer, part;

	if (d->kind != JDIFF_LOST || s->told)
		return;
	for (struct span rest = d->pointer;
	     rest.len > 0 && span_split(&rest, '/', &part);)
		key = part;
	if (span_find(d->pointer, span_of("/required/")) != SIZE_MAX ||
	    span_is(key, "$schema") || span_is(key, "additionalProperties"))
		return;
	s->told = true;
	lost(s->p, "schemas", "parts of the schemas of tools", s->place,
	     d->was);
}

/* The one that a tool became: of its name, or in its place. */
static struct jval tool_of(const struct asked_pair *p, struct jval name,
			   size_t n)
{
	struct jval tools = jscan_get(p->u, "tools"), tool;
	struct jiter it = jscan_iter(tools);

	while (jscan_next(&it, NULL, &tool))
		if (is_same(jscan_get(tool, "name"), name))
			return tool;
	return is_plain_name(name) ? (struct jval){ .type = J_NULL }
				   : nth(tools, n);
}

static bool has_moved(const struct asked_pair *p, struct jval name, size_t n)
{
	struct jval tools = jscan_get(p->u, "tools");

	return jscan_count(tools) == jscan_count(jscan_get(p->c, "tools")) &&
	       is_plain_name(name) &&
	       !is_same(jscan_get(nth(tools, n), "name"), name);
}

static void read_server_tool(struct asked_pair *p, struct jval tool,
			     struct jval is)
{
	if (is.text.at == NULL &&
	    span_find(p->r->u->request_body, span_of("web_search")) == SIZE_MAX)
		lost(p, "server-tools", "tools that the API runs", "/tools",
		     tool);
}

static void read_tool(struct asked_pair *p, struct jval tool, size_t n)
{
	struct jval name = jscan_get(tool, "name"), is = tool_of(p, name, n);
	char place[PLACE];
	struct asked_schema schema = { p, place, false };

	snprintf(place, sizeof(place), "/tools/%zu/input_schema", n);
	if (jscan_get(tool, "type").text.at) {
		read_server_tool(p, tool, is);
		return;
	}
	if (is.text.at == NULL) {
		lost(p, "tools", "tools", "/tools", tool);
		return;
	}
	if (has_moved(p, name, n))
		saw(p, BEHAVIOUR_ASKED_MOVED, "tools", "tools", "/tools", tool);
	if (jscan_get(tool, "description").text.len > 2 &&
	    jscan_get(is, "description").text.len <= 2)
		lost(p, "descriptions", "descriptions of tools", place, tool);
	jscan_diff(jscan_get(tool, "input_schema"),
		   jscan_get(is, "input_schema"), 0, 16, on_schema, &schema);
}

static void read_tools(struct asked_pair *p)
{
	struct jiter it = jscan_iter(jscan_get(p->c, "tools"));
	struct jval tool;

	for (size_t n = 0; jscan_next(&it, NULL, &tool); n++)
		read_tool(p, tool, n);
}

/* ---- how it is to be answered ---- */

static void read_choice(struct asked_pair *p)
{
	static const char one[] = "disable_parallel_tool_use";
	struct jval was = jscan_get(p->c, "tool_choice");
	struct jval is = jscan_get(p->u, "tool_choice");

	if (was.text.at == NULL)
		return;
	if (!is_same(jscan_get(was, "type"), jscan_get(is, "type")) &&
	    !jscan_member_is(was, "type", "auto"))
		lost(p, "tool-choice", "the choice of a tool", "/tool_choice",
		     was);
	if (jscan_get(was, one).type == J_TRUE &&
	    jscan_get(is, one).type != J_TRUE)
		lost(p, "one-call", "that one call at a time is wanted",
		     "/tool_choice", was);
}

/* A member that is a value, and stays one. */
static void read_value(struct asked_pair *p, const char *key)
{
	struct jval was = jscan_get(p->c, key), is = jscan_get(p->u, key);
	char place[PLACE];

	snprintf(place, sizeof(place), "/%s", key);
	if (was.text.at && is.text.at == NULL)
		lost(p, key, key, place, was);
	else if (was.text.at && !is_same(was, is))
		other(p, key, key, place, was);
}

static void read_limit(struct asked_pair *p)
{
	struct jval was = jscan_get(p->c, "max_tokens");
	struct jval is = jscan_get(p->u, "max_tokens");
	int64_t a, b;

	if (was.text.at && is.text.at == NULL)
		lost(p, "max_tokens", "max_tokens", "/max_tokens", was);
	else if (was.type == J_NUMBER && is.type == J_NUMBER &&
		 jscan_i64(was, &a) && jscan_i64(is, &b) && b > a)
		other(p, "max_tokens", "max_tokens", "/max_tokens", was);
}

/* Those that are as much as a vendor may have. */
static bool is_high(struct jval effort)
{
	return effort.type == J_STRING && (jscan_string_is(effort, "high") ||
					   jscan_string_is(effort, "xhigh") ||
					   jscan_string_is(effort, "max"));
}

static void read_effort(struct asked_pair *p)
{
	static const char place[] = "/output_config/effort";
	struct jval was = jscan_get(jscan_get(p->c, "output_config"), "effort");
	struct jval is = jscan_get(jscan_get(p->u, "output_config"), "effort");
	struct jval thinking = jscan_get(p->c, "thinking");
	struct jval budget = jscan_get(thinking, "budget_tokens");
	int64_t tokens;

	if (jscan_member_is(thinking, "type", "disabled"))
		return;
	if (was.text.at && is.text.at == NULL)
		lost(p, "effort", "the effort", place, was);
	else if (was.text.at && !is_same(was, is) &&
		 !(is_high(was) && is_high(is) &&
		   !jscan_string_is(was, "high")))
		other(p, "effort", "the effort", place, was);
	else if (was.text.at == NULL && budget.type == J_NUMBER &&
		 jscan_i64(budget, &tokens) && tokens <= SMALL_BUDGET &&
		 is_high(is))
		other(p, "effort", "the effort", place, budget);
}

static void read_format(struct asked_pair *p)
{
	struct jval was = jscan_get(jscan_get(p->c, "output_config"), "format");
	struct jval is = jscan_get(jscan_get(p->u, "output_config"), "format");

	if (was.text.at && is.text.at == NULL &&
	    span_find(p->r->u->request_body, span_of("json_object")) ==
		    SIZE_MAX)
		lost(p, "format", "the format of the output",
		     "/output_config/format", was);
}

/* ---- the whole ---- */

/* A text of the system that nobody wrote. */
static void read_added(struct asked_pair *p)
{
	struct jiter it = jscan_iter(jscan_get(p->u, "system"));
	struct buf own = BUF_INIT(BUF_NO_LIMIT), all = BUF_INIT(BUF_NO_LIMIT);
	struct jval block, text, mine;
	bool any;

	add_words(p->c, &all);
	while (jscan_next(&it, NULL, &block)) {
		struct jiter c = jscan_iter(jscan_get(p->c, "system"));

		text = jscan_get(block, "text");
		any = has_words(&all, text);
		buf_reset(&own);
		add_words(text, &own);
		while (!any && jscan_next(&c, NULL, &mine))
			any = has_words(&own, jscan_get(mine, "text"));
		if (!any)
			saw(p, BEHAVIOUR_ASKED_ADDED, "system",
			    "a text of its own", "/system", text);
	}
	buf_clear(&own);
	buf_clear(&all);
}

bool behaviour_asked(const struct behaviour_reading *r, struct jval c,
		     struct jval u)
{
	struct asked_pair *p = xcalloc(1, sizeof(*p));
	bool any;

	p->r = r;
	p->c = c;
	p->u = u;
	buf_init(&p->system, BUF_NO_LIMIT);
	buf_init(&p->turns, BUF_NO_LIMIT);
	add_words(jscan_get(u, "system"), &p->system);
	add_words(jscan_get(u, "messages"), &p->turns);
	read_system(p);
	read_turns(p);
	read_calls(p);
	read_tools(p);
	read_choice(p);
	read_limit(p);
	read_value(p, "temperature");
	read_value(p, "top_p");
	read_value(p, "stop_sequences");
	read_effort(p);
	read_format(p);
	read_added(p);
	any = p->lost;
	buf_clear(&p->system);
	buf_clear(&p->turns);
	free(p);
	return any;
}
