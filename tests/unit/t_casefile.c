/* Tests of probe/suite/casefile: reading files, and `each`. Messages about
 * wrong files are tested in tests/lint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/look/expect.h"
#include "probe/suite/casefile.h"
#include "probe/suite/choose/select.h"

static const struct casebook_values values = { .client_key = "client \"key\"",
					       .upstream_key = "upstream-key",
					       .wrong_key = "wrong-key" };

#define HEAD \
	"\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"G-1\"]," \
	"\"level\":\"should\",\"effect\":\"costs\","
#define SEND(body) \
	"\"steps\":[{\"send\":\"c1\",\"request\":{\"method\":\"POST\"," \
	"\"target\":\"/v1/messages\"," body "}}],"
#define CHECK(expect) "\"checks\":[{\"name\":\"n\",\"expect\":" expect "}]"

static void parse(struct casebook *book, const char *text)
{
	struct fail f = FAIL_INIT;

	*book = (struct casebook){ .list = NULL };
	if (casefile_parse(book, "cases/errors/x.json", span_of(text), &values,
			   &f) < 0)
		fail_msg("%s", f.text);
}

static void t_members(void **state)
{
	struct casebook book;
	const struct casefile *c;

	(void)state;
	parse(&book,
	      "{" HEAD "\"needs\":[\"relays\"],\"slow\":true,"
	      "\"seen\":\"2.1.329: x\",\"limit_ms\":100,"
	      "\"effect_reason\":\"nobody asks\"," SEND(
		      "\"text\":\"a\\u0000b\"") CHECK("[\"c1.status\","
						      "\"==\",200]") "}");
	c = book.list[0];
	assert_string_equal(c->id, "errors/x");
	assert_string_equal(c->area, "errors");
	assert_int_equal(c->level, LEVEL_SHOULD);
	assert_int_equal(c->effect, EFFECT_COSTS);
	assert_string_equal(c->effect_seen, "2.1.329: x");
	assert_string_equal(c->effect_reason, "nobody asks");
	assert_string_equal(c->needs[0], "relays");
	assert_string_equal(c->guards[0], "G-1");
	assert_true(c->slow);
	assert_int_equal(c->limit_ms, 100);
	assert_int_equal(c->checks[0].level, LEVEL_SHOULD);
	assert_int_equal(c->steps[0].request->body_len, 3);
	assert_true(c->exclusive);
	casebook_clear(&book);
}

static void t_lane(void **state)
{
	struct casebook book;

	(void)state;
	parse(&book, "{" HEAD SEND("\"text\":\"[probe-0000000000000000]\"")
			     CHECK("[\"c1.end\",\"present\"]") "}");
	assert_false(book.list[0]->exclusive);
	assert_int_equal(book.list[0]->limit_ms, 8000);
	casebook_clear(&book);
	parse(&book, "{" HEAD "\"exclusive\":true," SEND(
			     "\"text\":\"[probe-0000000000000000]\"")
			     CHECK("[\"c1.end\",\"present\"]") "}");
	assert_true(book.list[0]->exclusive);
	casebook_clear(&book);
	/* An edit that takes the mark away. */
	parse(&book,
	      "{" HEAD SEND("\"json\":{\"a\":\"[probe-0000000000000000]\"},"
			    "\"edit\":[[\"remove\",\"/a\"]]")
		      CHECK("[\"c1.end\",\"present\"]") "}");
	assert_true(book.list[0]->exclusive);
	casebook_clear(&book);
}

/* How many providers a case needs, and which keys. */
static void t_providers(void **state)
{
#define RULES(name) \
	"\"upstream\":{\"" name "\":{\"reply\":{\"status\":200," \
	"\"text\":\"\"}}},"
	static const struct {
		const char *members, *check;
		uint32_t count;
	} rows[] = {
		{ "", "[\"u.requests.count\",\"==\",1]", 0 },
		{ "", "[\"u@b.requests.count\",\"==\",1]", 2 },
		{ RULES("u1"), "[\"u1@c.requests.count\",\"==\",1]", 3 },
		{ RULES("u1@b"), "[\"u1.requests.count\",\"==\",1]", 2 },
		{ "\"providers\":1,", "[\"u@b.requests.count\",\"==\",1]", 1 },
		{ "\"providers\":8,", "[\"c1.status\",\"==\",1]", 8 },
	};
	struct casebook book;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(8192);

		buf_addf(&text,
			 "{%s" HEAD SEND("\"text\":\"\",\"key\":\"rated\"")
				 CHECK("%s") "}",
			 rows[i].members, rows[i].check);
		parse(&book, buf_str(&text));
		assert_int_equal(book.list[0]->provider_count, rows[i].count);
		assert_string_equal(book.list[0]->steps[0].request->key,
				    "rated");
		assert_true(book.list[0]->steps[0].request->keyed);
		casebook_clear(&book);
		buf_clear(&text);
	}
