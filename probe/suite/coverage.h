/*
 * Which cases guard a requirement or a failure, and which faults prove those
 * cases by failing them: a case that was never seen to fail guards nothing.
 */
#ifndef PROBE_SUITE_COVERAGE_H
#define PROBE_SUITE_COVERAGE_H

#include "probe/suite/casefile.h"
#include "probe/suite/requirements.h"
#include "wire/bytes/option.h"

/* tests/faults/expected.txt: faults, and the cases that each must fail. */
struct expected_fault {
	char *name;
	char **cases;
	size_t case_count;
};

struct faults { /* zero-initialised: not known */
	struct expected_fault *list;
	size_t count;
	bool known;
};

/* If the suite has no such file, out->known is false. */
int faults_read(struct faults *out, const char *root, struct fail *f);
void faults_clear(struct faults *faults);

enum coverage { /* in the order of the table */
		COVERAGE_NONE, /* no case */
		COVERAGE_UNPROVEN, /* cases, but no fault fails any of them */
		COVERAGE_UNDECIDABLE,
		COVERAGE_FULL,
		COVERAGE_COUNT
};

struct coverage_row {
	const struct requirement *of;
	enum coverage state;
	const struct casefile **cases;
	size_t case_count;
	const struct expected_fault **faults;
	size_t fault_count;
};

struct coverage_table {
	struct coverage_row *list;
	size_t count;
	size_t states[COVERAGE_COUNT];
	size_t gaps; /* rows that should be guarded and proven, and are not */
	bool faults_known;
};

/* `known`, `book` and `faults` must outlive the table. `patterns` select
 * requirements by id; none: all. Rows are sorted by state, then as in
 * requirements.json. -1: a pattern matches nothing. */
int coverage_make(struct coverage_table *out, const struct requirements *known,
		  const struct casebook *book, const struct faults *faults,
		  const struct option_list *patterns, struct fail *f);
void coverage_clear(struct coverage_table *table);

void coverage_write(const struct coverage_table *table, struct buf *out);
void coverage_write_json(const struct coverage_table *table, struct buf *out);

#endif
