/*
 * A campaign is a whole `ccprobe run`: the mock listens, the target starts, the
 * way is looked at, the cases run, everything is stopped again.
 */
#ifndef PROBE_RUN_CAMPAIGN_H
#define PROBE_RUN_CAMPAIGN_H

#include "net/fetch.h"
#include "wire/bytes/rate.h"
#include "probe/run/target.h"
#include "probe/suite/casefile.h"
#include "reports/verdict.h"
#include "wire/bytes/address.h"
#include "wire/bytes/secrets.h"
#include "wire/log/wlog.h"

#define POOL_WAIT_S 60 /* that a run waits for a resting gateway, in all */
#define AGAIN_S 90 /* that late cases are asked again, alone, in all */

enum keep { KEEP_NONE, KEEP_FAIL, KEEP_ALL };

/* Somebody who looks on; members may be NULL. */
struct campaign_watch {
	/* The loop of the run, before anything else is on it. */
	int (*on_loop)(void *arg, struct loop *l, struct fail *f);
	/* A case that was run is over; `known` are credentials in the log. */
	void (*on_case)(void *arg, const struct result *result,
			const struct wlog *log, uint64_t run,
			const struct secrets *known);
	void (*on_leave)(void *arg); /* the loop is about to go */
	void *arg;
};

struct campaign_config { /* borrowed while it runs */
	const char *root;
	struct casefile *const *cases;
	size_t count;
	size_t jobs;
	size_t live_jobs; /* of sessions of the real client */
	const char *program; /* the real client; NULL: live cases are skipped */
	const char *program_version; /* "2.1.332" */
	struct target *target; /* NULL: `gateway` is there already */
	const char *gateway; /* URL without a last slash, or NULL */
	bool no_mock; /* nothing of ours is behind the gateway */
	const char *model; /* asked for without a mock */
	size_t max_requests; /* without a mock; SIZE_MAX: any number */
	uint32_t preflight_ms; /* how long the first request may take */
	uint32_t pool_wait_ms; /* for a gateway that rests an account, in all */
	uint32_t again_ms; /* as in runner.h */
	/* Where the mock listens as provider a, b, ... */
	struct address mocks[ACTOR_PROVIDERS];
	size_t mock_count;
	enum format client_format; /* that the client speaks */
	const char *client; /* whose requests are sent: "2.1.329" */
	const char *client_key, *wrong_key;
	const struct keyring *ring; /* keys with names; NULL: none */
	struct wishes wishes; /* where the gateway reads them */
	const char *upstream_key;
	bool weak[CASE_KEYS]; /* keys that are a part of other text */
	bool upstream_key_known; /* the gateway was told to use this one */
	enum auth_form auth;
	const struct headers *extra;
	struct fetch_tls tls; /* to reach the gateway */
	struct rate rate;
	const char *const *without; /* claims it is not held to */
	size_t without_count;
	const char *const *claims; /* it declares these and no others; NULL: it
				      declares nothing, and is looked at */
	size_t claim_count;
	enum format provider; /* what ccprobe.json says of the provider;
				 FORMAT_UNKNOWN: nothing */
	const struct casebook_values *values; /* for the suite's claims/ */
	enum keep keep;
	const char *out; /* folder for wire logs, or NULL */
	struct campaign_watch watch;
	bool progress; /* on stderr, which is a terminal */
	/* Called with each line of event.h, but for the last; or NULL. */
	void (*on_event)(void *arg, struct span line);
	/* Called where a target signs in, before the first request: puts this
	 * key, and the same cases read with it, into the config. */
	int (*signed_in)(void *arg, const char *key, struct fail *f);
	void *arg;
};

#define CAMPAIGN_RUNNING "a gateway that was running" /* not a target */

/*
 * Runs and fills in the report (all but `version` and `client`). 0, or -1 when
 * nothing could be run: f says why, and `advice` what to do about it (lines; may
 * stay empty); the report has the gateway then, and no cases.
 */
int campaign_run(const struct campaign_config *config,
		 struct run_report *report, struct buf *advice, struct fail *f);

/* Frees the list and the texts that campaign_run put into the report. */
void campaign_clear(struct run_report *report);

#endif
