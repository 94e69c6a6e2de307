/* Checks a message stream against its grammar, event by event. */
#include "probe/look/grammar.h"

#include <stdio.h>
#include <string.h>

#include "wire/bytes/fail.h"

enum { BLOCK_NONE = -1 };

struct grammar {
	const struct exchange *x;
	size_t number; /* of the event, from 0, without pings */
	const struct view_event *ev;
	bool started, stopped, aborted, delta_seen;
	int64_t next_index, open; /* of blocks; BLOCK_NONE: none is open */
	struct jval open_block;
	struct buf input; /* of the open tool use */
	unsigned signatures; /* of the open thinking block */
	bool signature_last, any_text, any_tool, any_input_tokens;
	bool bad_input; /* a tool's input was no JSON object */
	size_t bad_input_at;
	double output_tokens;
	struct jval stop_reason;
	enum grammar_fault fault;
	struct fail *f;
};

static int bad(struct grammar *g, const char *text)
{
	return fail_set(g->f, FAIL_SYNTAX, "event %zu (%.64s): %s", g->number,
			*g->ev->name != '\0' ? g->ev->name : "no name", text);
}

static int bad_as(struct grammar *g, enum grammar_fault fault, const char *text)
{
	g->fault = fault;
	return bad(g, text);
}

static int bad_number(struct grammar *g, const char *before, int64_t n,
		      const char *behind)
{
	char text[160];

	snprintf(text, sizeof(text), "%s%lld%s", before, (long long)n, behind);
	return bad(g, text);
}

/* ---- members ---- */

static bool has_member(struct jval object, const char *key, enum jtype type)
{
	struct jval v;

	return jscan_member(object, key, &v) && v.type == type;
}

static bool has_text(struct jval object, const char *key, const char *text)
{
	struct jval v;

	return jscan_member(object, key, &v) && jscan_string_is(v, text);
}

static bool is_empty_container(struct jval object, const char *key,
			       enum jtype type)
{
	struct jval v;

	return jscan_member(object, key, &v) && v.type == type &&
	       jscan_count(v) == 0;
}

static double number_of(struct jval object, const char *key)
{
	struct jval v;
	double n;

	return jscan_member(object, key, &v) && v.type == J_NUMBER &&
			       jscan_double(v, &n)
		       ? n
		       : 0;
}

/* ---- every event ---- */

static int check_frame(struct grammar *g)
{
	const struct view_event *ev = g->ev;
	struct jval type;

	if (ev->event_lines == 0)
		return bad(g, "it has no event: line, so clients drop it");
	if (ev->event_lines > 1)
		return bad(g, "it has more than one event: line");
	if (ev->data_lines == 0)
		return bad(g, "it has no data");
	if (ev->json.text.at == NULL || ev->json.type != J_OBJECT)
		return bad(g, "its data is not a JSON object");
	if (!jscan_member(ev->json, "type", &type) ||
	    !jscan_string_is(type, ev->name))
		return bad(g, "the type in its data is not the event's name");
	return 0;
}

/* ---- message_start ---- */

static void count_input(struct grammar *g, struct jval usage)
{
	if (number_of(usage, "input_tokens") > 0 ||
	    number_of(usage, "cache_read_input_tokens") > 0 ||
	    number_of(usage, "cache_creation_input_tokens") > 0)
		g->any_input_tokens = true;
}

