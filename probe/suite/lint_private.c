/* Finds recordings made with --keep-text, which a suite must not contain. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "probe/suite/lint.h"
#include "wire/bytes/load.h"
#include "wire/scrub/scrub.h"

#define DEPTH_LIMIT 8

struct private_walk {
	const char *root;
	lint_fn *tell;
	void *arg;
	struct fail *f;
};

/* Does the head of the request have the field of --keep-text? */
static bool is_private(const char *path)
{
	int fd = load_open(path, NULL);
	FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
	char line[8192];
	bool found = false;

	while (in != NULL && !found && fgets(line, sizeof(line), in) != NULL &&
	       strcmp(line, "\r\n") != 0)
		found = span_starts(span_of(line), SCRUB_PRIVATE ":");
	if (in != NULL)
		fclose(in);
	return found;
}

static void tell(const struct private_walk *w, const char *path)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&line,
		 "%s: recorded with --keep-text, and a suite must not contain "
		 "private texts; record it again without that option",
		 path);
	w->tell(w->arg, buf_str(&line));
	buf_clear(&line);
}

static int no_dots(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int walk(const struct private_walk *w, const char *folder,
		unsigned depth);

static int entry(const struct private_walk *w, const char *path, unsigned depth)
{
	struct buf full = BUF_INIT(BUF_NO_LIMIT);
	struct stat st;
	int rc = 0;

	buf_addf(&full, "%s/%s", w->root, path);
	if (stat(buf_str(&full), &st) < 0)
		rc = fail_errno(w->f, FAIL_SYSTEM, "%s", path);
	else if (S_ISDIR(st.st_mode))
		rc = depth < DEPTH_LIMIT ? walk(w, path, depth + 1) : 0;
	else if (span_ends(span_of(path), ".http") &&
		 is_private(buf_str(&full)))
		tell(w, path);
	buf_clear(&full);
	return rc;
}

static int walk(const struct private_walk *w, const char *folder,
		unsigned depth)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct dirent **list = NULL;
	int count, rc = 0;

	buf_addf(&path, "%s/%s", w->root, folder);
	count = scandir(buf_str(&path), &list, no_dots, alphasort);
	if (count < 0)
		rc = fail_errno(w->f, FAIL_SYSTEM, "%s", buf_str(&path));
	for (int i = 0; i < count; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s", folder, list[i]->d_name);
		if (rc == 0)
			rc = entry(w, buf_str(&path), depth);
		free(list[i]);
	}
	free(list);
	buf_clear(&path);
	return rc;
}

int lint_private(const char *root, lint_fn *fn, void *arg, struct fail *f)
{
	const struct private_walk w = {
		.root = root, .tell = fn, .arg = arg, .f = f
	};

	return walk(&w, "fixtures", 0);
}
