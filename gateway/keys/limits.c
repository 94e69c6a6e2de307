/* Reads the members of a key. */
#include "gateway/keys/limits.h"

#include "gateway/keys/minute.h"

enum { MODELS_LIMIT = 1000 };

#define AT(member) offsetof(struct limits_part, member)

const struct json_field limits_fields[] = {
	{ "name", JSON_TEXT, AT(name), 0 },
	{ "key", JSON_TEXT, AT(key), 0 },
	{ "sha256", JSON_TEXT, AT(sha256), 0 },
	{ "models", JSON_ARRAY, AT(models), 0 },
	{ "budget", JSON_OBJECT, AT(budget), 0 },
	{ "rpm", JSON_U32, AT(rpm), 0 },
	{ "streams", JSON_U32, AT(streams), 0 },
	{ "expires", JSON_TEXT, AT(expires), 0 },
	{ "routing", JSON_OBJECT, AT(routing), 0 },
	{ .key = NULL },
};

struct budget_part {
	const cJSON *limit[BUDGET_PERIODS];
};

#define OF(period) offsetof(struct budget_part, limit[period])

static const struct json_field budget_fields[] = {
	{ "day", JSON_ANY, OF(BUDGET_DAY), 0 },
	{ "week", JSON_ANY, OF(BUDGET_WEEK), 0 },
	{ "month", JSON_ANY, OF(BUDGET_MONTH), 0 },
	{ "total", JSON_ANY, OF(BUDGET_TOTAL), 0 },
	{ .key = NULL },
};

/* Where mistakes go. */
struct limits_reading {
	const struct json *json;
	json_mistake_fn *fn;
	void *arg;
};

static void wrong(const struct limits_reading *r, const cJSON *node,
		  const char *text)
{
	struct fail f = FAIL_INIT;

	json_fail(r->json, node, &f, "%s", text);
	r->fn(r->arg, &f);
}

static void set_budget(struct client_key *k, const struct limits_reading *r,
		       const cJSON *object)
{
	struct budget_part p = { .limit = { NULL } };
	money_t limit;

	json_read_all(r->json, object, budget_fields, &p, r->fn, r->arg);
	for (int i = 0; i < BUDGET_PERIODS; i++) {
		if (!p.limit[i])
			continue;
		if (!cJSON_IsNumber(p.limit[i]) ||
		    !money_of(p.limit[i]->valuedouble, &limit) || limit == 0)
			wrong(r, p.limit[i],
			      "a budget must be a number of dollars above 0");
		else
			k->budget.limit[i] = limit;
	}
}

static void set_models(struct client_key *k, const struct limits_reading *r,
		       const cJSON *array)
{
	const cJSON *item;

	if (cJSON_GetArraySize(array) == 0 ||
	    cJSON_GetArraySize(array) > MODELS_LIMIT)
		wrong(r, array, "a key's models are from 1 to 1000 names");
	else
		cJSON_ArrayForEach(item, array) {
			if (!cJSON_IsString(item) || !item->valuestring[0] ||
			    json_has_nul(r->json, item))
				wrong(r, item,
				      "a model must be a name, or the "
				      "beginning of "
				      "names and '*'");
			else
				client_key_add_model(k, item->valuestring);
		}
}

void limits_set(struct client_key *k, const struct json *j, const cJSON *object,
		const struct limits_part *p, json_mistake_fn *fn, void *arg)
{
	const struct limits_reading r = { .json = j, .fn = fn, .arg = arg };
	struct fail why = FAIL_INIT;

	if (p->models)
		set_models(k, &r, p->models);
	if (p->budget)
		set_budget(k, &r, p->budget);
	if (p->rpm > MINUTE_MOST)
		wrong(&r, cJSON_GetObjectItemCaseSensitive(object, "rpm"),
		      "requests in a minute are 100000 at most");
	else
		k->a_minute = p->rpm;
	k->streams = p->streams;
	if (p->expires &&
	    client_key_read_time(p->expires, &k->expires, &why) < 0)
		wrong(&r, cJSON_GetObjectItemCaseSensitive(object, "expires"),
		      why.text);
}
