/* Sends the recorded request once more: what the provider read a moment ago
 * must come from its cache, or each turn pays for the whole history. */
#include <inttypes.h>
#include <stdio.h>

#include "probe/doctor/steps/step_private.h"

static void judge(struct doctor *d, const struct doctor_call *c,
		  struct step_result *out)
{
	struct step_usage n;
	char tokens[32];

	step_usage_of(c, &n);
	d->seen.again_tokens = step_input_tokens(c);
	d->seen.cache_told = n.read >= 0;
	d->seen.cache_created = n.created;
	d->seen.cache_read = n.read;

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
		buf_add_text(&out->text, "usage does not mention the cache");
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
