/* Reads rules from script files, as the command line of ccmock names them. */
#include "mockupstream/rules.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define SCRIPT_LIMIT_BYTES ((size_t)64 * 1024 * 1024)

static const struct json_field script_fields[] = {
	{ "upstream", JSON_OBJECT, 0, JSON_REQUIRED },
	{ NULL, JSON_IGNORE, 0, 0 },
};

int rules_read_script(struct rules **out, const struct json *j,
		      const char *root, struct fail *f)
{
	const cJSON *upstream = NULL;

	if (!cJSON_IsObject(j->root))
		return json_fail(j, j->root, f,
				 "a script must be {\"upstream\": {...}}");
	if (json_read(j, j->root, script_fields, &upstream, f) < 0)
		return -1;
	return rules_read(out, j, upstream, root, f);
}

/* Appends the rules of `more` to those of `to`. */
static int join(struct rules *to, struct rules *more, const char *path,
		struct fail *f)
{
	for (size_t i = 0; i < to->count; i++)
		for (size_t k = 0; k < more->count; k++)
			if (strcmp(to->list[i].name, more->list[k].name) == 0 &&
			    to->list[i].provider == more->list[k].provider)
				return fail_set(f, FAIL_CASE,
						"%s: an earlier script has a "
						"rule '%s', too",
						path, to->list[i].name);
	to->list = xrealloc(to->list,
			    (to->count + more->count) * sizeof(*to->list));
	memcpy(to->list + to->count, more->list,
	       more->count * sizeof(*more->list));
	to->count += more->count;
	more->count = 0;
	return 0;
}

static int load(struct rules *to, const char *path, const char *root,
		struct fail *f)
{
	struct rules *more = NULL;
	struct json *j = NULL;
	int rc = -1;

	if (json_load(&j, path, SCRIPT_LIMIT_BYTES, f) == 0 &&
	    rules_read_script(&more, j, root, f) == 0)
		rc = join(to, more, path, f);
	rules_free(more);
	json_free(j);
	return rc;
}

int rules_load(struct rules **out, const char *const *paths, size_t count,
	       const char *root, struct fail *f)
{
	struct rules *rules = xcalloc(1, sizeof(*rules));

	for (size_t i = 0; i < count; i++)
		if (load(rules, paths[i], root, f) < 0) {
			rules_free(rules);
			return -1;
		}
	*out = rules;
	return 0;
}
