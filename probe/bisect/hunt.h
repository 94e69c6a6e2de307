/*
 * A search against a real server: does the request fail each time, which part
 * of it makes it fail, and does the smallest one still fail at the end? The
 * result is in `report`.
 */
#ifndef PROBE_BISECT_HUNT_H
#define PROBE_BISECT_HUNT_H

#include "probe/bisect/report.h"

struct hunt { /* the caller fills in all up to `progress` */
	struct sample sample;
	struct bisect_request
		recorded; /* its parts may be added to the request; method NULL:
			     none */
	struct asker *asker;
	struct memory *memory;
	struct trials trials;
	struct bisect_report report;
	size_t confirm; /* how often the unchanged request is sent */
	bool progress; /* show progress as a line on stderr */
	struct bisect_cause causes[BISECT_CAUSES_LIMIT];
	size_t cause_count;
	const char *stage;
	size_t bytes; /* size of the smallest failing request so far */
	bool line; /* a progress line is on the terminal */
};

/* -1: the search could not be run at all. */
int hunt_run(struct hunt *h, struct fail *f);
void hunt_clear(struct hunt *h);

/* For `tell` and `sent` of struct trials_config; arg is a struct hunt. */
void hunt_tell(void *arg, const char *text);
void hunt_sent(void *arg, size_t bytes);

/* Erases the progress line. */
void hunt_wipe(struct hunt *h);

#endif
