/* Wire logs as files. */
#include "probe/run/keep.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "wire/bytes/mem.h"

#define LINE_LIMIT ((size_t)512 * 1024 * 1024)

struct keeper {
	const struct campaign_config *config;
	struct fail fail;
};

int keeper_new(struct keeper **out, const struct campaign_config *config,
	       struct fail *f)
{
	struct keeper *k;

	if (mkdir(config->out, 0777) < 0 && errno != EEXIST)
		return fail_errno(f, FAIL_SYSTEM, "%s", config->out);
	k = xcalloc(1, sizeof(*k));
	k->config = config;
	*out = k;
	return 0;
}

void keeper_free(struct keeper *k)
{
	free(k);
}

static bool is_kept(const struct keeper *k, const struct result *r)
{
	if (k->config->keep == KEEP_ALL)
		return true;
	return k->config->keep == KEEP_FAIL && r->verdict != VERDICT_PASS &&
	       r->verdict != VERDICT_SKIP;
}

/* ---- keys ---- */

static void replace(struct buf *text, const char *key, const char *by)
{
	size_t from = 0, at;

	if (!key || !*key)
		return;
	for (;;) {
		at = span_find(span_skip(buf_span(text), from), span_of(key));
		if (at == SIZE_MAX || buf_splice(text, from + at, strlen(key),
						 by, strlen(by)) < 0)
			return;
		from += at + strlen(by);
	}
}

/* Before it is JSON: there a key may be escaped, or in base64. */
static void blot(const struct keeper *k, struct buf *text)
{
	replace(text, k->config->client_key, KEPT_CLIENT_KEY);
	replace(text, k->config->upstream_key, KEPT_UPSTREAM_KEY);
	replace(text, k->config->wrong_key, KEPT_WRONG_KEY);
}

static char *blotted(const struct keeper *k, const char *text, size_t *len)
{
	struct buf b = BUF_INIT(LINE_LIMIT);

	if (!text)
		return NULL;
	buf_add(&b, text, *len);
	blot(k, &b);
	return buf_take(&b, len);
}

static char *blotted_text(const struct keeper *k, const char *text)
{
	size_t len = text ? strlen(text) : 0;

	return blotted(k, text, &len);
}

/* A copy without the keys. Fields that grow past the limits are left out. */
static void entry_of(const struct keeper *k, const struct wlog_entry *e,
		     struct wlog_entry *out)
{
	*out = *e;
	out->method = blotted_text(k, e->method);
	out->target = blotted_text(k, e->target);
	out->reason = blotted_text(k, e->reason);
	out->text = blotted_text(k, e->text);
	out->bytes = blotted(k, e->bytes, &out->len);
	out->headers = (struct headers){ .list = NULL };
	for (size_t i = 0; i < e->headers.count; i++) {
		const struct header *h = &e->headers.list[i];
		char *value = blotted_text(k, h->value);

		headers_add_text(&out->headers, h->name, value);
		free(value);
	}
}

static void entry_clear(struct wlog_entry *e)
{
	free(e->method);
	free(e->target);
	free(e->reason);
	free(e->text);
	free(e->bytes);
	headers_clear(&e->headers);
}

/* ---- files ---- */

static void write_entry(const struct keeper *k, const struct wlog_entry *e,
			FILE *to)
{
	struct buf line = BUF_INIT(LINE_LIMIT);
	struct wlog_entry clean;

	entry_of(k, e, &clean);
	if (wlog_entry_write(&clean, &line) == 0)
		fwrite(line.at, 1, line.len, to);
	entry_clear(&clean);
	buf_clear(&line);
}

static void member(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(out, "%s\"%s\":", out->len > 0 ? "," : "{", name);
	jscan_quote(out, span_of(value));
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
	member(&text, "model", k->config->model);
	buf_add_byte(&text, '}');
	wlog_init(&log, LINE_LIMIT);
	e = wlog_add(&log, 0, 0, "probe", 0, WLOG_NOTE);
	wlog_set_text(&log, e, "%s", buf_str(&text));
	write_entry(k, e, to);
	wlog_clear(&log);
	buf_clear(&text);
}

void keep_name(const char *id, struct buf *out)
{
	for (; *id; id++)
		buf_add_byte(out, *id == '/' ? '.' : *id);
	buf_add_text(out, ".jsonl");
}

void keeper_add(struct keeper *k, const struct result *result,
		const struct casefile *c, const struct wlog *log, uint64_t run)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	FILE *to;

	if (!is_kept(k, result))
		return;
	buf_addf(&path, "%s/", k->config->out);
	keep_name(result->id, &path);
	to = fopen(buf_str(&path), "we");
	if (!to) {
		fail_errno(&k->fail, FAIL_SYSTEM, "%s", buf_str(&path));
		buf_clear(&path);
		return;
	}
	write_origin(k, result, c, run, to);
	for (size_t i = 0; i < log->count; i++)
		write_entry(k, &log->list[i], to);
	if (ferror(to))
		fail_errno(&k->fail, FAIL_SYSTEM, "%s", buf_str(&path));
	if (fclose(to) != 0)
		fail_errno(&k->fail, FAIL_SYSTEM, "%s", buf_str(&path));
	buf_clear(&path);
}

void keeper_result(const struct keeper *k, struct fail *f)
{
	if (k->fail.code != FAIL_OK)
		fail_copy(f, &k->fail);
}
