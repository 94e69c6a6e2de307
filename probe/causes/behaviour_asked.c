/*
 * Finds what a translated request lost. Both sides are in the plain form. Sound
 * translations differ in ways that change nothing: one system text instead of
 * several, joined turns, other ids. So texts are searched for anywhere, and
 * calls, results and tools are paired by their number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/behaviour_asked.h"
#include "wire/bytes/mem.h"

#define BILL "x-anthropic-billing-header"

enum { PLACE = BEHAVIOUR_ASKED_PLACE, BLOCKS_LIMIT = BEHAVIOUR_ASKED_BLOCKS };

/* ---- words ---- */

/* Appends each string in a value, decoded, on a line of its own. */
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

/* A text of only white space counts as present. */
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

static bool is_anywhere(const struct behaviour_asked_pair *p,
			struct jval string)
{
	return has_words(&p->turns, string) || has_words(&p->system, string);
}

static bool is_type(struct jval block, const char *type)
{
	return jscan_member_is(block, "type", type);
}

/* ---- the system ---- */

/* The billing line is meant for Anthropic's models, on any platform. */
static bool is_for_bills(const struct behaviour_asked_pair *p)
{
	return format_is_anthropic(view_format(p->r->u));
}

static bool is_bill(struct jval text)
{
	return text.type == J_STRING && span_starts(text.text, "\"" BILL);
}

static void read_system_text(struct behaviour_asked_pair *p, struct jval text,
			     const char *place, bool late)
{
	const char *subject = late ? "late-system" : "system";
	const char *said =
		late ? "messages of the role system" : "the system prompt";

	if (is_bill(text)) {
		if (!is_for_bills(p) &&
		    (has_words(&p->system, text) || has_words(&p->turns, text)))
			behaviour_asked_saw(p, BEHAVIOUR_ASKED_LEAKS,
					    "billing-line", "the line " BILL,
					    "/system", text);
		return;
	}
	if (!is_anywhere(p, text))
		behaviour_asked_lost(p, subject, said, place, text);
	else if (late ? !has_words(&p->turns, text)
		      : !has_words(&p->system, text))
		behaviour_asked_saw(p, BEHAVIOUR_ASKED_MOVED, subject, said,
				    place, text);
}

static void read_system(struct behaviour_asked_pair *p)
{
	struct jval system = jscan_get(p->c, "system"), block;
	struct jiter it = jscan_iter(system);

	while (system.type == J_ARRAY && jscan_next(&it, NULL, &block))
		read_system_text(p, jscan_get(block, "text"), "/system", false);
}

/* ---- turns ---- */

static void read_source(struct behaviour_asked_pair *p, struct jval block,
			const char *place)
{
	struct jval source = jscan_get(block, "source");
	struct jval data = jscan_get(source, "data");
	bool image = is_type(block, "image");

	if (data.text.at == NULL)
		data = jscan_get(source, "url");
	if (!is_anywhere(p, data))
		behaviour_asked_lost(p, image ? "images" : "documents",
				     image ? "images" : "documents", place,
				     source);
	else if (image && span_find(jscan_get(p->u, "messages").text,
				    span_of("\"image\"")) == SIZE_MAX)
		behaviour_asked_other(p, "images", "images", place, source);
}

static void keep(struct behaviour_asked_blocks *to, struct jval block,
		 const char *place)
{
	struct behaviour_asked_block *new;

	if (to->count == BLOCKS_LIMIT)
		return;
	new = &to->list[to->count++];
	new->block = block;
	snprintf(new->place, sizeof(new->place), "%s", place);
}

static void read_block(struct behaviour_asked_pair *p, struct jval block,
		       const char *place, bool last)
{
	if (is_type(block, "text")) {
		if (!is_anywhere(p, jscan_get(block, "text")))
			behaviour_asked_lost(p, last ? "texts" : "history",
					     last ? "texts of the turn"
						  : "earlier turns",
					     place, block);
	} else if (is_type(block, "tool_use")) {
		keep(&p->c_calls, block, place);
	} else if (is_type(block, "tool_result")) {
		keep(&p->c_results, block, place);
	} else if (is_type(block, "image") || is_type(block, "document")) {
		read_source(p, block, place);
	}
}

static void read_turn(struct behaviour_asked_pair *p, struct jval turn,
		      size_t n, bool last)
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

static void read_turns(struct behaviour_asked_pair *p)
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

/* A name that had to be changed may be that of any tool. */
static bool is_name_of(const struct behaviour_asked_pair *p, struct jval was,
		       struct jval is)
{
	struct jiter it = jscan_iter(jscan_get(p->u, "tools"));
	struct jval tool;
	size_t n = 0;

	if (behaviour_asked_plain_name(was))
		return behaviour_asked_same(was, is);
	for (; jscan_next(&it, NULL, &tool); n++)
		if (behaviour_asked_same(jscan_get(tool, "name"), is))
			return true;
	return n == 0;
}

