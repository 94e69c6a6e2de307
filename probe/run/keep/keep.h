/*
 * Keeps wire logs: one file of JSON lines for each case, so that a failure can
 * be studied and judged again. Keys are masked ("{{credential....}}"), so a log
 * may be attached to a bug report. The first line is a note that names case,
 * run and verdict, and what stands in place of each key (probe/after/stored.h
 * reads it). With --keep all, where most logs are of cases that passed and hardly
 * anybody reads them, they are packed.
 */
#ifndef PROBE_RUN_KEEP_KEEP_H
#define PROBE_RUN_KEEP_KEEP_H

#include "probe/run/campaign.h"
#include "wire/log/wlog.h"

/* The file that lists the folder's logs and says whether they are complete. */
#define KEPT_MANIFEST "manifest.json"

struct keeper;

/* Creates the folder config->out if it does not exist. `extra` (borrowed):
 * headers of every request, which may hold secrets. */
int keeper_new(struct keeper **out, const struct campaign_config *config,
	       const struct headers *extra, struct fail *f);
void keeper_free(struct keeper *k);

/* Writes the log of a run if config->keep asks for logs with this verdict. */
void keeper_add(struct keeper *k, const struct result *result,
		const struct casefile *c, const struct wlog *log, uint64_t run);

/* Writes the manifest; -1 if a log or the manifest could not be written.
 * `complete`: the run was not interrupted. */
int keeper_end(struct keeper *k, bool complete, struct fail *f);

/* Appends the file name of a case's log, "errors.status-kept.529.jsonl"; where
 * it is packed, KEPT_PACKED follows. */
void keep_name(const char *id, struct buf *out);

#define KEPT_ENDING ".jsonl"
#define KEPT_PACKED ".gz"

#endif
