/*
 * Finds the parts to blame in the smallest request: it passes without them. A
 * part without which it fails in another way only keeps it valid.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/mem.h"

#define VALUE_LIMIT 64 /* longer values are not shown */
/* if more parts than this are left unasked, naming them says nothing */
#define UNKNOWN_LIMIT 8

static bool may_be(const struct search *s, size_t part)
{
	const struct part *p = &s->parts.list[part];

	if (!part_is_there(&s->parts, &s->best, part))
		return false;
	if (s->counted != NO_PART && part_is_in(&s->parts, part, s->counted))
		return part == s->counted;
	if (s->proved[part] && s->best.of[part].how != HOW_SHORT)
		return true;
	if ((p->flags & PART_STAYS) != 0)
		return false;
	if (s->is_bare && (p->flags & PART_FIXED) != 0)
		return p->kind != PART_BODY;
	/* One message has to be there: it may be to blame only if it was
	 * searched for. */
	if (p->place == PLACE_MESSAGE && p->kind == PART_ITEM &&
	    !part_is_there(&s->parts, &s->want, part))
		return false;
	return part_is_optional(p);
}

enum trial search_ask_without(struct search *s, size_t part, bool whole,
			      struct looks *l)
{
	looks_copy(l, whole ? &s->want : &s->best, &s->parts);
	part_out(&s->parts, l, part);
	if (!s->proved[part])
		l->of[part].how = HOW_GONE;
	if (whole)
		looks_close(&s->parts, l, CLOSE_PULL);
	else
		looks_tidy(&s->parts, l);
	return search_ask(s, l);
}

/* A part that was left out together with its counterpart may fail in another
 * way when its counterpart goes too. Then the request before the split is asked
 * instead. */
static enum trial ask_without(struct search *s, size_t part)
{
	struct looks l;
	enum trial t;

	looks_init(&l, &s->parts);
	t = search_ask_without(s, part, false, &l);
	if (t == TRIAL_OTHER && part_is_there(&s->parts, &s->want, part))
		t = search_ask_without(s, part, true, &l);
	looks_clear(&l);
	return t;
}

/* The part, or the innermost part around it, without which the request passes.
 * `even_unknown`: also one that could not be asked for any more. */
static size_t to_blame(struct search *s, size_t part, bool even_unknown)
{
	for (; part != NO_PART && part != s->counted;
	     part = s->parts.list[part].parent) {
		enum trial t =
			may_be(s, part) ? ask_without(s, part) : TRIAL_OTHER;

		if (t == TRIAL_PASSES || (t == TRIAL_OVER && even_unknown))
			return part;
	}
	return part;
}

static bool has_part(const struct part_list *l, size_t part)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i] == part)
			return true;
	return false;
}

/* Finds the innermost parts that may be to blame. */
static void find_leaves(const struct search *s, struct part_list *out)
{
	const struct parts *ps = &s->parts;
	bool *has_one = xcalloc(ps->count, sizeof(*has_one));

	for (size_t i = ps->count; i-- > 1;) {
		if (!has_one[i] && may_be(s, i)) {
			part_list_add(out, i);
			has_one[i] = true;
		}
		if (has_one[i])
			has_one[ps->list[i].parent] = true;
	}
	free(has_one);
}

static void blame(struct search *s, const struct part_list *leaves,
		  struct part_list *out)
{
	bool few = leaves->count <= UNKNOWN_LIMIT;

	for (size_t i = leaves->count; i-- > 0;) {
		size_t part = to_blame(s, leaves->list[i], few);

		if (part != NO_PART && !has_part(out, part))
			part_list_add(out, part);
	}
	few = few && out->count == 0 && !s->is_bare;
	for (size_t i = 0; few && i < leaves->count; i++)
		if (part_is_there(&s->parts, &s->want, leaves->list[i]))
			part_list_add(out, leaves->list[i]);
}

/* Drops parts that have another part of the list in them. */
static void drop_outer(const struct parts *ps, struct part_list *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->count; i++) {
		bool outer = false;

		for (size_t k = 0; k < l->count; k++)
			outer = outer || (k != i && part_is_in(ps, l->list[k],
							       l->list[i]));
		if (!outer)
			l->list[kept++] = l->list[i];
	}
	l->count = kept;
}

/* Asks with another item in place of this one; true if there is no other. */
static bool fails_with_other(struct search *s, size_t item)
{
	const struct parts *ps = &s->parts;
	const struct part *list = &ps->list[ps->list[item].parent];
	size_t other = list->child;
	bool fails = true;
	struct looks l;

	looks_init(&l, ps);
	looks_copy(&l, &s->best, ps);
	l.of[item].how = HOW_GONE;
	while (other < list->child + list->count &&
	       (other == item || !part_bring(ps, &l, other)))
		other++;
	if (other < list->child + list->count)
		fails = search_ask(s, &l) != TRIAL_PASSES;
	looks_clear(&l);
	return fails;
}

