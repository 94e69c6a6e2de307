/*
 * Causes: the behaviours of a gateway over a whole run, and the failing checks
 * that each explains. A fold: runs are added one by one, in any order; settling
 * gives the same for the same runs. Pure; no network.
 */
#ifndef PROBE_CAUSES_CAUSES_H
#define PROBE_CAUSES_CAUSES_H

#include "probe/look/view.h"
#include "reports/cause.h"

struct causes;

/* Credentials as they stand in the logs; each may be NULL. */
struct causes_keys {
	const char *client, *wrong, *upstream;
	bool client_is_weak, upstream_is_weak; /* seen in other text, too:
						  no proof of a leak */
	const char *const *named; /* other good keys; ends with NULL, stays as
				     long as it is used; or NULL */
};

struct causes *causes_new(const struct causes_keys *keys); /* copies them */
/* Logs that are added from now on have these. */
void causes_set_keys(struct causes *c, const struct causes_keys *keys);
/* The gateway is one that translates: it counts tokens by itself. */
void causes_set_translates(struct causes *c);
void causes_free(struct causes *c);

/* A finished run and what came of it. The view is not kept. */
void causes_add(struct causes *c, const struct view *v,
		const struct result *result);

/*
 * Puts the causes into the report and gives each failing result its own. Ids
 * of results are those that were added. The causes are the caller's:
 * cause_clear() each, and free the list.
 */
void causes_settle(const struct causes *c, struct run_report *r);

#endif
