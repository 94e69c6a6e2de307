/* The configuration's JSON file: every member, and every mistake in it. */
#include "gateway/config_file.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/keys/limits.h"
#include "wire/bytes/option.h"
#include "wire/json/json.h"

enum { FILE_LIMIT = 1024 * 1024, KEYS_LIMIT = 10000, MODELS_LIMIT = 1000 };

/* What is being read, and where mistakes go. */
struct config_reading {
	struct config *config;
	const struct json *json;
	struct mistakes *mistakes;
};

static void on_mistake(void *arg, const struct fail *f)
{
	struct config_reading *r = arg;

	mistakes_add(r->mistakes, f);
}

/* Puts the file's place in front of a message without one. */
static void wrong(struct config_reading *r, const cJSON *node,
		  const struct fail *why)
{
	struct fail f = FAIL_INIT;

	json_fail(r->json, node, &f, "%s", why->text);
	mistakes_add(r->mistakes, &f);
}

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* A value, or "env:NAME" for the content of a variable. */
static const char *secret_of(struct config_reading *r, const cJSON *node,
			     const char *text)
{
	struct fail why = FAIL_INIT;
	const char *value = option_env(text, &why);

	if (!value)
		wrong(r, node, &why);
	return value;
}

/* ---- the upstream ---- */

