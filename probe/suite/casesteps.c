/* Reads the steps and checks of a case. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"

struct step_fields {
	const char *send, *release, *cancel, *read, *await, *note, *reads;
	const char *play, *session;
	const cJSON *request, *raw, *raw_text, *until, *effect;
	uint32_t count, within_ms, turns;
	bool asks;
};

static const struct json_field fields[] = {
	{ "send", JSON_TEXT, offsetof(struct step_fields, send), 0 },
	{ "request", JSON_ANY, offsetof(struct step_fields, request), 0 },
	{ "raw", JSON_ANY, offsetof(struct step_fields, raw), 0 },
	{ "raw_text", JSON_ANY, offsetof(struct step_fields, raw_text), 0 },
	{ "reads", JSON_TEXT, offsetof(struct step_fields, reads), 0 },
	{ "count", JSON_U32, offsetof(struct step_fields, count), 0 },
	{ "until", JSON_ARRAY, offsetof(struct step_fields, until), 0 },
	{ "within_ms", JSON_U32, offsetof(struct step_fields, within_ms), 0 },
	{ "note", JSON_TEXT, offsetof(struct step_fields, note),
	  JSON_NOT_EMPTY },
	{ "asks", JSON_BOOL, offsetof(struct step_fields, asks), 0 },
	{ "effect", JSON_ANY, offsetof(struct step_fields, effect), 0 },
	{ "release", JSON_TEXT, offsetof(struct step_fields, release), 0 },
	{ "cancel", JSON_TEXT, offsetof(struct step_fields, cancel), 0 },
	{ "read", JSON_TEXT, offsetof(struct step_fields, read), 0 },
	{ "await", JSON_TEXT, offsetof(struct step_fields, await), 0 },
	{ "play", JSON_TEXT, offsetof(struct step_fields, play), 0 },
	{ "session", JSON_TEXT, offsetof(struct step_fields, session), 0 },
	{ "turns", JSON_U32, offsetof(struct step_fields, turns), 0 },
	{ .key = NULL },
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

static int read_send(struct reader *r, const cJSON *node,
		     const struct step_fields *s, struct step *out)
{
	const cJSON *at = member(node, "send");
	char name[24];
	unsigned first;

	if (casefile_name_client(r, at, s->send) < 0)
		return -1;
	first = (unsigned)strtoul(s->send + 1, NULL, 10);
	if ((s->request != NULL) + (s->raw != NULL) + (s->raw_text != NULL) !=
	    1)
		return json_fail(
			r->j, node, r->f,
			"'send' needs one of 'request', 'raw' and 'raw_text'");
	if (s->reads != NULL && (strcmp(s->reads, "slow") != 0 || !s->request))
		return json_fail(
			r->j, member(node, "reads"), r->f,
			"'reads' can only be \"slow\", and needs a 'request'");
	if (member(node, "count") != NULL && s->count == 0)
		return json_fail(r->j, member(node, "count"), r->f,
				 "key 'count' must be at least 1");
	out->kind = STEP_SEND;
	out->actor = xstrdup(s->send);
	out->count = s->count > 0 ? s->count : 1;
	for (uint32_t i = 0; i < out->count; i++) {
		snprintf(name, sizeof(name), "c%u", first + i);
		if (casefile_add_sent(r, at, name) < 0)
			return -1;
	}
	out->slow = s->reads != NULL;
	if (s->request == NULL)
		return casefile_read_raw(r, s->raw, s->raw_text, &out->request);
	return casefile_read_request(r, s->request, &out->request);
}

/* The effect of a step or check must not be worse than the case's. */
static int read_effect(struct reader *r, const cJSON *node, enum effect *out)
{
	if (node != NULL && casefile_read_effect(r, node, out) < 0)
		return -1;
	if (*out < r->c->effect)
		return json_fail(r->j, node, r->f,
				 "the effect of a check is no worse than that "
				 "of its case, '%s'",
				 effect_name(r->c->effect));
	return 0;
}

static int read_wait(struct reader *r, const struct step_fields *s,
		     struct step *out)
{
	out->asks = s->asks;
	out->within_ms = s->within_ms;
	out->effect = r->c->effect;
	if (s->effect != NULL && !s->asks)
		return json_fail(r->j, s->effect, r->f,
				 "'effect' of a wait needs \"asks\": true");
	return read_effect(r, s->effect, &out->effect);
}

static int read_until(struct reader *r, const cJSON *node,
		      const struct step_fields *s, struct step *out)
{
	out->kind = STEP_UNTIL;
	out->note = s->note != NULL ? xstrdup(s->note) : NULL;
	if (read_wait(r, s, out) < 0)
		return -1;
	if (s->within_ms == 0)
		return json_fail(r->j, node, r->f,
				 "'until' needs 'within_ms', at least 1");
	out->expect = xcalloc(1, sizeof(*out->expect));
	return casefile_read_expect(r, s->until, out->expect);
}

