/* Finds what a translated request lost of its tools, and of its options for the
 * answer. */
#include <stdio.h>

#include "probe/causes/behaviour_asked.h"

enum {
	PLACE = BEHAVIOUR_ASKED_PLACE,
	PLAIN_NAME = 64,
	SMALL_BUDGET = 4096,
	SCHEMA_LIMIT = 16
};

/* ---- reporting ---- */

void behaviour_asked_saw(struct behaviour_asked_pair *p,
			 enum behaviour_kind kind, const char *subject,
			 const char *said, const char *place, struct jval was)
{
	struct behaviour_sight s = {
		.kind = kind, .subject = subject, .detail = place, .said = said
	};

	s.sent = was.text;
	s.got = span_make(NULL, 0);
	behaviours_add(p->r->seen, &s);
	p->lost = p->lost || kind == BEHAVIOUR_ASKED_LOST;
}

void behaviour_asked_lost(struct behaviour_asked_pair *p, const char *subject,
			  const char *said, const char *place, struct jval was)
{
	behaviour_asked_saw(p, BEHAVIOUR_ASKED_LOST, subject, said, place, was);
}

void behaviour_asked_other(struct behaviour_asked_pair *p, const char *subject,
			   const char *said, const char *place, struct jval was)
{
	behaviour_asked_saw(p, BEHAVIOUR_ASKED_OTHER, subject, said, place,
			    was);
}

/* ---- JSON ---- */

bool behaviour_asked_plain_name(struct jval name)
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

bool behaviour_asked_same(struct jval a, struct jval b)
{
	return a.text.at && b.text.at &&
	       jscan_diff(a, b, 0, 0, NULL, NULL) == 0;
}

struct jval behaviour_asked_nth(struct jval list, size_t n)
{
	struct jiter it = jscan_iter(list);
	struct jval item = { .type = J_NULL };

	for (size_t i = 0; jscan_next(&it, NULL, &item); i++)
		if (i == n)
			return item;
	return (struct jval){ .type = J_NULL };
}

/* ---- tools ---- */

struct behaviour_asked_schema {
	struct behaviour_asked_pair *p;
	const char *place;
	bool told;
};

/* Reports a keyword that is gone. Other values may be ones that the vendor
 * accepts. */
static void on_schema(void *arg, const struct jdiff *d)
{
	struct behaviour_asked_schema *s = arg;
	struct span key = d->pointer, part;

	if ((d->kind != JDIFF_LOST && d->kind != JDIFF_CHANGED) || s->told)
		return;
	for (struct span rest = d->pointer;
	     rest.len > 0 && span_split(&rest, '/', &part);)
		key = part;
	if (span_find(d->pointer, span_of("/required/")) != SIZE_MAX ||
	    span_is(key, "$schema") || span_is(key, "additionalProperties"))
		return;
	if (d->kind == JDIFF_CHANGED && !span_is(key, "type"))
		return;
	s->told = true;
	behaviour_asked_lost(s->p, "schemas", "parts of the schemas of tools",
			     s->place, d->was);
}

/* What a tool became: the one of its name, or else the one in its place. */
static struct jval tool_of(const struct behaviour_asked_pair *p,
			   struct jval name, size_t n)
{
	struct jval tools = jscan_get(p->u, "tools"), tool;
	struct jiter it = jscan_iter(tools);

	while (jscan_next(&it, NULL, &tool))
		if (behaviour_asked_same(jscan_get(tool, "name"), name))
			return tool;
	return behaviour_asked_plain_name(name)
		       ? (struct jval){ .type = J_NULL }
		       : behaviour_asked_nth(tools, n);
}

static bool has_moved(const struct behaviour_asked_pair *p, struct jval name,
		      size_t n)
{
	struct jval tools = jscan_get(p->u, "tools");

	return jscan_count(tools) == jscan_count(jscan_get(p->c, "tools")) &&
	       behaviour_asked_plain_name(name) &&
	       !behaviour_asked_same(
		       jscan_get(behaviour_asked_nth(tools, n), "name"), name);
}

static void read_server_tool(struct behaviour_asked_pair *p, struct jval tool,
			     struct jval is)
{
	if (is.text.at == NULL &&
	    span_find(p->r->u->request_body, span_of("web_search")) == SIZE_MAX)
		behaviour_asked_lost(p, "server-tools",
				     "tools that the API runs", "/tools", tool);
}