static int on_start(struct grammar *g)
{
	static const struct {
		const char *key;
		enum jtype type;
		const char *text;
		enum grammar_fault fault;
	} members[] = {
		{ "id", J_STRING, "message.id is missing", GRAMMAR_OTHER },
		{ "model", J_STRING, "message.model is missing",
		  GRAMMAR_OTHER },
		{ "stop_reason", J_NULL, "message.stop_reason is not null",
		  GRAMMAR_OTHER },
		{ "stop_sequence", J_NULL, "message.stop_sequence is not null",
		  GRAMMAR_OTHER },
		{ "usage", J_OBJECT, "message.usage is missing",
		  GRAMMAR_USAGE },
	};
	struct jval m, usage;

	if (g->started)
		return bad(g, "a second message_start");
	g->started = true;
	if (!jscan_member(g->ev->json, "message", &m) || m.type != J_OBJECT)
		return bad(g, "message is missing");
	if (!has_text(m, "type", "message"))
		return bad(g, "message.type is not \"message\"");
	if (!has_text(m, "role", "assistant"))
		return bad(g, "message.role is not \"assistant\"");
	if (!is_empty_container(m, "content", J_ARRAY))
		return bad(g, "message.content is not []");
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!has_member(m, members[i].key, members[i].type))
			return bad_as(g, members[i].fault, members[i].text);
	jscan_member(m, "usage", &usage);
	if (!has_member(usage, "input_tokens", J_NUMBER))
		return bad_as(g, GRAMMAR_USAGE,
			      "message.usage.input_tokens is missing");
	count_input(g, usage);
	return 0;
}

/* ---- blocks ---- */

static bool is_tool(struct jval block)
{
	return has_text(block, "type", "tool_use") ||
	       has_text(block, "type", "server_tool_use") ||
	       has_text(block, "type", "mcp_tool_use");
}

static int check_block(struct grammar *g, struct jval b)
{
	if (!has_member(b, "type", J_STRING))
		return bad(g, "content_block.type is missing");
	if (has_text(b, "type", "text") && !has_text(b, "text", ""))
		return bad(g, "a text block does not begin with \"text\":\"\"");
	if (has_text(b, "type", "thinking") && !has_text(b, "thinking", ""))
		return bad(g, "a thinking block does not begin with "
			      "\"thinking\":\"\"");
	if (has_text(b, "type", "thinking") && !has_text(b, "signature", ""))
		return bad(g, "a thinking block does not begin with "
			      "\"signature\":\"\"");
	if (has_text(b, "type", "redacted_thinking") &&
	    !has_member(b, "data", J_STRING))
		return bad(g, "a redacted_thinking block has no data");
	if (!is_tool(b))
		return 0;
	if (!has_member(b, "id", J_STRING) || has_text(b, "id", ""))
		return bad(g, "a tool use begins without its id");
	if (!has_member(b, "name", J_STRING) || has_text(b, "name", ""))
		return bad(g, "a tool use begins without its name");
	if (!is_empty_container(b, "input", J_OBJECT))
		return bad(g, "a tool use does not begin with \"input\":{}");
	return 0;
}

static int read_index(struct grammar *g, int64_t *index)
{
	struct jval v;

	if (!jscan_member(g->ev->json, "index", &v) || v.type != J_NUMBER ||
	    !jscan_i64(v, index))
		return bad(g, "index is missing");
	return 0;
}

static int on_block_start(struct grammar *g)
{
	int64_t index;
	struct jval b;

	if (read_index(g, &index) < 0)
		return -1;
	if (g->delta_seen)
		return bad(g, "a block begins after message_delta");
	if (g->open != BLOCK_NONE)
		return bad_number(g, "block ", g->open, " is still open");
	if (index != g->next_index)
		return bad_number(g, "its index should be ", g->next_index, "");
	if (!jscan_member(g->ev->json, "content_block", &b) ||
	    b.type != J_OBJECT)
		return bad(g, "content_block is missing");
	g->open = g->next_index++;
	g->open_block = b;
	g->signatures = 0;
	buf_reset(&g->input);
	if (is_tool(b))
		g->any_tool = g->any_tool || has_text(b, "type", "tool_use");
	return check_block(g, b);
}

static int check_open(struct grammar *g)
{
	int64_t index;

	if (read_index(g, &index) < 0)
		return -1;
	if (g->open != index)
		return bad_number(g, "no block ", index, " is open");
	return 0;
}

static const struct {
	const char *delta, *block, *member;
} delta_rows[] = {
	{ "text_delta", "text", "text" },
	{ "citations_delta", "text", "citation" },
	{ "thinking_delta", "thinking", "thinking" },
	{ "signature_delta", "thinking", "signature" },
	{ "compaction_delta", "compaction", "content" },
	{ "input_json_delta", "tool", "partial_json" },
};

