/* Strict reading of JSON files: positions, duplicate keys, field tables. */
#include "wire/json/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/load.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/json/jwalk.h"

#define TWO_TO_53 9007199254740992.0

static struct span text_of(const struct json *j)
{
	return span_make(j->text, j->len);
}

static int fail_at(const struct json *j, const char *at, struct fail *f,
		   const char *what)
{
	struct place p = jscan_place(text_of(j), at);

	return fail_place(f, FAIL_CASE, j->name, p.line, p.column, "%s", what);
}

static int fail_key(const struct json *j, struct jval key, struct fail *f,
		    const char *what)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	/* The quotes of messages are single. */
	buf_addf(
		&text, "%s key '%.*s'", what,
		SPAN_ARG(span_first(span_skip(key.text, 1), key.text.len - 2)));
	fail_at(j, key.text.at, f, buf_str(&text));
	buf_clear(&text);
	return -1;
}

static bool has_nul(struct jval string)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool found;

	jscan_string(string, &text);
	found = memchr(buf_str(&text), '\0', text.len) != NULL;
	buf_clear(&text);
	return found;
}

/* Refuses duplicate keys, and keys with a NUL: cJSON ends a string at its first
 * NUL, so that two keys could look alike. */
static int check_keys(const struct json *j, struct fail *f)
{
	struct jwalk walk;
	struct jstop stop;
	struct jval key;

	if (jscan_duplicate_key(j->checked, &key))
		return fail_key(j, key, f, "duplicate");
	jwalk_init(&walk, j->checked);
	while (j->has_nul && jwalk_next(&walk, &stop))
		if (has_nul(stop.key))
			return fail_at(j, stop.key.text.at, f,
				       "no key may contain \\u0000");
	return 0;
}

static int parse(struct json *j, struct fail *f)
{
	struct fail why = FAIL_INIT;
	const char *end = NULL;

	if (jscan(text_of(j), &j->checked, &why) < 0)
		return fail_place(f, FAIL_CASE, j->name, why.line, why.column,
				  "%s", fail_what(&why));
	j->has_nul = span_find(text_of(j), span_of("\\u0000")) != SIZE_MAX;
	if (check_keys(j, f) < 0)
		return -1;
	j->root = cJSON_ParseWithLengthOpts(j->text, j->len, &end, false);
	if (j->root == NULL) /* such as half a surrogate pair, or 1e999 */
		return fail_at(j, end, f, "this string or number has no value");
	return 0;
}

int json_parse(struct json **out, const char *name, struct span text,
	       struct fail *f)
{
	struct json *j = xcalloc(1, sizeof(*j));

	j->name = xstrdup(name);
	j->text = span_dup(text);
	j->len = text.len;
	if (parse(j, f) < 0) {
		json_free(j);
		return -1;
	}
	*out = j;
	return 0;
}

int json_load(struct json **out, const char *path, size_t max_len,
	      struct fail *f)
{
	struct buf text = BUF_INIT(max_len);
	int rc = load_file(&text, path, max_len, f);

	if (rc == 0)
		rc = json_parse(out, path, buf_span(&text), f);
	buf_clear(&text);
	return rc;
}

void json_free(struct json *j)
{
	if (j == NULL)
		return;
	cJSON_Delete(j->root);
	free(j->text);
	free(j->name);
	free(j);
}

/* Counts the nodes before `node` in the order of the text. */
static bool count_before(const cJSON *at, const cJSON *node, size_t *count)
{
	for (; at != NULL; at = at->next) {
		if (at == node)
			return true;
		++*count;
		if (count_before(at->child, node, count))
			return true;
	}
	return false;
}

/* Finds the value in the text that this node of the tree was made of. */
static bool find_stop(const struct json *j, const cJSON *node,
		      struct jstop *out)
{
	struct jwalk walk;
	size_t before = 0;

	if (node == NULL || !count_before(j->root, node, &before))
		return false;
	jwalk_init(&walk, j->checked);
	do {
		if (!jwalk_next(&walk, out))
			return false;
	} while (before-- > 0);
	return true;
}

struct jval json_raw(const struct json *j, const cJSON *node)
{
	struct jstop stop;

	if (!find_stop(j, node, &stop))
		return (struct jval){ .type = J_NULL, .text = SPAN_EMPTY };
	return jscan_value(stop.at, j->text + j->len);
}

struct place json_place(const struct json *j, const cJSON *node)
{
	struct jstop stop = { .at = j->text };

	find_stop(j, node, &stop);
	return jscan_place(text_of(j), stop.at);
}

