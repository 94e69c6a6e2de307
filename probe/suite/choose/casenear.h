/* Suggestions for a case or an area that does not exist. */
#ifndef PROBE_SUITE_CHOOSE_CASENEAR_H
#define PROBE_SUITE_CHOOSE_CASENEAR_H

#include "probe/suite/casefile.h"

/*
 * "errors/..." of "error/...", "errors/status-kept" of "status-kept": the
 * nearest pattern that matches something; NULL: none is near. Yours to free().
 * Reads the whole suite, because the book may hold only some files.
 */
char *casenear_of(const struct casebook *book, const char *pattern);

/* The nearest area, or NULL; borrowed from the book. */
const char *casenear_area(const struct casebook *book, const char *name);

#endif
