/* `ccprobe run --failed-from`: chooses the cases that failed in an earlier run
 * of the same gateway. */
#ifndef PROBE_COMMAND_RUN_FAILED_H
#define PROBE_COMMAND_RUN_FAILED_H

#include "probe/command/run_plan.h"

/* Reads the report that the options name, and takes from it what they leave
 * open: the gateway and the format of the client. If no case failed, p->nothing
 * is set, and FAIL_USAGE says so. */
int run_failed_read(struct run_plan *p, struct fail *f);

/* Appends the ids that failed cases have today, borrowed from the book. */
void run_failed_ids(const struct run_plan *p, struct option_list *ids);

#endif
