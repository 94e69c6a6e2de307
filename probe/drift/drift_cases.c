/* Finds the cases that a change touches: those that name it, and those that
 * send one of its recordings. */
#include <stdlib.h>
#include <string.h>

#include "probe/drift/drift_private.h"
#include "probe/suite/casefile.h"
#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"

#define CASE_LIMIT ((size_t)4 * 1024 * 1024)
#define TERM_LEAST 4 /* bytes; shorter words are in every case */
#define NAMED_MOST 40 /* cases; a more frequent term is an ordinary word */

/* The term to look for in cases: of a path its last part. */
static struct span term_of(const struct drift_change *c)
{
	struct span what = span_of(c->what);
	size_t at = what.len;

	if (c->kind == DRIFT_REQUESTS || c->kind == DRIFT_RETRIES)
		return SPAN_EMPTY;
	if (what.len == 0 || what.at[0] != '/')
		return what;
	while (at > 0 && what.at[at - 1] != '/' && what.at[at - 1] != '[')
		at--;
	what = span_skip(what, at);
	return span_ends(what, "]") ? span_first(what, what.len - 1) : what;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-';
}

static char small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Whether the text has the term as a whole word, in upper or lower case. */
static bool names(struct span text, struct span term)
{
	for (size_t i = 0; i + term.len <= text.len; i++) {
		size_t n = 0;

		if (i > 0 && is_letter(text.at[i - 1]))
			continue;
		while (n < term.len &&
		       small(text.at[i + n]) == small(term.at[n]))
			n++;
		if (n == term.len &&
		    (i + n == text.len || !is_letter(text.at[i + n])))
			return true;
	}
	return false;
}

/* "cases/headers/x.json" gives headers/x. */
static struct span id_of(const char *path)
{
	struct span id = span_skip(span_of(path), strlen("cases/"));

	return span_first(id, id.len - strlen(".json"));
}

static int look_for_names(struct drift *d, const char *root, const char *path,
			  struct fail *f)
{
	struct buf text = BUF_INIT(CASE_LIMIT), full = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	buf_addf(&full, "%s/%s", root, path);
	rc = load_file(&text, buf_str(&full), CASE_LIMIT, f);
	for (size_t i = 0; rc == 0 && i < d->count; i++) {
		struct span term = term_of(&d->changes[i]);

		if (term.len >= TERM_LEAST && names(buf_span(&text), term))
			drift_list_add(&d->changes[i].cases, id_of(path));
	}
	buf_clear(&full);
	buf_clear(&text);
	return rc;
}

/* Whether the case sends a recording of the change: for "plain/01" the file
 * "fixtures/requests/2.1.332/plain/01.http" or one of its turns. */
static bool sends(const struct casefile *c, const char *version,
		  const struct drift_change *change)
{
	struct buf prefix = BUF_INIT(BUF_NO_LIMIT);
	bool found = false;

	buf_addf(&prefix, "fixtures/requests/%s/", version);
	for (size_t i = 0; i < c->file_count && !found; i++) {
		struct span file = span_of(c->files[i]);

		if (!span_starts(file, buf_str(&prefix)))
			continue;
		file = span_skip(file, prefix.len);
		for (size_t k = 0; k < change->in.count && !found; k++)
			found = span_starts(file, change->in.list[k]);
		if (change->in.count == 0) /* a change of a whole scenario */
			found = span_starts(file, change->what) &&
				span_starts(
					span_skip(file, strlen(change->what)),
					"/");
	}
	buf_clear(&prefix);
	return found;
}

static int count_senders(struct drift *d, const char *root, struct fail *f)
{
	struct casebook_values values = CASEBOOK_VALUES_INIT;
	struct casebook book = { .list = NULL };
	int rc;

	values.client = d->new;
	rc = casebook_read(&book, root, NULL, &values, f);
	for (size_t i = 0; rc == 0 && i < d->count; i++)
		for (size_t k = 0; k < book.count; k++)
			d->changes[i].senders +=
				sends(book.list[k], d->new, &d->changes[i]);
	casebook_clear(&book);
	return rc;
}

int drift_cases(struct drift *d, const char *root, struct fail *f)
{
	char **files = NULL;
	size_t count = 0;
	int rc = casebook_files(&files, &count, root, f);

	for (size_t i = 0; i < count; i++) {
		if (rc == 0)
			rc = look_for_names(d, root, files[i], f);
		free(files[i]);
	}
	free(files);
	for (size_t i = 0; i < d->count; i++)
		if (d->changes[i].cases.count > NAMED_MOST)
			drift_list_clear(&d->changes[i].cases);
	return rc < 0 ? -1 : count_senders(d, root, f);
}
