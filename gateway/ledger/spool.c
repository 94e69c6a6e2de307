/* Records as lines at the end of a file. */
#include "gateway/ledger/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/put.h"

enum { LINE_LIMIT = 64 * 1024, FILE_MODE = 0600 };

struct spool {
	char *path, *aside;
	int lock_fd, fd;
	pthread_mutex_t lock; /* for the members below, and for writing */
	uint64_t size;
	bool torn; /* the last line may have no end */
	atomic_uint_fast64_t lost;
};

static char *beside(const char *path, const char *ending)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&name, "%s%s", path, ending);
	return buf_take(&name, NULL);
}

static int open_file(struct spool *s, struct fail *f)
{
	struct stat st;

	s->fd = open(s->path,
		     O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK,
		     FILE_MODE);
	if (s->fd < 0 || fstat(s->fd, &st) < 0)
		return fail_errno(f, FAIL_SYSTEM, "%s", s->path);
	if (!S_ISREG(st.st_mode))
		return fail_set(f, FAIL_SYSTEM, "%s: not a regular file",
				s->path);
	s->size = (uint64_t)st.st_size;
	s->torn = s->size > 0; /* its last line may be cut off */
	return 0;
}

static int lock_file(struct spool *s, const char *path, struct fail *f)
{
	char *name = beside(path, ".lock");
	int rc = 0;

	s->lock_fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, FILE_MODE);
	if (s->lock_fd < 0)
		rc = fail_errno(f, FAIL_SYSTEM, "%s", name);
	else if (flock(s->lock_fd, LOCK_EX | LOCK_NB) < 0)
		rc = fail_set(
			f, errno == EWOULDBLOCK ? FAIL_LIMIT : FAIL_SYSTEM,
			"%s: the ledger is in use by another ccgate; give "
			"each a ledger of its own",
			path);
	free(name);
	return rc;
}

int spool_open(struct spool **out, const char *path, struct fail *f)
{
	struct spool *s = xcalloc(1, sizeof(*s));

	s->lock_fd = s->fd = -1;
	s->path = beside(path, ".spool");
	s->aside = beside(path, ".taking");
	s->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	if (lock_file(s, path, f) < 0 || open_file(s, f) < 0) {
		spool_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void spool_close(struct spool *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	if (s->lock_fd >= 0)
		close(s->lock_fd);
	pthread_mutex_destroy(&s->lock);
	free(s->path);
	free(s->aside);
	free(s);
}

void spool_batch_init(struct spool_batch *b)
{
	buf_init(&b->lines, BUF_NO_LIMIT);
	b->count = 0;
}

void spool_batch_clear(struct spool_batch *b)
{
	buf_clear(&b->lines);
	b->count = 0;
}

void spool_batch_add(struct spool_batch *b, const struct record_row *r)
{
	if (b->count++ == 0)
		buf_add_byte(&b->lines, '\n');
	record_write(r, &b->lines);
}

int spool_write(struct spool *s, struct spool_batch *b)
{
	int rc, error;

	if (b->count == 0)
		return 0;
	pthread_mutex_lock(&s->lock);
	/* If the last line was cut off, this one begins on a new line. */
	rc = put_bytes(s->fd, span_skip(buf_span(&b->lines), s->torn ? 0 : 1));
	error = errno;
	s->torn = rc < 0;
	s->size += b->lines.len;
	pthread_mutex_unlock(&s->lock);
	if (rc < 0)
		atomic_fetch_add(&s->lost, b->count);
	buf_reset(&b->lines);
	b->count = 0;
	errno = error;
	return rc;
}

uint64_t spool_lost(const struct spool *s)
{
	return atomic_load(&s->lost);
}

uint64_t spool_size(struct spool *s)
{
	uint64_t size;

	pthread_mutex_lock(&s->lock);
	size = s->size;
	pthread_mutex_unlock(&s->lock);
	return size;
}

bool spool_is_aside(const struct spool *s)
{
	return access(s->aside, F_OK) == 0;
}

/* Undoes the setting aside: records go to the old file again. */
static void keep(struct spool *s, int old)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = old;
	(void)!rename(s->aside, s->path);
}

int spool_set_aside(struct spool *s, struct fail *f)
{
	int old, rc = -1;

	if (spool_is_aside(s))
		return 0;
	pthread_mutex_lock(&s->lock);
	old = s->fd;
	if (rename(s->path, s->aside) < 0)
		fail_errno(f, FAIL_SYSTEM, "%s", s->path);
	else if (open_file(s, f) < 0)
		keep(s, old);
	else
		rc = close(old);
	pthread_mutex_unlock(&s->lock);
	return rc;
}

int spool_taken(const struct spool *s, struct fail *f)
{
	if (unlink(s->aside) < 0 && errno != ENOENT)
		return fail_errno(f, FAIL_SYSTEM, "%s", s->aside);
	return 0;
}

/* ---- reading ---- */

static int read_lines(FILE *from, spool_fn *fn, void *arg, size_t *broken,
		      struct fail *f)
{
	char *line = xmalloc(LINE_LIMIT);
	struct record_row r;
	int rc = 0;

	/* A longer line is no record: it comes in parts, and none of them is
	 * one. */
	while (rc == 0 && fgets(line, LINE_LIMIT, from)) {
		struct span text = span_of(line);

		if (span_ends(text, "\n"))
			text.len--;
		if (text.len == 0)
			continue;
		if (record_read(&r, text) < 0)
			(*broken)++;
		else
			rc = fn(arg, &r, f);
	}
	free(line);
	return rc;
}

int spool_read(const char *path, bool aside, spool_fn *fn, void *arg,
	       size_t *broken, struct fail *f)
{
	char *name = beside(path, aside ? ".taking" : ".spool");
	struct fail why = FAIL_INIT;
	int fd = access(name, F_OK) < 0 ? -1 : load_open(name, &why);
	FILE *from = fd >= 0 ? fdopen(fd, "r") : NULL;
	int rc = 0;

	if (from)
		rc = read_lines(from, fn, arg, broken, f);
	else if (why.code != FAIL_OK)
		rc = fail_copy(f, &why);
	if (from)
		fclose(from);
	free(name);
	return rc;
}