static int read_release(struct reader *r, const cJSON *node,
			const struct step_fields *s, struct step *out)
{
	const cJSON *at = member(node, "release");
	struct span hold = span_of(s->release), rule;
	char *name;
	bool found;

	out->kind = STEP_RELEASE;
	out->hold = xstrdup(s->release);
	if (!span_split(&hold, '.', &rule) || hold.at == NULL)
		return json_fail(
			r->j, at, r->f,
			"a hold must be named RULE.NAME, such as u1.begin");
	name = span_dup(rule);
	found = r->c->upstream != NULL &&
		rules_has_hold(r->c->upstream, name, hold.at);
	free(name);
	if (!found)
		return json_fail(r->j, at, r->f,
				 "no reply of the mock has the hold '%s'",
				 s->release);
	return 0;
}

static int read_cancel(struct reader *r, const cJSON *node,
		       const struct step_fields *s, struct step *out)
{
	out->kind = STEP_CANCEL;
	out->actor = xstrdup(s->cancel);
	return casefile_check_client(r, member(node, "cancel"), s->cancel);
}

/* A slow client reads again. */
static int read_on(struct reader *r, const cJSON *node,
		   const struct step_fields *s, struct step *out)
{
	out->kind = STEP_READ;
	out->actor = xstrdup(s->read);
	return casefile_check_client(r, member(node, "read"), s->read);
}

static int read_await(struct reader *r, const cJSON *node,
		      const struct step_fields *s, struct step *out)
{
	out->kind = STEP_AWAIT;
	out->actor = xstrdup(s->await);
	if (read_wait(r, s, out) < 0)
		return -1;
	return casefile_check_actor(r, member(node, "await"), s->await);
}

/*
 * Reads `play`: the requests of a session, 01.http, 02.http and so on, each
 * sent when the answer to the one before has ended. That is a send and an await
 * for each turn, written from `out` on.
 */
static int read_play(struct reader *r, const cJSON *node,
		     const struct step_fields *s, struct step *out)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	const cJSON *at = member(node, "session");
	char name[24];
	int rc = 0;

	if (strcmp(s->play, "c1") != 0)
		return json_fail(
			r->j, member(node, "play"), r->f,
			"'play' has to be \"c1\"; the turns are c1, c2, ...");
	if (s->session == NULL || s->turns == 0)
		return json_fail(
			r->j, node, r->f,
			"'play' needs 'session', a folder of requests, "
			"and 'turns', at least 1");
	for (uint32_t turn = 1; rc == 0 && turn <= s->turns; turn++) {
		snprintf(name, sizeof(name), "c%u", (unsigned)turn);
		buf_reset(&path);
		buf_addf(&path, "%s/%02u.http", s->session, (unsigned)turn);
		*out = (struct step){ .kind = STEP_SEND, .count = 1 };
		out->turns = turn == 1 ? s->turns : 0;
		out->actor = xstrdup(name);
		rc = casefile_add_sent(r, at, name);
		if (rc == 0)
			rc = casefile_read_recording(r, at, buf_str(&path),
						     &out->request);
		out++;
		*out = (struct step){ .kind = STEP_AWAIT,
				      .effect = r->c->effect };
		out->actor = xstrdup(name);
		out++;
	}
	buf_clear(&path);
	return rc;
}

typedef int step_fn(struct reader *r, const cJSON *node,
		    const struct step_fields *s, struct step *out);

static const struct {
	const char *word;
	step_fn *read;
	const char *also[6]; /* the other members that it may have */
} verbs[] = {
	{ "send",
	  read_send,
	  { "request", "raw", "raw_text", "count", "reads", NULL } },
	{ "until",
	  read_until,
	  { "within_ms", "note", "asks", "effect", NULL } },
	{ "release", read_release, { NULL } },
	{ "cancel", read_cancel, { NULL } },
	{ "read", read_on, { NULL } },
	{ "await", read_await, { "within_ms", "asks", "effect", NULL } },
	{ "play", read_play, { "session", "turns", NULL } },
};

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int check_members(struct reader *r, const cJSON *node, size_t verb)
{
	const cJSON *m;

	cJSON_ArrayForEach(m, node) {
		bool fits = strcmp(m->string, verbs[verb].word) == 0;

		for (size_t i = 0; verbs[verb].also[i] != NULL; i++)
			fits = fits ||
			       strcmp(m->string, verbs[verb].also[i]) == 0;
		if (!fits)
			return json_fail(r->j, m, r->f,
					 "'%s' does not go with '%s'",
					 m->string, verbs[verb].word);
	}
	return 0;
}

