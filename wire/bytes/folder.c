/* Makes a folder, or says why nothing can be written into it. */
#include "wire/bytes/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/span.h"

/* "a/b" of "a/b/c", "." of "c", "/" of "/c"; yours to free(). */
static char *outer(const char *path)
{
	struct span s = span_of(path);

	while (s.len > 1 && span_ends(s, "/"))
		s.len--;
	while (s.len > 0 && !span_ends(s, "/"))
		s.len--;
	while (s.len > 1 && span_ends(s, "/"))
		s.len--;
	return span_dup(s.len > 0 ? s : span_of("."));
}

static int told(const char *path, struct fail *f)
{
	int why = errno;
	char *around = outer(path);

	if (*path == '\0') {
		fail_set(f, FAIL_USAGE,
			 "the name of the folder is empty; name a folder");
	} else if (why == ENOENT) {
		fail_set(f, FAIL_USAGE,
			 "%s: there is no folder %s to make it in; make that "
			 "first, or name another",
			 path, around);
	} else {
		errno = why;
		fail_errno(f, FAIL_USAGE, "%s", path);
	}
	free(around);
	return -1;
}

int folder_make(const char *path, struct fail *f)
{
	struct stat st;

	if (mkdir(path, S_IRWXU) == 0)
		return 0;
	if (errno != EEXIST)
		return told(path, f);
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return fail_set(f, FAIL_USAGE, "%s: not a folder", path);
	if (access(path, W_OK | X_OK) < 0)
		return fail_errno(f, FAIL_USAGE, "%s", path);
	return 0;
}
