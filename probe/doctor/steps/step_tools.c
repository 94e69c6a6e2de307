/*
 * Checks that tools are called and their results accepted: this is what
 * sessions consist of. Asks for two calls in one turn, one of them to a tool
 * with a name as long as those of MCP servers, and sends the results back with
 * words of the user after them.
 */
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "probe/look/grammar.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define TOOL "get_weather"
#define LONG_TOOL \
	"mcp__plugin_of_team_with_a_long_name_timetables__get_the_time_of_" \
	"day_in_a_city_of_that_name_anywhere"
#define SCHEMA \
	"\"input_schema\":{\"type\":\"object\",\"properties\":{\"city\":{" \
	"\"type\":\"string\"}},\"required\":[\"city\"]}}"
#define WEATHER \
	"{\"name\":\"" TOOL "\",\"description\":\"Tells the weather in a " \
	"city.\"," SCHEMA
#define TIME \
	"{\"name\":\"" LONG_TOOL "\",\"description\":\"Tells the time in a " \
	"city.\"," SCHEMA
#define FORCED ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"" TOOL "\"}"
#define STREAM ",\"stream\":true"

/* A model follows the sentence, ccmock the marker. */
#define PROMPT \
	"What is the weather in Paris, and what time is it in Rome? Call " \
	"both tools at once, do not answer yourself. [tools: " TOOL \
	" {\"city\":\"Paris\"}; " LONG_TOOL " {\"city\":\"Rome\"}]"
#define SHORT_PROMPT \
	"What is the weather in Paris? Call the tool, do not answer " \
	"yourself. [tool:" TOOL " {\"city\":\"Paris\"}]"

enum { CALL_TOKENS = 300, NAME_LETTERS = 100 };

_Static_assert(sizeof(LONG_TOOL) - 1 == NAME_LETTERS, "a hundred letters");

/* The short prompt is used only if the long name is refused. */
static const struct step_talk both = { PROMPT, "[" WEATHER "," TIME "]", true },
			      one = { SHORT_PROMPT, "[" WEATHER "]", true };

/* ---- the call ---- */

static bool ask_call(struct doctor *d, struct doctor_call *c,
		     const struct step_talk *t, const char *members,
		     struct step_result *out)
{
	struct buf all = BUF_INIT(TEXT_LIMIT);
	bool asked;

	buf_addf(&all, STREAM ",\"tools\":%s%s", t->tools, members);
	doctor_small(d, c, CALL_TOKENS, t->prompt, buf_str(&all));
	asked = step_ask(d, c, out);
	buf_clear(&all);
	return asked;
}

static size_t call_count(const struct exchange *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->block_count; i++)
		n += look_is_call(&x->blocks[i]);
	return n;
}

/* The first tool call, or NULL. */
static const struct view_block *first_call(const struct exchange *x)
{
	for (size_t i = 0; i < x->block_count; i++)
		if (look_is_call(&x->blocks[i]))
			return &x->blocks[i];
	return NULL;
}

/* What is wrong with the tool's input; NULL: nothing. */
static const char *input_fault(const struct view_block *b)
{
	struct jval root, city;

	if (b->text_len == 0)
		return "it is empty";
	if (jscan(span_make(b->text, b->text_len), &root, NULL) < 0)
		return "it is no JSON";
	if (root.type == J_STRING)
		return "it is JSON inside a JSON string";
	if (root.type != J_OBJECT)
		return "it is no JSON object";
	if (!jscan_member(root, "city", &city) || city.type != J_STRING)
		return "what the schema requires is not in it";
	return NULL;
}

/* The client reads a tool's input from deltas only. */
static bool has_input_deltas(const struct doctor_call *c)
{
	return span_find(buf_span(&c->got.body), span_of("input_json_delta")) !=
	       SIZE_MAX;
}

/* Which of the two tools a call means: a name that was cut still begins the
 * same. */
static const char *name_of(const struct view_block *b)
{
	return strncmp(b->name, "mcp", 3) == 0 ? LONG_TOOL : TOOL;
}

static bool is_known_name(const char *name)
{
	return strcmp(name, TOOL) == 0 || strcmp(name, LONG_TOOL) == 0;
}

static bool judge_names(struct doctor *d, const struct doctor_call *c,
			const struct exchange *x, struct step_result *out)
{
	const char *id = NULL;

	for (size_t i = 0; i < x->block_count; i++) {
		const struct view_block *b = &x->blocks[i];

		if (!look_is_call(b))
			continue;
		if (!is_known_name(b->name))
			step_finding(d, out, "DR-TOOL-RENAMED", c, b->name,
				     name_of(b), NULL);
		else if (!*b->id)
			step_finding(d, out, "DR-TOOL-NO-ID", c, NULL, NULL,
				     NULL);
		else if (id && strcmp(id, b->id) == 0)
			step_finding(d, out, "DR-TOOL-IDS-ALIKE", c, id, NULL,
				     NULL);
		id = b->id;
	}
	return out->state == STATE_OK;
}

/* A finding already says that streams are broken even without tools. */
static bool is_told(const struct doctor *d)
{
	for (size_t i = 0; i < d->findings.count; i++)
		if (strcmp(d->findings.list[i].step, "stream") == 0)
			return true;
	return false;
}

