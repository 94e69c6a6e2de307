/*
 * Case files: any text is read or refused with one line that names the file.
 * What was read can be judged against a log in which nothing happened.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/command/explain.h"
#include "probe/judge/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-case: %s\n", what);
	abort();
}

static void judge(const struct casefile *c)
{
	struct requirements none = { .list = NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct result r;
	struct wlog log;

	wlog_init(&log, 4096);
	wlog_set_text(&log, wlog_add(&log, 0, 1, "probe", 0, WLOG_NOTE), "x");
	check_case(c, &log, 1, &r);
	require(r.outcome_count >= c->check_count, "a check has no outcome");
	require((r.verdict == VERDICT_PASS) == (r.reason == NULL),
		"a verdict without its reason");
	explain_case(c, &none, &text);
	require(text.len > 0, "a case that cannot be explained");
	result_clear(&r);
	wlog_clear(&log);
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;

	if (casefile_parse(&book, "cases/fuzz/case.json", span_make(data, size),
			   NULL, &f) < 0) {
		require(f.code != FAIL_OK, "a failure without a code");
		require(strstr(f.text, "cases/fuzz/case.json") == f.text,
			"a failure that does not name the file");
		require(book.count == 0, "a case of a file that was refused");
	} else {
		require(book.count > 0, "no case in a file that was read");
	}
	for (size_t i = 0; i < book.count; i++)
		judge(book.list[i]);
	casebook_clear(&book);
	return 0;
}
