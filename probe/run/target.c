/* Reads target.json and checks it. */
#include "probe/run/target_private.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/suite/claims.h"
#include "wire/bytes/address.h"
#include "wire/bytes/mem.h"

#define READY_MS 10000
#define SIGN_IN_MS 10000

static int check_claims(const struct target *t, struct fail *f)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, t->file.claims) {
		const char *text = cJSON_GetStringValue(item);

		if (text && claims_find(text))
			continue;
		return json_fail(t->json, item, f, "no such claim%s%s",
				 text ? ": " : "", text ? text : "");
	}
	return 0;
}

static int check_texts(const struct target *t, const cJSON *container,
		       struct fail *f)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, container) {
		if (!cJSON_IsString(item))
			return json_fail(t->json, item, f, "must be a text");
	}
	return 0;
}

static int check_headers(const struct target *t, struct fail *f)
{
	const cJSON *pair;

	cJSON_ArrayForEach(pair, t->file.headers) {
		if (cJSON_GetArraySize(pair) != 2 || !cJSON_IsArray(pair) ||
		    check_texts(t, pair, f) < 0)
			return json_fail(t->json, pair, f,
					 "a header must be written [\"name\", "
					 "\"value\"]");
	}
	return 0;
}

static int check_word(const struct target *t, const char *key, const char *word,
		      const char *const *words, struct fail *f)
{
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(words[i], word) == 0)
			return 0;
	}
	return json_fail(t->json,
			 cJSON_GetObjectItemCaseSensitive(t->json->root, key),
			 f, "'%s' is not known", word);
}

static int check_requires(const struct target *t, struct fail *f)
{
	static const struct json_field fields[] = {
		{ "program", JSON_TEXT, 0, JSON_REQUIRED | JSON_NOT_EMPTY },
		{ "install", JSON_TEXT, sizeof(char *), JSON_REQUIRED },
		{ .key = NULL },
	};
	const char *texts[2];

	if (!t->file.requires)
		return 0;
	return json_read(t->json, t->file.requires, fields, texts, f);
}

static int check_path(const struct target *t, struct fail *f)
{
	const char *path = t->file.path;

	if (!*path || (*path == '/' && path[strlen(path) - 1] != '/'))
		return 0;
	return json_fail(
		t->json,
		cJSON_GetObjectItemCaseSensitive(t->json->root, "path"), f,
		"a path must be written \"/name\"");
}

static int check_sign_in(const struct target *t, struct fail *f)
{
	if (!t->file.sign_in)
		return 0;
	if (!t->file.start)
		return json_fail(
			t->json, t->file.sign_in, f,
			"'sign_in' needs 'start', the program to sign in to");
	return check_texts(t, t->file.sign_in, f);
}

static int read_keys(struct target *t, struct fail *f)
{
	struct fail why = FAIL_INIT;
	const cJSON *item;
	size_t n = 0;

	if (check_texts(t, t->file.keys, f) < 0)
		return -1;
	cJSON_ArrayForEach(item, t->file.keys) {
		if (keyring_check(item->valuestring, &why) < 0)
			return json_fail(t->json, item, f, "%s", why.text);
		for (size_t i = 0; i < n; i++)
			if (strcmp(t->keys[i], item->valuestring) == 0)
				return json_fail(t->json, item, f,
						 "'%s' is there twice",
						 item->valuestring);
		t->keys[n++] = item->valuestring;
	}
	return 0;
}

/* Providers "b", then "c" and so on, with their addresses. */
static int read_providers(struct target *t, struct fail *f)
{
	struct fail why = FAIL_INIT;
	struct address at;
	const cJSON *item;
	size_t n = 0;

	cJSON_ArrayForEach(item, t->file.providers) {
		const char *text = cJSON_GetStringValue(item);

		if (n + 1 == ACTOR_PROVIDERS || strlen(item->string) != 1 ||
		    item->string[0] != (char)('b' + n))
			return json_fail(t->json, item, f,
					 "providers are b, c and so on to %c, "
					 "in this order",
					 'a' + ACTOR_PROVIDERS - 1);
		if (!text)
			return json_fail(t->json, item, f, "must be a text");
		if (address_read(&at, text, &why) < 0)
			return json_fail(t->json, item, f, "%s", why.text);
		t->providers[n++] = text;
	}
	return 0;
}

