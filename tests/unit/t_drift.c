/*
 * probe/drift: small releases that hold one change each, and one pair with a
 * change of each kind in all forms. tests/golden/drift.txt has what is
 * told, which UPDATE_GOLDEN=1 writes anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "golden_kit.h"
#include "probe/drift/drift.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/folder.h"

#define GOLDEN CCPROBE_SOURCE_DIR "/tests/golden/drift.txt"

enum { FULL = 3 }; /* rows, the last ones, told in all forms */

static char *root;

/* ---- releases and cases ---- */

static void make(const char *name)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;

	buf_addf(&path, "%s/%s", root, name);
	if (folder_make(buf_str(&path), &f) < 0)
		fail_msg("%s", f.text);
	buf_clear(&path);
}

static void put(const char *folder, const char *name, const struct buf *text)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;

	make(folder);
	buf_addf(&path, "%s/%s", root, folder);
	if (scratch_write(buf_str(&path), name, buf_span(text), &f) < 0)
		fail_msg("%s", f.text);
	buf_clear(&path);
}

/* One request: "plain/01 POST /v1/messages", then fields, then the
 * body, whose quotes are single ones. */
static void put_request(const char *release, struct span piece)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), name = BUF_INIT(64);
	struct buf folder = BUF_INIT(BUF_NO_LIMIT);
	struct span scenario, number, first;

	assert_true(span_split(&piece, '/', &scenario));
	assert_true(span_split(&piece, ' ', &number));
	assert_true(span_split(&piece, '\n', &first));
	buf_addf(&text, "%.*s HTTP/1.1\n%.*s", SPAN_ARG(first),
		 SPAN_ARG(piece));
	buf_replace(&text, "'", "\"");
	buf_addf(&folder, "%s/%.*s", release, SPAN_ARG(scenario));
	buf_addf(&name, "%.*s.http", SPAN_ARG(number));
	put(buf_str(&folder), buf_str(&name), &text);
	buf_clear(&folder);
	buf_clear(&name);
	buf_clear(&text);
}

/* The requests of a release stand one after another, each with a ~ at its end. */
static void put_release(const char *version, const char *requests)
{
	struct buf folder = BUF_INIT(BUF_NO_LIMIT);
	struct span rest = span_of(requests), piece;

	buf_addf(&folder, "fixtures/requests/%s", version);
	make(buf_str(&folder));
	while (span_split(&rest, '~', &piece))
		if (piece.len > 0)
			put_request(buf_str(&folder), piece);
	buf_clear(&folder);
}

/* A case that sends a recording, and says why. */
static void put_case(const char *name, const char *sent, const char *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), file = BUF_INIT(64);

	buf_addf(&text,
		 "{\"title\":\"t\",\"why\":\"%s\",\"fix\":\"f\","
		 "\"guards\":[\"BODY-01\"],\"level\":\"should\","
		 "\"effect\":\"cosmetic\",\"steps\":[{\"send\":\"c1\","
		 "\"request\":\"fixtures/%s.http\"}],"
		 "\"checks\":[{\"name\":\"n\",\"expect\":[\"c1.status\","
		 "\"==\",200]}]}",
		 why, sent);
	buf_addf(&file, "%s.json", name);
	put("cases/a", buf_str(&file), &text);
	buf_clear(&file);
	buf_clear(&text);
}

/* More of them name a word than count. */
static void put_many(void)
{
	char name[16];

	for (int i = 0; i < 41; i++) {
		snprintf(name, sizeof(name), "n%02d", i);
		put_case(name, "requests/one",
			 i < 40 ? "x-forty x-fortyone" : "x-fortyone");
	}
}

static void put_cases(void)
{
	make("cases");
	put_case("names", "requests/one",
		 "It is about X-Widely_Named, and Sized.");
	put_case("glued", "requests/one",
		 "myx-lone x-lones x-lone_ 1x-lone- 0x-lone 9x-lone "
		 "ax-lone zx-lone Ax-lone Zx-lone _x-lone -x-lone x-lone0 "
		 "x-lone9");
	put_case("zone", "requests/one", "X-AZONE");
	put_case("lone", "requests/one", "X-LONE");
	put_case("short", "requests/one", "tag tags");
	put_case("image", "requests/one", "image");
}

/* Cases that send what the releases have. */
static void put_senders(const char *old, const char *new)
{
	if (strstr(old, "plain/01"))
		put_case("sends-old", "requests/1.0.0/plain/01", "x");
	if (strstr(new, "plain/01"))
		put_case("sends", "requests/${client}/plain/01", "x");
	if (strstr(new, "plain-b/01"))
		put_case("sends-b", "requests/${client}/plain-b/01", "x");
	if (strstr(new, "plain/02"))
		put_case("sends-two", "requests/${client}/plain/02", "x");
}

