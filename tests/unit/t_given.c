/* Tests of probe/run/given and probe/run/fill: values of options, and names in the
 * texts of targets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/fill.h"
#include "probe/run/given.h"

static void t_words(void **state)
{
	static const struct word words[] = { { "one", 1 },
					     { "two", 2 },
					     { .name = NULL } };
	struct fail f = FAIL_INIT;
	enum auth_form auth = AUTH_DEFAULT;
	int got = 0;

	(void)state;
	assert_int_equal(given_word(words, "o", "two", &got, &f), 0);
	assert_int_equal(got, 2);
	assert_int_equal(given_word(words, "o", "tw", &got, &f), -1);
	assert_int_equal(got, 2);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text, "--o: 'tw' is none of one, two");
	assert_int_equal(given_auth(&auth, "bearer", NULL), 0);
	assert_int_equal(auth, AUTH_BEARER);
	assert_int_equal(given_auth(&auth, "x-api-key", NULL), 0);
	assert_int_equal(auth, AUTH_API_KEY);
	assert_int_equal(given_auth(&auth, "both", NULL), 0);
	assert_int_equal(auth, AUTH_BOTH);
	assert_int_equal(given_auth(&auth, "none", NULL), -1);
	assert_int_equal(auth, AUTH_BOTH);
}

static int read_header(struct headers *h, const char *text, struct fail *f)
{
	struct option_list list = { .list = NULL };
	int rc;

	option_list_add(&list, "a: 1");
	option_list_add(&list, text);
	rc = given_headers(h, &list, f);
	option_list_clear(&list);
	return rc;
}

static void t_headers(void **state)
{
	static const char *const wrong[] = { "colonless", "",
					     ": x",       "na me: x",
					     "a\x01: x",  "\xc3\xa9: x",
					     "a: b\nc: d" };
	struct headers h = { .list = NULL };

	(void)state;
	assert_int_equal(read_header(&h, "b:  x: y ", NULL), 0);
	assert_int_equal(h.count, 2);
	assert_string_equal(headers_get(&h, "a"), "1");
	assert_string_equal(headers_get(&h, "b"), "x: y");
	headers_clear(&h);
	assert_int_equal(read_header(&h, "b!#~9:", NULL), 0);
	assert_string_equal(headers_get(&h, "b!#~9"), "");
	headers_clear(&h);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct fail f = FAIL_INIT;

		if (read_header(&h, wrong[i], &f) == 0)
			fail_msg("%s is taken", wrong[i]);
		assert_non_null(strstr(f.text, "...' is not NAME: VALUE"));
		headers_clear(&h);
	}
}

static void assert_filled(const char *text, int rc, const char *wanted)
{
	static const struct fill_value values[] = { { "a", "1" },
						    { "a.b", "${a}" },
						    { .name = NULL } };
	struct buf out = BUF_INIT(12);
	struct fail f = FAIL_INIT;

	assert_int_equal(fill(&out, span_of(text), values, &f), rc);
	assert_string_equal(rc == 0 ? buf_str(&out) : f.text, wanted);
	buf_clear(&out);
}

static void t_fill(void **state)
{
	(void)state;
	setenv("GIVEN_TEST", "own", 1);
	unsetenv("GIVEN_NONE");
	assert_filled("", 0, "");
	assert_filled("no $ {a}", 0, "no $ {a}");
	assert_filled("${a}", 0, "1");
	assert_filled("x${a}y${a}z", 0, "x1y1z");
	assert_filled("${a.b}", 0, "${a}");
	assert_filled("${env.GIVEN_TEST}", 0, "own");
	assert_filled("<${env.GIVEN_NONE}>", 0, "<>");
	assert_filled("${a", -1, "'${' without '}'");
	assert_filled("${}", -1, "unknown name '${}'");
	assert_filled("${ab}", -1, "unknown name '${ab}'");
	assert_filled("123456789012", 0, "123456789012");
	assert_filled(
		"1234567890123", -1,
		"a text is larger than 12 bytes once its names are replaced");
	assert_filled(
		"123456789012${a}", -1,
		"a text is larger than 12 bytes once its names are replaced");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "given: words", t_words, NULL, NULL, NULL },
		{ "given: headers", t_headers, NULL, NULL, NULL },
		{ "given: names that are filled in", t_fill, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("given", tests, NULL, NULL);
}
