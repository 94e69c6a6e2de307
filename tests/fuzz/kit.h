/* Helpers of fuzz targets: inputs of several parts, and files. */
#ifndef TESTS_FUZZ_KIT_H
#define TESTS_FUZZ_KIT_H

#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

/*
 * Splits an input into parts: a line "@NAME" begins the part of that name; text
 * before the first such line belongs to no part. out[i] is the last part of
 * names[i], or empty with at == NULL.
 */
void kit_parts(struct span bytes, const char *const *names, size_t count,
	       struct span *out);

/* Returns the path of a file with these bytes, valid until the next call with
 * this slot. */
#define KIT_SLOTS 2
const char *kit_file(size_t slot, struct span bytes);

/* A temporary folder, which is removed with its content when the program
 * ends. */
const char *kit_folder(void);

/* Writes a file into that folder, and creates folders on its path; bytes.at ==
 * NULL removes the file. */
void kit_put(const char *name, struct span bytes);

/* Ends the program unless `holds` is true. */
void kit_require(bool holds, const char *what);

/* Requires that a reader's failure has a code and one line that begins with
 * this file's name. */
void kit_failed(const struct fail *f, const char *file);

#endif
