/* For the files of matrix alone: how results are read from JSON. */
#ifndef PROBE_MATRIX_MATRIX_PRIVATE_H
#define PROBE_MATRIX_MATRIX_PRIVATE_H

#include "probe/matrix/matrix.h"

#define MATRIX_FORMAT 1 /* of a result file */

/* Both read r->json into the rest. */
int matrix_report_take(struct matrix_result *r, struct fail *f);
int matrix_short_take(struct matrix_result *r, struct fail *f);

/* Words of levels and effects; -1: it is none. */
int matrix_level_find(enum level *out, const char *name);
int matrix_effect_find(enum effect *out, const char *name);

/* NULL: it is no text. */
const char *matrix_text(const cJSON *object, const char *name);

#endif