#undef RULES
}

static void t_compact(void **state)
{
	struct casebook book;

	(void)state;
	parse(&book, "{" HEAD SEND("\"json\": { \"b\" : 1.10,\n\t\"a\": "
				   "[ \" \\\" x\" , null ] }")
			     CHECK("[\"c1.end\",\"present\"]") "}");
	assert_string_equal(book.list[0]->steps[0].request->body,
			    "{\"b\":1.10,\"a\":[\" \\\" x\",null]}");
	casebook_clear(&book);
}

static void t_compact_edits(void **state)
{
	struct casebook book;
	struct buf body = BUF_INIT(4096);

	(void)state;
	parse(&book,
	      "{" HEAD SEND("\"text\":\"{ \\\"a\\\" : [] }\",\"edit\":["
			    "[\"set\",\"/b\", { \"c\" :\n1E+2 }],"
			    "[\"insert\",\"/a/-\", [ \" \\u0041 \" , 1 ]]]")
		      CHECK("[\"c1.end\",\"present\"]") "}");
	assert_int_equal(
		request_body(book.list[0]->steps[0].request, &body, NULL), 0);
	assert_string_equal(buf_str(&body), "{ \"a\" : [[\" \\u0041 \",1]],"
					    "\"b\":{\"c\":1E+2} }");
	buf_clear(&body);
	casebook_clear(&book);
}

static void t_each(void **state)
{
	struct casebook book;

	(void)state;
	parse(&book,
	      "{\"each\":[{\"id\":\"429\",\"n\":429.0,\"l\":[1, 2]},"
	      "{\"id\":\"b\",\"n\":\"q\\\"q\",\"l\":{\"k\":\"${keys.wrong}\"}}"
	      "]," HEAD SEND("\"json\":{\"n\":\"${each.n}\",\"t\":"
			     "\"<${each.n}>\",\"l\":\"${each.l}\"}")
		      CHECK("[\"c1.status\",\"!=\",\"${each.n}\"]") "}");
	assert_int_equal(book.count, 2);
	assert_string_equal(book.list[0]->id, "errors/x/429");
	assert_string_equal(book.list[1]->id, "errors/x/b");
	assert_string_equal(book.list[0]->steps[0].request->body,
			    "{\"n\":429.0,\"t\":\"<429.0>\",\"l\":[1,2]}");
	assert_string_equal(book.list[1]->steps[0].request->body,
			    "{\"n\":\"q\\\"q\",\"t\":\"<q\\\"q>\","
			    "\"l\":{\"k\":\"wrong-key\"}}");
	assert_int_equal(book.list[0]->checks[0].expect.wanted.type, J_NUMBER);
	casebook_clear(&book);
}

static void t_keys(void **state)
{
	struct casebook book;
	struct buf text = BUF_INIT(1024);

	(void)state;
	parse(&book, "{" HEAD SEND("\"text\":\"x ${keys.client} y\"")
			     CHECK("[\"u1.request.head\",\"lacks\","
				   "\"${keys.client}\"]") "}");
	assert_string_equal(book.list[0]->steps[0].request->body,
			    "x client \"key\" y");
	expect_write(&book.list[0]->checks[0].expect, &text);
	assert_string_equal(buf_str(&text),
			    "u1.request.head lacks \"client \\\"key\\\"\"");
	buf_reset(&text);
	buf_addf(&text, "%s, %s, %s", values.client_key, values.wrong_key,
		 values.upstream_key);
	secrets_blot(&book.list[0]->secrets, &text);
	assert_null(strstr(buf_str(&text), values.client_key));
	assert_null(strstr(buf_str(&text), values.wrong_key));
	assert_null(strstr(buf_str(&text), values.upstream_key));
	buf_clear(&text);
	casebook_clear(&book);
}

static void assert_fail(const char *text, const char *wanted)
{
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;

	assert_int_equal(casefile_parse(&book, "cases/errors/x.json",
					span_of(text), &values, &f),
			 -1);
	assert_string_equal(f.text, wanted);
	assert_int_equal(book.count, 0);
	casebook_clear(&book);
}

