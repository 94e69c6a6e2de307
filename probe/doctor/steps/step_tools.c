/* A tool is called, and its result is taken: what sessions consist of. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define TOOL "get_weather"
#define TOOLS \
	",\"tools\":[{\"name\":\"" TOOL "\",\"description\":\"Tells the " \
	"weather in a city.\",\"input_schema\":{\"type\":\"object\"," \
	"\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[" \
	"\"city\"]}}]"
#define FORCED ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"" TOOL "\"}"
#define STREAM ",\"stream\":true"

/* A model does what the sentence says, ccmock what the marker says. */
#define PROMPT \
	"What is the weather in Paris? Call the tool, do not answer " \
	"yourself. [tool:" TOOL " {\"city\":\"Paris\"}]"

enum { CALL_TOKENS = 200, RESULT_TOKENS = 40 };

/* ---- the call ---- */

static bool ask_call(struct doctor *d, struct doctor_call *c,
		     const char *members, struct step_result *out)
{
	doctor_small(d, c, CALL_TOKENS, PROMPT, members);
	return step_ask(d, c, out);
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

static void judge_call(struct doctor *d, const struct doctor_call *c,
		       const struct look *s, const struct view_block *b,
		       struct step_result *out)
{
	const char *stop = s->x->stop_reason, *fault = input_fault(b);

	if (s->x->is_stream && !fault && !has_input_deltas(c))
		fault = "it is in content_block_start, and no input_json_delta "
			"comes";
	if (strcmp(b->name, TOOL) != 0)
		step_finding(d, out, "DR-TOOL-RENAMED", c, b->name, TOOL, NULL);
	else if (!*b->id)
		step_finding(d, out, "DR-TOOL-NO-ID", c, NULL, NULL, NULL);
	else if (fault)
		step_finding(d, out, "DR-TOOL-INPUT-BROKEN", c, fault, NULL,
			     NULL);
	else if (!stop || strcmp(stop, "tool_use") != 0)
		step_finding(d, out, "DR-TOOL-STOP-REASON", c,
			     stop ? stop : "none", NULL, NULL);
}

/* ---- the result ---- */

static void make_result(const struct doctor *d, struct doctor_call *c,
			const struct view_block *b)
{
	struct span input = span_make(b->text, b->text_len);

	buf_clear(&c->body);
	buf_init(&c->body, TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%d" STREAM TOOLS
		 ",\"messages\":[{\"role\":\"user\",\"content\":",
		 RESULT_TOKENS);
	jscan_quote(&c->body, span_of(PROMPT));
	buf_add_text(&c->body, "},{\"role\":\"assistant\",\"content\":[{"
			       "\"type\":\"tool_use\",\"id\":");
	jscan_quote(&c->body, span_of(b->id));
	buf_add_text(&c->body, ",\"name\":\"" TOOL "\",\"input\":");
	buf_add_span(&c->body, input);
	buf_add_text(&c->body, "}]},{\"role\":\"user\",\"content\":[{"
			       "\"type\":\"tool_result\",\"tool_use_id\":");
	jscan_quote(&c->body, span_of(b->id));
	buf_add_text(&c->body, ",\"content\":\"Sunny, 21 degrees\"}]}]}");
}

/* The request has the same id in both places; who cannot find one in the
 * other got something else. */
static bool is_of_ids(const struct buf *text)
{
	return strstr(buf_str(text), "tool_use_id") ||
	       strstr(buf_str(text), "tool_use` ids") ||
	       strstr(buf_str(text), "tool_result");
}

static void judge_result(struct doctor *d, const struct doctor_call *c,
			 struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;

	step_outcome(c, &what);
	if (step_is_good(c))
		buf_add_text(&out->text, ", and its result taken");
	else if ((status == 400 || status == 422) && is_of_ids(&what))
		step_finding(d, out, "DR-TOOL-ID-CHANGED", c, buf_str(&what),
			     NULL, NULL);
	else if (status == 400 || status == 422 || status == 500)
		step_finding(d, out, "DR-TOOL-RESULT-REFUSED", c,
			     buf_str(&what), NULL, NULL);
	else
		step_failed(d, c, out);
	if (!step_is_good(c))
		buf_addf(&out->text, "; its result: %s", buf_str(&what));
	buf_clear(&what);
}

static void send_result(struct doctor *d, const struct view_block *b,
			struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	make_result(d, &c, b);
	if (step_ask(d, &c, out))
		judge_result(d, &c, out);
	doctor_call_clear(&c);
}

/* ---- the step ---- */

/* True if a tool was called; the result goes back. */
static bool follow(struct doctor *d, const struct doctor_call *c,
		   struct step_result *out)
{
	struct look s;
	const struct view_block *b;

	look_of(&s, c);
	b = look_block(&s, "tool_use");
	if (b) {
		judge_call(d, c, &s, b, out);
		buf_addf(&out->text, "%s is called", TOOL);
		if (out->state == STATE_OK)
			send_result(d, b, out);
	}
	look_clear(&s);
	return b != NULL;
}

/* The client leaves the choice to the model; only one that does not call by
 * itself is told to. */
void step_tools(struct doctor *d, struct step_result *out)
{
	struct doctor_call free = { .method = NULL }, told = { .method = NULL };

	if (!ask_call(d, &free, STREAM TOOLS, out) ||
	    step_failed(d, &free, out) || follow(d, &free, out) ||
	    !ask_call(d, &told, STREAM TOOLS FORCED, out))
		goto out;
	if (step_is_good(&told) && follow(d, &told, out)) {
		buf_add_text(&out->text, " (only when it is told to)");
	} else {
		step_finding(d, out, "DR-TOOL-NO-CALL", &free, NULL, NULL,
			     NULL);
		buf_add_text(&out->text, "no tool is called");
	}
out:
	doctor_call_clear(&free);
	doctor_call_clear(&told);
}
