/* The fate of a duty. */
#include "reports/duty.h"

#include <string.h>

#include "reports/cause.h"

const char *duty_fate_name(enum duty_fate f)
{
	static const char *const names[] = {
		[DUTY_KEPT] = "kept",           [DUTY_ADAPTED] = "adapted",
		[DUTY_REFUSED] = "refused",     [DUTY_LOST] = "lost",
		[DUTY_UNDECIDED] = "undecided", [DUTY_ABSENT] = "absent",
	};

	return names[f];
}

/* Whether the gateway uses another format with its provider than the client
 * uses. */
static bool translates(const struct run_report *r)
{
	const char *asked = r->client_format ? r->client_format : "messages";

	return r->provider && strcmp(r->provider, asked) != 0;
}

static enum duty_fate fate_of(const struct run_report *r,
			      const struct result *one)
{
	const struct cause *c = cause_of(r, one);

	switch (one->verdict) {
	case VERDICT_PASS:
		return translates(r) ? DUTY_ADAPTED : DUTY_KEPT;
	case VERDICT_FAIL:
		return c && strcmp(c->kind, "refused") == 0 ? DUTY_REFUSED
							    : DUTY_LOST;
	case VERDICT_SKIP:
		return one->not_meant ? DUTY_ABSENT : DUTY_REFUSED;
	default:
		return one->left_out ? DUTY_ABSENT : DUTY_UNDECIDED;
	}
}

/*
 * A failure outweighs everything. A pass outweighs a case of the same duty that
 * is not offered, so that a gateway is not said to refuse what it does in part.
 * "Undecided" is used only if no case was decided.
 */
enum duty_fate duty_fate_of(const struct run_report *r, const char *id)
{
	size_t counts[DUTY_FATES] = { 0 };
	bool fails = false, refuses = false;

	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];
		enum duty_fate fate;

		if (one->guard_count == 0 || strcmp(one->guards[0], id) != 0)
			continue;
		fate = fate_of(r, one);
		counts[fate]++;
		fails = fails || fate == DUTY_LOST;
		refuses = refuses || (one->verdict == VERDICT_FAIL &&
				      fate == DUTY_REFUSED);
	}
	if (fails)
		return DUTY_LOST;
	if (refuses)
		return DUTY_REFUSED;
	for (int f = DUTY_KEPT; f < DUTY_ABSENT; f++)
		if (counts[f] > 0)
			return (enum duty_fate)f;
	return DUTY_ABSENT;
}