static int set_up(void **state)
{
	struct buf request = BUF_INIT(64);

	(void)state;
	buf_add_text(&request, "GET / HTTP/1.1\n\n");
	assert_int_equal(scratch_new(&root, NULL), 0);
	make("fixtures");
	put("fixtures/requests", "one.http", &request);
	buf_clear(&request);
	put_cases();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(root);
	return 0;
}

/* ---- one change each ---- */

#define ONE(file, fields, members) \
	file " POST /v1/messages\n" fields "\n{" members "}~"
#define COUNT(file, members) \
	file " POST /v1/messages/count_tokens\n\n{" members "}~"
#define FIELDS(file, fields) ONE(file, fields, "")
#define BODY(file, members) ONE(file, "", members)
#define EMPTY(file) ONE(file, "", "")
#define BETA "anthropic-beta: one-2025-01-01\n"
#define BETAS "anthropic-beta: one-2025-01-01, two-2025-01-01,\n"
#define LATER "anthropic-beta: two-2025-01-01\n"
#define TOOLS(list) BODY("plain/01", "'tools':[" list "]")
#define BASH "{'name':'Bash','input_schema':{'required':[]}}"
#define GLOB "{'name':'Glob','input_schema':{'required':[]}}"
#define SAID(list) BODY("plain/01", "'messages':[" list "]")
#define USER(content) "{'role':'user','content':[" content "]}"
#define TEXT "{'type':'text','text':'a b'}"
#define ZEROS "0000000000000000000000000000000000000000"

struct row {
	const char *title, *old, *new;
};

