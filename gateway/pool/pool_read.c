/* Reads providers, aliases and wishes, and finds their mistakes. */
#include "gateway/pool/pool_read.h"

#include <string.h>

#include "gateway/pool/provider_read.h"

enum { ALIASES_LIMIT = 1000 };

/* ---- providers ---- */

static void wrong(const struct json *j, const cJSON *node, struct mistakes *to,
		  const char *what)
{
	struct fail why = FAIL_INIT;

	fail_set(&why, FAIL_CASE, "%s", what);
	mistakes_place(to, j, node, &why);
}

static void read_provider(struct pool *p, const struct json *j,
			  const cJSON *item, struct mistakes *to)
{
	struct provider *one;

	if (!cJSON_IsObject(item)) {
		wrong(j, item, to, "a provider must be an object");
		return;
	}
	one = pool_add(p);
	provider_read_item(one, j, item, to);
	if (one->name &&
	    pool_find(p, span_of(one->name)) != (int)(p->count - 1))
		wrong(j, cJSON_GetObjectItemCaseSensitive(item, "name"), to,
		      "another provider has this name");
	names_know(&p->names, &one->models);
}

void pool_read_providers(struct pool *p, const struct json *j,
			 const cJSON *array, struct mistakes *to)
{
	const cJSON *item;

	if (cJSON_GetArraySize(array) == 0)
		wrong(j, array, to, "no provider is in it");
	if (cJSON_GetArraySize(array) > WISH_PROVIDERS_LIMIT) {
		wrong(j, array, to, "more than 64 providers");
		return;
	}
	cJSON_ArrayForEach(item, array)
		read_provider(p, j, item, to);
}

/* ---- wishes ---- */

struct wish_part {
	const cJSON *only, *ignore, *order;
	const char *sort, *collection;
	bool fallbacks;
};

#define AT(member) offsetof(struct wish_part, member)

static const struct json_field wish_fields[] = {
	{ "only", JSON_ARRAY, AT(only), JSON_NOT_EMPTY },
	{ "ignore", JSON_ARRAY, AT(ignore), 0 },
	{ "order", JSON_ARRAY, AT(order), 0 },
	{ "sort", JSON_TEXT, AT(sort), 0 },
	{ "allow_fallbacks", JSON_BOOL, AT(fallbacks), 0 },
	{ "data_collection", JSON_TEXT, AT(collection), 0 },
	{ .key = NULL },
};

static void name_unknown(const struct pool *p, const struct json *j,
			 const cJSON *item, struct mistakes *to)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&text, "no provider has the name '%.40s'; there %s",
		 item->valuestring, p->count == 1 ? "is " : "are ");
	for (size_t i = 0; i < p->count; i++)
		buf_addf(&text, "%s%s", i > 0 ? ", " : "",
			 p->list[i].name ? p->list[i].name
					 : "one without a name");
	wrong(j, item, to, buf_str(&text));
	buf_clear(&text);
}

/* The places of the named providers; gives their number. */
static size_t read_names(const struct pool *p, const struct json *j,
			 const cJSON *array, uint8_t *places,
			 struct mistakes *to)
{
	const cJSON *item;
	size_t count = 0;

	if (cJSON_GetArraySize(array) > WISH_PROVIDERS_LIMIT) {
		wrong(j, array, to, "more than 64 names");
		return 0;
	}
	cJSON_ArrayForEach(item, array) {
		int place = -1;

		if (!cJSON_IsString(item)) {
			wrong(j, item, to, "a provider's name is a string");
			continue;
		}
		place = pool_find(p, span_of(item->valuestring));
		if (place < 0)
			name_unknown(p, j, item, to);
		else
			places[count++] = (uint8_t)place;
	}
	return count;
}

static uint64_t read_mask(const struct pool *p, const struct json *j,
			  const cJSON *array, struct mistakes *to)
{
	uint8_t places[WISH_PROVIDERS_LIMIT];
	size_t count = read_names(p, j, array, places, to);
	uint64_t mask = 0;

	for (size_t i = 0; i < count; i++)
		mask |= UINT64_C(1) << places[i];
	return mask;
}

