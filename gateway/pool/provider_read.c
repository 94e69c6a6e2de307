/* Reads a provider's members, and finds their mistakes. */
#include "gateway/pool/provider_read.h"

#include "wire/bytes/option.h"

enum { MODELS_LIMIT = 1000 };

struct provider_part {
	const char *url, *key, *auth, *ca_file, *format, *limit_field;
	const char *region, *project, *key_id, *session;
	const char *name, *collection;
	const cJSON *models, *price, *weight;
	bool reasoning;
	uint64_t most_tokens;
	uint32_t connect_ms, head_ms, idle_ms, ping_ms;
};

/* What is being read, and where mistakes go. */
struct provider_reading {
	struct provider *provider;
	const struct json *json;
	const cJSON *object;
	struct mistakes *mistakes;
};

#define AT(member) offsetof(struct provider_part, member)

#define SHARED_FIELDS \
	{ "url", JSON_TEXT, AT(url), 0 }, { "key", JSON_TEXT, AT(key), 0 }, \
		{ "auth", JSON_TEXT, AT(auth), 0 }, \
		{ "connect_ms", JSON_U32, AT(connect_ms), 0 }, \
		{ "head_ms", JSON_U32, AT(head_ms), 0 }, \
		{ "idle_ms", JSON_U32, AT(idle_ms), 0 }, \
		{ "ca_file", JSON_TEXT, AT(ca_file), 0 }, \
		{ "format", JSON_TEXT, AT(format), 0 }, \
		{ "limit_field", JSON_TEXT, AT(limit_field), 0 }, \
		{ "most_tokens", JSON_U64, AT(most_tokens), 0 }, \
		{ "reasoning", JSON_BOOL, AT(reasoning), 0 }, \
		{ "region", JSON_TEXT, AT(region), 0 }, \
		{ "project", JSON_TEXT, AT(project), 0 }, \
		{ "key_id", JSON_TEXT, AT(key_id), 0 }, \
		{ "session", JSON_TEXT, AT(session), 0 }, \
	{ \
		"ping_ms", JSON_U32, AT(ping_ms), 0 \
	}

/* Members of the only provider. */
static const struct json_field fields[] = {
	SHARED_FIELDS,
	{ "models", JSON_OBJECT, AT(models), 0 },
	{ .key = NULL },
};

/* Members of one of several providers. */
static const struct json_field item_fields[] = {
	SHARED_FIELDS,
	{ "models", JSON_ANY, AT(models), 0 },
	{ "name", JSON_TEXT, AT(name), JSON_REQUIRED },
	{ "price", JSON_ANY, AT(price), 0 },
	{ "weight", JSON_ANY, AT(weight), 0 },
	{ "data_collection", JSON_TEXT, AT(collection), 0 },
	{ .key = NULL },
};

static void wrong(struct provider_reading *r, const cJSON *node,
		  const struct fail *why)
{
	mistakes_place(r->mistakes, r->json, node, why);
}

typedef int set_fn(struct provider *p, const char *text, struct fail *f);

/* Sets the value of a member, if the member is there. */
static void set(struct provider_reading *r, const char *key, const char *text,
		set_fn *fn)
{
	struct fail why = FAIL_INIT;

	if (text && fn(r->provider, text, &why) < 0)
		wrong(r, cJSON_GetObjectItemCaseSensitive(r->object, key),
		      &why);
}

/* Sets a credential, given as a value or as the variable that holds it. */
static void set_secret(struct provider_reading *r, const char *key,
		       const char *text, set_fn *fn)
{
	struct fail why = FAIL_INIT;

	if (text && !(text = option_env(text, &why)))
		wrong(r, cJSON_GetObjectItemCaseSensitive(r->object, key),
		      &why);
	set(r, key, text, fn);
}

/* Reads {"client's name": "provider's name"}. */
static void read_models(struct provider_reading *r, const cJSON *object)
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
				 "the provider's name for a model must be a "
				 "string");
		else
			provider_add_model(r->provider, item->string,
					   item->valuestring, &why);
		if (why.code != FAIL_OK)
			wrong(r, item, &why);
	}
}

