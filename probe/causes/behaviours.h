/*
 * What was seen of a gateway so far: behaviours with their counts and examples,
 * and what was seen in the run that is being read.
 */
#ifndef PROBE_CAUSES_SEEN_H
#define PROBE_CAUSES_SEEN_H

#include "probe/causes/behaviour.h"
#include "wire/bytes/secrets.h"

#define BEHAVIOURS_NAMES 6 /* of one family that are told */
#define BEHAVIOURS_LIMIT 400 /* behaviours; what comes after is not kept */
#define BEHAVIOURS_RUN_LIMIT 512 /* sightings of one run */

struct behaviour_sight { /* something that is seen in one exchange */
	enum behaviour_kind kind;
	const char *subject; /* "" if the kind needs none */
	const char *detail; /* the exact place; NULL: the subject */
	const char *said; /* for people, in place of the subject; or NULL */
	const char *
		of; /* behaviours_count() of what it is a part; NULL: the kind's */
	struct span sent, got; /* at is NULL: nothing to show */
};

struct behaviour {
	enum behaviour_kind kind;
	const struct behaviour_row *row;
	const struct behaviour_rule *rule; /* or NULL */
	char *subject, *id, *said, *of;
	char *names[BEHAVIOURS_NAMES]; /* that a family was seen with */
	size_t name_count, more_names;
	size_t count;
	size_t last; /* exchange that it was last counted for */
	struct cause_example examples[CAUSE_EXAMPLES];
	size_t example_count;
};

struct sighting {
	size_t behaviour; /* its place in the list */
	size_t pair; /* of the run */
	char *detail;
};

struct behaviour_tally {
	char *name;
	size_t count;
};

struct behaviours { /* zero-initialised is empty */
	struct behaviour *list;
	size_t count, cap;
	struct behaviour_tally *tallies; /* in order of name */
	size_t tally_count, tally_cap;
	struct secrets secrets; /* never shown */
	/* ---- the run that is being read ---- */
	const char *id; /* of its case */
	struct sighting *run;
	size_t run_count, run_cap;
	size_t runs; /* so far */
	size_t exchange; /* the number of the pair, over all runs */
	size_t pair; /* of the run, that is being read */
};

void behaviours_clear(struct behaviours *s);

void behaviours_run(struct behaviours *s,
		    const char *id); /* a new run begins */
void behaviours_pair(struct behaviours *s, size_t pair); /* a new pair in it */

void behaviours_add(struct behaviours *s, const struct behaviour_sight *sight);

/* How often there was an occasion: "requests", "status 529" ... */
void behaviours_count(struct behaviours *s, const char *name);

/* "drops the request field anthropic-beta: 512 of 512 requests" */
void behaviours_headline(const struct behaviours *s, const struct behaviour *b,
			 struct buf *out);
size_t behaviours_of(const struct behaviours *s, const struct behaviour *b);

#endif
