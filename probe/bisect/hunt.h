/*
 * A search against a real server: does the request fail each time, which part
 * of it makes it fail, and does the smallest one still fail at the end? What
 * comes out is in `report`.
 */
#ifndef PROBE_BISECT_HUNT_H
#define PROBE_BISECT_HUNT_H

#include "probe/bisect/report.h"

struct hunt { /* the caller fills in all up to `progress` */
	struct sample sample;
	struct bisect_request
		recorded; /* its parts are added; method NULL: none */
	struct asker *asker;
	struct memory *memory;
	struct trials trials;
	struct bisect_report report;
	size_t confirm; /* times that it is sent as it is */
	bool progress; /* a line on stderr tells how far it is */
	struct bisect_cause causes[BISECT_CAUSES_LIMIT];
	size_t cause_count;
	const char *stage;
	size_t bytes; /* the smallest that fails so far */
	bool line; /* there is one to be wiped */
};

int hunt_run(struct hunt *h, struct fail *f);
void hunt_clear(struct hunt *h);

/* tell and sent of struct trials_config; arg is a struct hunt. */
void hunt_tell(void *arg, const char *text);
void hunt_sent(void *arg, size_t bytes);

/* Takes the line of progress away. */
void hunt_wipe(struct hunt *h);

#endif
