/*
 * Changes the recorded first request to what the client would send for another
 * model. Measured with 2.1.329: fewer output tokens; and for models without
 * adaptive thinking a thinking budget, no effort, and no system messages
 * between the others.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/doctor/doctor.h"
#include "wire/bytes/mem.h"

#define OUTPUT_TOKENS 32000 /* "32000" */
#define BUDGET "{\"budget_tokens\":31999,\"type\":\"enabled\"}"
#define ADAPTIVE "/thinking/type"

bool doctor_change(struct doctor *d, enum edit_kind kind, const char *pointer,
		   const char *text)
{
	struct buf *body = &d->client_body;
	struct edit edit = {
		.kind = kind,
		.pointer = (char *)pointer,
		.text = (char *)text,
		.text_len = text ? strlen(text) : 0,
	};
	struct request r = {
		.body = body->at,
		.body_len = body->len,
		.edits = &edit,
		.edit_count = 1,
	};
	struct buf out = BUF_INIT(body->limit);

	if (request_body(&r, &out, NULL) < 0) {
		buf_clear(&out);
		return false;
	}
	buf_clear(body);
	*body = out;
	return true;
}

/* Also matches names such as "anthropic/claude-sonnet-4.5". */
static bool has_budget(const char *model)
{
	static const char *const families[] = {
		"haiku-4",  "sonnet-4-5", "sonnet-4.5", "opus-4-5",
		"opus-4.5", "opus-4-1",   "opus-4.1",   "opus-4-2",
		"opus-4-0", "sonnet-4-2", "sonnet-4-0", "3-7-sonnet",
	};

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		if (strstr(model, families[i]))
			return true;
	return false;
}

static bool is_of_newer(struct span beta)
{
	return span_starts(beta, "effort-") ||
	       span_starts(beta, "per-turn-control-") ||
	       span_starts(beta, "mid-conversation-");
}

static void drop_betas(struct doctor *d)
{
	struct buf kept = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = span_of(d->client_betas), beta;

	while (span_split(&rest, ',', &beta)) {
		beta = span_trim(beta);
		if (beta.len > 0 && !is_of_newer(beta))
			buf_addf(&kept, "%s%.*s", kept.len > 0 ? "," : "",
				 SPAN_ARG(beta));
	}
	free(d->client_betas);
	d->client_betas = buf_take(&kept, NULL);
}

static bool member_is(const struct doctor *d, const char *pointer,
		      const char *value)
{
	struct jval root, v;

	return jscan(buf_span(&d->client_body), &root, NULL) == 0 &&
	       jscan_find(root, span_of(pointer), &v) && v.type == J_STRING &&
	       jscan_string_is(v, value);
}

static void fit_older(struct doctor *d)
{
	if (member_is(d, ADAPTIVE, "adaptive"))
		doctor_change(d, EDIT_SET, "/thinking", BUDGET);
	doctor_change(d, EDIT_REMOVE, "/output_config", NULL);
	while (member_is(d, "/messages/1/role", "system") &&
	       doctor_change(d, EDIT_REMOVE, "/messages/1", NULL))
		;
	drop_betas(d);
}

void doctor_fit(struct doctor *d)
{
	struct jval root, max;
	double tokens;

	if (member_is(d, "/model", d->model))
		return;
	if (jscan(buf_span(&d->client_body), &root, NULL) == 0 &&
	    jscan_member(root, "max_tokens", &max) &&
	    jscan_double(max, &tokens) && tokens > OUTPUT_TOKENS)
		doctor_change(d, EDIT_SET, "/max_tokens", "32000");
	if (has_budget(d->model))
		fit_older(d);
}
