/*
 * All behaviours seen of a gateway so far, with counts and examples, and those
 * seen in the run that is being read.
 */
#ifndef PROBE_CAUSES_SEEN_H
#define PROBE_CAUSES_SEEN_H

#include "probe/causes/behaviour.h"
#include "wire/bytes/secrets.h"

#define BEHAVIOURS_NAMES 6 /* of a family: names that are shown */
#define BEHAVIOURS_LIMIT 400 /* further behaviours are not kept */
#define BEHAVIOURS_RUN_LIMIT 512 /* sightings kept of one run */

struct behaviour_sight { /* a behaviour seen in one exchange */
	enum behaviour_kind kind;
	const char *subject; /* "" if the kind needs none */
	const char *detail; /* the exact place; NULL: the subject */
	const char *said; /* for people, instead of the subject; or NULL */
	const char *
		of; /* name of the tally that it is a part of; NULL: that of its
		       kind */
	struct span sent, got; /* at is NULL: nothing to show */
};

struct behaviour {
	enum behaviour_kind kind;
	const struct behaviour_row *row;
	const struct behaviour_rule *rule; /* or NULL */
	char *subject, *id, *said, *of;
	char *names[BEHAVIOURS_NAMES]; /* subjects of the family that were
					  seen */
	size_t name_count, more_names;
	size_t count;
	size_t last; /* the exchange that it was last counted for */
	struct cause_example examples[CAUSE_EXAMPLES];
	size_t example_count;
};

struct sighting {
	size_t behaviour; /* index in the list of behaviours */
	size_t pair; /* the pair of the run */
	char *detail;
};

struct behaviour_tally {
	char *name;
	size_t count;
};

struct behaviours { /* zero-initialised is empty */
	struct behaviour *list;
	size_t count, cap;
	struct behaviour_tally *tallies; /* sorted by name */
	size_t tally_count, tally_cap;
	struct secrets secrets; /* masked in examples */
	/* ---- the run that is being read ---- */
	const char *id; /* of its case */
	struct sighting *run;
	size_t run_count, run_cap;
	size_t runs; /* number of runs so far */
	size_t exchange; /* the number of the pair among those of all runs */
	size_t pair; /* the pair of this run that is being read */
};

void behaviours_clear(struct behaviours *s);

void behaviours_run(struct behaviours *s,
		    const char *id); /* begins a new run */
void behaviours_pair(struct behaviours *s, size_t pair); /* begins a new pair */

void behaviours_add(struct behaviours *s, const struct behaviour_sight *sight);

/* Counts one more for a tally: "requests", "status 529" ... */
void behaviours_count(struct behaviours *s, const char *name);

/* Appends "drops the request field anthropic-beta: 512 of 512 requests". */
void behaviours_headline(const struct behaviours *s, const struct behaviour *b,
			 struct buf *out);
/* How many exchanges could have shown the behaviour: the 512 requests above. */
size_t behaviours_of(const struct behaviours *s, const struct behaviour *b);

#endif
