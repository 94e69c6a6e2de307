/* The folder of a recording: files are written as a whole or not at all, and no
 * file is overwritten. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/record/record_private.h"
#include "wire/bytes/folder.h"
#include "wire/bytes/put.h"

#define NAME_LIMIT 64

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int check_empty(const char *path, struct fail *f)
{
	struct dirent *entry;
	DIR *dir = opendir(path);
	int rc = 0;

	if (!dir)
		return fail_errno(f, FAIL_USAGE, "--out %s", path);
	while (rc == 0 && (entry = readdir(dir)) != NULL)
		if (!is_dots(entry->d_name))
			rc = fail_set(
				f, FAIL_USAGE,
				"--out %s: the folder holds '%s', and nothing "
				"is overwritten; name a new folder",
				path, entry->d_name);
	closedir(dir);
	return rc;
}

int record_folder_open(struct record_folder *d, const char *path,
		       bool closed_to_others, struct fail *f)
{
	struct stat st;

	*d = (struct record_folder){ .path = path,
				     .fd = -1,
				     .closed_to_others = closed_to_others };
	d->made = stat(path, &st) < 0;
	if (folder_make(path, f) < 0)
		return -1;
	if (!d->made && check_empty(path, f) < 0)
		return -1;
	d->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (d->fd < 0)
		return fail_errno(f, FAIL_USAGE, "--out %s", path);
	if (d->made && !closed_to_others)
		fchmod(d->fd, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH);
	return 0;
}

void record_folder_close(struct record_folder *d)
{
	if (d->fd >= 0)
		close(d->fd);
	if (d->fd >= 0 && d->made && d->files == 0)
		rmdir(d->path);
	d->fd = -1;
}

int record_folder_make(struct record_folder *d, const char *name,
		       struct fail *f)
{
	mode_t mode = d->closed_to_others
			      ? S_IRWXU
			      : S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH;

	if (mkdirat(d->fd, name, mode) < 0 && errno != EEXIST)
		return fail_errno(f, FAIL_SYSTEM, "%s/%s", d->path, name);
	return 0;
}

static int write_all(int fd, struct span bytes)
{
	return put_bytes(fd, bytes) < 0 ? -1 : fsync(fd);
}

/* Moves the file without replacing another. File systems that cannot do this
 * can make a second link, which does not replace either. */
static int put(int folder, const char *from, const char *to)
{
	if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return linkat(folder, from, folder, to, 0) < 0
		       ? -1
		       : unlinkat(folder, from, 0);
}

static int write_part(const struct record_folder *d, const char *part,
		      struct span bytes)
{
	mode_t mode = S_IRUSR | S_IWUSR;
	int fd, rc;

	if (!d->closed_to_others)
		mode |= S_IRGRP | S_IROTH;
	fd = openat(d->fd, part,
		    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return -1;
	rc = write_all(fd, bytes);
	return close(fd) < 0 ? -1 : rc;
}

int record_folder_write(struct record_folder *d, const char *name,
			struct span bytes, struct fail *f)
{
	char part[NAME_LIMIT];
	int why;

	if (d->bytes + bytes.len > RECORD_BYTES_LIMIT)
		return fail_set(f, FAIL_LIMIT,
				"%s: %" PRIu64
				" MB are recorded, the limit of one folder; "
				"name a new folder to go on",
				d->path, RECORD_BYTES_LIMIT / 1024 / 1024);
	snprintf(part, sizeof(part), "%s.part", name);
	if (write_part(d, part, bytes) == 0 && put(d->fd, part, name) == 0) {
		d->bytes += bytes.len;
		d->files++;
		return 0;
	}
	why = errno;
	if (why != EEXIST || faccessat(d->fd, name, F_OK, 0) == 0)
		unlinkat(d->fd, part, 0);
	errno = why;
	return fail_errno(f, FAIL_SYSTEM, "%s/%s", d->path, name);
}