static void t_places(void **state)
{
	(void)state;
	/* A mistake after a text that grew, on the same line. */
	assert_fail("{\"each\":[{\"id\":\"a\",\"l\":[11111,22222,\n33333]}],\n"
		    "\"title\":\"${each.l}\"}",
		    "cases/errors/x.json:3:9: key 'title' must be a string "
		    "(in row 'a')");
	assert_fail("{\"each\":[{\"id\":\"a\",\"t\":\"long long long\"}],\n"
		    "\"title\":\"${each.t}\",\"whi\":1}",
		    "cases/errors/x.json:2:21: unknown key 'whi'; did you mean "
		    "'why'? (in row 'a')");
	assert_fail("{\"title\":\"${each.t}\"}",
		    "cases/errors/x.json:1:11: '${each.t}' is not known (a "
		    "plain '$' is written \\u0024)");
	assert_fail("{\"each\":[{\"id\":\"a\",\"l\":[]}],\n"
		    "\"title\":\"x ${each.l}\"}",
		    "cases/errors/x.json:2:12: '${each.l}' is no single value "
		    "and can only stand alone");
	assert_fail("{\"each\":[{\"id\":\"a\"},{\"id\":\"a\"}]}",
		    "cases/errors/x.json:1:27: a second row 'a'");
}

static void t_ids(void **state)
{
	static const struct {
		const char *name, *wanted;
	} rows[] = {
		{ "cases/x.json",
		  "cases/x.json: a case has to be in the folder of its area" },
		{ "cases/a/x.txt", "cases/a/x.txt: a case is a .json file" },
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct casebook book = { .list = NULL };
		struct fail f = FAIL_INIT;

		assert_int_equal(casefile_parse(&book, rows[i].name,
						span_of("{}"), NULL, &f),
				 -1);
		assert_string_equal(f.text, rows[i].wanted);
		casebook_clear(&book);
	}
}

static void t_client(void **state)
{
	static const struct {
		const char *client, *says, *not_for;
	} rows[] = {
		{ "2.1.332", "2.1.332", NULL },
		{ "2.0.76", "2.1.332",
		  "needs Claude Code 2.1.200 or newer; 2.0.76 is chosen" },
		{ NULL, "2.1.332", NULL },
	};
	struct casebook_values chosen = values;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct casebook book = { .root = strdup(CCPROBE_SOURCE_DIR) };
		struct fail f = FAIL_INIT;

		chosen.client = rows[i].client;
		if (casefile_parse(
			    &book, "cases/a/x.json",
			    span_of("{\"client\":{\"min\":\"2.1.200\"}," HEAD
					    SEND("\"text\":\"${client}"
						 "\"")
						    CHECK("[\"c1.end\","
							  "\"present\"]") "}"),
			    &chosen, &f) < 0)
			fail_msg("%s", f.text);
		assert_string_equal(book.list[0]->steps[0].request->body,
				    rows[i].says);
		if (rows[i].not_for == NULL)
			assert_null(book.list[0]->not_for);
		else
			assert_string_equal(book.list[0]->not_for,
					    rows[i].not_for);
		casebook_clear(&book);
	}
}

static void t_turns(void **state)
{
	struct casebook book = { .root = strdup(CCPROBE_SOURCE_DIR) };
	struct casebook_values chosen = values;
	struct fail f = FAIL_INIT;

	(void)state;
	chosen.client = "2.1.200";
	if (casefile_parse(
		    &book, "cases/a/x.json",
		    span_of("{" HEAD "\"steps\":[{\"send\":\"c1\",\"request\":"
			    "\"fixtures/requests/${client}/plain/turn-1.http\""
			    "}]," CHECK("[\"c1.end\",\"present\"]") "}"),
		    &chosen, &f) < 0)
		fail_msg("%s", f.text);
	assert_string_equal(book.list[0]->steps[0].request->source,
			    "fixtures/requests/2.1.200/plain/02.http");
	assert_string_equal(book.list[0]->files[0],
			    "fixtures/requests/2.1.200/plain/02.http");
	casebook_clear(&book);
}

