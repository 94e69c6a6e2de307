/* The mock provider: its server and the runs it answers for. */
#include "mockupstream/mock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/mock_private.h"
#include "wire/bytes/mem.h"

/* ---- runs ---- */

/* Where the run is in the sorted list, or would be. */
static size_t run_slot(const struct mock *m, uint64_t id)
{
	size_t from = 0, to = m->runs_count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (m->runs[middle]->id < id)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct mock_run *mock_run_find(const struct mock *m, uint64_t id)
{
	size_t slot = run_slot(m, id);

	if (slot < m->runs_count && m->runs[slot]->id == id)
		return m->runs[slot];
	return NULL;
}

static struct mock_run *run_add(struct mock *m, uint64_t id)
{
	size_t slot = run_slot(m, id);
	struct mock_run *run = xcalloc(1, sizeof(*run));

	run->id = id;
	if (m->runs_count == m->runs_cap) {
		m->runs_cap = m->runs_cap ? m->runs_cap * 2 : 16;
		m->runs = xrealloc(m->runs, m->runs_cap * sizeof(*m->runs));
	}
	memmove(m->runs + slot + 1, m->runs + slot,
		(m->runs_count - slot) * sizeof(*m->runs));
	m->runs[slot] = run;
	m->runs_count++;
	return run;
}

static void forget_releases(struct mock_run *run)
{
	for (size_t i = 0; i < run->released_count; i++)
		free(run->released[i]);
	free(run->released);
	run->released = NULL;
	run->released_count = 0;
}

static void run_free(struct mock_run *run)
{
	forget_releases(run);
	free(run);
}

/* What is open is ended, so that nothing looks at rules any more. */
static void run_end(struct mock_run *run)
{
	while (run->open)
		exchange_abort(run->open, "ended with its run");
	forget_releases(run);
	run->rules = NULL;
	run->calls = run->plain = run->unmatched = 0;
}

static bool is_hold(const char *text, const char *actor, const char *hold)
{
	size_t len = strlen(actor);

	return strncmp(text, actor, len) == 0 && text[len] == '.' &&
	       strcmp(text + len + 1, hold) == 0;
}

bool mock_run_is_released(const struct mock_run *run, const char *actor,
			  const char *hold)
{
	for (size_t i = 0; i < run->released_count; i++)
		if (is_hold(run->released[i], actor, hold))
			return true;
	return false;
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
		r = run_add(m, run);
	r->rules = rules;
	for (size_t i = 0; rules && i < rules->count; i++)
		rules->list[i].used = 0;
}

void mock_lane(struct mock *m, uint64_t run)
{
	m->lane = run;
}

void mock_disarm(struct mock *m, uint64_t run)
{
	size_t slot = run_slot(m, run);
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
	run_free(r);
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
	return serve_port(m->serve);
}

int mock_new(struct mock **out, struct loop *l,
	     const struct mock_config *config, struct fail *f)
{
	struct mock *m = xcalloc(1, sizeof(*m));

	m->loop = l;
	m->config = *config;
	m->key = config->key ? xstrdup(config->key) : NULL;
	m->provider.key = m->key;
	run_add(m, 0);
	if (serve_new(&m->serve, l, &config->serve, &mock_handler, m, f) < 0) {
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
	serve_free(m->serve);
	assert(m->open == 0);
	for (size_t i = 0; i < m->runs_count; i++)
		run_free(m->runs[i]);
	free(m->runs);
	free(m->key);
	free(m);
}
