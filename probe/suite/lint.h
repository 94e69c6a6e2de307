/* Checks that reading a single case cannot do: cases compared with each other,
 * with the requirements and with the fixtures. */
#ifndef PROBE_SUITE_LINT_H
#define PROBE_SUITE_LINT_H

#include "probe/suite/casefile.h"
#include "probe/suite/requirements.h"

/* Called once for each complaint; `line` has no newline. */
typedef void lint_fn(void *arg, const char *line);

/* `book` has to be in the order of its files. */
void lint_cases(const struct casebook *book, const struct requirements *known,
		lint_fn *tell, void *arg);

/* Tells fixtures that no case of any of the books uses; for many in one folder
 * only how many. Hidden files, README.md and tools in the folder are
 * ignored. */
int lint_fixtures(const char *root, const struct casebook *books, size_t count,
		  lint_fn *tell, void *arg, struct fail *f);

/* Tells each recording below fixtures/ that was made with --keep-text. */
int lint_private(const char *root, lint_fn *fn, void *arg, struct fail *f);

#endif
