/* The configuration: defaults, the JSON file, and what must be there. */
#include "gateway/config.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/json/json.h"

enum {
	FILE_LIMIT = 1024 * 1024,
	KEYS_LIMIT = 10000,
	CONNECT_MS = 10000,
	WAIT_MS = 600000, /* what the client itself waits for */
	BODY_LIMIT = 32 * 1024 * 1024, /* the provider's own */
};

void config_init(struct config *c)
{
	*c = (struct config){
		.listen = { .host = "127.0.0.1", .port = 8080 },
		.connect_ms = CONNECT_MS,
		.head_ms = WAIT_MS,
		.idle_ms = WAIT_MS,
		.workers = 1,
		.body_limit = BODY_LIMIT,
	};
}

void config_clear(struct config *c)
{
	for (size_t i = 0; i < c->keys_count; i++) {
		free(c->keys[i].name);
		free(c->keys[i].value);
	}
	free(c->keys);
	free(c->upstream);
	free(c->upstream_key);
	free(c->ca_file);
	config_init(c);
}

static void replace(char **text, const char *with)
{
	char *copy = xstrdup(with);

	free(*text);
	*text = copy;
}

/* User information would be a credential in a place that messages quote. */
int config_set_upstream(struct config *c, const char *url, struct fail *f)
{
	struct span rest = span_of(url);
	char *copy;

	if (span_starts(rest, "http://"))
		rest = span_skip(rest, strlen("http://"));
	else if (span_starts(rest, "https://"))
		rest = span_skip(rest, strlen("https://"));
	else
		return fail_set(f, FAIL_USAGE,
				"the upstream is not an http:// or https:// "
				"URL");
	if (rest.len == 0 || rest.at[0] == '/' || strpbrk(rest.at, "@?# \t"))
		return fail_set(f, FAIL_USAGE,
				"the upstream URL is not just a host, a port "
				"and a path");
	copy = xstrdup(url);
	for (size_t len = strlen(copy); len > 0 && copy[len - 1] == '/'; len--)
		copy[len - 1] = '\0';
	free(c->upstream);
	c->upstream = copy;
	return 0;
}

int config_set_scheme(struct config *c, const char *word, struct fail *f)
{
	if (strcmp(word, "x-api-key") == 0)
		c->scheme = KEY_API_KEY;
	else if (strcmp(word, "bearer") == 0)
		c->scheme = KEY_BEARER;
	else
		return fail_set(f, FAIL_USAGE,
				"the upstream's auth is 'x-api-key' or "
				"'bearer', not '%s'",
				word);
	return 0;
}

void config_set_upstream_key(struct config *c, const char *value)
{
	replace(&c->upstream_key, value);
}

void config_add_key(struct config *c, const char *name, const char *value)
{
	struct client_key *key;

	c->keys = xrealloc(c->keys, (c->keys_count + 1) * sizeof(*c->keys));
	key = &c->keys[c->keys_count++];
	key->name = name ? xstrdup(name) : NULL;
	key->value = xstrdup(value);
}

struct upstream_part {
	const char *url, *key, *auth, *ca_file;
	uint32_t connect_ms, head_ms, idle_ms;
};

