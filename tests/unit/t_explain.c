/* Tests of probe/command/explain: all that a case may have, in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/command/explain.h"
#include "probe/suite/claims.h"

#define HEAD \
	"\"title\":\"it is kept\",\"why\":\"it has to be\",\"fix\":\"keep " \
	"it\"," \
	"\"guards\":[\"G-1\",\"G-2\"],\"level\":\"must\","
#define CHECKS \
	"\"checks\":[{\"name\":\"it " \
	"came\",\"expect\":[\"c1.end\",\"present\"]}," \
	"{\"name\":\"it is small\",\"level\":\"may\",\"expect\":" \
	"[\"c1.status\",\"<\",300]}]"
#define GET "\"request\":{\"method\":\"GET\",\"target\":\"/\""
#define RECORDED \
	"\"request\":{\"from\":\"fixtures/requests/2.1.332/auth-both/" \
	"01.http\""

static struct requirement guarded[] = {
	{ .id = (char *)"G-1",
	  .level = (char *)"must",
	  .text = (char *)"keep it",
	  .source = (char *)"a page" },
	{ .id = (char *)"G-3",
	  .level = (char *)"should",
	  .text = (char *)"drop it",
	  .source = (char *)"",
	  .undecidable = (char *)"nobody sees it",
	  .proof = (char *)"a test of ours" },
};
static const struct requirements known = { .list = guarded, .count = 2 };

static void parse(struct casebook *book, const char *name, const char *text)
{
	struct fail f = FAIL_INIT;

	if (casefile_parse(book, name, span_of(text), NULL, &f) < 0)
		fail_msg("%s", f.text);
}

static void is_case(const char *text, const char *wanted)
{
	char root[] = CCPROBE_SOURCE_DIR;
	struct casebook book = { .root = root };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	parse(&book, "cases/a/x.json", text);
	explain_case(book.list[0], &known, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
	book.root = NULL;
	casebook_clear(&book);
}

static void t_cases(void **state)
{
	(void)state;
	is_case("{" HEAD
		"\"effect\":\"breaks\",\"steps\":[{\"send\":\"c1\"," GET
		"}}]," CHECKS "}",
		"a/x (must, breaks)\n"
		"  it is kept\n"
		"\n"
		"Why\n"
		"  it has to be\n"
		"\n"
		"What the client does when it is not true\n"
		"  breaks: the session fails, hangs, or gives a wrong answer\n"
		"\n"
		"Fix\n"
		"  keep it\n"
		"\n"
		"Requirements\n"
		"  G-1 (must)\n"
		"    keep it\n"
		"    source:\n"
		"      a page\n"
		"  G-2\n"
		"\n"
		"Steps\n"
		"  1. send c1: GET /\n"
		"\n"
		"Checks\n"
		"  - it came\n"
		"      c1.end present\n"
		"  - it is small (may)\n"
		"      c1.status < 300\n"
		"\n"
		"It runs in the exclusive lane.\n");
	is_case("{" HEAD "\"effect\":\"exposes\",\"seen\":\"2.1.329: x\","
		"\"effect_reason\":\"it is so\",\"needs\":[\"relays\","
		"\"models\"],\"client\":{\"min\":\"2.1.100\"},\"client_"
		"format\":"
		"\"bedrock\",\"providers\":2,\"once\":true,\"black_box\":true,"
		"\"steps\":[{\"send\":\"c1\",\"count\":3," GET
		",\"key\":\"budget\",\"wish\":{\"only\":[\"a\"]}}},"
		"{\"send\":\"c4\",\"reads\":\"slow\"," RECORDED
		",\"edit\":[[\"set\",\"/model\",1]]}},"
		"{\"send\":\"c5\"," RECORDED
		",\"edit\":[[\"set\",\"/model\",1],"
		"[\"remove\",\"/model\"]]}},"
		"{\"send\":\"c6\",\"raw_text\":\"abc\"},{\"read\":\"c4\"},"
		"{\"cancel\":\"c5\"},{\"await\":\"c1\"},{\"await\":\"c2\","
		"\"within_ms\":5},{\"until\":[\"c3.status\",\"present\"],"
		"\"within_ms\":7,\"note\":\"it began\"},"
		"{\"until\":[\"c3.status\",\"==\",200],\"within_ms\":8}]"
		"," CHECKS "}",
		"a/x (must, exposes)\n"
		"  it is kept\n"
		"\n"
		"Why\n"
		"  it has to be\n"
		"\n"
		"What the client does when it is not true\n"
		"  exposes: a secret reaches somebody it is not meant for\n"
		"  observed: 2.1.329: x\n"
		"  why this is not what was measured:\n"
		"    it is so\n"
		"\n"
		"Fix\n"
		"  keep it\n"
		"\n"
		"Requirements\n"
		"  G-1 (must)\n"
		"    keep it\n"
		"    source:\n"
		"      a page\n"
		"  G-2\n"
		"\n"
		"Only for gateways that claim\n"
		"  relays models\n"
		"\n"
		"Only for\n"
		"  Claude Code 2.1.100 or newer\n"
		"\n"
		"Only with\n"
		"  --client-format bedrock\n"
		"\n"
		"Steps\n"
		"  1. send c1 and 2 more at once: GET /, with the key "
		"'budget', with the wish\n"
		"  {\"only\":[\"a\"]}\n"
		"  2. send c4: POST /v1/messages?beta=true, as recorded in\n"
		"  fixtures/requests/2.1.332/auth-both/01.http, reading "
		"slowly, with 1 edit\n"
		"  3. send c5: POST /v1/messages?beta=true, as recorded in\n"
		"  fixtures/requests/2.1.332/auth-both/01.http, with 2 edits\n"
		"  4. send c6: 3 raw bytes\n"
		"  5. let the client of c4 read on\n"
		"  6. close the client's connection of c5\n"
		"  7. wait for the end of c1\n"
		"  8. wait for the end of c2, 5 ms at most\n"
		"  9. wait 7 ms at most until c3.status present (it began)\n"
		"  10. wait 8 ms at most until c3.status == 200\n"
		"\n"
		"Checks\n"
		"  - it came\n"
		"      c1.end present\n"
		"  - it is small (may)\n"
		"      c1.status < 300\n"
		"\n"
		"The gateway must have 2 providers.\n"
		"\n"
		"It runs in the exclusive lane.\n"
		"\n"
		"It can run only once against a gateway.\n"
		"\n"
		"The client's side alone decides it, so it runs with "
		"--no-mock, too.\n");
	is_case("{" HEAD "\"effect\":\"cosmetic\",\"exclusive\":true,"
		"\"client\":{\"max\":\"3.0.0\"},\"steps\":["
		"{\"run\":\"c1\",\"prompt\":\"do it\"},"
		"{\"run\":\"c2\",\"terminal\":true,\"mode\":\"plan\","
		"\"key\":\"budget\",\"arguments\":[\"--a\",\"b\"]},"
		"{\"type\":\"c2\",\"keys\":\"x\\r\"},"
		"{\"signal\":\"c2\",\"with\":\"INT\"},"
		"{\"signal\":\"c2\",\"with\":\"TERM\"}]," CHECKS "}",
		"a/x (must, cosmetic)\n"
		"  it is kept\n"
		"\n"
		"Why\n"
		"  it has to be\n"
		"\n"
		"What the client does when it is not true\n"
		"  cosmetic: a user sees nothing of it\n"
		"\n"
		"Fix\n"
		"  keep it\n"
		"\n"
		"Requirements\n"
		"  G-1 (must)\n"
		"    keep it\n"
		"    source:\n"
		"      a page\n"
		"  G-2\n"
		"\n"
		"Only for\n"
		"  Claude Code 3.0.0 or older\n"
		"\n"
		"Steps\n"
		"  1. run Claude Code as c1: do it\n"
		"  2. run Claude Code as c2, in a terminal, in mode plan, with "
		"the key\n"
		"  'budget', with --a b\n"
		"  3. type x\\r into the terminal of c2\n"
		"  4. send SIGINT to c2\n"
		"  5. send SIGTERM to c2\n"
		"\n"
		"Checks\n"
		"  - it came\n"
		"      c1.end present\n"
		"  - it is small (may)\n"
		"      c1.status < 300\n"
		"\n"
		"It runs in the exclusive lane.\n");
	is_case("{" HEAD "\"effect\":\"degrades\",\"steps\":[{\"play\":\"c1\","
		"\"session\":\"fixtures/sessions/made\",\"turns\":2},"
		"{\"send\":\"c3\"," GET "}}]," CHECKS "}",
		"a/x (must, degrades)\n"
		"  it is kept\n"
		"\n"
		"Why\n"
		"  it has to be\n"
		"\n"
		"What the client does when it is not true\n"
		"  degrades: a feature or a diagnosis is lost\n"
		"\n"
		"Fix\n"
		"  keep it\n"
		"\n"
		"Requirements\n"
		"  G-1 (must)\n"
		"    keep it\n"
		"    source:\n"
		"      a page\n"
		"  G-2\n"
		"\n"
		"Steps\n"
		"  1. play the session in fixtures/sessions/made, c1 to c2: "
		"each turn is sent\n"
		"  after the last one has ended\n"
		"  5. send c3: GET /\n"
		"\n"
		"Checks\n"
		"  - it came\n"
		"      c1.end present\n"
		"  - it is small (may)\n"
		"      c1.status < 300\n"
		"\n"
		"It runs in the exclusive lane.\n");
}

static void t_requirements(void **state)
{
	struct casebook book = { .list = NULL };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	explain_requirement(&guarded[1], &book, &out);
	assert_string_equal(buf_str(&out), "G-3 (should)\n"
					   "  drop it\n"
					   "\n"
					   "No case can decide it\n"
					   "  nobody sees it\n"
					   "\n"
					   "Not offered by ccgate; proof\n"
					   "  a test of ours\n"
					   "\n"
					   "Cases that guard it: 0\n");
	buf_reset(&out);
	parse(&book, "cases/a/x.json",
	      "{\"each\":[{\"id\":\"one\"},{\"id\":\"two\"}]," HEAD
	      "\"effect\":\"costs\",\"seen\":\"2.1.329: x\",\"steps\":[{"
	      "\"send\":\"c1\"," GET "}}]," CHECKS "}");
	parse(&book, "cases/a/y.json",
	      "{" HEAD "\"effect\":\"costs\",\"steps\":[{\"send\":\"c1\"," GET
	      "}}]," CHECKS "}");
	explain_requirement(&guarded[0], &book, &out);
	assert_string_equal(buf_str(&out), "G-1 (must)\n"
					   "  keep it\n"
					   "\n"
					   "Source\n"
					   "  a page\n"
					   "\n"
					   "Cases that guard it: 3\n"
					   "  a/x/one (must, costs)\n"
					   "    why:\n"
					   "      it has to be\n"
					   "    observed: 2.1.329: x\n"
					   "    fix:\n"
					   "      keep it\n"
					   "  a/x/two (must, costs)\n"
					   "  a/y (must, costs)\n"
					   "    why:\n"
					   "      it has to be\n"
					   "    fix:\n"
					   "      keep it\n");
	casebook_clear(&book);
	buf_clear(&out);
}

/* Every word that is offered is explained. */
static void t_words(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	const char *word;
	size_t n = 0;

	(void)state;
	for (; (word = explain_word_nth(n)) != NULL; n++) {
		buf_reset(&out);
		assert_true(explain_word(word, &out));
		assert_true(out.len > strlen(word) + 10);
	}
	assert_int_equal(n, 5 + 16 + claims_count());
	assert_string_equal(explain_word_nth(0), "exposes");
	assert_string_equal(explain_word_nth(4), "cosmetic");
	assert_string_equal(explain_word_nth(5), "pass");
	assert_string_equal(explain_word_nth(20), "network");
	assert_string_equal(explain_word_nth(21), claims[0].name);
	assert_null(explain_word_nth(n + 1));
	buf_reset(&out);
	assert_false(explain_word("nothing", &out));
	assert_int_equal(out.len, 0);
	assert_true(explain_word("cosmetic", &out));
	assert_string_equal(buf_str(&out),
			    "Effect on the real client\n"
			    "  cosmetic: a user sees nothing of it\n");
	buf_reset(&out);
	assert_true(explain_word("gateway", &out));
	assert_string_equal(buf_str(&out),
			    "gateway\n  Blame: the gateway under test.\n");
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "explain: a case", t_cases, NULL, NULL, NULL },
		{ "explain: a requirement and its cases", t_requirements, NULL,
		  NULL, NULL },
		{ "explain: words", t_words, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
