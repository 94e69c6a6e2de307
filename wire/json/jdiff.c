/*
 * Finds how one JSON value differs from another. The differ walks both values
 * together. The same walk with `quiet` set only answers whether they are the
 * same, and stops at the first difference.
 */
#include "wire/json/jscan.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

/* How many bytes may be looked at before details are given up: a multiple of
 * the input, far more than a document of ordinary depth needs. */
#define WORK_FACTOR 64
#define WORK_LEAST ((size_t)1 << 20)

struct differ {
	unsigned flags;
	bool quiet;
	size_t most, count;
	jdiff_fn *fn;
	void *arg;
	struct buf pointer;
	size_t work; /* bytes that may still be looked at */
};

/* A member or an item. */
struct jdiff_part {
	struct jval key, value;
	size_t index;
	struct jdiff_part *twin; /* in the other container; NULL: it has none */
};

struct jdiff_parts {
	struct jdiff_part *list;
	size_t count;
};

static void diff_value(struct differ *d, struct jval was, struct jval is);

static const struct jval nothing = { .type = J_NULL, .text = { "", 0 } };

static void tell(struct differ *d, enum jdiff_kind kind, struct jval was,
		 struct jval is)
{
	struct jdiff diff = { .kind = kind, .was = was, .is = is };

	d->count++;
	if (d->quiet || d->fn == NULL || d->count > d->most)
		return;
	diff.pointer = buf_span(&d->pointer);
	d->fn(d->arg, &diff);
}

static bool is_over(const struct differ *d)
{
	return d->quiet && d->count > 0;
}

static bool spend(struct differ *d, size_t bytes)
{
	if (bytes > d->work) {
		d->work = 0;
		return false;
	}
	d->work -= bytes;
	return true;
}

static size_t enter(struct differ *d, const struct jdiff_part *p)
{
	size_t before = d->pointer.len;

	if (!d->quiet && p->key.text.len > 0)
		jscan_pointer_add(&d->pointer, p->key);
	else if (!d->quiet)
		buf_addf(&d->pointer, "/%zu", p->index);
	return before;
}

static void tell_part(struct differ *d, enum jdiff_kind kind,
		      const struct jdiff_part *was, const struct jdiff_part *is)
{
	size_t before = enter(d, was != NULL ? was : is);

	tell(d, kind, was != NULL ? was->value : nothing,
	     is != NULL ? is->value : nothing);
	buf_cut(&d->pointer, before);
}

static void diff_part(struct differ *d, const struct jdiff_part *was,
		      const struct jdiff_part *is)
{
	size_t before;

	if (is_over(d) || span_equal(was->value.text, is->value.text))
		return;
	before = enter(d, was);
	diff_value(d, was->value, is->value);
	buf_cut(&d->pointer, before);
}

static bool is_same(struct differ *d, const struct jdiff_part *was,
		    const struct jdiff_part *is)
{
	struct differ q = { .flags = d->flags & ~(unsigned)JDIFF_LOOSE_ROOT,
			    .quiet = true };
	size_t a = was->value.text.len, b = is->value.text.len;

	/* a value that is no container costs something, too */
	spend(d, 8 + (a < b ? a : b));
	q.work = d->work;
	diff_value(&q, was->value, is->value);
	d->work = q.work;
	return q.count == 0;
}

static struct jdiff_parts parts_of(struct jval container)
{
	struct jdiff_parts parts = { .count = 0 };
	struct jiter it = jscan_iter(container);
	struct jdiff_part p = { .twin = NULL };
	size_t cap = 0;

	parts.list = NULL;
	for (; jscan_next(&it, &p.key, &p.value); p.index++) {
		parts.list = mem_room(parts.list, parts.count, &cap, sizeof(p));
		parts.list[parts.count++] = p;
	}
	return parts;
}