static bool is_block(struct jval block, const char *type)
{
	if (strcmp(type, "tool") == 0)
		return is_tool(block);
	return has_text(block, "type", type);
}

/* Deltas of unknown types are accepted. */
static int check_delta(struct grammar *g, struct jval delta)
{
	struct jval member;

	for (size_t i = 0; i < sizeof(delta_rows) / sizeof(delta_rows[0]);
	     i++) {
		if (!has_text(delta, "type", delta_rows[i].delta))
			continue;
		if (!is_block(g->open_block, delta_rows[i].block))
			return bad(g, "its type does not go with the block's");
		if (!jscan_member(delta, delta_rows[i].member, &member))
			return bad(g, "its text is missing");
		return 0;
	}
	if (!has_member(delta, "type", J_STRING))
		return bad(g, "delta.type is missing");
	return 0;
}

static int on_block_delta(struct grammar *g)
{
	struct jval delta, text;

	if (check_open(g) < 0)
		return -1;
	if (!jscan_member(g->ev->json, "delta", &delta) ||
	    delta.type != J_OBJECT)
		return bad(g, "delta is missing");
	if (check_delta(g, delta) < 0)
		return -1;
	g->signature_last = has_text(delta, "type", "signature_delta");
	g->signatures += g->signature_last;
	if (has_text(delta, "type", "text_delta"))
		g->any_text = true;
	if (has_text(delta, "type", "input_json_delta") &&
	    jscan_member(delta, "partial_json", &text)) {
		if (text.type != J_STRING)
			return bad(g, "partial_json is not a string");
		jscan_string(text, &g->input);
	}
	return 0;
}

static int on_block_stop(struct grammar *g)
{
	struct jval root;

	if (check_open(g) < 0)
		return -1;
	g->open = BLOCK_NONE;
	if (has_text(g->open_block, "type", "thinking")) {
		if (g->signatures == 0)
			return bad(g, "a thinking block ends without its "
				      "signature");
		if (g->signatures > 1)
			return bad(g, "a thinking block has its signature in "
				      "more than one delta");
		if (!g->signature_last)
			return bad(g, "a thinking block does not end with its "
				      "signature");
	}
	if (is_tool(g->open_block) && g->input.len > 0 && !g->bad_input &&
	    (jscan(buf_span(&g->input), &root, NULL) < 0 ||
	     root.type != J_OBJECT)) {
		g->bad_input = true;
		g->bad_input_at = g->number;
	}
	return 0;
}

/* ---- the end ---- */

static int on_message_delta(struct grammar *g)
{
	struct jval delta, usage;
	double tokens;

	if (g->open != BLOCK_NONE)
		return bad_number(g, "block ", g->open, " is still open");
	g->delta_seen = true;
	if (!jscan_member(g->ev->json, "delta", &delta) ||
	    delta.type != J_OBJECT)
		return bad(g, "delta is missing");
	if (!jscan_member(delta, "stop_reason", &g->stop_reason))
		return bad(g, "delta.stop_reason is missing");
	if (!jscan_member(g->ev->json, "usage", &usage) ||
	    !has_member(usage, "output_tokens", J_NUMBER))
		return bad_as(g, GRAMMAR_USAGE,
			      "usage.output_tokens is missing");
	tokens = number_of(usage, "output_tokens");
	if (tokens < g->output_tokens)
		return bad_as(g, GRAMMAR_USAGE,
			      "usage.output_tokens went down; it counts the "
			      "whole message");
	g->output_tokens = tokens;
	count_input(g, usage);
	return 0;
}

/* A tool's input may be incomplete JSON if the turn was cut short, or if the
 * client asked for input without buffering. */
static bool may_be_partial(const struct grammar *g)
{
	const char *beta = NULL;

	if (!jscan_string_is(g->stop_reason, "tool_use") &&
	    !jscan_string_is(g->stop_reason, "end_turn"))
		return true;
	if (g->x->request != NULL)
		beta = headers_get(&g->x->request->headers, "anthropic-beta");
	return span_find(span_of(beta),
			 span_of("fine-grained-tool-streaming")) != SIZE_MAX ||
	       span_find(g->x->request_body,
			 span_of("\"eager_input_streaming\":true")) != SIZE_MAX;
}

