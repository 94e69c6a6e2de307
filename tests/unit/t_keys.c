/* Tests of probe/run/keys: keys that are given, found and made up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/keys.h"

static int set_up(void **state)
{
	(void)state;
	unsetenv("ANTHROPIC_AUTH_TOKEN");
	unsetenv("ANTHROPIC_API_KEY");
	unsetenv("KEYS_TEST");
	return 0;
}

static void t_printable(void **state)
{
	(void)state;
	assert_true(keys_printable(span_of("")));
	assert_true(keys_printable(span_of(" ~a")));
	assert_false(keys_printable(span_of("\x1f")));
	assert_false(keys_printable(span_of("a\x7f")));
	assert_false(keys_printable(span_of("\xc3\xa9")));
}

/* Made-up keys are new in every run, differ from each other, and are long
 * enough to be found. */
static void t_made_up(void **state)
{
	struct keys_given given = { .key = NULL };
	struct keys one, two;

	(void)state;
	assert_int_equal(keys_make(&one, &given, NULL), 0);
	assert_int_equal(keys_make(&two, &given, NULL), 0);
	assert_int_equal(strncmp(one.client, "sk-ccprobe-client-", 18), 0);
	assert_int_equal(strncmp(one.upstream, "sk-ccprobe-upstream-", 20), 0);
	assert_int_equal(strncmp(one.wrong, "sk-ccprobe-wrong-", 17), 0);
	assert_int_equal(strlen(one.client), 18 + 32);
	assert_string_not_equal(one.client, two.client);
	assert_string_not_equal(one.upstream, two.upstream);
	assert_string_not_equal(one.wrong, two.wrong);
	assert_int_equal(strncmp(one.client + 18, one.client + 34, 16) != 0, 1);
	assert_true(one.upstream_known);
	assert_int_equal(one.auth, AUTH_DEFAULT);
	assert_null(one.found);
	keys_clear(&one);
	keys_clear(&two);
	assert_null(one.client);
}

static void t_named(void **state)
{
	static const char *const names[] = { "second", "narrow", NULL };
	struct keyring ring = { .count = 0 };
	const char *second, *narrow;

	(void)state;
	assert_int_equal(keys_make_named(&ring, names, NULL), 0);
	second = keyring_find(&ring, "second");
	narrow = keyring_find(&ring, "narrow");
	assert_int_equal(strncmp(second, "sk-ccprobe-second-", 18), 0);
	assert_int_equal(strncmp(narrow, "sk-ccprobe-narrow-", 18), 0);
	assert_int_equal(strlen(second), 18 + 32);
	assert_string_not_equal(second + 18, narrow + 18);
	keyring_clear(&ring);
}

static void t_given(void **state)
{
	struct keys_given given = { .key = "own",
				    .upstream_key = "env:KEYS_TEST",
				    .is_foreign = true };
	struct keys k;

	(void)state;
	setenv("KEYS_TEST", "its", 1);
	assert_int_equal(keys_make(&k, &given, NULL), 0);
	assert_string_equal(k.client, "own");
	assert_string_equal(k.upstream, "its");
	assert_true(k.upstream_known);
	keys_clear(&k);
	given.upstream_key = NULL;
	assert_int_equal(keys_make(&k, &given, NULL), 0);
	assert_false(k.upstream_known);
	keys_clear(&k);
}

/* Where Claude Code looks, in its order. */
static void t_found(void **state)
{
	struct keys_given given = { .is_foreign = true };
	struct fail f = FAIL_INIT;
	struct keys k;

	(void)state;
	assert_int_equal(keys_make(&k, &given, &f), -1);
	assert_non_null(strstr(f.text, "--gateway needs --key VALUE"));
	setenv("ANTHROPIC_API_KEY", "a-key", 1);
	assert_int_equal(keys_make(&k, &given, NULL), 0);
	assert_string_equal(k.client, "a-key");
	assert_string_equal(k.found, "ANTHROPIC_API_KEY");
	assert_int_equal(k.auth, AUTH_API_KEY);
	keys_clear(&k);
	setenv("ANTHROPIC_AUTH_TOKEN", "", 1);
	assert_int_equal(keys_make(&k, &given, NULL), 0);
	assert_string_equal(k.client, "a-key");
	keys_clear(&k);
	setenv("ANTHROPIC_AUTH_TOKEN", "a-token", 1);
	assert_int_equal(keys_make(&k, &given, NULL), 0);
	assert_string_equal(k.client, "a-token");
	assert_string_equal(k.found, "ANTHROPIC_AUTH_TOKEN");
	assert_int_equal(k.auth, AUTH_BEARER);
	keys_clear(&k);
}

static void assert_refused(const char *key, const char *upstream,
			   const char *wanted)
{
	struct keys_given given = { .key = key,
				    .upstream_key = upstream,
				    .is_foreign = true };
	struct fail f = FAIL_INIT;
	struct keys k;

	assert_int_equal(keys_make(&k, &given, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	if (!strstr(f.text, wanted))
		fail_msg("%s is not in %s", wanted, f.text);
}

static void t_refused(void **state)
{
	(void)state;
	assert_refused("a\n", NULL,
		       "--key: a key may only have printable ASCII");
	assert_refused("a", "b\t",
		       "--upstream-key: a key may only have printable ASCII");
	assert_refused("env:KEYS_TEST", NULL, "KEYS_TEST");
	assert_refused("a", "env:KEYS_TEST", "KEYS_TEST");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "keys: printable", t_printable, set_up, NULL, NULL },
		{ "keys: made up", t_made_up, set_up, NULL, NULL },
		{ "keys: named", t_named, set_up, NULL, NULL },
		{ "keys: given", t_given, set_up, NULL, NULL },
		{ "keys: found", t_found, set_up, NULL, NULL },
		{ "keys: refused", t_refused, set_up, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
