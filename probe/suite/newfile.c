/* Writes a file under another name first and then renames it. */
#include "probe/suite/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/mem.h"

#define FOR_ALL 0666 /* without the bits of the user's umask */

/* Follows a link, so that it stays a link. */
static char *place_of(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? real : xstrdup(path);
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return span_dup(
		span_make(path, slash == path ? 1 : (size_t)(slash - path)));
}

/* Is there something that a file must not be renamed over, such as a device or
 * a pipe? */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

int newfile_check(const char *path, struct fail *f)
{
	char *place = place_of(path), *folder = folder_of(place);
	struct stat st;
	int rc = 0;

	if (stat(place, &st) == 0 && S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		rc = -1;
	} else if (access(place, F_OK) == 0) {
		rc = access(place, W_OK);
	} else {
		rc = access(folder, W_OK | X_OK);
	}
	if (rc < 0)
		fail_errno(f, FAIL_USAGE, "%s", path);
	free(folder);
	free(place);
	return rc;
}

static const char *last_of(const char *place)
{
	const char *slash = strrchr(place, '/');

	return slash ? slash + 1 : place;
}

static bool is_same_new(const char *place, const char *other)
{
	char *a = folder_of(place), *b = folder_of(other);
	char *in = realpath(a, NULL), *other_in = realpath(b, NULL);
	bool same = in && other_in && strcmp(in, other_in) == 0 &&
		    strcmp(last_of(place), last_of(other)) == 0;

	free(a);
	free(b);
	free(in);
	free(other_in);
	return same;
}

bool newfile_is_same(const char *path, const char *other)
{
	struct stat a, b;
	bool is_there = stat(path, &a) == 0;

	if (is_there != (stat(other, &b) == 0))
		return false;
	if (!is_there)
		return is_same_new(path, other);
	return S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Opens a new file in the same folder; -1: that is not possible. */
static int open_beside(struct newfile *n, const char *place)
{
	struct buf name = BUF_INIT(PATH_MAX);
	mode_t mask;
	int fd;

	if (is_special(place) || buf_addf(&name, "%s.XXXXXX", place) < 0) {
		buf_clear(&name);
		return -1;
	}
	n->beside = buf_take(&name, NULL);
	fd = mkostemp(n->beside, O_CLOEXEC);
	if (fd < 0) {
		free(n->beside);
		n->beside = NULL;
		return -1;
	}
	if (!n->is_private) {
		mask = umask(0);
		umask(mask);
		fchmod(fd, FOR_ALL & ~mask);
	}
	return fd;
}

/* Opens the file itself: it may be writable in a folder that is not. */
static int open_in_place(const struct newfile *n, const char *place)
{
	int more = is_special(place) ? 0 : O_TRUNC;

	return open(place, O_WRONLY | O_CREAT | O_CLOEXEC | more,
		    n->is_private ? 0600 : FOR_ALL);
}

int newfile_open(struct newfile *n, const char *path, bool is_private,
		 struct fail *f)
{
	int fd;

	*n = (struct newfile){ .path = place_of(path),
			       .is_private = is_private };
	fd = open_beside(n, n->path);
	if (fd < 0)
		fd = open_in_place(n, n->path);
	n->to = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (n->to)
		return 0;
	fail_errno(f, FAIL_SYSTEM, "%s", path);
	if (fd >= 0)
		close(fd);
	free(n->path);
	*n = (struct newfile){ .path = NULL };
	return -1;
}

int newfile_close(struct newfile *n, struct fail *f)
{
	bool bad = fflush(n->to) != 0 || ferror(n->to);
	int why = errno;

	if (fclose(n->to) != 0 && !bad) {
		bad = true;
		why = errno;
	}
	if (!bad && n->beside && rename(n->beside, n->path) < 0) {
		bad = true;
		why = errno;
	}
	if (bad && n->beside)
		unlink(n->beside);
	errno = why;
	if (bad)
		fail_errno(f, FAIL_SYSTEM, "%s", n->path);
	free(n->path);
	free(n->beside);
	*n = (struct newfile){ .path = NULL };
	return bad ? -1 : 0;
}

int newfile_write(const char *path, struct span bytes, bool is_private,
		  struct fail *f)
{
	struct newfile n;

	if (newfile_open(&n, path, is_private, f) < 0)
		return -1;
	fwrite(bytes.at, 1, bytes.len, n.to);
	return newfile_close(&n, f);
}