struct upstream_part {
	const char *url, *key, *auth, *ca_file, *format, *limit_field;
	const char *region, *project, *key_id, *session;
	const cJSON *models;
	bool reasoning;
	uint64_t most_tokens;
	uint32_t connect_ms, head_ms, idle_ms, ping_ms;
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
	{ "format", JSON_TEXT, offsetof(struct upstream_part, format), 0 },
	{ "limit_field", JSON_TEXT, offsetof(struct upstream_part, limit_field),
	  0 },
	{ "most_tokens", JSON_U64, offsetof(struct upstream_part, most_tokens),
	  0 },
	{ "reasoning", JSON_BOOL, offsetof(struct upstream_part, reasoning),
	  0 },
	{ "region", JSON_TEXT, offsetof(struct upstream_part, region), 0 },
	{ "project", JSON_TEXT, offsetof(struct upstream_part, project), 0 },
	{ "key_id", JSON_TEXT, offsetof(struct upstream_part, key_id), 0 },
	{ "session", JSON_TEXT, offsetof(struct upstream_part, session), 0 },
	{ "models", JSON_OBJECT, offsetof(struct upstream_part, models), 0 },
	{ "ping_ms", JSON_U32, offsetof(struct upstream_part, ping_ms), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

typedef int set_text_fn(struct config *c, const char *text, struct fail *f);

/* Sets what a member says, if it is there. */
static void set(struct config_reading *r, const cJSON *object, const char *key,
		const char *text, set_text_fn *fn)
{
	struct fail why = FAIL_INIT;

	if (text && fn(r->config, text, &why) < 0)
		wrong(r, member(object, key), &why);
}

/* A credential, or the variable that it is in. */
static void set_secret(struct config_reading *r, const cJSON *object,
		       const char *key, const char *text, set_text_fn *fn)
{
	if (text)
		text = secret_of(r, member(object, key), text);
	set(r, object, key, text, fn);
}

/* {"what a client calls it": "what the provider calls it"} */
static void read_models(struct config_reading *r, const cJSON *object)
{
	const cJSON *item;

	if (cJSON_GetArraySize(object) > MODELS_LIMIT) {
		struct fail why = FAIL_INIT;

		fail_set(&why, FAIL_CASE, "more than %d models", MODELS_LIMIT);
		wrong(r, object, &why);
		return;
	}
	cJSON_ArrayForEach(item, object) {
		struct fail why = FAIL_INIT;

		if (!cJSON_IsString(item) || json_has_nul(r->json, item))
			fail_set(&why, FAIL_CASE,
				 "what the provider calls a model is a string");
		else
			config_add_model(r->config, item->string,
					 item->valuestring, &why);
		if (why.code != FAIL_OK)
			wrong(r, item, &why);
	}
}

static void read_upstream(struct config_reading *r, const cJSON *object)
{
	struct config *c = r->config;
	struct upstream_part p = { .connect_ms = c->connect_ms,
				   .head_ms = c->head_ms,
				   .idle_ms = c->idle_ms,
				   .ping_ms = c->ping_ms };

	json_read_all(r->json, object, upstream_fields, &p, on_mistake, r);
	set(r, object, "url", p.url, config_set_upstream);
	set(r, object, "format", p.format, config_set_format);
	set(r, object, "limit_field", p.limit_field, config_set_limit_field);
	set(r, object, "auth", p.auth, config_set_scheme);
	set(r, object, "ca_file", p.ca_file, config_set_ca_file);
	set(r, object, "region", p.region, config_set_region);
	set(r, object, "project", p.project, config_set_project);
	set_secret(r, object, "key", p.key, config_set_upstream_key);
	set_secret(r, object, "key_id", p.key_id, config_set_key_id);
	set_secret(r, object, "session", p.session, config_set_session);
	if (p.models)
		read_models(r, p.models);
	c->translate.most_tokens = (int64_t)p.most_tokens;
	c->translate.reasoning = p.reasoning;
	c->connect_ms = p.connect_ms;
	c->head_ms = p.head_ms;
	c->idle_ms = p.idle_ms;
	c->ping_ms = p.ping_ms;
}

/* ---- keys ---- */

/* A key, or the hash of one; -1: neither, or what it may not be. */
static int add_key(struct config_reading *r, const cJSON *item,
		   const struct limits_part *p)
{
	struct fail why = FAIL_INIT;
	const char *key = p->key;

	if (!key && !p->sha256) {
		fail_set(&why, FAIL_CASE, "key 'key' is missing");
	} else if (key && p->sha256) {
		fail_set(&why, FAIL_CASE,
			 "a key has 'key' or 'sha256', not both");
	} else if (key) {
		key = secret_of(r, item, key);
		if (key)
			config_add_key(r->config, p->name, key, &why);
	} else {
		config_add_hashed_key(r->config, p->name, p->sha256, &why);
	}
	if (why.code != FAIL_OK)
		wrong(r, item, &why);
	return why.code != FAIL_OK || (!key && !p->sha256) ? -1 : 0;
}

static void read_key_object(struct config_reading *r, const cJSON *item)
{
	struct limits_part p = { .name = NULL };
	size_t before = r->mistakes->count;
	struct client_key *key;

	json_read_all(r->json, item, limits_fields, &p, on_mistake, r);
	if (r->mistakes->count > before || add_key(r, item, &p) < 0)
		return;
	key = &r->config->keys[r->config->keys_count - 1];
	limits_set(key, r->json, item, &p, on_mistake, r);
	r->config->limited |= client_key_is_limited(key);
}

static void read_key(struct config_reading *r, const cJSON *item)
{
	struct limits_part p = { .name = NULL };
	struct fail why = FAIL_INIT;

	if (cJSON_IsObject(item)) {
		read_key_object(r, item);
		return;
	}
	if (!cJSON_IsString(item))
		fail_set(&why, FAIL_CASE,
			 "a key is a string, or an object with 'name' and "
			 "'key'");
	else if (json_has_nul(r->json, item))
		fail_set(&why, FAIL_CASE, "a key may not contain \\u0000");
	if (why.code != FAIL_OK) {
		wrong(r, item, &why);
		return;
	}
	p.key = item->valuestring;
	(void)add_key(r, item, &p);
}

static void read_keys(struct config_reading *r, const cJSON *array)
{
	struct fail why = FAIL_INIT;
	const cJSON *item;

	if (cJSON_GetArraySize(array) == 0)
		fail_set(&why, FAIL_CASE,
			 "no client key is in it; leave 'keys' out where --key "
			 "gives them");
	if (cJSON_GetArraySize(array) > KEYS_LIMIT)
		fail_set(&why, FAIL_CASE, "more than %d keys", KEYS_LIMIT);
	if (why.code != FAIL_OK) {
		wrong(r, array, &why);
		return;
	}
	cJSON_ArrayForEach(item, array)
		read_key(r, item);
}

/* ---- the whole ---- */

struct top_part {
	const char *listen, *health, *log, *fronts, *tls_cert, *tls_key;
	const cJSON *upstream, *keys, *ledger;
	uint32_t workers, head_ms, drain_ms, over_budget;
	uint64_t body_limit;
};

#define AT(member) offsetof(struct top_part, member)

static const struct json_field top_fields[] = {
	{ "listen", JSON_TEXT, AT(listen), 0 },
	{ "upstream", JSON_OBJECT, AT(upstream), 0 },
	{ "keys", JSON_ARRAY, AT(keys), 0 },
	{ "over_budget", JSON_U32, AT(over_budget), 0 },
	{ "ledger", JSON_OBJECT, AT(ledger), 0 },
	{ "workers", JSON_U32, AT(workers), 0 },
	{ "body_limit", JSON_U64, AT(body_limit), 0 },
	{ "head_ms", JSON_U32, AT(head_ms), 0 },
	{ "drain_ms", JSON_U32, AT(drain_ms), 0 },
	{ "health", JSON_TEXT, AT(health), 0 },
	{ "log", JSON_TEXT, AT(log), 0 },
	{ "fronts", JSON_TEXT, AT(fronts), 0 },
	{ "tls_cert", JSON_TEXT, AT(tls_cert), 0 },
	{ "tls_key", JSON_TEXT, AT(tls_key), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

static int set_listen(struct config *c, const char *text, struct fail *f)
{
	return address_read(&c->listen, text, f);
}

static void read_numbers(struct config_reading *r, const struct top_part *p)
{
	const cJSON *root = r->json->root;
	struct config *c = r->config;
	struct fail why = FAIL_INIT, other = FAIL_INIT, third = FAIL_INIT;

	if (config_set_workers(c, p->workers, &why) < 0)
		wrong(r, member(root, "workers"), &why);
	if (config_set_body_limit(c, p->body_limit, &other) < 0)
		wrong(r, member(root, "body_limit"), &other);
	if (config_set_over_budget(c, p->over_budget, &third) < 0)
		wrong(r, member(root, "over_budget"), &third);
	c->client_head_ms = p->head_ms;
	c->drain_ms = p->drain_ms;
}

static void read_certificate(struct config_reading *r, const struct top_part *p)
{
	const char *given = p->tls_cert ? "tls_cert" : "tls_key";
	struct fail why = FAIL_INIT;

	if (!p->tls_cert && !p->tls_key)
		return;
	if (!p->tls_cert || !p->tls_key)
		fail_set(&why, FAIL_CASE, "tls_cert and tls_key go together");
	else
		config_set_certificate(r->config, p->tls_cert, p->tls_key,
				       &why);
	if (why.code != FAIL_OK)
		wrong(r, member(r->json->root, given), &why);
}

static void read_top(struct config_reading *r)
{
	const cJSON *root = r->json->root;
	const struct config *c = r->config;
	struct top_part p = { .workers = c->workers,
			      .body_limit = c->body_limit,
			      .over_budget = c->over_budget,
			      .head_ms = c->client_head_ms,
			      .drain_ms = c->drain_ms };
	struct fail why = FAIL_INIT;

	if (!cJSON_IsObject(root)) {
		fail_set(&why, FAIL_CASE, "this is not an object");
		wrong(r, root, &why);
		return;
	}
	json_read_all(r->json, root, top_fields, &p, on_mistake, r);
	set(r, root, "listen", p.listen, set_listen);
	set(r, root, "health", p.health, config_set_health);
	set(r, root, "log", p.log, config_set_log);
	set(r, root, "fronts", p.fronts, config_set_fronts);
	read_numbers(r, &p);
	read_certificate(r, &p);
	if (p.upstream)
		read_upstream(r, p.upstream);
	if (p.keys)
		read_keys(r, p.keys);
	if (p.ledger)
		ledger_config_read(&r->config->ledger, r->json, p.ledger,
				   &r->config->secrets, on_mistake, r);
}

static void take(struct config *c, struct json *j, struct fail *f,
		 struct mistakes *to)
{
	struct config_reading r = { .config = c, .json = j, .mistakes = to };

	if (j)
		read_top(&r);
	else
		mistakes_add(to, f);
	json_free(j);
}

void config_file_read(struct config *c, const char *name, struct span text,
		      struct mistakes *to)
{
	struct fail f = FAIL_INIT;
	struct json *j = NULL;

	(void)json_parse(&j, name, text, &f);
	take(c, j, &f, to);
}

void config_file_load(struct config *c, const char *path, struct mistakes *to)
{
	struct fail f = FAIL_INIT;
	struct json *j = NULL;

	(void)json_load(&j, path, FILE_LIMIT, &f);
	take(c, j, &f, to);
}
