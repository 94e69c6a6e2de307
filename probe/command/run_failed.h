/* `ccprobe run --failed-from`: what failed before, of the same gateway. */
#ifndef PROBE_COMMAND_RUN_FAILED_H
#define PROBE_COMMAND_RUN_FAILED_H

#include "probe/command/run_plan.h"

/* Reads the report that the options name, and takes from it what they leave open:
 * the gateway and the format of the client. Where nothing failed, p->nothing is
 * set and FAIL_USAGE says so. */
int run_failed_read(struct run_plan *p, struct fail *f);

/* The ids of today of what failed, borrowed from the book. */
void run_failed_ids(const struct run_plan *p, struct option_list *ids);

#endif
