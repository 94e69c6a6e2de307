/* The mock provider: its server and the runs it answers for. */
#include "mockupstream/mock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/mock_private.h"
#include "wire/bytes/mem.h"

/* ---- runs ---- */

/* Ends the run's exchanges, so that nothing uses its rules any more. */
static void run_end(struct mock_run *run)
{
	while (run->open)
		exchange_abort(run->open, "ended with its run");
	mock_run_forget(run);
	run->rules = NULL;
	run->calls = 0;
	memset(run->plain, 0, sizeof(run->plain));
	memset(run->unmatched, 0, sizeof(run->unmatched));
}

static bool run_has_hold(const struct mock_run *run, const char *text)
{
	const char *dot = strchr(text, '.');
	char *actor;
	bool found;

	if (!run->rules || !dot)
		return false;
	actor = xmemdup(text, (size_t)(dot - text));
	found = rules_has_hold(run->rules, actor, dot + 1);
	free(actor);
	return found;
}

/* ---- what callers do ---- */

void mock_arm(struct mock *m, uint64_t run, struct rules *rules)
{
	struct mock_run *r = mock_run_find(m, run);

	if (r)
		run_end(r);
	else
		r = mock_run_add(m, run);
	r->rules = rules;
	for (size_t i = 0; rules && i < rules->count; i++) {
		rules->list[i].used = 0;
		memset(rules->list[i].used_by, 0,
		       sizeof(rules->list[i].used_by));
	}
}

void mock_lane(struct mock *m, uint64_t run)
{
	m->lane = run;
}

void mock_disarm(struct mock *m, uint64_t run)
{
	size_t slot = mock_run_slot(m, run);
	struct mock_run *r = mock_run_find(m, run);

	if (!r)
		return;
	run_end(r);
	if (run == 0)
		return;
	if (m->lane == run)
		m->lane = 0;
	memmove(m->runs + slot, m->runs + slot + 1,
		(m->runs_count - slot - 1) * sizeof(*m->runs));
	m->runs_count--;
	mock_run_free(r);
}

int mock_release(struct mock *m, uint64_t run, const char *hold)
{
	struct mock_run *r = mock_run_find(m, run);
	struct mock_exchange *x, *next;

	if (!r || !run_has_hold(r, hold))
		return -1;
	r->released = xrealloc(r->released,
			       (r->released_count + 1) * sizeof(*r->released));
	r->released[r->released_count++] = xstrdup(hold);
	for (x = r->open; x; x = next) {
		next = x->next;
		play_release(&x->play);
	}
	return 0;
}

size_t mock_open(const struct mock *m)
{
	return m->open;
}

uint16_t mock_port(const struct mock *m)
{
	return serve_port(m->doors[0].serve);
}

uint16_t mock_port_of(const struct mock *m, char provider)
{
	assert(provider >= 'a' && (size_t)(provider - 'a') < m->door_count);
	return serve_port(m->doors[provider - 'a'].serve);
}

int mock_add_provider(struct mock *m, const struct serve_config *serve,
		      struct fail *f)
{
	struct mock_door *door = &m->doors[m->door_count];

	assert(m->door_count < ACTOR_PROVIDERS);
	*door = (struct mock_door){ .mock = m,
				    .provider = (char)('a' + m->door_count) };
	door->name[0] = door->provider;
	if (serve_new(&door->serve, m->loop, serve, &mock_handler, door, f) < 0)
		return -1;
	m->door_count++;
	return 0;
}

int mock_new(struct mock **out, struct loop *l,
	     const struct mock_config *config, struct fail *f)
{
	struct mock *m = xcalloc(1, sizeof(*m));

	m->loop = l;
	m->config = *config;
	m->key = config->key ? xstrdup(config->key) : NULL;
	m->provider.key = m->key;
	m->provider.models = config->models;
	mock_run_add(m, 0);
	if (mock_add_provider(m, &config->serve, f) < 0) {
		mock_free(m);
		return -1;
	}
	*out = m;
	return 0;
}

void mock_free(struct mock *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->runs_count; i++)
		run_end(m->runs[i]);
	for (size_t i = 0; i < m->door_count; i++)
		serve_free(m->doors[i].serve);
	assert(m->open == 0);
	for (size_t i = 0; i < m->runs_count; i++)
		mock_run_free(m->runs[i]);
	anthropic_clear(&m->provider);
	jindex_clear(&m->index);
	free(m->runs);
	free(m->key);
	free(m);
}
