/*
 * `ccprobe record`: stores the requests and answers that pass as fixtures,
 * without what is private in them. Files:
 *   record.c         from start to end: where it listens, who answers
 *   record_watch.c   requests as they pass
 *   record_answer.c  answers, with their timing
 *   record_script.c  answers as a script of ccmock
 *   record_folder.c  files: written as a whole, and none overwritten
 */
#ifndef PROBE_RECORD_RECORD_H
#define PROBE_RECORD_RECORD_H

#include "net/fetch.h"

struct record_config { /* borrowed */
	const char *upstream; /* NULL: the believable provider answers */
	const char *folder; /* is created; if it exists, it has to be empty */
	const char *address; /* to listen at */
	struct fetch_tls tls;
	bool keep_text, answers;
};

/*
 * Listens until a signal and prints what passes. FAIL_USAGE: an argument cannot
 * be used. Any other failure: it could not start, or a file could not be
 * written; files written before that stay.
 */
int record_run(const struct record_config *config, struct fail *f);

#endif
