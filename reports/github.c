/*
 * Annotations of a GitHub job: workflow commands on stdout, one for each cause
 * and for each failure that no cause explains. Only the ten worst, since a step
 * shows no more than ten. Failures that a baseline expects get none.
 */
#include "reports/reports.h"

#include <stdlib.h>

#include "reports/cause.h"
#include "reports/complaint.h"
#include "wire/bytes/mem.h"

#define MOST 10
#define CASES_TOLD 3

struct note { /* a cause or a failure */
	const struct cause *cause;
	const struct result *failure;
	enum level level;
	enum effect effect;
	size_t place; /* in the list of causes, then failures */
};

/* Escapes line breaks and "%", which would end or change a command; in a
 * property ":" and "," too. */
static void escaped(struct buf *out, const char *text, bool property)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);

	report_text(&plain, text ? text : "", "");
	for (const char *at = buf_str(&plain); *at; at++) {
		if (*at == '%' || *at == '\n' || *at == '\r' ||
		    (property && (*at == ':' || *at == ',')))
			buf_addf(out, "%%%02X", (unsigned)*at);
		else
			buf_add_byte(out, *at);
	}
	buf_clear(&plain);
}

/* The worst first; equal ones in the order of their lists. */
static int worst_first(const void *left, const void *right)
{
	const struct note *a = left, *b = right;

	if (a->level != b->level)
		return (int)a->level - (int)b->level;
	if (a->effect != b->effect)
		return (int)a->effect - (int)b->effect;
	return (a->place > b->place) - (a->place < b->place);
}

static void write_words(struct buf *out, enum level level, enum effect effect,
			const char *fix)
{
	buf_addf(out, "%%0A%s, %s: %s", level_name(level), effect_name(effect),
		 report_effect(effect));
	if (fix) {
		buf_add_text(out, "%0AFix: ");
		escaped(out, fix, false);
	}
	buf_add_byte(out, '\n');
}

static void write_cause(struct buf *out, const struct run_report *r,
			const struct cause *c)
{
	struct buf cases = BUF_INIT(BUF_NO_LIMIT);

	cause_cases(r, c, CASES_TOLD, &cases);
	buf_add_text(out, "::error title=");
	escaped(out, c->headline, true);
	buf_addf(out, "::%zu case%s: ", c->case_count,
		 c->case_count == 1 ? " fails because of it"
				    : "s fail because of it");
	escaped(out, buf_str(&cases), false);
	write_words(out, c->level, c->effect, c->fix);
	buf_clear(&cases);
}

static void write_failure(struct buf *out, const struct result *r)
{
	struct buf wrong = BUF_INIT(BUF_NO_LIMIT);

	complaint_of(r, &wrong);
	buf_add_text(out, "::error title=");
	escaped(out, r->id, true);
	buf_add_text(out, "::");
	escaped(out, buf_str(&wrong), false);
	write_words(out, result_failed_level(r), result_failed_effect(r),
		    r->fix);
	buf_clear(&wrong);
}

static void write_stopped(struct buf *out, const struct run_report *r)
{
	buf_add_text(out, "::error title=ccprobe::the gateway could not be "
			  "graded: ");
	escaped(out, r->stopped, false);
	if (r->stopped_advice) {
		escaped(out, "\n", false);
		escaped(out, r->stopped_advice, false);
	}
	buf_add_byte(out, '\n');
}

static size_t notes_of(const struct run_report *r, struct note *list)
{
	size_t count = 0;

	for (size_t i = 0; i < r->cause_count; i++)
		if (cause_news(r, &r->causes[i]) > 0)
			list[count++] =
				(struct note){ .cause = &r->causes[i],
					       .level = r->causes[i].level,
					       .effect = r->causes[i].effect,
					       .place = i };
	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];

		if (one->verdict != VERDICT_FAIL || one->expected ||
		    cause_of(r, one))
			continue;
		list[count++] =
			(struct note){ .failure = one,
				       .level = result_failed_level(one),
				       .effect = result_failed_effect(one),
				       .place = r->cause_count + i };
	}
	return count;
}

void github_write(const struct run_report *r, struct buf *out)
{
	struct note *list = xcalloc(r->cause_count + r->count, sizeof(*list));
	size_t count = notes_of(r, list);

	if (r->stopped)
		write_stopped(out, r);
	qsort(list, count, sizeof(*list), worst_first);
	for (size_t i = 0; i < count && i < MOST; i++) {
		if (list[i].cause)
			write_cause(out, r, list[i].cause);
		else
			write_failure(out, list[i].failure);
	}
	if (count > MOST)
		buf_addf(out,
			 "::notice::%zu more causes and failures: see the "
			 "summary\n",
			 count - MOST);
	free(list);
}
