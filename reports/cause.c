/* Causes as values, and what all reporters need of them. */
#include "reports/cause.h"

#include <stdlib.h>
#include <string.h>

#include "wire/http/end.h"

void cause_clear(struct cause *c)
{
	for (size_t i = 0; i < c->example_count; i++) {
		free(c->examples[i].id);
		free(c->examples[i].sent);
		free(c->examples[i].got);
	}
	free(c->id);
	free(c->headline);
	free(c->fix);
	free(c->cases);
	*c = (struct cause){ .id = NULL };
}

void cause_list_free(struct cause *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cause_clear(&list[i]);
	free(list);
}

const char *cause_change_name(enum cause_change c)
{
	static const char *const names[] = {
		[CAUSE_KEPT] = "kept",
		[CAUSE_CHANGED] = "changed",
		[CAUSE_DROPPED] = "dropped",
		[CAUSE_ADDED] = "added",
	};

	return names[c];
}

const struct cause *cause_of(const struct run_report *r,
			     const struct result *one)
{
	if (one->verdict != VERDICT_FAIL || one->cause == 0 ||
	    one->cause > r->cause_count)
		return NULL;
	return &r->causes[one->cause - 1];
}

static bool is_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

/* Something passed on unchanged is shown, but two complete answers are not. */
static bool shows(const struct cause_example *e)
{
	const char *clean = end_name(END_CLEAN);

	if (is_empty(e->sent) || is_empty(e->got))
		return !is_empty(e->sent) || !is_empty(e->got);
	return strcmp(e->sent, clean) != 0 || strcmp(e->got, clean) != 0;
}

const struct cause_example *cause_example_from(const struct cause *c,
					       size_t from)
{
	while (from < c->example_count && !shows(&c->examples[from]))
		from++;
	return from < c->example_count ? &c->examples[from] : NULL;
}

size_t cause_number(const struct run_report *r, const struct cause *c)
{
	return (size_t)(c - r->causes) + 1;
}

bool cause_is_note(const struct cause *c)
{
	return c->case_count == 0;
}

size_t cause_news(const struct run_report *r, const struct cause *c)
{
	size_t news = 0;

	for (size_t i = 0; i < c->case_count; i++)
		news += r->list[c->cases[i]].expected == NULL;
	return news;
}

struct cause_count cause_counts(const struct run_report *r)
{
	struct cause_count n = { .causes = 0 };

	for (size_t i = 0; i < r->cause_count; i++)
		n.causes += !cause_is_note(&r->causes[i]);
	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].verdict != VERDICT_FAIL)
			continue;
		n.failures++;
		n.explained += cause_of(r, &r->list[i]) != NULL;
	}
	n.alone = n.failures - n.explained;
	return n;
}

void cause_sentence(const struct run_report *r, struct buf *out)
{
	struct cause_count n = cause_counts(r);

	buf_addf(out, "%zu cause%s %zu of %zu failure%s", n.causes,
		 n.causes == 1 ? " explains" : "s explain", n.explained,
		 n.failures, n.failures == 1 ? "" : "s");
}

void cause_cases(const struct run_report *r, const struct cause *c, size_t most,
		 struct buf *out)
{
	for (size_t i = 0; i < c->case_count && i < most; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "",
			 r->list[c->cases[i]].id);
	if (c->case_count > most)
		buf_addf(out, " and %zu more", c->case_count - most);
}

void cause_duty(const struct run_report *r, const struct cause *c,
		struct buf *out)
{
	if (!c->duty)
		return;
	buf_addf(out, "%s, %s", c->duty, level_name(c->level));
	for (size_t i = 0; i < r->requirement_count; i++)
		if (strcmp(r->requirements[i].id, c->duty) == 0)
			buf_addf(out, ": %s", r->requirements[i].text);
}
