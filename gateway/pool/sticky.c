/* A table of sets, with a few rows in each. */
#include "gateway/pool/sticky.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"

enum { SETS = 8192, ROWS = 8 }; /* 1.5 MiB; touched only where it is used */

struct row {
	uint64_t session; /* 0: none */
	tick_t used;
	uint32_t number;
};

struct sticky {
	pthread_mutex_t lock;
	atomic_uint holders;
	struct row *rows;
};

struct sticky *sticky_new(void)
{
	struct sticky *s = xcalloc(1, sizeof(*s));

	s->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	s->holders = 1;
	s->rows = xcalloc((size_t)SETS * ROWS, sizeof(*s->rows));
	return s;
}

struct sticky *sticky_hold(struct sticky *s)
{
	atomic_fetch_add(&s->holders, 1);
	return s;
}

void sticky_drop(struct sticky *s)
{
	if (!s || atomic_fetch_sub(&s->holders, 1) > 1)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s->rows);
	free(s);
}

uint64_t sticky_session(struct span id, struct span model)
{
	uint64_t hash = hash_add(hash_bytes(HASH_START, id), id.len);

	hash = hash_bytes(hash, model);
	hash ^= hash >> 32;
	return hash ? hash : 1;
}

/* The row of this session, or the one that was used longest ago. */
static struct row *row_of(struct sticky *s, uint64_t session)
{
	struct row *set = &s->rows[session % SETS * ROWS], *oldest = set;

	for (size_t i = 0; i < ROWS; i++) {
		if (set[i].session == session)
			return &set[i];
		if (set[i].used < oldest->used)
			oldest = &set[i];
	}
	return oldest;
}

uint32_t sticky_get(struct sticky *s, uint64_t session, tick_t now)
{
	uint32_t number = 0;
	struct row *row;

	pthread_mutex_lock(&s->lock);
	row = row_of(s, session);
	if (row->session == session) {
		row->used = now;
		number = row->number;
	}
	pthread_mutex_unlock(&s->lock);
	return number;
}

void sticky_put(struct sticky *s, uint64_t session, uint32_t number, tick_t now)
{
	struct row *row;

	pthread_mutex_lock(&s->lock);
	row = row_of(s, session);
	*row = (struct row){ session, now, number };
	pthread_mutex_unlock(&s->lock);
}
