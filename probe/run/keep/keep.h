/*
 * Keeping wire logs: one file of JSON lines a case, so that a failure can be
 * looked into and judged again. Keys are painted over ("{{credential....}}"): a
 * log may be attached to a bug report. The first line is a note that says what
 * the log is of, and what stands for each key (probe/after/stored.h reads it).
 */
#ifndef PROBE_RUN_KEEP_KEEP_H
#define PROBE_RUN_KEEP_KEEP_H

#include "probe/run/campaign.h"
#include "wire/log/wlog.h"

/* In the folder: which logs are in it, and whether they are all. */
#define KEPT_MANIFEST "manifest.json"

struct keeper;

/* Makes the folder config->out if it is not there. `extra`, which is borrowed:
 * what is sent with every request, of which some may be secret. */
int keeper_new(struct keeper **out, const struct campaign_config *config,
	       const struct headers *extra, struct fail *f);
void keeper_free(struct keeper *k);

/* Writes the log of a run if the verdict is one that is kept. */
void keeper_add(struct keeper *k, const struct result *result,
		const struct casefile *c, const struct wlog *log, uint64_t run);

/* Ends the folder; fails where a log could not be written. `complete`: nothing
 * broke the run off. */
int keeper_end(struct keeper *k, bool complete, struct fail *f);

/* "errors.status-kept.529.jsonl", the name of the file of a case. */
void keep_name(const char *id, struct buf *out);

#endif
