/* Finds the case that a mistyped pattern may mean. */
#include "probe/suite/choose/casenear.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/bytes/pattern.h"

/* Candidate words, which end with NULL, and the id that each belongs to, or
 * NULL */
struct casenear {
	char **words;
	const char **of;
	size_t count;
};

static void casenear_clear(struct casenear *n)
{
	for (char **word = n->words; *word; word++)
		free(*word);
	free(n->words);
	free(n->of);
}

static struct casenear casenear_empty(void)
{
	return (struct casenear){ .words = xcalloc(1, sizeof(char *)) };
}

static void add(struct casenear *n, char *word, const char *of)
{
	n->words = xrealloc(n->words, (n->count + 2) * sizeof(*n->words));
	n->of = xrealloc(n->of, (n->count + 1) * sizeof(*n->of));
	n->words[n->count] = word;
	n->of[n->count++] = of;
	n->words[n->count] = NULL;
}

static const char *nearest(const struct casenear *n, const char *word)
{
	return near_word(word, (const char *const *)n->words);
}

const char *casenear_area(const struct casebook *book, const char *name)
{
	const char **words = xcalloc(book->count + 1, sizeof(*words));
	const char *near;

	for (size_t i = 0; i < book->count; i++)
		words[i] = book->list[i]->area;
	near = near_word(name, words);
	free(words);
	return near;
}

/* ---- a misspelt area ---- */

/* The pattern with the nearest area in place of its own, which may be the same
 * one; NULL: none is near. */
static char *with_near_area(const struct casebook *book, const char *pattern)
{
	struct span area = span_make(pattern, strcspn(pattern, "/"));
	struct buf made = BUF_INIT(BUF_NO_LIMIT);
	const char *near;
	char *name;

	name = span_dup(area);
	near = casenear_area(book, name);
	free(name);
	if (near == NULL)
		return NULL;
	buf_addf(&made, "%s%s", near, pattern + area.len);
	return buf_take(&made, NULL);
}

static bool fits_any(const struct casebook *book, const char *pattern)
{
	for (size_t i = 0; i < book->count; i++)
		if (pattern_names(pattern, book->list[i]->id))
			return true;
	return false;
}

/* ---- a misspelt rest ---- */

/* "errors/status-kept" of "errors/status-kept/529". */
static char *without_last(const char *id)
{
	const char *slash = strrchr(id, '/');

	return slash != NULL ? xmemdup(id, (size_t)(slash - id)) : xstrdup(id);
}

/* The nearest id, or file with rows, or folder; NULL: none is near. */
static char *near_id(const struct casebook *book, const char *pattern)
{
	struct casenear n = casenear_empty();
	const char *near;
	char *out = NULL;

	for (size_t i = 0; i < book->count; i++) {
		add(&n, xstrdup(book->list[i]->id), NULL);
		add(&n, without_last(book->list[i]->id), NULL);
	}
	near = nearest(&n, pattern);
	if (near != NULL)
		out = xstrdup(near);
	casenear_clear(&n);
	return out;
}

/* For a pattern without "/", the nearest part of an id: for "status-kept" the
 * id up to that part, "errors/status-kept". */
static char *near_part(const struct casebook *book, const char *pattern)
{
	const char *near;
	struct casenear n;
	char *out = NULL;

	if (strchr(pattern, '/') != NULL)
		return NULL;
	n = casenear_empty();
	for (size_t i = 0; i < book->count; i++) {
		struct span rest = span_of(book->list[i]->id), part;

		while (span_split(&rest, '/', &part))
			add(&n, span_dup(part), book->list[i]->id);
	}
	near = nearest(&n, pattern);
	if (near != NULL) {
		char **word = n.words;
		const char *id, *at;

		while (*word != near)
			word++;
		id = n.of[word - n.words];
		at = strstr(id, near);
		out = xmemdup(id, (size_t)(at - id) + strlen(near));
	}
	casenear_clear(&n);
	return out;
}

static char *near_in(const struct casebook *book, const char *pattern)
{
	char *meant = with_near_area(book, pattern), *near, *shorter;

	if (meant != NULL && fits_any(book, meant))
		return meant;
	if (meant != NULL)
		pattern = meant;
	near = near_id(book, pattern);
	if (near == NULL)
		near = near_part(book, pattern);
	if (near == NULL && strchr(pattern, '/') != NULL) {
		shorter = without_last(pattern);
		near = fits_any(book, shorter) ? xstrdup(shorter)
					       : near_id(book, shorter);
		free(shorter);
	}
	free(meant);
	return near;
}

char *casenear_of(const struct casebook *book, const char *pattern)
{
	struct casebook all = { .list = NULL };
	struct fail f = FAIL_INIT;
	char *near;

	if (book->root == NULL)
		return near_in(book, pattern);
	if (casebook_read(&all, book->root, NULL, NULL, &f) < 0)
		return NULL;
	near = near_in(&all, pattern);
	casebook_clear(&all);
	return near;
}
