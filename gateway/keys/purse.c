/* Purses, each with a lock of its own. */
#include "gateway/keys/purse.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/keys/minute.h"
#include "wire/bytes/mem.h"

struct purse {
	char *name;
	pthread_mutex_t lock;
	struct budget_spent spent;
	struct minute minute;
	size_t under_way;
};

struct purses {
	pthread_mutex_t lock;
	void *tree; /* of tsearch() */
};

static int by_name(const void *a, const void *b)
{
	const struct purse *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static struct purse *purse_new(const char *name)
{
	struct purse *p = xcalloc(1, sizeof(*p));

	p->name = xstrdup(name);
	p->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	return p;
}

static void purse_free(void *arg)
{
	struct purse *p = arg;

	minute_clear(&p->minute);
	pthread_mutex_destroy(&p->lock);
	free(p->name);
	free(p);
}

struct purses *purses_new(void)
{
	struct purses *all = xcalloc(1, sizeof(*all));

	all->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	return all;
}

void purses_free(struct purses *all)
{
	if (!all)
		return;
	tdestroy(all->tree, purse_free);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

struct purse *purses_find(struct purses *all, const char *name)
{
	struct purse *mine = purse_new(name), *theirs = NULL, **node;

	pthread_mutex_lock(&all->lock);
	node = tsearch(mine, &all->tree, by_name);
	if (node)
		theirs = *node;
	pthread_mutex_unlock(&all->lock);
	if (!theirs)
		abort(); /* out of memory, as in xmalloc() */
	if (theirs != mine)
		purse_free(mine);
	return theirs;
}

bool purse_turn(struct purse *p, size_t a_minute, tick_t now, tick_t *wait)
{
	bool taken;

	if (a_minute == 0)
		return true;
	pthread_mutex_lock(&p->lock);
	taken = minute_take(&p->minute, a_minute, now, wait);
	pthread_mutex_unlock(&p->lock);
	return taken;
}

bool purse_enter(struct purse *p, size_t most)
{
	bool entered;

	pthread_mutex_lock(&p->lock);
	entered = most == 0 || p->under_way < most;
	if (entered)
		p->under_way++;
	pthread_mutex_unlock(&p->lock);
	return entered;
}

void purse_leave(struct purse *p)
{
	pthread_mutex_lock(&p->lock);
	p->under_way--;
	pthread_mutex_unlock(&p->lock);
}

void purse_spend(struct purse *p, int64_t now, money_t cost)
{
	if (cost == 0)
		return;
	pthread_mutex_lock(&p->lock);
	budget_spend(&p->spent, now, cost);
	pthread_mutex_unlock(&p->lock);
}

struct budget_spent purse_spent(struct purse *p, int64_t now)
{
	struct budget_spent spent;

	pthread_mutex_lock(&p->lock);
	budget_turn(&p->spent, now);
	spent = p->spent;
	pthread_mutex_unlock(&p->lock);
	return spent;
}

void purse_restore(struct purse *p, const struct budget_spent *before)
{
	pthread_mutex_lock(&p->lock);
	p->spent = *before;
	pthread_mutex_unlock(&p->lock);
}
