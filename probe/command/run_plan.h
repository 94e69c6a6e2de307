/*
 * What `ccprobe run` is asked to do: its options, and the plan made from them.
 * cmd_run.c carries the plan out.
 */
#ifndef PROBE_COMMAND_RUN_PLAN_H
#define PROBE_COMMAND_RUN_PLAN_H

#include "probe/after/settle.h"
#include "probe/after/stored.h"
#include "probe/command/connect.h"
#include "probe/command/money.h"
#include "probe/command/output.h"
#include "probe/command/project.h"
#include "probe/inspect/inspection.h"
#include "probe/run/campaign.h"
#include "probe/run/keys.h"
#include "probe/run/preflight/preflight.h"
#include "wire/bytes/option.h"

#define JOBS_NOT_GIVEN UINT32_MAX

struct run_options {
	struct connect_options connect;
	bool help, bundled, slow, live, no_color, no_mock, causes, verbose,
		quiet, events;
	const char *gateway, *target, *key, *auth, *mock_listen, *upstream_key;
	const char *client, *client_format, *level, *keep, *out, *suite, *model;
	const char *inspect;
	const char *baseline, *write_baseline, *fail_level, *prices;
	const char *failed_from;
	uint32_t jobs, max_requests, preflight_ms, pool_wait, again;
	struct option_list headers, areas, without, reports, provider_listen,
		exclude;
	const char *implementation, *implementation_version, *contact;
};

extern const struct option_row run_rows[];

struct run_plan { /* all that is made from the options */
	struct run_options options;
	struct option_list patterns;
	struct project project; /* of the current folder, if it applies */
	char **argv; /* of the command */
	int argc;
	struct campaign_config config;
	struct headers extra;
	struct keys keys;
	struct keyring ring;
	struct outputs outputs;
	struct settle settle;
	struct stored_report before; /* the report of --failed-from */
	bool nothing; /* there is nothing to run, which is no error */
	struct prices prices;
	struct casebook_values values;
	struct casebook book;
	struct casefile **cases;
	struct target *target;
	struct inspection *inspection; /* NULL: without --inspect */
	char *root, *gateway, *program, *program_version;
};

#define RUN_PLAN_INIT \
	{ \
		.options = { \
			.jobs = JOBS_NOT_GIVEN, \
			.max_requests = UINT32_MAX, \
			.preflight_ms = PREFLIGHT_MS, \
			.pool_wait = POOL_WAIT_S, \
			.again = AGAIN_S \
		} \
	}

/* Makes the plan from the options and patterns in `p`. Call run_plan_clear()
 * also after a failure. FAIL_USAGE or FAIL_CASE: the user can correct it. */
int run_plan_make(struct run_plan *p, struct fail *f);

void run_plan_clear(struct run_plan *p);

#endif
