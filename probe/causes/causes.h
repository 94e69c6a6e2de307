/*
 * Causes: the behaviours of a gateway over a whole run, and the failing checks
 * that each explains. Runs are added one by one, in any order; the same runs
 * give the same causes. No network.
 */
#ifndef PROBE_CAUSES_CAUSES_H
#define PROBE_CAUSES_CAUSES_H

#include "probe/look/view.h"
#include "reports/cause.h"

struct causes;

/* Credentials as the logs have them; each may be NULL. */
struct causes_keys {
	const char *client, *wrong, *upstream;
	bool client_is_weak, upstream_is_weak; /* the key also stands in other
						  text, so finding it proves no
						  leak */
	const char *const *named; /* other good keys, ending with NULL,
				     borrowed; or NULL */
};

/* copies all keys but `named` */
struct causes *causes_new(const struct causes_keys *keys);
/* The keys of logs that are added from now on. */
void causes_set_keys(struct causes *c, const struct causes_keys *keys);
/* The gateway translates, so it counts tokens by itself. */
void causes_set_translates(struct causes *c);
void causes_free(struct causes *c);

/* Adds a finished run and its result. The view is not kept. */
void causes_add(struct causes *c, const struct view *v,
		const struct result *result);

/*
 * Puts the causes into the report, and gives each failing result its cause.
 * Results have the ids that were added. The causes are the caller's:
 * cause_clear() each, and free() the list.
 */
void causes_settle(const struct causes *c, struct run_report *r);

#endif
