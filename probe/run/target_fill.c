/* Targets: what their texts are filled in with, the words of their commands, and
 * the headers they add. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/run/target_private.h"
#include "wire/bytes/mem.h"

/* `root`/build/targets, or $CCPROBE_TARGETS_DIR; absolute, yours to free. */
static char *find_installs(const char *root)
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

void target_fill_init(struct target *t, const struct target_place *place)
{
	static const char *const names[TARGET_VALUES] = {
		[TARGET_PORT] = "port",
		[TARGET_SCRATCH] = "scratch",
		[TARGET_HERE] = "here",
		[TARGET_BIN] = "bin",
		[TARGET_INSTALLS] = "targets",
		[TARGET_MOCK_HOST] = "mock.host",
		[TARGET_MOCK_PORT] = "mock.port",
		[TARGET_MOCK_URL] = "mock.url",
		[TARGET_URL] = "url",
		[TARGET_CLIENT_KEY] = "keys.client",
		[TARGET_UPSTREAM_KEY] = "keys.upstream",
	};
	struct fill_value *v = t->values;

	for (size_t i = 0; i < TARGET_VALUES; i++)
		v[i] = (struct fill_value){ names[i], NULL };
	v[TARGET_VALUES] = (struct fill_value){ NULL, NULL };
	t->installs = find_installs(place->root);
	v[TARGET_PORT].value = t->port;
	v[TARGET_HERE].value = t->here;
	v[TARGET_BIN].value = place->bin;
	v[TARGET_INSTALLS].value = t->installs;
	v[TARGET_MOCK_HOST].value = place->mock_host;
	v[TARGET_MOCK_PORT].value = t->mock_port;
	v[TARGET_MOCK_URL].value = buf_str(&t->mock_url);
	v[TARGET_UPSTREAM_KEY].value = place->upstream_key;
	if (!t->file.sign_in)
		v[TARGET_CLIENT_KEY].value = place->client_key;
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

int target_words_add(struct target_words *w, const char *name, const char *text,
		     const struct fill_value *values, struct fail *f)
{
	struct buf b = BUF_INIT(TARGET_FILE_LIMIT);
	char *filled;

	if (w->count == TARGET_WORDS_LIMIT)
		return fail_set(f, FAIL_CASE, "more than %d words",
				TARGET_WORDS_LIMIT);
	if (target_fill_text(&filled, text, values, f) < 0)
		return -1;
	if (name)
		buf_addf(&b, "%s=", name);
	buf_add_text(&b, filled);
	free(filled);
	w->list[w->count++] = buf_take(&b, NULL);
	return 0;
}

void target_words_clear(struct target_words *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->list[i]);
	w->count = 0;
}

int target_fill_headers(struct target *t, struct fail *f)
{
	const cJSON *pair;

	cJSON_ArrayForEach(pair, t->file.headers) {
		const char *name = pair->child->valuestring;
		char *value;
		int rc;

		if (target_fill_text(&value, pair->child->next->valuestring,
				     t->values, f) < 0)
			return -1;
		rc = headers_add_text(&t->headers, name, value);
		free(value);
		if (rc < 0)
			return fail_set(f, FAIL_CASE,
					"header '%s' cannot be sent", name);
	}
	return 0;
}
