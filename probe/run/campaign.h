/*
 * A campaign is a whole `ccprobe run`: the mock listens, the target starts, a
 * first request (the preflight) checks the setup, the cases run, everything is
 * stopped again.
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

/* The longest wait for a gateway that rests, over the whole run */
#define POOL_WAIT_S 60
/* For running late cases again, one at a time, over the whole run */
#define AGAIN_S 90

enum keep { KEEP_NONE, KEEP_FAIL, KEEP_ALL };

/* A watcher of the run; members may be NULL. */
struct campaign_watch {
	/* Called with the loop of the run, before anything else uses it. */
	int (*on_loop)(void *arg, struct loop *l, struct fail *f);
	/* A case that ran is over; `known` are the credentials that its log may
	 * hold. */
	void (*on_case)(void *arg, const struct result *result,
			const struct wlog *log, uint64_t run,
			const struct secrets *known);
	void (*on_leave)(void *arg); /* called before the loop is freed */
	void *arg;
};

struct campaign_config { /* borrowed while it runs */
	const char *root;
	struct casefile *const *cases;
	size_t count;
	size_t jobs;
	size_t live_jobs; /* for cases that run the real client */
	const char *program; /* the real client; NULL: live cases are skipped */
	const char *program_version; /* "2.1.332" */
	struct target *target; /* NULL: `gateway` is running already */
	const char *gateway; /* URL without a last slash, or NULL */
	bool no_mock; /* the gateway's provider is not our mock */
	bool tell_mock; /* print where the mock listens */
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
	bool weak[CASE_KEYS]; /* keys that occur in ordinary text */
	bool upstream_key_known; /* the gateway uses upstream_key */
	enum auth_form auth;
	const struct headers *extra;
	struct fetch_tls tls; /* to reach the gateway */
	struct rate rate;
	const char *const *without; /* claims of --without, not asked of it */
	size_t without_count;
	/* The claims that it declares; NULL: it declares none, so requests find
	 * out */
	const char *const *claims;
	size_t claim_count;
	enum format provider; /* what ccprobe.json says of the provider;
				 FORMAT_UNKNOWN: nothing */
	/* For the files in the suite's claims/ */
	const struct casebook_values *values;
	enum keep keep;
	const char *out; /* folder for wire logs, or NULL */
	struct campaign_watch watch;
	bool progress; /* on stderr, which is a terminal */
	/* Called with each line of event.h except the last; or NULL. */
	void (*on_event)(void *arg, struct span line);
	/* Called before the first request if the target signs in: puts this key
	 * into the config, and the same cases, read with this key. */
	int (*signed_in)(void *arg, const char *key, struct fail *f);
	void *arg;
};

/* Instead of a target's name */
#define CAMPAIGN_RUNNING "a gateway that was running"

/*
 * Runs and fills in the report (all but `version` and `client`). -1: nothing
 * could be run; f says why, `advice` gets lines that say what to do (or stays
 * empty), and the report has the gateway but no cases.
 */
int campaign_run(const struct campaign_config *config,
		 struct run_report *report, struct buf *advice, struct fail *f);

/* Frees the list and the texts that campaign_run put into the report. */
void campaign_clear(struct run_report *report);

#endif
