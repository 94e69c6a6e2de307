/* A list of providers, and which of them may serve a request. */
#include "gateway/pool/pool.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* ---- life ---- */

struct pool *pool_new(void)
{
	struct pool *p = xcalloc(1, sizeof(*p));

	p->wish = WISH_INIT;
	p->sticky = sticky_new();
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++) {
		if (!p->lent)
			provider_clear(&p->list[i]);
		standing_drop(p->standings[i]);
	}
	if (!p->lent)
		free(p->list);
	names_clear(&p->names);
	sticky_drop(p->sticky);
	free(p);
}

struct provider *pool_add(struct pool *p)
{
	struct provider *one;

	if (p->count == WISH_PROVIDERS_LIMIT)
		return NULL;
	if (!p->list)
		p->list = xcalloc(WISH_PROVIDERS_LIMIT, sizeof(*p->list));
	one = &p->list[p->count];
	provider_init(one);
	p->standings[p->count++] = standing_new();
	return one;
}

void pool_lend(struct pool *p, struct provider *only)
{
	p->list = only;
	p->lent = true;
	p->standings[p->count++] = standing_new();
}

int pool_find(const struct pool *p, struct span name)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->list[i].name && span_is(name, p->list[i].name))
			return (int)i;
	return -1;
}

static bool is_same(const struct provider *a, const struct provider *b)
{
	if (!a->name || !b->name)
		return a->name == b->name;
	return strcmp(a->name, b->name) == 0 && strcmp(a->url, b->url) == 0;
}

void pool_inherit(struct pool *p, const struct pool *from)
{
	sticky_drop(p->sticky);
	p->sticky = sticky_hold(from->sticky);
	for (size_t i = 0; i < p->count; i++)
		for (size_t j = 0; j < from->count; j++) {
			if (!is_same(&p->list[i], &from->list[j]))
				continue;
			standing_drop(p->standings[i]);
			p->standings[i] = standing_hold(from->standings[j]);
		}
}

/* ---- what is missing ---- */

static void lack(struct mistakes *to, const char *name, const char *what)
{
	struct fail f = FAIL_INIT;

	fail_set(&f, FAIL_USAGE, "provider '%s': %s", name, what);
	mistakes_add(to, &f);
}

static void provider_lacks(const struct provider *p, struct mistakes *to)
{
	if (!p->url)
		lack(to, p->name, "it has no \"url\"");
	if (!p->key)
		lack(to, p->name, "it has no \"key\"");
	if (p->scheme == KEY_SIGV4 && !p->key_id)
		lack(to, p->name,
		     "a key that signs needs its id: say \"key_id\"");
	if (p->scheme == KEY_SIGV4 && p->format != PROVIDER_BEDROCK)
		lack(to, p->name,
		     "only Bedrock takes signed requests: say \"format\": "
		     "\"bedrock\"");
	if (p->scheme == KEY_CLIENT)
		lack(to, p->name,
		     "clients' own credentials go to one provider only: say "
		     "\"upstream\" instead of \"providers\"");
	if (p->format == PROVIDER_VERTEX && !p->project)
		lack(to, p->name, "Vertex needs a project: say \"project\"");
}

/* ---- who may serve a request ---- */

bool pool_serves(const struct pool *p, enum bridge_vendor front)
{
	for (size_t i = 0; i < p->count; i++)
		if (provider_serves(&p->list[i], front))
			return true;
	return false;
}

static bool takes(const struct pool *p, size_t i, enum bridge_vendor front,
		  struct span model)
{
	const struct provider *one = &p->list[i];

	return provider_serves(one, front) &&
	       (model.len == 0 || p->lent ||
		names_serves(&one->models, model, NULL));
}

bool pool_has(const struct pool *p, enum bridge_vendor front, struct span model)
{
	for (size_t i = 0; i < p->count; i++)
		if (takes(p, i, front, model))
			return true;
	return false;
}

size_t pool_choose(const struct pool *p, const struct pool_asked *a,
		   uint8_t out[WISH_PROVIDERS_LIMIT], bool *known)
{
	struct choice_provider list[WISH_PROVIDERS_LIMIT];
	struct choice_given given = { .list = list,
				      .count = p->count,
				      .wish = a->wish,
				      .kept = -1,
				      .now = a->now,
				      .random = a->random };
	uint32_t at = a->session && !a->moves
			      ? sticky_get(p->sticky, a->session, a->now)
			      : 0;

	for (size_t i = 0; i < p->count; i++) {
		const struct provider *one = &p->list[i];

		list[i] = (struct choice_provider){
			one->price, one->weight, one->collects,
			standing_look(p->standings[i])
		};
		if (takes(p, i, a->front, a->model))
			given.able |= UINT64_C(1) << i;
		if (at && standing_number(p->standings[i]) == at)
			given.kept = (int)i;
	}
	*known = given.able != 0;
	return choice_make(&given, out);
}

/* ---- what is missing among all ---- */

/* Adds a mistake for an alias that no provider can serve. */
static void alias_lacks(const struct pool *p, const struct names_alias *alias,
			struct mistakes *to)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);
	struct wish wish = p->wish;
	struct pool_asked asked = { .front = BRIDGE_NONE, .wish = &wish };
	uint8_t out[WISH_PROVIDERS_LIMIT];
	struct fail f = FAIL_INIT;
	bool known;

	if (names_read(&p->names, span_of(alias->name), &plain, &wish) < 0) {
		fail_set(
			&f, FAIL_USAGE,
			"model '%.100s': the providers' lists have no model of "
			"the family of '%.100s'",
			alias->name, alias->model);
	} else {
		asked.model = buf_span(&plain);
		if (pool_choose(p, &asked, out, &known) == 0)
			fail_set(&f, FAIL_USAGE,
				 "model '%.100s': no provider %s '%.100s'",
				 alias->name,
				 known ? "is left by its routing for"
				       : "serves",
				 buf_str(&plain));
	}
	if (f.code != FAIL_OK)
		mistakes_add(to, &f);
	buf_clear(&plain);
}

void pool_lacks(const struct pool *p, struct mistakes *to)
{
	for (size_t i = 0; i < p->count; i++)
		provider_lacks(&p->list[i], to);
	for (size_t i = 0; i < p->names.aliases_count; i++)
		alias_lacks(p, &p->names.aliases[i], to);
}
