/* Makes the causes of a report from the behaviours that were seen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/causes/causes_private.h"
#include "wire/bytes/mem.h"

/* ---- one cause ---- */

struct settling {
	const struct behaviours *seen;
	struct cause *list;
	size_t count;
	size_t *cause_of; /* by behaviour: index of its cause in the list */
	bool *joined; /* by cause: it has several behaviours */
	const struct run_report *report;
	size_t death; /* the cause of the gateway's death, or CAUSE_NONE */
};

static char *copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

static void fill_duty(struct cause *out, const struct behaviour_row *row,
		      const struct behaviour_rule *rule)
{
	out->duty = rule != NULL ? rule->duty : row->duty;
	out->level = rule != NULL ? rule->level : row->level;
	out->effect = rule != NULL ? rule->effect : row->effect;
	out->fix = xstrdup(rule != NULL && rule->fix != NULL ? rule->fix
							     : row->fix);
}

static void add_examples(struct cause *out, const struct behaviour *b)
{
	for (size_t i = 0; i < b->example_count; i++) {
		struct cause_example *e;

		if (out->example_count == CAUSE_EXAMPLES)
			return;
		e = &out->examples[out->example_count++];
		e->id = xstrdup(b->examples[i].id);
		e->sent = copy(b->examples[i].sent);
		e->got = copy(b->examples[i].got);
	}
}

/* Begins a cause of the row's kind with its first behaviour. */
static void begin_cause(const struct settling *s, const struct behaviour *b,
			const struct behaviour_row *row, struct cause *out)
{
	*out = (struct cause){
		.kind = row->kind,
		.change = row->change,
		.count = b->count,
		.of = behaviours_of(s->seen, b),
	};
	add_examples(out, b);
}

static char *headline_of(const struct settling *s, struct buf *said)
{
	secrets_blot(&s->seen->secrets, said);
	return buf_take(said, NULL);
}

static void fill_cause(const struct settling *s, const struct behaviour *b,
		       struct cause *out)
{
	struct buf said = BUF_INIT(BUF_NO_LIMIT);

	begin_cause(s, b, b->row, out);
	out->id = xstrdup(b->id);
	behaviours_headline(s->seen, b, &said);
	out->headline = headline_of(s, &said);
	fill_duty(out, b->row, b->rule);
}

static void fill_joined(const struct settling *s, const struct behaviour *b,
			const char *subject, struct cause *out)
{
	struct buf id = BUF_INIT(256), said = BUF_INIT(BUF_NO_LIMIT);
	const char *dash = strrchr(subject, '-');

	begin_cause(s, b, b->row, out);
	buf_addf(&id, "%s:%s", b->row->kind, subject);
	out->id = buf_take(&id, NULL);
	if (b->kind == BEHAVIOUR_STATUS_MAPPED)
		buf_addf(&said, "answers the provider's %.*s with %s",
			 (int)(dash - subject), subject, dash + 1);
	else
		buf_addf(&said, "tells failures of its own as %s", dash + 1);
	if (b->said != NULL)
		buf_addf(&said, " (such as: %s)", b->said);
	out->headline = headline_of(s, &said);
	fill_duty(out, b->row, behaviour_rule(b->kind, subject));
}

/* A gateway that died broke off its open answers, and accepted no more
 * requests. */
static bool is_of_death(const struct settling *s, const struct behaviour *b)
{
	struct span subject = span_of(b->subject);

	if (!s->report->died)
		return false;
	return b->kind == BEHAVIOUR_GONE ||
	       (b->kind == BEHAVIOUR_NO_ANSWER &&
		!span_ends(subject, end_name(END_TIMEOUT)) &&
		!span_ends(subject, end_name(END_OPEN)));
}

static void fill_death(const struct settling *s, const struct behaviour *b,
		       struct cause *out)
{
	const struct behaviour_row *row = behaviour_row(BEHAVIOUR_GONE);
	struct buf said = BUF_INIT(BUF_NO_LIMIT);

	begin_cause(s, b, row, out);
	out->id = xstrdup(row->kind);
	buf_addf(&said, "died during the run: %s",
		 s->report->last_words != NULL
			 ? s->report->last_words
			 : "its last words are not known");
	out->headline = headline_of(s, &said);
	fill_duty(out, row, NULL);
}

static void add_death(struct settling *s, size_t n)
{
	const struct behaviour *b = &s->seen->list[n];

	if (s->death == CAUSE_NONE) {
		s->death = s->count++;
		fill_death(s, b, &s->list[s->death]);
		s->joined[s->death] = true;
	} else {
		s->list[s->death].count += b->count;
		add_examples(&s->list[s->death], b);
	}
	s->cause_of[n] = s->death;
}

static size_t find(const struct settling *s, const char *kind,
		   const char *subject)
{
	size_t len = strlen(kind);

	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->list[i].kind, kind) == 0 &&
		    s->list[i].id[len] == ':' &&
		    strcmp(s->list[i].id + len + 1, subject) == 0)
			return i;
	return s->count;
}

static void add_behaviour(struct settling *s, size_t n)
{
	const struct behaviour *b = &s->seen->list[n];
	char subject[CAUSES_JOINED];
	size_t at;

	if (is_of_death(s, b)) {
		add_death(s, n);
		return;
	}
	causes_joined_subject(s->seen, b, subject);
	if (subject[0] == '\0') {
		s->cause_of[n] = s->count;
		fill_cause(s, b, &s->list[s->count++]);
		return;
	}
	at = find(s, b->row->kind, subject);
	s->cause_of[n] = at;
	if (at == s->count) {
		fill_joined(s, b, subject, &s->list[at]);
		s->joined[at] = true;
		s->count++;
		return;
	}
	s->list[at].count += b->count;
	if (b->kind == BEHAVIOUR_STATUS_MAPPED) /* each status has a tally of
						   its own */
		s->list[at].of += behaviours_of(s->seen, b);
	add_examples(&s->list[at], b);
}

