/*
 * Reads result files. Such a file has the part of a report that the matrix
 * compares, with one line for each duty, and is small enough to be committed.
 * People add these files by hand, so unknown members and wrong types are
 * errors.
 */
#include <string.h>

#include "probe/matrix/matrix_private.h"
#include "wire/bytes/mem.h"

struct grade_read {
	const char *letter, *missing;
	uint32_t score;
};

static const struct json_field grade_fields[] = {
	{ "letter", JSON_TEXT, offsetof(struct grade_read, letter),
	  JSON_REQUIRED },
	{ "score", JSON_U32, offsetof(struct grade_read, score),
	  JSON_REQUIRED },
	{ "missing", JSON_TEXT, offsetof(struct grade_read, missing), 0 },
	{ .key = NULL },
};

struct cause_read {
	const char *id, *headline, *duty, *level, *effect, *fix;
	const cJSON *examples;
};

static const struct json_field cause_fields[] = {
	{ "id", JSON_TEXT, offsetof(struct cause_read, id),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "headline", JSON_TEXT, offsetof(struct cause_read, headline),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "duty", JSON_TEXT, offsetof(struct cause_read, duty), 0 },
	{ "level", JSON_TEXT, offsetof(struct cause_read, level),
	  JSON_REQUIRED },
	{ "effect", JSON_TEXT, offsetof(struct cause_read, effect),
	  JSON_REQUIRED },
	{ "fix", JSON_TEXT, offsetof(struct cause_read, fix), 0 },
	{ "examples", JSON_ARRAY, offsetof(struct cause_read, examples), 0 },
	{ .key = NULL },
};

static const struct json_field example_fields[] = {
	{ "case", JSON_TEXT, offsetof(struct matrix_example, id),
	  JSON_REQUIRED },
	{ "sent", JSON_TEXT, offsetof(struct matrix_example, sent), 0 },
	{ "got", JSON_TEXT, offsetof(struct matrix_example, got), 0 },
	{ .key = NULL },
};

static const struct json_field claim_fields[] = {
	{ "claim", JSON_TEXT, offsetof(struct matrix_claim, claim),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "without", JSON_TEXT, offsetof(struct matrix_claim, without), 0 },
	{ .key = NULL },
};

struct case_read {
	const char *verdict, *reason, *seen, *level, *effect, *cause;
};

static const struct json_field case_fields[] = {
	{ "verdict", JSON_TEXT, offsetof(struct case_read, verdict),
	  JSON_REQUIRED },
	{ "reason", JSON_TEXT, offsetof(struct case_read, reason),
	  JSON_NOT_EMPTY },
	{ "seen", JSON_TEXT, offsetof(struct case_read, seen), 0 },
	{ "level", JSON_TEXT, offsetof(struct case_read, level), 0 },
	{ "effect", JSON_TEXT, offsetof(struct case_read, effect), 0 },
	{ "cause", JSON_TEXT, offsetof(struct case_read, cause), 0 },
	{ .key = NULL },
};

struct head_read {
	uint32_t format;
	const char *gateway, *version, *client, *client_format, *provider;
	const char *ccprobe, *date, *channel;
	const cJSON *grade, *reproduce, *not_offered, *causes, *duties;
};

#define HEAD(name, kind, flags) \
	{ \
#name, kind, offsetof(struct head_read, name), flags \
	}

static const struct json_field head_fields[] = {
	{ "result", JSON_U32, offsetof(struct head_read, format),
	  JSON_REQUIRED },
	HEAD(gateway, JSON_TEXT, JSON_REQUIRED | JSON_NOT_EMPTY),
	HEAD(version, JSON_TEXT, JSON_REQUIRED | JSON_NOT_EMPTY),
	HEAD(client, JSON_TEXT, JSON_REQUIRED | JSON_NOT_EMPTY),
	HEAD(client_format, JSON_TEXT, JSON_REQUIRED | JSON_NOT_EMPTY),
	HEAD(provider, JSON_TEXT, 0),
	HEAD(ccprobe, JSON_TEXT, JSON_REQUIRED | JSON_NOT_EMPTY),
	HEAD(date, JSON_TEXT, JSON_REQUIRED),
	HEAD(channel, JSON_TEXT, JSON_REQUIRED),
	HEAD(grade, JSON_OBJECT, 0),
	HEAD(reproduce, JSON_ARRAY, JSON_REQUIRED | JSON_NOT_EMPTY),
	HEAD(not_offered, JSON_ARRAY, 0),
	HEAD(causes, JSON_ARRAY, 0),
	HEAD(duties, JSON_OBJECT, JSON_REQUIRED | JSON_NOT_EMPTY),
	{ .key = NULL },
};

static int size_of(const cJSON *list)
{
	return list ? cJSON_GetArraySize(list) : 0;
}

static int take_cause(struct matrix_result *r, const cJSON *node,
		      struct fail *f)
{
	struct matrix_cause *c = &r->causes[r->cause_count];
	struct cause_read in = { .id = NULL };
	const cJSON *one;