int json_fail(const struct json *j, const cJSON *node, struct fail *f,
	      const char *fmt, ...)
{
	struct place p = json_place(j, node);
	char text[sizeof(f->text)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return fail_place(f, FAIL_CASE, j->name, p.line, p.column, "%s", text);
}

static const struct json_field *field_of(const struct json_field *fields,
					 const char *key)
{
	for (; fields->key != NULL; fields++)
		if (strcmp(fields->key, key) == 0)
			return fields;
	return NULL;
}

static int fail_unknown(const struct json *j, const cJSON *node,
			const struct json_field *fields, struct fail *f)
{
	const char **words;
	const char *near;
	struct jstop stop = { .at = j->text };
	struct place p;
	size_t n = 0;

	while (fields[n].key != NULL)
		n++;
	words = xcalloc(n + 1, sizeof(*words));
	for (size_t i = 0; i < n; i++)
		words[i] = fields[i].key;
	near = near_word(node->string, words);
	free(words);
	find_stop(j, node, &stop);
	p = jscan_place(text_of(j), stop.key.text.at);
	return fail_place(f, FAIL_CASE, j->name, p.line, p.column,
			  "unknown key '%.100s'%s%s%s", node->string,
			  near != NULL ? "; did you mean '" : "",
			  near != NULL ? near : "", near != NULL ? "'?" : "");
}

static const char *kind_name(enum json_kind kind)
{
	switch (kind) {
	case JSON_TEXT:
		return "a string";
	case JSON_BOOL:
		return "true or false";
	case JSON_U32:
		return "a whole number from 0 to 4294967295";
	case JSON_U64:
		return "a whole number from 0 to 9007199254740992";
	case JSON_OBJECT:
		return "an object";
	case JSON_ARRAY:
		return "an array";
	default:
		return "a value";
	}
}

/* The tree holds doubles, which cannot tell 2^53 from 2^53+1. */
static bool is_whole(const struct json *j, const cJSON *node, double max)
{
	int64_t exact;

	if (!cJSON_IsNumber(node) || node->valuedouble < 0 ||
	    node->valuedouble > max ||
	    (double)(uint64_t)node->valuedouble != node->valuedouble)
		return false;
	if (node->valuedouble < TWO_TO_53)
		return true;
	return jscan_i64(json_raw(j, node), &exact) && exact <= (int64_t)max;
}

static bool is_kind(const struct json *j, const cJSON *node,
		    enum json_kind kind)
{
	switch (kind) {
	case JSON_TEXT:
		return cJSON_IsString(node);
	case JSON_BOOL:
		return cJSON_IsBool(node);
	case JSON_U32:
		return is_whole(j, node, UINT32_MAX);
	case JSON_U64:
		return is_whole(j, node, TWO_TO_53);
	case JSON_OBJECT:
		return cJSON_IsObject(node);
	case JSON_ARRAY:
		return cJSON_IsArray(node);
	default:
		return true;
	}
}

static bool is_empty(const cJSON *node)
{
	if (cJSON_IsString(node))
		return node->valuestring[0] == '\0';
	return (cJSON_IsArray(node) || cJSON_IsObject(node)) &&
	       node->child == NULL;
}

bool json_has_nul(const struct json *j, const cJSON *node)
{
	return j->has_nul && has_nul(json_raw(j, node));
}

static int check_field(const struct json *j, const cJSON *node,
		       const struct json_field *field, struct fail *f)
{
	if (!is_kind(j, node, field->kind))
		return json_fail(j, node, f, "key '%s' must be %s", field->key,
				 kind_name(field->kind));
	if (field->kind == JSON_TEXT && json_has_nul(j, node))
		return json_fail(j, node, f, "key '%s' may not contain \\u0000",
				 field->key);
	if ((field->flags & JSON_NOT_EMPTY) != 0 && is_empty(node))
		return json_fail(j, node, f, "key '%s' may not be empty",
				 field->key);
	return 0;
}

static int check_member(const struct json *j, const cJSON *node,
			const struct json_field *fields, struct fail *f)
{
	const struct json_field *field = field_of(fields, node->string);

	if (field == NULL)
		return fail_unknown(j, node, fields, f);
	return check_field(j, node, field, f);
}

static int check_required(const struct json *j, const cJSON *object,
			  const struct json_field *field, struct fail *f)
{
	if ((field->flags & JSON_REQUIRED) != 0 &&
	    cJSON_GetObjectItemCaseSensitive(object, field->key) == NULL)
		return json_fail(j, object, f, "key '%s' is missing",
				 field->key);
	return 0;
}

static int check_object(const struct json *j, const cJSON *object,
			const struct json_field *fields, struct fail *f)
{
	const cJSON *node;

	if (!cJSON_IsObject(object))
		return json_fail(j, object, f, "an object should be here");
	cJSON_ArrayForEach(node, object)
		if (check_member(j, node, fields, f) < 0)
			return -1;
	for (; fields->key != NULL; fields++)
		if (check_required(j, object, fields, f) < 0)
			return -1;
	return 0;
}

static void store(const cJSON *node, const struct json_field *field, void *into)
{
	void *to = (char *)into + field->offset;

	switch (field->kind) {
	case JSON_TEXT:
		*(const char **)to = node->valuestring;
		break;
	case JSON_BOOL:
		*(bool *)to = cJSON_IsTrue(node);
		break;
	case JSON_U32:
		*(uint32_t *)to = (uint32_t)node->valuedouble;
		break;
	case JSON_U64:
		*(uint64_t *)to = (uint64_t)node->valuedouble;
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_ANY:
		*(const cJSON **)to = node;
		break;
	case JSON_IGNORE:
		break;
	}
}

int json_read(const struct json *j, const cJSON *object,
	      const struct json_field *fields, void *into, struct fail *f)
{
	const cJSON *node;

	if (check_object(j, object, fields, f) < 0)
		return -1;
	cJSON_ArrayForEach(node, object)
		store(node, field_of(fields, node->string), into);
	return 0;
}

void json_read_all(const struct json *j, const cJSON *object,
		   const struct json_field *fields, void *into,
		   json_mistake_fn *fn, void *arg)
{
	const cJSON *node;

	cJSON_ArrayForEach(node, object) {
		struct fail f = FAIL_INIT;

		if (check_member(j, node, fields, &f) < 0)
			fn(arg, &f);
		else
			store(node, field_of(fields, node->string), into);
	}
	for (; fields->key != NULL; fields++) {
		struct fail f = FAIL_INIT;

		if (check_required(j, object, fields, &f) < 0)
			fn(arg, &f);
	}
}