static bool judge_grammar(struct doctor *d, const struct doctor_call *c,
			  const struct exchange *x, struct step_result *out)
{
	const struct view_block *call = first_call(x);
	struct buf why = BUF_INIT(TEXT_LIMIT);

	if (!x->is_stream)
		return true;
	if (call && !has_input_deltas(c) && !input_fault(call))
		step_finding(d, out, "DR-TOOL-INPUT-BROKEN", c,
			     "it is in content_block_start, and no "
			     "input_json_delta comes",
			     NULL, NULL);
	else if (grammar_check(x, &why) == GRAMMAR_OTHER && !is_told(d))
		step_finding(d, out, "DR-STREAM-ORDER", c, buf_str(&why), NULL,
			     NULL);
	buf_clear(&why);
	return out->state == STATE_OK;
}

static bool judge_inputs(struct doctor *d, const struct doctor_call *c,
			 const struct exchange *x, struct step_result *out)
{
	for (size_t i = 0; i < x->block_count; i++) {
		const char *fault = look_is_call(&x->blocks[i])
					    ? input_fault(&x->blocks[i])
					    : NULL;

		if (fault)
			step_finding(d, out, "DR-TOOL-INPUT-BROKEN", c, fault,
				     NULL, NULL);
	}
	return out->state == STATE_OK;
}

static void judge_calls(struct doctor *d, const struct doctor_call *c,
			const struct exchange *x, struct step_result *out)
{
	const char *stop = x->stop_reason;

	if (judge_names(d, c, x, out) && judge_grammar(d, c, x, out) &&
	    judge_inputs(d, c, x, out) &&
	    (!stop || strcmp(stop, "tool_use") != 0))
		step_finding(d, out, "DR-TOOL-STOP-REASON", c,
			     stop ? stop : "none", NULL, NULL);
}

/* ---- the step ---- */

static void tell_calls(const struct step_talk *t, size_t n, struct buf *out)
{
	if (n > 1)
		buf_addf(out, "%zu are called in one turn", n);
	else if (t == &both)
		buf_add_text(out, "one is called (two in one turn could not be "
				  "seen)");
	else
		buf_add_text(out, TOOL " is called");
}

static bool has_call_bytes(const struct doctor_call *c)
{
	return span_find(buf_span(&c->got.body), span_of("\"tool_use\"")) !=
	       SIZE_MAX;
}

/* Judges the calls and sends their results back. true: a tool was called, or a
 * finding says why no call can be seen. */
static bool follow(struct doctor *d, const struct step_talk *t,
		   const struct doctor_call *c, struct step_result *out)
{
	struct look s;
	size_t n;

	look_of(&s, c);
	n = call_count(s.x);
	if (n == 0 && has_call_bytes(c)) {
		buf_add_text(&out->text, "a call that cannot be read");
		judge_grammar(d, c, s.x, out);
	} else if (n > 0) {
		d->seen.call_tokens = step_input_tokens(c);
		judge_calls(d, c, s.x, out);
		tell_calls(t, n, &out->text);
		if (out->state == STATE_OK)
			step_tools_result(d, t, s.x, out);
	}
	look_clear(&s);
	return n > 0 || out->state != STATE_OK;
}

/* If the request is accepted with only the short name, the long name was the
 * reason. */
static void without_long_name(struct doctor *d, const struct doctor_call *first,
			      struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	struct buf what = BUF_INIT(TEXT_LIMIT);

	if (step_is_busy(first) || first->got.head.status == 0 ||
	    !doctor_spare(d) || !ask_call(d, &c, &one, "", out) ||
	    !step_is_good(&c)) {
		step_failed(d, first, out);
	} else {
		step_outcome(first, &what);
		step_finding(d, out, "DR-TOOL-NAME-LONG", first, buf_str(&what),
			     NULL, NULL);
		buf_addf(&out->text,
			 "a name of %d letters is refused, a short one is not",
			 NAME_LETTERS);
	}
	buf_clear(&what);
	doctor_call_clear(&c);
}

/* The client leaves the choice to the model. Only a model that does not call a
 * tool by itself is told to. */
static void force(struct doctor *d, const struct doctor_call *free,
		  struct step_result *out)
{
	struct doctor_call told = { .method = NULL };

	if (!doctor_spare(d) || !ask_call(d, &told, &both, FORCED, out)) {
		buf_add_text(&out->text, "no tool is called; whether one would "
					 "be could not be seen");
	} else if (step_is_good(&told) && follow(d, &both, &told, out)) {
		buf_add_text(&out->text, " (only when it is told to)");
	} else {
		step_finding(d, out, "DR-TOOL-NO-CALL", free, NULL, NULL, NULL);
		buf_add_text(&out->text, "no tool is called");
	}
	doctor_call_clear(&told);
}

void step_tools(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	if (ask_call(d, &c, &both, "", out)) {
		if (!step_is_good(&c))
			without_long_name(d, &c, out);
		else if (!follow(d, &both, &c, out))
			force(d, &c, out);
	}
	doctor_call_clear(&c);
}