static void t_for(void **state)
{
	struct casebook book;
	const struct casefile *c;

	(void)state;
	parse(&book, "{" HEAD "\"upstream\":{\"u${n}\" : {\"for\":3,\"make\":"
		     "{\"when\":{\"has\":\"-${n}-\"},\"reply\":{\"status\":200,"
		     "\"text\":\"\"}}}},\"steps\":[{ \"for\" : 3, \"make\":"
		     "{\"send\":\"c${n}\",\"request\":{\"method\":\"POST\","
		     "\"target\":\"/\",\"json\":[\"${n}\"]}}},"
		     "{\"await\":\"c3\"}],\"checks\":[{\"for\":3,\"make\":"
		     "{\"name\":\"${n} of 3\",\"expect\":[\"c${n}.status\","
		     "\"==\",200]}}]}");
	c = book.list[0];
	assert_int_equal(c->upstream->count, 3);
	assert_string_equal(c->upstream->list[2].name, "u3");
	assert_string_equal(c->upstream->list[2].has, "-3-");
	assert_int_equal(c->step_count, 4);
	assert_string_equal(c->steps[1].request->body, "[2]");
	assert_int_equal(c->check_count, 3);
	assert_string_equal(c->checks[2].name, "3 of 3");
	casebook_clear(&book);
	assert_fail("{" HEAD
		    "\n\"steps\":[{\"for\":2,\"make\":\n{\"snd\":1}}]," CHECK(
			    "[\"c1.status\",\"==\",200]") "}",
		    "cases/errors/x.json:2:10: unknown key 'snd'; did you "
		    "mean 'send'?");
	assert_fail(
		"{\"x\":[{\"for\":0,\"make\":1}]}",
		"cases/errors/x.json:1:7: '{\"for\":0,\"make\":1}' should be "
		"{\"for\": 1 to 256, \"make\": ...}, and not inside another");
	assert_fail("{\"title\":\"${n}\"}",
		    "cases/errors/x.json:1:11: '${n}' is not known (a plain "
		    "'$' is written \\u0024)");
}

static void t_suite(void **state)
{
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	if (casebook_read(&book, CCPROBE_SOURCE_DIR, NULL, NULL, &f) < 0)
		fail_msg("%s", f.text);
	assert_true(book.count > 100);
	for (size_t i = 1; i < book.count; i++)
		assert_true(strcmp(book.list[i - 1]->id, book.list[i]->id) < 0);
	assert_ptr_equal(casebook_find(&book, book.list[7]->id), book.list[7]);
	assert_null(casebook_find(&book, "no/such"));
	casebook_clear(&book);
}

/* Reading only the files that patterns need selects the same cases as reading
 * all. */
static void t_some(void **state)
{
	static const struct {
		const char *pattern;
		size_t most; /* files' cases that have to be read for it */
	} rows[] = {
		{ "errors/status-kept", 40 }, { "errors/status-kept/529", 40 },
		{ "errors/status*", 40 },     { "*/ends", 2000 },
		{ "str?am/ends", 200 },       { "stream", 200 },
		{ "stream//", 200 },
	};
	struct casebook all = { .list = NULL }, some = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	if (casebook_read(&all, CCPROBE_SOURCE_DIR, NULL, NULL, &f) < 0)
		fail_msg("%s", f.text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *one[] = { rows[i].pattern };
		const struct option_list patterns = { one, 1 };
		const struct selection s = { .patterns = one,
					     .pattern_count = 1,
					     .level = LEVEL_MAY,
					     .slow = true };
		struct casefile **want, **got;
		size_t want_count, got_count;

		if (casebook_read(&some, CCPROBE_SOURCE_DIR, &patterns, NULL,
				  &f) < 0 ||
		    select_cases(&want, &want_count, &all, &s, &f) < 0 ||
		    select_cases(&got, &got_count, &some, &s, &f) < 0)
			fail_msg("%s: %s", one[0], f.text);
		if (some.count > rows[i].most)
			fail_msg("%s: %zu cases are read", one[0], some.count);
		assert_int_equal(got_count, want_count);
		for (size_t k = 0; k < got_count; k++)
			assert_string_equal(got[k]->id, want[k]->id);
		free(want);
		free(got);
		casebook_clear(&some);
	}
	casebook_clear(&all);
}

static bool is_weak(struct casebook *book, const char *client,
		    const char *upstream, enum case_key which)
{
	const struct casebook_values v = { .client_key = client,
					   .upstream_key = upstream,
					   .wrong_key = "wrong-key-0000" };

	casebook_weigh_keys(book, &v);
	return book->weak[which];
}