static int by_key(const void *left, const void *right)
{
	const struct jdiff_part *a = *(struct jdiff_part *const *)left;
	const struct jdiff_part *b = *(struct jdiff_part *const *)right;
	int order = jscan_string_order(a->key, b->key);

	if (order != 0)
		return order;
	return (a->index > b->index) - (a->index < b->index);
}

static struct jdiff_part **sorted(const struct jdiff_parts *parts)
{
	struct jdiff_part **list =
		xcalloc(parts->count, sizeof(struct jdiff_part *));

	for (size_t i = 0; i < parts->count; i++)
		list[i] = &parts->list[i];
	qsort(list, parts->count, sizeof(struct jdiff_part *), by_key);
	return list;
}

/* Makes twins of the n-th member with a key and the other container's n-th
 * member with that key. */
static void pair_members(struct jdiff_parts *was, struct jdiff_parts *is)
{
	struct jdiff_part **a = sorted(was), **b = sorted(is);
	size_t i = 0, j = 0;

	while (i < was->count && j < is->count) {
		int order = jscan_string_order(a[i]->key, b[j]->key);

		if (order < 0) {
			i++;
		} else if (order > 0) {
			j++;
		} else {
			a[i]->twin = b[j];
			b[j++]->twin = a[i];
			i++;
		}
	}
	free(a);
	free(b);
}

static const struct jdiff_part *next_paired(const struct jdiff_parts *parts,
					    size_t *i)
{
	while (*i < parts->count && parts->list[*i].twin == NULL)
		++*i;
	return *i < parts->count ? &parts->list[(*i)++] : NULL;
}

/*
 * Reports once that the members that both have are in another order. At the
 * first place that differs there are two members; the one is named whose
 * removal brings the next in line. So if one member was moved to either end,
 * that member is named.
 */
static void diff_order(struct differ *d, const struct jdiff_parts *was,
		       const struct jdiff_parts *is)
{
	size_t i = 0, j = 0;
	const struct jdiff_part *a, *b;

	do {
		a = next_paired(was, &i);
		b = next_paired(is, &j);
	} while (a != NULL && a->twin == b);
	if (a == NULL)
		return;
	if (next_paired(is, &j) == a->twin || next_paired(was, &i) != b->twin)
		tell_part(d, JDIFF_MOVED, b->twin, b);
	else
		tell_part(d, JDIFF_MOVED, a, a->twin);
}

static bool minds_order(const struct differ *d)
{
	/* Only the root has an empty pointer. */
	bool is_root = !d->quiet && d->pointer.len == 0;

	return (d->flags & JDIFF_ORDER) != 0 &&
	       !(is_root && (d->flags & JDIFF_LOOSE_ROOT) != 0);
}

static void diff_members(struct differ *d, struct jdiff_parts *was,
			 struct jdiff_parts *is)
{
	pair_members(was, is);
	for (size_t i = 0; i < was->count && !is_over(d); i++)
		if (was->list[i].twin == NULL)
			tell_part(d, JDIFF_LOST, &was->list[i], NULL);
	for (size_t i = 0; i < is->count && !is_over(d); i++)
		if (is->list[i].twin == NULL)
			tell_part(d, JDIFF_ADDED, NULL, &is->list[i]);
	if (minds_order(d) && !is_over(d))
		diff_order(d, was, is);
	for (size_t i = 0; i < was->count && !is_over(d); i++)
		if (was->list[i].twin != NULL)
			diff_part(d, &was->list[i], was->list[i].twin);
}

/* Offset from `from` of the item that is the same as p; SIZE_MAX: none. */
static size_t look_ahead(struct differ *d, const struct jdiff_part *p,
			 const struct jdiff_parts *in, size_t from, size_t end)
{
	for (size_t i = from; i < end && d->work > 0; i++)
		if (is_same(d, p, &in->list[i]))
			return i - from;
	return SIZE_MAX;
}

