/* What became of a duty in a run, in terms that help people to choose a
 * gateway. */
#ifndef REPORTS_DUTY_H
#define REPORTS_DUTY_H

#include "reports/verdict.h"

enum duty_fate {
	DUTY_KEPT, /* all cases that were decided pass */
	DUTY_ADAPTED, /* the same, with a provider that has another format */
	DUTY_REFUSED, /* the gateway does not offer it, or refuses it itself */
	/* a case fails: something is dropped, changed or answered wrongly */
	DUTY_LOST,
	DUTY_UNDECIDED, /* no case was decided */
	DUTY_ABSENT, /* no case of this run is about it or applies */
	DUTY_FATES
};

const char *duty_fate_name(enum duty_fate f);

/* The fate by all cases that guard this requirement first. */
enum duty_fate duty_fate_of(const struct run_report *r, const char *id);

#endif