static int read_members(struct target *t, struct fail *f)
{
#define AT(member) offsetof(struct target_file, member)
	static const struct json_field fields[] = {
		{ "title", JSON_TEXT, AT(title),
		  JSON_REQUIRED | JSON_NOT_EMPTY },
		{ "claims", JSON_ARRAY, AT(claims), JSON_REQUIRED },
		{ "auth", JSON_TEXT, AT(auth), 0 },
		{ "client_format", JSON_TEXT, AT(client_format), 0 },
		{ "start", JSON_ARRAY, AT(start), JSON_NOT_EMPTY },
		{ "requires", JSON_OBJECT, AT(requires), 0 },
		{ "files", JSON_OBJECT, AT(files), 0 },
		{ "environment", JSON_OBJECT, AT(environment), 0 },
		{ "headers", JSON_ARRAY, AT(headers), 0 },
		{ "keys", JSON_ARRAY, AT(keys), JSON_NOT_EMPTY },
		{ "providers", JSON_OBJECT, AT(providers), JSON_NOT_EMPTY },
		{ "wishes", JSON_OBJECT, AT(wishes), 0 },
		{ "listen", JSON_TEXT, AT(listen), 0 },
		{ "path", JSON_TEXT, AT(path), 0 },
		{ "ready_ms", JSON_U32, AT(ready_ms), 0 },
		{ "sign_in", JSON_ARRAY, AT(sign_in), JSON_NOT_EMPTY },
		{ "sign_in_ms", JSON_U32, AT(sign_in_ms), 0 },
		{ .key = NULL },
	};
#undef AT
	static const char *const auths[] = { "bearer", "x-api-key", "both",
					     NULL };
	static const char *const formats[] = { "messages", "bedrock", "vertex",
					       NULL };
	static const char *const listens[] = { "port", "announced", NULL };

	t->file.auth = auths[0];
	t->file.client_format = formats[0];
	t->file.listen = listens[0];
	t->file.path = "";
	t->file.ready_ms = READY_MS;
	t->file.sign_in_ms = SIGN_IN_MS;
	if (json_read(t->json, t->json->root, fields, &t->file, f) < 0 ||
	    check_claims(t, f) < 0 || check_texts(t, t->file.start, f) < 0 ||
	    check_texts(t, t->file.files, f) < 0 ||
	    check_texts(t, t->file.environment, f) < 0 ||
	    check_requires(t, f) < 0 || check_headers(t, f) < 0 ||
	    check_sign_in(t, f) < 0 || read_providers(t, f) < 0 ||
	    read_keys(t, f) < 0 ||
	    wishes_read(&t->wishes, t->json, t->file.wishes, f) < 0 ||
	    check_path(t, f) < 0 ||
	    check_word(t, "auth", t->file.auth, auths, f) < 0 ||
	    check_word(t, "client_format", t->file.client_format, formats, f) <
		    0)
		return -1;
	return check_word(t, "listen", t->file.listen, listens, f);
}

/* A target is named after its folder: "targets/nginx/target.json" is
 * "nginx". */
static void set_place(struct target *t, const char *path)
{
	char *folder = realpath(path, NULL);
	char *slash = folder ? strrchr(folder, '/') : NULL;

	if (slash)
		*slash = '\0';
	t->here = folder ? folder : xstrdup(".");
	slash = strrchr(t->here, '/');
	t->name = xstrdup(slash ? slash + 1 : t->here);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int fail_unknown(const char *root, const char *name, struct fail *f)
{
	char path[PATH_MAX];
	char *names[64];
	size_t count = 0;
	struct buf list = BUF_INIT(450);
	struct dirent *entry;
	DIR *folder;

	snprintf(path, sizeof(path), "%s/targets", root);
	folder = opendir(path);
	while (folder && count < sizeof(names) / sizeof(names[0])) {
		entry = readdir(folder);
		if (!entry)
			break;
		snprintf(path, sizeof(path), "%s/targets/%s/target.json", root,
			 entry->d_name);
		if (entry->d_name[0] != '.' && access(path, R_OK) == 0)
			names[count++] = xstrdup(entry->d_name);
	}
	if (folder)
		closedir(folder);
	qsort(names, count, sizeof(names[0]), compare_names);
	for (size_t i = 0; i < count; i++) {
		buf_addf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
		free(names[i]);
	}
	fail_set(f, FAIL_USAGE, "no target '%s'; there are: %s", name,
		 buf_str(&list));
	buf_clear(&list);
	return -1;
}

int target_read(struct target **out, const char *root, const char *name,
		struct fail *f)
{
	bool is_path = strchr(name, '/') || strstr(name, ".json");
	struct target *t;
	char path[PATH_MAX];
	int rc;

	if (is_path)
		snprintf(path, sizeof(path), "%s", name);
	else
		snprintf(path, sizeof(path), "%s/targets/%s/target.json", root,
			 name);
	if (!is_path && access(path, R_OK) != 0)
		return fail_unknown(root, name, f);
	if (access(path, R_OK) != 0)
		return fail_errno(f, FAIL_USAGE, "--target %s", path);
	t = xcalloc(1, sizeof(*t));
	rc = json_load(&t->json, path, TARGET_FILE_LIMIT, f);
	if (rc < 0)
		f->code = FAIL_CASE;
	if (rc < 0 || read_members(t, f) < 0) {
		target_free(t);
		return -1;
	}
	set_place(t, path);
	*out = t;
	return 0;
}

void target_free(struct target *t)
{
	if (!t)
		return;
	target_stop(t);
	json_free(t->json);
	free(t->name);
	free(t->here);
	free(t);
}

const char *target_name(const struct target *t)
{
	return t->name;
}

const char *target_title(const struct target *t)
{
	return t->file.title;
}

bool target_claims(const struct target *t, const char *claim)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, t->file.claims) {
		if (strcmp(item->valuestring, claim) == 0)
			return true;
	}
	return false;
}

const char *target_auth(const struct target *t)
{
	return t->file.auth;
}

const char *target_client_format(const struct target *t)
{
	return t->file.client_format;
}

const char *const *target_keys(const struct target *t)
{
	return t->keys;
}

const struct wishes *target_wishes(const struct target *t)
{
	return &t->wishes;
}

const char *const *target_providers(const struct target *t)
{
	return t->providers;
}

bool target_signs_in(const struct target *t)
{
	return t->file.sign_in != NULL;
}

const char *target_key(const struct target *t)
{
	return t->key;
}

const char *target_ending(const struct target *t)
{
	return t->process ? process_ending(t->process) : "";
}

const struct headers *target_headers(const struct target *t)
{
	return &t->headers;
}
