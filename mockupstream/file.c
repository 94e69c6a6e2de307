/* Reads files that replies name: only below a folder. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mockupstream/reply.h"
#include "wire/bytes/mem.h"

/* Is the real path below the real folder? */
static bool is_below(const char *real, const char *folder)
{
	size_t len = strlen(folder);

	if (strcmp(folder, "/") == 0)
		return true;
	return strncmp(real, folder, len) == 0 && real[len] == '/';
}

/* The real path of `path` below `root`, links followed; yours to free(). */
static char *real_path(const char *root, const char *path, struct fail *f)
{
	struct buf joined = BUF_INIT(PATH_MAX);
	char *folder = realpath(root, NULL);
	char *real = NULL;

	if (!folder) {
		fail_errno(f, FAIL_CASE, "the folder '%s'", root);
		goto out;
	}
	if (buf_addf(&joined, "%s/%s", folder, path) < 0) {
		fail_set(f, FAIL_CASE, "the path is too long");
		goto out;
	}
	real = realpath(buf_str(&joined), NULL);
	if (!real)
		fail_errno(f, FAIL_CASE, "'%s'", path);
	else if (path[0] == '/' || !is_below(real, folder)) {
		fail_set(f, FAIL_CASE, "'%s' leaves the folder '%s'", path,
			 root);
		free(real);
		real = NULL;
	}
out:
	buf_clear(&joined);
	free(folder);
	return real;
}

static int read_whole(int fd, const char *path, struct file *out,
		      struct fail *f)
{
	struct stat st;
	size_t len = 0;
	char *bytes;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return fail_set(f, FAIL_CASE, "'%s' is not a file", path);
	if ((uintmax_t)st.st_size > REPLY_FILE_LIMIT_BYTES)
		return fail_set(f, FAIL_CASE, "'%s' is larger than 64 MiB",
				path);
	bytes = xmalloc((size_t)st.st_size + 1);
	while (len < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + len, (size_t)st.st_size - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			free(bytes);
			return fail_errno(f, FAIL_CASE, "'%s'", path);
		}
		if (n == 0)
			break;
		len += (size_t)n;
	}
	bytes[len] = '\0';
	*out = (struct file){ xstrdup(path), bytes, len };
	return 0;
}

int file_read(struct file *out, const char *root, const char *path,
	      struct fail *f)
{
	char *real = real_path(root, path, f);
	int fd, rc;

	if (!real)
		return -1;
	/* Without O_NONBLOCK opening a named pipe would wait for a writer. */
	fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	free(real);
	if (fd < 0)
		return fail_errno(f, FAIL_CASE, "'%s'", path);
	rc = read_whole(fd, path, out, f);
	close(fd);
	return rc;
}
