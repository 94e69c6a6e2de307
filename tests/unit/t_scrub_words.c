/* wire/scrub: what is a word of the protocol, to the letter and the digit; texts
 * that a machine reads; letters beyond ASCII; stand-ins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/hash.h"
#include "wire/scrub/scrub_private.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
#define LETTERS_14 "abcdefghijklmn"
#define LETTERS_50 LETTERS_14 LETTERS_14 LETTERS_14 "abcdefgh"

/* ---- questions ---- */

typedef bool asks(struct span text);

static void answers(asks *fn, const char *const *yes, const char *const *no)
{
	for (; *yes; yes++)
		if (!fn(span_of(*yes)))
			fail_msg("no to '%s'", *yes);
	for (; *no; no++)
		if (fn(span_of(*no)))
			fail_msg("yes to '%s'", *no);
}

static void t_numbers(void **state)
{
	static const char *const numbers[] = {
		"1", "v1", "1.2.3", "v1.20", "123456", "123456.654321", NULL
	};
	static const char *const none[] = { "",    "v",         "1.2.3.4",
					    "1a",  ".1",        "1234567",
					    "vv1", "1..2",      "1-2",
					    "1.a", "1.1234567", NULL };
	static const char *const spans[] = { "5m", "1h", "999s", NULL };
	static const char *const no_spans[] = { "",   "m",   "5",     "5d",
						"55", "5mm", "1000s", NULL };

	(void)state;
	answers(scrub_words_number, numbers, none);
	answers(scrub_words_span, spans, no_spans);
}

static void t_enums(void **state)
{
	static const char *const enums[] = {
		"a",
		"end_turn",
		"a1234",
		"x-small",
		LETTERS_14 "1", /* not random: fewer than 16 in a row */
		LETTERS_14 "z-1",
		"a1-" LETTERS_14 "yz", /* the digit is in another word */
		LETTERS_50 LETTERS_14, /* 64 */
		"effort_20251124",
		"effort-2025-11-24",
		NULL,
	};
	static const char *const none[] = {
		"",
		"A",
		"1a",
		"-a",
		"aB",
		"a b",
		"a.b",
		"sk-a",
		"a12345",
		LETTERS_14 "y1",
		LETTERS_14 LETTERS_14 "1",
		LETTERS_50 LETTERS_14 "a",
		"_20251124",
		NULL,
	};
	static const char *const dated[] = { "effort-2025-11-24", "a_20251124",
					     "a-20001000", NULL };
	static const char *const undated[] = { "",
					       "effort",
					       "-20251124",
					       "20251124",
					       "Effort-20251124",
					       "a20251124",
					       "a-30251124",
					       "a-2025111a",
					       "a-2025-11_24",
					       "a-2025-11-2",
					       "a.20251124",
					       NULL };

	(void)state;
	answers(scrub_words_enum, enums, none);
	answers(scrub_words_dated, dated, undated);
}

static void t_names(void **state)
{
	static const char *const names[] = { "a",
					     "Ab_c",
					     "$ref",
					     "a-b",
					     "a123456",
					     "_",
					     LETTERS_14 LETTERS_14 LETTERS_14
					     "abcdef", /* 48 */
					     NULL };
	static const char *const none[] = { "",
					    "1a",
					    "a b",
					    "a.b",
					    "a1234567",
					    "sk-a",
					    LETTERS_14 LETTERS_14 LETTERS_14
					    "abcdefg",
					    LETTERS_14 "y1",
					    NULL };
	static const char *const tools[] = {
		"Ba",
		"WebFetch",
		"A" LETTERS_14 LETTERS_14 "abcdefghijk", /* 40 */
		"web_search",
		"bash",
		"text",
		NULL
	};
	static const char *const others[] = {
		"",
		"B",
		"Ba1",
		"Web_Fetch",
		"acme",
		"web_acme",
		"acme_web",
		"web__search",
		"A" LETTERS_14 LETTERS_14 "abcdefghijkl",
		"a",
		NULL
	};

	(void)state;
	answers(scrub_words_name, names, none);
	assert_false(scrub_words_name(span_make("a\0b", 3)));
	answers(scrub_words_tool, tools, others);
}

static void t_known(void **state)
{
	static const char *const known[] = { "64",  "Ephemeral", "ZSTD", "am",
					     "zip", "arn",       NULL };
	static const char *const none[] = { "",          " ",    "a",
					    "air alive", "afte", "fter",
					    LETTERS_50,  NULL };

	(void)state;
	answers(scrub_words_known, known, none);
	assert_false(scrub_words_known(span_of(" air ")));
}

