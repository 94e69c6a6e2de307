/* Thinking: it is asked for as the client does, and what came back is sent
 * back, with its signature, as the next turn has it. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)1024 * 1024)
#define PROMPT \
	"Which is the smallest number above 1000 that can be divided by 7, " \
	"11 " \
	"and 13? Think it over, then give the number only."
#define AGAIN "And twice that?"

enum { THINKING_TOKENS = 2048, AGAIN_TOKENS = 1100 };

/* As the recording asks for it, with a budget of thinking that costs less;
 * false: it does not. */
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

/* The content_block of the n-th start, as it came. */
static struct span start_of(const struct exchange *x, size_t n)
{
	struct jval block;

	for (size_t i = 0; i < x->event_count; i++) {
		const struct view_event *ev = &x->events[i];

		if (strcmp(ev->name, "content_block_start") != 0 || n-- > 0)
			continue;
		return jscan_member(ev->json, "content_block", &block)
			       ? block.text
			       : SPAN_EMPTY;
	}
	return SPAN_EMPTY;
}

static void add_text(struct buf *out, const char *key, struct span text)
{
	buf_addf(out, ",\"%s\":", key);
	jscan_quote(out, text);
}

static void add_block(const struct exchange *x, size_t n, struct buf *out)
{
	const struct view_block *b = &x->blocks[n];
	struct span text = span_make(b->text, b->text_len);
	bool thinks = strcmp(b->type, "thinking") == 0;

	if (!thinks && strcmp(b->type, "redacted_thinking") != 0 &&
	    text.len == 0)
		return;
	if (out->len > 0)
		buf_add_byte(out, ',');
	if (!thinks && strcmp(b->type, "text") != 0) {
		buf_add_span(out, start_of(x, n));
		return;
	}
	buf_addf(out, "{\"type\":\"%s\"", b->type);
	add_text(out, thinks ? "thinking" : "text", text);
	if (thinks)
		add_text(out, "signature", span_of(b->signature));
	buf_add_byte(out, '}');
}

static void make_again(const struct doctor *d, struct doctor_call *c,
		       const struct exchange *x, const char *thinking)
{
	struct buf blocks = BUF_INIT(TEXT_LIMIT);

	for (size_t i = 0; i < x->block_count; i++)
		add_block(x, i, &blocks);
	buf_init(&c->body, 2 * TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%d,\"stream\":true,\"thinking\":%s,"
		 "\"messages\":[{\"role\":\"user\",\"content\":",
		 AGAIN_TOKENS, thinking);
	jscan_quote(&c->body, span_of(PROMPT));
	buf_addf(&c->body,
		 "},{\"role\":\"assistant\",\"content\":[%s]},{\"role\":"
		 "\"user\",\"content\":\"" AGAIN "\"}]}",
		 buf_str(&blocks));
	c->enough = step_has_content;
	buf_clear(&blocks);
}

static void judge_again(struct doctor *d, const struct doctor_call *c,
			struct step_result *out)
{
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status = c->got.head.status;

	if (status == 200 && (c->got.end == END_CANCELLED || step_is_good(c))) {
		buf_add_text(&out->text, ", and taken back");
	} else {
		step_outcome(c, &what);
		buf_addf(&out->text, ", and sent back: %s", buf_str(&what));
		if (status == 400 || status == 422)
			step_finding(d, out, "DR-SIGNATURE-CHANGED", c,
				     buf_str(&what), NULL, NULL);
		else if (doctor_explain(d, c))
			out->state = STATE_DOUBTFUL;
	}
	buf_clear(&what);
}

static void send_back(struct doctor *d, const struct exchange *x,
		      const char *thinking, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	make_again(d, &c, x, thinking);
	if (step_ask(d, &c, out))
		judge_again(d, &c, out);
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
		buf_add_text(&out->text, "it came back signed");
		send_back(d, s.x, thinking, out);
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
	buf_addf(&members, ",\"stream\":true,\"thinking\":%s",
		 buf_str(&thinking));
	doctor_small(d, &c, THINKING_TOKENS, PROMPT, buf_str(&members));
	if (step_ask(d, &c, out) && !step_failed(d, &c, out))
		judge(d, &c, buf_str(&thinking), out);
	buf_clear(&members);
	buf_clear(&thinking);
	doctor_call_clear(&c);
}
