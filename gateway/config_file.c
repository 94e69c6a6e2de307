/* Reads the configuration's JSON file, and finds every mistake in it. */
#include "gateway/config_file.h"

#include <stdlib.h>
#include <string.h>

#include "gateway/pool/pool_read.h"
#include "gateway/pool/provider_read.h"
#include "gateway/keys/limits.h"
#include "wire/bytes/option.h"
#include "wire/json/json.h"

enum { FILE_LIMIT = 1024 * 1024, KEYS_LIMIT = 10000 };

/* What is being read, and where mistakes go. */
struct config_reading {
	struct config *config;
	const struct json *json;
	struct mistakes *mistakes;
};

static void wrong(struct config_reading *r, const cJSON *node,
		  const struct fail *why)
{
	mistakes_place(r->mistakes, r->json, node, why);
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

typedef int set_text_fn(struct config *c, const char *text, struct fail *f);

/* Sets the value of a member, if the member is there. */
static void set(struct config_reading *r, const cJSON *object, const char *key,
		const char *text, set_text_fn *fn)
{
	struct fail why = FAIL_INIT;

	if (text && fn(r->config, text, &why) < 0)
		wrong(r, member(object, key), &why);
}

/* ---- keys ---- */

/* Adds a key, or the hash of one. -1: there is neither, or it is not
 * allowed. */
static int add_key(struct config_reading *r, const cJSON *item,
		   const struct limits_part *p)
{
	struct fail why = FAIL_INIT;
	const char *key = p->key;

	if (!key && !p->sha256) {
		fail_set(&why, FAIL_CASE, "key 'key' is missing");
	} else if (key && p->sha256) {
		fail_set(&why, FAIL_CASE,
			 "a key must have 'key' or 'sha256', not both");
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

static void set_routing(struct config_reading *r, struct client_key *key,
			const cJSON *routing)
{
	const struct pool *pool = r->config->pool;
	struct fail why = FAIL_INIT;

	if (pool && !pool->lent) {
		pool_read_wish(pool, r->json, routing, &key->wish, r->mistakes);
		return;
	}
	fail_set(&why, FAIL_CASE,
		 "the routing of a key needs 'providers': one upstream leaves "
		 "nothing to choose");
	wrong(r, routing, &why);
}

static void read_key_object(struct config_reading *r, const cJSON *item)
{
	struct limits_part p = { .name = NULL };
	size_t before = r->mistakes->count;
	struct client_key *key;

	json_read_all(r->json, item, limits_fields, &p, mistakes_take,
		      r->mistakes);
	if (r->mistakes->count > before || add_key(r, item, &p) < 0)
		return;
	key = &r->config->keys[r->config->keys_count - 1];
	limits_set(key, r->json, item, &p, mistakes_take, r->mistakes);
	if (p.routing)
		set_routing(r, key, p.routing);
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
			 "a key must be a string, or an object with 'name' and "
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
			 "no client key is in it; leave 'keys' out if --key "
			 "gives the keys");
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
	const cJSON *upstream, *providers, *routing, *models, *keys, *ledger;
	bool tells;
	uint32_t workers, head_ms, drain_ms, over_budget;
	uint64_t body_limit;
};

#define AT(member) offsetof(struct top_part, member)

static const struct json_field top_fields[] = {
	{ "listen", JSON_TEXT, AT(listen), 0 },
	{ "upstream", JSON_OBJECT, AT(upstream), 0 },
	{ "providers", JSON_ARRAY, AT(providers), 0 },
	{ "routing", JSON_OBJECT, AT(routing), 0 },
	{ "models", JSON_OBJECT, AT(models), 0 },
	{ "tell_provider", JSON_BOOL, AT(tells), 0 },
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
	{ .key = NULL },
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

/* Reads several providers; or routing and models, where there is one
 * provider. */
static void read_pool(struct config_reading *r, const struct top_part *p)
{
	struct config *c = r->config;

	if (!p->providers && !p->routing && !p->models && !p->tells)
		return;
	c->pool = pool_new();
	c->pool->tells = p->tells;
	if (p->providers)
		pool_read_providers(c->pool, r->json, p->providers,
				    r->mistakes);
	else
		pool_lend(c->pool, &c->upstream);
	if (p->routing)
		pool_read_wish(c->pool, r->json, p->routing, &c->pool->wish,
			       r->mistakes);
	if (p->models)
		pool_read_models(c->pool, r->json, p->models, r->mistakes);
	for (size_t i = 0; i < c->pool->count; i++)
		provider_secrets(&c->pool->list[i], &c->secrets);
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
	json_read_all(r->json, root, top_fields, &p, mistakes_take,
		      r->mistakes);
	set(r, root, "listen", p.listen, set_listen);
	set(r, root, "health", p.health, config_set_health);
	set(r, root, "log", p.log, config_set_log);
	set(r, root, "fronts", p.fronts, config_set_fronts);
	read_numbers(r, &p);
	read_certificate(r, &p);
	if (p.upstream)
		provider_read(&r->config->upstream, r->json, p.upstream,
			      r->mistakes);
	provider_secrets(&c->upstream, &r->config->secrets);
	read_pool(r, &p);
	if (p.keys)
		read_keys(r, p.keys);
	if (p.ledger)
		ledger_config_read(&r->config->ledger, r->json, p.ledger,
				   &r->config->secrets, mistakes_take,
				   r->mistakes);
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
