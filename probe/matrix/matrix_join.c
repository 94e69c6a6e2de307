/* Joins results into a matrix: their order, cells of duties and areas, and
 * history. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/matrix/matrix.h"
#include "wire/bytes/mem.h"

static int compare(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* The newest first among those of one gateway, formats and client. */
static int by_gateway(const void *left, const void *right)
{
	const struct matrix_result *a = left, *b = right;
	int by = strcasecmp(a->gateway, b->gateway);

	by = by ? by : compare(a->gateway, b->gateway);
	by = by ? by : compare(a->client_format, b->client_format);
	by = by ? by : compare(a->provider, b->provider);
	by = by ? by : compare(b->client, a->client);
	by = by ? by : compare(b->date, a->date);
	by = by ? by : compare(b->version, a->version);
	return by ? by : strcmp(a->path, b->path);
}

bool matrix_is_in_area(const char *id, const char *area)
{
	size_t len = strlen(area);

	return strncmp(id, area, len) == 0 && (id[len] == '/' || !id[len]);
}

static bool is_wanted(const struct matrix_result *r,
		      const struct matrix_filter *filter)
{
	return !filter->gateway || strcasestr(r->gateway, filter->gateway);
}

static void leave_out(struct matrix_result *r, const struct matrix_filter *by)
{
	size_t kept = 0;

	memset(r->counts, 0, sizeof(r->counts));
	for (size_t i = 0; i < r->case_count; i++) {
		struct matrix_case c = r->cases[i];

		if ((by->area && !matrix_is_in_area(c.id, by->area)) ||
		    (by->duty && strcasecmp(c.duty, by->duty) != 0))
			continue;
		r->cases[kept++] = c;
		r->counts[c.state]++;
	}
	r->case_count = kept;
}

/* ---- words, each once ---- */

static int by_word(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static bool has(const char *const *list, size_t count, const char *word,
		size_t len)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(list[i]) == len && memcmp(list[i], word, len) == 0)
			return true;
	return false;
}

static void add(const char ***list, size_t *count, const char *word, size_t len)
{
	if (has(*list, *count, word, len))
		return;
	*list = xrealloc(*list, (*count + 1) * sizeof(**list));
	(*list)[(*count)++] = xmemdup(word, len);
}

static void take_words(struct matrix *m)
{
	for (size_t i = 0; i < m->count; i++) {
		for (size_t k = 0; k < m->list[i].case_count; k++) {
			const struct matrix_case *c = &m->list[i].cases[k];

			add(&m->duties, &m->duty_count, c->duty,
			    strlen(c->duty));
			add(&m->areas, &m->area_count, c->id,
			    strcspn(c->id, "/"));
		}
	}
	if (m->duty_count == 0)
		return;
	qsort(m->duties, m->duty_count, sizeof(*m->duties), by_word);
	qsort(m->areas, m->area_count, sizeof(*m->areas), by_word);
}

void matrix_join(struct matrix *out, struct matrix_result **list, size_t *count,
		 const struct matrix_filter *filter)
{
	struct matrix m = { .list = *list };

	for (size_t i = 0; i < *count; i++) {
		struct matrix_result r = (*list)[i];

		if (!is_wanted(&r, filter)) {
			matrix_result_clear(&r);
			continue;
		}
		leave_out(&r, filter);
		m.list[m.count++] = r;
	}
	if (m.count > 0)
		qsort(m.list, m.count, sizeof(*m.list), by_gateway);
	for (size_t i = 1; i < m.count; i++)
		m.list[i].is_old =
			matrix_result_is_kin(&m.list[i - 1], &m.list[i]);
	take_words(&m);
	*list = NULL;
	*count = 0;
	*out = m;
}

void matrix_clear(struct matrix *m)
{
	for (size_t i = 0; i < m->count; i++)
		matrix_result_clear(&m->list[i]);
	for (size_t i = 0; i < m->duty_count; i++)
		free((char *)m->duties[i]);
	for (size_t i = 0; i < m->area_count; i++)
		free((char *)m->areas[i]);
	free(m->list);
	free(m->duties);
	free(m->areas);
	*m = (struct matrix){ .list = NULL };
}

const char *matrix_duty_text(const struct matrix *m, const char *duty)
{
	for (size_t i = 0; i < m->requirement_count; i++)
		if (strcmp(m->requirements[i].id, duty) == 0)
			return m->requirements[i].text;
	return NULL;
}

/* ---- cells ---- */

static void count_in(struct matrix_cell *cell, const struct matrix_case *c)
{
	bool first = cell->counts[MATRIX_FAIL] == 0;

	cell->total++;
	cell->counts[c->state]++;
	if (c->state != MATRIX_FAIL)
		return;
	if (first || c->level < cell->level)
		cell->level = c->level;
	if (first || c->effect < cell->effect)
		cell->effect = c->effect;
}

/* A cell takes its worst state. States without an outcome count only where no
 * case has one. */
static void settle(struct matrix_cell *cell)
{
	static const enum matrix_state worst[] = {
		MATRIX_FAIL,        MATRIX_UNDECIDED, MATRIX_PASS,
		MATRIX_NOT_OFFERED, MATRIX_NOT_MEANT, MATRIX_NOT_TESTED,
	};
	size_t i = 0;

	while (cell->counts[worst[i]] == 0 && worst[i] != MATRIX_NOT_TESTED)
		i++;
	cell->state = worst[i];
}

struct matrix_cell matrix_duty_cell(const struct matrix_result *r,
				    const char *duty)
{
	struct matrix_cell cell = { .state = MATRIX_NOT_TESTED };

	for (size_t i = 0; i < r->case_count; i++)
		if (strcmp(r->cases[i].duty, duty) == 0)
			count_in(&cell, &r->cases[i]);
	settle(&cell);
	return cell;
}

struct matrix_cell matrix_area_cell(const struct matrix_result *r,
				    const char *area)
{
	struct matrix_cell cell = { .state = MATRIX_NOT_TESTED };

	for (size_t i = 0; i < r->case_count; i++)
		if (matrix_is_in_area(r->cases[i].id, area))
			count_in(&cell, &r->cases[i]);
	settle(&cell);
	return cell;
}

/* ---- history ---- */

const struct matrix_result *matrix_older(const struct matrix *m,
					 const struct matrix_result *r)
{
	size_t next = (size_t)(r - m->list) + 1;

	return next < m->count && m->list[next].is_old ? &m->list[next] : NULL;
}

void matrix_step_of(struct matrix_step *out, const struct matrix_result *was,
		    const struct matrix_result *is)
{
	*out = (struct matrix_step){
		.broken = xcalloc(is->case_count + 1, sizeof(*out->broken)),
		.mended = xcalloc(is->case_count + 1, sizeof(*out->mended)),
	};
	for (size_t i = 0; i < is->case_count; i++) {
		const struct matrix_case *now = &is->cases[i];
		const struct matrix_case *then =
			matrix_result_case(was, now->id);

		if (!then || then->state == now->state)
			continue;
		if (now->state == MATRIX_FAIL)
			out->broken[out->broken_count++] = now->id;
		else if (then->state == MATRIX_FAIL &&
			 now->state == MATRIX_PASS)
			out->mended[out->mended_count++] = now->id;
	}
}

void matrix_step_clear(struct matrix_step *s)
{
	free(s->broken);
	free(s->mended);
	*s = (struct matrix_step){ .broken = NULL };
}
