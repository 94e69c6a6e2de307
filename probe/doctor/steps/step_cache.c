/* The recorded request once more: what was in front of the provider a moment
 * ago must be read from its cache, or each turn pays for the whole history. */
#include <inttypes.h>
#include <stdio.h>

#include "probe/doctor/steps/step_private.h"

struct cached_tokens { /* tokens; -1: not told */
	int64_t created, read;
};

static int64_t number(struct jval usage, const char *name)
{
	struct jval v;
	int64_t n;

	return jscan_member(usage, name, &v) && jscan_i64(v, &n) ? n : -1;
}

/* A stream says it in its first event. */
static struct cached_tokens cached_of(const struct doctor_call *c)
{
	struct cached_tokens out = { .created = -1, .read = -1 };
	const struct view_event *first;
	struct look s;
	struct jval usage;
	bool found;

	look_of(&s, c);
	first = view_event(s.x, 0);
	found = s.x->is_stream
			? first && first->json.text.at &&
				  jscan_find(first->json,
					     span_of("/message/usage"), &usage)
			: s.x->json.text.at &&
				  jscan_member(s.x->json, "usage", &usage);
	if (found) {
		out.created = number(usage, "cache_creation_input_tokens");
		out.read = number(usage, "cache_read_input_tokens");
	}
	look_clear(&s);
	return out;
}

static void judge(struct doctor *d, const struct doctor_call *c,
		  struct step_result *out)
{
	struct cached_tokens n = cached_of(c);
	char tokens[32];

	if (n.read > 0 && n.read >= n.created) {
		buf_addf(&out->text, "%" PRId64 " tokens were read from it",
			 n.read);
	} else if (n.created > 0) {
		buf_addf(&out->text,
			 "%" PRId64 " tokens were written again, %" PRId64
			 " read",
			 n.created, n.read > 0 ? n.read : 0);
		snprintf(tokens, sizeof(tokens), "%" PRId64, n.created);
		step_finding(d, out, "DR-CACHE-LOST", c, tokens, NULL, NULL);
	} else if (n.read < 0) {
		buf_add_text(&out->text, "usage says nothing of it");
		step_finding(d, out, "DR-CACHE-UNTOLD", c, NULL, NULL, NULL);
	} else {
		buf_add_text(&out->text, "neither written nor read");
		step_finding(d, out, "DR-CACHE-UNUSED", c, NULL, NULL, NULL);
	}
}

void step_cache(struct doctor *d, struct step_result *out)
{
	struct doctor_call c = { .enough = step_has_content };

	step_recorded(d, &c);
	if (step_ask(d, &c, out)) {
		if (step_is_good(&c) || c.got.end == END_CANCELLED)
			judge(d, &c, out);
		else if (!step_failed(d, &c, out))
			doctor_tell(&c, &out->text);
	}
	doctor_call_clear(&c);
}
