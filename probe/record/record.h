/*
 * `ccprobe record`: what passes becomes fixtures, without what is private in
 * it. Files:
 *   record.c         its life: where it listens, who answers, the summary
 *   record_watch.c   requests as they pass
 *   record_answer.c  answers, with their timing
 *   record_script.c  answers as a script of ccmock
 *   record_folder.c  files that are whole or not there, and over nobody's
 */
#ifndef PROBE_RECORD_RECORD_H
#define PROBE_RECORD_RECORD_H

#include "net/fetch.h"

struct record_config { /* borrowed */
	const char *upstream; /* NULL: the believable provider answers */
	const char *folder; /* is made; one that is there has to be empty */
	const char *address; /* to listen at */
	struct fetch_tls tls;
	bool keep_text, answers;
};

/*
 * Listens until a signal; prints as it goes. FAIL_USAGE: something that was
 * given cannot be used. Any other: it could not start, or a file could not be
 * written; what was written before that stays.
 */
int record_run(const struct record_config *config, struct fail *f);

#endif