static void t_ids(void **state)
{
	static const char *const ids[] = {
		"3fa85f64-5717-4562-b3fc-2c963f66afa6",
		"3FA85F64-5717-4562-B3FC-2C963F66AFA6",
		"toolu_01",
		"toolu-01",
		"agent_",
		"wrkspc_a",
		"msg_x",
		NULL
	};
	static const char *const none[] = {
		"",
		"toolu",
		"Toolu_01",
		"tool_01",
		"toolu.01",
		"3fa85f64-5717-4562-b3fc-2c963f66afa",
		"3fa85f64-5717-4562-b3fc-2c963f66afa6a",
		"3fa85f64-5717-4562-b3fc-2c963f66afag",
		"3fa85f645-717-4562-b3fc-2c963f66afa6",
		"3fa85f64-57174-562-b3fc-2c963f66afa6",
		"3fa85f64-5717-45624-b3f-2c963f66afa6",
		"3fa85f64-5717-4562-b3fcc-2c963f6afa6",
		NULL
	};

	(void)state;
	answers(scrub_names_is_id, ids, none);
}

/* ---- what is replaced ---- */

typedef void changes(char *at, size_t len);

static void becomes(changes *fn, const char *const (*rows)[2], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *copy = span_dup(span_of(rows[i][0]));

		fn(copy, strlen(copy));
		assert_string_equal(copy, rows[i][1]);
		free(copy);
	}
}

static void t_words(void **state)
{
	static const char *const rows[][2] = {
		/* numbers stay up to a date's length */
		{ "12345678 123456789", "12345678 000000000" },
		{ "5m 5d1 5dx", "5m lor lor" },
		/* a known word may have two digits after it */
		{ "word1 word12 word123", "word1 word12 loremip" },
		{ "a a1 a12 a123 ab ab1", "a a1 a12 lore lo lor" },
		{ "acme acme1", "lore lorem" },
		/* four numbers are an address, more are none */
		{ "1.2.3.4", "0.0.0.0" },
		{ "255.255.255.255/x", "000.000.000.000/x" },
		{ "1.2.3.4.5", "1.0.0.0.0" },
		{ "1.2.3.4.5678", "1.2.3.4.5678" },
		{ "1.2.3.4567", "1.2.3.4567" },
		{ "1.2.3", "1.2.3" },
		{ "1.2.3.", "1.2.3." },
		{ "1234.2.3.4", "1234.2.3.4" },
		/* signs stay, and letters do not, however they are spelt */
		{ "%2F%20%7e", "%2F%20%7e" },
		{ "%61%5A%30%80%E4%c3", "%6c%6c%6c%6c%6c%6c" },
		{ "%7f%2", "%7f%2" },
		{ "%g1%1g%", "%g1%lo%" },
		{ "\xc3\xa4", "\xc3\xa9" },
	};
	static const char *const models[][2] = {
		{ "claude-abcdefghijkl-6", "claude-abcdefghijkl-6" },
		{ "claude-abcdefghijklm-6", "claude-loremipsumdol-6" },
		{ "claude-one-6", "claude-one-6" },
		{ "claude-one-two-6", "claude-lor-lor-6" },
		{ "claude-One-6", "claude-lor-6" },
		{ "claude-one--6", "claude-lor--6" },
		{ "claude-one-", "claude-lor-" },
		{ "Claude-one-6", "Claude-lor-6" },
		{ "claude-one-6[acme 1m]", "claude-one-6[lore 1m]" },
		{ "claude-newname-opus-opus-opus-opus-opus-opus-opus-opus-opus-"
		  "opus",
		  "claude-newname-opus-opus-opus-opus-opus-opus-opus-opus-opus-"
		  "opus" }, /* 64 */
		{ "claude-newname1-opus-opus-opus-opus-opus-opus-opus-opus-opus"
		  "-opus",
		  "claude-loremips-opus-opus-opus-opus-opus-opus-opus-opus-opus"
		  "-opus" },
		{ "claude-nameful-opus-opus-opus-opus-opus-opus-opus-opus-opus-"
		  "opus6",
		  "claude-loremip-opus-opus-opus-opus-opus-opus-opus-opus-opus-"
		  "opus6" }, /* 65 */
	};

	(void)state;
	becomes(scrub_words, rows, COUNT(rows));
	becomes(scrub_words_model, models, COUNT(models));
}

