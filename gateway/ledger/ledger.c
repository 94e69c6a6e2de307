/* The ledger: spool, table, purses and counters together. */
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
	char run[18]; /* a random number of this run, and '-' */
	atomic_uint_fast64_t next;
	uint64_t looked; /* how much was in the spool at the last look */
};

/* Some thousand requests between two looks. */
#define BUSY_BYTES ((uint64_t)256 * 1024)
/* A second's work or so. */
#define WAITING_BYTES ((uint64_t)32 * 1024 * 1024)

/* ---- taking ---- */

static int take_one(void *arg, const struct record_row *r, struct fail *f)
{
	return store_add(arg, r, f);
}

static int take_aside(struct ledger_files *l, struct fail *f)
{
	size_t broken = 0; /* half lines, after a full disk */
	int rc;

	if (store_begin(l->store, f) < 0)
		return -1;
	rc = spool_read(l->path, true, take_one, l->store, &broken, f);
	if (store_end(l->store, rc == 0, f) < 0)
		rc = -1;
	return rc == 0 ? spool_taken(l->spool, f) : -1;
}

/* Takes the records that are still set aside first, then the rest. */
int ledger_take(struct ledger_files *l, struct fail *f)
{
	if (!l->spool)
		return 0;
	if (spool_is_aside(l->spool) && take_aside(l, f) < 0)
		return -1;
	if (spool_size(l->spool) == 0)
		return 0;
	return spool_set_aside(l->spool, f) < 0 ? -1 : take_aside(l, f);
}

int ledger_take_calmly(struct ledger_files *l, struct fail *f)
{
	uint64_t size = l->spool ? spool_size(l->spool) : 0;
	uint64_t more = size > l->looked ? size - l->looked : 0;

	l->looked = size;
	if (more > BUSY_BYTES && size < WAITING_BYTES)
		return 0;
	l->looked = 0;
	return ledger_take(l, f);
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
	/* Records that cannot be taken now stay in the spool for the next
	 * run. */
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

	/* All ids have the same number of digits, so that a new one sorts after
	 * the others in the table. */
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
		(void)spool_write(l->spool, b); /* losses are counted there */
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
