/* Whether an expectation holds, and what a report says where it does not. */
#include "probe/match_private.h"

#include <string.h>

#include "probe/casefile.h"
#include "wire/pattern.h"

#define SHOWN 300
#define OPS_LIMIT 32

/* ---- operators by their words ---- */

const struct op *op_find(const char *word)
{
	for (const struct op *op = match_ops; op->word != NULL; op++)
		if (strcmp(op->word, word) == 0)
			return op;
	return NULL;
}

const char *op_nearest(const char *word)
{
	const char *words[OPS_LIMIT] = { NULL };

	for (size_t i = 0; i < OPS_LIMIT - 1 && match_ops[i].word != NULL; i++)
		words[i] = match_ops[i].word;
	return json_nearest(word, words);
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
	if (match_ops[n].word == NULL)
		return false;
	*word = match_ops[n].word;
	*right = match_ops[n].right_text;
	*help = match_ops[n].help;
	return true;
}

static bool is_reference(const cJSON *value, const char *key)
{
	return cJSON_IsObject(value) && value->child != NULL &&
	       value->child->next == NULL && cJSON_IsString(value->child) &&
	       strcmp(value->child->string, key) == 0;
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

	if (value == NULL)
		return r == RIGHT_NONE;
	if ((r & RIGHT_OF) != 0 && is_reference(value, "of"))
		return true;
	if ((r & RIGHT_FILE) != 0 && is_reference(value, "file"))
		return true;
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
	return fail_set(f, FAIL_CASE, "'%s' wants %s on its right", op->word,
			op->right_text);
}

/* ---- matching ---- */

static void write_wanted(const struct expect *e, const struct view *v,
			 struct buf *out)
{
	struct value right;

	buf_add_text(out, e->op->wish);
	if (e->of != NULL) {
		buf_add_text(out, subject_text(e->of));
		if ((e->op->right & RIGHT_FILE) != 0 || e->op->events)
			return;
		buf_add_text(out, ": ");
		subject_shown(e->of, v, &right);
		value_print(&right, out, SHOWN);
		value_clear(&right);
	} else if (e->source != NULL) {
		buf_addf(out, "%s (%zu bytes)", e->source, e->len);
	} else if (e->value != NULL) {
		print_bytes(e->wanted.text, SHOWN, out);
	}
}

static void write_got(const struct expect *e, const struct view *v,
		      struct buf *out)
{
	struct value left;

	subject_shown(e->subject, v, &left);
	value_print(&left, out, SHOWN);
	value_clear(&left);
}

/* What is on the right must be there, or nothing was compared. */
static int decide(const struct asking *a)
{
	if (a->left->kind == VALUE_ABSENT)
		return a->e->op->absent;
	if (a->right != NULL && a->right->kind == VALUE_ABSENT) {
		if (a->difference != NULL)
			buf_addf(a->difference, "%s is absent: %s",
				 subject_text(a->e->of), a->right->absent);
		return 0;
	}
	return a->e->op->holds(a);
}

int match(const struct expect *e, const struct view *v, struct buf *wanted,
	  struct buf *got, struct buf *difference)
{
	struct value left, right;
	struct asking a = { .e = e, .left = &left, .difference = difference };
	int rc;

	subject_value(e->subject, v, &left);
	if (e->of != NULL) {
		subject_value(e->of, v, &right);
		a.right = &right;
	}
	rc = decide(&a);
	if (rc != 1 && wanted != NULL)
		write_wanted(e, v, wanted);
	if (rc != 1 && got != NULL)
		write_got(e, v, got);
	if (rc == 1 && difference != NULL)
		buf_reset(difference);
	if (e->of != NULL)
		value_clear(&right);
	value_clear(&left);
	return rc;
}
