/*
 * Keeping wire logs: one file of JSON lines a case, so that a failure can be
 * looked into and judged again. Keys are replaced by {{credential}} and
 * {{upstream-key}}: a log may be attached to a bug report.
 */
#ifndef PROBE_KEEP_H
#define PROBE_KEEP_H

#include "probe/campaign.h"
#include "wire/wlog.h"

struct keeper;

/* Makes the folder if it is not there. */
int keeper_new(struct keeper **out, const char *folder, enum keep keep,
	       const char *client_key, const char *upstream_key,
	       struct fail *f);
void keeper_free(struct keeper *k);

/* Writes the log if the verdict is one that is kept. */
void keeper_add(struct keeper *k, const struct result *result,
		const struct wlog *log);

/* The first failure to write, if there was one. */
void keeper_result(const struct keeper *k, struct fail *f);

#endif
