/*
 * Tries the levels of effort that a user can choose, and disabled thinking, as
 * far as the recorded request does not have them.
 */
#include <string.h>

#include "probe/doctor/steps/step_private.h"

#define TEXT_LIMIT ((size_t)4 * 1024)
#define BETA "effort-2025-11-24"

static const struct {
	const char *name; /* NULL: disabled thinking */
	bool of_some; /* only some models have it */
} levels[] = {
	{ NULL, false },   { "low", false },  { "medium", false },
	{ "high", false }, { "xhigh", true }, { "max", true },
};

/* The level of the recorded request. false: it has none, or it was refused and
 * the level may be the reason. */
static bool recorded_effort(const struct doctor *d, struct buf *out)
{
	struct jval root, v;

	return d->seen.realistic &&
	       jscan(buf_span(&d->client_body), &root, NULL) == 0 &&
	       jscan_find(root, span_of("/output_config/effort"), &v) &&
	       v.type == J_STRING && jscan_string(v, out) == 0;
}

static void make_level(const struct doctor *d, struct doctor_call *c,
		       const char *level)
{
	struct buf members = BUF_INIT(TEXT_LIMIT);

	buf_add_text(&members, ",\"stream\":true");
	if (level) {
		buf_addf(&members, ",\"output_config\":{\"effort\":\"%s\"}",
			 level);
		c->betas = strstr(d->client_betas, BETA) ? BETA : NULL;
	} else {
		buf_add_text(&members, ",\"thinking\":{\"type\":\"disabled\"}");
	}
	doctor_small(d, c, 16, NULL, buf_str(&members));
	c->enough = step_has_content;
	buf_clear(&members);
}

/* A refusal in the API's form, as for a model without this level. */
static bool is_polite(const struct doctor_call *c)
{
	int status = c->got.head.status;

	return (status == 400 || status == 422) && step_is_api_error(c);
}

/* The refused levels, reported together at the end. */
struct refusals {
	struct buf names, what; /* what: of the first one */
	bool bad; /* every model has it, or the refusal is not in the API's
		     form */
	struct doctor_call first;
};

static void take_refusal(struct refusals *r, struct doctor_call *c, size_t n,
			 const char *what)
{
	r->bad = r->bad || !levels[n].of_some || !is_polite(c);
	buf_addf(&r->names, "%s%s", r->names.len > 0 ? ", " : "",
		 levels[n].name);
	if (r->what.len > 0)
		return;
	buf_add_text(&r->what, what);
	r->first = *c;
	*c = (struct doctor_call){ .method = NULL };
}

static void judge(struct doctor *d, struct doctor_call *c, size_t n,
		  struct refusals *r, struct step_result *out)
{
	const char *name = levels[n].name;
	struct buf what = BUF_INIT(TEXT_LIMIT);

	if (step_is_taken(c))
		buf_add_text(&what, "ok");
	else
		step_outcome(c, &what);
	buf_addf(&out->table, "%-24s %s\n", name ? name : "thinking: disabled",
		 buf_str(&what));
	if (!step_is_taken(c) && !step_is_busy(c)) {
		if (name)
			take_refusal(r, c, n, buf_str(&what));
		else
			step_finding(d, out, "DR-THINKING-OFF-REFUSED", c,
				     buf_str(&what), NULL, NULL);
	}
	buf_clear(&what);
}

/* false: no answer came. Then no other level is tried, because each would wait
 * in vain. */
static bool try_level(struct doctor *d, size_t n, struct refusals *r,
		      struct step_result *out)
{
	struct doctor_call c = { .method = NULL };
	bool answered;

	make_level(d, &c, levels[n].name);
	answered = step_ask(d, &c, out) && c.got.head.status > 0;
	if (answered)
		judge(d, &c, n, r, out);
	doctor_call_clear(&c);
	return answered;
}

static void tell_refusals(struct doctor *d, struct refusals *r,
			  struct step_result *out)
{
	const char *names = buf_str(&r->names), *what = buf_str(&r->what);

	if (r->bad)
		step_finding(d, out, "DR-EFFORT-REFUSED", &r->first, names,
			     what, NULL);
	else if (r->names.len > 0)
		doctor_finding(d, "DR-EFFORT-UNKNOWN", &r->first, names, what,
			       NULL);
	buf_clear(&r->names);
	buf_clear(&r->what);
	doctor_call_clear(&r->first);
}

/* Skips the recorded level: the recorded request had it. */
void step_efforts(struct doctor *d, struct step_result *out)
{
	struct refusals r = { .names = BUF_INIT(TEXT_LIMIT),
			      .what = BUF_INIT(TEXT_LIMIT) };
	struct buf own = BUF_INIT(TEXT_LIMIT);
	bool has = recorded_effort(d, &own);
	size_t tried = 0;

	for (size_t n = 0; n < sizeof(levels) / sizeof(levels[0]); n++) {
		const char *name = levels[n].name;

		if (name && (!has || strcmp(name, buf_str(&own)) == 0))
			continue;
		if (!try_level(d, n, &r, out))
			break;
		tried++;
	}
	buf_addf(&out->text, "%s%zu tried%s", out->text.len > 0 ? "; " : "",
		 tried,
		 has                 ? ""
		 : d->seen.realistic ? " (the recorded request has no effort)"
				     : " (effort is tried only if the recorded "
				       "request is accepted)");
	tell_refusals(d, &r, out);
	buf_clear(&own);
}
