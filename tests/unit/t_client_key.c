/* gateway/keys: what a key may do; net/sha256. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/keys/client_key.h"

static void t_hash(void **state)
{
	unsigned char hash[SHA256_BYTES], other[SHA256_BYTES];
	char text[SHA256_TEXT_LEN];

	(void)state;
	sha256_of(span_of("abc"), hash); /* FIPS 180-4 */
	sha256_text(hash, text);
	assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223"
				  "b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(sha256_read(span_of(text), other), 0);
	assert_true(sha256_is_same(hash, other));
	text[0] = 'B';
	assert_int_equal(sha256_read(span_of(text), other), 0);
	assert_true(sha256_is_same(hash, other));
	text[63] = 'c';
	assert_int_equal(sha256_read(span_of(text), other), 0);
	assert_false(sha256_is_same(hash, other));
	text[5] = 'g';
	assert_int_equal(sha256_read(span_of(text), other), -1);
	assert_int_equal(sha256_read(span_of("ba"), other), -1);
}

static void t_find(void **state)
{
	struct client_key keys[6];
	unsigned char hash[SHA256_BYTES];
	char label[CLIENT_KEY_LABEL_LEN];

	(void)state;
	client_key_init(&keys[0], "ann", "one");
	client_key_init(&keys[1], NULL, "two");
	sha256_of(span_of("three"), hash);
	client_key_init_hash(&keys[2], NULL, hash);
	assert_ptr_equal(client_key_find(keys, 3, span_of("one")), &keys[0]);
	assert_ptr_equal(client_key_find(keys, 3, span_of("two")), &keys[1]);
	assert_ptr_equal(client_key_find(keys, 3, span_of("three")), &keys[2]);
	client_key_init(&keys[3], "again", "one");
	client_key_init(&keys[4], NULL, "");
	client_key_init(&keys[5], NULL, "k");
	assert_ptr_equal(client_key_find(keys, 6, span_of("one")), &keys[0]);
	assert_ptr_equal(client_key_find(keys, 6, span_of("k")), &keys[5]);
	assert_null(client_key_find(keys, 6, SPAN_EMPTY));
	assert_null(client_key_find(keys, 3, span_of("thre")));
	assert_null(client_key_find(keys, 3, SPAN_EMPTY));
	assert_null(client_key_find(keys, 0, span_of("one")));
	client_key_label(&keys[0], label);
	assert_string_equal(label, "ann");
	client_key_label(&keys[1], label);
	assert_string_equal(label, "key-3fc4ccfe");
	for (size_t i = 0; i < 6; i++)
		client_key_clear(&keys[i]);
}

static void t_models(void **state)
{
	struct client_key k;

	(void)state;
	client_key_init(&k, NULL, "k");
	assert_false(client_key_is_limited(&k));
	assert_true(client_key_may_ask(&k, span_of("any")));
	client_key_add_model(&k, "claude-haiku-*");
	client_key_add_model(&k, "claude-opus-5");
	assert_true(client_key_is_limited(&k));
	assert_true(client_key_may_ask(&k, span_of("claude-haiku-4-5")));
	assert_true(client_key_may_ask(&k, span_of("claude-haiku-")));
	assert_true(client_key_may_ask(&k, span_of("claude-opus-5")));
	assert_false(client_key_may_ask(&k, span_of("claude-opus-5-5")));
	assert_false(client_key_may_ask(&k, span_of("claude-haiku")));
	assert_false(client_key_may_ask(&k, SPAN_EMPTY));
	client_key_clear(&k);
}

/* Each limit by itself, and the smallest of it. */
static void t_limits(void **state)
{
	struct client_key k;

	(void)state;
	client_key_init(&k, NULL, "k");
	k.a_minute = 1;
	assert_true(client_key_is_limited(&k));
	k.a_minute = 0;
	k.streams = 1;
	assert_true(client_key_is_limited(&k));
	k.streams = 0;
	k.expires = 1;
	assert_true(client_key_is_limited(&k));
	k.expires = 0;
	k.budget.limit[BUDGET_TOTAL] = 0;
	assert_true(client_key_is_limited(&k));
	k.budget.limit[BUDGET_TOTAL] = BUDGET_NONE;
	assert_false(client_key_is_limited(&k));
	client_key_clear(&k);
	assert_null(k.value);
	assert_int_equal(k.models_count, 0);
}

static void t_times(void **state)
{
	static const char *const wrong[] = { "",
					     "2026",
					     "2026-13-01",
					     "2026-02-30",
					     "2026-11-30T15:00:00",
					     "2026-11-30T15:00:00Z ",
					     "30.11.2026",
					     "1969-01-01",
					     "1970-01-01" };
	struct fail f = FAIL_INIT;
	int64_t at = 7;

	(void)state;
	assert_int_equal(client_key_read_time("2026-11-30T15:00:00Z", &at, &f),
			 0);
	assert_int_equal(at, 1796050800);
	assert_int_equal(client_key_read_time("2026-11-30", &at, &f), 0);
	assert_int_equal(at, 1795996800);
	assert_int_equal(client_key_read_time("1970-01-01T00:00:01Z", &at, &f),
			 0);
	assert_int_equal(at, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (client_key_read_time(wrong[i], &at, &f) == 0)
			fail_msg("'%s' is taken for a time", wrong[i]);
	assert_int_equal(at, 1);
	assert_string_equal(
		f.text, "a time must be \"2026-12-31T18:00:00Z\", or a day, "
			"\"2026-12-31\", in UTC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_hash),   cmocka_unit_test(t_find),
		cmocka_unit_test(t_models), cmocka_unit_test(t_limits),
		cmocka_unit_test(t_times),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
