/* Tests of probe/suite: what a wrong case file is told, as far as no file in
 * tests/lint/broken is about it; and what is just right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/suite/casefile.h"

#define HEAD \
	"\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"G-1\"]," \
	"\"level\":\"must\",\"effect\":\"costs\","
#define CHECKS \
	"\"checks\":[{\"name\":\"n\",\"expect\":[\"c1.end\",\"present\"]}]"
#define GET "\"method\":\"GET\",\"target\":\"/\""
#define STEPS(steps) "{" HEAD "\"steps\":[" steps "]," CHECKS "}"
#define SENDS(request) \
	STEPS("{\"send\":\"c1\",\"request\":{" GET "," request "}}")
#define WITH(members) \
	"{" HEAD members "\"steps\":[{\"send\":\"c1\",\"request\":{" GET \
	"}}]," CHECKS "}"
#define FROM "\"from\":\"fixtures/requests/2.1.332/auth-both/01.http\""
#define RECORDED(more) STEPS("{\"send\":\"c1\",\"request\":{" FROM more "}}")
#define RUN(more) STEPS("{\"run\":\"c1\",\"prompt\":\"p\"," more "}")

static const struct {
	const char *text;
	const char *why; /* NULL: it is right */
} rows[] = {
	{ SENDS("\"text\":5"),
	  "cases/a/x.json:1:151: key 'text' must be a string" },
	{ SENDS("\"headers\":{\"a\":\"b\"}"),
	  "cases/a/x.json:1:154: headers are a list of [\"name\", \"value\"]" },
	{ SENDS("\"headers\":[[\"a\",\"b\\n\"]]"),
	  "cases/a/x.json:1:155: this header cannot be sent" },
	{ SENDS("\"headers\":[[\"\",\"b\"]]"),
	  "cases/a/x.json:1:155: a header must be written [\"name\", "
	  "\"value\"]" },
	{ SENDS("\"headers\":[[1,\"b\"]]"),
	  "cases/a/x.json:1:155: a header must be written [\"name\", "
	  "\"value\"]" },
	{ SENDS("\"headers\":[[\"a\",1]]"),
	  "cases/a/x.json:1:155: a header must be written [\"name\", "
	  "\"value\"]" },
	{ SENDS("\"headers\":[[\"a\",\"b\",\"c\"]]"),
	  "cases/a/x.json:1:155: a header must be written [\"name\", "
	  "\"value\"]" },
	{ SENDS("\"headers\":[[\"a\",\"\"]]"), NULL },
	{ RECORDED(""), NULL },
	{ RECORDED(",\"headers\":{\"remove\":[\"user-agent\"],"
		   "\"set\":[[\"accept\",\"x\"]],\"add\":[[\"a\",\"b\"]]}"),
	  NULL },
	{ RECORDED(",\"headers\":{\"remove\":[\"x-nothing\"]}"),
	  "cases/a/x.json:1:190: the recorded request has no header "
	  "'x-nothing'" },
	{ RECORDED(",\"headers\":{\"remove\":[1]}"),
	  "cases/a/x.json:1:190: the name of a header is a text" },
	{ RECORDED(",\"headers\":{\"set\":[1]}"),
	  "cases/a/x.json:1:187: a header must be written [\"name\", "
	  "\"value\"]" },
	{ RECORDED(",\"headers\":{\"add\":[1]}"),
	  "cases/a/x.json:1:187: a header must be written [\"name\", "
	  "\"value\"]" },
	{ RECORDED(",\"headers\":{\"take\":[]}"),
	  "cases/a/x.json:1:180: unknown key 'take'" },
	{ RECORDED(",\"edit\":[5]"),
	  "cases/a/x.json:1:177: an edit must be a list that begins with set, "
	  "remove, insert, fill, bytes or take" },
	{ RECORDED(",\"edit\":[[5]]"),
	  "cases/a/x.json:1:177: an edit must be a list that begins with set, "
	  "remove, insert, fill, bytes or take" },
	{ RECORDED(",\"edit\":[[\"remove\"]]"),
	  "cases/a/x.json:1:177: this edit is written [\"remove\", "
	  "\"/pointer\"]" },
	{ RECORDED(",\"edit\":[[\"remove\",\"/model\",1]]"),
	  "cases/a/x.json:1:177: this edit is written [\"remove\", "
	  "\"/pointer\"]" },
	{ RECORDED(",\"edit\":[[\"remove\",5]]"),
	  "cases/a/x.json:1:177: this edit is written [\"remove\", "
	  "\"/pointer\"]" },
	{ RECORDED(",\"edit\":[[\"set\",\"/model\"]]"),
	  "cases/a/x.json:1:177: this edit is written [\"set\", \"/pointer\", "
	  "VALUE]" },
	{ RECORDED(",\"edit\":[[\"set\",\"/model\",1,2]]"),
	  "cases/a/x.json:1:177: this edit is written [\"set\", \"/pointer\", "
	  "VALUE]" },
	{ RECORDED(",\"edit\":[[\"fill\",\"/model\",-1]]"),
	  "cases/a/x.json:1:177: this edit is written [\"fill\", \"/pointer\", "
	  "BYTES]" },
	{ RECORDED(",\"edit\":[[\"fill\",\"/model\",1.5]]"),
	  "cases/a/x.json:1:177: this edit is written [\"fill\", \"/pointer\", "
	  "BYTES]" },
	{ RECORDED(",\"edit\":[[\"fill\",\"/model\",67108865]]"),
	  "cases/a/x.json:1:177: this edit is written [\"fill\", \"/pointer\", "
	  "BYTES]" },
	{ RECORDED(",\"edit\":[[\"fill\",\"/model\",0]]"), NULL },
	{ RECORDED(",\"edit\":[[\"bytes\",\"/model\",1]]"),
	  "cases/a/x.json:1:177: this edit is written [\"bytes\", "
	  "\"/pointer\", \"TEXT\"]" },
	{ RECORDED(",\"edit\":[[\"bytes\",\"/model\",\"x\"]]"), NULL },
	{ RECORDED(",\"edit\":[]"), NULL },
	{ SENDS("\"key\":\"budgte\""),
	  "cases/a/x.json:1:150: no key 'budgte'; did you mean 'budget'?" },
	{ SENDS("\"key\":\"budget\""), NULL },
	{ STEPS("{\"send\":\"c1\",\"request\":{\"method\":\"GET\"}}"),
	  "cases/a/x.json:1:115: a request without 'from' needs 'method' and "
	  "'target'" },
	{ STEPS("{\"send\":\"c1\"}"), "cases/a/x.json:1:92: 'send' needs one "
				      "of 'request', 'raw' and 'raw_text'" },
	{ STEPS("{\"send\":\"c1\",\"raw_text\":\"x\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:92: 'send' needs one of 'request', 'raw' and "
	  "'raw_text'" },
	{ STEPS("{\"send\":\"c1\",\"raw_text\":\"x\"}"), NULL },
	{ STEPS("{\"send\":\"c1\",\"raw_text\":5}"),
	  "cases/a/x.json:1:116: raw bytes are a text" },
	{ STEPS("{\"send\":\"c1\",\"raw\":\"fixtures/none\"}"),
	  "cases/a/x.json:1:111: 'fixtures/none': No such file or directory" },
	{ STEPS("{\"send\":\"c1\",\"raw\":\"cases/README.md\"}"),
	  "cases/a/x.json:1:111: a path below fixtures/ should be here" },
	{ STEPS("{\"send\":\"c1\",\"raw\":5}"),
	  "cases/a/x.json:1:111: a path below fixtures/ should be here" },
	{ STEPS("{\"send\":\"c1\",\"raw_text\":\"x\",\"reads\":\"slow\"}"),
	  "cases/a/x.json:1:128: 'reads' can only be \"slow\", and needs a "
	  "'request'" },
	{ STEPS("{\"send\":\"c1\",\"reads\":\"slwo\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:113: 'reads' can only be \"slow\", and needs a "
	  "'request'" },
	{ STEPS("{\"send\":\"c1\",\"reads\":\"slow\",\"request\":{" GET "}}"),
	  NULL },
	{ STEPS("{\"send\":\"c1\",\"count\":0,\"request\":{" GET "}}"),
	  "cases/a/x.json:1:113: key 'count' must be at least 1" },
	{ STEPS("{\"send\":\"c1\",\"count\":1,\"request\":{" GET "}}"), NULL },
	{ STEPS("{\"send\":\"c0\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:100: client exchanges are named c1, c2, ..." },
	{ STEPS("{\"send\":\"d1\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:100: client exchanges are named c1, c2, ..." },
	{ STEPS("{\"send\":\"c1x\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:100: client exchanges are named c1, c2, ..." },
	{ STEPS("{\"send\":\"c\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:100: client exchanges are named c1, c2, ..." },
	{ STEPS("{\"send\":\"c10000\",\"request\":{" GET "}}"),
	  "cases/a/x.json:1:100: client exchanges are named c1, c2, ..." },
	{ STEPS("{\"await\":\"u1\"}"),
	  "cases/a/x.json:1:91: no step sends anything" },
	{ STEPS(""), "cases/a/x.json:1:91: key 'steps' may not be empty" },
	{ STEPS("5"), "cases/a/x.json:1:92: an object should be here" },
	{ STEPS("{\"send\":\"c1\",\"request\":{" GET "}},"
		"{\"play\":\"c1\",\"session\":\"x\",\"turns\":\"2\"}"),
	  "cases/a/x.json:1:181: key 'turns' must be a whole number from 0 to "
	  "4294967295" },
	{ STEPS("{\"play\":\"c1\",\"turns\":1}"),
	  "cases/a/x.json:1:92: 'play' needs 'session', a folder of requests, "
	  "and 'turns', at least 1" },
	{ STEPS("{\"send\":\"c1\",\"request\":{" GET "}},{\"until\":[],"
		"\"within_ms\":1}"),
	  "cases/a/x.json:1:155: an expectation must be written [SUBJECT, "
	  "OPERATOR, VALUE]" },
	{ WITH("\"client_format\":\"none\","),
	  "cases/a/x.json:1:99: key 'client_format' must be messages, bedrock "
	  "or vertex" },
	{ WITH("\"client_format\":\"bedrock\","), NULL },
	{ WITH("\"provider\":\"any\","), NULL },
	{ WITH("\"provider\":[],"),
	  "cases/a/x.json:1:94: key 'provider' must be 'messages', "
	  "'openai-chat', 'openai-responses', 'bedrock', 'vertex', a list of "
	  "these, or 'any'" },
	{ WITH("\"provider\":[5],"),
	  "cases/a/x.json:1:95: key 'provider' must be 'messages', "
	  "'openai-chat', 'openai-responses', 'bedrock', 'vertex', a list of "
	  "these, or 'any'" },
	{ WITH("\"provider\":[\"vertex\",\"messages\"],"), NULL },
	{ WITH("\"providers\":9,"),
	  "cases/a/x.json:1:95: there are 8 providers at most" },
	{ WITH("\"providers\":8,"), NULL },
	{ WITH("\"slow\":1,"),
	  "cases/a/x.json:1:90: key 'slow' must be true or false" },
	{ WITH("\"limit_ms\":1,"), NULL },
	{ WITH("\"needs\":[\"\"],"),
	  "cases/a/x.json:1:92: claim must be a text" },
	{ WITH("\"needs\":[5],"), "cases/a/x.json:1:92: claim must be a text" },
	{ WITH("\"needs\":[\"relays\",\"relays\"],"),
	  "cases/a/x.json:1:101: 'relays' is listed twice" },
	{ WITH("\"client\":{\"min\":\"2.1.329\",\"max\":\"2.1.329\"},"), NULL },
	{ WITH("\"client\":{\"min\":\"2.1\"},"),
	  "cases/a/x.json:1:92: '2.1' is no version, such as 2.1.329" },
	{ WITH("\"client\":{\"max\":\"v2.1.3\"},"),
	  "cases/a/x.json:1:92: 'v2.1.3' is no version, such as 2.1.329" },
	{ WITH("\"each\":[],"),
	  "cases/a/x.json:1:90: 'each' must be a list of rows" },
	{ WITH("\"each\":[5],"),
	  "cases/a/x.json:1:91: a row must be an object" },
	{ WITH("\"each\":[{\"id\":\"\"}],"),
	  "cases/a/x.json:1:97: the id of a row is made of a-z, 0-9, '.', '_' "
	  "and '-'" },
	{ WITH("\"black_box\":true,"), NULL },
	{ "[]", "cases/a/x.json:1:1: an object should be here" },
	{ "5", "cases/a/x.json:1:1: an object should be here" },
	{ "{" HEAD "\"steps\":[{\"send\":\"c1\",\"request\":{" GET "}}],"
	  "\"checks\":[5]}",
	  "cases/a/x.json:1:157: an object should be here" },
	{ "{" HEAD "\"steps\":[{\"send\":\"c1\",\"request\":{" GET "}}],"
	  "\"checks\":[{\"name\":\"n\",\"level\":\"most\",\"expect\":["
	  "\"c1.end\",\"present\"]}]}",
	  "cases/a/x.json:1:177: unknown level 'most'; did you mean 'must'?" },
	{ "{" HEAD "\"steps\":[{\"send\":\"c1\",\"request\":{" GET "}}],"
	  "\"checks\":[{\"name\":\"n\",\"when\":[\"c2.end\",\"present\"],"
	  "\"expect\":[\"c1.end\",\"present\"]}]}",
	  "cases/a/x.json:1:177: no step before this sends 'c2'" },
	{ RUN("\"terminal\":1"),
	  "cases/a/x.json:1:128: key 'terminal' must be true or false" },
	{ RUN("\"mode\":\"plan\""), NULL },
	{ RUN("\"key\":\"budgte\""),
	  "cases/a/x.json:1:123: no key 'budgte'; did you mean 'budget'?" },
	{ RUN("\"key\":\"budget\""), NULL },
	{ RUN("\"arguments\":[]"), NULL },
	{ RUN("\"environment\":{\"\":\"x\"}"),
	  "cases/a/x.json:1:135: a variable must have a name, and be a text or "
	  "null" },
	{ RUN("\"environment\":{\"A=\":\"x\"}"),
	  "cases/a/x.json:1:137: a variable must have a name, and be a text or "
	  "null" },
	{ RUN("\"environment\":{\"A\":\"x\",\"B\":null}"), NULL },
	{ RUN("\"files\":{\"/a\":\"x\"}"),
	  "cases/a/x.json:1:131: a file has to be inside the session's "
	  "folder" },
	{ RUN("\"files\":{\"\":\"x\"}"), "cases/a/x.json:1:129: a file has to "
					 "be inside the session's folder" },
	{ RUN("\"files\":{\"a\":{\"from\":5}}"),
	  "cases/a/x.json:1:130: a file must be a text, or { \"from\": "
	  "\"fixtures/...\" }" },
	{ RUN("\"files\":{\"a\":{\"from\":\"fixtures/x\",\"b\":1}}"),
	  "cases/a/x.json:1:130: a file must be a text, or { \"from\": "
	  "\"fixtures/...\" }" },
	{ RUN("\"files\":{\"a/b\":\"x\"}"), NULL },
	{ STEPS("{\"run\":\"c1\",\"terminal\":true},{\"type\":\"c1\","
		"\"with\":\"INT\"}"),
	  "cases/a/x.json:1:121: 'type' goes with 'keys', 'signal' with "
	  "'with'" },
	{ STEPS("{\"run\":\"c1\",\"terminal\":true},{\"signal\":\"c1\","
		"\"keys\":\"x\"}"),
	  "cases/a/x.json:1:121: 'type' goes with 'keys', 'signal' with "
	  "'with'" },
	{ STEPS("{\"run\":\"c1\",\"terminal\":true},{\"type\":\"c1\","
		"\"signal\":\"c1\",\"keys\":\"x\"}"),
	  "cases/a/x.json:1:121: 'type' goes with 'keys', 'signal' with "
	  "'with'" },
	{ STEPS("{\"run\":\"c1\",\"terminal\":true},{\"signal\":\"c1\","
		"\"with\":\"TERM\"},{\"type\":\"c1\",\"keys\":\"x\"}"),
	  NULL },
	{ STEPS("{\"send\":\"c1\",\"request\":{" GET "}},{\"signal\":\"c1\","
		"\"with\":\"INT\"}"),
	  "cases/a/x.json:1:146: no step before this runs 'c1'" },
};

static void t_wrong(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char root[] = CCPROBE_SOURCE_DIR;
		struct casebook book = { .root = root };
		struct fail f = FAIL_INIT;
		int rc = casefile_parse(&book, "cases/a/x.json",
					span_of(rows[i].text), NULL, &f);
		const char *wanted = rows[i].why ? rows[i].why : "";

		if (strcmp(f.text, wanted) != 0)
			fail_msg("%s\ngives  %s\nwanted %s", rows[i].text,
				 f.text, wanted);
		assert_int_equal(rc, rows[i].why ? -1 : 0);
		assert_int_equal(book.count, rows[i].why ? 0 : 1);
		book.root = NULL;
		casebook_clear(&book);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "casefile: what a wrong one is told", t_wrong, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("casefile_wrong", tests, NULL, NULL);
}