static int read_step(struct reader *r, const cJSON *node, struct step *out)
{
	struct step_fields s = { .send = NULL };

	if (casefile_is_live_step(node))
		return casefile_read_live_step(r, node, out);
	if (json_read(r->j, node, fields, &s, r->f) < 0)
		return -1;
	for (size_t i = 0; i < VERBS; i++) {
		if (member(node, verbs[i].word) == NULL)
			continue;
		if (check_members(r, node, i) < 0)
			return -1;
		return verbs[i].read(r, node, &s, out);
	}
	return json_fail(r->j, node, r->f,
			 "a step must be one of send, until, release, cancel, "
			 "read, await, play, run, type, signal");
}

/* How many steps a node gives: one, or two for each turn of a `play`. Mistakes
 * in a `play` are told when it is read. */
static size_t steps_in(const cJSON *node)
{
	const cJSON *turns = member(node, "turns");

	if (member(node, "play") == NULL || !cJSON_IsNumber(turns) ||
	    !(turns->valuedouble >= 1))
		return 1;
	if (turns->valuedouble > CASE_STEPS_LIMIT)
		return CASE_STEPS_LIMIT + 1;
	return 2 * (size_t)turns->valuedouble;
}

int casefile_read_steps(struct reader *r, const cJSON *list)
{
	const cJSON *node;
	size_t count = 0;

	cJSON_ArrayForEach(node, list)
		count += steps_in(node);
	if (count > CASE_STEPS_LIMIT)
		return json_fail(r->j, list, r->f, "more than %d steps",
				 CASE_STEPS_LIMIT);
	r->c->steps = xcalloc(count, sizeof(*r->c->steps));
	cJSON_ArrayForEach(node, list) {
		struct step *first = &r->c->steps[r->c->step_count];

		r->c->step_count += steps_in(node);
		if (read_step(r, node, first) < 0)
			return -1;
	}
	if (r->sent_count == 0)
		return json_fail(r->j, list, r->f, "no step sends anything");
	return 0;
}

/* ---- checks ---- */

struct check_fields {
	const char *name;
	const cJSON *expect, *level, *effect, *sees, *when;
};

/* The effect of a check that does not say one: the case's, but at most
 * "degrades" if its level is below the case's. */
static enum effect usual_effect(const struct casefile *c, enum level level)
{
	if (level > c->level && c->effect < EFFECT_DEGRADES)
		return EFFECT_DEGRADES;
	return c->effect;
}

static int read_check(struct reader *r, const cJSON *node, struct check *out)
{
	static const struct json_field members[] = {
		{ "name", JSON_TEXT, offsetof(struct check_fields, name),
		  JSON_REQUIRED | JSON_NOT_EMPTY },
		{ "expect", JSON_ARRAY, offsetof(struct check_fields, expect),
		  JSON_REQUIRED },
		{ "level", JSON_ANY, offsetof(struct check_fields, level), 0 },
		{ "effect", JSON_ANY, offsetof(struct check_fields, effect),
		  0 },
		{ "sees", JSON_ANY, offsetof(struct check_fields, sees), 0 },
		{ "when", JSON_ARRAY, offsetof(struct check_fields, when), 0 },
		{ .key = NULL },
	};
	struct check_fields c = { .name = NULL };

	if (json_read(r->j, node, members, &c, r->f) < 0)
		return -1;
	for (const struct check *old = r->c->checks; old < out; old++)
		if (strcmp(old->name, c.name) == 0)
			return json_fail(r->j, member(node, "name"), r->f,
					 "a second check of this name");
	out->name = xstrdup(c.name);
	out->level = r->c->level;
	out->blame = BLAME_GATEWAY;
	if (c.level != NULL && casefile_read_level(r, c.level, &out->level) < 0)
		return -1;
	out->effect = usual_effect(r->c, out->level);
	if (read_effect(r, c.effect, &out->effect) < 0)
		return -1;
	if (c.sees != NULL && casefile_read_sees(r, c.sees, &out->sees) < 0)
		return -1;
	if (c.when != NULL) {
		out->when = xcalloc(1, sizeof(*out->when));
		if (casefile_read_expect(r, c.when, out->when) < 0)
			return -1;
	}
	if (casefile_read_expect(r, c.expect, &out->expect) < 0)
		return -1;
	out->expect.as_word = out->sees == SEES_CREDENTIAL;
	r->c->asks_cost =
		r->c->asks_cost || subject_is_cost(out->expect.subject);
	return 0;
}

int casefile_read_checks(struct reader *r, const cJSON *list)
{
	const cJSON *node;
	int count = cJSON_GetArraySize(list);

	if (count > CASE_CHECKS_LIMIT)
		return json_fail(r->j, list, r->f, "more than %d checks",
				 CASE_CHECKS_LIMIT);
	r->c->checks = xcalloc((size_t)count, sizeof(*r->c->checks));
	cJSON_ArrayForEach(node, list)
		if (read_check(r, node, &r->c->checks[r->c->check_count++]) < 0)
			return -1;
	return 0;
}
