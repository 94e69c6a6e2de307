/* Tests of probe/secrets: no credential is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/secrets.h"

#define KEY "sk-test-0123456789abcdef"

static void assert_blotted(const char *text, const char *wanted)
{
	struct secrets s = { .list = NULL };
	struct buf b = BUF_INIT(1024);

	secrets_add(&s, KEY);
	buf_add_text(&b, text);
	secrets_blot(&s, &b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
	secrets_clear(&s);
}

static void t_whole(void **state)
{
	(void)state;
	assert_blotted("a " KEY " b " KEY, "a <credential, 24 bytes, 6592> b "
					   "<credential, 24 bytes, 6592>");
}

static void t_pieces(void **state)
{
	(void)state;
	assert_blotted("tail 456789abcdef",
		       "tail <credential, 24 bytes, 6592>");
	assert_blotted("head sk-test-0123...",
		       "head <credential, 24 bytes, 6592>...");
	assert_blotted("short sk-test-012...", "short sk-test-012...");
}

/* "sk-test-..." alone, and behind "u:", as Basic credentials have it. */
static void t_forms(void **state)
{
	(void)state;
	assert_blotted("upper SK-TEST-0123456789ABCDEF",
		       "upper <credential, 24 bytes, 6592>");
	assert_blotted("c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm",
		       "<credential, 32 bytes, 7d88>");
	assert_blotted("dTpzay10ZXN0LTAxMjM0NTY3ODlhYmNkZWY=",
		       "dTp<credential, 31 bytes, 9baa>Y=");
	assert_blotted("eDpzay10ZXN0LTAxMjM0NTY3ODlhYmNkZWY=",
		       "eDp<credential, 31 bytes, 9baa>Y=");
}

static void t_looks(void **state)
{
	(void)state;
	assert_true(secrets_is_likely(KEY));
	assert_false(secrets_is_likely("red"));
	assert_false(secrets_is_likely("a-team-of-many-words"));
	assert_false(secrets_is_likely("20251121202511212025"));
	assert_false(secrets_is_likely("team 7 of the third floor"));
}

static void t_limit(void **state)
{
	struct secrets s = { .list = NULL };
	struct buf b = BUF_INIT(10);

	(void)state;
	secrets_add(&s, "abcdef");
	buf_add_text(&b, "xxxabcdef");
	secrets_blot(&s, &b);
	assert_int_equal(b.len, 10);
	assert_string_equal(buf_str(&b), "xxx<creden");
	buf_clear(&b);
	secrets_clear(&s);
}

static void t_short(void **state)
{
	struct secrets s = { .list = NULL };

	(void)state;
	secrets_add(&s, "abcde");
	secrets_add(&s, NULL);
	assert_int_equal(s.count, 0);
	secrets_clear(&s);
}

static void assert_header(const char *name, const char *value,
			  const char *wanted)
{
	struct buf b = BUF_INIT(1024);

	secrets_header(name, value, &b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

static void t_headers(void **state)
{
	(void)state;
	assert_header("Authorization", "Bearer " KEY,
		      "Bearer <credential, 24 bytes, 6592>");
	assert_header("X-Api-Key", KEY, "<credential, 24 bytes, 6592>");
	assert_header("cookie", "a=b; c=d", "<credential, 8 bytes, a96b>");
	assert_header("accept", "text/html", "text/html");
	assert_header("x-api-key", "", "");
	assert_header("X-Our-Token", KEY, "<credential, 24 bytes, 6592>");
	assert_header("x-portkey-api-key", KEY, "<credential, 24 bytes, 6592>");
	assert_header("idempotency-key", "abc", "abc");
	assert_header("anthropic-ratelimit-tokens-limit", "9000", "9000");
}

static void assert_guess(const char *text, const char *wanted)
{
	struct buf b = BUF_INIT(1024);

	buf_add_text(&b, text);
	secrets_guess(&b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

static void t_guesses(void **state)
{
	(void)state;
	assert_guess("key '" KEY "' is wrong",
		     "key '<credential, 24 bytes, 6592>' is wrong");
	assert_guess("sent: bearer abcdefghijkl.",
		     "sent: bearer <credential, 13 bytes, 0863>");
	assert_guess("eyJhbGciOiJIUzI1NiJ9.e30.x",
		     "<credential, 26 bytes, 08b5>");
	assert_guess("a task-force-of-many-words sk-1 Bearer of news",
		     "a task-force-of-many-words sk-1 Bearer of news");
	assert_guess("", "");
}

static const struct CMUnitTest tests[] = {
	{ "secrets: a known value is replaced wherever it stands", t_whole,
	  NULL, NULL, NULL },
	{ "secrets: long pieces of a known value are replaced, short are not",
	  t_pieces, NULL, NULL, NULL },
	{ "secrets: a known value is found in capitals and in base64", t_forms,
	  NULL, NULL, NULL },
	{ "secrets: a long word of letters and digits looks secret", t_looks,
	  NULL, NULL, NULL },
	{ "secrets: a buffer keeps its limit", t_limit, NULL, NULL, NULL },
	{ "secrets: values that would be found everywhere are not kept",
	  t_short, NULL, NULL, NULL },
	{ "secrets: header fields lose the credential and keep the scheme",
	  t_headers, NULL, NULL, NULL },
	{ "secrets: what looks like a credential is replaced", t_guesses, NULL,
	  NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
