/* Checks what an answer holds: a whole message, and an error for an unknown
 * model. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define NO_SUCH_MODEL "ccprobe-no-such-model"
#define TEXT_LIMIT ((size_t)64 * 1024)

/* ---- message ---- */

/* What the answer is instead of a message; NULL: it is a message. */
static const char *other_than_message(const struct doctor_call *c)
{
	struct span body = span_trim(buf_span(&c->got.body));
	struct jval root, v;

	if (body.len == 0)
		return "an empty body";
	if (doctor_is_message(c))
		return NULL;
	if (jscan(body, &root, NULL) < 0)
		return span_find(body, span_of("data:")) != SIZE_MAX
			       ? "a stream that nobody asked for"
			       : "no JSON";
	if (root.type != J_OBJECT)
		return "JSON, but no object";
	if (jscan_member(root, "choices", &v))
		return "an answer in OpenAI's shape (choices)";
	if (jscan_member(root, "candidates", &v))
		return "an answer in Gemini's shape (candidates)";
	if (jscan_member(root, "error", &v))
		return "an error with status 200";
	return "JSON without type \"message\" and content";
}

static double tokens_of(struct jval usage, const char *key)
{
	struct jval v;
	double n;

	return jscan_member(usage, key, &v) && v.type == J_NUMBER &&
			       jscan_double(v, &n)
		       ? n
		       : 0;
}

/* What is wrong with the usage of a message; NULL: nothing. */
static const char *usage_fault(struct jval message)
{
	struct jval usage;

	if (!jscan_member(message, "usage", &usage) || usage.type != J_OBJECT)
		return "it has no usage";
	if (tokens_of(usage, "input_tokens") +
		    tokens_of(usage, "cache_read_input_tokens") +
		    tokens_of(usage, "cache_creation_input_tokens") <=
	    0)
		return "usage has no input tokens";
	if (tokens_of(usage, "output_tokens") <= 0)
		return "usage has no output tokens";
	return NULL;
}

static void judge_members(struct doctor *d, const struct doctor_call *c,
			  struct step_result *out)
{
	static const char *const wanted[] = { "id", "role", "model", NULL };
	struct jval root, v;
	const char *fault;

	if (jscan(buf_span(&c->got.body), &root, NULL) < 0) {
		step_finding(d, out, "DR-MESSAGE-STREAMED", c, NULL, NULL,
			     NULL);
		return; /* the step "stream" checks streams */
	}
	for (size_t i = 0; wanted[i]; i++)
		if (!jscan_member(root, wanted[i], &v) || v.type != J_STRING)
			step_finding(d, out, "DR-MESSAGE-MEMBER", c, wanted[i],
				     NULL, NULL);
	fault = usage_fault(root);
	if (fault)
		step_finding(d, out, "DR-NO-USAGE", c, fault, NULL, NULL);
	if (!step_has_type(c, "application/json"))
		step_finding(d, out, "DR-MESSAGE-TYPE", c,
			     headers_get(&c->got.head.headers, "content-type"),
			     NULL, NULL);
}

void step_message(struct doctor *d, struct step_result *out)
{
	struct doctor_call own = { .method = NULL };
	const struct doctor_call *c = d->first;
	const char *other;

	if (!c) {
		doctor_small(d, &own, 1, NULL, "");
		if (!step_ask(d, &own, out))
			goto out;
		c = &own;
	}
	other = other_than_message(c);
	if (other && c->got.head.status == 200 && c->got.end == END_CLEAN) {
		step_finding(d, out, "DR-NOT-A-MESSAGE", c, other, NULL, NULL);
		buf_add_text(&out->text, other);
		out->state = STATE_BAD;
	} else if (step_failed(d, c, out)) {
		out->state = STATE_BAD;
	} else {
		judge_members(d, c, out);
		doctor_tell(c, &out->text);
	}
out:
	doctor_call_clear(&own);
}

/* ---- a model that does not exist ---- */

static void judge_accepted(struct doctor *d, const struct doctor_call *c,
			   struct step_result *out)
{
	struct buf model = BUF_INIT(TEXT_LIMIT);
	struct jval root;

	if (jscan(buf_span(&c->got.body), &root, NULL) == 0)
		(void)step_member(root, "model", &model);
	if (model.len == 0 || strcmp(buf_str(&model), NO_SUCH_MODEL) == 0) {
		buf_reset(&model);
		buf_add_text(&model, "one that is not named");
	}
	step_finding(d, out, "DR-MODEL-ANY", c, buf_str(&model), NULL, NULL);
	buf_addf(&out->text, "it is answered, by %s", buf_str(&model));
	buf_clear(&model);
}

void step_unknown_model(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	struct buf what = BUF_INIT(TEXT_LIMIT);
	int status;

	step_small_for(d, &c, NO_SUCH_MODEL);
	if (!step_ask(d, &c, out))
		goto out;
	status = c.got.head.status;
	step_outcome(&c, &what);
	if (step_is_good(&c))
		judge_accepted(d, &c, out);
	else
		buf_add_span(&out->text, buf_span(&what));
	if (status == 404 || status == 400) {
		if (!step_is_api_error(&c))
			step_finding(d, out, "DR-ERROR-SHAPE", &c, NULL, NULL,
				     NULL);
	} else if (step_is_busy(&c) || status == 0) {
		/* The answer says nothing about the model. */
		out->state = STATE_DOUBTFUL;
		doctor_explain(d, &c);
	} else if (!step_is_good(&c)) {
		step_finding(d, out, "DR-UNKNOWN-MODEL-STATUS", &c,
			     buf_str(&what), NULL, NULL);
	}
out:
	buf_clear(&what);
	doctor_call_clear(&c);
}
