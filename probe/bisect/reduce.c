/*
 * Delta debugging over the parts, level by level: units of all kinds first,
 * then the units in those that are needed. Each level first asks with none of
 * its units, then finds by halving the last unit that is needed. That one is
 * kept and the rest searched again, so one culprit among n units costs about
 * log2 n requests. At the end each remaining part is tried alone.
 */
#include <stdlib.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/mem.h"

/* When so many units are needed, size or number is probably the cause. */
#define MANY 3

struct reduction {
	struct search *s;
	const struct part_list *units;
	bool *in; /* by unit: it is needed */
};

/* Asks with the needed units and the first `prefix` of all. */
static bool holds(struct reduction *lv, size_t prefix)
{
	struct search *s = lv->s;
	struct looks want;
	bool same;

	looks_init(&want, &s->parts);
	looks_copy(&want, &s->want, &s->parts);
	for (size_t i = prefix; i < lv->units->count; i++)
		if (!lv->in[i])
			part_out(&s->parts, &want, lv->units->list[i]);
	same = search_ask_closed(s, &want) == TRIAL_SAME;
	if (same)
		looks_copy(&s->want, &want, &s->parts);
	looks_clear(&want);
	return same;
}

static size_t last_needed(struct reduction *lv, size_t count)
{
	size_t lo = 0, hi = count;

	while (hi - lo > 1 && !lv->s->is_over) {
		size_t mid = lo + (hi - lo) / 2;

		if (holds(lv, mid))
			hi = mid;
		else
			lo = mid;
	}
	return hi - 1;
}

/* What is needed of one tool may be needed of many, so all members with its
 * name are tried at once. Those that are too many go when parts are tried one
 * by one. */
static bool holds_alike(struct reduction *lv, size_t unit)
{
	const struct parts *ps = &lv->s->parts;
	const struct part_list *units = lv->units;
	bool *in = xcalloc(units->count, sizeof(*in));
	size_t count = 0;
	bool all = false;

	for (size_t i = 0; i < units->count; i++) {
		in[i] = lv->in[i] ||
			part_is_alike(ps, units->list[unit], units->list[i]);
		count += in[i];
	}
	if (count > 2) {
		bool *before = lv->in;

		lv->in = in;
		all = holds(lv, 0);
		lv->in = all ? in : before;
		in = all ? before : in;
	}
	free(in);
	return all;
}

/* If a list is counted, only some of its items are needed. */
static bool is_needed(const struct reduction *lv, size_t unit, bool in)
{
	const struct search *s = lv->s;

	if (s->counted == NO_PART || s->parts.list[unit].parent != s->counted)
		return in;
	return s->want.of[unit].how == HOW_KEPT;
}

/* true: the size is the cause, and *c is filled in. */
static bool narrow(struct search *s, const struct part_list *units,
		   struct part_list *needed, struct bisect_cause *c)
{
	struct reduction lv = { .s = s, .units = units };
	size_t count = units->count, times = 0;
	bool is_size = false;

	lv.in = xcalloc(units->count, sizeof(*lv.in));
	while (count > 0 && !is_size && !holds(&lv, 0) && !s->is_over) {
		size_t unit = last_needed(&lv, count);

		lv.in[unit] = true;
		count = unit;
		if (++times == 1 && holds_alike(&lv, unit))
			break;
		if (times != MANY)
			continue;
		is_size = search_size(s, c);
		if (!is_size && search_count(s, units, lv.in))
			break;
	}
	for (size_t i = 0; i < units->count; i++)
		if (is_needed(&lv, units->list[i], lv.in[i]))
			part_list_add(needed, units->list[i]);
	free(lv.in);
	return is_size;
}

/* A required part that cannot be shortened has shown that its value matters. */
static void prove(struct search *s, const struct part_list *needed)
{
	for (size_t i = 0; i < needed->count; i++)
		if (!part_is_optional(&s->parts.list[needed->list[i]]))
			s->proved[needed->list[i]] = true;
}

