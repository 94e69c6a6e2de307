/* A run within another command. */
#ifndef PROBE_COMMAND_RERUN_H
#define PROBE_COMMAND_RERUN_H

#include "probe/after/status.h"
#include "reports/verdict.h"

/*
 * As `ccprobe run` with these arguments (argv[0] is passed over), without its
 * reports. EXIT_CONFORMS: `out` is filled in, whatever the verdicts are, and
 * campaign_clear() is due. Otherwise the reason was told, and this is the exit
 * status.
 */
int rerun_report(int argc, char **argv, struct run_report *out);

#endif