static void t_texts(void **state)
{
	static const char *const rows[][2] = {
		{ "123456789012345 1234567890123456",
		  "000000000000000 loremipsumdolors" },
		{ "a1 a/b a\\b a@b ab 1/2 a-b", "lo l/o l\\o l@o lo 0/0 r-e" },
		{ "</env><env>x<>y</><enw>z<", "</env><env>l<>o</><rem>i<" },
		{ "<available-deferred-tools>", "<available-deferred-tools>" },
		{ "<bad-example <env>", "<lor-emipsum <env>" },
		{ "[probe-00000000000000aB]x", "[probe-0000000000000000]l" },
		{ "[probe-00000000000000ag]", "[loremipsumdolorsitamet]" },
		{ "[probe-00000000000000abc]", "[loremipsumdolorsitametc]" },
	};
	static const char *const blobs[][2] = {
		{ "a_-~+%b./=", "lorem"
				"ip./=" },
		{ "\xc3\xa4x", "\xc3\xa9l" },
	};
	static const char *const patterns[][2] = {
		{ "ab\\w+c", "lo\\w+r" },     { "A1\\", "L0\\" },
		{ "a\\k", "l\\k" },           { "\\p{Lu}x", "\\p{Lu}l" },
		{ "\\k<ab>x", "\\k<ab>l" },   { "\\d<ab>x", "\\d<lo>r" },
		{ "[a-z]x", "[a-z]l" },       { "[\\]a]x", "[\\]a]l" },
		{ "x{2,b}y", "l{2,b}o" },     { "(?<ab>x)", "(?<ab>l)" },
		{ "(?P<ab>x)", "(?P<ab>l)" }, { "(?P=ab)x", "(?P=lo)r" },
		{ "(?<=ab)x", "(?<=lo)r" },   { "(?:ab)", "(?:lo)" },
		{ "(ab)(", "(lo)(" },         { "\xc3\xa4x", "\xc3\xa9l" },
	};
	char nul[] = "a\0_", one[] = "<";

	(void)state;
	becomes(scrub_text, rows, COUNT(rows));
	scrub_text(one, 1);
	assert_string_equal(one, "<");
	becomes(scrub_text_blob, blobs, COUNT(blobs));
	scrub_text_blob(nul, 3);
	assert_memory_equal(nul, "l\0o", 3);
	becomes(scrub_text_pattern, patterns, COUNT(patterns));
}

#define LINE "x-anthropic-billing-header:"

static void t_attribution(void **state)
{
	static const char *const rows[][2] = {
		{ LINE " cc_version=2.1.332.1c9;",
		  LINE " cc_version=2.1.332.1c9;" },
		{ LINE "cc_version=2.1.332.abc",
		  LINE "cc_version=2.1.332.abc" },
		{ LINE "cc_version=2.1.332.abcd",
		  LINE "cc_version=2.1.332.lore" },
		{ LINE "cc_version=2.1.332c9", LINE "cc_version=2.1.lorem" },
		{ LINE "cc_version=12345678901.1234567.12.1",
		  LINE "cc_version=12345678901.1234567.12.1" },
		{ LINE "cc_version=123456789012.1234567.12.1",
		  LINE "cc_version=000000000000.1234567.12.1" },
		{ LINE "cc_release=12345678901.1.1.1",
		  LINE "cc_release=00000000000.1.1.1" },
		{ LINE " hello; ; cch=1-a", LINE " lorem; ; cch=0-0" },
		{ LINE "Bob b=acme;cch=1;x_id=ab",
		  LINE "lor e=lore;cch=0;x_id=00" },
	};
	struct buf line = BUF_INIT(2000);

	(void)state;
	becomes(scrub_text_attribution, rows, COUNT(rows));
	buf_add_text(&line, LINE);
	while (line.len < 1023)
		buf_add_byte(&line, 'a');
	assert_true(scrub_text_is_attribution(buf_span(&line)));
	buf_add_byte(&line, 'a');
	assert_false(scrub_text_is_attribution(buf_span(&line)));
	assert_false(scrub_text_is_attribution(span_of(LINE "a\nb")));
	assert_false(scrub_text_is_attribution(span_of("x")));
	buf_clear(&line);
}

