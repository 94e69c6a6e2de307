/* Base64: what is written, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/base64.h"

static void t_known_values(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xef\xbe", "/+++" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(64);

		assert_int_equal(base64_encode(span_of(rows[i][0]), &b), 0);
		assert_string_equal(buf_str(&b), rows[i][1]);
		buf_reset(&b);
		assert_int_equal(base64_decode(span_of(rows[i][1]), &b), 0);
		assert_string_equal(buf_str(&b), rows[i][0]);
		buf_clear(&b);
	}
}

static void t_every_byte_comes_back(void **state)
{
	unsigned char bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)i;
	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct buf text = BUF_INIT(1024), back = BUF_INIT(1024);

		assert_int_equal(base64_encode(span_make(bytes, len), &text),
				 0);
		assert_int_equal(base64_decode(buf_span(&text), &back), 0);
		assert_true(span_equal(buf_span(&back), span_make(bytes, len)));
		buf_clear(&text);
		buf_clear(&back);
	}
}

static void t_bad_text(void **state)
{
	static const char *const rows[] = {
		"Z",
		"Zg",
		"Zg=",
		"====",
		"Z===",
		"Zg=a",
		"Zh==",
		"Zm9=",
		"Zg==Zg==",
		"Zm9v\n",
		"Zm 9v",
		"Zm-_",
		"Zm9v Zg=",
		"\xc3\xa9"
		"ab",
		"=m9v",
	};
	struct buf b = BUF_INIT(64);

	(void)state;
	buf_add_text(&b, "kept");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(base64_decode(span_of(rows[i]), &b), -1);
		assert_string_equal(buf_str(&b), "kept");
	}
	buf_clear(&b);
}

/* Every byte at every place of a group is a digit of its own, or none. */
static void t_every_digit(void **state)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	(void)state;
	for (int c = 0; c < 256; c++)
		for (size_t at = 0; at < 4; at++) {
			const char *hit = c ? strchr(digits, c) : NULL;
			char group[] = "AAAA";
			struct buf b = BUF_INIT(3);
			uint32_t bits;

			group[at] = (char)c;
			if (c == '=' && at == 3)
				continue;
			assert_int_equal(base64_decode(span_make(group, 4), &b),
					 hit ? 0 : -1);
			if (!hit)
				continue;
			bits = (uint32_t)(hit - digits) << (18 - 6 * at);
			assert_int_equal((unsigned char)b.at[0], bits >> 16);
			assert_int_equal((unsigned char)b.at[1],
					 bits >> 8 & 255);
			assert_int_equal((unsigned char)b.at[2], bits & 255);
			buf_clear(&b);
		}
}

static void t_limits(void **state)
{
	struct buf b = BUF_INIT(7);

	(void)state;
	assert_int_equal(base64_encode(span_of("foobar"), &b), -1);
	assert_int_equal(b.len, 0);
	assert_int_equal(base64_decode(span_of("Zm9vYmFyZm9v"), &b), -1);
	assert_int_equal(b.len, 0);
	assert_int_equal(base64_decode(span_of("Zm9vYmFyZg=="), &b), 0);
	assert_string_equal(buf_str(&b), "foobarf");
	buf_clear(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "base64: known values", t_known_values, NULL, NULL, NULL },
		{ "base64: every byte comes back at every length",
		  t_every_byte_comes_back, NULL, NULL, NULL },
		{ "base64: only the one spelling of a value is read",
		  t_bad_text, NULL, NULL, NULL },
		{ "base64: every digit at every place", t_every_digit, NULL,
		  NULL, NULL },
		{ "base64: at the limit nothing is added", t_limits, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("base64", tests, NULL, NULL);
}
