/* Writes wire logs as files, with credentials masked, and the manifest of the
 * folder. */
#include "probe/run/keep/keep.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/run/keep/paint.h"
#include "probe/suite/gzfile.h"
#include "probe/suite/newfile.h"
#include "wire/bytes/folder.h"
#include "wire/bytes/mem.h"

#define LINE_LIMIT ((size_t)512 * 1024 * 1024)

struct keeper {
	const struct campaign_config *config;
	const struct headers *extra; /* sent with every request */
	struct buf written; /* names of the logs, as a list of JSON */
	/* Logs that could not be written; `fail`: of the first */
	size_t missing;
	struct fail fail;
};

static bool is_kept(const struct keeper *k, const struct result *r)
{
	if (k->config->keep == KEEP_ALL)
		return true;
	return k->config->keep == KEEP_FAIL && r->verdict != VERDICT_PASS &&
	       r->verdict != VERDICT_SKIP;
}

/* ---- keys ---- */

static const struct {
	size_t member; /* of struct campaign_config */
	const char *name;
} keys[] = {
	{ offsetof(struct campaign_config, client_key), "credential" },
	{ offsetof(struct campaign_config, upstream_key), "upstream-key" },
	{ offsetof(struct campaign_config, wrong_key), "wrong-credential" },
};

#define KEYS (sizeof(keys) / sizeof(keys[0]))

static const char *key_at(const struct keeper *k, size_t i)
{
	const char *at = (const char *)k->config + keys[i].member;

	return *(const char *const *)(const void *)at;
}

static bool is_weak(const struct campaign_config *c, const char *key)
{
	const char *const of[CASE_KEYS] = {
		[CASE_KEY_CLIENT] = c->client_key,
		[CASE_KEY_UPSTREAM] = c->upstream_key,
	};

	for (size_t i = 0; i < CASE_KEYS; i++)
		if (c->weak[i] && of[i] != NULL && strcmp(of[i], key) == 0)
			return true;
	return false;
}

/* A weak key occurs in ordinary texts. It is not masked, because masking would
 * change those texts and so the verdicts. */
static bool is_secret(const struct keeper *k, const char *key)
{
	return key != NULL && !is_weak(k->config, key);
}

static void secrets_of(const struct keeper *k, struct secrets *out)
{
	for (size_t i = 0; i < KEYS; i++)
		if (is_secret(k, key_at(k, i)))
			secrets_add_named(out, key_at(k, i), keys[i].name);
	for (size_t i = 0; k->config->ring && i < k->config->ring->count; i++)
		secrets_add_named(out, k->config->ring->list[i].value,
				  k->config->ring->list[i].name);
	for (size_t i = 0; k->extra && i < k->extra->count; i++)
		secrets_add_header(out, k->extra->list[i].name,
				   k->extra->list[i].value);
}

/* Appends what the log has in place of the key. Two keys may be equal: then the
 * first name counts. */
static void kept_key(const struct keeper *k, const char *key, struct buf *out)
{
	size_t i = 0;

	if (!is_secret(k, key)) {
		buf_add_text(out, key);
		return;
	}
	while (key_at(k, i) == NULL || strcmp(key_at(k, i), key) != 0)
		i++;
	secrets_mark(keys[i].name, strlen(key), out);
}

/* ---- files ---- */

/* Lines longer than the limit are left out. */
static void write_log(const struct wlog *log, FILE *to)
{
	struct buf line = BUF_INIT(LINE_LIMIT);

	for (size_t i = 0; i < log->count; i++) {
		buf_reset(&line);
		if (wlog_entry_write(&log->list[i], &line) == 0)
			fwrite(line.at, 1, line.len, to);
	}
	buf_clear(&line);
}

static void member(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(out, "%s\"%s\":", out->len ? "," : "{", name);
	jscan_quote(out, span_of(value));
}

static void add_key(const struct keeper *k, size_t i, struct buf *out)
{
	struct buf kept = BUF_INIT(BUF_NO_LIMIT);

	if (key_at(k, i) != NULL) {
		kept_key(k, key_at(k, i), &kept);
		member(out, keys[i].name, buf_str(&kept));
	}
	buf_clear(&kept);
}

static void write_origin(const struct keeper *k, const struct result *r,
			 const struct casefile *c, uint64_t run, FILE *to)
{
	struct buf text = BUF_INIT(LINE_LIMIT);
	struct wlog_entry *e;
	struct wlog log;
	char number[32];

	member(&text, "ccprobe", CCPROBE_VERSION);
	member(&text, "case", c->id);
	snprintf(number, sizeof(number), "%016" PRIx64, c->digest);
	member(&text, "digest", number);
	snprintf(number, sizeof(number), "%016" PRIx64, run);
	member(&text, "run", number);
	member(&text, "verdict", verdict_name(r->verdict));
	member(&text, "client", k->config->client);
	if (k->config->client_format != FORMAT_UNKNOWN)
		member(&text, "client_format",
		       format_name(k->config->client_format));
	member(&text, "model", k->config->model);
	for (size_t i = 0; i < KEYS; i++)
		add_key(k, i, &text);
	buf_add_byte(&text, '}');
	wlog_init(&log, LINE_LIMIT);
	e = wlog_add(&log, 0, 0, "probe", 0, WLOG_NOTE);
	wlog_set_text(&log, e, "%s", buf_str(&text));
	write_log(&log, to);
	wlog_clear(&log);
	buf_clear(&text);
}

