/*
 * Tools are called, and their results are taken: what sessions consist of. Two
 * are asked for in one turn, one of them with a name as long as those of MCP
 * servers; the results go back with words of the user after them.
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
#define AFTER "Now answer in one word."

/* A model does what the sentence says, ccmock what the marker says. */
#define PROMPT \
	"What is the weather in Paris, and what time is it in Rome? Call " \
	"both tools at once, do not answer yourself. [tools: " TOOL \
	" {\"city\":\"Paris\"}; " LONG_TOOL " {\"city\":\"Rome\"}]"
#define SHORT_PROMPT \
	"What is the weather in Paris? Call the tool, do not answer " \
	"yourself. [tool:" TOOL " {\"city\":\"Paris\"}]"

enum { CALL_TOKENS = 300, RESULT_TOKENS = 40, NAME_LETTERS = 100 };

_Static_assert(sizeof(LONG_TOOL) - 1 == NAME_LETTERS, "a hundred letters");

/* What is asked for: the short one only where the long name is refused. */
struct tools_talk {
	const char *prompt, *tools;
	bool words; /* of the user, after the results */
};

static const struct tools_talk both = { PROMPT, "[" WEATHER "," TIME "]",
					true },
			       one = { SHORT_PROMPT, "[" WEATHER "]", true };

/* ---- the call ---- */

static bool ask_call(struct doctor *d, struct doctor_call *c,
		     const struct tools_talk *t, const char *members,
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

static bool is_call(const struct view_block *b)
{
	return strcmp(b->type, "tool_use") == 0;
}

static size_t call_count(const struct exchange *x)
{
	size_t n = 0;

	for (size_t i = 0; i < x->block_count; i++)
		n += is_call(&x->blocks[i]);
	return n;
}

/* The first one, or NULL. */
static const struct view_block *first_call(const struct exchange *x)
{
	for (size_t i = 0; i < x->block_count; i++)
		if (is_call(&x->blocks[i]))
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

/* What it was called before it was renamed: what is cut off begins alike. */
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

		if (!is_call(b))
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
	else if (grammar_check(x, &why) == GRAMMAR_OTHER)
		step_finding(d, out, "DR-STREAM-ORDER", c, buf_str(&why), NULL,
			     NULL);
	buf_clear(&why);
	return out->state == STATE_OK;
}

static bool judge_inputs(struct doctor *d, const struct doctor_call *c,
			 const struct exchange *x, struct step_result *out)
{
	for (size_t i = 0; i < x->block_count; i++) {
		const char *fault = is_call(&x->blocks[i])
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

/* ---- the result ---- */

static void add_calls(const struct exchange *x, struct buf *out)
{
	size_t n = 0;

	for (size_t i = 0; i < x->block_count; i++) {
		const struct view_block *b = &x->blocks[i];

		if (!is_call(b))
			continue;
		buf_addf(out, "%s{\"type\":\"tool_use\",\"id\":",
			 n++ > 0 ? "," : "");
		jscan_quote(out, span_of(b->id));
		buf_add_text(out, ",\"name\":");
		jscan_quote(out, span_of(b->name));
		buf_addf(out, ",\"input\":%.*s}", (int)b->text_len, b->text);
	}
}

/* A result is a text, or a list of blocks. */
static void add_results(const struct exchange *x, struct buf *out)
{
	static const char *const results[] = {
		"\"Sunny, 21 degrees\"",
		"[{\"type\":\"text\",\"text\":\"A quarter past nine\"}]"
	};
	size_t n = 0;

	for (size_t i = 0; i < x->block_count; i++) {
		if (!is_call(&x->blocks[i]))
			continue;
		buf_addf(out, "%s{\"type\":\"tool_result\",\"tool_use_id\":",
			 n > 0 ? "," : "");
		jscan_quote(out, span_of(x->blocks[i].id));
		buf_addf(out, ",\"content\":%s}", results[n++ > 0]);
	}
}

static void make_result(const struct doctor *d, struct doctor_call *c,
			const struct tools_talk *t, const struct exchange *x)
{
	buf_clear(&c->body);
	buf_init(&c->body, TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%d" STREAM ",\"tools\":%s"
		 ",\"messages\":[{\"role\":\"user\",\"content\":",
		 RESULT_TOKENS, t->tools);
	jscan_quote(&c->body, span_of(t->prompt));
	buf_add_text(&c->body, "},{\"role\":\"assistant\",\"content\":[");
	add_calls(x, &c->body);
	buf_add_text(&c->body, "]},{\"role\":\"user\",\"content\":[");
	add_results(x, &c->body);
	if (t->words)
		buf_add_text(&c->body,
			     ",{\"type\":\"text\",\"text\":\"" AFTER "\"}");
	buf_add_text(&c->body, "]}]}");
}

/* The request has the same id in both places; who cannot find one in the
 * other got something else. */
static bool is_of_ids(const struct buf *text)
{
	return strstr(buf_str(text), "tool_use_id") ||
	       strstr(buf_str(text), "tool_use` ids") ||
	       strstr(buf_str(text), "tool_result");
}

/* The same turn without the user's words is taken. */
static bool is_of_words(struct doctor *d, const struct tools_talk *t,
			const struct exchange *x, struct step_result *out)
{
	struct tools_talk bare = *t;
	struct doctor_call c = { .enough = step_has_content };
	bool taken;

	if (!doctor_spare(d))
		return false;
	bare.words = false;
	make_result(d, &c, &bare, x);
	taken = step_ask(d, &c, out) && step_is_taken(&c);
	doctor_call_clear(&c);
	return taken;
}

static void judge_refused(struct doctor *d, const struct doctor_call *c,
			  const struct tools_talk *t, const struct exchange *x,
			  struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;
	bool bad = status == 400 || status == 422 || status == 500;

	step_outcome(c, &what);
	d->seen.results_refused = true;
	if (bad && is_of_words(d, t, x, out))
		step_finding(d, out, "DR-TOOL-RESULT-WORDS", c, buf_str(&what),
			     NULL, NULL);
	else if (bad && status != 500 && is_of_ids(&what))
		step_finding(d, out, "DR-TOOL-ID-CHANGED", c, buf_str(&what),
			     NULL, NULL);
	else if (bad)
		step_finding(d, out, "DR-TOOL-RESULT-REFUSED", c,
			     buf_str(&what), NULL, NULL);
	else
		step_failed(d, c, out);
	buf_addf(&out->text, "; their results: %s", buf_str(&what));
	buf_clear(&what);
}

static void send_result(struct doctor *d, const struct tools_talk *t,
			const struct exchange *x, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	make_result(d, &c, t, x);
	if (step_ask(d, &c, out)) {
		if (step_is_good(&c))
			buf_add_text(&out->text, ", and their results taken");
		else
			judge_refused(d, &c, t, x, out);
	}
	doctor_call_clear(&c);
}

/* ---- the step ---- */

static void tell_calls(const struct tools_talk *t, size_t n, struct buf *out)
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

/* True if a tool was called, or a finding says why none can be seen; the
 * result goes back. */
static bool follow(struct doctor *d, const struct tools_talk *t,
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
			send_result(d, t, s.x, out);
	}
	look_clear(&s);
	return n > 0 || out->state != STATE_OK;
}

/* With a short name alone it is taken: so the long one was refused. */
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

/* The client leaves the choice to the model; only one that does not call by
 * itself is told to. */
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
