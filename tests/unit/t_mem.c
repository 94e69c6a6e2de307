/* wire/bytes/mem, shared and secrets_words: a list grows before it is full, who
 * frees memory, and which words are no secrets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/secrets.h"
#include "wire/bytes/shared.h"

/* AddressSanitizer would see an element that has no room. */
static void t_a_list_keeps_what_is_in_it(void **state)
{
	uint64_t *list = NULL;
	size_t cap = 0;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		list = mem_room(list, i, &cap, sizeof(*list));
		assert_true(cap > i);
		list[i] = i;
	}
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(list[i], i);
	free(list);
}

static void t_a_list_with_room_stays(void **state)
{
	size_t cap = 0;
	char *list = mem_room(NULL, 0, &cap, 8), *same;
	size_t first = cap;

	(void)state;
	same = mem_room(list, first - 1, &cap, 8);
	assert_ptr_equal(same, list);
	assert_int_equal(cap, first);
	list = mem_room(list, first, &cap, 8);
	assert_true(cap > first);
	free(list);
}

/* The count is there from the second owner on, and the last one frees both. */
static void t_owners(void **state)
{
	char *a = xstrdup("shared"), *b = a, *c = a;
	unsigned *of_a = NULL, *of_b, *of_c;

	(void)state;
	of_b = shared_hold(&of_a);
	assert_non_null(of_b);
	assert_ptr_equal(of_a, of_b);
	assert_int_equal(*of_a, 2);
	of_c = shared_hold(&of_b);
	assert_ptr_equal(of_c, of_a);
	assert_int_equal(*of_a, 3);
	shared_drop(&a, &of_a);
	assert_null(a);
	assert_null(of_a);
	assert_int_equal(*of_b, 2);
	assert_string_equal(b, "shared");
	shared_drop(&b, &of_b);
	assert_int_equal(*of_c, 1);
	assert_string_equal(c, "shared");
	shared_drop(&c, &of_c);
	assert_null(c);
	assert_null(of_c);
	/* One owner, who was always alone; and nothing at all. */
	a = xstrdup("alone");
	shared_drop(&a, &of_a);
	assert_null(a);
	shared_drop(&a, &of_a);
	assert_null(a);
}

/* An ordinary word is no secret, nor is a part of one. */
static void t_ordinary(void **state)
{
	(void)state;
	assert_true(secrets_is_ordinary("internal server error"));
	assert_true(secrets_is_ordinary("Internal Server"));
	assert_true(secrets_is_ordinary("too many requests"));
	assert_true(secrets_is_ordinary("forbidden"));
	assert_true(secrets_is_ordinary("orbidde"));
	assert_false(secrets_is_ordinary("forbiddens"));
	assert_false(secrets_is_ordinary("sk-0123456789"));
	assert_false(secrets_is_ordinary("internal-server"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_a_list_keeps_what_is_in_it),
		cmocka_unit_test(t_a_list_with_room_stays),
		cmocka_unit_test(t_owners),
		cmocka_unit_test(t_ordinary),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
