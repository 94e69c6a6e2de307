/* Helpers for most steps. */
#include <string.h>

#include "probe/doctor/steps/step_private.h"
#include "wire/bytes/print.h"

#define TEXT_LIMIT ((size_t)64 * 1024)
#define OUTCOME_BYTES 100

bool step_ask(struct doctor *d, struct doctor_call *c, struct step_result *out)
{
	if (doctor_call(d, c)) {
		step_note(d, c);
		return true;
	}
	out->state = STATE_SKIPPED;
	buf_addf(&out->text, "%snot asked: interrupted, or out of requests",
		 out->text.len > 0 ? "; " : "");
	return false;
}

bool step_failed(struct doctor *d, const struct doctor_call *c,
		 struct step_result *out)
{
	if (!doctor_explain(d, c))
		return false;
	if (out->text.len > 0)
		buf_add_text(&out->text, "; ");
	doctor_tell(c, &out->text);
	out->state = STATE_DOUBTFUL;
	return true;
}

void step_finding(struct doctor *d, struct step_result *out, const char *code,
		  const struct doctor_call *c, const char *w1, const char *w2,
		  const char *w3)
{
	doctor_finding(d, code, c, w1, w2, w3);
	out->state = STATE_DOUBTFUL;
}

bool step_is_good(const struct doctor_call *c)
{
	return !*step_code(c);
}

const char *step_code(const struct doctor_call *c)
{
	struct refusal_given g = doctor_given(c);
	struct refusal r = { .code = NULL };
	const char *code;

	if (!refusal_of(&g, &r))
		return "";
	code = r.code;
	refusal_clear(&r);
	return code;
}

bool step_is_taken(const struct doctor_call *c)
{
	return step_is_good(c) ||
	       (c->got.end == END_CANCELLED && c->got.head.status == 200);
}

bool step_is_busy(const struct doctor_call *c)
{
	return c->got.head.status == 429 || c->got.head.status == 529;
}

bool step_has_type(const struct doctor_call *c, const char *type)
{
	struct span rest =
		span_of(headers_get(&c->got.head.headers, "content-type"));
	struct span first;

	return span_split(&rest, ';', &first) &&
	       span_is_nocase(span_trim(first), type);
}

bool step_is_api_error(const struct doctor_call *c)
{
	struct jval root, type, error, v;

	return jscan(buf_span(&c->got.body), &root, NULL) == 0 &&
	       root.type == J_OBJECT && jscan_member(root, "type", &type) &&
	       type.type == J_STRING && jscan_string_is(type, "error") &&
	       jscan_member(root, "error", &error) && error.type == J_OBJECT &&
	       jscan_member(error, "type", &v) && v.type == J_STRING &&
	       jscan_member(error, "message", &v) && v.type == J_STRING;
}

void step_outcome(const struct doctor_call *c, struct buf *out)
{
	struct buf type = BUF_INIT(TEXT_LIMIT), message = BUF_INIT(TEXT_LIMIT);

	if (c->got.head.status == 0) {
		buf_add_text(out, c->got.text[0] ? c->got.text
						 : end_name(c->got.end));
		return;
	}
	buf_addf(out, "%d", c->got.head.status);
	if (!step_is_good(c))
		refusal_text(buf_span(&c->got.body), &type, &message);
	if (message.len > 0) {
		buf_add_text(out, ": ");
		print_bytes(buf_span(&message), OUTCOME_BYTES, out);
	}
	buf_clear(&type);
	buf_clear(&message);
}

bool step_member(struct jval object, const char *key, struct buf *out)
{
	struct jval v;

	return object.type == J_OBJECT && jscan_member(object, key, &v) &&
	       v.type == J_STRING && jscan_string(v, out) == 0;
}

void step_small_for(const struct doctor *d, struct doctor_call *c,
		    const char *model)
{
	struct doctor other = *d;

	other.model = (char *)model;
	doctor_small(&other, c, 1, NULL, "");
}

/* ---- the recording ---- */

void step_recorded(const struct doctor *d, struct doctor_call *c)
{
	struct buf name = BUF_INIT(TEXT_LIMIT);
	struct jval root, model;

	buf_clear(&c->body);
	buf_init(&c->body, BUF_NO_LIMIT);
	buf_add_span(&c->body, buf_span(&d->client_body));
	c->betas = *d->client_betas ? d->client_betas : NULL;
	jscan_quote(&name, span_of(d->model));
	if (jscan(buf_span(&c->body), &root, NULL) == 0 &&
	    jscan_member(root, "model", &model))
		buf_splice(&c->body, (size_t)(model.text.at - c->body.at),
			   model.text.len, name.at, name.len);
	buf_clear(&name);
}

bool step_has_content(void *arg, const struct asked *so_far)
{
	(void)arg;
	return so_far->head.status == 200 &&
	       span_find(buf_span(&so_far->body),
			 span_of("content_block_delta")) != SIZE_MAX;
}
