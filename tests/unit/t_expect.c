/* Tests of expectations: every operator, and how differences are told. */
#include "makelog.h"

#include <stdio.h>

#include "probe/look/expect.h"
#include "probe/look/op.h"
#include "probe/suite/casefile.h"

static struct wlog w;

#define EVENT(name, data) "event: " name "\ndata: " data "\n\n"

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	put_request(&w, "c1", 1,
		    "POST /v1/messages HTTP/1.1\ncontent-length: 12\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY,
		  "{\"a\":{\"b\":1.10},\"c\":[\"x\",\"y\"],\"d\":\"\\u0041\"}");
	put_response(&w, "c1", 1, "HTTP/1.1 529 Overloaded\nx-n: 5\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, "{\"type\":\"error\"}");
	put_end(&w, "c1", 1, END_CLEAN);
	put_request(&w, "u1", 1, "POST /v1/messages HTTP/1.1\n\n");
	put_bytes(&w, "u1", 1, WLOG_BODY,
		  "{\"a\":{},\"d\":\"A\",\"c\":[\"y\"],\"e\":2}");
	put_response(&w, "u1", 1, "HTTP/1.1 529 Overloaded\n\n");
	put_bytes(&w, "u1", 1, WLOG_DATA, "{\"type\": \"error\"}");
	put_end(&w, "u1", 1, END_CLEAN);
	put_stream(&w, "c2",
		   EVENT("a", "{\"t\":1}") EVENT("ping", "{}")
			   EVENT("d", "{\"text\":\"lo\"}") EVENT("z", "{}"));
	put_stream(&w, "u2",
		   EVENT("a", "{\"t\":1}") EVENT("b", "{\"n\":2}")
			   EVENT("d", "{\"text\":\"l\xc3\xb3\"}")
				   EVENT("z", "{}"));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	return 0;
}

