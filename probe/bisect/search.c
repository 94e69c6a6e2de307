/* The search for one cause: what was asked, and the smallest failing request so
 * far. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "probe/bisect/bisect_private.h"
#include "wire/bytes/hash.h"
#include "wire/bytes/mem.h"

void part_list_add(struct part_list *l, size_t part)
{
	l->list = mem_room(l->list, l->count, &l->cap, sizeof(*l->list));
	l->list[l->count++] = part;
}

/* ---- asking ---- */

/* Hashes the NUL too, so that no two texts run together. */
static uint64_t hash_text(uint64_t h, const char *text)
{
	return hash_bytes(h, span_make(text, strlen(text) + 1));
}

static uint64_t hash_of(const struct bisect_request *r)
{
	uint64_t h = HASH_START;

	h = hash_text(hash_text(h, r->method), r->target);
	for (size_t i = 0; i < r->headers.count; i++) {
		h = hash_text(h, r->headers.list[i].name);
		h = hash_text(h, r->headers.list[i].value);
	}
	return hash_bytes(h, buf_span(&r->body));
}

static void remember(struct search *s, uint64_t hash, enum trial t)
{
	s->answers = mem_room(s->answers, s->answer_count, &s->answer_cap,
			      sizeof(*s->answers));
	s->answers[s->answer_count++] =
		(struct trial_answer){ .hash = hash, .trial = t };
}

static const struct trial_answer *recall(const struct search *s, uint64_t hash)
{
	for (size_t i = 0; i < s->answer_count; i++)
		if (s->answers[i].hash == hash)
			return &s->answers[i];
	return NULL;
}

/* bisect promises to send no larger request, as somebody pays for them. */
static bool is_larger(const struct bisect_request *r,
		      const struct bisect_request *given)
{
	return r->body.len > given->body.len ||
	       r->headers.bytes > given->headers.bytes ||
	       strlen(r->target) > strlen(given->target);
}

/* All candidates are asked for here. */
static enum trial ask(struct search *s, const struct bisect_request *r)
{
	uint64_t hash = hash_of(r);
	const struct trial_answer *known = recall(s, hash);
	enum trial t;

	if (known != NULL)
		return known->trial;
	if (s->is_over)
		return TRIAL_OVER;
	assert(!is_larger(r, s->parts.given));
	if (is_larger(r, s->parts.given))
		return TRIAL_OTHER;
	t = s->trial(s->arg, r);
	if (t == TRIAL_OVER)
		s->is_over = true;
	else
		remember(s, hash, t);
	return t;
}

enum trial search_ask(struct search *s, const struct looks *l)
{
	struct bisect_request r;
	enum trial t;

	without(&s->parts, l, &r);
	t = ask(s, &r);
	if (t == TRIAL_SAME && bisect_request_size(&r) < s->best_size) {
		s->best_size = bisect_request_size(&r);
		looks_copy(&s->best, l, &s->parts);
	}
	bisect_request_clear(&r);
	return t;
}

enum trial search_ask_closed(struct search *s, const struct looks *want)
{
	struct looks closed;
	enum trial t;

	looks_init(&closed, &s->parts);
	looks_copy(&closed, want, &s->parts);
	looks_close(&s->parts, &closed, CLOSE_PULL);
	t = search_ask(s, &closed);
	looks_clear(&closed);
	return t;
}

void search_stage(struct search *s, const char *what)
{
	if (s->watch != NULL && s->watch->stage != NULL)
		s->watch->stage(s->watch->arg, what, s->best_size);
}

/* ---- units ---- */

static bool can_be_short(const struct part *p)
{
	if (part_is_text(p))
		return part_text(p).len > 1;
	return part_is(p, "max_tokens") && p->value.type == J_NUMBER &&
	       p->value.text.len > 1;
}

void search_units(const struct search *s, size_t part, struct part_list *out)
{
	const struct part *p = &s->parts.list[part];

	for (size_t i = p->child; i < p->child + p->count; i++) {
		const struct part *c = &s->parts.list[i];
		enum how how = s->want.of[i].how;

		if (how == HOW_GONE || how == HOW_TAKEN)
			continue;
		if (part_is_optional(c))
			part_list_add(out, i);
		else if (c->count > 0 && how == HOW_KEPT)
			search_units(s, i, out);
		else if (can_be_short(c) && how != HOW_SHORT)
			part_list_add(out, i);
	}
}

/* Leaves out everything that can be left out. */
void search_all_out(const struct search *s, struct looks *l)
{
	struct part_list units = { .list = NULL };

	looks_copy(l, &s->want, &s->parts);
	search_units(s, 0, &units);
	for (size_t i = 0; i < units.count; i++)
		part_out(&s->parts, l, units.list[i]);
	free(units.list);
}

/* ---- a cause ---- */

static void clear_culprits(struct culprit *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].name);
		free(list[i].pointer);
		free(list[i].header);
		free(list[i].value);
	}
	free(list);
}

void bisect_cause_clear(struct bisect_cause *c)
{
	clear_culprits(c->culprits, c->count);
	clear_culprits(c->missing, c->missing_count);
	bisect_request_clear(&c->smallest);
	bisect_request_clear(&c->passing);
	*c = (struct bisect_cause){ .culprits = NULL };
}

void search_begin(struct search *s, const struct looks *from)
{
	struct bisect_request r;

	looks_copy(&s->want, from, &s->parts);
	looks_copy(&s->best, from, &s->parts);
	memset(s->proved, 0, s->parts.count * sizeof(*s->proved));
	s->answer_count = 0;
	s->is_bare = s->size_tried = false;
	s->counted = NO_PART;
	without(&s->parts, from, &r);
	s->best_size = bisect_request_size(&r);
	remember(s, hash_of(&r), TRIAL_SAME);
	bisect_request_clear(&r);
}
