/* A folder that something is to be written into. */
#ifndef WIRE_BYTES_FOLDER_H
#define WIRE_BYTES_FOLDER_H

#include "wire/bytes/fail.h"

/* Makes it, for its owner alone, unless it is there; not those that it is to
 * stand in. Where nothing can be written into it: FAIL_USAGE. */
int folder_make(const char *path, struct fail *f);

#endif