/* Words of ordinary requests and answers are weak keys. */
static void t_weak_keys(void **state)
{
	static const char *const words[] = {
		"message_start",
		"content_block_delta",
		"block_delta",
		"keep-alive",
		"Content-Type",
		"authentication_error",
		"text/event-stream",
		"anthropic",
		"litellmkey",
		"claude-cli",
		RECORDED_MODEL,
		"/v1/messages",
		"toolu_01",
		"msg_01AnswerPlain",
		"content_block_delta-7",
		"qwrtzpsdfghjklm", /* fifteen letters and nothing else */
	};
	static const char *const keys[] = {
		"sk-1234567890",
		"sk-own-key-000",
		"my-test-key",
		"bearer-key-1",
		"content_block_delta-0f3a91c27d5b8842aa10",
		"qwrtzpsdfghjklmn"
	};
	const char *other = "sk-0f3a91c27d5b";
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	if (casebook_read(&book, CCPROBE_SOURCE_DIR, NULL, NULL, &f) < 0)
		fail_msg("%s", f.text);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!is_weak(&book, words[i], other, CASE_KEY_CLIENT) ||
		    book.weak[CASE_KEY_UPSTREAM])
			fail_msg("%s is taken for a secret", words[i]);
		assert_string_equal(book.list[0]->weak[CASE_KEY_CLIENT],
				    words[i]);
		assert_false(secrets_has(&book.list[0]->secrets, words[i]));
		assert_true(is_weak(&book, other, words[i], CASE_KEY_UPSTREAM));
		assert_false(book.weak[CASE_KEY_CLIENT]);
		assert_true(secrets_has(&book.list[0]->secrets, other));
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (is_weak(&book, keys[i], other, CASE_KEY_CLIENT))
			fail_msg("%s is no secret", keys[i]);
	casebook_clear(&book);
}

/* Cases that send the same recording hold its body once. */
static void t_shared_bodies(void **state)
{
	struct option_list patterns = { .count = 0 };
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;
	size_t bodies = 0, shared = 0;

	(void)state;
	option_list_add(&patterns, "blackbox/*");
	if (casebook_read(&book, CCPROBE_SOURCE_DIR, &patterns, NULL, &f) < 0)
		fail_msg("%s", f.text);
	for (size_t i = 0; i < book.count; i++) {
		const struct request *r = book.list[i]->steps[0].request;

		if (!r || !r->source || r->body_len == 0)
			continue;
		bodies++;
		shared += r->shared && *r->shared > 1;
	}
	assert_true(bodies > 2);
	assert_true(shared * 2 > bodies);
	casebook_clear(&book);
	option_list_clear(&patterns);
}

static const struct CMUnitTest tests[] = {
	{ "casefile: members become what they say", t_members, NULL, NULL,
	  NULL },
	{ "casefile: providers and keys that a case needs", t_providers, NULL,
	  NULL, NULL },
	{ "casefile: a request without a mark runs alone", t_lane, NULL, NULL,
	  NULL },
	{ "casefile: the value of an edit is written compact", t_compact_edits,
	  NULL, NULL, NULL },
	{ "casefile: inline JSON is sent compact and as spelt", t_compact, NULL,
	  NULL, NULL },
	{ "casefile: each makes a case of a row, values keep their type",
	  t_each, NULL, NULL, NULL },
	{ "casefile: for repeats items and members, with their number", t_for,
	  NULL, NULL, NULL },
	{ "casefile: keys are filled in and known as secrets", t_keys, NULL,
	  NULL, NULL },
	{ "casefile: failures behind a replaced text name the file's place",
	  t_places, NULL, NULL, NULL },
	{ "casefile: a case has an area", t_ids, NULL, NULL, NULL },
	{ "casefile: what patterns name is all in the files read", t_some, NULL,
	  NULL, NULL },
	{ "casefile: the suite can be read, in order of id", t_suite, NULL,
	  NULL, NULL },
	{ "casefile: a word of ordinary traffic is no secret", t_weak_keys,
	  NULL, NULL, NULL },
	{ "casefile: ${client} is the chosen release; a case that is not for "
	  "it is read for the newest that it is for",
	  t_client, NULL, NULL, NULL },
	{ "casefile: turn-1.http is the first request with the mark, whatever "
	  "its number",
	  t_turns, NULL, NULL, NULL },
	{ "casefile: a recording that many cases send is held once",
	  t_shared_bodies, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("casefile", tests, NULL, NULL);
}
