/* Regular expressions (PCRE2), compiled once, with match limits set. */
#ifndef WIRE_BYTES_PATTERN_H
#define WIRE_BYTES_PATTERN_H

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct pattern;

/* UTF mode is off: subjects are bytes. f names the offset of an error. */
int pattern_new(struct pattern **out, const char *text, struct fail *f);
void pattern_free(struct pattern *p);

/* 1: match. 0: no match. -1: matching needs more steps than the limits
 * allow. */
int pattern_match(const struct pattern *p, struct span subject);

/* Selects cases by a glob: '*' is any text, also with '/'; '?' is one byte. */
bool pattern_glob(const char *glob, const char *text);

/* Does the pattern name this path: as a glob, as the path itself, or as a
 * folder that holds it? */
bool pattern_names(const char *pattern, const char *path);

#endif
