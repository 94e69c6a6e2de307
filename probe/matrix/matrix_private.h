/* For the files of matrix alone: how results are read from JSON. */
#ifndef PROBE_MATRIX_MATRIX_PRIVATE_H
#define PROBE_MATRIX_MATRIX_PRIVATE_H

#include "probe/matrix/matrix.h"

#define MATRIX_FORMAT 1 /* of a result file */

/* Read r->json, a report or a result file, into the other members of r. */
int matrix_report_take(struct matrix_result *r, struct fail *f);
int matrix_short_take(struct matrix_result *r, struct fail *f);

/* The level or effect of this name; -1: there is none. */
int matrix_level_find(enum level *out, const char *name);
int matrix_effect_find(enum effect *out, const char *name);

/* The member's text, borrowed; NULL: it is absent or no text. */
const char *matrix_text(const cJSON *object, const char *name);

#endif
