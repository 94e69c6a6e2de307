/* wire/bytes/wrap: where lines are broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/wrap.h"

#define TEN "xxxxxxxxxx"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static void check(int indent, const char *text, const char *want)
{
	struct buf out = BUF_INIT(1000);

	wrap_words(&out, indent, text);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

static void t_words(void **state)
{
	(void)state;
	check(0, "", "\n");
	check(0, "one two", "one two\n");
	check(3, "one two", "   one two\n");
	/* 78 columns are a line, 79 are not. */
	check(0, SEVENTY " abcdefg", SEVENTY " abcdefg\n");
	check(0, SEVENTY " abcdefgh", SEVENTY "\nabcdefgh\n");
	check(2, SEVENTY " abcde fg h", "  " SEVENTY " abcde\n  fg h\n");
	check(2, SEVENTY " abcdef", "  " SEVENTY "\n  abcdef\n");
	/* A word longer than a line has one of its own, also as the first. */
	check(0, SEVENTY TEN " b", SEVENTY TEN "\nb\n");
	check(0, "a " SEVENTY TEN " b", "a\n" SEVENTY TEN "\nb\n");
}

static void t_part(void **state)
{
	struct buf out = BUF_INIT(1000);

	(void)state;
	wrap_part(&out, "title", SEVENTY " more words");
	assert_string_equal(buf_str(&out),
			    "\ntitle\n  " SEVENTY " more\n  words\n");
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "wrap: words go on until a line is full", t_words, NULL, NULL,
		  NULL },
		{ "wrap: a part has a title and is indented", t_part, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("wrap", tests, NULL, NULL);
}