/* true: the size is the cause. */
static bool search_levels(struct search *s, struct bisect_cause *c)
{
	struct part_list units = { .list = NULL };
	bool is_size = false;

	search_units(s, 0, &units);
	while (units.count > 0 && !is_size && !s->is_over) {
		struct part_list needed = { .list = NULL };

		search_stage(s, "parts");
		is_size = narrow(s, &units, &needed, c);
		prove(s, &needed);
		units.count = 0;
		for (size_t i = 0; i < needed.count; i++)
			search_units(s, needed.list[i], &units);
		free(needed.list);
	}
	free(units.list);
	return is_size;
}

/* ---- one by one ---- */

static size_t messages_left(const struct search *s)
{
	const struct parts *ps = &s->parts;
	size_t count = 0;

	if (ps->messages == NO_PART)
		return 0;
	for (size_t i = 0; i < ps->list[ps->messages].count; i++)
		count += part_is_there(ps, &s->best,
				       ps->list[ps->messages].child + i);
	return count;
}

static bool can_go(const struct search *s, size_t part)
{
	const struct part *p = &s->parts.list[part];

	if (p->kind == PART_BODY || !part_is_there(&s->parts, &s->best, part))
		return false;
	if ((p->flags & PART_STAYS) != 0 ||
	    (s->counted != NO_PART && part_is_in(&s->parts, part, s->counted)))
		return false;
	if (s->is_bare)
		return true;
	/* A part that a server may look at first stays: without it, the server
	 * would not get to the other parts of the object. */
	if ((p->flags & (PART_FIXED | PART_THROUGH | PART_REQUIRED)) != 0)
		return false;
	return p->place != PLACE_MESSAGE || messages_left(s) > 1;
}

/* Tries each part alone. Parts that belong together are split here, because
 * perhaps only one of them matters. */
static bool without_one(struct search *s, struct looks *l)
{
	bool any = false;

	for (size_t i = 1; i < s->parts.count && !s->is_over; i++) {
		size_t before = s->best_size;

		if (!can_go(s, i))
			continue;
		looks_copy(l, &s->best, &s->parts);
		l->of[i].how = HOW_GONE;
		looks_tidy(&s->parts, l);
		search_ask(s, l);
		any = any || s->best_size < before;
	}
	return any;
}

static void search_one_by_one(struct search *s)
{
	struct looks l;

	looks_init(&l, &s->parts);
	search_stage(s, "one by one");
	while (without_one(s, &l) && !s->is_over)
		;
	looks_clear(&l);
}

/* ---- one cause ---- */

/* Finds out whether the request fails without optional parts (bare), and
 * without its texts: this decides how to search. true: the size is the
 * cause. */
static bool search_shape(struct search *s, struct bisect_cause *c)
{
	struct looks l;
	bool is_size = false;

	looks_init(&l, &s->parts);
	search_stage(s, "bare");
	search_all_out(s, &l);
	s->is_bare = search_ask_closed(s, &l) == TRIAL_SAME;
	if (!s->is_bare) {
		looks_copy(&l, &s->want, &s->parts);
		search_shorten(s, &l);
		if (search_ask(s, &l) == TRIAL_SAME)
			looks_copy(&s->want, &l, &s->parts);
		else
			is_size = search_size(s, c);
	}
	looks_clear(&l);
	return is_size;
}

static void search_parts(struct search *s, struct bisect_cause *c)
{
	if (search_shape(s, c) || search_levels(s, c))
		return;
	search_texts(s);
	search_one_by_one(s);
}

/* ---- causes, each in what the earlier ones leave ---- */

/* Finds a passing request: the smallest without one of the culprits, or else
 * the whole without one. */
static void find_passing(struct search *s, const struct part_list *culprits,
			 struct bisect_cause *c)
{
	struct looks l;

	looks_init(&l, &s->parts);
	for (size_t n = culprits->count * 2;
	     n-- > 0 && c->passing.method == NULL;) {
		size_t part = culprits->list[n % culprits->count];
		bool whole = n < culprits->count;

		if (search_ask_without(s, part, whole, &l) == TRIAL_PASSES)
			without(&s->parts, &l, &c->passing);
	}
	looks_clear(&l);
}

/* Whether `n` is the need for a beta, or for thinking, of a part in, or around,
 * a culprit. */
