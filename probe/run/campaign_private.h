/* What the files of a campaign share: campaign.c has the order of things,
 * campaign_claims.c what the gateway is held to, campaign_tell.c what is told
 * meanwhile, campaign_report.c what comes out. */
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
	struct causes *causes; /* NULL without a mock: nothing is seen behind */
	struct secrets secrets;
	struct secrets pieces; /* of them, that were seen apart */
	struct headers extra; /* of the user, then of the target */
	char mock[ADDRESS_TEXT_LEN];
	char *bin;
	size_t finished;
	tick_t began;
	struct fail fail; /* why nothing could be run */
};

/* As the runner's `lacks`: the gateway is not held to this claim, and why. */
bool campaign_lacks(void *arg, const char *claim, struct buf *out);
/* --without names it. */
bool campaign_gives_away(const struct campaign *c, const char *claim);
/* Nobody can say whether it is kept: what there is to compare is not known. */
bool campaign_cannot_see(const struct campaign *c, const char *claim);

/* The runner's `unfit`: true if the case is for another provider; `out` says
 * so. */
bool campaign_unfit(void *arg, const struct casefile *c, struct buf *out);

/* Cases begin; one is over, and counted; nothing more is shown. */
void campaign_tell_start(const struct campaign *c);
void campaign_tell_case(const struct campaign *c, const struct result *result);
void campaign_end_progress(const struct campaign *c);

/* Of a run that did not pass. */
void campaign_look_for_pieces(struct campaign *c, const struct view *v);

/* What the report says of the gateway and of how it was asked. */
void campaign_report_gateway(struct campaign *c);
/* Fills in the report, without credentials. */
void campaign_report(struct campaign *c);

/* Tells on stderr what no report has a place for. */
void campaign_warn(const struct campaign *c);

#endif
