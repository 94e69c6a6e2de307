/* Carries out the planted faults of gateways whose keys have limits. */
#include "gateway/hooks.h"

#include <string.h>

#include "gateway/faults/faults.h"

bool hook_lifts(const struct relay *r, const char *limit)
{
	const struct fault *const *planted = faults_planted();

	(void)r;
	for (; *planted; planted++)
		if ((*planted)->lifts && strcmp((*planted)->lifts, limit) == 0)
			return true;
	return false;
}

int64_t hook_cost(const struct relay *r, const struct record_row *record,
		  int64_t cost)
{
	const struct fault *const *planted = faults_planted();

	(void)r;
	for (; *planted; planted++)
		if ((*planted)->cost)
			cost = (*planted)->cost(record, cost);
	return cost;
}