static void read_tool(struct behaviour_asked_pair *p, struct jval tool,
		      size_t n)
{
	struct jval name = jscan_get(tool, "name"), is = tool_of(p, name, n);
	char place[PLACE];
	struct behaviour_asked_schema schema = { p, place, false };

	snprintf(place, sizeof(place), "/tools/%zu/input_schema", n);
	if (jscan_get(tool, "type").text.at) {
		read_server_tool(p, tool, is);
		return;
	}
	if (is.text.at == NULL) {
		behaviour_asked_lost(p, "tools", "tools", "/tools", tool);
		return;
	}
	if (has_moved(p, name, n))
		behaviour_asked_saw(p, BEHAVIOUR_ASKED_MOVED, "tools", "tools",
				    "/tools", tool);
	if (jscan_get(tool, "description").text.len > 2 &&
	    jscan_get(is, "description").text.len <= 2)
		behaviour_asked_lost(p, "descriptions", "descriptions of tools",
				     place, tool);
	jscan_diff(jscan_get(tool, "input_schema"),
		   jscan_get(is, "input_schema"), 0, SCHEMA_LIMIT, on_schema,
		   &schema);
}

static void read_tools(struct behaviour_asked_pair *p)
{
	struct jiter it = jscan_iter(jscan_get(p->c, "tools"));
	struct jval tool;

	for (size_t n = 0; jscan_next(&it, NULL, &tool); n++)
		read_tool(p, tool, n);
}

/* ---- options for the answer ---- */

static void read_choice(struct behaviour_asked_pair *p)
{
	static const char one[] = "disable_parallel_tool_use";
	struct jval was = jscan_get(p->c, "tool_choice");
	struct jval is = jscan_get(p->u, "tool_choice");

	if (was.text.at == NULL)
		return;
	if (!behaviour_asked_same(jscan_get(was, "type"),
				  jscan_get(is, "type")) &&
	    !jscan_member_is(was, "type", "auto"))
		behaviour_asked_lost(p, "tool-choice", "the choice of a tool",
				     "/tool_choice", was);
	if (jscan_get(was, one).type == J_TRUE &&
	    jscan_get(is, one).type != J_TRUE)
		behaviour_asked_lost(p, "one-call",
				     "that one call at a time is wanted",
				     "/tool_choice", was);
}

/* Compares a member that must keep its value. */
static void read_value(struct behaviour_asked_pair *p, const char *key)
{
	struct jval was = jscan_get(p->c, key), is = jscan_get(p->u, key);
	char place[PLACE];

	snprintf(place, sizeof(place), "/%s", key);
	if (was.text.at && is.text.at == NULL)
		behaviour_asked_lost(p, key, key, place, was);
	else if (was.text.at && !behaviour_asked_same(was, is))
		behaviour_asked_other(p, key, key, place, was);
}

static void read_limit(struct behaviour_asked_pair *p)
{
	struct jval was = jscan_get(p->c, "max_tokens");
	struct jval is = jscan_get(p->u, "max_tokens");
	int64_t a, b;

	if (was.text.at && is.text.at == NULL)
		behaviour_asked_lost(p, "max_tokens", "max_tokens",
				     "/max_tokens", was);
	else if (was.type == J_NUMBER && is.type == J_NUMBER &&
		 jscan_i64(was, &a) && jscan_i64(is, &b) && b > a)
		behaviour_asked_other(p, "max_tokens", "max_tokens",
				      "/max_tokens", was);
}

/* Efforts that a vendor may have only one level for. */
static bool is_high(struct jval effort)
{
	return effort.type == J_STRING && (jscan_string_is(effort, "high") ||
					   jscan_string_is(effort, "xhigh") ||
					   jscan_string_is(effort, "max"));
}

static void read_effort(struct behaviour_asked_pair *p)
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
		behaviour_asked_lost(p, "effort", "the effort", place, was);
	else if (was.text.at && !behaviour_asked_same(was, is) &&
		 !(is_high(was) && is_high(is) &&
		   !jscan_string_is(was, "high")))
		behaviour_asked_other(p, "effort", "the effort", place, was);
	else if (was.text.at == NULL && budget.type == J_NUMBER &&
		 jscan_i64(budget, &tokens) && tokens <= SMALL_BUDGET &&
		 is_high(is))
		behaviour_asked_other(p, "effort", "the effort", place, budget);
}

static void read_format(struct behaviour_asked_pair *p)
{
	struct jval was = jscan_get(jscan_get(p->c, "output_config"), "format");
	struct jval is = jscan_get(jscan_get(p->u, "output_config"), "format");

	if (was.text.at && is.text.at == NULL &&
	    span_find(p->r->u->request_body, span_of("json_object")) ==
		    SIZE_MAX)
		behaviour_asked_lost(p, "format", "the format of the output",
				     "/output_config/format", was);
}

void behaviour_asked_tools(struct behaviour_asked_pair *p)
{
	read_tools(p);
	read_choice(p);
	read_limit(p);
	read_value(p, "temperature");
	read_value(p, "top_p");
	read_value(p, "stop_sequences");
	read_effort(p);
	read_format(p);
}
