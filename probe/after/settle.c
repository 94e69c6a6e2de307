/* Turns results and a baseline into an exit status. */
#include "probe/after/settle.h"

#include <stdio.h>
#include <time.h>

#include "probe/after/status.h"
#include "probe/suite/newfile.h"
#include "probe/suite/say.h"

int settle_open(struct settle *s, const char *path, const struct casebook *book,
		struct fail *f)
{
	if (path == NULL)
		return 0;
	if (baseline_read(&s->baseline, path, f) < 0) {
		f->code = FAIL_CASE; /* also for a file that does not exist */
		return -1;
	}
	s->has_baseline = true;
	return baseline_fits(&s->baseline, book, f);
}

void settle_clear(struct settle *s)
{
	baseline_clear(&s->baseline);
}

static void write_today(char text[static 32])
{
	time_t now = time(NULL);
	struct tm day;

	strftime(text, 32, "%Y-%m-%d", gmtime_r(&now, &day));
}

void settle_mark(struct settle *s, struct run_report *r)
{
	struct buf notes = BUF_INIT(BUF_NO_LIMIT);
	char today[32];

	if (!s->has_baseline)
		return;
	write_today(today);
	r->gone = baseline_apply(&s->baseline, r, today, &notes);
	say_text(stderr, &notes);
	buf_clear(&notes);
}

static int write_baseline(const struct settle *s, const struct run_report *r,
			  struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	baseline_of(r, &s->baseline, &text);
	rc = newfile_write(s->write, buf_span(&text), false, f);
	buf_clear(&text);
	return rc;
}

static size_t count_failures(const struct settle *s, const struct run_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];

		if (one->verdict != VERDICT_FAIL || one->expected != NULL)
			continue;
		n += !s->has_less || result_failed_level(one) <= s->less;
	}
	return n;
}

int settle_status(struct settle *s, const struct run_report *r, struct fail *f)
{
	/* The baseline of an interrupted run would lack the cases that did not
	 * run. */
	if (s->write != NULL && !r->interrupted && write_baseline(s, r, f) < 0)
		return EXIT_UNDECIDED;
	if (r->interrupted || r->logs_missing)
		return EXIT_UNDECIDED;
	if (count_failures(s, r) > 0 || r->gone > 0 || r->died)
		return EXIT_FAILS;
	/* Cases that were left out were not asked for: they do not count
	 * here. */
	if (r->counts[VERDICT_UNDECIDED] - r->left_out +
		    r->counts[VERDICT_BROKEN] >
	    0)
		return EXIT_UNDECIDED;
	return r->counts[VERDICT_PASS] + r->counts[VERDICT_FAIL] > 0
		       ? EXIT_CONFORMS
		       : EXIT_NOTHING;
}
