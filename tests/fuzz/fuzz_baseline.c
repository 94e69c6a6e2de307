/*
 * Baselines: any bytes are read or refused with a place. A run in which just
 * what is listed fails is expected as a whole; the baseline that is written
 * of it reads, expects the same, and is written again in the same words.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/after/baseline.h"
#include "tests/fuzz/kit.h"
#include "wire/bytes/mem.h"

#define ENTRIES_LIMIT 64 /* a run of more tells nothing new */
#define EARLY "0000-01-01" /* a day after which everything counts */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct result *result_for(struct run_report *r, const char *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].id, id) == 0)
			return &r->list[i];
	r->list[r->count] = (struct result){
		.id = xstrdup(id),
		.verdict = VERDICT_FAIL,
		.outcomes = xcalloc(ENTRIES_LIMIT, sizeof(struct outcome)),
	};
	return &r->list[r->count++];
}

static bool is_text(const char *text)
{
	return text == NULL || span_is_utf8(span_of(text));
}

/* What the entries speak of, failing. True: all of them. */
static bool run_of(const struct baseline *b, struct run_report *r)
{
	bool all = b->count <= ENTRIES_LIMIT;

	r->list = xcalloc(ENTRIES_LIMIT, sizeof(*r->list));
	for (size_t i = 0; i < b->count && i < ENTRIES_LIMIT; i++) {
		const struct baseline_entry *e = &b->list[i];
		struct result *one;

		if (!is_text(e->id) || !is_text(e->check)) {
			all = false; /* of no case file */
			continue;
		}
		one = result_for(r, e->id);
		one->outcomes[one->outcome_count++] = (struct outcome){
			.name = xstrdup(e->check ? e->check : "any"),
			.verdict = VERDICT_FAIL,
		};
	}
	return all;
}

static void run_clear(struct run_report *r)
{
	for (size_t i = 0; i < r->count; i++)
		result_clear(&r->list[i]);
	free(r->list);
}

/* What it lists fails, so nothing is to be deleted. */
static void check_expected(const struct baseline *b)
{
	struct run_report run = { .list = NULL };
	struct buf notes = BUF_INIT(BUF_NO_LIMIT);
	bool all = run_of(b, &run);
	size_t gone = baseline_apply(b, &run, EARLY, &notes);

	kit_require(!all || gone == 0,
		    "an entry to be deleted that still fails");
	kit_require(run.expected == run.count,
		    "a case that fails as listed and is not expected");
	run_clear(&run);
	buf_clear(&notes);
}

static void check_written(const struct baseline *b)
{
	struct run_report run = { .list = NULL };
	struct buf first = BUF_INIT(BUF_NO_LIMIT);
	struct buf second = BUF_INIT(BUF_NO_LIMIT);
	struct baseline again = { .path = NULL };

	run_of(b, &run);
	baseline_of(&run, b, &first);
	kit_require(
		baseline_read(&again, kit_file(1, buf_span(&first)), NULL) == 0,
		"a written baseline does not read");
	check_expected(&again);
	baseline_of(&run, &again, &second);
	kit_require(span_equal(buf_span(&first), buf_span(&second)),
		    "a baseline changes when it is written twice");
	baseline_clear(&again);
	run_clear(&run);
	buf_clear(&first);
	buf_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = kit_file(0, span_make(data, size));
	struct baseline b = { .path = NULL };
	struct fail f = FAIL_INIT;

	if (baseline_read(&b, path, &f) < 0) {
		kit_failed(&f, path);
		kit_require(f.line > 0 && b.list == NULL,
			    "a failure without a place, or with entries");
		return 0;
	}
	check_expected(&b);
	check_written(&b);
	baseline_clear(&b);
	return 0;
}
