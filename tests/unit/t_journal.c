/* Tests of mockupstream/journal: what is kept, and what makes room for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mockupstream/journal.h"

#define LIMIT ((size_t)640 * 1024)
#define NOTE_BYTES 1000
#define EACH (NOTE_BYTES + sizeof(struct wlog_entry))
/* Of the limit's bytes, the sixty-fourth part goes at a time. */
#define PART (LIMIT / 64 / EACH)

/* The n-th entry, which says its number. */
static void add(struct journal *j, unsigned n)
{
	struct mock_sink sink = journal_sink(j);
	struct wlog *log = sink.log_for(sink.arg, n % 2);
	struct wlog_entry *e = wlog_add(log, n, n % 2, "u1", 1, WLOG_NOTE);
	char text[NOTE_BYTES + 1];

	memset(text, '.', NOTE_BYTES);
	text[NOTE_BYTES] = '\0';
	wlog_set_text(log, e, "entry %u %s", n, text);
	sink.on_entry(sink.arg, e);
}

/* The numbers that the entries say, which have to follow one another. */
static void read_numbers(const char *text, unsigned *first, size_t *count)
{
	*count = 0;
	for (const char *at = strstr(text, "entry "); at != NULL;
	     at = strstr(at + 1, "entry ")) {
		unsigned n = (unsigned)strtoul(at + 6, NULL, 10);

		if (*count == 0)
			*first = n;
		else
			assert_int_equal(n, *first + *count);
		++*count;
	}
}

static void t_oldest_go(void **state)
{
	struct journal *j = journal_new(LIMIT, NULL);
	const struct journal_query all = { .since = 0 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	uint64_t before = 0;
	unsigned first = 0;
	size_t count;

	(void)state;
	for (unsigned n = 0; n < 3000; n++) {
		add(j, n);
		assert_true(journal_first(j) - before <= PART + 1);
		before = journal_first(j);
	}
	assert_int_equal(journal_write(j, &all, &out), 3000);
	read_numbers(buf_str(&out), &first, &count);
	assert_int_equal(first, before);
	assert_int_equal(first + count, 3000);
	/* An entry more than a part holds ends it. */
	assert_true(count * EACH <= LIMIT + 64 * EACH);
	assert_true(count * EACH > LIMIT - LIMIT / 64);
	buf_clear(&out);
	journal_free(j);
}

/* All parts are full before the first of them goes. */
static void t_first_to_go(void **state)
{
	struct journal *j = journal_new(LIMIT, NULL);
	unsigned n = 0;

	(void)state;
	while (n < 64 * (PART + 1))
		add(j, n++);
	assert_int_equal(journal_first(j), 0);
	add(j, n++);
	assert_int_equal(journal_first(j), PART + 1);
	journal_free(j);
}

static void t_queries(void **state)
{
	struct journal *j = journal_new(LIMIT, NULL);
	struct journal_query q = { .since = 1995 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	unsigned first = 0;
	size_t count;

	(void)state;
	for (unsigned n = 0; n < 2000; n++)
		add(j, n);
	assert_int_equal(journal_write(j, &q, &out), 2000);
	read_numbers(buf_str(&out), &first, &count);
	assert_int_equal(first, 1995);
	assert_int_equal(count, 5);

	buf_reset(&out);
	q.by_run = true;
	q.run = 1;
	assert_int_equal(journal_write(j, &q, &out), 2000);
	assert_non_null(strstr(buf_str(&out), "entry 1995 "));
	assert_null(strstr(buf_str(&out), "entry 1996 "));
	assert_non_null(strstr(buf_str(&out), "entry 1999 "));

	/* Numbers go on after a reset, so that an old `since` stays true. */
	journal_reset(j);
	assert_int_equal(journal_first(j), 2000);
	buf_reset(&out);
	add(j, 2000);
	assert_int_equal(journal_write(j, &(struct journal_query){ 0 }, &out),
			 2001);
	read_numbers(buf_str(&out), &first, &count);
	assert_int_equal(first, 2000);
	assert_int_equal(count, 1);
	buf_clear(&out);
	journal_free(j);
}

static const struct CMUnitTest tests[] = {
	{ "journal: the oldest entries make room, a few at a time", t_oldest_go,
	  NULL, NULL, NULL },
	{ "journal: nothing goes as long as there is room", t_first_to_go, NULL,
	  NULL, NULL },
	{ "journal: queries count all entries there ever were", t_queries, NULL,
	  NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
