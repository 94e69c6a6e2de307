/* A whole file in memory. */
#include "wire/bytes/load.h"

#include <stdio.h>

static int read_all(FILE *from, const char *path, size_t most, struct buf *to,
		    struct fail *f)
{
	char piece[16384];
	size_t len, got = 0;

	while ((len = fread(piece, 1, sizeof(piece), from)) > 0) {
		got += len;
		if (got > most || buf_add(to, piece, len) < 0)
			return fail_set(f, FAIL_LIMIT,
					"%s: larger than %zu bytes", path,
					most);
	}
	if (ferror(from))
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	return 0;
}

int load_file(struct buf *to, const char *path, size_t most, struct fail *f)
{
	FILE *from = fopen(path, "rbe");
	int rc;

	if (!from)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	rc = read_all(from, path, most, to, f);
	fclose(from);
	return rc;
}
