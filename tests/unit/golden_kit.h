/* Compares a long text that a test makes with a file of tests/golden, part by
 * part as it grows. With UPDATE_GOLDEN it rewrites the file. */
#ifndef TESTS_GOLDEN_KIT_H
#define TESTS_GOLDEN_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/suite/newfile.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/buf.h"

static struct {
	const char *path;
	char *text; /* NULL: the file is rewritten */
	size_t len, same; /* `same`: bytes that were found equal */
} golden;

static inline void golden_open(const char *path)
{
	golden.path = path;
	golden.same = 0;
	if (!getenv("UPDATE_GOLDEN") &&
	    scratch_read(&golden.text, &golden.len, path, 1 << 24, NULL) < 0)
		fail_msg("%s cannot be read", path);
}

/* Asserts that the text so far is the begin of the file. */
static inline void golden_compare(const struct buf *all)
{
	size_t line = 1, begin = 0;

	if (!golden.text)
		return;
	if (all->len <= golden.len &&
	    memcmp(all->at + golden.same, golden.text + golden.same,
		   all->len - golden.same) == 0) {
		golden.same = all->len;
		return;
	}
	for (size_t at = 0;
	     at < all->len && at < golden.len && all->at[at] == golden.text[at];
	     at++)
		if (all->at[at] == '\n') {
			line++;
			begin = at + 1;
		}
	fail_msg("%s:%zu: '%.*s' is now '%.*s'", golden.path, line,
		 (int)strcspn(golden.text + begin, "\n"), golden.text + begin,
		 (int)strcspn(all->at + begin, "\n"), all->at + begin);
}

static inline void golden_close(const struct buf *all)
{
	struct fail f = FAIL_INIT;

	golden_compare(all);
	if (!golden.text &&
	    newfile_write(golden.path, buf_span(all), false, &f) < 0)
		fail_msg("%s", f.text);
	if (golden.text)
		assert_int_equal(all->len, golden.len);
	free(golden.text);
	golden.text = NULL;
}

#endif
