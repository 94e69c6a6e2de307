/* Tests of wire/bytes/print: printed text cannot steer a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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

static void put_code(char *to, unsigned code)
{
	if (code < 0x800) {
		*to++ = (char)(0xc0 | code >> 6);
	} else if (code < 0x10000) {
		*to++ = (char)(0xe0 | code >> 12);
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	} else {
		*to++ = (char)(0xf0 | code >> 18);
		*to++ = (char)(0x80 | (code >> 12 & 0x3f));
		*to++ = (char)(0x80 | (code >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (code & 0x3f));
	*to = '\0';
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

/* Invisible characters are escaped, because programs and models may read
 * them. */
static void t_invisible(void **state)
{
	static const unsigned codes[] = {
		0xad,    0x34f,   0x61c,   0x115f,  0x1160,  0x17b4,  0x180b,
		0x180e,  0x200b,  0x200c,  0x200d,  0x200e,  0x200f,  0x2028,
		0x2029,  0x202a,  0x202e,  0x2060,  0x2064,  0x2065,  0x2066,
		0x206f,  0x3164,  0xfe00,  0xfe0d,  0xfeff,  0xffa0,  0xfff9,
		0xfffb,  0x1d173, 0x1d17a, 0xe0000, 0xe0001, 0xe0041, 0xe007f,
		0xe0100, 0xe01ef, 0xe0fff,
	};
	static const unsigned plain[] = { 0xa0,   0xac,   0xae,    0x2010,
					  0x2030, 0x205f, 0x2070,  0xfe10,
					  0xfe0f, 0xfffc, 0x1f600, 0xe1000 };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		char text[8], wanted[24];

		put_code(text, codes[i]);
		snprintf(wanted, sizeof(wanted),
			 codes[i] > 0xffff ? "\\U%08x" : "\\u%04x", codes[i]);
		assert_guarded(text, wanted);
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		char text[8];

		put_code(text, plain[i]);
		assert_guarded(text, text);
	}
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
	assert_shown("\xef\xbb\xbf"
		     "a\xf3\xa0\x81\x81",
		     "\"\\ufeffa\\udb40\\udc41\"");
	assert_shown("##[group] ##vso[x] #[y]",
		     "\"##\\u005bgroup] ##vso\\u005bx] #[y]\"");
	assert_shown("caf\xc3\xa9 \xf0\x9f\x98\x80\n",
		     "\"caf\xc3\xa9 \xf0\x9f\x98\x80\\n\"");
}

/* Of one, two and three bytes, what is not seen or changes what is. */
static bool is_unseen(unsigned code)
{
	static const unsigned ranges[][2] = {
		{ 0, 0x1f },        { 0x7f, 0x9f },     { 0xad, 0xad },
		{ 0x34f, 0x34f },   { 0x61c, 0x61c },   { 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
		{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0d }, { 0xfeff, 0xfeff }, { 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (code >= ranges[i][0] && code <= ranges[i][1])
			return true;
	return false;
}

/* Which characters of one, two and three bytes are shown as they are. */
static void t_steps(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 0x10000; code++) {
		bool hidden = is_unseen(code);
		char b[3];
		size_t len;

		if (code >= 0xd800 && code < 0xe000)
			continue;
		if (code < 0x80) {
			b[0] = (char)code;
			len = 1;
		} else if (code < 0x800) {
			b[0] = (char)(0xc0 + code / 64);
			b[1] = (char)(0x80 + code % 64);
			len = 2;
		} else {
			b[0] = (char)(0xe0 + code / 4096);
			b[1] = (char)(0x80 + code / 64 % 64);
			b[2] = (char)(0x80 + code % 64);
			len = 3;
		}
		assert_int_equal(print_step(span_make(b, len)),
				 hidden ? 0 : len);
		assert_int_equal(print_code(span_make(b, len)),
				 len > 1 ? code : 0);
	}
	assert_int_equal(print_step(span_make("\xff", 1)), 0);
	assert_int_equal(print_step(span_of("\xf0\x9f\x98\x80")), 4);
	assert_int_equal(print_code(span_of("\xf0\x9f\x98\x80")), 0x1f600);
	/* U+DFFFF, U+E0000, U+E0FFF and U+E1000. */
	assert_int_equal(print_step(span_of("\xf3\x9f\xbf\xbf")), 4);
	assert_int_equal(print_step(span_of("\xf3\xa0\x80\x80")), 0);
	assert_int_equal(print_step(span_of("\xf3\xa0\xbf\xbf")), 0);
	assert_int_equal(print_step(span_of("\xf3\xa1\x80\x80")), 4);
	assert_int_equal(print_step(SPAN_EMPTY), 0);
}

static void assert_bytes(const char *text, size_t most, size_t room,
			 const char *wanted)
{
	struct buf b = BUF_INIT(room);

	buf_add_text(&b, "> ");
	print_bytes(span_of(text), most, &b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

/* One line, and no more of it than is wanted. */
static void t_bytes(void **state)
{
	(void)state;
	assert_bytes("", 10, 100, "> ");
	assert_bytes("a\n\r\t\x01\x7f\xff\xc3\xa9", 100, 100,
		     "> a\\n\\r\\t\\x01\\x7f\\xff\xc3\xa9");
	assert_bytes("abcdef", 6, 100, "> abcdef");
	assert_bytes("abcdefg", 6, 100, "> abcdef... (7 bytes)");
	assert_bytes("abcdefg", 1, 100, "> a... (7 bytes)");
	assert_bytes("abcdefg", 0, 100, "> ... (7 bytes)");
	assert_bytes("\xe2\x80\xae", 100, 100, "> \\xe2\\x80\\xae");
	/* No more than there is room for, however much is wanted. */
	assert_bytes("abcdefg", SIZE_MAX, 5, "> abc");
	assert_bytes("abcdefg", 100, 9, "> abcdefg");
	assert_bytes("abcdefg", 7, 9, "> abcdefg");
}

/* Colours are digits and semicolons, and end with an m. */
static void t_colours(void **state)
{
	(void)state;
	assert_guarded("\033[m\033[0;09;39mx", "\033[m\033[0;09;39mx");
	assert_guarded("\033[1", "\\x1b[1");
	assert_guarded("\033[1:2m", "\\x1b[1:2m");
	assert_guarded("\033[1/2m", "\\x1b[1/2m");
	assert_guarded("\033[1h", "\\x1b[1h");
	assert_guarded("\033]1m", "\\x1b]1m");
	assert_guarded("", "");
	assert_guarded(" ::a", " \\::a");
	assert_guarded("\033[1m::a", "\033[1m::a");
	assert_guarded(":a\n:::b", ":a\n\\:::b");
}

static const struct CMUnitTest tests[] = {
	{ "print: no line is a command of a CI system", t_commands, NULL, NULL,
	  NULL },
	{ "print: colours are all that a terminal obeys", t_terminal, NULL,
	  NULL, NULL },
	{ "print: what nobody sees is written out", t_invisible, NULL, NULL,
	  NULL },
	{ "print: JSON that is shown has escapes for both", t_json, NULL, NULL,
	  NULL },
	{ "print: which characters are shown as they are", t_steps, NULL, NULL,
	  NULL },
	{ "print: bytes are one line of some length", t_bytes, NULL, NULL,
	  NULL },
	{ "print: what a colour is", t_colours, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
