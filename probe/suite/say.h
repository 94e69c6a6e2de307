/* Prints messages that may contain text from gateways. All of ccprobe's
 * messages except its reports are printed by these functions. */
#ifndef PROBE_SUITE_SAY_H
#define PROBE_SUITE_SAY_H

#include <stdio.h>

#include "wire/bytes/buf.h"

/* Prints the text after print_guard() made it safe. */
void say(FILE *to, const char *fmt, ...) ATTR_PRINTF(2, 3);

/* The same for a buffer, which is empty afterwards. */
void say_text(FILE *to, struct buf *text);

#endif
