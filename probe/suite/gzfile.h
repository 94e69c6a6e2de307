/* Files that are kept as gzip, which `zless`, `zgrep` and `zcat` read. */
#ifndef PROBE_SUITE_GZFILE_H
#define PROBE_SUITE_GZFILE_H

#include <stdio.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

/*
 * A stream that packs what is written to it and writes that to `to`, which must
 * stay open until the stream is closed: closing writes the last bytes. Whether
 * all could be written is known from `to` (ferror).
 */
FILE *gzfile_pack(FILE *to);

/*
 * Appends what a file holds, at most `most` bytes: unpacked if it is gzip, as it
 * is otherwise. Fails as load_file() does, and with FAIL_SYNTAX where the packed
 * bytes are damaged or cut.
 */
int gzfile_load(struct buf *to, const char *path, size_t most, struct fail *f);

#endif
