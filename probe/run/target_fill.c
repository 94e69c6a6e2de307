/* Targets: values for ${...}, headers, running a command, and telling how it
 * ended. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/run/target_private.h"
#include "wire/bytes/mem.h"

#define LAST_LINES_BYTES 300

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

/* ${mock.url} is that of provider a, ${mock.b.url} that of b. */
static void fill_mock(struct target *t, const struct target_mock *mock,
		      size_t number)
{
	static const char *const words[TARGET_MOCK_TEXTS] = { "host", "port",
							      "url" };
	size_t from = number * TARGET_MOCK_TEXTS;
	struct target_mock_text *texts = t->mocks + from;

	for (size_t i = 0; i < TARGET_MOCK_TEXTS; i++) {
		if (number == 0)
			snprintf(texts[i].name, sizeof(texts[i].name),
				 "mock.%s", words[i]);
		else
			snprintf(texts[i].name, sizeof(texts[i].name),
				 "mock.%c.%s", (char)('a' + number), words[i]);
		t->values[TARGET_MOCKS + from + i] =
			(struct fill_value){ texts[i].name, texts[i].value };
	}
	snprintf(texts[TARGET_MOCK_HOST].value, sizeof(texts->value), "%s",
		 mock->host);
	snprintf(texts[TARGET_MOCK_PORT].value, sizeof(texts->value), "%u",
		 mock->port);
	snprintf(texts[TARGET_MOCK_URL].value, sizeof(texts->value),
		 strchr(mock->host, ':') ? "http://[%s]:%u" : "http://%s:%u",
		 mock->host, mock->port);
}

/* Sets the values of the named keys that target.json lists. */
static void fill_keys(struct target *t, const struct keyring *ring)
{
	for (size_t i = 0; i < TARGET_KEYS && t->keys[i]; i++) {
		snprintf(t->key_names[i], sizeof(t->key_names[i]), "keys.%s",
			 t->keys[i]);
		t->values[TARGET_NAMED_KEYS + i] =
			(struct fill_value){ t->key_names[i],
					     keyring_find(ring, t->keys[i]) };
	}
}

void target_fill_init(struct target *t, const struct target_place *place)
{
	static const char *const names[TARGET_VALUES] = {
		[TARGET_PORT] = "port",
		[TARGET_SCRATCH] = "scratch",
		[TARGET_HERE] = "here",
		[TARGET_BIN] = "bin",
		[TARGET_INSTALLS] = "targets",
		[TARGET_URL] = "url",
		[TARGET_CLIENT_KEY] = "keys.client",
		[TARGET_UPSTREAM_KEY] = "keys.upstream",
	};
	struct fill_value *v = t->values;

	for (size_t i = 0; i < TARGET_VALUES; i++)
		v[i] = (struct fill_value){ names[i] ? names[i] : "", NULL };
	v[TARGET_VALUES] = (struct fill_value){ NULL, NULL };
	t->installs = find_installs(place->root);
	v[TARGET_PORT].value = t->port;
	v[TARGET_HERE].value = t->here;
	v[TARGET_BIN].value = place->bin;
	v[TARGET_INSTALLS].value = t->installs;
	v[TARGET_UPSTREAM_KEY].value = place->upstream_key;
	if (!t->file.sign_in)
		v[TARGET_CLIENT_KEY].value = place->client_key;
	fill_keys(t, place->ring);
	for (size_t i = 0; i < place->mock_count; i++)
		fill_mock(t, &place->mocks[i], i);
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

/* ---- commands ---- */

#define WORDS_LIMIT 256

struct target_words { /* of a command or an environment; ends with NULL */
	char *list[WORDS_LIMIT + 1];
	size_t count;
};

static int words_add(struct target_words *w, const char *name, const char *text,
		     const struct fill_value *values, struct fail *f)
{
	struct buf b = BUF_INIT(TARGET_FILE_LIMIT);
	char *filled;

	if (w->count == WORDS_LIMIT)
		return fail_set(f, FAIL_CASE, "more than %d words",
				WORDS_LIMIT);
	if (target_fill_text(&filled, text, values, f) < 0)
		return -1;
	if (name)
		buf_addf(&b, "%s=", name);
	buf_add_text(&b, filled);
	free(filled);
	w->list[w->count++] = buf_take(&b, NULL);
	return 0;
}

static void words_clear(struct target_words *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->list[i]);
	w->count = 0;
}

/* Fills in the words of the command and its whole environment: PATH, HOME, and
 * what target.json sets. */
static int make_words(const struct target *t, const cJSON *command,
		      struct target_words *arguments,
		      struct target_words *environment, struct fail *f)
{
	const struct fill_value *values = t->values;
	const cJSON *item;

	cJSON_ArrayForEach(item, command) {
		if (words_add(arguments, NULL, item->valuestring, values, f) <
		    0)
			return -1;
	}
	if (words_add(environment, "PATH", t->path, values, f) < 0 ||
	    words_add(environment, "HOME", t->scratch, values, f) < 0)
		return -1;
	cJSON_ArrayForEach(item, t->file.environment) {
		if (words_add(environment, item->string, item->valuestring,
			      values, f) < 0)
			return -1;
	}
	return 0;
}

int target_run(struct target *t, const cJSON *command, bool apart,
	       struct process **out, const struct process_handler *handler,
	       struct fail *f)
{
	struct target_words arguments = { .count = 0 };
	struct target_words environment = { .count = 0 };
	int rc = -1;

	if (make_words(t, command, &arguments, &environment, f) == 0) {
		struct process_config config = {
			.argv = arguments.list,
			.environment = environment.list,
			.path = t->path,
			.folder = t->scratch,
			.apart = apart,
		};

		rc = process_start(out, t->loop, &config, handler, t, f);
	}
	words_clear(&arguments);
	words_clear(&environment);
	return rc;
}

/* ---- telling how it ended ---- */

void target_tell(struct target *t)
{
	loop_timer_clear(t->loop, &t->retry);
	t->deadline = 0;
	t->ready(t->arg, t->url, &t->fail);
}

/* The message has the last lines that the program printed, because programs say
 * there why they gave up. */
void target_give_up(struct target *t, const char *what, struct span printed)
{
	struct span last = span_trim(printed);

	while (last.len > 0 && last.at[last.len - 1] == '\n')
		last.len--;
	if (last.len > LAST_LINES_BYTES)
		last = span_skip(last, last.len - LAST_LINES_BYTES);
	fail_set(&t->fail, FAIL_SYSTEM, "target %s %s%s%.*s", t->name, what,
		 last.len > 0 ? "; it printed: " : "", SPAN_ARG(last));
	for (char *at = strchr(t->fail.text, '\n'); at; at = strchr(at, '\n'))
		*at = ' ';
	target_tell(t);
}

pid_t target_group(const struct target *t)
{
	return t->process ? process_group(t->process) : 0;
}

struct span target_output(const struct target *t)
{
	return t->process ? process_output(t->process) : SPAN_EMPTY;
}
