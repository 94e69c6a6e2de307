/*
 * cases/requirements.json: what a gateway must do, and the failures seen in
 * the field, with their sources. Cases cite them by id in `guards`.
 */
#ifndef PROBE_SUITE_REQUIREMENTS_H
#define PROBE_SUITE_REQUIREMENTS_H

#include <stddef.h>

#include "reports/verdict.h"
#include "wire/bytes/fail.h"

/* Zero-initialised: empty. */
struct requirements {
	struct requirement *list;
	size_t count;
};

/* Reads <root>/cases/requirements.json. Ids are unique. */
int requirements_read(struct requirements *out, const char *root,
		      struct fail *f);
void requirements_clear(struct requirements *r);

/* NULL: there is none of this id. */
const struct requirement *requirements_find(const struct requirements *r,
					    const char *id);
const char *requirements_nearest(const struct requirements *r, const char *id);

#endif
