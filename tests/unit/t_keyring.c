/* Tests of probe/suite/keyring: named keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/suite/keys/keyring.h"

static void t_roles(void **state)
{
	struct fail f = FAIL_INIT;
	struct buf list = BUF_INIT(1 << 16);

	(void)state;
	keyring_list(&list);
	assert_true(span_starts(buf_span(&list), "second\n  has no limits"));
	assert_int_equal(keyring_check("second", &f), 0);
	assert_int_equal(keyring_check("single", &f), 0);
	for (const char *const *m = keyring_marks(); *m; m++) {
		assert_int_equal(keyring_check(*m + 2, &f), 0);
		assert_non_null(strstr(buf_str(&list), *m + 2));
	}
	buf_clear(&list);
	assert_int_equal(keyring_check("budgte", &f), -1);
	assert_string_equal(f.text, "no key 'budgte'; did you mean 'budget'?");
	assert_int_equal(f.code, FAIL_CASE);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(keyring_check("quite another", &f), -1);
	assert_string_equal(f.text, "no key 'quite another'; `ccprobe explain "
				    "keys` lists them");
}

static void t_ring(void **state)
{
	struct keyring k = { .list = NULL };
	char value[] = "sk-1";

	(void)state;
	assert_null(keyring_find(NULL, "budget"));
	assert_null(keyring_find(&k, "budget"));
	keyring_add(&k, "budget", value);
	keyring_add(&k, "rated", "sk-2");
	value[0] = 'x';
	assert_string_equal(keyring_find(&k, "budget"), "sk-1");
	assert_string_equal(keyring_find(&k, "rated"), "sk-2");
	assert_null(keyring_find(&k, "second"));
	keyring_clear(&k);
	assert_int_equal(k.count, 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "keyring: each role is known, no other is", t_roles, NULL,
		  NULL, NULL },
		{ "keyring: the keys of a run are found by name", t_ring, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("keyring", tests, NULL, NULL);
}