static const struct row rows[] = {
	{ "nothing", FIELDS("plain/01", "X-App: cli\n"),
	  FIELDS("plain/01", "X-App: cli\n") },

	{ "a field whose name is spelt otherwise in a case", EMPTY("plain/01"),
	  FIELDS("plain/01", "x-azone: 1\n") },
	{ "stand-ins have no value", FIELDS("plain/01", "X-App: {{one}}\n"),
	  FIELDS("plain/01", "X-App: {{two}}\n") },

	/* scenarios, and how many requests there are */
	{ "each has a scenario alone", EMPTY("a/01") EMPTY("c/01"),
	  EMPTY("b/01") EMPTY("c/01") EMPTY("d/01") },
	{ "more scenarios alone than are named", EMPTY("z/01"),
	  EMPTY("a/01") EMPTY("b/01") EMPTY("c/01") EMPTY("d/01") EMPTY("e/01")
		  EMPTY("f/01") },
	{ "as many scenarios alone as are named",
	  EMPTY("a/01") EMPTY("b/01") EMPTY("c/01") EMPTY("d/01") EMPTY("e/01"),
	  EMPTY("z/01") },
	{ "another scenario's name begins alike",
	  EMPTY("plain/01") EMPTY("plain-b/01"),
	  EMPTY("plain/01") EMPTY("plain/02") EMPTY("plain-b/01") },
	{ "fewer requests", EMPTY("plain/01") EMPTY("plain/02"),
	  EMPTY("plain/01") },
	{ "more after a failure", EMPTY("retry-429/01"),
	  EMPTY("retry-429/01") EMPTY("retry-429/02") },
	{ "more without a stream", EMPTY("nonstream-404/01"),
	  EMPTY("nonstream-404/01") EMPTY("nonstream-404/02") },
	{ "more of one that degrades", EMPTY("degrade-400/01"),
	  EMPTY("degrade-400/01") EMPTY("degrade-400/02") },
	{ "more of one that goes on", EMPTY("max-tokens-continue/01"),
	  EMPTY("max-tokens-continue/01") EMPTY("max-tokens-continue/02") },

	/* header fields */
	{ "a field that came, with its value", EMPTY("plain/01"),
	  FIELDS("plain/01", "X-App: cli\n") },
	{ "a field that went from two requests",
	  FIELDS("plain/01", "X-App: cli\n") FIELDS("plain/02", "X-App: cli\n"),
	  EMPTY("plain/01") EMPTY("plain/02") },
	{ "a field that came here and went there",
	  FIELDS("plain/01", "X-App: cli\n") EMPTY("plain/02"),
	  EMPTY("plain/01") FIELDS("plain/02", "X-App: cli\n") },
	{ "another value", FIELDS("plain/01", "X-App: cli\n"),
	  FIELDS("plain/01", "X-App: main\n") },
	{ "two other values are told one by one",
	  FIELDS("plain/01", "X-App: cli\nX-App: main\n"),
	  FIELDS("plain/01", "X-App: auto\nX-App: none\n") },
	{ "a value that became two", FIELDS("plain/01", "X-App: cli\n"),
	  FIELDS("plain/01", "X-App: auto\nX-App: none\n") },
	{ "two values that became one",
	  FIELDS("plain/01", "X-App: auto\nX-App: none\n"),
	  FIELDS("plain/01", "X-App: cli\n") },
	{ "the values of two requests become one",
	  FIELDS("plain/01", "X-App: cli\n")
		  FIELDS("plain/02", "X-App: main\n"),
	  FIELDS("plain/01", "X-App: auto\n")
		  FIELDS("plain/02", "X-App: auto\n") },
	{ "a field that differs each time has no value",
	  FIELDS("plain/01", "x-api-key: one\nX-Trace-Id: one\nHost: one\n"),
	  FIELDS("plain/01", "x-api-key: two\nX-Trace-Id: two\nHost: two\n") },
	{ "stand-ins have no value",
	  FIELDS("plain/01", "authorization: Bearer one\nX-Url: {{host}}/a\n"),
	  FIELDS("plain/01", "authorization: Basic one\nX-Url: {{host}}/b\n") },
	{ "the release in a value is no change",
	  FIELDS("plain/01", "User-Agent: claude-cli/1.0.0 (external, cli)\n"),
	  FIELDS("plain/01",
		 "User-Agent: claude-cli/1.0.1 (external, cli)\n") },
	{ "the kernel of another machine is no change",
	  FIELDS("plain/01",
		 "User-Agent: aws-sdk-js/3 os/linux#6.1.0-lo lang/js\n"),
	  FIELDS("plain/01", "User-Agent: aws-sdk-js/3 os/linux#0 lang/js\n") },
	{ "another order of fields",
	  FIELDS("plain/01", "X-App: cli\nX-Mode: cli\n"),
	  FIELDS("plain/01", "X-Mode: cli\nX-App: cli\n") },
	{ "another order of members",
	  BODY("plain/01", "'stream':true,'max_tokens':5"),
	  BODY("plain/01", "'max_tokens':5,'stream':true") },
	{ "another order within a member is none",
	  BODY("plain/01",
	       "'thinking':{'type':'adaptive','display':'omitted'}"),
	  BODY("plain/01",
	       "'thinking':{'display':'omitted','type':'adaptive'}") },

	/* betas */
	{ "a beta with what came in the same request",
	  FIELDS("plain/01", BETA) FIELDS("plain/02", BETA),
	  ONE("plain/01", BETAS, "'stream':true") FIELDS("plain/02", BETA) },
	{ "a beta, and what came in another request",
	  FIELDS("plain/01", BETA) FIELDS("plain/02", BETA),
	  FIELDS("plain/01", BETAS) ONE("plain/02", BETA, "'stream':true") },
	{ "a beta that went, and what came", FIELDS("plain/01", BETAS),
	  ONE("plain/01", BETA, "'stream':true") },
	{ "a beta in the place of another", FIELDS("plain/01", BETA),
	  FIELDS("plain/01", LATER) },

	/* which requests belong together */
	{ "another query is another route", EMPTY("plain/01"),
	  "plain/01 POST /v1/messages?beta=true\n\n{}~" },
	{ "another path has no partner",
	  EMPTY("plain/01") "plain/02 GET /v1/models\n\n~",
	  EMPTY("plain/01") "plain/02 GET /v1/skills\n\n~" },
	{ "one that comes first moves the others",
	  BODY("plain/01", "'max_tokens':1") BODY("plain/02", "'stream':true"),
	  FIELDS("plain/01", "X-New: cli\n") BODY("plain/02", "'max_tokens':1")
		  BODY("plain/03", "'stream':true") },
	{ "one that went first moves the others",
	  FIELDS("plain/01", "X-Old: cli\n") BODY("plain/02", "'max_tokens':1")
		  BODY("plain/03", "'stream':true"),
	  BODY("plain/01", "'max_tokens':1")
		  BODY("plain/02", "'stream':true") },
	{ "counts are in any order",
	  COUNT("plain/01", "'max_tokens':1")
		  COUNT("plain/02", "'stream':true"),
	  COUNT("plain/01", "'stream':true")
		  COUNT("plain/02", "'max_tokens':1") },
	{ "others are in their order",
	  BODY("plain/01", "'max_tokens':1") BODY("plain/02", "'stream':true"),
	  BODY("plain/01", "'stream':true")
		  BODY("plain/02", "'max_tokens':1") },
	{ "a count that went, and one more of the others",
	  COUNT("plain/01", "") EMPTY("plain/02"),
	  EMPTY("plain/01") EMPTY("plain/02") },

	/* bodies */
	{ "a limit", BODY("plain/01", "'max_tokens':1"),
	  BODY("plain/01", "'max_tokens':2") },
	{ "a budget", BODY("plain/01", "'thinking':{'budget_tokens':1024}"),
	  BODY("plain/01", "'thinking':{'budget_tokens':2048}") },
	{ "what came is told without what is in it", EMPTY("plain/01"),
	  BODY("plain/01", "'thinking':{'type':'adaptive'}") },
	{ "what begins alike is no part of it", EMPTY("plain/01"),
	  BODY("plain/01", "'thinking':{},'thinking_mode':true") },
	{ "what came in more requests than that which it is in",
	  EMPTY("plain/01") BODY("plain/02", "'thinking':{}"),
	  BODY("plain/01", "'thinking':{'type':'adaptive'}")
		  BODY("plain/02", "'thinking':{'type':'adaptive'}") },
	{ "a member that went, and one in its place",
	  BODY("plain/01", "'thinking':{'type':'enabled'}"),
	  BODY("plain/01", "'thinking':{'display':'omitted'}") },
	{ "a long value is told in part",
	  BODY("plain/01", "'max_tokens':1" ZEROS ZEROS ZEROS ZEROS "0"),
	  BODY("plain/01", "'max_tokens':2") },
	{ "a role", SAID(USER(TEXT)),
	  SAID(USER(TEXT) ",{'role':'system','content':[]}") },
	{ "a block", SAID(USER(TEXT)),
	  SAID(USER(TEXT ",{'type':'image','source':{'type':'url'}}")) },
	{ "a member of a block", SAID(USER(TEXT)),
	  SAID(USER("{'type':'text','text':'a b','cache_control':{}}")) },
	{ "a tool", TOOLS(BASH), TOOLS(BASH "," GLOB) },
	{ "a tool that went", TOOLS(BASH "," GLOB), TOOLS(BASH) },
	{ "a limit and a type of a tool",
	  TOOLS("{'type':'web_search_20250305','name':'web_search','"
		"max_uses':8}"),
	  TOOLS("{'type':'web_search_20260209','name':'web_search','"
		"max_uses':9}") },
	{ "a schema", TOOLS(BASH),
	  TOOLS("{'name':'Bash','input_schema':{'required':['command']}"
		"}") },

	/* prose */
	{ "words alone", SAID(USER(TEXT)),
	  SAID(USER("{'type':'text','text':'another text is here'}")) },
	{ "words in two requests",
	  BODY("plain/01", "'system':'a'") BODY("plain/02", "'system':'a'"),
	  BODY("plain/01", "'system':'a longer one'")
		  BODY("plain/02", "'system':'and another one'") },

	/* cases that a change concerns */
	{ "a case names it in any letters, as a word", EMPTY("plain/01"),
	  FIELDS("plain/01", "x-lone: cli\nX-widely_named: cli\n") },
	{ "a word of three letters, and one of four", EMPTY("plain/01"),
	  FIELDS("plain/01", "tag: cli\ntags: cli\n") },
	{ "forty cases name it, or one more", EMPTY("plain/01"),
	  FIELDS("plain/01", "x-forty: cli\nx-fortyone: cli\n") },
	{ "the last part of a path is what cases name",
	  BODY("plain/01", "'thinking':{}"),
	  BODY("plain/01", "'thinking':{'sized':true}") },
	{ "a block's type is what cases name", SAID(USER(TEXT)),
	  SAID(USER(TEXT ",{'type':'image'}")) },
	{ "a case sends what came later in the scenario",
	  EMPTY("plain/01") EMPTY("plain/02"),
	  EMPTY("plain/01") FIELDS("plain/02", "X-App: cli\n") },

	/* in all forms */
	{ "a change of each kind",
	  ONE("plain/01", BETA "X-App: cli\n",
	      "'max_tokens':1,'stream':true,"
	      "'messages':[" USER(TEXT) "],'tools':[" BASH "]")
		  EMPTY("retry-429/01") EMPTY("gone/01"),
	  "plain/01 POST /v1/messages?beta=true\n" BETAS "X-App: main\n"
	  "x-lone: "
	  "cli\n\n{'max_tokens':2,'thinking':{},'messages':"
	  "[" USER(
		  "{'type':'text','text':'another'},{'type':'text','text':'and "
		  "one more'},{'type':'"
		  "image'}") ",{'role':'system','content':[]}],'"
			     "tools':["
			     "{'name':'Bash','input_schema':{'"
			     "required':['command']}}," GLOB
			     "]}~" EMPTY("plain/02") EMPTY("retry-429/01")
				     EMPTY("retry-429/02") EMPTY("new/01")
					     EMPTY("newer/01") },
	{ "one change of one request", EMPTY("plain/01"),
	  FIELDS("plain/01", "tag:\n") },
	{ "no change", EMPTY("plain/01"), EMPTY("plain/01") },
};

