/* For the files of a campaign: campaign.c has the order of its phases,
 * campaign_claims.c the claims that are asked of the gateway, campaign_tell.c
 * progress and events, campaign_report.c the report. */
#ifndef PROBE_RUN_CAMPAIGN_PRIVATE_H
#define PROBE_RUN_CAMPAIGN_PRIVATE_H

#include "probe/run/campaign.h"
#include "probe/run/offers.h"
#include "probe/run/runner.h"
#include "probe/causes/causes.h"
#include "wire/bytes/secrets.h"

struct campaign {
	const struct campaign_config *config;
	struct run_report *report;
	struct buf *advice;
	struct loop *loop;
	struct session *session;
	struct casefile *preflight;
	struct run *preflight_run;
	enum format format; /* of the provider that the gateway asks */
	struct buf first_said; /* why the recorded request was refused */
	struct offers offers;
	struct runner *runner;
	const char **left_out; /* for each case, or NULL */
	struct keeper *keeper;
	const char **named; /* keys, for the causes; NULL-ended */
	/* NULL without a mock: the provider's side is not seen */
	struct causes *causes;
	struct secrets secrets;
	struct secrets pieces; /* parts of secrets, seen in several places */
	struct headers extra; /* of the user, then of the target */
	char mock[ADDRESS_TEXT_LEN];
	char *bin;
	size_t finished;
	tick_t began;
	struct fail fail; /* why nothing could be run */
};

/* The runner's `lacks`: true if this claim is not asked of the gateway; `out`
 * says why. */
bool campaign_lacks(void *arg, const char *claim, struct buf *out);
/* --without names it. */
bool campaign_gives_away(const struct campaign *c, const char *claim);
/* True if no case can decide this claim, because the key that the gateway has
 * to use is not known. */
bool campaign_cannot_see(const struct campaign *c, const char *claim);

/* The runner's `unfit`: true if this run cannot play the case (another client,
 * more providers, a missing key, another provider's format); `out` says why. */
bool campaign_unfit(void *arg, const struct casefile *c, struct buf *out);

/* Where the gateway's provider has to be, if that is to be told. */
void campaign_tell_mock(const struct campaign *c);
/* Progress and events: before the first case, after each case, and to clear the
 * line at the end. */
void campaign_tell_start(const struct campaign *c);
void campaign_tell_case(const struct campaign *c, const struct result *result);
void campaign_end_progress(const struct campaign *c);

/* Remembers parts of credentials in the log of a run that did not pass, so that
 * they are masked. */
void campaign_look_for_pieces(struct campaign *c, const struct view *v);

/* Fills in what the report says of the gateway and of how it was asked. */
void campaign_report_gateway(struct campaign *c);
/* Fills in the report, with credentials masked. */
void campaign_report(struct campaign *c);

/* Prints warnings on stderr that no report has a place for. */
void campaign_warn(const struct campaign *c);

#endif
