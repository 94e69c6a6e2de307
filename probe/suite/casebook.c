/* All cases of a suite: finds the files, reads them, finds a case by its id. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "probe/suite/casefile.h"
#include "wire/bytes/hash.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/shared.h"

#define DEPTH_LIMIT 8
#define FILES_LIMIT 20000

/* {"old id": "new id", ...}: so that older baselines and reports stay valid. */
#define RENAMED "cases/renamed.json"

/* What tokens cost (wire/prompt/prices.h). */
#define PRICES "cases/prices.json"

struct casebook_walk {
	const char *root;
	char **list;
	size_t count, cap;
	struct fail *f;
};

static int add_file(struct casebook_walk *g, const char *name)
{
	if (g->count == FILES_LIMIT)
		return fail_set(g->f, FAIL_LIMIT, "more than %d files in %s",
				FILES_LIMIT, g->root);
	g->list = mem_room(g->list, g->count, &g->cap, sizeof(*g->list));
	g->list[g->count++] = xstrdup(name);
	return 0;
}

static bool is_case(const char *name)
{
	return span_ends(span_of(name), ".json") &&
	       strcmp(name, "cases/requirements.json") != 0 &&
	       strcmp(name, PRICES) != 0 && strcmp(name, RENAMED) != 0;
}

static int find_in(struct casebook_walk *g, const char *folder, unsigned depth);

static int find_entry(struct casebook_walk *g, const char *name, unsigned depth)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct stat st;
	int rc = 0;

	buf_addf(&path, "%s/%s", g->root, name);
	if (stat(buf_str(&path), &st) < 0)
		rc = fail_errno(g->f, FAIL_SYSTEM, "%s", buf_str(&path));
	else if (S_ISDIR(st.st_mode) && depth < DEPTH_LIMIT)
		rc = find_in(g, name, depth + 1);
	else if (S_ISREG(st.st_mode) && is_case(name))
		rc = add_file(g, name);
	buf_clear(&path);
	return rc;
}

static int find_in(struct casebook_walk *g, const char *folder, unsigned depth)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct dirent *entry;
	DIR *dir;
	int rc = 0;

	buf_addf(&path, "%s/%s", g->root, folder);
	dir = opendir(buf_str(&path));
	if (dir == NULL) {
		rc = fail_errno(g->f, FAIL_SYSTEM, "%s", buf_str(&path));
		buf_clear(&path);
		return rc;
	}
	for (entry = readdir(dir); entry != NULL && rc == 0;
	     entry = readdir(dir)) {
		if (entry->d_name[0] == '.')
			continue;
		buf_reset(&path);
		buf_addf(&path, "%s/%s", folder, entry->d_name);
		rc = find_entry(g, buf_str(&path), depth);
	}
	closedir(dir);
	buf_clear(&path);
	return rc;
}

