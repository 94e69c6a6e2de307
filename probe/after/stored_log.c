/* Reads the wire logs that probe/run/keep/keep.c wrote. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/after/stored.h"
#include "probe/run/keep/keep.h"
#include "probe/suite/gzfile.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define LOG_LIMIT ((size_t)1024 * 1024 * 1024)
#define LOGS_LIMIT 20000
#define MANIFEST_LIMIT ((size_t)16 * 1024 * 1024)

static char *text_member(struct jval origin, const char *name)
{
	struct buf text = BUF_INIT(64 * 1024);
	struct jval value;

	if (!jscan_member(origin, name, &value) || value.type != J_STRING ||
	    jscan_string(value, &text) < 0) {
		buf_clear(&text);
		return NULL;
	}
	return text.len > 0 ? buf_take(&text, NULL) : xstrdup("");
}

static uint64_t hex_member(struct jval origin, const char *name)
{
	char *text = text_member(origin, name);
	uint64_t value = text != NULL ? strtoull(text, NULL, 16) : 0;

	free(text);
	return value;
}

static void read_origin(struct stored_log *s)
{
	const struct wlog_entry *e = &s->log.list[0];
	struct jval origin;

	for (size_t i = 0; i < s->log.count && s->run == 0; i++)
		s->run = s->log.list[i].run;
	if (e->kind != WLOG_NOTE || e->text == NULL ||
	    jscan(span_of(e->text), &origin, NULL) < 0 ||
	    origin.type != J_OBJECT)
		return;
	s->version = text_member(origin, "ccprobe");
	s->id = text_member(origin, "case");
	s->verdict = text_member(origin, "verdict");
	s->client = text_member(origin, "client");
	s->client_format = text_member(origin, "client_format");
	s->model = text_member(origin, "model");
	s->client_key = text_member(origin, "credential");
	s->upstream_key = text_member(origin, "upstream-key");
	s->wrong_key = text_member(origin, "wrong-credential");
	s->digest = hex_member(origin, "digest");
	s->run = hex_member(origin, "run");
}

/* Older logs do not name the words that replace keys: they had these. */
static void add_words(struct stored_log *s)
{
	if (s->client_key == NULL)
		s->client_key = xstrdup("{{credential}}");
	if (s->upstream_key == NULL)
		s->upstream_key = xstrdup("{{upstream-key}}");
	if (s->wrong_key == NULL)
		s->wrong_key = xstrdup("{{wrong-credential}}");
}

static int read_entries(struct stored_log *s, struct fail *f)
{
	struct buf text = BUF_INIT(LOG_LIMIT);
	int rc = gzfile_load(&text, s->path, LOG_LIMIT, f);
	FILE *from;

	if (rc == 0 && text.len > 0) {
		from = fmemopen(text.at, text.len, "r");
		if (from == NULL)
			abort(); /* a lack of memory */
		rc = wlog_read(&s->log, from, s->path, f);
		fclose(from);
	}
	buf_clear(&text);
	return rc;
}

int stored_log_read(struct stored_log *out, const char *path, struct fail *f)
{
	struct stored_log s = { .path = xstrdup(path) };
	int rc;

	wlog_init(&s.log, LOG_LIMIT);
	rc = read_entries(&s, f);
	if (rc == 0 && s.log.count == 0)
		rc = fail_set(f, FAIL_CASE, "%s: the log is empty", path);
	if (rc == 0) {
		read_origin(&s);
		add_words(&s);
	}
	if (rc == 0 && s.run == 0)
		rc = fail_set(f, FAIL_CASE,
			      "%s: no entry belongs to the run of a case",
			      path);
	if (rc < 0)
		stored_log_clear(&s);
	else
		*out = s;
	return rc;
}

void stored_log_clear(struct stored_log *s)
{
	free(s->path);
	free(s->version);
	free(s->id);
	free(s->verdict);
	free(s->client);
	free(s->client_format);
	free(s->model);
	free(s->client_key);
	free(s->upstream_key);
	free(s->wrong_key);
	wlog_clear(&s->log);
	*s = (struct stored_log){ .path = NULL };
}

static const struct casefile *by_name(const struct stored_log *s,
				      const struct casebook *book)
{
	const char *slash = strrchr(s->path, '/');
	const char *name = slash != NULL ? slash + 1 : s->path;
	const struct casefile *found = NULL;

	for (size_t i = 0; i < book->count && found == NULL; i++) {
		struct buf kept = BUF_INIT(BUF_NO_LIMIT);

		keep_name(book->list[i]->id, &kept);
		if (strcmp(buf_str(&kept), name) == 0)
			found = book->list[i];
		buf_add_text(&kept, KEPT_PACKED);
		if (strcmp(buf_str(&kept), name) == 0)
			found = book->list[i];
		buf_clear(&kept);
	}
	return found;
}

const struct casefile *stored_log_case(const struct stored_log *s,
				       const struct casebook *book,
				       struct fail *f)
{
	const struct casefile *c =
		s->id != NULL ? casebook_find(book, s->id) : by_name(s, book);

