/* Makes the folders that programs write into. */
#ifndef WIRE_BYTES_FOLDER_H
#define WIRE_BYTES_FOLDER_H

#include "wire/bytes/fail.h"

/* Makes the folder, for its owner alone, unless it exists; its parents must
 * exist. FAIL_USAGE: it cannot be made, or nothing can be written into it. */
int folder_make(const char *path, struct fail *f);

#endif
