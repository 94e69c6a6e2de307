/* What became of a duty in a run, in the words that people who choose a gateway
 * ask for. */
#ifndef REPORTS_DUTY_H
#define REPORTS_DUTY_H

#include "reports/verdict.h"

enum duty_fate {
	DUTY_KEPT, /* all of it that was decided passes */
	DUTY_ADAPTED, /* the same, in the format of another provider */
	DUTY_REFUSED, /* it is not offered, or the gateway itself says no */
	DUTY_LOST, /* a case fails: dropped, changed, answered otherwise */
	DUTY_UNDECIDED, /* nothing of it was decided */
	DUTY_ABSENT, /* no case of this run is about it, or none is meant */
	DUTY_FATES
};

const char *duty_fate_name(enum duty_fate f);

/* Of all cases that guard this requirement first. */
enum duty_fate duty_fate_of(const struct run_report *r, const char *id);

#endif