	if (c == NULL && s->id != NULL)
		fail_set(f, FAIL_CASE, "%s: there is no case '%s' any more",
			 s->path, s->id);
	else if (c == NULL)
		fail_set(f, FAIL_CASE,
			 "%s: it does not say which case it is of, and no case "
			 "has a log of this name",
			 s->path);
	return c;
}

bool stored_log_is_named(const char *path)
{
	return span_ends(span_of(path), KEPT_ENDING) ||
	       span_ends(span_of(path), KEPT_ENDING KEPT_PACKED);
}

/* ---- folders ---- */

static int is_log(const struct dirent *entry)
{
	return stored_log_is_named(entry->d_name);
}

static bool is_complete(struct jval root)
{
	struct jval value;

	return jscan_member(root, "complete", &value) && value.type == J_TRUE;
}

/* Is a log there? A person may have packed or unpacked it since it was written.
 */
static bool is_there(const char *path)
{
	struct span name = span_of(path);
	struct buf other = BUF_INIT(BUF_NO_LIMIT);
	bool found;

	if (span_ends(name, KEPT_PACKED))
		buf_add(&other, path, name.len - strlen(KEPT_PACKED));
	else
		buf_addf(&other, "%s" KEPT_PACKED, path);
	found = access(path, F_OK) == 0 || access(buf_str(&other), F_OK) == 0;
	buf_clear(&other);
	return found;
}

/* Finds the first log that the manifest names and that does not exist. */
static bool misses_one(const char *folder, struct jval root, struct buf *name)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	bool missing = false;
	struct jval list, item;
	struct jiter it;

	if (!jscan_member(root, "logs", &list) || list.type != J_ARRAY)
		return false;
	it = jscan_iter(list);
	while (!missing && jscan_next(&it, NULL, &item)) {
		buf_reset(name);
		buf_reset(&path);
		if (item.type != J_STRING || jscan_string(item, name) < 0)
			continue;
		buf_addf(&path, "%s/%s", folder, buf_str(name));
		missing = !is_there(buf_str(&path));
	}
	buf_clear(&path);
	return missing;
}

static int fit_manifest(const char *folder, const char *path, struct span text,
			struct fail *f)
{
	struct buf name = BUF_INIT(1024);
	struct jval root;
	int rc = 0;

	if (jscan(text, &root, NULL) < 0 || root.type != J_OBJECT)
		rc = fail_set(f, FAIL_CASE, "%s: this is no manifest", path);
	else if (!is_complete(root))
		rc = fail_set(
			f, FAIL_CASE,
			"%s: incomplete: the run that wrote it was broken "
			"off, or could not write all; name single logs to "
			"judge these",
			folder);
	else if (misses_one(folder, root, &name))
		rc = fail_set(f, FAIL_CASE,
			      "%s: incomplete: %s, which its " KEPT_MANIFEST
			      " names, is not there",
			      folder, buf_str(&name));
	buf_clear(&name);
	return rc;
}

/* A folder without a manifest is fine: somebody put these logs together. */
static int check_manifest(const char *folder, struct fail *f)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	char *text = NULL;
	size_t len;
	int rc = 0;

	buf_addf(&path, "%s/" KEPT_MANIFEST, folder);
	if (access(buf_str(&path), F_OK) == 0) {
		rc = scratch_read(&text, &len, buf_str(&path), MANIFEST_LIMIT,
				  f);
		if (rc == 0)
			rc = fit_manifest(folder, buf_str(&path),
					  span_make(text, len), f);
	}
	free(text);
	buf_clear(&path);
	return rc;
}

int stored_logs_find(char ***out, size_t *count, const char *path,
		     struct fail *f)
{
	struct dirent **entries = NULL;
	struct stat st;
	char **list;
	int n;

	if (stat(path, &st) < 0)
		return fail_errno(f, FAIL_CASE, "%s", path);
	if (!S_ISDIR(st.st_mode)) {
		list = xcalloc(1, sizeof(*list));
		list[0] = xstrdup(path);
		*count = 1;
		*out = list;
		return 0;
	}
	if (check_manifest(path, f) < 0)
		return -1;
	n = scandir(path, &entries, is_log, alphasort);
	if (n < 0)
		return fail_errno(f, FAIL_CASE, "%s", path);
	list = xcalloc((size_t)n, sizeof(*list));
	for (int i = 0; i < n; i++) {
		struct buf name = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&name, "%s/%s", path, entries[i]->d_name);
		list[i] = buf_take(&name, NULL);
		free(entries[i]);
	}
	free(entries);
	if (n == 0 || n > LOGS_LIMIT) {
		for (int i = 0; i < n; i++)
			free(list[i]);
		free(list);
		return fail_set(f, FAIL_CASE,
				n == 0 ? "%s: no log (NAME.jsonl or "
					 "NAME.jsonl.gz) is in it"
				       : "%s: too many logs are in it",
				path);
	}
	*out = list;
	*count = (size_t)n;
	return 0;
}