/* If any tool fails, whatever its name is, the field `tools` is to blame and no
 * tool. The same goes for system blocks, whatever their text is. */
static size_t widened(struct search *s, size_t part)
{
	const struct parts *ps = &s->parts;
	const struct part *p = &ps->list[part];
	const char *key = p->place == PLACE_TOOL ? "name" : "text";
	size_t word = part_member(ps, part, key);

	/* The type of a server tool identifies it, not its name. */
	if (p->kind != PART_ITEM || word == NO_PART ||
	    (p->place == PLACE_TOOL && p->feature != NULL) ||
	    (s->best.of[word].how != HOW_SHORT &&
	     s->best.of[word].how != HOW_GONE))
		return part;
	if ((p->place == PLACE_TOOL ||
	     ps->list[p->parent].place == PLACE_SYSTEM) &&
	    fails_with_other(s, part))
		return p->parent;
	return part;
}

/* The feature of the part itself, or of the field that it is in. */
static const struct feature *feature_of(const struct parts *ps, size_t part)
{
	const struct part *p = &ps->list[part];

	if (p->kind == PART_HEADER)
		return feature_named(ps->given->headers.list[p->index].name);
	if (p->feature != NULL)
		return p->feature;
	for (size_t up = p->parent; up != NO_PART; up = ps->list[up].parent) {
		const struct feature *e = ps->list[up].feature;

		if (e != NULL && e->kind == FEATURE_FIELD)
			return e;
	}
	return NULL;
}

static char *value_of(const struct search *s, size_t part)
{
	const struct part *p = &s->parts.list[part];
	const struct part_look *look = &s->best.of[part];
	struct buf count = BUF_INIT(BUF_NO_LIMIT);

	if (part == s->counted) {
		buf_addf(&count, "%zu items", s->count);
		return buf_take(&count, NULL);
	}
	if (p->kind == PART_BETA || p->kind == PART_QUERY)
		return span_dup(p->bytes);
	if (look->how == HOW_CUT)
		return span_dup(span_make(part_text(p).at + look->from,
					  look->to - look->from));
	if (p->count > 0 || p->value.text.len == 0 ||
	    p->value.text.len > VALUE_LIMIT)
		return NULL;
	return span_dup(p->value.text);
}

static void describe(const struct search *s, size_t part, struct culprit *out)
{
	const struct part *p = &s->parts.list[part];
	const struct headers *head = &s->parts.given->headers;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	*out = (struct culprit){ .feature = feature_of(&s->parts, part) };
	part_name(s, part, &text);
	out->name = buf_take(&text, NULL);
	out->value = value_of(s, part);
	if (p->kind == PART_HEADER) {
		out->header = xstrdup(head->list[p->index].name);
		if ((p->flags & PART_FIXED) == 0)
			out->value = xstrdup(head->list[p->index].value);
	}
	if (p->kind == PART_BETA && p->value.text.len == 0)
		out->header = xstrdup("anthropic-beta");
	if (p->value.text.len == 0)
		return;
	part_pointer(&s->parts, part, &text);
	out->pointer = buf_take(&text, NULL);
}

/* Whether the smallest request fails in the same way with another beta in place
 * of this one. */
static bool fails_with_beta(struct search *s, const struct looks *smallest,
			    size_t beta, size_t other)
{
	struct looks l;
	bool same;

	looks_init(&l, &s->parts);
	looks_copy(&l, smallest, &s->parts);
	l.of[beta].how = HOW_GONE;
	same = part_bring(&s->parts, &l, other) &&
	       search_ask(s, &l) == TRIAL_SAME;
	looks_clear(&l);
	return same;
}

/* Betas that are refused one by one are one cause, because one check refuses
 * them all. If all betas are refused, the header is to blame. true: each fails
 * by itself. */
static bool gather_betas(struct search *s, struct part_list *culprits)
{
	const struct parts *ps = &s->parts;
	size_t beta = culprits->count == 1 ? culprits->list[0] : NO_PART;
	const struct part *header;
	struct looks smallest;
	size_t there = 0;

	if (beta == NO_PART || ps->list[beta].kind != PART_BETA ||
	    ps->list[ps->list[beta].parent].kind != PART_HEADER)
		return false;
	header = &ps->list[ps->list[beta].parent];
	culprits->count = 0;
	looks_init(&smallest, ps);
	looks_copy(&smallest, &s->best, ps);
	for (size_t i = header->child; i < header->child + header->count; i++) {
		there += smallest.of[i].how != HOW_TAKEN;
		if (i == beta || fails_with_beta(s, &smallest, beta, i))
			part_list_add(culprits, i);
	}
	looks_clear(&smallest);
	if (culprits->count > 1 && culprits->count == there) {
		culprits->count = 1;
		culprits->list[0] = ps->list[beta].parent;
	}
	return culprits->count > 1;
}

