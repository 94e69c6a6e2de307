/* Reads a result from a report of `ccprobe run`. Unknown members are ignored,
 * because a later ccprobe may have written the report. */
#include <string.h>

#include "probe/matrix/matrix_private.h"
#include "wire/bytes/mem.h"

/* The version of the report format that reports/json.c writes. */
#define REPORT_VERSION 2

static const cJSON *item(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool is_set(const cJSON *object, const char *name)
{
	return cJSON_IsTrue(item(object, name));
}

/* Members may be absent: an older ccprobe wrote fewer of them. */
static int state_of(enum matrix_state *out, const cJSON *node)
{
	const char *verdict = matrix_text(node, "verdict");

	if (!verdict)
		return -1;
	if (strcmp(verdict, "skip") == 0)
		*out = is_set(node, "not_meant") ? MATRIX_NOT_MEANT
						 : MATRIX_NOT_OFFERED;
	else if (is_set(node, "not_run"))
		*out = MATRIX_NOT_TESTED;
	else if (strcmp(verdict, "broken") == 0)
		*out = MATRIX_UNDECIDED;
	else
		return matrix_state_find(out, verdict);
	return 0;
}

/* The difference that the first failing check tells, else what that check
 * got. */
static const char *seen_of(const cJSON *checks)
{
	const cJSON *check;

	cJSON_ArrayForEach(check, checks) {
		const char *verdict = matrix_text(check, "verdict");
		const char *difference = matrix_text(check, "difference");

		if (verdict && strcmp(verdict, "fail") == 0)
			return difference ? difference
					  : matrix_text(check, "got");
	}
	return NULL;
}

static int take_case(struct matrix_result *r, const cJSON *node, struct fail *f)
{
	struct matrix_case *c = &r->cases[r->case_count];
	const char *duty = cJSON_GetStringValue(
		cJSON_GetArrayItem(item(node, "guards"), 0));

	*c = (struct matrix_case){ .id = matrix_text(node, "id"),
				   .duty = duty ? duty : "none" };
	if (!c->id || state_of(&c->state, node) < 0)
		return json_fail(r->json, node, f,
				 "a case must have an id and a verdict");
	if (c->state != MATRIX_PASS)
		c->reason = matrix_text(node, "reason");
	if (c->state == MATRIX_FAIL)
		c->seen = seen_of(item(node, "checks"));
	if (c->state == MATRIX_FAIL &&
	    (matrix_level_find(&c->level, matrix_text(node, "failed_level")) <
		     0 ||
	     matrix_effect_find(&c->effect,
				matrix_text(node, "failed_effect")) < 0))
		return json_fail(r->json, node, f,
				 "a case that fails has a failed_level and a "
				 "failed_effect");
	r->case_count++;
	return 0;
}

/* A case names its cause by number, from 1, in the report's list of causes. */
static const char *cause_id(const struct matrix_result *r, const cJSON *node)
{
	const cJSON *number = item(node, "cause");

	if (!cJSON_IsNumber(number) || number->valueint < 1)
		return NULL;
	return matrix_text(cJSON_GetArrayItem(item(r->json->root, "causes"),
					      number->valueint - 1),
			   "id");
}

static int take_cases(struct matrix_result *r, struct fail *f)
{
	const cJSON *list = item(r->json->root, "cases"), *node;

	if (!cJSON_IsArray(list))
		return json_fail(r->json, r->json->root, f,
				 "a report must have a list of cases");
	r->cases = xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*r->cases));
	cJSON_ArrayForEach(node, list) {
		if (take_case(r, node, f) < 0)
			return -1;
		r->cases[r->case_count - 1].cause = cause_id(r, node);
	}
	return 0;
}

static void take_examples(struct matrix_cause *c, const cJSON *list)
{
	const cJSON *node;

	c->examples =
		xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*c->examples));
	cJSON_ArrayForEach(node, list) {
		c->examples[c->example_count++] = (struct matrix_example){
			.id = matrix_text(node, "case"),
			.sent = matrix_text(node, "sent"),
			.got = matrix_text(node, "got"),
		};
	}
}

/* Takes the causes that have a level and an effect: those explain failures. */
static void take_causes(struct matrix_result *r)
{
	const cJSON *list = item(r->json->root, "causes"), *node;

	r->causes =
		xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*r->causes));
	cJSON_ArrayForEach(node, list) {
		struct matrix_cause c = {
			.id = matrix_text(node, "id"),
			.headline = matrix_text(node, "headline"),
			.duty = matrix_text(node, "duty"),
			.fix = matrix_text(node, "fix"),
		};

		if (!c.id || !c.headline ||
		    matrix_level_find(&c.level, matrix_text(node, "level")) <
			    0 ||
		    matrix_effect_find(&c.effect, matrix_text(node, "effect")) <
			    0)
			continue;
		take_examples(&c, item(node, "examples"));
		r->causes[r->cause_count++] = c;
	}
}

static void take_claims(struct matrix_result *r)
{
	const cJSON *list = item(r->json->root, "not_offered"), *node;

	r->claims =
		xcalloc((size_t)cJSON_GetArraySize(list), sizeof(*r->claims));
	cJSON_ArrayForEach(node, list) {
		const char *claim = matrix_text(node, "claim");

		if (claim && !is_set(node, "unseen"))
			r->claims[r->claim_count++] = (struct matrix_claim){
				claim, matrix_text(node, "without")
			};
	}
}

static void take_grade(struct matrix_result *r)
{
	const cJSON *grade = item(r->json->root, "grade");
	const cJSON *score = item(grade, "score");

	r->letter = matrix_text(grade, "letter");
	r->missing = matrix_text(grade, "missing");
	if (cJSON_IsNumber(score) && score->valueint > 0)
		r->score = (uint32_t)score->valueint;
}

int matrix_report_take(struct matrix_result *r, struct fail *f)
{
	const cJSON *root = r->json->root, *version = item(root, "version");
	const char *name = matrix_text(root, "implementation");
	const char *command = matrix_text(root, "command");

	if (version->valueint < 1 || version->valueint > REPORT_VERSION)
		return json_fail(
			r->json, version, f,
			"a report of format %d; ccprobe " CCPROBE_VERSION
			" reads formats 1 to %d",
			version->valueint, REPORT_VERSION);
	r->gateway = name ? name : matrix_text(root, "target");
	if (!r->gateway)
		return json_fail(r->json, root, f,
				 "a report must name its target");
	r->version = matrix_text(root, "implementation_version");
	r->client = matrix_text(root, "client");
	r->client_format = matrix_text(root, "client_format");
	r->provider = matrix_text(root, "provider");
	r->ccprobe = matrix_text(root, "ccprobe");
	r->date = matrix_text(root, "date");
	r->channel = matrix_text(root, "channel");
	r->reproduce = xcalloc(1, sizeof(*r->reproduce));
	if (command)
		r->reproduce[r->reproduce_count++] = command;
	take_grade(r);
	take_causes(r);
	take_claims(r);
	return take_cases(r, f);
}
