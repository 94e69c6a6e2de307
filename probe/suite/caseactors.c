/* Checks the names of exchanges in a case, and reads expectations of them. */
#include <string.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"

static bool is_sent(const struct reader *r, const char *actor)
{
	for (size_t i = 0; i < r->sent_count; i++)
		if (strcmp(r->sent[i], actor) == 0)
			return true;
	return false;
}

int casefile_name_client(struct reader *r, const cJSON *node, const char *name)
{
	uint64_t number;

	if (name[0] == 'c' && name[1] != '0' &&
	    span_u64(span_of(name + 1), 9999, &number))
		return 0;
	return json_fail(r->j, node, r->f,
			 "client exchanges are named c1, c2, ...");
}

int casefile_add_sent(struct reader *r, const cJSON *node, const char *actor)
{
	if (is_sent(r, actor))
		return json_fail(r->j, node, r->f, "'%s' was sent before",
				 actor);
	if (r->sent_count == CASE_SENDS_LIMIT)
		return json_fail(r->j, node, r->f, "more than %d requests",
				 CASE_SENDS_LIMIT);
	r->sent[r->sent_count++] = xstrdup(actor);
	return 0;
}

/* Is it the name of a rule? Without rules every upstream exchange is u1. */
static bool is_rule(const struct reader *r, const char *actor)
{
	const struct rules *rules = r->c->upstream;

	if (rules == NULL)
		return span_is(actor_base(actor), "u1");
	for (size_t i = 0; i < rules->count; i++)
		if (rule_is(&rules->list[i], actor))
			return true;
	return false;
}

int casefile_check_client(struct reader *r, const cJSON *node,
			  const char *actor)
{
	if (is_sent(r, actor))
		return 0;
	return json_fail(r->j, node, r->f, "no step before this sends '%s'",
			 actor);
}

void casefile_take_provider(struct reader *r, char letter)
{
	uint32_t count = letter == '\0' ? 0 : (uint32_t)(letter - 'a' + 1);

	if (r->counts_providers && count > r->c->provider_count)
		r->c->provider_count = count;
}

int casefile_check_actor(struct reader *r, const cJSON *node, const char *actor)
{
	casefile_take_provider(r, actor_letter(actor));
	if (span_is(actor_base(actor), "u") || is_rule(r, actor))
		return 0;
	if (*actor == 'c')
		return casefile_check_client(r, node, actor);
	return json_fail(r->j, node, r->f,
			 "no rule of 'upstream' is named '%s'", actor);
}

static int on_actor(void *arg, const cJSON *node, const char *actor,
		    struct fail *f)
{
	(void)f; /* the reader has the same */
	return casefile_check_actor(arg, node, actor);
}

static int on_fixture(void *arg, const cJSON *node, char **bytes, size_t *len,
		      struct fail *f)
{
	(void)f;
	return casefile_read_fixture(arg, node, bytes, len);
}

static struct expect_reader expectations(struct reader *r)
{
	return (struct expect_reader){
		.j = r->j, .actor = on_actor, .fixture = on_fixture, .arg = r
	};
}

int casefile_read_subject(struct reader *r, const cJSON *node,
			  struct subject **out)
{
	struct expect_reader from = expectations(r);

	return expect_read_subject(out, node, &from, r->f);
}

int casefile_read_expect(struct reader *r, const cJSON *node,
			 struct expect *out)
{
	struct expect_reader from = expectations(r);

	return expect_read(out, node, &from, r->f);
}
