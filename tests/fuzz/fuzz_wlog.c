/*
 * Wire logs: any bytes are read or refused with their line. What was read is
 * written, and that text gives the same log and the same text again.
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/fuzz/kit.h"
#include "wire/log/wlog.h"

#define NAME "fuzz.jsonl"
#define BYTES_LIMIT ((size_t)64 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_log(struct wlog *w, struct span text, struct fail *f)
{
	FILE *from = text.len > 0 ? fmemopen((char *)text.at, text.len, "r")
				  : fopen("/dev/null", "r");
	int rc;

	kit_require(from != NULL, "no file in memory");
	wlog_init(w, BYTES_LIMIT);
	rc = wlog_read(w, from, NAME, f);
	fclose(from);
	return rc;
}

static void write_log(const struct wlog *w, struct buf *out)
{
	for (size_t i = 0; i < w->count; i++)
		kit_require(wlog_entry_write(&w->list[i], out) == 0,
			    "an entry that cannot be written");
}

static void check_again(const struct wlog *w)
{
	struct buf first = BUF_INIT(BUF_NO_LIMIT);
	struct buf second = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	struct wlog again;

	write_log(w, &first);
	kit_require(read_log(&again, buf_span(&first), &f) == 0,
		    "a written log does not read");
	kit_require(again.count == w->count, "entries that are lost");
	write_log(&again, &second);
	kit_require(span_equal(buf_span(&first), buf_span(&second)),
		    "a log changes when it is written twice");
	wlog_clear(&again);
	buf_clear(&first);
	buf_clear(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fail f = FAIL_INIT;
	struct wlog w;

	if (read_log(&w, span_make(data, size), &f) < 0) {
		kit_failed(&f, NAME);
		kit_require(f.line == w.count + 1,
			    "a failure in another line than the first bad one");
	} else {
		check_again(&w);
	}
	wlog_clear(&w);
	return 0;
}
