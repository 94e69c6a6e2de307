/*
 * Reads what earlier runs wrote: wire logs (--out) and JSON reports. Another
 * version of ccprobe may have written both, so members that are not known here
 * are ignored.
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
	/* the words that replace these keys in the log */
	char *client_key, *upstream_key, *wrong_key;
	uint64_t digest; /* of the case file; 0: not known */
	uint64_t run;
	struct wlog log;
};

/* Does a file's name say that it is a log, packed or not? */
bool stored_log_is_named(const char *path);

/* Fails for a file that cannot be read, is no log, or has no entry. */
int stored_log_read(struct stored_log *out, const char *path, struct fail *f);
void stored_log_clear(struct stored_log *s);

/* The case of a log: its first line names the case, or else the file's name
 * does. NULL, with a failure, if there is no such case. */
const struct casefile *stored_log_case(const struct stored_log *s,
				       const struct casebook *book,
				       struct fail *f);

/* The paths of the logs in a folder, in order; for a file, its own path. The
 * list and its texts are the caller's. Fails for a folder that lacks a log
 * which its manifest names. */
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
	char *target, *target_name; /* for people; as --target takes it */
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
