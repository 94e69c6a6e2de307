/* An answer as blocks: where stop sequences and max_tokens end it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/anthropic_private.h"

struct block {
	enum said_kind kind;
	const char *text; /* NULL: there are no more */
};

static void said_of(struct said *s, const struct block *blocks)
{
	*s = (struct said)SAID_INIT;
	for (; blocks->text; blocks++)
		buf_add_text(&said_add(s, blocks->kind)->text, blocks->text);
}

/* The kinds and texts of all blocks, and whether one is cut. */
static void show(const struct said *s, struct buf *out)
{
	static const char letters[] = "txsw"; /* by enum said_kind */

	for (size_t i = 0; i < s->count; i++)
		buf_addf(out, "%c:%s%s ", letters[s->blocks[i].kind],
			 buf_str(&s->blocks[i].text),
			 s->blocks[i].cut ? "(cut)" : "");
}

static uint64_t end_of(struct said *s, const char *root, int64_t most,
		       uint64_t thinking)
{
	struct anthropic_ask ask = { .max_tokens = most };

	assert_int_equal(jscan(span_of(root), &ask.root, NULL), 0);
	return said_end(&ask, thinking, s);
}

/* A call that was added and dropped again is none. */
static void t_calls(void **state)
{
	static const struct block blocks[] = {
		{ SAID_TEXT, "abc" },       { SAID_TOOL, "{}" },
		{ SAID_SERVER_TOOL, "{}" }, { SAID_WHOLE, "{}" },
		{ SAID_TOOL, "{}" },        { 0, NULL }
	};
	struct said s;

	(void)state;
	said_of(&s, blocks);
	assert_int_equal(s.count, 5);
	assert_int_equal(s.calls, 2);
	assert_int_equal(end_of(&s, "{}", 2, 0), 2);
	assert_int_equal(s.count, 2);
	assert_int_equal(s.calls, 1);
	assert_string_equal(s.stop, "max_tokens");
	said_clear(&s);
	assert_int_equal(s.count, 0);
	assert_int_equal(s.calls, 0);
}

static const struct block text[] = { { SAID_TEXT, "a b c" },
				     { SAID_TEXT, "b d" },
				     { SAID_TOOL, "b" },
				     { 0, NULL } };

