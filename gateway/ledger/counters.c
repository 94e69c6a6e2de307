/* A tree of sums. */
#include "gateway/ledger/counters.h"

#include <pthread.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

struct counters {
	pthread_mutex_t lock;
	void *tree; /* of tsearch() */
	size_t count;
};

struct counters *counters_new(void)
{
	struct counters *c = xcalloc(1, sizeof(*c));

	c->lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
	return c;
}

static void counter_free(void *arg)
{
	struct counter *one = arg;

	free((char *)one->key);
	free((char *)one->model);
	free(one);
}

void counters_free(struct counters *c)
{
	if (!c)
		return;
	tdestroy(c->tree, counter_free);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static int by_labels(const void *a, const void *b)
{
	const struct counter *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order ? order : strcmp(x->model, y->model);
}

static struct counter *find(struct counters *c, const char *key,
			    const char *model)
{
	struct counter want = { .key = key, .model = model }, *made;
	struct counter **node = tfind(&want, &c->tree, by_labels);

	if (node)
		return *node;
	if (c->count >= COUNTERS_MOST && strcmp(model, COUNTERS_OTHER) != 0)
		return find(c, "", COUNTERS_OTHER);
	made = xcalloc(1, sizeof(*made));
	made->key = xstrdup(key);
	made->model = xstrdup(model);
	if (!tsearch(made, &c->tree, by_labels))
		abort(); /* out of memory, as in xmalloc() */
	c->count++;
	return made;
}

static bool is_good(const struct record_row *r)
{
	return r->status >= 200 && r->status < 400 &&
	       strcmp(r->end, "clean") == 0;
}

void counters_add(struct counters *c, const struct record_row *r)
{
	struct counter *one;

	pthread_mutex_lock(&c->lock);
	one = find(c, r->key, r->served[0] ? r->served : r->asked);
	one->requests++;
	one->failed += is_good(r) ? 0 : 1;
	usage_add(&one->usage, &r->usage);
	one->cost += r->cost > 0 ? r->cost : 0;
	pthread_mutex_unlock(&c->lock);
}

struct walk {
	counters_fn *fn;
	void *arg;
};

static void visit(const void *node, VISIT which, void *arg)
{
	const struct walk *w = arg;

	if (which == postorder || which == leaf)
		w->fn(w->arg, *(struct counter *const *)node);
}

void counters_each(struct counters *c, counters_fn *fn, void *arg)
{
	struct walk w = { .fn = fn, .arg = arg };

	pthread_mutex_lock(&c->lock);
	twalk_r(c->tree, visit, &w);
	pthread_mutex_unlock(&c->lock);
}
