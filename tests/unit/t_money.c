/* gateway/keys/money: amounts as numbers and as text. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "gateway/keys/money.h"

#define UNTOUCHED (-7)

static money_t of(double dollars)
{
	money_t m = UNTOUCHED;

	return money_of(dollars, &m) ? m : UNTOUCHED;
}

static void amounts_are_rounded_to_the_nearest(void **state)
{
	(void)state;
	assert_int_equal(of(0), 0);
	assert_int_equal(of(0.4e-9), 0);
	assert_int_equal(of(0.6e-9), 1);
	assert_int_equal(of(1.4e-9), 1);
	assert_int_equal(of(0.01245), 12450000);
	assert_int_equal(of(50), 50 * MONEY_DOLLAR);
	assert_int_equal(of(1e9), MONEY_MOST);
}

static void what_is_no_amount(void **state)
{
	(void)state;
	assert_int_equal(of(-1e-9), UNTOUCHED);
	assert_int_equal(of(-50), UNTOUCHED);
	assert_int_equal(of(1.000001e9), UNTOUCHED);
	assert_int_equal(of((double)NAN), UNTOUCHED);
	assert_int_equal(of((double)INFINITY), UNTOUCHED);
}

static void texts(void **state)
{
	static const struct {
		money_t m;
		const char *written, *shown;
	} all[] = {
		{ 0, "0", "$0.00" },
		{ 1, "0.000000001", "$0.0000" },
		{ 100000, "0.0001", "$0.0001" },
		{ 9999999, "0.009999999", "$0.0099" },
		{ MONEY_CENT, "0.01", "$0.01" },
		{ 12450000, "0.01245", "$0.01" },
		{ MONEY_DOLLAR - 1, "0.999999999", "$0.99" },
		{ MONEY_DOLLAR, "1", "$1.00" },
		{ 50 * MONEY_DOLLAR + 90 * MONEY_CENT, "50.9", "$50.90" },
		{ MONEY_MOST, "1000000000", "$1000000000.00" },
	};
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		buf_reset(&b);
		money_write(all[i].m, &b);
		assert_string_equal(buf_str(&b), all[i].written);
		buf_reset(&b);
		money_show(all[i].m, &b);
		assert_string_equal(buf_str(&b), all[i].shown);
	}
	buf_clear(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_are_rounded_to_the_nearest),
		cmocka_unit_test(what_is_no_amount),
		cmocka_unit_test(texts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("money", tests, NULL, NULL);
}