static void t_sequences(void **state)
{
	static const struct {
		const char *root, *shown, *met; /* NULL: none */
	} rows[] = {
		{ "{}", "t:a b c t:b d x:b ", NULL },
		{ "{\"stop_sequences\":[]}", "t:a b c t:b d x:b ", NULL },
		{ "{\"stop_sequences\":\"b\"}", "t:a b c t:b d x:b ", NULL },
		{ "{\"stop_sequences\":{\"b\":\"b\"}}", "t:a b c t:b d x:b ",
		  NULL },
		{ "{\"stop_sequences\":[\"x\"]}", "t:a b c t:b d x:b ", NULL },
		{ "{\"stop_sequences\":[\"\",7,null]}", "t:a b c t:b d x:b ",
		  NULL },
		{ "{\"stop_sequences\":[\"b\"]}", "t:a  ", "b" },
		{ "{\"stop_sequences\":[\" b\"]}", "t:a ", " b" },
		/* The earliest one ends it; of two at one place, the first. */
		{ "{\"stop_sequences\":[\"c\",\"b\"]}", "t:a  ", "b" },
		{ "{\"stop_sequences\":[\"b\",\"c\"]}", "t:a  ", "b" },
		{ "{\"stop_sequences\":[\"b\",\"b c\"]}", "t:a  ", "b" },
		/* A stop sequence at the start of a block leaves nothing of the
		 * block. */
		{ "{\"stop_sequences\":[\"a\"]}", "", "a" },
		{ "{\"stop_sequences\":[\"b d\"]}", "t:a b c ", "b d" },
		{ "{\"stop_sequences\":[\" d\"]}", "t:a b c t:b ", " d" },
		/* The one byte that stands before it stays. */
		{ "{\"stop_sequences\":[\" \"]}", "t:a ", " " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf shown = BUF_INIT(4096);
		struct said s;

		said_of(&s, text);
		(void)end_of(&s, rows[i].root, 100, 0);
		show(&s, &shown);
		assert_string_equal(buf_str(&shown), rows[i].shown);
		assert_string_equal(s.stop,
				    rows[i].met ? "stop_sequence" : "end_turn");
		assert_string_equal(buf_str(&s.sequence),
				    rows[i].met ? rows[i].met : "");
		said_clear(&s);
		buf_clear(&shown);
	}
}

/* The limit of stop sequences that are looked at. */
static void t_sequences_limit(void **state)
{
	(void)state;
	for (int count = 63; count <= 64; count++) {
		struct buf root = BUF_INIT(4096);
		struct said s;

		buf_add_text(&root, "{\"stop_sequences\":[");
		for (int i = 0; i < count; i++)
			buf_add_text(&root, "\"x\",");
		buf_add_text(&root, "\"b\"]}");
		said_of(&s, text);
		(void)end_of(&s, buf_str(&root), 100, 0);
		assert_string_equal(s.stop,
				    count == 63 ? "stop_sequence" : "end_turn");
		said_clear(&s);
		buf_clear(&root);
	}
}

/* A token is four bytes, or what is left of them. */
static void t_tokens(void **state)
{
	static const struct block blocks[][4] = {
		{ { 0, NULL } },
		{ { SAID_TEXT, "a" } },
		{ { SAID_TEXT, "abcd" } },
		{ { SAID_TEXT, "abcde" } },
		{ { SAID_TEXT, "abcdefgh" }, { SAID_TOOL, "{\"a\":1}" } },
		{ { SAID_WHOLE, "{\"a\":1}" }, { SAID_TEXT, "a" } },
		{ { SAID_SERVER_TOOL, "{\"a\":1}" }, { SAID_TEXT, "a" } },
	};
	static const struct {
		size_t blocks;
		int64_t most;
		uint64_t thinking, used;
		const char *shown;
		bool cut; /* by max_tokens */
	} rows[] = {
		/* An answer has a token at least, where any may be used. */
		{ 0, 9, 0, 1, "", false },
		{ 0, 1, 0, 1, "", false },
		{ 0, 0, 0, 0, "", false },
		{ 0, -1, 0, 0, "", false },
		{ 1, 9, 0, 1, "t:a ", false },
		{ 2, 9, 0, 1, "t:abcd ", false },
		{ 3, 9, 0, 2, "t:abcde ", false },
		{ 3, 2, 0, 2, "t:abcde ", false },
		{ 3, 1, 0, 1, "t:abcd ", true },
		{ 1, 0, 0, 0, "", true },
		{ 4, 9, 0, 4, "t:abcdefgh x:{\"a\":1} ", false },
		{ 4, 4, 0, 4, "t:abcdefgh x:{\"a\":1} ", false },
		{ 4, 3, 0, 3, "t:abcdefgh x:{\"a\"(cut) ", true },
		{ 4, 2, 0, 2, "t:abcdefgh ", true },
		{ 4, 1, 0, 1, "t:abcd ", true },
		/* Thinking comes first. */
		{ 4, 9, 5, 9, "t:abcdefgh x:{\"a\":1} ", false },
		{ 4, 8, 5, 8, "t:abcdefgh x:{\"a\"(cut) ", true },
		{ 4, 5, 5, 5, "", true },
		{ 4, 5, 6, 5, "", true },
		{ 0, 9, 5, 5, "", false },
		/* A call that the API itself runs costs no tokens, and is not
		 * cut. */
		{ 5, 1, 0, 1, "w:{\"a\":1} t:a ", false },
		{ 6, 3, 0, 3, "s:{\"a\":1} t:a ", false },
		{ 6, 1, 0, 1, "", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf shown = BUF_INIT(4096);
		struct said s;
		uint64_t used;

		said_of(&s, blocks[rows[i].blocks]);
		used = end_of(&s, "{}", rows[i].most, rows[i].thinking);
		show(&s, &shown);
		if (used != rows[i].used ||
		    strcmp(buf_str(&shown), rows[i].shown) != 0 ||
		    strcmp(s.stop, rows[i].cut ? "max_tokens" : "end_turn") !=
			    0)
			fail_msg("row %zu: %llu %s %s", i,
				 (unsigned long long)used, s.stop,
				 buf_str(&shown));
		said_clear(&s);
		buf_clear(&shown);
	}
}

/* A sequence that was met after the last token that may be used is not told. */
static void t_both(void **state)
{
	static const struct block blocks[] = { { SAID_TEXT, "abcdefgh x" },
					       { 0, NULL } };
	struct said s;

	(void)state;
	said_of(&s, blocks);
	assert_int_equal(end_of(&s, "{\"stop_sequences\":[\"x\"]}", 1, 0), 1);
	assert_string_equal(s.stop, "max_tokens");
	assert_int_equal(s.sequence.len, 0);
	said_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {

		cmocka_unit_test(t_calls),
		cmocka_unit_test(t_sequences),
		cmocka_unit_test(t_sequences_limit),
		cmocka_unit_test(t_tokens),
		cmocka_unit_test(t_both),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("anthropic_said", tests, NULL, NULL);
}
