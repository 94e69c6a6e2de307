/* Printing lines in which texts of strangers may be: all of ccprobe's messages
 * but its reports go through here. */
#ifndef PROBE_SUITE_SAY_H
#define PROBE_SUITE_SAY_H

#include <stdio.h>

#include "wire/bytes/buf.h"

/* print_guard() looks at it first. */
void say(FILE *to, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* The same of a text, which is empty afterwards. */
void say_text(FILE *to, struct buf *text);

#endif
