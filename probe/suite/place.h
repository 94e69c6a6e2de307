/* Where this program is, and the suite that belongs to it. */
#ifndef PROBE_SUITE_PLACE_H
#define PROBE_SUITE_PLACE_H

#include <stdbool.h>

#include "wire/bytes/fail.h"

/*
 * The folder with cases/, fixtures/ and targets/: `given` (--suite) if not
 * NULL; else what CCPROBE_SUITE names; else by where the program is: the folder
 * above its own, share/ccprobe in it, or the source folder of the build that it
 * stands in. Yours to free().
 */
char *place_suite(const char *given);

/* Why it is that one, where `given` is NULL: "CCPROBE_SUITE". */
const char *place_reason(void);

/* The same, which has to be there: FAIL_USAGE. *out is set in any case. */
int place_find(char **out, const char *given, struct fail *f);

/* Is there a folder cases/ in it? */
bool place_has_suite(const char *root);

/* The folder this program is in; yours to free(). */
char *place_programs(void);

#endif
