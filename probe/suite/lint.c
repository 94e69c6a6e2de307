/* Checks that guards exist, titles are unique, and fixtures are used. */
#include "probe/suite/lint.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/bytes/mem.h"

#define DEPTH_LIMIT 8
#define MANY 3 /* unused files of a folder; of more, only the number is told */

static void tell_guard(const struct casefile *c, const char *guard,
		       const struct requirements *known, lint_fn *tell,
		       void *arg)
{
	const char *near = requirements_nearest(known, guard);
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&line, "%s: unknown guard '%s'", c->path, guard);
	if (near != NULL)
		buf_addf(&line, "; did you mean '%s'?", near);
	tell(arg, buf_str(&line));
	buf_clear(&line);
}

static void tell_undecidable(const struct casefile *c, const char *guard,
			     lint_fn *tell, void *arg)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&line,
		 "%s: the guard '%s' is one that no case can decide, says "
		 "requirements.json",
		 c->path, guard);
	tell(arg, buf_str(&line));
	buf_clear(&line);
}

static void lint_guards(const struct casefile *c,
			const struct requirements *known, lint_fn *tell,
			void *arg)
{
	for (size_t i = 0; i < c->guard_count; i++) {
		const struct requirement *r =
			requirements_find(known, c->guards[i]);

		if (r == NULL)
			tell_guard(c, c->guards[i], known, tell, arg);
		else if (r->undecidable != NULL)
			tell_undecidable(c, c->guards[i], tell, arg);
	}
}

static bool is_same_file(const struct casefile *a, const struct casefile *b)
{
	return strcmp(a->path, b->path) == 0;
}

/* Rows of one file may share a title; cases of two files may not. */
static void lint_title(const struct casebook *book, size_t n, lint_fn *tell,
		       void *arg)
{
	const struct casefile *c = book->list[n];
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < n; i++) {
		const struct casefile *other = book->list[i];

		if (is_same_file(c, other) ||
		    strcmp(c->title, other->title) != 0)
			continue;
		buf_addf(&line, "%s: '%s' has this title too", c->path,
			 other->id);
		tell(arg, buf_str(&line));
		break;
	}
	buf_clear(&line);
}

static void lint_id(const struct casebook *book, size_t n, lint_fn *tell,
		    void *arg)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(book->list[i]->id, book->list[n]->id) != 0)
			continue;
		buf_addf(&line, "%s: the case '%s' is also in %s",
			 book->list[n]->path, book->list[n]->id,
			 book->list[i]->path);
		tell(arg, buf_str(&line));
		break;
	}
	buf_clear(&line);
}

void lint_cases(const struct casebook *book, const struct requirements *known,
		lint_fn *tell, void *arg)
{
	for (size_t i = 0; i < book->count; i++) {
		/* What is wrong with a file is told once, not for each row. */
		if (i == 0 || !is_same_file(book->list[i], book->list[i - 1])) {
			lint_guards(book->list[i], known, tell, arg);
			lint_title(book, i, tell, arg);
		}
		lint_id(book, i, tell, arg);
	}
}

/* ---- fixtures ---- */

struct walking {
	const char *root;
	const struct casebook *books;
	size_t book_count;
	lint_fn *tell;
	void *arg;
	struct fail *f;
};

/* Is `path` this file, or inside this folder? A case names a file or the folder
 * of a session. */
static bool is_named(const char *name, const char *path)
{
	size_t len = strlen(name);

	return strncmp(path, name, len) == 0 &&
	       (path[len] == '\0' || path[len] == '/');
}

static bool is_used_in(const struct casebook *book, const char *path)
{
	for (size_t i = 0; i < book->count; i++)
		for (size_t k = 0; k < book->list[i]->file_count; k++)
			if (is_named(book->list[i]->files[k], path))
				return true;
	return false;
}

static bool is_used(const struct walking *w, const char *path)
{
	for (size_t i = 0; i < w->book_count; i++)
		if (is_used_in(&w->books[i], path))
			return true;
	return false;
}

static int walk(struct walking *w, const char *folder, unsigned depth);

/* Walks a folder; adds an unused file to the list. */
static int walk_entry(struct walking *w, const char *path, unsigned depth,
		      struct buf *unused, size_t *count)
{
	struct buf full = BUF_INIT(BUF_NO_LIMIT);
	struct stat st;
	int rc = 0;

	buf_addf(&full, "%s/%s", w->root, path);
	if (stat(buf_str(&full), &st) < 0) {
		rc = fail_errno(w->f, FAIL_SYSTEM, "%s", path);
	} else if (S_ISDIR(st.st_mode) && depth < DEPTH_LIMIT) {
		rc = walk(w, path, depth + 1);
	} else if (!is_used(w, path)) {
		buf_addf(unused, "%s\n", path);
		++*count;
	}
	buf_clear(&full);
	return rc;
}

static void tell_unused(struct walking *w, const char *folder,
			struct span unused, size_t count)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	struct span path;

	if (count > MANY) {
		buf_addf(&line, "%s: warning: no case uses %zu of its files",
			 folder, count);
		w->tell(w->arg, buf_str(&line));
		unused = span_make(NULL, 0);
	}
	while (unused.len > 0 && span_split(&unused, '\n', &path)) {
		buf_reset(&line);
		buf_add_span(&line, path);
		buf_add_text(&line, ": warning: no case uses it");
		w->tell(w->arg, buf_str(&line));
	}
	buf_clear(&line);
}

/* Skips hidden files and files beside the fixtures that are none. */
static int no_dots(const struct dirent *entry)
{
	static const char *const others[] = {
		"README.md", "manifest.json",   "record-client",
		"client.pm", "measure-effects", "effects"
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(entry->d_name, others[i]) == 0)
			return 0;
	return entry->d_name[0] != '.' &&
	       !span_ends(span_of(entry->d_name), ".pl");
}

static int walk(struct walking *w, const char *folder, unsigned depth)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct buf unused = BUF_INIT(BUF_NO_LIMIT);
	struct dirent **list = NULL;
	size_t unused_count = 0;
	int count, rc = 0;

	buf_addf(&path, "%s/%s", w->root, folder);
	count = scandir(buf_str(&path), &list, no_dots, alphasort);
	if (count < 0)
		rc = fail_errno(w->f, FAIL_SYSTEM, "%s", buf_str(&path));
	for (int i = 0; i < count; i++) {
		buf_reset(&path);
		buf_addf(&path, "%s/%s", folder, list[i]->d_name);
		if (rc == 0)
			rc = walk_entry(w, buf_str(&path), depth, &unused,
					&unused_count);
		free(list[i]);
	}
	free(list);
	tell_unused(w, folder, buf_span(&unused), unused_count);
	buf_clear(&unused);
	buf_clear(&path);
	return rc;
}

int lint_fixtures(const char *root, const struct casebook *books, size_t count,
		  lint_fn *tell, void *arg, struct fail *f)
{
	struct walking w = { .root = root,
			     .books = books,
			     .book_count = count,
			     .tell = tell,
			     .arg = arg,
			     .f = f };

	return walk(&w, "fixtures", 0);
}
