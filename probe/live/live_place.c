/* Makes, fills, reads and removes the folders of the sessions of a run. */
#include "probe/live/live_place.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/suite/scratch.h"
#include "wire/bytes/folder.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

#define FILE_LIMIT ((size_t)256 * 1024)
#define FILES_LIMIT 64
#define DEPTH_LIMIT 4

static char *below(const char *folder, const char *name)
{
	struct buf b = BUF_INIT(PATH_MAX);

	buf_addf(&b, "%s/%s", folder, name);
	return buf_take(&b, NULL);
}

int live_place_new(struct live_place **out, struct fail *f)
{
	struct live_place *p = xcalloc(1, sizeof(*p));

	if (scratch_own(&p->folder, &p->lock, f) < 0) {
		free(p);
		return -1;
	}
	p->home = below(p->folder, "home");
	p->project = below(p->home, "project");
	p->temporary = below(p->folder, "tmp");
	if (folder_make(p->home, f) < 0 || folder_make(p->project, f) < 0 ||
	    folder_make(p->temporary, f) < 0) {
		live_place_free(p);
		return -1;
	}
	*out = p;
	return 0;
}

void live_place_free(struct live_place *p)
{
	if (p == NULL)
		return;
	scratch_free(p->folder);
	close(p->lock);
	free(p->home);
	free(p->project);
	free(p->temporary);
	free(p);
}

/* Makes the folders that lead to a file. */
static int make_way(const char *folder, const char *name, struct fail *f)
{
	int rc = 0;

	for (const char *at = strchr(name, '/'); rc == 0 && at != NULL;
	     at = strchr(at + 1, '/')) {
		char *part = xmemdup(name, (size_t)(at - name));
		char *path = below(folder, part);

		rc = folder_make(path, f);
		free(part);
		free(path);
	}
	return rc;
}

int live_place_write(const char *folder, const char *name, struct span bytes,
		     struct fail *f)
{
	const char *last = strrchr(name, '/');
	char *part = last != NULL ? xmemdup(name, (size_t)(last - name))
				  : xstrdup(".");
	char *lies = below(folder, part);
	int rc = make_way(folder, name, f);

	if (rc == 0)
		rc = scratch_write(lies, last != NULL ? last + 1 : name, bytes,
				   f);
	free(part);
	free(lies);
	return rc;
}

/* ---- listing ---- */

struct place_walk {
	live_file_fn *fn;
	void *arg;
	size_t count;
};

static void walk(struct place_walk *w, const char *folder, const char *name,
		 unsigned depth);

static void walk_file(struct place_walk *w, const char *path, const char *name)
{
	struct buf bytes = BUF_INIT(FILE_LIMIT);

	if (w->count < FILES_LIMIT &&
	    load_file(&bytes, path, FILE_LIMIT, NULL) == 0) {
		w->count++;
		w->fn(w->arg, name, buf_span(&bytes));
	}
	buf_clear(&bytes);
}

static void walk_entry(struct place_walk *w, const char *folder,
		       const char *front, const char *entry, unsigned depth)
{
	char *path = below(folder, entry);
	char *name = *front != '\0' ? below(front, entry) : xstrdup(entry);
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		walk(w, path, name, depth + 1);
	else if (lstat(path, &st) == 0 && S_ISREG(st.st_mode))
		walk_file(w, path, name);
	free(path);
	free(name);
}

static void walk(struct place_walk *w, const char *folder, const char *name,
		 unsigned depth)
{
	struct dirent **list;
	int count;

	if (depth > DEPTH_LIMIT)
		return;
	count = scandir(folder, &list, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (list[i]->d_name[0] != '.')
			walk_entry(w, folder, name, list[i]->d_name, depth);
		free(list[i]);
	}
	if (count >= 0)
		free(list);
}

void live_place_files(const struct live_place *p, live_file_fn *fn, void *arg)
{
	struct place_walk w = { .fn = fn, .arg = arg };

	walk(&w, p->project, "", 0);
}