static const struct json_field upstream_fields[] = {
	{ "url", JSON_TEXT, offsetof(struct upstream_part, url), 0 },
	{ "key", JSON_TEXT, offsetof(struct upstream_part, key), 0 },
	{ "auth", JSON_TEXT, offsetof(struct upstream_part, auth), 0 },
	{ "connect_ms", JSON_U32, offsetof(struct upstream_part, connect_ms),
	  0 },
	{ "head_ms", JSON_U32, offsetof(struct upstream_part, head_ms), 0 },
	{ "idle_ms", JSON_U32, offsetof(struct upstream_part, idle_ms), 0 },
	{ "ca_file", JSON_TEXT, offsetof(struct upstream_part, ca_file), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

struct key_part {
	const char *name, *key;
};

static const struct json_field key_fields[] = {
	{ "name", JSON_TEXT, offsetof(struct key_part, name), 0 },
	{ "key", JSON_TEXT, offsetof(struct key_part, key), JSON_REQUIRED },
	{ NULL, JSON_IGNORE, 0, 0 },
};

struct top_part {
	const char *listen;
	const cJSON *upstream, *keys;
	uint32_t workers;
	uint64_t body_limit;
};

static const struct json_field top_fields[] = {
	{ "listen", JSON_TEXT, offsetof(struct top_part, listen), 0 },
	{ "upstream", JSON_OBJECT, offsetof(struct top_part, upstream), 0 },
	{ "keys", JSON_ARRAY, offsetof(struct top_part, keys), 0 },
	{ "workers", JSON_U32, offsetof(struct top_part, workers), 0 },
	{ "body_limit", JSON_U64, offsetof(struct top_part, body_limit), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

/* A value, or "env:NAME" for the content of a variable. */
static int secret_of(const struct json *j, const cJSON *node, const char *text,
		     const char **out, struct fail *f)
{
	const char *value = text;

	if (strncmp(text, "env:", 4) == 0) {
		value = getenv(text + 4);
		if (!value)
			return json_fail(j, node, f,
					 "the variable %s is not set",
					 text + 4);
	}
	if (value[0] == '\0')
		return json_fail(j, node, f, "the key is empty");
	*out = value;
	return 0;
}

/* Puts the file's place in front of a message without one. */
static int fail_here(const struct json *j, const cJSON *object, const char *key,
		     const struct fail *why, struct fail *f)
{
	const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);

	return json_fail(j, node, f, "%s", why->text);
}

static int read_upstream(struct config *c, const struct json *j,
			 const cJSON *object, struct fail *f)
{
	struct upstream_part p = { .connect_ms = c->connect_ms,
				   .head_ms = c->head_ms,
				   .idle_ms = c->idle_ms };
	struct fail why = FAIL_INIT;

	if (json_read(j, object, upstream_fields, &p, f) < 0)
		return -1;
	if (p.url && config_set_upstream(c, p.url, &why) < 0)
		return fail_here(j, object, "url", &why, f);
	if (p.auth && config_set_scheme(c, p.auth, &why) < 0)
		return fail_here(j, object, "auth", &why, f);
	if (p.key) {
		if (secret_of(j,
			      cJSON_GetObjectItemCaseSensitive(object, "key"),
			      p.key, &p.key, f) < 0)
			return -1;
		config_set_upstream_key(c, p.key);
	}
	if (p.ca_file)
		replace(&c->ca_file, p.ca_file);
	c->connect_ms = p.connect_ms;
	c->head_ms = p.head_ms;
	c->idle_ms = p.idle_ms;
	return 0;
}

static int read_key(struct config *c, const struct json *j, const cJSON *item,
		    struct fail *f)
{
	struct key_part p = { .name = NULL };

	if (cJSON_IsString(item))
		p.key = item->valuestring;
	else if (!cJSON_IsObject(item))
		return json_fail(j, item, f,
				 "a key is a string, or an object with "
				 "'name' and 'key'");
	else if (json_read(j, item, key_fields, &p, f) < 0)
		return -1;
	if (secret_of(j, item, p.key, &p.key, f) < 0)
		return -1;
	config_add_key(c, p.name, p.key);
	return 0;
}

static int read_keys(struct config *c, const struct json *j, const cJSON *array,
		     struct fail *f)
{
	const cJSON *item;

	if (cJSON_GetArraySize(array) > KEYS_LIMIT)
		return json_fail(j, array, f, "more than %d keys", KEYS_LIMIT);
	cJSON_ArrayForEach(item, array)
		if (read_key(c, j, item, f) < 0)
			return -1;
	return 0;
}

static int read_top(struct config *c, const struct json *j, struct fail *f)
{
	struct top_part p = { .workers = c->workers,
			      .body_limit = c->body_limit };
	struct fail why = FAIL_INIT;

	if (!cJSON_IsObject(j->root))
		return json_fail(j, j->root, f, "this is not an object");
	if (json_read(j, j->root, top_fields, &p, f) < 0)
		return -1;
	if (p.listen && address_read(&c->listen, p.listen, &why) < 0)
		return fail_here(j, j->root, "listen", &why, f);
	if (p.upstream && read_upstream(c, j, p.upstream, f) < 0)
		return -1;
	if (p.keys && read_keys(c, j, p.keys, f) < 0)
		return -1;
	c->workers = p.workers;
	c->body_limit = p.body_limit;
	return 0;
}

int config_read(struct config *c, const char *name, struct span text,
		struct fail *f)
{
	struct json *j;
	int rc;

	if (json_parse(&j, name, text, f) < 0)
		return -1;
	rc = read_top(c, j, f);
	json_free(j);
	return rc;
}

int config_load(struct config *c, const char *path, struct fail *f)
{
	struct json *j;
	int rc;

	if (json_load(&j, path, FILE_LIMIT, f) < 0)
		return -1;
	rc = read_top(c, j, f);
	json_free(j);
	return rc;
}

/* A key goes into a header field: no control characters, no spaces. */
static bool is_key(const char *value)
{
	for (const char *p = value; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	return *value != '\0';
}

int config_check(const struct config *c, struct fail *f)
{
	if (!c->upstream)
		return fail_set(f, FAIL_USAGE,
				"no upstream is given: say --upstream URL, or "
				"\"upstream\" in the --config file");
	if (!c->upstream_key)
		return fail_set(f, FAIL_USAGE,
				"no key for the upstream is given");
	if (!is_key(c->upstream_key))
		return fail_set(f, FAIL_USAGE,
				"the upstream's key has spaces or characters "
				"that are not ASCII");
	if (c->keys_count == 0)
		return fail_set(f, FAIL_USAGE,
				"no client key is given; an open gateway would "
				"spend the upstream key for everyone");
	for (size_t i = 0; i < c->keys_count; i++)
		if (!is_key(c->keys[i].value))
			return fail_set(f, FAIL_USAGE,
					"client key %zu has spaces or "
					"characters that are not ASCII",
					i + 1);
	if (c->workers < 1 || c->workers > CONFIG_WORKERS_LIMIT)
		return fail_set(f, FAIL_USAGE, "workers: from 1 to %d",
				CONFIG_WORKERS_LIMIT);
	if (c->body_limit < 1 || c->body_limit > CONFIG_BODY_LIMIT)
		return fail_set(f, FAIL_USAGE,
				"body_limit: from 1 to %llu bytes",
				(unsigned long long)CONFIG_BODY_LIMIT);
	return 0;
}
