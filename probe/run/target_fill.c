/* Targets: what their texts are filled in with, and the headers they add. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/run/target_private.h"
#include "wire/bytes/mem.h"

char *target_installs(const char *root)
{
	const char *folder = getenv("CCPROBE_TARGETS_DIR");
	char path[PATH_MAX];
	char *absolute;

	if (folder && *folder)
		snprintf(path, sizeof(path), "%s", folder);
	else
		snprintf(path, sizeof(path), "%s/build/targets", root);
	absolute = realpath(path, NULL);
	return absolute ? absolute : xstrdup(path);
}

int target_fill_text(char **out, const char *text,
		     const struct fill_value *values, struct fail *f)
{
	struct buf b = BUF_INIT(TARGET_FILE_LIMIT);

	if (fill(&b, span_of(text), values, f) < 0) {
		buf_clear(&b);
		return -1;
	}
	*out = buf_take(&b, NULL);
	return 0;
}

int target_fill_headers(struct target *t, const struct fill_value *values,
			struct fail *f)
{
	const cJSON *pair;

	cJSON_ArrayForEach(pair, t->file.headers) {
		const char *name = pair->child->valuestring;
		char *value;
		int rc;

		if (target_fill_text(&value, pair->child->next->valuestring,
				     values, f) < 0)
			return -1;
		rc = headers_add_text(&t->headers, name, value);
		free(value);
		if (rc < 0)
			return fail_set(f, FAIL_CASE,
					"header '%s' cannot be sent", name);
	}
	return 0;
}
