/*
 * Keeping wire logs: one file of JSON lines a case, so that a failure can be
 * looked into and judged again. Keys are replaced by the words below: a log
 * may be attached to a bug report. The first line is a note that says what the
 * log is of (probe/after/stored.h reads it).
 */
#ifndef PROBE_RUN_KEEP_H
#define PROBE_RUN_KEEP_H

#include "probe/run/campaign.h"
#include "wire/log/wlog.h"

/* What stands for the keys of a run in what is kept of it. */
#define KEPT_CLIENT_KEY "{{credential}}"
#define KEPT_UPSTREAM_KEY "{{upstream-key}}"
#define KEPT_WRONG_KEY "{{wrong-credential}}"

struct keeper;

/* Makes the folder config->out if it is not there. */
int keeper_new(struct keeper **out, const struct campaign_config *config,
	       struct fail *f);
void keeper_free(struct keeper *k);

/* Writes the log of a run if the verdict is one that is kept. */
void keeper_add(struct keeper *k, const struct result *result,
		const struct casefile *c, const struct wlog *log, uint64_t run);

/* The first failure to write, if there was one. */
void keeper_result(const struct keeper *k, struct fail *f);

/* "errors.status-kept.529.jsonl", the name of the file of a case. */
void keep_name(const char *id, struct buf *out);

#endif
