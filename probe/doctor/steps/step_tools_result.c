/* Sends the turn with the results of tools, and words of the user after
 * them. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define AFTER "Now answer in one word."

enum { RESULT_TOKENS = 40 };

/* A result may be a text or a list of blocks: one of each. */
static void add_results(const struct exchange *x, struct buf *out)
{
	static const char *const results[] = {
		"\"Sunny, 21 degrees\"",
		"[{\"type\":\"text\",\"text\":\"A quarter past nine\"}]"
	};
	size_t n = 0;

	for (size_t i = 0; i < x->block_count; i++) {
		if (!look_is_call(&x->blocks[i]))
			continue;
		buf_addf(out, "%s{\"type\":\"tool_result\",\"tool_use_id\":",
			 n > 0 ? "," : "");
		jscan_quote(out, span_of(x->blocks[i].id));
		buf_addf(out, ",\"content\":%s}", results[n++ > 0]);
	}
}

static void make_result(const struct doctor *d, struct doctor_call *c,
			const struct step_talk *t, const struct exchange *x)
{
	struct buf turn = BUF_INIT(TEXT_LIMIT);

	buf_clear(&c->body);
	buf_init(&c->body, TEXT_LIMIT);
	buf_add_text(&c->body, "{\"model\":");
	jscan_quote(&c->body, span_of(d->model));
	buf_addf(&c->body,
		 ",\"max_tokens\":%d,\"stream\":true,\"tools\":%s"
		 ",\"messages\":[{\"role\":\"user\",\"content\":",
		 RESULT_TOKENS, t->tools);
	jscan_quote(&c->body, span_of(t->prompt));
	buf_add_text(&c->body, "},{\"role\":\"assistant\",\"content\":[");
	look_turn(x, &turn);
	buf_add_span(&c->body, buf_span(&turn));
	buf_add_text(&c->body, "]},{\"role\":\"user\",\"content\":[");
	add_results(x, &c->body);
	if (t->words)
		buf_add_text(&c->body,
			     ",{\"type\":\"text\",\"text\":\"" AFTER "\"}");
	buf_add_text(&c->body, "]}]}");
	buf_clear(&turn);
}

/* The refusal is about ids. Our request has the same id in call and result, so
 * the gateway changed one. */
static bool is_of_ids(const struct buf *text)
{
	return strstr(buf_str(text), "tool_use_id") ||
	       strstr(buf_str(text), "tool_use` ids") ||
	       strstr(buf_str(text), "tool_result");
}

/* The refusal is about thinking that is missing or was changed. */
static bool is_of_thinking(const struct doctor_call *c)
{
	const char *code = step_code(c);

	return strcmp(code, "DR-THINKING-DROPPED") == 0 ||
	       strcmp(code, "DR-THINKING-SIGNATURE") == 0;
}

/* Whether the same turn without the user's words is accepted. */
static bool is_of_words(struct doctor *d, const struct step_talk *t,
			const struct exchange *x, struct step_result *out)
{
	struct step_talk bare = *t;
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
			  const struct step_talk *t, const struct exchange *x,
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
	else if (bad && !is_of_thinking(c))
		step_finding(d, out, "DR-TOOL-RESULT-REFUSED", c,
			     buf_str(&what), NULL, NULL);
	else
		step_failed(d, c, out);
	buf_addf(&out->text, "; their results: %s", buf_str(&what));
	buf_clear(&what);
}

void step_tools_result(struct doctor *d, const struct step_talk *t,
		       const struct exchange *x, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };

	make_result(d, &c, t, x);
	if (step_ask(d, &c, out)) {
		if (step_is_good(&c))
			buf_add_text(&out->text,
				     ", and their results accepted");
		else
			judge_refused(d, &c, t, x, out);
	}
	doctor_call_clear(&c);
}
