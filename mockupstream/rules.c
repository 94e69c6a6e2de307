/* Reads the rules of a script from JSON. */
#include "mockupstream/rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/reply.h"
#include "mockupstream/say/say.h"
#include "wire/bytes/mem.h"

/* A name must fit into an actor of the wire log, with a letter after it. */
enum { RULES_LIMIT = 1000, NAME_LIMIT_BYTES = ACTOR_LEN - 3, MARK_DIGITS = 16 };

struct rule_draft {
	const cJSON *when, *times, *reply, *replies;
};

static const struct json_field rule_fields[] = {
	{ "when", JSON_OBJECT, offsetof(struct rule_draft, when), 0 },
	{ "times", JSON_ANY, offsetof(struct rule_draft, times), 0 },
	{ "reply", JSON_OBJECT, offsetof(struct rule_draft, reply), 0 },
	{ "replies", JSON_ARRAY, offsetof(struct rule_draft, replies),
	  JSON_NOT_EMPTY },
	{ NULL, JSON_IGNORE, 0, 0 },
};

struct when {
	const char *method, *path, *model, *mark, *has, *lacks;
	const cJSON *header, *json;
	uint32_t call, longer;
};

static const struct json_field when_fields[] = {
	{ "method", JSON_TEXT, offsetof(struct when, method), JSON_NOT_EMPTY },
	{ "path", JSON_TEXT, offsetof(struct when, path), JSON_NOT_EMPTY },
	{ "model", JSON_TEXT, offsetof(struct when, model), JSON_NOT_EMPTY },
	{ "mark", JSON_TEXT, offsetof(struct when, mark), JSON_NOT_EMPTY },
	{ "has", JSON_TEXT, offsetof(struct when, has), JSON_NOT_EMPTY },
	{ "lacks", JSON_TEXT, offsetof(struct when, lacks), JSON_NOT_EMPTY },
	{ "longer", JSON_U32, offsetof(struct when, longer), 0 },
	{ "header", JSON_ARRAY, offsetof(struct when, header), 0 },
	{ "json", JSON_ARRAY, offsetof(struct when, json), 0 },
	{ "call", JSON_U32, offsetof(struct when, call), 0 },
	{ NULL, JSON_IGNORE, 0, 0 },
};

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static int read_header(struct reply_reader *r, const cJSON *pair,
		       struct rule *out)
{
	const cJSON *name = cJSON_GetArrayItem(pair, 0);
	const cJSON *pattern = cJSON_GetArrayItem(pair, 1);
	struct fail f = FAIL_INIT;

	if (cJSON_GetArraySize(pair) != 2 || !cJSON_IsString(name) ||
	    !cJSON_IsString(pattern))
		return json_fail(r->json, pair, r->f,
				 "'header' is [\"name\", \"PATTERN\"]");
	if (pattern_new(&out->header_value, pattern->valuestring, &f) < 0)
		return json_fail(r->json, pattern, r->f, "%s", f.text);
	out->header_name = xstrdup(name->valuestring);
	return 0;
}

static int read_json(struct reply_reader *r, const cJSON *pair,
		     struct rule *out)
{
	const cJSON *pointer = cJSON_GetArrayItem(pair, 0);
	const cJSON *value = cJSON_GetArrayItem(pair, 1);

	if (cJSON_GetArraySize(pair) != 2 || !cJSON_IsString(pointer) ||
	    *pointer->valuestring != '/')
		return json_fail(r->json, pair, r->f,
				 "'json' is [\"/pointer\", VALUE]");
	out->json_pointer = xstrdup(pointer->valuestring);
	out->json_value = span_dup(json_raw(r->json, value).text);
	return 0;
}

static int read_when(struct reply_reader *r, const cJSON *object,
		     struct rule *out)
{
	struct when w = { .call = 0 };
	const cJSON *mark;

