/* Scratch folders: creates and removes them, and reads and writes their
 * files. */
#include "probe/suite/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

#define OPEN_FOLDERS 16
#define PREFIX "ccprobe-"
#define NAME PREFIX "XXXXXX"
#define OWNER ".owner"

static const char *where(void)
{
	const char *below = getenv("TMPDIR");

	return below && *below ? below : "/tmp";
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

static void remove_all(const char *folder)
{
	nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* ---- whose they are ---- */

/*
 * Each folder has a file that its owner keeps locked, so that others see
 * whether the owner is alive. The file gets its name only after it was locked.
 */
static int lock_new(const char *folder)
{
	char fresh[PATH_MAX + 16], name[PATH_MAX + 16];
	int fd;

	snprintf(fresh, sizeof(fresh), "%s/" OWNER ".new", folder);
	snprintf(name, sizeof(name), "%s/" OWNER, folder);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    rename(fresh, name) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Is it a folder of this user (no link) whose lock nobody holds? */
static bool is_dead(const char *path)
{
	struct stat st;
	int folder =
		open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int fd = -1;
	bool dead;

	if (folder >= 0 && fstat(folder, &st) == 0 && st.st_uid == geteuid() &&
	    (st.st_mode & 077) == 0)
		fd = openat(folder, OWNER, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	dead = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0;
	if (fd >= 0)
		close(fd);
	if (folder >= 0)
		close(folder);
	return dead;
}

/* Removes folders of processes that were killed. */
static void remove_dead(void)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir(where());

	while (d && (e = readdir(d)) != NULL) {
		if (strlen(e->d_name) != strlen(NAME) ||
		    strncmp(e->d_name, NAME, strlen(PREFIX)) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", where(), e->d_name);
		if (is_dead(path))
			remove_all(path);
	}
	if (d)
		closedir(d);
}

/* ---- creating a folder ---- */

int scratch_new(char **out, struct fail *f)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" NAME, where());
	if (!mkdtemp(path))
		return fail_errno(f, FAIL_SYSTEM, "%s", path);
	*out = xstrdup(path);
	return 0;
}

int scratch_own(char **out, int *lock, struct fail *f)
{
	char *folder;

	remove_dead();
	if (scratch_new(&folder, f) < 0)
		return -1;
	*lock = lock_new(folder);
	if (*lock < 0) {
		fail_errno(f, FAIL_SYSTEM, "%s", folder);
		scratch_free(folder);
		return -1;
	}
	*out = folder;
	return 0;
}

void scratch_free(char *folder)
{
	if (!folder)
		return;
	remove_all(folder);
	free(folder);
}

/* ---- files ---- */

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
	int rc = load_file(&b, path, most, f);

	if (rc == 0)
		*out = buf_take(&b, len);
	buf_clear(&b);
	return rc;
}
