/* Tests of wire/bytes/print: what is printed is only read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/print.h"
#include "wire/json/jscan.h"

static void assert_guarded(const char *text, const char *wanted)
{
	struct buf b = BUF_INIT(1024);

	buf_add_text(&b, text);
	print_guard(&b);
	assert_string_equal(buf_str(&b), wanted);
	print_guard(&b);
	assert_string_equal(buf_str(&b), wanted); /* nothing more to do */
	buf_clear(&b);
}

static void t_commands(void **state)
{
	(void)state;
	assert_guarded("::error::x", "\\::error::x");
	assert_guarded("a ::b\n::c\n \t::d", "a ::b\n\\::c\n \t\\::d");
	assert_guarded("a ##[group]b", "a ##\\[group]b");
	assert_guarded("##vso[task.x]b", "##vso\\[task.x]b");
	assert_guarded("std::string ## [a] #[b]", "std::string ## [a] #[b]");
}

static void t_terminal(void **state)
{
	(void)state;
	assert_guarded("\033[1;31mred\033[0m", "\033[1;31mred\033[0m");
	assert_guarded("\033[2J\033]0;x\a\r\b",
		       "\\x1b[2J\\x1b]0;x\\x07\\r\\x08");
	assert_guarded("a\xe2\x80\xae"
		       "b\xe2\x81\xa9"
		       "c\xc2\x9b"
		       "d\xe2\x80\x8f",
		       "a\\u202eb\\u2069c\\u009bd\\u200f");
	assert_guarded("caf\xc3\xa9 \xff\n\tx", "caf\xc3\xa9 \\xff\n\tx");
}

static void assert_shown(const char *text, const char *wanted)
{
	struct buf b = BUF_INIT(1024);
	struct buf back = BUF_INIT(1024);
	struct jval v;

	assert_int_equal(jscan_quote_shown(&b, span_of(text)), 0);
	assert_string_equal(buf_str(&b), wanted);
	assert_int_equal(jscan(buf_span(&b), &v, NULL), 0);
	assert_int_equal(jscan_string(v, &back), 0);
	assert_string_equal(buf_str(&back), text);
	buf_clear(&back);
	buf_clear(&b);
}

static void t_json(void **state)
{
	(void)state;
	assert_shown("a\xe2\x80\xae\xc2\x85\x7f", "\"a\\u202e\\u0085\\u007f\"");
	assert_shown("##[group] ##vso[x] #[y]",
		     "\"##\\u005bgroup] ##vso\\u005bx] #[y]\"");
	assert_shown("caf\xc3\xa9 \xf0\x9f\x98\x80\n",
		     "\"caf\xc3\xa9 \xf0\x9f\x98\x80\\n\"");
}

static const struct CMUnitTest tests[] = {
	{ "print: no line is a command of a CI system", t_commands, NULL, NULL,
	  NULL },
	{ "print: colours are all that a terminal obeys", t_terminal, NULL,
	  NULL, NULL },
	{ "print: JSON that is shown has escapes for both", t_json, NULL, NULL,
	  NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