void keep_name(const char *id, struct buf *out)
{
	for (; *id; id++)
		buf_add_byte(out, *id == '/' ? '.' : *id);
	buf_add_text(out, KEPT_ENDING);
}

static bool is_packed(const struct keeper *k)
{
	return k->config->keep == KEEP_ALL;
}

/* Gives what the log is written to: the file, or a stream that packs. */
static FILE *begin_log(const struct keeper *k, const struct newfile *file)
{
	return is_packed(k) ? gzfile_pack(file->to) : file->to;
}

static void end_log(FILE *log, const struct newfile *file)
{
	if (log != file->to)
		(void)fclose(log); /* newfile_close() tells what went wrong */
}

static int write_file(struct keeper *k, const char *path,
		      const struct result *r, const struct casefile *c,
		      const struct wlog *log, uint64_t run)
{
	struct secrets secrets = { .list = NULL };
	struct fail f = FAIL_INIT;
	struct newfile file;
	struct wlog painted;
	FILE *to;
	int rc;

	if (newfile_open(&file, path, true, &f) < 0) {
		rc = -1;
	} else {
		secrets_of(k, &secrets);
		paint_log(&secrets, log, &painted);
		to = begin_log(k, &file);
		write_origin(k, r, c, run, to);
		write_log(&painted, to);
		end_log(to, &file);
		wlog_clear(&painted);
		secrets_clear(&secrets);
		rc = newfile_close(&file, &f);
	}
	if (rc < 0 && k->missing++ == 0)
		fail_copy(&k->fail, &f);
	return rc;
}

static void list_log(struct keeper *k, struct span name)
{
	buf_add_text(&k->written, k->written.len ? ",\n  " : "");
	jscan_quote(&k->written, name);
}

/* The log of an earlier run, which was packed when this one is not, is older
 * than this one. */
static void remove_other(const struct keeper *k, const char *plain,
			 const char *packed)
{
	(void)unlink(is_packed(k) ? plain : packed);
}

void keeper_add(struct keeper *k, const struct result *result,
		const struct casefile *c, const struct wlog *log, uint64_t run)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);
	struct buf packed = BUF_INIT(BUF_NO_LIMIT);
	struct span name;
	const char *path;

	if (is_kept(k, result)) {
		buf_addf(&plain, "%s/", k->config->out);
		keep_name(result->id, &plain);
		buf_addf(&packed, "%s" KEPT_PACKED, buf_str(&plain));
		path = buf_str(is_packed(k) ? &packed : &plain);
		if (write_file(k, path, result, c, log, run) == 0) {
			name = span_of(path);
			list_log(k,
				 span_skip(name, strlen(k->config->out) + 1));
			remove_other(k, buf_str(&plain), buf_str(&packed));
		}
	}
	buf_clear(&packed);
	buf_clear(&plain);
}

/* ---- the manifest ---- */

/* "complete" is false until the run has ended. */
static int write_manifest(const struct keeper *k, bool complete, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	buf_addf(&path, "%s/" KEPT_MANIFEST, k->config->out);
	buf_addf(&text,
		 "{\"ccprobe\":\"" CCPROBE_VERSION "\",\"complete\":%s,\n"
		 " \"logs\":[%s]}\n",
		 complete ? "true" : "false", buf_str(&k->written));
	rc = newfile_write(buf_str(&path), buf_span(&text), true, f);
	buf_clear(&text);
	buf_clear(&path);
	return rc;
}

int keeper_end(struct keeper *k, bool complete, struct fail *f)
{
	struct fail why = FAIL_INIT;

	if (k->missing > 0)
		return fail_set(f, FAIL_SYSTEM,
				"%zu wire log%s could not be written to %s: %s",
				k->missing, k->missing == 1 ? "" : "s",
				k->config->out, k->fail.text);
	if (complete && write_manifest(k, true, &why) < 0)
		return fail_set(f, FAIL_SYSTEM,
				"the wire logs lack their manifest: %s",
				why.text);
	return 0;
}

int keeper_new(struct keeper **out, const struct campaign_config *config,
	       const struct headers *extra, struct fail *f)
{
	struct keeper *k = xcalloc(1, sizeof(*k));

	k->config = config;
	k->extra = extra;
	buf_init(&k->written, BUF_NO_LIMIT);
	if (folder_make(config->out, f) < 0 ||
	    write_manifest(k, false, f) < 0) {
		keeper_free(k);
		return -1;
	}
	*out = k;
	return 0;
}

void keeper_free(struct keeper *k)
{
	if (!k)
		return;
	buf_clear(&k->written);
	free(k);
}
