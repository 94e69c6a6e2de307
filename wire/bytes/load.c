/* A whole file in memory. */
#include "wire/bytes/load.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is this a descriptor that the program was started with, usually a pipe? */
static bool is_handed(const char *path)
{
	struct span s = span_of(path);

	return span_is(s, "/dev/stdin") || span_starts(s, "/dev/fd/") ||
	       span_starts(s, "/proc/self/fd/");
}

/* Opening does not wait for somebody to write to a named pipe. */
int load_open(const char *path, struct fail *f)
{
	int wait = is_handed(path) ? 0 : O_NONBLOCK;
	int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC | wait);
	struct stat st;

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	if (wait == 0 || fstat(fd, &st) < 0 || S_ISREG(st.st_mode) ||
	    S_ISDIR(st.st_mode)) /* a folder says so when it is read */
		return fd;
	(void)close(fd);
	return fail_set(f, FAIL_SYSTEM, "%s: not a regular file", path);
}

static int read_all(int from, const char *path, size_t most, struct buf *to,
		    struct fail *f)
{
	char piece[16384];
	size_t got = 0;
	ssize_t len;

	while ((len = read(from, piece, sizeof(piece))) != 0) {
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return fail_errno(f, FAIL_SYSTEM, "%s", path);
		got += (size_t)len;
		if (got > most || buf_add(to, piece, (size_t)len) < 0)
			return fail_set(f, FAIL_LIMIT,
					"%s: larger than %zu bytes", path,
					most);
	}
	return 0;
}

int load_file(struct buf *to, const char *path, size_t most, struct fail *f)
{
	int fd = load_open(path, f), rc;

	if (fd < 0)
		return -1;
	rc = read_all(fd, path, most, to, f);
	(void)close(fd);
	return rc;
}