static int sort_from(const char *word, enum wish_sort *out)
{
	static const struct {
		const char *word;
		enum wish_sort sort;
	} sorts[] = {
		{ "listed", WISH_LISTED },   { "price", WISH_PRICE },
		{ "floor", WISH_FLOOR },     { "throughput", WISH_THROUGHPUT },
		{ "latency", WISH_LATENCY },
	};

	for (size_t i = 0; i < sizeof(sorts) / sizeof(sorts[0]); i++)
		if (strcmp(word, sorts[i].word) == 0) {
			*out = sorts[i].sort;
			return 0;
		}
	return -1;
}

void pool_read_wish(const struct pool *p, const struct json *j,
		    const cJSON *object, struct wish *w, struct mistakes *to)
{
	struct wish_part part = { .fallbacks = true };

	json_read_all(j, object, wish_fields, &part, mistakes_take, to);
	*w = WISH_INIT;
	if (part.only)
		w->only = read_mask(p, j, part.only, to);
	if (part.ignore)
		w->ignore = read_mask(p, j, part.ignore, to);
	if (part.order)
		w->ordered = read_names(p, j, part.order, w->order, to);
	w->no_fallbacks = !part.fallbacks;
	if (part.sort && sort_from(part.sort, &w->sort) < 0)
		wrong(j, cJSON_GetObjectItemCaseSensitive(object, "sort"), to,
		      "sort is 'listed', 'price', 'floor', 'throughput' or "
		      "'latency'");
	if (!part.collection)
		return;
	w->deny_collection = strcmp(part.collection, "deny") == 0;
	if (!w->deny_collection && strcmp(part.collection, "allow") != 0)
		wrong(j,
		      cJSON_GetObjectItemCaseSensitive(object,
						       "data_collection"),
		      to, "data_collection is 'allow' or 'deny'");
}

int pool_ask_wish(const struct pool *p, const char *text, struct wish *w,
		  struct fail *why)
{
	struct mistakes wrongs = { .count = 0 };
	struct json *j = NULL;

	if (json_parse(&j, POOL_ASKS, span_of(text), why) < 0)
		return -1;
	if (cJSON_IsObject(j->root))
		pool_read_wish(p, j, j->root, w, &wrongs);
	else
		wrong(j, j->root, &wrongs, "this is not an object");
	json_free(j);
	if (wrongs.count == 0)
		return 0;
	*why = wrongs.list[0];
	return -1;
}

/* ---- models ---- */

struct alias_part {
	const char *model, *name;
	const cJSON *routing;
};

static const struct json_field alias_fields[] = {
	{ "model", JSON_TEXT, offsetof(struct alias_part, model),
	  JSON_REQUIRED },
	{ "name", JSON_TEXT, offsetof(struct alias_part, name), 0 },
	{ "routing", JSON_OBJECT, offsetof(struct alias_part, routing), 0 },
	{ .key = NULL },
};

static void read_alias(struct pool *p, const struct json *j, const cJSON *item,
		       struct mistakes *to)
{
	struct names_alias alias = { .name = item->string, .wish = WISH_INIT };
	struct alias_part part = { .model = NULL };

	if (cJSON_IsString(item) && !json_has_nul(j, item))
		part.model = item->valuestring;
	else if (cJSON_IsObject(item))
		json_read_all(j, item, alias_fields, &part, mistakes_take, to);
	else
		wrong(j, item, to,
		      "it is a model's name, or an object with 'model'");
	if (!part.model)
		return;
	if (part.routing)
		pool_read_wish(p, j, part.routing, &alias.wish, to);
	alias.model = (char *)part.model;
	alias.display = (char *)part.name;
	if (provider_check_key(alias.name, NULL) < 0 ||
	    provider_check_key(alias.model, NULL) < 0)
		wrong(j, item, to,
		      "a model's name is empty, or has spaces or characters "
		      "that are not ASCII");
	else
		(void)names_add(&p->names, &alias);
}

void pool_read_models(struct pool *p, const struct json *j, const cJSON *object,
		      struct mistakes *to)
{
	const cJSON *item;

	if (cJSON_GetArraySize(object) > ALIASES_LIMIT) {
		wrong(j, object, to, "more than 1000 models");
		return;
	}
	cJSON_ArrayForEach(item, object)
		read_alias(p, j, item, to);
}
