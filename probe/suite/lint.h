/* What reading a case cannot see: cases among each other and beside the
 * requirements and the fixtures. */
#ifndef PROBE_SUITE_LINT_H
#define PROBE_SUITE_LINT_H

#include "probe/suite/casefile.h"
#include "probe/suite/requirements.h"

/* Called once for each complaint, without a newline. */
typedef void lint_fn(void *arg, const char *line);

/* `book` is in the order of its files. */
void lint_cases(const struct casebook *book, const struct requirements *known,
		lint_fn *tell, void *arg);

/* Fixtures that no case of any of the books names; of many in a folder, how many. Files whose name
 * begins with '.' or that are called README.md are passed over. */
int lint_fixtures(const char *root, const struct casebook *books, size_t count,
		  lint_fn *tell, void *arg, struct fail *f);

/* Tells each recording below fixtures/ whose texts were kept. */
int lint_private(const char *root, lint_fn *fn, void *arg, struct fail *f);

#endif