/* JSON that was cut. */
static void t_fragments(void **state)
{
	static const char *const rows[][2] = {
		{ "\"ab\\u00e4c\\n\"x", "\"lo\\u0061r\\n\"l" },
		{ "\"\\u00", "\"\\u00" },
		{ "\"\\u00g\"", "\"\\u00l\"" },
		{ "\"\\\\\"a", "\"\\\\\"l" },
		{ "\"a\\", "\"l\\" },
		{ "\"\xc3\xa4z\"", "\"\xc3\xa9l\"" },
		{ "\xc3\xa4", "\xc3\xa9" },
		{ "[true, false, null]", "[true, false, null]" },
		{ "[True, truee, nul, x]", "[lore, lorem, lor, l]" },
		{ "ue, tru", "ue, tru" },
		{ "tru, ue", "lor, lo" },
		{ "l, n", "l, n" },
		{ "k, m", "l, l" },
		{ "1e5, 1ee5, 5", "1e5, 1lo5, 5" },
		{ "1e", "1e" },
		{ "k5", "l5" },
	};

	(void)state;
	becomes(scrub_text_fragment, rows, COUNT(rows));
}

/* ---- letters ---- */

static size_t spell(char *out, uint32_t cp)
{
	size_t len = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;

	for (size_t i = len; i-- > 1; cp >>= 6)
		out[i] = (char)(0x80 | (cp & 0x3f));
	out[0] = (char)((len == 2 ? 0xc0 : len == 3 ? 0xe0 : 0xf0) | cp);
	return len;
}

static void t_letters(void **state)
{
	uint64_t all = HASH_START, stay = 0, count = 0;

	(void)state;
	assert_int_equal(scrub_letters_filler(0), 'l');
	assert_int_equal(scrub_letters_filler(90), 'e');
	assert_int_equal(scrub_letters_filler(91), 'l');
	for (uint32_t cp = 0x80; cp < 0x110000; cp++) {
		char from[8], to[8];
		size_t len;

		if (cp >= 0xd800 && cp < 0xe000)
			continue;
		len = spell(from, cp);
		memcpy(to, from, len);
		assert_int_equal(scrub_letters(to, span_make(to, len)), len);
		all = hash_bytes(all, span_make(to, len));
		stay += memcmp(from, to, len) == 0;
		count++;
	}
	assert_int_equal(count, 0x110000 - 0x80 - 0x800);
	assert_int_equal(stay, 5200);
	/* A change here changes every recording. */
	assert_true(all == UINT64_C(0x1552a147068ba1ab));
}

/* ---- stand-ins ---- */

static void is_named(struct scrub_names *n, const char *id, bool session,
		     const char *wanted)
{
	char *copy = span_dup(span_of(id));

	scrub_names_id(n, copy, strlen(copy), session);
	assert_string_equal(copy, wanted);
	free(copy);
}

#define UUID(digit) "3fa85f64-5717-4562-b3fc-2c963f66afa" digit
#define OF_ANY(number) "00000000-0000-4000-9000-00000000000" number
#define OF_ONE(number) "00000000-0000-4000-8000-00000000000" number

static void t_stand_ins(void **state)
{
	struct scrub_names n = { .list = NULL };
	char many[32];

	(void)state;
	is_named(&n, UUID("0"), true, OF_ONE("0"));
	is_named(&n, UUID("1"), false, OF_ANY("1"));
	is_named(&n, UUID("2"), true, OF_ONE("1"));
	is_named(&n, UUID("0"), false, OF_ONE("0"));
	is_named(&n, UUID("3"), false, OF_ANY("2"));
	is_named(&n, UUID("1"), true, OF_ANY("1"));
	is_named(&n, "msg_abc", false, "msg_001");
	is_named(&n, "toolu_abc", false, "toolu_001");
	is_named(&n, "msg_abd", false, "msg_002");
	is_named(&n, "msg_abc", false, "msg_001");
	is_named(&n, "msg_batch_a", false, "msg_batch_1");
	is_named(&n, "a0123456789abcdef", false, "a0000000000000001");
	is_named(&n, "a0123456789abcdeg", false, "00000000000000001");
	is_named(&n, "b0123456789abcdef", false, "00000000000000002");
	is_named(&n, "a0123456789abcde", false, "0000000000000003");
	is_named(&n, "", false, "");
	is_named(&n, "7", false, "7");
	is_named(&n, "999", false, "999");
	is_named(&n, "1000", false, "0004");
	is_named(&n, "~!", false, "05");
	is_named(&n, "a b", false, "l o");
	is_named(&n, "ab\x7f", false, "lo\x7f");
	for (unsigned i = 0; i < 200; i++) { /* the table grows */
		char *copy;

		snprintf(many, sizeof(many), "run_%03u", i);
		copy = span_dup(span_of(many));
		scrub_names_id(&n, copy, 7, false);
		assert_int_equal(strtoul(copy + 4, NULL, 10), i + 1);
		free(copy);
	}
	is_named(&n, "run_000", false, "run_001");
	is_named(&n, "run_199", false, "run_200");
	assert_false(n.full);
	scrub_names_clear(&n);
	assert_int_equal(n.count, 0);
	n.count = SCRUB_NAMES_LIMIT - 2; /* an id and its kind */
	is_named(&n, "msg_a", false, "msg_1");
	assert_false(n.full);
	is_named(&n, "msg_b", false, "msg_1");
	assert_true(n.full);
	assert_int_equal(n.count, SCRUB_NAMES_LIMIT);
	scrub_names_clear(&n);
}

