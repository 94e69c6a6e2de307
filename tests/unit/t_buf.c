/* The growing buffer: limits, edits in the middle, ownership. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/bytes/buf.h"

static void t_empty(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_span(&b).len, 0);
	buf_drop(&b, 3);
	buf_cut(&b, 3);
	buf_reset(&b);
	buf_clear(&b);
	buf_clear(&b);
	assert_int_equal(b.limit, 10);
}

static void t_limit(void **state)
{
	struct buf b = BUF_INIT(5);

	(void)state;
	assert_int_equal(buf_add_text(&b, "12345"), 0);
	assert_int_equal(buf_add_byte(&b, '6'), -1);
	assert_int_equal(buf_addf(&b, "%d", 6), -1);
	assert_int_equal(buf_splice(&b, 1, 1, "ab", 2), -1);
	assert_string_equal(buf_str(&b), "12345");
	assert_int_equal(buf_add(&b, NULL, 0), 0);
	buf_clear(&b);
}

/* Up to the limit everything fits, by every way in. */
static void t_full(void **state)
{
	struct buf b = BUF_INIT(3);

	(void)state;
	assert_int_equal(buf_addf(&b, "%s", ""), 0);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(buf_add_byte(&b, 'a'), 0);
	assert_int_equal(buf_addf(&b, "%c", 'b'), 0);
	assert_int_equal(buf_add_byte(&b, 'c'), 0);
	assert_int_equal(buf_addf(&b, "%s", ""), 0);
	assert_int_equal(buf_add_text(&b, ""), 0);
	assert_int_equal(buf_add_byte(&b, 'd'), -1);
	assert_int_equal(buf_splice(&b, 1, 1, "x", 1), 0);
	assert_int_equal(buf_splice(&b, 0, 1, "xx", 2), -1);
	assert_string_equal(buf_str(&b), "axc");
	buf_clear(&b);
}

/* Each length once, so that each may be the one where it has to grow. */
static void t_every_length(void **state)
{
	(void)state;
	for (size_t len = 0; len < 300; len++) {
		struct buf bytes = BUF_INIT(BUF_NO_LIMIT);
		struct buf text = BUF_INIT(BUF_NO_LIMIT);

		for (size_t i = 0; i < len; i++)
			assert_int_equal(buf_add_byte(&bytes, 'x'), 0);
		assert_int_equal(buf_addf(&text, "%s", buf_str(&bytes)), 0);
		assert_int_equal(strlen(buf_str(&bytes)), len);
		assert_string_equal(buf_str(&text), buf_str(&bytes));
		buf_drop(&text, len > 0 ? len - 1 : 0);
		assert_string_equal(buf_str(&text), len > 0 ? "x" : "");
		buf_drop(&text, 1);
		assert_string_equal(buf_str(&text), "");
		assert_int_equal(text.len, 0);
		buf_clear(&bytes);
		buf_clear(&text);
	}
}

static void t_growth(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(buf_addf(&b, "%03d", i), 0);
	assert_int_equal(b.len, 3000);
	assert_int_equal(strlen(b.at), 3000);
	assert_memory_equal(b.at + 2997, "999", 3);
	buf_clear(&b);
}

static void t_binary(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	buf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.at, "a\0b\0", 4);
	buf_clear(&b);
}

static void t_splice(void **state)
{
	struct buf b = BUF_INIT(20);

	(void)state;
	buf_add_text(&b, "one two three");
	assert_int_equal(buf_splice(&b, 4, 3, "2", 1), 0);
	assert_string_equal(buf_str(&b), "one 2 three");
	assert_int_equal(buf_splice(&b, 0, 3, "first", 5), 0);
	assert_string_equal(buf_str(&b), "first 2 three");
	assert_int_equal(buf_splice(&b, b.len, 0, "!", 1), 0);
	assert_int_equal(buf_splice(&b, 5, 9, NULL, 0), 0);
	assert_string_equal(buf_str(&b), "first");
	/* Where a single byte stands after it. */
	assert_int_equal(buf_splice(&b, 1, 3, "xx", 2), 0);
	assert_string_equal(buf_str(&b), "fxxt");
	assert_int_equal(buf_splice(&b, 1, 2, "yyyy", 4), 0);
	assert_string_equal(buf_str(&b), "fyyyyt");
	buf_clear(&b);
}

