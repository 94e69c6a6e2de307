/* What somebody may have meant who wrote a case or an area that there is not. */
#ifndef PROBE_SUITE_CHOOSE_CASENEAR_H
#define PROBE_SUITE_CHOOSE_CASENEAR_H

#include "probe/suite/casefile.h"

/*
 * "errors/..." of "error/...", "errors/status-kept" of "status-kept": the nearest
 * pattern that matches something; NULL: none is near. Of the book of a few
 * files that was read, the others are read, too. Yours to free().
 */
char *casenear_of(const struct casebook *book, const char *pattern);

/* The nearest area, or NULL; borrowed from the book. */
const char *casenear_area(const struct casebook *book, const char *name);

#endif
