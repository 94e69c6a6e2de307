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
	assert_string_equal(f.text, "--o: 'tw' is not one of: one, two");
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
					     "(a: x",     "a: b\nc: d" };
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

/* Of a long name the first 16 bytes are told. */
static void t_long_header(void **state)
{
	struct headers h = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(read_header(&h, "abcdefghijklmnopqr", &f), -1);
	assert_string_equal(f.text, "--header: 'abcdefghijklmnop...' is not "
				    "NAME: VALUE");
	headers_clear(&h);
}

/* ---- where the mock listens ---- */

static struct address places[ACTOR_PROVIDERS];

/* The ports, or why not; `listed` are the values of --provider-listen. */
static void assert_mocks(const char *first, const char *const *more,
			 const char *const *listed, const char *wanted)
{
	struct option_list list = { .list = NULL };
	struct buf got = BUF_INIT(1024);
	struct fail f = FAIL_INIT;
	size_t count = 0;

	for (; *listed; listed++)
		option_list_add(&list, *listed);
	if (given_mocks(places, &count, first, more, &list, &f) < 0)
		buf_add_text(&got, f.text);
	else
		for (size_t i = 0; i < count; i++)
			buf_addf(&got, "%s%u%s", i > 0 ? " " : "",
				 (unsigned)places[i].port,
				 strcmp(places[i].host, "127.0.0.1") == 0
					 ? ""
					 : places[i].host);
	assert_string_equal(buf_str(&got), wanted);
	option_list_clear(&list);
	buf_clear(&got);
}

static void t_mocks(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const two[] = { "127.0.0.1:2", "127.0.0.1:3", NULL };
	static const char *const bad[] = { "127.0.0.1:2", "127.0.0.1:x", NULL };
	static const char *const listed[] = { "b=127.0.0.1:4", "c=127.0.0.1:5",
					      NULL };
	static const char *const from_c[] = { "c=127.0.0.1:4", NULL };
	static const char *const colon[] = { "b:127.0.0.1:4", NULL };
	static const char *const twice[] = { "b=127.0.0.1:4", "b=127.0.0.1:5",
					     NULL };
	static const char *const all[] = { "b=127.0.0.1:1", "c=127.0.0.1:2",
					   "d=127.0.0.1:3", "e=127.0.0.1:4",
					   "f=127.0.0.1:5", "g=127.0.0.1:6",
					   "h=127.0.0.1:7", NULL };
	static const char *const too_many[] = {
		"b=127.0.0.1:1", "c=127.0.0.1:2", "d=127.0.0.1:3",
		"e=127.0.0.1:4", "f=127.0.0.1:5", "g=127.0.0.1:6",
		"h=127.0.0.1:7", "i=127.0.0.1:8", NULL
	};

	(void)state;
	assert_mocks("127.0.0.1:1", NULL, none, "1");
	assert_mocks("127.0.0.1:1", none, listed, "1 4 5");
	assert_mocks("127.0.0.1:1", two, none, "1 2 3");
	assert_mocks("127.0.0.1:9", NULL, all, "9 1 2 3 4 5 6 7");
	assert_mocks("127.0.0.1:9", NULL, too_many,
		     "--provider-listen: the last provider is h");
	assert_mocks("127.0.0.1:1", two, listed,
		     "--provider-listen: not with this target, which lists its "
		     "providers itself");
	assert_mocks("127.0.0.1:1", NULL, from_c,
		     "--provider-listen: 'c=127.0.0.1:4' should be "
		     "b=ADDR:PORT");
	assert_mocks("127.0.0.1:1", NULL, colon,
		     "--provider-listen: 'b:127.0.0.1:4' should be "
		     "b=ADDR:PORT");
	assert_mocks("127.0.0.1:1", NULL, twice,
		     "--provider-listen: 'b=127.0.0.1:5' should be "
		     "c=ADDR:PORT");
	assert_mocks("127.0.0.1:x", NULL, none,
		     "'127.0.0.1:x': the port is not a number from 0 to 65535");
	assert_mocks("127.0.0.1:1", bad, none,
		     "'127.0.0.1:x': the port is not a number from 0 to 65535");
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
	assert_filled("${1234567890123456789012345678901234567890"
		      "123456789012345678901}",
		      -1,
		      "unknown name '${1234567890123456789012345678901234567890"
		      "12345678901234567890}'");
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
		{ "given: a long header", t_long_header, NULL, NULL, NULL },
		{ "given: where the mock listens", t_mocks, NULL, NULL, NULL },
		{ "given: names that are filled in", t_fill, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("given", tests, NULL, NULL);
}