/* Adds the counts to headlines of joined behaviours, when all were seen. */
static void number_joined(struct settling *s)
{
	for (size_t i = 0; i < s->count; i++) {
		struct cause *c = &s->list[i];
		struct buf text = BUF_INIT(BUF_NO_LIMIT);

		if (!s->joined[i])
			continue;
		if (c->of < c->count)
			c->of = c->count;
		buf_addf(&text, "%s: %zu of %zu", c->headline, c->count, c->of);
		free(c->headline);
		c->headline = buf_take(&text, NULL);
	}
}

/* ---- order ---- */

static void add_case(struct cause *cause, size_t i)
{
	cause->cases = xrealloc(cause->cases, (cause->case_count + 1) *
						      sizeof(*cause->cases));
	cause->cases[cause->case_count++] = i;
}

/* How much a failing result harms, by level and effect of its failed checks. */
static size_t harm_of_result(const struct result *r)
{
	static const size_t weights[] = {
		[EFFECT_EXPOSES] = 64, [EFFECT_BREAKS] = 16,
		[EFFECT_COSTS] = 8,    [EFFECT_DEGRADES] = 4,
		[EFFECT_COSMETIC] = 1,
	};
	bool is_must = result_failed_level(r) == LEVEL_MUST;

	return weights[result_failed_effect(r)] * (is_must ? 4 : 1);
}

struct weighed {
	struct cause cause;
	size_t harm;
};

static int by_harm(const void *left, const void *right)
{
	const struct weighed *x = left, *y = right;
	const struct cause *a = &x->cause, *b = &y->cause;

	if (x->harm != y->harm)
		return x->harm > y->harm ? -1 : 1;
	if (a->case_count == 0 && a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* The most harmful causes first; then notes, by how often they were seen. */
static void sort(struct settling *s, const struct run_report *r)
{
	struct weighed *list = xcalloc(s->count, sizeof(*list));

	for (size_t i = 0; i < s->count; i++) {
		list[i].cause = s->list[i];
		for (size_t k = 0; k < s->list[i].case_count; k++)
			list[i].harm +=
				harm_of_result(&r->list[s->list[i].cases[k]]);
	}
	qsort(list, s->count, sizeof(*list), by_harm);
	for (size_t i = 0; i < s->count; i++)
		s->list[i] = list[i].cause;
	free(list);
}

/* Kinds that accuse on weak evidence are kept only if they explain a failing
 * check. */
static bool is_kept(const struct cause *c)
{
	static const enum behaviour_kind guilt[] = {
		BEHAVIOUR_PASSED_ON,         BEHAVIOUR_BUFFERED,
		BEHAVIOUR_HEAD_DELAYED,      BEHAVIOUR_SERIALISED,
		BEHAVIOUR_CONNECTION_CLOSED, BEHAVIOUR_ASKED_LOST,
		BEHAVIOUR_ASKED_OTHER,       BEHAVIOUR_ASKED_MOVED,
		BEHAVIOUR_ASKED_ADDED,       BEHAVIOUR_ASKED_UNSTABLE,
		BEHAVIOUR_ASKED_REFUSED,     BEHAVIOUR_ASKED_LEAKS,
		BEHAVIOUR_COUNT_LOST,        BEHAVIOUR_COUNT_OTHER,
		BEHAVIOUR_SAID_LOST,         BEHAVIOUR_SAID_OTHER
	};

	for (size_t i = 0; i < sizeof(guilt) / sizeof(guilt[0]); i++)
		if (strcmp(c->kind, behaviour_row(guilt[i])->kind) == 0)
			return c->case_count > 0;
	return true;
}

static void drop_unkept(struct settling *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->count; i++) {
		if (!is_kept(&s->list[i])) {
			cause_clear(&s->list[i]);
			continue;
		}
		/* A behaviour that explains no failing check breaks no duty in
		 * this run. */
		if (s->list[i].case_count == 0)
			s->list[i].duty = NULL;
		s->list[kept++] = s->list[i];
	}
	s->count = kept;
}

void causes_settle(const struct causes *c, struct run_report *r)
{
	struct settling s = { .seen = causes_seen(c),
			      .report = r,
			      .death = CAUSE_NONE };

	s.list = xcalloc(s.seen->count, sizeof(*s.list));
	s.cause_of = xcalloc(s.seen->count, sizeof(*s.cause_of));
	s.joined = xcalloc(s.seen->count, sizeof(*s.joined));
	for (size_t i = 0; i < s.seen->count; i++)
		add_behaviour(&s, i);
	number_joined(&s);
	for (size_t i = 0; i < r->count; i++) {
		size_t b = r->list[i].verdict == VERDICT_FAIL
				   ? causes_explained(c, r->list[i].id)
				   : CAUSE_NONE;

		if (b != CAUSE_NONE)
			add_case(&s.list[s.cause_of[b]], i);
	}
	sort(&s, r);
	drop_unkept(&s);
	for (size_t i = 0; i < s.count; i++)
		for (size_t k = 0; k < s.list[i].case_count; k++)
			r->list[s.list[i].cases[k]].cause = i + 1;
	r->causes = s.list;
	r->cause_count = s.count;
	free(s.cause_of);
	free(s.joined);
}
