/* A ring of times. */
#include "gateway/keys/minute.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"

#define LONG (60 * TICK_S)

/* Changes the limit: keeps the newest times that it has room for. */
static void resize(struct minute *m, size_t most)
{
	tick_t *at = xcalloc(most, sizeof(*at));
	size_t keep = m->count < most ? m->count : most;

	for (size_t i = 0; i < keep; i++)
		at[i] = m->at[(m->first + m->count - keep + i) % m->room];
	free(m->at);
	*m = (struct minute){ .at = at, .room = most, .count = keep };
}

bool minute_take(struct minute *m, size_t most, tick_t now, tick_t *wait)
{
	if (m->room != most)
		resize(m, most);
	while (m->count > 0 && now - m->at[m->first] >= LONG) {
		m->first = (m->first + 1) % m->room;
		m->count--;
	}
	if (m->count == m->room) {
		*wait = m->at[m->first] + LONG - now;
		return false;
	}
	m->at[(m->first + m->count++) % m->room] = now;
	return true;
}

void minute_clear(struct minute *m)
{
	free(m->at);
	*m = (struct minute){ 0 };
}