void search_culprits(struct search *s, struct bisect_cause *c,
		     struct part_list *out)
{
	struct part_list leaves = { .list = NULL };

	find_leaves(s, &leaves);
	blame(s, &leaves, out);
	drop_outer(&s->parts, out);
	c->is_each = gather_betas(s, out);
	c->culprits = xcalloc(out->count, sizeof(*c->culprits));
	for (size_t i = 0; i < out->count; i++) {
		out->list[i] = widened(s, out->list[i]);
		describe(s, out->list[i], &c->culprits[c->count++]);
	}
	free(leaves.list);
}

/* ---- taking a cause out ---- */

static bool is_same_block(const struct parts *ps, size_t a, size_t b)
{
	size_t x = part_member(ps, a, "type"), y = part_member(ps, b, "type");

	return ps->list[a].place == PLACE_BLOCK &&
	       ps->list[b].place == PLACE_BLOCK && x != NO_PART &&
	       y != NO_PART &&
	       span_equal(ps->list[x].value.text, ps->list[y].value.text);
}

/* When a second block of a type fails, all blocks of that type are taken
 * out. */
static bool is_second(const struct search *s, size_t culprit)
{
	for (size_t i = 0; i < s->past.count; i++)
		if (is_same_block(&s->parts, s->past.list[i], culprit))
			return true;
	return false;
}

static bool is_alike(const struct parts *ps, size_t a, size_t b)
{
	const struct part *p = &ps->list[a], *q = &ps->list[b];

	if (p->kind == PART_BETA || p->kind != q->kind)
		return false;
	if (p->feature != NULL)
		return p->feature == q->feature;
	return part_is_alike(ps, a, b) &&
	       span_equal(p->value.text, q->value.text);
}

/* Shortens all texts that have the failing words, or are as long as the failing
 * length. */
static void take_text(const struct search *s, size_t culprit,
		      struct looks *base)
{
	const struct parts *ps = &s->parts;
	const struct part_look *look = &s->best.of[culprit];
	struct span piece = part_text(&ps->list[culprit]);

	if (look->how == HOW_CUT)
		piece = span_make(piece.at + look->from, look->to - look->from);
	for (size_t i = 1; i < ps->count; i++) {
		const struct part *p = &ps->list[i];

		if (!part_is_text(p))
			continue;
		if (look->how == HOW_FILLED
			    ? part_text(p).len >= look->to &&
				      part_is_alike(ps, culprit, i)
			    : span_find(part_text(p), piece) != SIZE_MAX)
			base->of[i].how = HOW_SHORT;
	}
	base->of[culprit].how = HOW_SHORT;
}

/* Leaves one item fewer than fails; if messages take turns, the last of them
 * stays a user's. */
static void take_some(const struct search *s, struct looks *base)
{
	const struct parts *ps = &s->parts;
	const struct part *l = &ps->list[s->counted];
	size_t most = s->count - 1, left = 0;

	if (s->counted == ps->messages && ps->alternates &&
	    ps->ends_with_user && most % 2 == 0)
		most--;
	for (size_t i = l->child; i < l->child + l->count; i++)
		if (base->of[i].how == HOW_KEPT && ++left > most)
			base->of[i].how = HOW_TAKEN;
}

static void take_all(struct search *s, size_t culprit, struct looks *base)
{
	const struct parts *ps = &s->parts;
	bool second = is_second(s, culprit);

	for (size_t i = 1; i < ps->count; i++)
		if (i == culprit || is_alike(ps, culprit, i) ||
		    (second && is_same_block(ps, culprit, i)))
			base->of[i].how = HOW_TAKEN;
	part_list_add(&s->past, culprit);
}

void search_take(struct search *s, size_t culprit, struct looks *base)
{
	const struct part *p = &s->parts.list[culprit];

	if (culprit == s->counted)
		take_some(s, base);
	else if (s->proved[culprit] && part_is_text(p))
		take_text(s, culprit, base);
	else if (part_is_optional(p) || p->kind == PART_HEADER ||
		 p->place == PLACE_SYSTEM || p->place == PLACE_TOOLS)
		take_all(s, culprit, base);
	else if (s->proved[culprit] && !part_is(p, "name"))
		base->of[culprit].how = HOW_SHORT;
	else
		base->of[p->parent].how = HOW_TAKEN;
}
