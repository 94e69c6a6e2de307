/* A folder that something is to be written into. */
#ifndef WIRE_BYTES_FOLDER_H
#define WIRE_BYTES_FOLDER_H

#include "wire/bytes/fail.h"

/* Makes the folder, for its owner alone, unless it is there; its parents have
 * to be there. FAIL_USAGE: nothing can be written into it. */
int folder_make(const char *path, struct fail *f);

#endif