static int by_name(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static int files_in(char ***out, size_t *count, const char *root,
		    const char *folder, struct fail *f)
{
	struct casebook_walk g = { .root = root, .f = f };

	if (find_in(&g, folder, 0) < 0) {
		for (size_t i = 0; i < g.count; i++)
			free(g.list[i]);
		free(g.list);
		return -1;
	}
	if (g.count > 1)
		qsort(g.list, g.count, sizeof(*g.list), by_name);
	*out = g.list;
	*count = g.count;
	return 0;
}

int casebook_files(char ***out, size_t *count, const char *root, struct fail *f)
{
	return files_in(out, count, root, "cases", f);
}

static int read_named(struct casebook *book, const char *path, const char *name,
		      const struct casebook_values *values, struct fail *f)
{
	struct buf text = BUF_INIT(CASE_FILE_LIMIT);
	size_t before = book->count;
	int rc = load_file(&text, path, CASE_FILE_LIMIT, f);

	if (rc < 0)
		f->code = FAIL_CASE;
	else
		rc = casefile_parse(book, name, buf_span(&text), values, f);
	for (size_t i = before; i < book->count; i++)
		book->list[i]->digest = hash_bytes(HASH_START, buf_span(&text));
	buf_clear(&text);
	return rc;
}

int casefile_read(struct casebook *book, const char *path,
		  const struct casebook_values *values, struct fail *f)
{
	struct buf below = BUF_INIT(BUF_NO_LIMIT);
	struct stat st;
	int rc;

	/* The path is below the root, as casebook_files() gives it, or the
	 * user's. */
	if (book->root != NULL && *path != '/')
		buf_addf(&below, "%s/%s", book->root, path);
	if (below.len > 0 && stat(buf_str(&below), &st) == 0)
		rc = read_named(book, buf_str(&below), path, values, f);
	else
		rc = read_named(book, path, path, values, f);
	buf_clear(&below);
	return rc;
}

static int by_id(const void *left, const void *right)
{
	const struct casefile *a = *(struct casefile *const *)left;
	const struct casefile *b = *(struct casefile *const *)right;

	return strcmp(a->id, b->id);
}

static int sort_book(struct casebook *book, struct fail *f)
{
	if (book->count > 1)
		qsort(book->list, book->count, sizeof(*book->list), by_id);
	for (size_t i = 1; i < book->count; i++)
		if (strcmp(book->list[i - 1]->id, book->list[i]->id) == 0)
			return fail_set(f, FAIL_CASE,
					"%s: the case '%s' is also in %s",
					book->list[i]->path, book->list[i]->id,
					book->list[i - 1]->path);
	return 0;
}

/* Can the file with this stem hold a case that the pattern names? The ids of
 * its cases are STEM or STEM/ROW. */
static bool may_hold(struct span stem, const char *pattern)
{
	size_t len = strcspn(pattern, "*?");

	while (len > 0 && pattern[len - 1] == '/')
		len--;
	if (len > stem.len)
		len = stem.len;
	return memcmp(stem.at, pattern, len) == 0;
}

static bool is_wanted(const char *file, const struct option_list *patterns)
{
	struct span stem = span_of(file);

	stem = span_skip(span_make(stem.at, stem.len - strlen(".json")),
			 strlen("cases/"));
	for (size_t i = 0; i < patterns->count; i++)
		if (may_hold(stem, patterns->list[i]))
			return true;
	return false;
}

/* ---- cases that send the same recorded request share its body ---- */

/* Requests whose bodies can be shared; the requests are borrowed. */
struct casebook_bodies {
	struct request **list;
	size_t count, cap;
};

static struct span body_of(const struct request *r)
{
	return span_make(r->body, r->body_len);
}

static void add_body(struct casebook_bodies *b, struct request *r)
{
	b->list = mem_room(b->list, b->count, &b->cap, sizeof(*b->list));
	b->list[b->count++] = r;
}

static void share(struct casebook_bodies *b, struct request *r)
{
	for (size_t i = 0; i < b->count; i++) {
		struct request *with = b->list[i];

		if (!span_equal(body_of(with), body_of(r)))
			continue;
		free(r->body);
		r->body = with->body;
		r->shared = shared_hold(&with->shared);
		return;
	}
	add_body(b, r);
}

static void share_bodies(struct casebook_bodies *b, const struct casefile *c)
{
	for (size_t i = 0; i < c->step_count; i++) {
		struct request *r = c->steps[i].request;

		if (r && r->body && !r->shared && r->body_len > 0)
			share(b, r);
	}
}

/* ---- reading ---- */

/* `patterns` NULL: every file. */
static int read_all(struct casebook *book, const char *root, const char *folder,
		    const struct option_list *patterns,
		    const struct casebook_values *values, struct fail *f)
{
	struct casebook new = { .root = xstrdup(root) };
	struct casebook_bodies bodies = { .count = 0 };
	char **files = NULL;
	size_t count = 0, shared = 0;
	int rc = files_in(&files, &count, root, folder, f);

	for (size_t i = 0; i < count && rc == 0; i++) {
		if (patterns == NULL || is_wanted(files[i], patterns))
			rc = casefile_read(&new, files[i], values, f);
		for (; rc == 0 && shared < new.count; shared++)
			share_bodies(&bodies, new.list[shared]);
	}
	free(bodies.list);
	for (size_t i = 0; i < count; i++)
		free(files[i]);
	free(files);
	if (rc == 0)
		rc = sort_book(&new, f);
	if (rc < 0)
		casebook_clear(&new);
	else
		*book = new;
	return rc;
}

static int read_renamed(struct casebook *book, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	buf_addf(&path, "%s/" RENAMED, book->root);
	if (access(buf_str(&path), F_OK) == 0)
		rc = json_load(&book->renamed, buf_str(&path), CASE_FILE_LIMIT,
			       f);
	buf_clear(&path);
	return rc;
}

int casebook_read(struct casebook *book, const char *root,
		  const struct option_list *patterns,
		  const struct casebook_values *values, struct fail *f)
{
	struct casebook new = { .list = NULL };

	if (read_all(&new, root, "cases", patterns, values, f) < 0)
		return -1;
	if (read_renamed(&new, f) < 0) {
		casebook_clear(&new);
		return -1;
	}
	if (values != NULL)
		casebook_weigh_keys(&new, values);
	*book = new;
	return 0;
}

int casebook_read_folder(struct casebook *book, const char *root,
			 const char *folder,
			 const struct casebook_values *values, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	bool is_there;

	buf_addf(&path, "%s/%s", root, folder);
	is_there = access(buf_str(&path), R_OK) == 0;
	buf_clear(&path);
	if (is_there)
		return read_all(book, root, folder, NULL, values, f);
	*book = (struct casebook){ .list = NULL };
	return 0;
}

static const struct casefile *find_id(const struct casebook *book,
				      const char *id)
{
	for (size_t i = 0; i < book->count; i++)
		if (strcmp(book->list[i]->id, id) == 0)
			return book->list[i];
	return NULL;
}

/* The new id of a case that was renamed from this id; NULL: it was not. */
static const char *todays_id(const struct casebook *book, const char *id)
{
	if (book->renamed == NULL)
		return NULL;
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(book->renamed->root, id));
}

const struct casefile *casebook_find(const struct casebook *book,
				     const char *id)
{
	const struct casefile *c = find_id(book, id);
	const char *today = c == NULL ? todays_id(book, id) : NULL;

	return today != NULL ? find_id(book, today) : c;
}

void casebook_clear(struct casebook *book)
{
	for (size_t i = 0; i < book->count; i++)
		casefile_free(book->list[i]);
	free(book->list);
	free(book->root);
	clients_clear(&book->clients);
	json_free(book->renamed);
	*book = (struct casebook){ .list = NULL };
}
