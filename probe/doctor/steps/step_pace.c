/* How long answers took to begin. The quickest one counts, because the first
 * may have had to wake up the gateway or the model. */
#include <stdio.h>

#include "probe/doctor/steps/step_private.h"

#define SLOW (8 * TICK_S)
#define ENOUGH 2 /* answers */

void step_pace(struct doctor *d, struct step_result *out)
{
	const struct doctor_seen *s = &d->seen;
	char seconds[32];

	if (s->answers == 0) {
		buf_add_text(&out->text, "no answer began");
		return;
	}
	buf_addf(&out->text, "after %lld ms, and %lld ms at most",
		 (long long)(s->first_byte_least / TICK_MS),
		 (long long)(s->first_byte_most / TICK_MS));
	if (s->answers < ENOUGH || s->first_byte_least < SLOW)
		return;
	snprintf(seconds, sizeof(seconds), "%lld",
		 (long long)(s->first_byte_least / TICK_S));
	step_finding(d, out, "DR-SLOW-FIRST-BYTE", NULL, seconds, NULL, NULL);
}
