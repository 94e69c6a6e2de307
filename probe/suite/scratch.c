/* Scratch folders: made, filled, and removed whatever was left in them. */
#include "probe/suite/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/mem.h"

#define OPEN_FOLDERS 16

int scratch_new(char **out, struct fail *f)
{
	const char *below = getenv("TMPDIR");
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/ccprobe-XXXXXX",
		 below && *below ? below : "/tmp");
	if (!mkdtemp(path))
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	*out = xstrdup(path);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	remove(path);
	return 0;
}

void scratch_free(char *folder)
{
	if (!folder)
		return;
	nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
	free(folder);
}

int scratch_write(const char *folder, const char *name, struct span bytes,
		  struct fail *f)
{
	char path[PATH_MAX];
	FILE *to;
	size_t put;

	if (strchr(name, '/') || strcmp(name, "..") == 0)
		return fail_set(f, FAIL_CASE,
				"'%s' is not the name of a file in the scratch "
				"folder",
				name);
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	to = fopen(path, "wbe");
	if (!to)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	put = fwrite(bytes.at, 1, bytes.len, to);
	if (fclose(to) != 0 || put != bytes.len)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	return 0;
}

int scratch_read(char **out, size_t *len, const char *path, size_t most,
		 struct fail *f)
{
	struct buf b = BUF_INIT(most);
	char bytes[16384];
	FILE *from = fopen(path, "rbe");
	size_t n;
	int rc = -1;

	if (!from)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	do {
		n = fread(bytes, 1, sizeof(bytes), from);
		if (buf_add(&b, bytes, n) < 0) {
			fail_set(f, FAIL_LIMIT, "%s: larger than %zu bytes",
				 path, most);
			goto out;
		}
	} while (n > 0);
	if (ferror(from)) {
		fail_errno(f, FAIL_SYSTEM, "%s", path);
		goto out;
	}
	*out = buf_take(&b, len);
	rc = 0;
out:
	fclose(from);
	buf_clear(&b);
	return rc;
}
