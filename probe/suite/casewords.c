/* Reads small parts of a case: strings, fixtures, words of a fixed set. */
#include <stdlib.h>
#include <string.h>

#include "mockupstream/reply.h"
#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"

char *casefile_read_string(const struct json *j, const cJSON *node, size_t *len)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	jscan_string(json_raw(j, node), &text);
	return buf_take(&text, len);
}

int casefile_read_fixture(struct reader *r, const cJSON *node, char **bytes,
			  size_t *len)
{
	return casefile_read_named_fixture(r, node, node->valuestring, bytes,
					   len);
}

int casefile_read_named_fixture(struct reader *r, const cJSON *node,
				const char *path, char **bytes, size_t *len)
{
	struct fail why = FAIL_INIT;
	struct file file = { .path = NULL };

	if (!cJSON_IsString(node) || strncmp(path, "fixtures/", 9) != 0)
		return json_fail(r->j, node, r->f,
				 "a path below fixtures/ should be here");
	if (file_read(&file, r->root, path, &why) < 0)
		return json_fail(r->j, node, r->f, "%s", why.text);
	*bytes = file.bytes;
	*len = file.len;
	free(file.path);
	return 0;
}

static int fail_word(struct reader *r, const cJSON *node, const char *what,
		     const char *const *words)
{
	const char *near;

	if (!cJSON_IsString(node))
		return json_fail(r->j, node, r->f, "%s must be a text", what);
	near = near_word(node->valuestring, words);
	return json_fail(r->j, node, r->f, "unknown %s '%s'%s%s%s", what,
			 node->valuestring,
			 near != NULL ? "; did you mean '" : "",
			 near != NULL ? near : "", near != NULL ? "'?" : "");
}

/* The index of the node's text in `words`, which ends with NULL; -1: it is not
 * there. */
static int word_index(const cJSON *node, const char *const *words)
{
	for (int i = 0; cJSON_IsString(node) && words[i] != NULL; i++)
		if (strcmp(words[i], node->valuestring) == 0)
			return i;
	return -1;
}

int casefile_read_level(struct reader *r, const cJSON *node, enum level *out)
{
	const char *const words[] = { level_name(LEVEL_MUST),
				      level_name(LEVEL_SHOULD),
				      level_name(LEVEL_MAY), NULL };
	int i = word_index(node, words);

	if (i < 0)
		return fail_word(r, node, "level", words);
	*out = (enum level)i;
	return 0;
}

int casefile_read_effect(struct reader *r, const cJSON *node, enum effect *out)
{
	const char *const words[] = {
		effect_name(EFFECT_EXPOSES),  effect_name(EFFECT_BREAKS),
		effect_name(EFFECT_COSTS),    effect_name(EFFECT_DEGRADES),
		effect_name(EFFECT_COSMETIC), NULL
	};
	int i = word_index(node, words);

	if (i < 0)
		return fail_word(r, node, "effect", words);
	*out = (enum effect)i;
	return 0;
}

int casefile_read_sees(struct reader *r, const cJSON *node, enum sees *out)
{
	const char *const words[] = { sees_name(SEES_CREDENTIAL),
				      sees_name(SEES_FALSE_END), NULL };
	int i = word_index(node, words);

	if (i < 0)
		return fail_word(r, node, "thing to see", words);
	*out = (enum sees)(SEES_CREDENTIAL + i);
	return 0;
}

int casefile_read_words(struct reader *r, const cJSON *list, const char *what,
			const char *const *words, char ***out, size_t *count)
{
	const cJSON *node;

	*out = xcalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(**out));
	cJSON_ArrayForEach(node, list) {
		if (!cJSON_IsString(node) || *node->valuestring == '\0')
			return json_fail(r->j, node, r->f, "%s must be a text",
					 what);
		if (words != NULL && word_index(node, words) < 0)
			return fail_word(r, node, what, words);
		for (size_t i = 0; i < *count; i++)
			if (strcmp((*out)[i], node->valuestring) == 0)
				return json_fail(r->j, node, r->f,
						 "'%s' is listed twice",
						 node->valuestring);
		(*out)[(*count)++] = xstrdup(node->valuestring);
	}
	return 0;
}
