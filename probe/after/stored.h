/*
 * What earlier runs left behind: wire logs (--out) and JSON reports. Both may
 * come from another version of ccprobe, so members that are not known here
 * are passed over.
 */
#ifndef PROBE_AFTER_STORED_H
#define PROBE_AFTER_STORED_H

#include "probe/suite/casefile.h"
#include "wire/log/wlog.h"

/* ---- one kept log ---- */

struct stored_log { /* zero-initialised is empty */
	char *path;
	char *version; /* of the ccprobe that wrote it, or NULL */
	char *id; /* of the case, or NULL: only the file's name tells */
	char *verdict, *client, *client_format, *model; /* or NULL */
	char *client_key, *upstream_key, *wrong_key; /* what stands for them */
	uint64_t digest; /* of the case file; 0: not known */
	uint64_t run;
	struct wlog log;
};

/* Fails for a file that cannot be read, is no log, or has no entry. */
int stored_log_read(struct stored_log *out, const char *path, struct fail *f);
void stored_log_clear(struct stored_log *s);

/* The case it is of: by its first line, else by the name of the file. */
const struct casefile *stored_log_case(const struct stored_log *s,
				       const struct casebook *book,
				       struct fail *f);

/* Paths of the logs in a folder, in order; a file is itself. Fails for a folder
 * that lacks some of those that a run has kept in it. */
int stored_logs_find(char ***out, size_t *count, const char *path,
		     struct fail *f);

/* ---- a JSON report ---- */

struct stored_check {
	char *name, *verdict;
};

struct stored_case {
	char *id, *verdict, *reason; /* reason: or NULL */
	struct stored_check *checks;
	size_t check_count;
};

struct stored_report { /* zero-initialised is empty */
	char *path, *version, *client; /* or NULL, as the following */
	char *client_format;
	char *target, *target_name; /* in words; as --target takes it */
	char *gateway; /* its address */
	struct stored_case *list; /* in order of id, each once */
	size_t count;
};

int stored_report_read(struct stored_report *out, const char *path,
		       struct fail *f);
void stored_report_clear(struct stored_report *r);
const struct stored_case *stored_report_find(const struct stored_report *r,
					     const char *id);

#endif
