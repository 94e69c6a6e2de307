/* wire/bytes/mem: a list grows before it is full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "wire/bytes/mem.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_a_list_keeps_what_is_in_it),
		cmocka_unit_test(t_a_list_with_room_stays),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("mem", tests, NULL, NULL);
}