static void read_call(struct behaviour_asked_pair *p,
		      const struct behaviour_asked_block *was, struct jval is)
{
	struct jval a = jscan_get(was->block, "input");
	struct jval b = jscan_get(is, "input");
	struct jval name = jscan_get(was->block, "name");

	if (!behaviour_asked_same(a, b)) {
		if (b.type == J_OBJECT && jscan_count(b) == 0)
			behaviour_asked_lost(p, "tool-inputs",
					     "the input of calls", was->place,
					     a);
		else
			behaviour_asked_other(p, "tool-inputs",
					      "the input of calls", was->place,
					      a);
	}
	if (!is_name_of(p, name, jscan_get(is, "name")))
		behaviour_asked_other(p, "tool-names", "names of calls",
				      was->place, name);
}

/* The number of the call with this id; SIZE_MAX: there is none. */
static size_t call_of(const struct behaviour_asked_blocks *calls,
		      struct jval id)
{
	for (size_t i = 0; i < calls->count; i++)
		if (behaviour_asked_same(jscan_get(calls->list[i].block, "id"),
					 id))
			return i;
	return SIZE_MAX;
}

static bool is_result_of(const struct behaviour_asked_pair *p, size_t c,
			 size_t u)
{
	return call_of(&p->c_calls,
		       jscan_get(p->c_results.list[c].block, "tool_use_id")) ==
	       call_of(&p->u_calls,
		       jscan_get(p->u_results.list[u].block, "tool_use_id"));
}

/* Finds results whose text is in the place of another result. */
static void read_pairing(struct behaviour_asked_pair *p)
{
	struct buf words = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < p->c_results.count; i++) {
		struct jval part = behaviour_asked_nth(
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
			behaviour_asked_other(p, "tool-results",
					      "which result is of which call",
					      p->c_results.list[i].place, text);
	}
	buf_clear(&words);
}

static void read_result_content(struct behaviour_asked_pair *p,
				struct jval result, const char *place)
{
	/* A call that was dropped takes its result along. */
	bool turns = p->u_calls.count < p->c_calls.count;
	struct jval content = jscan_get(result, "content"), part;
	struct jiter it = jscan_iter(content);

	while (content.type == J_ARRAY && jscan_next(&it, NULL, &part)) {
		if (is_type(part, "text")) {
			if (!is_anywhere(p, jscan_get(part, "text")))
				behaviour_asked_lost(
					p, turns ? "history" : "tool-results",
					turns ? "earlier turns"
					      : "results of tools",
					place, part);
		} else if (is_type(part, "tool_reference")) {
			if (!has_words(&p->turns, jscan_get(part, "tool_name")))
				behaviour_asked_lost(p, "tool-references",
						     "references to tools",
						     place, part);
		} else {
			read_source(p, part, place);
		}
	}
}

/* A text or an image comes before a result of its turn. */
static bool is_result_late(struct jval form)
{
	struct jval messages = jscan_get(form, "messages"), turn, block;
	struct jiter it = jscan_iter(messages), inner;
	bool other;

	while (jscan_next(&it, NULL, &turn)) {
		inner = jscan_iter(jscan_get(turn, "content"));
		for (other = false; jscan_next(&inner, NULL, &block);
		     other = other || !is_type(block, "tool_result"))
			if (other && is_type(block, "tool_result"))
				return true;
	}
	return false;
}

/* Looks only at requests that the provider took: a refusal is reported
 * anyway. */
static void read_order(struct behaviour_asked_pair *p)
{
	const struct exchange *u = p->r->u;

	if (u->response == NULL || u->response->status != 200 ||
	    p->c_results.count == 0 || !is_result_late(p->u) ||
	    is_result_late(p->c))
		return;
	behaviour_asked_saw(p, BEHAVIOUR_ASKED_MOVED, "tool-results",
			    "results of tools", p->c_results.list[0].place,
			    p->c_results.list[0].block);
}

static void read_calls(struct behaviour_asked_pair *p)
{
	size_t n = p->c_calls.count, m = p->c_results.count;

	if (p->u_calls.count < n)
		behaviour_asked_lost(p, "history", "earlier turns",
				     p->c_calls.list[p->u_calls.count].place,
				     p->c_calls.list[p->u_calls.count].block);
	for (size_t i = 0; i < n && i < p->u_calls.count; i++)
		read_call(p, &p->c_calls.list[i], p->u_calls.list[i].block);
	for (size_t i = 0; i < m; i++)
		read_result_content(p, p->c_results.list[i].block,
				    p->c_results.list[i].place);
	if (p->u_results.count < m && p->u_calls.count == n)
		behaviour_asked_lost(
			p, "tool-results", "results of tools",
			p->c_results.list[p->u_results.count].place,
			p->c_results.list[p->u_results.count].block);
	else if (m <= 64 && p->u_calls.count == n)
		read_pairing(p);
}

/* ---- the whole ---- */

/* A text of the system that the client did not send. */
static void read_added(struct behaviour_asked_pair *p)
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
			behaviour_asked_saw(p, BEHAVIOUR_ASKED_ADDED, "system",
					    "a text of its own", "/system",
					    text);
	}
	buf_clear(&own);
	buf_clear(&all);
}

bool behaviour_asked(const struct behaviour_reading *r, struct jval c,
		     struct jval u)
{
	struct behaviour_asked_pair *p = xcalloc(1, sizeof(*p));
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
	read_order(p);
	behaviour_asked_tools(p);
	read_added(p);
	any = p->lost;
	buf_clear(&p->system);
	buf_clear(&p->turns);
	free(p);
	return any;
}