	if (json_read(r->json, node, cause_fields, &in, f) < 0)
		return -1;
	r->cause_count++;
	*c = (struct matrix_cause){ .id = in.id,
				    .headline = in.headline,
				    .duty = in.duty,
				    .fix = in.fix };
	if (matrix_level_find(&c->level, in.level) < 0 ||
	    matrix_effect_find(&c->effect, in.effect) < 0)
		return json_fail(r->json, node, f,
				 "no such level and effect: '%s', '%s'",
				 in.level, in.effect);
	c->examples =
		xcalloc((size_t)size_of(in.examples) + 1, sizeof(*c->examples));
	cJSON_ArrayForEach(one, in.examples)
		if (json_read(r->json, one, example_fields,
			      &c->examples[c->example_count++], f) < 0)
			return -1;
	return 0;
}

static int take_failure(struct matrix_result *r, struct matrix_case *c,
			const struct case_read *in, const cJSON *node,
			struct fail *f)
{
	if (!in->reason || matrix_level_find(&c->level, in->level) < 0 ||
	    matrix_effect_find(&c->effect, in->effect) < 0)
		return json_fail(r->json, node, f,
				 "a case that fails has a reason, a level and "
				 "an effect");
	if (in->cause && !matrix_result_cause(r, in->cause))
		return json_fail(r->json, node, f, "no cause has the id '%s'",
				 in->cause);
	return 0;
}

static int take_case(struct matrix_result *r, const char *duty,
		     const cJSON *node, struct fail *f)
{
	struct matrix_case *c = &r->cases[r->case_count++];
	struct case_read in = { .verdict = NULL };

	*c = (struct matrix_case){ .id = node->string, .duty = duty };
	if (cJSON_IsString(node))
		in.verdict = node->valuestring;
	else if (json_read(r->json, node, case_fields, &in, f) < 0)
		return -1;
	if (matrix_state_find(&c->state, in.verdict) < 0)
		return json_fail(r->json, node, f,
				 "no verdict '%s'; there are: pass, fail, "
				 "undecided, not-offered, not-meant, "
				 "not-tested",
				 in.verdict);
	c->reason = in.reason;
	c->seen = in.seen;
	c->cause = in.cause;
	if (c->state == MATRIX_FAIL)
		return take_failure(r, c, &in, node, f);
	if (in.cause || in.level || in.effect || in.seen)
		return json_fail(r->json, node, f,
				 "only a case that fails has a cause, a level, "
				 "an effect and what was seen");
	return 0;
}

static int take_duties(struct matrix_result *r, const cJSON *duties,
		       struct fail *f)
{
	const cJSON *duty, *node;
	size_t count = 0;

	cJSON_ArrayForEach(duty, duties) {
		if (!cJSON_IsObject(duty))
			return json_fail(r->json, duty, f,
					 "a duty must have an object of cases");
		count += (size_t)cJSON_GetArraySize(duty);
	}
	r->cases = xcalloc(count, sizeof(*r->cases));
	cJSON_ArrayForEach(duty, duties)
		cJSON_ArrayForEach(node, duty)
			if (take_case(r, duty->string, node, f) < 0)
				return -1;
	return 0;
}

static int take_lists(struct matrix_result *r, const struct head_read *in,
		      struct fail *f)
{
	const cJSON *node;

	r->reproduce =
		xcalloc((size_t)size_of(in->reproduce), sizeof(*r->reproduce));
	cJSON_ArrayForEach(node, in->reproduce) {
		if (!cJSON_IsString(node))
			return json_fail(r->json, node, f,
					 "a command must be a text");
		r->reproduce[r->reproduce_count++] = node->valuestring;
	}
	r->claims = xcalloc((size_t)size_of(in->not_offered) + 1,
			    sizeof(*r->claims));
	cJSON_ArrayForEach(node, in->not_offered)
		if (json_read(r->json, node, claim_fields,
			      &r->claims[r->claim_count++], f) < 0)
			return -1;
	r->causes =
		xcalloc((size_t)size_of(in->causes) + 1, sizeof(*r->causes));
	cJSON_ArrayForEach(node, in->causes)
		if (take_cause(r, node, f) < 0)
			return -1;
	return 0;
}

static int take_grade(struct matrix_result *r, const cJSON *grade,
		      struct fail *f)
{
	struct grade_read in = { .letter = NULL };

	if (!grade)
		return 0;
	if (json_read(r->json, grade, grade_fields, &in, f) < 0)
		return -1;
	if (strlen(in.letter) != 1 || !strchr("ABCDF", *in.letter) ||
	    in.score > 100)
		return json_fail(
			r->json, grade, f,
			"a grade must be A, B, C, D or F, and have a score "
			"up to 100");
	r->letter = in.letter;
	r->score = in.score;
	r->missing = in.missing;
	return 0;
}

int matrix_short_take(struct matrix_result *r, struct fail *f)
{
	struct head_read in = { .format = 0 };

	if (json_read(r->json, r->json->root, head_fields, &in, f) < 0)
		return -1;
	if (in.format != MATRIX_FORMAT)
		return json_fail(
			r->json, r->json->root, f,
			"a result file of format %u; ccprobe " CCPROBE_VERSION
			" reads format %d",
			in.format, MATRIX_FORMAT);
	r->gateway = in.gateway;
	r->version = in.version;
	r->client = in.client;
	r->client_format = in.client_format;
	r->provider = in.provider;
	r->ccprobe = in.ccprobe;
	r->date = in.date;
	r->channel = in.channel;
	if (take_grade(r, in.grade, f) < 0 || take_lists(r, &in, f) < 0)
		return -1;
	return take_duties(r, in.duties, f);
}
