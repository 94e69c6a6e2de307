/* Spool, table, purses and counters together. */
#include "gateway/ledger/ledger.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "wire/bytes/mem.h"

struct ledger_files {
	struct purses *purses;
	struct counters *counters;
	struct spool *spool; /* NULL: nothing is kept */
	struct store_table *store;
	char *path;
	char run[18]; /* its number, by chance, and '-' */
	atomic_uint_fast64_t next;
};

/* ---- taking ---- */

static int take_one(void *arg, const struct record_row *r, struct fail *f)
{
	return store_add(arg, r, f);
}

static int take_aside(struct ledger_files *l, struct fail *f)
{
	size_t broken = 0; /* halves of lines: a full disk */
	int rc;

	if (store_begin(l->store, f) < 0)
		return -1;
	rc = spool_read(l->path, true, take_one, l->store, &broken, f);
	if (store_end(l->store, rc == 0, f) < 0)
		rc = -1;
	return rc == 0 ? spool_taken(l->spool, f) : -1;
}

/* First what is set aside still, then the rest. */
int ledger_take(struct ledger_files *l, struct fail *f)
{
	if (!l->spool)
		return 0;
	if (spool_is_aside(l->spool) && take_aside(l, f) < 0)
		return -1;
	if (spool_is_empty(l->spool))
		return 0;
	return spool_set_aside(l->spool, f) < 0 ? -1 : take_aside(l, f);
}

/* ---- what was spent before ---- */

/* What keys have spent in one period. */
struct past {
	struct ledger_files *ledger;
	int64_t now;
	enum budget_period period;
};

static void on_spent(void *arg, const char *key, money_t cost)
{
	const struct past *p = arg;
	struct purse *purse = purses_find(p->ledger->purses, key);
	struct budget_spent spent = purse_spent(purse, p->now);

	spent.spent[p->period] = cost;
	purse_restore(purse, &spent);
}

static int restore(struct ledger_files *l, struct fail *f)
{
	struct past p = { .ledger = l, .now = (int64_t)time(NULL) };
	int rc = 0;

	for (p.period = BUDGET_DAY; p.period < BUDGET_PERIODS && rc == 0;
	     p.period++)
		rc = store_spent(l->store, budget_begin(p.period, p.now) * 1000,
				 on_spent, &p, f);
	return rc;
}

/* ---- life ---- */

static int open_files(struct ledger_files *l, struct fail *f)
{
	if (spool_open(&l->spool, l->path, f) < 0 ||
	    store_open(&l->store, l->path, true, f) < 0 ||
	    ledger_take(l, f) < 0)
		return -1;
	return restore(l, f);
}

int ledger_new(struct ledger_files **out, const struct ledger_config *c,
	       struct fail *f)
{
	struct ledger_files *l = xcalloc(1, sizeof(*l));
	uint64_t number = 0;

	l->purses = purses_new();
	l->counters = counters_new();
	(void)!getrandom(&number, sizeof(number), 0);
	snprintf(l->run, sizeof(l->run), "%016" PRIx64 "-", number);
	if (c->path) {
		l->path = xstrdup(c->path);
		if (open_files(l, f) < 0) {
			ledger_free(l);
			return -1;
		}
	}
	*out = l;
	return 0;
}

void ledger_free(struct ledger_files *l)
{
	if (!l)
		return;
	/* What cannot be taken now is in the spool for the next run. */
	if (l->store)
		(void)ledger_take(l, NULL);
	store_close(l->store);
	spool_close(l->spool);
	purses_free(l->purses);
	counters_free(l->counters);
	free(l->path);
	free(l);
}

void ledger_attach(struct ledger_files *l, struct client_key *keys,
		   size_t count)
{
	char label[CLIENT_KEY_LABEL_LEN];

	for (size_t i = 0; i < count; i++) {
		client_key_label(&keys[i], label);
		keys[i].purse = purses_find(l->purses, label);
	}
}

bool ledger_keeps(const struct ledger_files *l)
{
	return l->spool;
}

void ledger_id(struct ledger_files *l, char *out, size_t size)
{
	uint64_t n = atomic_fetch_add(&l->next, 1);
	char digits[17], *at = digits + sizeof(digits);

	/* As many digits for each: the next one's place in the table is at its
	 * end. */
	*--at = '\0';
	do
		*--at = "0123456789abcdef"[n % 16];
	while ((n /= 16) > 0 || at > digits + sizeof(digits) - 9);
	memcpy(out, l->run, sizeof(l->run) - 1);
	record_put(out + sizeof(l->run) - 1, size - sizeof(l->run) + 1,
		   span_of(at));
}

void ledger_add(const struct ledger_files *l, const struct record_row *r,
		struct spool_batch *b)
{
	if (l->spool)
		spool_batch_add(b, r);
}

void ledger_write(struct ledger_files *l, struct spool_batch *b)
{
	if (l->spool)
		(void)spool_write(l->spool, b); /* it counts losses */
}

struct counters *ledger_counters(const struct ledger_files *l)
{
	return l->counters;
}

uint64_t ledger_lost(const struct ledger_files *l)
{
	return l->spool ? spool_lost(l->spool) : 0;
}

struct store_table *ledger_store(const struct ledger_files *l)
{
	return l->store;
}