	if (!object)
		return 0;
	if (json_read(r->json, object, when_fields, &w, r->f) < 0)
		return -1;
	mark = cJSON_GetObjectItemCaseSensitive(object, "mark");
	if (mark && (strlen(w.mark) != MARK_DIGITS ||
		     strspn(w.mark, "0123456789abcdef") != MARK_DIGITS))
		return json_fail(
			r->json, mark, r->f,
			"a mark must be 16 hexadecimal digits in lower "
			"case");
	out->method = copy(w.method);
	out->path = copy(w.path);
	out->model = copy(w.model);
	out->mark = copy(w.mark);
	out->has = copy(w.has);
	out->lacks = copy(w.lacks);
	out->call = w.call;
	out->longer = w.longer;
	if (w.json && read_json(r, w.json, out) < 0)
		return -1;
	return w.header ? read_header(r, w.header, out) : 0;
}

static int read_times(struct reply_reader *r, const cJSON *node,
		      struct rule *out)
{
	struct jval raw;
	int64_t n;

	out->times = UINT32_MAX;
	if (!node)
		return 0;
	raw = json_raw(r->json, node);
	if (raw.type == J_STRING && jscan_string_is(raw, "always"))
		return 0;
	out->each = raw.type == J_STRING && jscan_string_is(raw, "once-each");
	if (out->each || (raw.type == J_STRING && jscan_string_is(raw, "once")))
		n = 1;
	else if (raw.type != J_NUMBER || !jscan_i64(raw, &n) || n < 1 ||
		 n >= UINT32_MAX)
		return json_fail(r->json, node, r->f,
				 "'times' is \"always\", \"once\", "
				 "\"once-each\" or a number from 1");
	out->times = (uint32_t)n;
	return 0;
}

static int read_replies(struct reply_reader *r, const cJSON *rule,
			const struct rule_draft *d, struct rule *out)
{
	const cJSON *node;

	if (!d->reply == !d->replies)
		return json_fail(
			r->json, rule, r->f,
			"a rule must have 'reply' or 'replies', not both");
	if (d->reply) {
		out->replies = xcalloc(1, sizeof(*out->replies));
		out->reply_count = 1;
		return reply_read(r, d->reply, out->replies);
	}
	out->replies = xcalloc((size_t)cJSON_GetArraySize(d->replies),
			       sizeof(*out->replies));
	cJSON_ArrayForEach(node, d->replies) {
		if (!cJSON_IsObject(node))
			return json_fail(r->json, node, r->f,
					 "a reply must be an object");
		if (reply_read(r, node, &out->replies[out->reply_count++]) < 0)
			return -1;
	}
	return 0;
}

static int read_name(struct reply_reader *r, const cJSON *node,
		     struct rule *out)
{
	const char *letters = "abcdefghijklmnopqrstuvwxyz0123456789-_";
	struct span base = actor_base(node->string);

	if (base.len == 0 || base.len > NAME_LIMIT_BYTES ||
	    strspn(node->string, letters) != base.len)
		return json_fail(r->json, node, r->f,
				 "a rule's name has lower-case letters, "
				 "digits, '-' and '_', at most %d",
				 NAME_LIMIT_BYTES);
	out->name = span_dup(base);
	out->provider = actor_letter(node->string);
	if (out->provider == '\0' && node->string[base.len] != '\0')
		return json_fail(
			r->json, node, r->f,
			"a provider must be a letter from a to %c, as in "
			"u1@b",
			'a' + ACTOR_PROVIDERS - 1);
	return 0;
}

static int read_members(struct reply_reader *r, const cJSON *node,
			struct rule *out)
{
	struct rule_draft d = { 0 };

	if (!cJSON_IsObject(node))
		return json_fail(r->json, node, r->f,
				 "a rule must be an object");
	if (json_read(r->json, node, rule_fields, &d, r->f) < 0 ||
	    read_when(r, d.when, out) < 0 || read_times(r, d.times, out) < 0)
		return -1;
	return read_replies(r, node, &d, out);
}

/* Where a script is no file its places are of little use: the rule is named. */
static int read_rule(struct reply_reader *r, const cJSON *node,
		     struct rule *out)
{
	size_t used;