static int on_stop(struct grammar *g)
{
	if (g->stopped)
		return bad(g, "a second message_stop");
	if (g->open != BLOCK_NONE)
		return bad_number(g, "block ", g->open, " is still open");
	if (!g->delta_seen)
		return bad(g, "there was no message_delta");
	g->stopped = true;
	if (g->stop_reason.type != J_STRING)
		return bad(g, "the last message_delta has no stop_reason");
	if (g->any_tool && jscan_string_is(g->stop_reason, "end_turn"))
		return bad_as(g, GRAMMAR_TOOL,
			      "the message uses a tool, and its stop_reason "
			      "is end_turn");
	if (g->any_text && g->output_tokens <= 0)
		return bad_as(g, GRAMMAR_USAGE,
			      "there was text, and usage.output_tokens is 0");
	if (!g->any_input_tokens)
		return bad_as(g, GRAMMAR_USAGE,
			      "no event has the number of input tokens");
	if (g->bad_input && !may_be_partial(g)) {
		g->number = g->bad_input_at;
		g->ev = view_event(g->x, g->number);
		return bad_as(g, GRAMMAR_TOOL,
			      "the tool's input is not one JSON object");
	}
	return 0;
}

static int on_error(struct grammar *g)
{
	struct jval error;

	g->aborted = true;
	if (!jscan_member(g->ev->json, "error", &error) ||
	    !has_member(error, "type", J_STRING) ||
	    !has_member(error, "message", J_STRING))
		return bad(g, "error.type or error.message is missing");
	return 0;
}

static const struct {
	const char *name;
	int (*on)(struct grammar *g);
	bool early; /* may come before message_start */
} event_rows[] = {
	{ "message_start", on_start, true },
	{ "content_block_start", on_block_start, false },
	{ "content_block_delta", on_block_delta, false },
	{ "content_block_stop", on_block_stop, false },
	{ "message_delta", on_message_delta, false },
	{ "message_stop", on_stop, false },
	{ "error", on_error, true },
};

static int check_event(struct grammar *g)
{
	if (check_frame(g) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(event_rows) / sizeof(event_rows[0]);
	     i++) {
		if (strcmp(g->ev->name, event_rows[i].name) != 0)
			continue;
		if (g->aborted)
			return bad(g, "it comes after an error");
		if (g->stopped && event_rows[i].on != on_stop)
			return bad(g, "it comes after message_stop");
		if (!g->started && !event_rows[i].early)
			return bad(g, "it comes before message_start");
		return event_rows[i].on(g);
	}
	return 0;
}

static int check_over(struct grammar *g)
{
	if (g->aborted || g->stopped)
		return 0;
	if (!g->started)
		return fail_set(g->f, FAIL_SYNTAX,
				"the stream has no message_start");
	if (g->x->end == END_OPEN)
		return fail_set(g->f, FAIL_SYNTAX,
				"the stream is not over yet");
	return fail_set(g->f, FAIL_SYNTAX,
			"the stream ends without message_stop");
}

enum grammar_fault grammar_check(const struct exchange *x, struct buf *out)
{
	struct fail f = FAIL_INIT;
	struct grammar g = {
		.x = x, .open = BLOCK_NONE, .fault = GRAMMAR_OTHER, .f = &f
	};
	int rc = 0;

	buf_init(&g.input, VIEW_BODY_LIMIT);
	for (size_t i = 0; i < x->event_count && rc == 0; i++) {
		g.ev = &x->events[i];
		if (!view_event_counts(g.ev))
			continue;
		rc = check_event(&g);
		g.number++;
	}
	if (rc == 0)
		check_over(&g);
	buf_add_text(out, f.code == FAIL_OK ? "ok" : f.text);
	buf_clear(&g.input);
	return f.code == FAIL_OK ? GRAMMAR_GOOD : g.fault;
}
