/* Where this program is, and the suite that belongs to it. */
#ifndef PROBE_SUITE_PLACE_H
#define PROBE_SUITE_PLACE_H

#include <stdbool.h>

/*
 * The folder with cases/, fixtures/ and targets/: `given` (--suite) if not
 * NULL; else the folder above the program's own, if it has cases/; else the
 * source folder it was built from. Yours to free().
 */
char *place_suite(const char *given);

/* Is there a folder cases/ in it? */
bool place_has_suite(const char *root);

/* The folder this program is in; yours to free(). */
char *place_programs(void);

#endif
