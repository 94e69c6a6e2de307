/* The runs of a mock by their numbers, and their released holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/mock_private.h"
#include "wire/bytes/mem.h"

/* Where the run is in the sorted list, or would be. */
size_t mock_run_slot(const struct mock *m, uint64_t id)
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
	size_t slot = mock_run_slot(m, id);

	if (slot < m->runs_count && m->runs[slot]->id == id)
		return m->runs[slot];
	return NULL;
}

struct mock_run *mock_run_add(struct mock *m, uint64_t id)
{
	size_t slot = mock_run_slot(m, id);
	struct mock_run *run = xcalloc(1, sizeof(*run));

	run->id = id;
	m->runs = mem_room(m->runs, m->runs_count, &m->runs_cap,
			   sizeof(*m->runs));
	memmove(m->runs + slot + 1, m->runs + slot,
		(m->runs_count - slot) * sizeof(*m->runs));
	m->runs[slot] = run;
	m->runs_count++;
	return run;
}

void mock_run_forget(struct mock_run *run)
{
	for (size_t i = 0; i < run->released_count; i++)
		free(run->released[i]);
	free(run->released);
	run->released = NULL;
	run->released_count = 0;
}

void mock_run_free(struct mock_run *run)
{
	mock_run_forget(run);
	free(run);
}

/* Does this text name the hold? "u1.name" does for any provider, "u1@b.name"
 * for provider b. */
static bool is_hold(const char *text, const char *actor, const char *hold)
{
	size_t len = strcspn(text, ".");
	char asked[ACTOR_LEN];

	if (len >= sizeof(asked) || text[len] != '.' ||
	    strcmp(text + len + 1, hold) != 0)
		return false;
	snprintf(asked, sizeof(asked), "%.*s", (int)len, text);
	return actor_is(actor, asked);
}

bool mock_run_is_released(const struct mock_run *run, const char *actor,
			  const char *hold)
{
	for (size_t i = 0; i < run->released_count; i++)
		if (is_hold(run->released[i], actor, hold))
			return true;
	return false;
}