static const char shell[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"G\"],"
	"\"level\":\"must\",\"effect\":\"breaks\",\"upstream\":{\"u1\":"
	"{\"reply\":{\"status\":200,\"text\":\"\"}},\"u2\":{\"reply\":"
	"{\"status\":200,\"text\":\"\"}}},\"steps\":[{\"send\":\"c1\","
	"\"count\":3,\"request\":{\"method\":\"GET\",\"target\":\"/\"}}],"
	"\"checks\":[{\"name\":\"n\",\"expect\":%s}]}";

struct told {
	int rc;
	struct buf wanted, got, difference;
};

static void ask(const char *expect, struct told *out)
{
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;
	struct buf text = BUF_INIT(8192);
	struct view v;

	buf_addf(&text, shell, expect);
	if (casefile_parse(&book, "cases/a/b.json", buf_span(&text), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	buf_clear(&text);
	buf_init(&out->wanted, 8192);
	buf_init(&out->got, 8192);
	buf_init(&out->difference, 8192);
	view_of(&v, &w, RUN);
	out->rc = expect_holds(&book.list[0]->checks[0].expect, &v,
			       &out->wanted, &out->got, &out->difference);
	view_clear(&v);
	casebook_clear(&book);
}

static void told_clear(struct told *t)
{
	buf_clear(&t->wanted);
	buf_clear(&t->got);
	buf_clear(&t->difference);
}

static void assert_holds(const char *expect)
{
	struct told t;

	ask(expect, &t);
	if (t.rc != 1)
		fail_msg("%s: got %s", expect, buf_str(&t.got));
	assert_int_equal(t.wanted.len + t.got.len + t.difference.len, 0);
	told_clear(&t);
}

static void assert_fails(const char *expect, const char *wanted,
			 const char *got, const char *difference)
{
	struct told t;

	ask(expect, &t);
	assert_int_equal(t.rc, 0);
	assert_string_equal(buf_str(&t.wanted), wanted);
	assert_string_equal(buf_str(&t.got), got);
	assert_string_equal(buf_str(&t.difference), difference);
	told_clear(&t);
}

static void t_exceeds(void **state)
{
	(void)state;
	assert_holds("[\"c1.status\",\"exceeds\",{\"of\":\"c1.header.x-n\","
		     "\"by\":524}]");
	assert_holds("[\"c1.status\",\"exceeds\",{\"of\":\"u1.status\","
		     "\"by\":0}]");
	assert_holds("[\"c1.request.body#/a/b\",\"exceeds\",{\"of\":"
		     "\"c1.request.body#/a/b\",\"by\":0.0000000005}]");
	assert_fails("[\"c1.request.body#/a/b\",\"exceeds\",{\"of\":"
		     "\"c1.request.body#/a/b\",\"by\":0.00000001}]",
		     "more than c1.request.body#/a/b: 1.10, by 0.00000001",
		     "1.10", "the difference is 0");
	assert_fails("[\"c1.header.x-n\",\"exceeds\",{\"of\":\"c1.status\","
		     "\"by\":1}]",
		     "more than c1.status: 529, by 1", "5",
		     "the difference is -524");
	assert_fails("[\"c1.status\",\"exceeds\",{\"of\":\"c1.header.x-m\","
		     "\"by\":1}]",
		     "more than c1.header.x-m: nothing: there is no such "
		     "header, by 1",
		     "529", "c1.header.x-m is absent: there is no such header");
	assert_fails("[\"c1.end\",\"exceeds\",{\"of\":\"c1.status\","
		     "\"by\":1}]",
		     "more than c1.status: 529, by 1", "clean", "");
	assert_fails("[\"c1.status\",\"exceeds\",{\"of\":\"c1.reason\","
		     "\"by\":1}]",
		     "more than c1.reason: Overloaded, by 1", "529", "");
	put_json(&w, "c3", "{\"a\":0.5,\"b\":0.4}");
	assert_holds("[\"c3.body#/a\",\"exceeds\",{\"of\":\"c3.body#/b\","
		     "\"by\":0.1}]");
	/* The slack grows with the number: 5.29e-7 for 529. */
	assert_holds("[\"c1.status\",\"exceeds\",{\"of\":\"u1.status\","
		     "\"by\":0.0000005}]");
	assert_holds("[\"c1.status\",\"exceeds\",{\"of\":\"u1.status\","
		     "\"by\":-0.0000005}]");
	assert_fails("[\"c1.status\",\"exceeds\",{\"of\":\"u1.status\","
		     "\"by\":0.0000006}]",
		     "more than u1.status: 529, by 0.0000006", "529",
		     "the difference is 0");
	assert_fails("[\"c1.status\",\"exceeds\",{\"of\":\"u1.status\","
		     "\"by\":-0.0000006}]",
		     "more than u1.status: 529, by -0.0000006", "529",
		     "the difference is 0");
}

static void t_equal(void **state)
{
	(void)state;
	assert_holds("[\"c1.status\",\"==\",529]");
	assert_holds("[\"c1.status\",\"==\",529.0]");
	assert_holds("[\"c1.status\",\"==\",{\"of\":\"u1.status\"}]");
	assert_holds("[\"c1.header.x-n\",\"==\",\"5\"]");
	assert_holds("[\"c1.header.x-n\",\"==\",5]");
	assert_holds("[\"c1.body#/type\",\"==\",\"error\"]");
	assert_holds("[\"c1.body\",\"==\",{\"type\":\"error\"}]");
	assert_holds("[\"c1.request.body#/a\",\"==\",{\"b\":1.1}]");
	/* The order of members is no part of a value, that of items is. */
	assert_holds("[\"c1.request.body\",\"==\",{\"c\":[\"x\",\"y\"],"
		     "\"d\":\"A\",\"a\":{\"b\":1.1}}]");
	assert_holds("[\"c1.request.body#/c\",\"!=\",[\"y\",\"x\"]]");
	assert_holds("[\"c2.events.names\",\"==\",[\"a\",\"d\",\"z\"]]");
	assert_fails("[\"c2.events.names\",\"==\",[\"a\",\"d\"]]",
		     "[\"a\",\"d\"]", "[\"a\", \"d\", \"z\"]", "");
	assert_fails("[\"c2.events.names\",\"==\",[\"a\",\"d\",1]]",
		     "[\"a\",\"d\",1]", "[\"a\", \"d\", \"z\"]", "");
	assert_fails("[\"c2.events.names\",\"==\",[\"a\",\"d\",\"z\",\"z\"]]",
		     "[\"a\",\"d\",\"z\",\"z\"]", "[\"a\", \"d\", \"z\"]", "");
	assert_fails("[\"c2.events.names\",\"==\",\"a\"]", "\"a\"",
		     "[\"a\", \"d\", \"z\"]", "");
	assert_fails("[\"c1.body\",\"==\",{\"type\":\"x\"}]",
		     "{\"type\":\"x\"}", "{\"type\":\"error\"}",
		     "changed /type \"x\" -> \"error\"");
	assert_fails("[\"c1.status\",\"==\",200]", "200", "529", "");
	assert_fails("[\"c1.status\",\"==\",\"529\"]", "\"529\"", "529", "");
	assert_holds("[\"c1.status\",\"!=\",200]");
	assert_fails("[\"c1.status\",\"!=\",529]", "anything but 529", "529",
		     "");
	assert_holds("[\"c1.status\",\"in\",[400,529]]");
	assert_fails("[\"c1.status\",\"in\",[400]]", "one of [400]", "529", "");
}

static void t_lists(void **state)
{
	(void)state;
	put_stream(&w, "c3",
		   EVENT("a", "{}") EVENT("z", "{}") EVENT("d", "{}"));
	assert_holds("[\"c2.events.names\",\"==\",{\"of\":"
		     "\"c2.events.names\"}]");
	assert_fails("[\"c2.events.names\",\"==\",{\"of\":"
		     "\"c3.events.names\"}]",
		     "c3.events.names: [\"a\", \"z\", \"d\"]",
		     "[\"a\", \"d\", \"z\"]", "");
	assert_fails("[\"c2.events.names\",\"==\",{\"of\":"
		     "\"u2.events.names\"}]",
		     "u2.events.names: [\"a\", \"b\", \"d\", \"z\"]",
		     "[\"a\", \"d\", \"z\"]", "");
	assert_fails("[\"c2.events.names\",\"==\",{\"of\":\"c1.status\"}]",
		     "c1.status: 529", "[\"a\", \"d\", \"z\"]", "");
	assert_holds("[\"c2.events.names\",\"~\",\"^a, d, z$\"]");
	assert_holds("[\"c1.status\",\"==\",{\"of\":\"u1.status\"}]");
	assert_fails("[\"c1.status\",\"==\",{\"of\":\"c1.header.x-n\"}]",
		     "c1.header.x-n: 5", "529", "");
	assert_fails("[\"c1.header.x-n\",\"==\",{\"of\":\"u1.reason\"}]",
		     "u1.reason: Overloaded", "5", "");
}

/* Of two values any may be JSON. */
static void t_kinds(void **state)
{
	(void)state;
	put_json(&w, "c3",
		 "{\"n\":529,\"t\":\"5\",\"l\":[\"a\",\"d\",\"z\"],"
		 "\"o\":5}");
	assert_holds("[\"c1.status\",\"==\",{\"of\":\"c3.body#/n\"}]");
	assert_holds("[\"c3.body#/n\",\"==\",{\"of\":\"c1.status\"}]");
	assert_holds("[\"c1.header.x-n\",\"==\",{\"of\":\"c3.body#/t\"}]");
	assert_holds("[\"c1.header.x-n\",\"==\",{\"of\":\"c3.body#/o\"}]");
	assert_holds("[\"c1.status\",\"!=\",{\"of\":\"c3.body#/t\"}]");
	assert_holds("[\"c2.events.names\",\"==\",{\"of\":\"c3.body#/l\"}]");
	assert_holds("[\"c3.body#/l\",\"==\",{\"of\":\"c2.events.names\"}]");
	assert_holds("[\"c1.status\",\"!=\",{\"of\":\"c2.events.names\"}]");
	assert_holds("[\"c1.status\",\"same-json\",{\"of\":\"c3.body#/n\"}]");
	assert_fails("[\"c1.body\",\"has\",{\"of\":\"c3.body#/t\"}]",
		     "contains c3.body#/t: \"5\"", "{\"type\":\"error\"}", "");
}

static void assert_written(const char *expect, const char *wanted)
{
	struct casebook book = { .list = NULL };
	struct buf text = BUF_INIT(8192);
	struct fail f = FAIL_INIT;

	buf_addf(&text, shell, expect);
	if (casefile_parse(&book, "cases/a/b.json", buf_span(&text), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	buf_reset(&text);
	expect_write(&book.list[0]->checks[0].expect, &text);
	assert_string_equal(buf_str(&text), wanted);
	buf_clear(&text);
	casebook_clear(&book);
}

static void t_written(void **state)
{
	(void)state;
	assert_written("[\"c1.end\",\"present\"]", "c1.end present");
	assert_written("[\"c1.end\",\"in\",[\"a\", 1]]",
		       "c1.end in [\"a\", 1]");
	assert_written("[\"c1.end\",\"==\",{\"of\":\"u1.end\"}]",
		       "c1.end == u1.end");
	assert_written("[\"c1.status\",\"exceeds\",{\"of\":\"u1.status\","
		       "\"by\":1.5}]",
		       "c1.status exceeds u1.status by 1.5");
}

static void t_equal_big_numbers(void **state)
{
	(void)state;
	wlog_clear(&w);
	put_json(&w, "c1", "{\"n\":9007199254740993}");
	assert_holds("[\"c1.body#/n\",\"==\",9007199254740993]");
	assert_fails("[\"c1.body#/n\",\"==\",9007199254740992]",
		     "9007199254740992", "9007199254740993", "");
}

static void t_numbers(void **state)
{
	(void)state;
	assert_holds("[\"c1.status\",\">=\",529]");
	assert_holds("[\"c1.status\",\"<=\",529]");
	assert_holds("[\"c1.status\",\">\",528.5]");
	assert_holds("[\"c1.status\",\"<\",530]");
	assert_holds("[\"c1.header.x-n\",\"<\",6]");
	assert_holds("[\"c1.request.body#/a/b\",\"<\",2]");
	assert_fails("[\"c1.status\",\"<\",529]", "less than 529", "529", "");
	assert_fails("[\"c1.end\",\">\",0]", "more than 0", "clean", "");
	assert_fails("[\"c1.status\",\">=\",600]", "at least 600", "529", "");
	assert_fails("[\"c1.status\",\"<=\",1]", "at most 1", "529", "");
}

static void t_patterns(void **state)
{
	(void)state;
	assert_holds("[\"c1.body\",\"~\",\"type.:\"]");
	assert_holds("[\"c1.body\",\"!~\",\"^type\"]");
	assert_holds("[\"c1.status\",\"~\",\"^5\"]");
	assert_fails("[\"c1.body\",\"~\",\"^x\"]", "a match of \"^x\"",
		     "{\"type\":\"error\"}", "");
	assert_fails("[\"c1.body\",\"!~\",\"err\"]", "no match of \"err\"",
		     "{\"type\":\"error\"}", "");
}

static void t_contains(void **state)
{
	(void)state;
	assert_holds("[\"c1.body\",\"has\",\"error\"]");
	assert_holds("[\"c1.body\",\"has\",[\"error\",\"type\"]]");
	assert_holds("[\"c1.body\",\"lacks\",[\"message\"]]");
	assert_holds("[\"c2.events.names\",\"has\",\"d\"]");
	assert_holds("[\"c2.events.names\",\"lacks\",\"dd\"]");
	assert_holds("[\"c1.request.body#/c\",\"has\",[\"y\",\"x\"]]");
	assert_holds("[\"c1.request.body#/c\",\"lacks\",\"z\"]");
	assert_holds("[\"c1.body\",\"has\",{\"of\":\"u1.body#/type\"}]");
	assert_fails("[\"c1.body\",\"has\",{\"of\":\"c1.reason\"}]",
		     "contains c1.reason: Overloaded", "{\"type\":\"error\"}",
		     "");
	assert_holds("[\"c1.body\",\"lacks\",{\"of\":\"c1.reason\"}]");
	assert_fails("[\"c1.body\",\"lacks\",{\"of\":\"u1.body#/type\"}]",
		     "does not contain u1.body#/type: \"error\"",
		     "{\"type\":\"error\"}", "");
	assert_fails("[\"c1.body\",\"has\",[\"xx\",\"error\",\"zz\"]]",
		     "contains [\"xx\",\"error\",\"zz\"]",
		     "{\"type\":\"error\"}", "missing xx\nmissing zz");
	put_json(&w, "c3", "{\"l\":[1,\"x\",{\"y\":\"z\"}]}");
	assert_holds("[\"c3.body#/l\",\"has\",\"x\"]");
	assert_holds("[\"c3.body#/l\",\"lacks\",[\"y\",\"z\",\"1\"]]");
	assert_fails("[\"c1.body\",\"has\",[\"error\",\"zz\"]]",
		     "contains [\"error\",\"zz\"]", "{\"type\":\"error\"}",
		     "missing zz");
	assert_fails("[\"c1.body\",\"lacks\",[\"error\",\"zz\"]]",
		     "does not contain [\"error\",\"zz\"]",
		     "{\"type\":\"error\"}", "found error");
	assert_fails("[\"c2.events.names\",\"has\",\"dd\"]", "contains \"dd\"",
		     "[\"a\", \"d\", \"z\"]", "missing dd");
}

/* Expectations that a case may not have, and the place of the complaint. */
static void assert_refused(const char *expect, const char *complaint)
{
	struct casebook book = { .list = NULL };
	struct fail f = FAIL_INIT;
	struct buf text = BUF_INIT(8192);

	buf_addf(&text, shell, expect);
	assert_int_equal(casefile_parse(&book, "cases/a/b.json",
					buf_span(&text), NULL, &f),
			 -1);
	if (!strstr(f.text, complaint))
		fail_msg("%s: %s", expect, f.text);
	buf_clear(&text);
	casebook_clear(&book);
}

static void t_needed(void **state)
{
	struct fail f = FAIL_INIT;
	cJSON *text = cJSON_Parse("\"1\"");

	(void)state;
	assert_int_equal(op_accepts(op_find("<"), text, &f), -1);
	assert_int_equal(f.code, FAIL_CASE);
	assert_string_equal(f.text, "'<' needs a number on its right");
	cJSON_Delete(text);
}

static void t_right_sides(void **state)
{
	static const char *const wrong[] = {
		"[\"c1.body\",\"has\",\"\"]",
		"[\"c1.body\",\"has\",[]]",
		"[\"c1.body\",\"has\",[\"a\",\"\"]]",
		"[\"c1.body\",\"has\",[1]]",
		"[\"c1.body\",\"has\",1]",
		"[\"c1.body\",\"has\",{\"of\":1}]",
		"[\"c1.body\",\"has\",{\"of\":\"c1.body\",\"x\":1}]",
		"[\"c1.body\",\"~\",1]",
		"[\"c1.body\",\"~\",\"(\"]",
		"[\"c1.status\",\"<\",\"1\"]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_refused(wrong[i], "cases/a/b.json:1:");
}

static void t_presence(void **state)
{
	(void)state;
	assert_holds("[\"c1.header.x-n\",\"present\"]");
	assert_holds("[\"c1.header.x-m\",\"absent\"]");
	assert_holds("[\"c3.status\",\"absent\"]");
	assert_holds("[\"c3.head\",\"lacks\",\"x\"]");
	assert_fails("[\"c1.header.x-n\",\"absent\"]", "absent", "5", "");
	assert_fails("[\"c1.header.x-m\",\"present\"]", "present",
		     "nothing: there is no such header", "");
	assert_fails("[\"c3.status\",\"!=\",200]", "anything but 200",
		     "nothing: there is no such exchange", "");
	assert_fails("[\"c1.status\",\"!=\",{\"of\":\"c3.status\"}]",
		     "anything but c3.status: nothing: there is no such "
		     "exchange",
		     "529", "c3.status is absent: there is no such exchange");
}

static void t_same_bytes(void **state)
{
	(void)state;
	assert_holds("[\"c1.body\",\"same-bytes\",{\"of\":\"c1.body\"}]");
	assert_fails("[\"c1.body\",\"same-bytes\",{\"of\":\"u1.body\"}]",
		     "the bytes of u1.body", "{\"type\":\"error\"}",
		     "the JSON is the same, but white space or escapes "
		     "differ\n"
		     "byte 8 is the first that differs (17 bytes became 16)\n"
		     "was {\"type\": \"error\"}\n"
		     "is  {\"type\":\"error\"}");
	assert_fails("[\"c1.end\",\"same-bytes\",{\"of\":\"c1.reason\"}]",
		     "the bytes of c1.reason", "clean",
		     "byte 0 is the first that differs (10 bytes became 5)\n"
		     "was Overloaded\nis  clean");
}

static void t_same_json(void **state)
{
	(void)state;
	assert_holds("[\"c1.body\",\"same-json\",{\"of\":\"u1.body\"}]");
	assert_fails("[\"u1.request.body\",\"same-json\",{\"of\":"
		     "\"c1.request.body\"}]",
		     "the JSON of c1.request.body",
		     "{\"a\":{},\"d\":\"A\",\"c\":[\"y\"],\"e\":2}",
		     "added /e 2\n"
		     "lost /a/b 1.10\n"
		     "lost /c/0 \"x\"");
	assert_fails("[\"c1.end\",\"same-json\",{\"of\":\"u1.body\"}]",
		     "the JSON of u1.body", "clean",
		     "one of the two is not JSON");
}

static void ask_for(const char *actor, const char *body)
{
	put_request(&w, actor, 1, "POST /v1/messages HTTP/1.1\n\n");
	put_bytes(&w, actor, 1, WLOG_BODY, body);
}

#define BODIES(op) \
	"[\"u1.request.body\",\"" op "\",{\"of\":\"c1.request.body\"}]"

static void assert_differs(const char *expect)
{
	struct told t;

	ask(expect, &t);
	assert_int_equal(t.rc, 0);
	told_clear(&t);
}

/* A model's alias may become its full name; nothing else may change. */
static void t_mapped_model(void **state)
{
	static const char *const others[][2] = {
		{ "{\"model\":\"\"}", "{\"model\":\"claude\"}" },
		{ "{\"model\":7}", "{\"model\":\"claude-7\"}" },
		{ "{\"model\":\"7\"}", "{\"model\":777777}" },
		{ "{\"n\":1}", "{\"n\":1,\"model\":\"a\"}" },
		{ "{\"model\":\"a\"}", "{\"m\":\"aa\"}" },
		{ "{\"model\":\"a\"}", "no JSON" },
		{ "no JSON", "{\"model\":\"a\"}" },
		{ "{\"model\":\"aaa\"}", "{\"model\":\"aa\"}" },
		{ "{\"model\":\"a\"}", "{\"model\": \"a\",\"b\":1}" },
	};

	(void)state;
	wlog_clear(&w);
	ask_for("c1", "{\"model\":\"claude-opus\",\"n\":1}");
	ask_for("u1", "{\"model\":\"claude-opus-5-5\",\"n\":1}");
	assert_holds(BODIES("same-json"));
	assert_holds(BODIES("same-bytes"));
	wlog_clear(&w);
	ask_for("c1", "{\"model\":\"claude-opus\",\"n\":1}");
	ask_for("u1", "{\"model\":\"claude-opus-5-5\",\"n\":2}");
	assert_fails(BODIES("same-json"), "the JSON of c1.request.body",
		     "{\"model\":\"claude-opus-5-5\",\"n\":2}",
		     "changed /n 1 -> 2");
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		wlog_clear(&w);
		ask_for("c1", others[i][0]);
		ask_for("u1", others[i][1]);
		assert_differs(BODIES("same-json"));
		assert_differs(BODIES("same-bytes"));
	}
	wlog_clear(&w);
	ask_for("c1", "{\"model\":\"claude-opus\"}");
	ask_for("u1", "{\"model\":\"claude-haiku\"}");
	assert_fails(BODIES("same-json"), "the JSON of c1.request.body",
		     "{\"model\":\"claude-haiku\"}",
		     "changed /model \"claude-opus\" -> \"claude-haiku\"");
}

static void t_order(void **state)
{
	(void)state;
	wlog_clear(&w);
	put_json(&w, "c1", "{\"n\":{\"x\":1,\"y\":2},\"s\":1}");
	put_json(&w, "c2", "{\"n\":{\"y\":2,\"x\":1},\"s\":1}");
	put_json(&w, "u1", "{\"s\":1,\"n\":{\"x\":1,\"y\":2}}");
	assert_holds("[\"u1.body\",\"same-json\",{\"of\":\"c1.body\"}]");
	assert_fails("[\"u1.body\",\"same-json-ordered\",{\"of\":"
		     "\"c1.body\"}]",
		     "the JSON, in order, of c1.body",
		     "{\"s\":1,\"n\":{\"x\":1,\"y\":2}}",
		     "moved /s to another place in its object");
	assert_fails("[\"c2.body\",\"same-json\",{\"of\":\"c1.body\"}]",
		     "the JSON of c1.body", "{\"n\":{\"y\":2,\"x\":1},\"s\":1}",
		     "moved /n/y to another place in its object");
	assert_fails("[\"c2.body#/n\",\"same-json\",{\"of\":"
		     "\"c1.body#/n\"}]",
		     "the JSON of c1.body#/n", "{\"y\":2,\"x\":1}",
		     "moved /y to another place in its object");
}

static void t_spelling(void **state)
{
	(void)state;
	wlog_clear(&w);
	put_json(&w, "c1", "{\"n\":1.10,\"s\":\"\\u0041\"}");
	put_json(&w, "u1", "{\"n\":1.1,\"s\":\"A\"}");
	assert_fails("[\"u1.body\",\"same-json\",{\"of\":\"c1.body\"}]",
		     "the JSON of c1.body", "{\"n\":1.1,\"s\":\"A\"}",
		     "changed /n 1.10 -> 1.1");
	assert_holds("[\"u1.body#/n\",\"==\",{\"of\":\"c1.body#/n\"}]");
}

static void t_same_events(void **state)
{
	(void)state;
	assert_holds("[\"c2.events\",\"same-events\",{\"of\":\"c2.events\"}]");
	assert_fails("[\"c2.events\",\"same-events\",{\"of\":\"u2.events\"}]",
		     "the events of u2.events", "3 events: a d z",
		     "lost event 1 b {\"n\":2}\n"
		     "event 2 d: changed /text \"l\xc3\xb3\" -> \"lo\"");
	assert_fails("[\"u2.events\",\"same-events\",{\"of\":\"c2.events\"}]",
		     "the events of c2.events", "4 events: a b d z",
		     "added event 1 b {\"n\":2}\n"
		     "event 1 d: changed /text \"lo\" -> \"l\xc3\xb3\"");
}

/* What is no stream has no events. */
static void t_no_events(void **state)
{
	(void)state;
	assert_fails("[\"c1.status\",\"same-events\",{\"of\":\"c1.status\"}]",
		     "the events of c1.status", "529", "");
}

static void differ(const char *was, const char *is, const char *wanted)
{
	struct told t;

	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_stream(&w, "c1", was);
	put_stream(&w, "c2", is);
	ask("[\"c2.events\",\"same-events\",{\"of\":\"c1.events\"}]", &t);
	assert_string_equal(buf_str(&t.difference), wanted);
	told_clear(&t);
}

#define A EVENT("a", "{\"n\":1}")
#define B EVENT("b", "{\"n\":2}")
#define Z EVENT("z", "{}")

static void t_which_events(void **state)
{
	(void)state;
	differ(A B Z, B A Z,
	       "lost event 0 a {\"n\":1}\nadded event 1 a {\"n\":1}");
	differ(A B Z, A B, "lost event 2 z {}");
	differ(A, A B Z, "added event 1 b {\"n\":2}\nadded event 2 z {}");
	differ(A, B, "lost event 0 a {\"n\":1}\nadded event 0 b {\"n\":2}");
	differ(EVENT("a", "no"), EVENT("a", "yes"),
	       "event 0 a: changed no -> yes");
	differ(EVENT("a", "{\"n\":1}"), EVENT("a", "{\"n\": 1}"),
	       "event 0 a: changed {\"n\":1} -> {\"n\": 1}");
	differ(EVENT("a", "{\"n\":1}"), EVENT("a", "{\"n\":1.0}"),
	       "event 0 a: changed /n 1 -> 1.0");
	differ(A EVENT("b", "{\"n\":3}"), B,
	       "lost event 0 a {\"n\":1}\nevent 1 b: changed /n 3 -> 2");
	differ(B, A EVENT("b", "{\"n\":3}"),
	       "added event 0 a {\"n\":1}\nevent 0 b: changed /n 2 -> 3");
	differ("", A, "added event 0 a {\"n\":1}");
}

static void t_many_lines(void **state)
{
	struct told t;
	struct buf a = BUF_INIT(4096), b = BUF_INIT(4096);
	const char *last;

	(void)state;
	wlog_clear(&w);
	for (int i = 0; i < 20; i++) {
		buf_addf(&a, "%c\"k%d\":1", i > 0 ? ',' : '{', i);
		buf_addf(&b, "%c\"k%d\":2", i > 0 ? ',' : '{', i);
	}
	buf_add_byte(&a, '}');
	buf_add_byte(&b, '}');
	put_json(&w, "c1", buf_str(&a));
	put_json(&w, "u1", buf_str(&b));
	ask("[\"u1.body\",\"same-json\",{\"of\":\"c1.body\"}]", &t);
	last = strrchr(buf_str(&t.difference), '\n');
	assert_string_equal(last, "\n... and 8 more");
	assert_true(span_starts(buf_span(&t.difference),
				"changed /k0 1 -> 2\nchanged /k1 1 -> 2\n"));
	told_clear(&t);
	buf_clear(&a);
	buf_clear(&b);
}

static void t_too_hard(void **state)
{
	struct told t;
	struct buf a = BUF_INIT(8192);

	(void)state;
	wlog_clear(&w);
	for (int i = 0; i < 4000; i++)
		buf_add_byte(&a, 'a');
	buf_add_byte(&a, '!');
	put_json(&w, "c1", buf_str(&a));
	ask("[\"c1.body\",\"~\",\"^(a+)+$\"]", &t);
	assert_int_equal(t.rc, -1);
	told_clear(&t);
	buf_clear(&a);
}

static void t_operators(void **state)
{
	const char *word, *right, *help;
	size_t n = 0;

	(void)state;
	for (; op_row(n, &word, &right, &help); n++)
		assert_string_equal(op_word(op_find(word)), word);
	assert_true(n > 0);
	assert_null(op_find("equals"));
	assert_string_equal(op_nearest("same-byte"), "same-bytes");
}

#define M(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

/* A check that looks for a credential: a short one may be a part of words. */
static int lacks_word(const char *body, const char *key)
{
	struct casebook book = { .list = NULL };
	struct buf text = BUF_INIT(8192), check = BUF_INIT(1024);
	struct fail f = FAIL_INIT;
	struct view v;
	int rc;

	wlog_clear(&w);
	put_response(&w, "c1", 1, "HTTP/1.1 200 OK\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, body);
	buf_addf(&check,
		 "[\"c1.body\",\"lacks\",\"%s\"],\"sees\":\"credential\"", key);
	buf_addf(&text, shell, buf_str(&check));
	if (casefile_parse(&book, "cases/a/b.json", buf_span(&text), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	view_of(&v, &w, RUN);
	rc = expect_holds(&book.list[0]->checks[0].expect, &v, NULL, NULL,
			  NULL);
	view_clear(&v);
	casebook_clear(&book);
	buf_clear(&text);
	buf_clear(&check);
	return rc;
}

static void t_words(void **state)
{
	(void)state;
	assert_int_equal(lacks_word("the anthropic-version", "anthropic"), 1);
	assert_int_equal(lacks_word("req_12345678ab, x12345678", "12345678"),
			 1);
	assert_int_equal(lacks_word("x12345678 key=12345678", "12345678"), 0);
	assert_int_equal(lacks_word("\"12345678\"", "12345678"), 0);
	assert_int_equal(lacks_word("12345678", "12345678"), 0);
	assert_int_equal(lacks_word("a_12345678", "12345678"), 1);
	assert_int_equal(lacks_word("12345678_a", "12345678"), 1);
	assert_int_equal(lacks_word("12345678", "2345678"), 1);
	assert_int_equal(lacks_word("", "12345678"), 1);
	assert_int_equal(lacks_word("x123456781234567", "123456781234567"), 1);
	/* A key of sixteen bytes counts also inside a longer word. */
	assert_int_equal(lacks_word("x1234567812345678y", "1234567812345678"),
			 0);
}

/* Operators that hold for an absent subject. */
static void t_missing(void **state)
{
	static const struct {
		const char *expect;
		int rc;
	} rows[] = {
		{ "\"==\",\"\"", 0 },
		{ "\"!=\",\"a\"", 0 },
		{ "\"~\",\"\"", 0 },
		{ "\"!~\",\"a\"", 0 },
		{ "\"<\",1", 0 },
		{ "\"<=\",0", 0 },
		{ "\">\",-1", 0 },
		{ "\">=\",0", 0 },
		{ "\"in\",[\"\"]", 0 },
		{ "\"has\",\"a\"", 0 },
		{ "\"lacks\",\"a\"", 1 },
		{ "\"present\"", 0 },
		{ "\"absent\"", 1 },
		{ "\"same-bytes\",{\"of\":\"c1.header.none\"}", 0 },
		{ "\"same-json\",{\"of\":\"c1.header.none\"}", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char expect[200];
		struct told t;

		snprintf(expect, sizeof(expect), "[\"c1.header.none\",%s]",
			 rows[i].expect);
		ask(expect, &t);
		if (t.rc != rows[i].rc)
			fail_msg("%s: %d", expect, t.rc);
		told_clear(&t);
	}
}

/* What may stand on the right of each operator, and which take events. */
static void t_accepted(void **state)
{
	static const struct {
		const char *name, *json; /* NULL: nothing */
	} values[] = {
		{ "nothing", NULL },
		{ "number", "1" },
		{ "text", "\"a\"" },
		{ "empty", "\"\"" },
		{ "true", "true" },
		{ "list", "[1]" },
		{ "texts", "[\"a\",\"b\"]" },
		{ "with-empty", "[\"a\",\"\"]" },
		{ "no-items", "[]" },
		{ "of", "{\"of\":\"c1.text\"}" },
		{ "file", "{\"file\":\"f\"}" },
		{ "object", "{\"a\":1}" },
		{ "bad-pattern", "\"(\"" },
	};
	static const char *const words[] = {
		"==",          "!=",         "~",         "!~",
		"<",           "<=",         ">",         ">=",
		"in",          "has",        "lacks",     "present",
		"absent",      "same-bytes", "same-json", "same-json-ordered",
		"same-events",
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t n = 0; n < sizeof(words) / sizeof(words[0]); n++) {
		const struct op *op = op_find(words[n]);

		buf_addf(&out, "%s%s:", words[n],
			 op_takes_events(op) ? " (events)" : "");
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]);
		     i++) {
			cJSON *value = values[i].json
					       ? cJSON_Parse(values[i].json)
					       : NULL;
			struct fail f = FAIL_INIT;

			if (op_accepts(op, value, &f) == 0)
				buf_addf(&out, " %s", values[i].name);
			cJSON_Delete(value);
		}
		buf_add_byte(&out, '\n');
	}
	assert_string_equal(buf_str(&out),
			    "==: number text empty true list texts with-empty "
			    "no-items of file object bad-pattern\n"
			    "!=: number text empty true list texts with-empty "
			    "no-items of file object bad-pattern\n"
			    "~: text empty\n"
			    "!~: text empty\n"
			    "<: number\n"
			    "<=: number\n"
			    ">: number\n"
			    ">=: number\n"
			    "in: list texts with-empty\n"
			    "has: text texts of bad-pattern\n"
			    "lacks: text texts of bad-pattern\n"
			    "present (events): nothing\n"
			    "absent (events): nothing\n"
			    "same-bytes: of file\n"
			    "same-json: of file\n"
			    "same-json-ordered: of file\n"
			    "same-events (events): of\n");
	buf_clear(&out);
}

static const struct CMUnitTest tests[] = {
	M("expect: what each operator takes", t_accepted),
	M("expect: what is true of what is not there", t_missing),
	M("expect: ==, != and in compare by value", t_equal),
	M("expect: a number exceeds another by so much", t_exceeds),
	M("expect: lists are compared item by item", t_lists),
	M("expect: values of two kinds", t_kinds),
	M("expect: as it is written", t_written),
	M("expect: numbers of 64 bits are compared to the last digit",
	  t_equal_big_numbers),
	M("expect: <, <=, > and >=", t_numbers),
	M("expect: ~ and !~ look at bytes", t_patterns),
	M("expect: has and lacks look into texts and lists", t_contains),
	M("expect: an operator takes what it can compare with, no more",
	  t_right_sides),
	M("expect: what an operator needs", t_needed),
	M("expect: a short credential is no part of a word", t_words),
	M("expect: what is absent satisfies absent and lacks only", t_presence),
	M("expect: same-bytes names the first byte that differs", t_same_bytes),
	M("expect: same-json names what was lost, added and moved",
	  t_same_json),
	M("expect: a model may get its full name, and nothing else may change",
	  t_mapped_model),
	M("expect: same-json lets the members of a body stand anywhere",
	  t_order),
	M("expect: same-json minds how numbers are spelt, not strings",
	  t_spelling),
	M("expect: same-events tells of events by number", t_same_events),
	M("expect: events of what is no stream", t_no_events),
	M("expect: which events were lost, added and changed", t_which_events),
	M("expect: long differences are cut", t_many_lines),
	M("expect: a pattern that is too hard decides nothing", t_too_hard),
	M("expect: the table of operators can be walked", t_operators),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
