/* Makes and writes the table of requirements, with the cases that guard each
 * and the faults that prove those. */
#include "probe/suite/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/pattern.h"

/* ---- making it ---- */

static bool guards(const struct casefile *c, const char *id)
{
	for (size_t i = 0; i < c->guard_count; i++)
		if (strcmp(c->guards[i], id) == 0)
			return true;
	return false;
}

static void find_cases(struct coverage_row *row, const struct casebook *book)
{
	row->cases = xcalloc(book->count, sizeof(const struct casefile *));
	for (size_t i = 0; i < book->count; i++)
		if (guards(book->list[i], row->of->id))
			row->cases[row->case_count++] = book->list[i];
}

static bool proves(const struct expected_fault *fault,
		   const struct coverage_row *row)
{
	for (size_t i = 0; i < fault->case_count; i++)
		for (size_t k = 0; k < row->case_count; k++)
			if (strcmp(fault->cases[i], row->cases[k]->id) == 0)
				return true;
	return false;
}

static void find_faults(struct coverage_row *row, const struct faults *faults)
{
	row->faults =
		xcalloc(faults->count, sizeof(const struct expected_fault *));
	for (size_t i = 0; i < faults->count; i++)
		if (proves(&faults->list[i], row))
			row->faults[row->fault_count++] = &faults->list[i];
}

static enum coverage state_of(const struct coverage_row *row, bool faults_known)
{
	if (row->case_count == 0)
		return row->of->undecidable != NULL ? COVERAGE_UNDECIDABLE
						    : COVERAGE_NONE;
	if (row->fault_count == 0 && faults_known && row->of->proof == NULL)
		return COVERAGE_UNPROVEN;
	return COVERAGE_FULL;
}

/* Must a case guard it? Not what is only allowed (may), nor facts about the
 * client. */
static bool is_owed(const struct requirement *r)
{
	return strcmp(r->level, "must") == 0 ||
	       strcmp(r->level, "should") == 0 ||
	       strcmp(r->level, "failure") == 0;
}

static bool is_chosen(const char *id, const struct option_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_glob(patterns->list[i], id))
			return true;
	return patterns->count == 0;
}

static int check_patterns(const struct requirements *known,
			  const struct option_list *patterns, struct fail *f)
{
	for (size_t i = 0; i < patterns->count; i++) {
		size_t k = 0;

		while (k < known->count &&
		       !pattern_glob(patterns->list[i], known->list[k].id))
			k++;
		if (k == known->count)
			return fail_set(f, FAIL_USAGE,
					"no requirement or failure matches "
					"'%s'",
					patterns->list[i]);
	}
	return 0;
}

static void row_clear(struct coverage_row *row)
{
	free(row->cases);
	free(row->faults);
}

/* Sorts the rows by state; rows with the same state keep their order. */
static void sort_rows(struct coverage_table *t)
{
	struct coverage_row *sorted = xcalloc(t->count, sizeof(*sorted));
	size_t n = 0;

	for (int state = 0; state < COVERAGE_COUNT; state++)
		for (size_t i = 0; i < t->count; i++)
			if ((int)t->list[i].state == state)
				sorted[n++] = t->list[i];
	free(t->list);
	t->list = sorted;
}

int coverage_make(struct coverage_table *out, const struct requirements *known,
		  const struct casebook *book, const struct faults *faults,
		  const struct option_list *patterns, struct fail *f)
{
	struct coverage_table t = { .faults_known = faults->known };

	if (check_patterns(known, patterns, f) < 0)
		return -1;
	t.list = xcalloc(known->count, sizeof(*t.list));
	for (size_t i = 0; i < known->count; i++) {
		struct coverage_row *row = &t.list[t.count];

		if (!is_chosen(known->list[i].id, patterns))
			continue;
		row->of = &known->list[i];
		find_cases(row, book);
		find_faults(row, faults);
		row->state = state_of(row, faults->known);
		t.states[row->state]++;
		if (row->state <= COVERAGE_UNPROVEN && is_owed(row->of))
			t.gaps++;
		t.count++;
	}
	sort_rows(&t);
	*out = t;
	return 0;
}

void coverage_clear(struct coverage_table *table)
{
	for (size_t i = 0; i < table->count; i++)
		row_clear(&table->list[i]);
	free(table->list);
	*table = (struct coverage_table){ .list = NULL };
}

/* ---- for people ---- */

static const char *const titles[COVERAGE_COUNT] = {
	[COVERAGE_NONE] = "Without a case",
	[COVERAGE_UNPROVEN] = "With cases that no fault has failed",
	[COVERAGE_UNDECIDABLE] = "What no case can decide, and why",
	[COVERAGE_FULL] = "Guarded",
};