	if (read_name(r, node, out) < 0)
		return -1;
	if (read_members(r, node, out) == 0)
		return 0;
	if (!r->f)
		return -1;
	used = strlen(r->f->text);
	snprintf(r->f->text + used, sizeof(r->f->text) - used, " (rule '%s')",
		 node->string);
	return -1;
}

/* A rule without a letter is for provider a, if another rule has its name with
 * a letter. */
static void settle_providers(struct rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		struct rule *one = &rules->list[i];
		bool is_alone = true;

		for (size_t k = 0; k < rules->count; k++)
			is_alone = is_alone &&
				   (k == i || strcmp(rules->list[k].name,
						     one->name) != 0);
		if (!is_alone && one->provider == '\0')
			one->provider = 'a';
	}
}

/* Refuses two rules with one name for the same provider. */
static int check_names(const struct json *j, const cJSON *object,
		       const struct rules *rules, struct fail *f)
{
	for (size_t i = 0; i < rules->count; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(rules->list[i].name, rules->list[k].name) ==
				    0 &&
			    rules->list[i].provider == rules->list[k].provider)
				return json_fail(
					j, cJSON_GetArrayItem(object, (int)i),
					f, "a second rule '%s'",
					cJSON_GetArrayItem(object, (int)i)
						->string);
	return 0;
}

int rules_read(struct rules **out, const struct json *j, const cJSON *object,
	       const char *root, struct fail *f)
{
	struct reply_reader r = { .json = j,
				  .root = root ? root : ".",
				  .f = f };
	struct rules *rules = xcalloc(1, sizeof(*rules));
	int count = cJSON_GetArraySize(object);
	const cJSON *node;
	int rc = -1;

	if (!cJSON_IsObject(object) || count < 1 || count > RULES_LIMIT) {
		json_fail(j, object, f,
			  "'upstream' must be an object of 1 to %d rules",
			  RULES_LIMIT);
		goto out;
	}
	rules->list = xcalloc((size_t)count, sizeof(*rules->list));
	cJSON_ArrayForEach(node, object) {
		if (read_rule(&r, node, &rules->list[rules->count++]) < 0)
			goto out;
	}
	settle_providers(rules);
	if (check_names(j, object, rules, f) < 0)
		goto out;
	*out = rules;
	rules = NULL;
	rc = 0;
out:
	rules_free(rules);
	reply_reader_clear(&r);
	return rc;
}

static void rule_clear(struct rule *r)
{
	for (size_t i = 0; i < r->reply_count; i++)
		reply_clear(&r->replies[i]);
	free(r->replies);
	free(r->name);
	free(r->method);
	free(r->path);
	free(r->model);
	free(r->mark);
	free(r->has);
	free(r->lacks);
	free(r->header_name);
	pattern_free(r->header_value);
	free(r->json_pointer);
	free(r->json_value);
}

void rules_free(struct rules *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->count; i++)
		rule_clear(&r->list[i]);
	free(r->list);
	free(r);
}

static bool reply_has_hold(const struct reply *r, const char *hold)
{
	if (r->hold && strcmp(r->hold, hold) == 0)
		return true;
	if (r->say && say_has_hold(r->say, hold))
		return true;
	for (size_t i = 0; r->script && i < r->script->count; i++) {
		const struct script_step *step = &r->script->steps[i];

		if (step->op == SCRIPT_HOLD && strcmp(step->name, hold) == 0)
			return true;
	}
	return false;
}

bool rule_is(const struct rule *r, const char *name)
{
	char letter = actor_letter(name);

	return span_is(actor_base(name), r->name) &&
	       (letter == '\0' || r->provider == '\0' || letter == r->provider);
}

bool rules_has_hold(const struct rules *r, const char *rule, const char *hold)
{
	for (size_t i = 0; i < r->count; i++) {
		if (!rule_is(&r->list[i], rule))
			continue;
		for (size_t k = 0; k < r->list[i].reply_count; k++)
			if (reply_has_hold(&r->list[i].replies[k], hold))
				return true;
	}
	return false;
}
