/* Tests of probe/secrets: no credential is printed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/base64.h"
#include "wire/bytes/secrets_private.h"

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
	assert_blotted("cut sk-tes...", "cut <credential, 24 bytes, 6592>...");
	assert_blotted("cut sk-tes", "cut <credential, 24 bytes, 6592>");
	assert_blotted("short sk-te...", "short sk-te...");
	assert_blotted("short sk-test-012, -0123...",
		       "short sk-test-012, -0123...");
}

#define MARK "<credential, 24 bytes, 6592>"

/* One spelling a line; all of it is the key. */
static void t_spellings(void **state)
{
	static const char *const spellings[] = {
		"SK-TEST-0123456789ABCDEF",
		/* percent-encoded: a byte, all of them, twice, as %uNNNN */
		"sk%2Dtest-0123456789abcdef",
		"%73%6b%2d%74%65%73%74%2d%30%31%32%33%34%35%36%37%38%39%61%62"
		"%63%64%65%66",
		"sk%252Dtest%252D0123456789abcdef",
		"%u0073k-test-0123456789abcdef",
		/* hexadecimal */
		"736b2d746573742d30313233343536373839616263646566",
		"736B2D746573742D30313233343536373839616263646566",
		/* base64: alone, of base64, and with lines */
		"c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm",
		"YzJzdGRHVnpkQzB3TVRJek5EVTJOemc1WVdKalpHVm0",
		/* JSON and C */
		"sk\\u002dtest\\u002D0123456789abcdef",
		"sk\\\\u002dtest-0123456789abcdef",
		"sk\\\\\\\\u002dtest-0123456789abcdef",
		"sk\\-test-0123456789abcdef",
		"\\x73\\x6b\\x2d\\x74est-0123456789abcdef",
		"\\163\\153\\55test-0123456789abcdef",
		"sk-t\\u{65}st-0123456789abcdef",
		/* HTML and XML */
		"sk&#45;test&#x2d;0123456789abcdef",
		"sk&#x2D;test&#0045;0123456789abcdef",
		"sk&hyphen;test-0123456789abcdef",
		/* one inside of another */
		"c2stdGVzdC0wMTIzNDU2%4ezg5YWJjZGVm",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		assert_blotted(spellings[i], MARK);
}

/* A value with what only some spellings change: "/", "+", "_", "&". */
static void t_signs(void **state)
{
	static const char *const spellings[] = {
		"ab/cd+ef_gh&ij",       "ab\\/cd+ef_gh&ij",
		"ab%2Fcd%2bef_gh%26ij", "ab&sol;cd&plus;ef&lowbar;gh&amp;ij",
		"YWIvY2QrZWZfZ2gmaWo",  "YWIvY2QrZWZfZ2gmaWo\\u003d",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		struct secrets s = { .list = NULL };
		struct buf b = BUF_INIT(1024);

		secrets_add(&s, "ab/cd+ef_gh&ij");
		buf_add_text(&b, spellings[i]);
		secrets_blot(&s, &b);
		assert_true(
			span_starts(buf_span(&b), "<credential, 14 bytes, "));
		assert_true(b.len < strlen("<credential, 14 bytes, 1234>") + 8);
		buf_clear(&b);
		secrets_clear(&s);
	}
}

/* At each of the three places that a byte has in a group of four digits, and
 * after letters that belong to no group. */
static void t_base64(void **state)
{
	(void)state;
	assert_blotted("{\"auth\":\"dTpzay10ZXN0LTAxMjM0NTY3ODlhYmNkZWY=\"}",
		       "{\"auth\":\"dT" MARK "=\"}");
	assert_blotted("eDU6c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm", "eDU6" MARK);
	assert_blotted("YWJjZHNrLXRlc3QtMDEyMzQ1Njc4OWFiY2RlZg==",
		       "YWJjZ" MARK "==");
	assert_blotted("xyc2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVmzz", "xy" MARK "zz");
	assert_blotted("c2stdGVzdC0w\r\nMTIzNDU2Nzg5\r\nYWJjZGVm",
		       MARK "\r\n\r\n");
}

static void t_clean(void **state)
{
	static const char *const texts[] = {
		"",
		"%",
		"100% of \\ and & and &#; and &#x; and \\u12 and %2",
		"736b2d746573742d303132", /* eleven bytes of it */
		"fedcba9876543210-tset-ks",
		"s k - t e s t - 0 1 2 3 4 5 6 7 8 9 a b c d e f",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_blotted(texts[i], texts[i]);
}

#define DELTA(text) \
	"event: content_block_delta\ndata: {\"type\":\"content_block_delta\"," \
	"\"delta\":{\"type\":\"text_delta\",\"text\":\"" text "\"}}\n\n"

static void t_events(void **state)
{
	(void)state;
	assert_blotted(DELTA("Hi sk-te") DELTA("st-01234") DELTA("56789abc")
			       DELTA("def you"),
		       DELTA("Hi " MARK) DELTA("") DELTA("") DELTA(" you"));
	assert_blotted(DELTA("sk\\u002dtes") DELTA("t-0123456")
			       DELTA("789abcdef"),
		       DELTA(MARK) DELTA("") DELTA(""));
	assert_blotted("data: sk-test\r\n\r\ndata: -01234567\r\n\r\n"
		       "data: 89abcdef\r\n\r\n",
		       "data: " MARK "\r\n\r\ndata: \r\n\r\ndata: \r\n\r\n");
}

/* ---- in place ---- */

static void paint(const char *const *texts, const char *const *wanted,
		  size_t count)
{
	struct secrets s = { .list = NULL };
	struct secrets_text list[4];

	secrets_add_named(&s, KEY, "credential");
	for (size_t i = 0; i < count; i++)
		list[i] = (struct secrets_text){ xstrdup(texts[i]),
						 strlen(texts[i]) };
	assert_true(secrets_paint(&s, list, count));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(list[i].at, wanted[i]);
		free(list[i].at);
	}
	secrets_clear(&s);
}

static void t_paint(void **state)
{
	struct buf mark = BUF_INIT(64);

	(void)state;
	paint((const char *const[]){ "a " KEY " b" },
	      (const char *const[]){ "a {{credential..........}} b" }, 1);
	secrets_mark("credential", strlen(KEY), &mark);
	assert_string_equal(buf_str(&mark), "{{credential..........}}");
	buf_clear(&mark);
	/* Another spelling is no mark. */
	paint((const char *const[]){ "SK-TEST-0123456789ABCDEF" },
	      (const char *const[]){ "{{~credential.........}}" }, 1);
	paint((const char *const[]){ "sk%2dtest-0123456789abcdef" },
	      (const char *const[]){ "{{~credential...........}}" }, 1);
	/* Nor is a part of the key; a short part is an ordinary word. */
	paint((const char *const[]){ KEY " 456789abcdef" },
	      (const char *const[]){ "{{credential..........}} 456789abcdef" },
	      1);
	paint((const char *const[]){ "...0123456789abcdef" },
	      (const char *const[]){ "...{{~credential.}}" }, 1);
}

static void t_paint_over(void **state)
{
	(void)state;
	paint((const char *const[]){ "x sk-te", "", "st-0123456789",
				     "abcdef y" },
	      (const char *const[]){ "x {{cre", "", "dential......",
				     "....}} y" },
	      4);
	/* Read together it is the mark, and in the bytes it is not. */
	paint((const char *const[]){ DELTA("sk-test-0123"), DELTA("456789ab"),
				     DELTA("cdef") },
	      (const char *const[]){ DELTA("{{credential"), DELTA("........"),
				     DELTA("..}}") },
	      3);
}

static void t_pieces_of(void **state)
{
	struct secrets s = { .list = NULL }, pieces = { .list = NULL };
	const struct span fields[] = { span_of("one"), span_of("x=sk-test-"),
				       span_of("0123456789ab"),
				       span_of("cdef") };
	const struct span whole[] = { span_of("a " KEY), span_of("b") };

	(void)state;
	secrets_add(&s, KEY);
	secrets_pieces(&s, whole, 2, &pieces);
	assert_int_equal(pieces.count, 0);
	secrets_pieces(&s, fields, 4, &pieces);
	assert_int_equal(pieces.count, 2); /* "cdef" is too short */
	assert_true(secrets_has(&pieces, "sk-test-"));
	assert_true(secrets_has(&pieces, "0123456789ab"));
	secrets_clear(&pieces);
	secrets_clear(&s);
}

/* A value on the border of two windows, and behind megabytes of others. */
static void t_large(void **state)
{
	struct secrets s = { .list = NULL };
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	secrets_add(&s, KEY);
	for (size_t i = 0; i < 70000 * 4; i++)
		buf_add_byte(&b, "ab-c"[i % 4]);
	for (size_t i = 0; i + 100 < b.len; i += 32750)
		buf_splice(&b, i, 32, "c2stdGVzdC0wMTIzNDU2Nzg5YWJjZGVm", 32);
	buf_add_text(&b, " %73k-test-0123456789abcdef");
	secrets_blot(&s, &b);
	assert_int_equal(span_find(buf_span(&b), span_of("c2std")), SIZE_MAX);
	assert_int_equal(span_find(buf_span(&b), span_of("%73")), SIZE_MAX);
	assert_true(span_ends(buf_span(&b), MARK));
	buf_clear(&b);
	secrets_clear(&s);
}

static void t_looks(void **state)
{
	(void)state;
	assert_true(secrets_is_field("x-a", KEY));
	assert_false(secrets_is_field("x-a", "red"));
	assert_false(secrets_is_field("x-a", "a-team-of-many-words"));
	assert_false(secrets_is_field("x-a", "20251121202511212025"));
	assert_false(secrets_is_field("x-a", "team 7 of the third floor"));
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

/* Bytes without an end, the same in each run. */
static void add_noise(struct buf *b, size_t len)
{
	uint32_t state = 1;

	for (size_t i = 0; i < len; i++) {
		state = state * UINT32_C(1664525) + UINT32_C(1013904223);
		buf_add_byte(b, (char)(state >> 24));
	}
}

/* An image in base64 is hardly decoded, and a key inside it is still found. */
static void t_image(void **state)
{
	static const char *const keys[] = { KEY,
					    "schl\xc3\xbcssel-0123456789" };
	struct secret_reading r = { .at = NULL }, out = { .at = NULL };
	struct buf image = BUF_INIT(BUF_NO_LIMIT);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	add_noise(&image, 30000);
	base64_encode(buf_span(&image), &text);
	secret_reading_plain(buf_span(&text), &r);
	secret_reading_decode(&r, 12, false, &out);
	assert_in_range(out.len, 0, text.len / 8);
	secret_reading_clear(&r);
	secret_reading_clear(&out);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct secrets s = { .list = NULL };

		secrets_add(&s, keys[i]);
		buf_cut(&image, 20000);
		buf_add_text(&image, keys[i]);
		add_noise(&image, 10000);
		buf_reset(&text);
		base64_encode(buf_span(&image), &text);
		secrets_blot(&s, &text);
		assert_non_null(strstr(buf_str(&text), "<credential, "));
		secrets_clear(&s);
	}
	buf_clear(&image);
	buf_clear(&text);
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

#define BETA "fine-grained-tool-streaming-2025-05-14"

/* What is kept of a field: all of these, separated by bars, and no more. */
static void assert_added(const char *name, const char *value, const char *kept)
{
	struct secrets s = { .list = NULL };
	struct span rest = span_of(kept), part;
	size_t count = 0;

	secrets_add_header(&s, name, value);
	while (kept[0] != '\0' && span_split(&rest, '|', &part)) {
		char *text = span_dup(part);

		if (!secrets_has(&s, text))
			fail_msg("%s: %s: '%s' is not kept", name, value, text);
		free(text);
		count++;
	}
	if (s.count != count)
		fail_msg("%s: %s: %zu are kept", name, value, s.count);
	secrets_clear(&s);
}

static void t_add_header(void **state)
{
	(void)state;
	assert_added("x-api-key", KEY, KEY);
	assert_added("x-beta", BETA, BETA);
	assert_added("Anthropic-Beta", BETA, "");
	assert_added("anthropic-version", BETA, "");
	assert_added("X-API-KEY", "plain-words", "plain-words");
	assert_added("authorization", "Bearer abcdefgh", "abcdefgh");
	assert_added("authorization", "TOKEN abcdefgh", "abcdefgh");
	assert_added("authorization", "ApiKey abcdefgh", "abcdefgh");
	assert_added("authorization", "Key abcdefgh", "abcdefgh");
	/* What is no scheme that we know may be a part of it. */
	assert_added("authorization", "Custom abcdefgh",
		     "Custom abcdefgh|abcdefgh");
	/* user:password */
	assert_added("authorization", "Basic dXNlcjpwYXNzd29yZA==",
		     "dXNlcjpwYXNzd29yZA==|user:password|password");
	assert_added("authorization", "basic  dXNlci13aXRob3V0",
		     " dXNlci13aXRob3V0|user-without");
	assert_added("authorization", "Basic no*base64", "no*base64");
	assert_added("cookie", "a=first-one; b= second-one ;c;d=tiny",
		     "a=first-one; b= second-one ;c;d=tiny|first-one|"
		     "second-one");
	assert_added("x-unknown", "0123456789abcdef", "0123456789abcdef");
	assert_added("x-unknown", "0123456789abcde", "");
	assert_added("accept", "application/json", "");
	assert_added("idempotency-key", "words-alone", "");
}

/* Which names are those of credentials: by their last word. */
static void t_header_names(void **state)
{
	static const struct {
		const char *name;
		bool is;
	} rows[] = {
		{ "authorization", true },
		{ "Proxy-Authorization", true },
		{ "x-auth", true },
		{ "auth", false },
		{ "key", true },
		{ "X-Api-KEY", true },
		{ "x-our-token", true },
		{ "client-secret", true },
		{ "cookie", true },
		{ "set-cookie", true },
		{ "x-passwd", true },
		{ "x-password", true },
		{ "Idempotency-Key", false },
		{ "sec-websocket-key", false },
		{ "key-id", false },
		{ "accept", false },
		{ "", false },
		{ "ey", false },
		{ "keys", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (secrets_is_header(rows[i].name) != rows[i].is)
			fail_msg("%s", rows[i].name);
}

static void assert_guess(const char *text, const char *wanted)
{
	struct buf b = BUF_INIT(1024);

	buf_add_text(&b, text);
	secrets_guess(&b);
	assert_string_equal(buf_str(&b), wanted);
	buf_clear(&b);
}

/* `secret` alone is replaced. */
static void assert_replaced(const char *front, const char *secret,
			    const char *back)
{
	struct buf text = BUF_INIT(1024), want = BUF_INIT(1024);

	buf_addf(&text, "%s%s%s", front, secret, back);
	buf_add_text(&want, front);
	secrets_stand_in(span_of(secret), &want);
	buf_add_text(&want, back);
	assert_guess(buf_str(&text), buf_str(&want));
	buf_clear(&text);
	buf_clear(&want);
}

/* A text may be long, and made of what words are made of: one that was looked at
 * again for each of its bytes would take hours. */
static void t_guess_long(void **state)
{
	static const char *const units[] = { "-",   "_.", "a-",  "sk-",
					     "eyJ", "=",  "ya29" };

	(void)state;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct buf b = BUF_INIT(BUF_NO_LIMIT);

		while (b.len < 4 * 1024 * 1024)
			buf_add_text(&b, units[i]);
		buf_add_text(&b, " sk-0123456789abcdef!");
		secrets_guess(&b);
		assert_false(span_ends(buf_span(&b), "sk-0123456789abcdef!"));
		assert_true(span_ends(buf_span(&b), ">!"));
		buf_clear(&b);
	}
}

/* A NUL ends a word, and what stands for one is cut where there is no room. */
static void t_guess_bounds(void **state)
{
	struct buf b = BUF_INIT(22);

	(void)state;
	buf_add(&b, "sk-0123456789\0abcdefgh", 22);
	secrets_guess(&b);
	assert_int_equal(b.len, 22);
	assert_memory_equal(b.at, "sk-0123456789\0abcdefgh", 22);
	buf_reset(&b);
	buf_add_text(&b, "sk-0123456789abc");
	secrets_guess(&b);
	assert_string_equal(buf_str(&b), "<credential, 16 bytes,");
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
	/* Sixteen bytes of a word, or twelve after the scheme. */
	assert_replaced("", "sk-0123456789abc", "");
	assert_guess("sk-0123456789ab", "sk-0123456789ab");
	assert_guess("eyJ0123456789ab", "eyJ0123456789ab");
	assert_replaced("Bearer ", "abcdefghijkl", "");
	assert_guess("Bearer abcdefghijk", "Bearer abcdefghijk");
	assert_guess("xsk-0123456789abcdef", "xsk-0123456789abcdef");
	assert_replaced("-", "sk-0123456789abcdef", "");
	assert_replaced("", "sk-0123456789abc", "!x");
	/* Of the clouds. */
#define HEX32 "0123456789abcdef0123456789abcdef"
	assert_replaced("token ", "ya29.a0AbcdefghijK", " x");
	assert_replaced("", "ABSK" HEX32 "abcd", ",");
	assert_guess("ABSK" HEX32 "abc", "ABSK" HEX32 "abc");
	assert_replaced("", "bedrock-api-key-" HEX32, "");
	assert_replaced("SignedHeaders=host, Signature=", HEX32 HEX32, " x");
	assert_guess("Signature=none", "Signature=none");
}

/* Every sign that a word may have. */
static void t_word(void **state)
{
	(void)state;
	for (int c = 1; c < 256; c++) {
		char text[] = "abcdefg0?1234567";
		bool is_part = (c >= '0' && c <= '9') ||
			       (c >= 'a' && c <= 'z') ||
			       (c >= 'A' && c <= 'Z') || strchr("-_.~+/=", c);

		text[8] = (char)c;
		assert_int_equal(secrets_is_field("x-a", text), is_part);
	}
	assert_false(secrets_is_field("x-a", "abcdefg01234567"));
	assert_false(secrets_is_field("x-a", "abcdefghijklmnop"));
	assert_false(secrets_is_field("x-a", "0123456789012345"));
	assert_true(secrets_is_field("x-a", "0abcdefghijklmno"));
	assert_true(secrets_is_field("x-a", "abcdefghijklmno0"));
}

static const struct CMUnitTest tests[] = {
	{ "secrets: looks of one are found in a long text, too", t_guess_long,
	  NULL, NULL, NULL },
	{ "secrets: a known value is replaced wherever it stands", t_whole,
	  NULL, NULL, NULL },
	{ "secrets: long pieces of a known value are replaced, short are not",
	  t_pieces, NULL, NULL, NULL },
	{ "secrets: a known value is found in every spelling", t_spellings,
	  NULL, NULL, NULL },
	{ "secrets: and so is one with signs in it", t_signs, NULL, NULL,
	  NULL },
	{ "secrets: and at any place of base64", t_base64, NULL, NULL, NULL },
	{ "secrets: in the midst of an image too, which is hardly looked at",
	  t_image, NULL, NULL, NULL },
	{ "secrets: other texts stay as they are", t_clean, NULL, NULL, NULL },
	{ "secrets: a value in pieces of events is found", t_events, NULL, NULL,
	  NULL },
	{ "secrets: painting moves nothing, and marks the value itself",
	  t_paint, NULL, NULL, NULL },
	{ "secrets: painting goes over the ends of texts", t_paint_over, NULL,
	  NULL, NULL },
	{ "secrets: the pieces of a value over several texts are known",
	  t_pieces_of, NULL, NULL, NULL },
	{ "secrets: large texts are searched to their end", t_large, NULL, NULL,
	  NULL },
	{ "secrets: a long word of letters and digits looks secret", t_looks,
	  NULL, NULL, NULL },
	{ "secrets: a buffer keeps its limit", t_limit, NULL, NULL, NULL },
	{ "secrets: values that would be found everywhere are not kept",
	  t_short, NULL, NULL, NULL },
	{ "secrets: header fields lose the credential and keep the scheme",
	  t_headers, NULL, NULL, NULL },
	{ "secrets: how far what looks like a credential goes", t_guess_bounds,
	  NULL, NULL, NULL },
	{ "secrets: what looks like a credential is replaced", t_guesses, NULL,
	  NULL, NULL },
	{ "secrets: what may be in such a word", t_word, NULL, NULL, NULL },
	{ "secrets: what is kept of a header field", t_add_header, NULL, NULL,
	  NULL },
	{ "secrets: which header fields hold one", t_header_names, NULL, NULL,
	  NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("secrets", tests, NULL, NULL);
}