/* How many cases from `first` on come from the same file. */
static size_t same_file(const struct coverage_row *row, size_t first)
{
	size_t n = 1;

	while (first + n < row->case_count &&
	       strcmp(row->cases[first]->path, row->cases[first + n]->path) ==
		       0)
		n++;
	return n;
}

static void write_cases(const struct coverage_row *row, struct buf *out)
{
	size_t n;

	for (size_t i = 0; i < row->case_count; i += n) {
		const char *id = row->cases[i]->id;

		n = same_file(row, i);
		buf_add_text(out, i > 0 ? ", " : "");
		if (n == 1)
			buf_add_text(out, id);
		else
			buf_addf(out, "%.*s/* (%zu)",
				 (int)(strrchr(id, '/') - id), id, n);
	}
	buf_add_byte(out, '\n');
}

static void write_row(const struct coverage_row *row, struct buf *out)
{
	buf_addf(out, "  %-10s  %-7s  ", row->of->id, row->of->level);
	if (row->state == COVERAGE_NONE)
		buf_addf(out, "%s\n", row->of->text);
	else if (row->state == COVERAGE_UNDECIDABLE)
		buf_addf(out, "%s\n", row->of->undecidable);
	else
		write_cases(row, out);
	if (row->of->proof != NULL)
		buf_addf(out,
			 "  %-10s  %-7s  not offered by ccgate; proof: "
			 "%s/result.json\n",
			 "", "", row->of->proof);
	if (row->fault_count == 0)
		return;
	buf_addf(out, "  %-10s  %-7s  failed by ", "", "");
	for (size_t i = 0; i < row->fault_count; i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "", row->faults[i]->name);
	buf_add_byte(out, '\n');
}

void coverage_write(const struct coverage_table *table, struct buf *out)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct coverage_row *row = &table->list[i];

		if (i == 0 || row->state != table->list[i - 1].state)
			buf_addf(out, "%s%s\n", i > 0 ? "\n" : "",
				 titles[row->state]);
		write_row(row, out);
	}
	buf_addf(out,
		 "\n%zu requirements and failures: %zu without a case, %zu "
		 "that no fault proves, %zu that\nno case can decide, %zu "
		 "guarded",
		 table->count, table->states[COVERAGE_NONE],
		 table->states[COVERAGE_UNPROVEN],
		 table->states[COVERAGE_UNDECIDABLE],
		 table->states[COVERAGE_FULL]);
	if (!table->faults_known)
		buf_add_text(out, "; the suite has no tests/faults/"
				  "expected.txt, so nothing\nis known of "
				  "faults");
	buf_add_text(out, ".\n");
}

/* ---- for programs ---- */

static void write_text(const char *key, const char *text, struct buf *out)
{
	buf_addf(out, "\"%s\": ", key);
	jscan_quote(out, span_of(text));
}

static void write_json_row(const struct coverage_row *row, struct buf *out)
{
	static const char *const words[COVERAGE_COUNT] = {
		[COVERAGE_NONE] = "uncovered",
		[COVERAGE_UNPROVEN] = "unproven",
		[COVERAGE_UNDECIDABLE] = "undecidable",
		[COVERAGE_FULL] = "covered",
	};

	write_text("id", row->of->id, out);
	buf_add_text(out, ", ");
	write_text("level", row->of->level, out);
	buf_add_text(out, ", ");
	write_text("state", words[row->state], out);
	buf_add_text(out, ", ");
	write_text("text", row->of->text, out);
	if (row->state == COVERAGE_UNDECIDABLE) {
		buf_add_text(out, ", ");
		write_text("undecidable", row->of->undecidable, out);
	}
	if (row->of->proof != NULL) {
		buf_add_text(out, ", ");
		write_text("proof", row->of->proof, out);
	}
	buf_add_text(out, ", \"cases\": [");
	for (size_t i = 0; i < row->case_count; i++) {
		buf_add_text(out, i > 0 ? ", " : "");
		jscan_quote(out, span_of(row->cases[i]->id));
	}
	buf_add_text(out, "], \"faults\": [");
	for (size_t i = 0; i < row->fault_count; i++) {
		buf_add_text(out, i > 0 ? ", " : "");
		jscan_quote(out, span_of(row->faults[i]->name));
	}
	buf_add_byte(out, ']');
}

void coverage_write_json(const struct coverage_table *table, struct buf *out)
{
	buf_add_text(out, "[");
	for (size_t i = 0; i < table->count; i++) {
		buf_add_text(out, i > 0 ? ",\n  { " : "\n  { ");
		write_json_row(&table->list[i], out);
		buf_add_text(out, " }");
	}
	buf_add_text(out, "\n]\n");
}
