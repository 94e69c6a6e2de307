/* Finds the folder of this program and the suite that belongs to it. */
#ifndef PROBE_SUITE_PLACE_H
#define PROBE_SUITE_PLACE_H

#include <stdbool.h>

#include "wire/bytes/fail.h"

/*
 * The folder with cases/, fixtures/ and targets/: `given` (--suite) if not
 * NULL; else what CCPROBE_SUITE names; else by the program's place: the folder
 * above its own, share/ccprobe in that, or the source folder of the build that
 * the program is in. The suite need not exist. Yours to free().
 */
char *place_suite(const char *given);

/* How place_suite(NULL) finds it, in words: "CCPROBE_SUITE". */
const char *place_reason(void);

/* As place_suite(), but FAIL_USAGE if it has no cases/. *out is set in any
 * case. */
int place_find(char **out, const char *given, struct fail *f);

/* Does it have a folder cases/? */
bool place_has_suite(const char *root);

/* The folder this program is in; yours to free(). */
char *place_programs(void);

#endif
