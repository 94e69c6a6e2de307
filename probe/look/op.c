/* Finds operators by their words, and checks the values on their right. */
#include "probe/look/op_private.h"

#include <string.h>

#include "wire/bytes/near.h"
#include "wire/bytes/pattern.h"

#define OPS_LIMIT 32

const struct op *op_find(const char *word)
{
	for (const struct op *op = op_rows; op->word != NULL; op++)
		if (strcmp(op->word, word) == 0)
			return op;
	return NULL;
}

const char *op_nearest(const char *word)
{
	const char *words[OPS_LIMIT] = { NULL };

	for (size_t i = 0; i < OPS_LIMIT - 1 && op_rows[i].word != NULL; i++)
		words[i] = op_rows[i].word;
	return near_word(word, words);
}

const char *op_word(const struct op *op)
{
	return op->word;
}

bool op_takes_events(const struct op *op)
{
	return op->events;
}

bool op_row(size_t n, const char **word, const char **right, const char **help)
{
	if (op_rows[n].word == NULL)
		return false;
	*word = op_rows[n].word;
	*right = op_rows[n].right_text;
	*help = op_rows[n].help;
	return true;
}

static bool is_reference(const cJSON *value, const char *key)
{
	return cJSON_IsObject(value) && value->child != NULL &&
	       value->child->next == NULL && cJSON_IsString(value->child) &&
	       strcmp(value->child->string, key) == 0;
}

bool op_growth(const cJSON *value, const cJSON **of, const cJSON **by)
{
	*of = cJSON_GetObjectItemCaseSensitive(value, "of");
	*by = cJSON_GetObjectItemCaseSensitive(value, "by");
	return cJSON_IsObject(value) && cJSON_GetArraySize(value) == 2 &&
	       cJSON_IsString(*of) && cJSON_IsNumber(*by);
}

static bool is_texts(const cJSON *value)
{
	const cJSON *item;

	if (cJSON_IsString(value))
		return *value->valuestring != '\0';
	if (!cJSON_IsArray(value) || value->child == NULL)
		return false;
	cJSON_ArrayForEach(item, value)
		if (!cJSON_IsString(item) || *item->valuestring == '\0')
			return false;
	return true;
}

static bool is_pattern(const cJSON *value, struct fail *f)
{
	struct pattern *p = NULL;

	if (!cJSON_IsString(value) ||
	    pattern_new(&p, value->valuestring, f) < 0)
		return false;
	pattern_free(p);
	return true;
}

static bool accepts(const struct op *op, const cJSON *value, struct fail *f)
{
	unsigned r = op->right;
	const cJSON *of, *by;

	if (value == NULL)
		return r == RIGHT_NONE;
	if ((r & RIGHT_OF) != 0 && is_reference(value, "of"))
		return true;
	if ((r & RIGHT_FILE) != 0 && is_reference(value, "file"))
		return true;
	if ((r & RIGHT_GROWTH) != 0)
		return op_growth(value, &of, &by);
	if ((r & RIGHT_NUMBER) != 0 && cJSON_IsNumber(value))
		return true;
	if ((r & RIGHT_LIST) != 0 && cJSON_IsArray(value))
		return value->child != NULL;
	if ((r & RIGHT_TEXTS) != 0 && is_texts(value))
		return true;
	if ((r & RIGHT_PATTERN) != 0 && is_pattern(value, f))
		return true;
	return (r & RIGHT_ANY) != 0;
}

int op_accepts(const struct op *op, const cJSON *value, struct fail *f)
{
	if (accepts(op, value, f))
		return 0;
	return fail_set(f, FAIL_CASE, "'%s' needs %s on its right", op->word,
			op->right_text);
}