static bool is_missed(const struct search *s, const struct need *n,
		      const struct part_list *culprits)
{
	const struct parts *ps = &s->parts;

	if ((ps->list[n->what].kind != PART_BETA &&
	     !part_is(&ps->list[n->what], "thinking")) ||
	    !part_is_there(ps, &s->best, n->who))
		return false;
	for (size_t i = 0; i < culprits->count; i++)
		if (part_is_in(ps, n->who, culprits->list[i]) ||
		    part_is_in(ps, culprits->list[i], n->who))
			return true;
	return false;
}

/* A field without its beta, or a clearing of thinking without thinking, is
 * refused by any server. If the request fails with it too, that is the one to
 * show, though it is a little longer. */
static void bring_needed(struct search *s, const struct part_list *culprits)
{
	struct looks l;
	size_t served = NO_PART;

	looks_init(&l, &s->parts);
	for (size_t i = 0; i < s->parts.need_count; i++) {
		const struct need *n = &s->parts.needs[i];

		if (n->who == served || !is_missed(s, n, culprits))
			continue;
		served = n->who;
		looks_copy(&l, &s->best, &s->parts);
		if (!part_is_there(&s->parts, &l, n->what) &&
		    part_bring(&s->parts, &l, n->what) &&
		    search_ask(s, &l) == TRIAL_SAME)
			looks_copy(&s->best, &l, &s->parts);
	}
	looks_clear(&l);
}

static void finish(struct search *s, struct part_list *culprits,
		   struct bisect_cause *c)
{
	c->is_bare = s->is_bare;
	if (!c->is_size) {
		search_culprits(s, c, culprits);
		if (!s->is_bare)
			bring_needed(s, culprits);
		find_passing(s, culprits, c);
	}
	without(&s->parts, &s->best, &c->smallest);
	c->minimal = !s->is_over;
}

/* Takes the cause out of the request. false: nothing can be taken out. */
static bool take_out(struct search *s, const struct part_list *culprits,
		     const struct bisect_cause *c, struct looks *base)
{
	if (c->is_size) {
		search_shorten(s, base);
		return true;
	}
	if (culprits->count == 0 || s->is_bare)
		return false;
	for (size_t i = 0; i < culprits->count; i++)
		search_take(s, culprits->list[i], base);
	looks_close(&s->parts, base, CLOSE_DROP);
	return true;
}

/* Sends the rest; true: it fails too, perhaps in another way. */
static bool go_on(struct search *s, const struct looks *base,
		  struct bisect_cause *c)
{
	struct bisect_request r;
	bool fails;

	if (s->is_over || s->again == NULL)
		return false;
	without(&s->parts, base, &r);
	fails = s->again(s->arg, &r);
	if (!fails && c->passing.method == NULL)
		bisect_request_copy(&c->passing, &r);
	bisect_request_clear(&r);
	return fails;
}

static int search_causes(struct search *s, struct bisect_cause *causes)
{
	struct looks base;
	int count = 0;
	bool more = true;

	looks_init(&base, &s->parts);
	while (more && count < BISECT_CAUSES_LIMIT) {
		struct part_list culprits = { .list = NULL };
		struct bisect_cause *c = &causes[count++];

		*c = (struct bisect_cause){ .culprits = NULL };
		bisect_request_clear(&c->smallest);
		bisect_request_clear(&c->passing);
		search_begin(s, &base);
		search_parts(s, c);
		finish(s, &culprits, c);
		more = take_out(s, &culprits, c, &base) && go_on(s, &base, c);
		free(culprits.list);
	}
	looks_clear(&base);
	return count;
}

int bisect_reduce(const struct bisect_request *given, trial_fn *trial,
		  bool (*again)(void *arg, const struct bisect_request *r),
		  void *arg, const struct bisect_watch *watch,
		  struct bisect_cause *causes, struct fail *f)
{
	struct search s = {
		.trial = trial, .again = again, .arg = arg, .watch = watch
	};
	int count;

	if (given->method == NULL || given->target == NULL)
		return fail_set(f, FAIL_USAGE, "there is no request");
	parts_of(&s.parts, given);
	looks_init(&s.want, &s.parts);
	looks_init(&s.best, &s.parts);
	s.proved = xcalloc(s.parts.count, sizeof(*s.proved));
	count = search_causes(&s, causes);
	looks_clear(&s.want);
	looks_clear(&s.best);
	free(s.proved);
	free(s.answers);
	free(s.past.list);
	parts_clear(&s.parts);
	return count;
}
