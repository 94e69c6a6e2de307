/* Reads the JSON reports that `--report json` wrote. */
#include <stdlib.h>
#include <string.h>

#include "probe/after/stored.h"
#include "wire/bytes/mem.h"
#include "wire/json/json.h"

#define REPORT_LIMIT ((size_t)256 * 1024 * 1024)
/* The newest format of reports, as reports/json.c writes it. Format 1 had no
 * causes. */
#define REPORT_VERSION 2

static const char *text_of(const cJSON *object, const char *name)
{
	return cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(object, name));
}

static char *copy_of(const cJSON *object, const char *name)
{
	const char *text = text_of(object, name);

	return text != NULL ? xstrdup(text) : NULL;
}

static int read_check(struct stored_case *c, const struct json *j,
		      const cJSON *node, struct fail *f)
{
	const char *name = text_of(node, "name");
	const char *verdict = text_of(node, "verdict");

	if (name == NULL || verdict == NULL)
		return json_fail(j, node, f,
				 "a check must have a name and a verdict");
	c->checks[c->check_count++] = (struct stored_check){
		.name = xstrdup(name),
		.verdict = xstrdup(verdict),
	};
	return 0;
}

static int read_case(struct stored_report *r, const struct json *j,
		     const cJSON *node, struct fail *f)
{
	const cJSON *checks = cJSON_GetObjectItemCaseSensitive(node, "checks");
	const char *id = text_of(node, "id");
	const char *verdict = text_of(node, "verdict");
	struct stored_case *c = &r->list[r->count];
	const cJSON *check;

	if (id == NULL || verdict == NULL)
		return json_fail(j, node, f,
				 "a case must have an id and a verdict");
	r->count++;
	c->id = xstrdup(id);
	c->verdict = xstrdup(verdict);
	c->reason = copy_of(node, "reason");
	c->checks =
		xcalloc((size_t)cJSON_GetArraySize(checks), sizeof(*c->checks));
	cJSON_ArrayForEach(check, checks)
		if (read_check(c, j, check, f) < 0)
			return -1;
	return 0;
}

static int by_id(const void *left, const void *right)
{
	const struct stored_case *a = left, *b = right;

	return strcmp(a->id, b->id);
}

static int sort(struct stored_report *r, struct fail *f)
{
	qsort(r->list, r->count, sizeof(*r->list), by_id);
	for (size_t i = 1; i < r->count; i++)
		if (strcmp(r->list[i - 1].id, r->list[i].id) == 0)
			return fail_set(f, FAIL_CASE,
					"%s: the case '%s' is there twice",
					r->path, r->list[i].id);
	return 0;
}

static int read_all(struct stored_report *r, const struct json *j,
		    struct fail *f)
{
	const cJSON *version =
		cJSON_GetObjectItemCaseSensitive(j->root, "version");
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(j->root, "cases");
	const cJSON *node;

	if (!cJSON_IsNumber(version) || !cJSON_IsArray(list))
		return fail_set(f, FAIL_CASE,
				"%s: this is no report of `ccprobe run "
				"--report json`",
				r->path);
	if (version->valueint < 1 || version->valueint > REPORT_VERSION)
		return json_fail(
			j, version, f,
			"a report of format %d; ccprobe " CCPROBE_VERSION
			" reads formats 1 to %d",
			version->valueint, REPORT_VERSION);
	r->version = copy_of(j->root, "ccprobe");
	r->target = copy_of(j->root, "target");
	r->target_name = copy_of(j->root, "target_name");
	r->gateway = copy_of(j->root, "gateway");
	r->client = copy_of(j->root, "client");
	r->client_format = copy_of(j->root, "client_format");
	r->list = xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*r->list));
	cJSON_ArrayForEach(node, list)
		if (read_case(r, j, node, f) < 0)
			return -1;
	return sort(r, f);
}

int stored_report_read(struct stored_report *out, const char *path,
		       struct fail *f)
{
	struct stored_report r = { .path = xstrdup(path) };
	struct json *j = NULL;
	int rc = json_load(&j, path, REPORT_LIMIT, f);

	if (rc == 0)
		rc = read_all(&r, j, f);
	json_free(j);
	if (rc < 0)
		stored_report_clear(&r);
	else
		*out = r;
	return rc;
}

void stored_report_clear(struct stored_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		struct stored_case *c = &r->list[i];

		for (size_t k = 0; k < c->check_count; k++) {
			free(c->checks[k].name);
			free(c->checks[k].verdict);
		}
		free(c->checks);
		free(c->id);
		free(c->verdict);
		free(c->reason);
	}
	free(r->list);
	free(r->path);
	free(r->version);
	free(r->target);
	free(r->target_name);
	free(r->gateway);
	free(r->client);
	free(r->client_format);
	*r = (struct stored_report){ .path = NULL };
}

const struct stored_case *stored_report_find(const struct stored_report *r,
					     const char *id)
{
	const struct stored_case key = { .id = (char *)id };

	if (r->count == 0)
		return NULL;
	return bsearch(&key, r->list, r->count, sizeof(*r->list), by_id);
}
