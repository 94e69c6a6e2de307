/* Tests of mockupstream/mark. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/mock.h"

static uint64_t find(const char *text)
{
	return mark_find(span_of(text));
}

static void t_find(void **state)
{
	(void)state;
	assert_int_equal(find("a [probe-00000000000000a1] b"), 0xa1);
	assert_int_equal(find("[probe-ffffffffffffFFFF]"), UINT64_MAX);
	assert_int_equal(find("[probe-[probe-0000000000000002]"), 2);
}

static void t_find_none(void **state)
{
	(void)state;
	assert_int_equal(find(""), 0);
	assert_int_equal(find("[probe-"), 0);
	assert_int_equal(find("[probe-00000000000000a1"), 0);
	assert_int_equal(find("[probe-0000000000000a1]"), 0);
	assert_int_equal(find("[probe-000000000000000g]"), 0);
	assert_int_equal(find("[probe-00000000000000011]"), 0);
	assert_int_equal(find("[probe-10000000000000g1]"), 0);
}

/* Every digit, at every place. */
static void t_digits(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		for (size_t i = 0; i < 16; i++) {
			char text[] = "[probe-0000000000000000]";
			int digit = c >= '0' && c <= '9'   ? c - '0'
				    : c >= 'a' && c <= 'f' ? c - 'a' + 10
				    : c >= 'A' && c <= 'F' ? c - 'A' + 10
							   : 0;

			text[7 + i] = (char)c;
			assert_true(find(text) == (uint64_t)digit
							  << (4 * (15 - i)));
		}
	}
	assert_int_equal(find("[probe-00000000000000a1}"), 0);
	assert_int_equal(find("[probe-00000000000000a1\\[probe-"
			      "0000000000000003]"),
			 3);
}

static void t_zeros_are_none(void **state)
{
	(void)state;
	assert_int_equal(find("[probe-0000000000000000]"), 0);
	assert_int_equal(find("[probe-0000000000000000] "
			      "[probe-0000000000000007]"),
			 7);
}

static void t_put(void **state)
{
	char text[] = "[probe-0000000000000000] x [probe-0000000000000000] "
		      "[probe-0000000000000005]";

	(void)state;
	assert_int_equal(mark_put(text, strlen(text), UINT64_C(0xabc)), 2);
	assert_string_equal(text, "[probe-0000000000000abc] x "
				  "[probe-0000000000000abc] "
				  "[probe-0000000000000005]");
	assert_int_equal(mark_put(text, strlen(text), 9), 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "mark: it is found", t_find, NULL, NULL, NULL },
		{ "mark: what only looks like one is none", t_find_none, NULL,
		  NULL, NULL },
		{ "mark: each of its digits counts", t_digits, NULL, NULL,
		  NULL },
		{ "mark: zeros are not a mark", t_zeros_are_none, NULL, NULL,
		  NULL },
		{ "mark: zeros are overwritten in place, others are not", t_put,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("mark", tests, NULL, NULL);
}
