/*
 * Checks thinking: asks for it as the client does, together with a tool, and
 * sends the answer back with its signature, as the next turn does. The API
 * checks the thinking only of a turn that called a tool.
 */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)1024 * 1024)
#define TOOL "get_height"
#define TOOLS \
	",\"tools\":[{\"name\":\"" TOOL "\",\"description\":\"Tells how high " \
	"a mountain " \
	"is.\",\"input_schema\":{\"type\":\"object\",\"properties\":" \
	"{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]}}]"

/* A model follows the sentence, ccmock the marker. */
#define PROMPT \
	"Which is the highest mountain of Africa? Think it over, then ask " \
	"the tool how high it is. [tool:" TOOL " {\"name\":\"Kilimanjaro\"}]"
#define AGAIN "And the second highest?"

enum { THINKING_TOKENS = 2048, AGAIN_TOKENS = 1100 };

/* The `thinking` of the recording, with a smaller budget, which costs less.
 * false: the recording has none. */
static bool thinking_of(const struct doctor *d, struct buf *out)
{
	struct jval root, v, budget;

	if (jscan(buf_span(&d->client_body), &root, NULL) < 0 ||
	    !jscan_member(root, "thinking", &v) || v.type != J_OBJECT)
		return false;
	if (jscan_member(v, "budget_tokens", &budget))
		buf_add_text(out,
			     "{\"type\":\"enabled\",\"budget_tokens\":1024}");
	else
		buf_add_span(out, v.text);
	return true;
}

/* ---- the next turn ---- */

static void add_text(struct buf *out, const char *key, struct span text)
{
	buf_addf(out, ",\"%s\":", key);
	jscan_quote(out, text);
}

/* The user's turn: the result of the call, if there was one. */
static void add_answer(const struct view_block *call, struct buf *out)
{
	if (!call) {
		buf_add_text(out, "\"" AGAIN "\"");
		return;
	}
	buf_add_text(out, "[{\"type\":\"tool_result\"");
	add_text(out, "tool_use_id", span_of(call->id));
	buf_add_text(out, ",\"content\":\"5,895 metres\"}]");
}

static void make_again(const struct doctor *d, struct doctor_call *c,
		       const struct exchange *x, const struct view_block *call,
		       const char *thinking)
{
	struct buf blocks = BUF_INIT(TEXT_LIMIT);

	look_turn(x, &blocks);
	buf_init(&c->body, 2 * TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%d,\"stream\":true,\"thinking\":%s" TOOLS
		 ",\"messages\":[{\"role\":\"user\",\"content\":",
		 AGAIN_TOKENS, thinking);
	jscan_quote(&c->body, span_of(PROMPT));
	buf_addf(&c->body,
		 "},{\"role\":\"assistant\",\"content\":[%s]},{\"role\":"
		 "\"user\",\"content\":",
		 buf_str(&blocks));
	add_answer(call, &c->body);
	buf_add_text(&c->body, "}]}");
	c->enough = step_has_content;
	buf_clear(&blocks);
}

/* Keeps the body for the step "relay", which changes it and sends it once
 * more. */
static void keep(struct doctor *d, const struct doctor_call *c,
		 const char *signature)
{
	struct doctor_seen *s = &d->seen;

	buf_add_span(&s->replay, buf_span(&c->body));
	buf_add_text(&s->signature, signature);
}

/* Whether the refusal is about thinking, and not about the turn as a whole. */
static bool is_of_thinking(const char *what)
{
	static const char *const words[] = { "thinking", "signature",
					     "reasoning", "thought" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(what, words[i]))
			return true;
	return false;
}

static void judge_again(struct doctor *d, const struct doctor_call *c,
			const struct view_block *call, struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;
	bool bad;

	step_outcome(c, &what);
	if (step_is_taken(c))
		buf_addf(&out->text, ", and accepted when sent back%s",
			 call ? " with the tool's result" : "");
	else
		buf_addf(&out->text, ", and sent back: %s", buf_str(&what));
	bad = !step_is_taken(c) && (status == 400 || status == 422);
	if (bad && strcmp(step_code(c), "DR-THINKING-DROPPED") == 0)
		step_failed(d, c, out);
	else if (bad && (!call || is_of_thinking(buf_str(&what))))
		step_finding(d, out, "DR-SIGNATURE-CHANGED", c, buf_str(&what),
			     NULL, NULL);
	else if (bad && !d->seen.results_refused)
		step_finding(d, out, "DR-THINKING-TURN-REFUSED", c,
			     buf_str(&what), NULL, NULL);
	else if (!bad && !step_is_taken(c) && doctor_explain(d, c))
		out->state = STATE_DOUBTFUL;
	buf_clear(&what);
}

static void send_back(struct doctor *d, const struct look *s,
		      const char *thinking, struct step_result *out)
{
	const struct view_block *call = look_block(s, "tool_use");
	const struct view_block *b = look_block(s, "thinking");
	struct doctor_call c = { .method = NULL };

	make_again(d, &c, s->x, call, thinking);
	if (step_ask(d, &c, out)) {
		judge_again(d, &c, call, out);
		if (b && step_is_taken(&c))
			keep(d, &c, b->signature);
	}
	doctor_call_clear(&c);
}

/* ---- the step ---- */

static void judge(struct doctor *d, const struct doctor_call *c,
		  const char *thinking, struct step_result *out)
{
	const struct view_block *b, *redacted;
	struct look s;

	look_of(&s, c);
	b = look_block(&s, "thinking");
	redacted = look_block(&s, "redacted_thinking");
	if (!b && !redacted) {
		buf_add_text(&out->text, "no thinking came back");
		step_finding(d, out, "DR-THINKING-LOST", c, NULL, NULL, NULL);
	} else if (b && !*b->signature) {
		buf_add_text(&out->text, "it came back without its signature");
		step_finding(d, out, "DR-SIGNATURE-LOST", c, NULL, NULL, NULL);
	} else {
		buf_addf(&out->text, "it came back signed%s",
			 look_block(&s, "tool_use") ? ", with a tool call"
						    : "");
		send_back(d, &s, thinking, out);
	}
	look_clear(&s);
}

void step_thinking(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	struct buf thinking = BUF_INIT(TEXT_LIMIT), members;

	if (!thinking_of(d, &thinking)) {
		buf_add_text(&out->text, "the recorded request asks for none");
		buf_clear(&thinking);
		return;
	}
	buf_init(&members, 2 * TEXT_LIMIT);
	buf_addf(&members, ",\"stream\":true,\"thinking\":%s" TOOLS,
		 buf_str(&thinking));
	doctor_small(d, &c, THINKING_TOKENS, PROMPT, buf_str(&members));
	if (step_ask(d, &c, out) && !step_failed(d, &c, out))
		judge(d, &c, buf_str(&thinking), out);
	buf_clear(&members);
	buf_clear(&thinking);
	doctor_call_clear(&c);
}