static void add_told(const char *old, const char *new, bool full,
		     struct buf *all)
{
	struct fail f = FAIL_INIT;
	struct buf bare = BUF_INIT(BUF_NO_LIMIT);
	struct drift d;

	if (drift_read(&d, root, old, new, &f) < 0)
		fail_msg("%s", f.text);
	drift_write(&d, false, &bare);
	if (drift_cases(&d, root, &f) < 0)
		fail_msg("%s", f.text);
	drift_write(&d, false, all);
	if (full) {
		buf_add_text(all, "---- Markdown\n");
		drift_write(&d, true, all);
		buf_add_text(all, "---- JSON\n");
		drift_json(&d, all);
		buf_add_text(all, "---- without cases\n");
		buf_add_span(all, buf_span(&bare));
	}
	buf_clear(&bare);
	drift_clear(&d);
}

static void new_releases(const char *old, const char *new)
{
	(void)tear_down(NULL);
	(void)set_up(NULL);
	put_release("1.0.0", old);
	put_release("1.0.1", new);
	put_senders(old, new);
	if (strstr(new, "x-forty"))
		put_many();
}

static void t_told(void **state)
{
	struct buf all = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	golden_open(GOLDEN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		new_releases(rows[i].old, rows[i].new);
		buf_addf(&all, "==== %s\n", rows[i].title);
		add_told("1.0.0", "1.0.1",
			 i + FULL >= sizeof(rows) / sizeof(rows[0]), &all);
		golden_compare(&all);
	}
	golden_close(&all);
	buf_clear(&all);
}