static void t_keys(void **state)
{
	struct scrub_names n = { .list = NULL };
	char name[] = "AA", cut[3], one[] = "aA";

	(void)state;
	for (unsigned i = 0; i < 28; i++) { /* names with one filler */
		char wanted[3] = "lo";

		name[1] = (char)('A' + i % 26);
		name[0] = (char)('A' + i / 26);
		memcpy(cut, name, 3);
		scrub_names_key(&n, cut, 2);
		wanted[1] = (char)('a' + ('o' - 'a' + i) % 26);
		wanted[0] = (char)('a' + ('l' - 'a' + i / 26) % 26);
		assert_string_equal(cut, wanted);
	}
	/* Names of one letter run out; what stands before them stays. */
	for (unsigned i = 0; i < 40; i++) {
		one[1] = (char)(i < 26 ? 'A' + i : 'a' + i - 26);
		scrub_names_key(&n, one + 1, 1);
		assert_int_equal(one[0], 'a');
		assert_int_equal(one[1], 'a' + ('l' - 'a' + i) % 26);
	}
	scrub_names_clear(&n);
}

/* Base64 of our own: what was there does not show. */
static void t_blobs(void **state)
{
	struct scrub_names n = { .list = NULL };
	char one[] = "SGVsbG8gd29ybGQhISE=", two[] = "SGVsbG8gd29ybGQhIQ==",
	     again[] = "SGVsbG8gd29ybGQhISE=", kept[] = "iVBORw0KGgoAAAA",
	     whole[] = "iVBO", signs[] = "a===", none[] = "==";

	(void)state;
	scrub_names_blob(&n, one, strlen(one), 0);
	scrub_names_blob(&n, two, strlen(two), 0);
	scrub_names_blob(&n, again, strlen(again), 0);
	assert_string_equal(one, again);
	assert_string_equal(one + 18, "A=");
	assert_string_equal(two + 17, "A==");
	assert_memory_not_equal(one, two, 17);
	scrub_names_blob(&n, kept, strlen(kept), 11);
	assert_memory_equal(kept, "iVBORw0KGgo", 11);
	assert_string_equal(kept + 14, "A");
	scrub_names_blob(&n, whole, 4, 4);
	assert_string_equal(whole, "iVBO");
	scrub_names_blob(&n, signs, 4, 0);
	assert_string_equal(signs + 1, "A==");
	scrub_names_blob(&n, none, 2, 0);
	assert_string_equal(none, "==");
	assert_string_equal(one, "ls0tXJIMEJ1nwIMeqfA=");
	assert_string_equal(two, "Fcarq0kovK4ycQMpbA==");
	scrub_names_clear(&n);
}

#define TEST(title, fn) \
	{ \
		"scrub: " title, fn, NULL, NULL, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST("numbers and lengths of time", t_numbers),
		TEST("words of an enumeration", t_enums),
		TEST("names of members and of tools", t_names),
		TEST("words that are known", t_known),
		TEST("what is an id", t_ids),
		TEST("words, addresses, models", t_words),
		TEST("prose, addresses and patterns", t_texts),
		TEST("the line that bills", t_attribution),
		TEST("JSON that was cut", t_fragments),
		TEST("every character beyond ASCII", t_letters),
		TEST("stand-ins of ids", t_stand_ins),
		TEST("stand-ins of names", t_keys),
		TEST("base64", t_blobs),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("scrub_words", tests, NULL, NULL);
}
