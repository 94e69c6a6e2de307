/* Runs cases from within another command. */
#ifndef PROBE_COMMAND_RERUN_H
#define PROBE_COMMAND_RERUN_H

#include "probe/after/status.h"
#include "reports/verdict.h"

/*
 * Runs as `ccprobe run` with these arguments (argv[0] is ignored), but writes
 * no reports. EXIT_CONFORMS: `out` is filled in, whatever the verdicts are;
 * call campaign_clear() on it. Otherwise the reason was printed, and the result
 * is the exit status.
 */
int rerun_report(int argc, char **argv, struct run_report *out);

#endif