/* ---- what cannot be read ---- */

static void assert_unread(const char *new, enum fail_code code,
			  const char *part)
{
	struct fail f = FAIL_INIT;
	struct drift d;

	assert_true(drift_read(&d, root, "1.0.0", new, &f) < 0 ||
		    drift_cases(&d, root, &f) < 0);
	assert_int_equal(f.code, code);
	if (strstr(f.text, part) == NULL)
		fail_msg("'%s' has no '%s'", f.text, part);
	drift_clear(&d);
}

static void t_unread(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	put_release("1.0.0", EMPTY("plain/01"));
	put_release("1.0.1", EMPTY("plain/01"));
	assert_unread("1.0.2", FAIL_USAGE, "fixtures/requests/1.0.2: ");
	buf_add_text(&text, "no request");
	put("fixtures/requests/1.0.1/plain", "note.txt", &text);
	put("fixtures/requests/1.0.1", "README", &text);
	put("fixtures/requests/1.0.1/.hidden", "01.http", &text);
	add_told("1.0.0", "1.0.1", false, &text);
	assert_non_null(strstr(buf_str(&text), "1 scenario, 1 request "
					       "compared, 0 changes"));
	buf_reset(&text);
	buf_add_text(&text, "POST / HTTP/1.1\n");
	put("fixtures/requests/1.0.1/plain", "02.http", &text);
	assert_unread("1.0.1", FAIL_CASE,
		      "plain/02.http is no recorded request: it has no end");
	buf_reset(&text);
	buf_add_text(&text, "POST\n\n");
	put("fixtures/requests/1.0.1/plain", "02.http", &text);
	assert_unread("1.0.1", FAIL_CASE,
		      "plain/02.http is no recorded request: ");
	buf_clear(&text);
}

static void t_cases_unread(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	put_release("1.0.0", EMPTY("plain/01"));
	put_release("1.0.1", EMPTY("plain/01"));
	buf_add_text(&text, "{");
	put("cases/a", "broken.json", &text);
	assert_unread("1.0.1", FAIL_CASE, "cases/a/broken.json");
	buf_clear(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "drift: each change is told", t_told, set_up, tear_down,
		  NULL },
		{ "drift: what is no release, and what is no request", t_unread,
		  set_up, tear_down, NULL },
		{ "drift: a case that cannot be read", t_cases_unread, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("drift", tests, NULL, NULL);
}