static void tell_run(struct differ *d, enum jdiff_kind kind,
		     const struct jdiff_parts *parts, size_t from, size_t end)
{
	for (; from < end; from++)
		tell_part(d, kind,
			  kind == JDIFF_LOST ? &parts->list[from] : NULL,
			  kind == JDIFF_LOST ? NULL : &parts->list[from]);
}

/* Pairs the items between the common begin and the common end, when their
 * numbers differ. */
static void align(struct differ *d, const struct jdiff_parts *was, size_t i,
		  size_t was_end, const struct jdiff_parts *is, size_t j,
		  size_t is_end)
{
	while (i < was_end && j < is_end) {
		size_t lost = look_ahead(d, &is->list[j], was, i, was_end);
		size_t added = look_ahead(d, &was->list[i], is, j, is_end);

		if (lost == SIZE_MAX && added == SIZE_MAX)
			lost = added = 1; /* each is only on its side */
		else if (lost <= added)
			added = 0;
		else
			lost = 0;
		tell_run(d, JDIFF_LOST, was, i, i + lost);
		tell_run(d, JDIFF_ADDED, is, j, j + added);
		i += lost;
		j += added;
		while (i < was_end && j < is_end &&
		       is_same(d, &was->list[i], &is->list[j])) {
			i++;
			j++;
		}
	}
	tell_run(d, JDIFF_LOST, was, i, was_end);
	tell_run(d, JDIFF_ADDED, is, j, is_end);
}

static void diff_pairs(struct differ *d, const struct jdiff_parts *was,
		       size_t from, size_t end, const struct jdiff_parts *is)
{
	for (size_t i = from; i < end && !is_over(d); i++)
		diff_part(d, &was->list[i], &is->list[i]);
}

static void diff_items(struct differ *d, struct jdiff_parts *was,
		       struct jdiff_parts *is)
{
	size_t from = 0, was_end = was->count, is_end = is->count;

	if (was_end == is_end) {
		diff_pairs(d, was, 0, was_end, is);
		return;
	}
	if (d->quiet) {
		d->count++;
		return;
	}
	while (from < was_end && from < is_end &&
	       is_same(d, &was->list[from], &is->list[from]))
		from++;
	while (was_end > from && is_end > from &&
	       is_same(d, &was->list[was_end - 1], &is->list[is_end - 1])) {
		was_end--;
		is_end--;
	}
	align(d, was, from, was_end, is, from, is_end);
}

static void diff_parts(struct differ *d, struct jval was, struct jval is)
{
	struct jdiff_parts a = parts_of(was), b = parts_of(is);

	if (was.type == J_OBJECT)
		diff_members(d, &a, &b);
	else
		diff_items(d, &a, &b);
	free(a.list);
	free(b.list);
}

static bool same_scalar(const struct differ *d, struct jval was, struct jval is)
{
	if ((d->flags & JDIFF_EXACT) != 0)
		return false; /* the bytes were compared already */
	if (was.type == J_NUMBER)
		return jscan_number_same(was, is);
	return was.type == J_STRING && jscan_string_order(was, is) == 0;
}

static void diff_value(struct differ *d, struct jval was, struct jval is)
{
	if (span_equal(was.text, is.text))
		return;
	if (was.type == is.type &&
	    (was.type == J_OBJECT || was.type == J_ARRAY) &&
	    spend(d, was.text.len + is.text.len))
		diff_parts(d, was, is);
	else if (was.type != is.type || !same_scalar(d, was, is))
		tell(d, JDIFF_CHANGED, was, is);
}

size_t jscan_diff(struct jval was, struct jval is, unsigned flags, size_t most,
		  jdiff_fn *fn, void *arg)
{
	struct differ d = { .flags = flags, .most = most, .fn = fn };

	d.arg = arg;
	d.work = WORK_LEAST + WORK_FACTOR * (was.text.len + is.text.len);
	buf_init(&d.pointer, BUF_NO_LIMIT);
	diff_value(&d, was, is);
	buf_clear(&d.pointer);
	return d.count;
}
