/* wire/bytes/rate: turns at an even pace. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/rate.h"

static void t_numbers(void **state)
{
	static const struct {
		const char *text;
		tick_t interval;
	} rows[] = {
		{ "1", TICK_S },
		{ "2", TICK_S / 2 },
		{ "0.5", 2 * TICK_S },
		{ ".5", 2 * TICK_S },
		{ "4.", TICK_S / 4 },
		{ "0.01", 100 * TICK_S },
		{ "10000", TICK_S / 10000 },
		{ "10000.00000000000000", TICK_S / 10000 },
		{ "00000000000000000004", TICK_S / 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rate r = { .next = 7 };

		assert_int_equal(rate_read(&r, "--rate", rows[i].text, NULL),
				 0);
		assert_int_equal(r.interval, rows[i].interval);
		assert_int_equal(r.next, 0);
		assert_true(rate_of(&r) * (double)r.interval > 0.999e9);
		assert_true(rate_of(&r) * (double)r.interval < 1.001e9);
	}
}

static void t_no_numbers(void **state)
{
	static const char *const bad[] = {
		"",      ".",       "0",
		"0.009", "10000.1", "10001",
		"-1",    "+1",      "1.2.3",
		"inf",   "nan",     "1e3",
		"1 ",    " 1",      "0x10",
		"one",   "1,5",     "000000000000000000004", /* 21 bytes */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct rate r = { .interval = 7 };

		if (rate_read(&r, "--rate", bad[i], NULL) == 0)
			fail_msg("'%s' is a rate", bad[i]);
		assert_int_equal(r.interval, 7);
	}
	{
		struct fail f = FAIL_INIT;
		struct rate r;

		assert_int_equal(rate_read(&r, "--rate", "x", &f), -1);
		assert_int_equal(f.code, FAIL_USAGE);
		assert_string_equal(f.text,
				    "--rate: 'x' is no number of requests a "
				    "second, from 0.01 to 10000 (0.5 is one "
				    "every two seconds)");
	}
}

/* A turn is never earlier than it was announced. */
static void t_turns(void **state)
{
	struct rate r = { 0 };

	(void)state;
	assert_int_equal(rate_due(&r, 5), 5); /* without a pace: now */
	assert_true(rate_of(&r) == 0);
	assert_int_equal(rate_read(&r, "r", "10", NULL), 0);
	assert_int_equal(rate_due(&r, 5), 5);
	rate_take(&r, 5);
	assert_int_equal(rate_due(&r, 5), 5 + TICK_S / 10);
	assert_int_equal(rate_due(&r, 5 + TICK_S / 10), 5 + TICK_S / 10);
	assert_int_equal(rate_due(&r, TICK_S), TICK_S);
	assert_true(rate_of(&r) == 10);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "rate: numbers are read", t_numbers, NULL, NULL, NULL },
		{ "rate: what is none is refused", t_no_numbers, NULL, NULL,
		  NULL },
		{ "rate: turns are even", t_turns, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("rate", tests, NULL, NULL);
}
