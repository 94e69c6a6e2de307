/* Counts the results by area. */
#include "reports/areas.h"

#include <string.h>

#include "wire/bytes/mem.h"

struct area *areas_of(const struct run_report *r, size_t *count)
{
	struct area *list = xcalloc(r->count, sizeof(*list));

	*count = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];
		struct area *a = list;

		while (a->name && strcmp(a->name, one->area) != 0)
			a++;
		if (!a->name)
			(*count)++;
		a->name = one->area;
		a->counts[one->verdict]++;
		a->left_out += one->left_out;
		a->not_meant += one->not_meant;
		a->total++;
	}
	return list;
}

bool area_has_problems(const struct area *a)
{
	return a->counts[VERDICT_PASS] + a->counts[VERDICT_SKIP] + a->left_out <
	       a->total;
}

bool area_is_claimed(const struct area *a)
{
	return a->counts[VERDICT_PASS] + a->counts[VERDICT_FAIL] > 0;
}

enum verdict area_verdict(const struct area *a)
{
	if (a->counts[VERDICT_FAIL] > 0)
		return VERDICT_FAIL;
	if (a->counts[VERDICT_BROKEN] > 0)
		return VERDICT_BROKEN;
	if (a->counts[VERDICT_UNDECIDED] > a->left_out)
		return VERDICT_UNDECIDED;
	if (a->counts[VERDICT_PASS] > 0)
		return VERDICT_PASS;
	return a->left_out > 0 ? VERDICT_UNDECIDED : VERDICT_SKIP;
}
