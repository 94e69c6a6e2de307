/* What several fuzz targets share: inputs of several parts, and files. */
#ifndef TESTS_FUZZ_KIT_H
#define TESTS_FUZZ_KIT_H

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

/*
 * Parts of an input: a line "@NAME" begins the part of that name, and what
 * stands before the first such line is of none. out[i] is the last part of
 * names[i], or empty with at == NULL.
 */
void kit_parts(struct span bytes, const char *const *names, size_t count,
	       struct span *out);

/* A path that gives these bytes, until the next call with this slot. */
#define KIT_SLOTS 2
const char *kit_file(size_t slot, struct span bytes);

/* A folder that is removed with what is in it when the program ends. */
const char *kit_folder(void);

/* Writes a file into that folder, and the folders on its way; at == NULL takes
 * it away. */
void kit_put(const char *name, struct span bytes);

/* Ends the program unless it holds. */
void kit_require(bool holds, const char *what);

/* A reader's failure has a code and one line that begins with this file. */
void kit_failed(const struct fail *f, const char *file);

#endif