#define NOT_GIVEN UINT32_MAX

static void read_part(struct provider_reading *r,
		      const struct json_field *table,
		      struct provider_part *part)
{
	struct provider *p = r->provider;

	*part = (struct provider_part){ .connect_ms = p->connect_ms,
					.head_ms = NOT_GIVEN,
					.idle_ms = p->idle_ms,
					.ping_ms = p->ping_ms };
	json_read_all(r->json, r->object, table, part, mistakes_take,
		      r->mistakes);
	set(r, "url", part->url, provider_set_url);
	set(r, "format", part->format, provider_set_format);
	set(r, "limit_field", part->limit_field, provider_set_limit_field);
	set(r, "auth", part->auth, provider_set_scheme);
	set(r, "ca_file", part->ca_file, provider_set_ca_file);
	set(r, "region", part->region, provider_set_region);
	set(r, "project", part->project, provider_set_project);
	set_secret(r, "key", part->key, provider_set_key);
	set_secret(r, "key_id", part->key_id, provider_set_key_id);
	set_secret(r, "session", part->session, provider_set_session);
	p->translate.most_tokens = (int64_t)part->most_tokens;
	p->translate.reasoning = part->reasoning;
	p->connect_ms = part->connect_ms;
	p->head_given = part->head_ms != NOT_GIVEN;
	if (p->head_given)
		p->head_ms = part->head_ms;
	p->idle_ms = part->idle_ms;
	p->ping_ms = part->ping_ms;
}

void provider_read(struct provider *p, const struct json *j,
		   const cJSON *object, struct mistakes *to)
{
	struct provider_reading r = { p, j, object, to };
	struct provider_part part;

	read_part(&r, fields, &part);
	if (part.models)
		read_models(&r, part.models);
}

/* Reads ["name that both use", ...]. */
static void read_plain_models(struct provider_reading *r, const cJSON *array)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, array) {
		struct fail why = FAIL_INIT;

		if (!cJSON_IsString(item) || json_has_nul(r->json, item))
			fail_set(&why, FAIL_CASE, "a model must be a string");
		else
			provider_add_plain(r->provider, item->valuestring,
					   &why);
		if (why.code != FAIL_OK)
			wrong(r, item, &why);
	}
}

static void read_item_models(struct provider_reading *r, const cJSON *models)
{
	struct fail why = FAIL_INIT;

	if (cJSON_IsObject(models)) {
		read_models(r, models);
	} else if (!cJSON_IsArray(models)) {
		fail_set(&why, FAIL_CASE,
			 "models are a list of names, or an object: clients' "
			 "names and the provider's");
		wrong(r, models, &why);
	} else if (cJSON_GetArraySize(models) > MODELS_LIMIT) {
		fail_set(&why, FAIL_CASE, "more than %d models", MODELS_LIMIT);
		wrong(r, models, &why);
	} else {
		read_plain_models(r, models);
	}
}

/* Reads a number that may have a fraction. */
static void read_number(struct provider_reading *r, const cJSON *node,
			double least, double *out)
{
	struct fail why = FAIL_INIT;

	if (!node)
		return;
	if (cJSON_IsNumber(node) && node->valuedouble >= least &&
	    node->valuedouble <= 1e9) {
		*out = node->valuedouble;
		return;
	}
	fail_set(&why, FAIL_CASE, "'%s' must be a number from %g to 1e9",
		 node->string, least);
	wrong(r, node, &why);
}

void provider_read_item(struct provider *p, const struct json *j,
			const cJSON *object, struct mistakes *to)
{
	struct provider_reading r = { p, j, object, to };
	struct provider_part part;

	read_part(&r, item_fields, &part);
	set(&r, "name", part.name, provider_set_name);
	set(&r, "data_collection", part.collection, provider_set_collection);
	read_number(&r, part.price, 0, &p->price);
	read_number(&r, part.weight, 0.001, &p->weight);
	if (part.models)
		read_item_models(&r, part.models);
}
