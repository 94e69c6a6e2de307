/* Wire logs as files. */
#include "probe/keep.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/mem.h"

#define LINE_LIMIT ((size_t)512 * 1024 * 1024)

struct keeper {
	char *folder;
	enum keep keep;
	const char *client_key, *upstream_key;
	struct fail fail;
};

int keeper_new(struct keeper **out, const char *folder, enum keep keep,
	       const char *client_key, const char *upstream_key, struct fail *f)
{
	struct keeper *k;

	if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		return fail_errno(f, FAIL_SYSTEM, "%s", folder);
	k = xcalloc(1, sizeof(*k));
	k->folder = xstrdup(folder);
	k->keep = keep;
	k->client_key = client_key;
	k->upstream_key = upstream_key;
	*out = k;
	return 0;
}

void keeper_free(struct keeper *k)
{
	if (!k)
		return;
	free(k->folder);
	free(k);
}

static bool is_kept(const struct keeper *k, const struct result *r)
{
	if (k->keep == KEEP_ALL)
		return true;
	return k->keep == KEEP_FAIL && r->verdict != VERDICT_PASS &&
	       r->verdict != VERDICT_SKIP;
}

static void replace(struct buf *line, const char *key, const char *by)
{
	size_t from = 0, at;

	if (!key || !*key)
		return;
	for (;;) {
		at = span_find(span_skip(buf_span(line), from), span_of(key));
		if (at == SIZE_MAX)
			return;
		if (buf_splice(line, from + at, strlen(key), by, strlen(by)) <
		    0)
			return;
		from += at + strlen(by);
	}
}

static void write_entries(struct keeper *k, const struct wlog *log, FILE *to)
{
	struct buf line = BUF_INIT(LINE_LIMIT);

	for (size_t i = 0; i < log->count; i++) {
		buf_reset(&line);
		if (wlog_entry_write(&log->list[i], &line) < 0)
			continue;
		replace(&line, k->client_key, "{{credential}}");
		replace(&line, k->upstream_key, "{{upstream-key}}");
		fwrite(line.at, 1, line.len, to);
	}
	buf_clear(&line);
}

void keeper_add(struct keeper *k, const struct result *result,
		const struct wlog *log)
{
	char path[PATH_MAX];
	size_t prefix = strlen(k->folder) + 1;
	int len;
	FILE *to;

	if (!is_kept(k, result))
		return;
	len = snprintf(path, sizeof(path), "%s/%s.jsonl", k->folder,
		       result->id);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		fail_set(&k->fail, FAIL_SYSTEM, "%s: the path is too long",
			 k->folder);
		return;
	}
	for (char *at = path + prefix; *at; at++) {
		if (*at == '/')
			*at = '.';
	}
	to = fopen(path, "we");
	if (!to) {
		fail_errno(&k->fail, FAIL_SYSTEM, "%s", path);
		return;
	}
	write_entries(k, log, to);
	len = ferror(to);
	if (fclose(to) != 0 || len != 0)
		fail_errno(&k->fail, FAIL_SYSTEM, "%s", path);
}

void keeper_result(const struct keeper *k, struct fail *f)
{
	if (k->fail.code != FAIL_OK)
		fail_set(f, k->fail.code, "%s", k->fail.text);
}