static void t_replace(void **state)
{
	struct buf b = BUF_INIT(9);

	(void)state;
	buf_add_text(&b, "a-b-a");
	assert_int_equal(buf_replace(&b, "a", "aa"), 0); /* once each */
	assert_string_equal(buf_str(&b), "aa-b-aa");
	assert_int_equal(buf_replace(&b, "none", "x"), 0);
	assert_int_equal(buf_replace(&b, "", "x"), 0);
	assert_int_equal(buf_replace(&b, "-", "<>"), 0);
	assert_string_equal(buf_str(&b), "aa<>b<>aa");
	assert_int_equal(buf_replace(&b, "aa", "aaa"), -1);
	assert_string_equal(buf_str(&b), "aa<>b<>aa");
	buf_clear(&b);
}

static void t_drop(void **state)
{
	struct buf b = BUF_INIT(20);

	(void)state;
	buf_add_text(&b, "abcdef");
	buf_drop(&b, 2);
	assert_string_equal(buf_str(&b), "cdef");
	buf_cut(&b, 3);
	assert_string_equal(buf_str(&b), "cde");
	buf_drop(&b, 100);
	assert_int_equal(b.len, 0);
	assert_string_equal(buf_str(&b), "");
	buf_clear(&b);
}

static void t_take(void **state)
{
	struct buf b = BUF_INIT(20);
	size_t len;
	char *text;

	(void)state;
	buf_add_text(&b, "mine");
	text = buf_take(&b, &len);
	assert_string_equal(text, "mine");
	assert_int_equal(len, 4);
	assert_int_equal(b.len, 0);
	assert_int_equal(b.limit, 20);
	free(text);
	text = buf_take(&b, NULL);
	assert_string_equal(text, "");
	free(text);
}

/* The caller writes; what he has not written is no content. */
static void t_room(void **state)
{
	struct buf b = BUF_INIT(10);
	char *at;

	(void)state;
	buf_add_text(&b, "ab");
	assert_null(buf_room(&b, 9));
	at = buf_room(&b, 8);
	assert_ptr_equal(at, b.at + 2);
	memcpy(at, "cdefghij", 8);
	assert_int_equal(b.len, 2);
	buf_wrote(&b, 3);
	assert_string_equal(buf_str(&b), "abcde");
	assert_non_null(buf_room(&b, 5));
	buf_wrote(&b, 0);
	assert_string_equal(buf_str(&b), "abcde");
	buf_clear(&b);
}

/* More than there can be is refused, also where there is no limit; and so is
 * anything once the limit is lowered. */
static void t_too_much(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_null(buf_room(&b, SIZE_MAX));
	assert_null(buf_room(&b, SIZE_MAX / 4));
	buf_add_text(&b, "abc");
	assert_int_equal(buf_add(&b, "", SIZE_MAX - 3), -1);
	assert_int_equal(buf_add(&b, "", SIZE_MAX / 4 - 3), -1);
	b.limit = 2;
	assert_int_equal(buf_add_byte(&b, 'd'), -1);
	assert_int_equal(buf_add(&b, "", 0), -1);
	assert_string_equal(buf_str(&b), "abc");
	buf_clear(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "buf: an empty buffer can do everything", t_empty, NULL, NULL,
		  NULL },
		{ "buf: passing the limit leaves it as it was", t_limit, NULL,
		  NULL, NULL },
		{ "buf: up to the limit everything fits", t_full, NULL, NULL,
		  NULL },
		{ "buf: it may have any length", t_every_length, NULL, NULL,
		  NULL },
		{ "buf: it grows", t_growth, NULL, NULL, NULL },
		{ "buf: NUL is a byte like any other", t_binary, NULL, NULL,
		  NULL },
		{ "buf: a splice may shrink, grow and remove", t_splice, NULL,
		  NULL, NULL },
		{ "buf: a word is replaced wherever it stands", t_replace, NULL,
		  NULL, NULL },
		{ "buf: dropping and cutting clamp", t_drop, NULL, NULL, NULL },
		{ "buf: room is for the caller to write to", t_room, NULL, NULL,
		  NULL },
		{ "buf: what cannot be is refused", t_too_much, NULL, NULL,
		  NULL },
		{ "buf: what is taken belongs to the taker", t_take, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
