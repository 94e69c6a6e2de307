/* For the files of probe/drift/. */
#ifndef PROBE_DRIFT_DRIFT_PRIVATE_H
#define PROBE_DRIFT_DRIFT_PRIVATE_H

#include "probe/drift/drift.h"
#include "wire/http/http.h"

/* ---- drift_facts.c ---- */

/* Separates what a fact is about from its value. */
#define DRIFT_VALUE '\x01'

void drift_list_add(struct drift_list *l, struct span text);
/* Sorts by bytes, and drops duplicates. */
void drift_list_sort(struct drift_list *l);
void drift_list_clear(struct drift_list *l);

struct drift_request {
	char *name; /* "01" */
	char *route; /* "POST /v1/messages" */
	struct drift_list facts; /* sorted */
	struct drift_list prose; /* place and digest of each text; sorted */
	struct drift_list order; /* names of header fields, then of the body's
				    members, as they came */
};

/* Makes the facts of a request. `version` in a header becomes VERSION. */
void drift_facts(struct drift_request *out, const struct http_head *head,
		 struct span body, const char *version);
void drift_request_clear(struct drift_request *r);

/* ---- drift_read.c ---- */

struct drift_scenario {
	char *name;
	struct drift_request *list;
	size_t count;
};

struct drift_release {
	struct drift_scenario *list; /* in the order of their names */
	size_t count;
};

int drift_release_read(struct drift_release *out, const char *root,
		       const char *version, struct fail *f);
void drift_release_clear(struct drift_release *r);

/* ---- drift_compare.c ---- */

/* A fact that only one of two requests has. */
struct drift_difference {
	char *fact;
	bool added;
	size_t in; /* index in `pairs` */
};

struct drift_differences {
	struct drift_difference *list;
	size_t count, cap;
	struct drift_list pairs; /* "plain/01" */
};

/* Compares the requests of a scenario: adds differences to `all`, and a change
 * to `d` if their number changed. */
void drift_compare(struct drift *d, struct drift_differences *all,
		   const struct drift_scenario *old,
		   const struct drift_scenario *new);
void drift_differences_clear(struct drift_differences *all);

/* ---- drift_change.c ---- */

struct drift_change *drift_change_add(struct drift *d, enum drift_kind kind,
				      struct span what);
void drift_change_all(struct drift *d, struct drift_differences *all);

#endif
