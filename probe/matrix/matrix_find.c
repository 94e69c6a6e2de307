/* Finds a case or a cause of a result by its id. */
#include <stdlib.h>
#include <string.h>

#include "probe/matrix/matrix.h"

static int by_id(const void *left, const void *right)
{
	const struct matrix_case *a = left, *b = right;

	return strcmp(a->id, b->id);
}

const struct matrix_case *matrix_result_case(const struct matrix_result *r,
					     const char *id)
{
	const struct matrix_case key = { .id = id };

	if (r->case_count == 0)
		return NULL;
	return bsearch(&key, r->cases, r->case_count, sizeof(*r->cases), by_id);
}

const struct matrix_cause *matrix_result_cause(const struct matrix_result *r,
					       const char *id)
{
	for (size_t i = 0; id && i < r->cause_count; i++)
		if (strcmp(r->causes[i].id, id) == 0)
			return &r->causes[i];
	return NULL;
}
