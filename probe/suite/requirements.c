/* Reads cases/requirements.json. */
#include "probe/suite/requirements.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/json/json.h"

#define FILE_LIMIT ((size_t)4 * 1024 * 1024)

struct requirement_row {
	const char *id, *level, *text, *source, *undecidable, *proof;
};

static const struct json_field fields[] = {
	{ "id", JSON_TEXT, offsetof(struct requirement_row, id),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "level", JSON_TEXT, offsetof(struct requirement_row, level),
	  JSON_REQUIRED },
	{ "text", JSON_TEXT, offsetof(struct requirement_row, text),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "source", JSON_TEXT, offsetof(struct requirement_row, source),
	  JSON_REQUIRED },
	{ "undecidable", JSON_TEXT,
	  offsetof(struct requirement_row, undecidable), JSON_NOT_EMPTY },
	{ "proof", JSON_TEXT, offsetof(struct requirement_row, proof),
	  JSON_NOT_EMPTY },
	{ .key = NULL },
};

static bool is_level(const char *text)
{
	static const char *const words[] = { "must", "should", "may", "fact",
					     "failure" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], text) == 0)
			return true;
	return false;
}

static int read_row(struct requirements *out, const struct json *j,
		    const cJSON *node, struct fail *f)
{
	struct requirement_row row = { .id = NULL };

	if (json_read(j, node, fields, &row, f) < 0)
		return -1;
	if (!is_level(row.level))
		return json_fail(j, node, f, "unknown level '%s'", row.level);
	if (requirements_find(out, row.id) != NULL)
		return json_fail(j, node, f, "a second requirement '%s'",
				 row.id);
	out->list[out->count++] = (struct requirement){
		.id = xstrdup(row.id),
		.level = xstrdup(row.level),
		.text = xstrdup(row.text),
		.source = xstrdup(row.source),
		.undecidable = row.undecidable != NULL
				       ? xstrdup(row.undecidable)
				       : NULL,
		.proof = row.proof != NULL ? xstrdup(row.proof) : NULL,
	};
	return 0;
}

static int read_rows(struct requirements *out, const struct json *j,
		     struct fail *f)
{
	static const struct json_field root[] = {
		{ "requirements", JSON_ARRAY, 0, JSON_REQUIRED },
		{ .key = NULL },
	};
	const cJSON *list = NULL, *node;

	if (json_read(j, j->root, root, &list, f) < 0)
		return -1;
	out->list =
		xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*out->list));
	cJSON_ArrayForEach(node, list)
		if (read_row(out, j, node, f) < 0)
			return -1;
	return 0;
}

int requirements_read(struct requirements *out, const char *root,
		      struct fail *f)
{
	struct requirements new = { .list = NULL };
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct json *j = NULL;
	int rc;

	buf_addf(&path, "%s/cases/requirements.json", root);
	rc = json_load(&j, buf_str(&path), FILE_LIMIT, f);
	buf_clear(&path);
	if (rc == 0)
		rc = read_rows(&new, j, f);
	json_free(j);
	if (rc < 0)
		requirements_clear(&new);
	else
		*out = new;
	return rc;
}

void requirements_clear(struct requirements *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->list[i].id);
		free(r->list[i].level);
		free(r->list[i].text);
		free(r->list[i].source);
		free(r->list[i].undecidable);
		free(r->list[i].proof);
	}
	free(r->list);
	*r = (struct requirements){ .list = NULL };
}

const struct requirement *requirements_find(const struct requirements *r,
					    const char *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].id, id) == 0)
			return &r->list[i];
	return NULL;
}

const char *requirements_nearest(const struct requirements *r, const char *id)
{
	const char **words = xcalloc(r->count + 1, sizeof(*words));
	const char *near;

	for (size_t i = 0; i < r->count; i++)
		words[i] = r->list[i].id;
	near = near_word(id, words);
	free(words);
	return near;
}
