/* Tests of probe/settings/check, trace and curl beside the stored runs of tests/judge:
 * what a result carries, and how evidence is written. */
#include "makelog.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/judge/check.h"
#include "wire/bytes/mem.h"

static const char text[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"A\",\"B\"],"
	"\"seen\":\"2.1.329: x\",\"level\":\"should\",\"effect\":\"costs\","
	"\"steps\":[{\"send\":\"c1\",\"request\":{\"method\":\"GET\","
	"\"target\":\"/\"}}],\"checks\":[{\"name\":\"n\",\"expect\":"
	"[\"c1.status\",\"==\",200]}]}";

static struct casebook book;
static struct wlog w;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	return casefile_parse(&book, "cases/a/b.json", span_of(text), NULL,
			      NULL);
}

static int tear_down(void **state)
{
	(void)state;
	casebook_clear(&book);
	wlog_clear(&w);
	return 0;
}

static void t_result(void **state)
{
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	check_case(book.list[0], &w, RUN, &r);
	assert_string_equal(r.id, "a/b");
	assert_string_equal(r.area, "a");
	assert_string_equal(r.title, "t");
	assert_string_equal(r.why, "w");
	assert_string_equal(r.fix, "f");
	assert_string_equal(r.effect_seen, "2.1.329: x");
	assert_int_equal(r.guard_count, 2);
	assert_string_equal(r.guards[0], "A");
	assert_string_equal(r.guards[1], "B");
	assert_int_equal(r.level, LEVEL_SHOULD);
	assert_int_equal(r.effect, EFFECT_COSTS);
	assert_int_equal(r.verdict, VERDICT_PASS);
	assert_int_equal(r.took, 3 * TICK_MS);
	assert_string_equal(r.outcomes[0].name, "n");
	assert_string_equal(r.outcomes[0].actor, "c1");
	assert_string_equal(r.outcomes[0].expect, "c1.status == 200");
	result_clear(&r);
	result_clear(&r);
}

static const char two[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"A\"],"
	"\"level\":\"must\",\"effect\":\"breaks\",\"steps\":["
	"{\"send\":\"c1\",\"request\":{\"method\":\"GET\",\"target\":\"/1\"}},"
	"{\"send\":\"c2\",\"request\":{\"method\":\"GET\",\"target\":\"/2\"}},"
	"{\"await\":\"c2\",\"asks\":true}],\"checks\":[{\"name\":\"n\","
	"\"expect\":[\"c1.status\",\"==\",200]}]}";

/* The evidence is about the exchange that failed: here, the one that was
 * awaited. */
static void t_awaited(void **state)
{
	struct casebook other = { .count = 0 };
	struct fail f = FAIL_INIT;
	struct result r;

	(void)state;
	if (casefile_parse(&other, "cases/a/c.json", span_of(two), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	put_json(&w, "c1", "{}");
	put_request(&w, "c2", 1, "GET /2 HTTP/1.1\n\n");
	put_step(&w, 3, VERB_AWAIT, OUTCOME_TIMEOUT);
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_FAIL);
	assert_string_equal(r.outcomes[0].actor, "c2");
	assert_non_null(strstr(r.evidence->request.left_head, "GET /2"));
	assert_string_equal(r.outcomes[0].expect, "c2 ends");
	assert_string_equal(r.outcomes[0].wanted, "an end of c2");
	assert_int_equal(r.outcomes[0].level, LEVEL_MUST);
	assert_string_equal(r.outcomes[0].got, "it was still open");
	result_clear(&r);
	other.list[0]->steps[2].within_ms = 9;
	check_case(other.list[0], &w, RUN, &r);
	assert_string_equal(r.outcomes[0].wanted, "an end of c2 within 9 ms");
	result_clear(&r);
	other.list[0]->steps[2].within_ms = 0;
	/* A step of another number, of another run, or one that ended. */
	w.list[w.count - 1].step.index = 2;
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.outcome_count, 1);
	result_clear(&r);
	w.list[w.count - 1].step.index = 3;
	w.list[w.count - 1].step.outcome = OUTCOME_REACHED;
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.outcome_count, 1);
	result_clear(&r);
	w.list[w.count - 1].step.outcome = OUTCOME_TIMEOUT;
	w.list[w.count - 1].run++;
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.outcome_count, 1);
	result_clear(&r);
	/* It did not even begin. */
	w.list[w.count - 1].run--;
	w.list[w.count - 2].run++;
	check_case(other.list[0], &w, RUN, &r);
	assert_string_equal(r.outcomes[0].got, "it did not begin");
	result_clear(&r);
	casebook_clear(&other);
}

static const char until[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"A\"],"
	"\"level\":\"should\",\"effect\":\"breaks\",\"steps\":["
	"{\"send\":\"c1\",\"request\":{\"method\":\"GET\",\"target\":\"/1\"}},"
	"{\"until\":[\"c1.status\",\"==\",200],\"within_ms\":9}],\"checks\":[{"
	"\"name\":\"n\","
	"\"expect\":[\"c1.status\",\"==\",200]}]}";

/* A wait that was not begun, one that was reached, and one that was not. */
static void t_until(void **state)
{
	struct casebook other = { .count = 0 };
	struct fail f = FAIL_INIT;
	struct result r;

	(void)state;
	if (casefile_parse(&other, "cases/a/u.json", span_of(until), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	put_json(&w, "c1", "{}");
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_UNDECIDED);
	assert_string_equal(r.reason, "this could not be decided: reached: "
				      "c1.status == 200");
	assert_int_equal(r.outcomes[0].verdict, VERDICT_UNDECIDED);
	assert_string_equal(r.outcomes[0].expect, "c1.status == 200");
	assert_false(r.waited);
	result_clear(&r);
	put_step(&w, 2, VERB_UNTIL, OUTCOME_REACHED);
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_PASS);
	assert_string_equal(r.outcomes[0].actor, "c1");
	assert_string_equal(r.outcomes[0].expect, "c1.status == 200");
	result_clear(&r);
	w.list[w.count - 1].step.outcome = OUTCOME_TIMEOUT;
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_UNDECIDED);
	assert_string_equal(r.reason, "a precondition failed: reached: "
				      "c1.status == 200");
	assert_string_equal(r.outcomes[0].wanted, "in time");
	assert_true(r.waited);
	assert_int_equal(r.outcomes[0].level, LEVEL_SHOULD);
	result_clear(&r);
	secrets_add(&other.list[0]->secrets, "c1.status == 200");
	check_case(other.list[0], &w, RUN, &r);
	assert_null(strstr(r.outcomes[0].name, "status"));
	assert_null(strstr(r.outcomes[0].expect, "status"));
	result_clear(&r);
	casebook_clear(&other);
}

static const char when[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"A\"],"
	"\"level\":\"must\",\"effect\":\"breaks\",\"steps\":["
	"{\"send\":\"c1\",\"request\":{\"method\":\"GET\",\"target\":\"/1\"}}],"
	"\"checks\":[{\"name\":\"yes\",\"when\":[\"c1.status\",\"==\",200],"
	"\"expect\":[\"c1.status\",\"==\",200]},"
	"{\"name\":\"no\",\"when\":[\"c1.status\",\"==\",201],"
	"\"expect\":[\"c1.status\",\"==\",200]},"
	"{\"name\":\"unknown\",\"when\":[\"c1.body#/a\",\"==\",200],"
	"\"expect\":[\"c1.status\",\"==\",200]}]}";

/* A check is made only when it is asked for. */
static void t_when(void **state)
{
	struct casebook other = { .count = 0 };
	struct fail f = FAIL_INIT;
	struct result r;

	(void)state;
	if (casefile_parse(&other, "cases/a/w.json", span_of(when), NULL, &f) <
	    0)
		fail_msg("%s", f.text);
	put_json(&w, "c1", "{}");
	check_case(other.list[0], &w, RUN, &r);
	assert_int_equal(r.outcome_count, 1);
	assert_string_equal(r.outcomes[0].name, "yes");
	result_clear(&r);
	casebook_clear(&other);
}

static void put_user(const char *actor, const char *what, const char *bytes)
{
	struct wlog_entry *e = put(&w, actor, 1, WLOG_USER);

	wlog_set_text(&w, e, "%s", what);
	wlog_set_bytes(&w, e, span_of(bytes));
}

/* A session that we ended; NULL: none. */
static void assert_ended(const char *got, bool waited)
{
	struct result r;

	check_case(book.list[0], &w, RUN, &r);
	assert_int_equal(r.outcome_count, got ? 2 : 1);
	assert_int_equal(r.waited, waited);
	if (got) {
		assert_string_equal(
			r.outcomes[0].name,
			"the session of Claude Code ends by itself");
		assert_string_equal(r.outcomes[0].actor, "c1");
		assert_string_equal(r.outcomes[0].expect, "it ends");
		assert_string_equal(r.outcomes[0].wanted, "an end");
		assert_string_equal(r.outcomes[0].got, got);
		assert_int_equal(r.outcomes[0].level, LEVEL_SHOULD);
		assert_int_equal(r.outcomes[0].verdict, VERDICT_FAIL);
	}
	result_clear(&r);
}

static void t_sessions(void **state)
{
	(void)state;
	book.list[0]->steps[0].kind = STEP_RUN;
	put_json(&w, "c1", "{}");
	put_user("c1", "says", "x");
	put_user("c2", WLOG_USER_HUNG, "x");
	put_user("c1", WLOG_USER_HUNG, "x");
	w.list[w.count - 1].run++;
	put_user("c1", WLOG_USER_HUNG, "x");
	w.list[w.count - 1].kind = WLOG_NOTE;
	put(&w, "c1", 1, WLOG_USER);
	assert_ended(NULL, false);
	put_user("c1", WLOG_USER_HUNG, "");
	assert_ended("it hung; it had said nothing", true);
	wlog_set_bytes(&w, &w.list[w.count - 1], span_of("w"));
	assert_ended("it hung; its last words: w", true);
	put_user("c1", WLOG_USER_ENDLESS, "30");
	assert_ended("it asked 30 times, and went on; its last words: w",
		     false);
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_user("c1", WLOG_USER_HUNG, "");
	assert_ended("it hung; it had said nothing", true);
	book.list[0]->steps[0].kind = STEP_SEND;
}

/* What keeps a run from being judged. */
static void t_broken(void **state)
{
	struct result r;
	char *path = book.list[0]->path;

	(void)state;
	check_case(book.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_BROKEN);
	assert_string_equal(r.reason, "the log has no entry of this run");
	assert_string_equal(r.file, path);
	assert_int_equal(r.took, 0);
	result_clear(&r);
	put_json(&w, "c1", "{}");
	w.full = true;
	check_case(book.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_BROKEN);
	assert_string_equal(r.reason,
			    "the wire log was full, so it lacks bytes");
	result_clear(&r);
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_step(&w, 0, VERB_HARNESS, OUTCOME_NONE);
	book.list[0]->path = NULL;
	check_case(book.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_BROKEN);
	assert_null(r.reason);
	assert_null(r.file);
	assert_null(r.bill);
	assert_int_equal(r.took, 0);
	result_clear(&r);
	book.list[0]->path = path;
}

static const char lacking[] =
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":[\"A\"],"
	"\"level\":\"must\",\"effect\":\"exposes\",\"steps\":["
	"{\"send\":\"c1\",\"request\":{\"method\":\"GET\",\"target\":\"/\"}}],"
	"\"checks\":[{\"name\":\"n\",\"expect\":"
	"[\"c1.body\",\"%s\",\"a-word\"]}]}";

static enum verdict with_weak_key(const char *op, enum case_key which,
				  char *key)
{
	struct casebook other = { .count = 0 };
	char *one = xcalloc(1, sizeof(lacking) + 10);
	enum verdict verdict;
	struct result r;

	snprintf(one, sizeof(lacking) + 10, lacking, op);
	assert_int_equal(casefile_parse(&other, "cases/a/d.json", span_of(one),
					NULL, NULL),
			 0);
	assert_null(other.list[0]->weak[which]);
	other.list[0]->weak[which] = key ? xstrdup(key) : NULL;
	check_case(other.list[0], &w, RUN, &r);
	verdict = r.verdict;
	if (verdict == VERDICT_UNDECIDED)
		assert_string_equal(r.outcomes[0].got,
				    "the key is a part of other text: give "
				    "the gateway a long random one");
	result_clear(&r);
	casebook_clear(&other);
	free(one);
	return verdict;
}

/* A weak key occurs in ordinary texts, so finding it proves nothing. */
static void t_weak_key(void **state)
{
	(void)state;
	put_json(&w, "c1", "{\"a\":\"a-word\"}");
	assert_int_equal(
		with_weak_key("lacks", CASE_KEY_CLIENT, (char *)"word"),
		VERDICT_UNDECIDED);
	assert_int_equal(
		with_weak_key("lacks", CASE_KEY_CLIENT, (char *)"a-word"),
		VERDICT_UNDECIDED);
	assert_int_equal(
		with_weak_key("lacks", CASE_KEY_CLIENT, (char *)"b-word"),
		VERDICT_FAIL);
	assert_int_equal(with_weak_key("lacks", CASE_KEY_CLIENT, NULL),
			 VERDICT_FAIL);
	assert_int_equal(with_weak_key("==", CASE_KEY_CLIENT, (char *)"word"),
			 VERDICT_FAIL);
	assert_int_equal(with_weak_key("has", CASE_KEY_CLIENT, (char *)"word"),
			 VERDICT_PASS);
	assert_int_equal(
		with_weak_key("lacks", CASE_KEY_UPSTREAM, (char *)"word"),
		VERDICT_UNDECIDED);
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_json(&w, "c1", "{}");
	assert_int_equal(
		with_weak_key("lacks", CASE_KEY_CLIENT, (char *)"word"),
		VERDICT_PASS);
}

/* Our own clock ended the client's exchange: it may only have been slow. */
static void t_waited(void **state)
{
	static const struct {
		const char *actor;
		enum stream_end end;
		bool waited;
	} rows[] = {
		{ "c1", END_TIMEOUT, true },  { "c1", END_OPEN, true },
		{ "c1", END_CUT, false },     { "c1", END_CLEAN, false },
		{ "u1", END_TIMEOUT, false }, { "u1", END_OPEN, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct result r;

		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		put_request(&w, rows[i].actor, 1, "GET / HTTP/1.1\n\n");
		put_response(&w, rows[i].actor, 1, "HTTP/1.1 404 No\n\n");
		put_end(&w, rows[i].actor, 1, rows[i].end);
		check_case(book.list[0], &w, RUN, &r);
		assert_int_equal(r.waited, rows[i].waited);
		result_clear(&r);
	}
}

/* A case that asks what a session costs has a bill. */
static void t_billed(void **state)
{
	struct result r;

	(void)state;
	book.list[0]->asks_cost = true;
	check_result(book.list[0], &r);
	assert_string_equal(r.bill->open, "the session was not played");
	result_clear(&r);
	put_json(&w, "c1", "{}");
	check_case(book.list[0], &w, RUN, &r);
	assert_string_equal(r.bill->open,
			    "turn 1 has no body that can be read");
	result_clear(&r);
}

static void t_not_judged(void **state)
{
	struct result r;

	(void)state;
	check_result(book.list[0], &r);
	assert_int_equal(r.verdict, VERDICT_UNDECIDED);
	assert_int_equal(r.outcome_count, 0);
	result_clear(&r);
}

/*
 * A run from 10 to 30 ms whose prompt did not reach the mock, and a request
 * without a mark at this time. Another run is there before and after.
 */
static const char *sent = RUN_MARK; /* by the client */

static enum verdict with_stray(tick_t at, const char *actor, uint64_t run)
{
	enum verdict verdict;
	struct result r;

	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	wlog_add(&w, 0, RUN + 1, "c1", 1, WLOG_REQUEST);
	wlog_add(&w, 10 * TICK_MS, RUN, "c1", 1, WLOG_REQUEST);
	wlog_set_bytes(&w, wlog_add(&w, 20 * TICK_MS, RUN, "c1", 1, WLOG_BODY),
		       span_of(sent));
	wlog_add(&w, 30 * TICK_MS, RUN, "c1", 1, WLOG_END)->end = END_CUT;
	wlog_add(&w, 40 * TICK_MS, RUN + 1, "c1", 1, WLOG_END);
	wlog_add(&w, at, run, actor, 1, WLOG_REQUEST);
	check_case(book.list[0], &w, RUN, &r);
	verdict = r.verdict;
	result_clear(&r);
	return verdict;
}

static void t_stray(void **state)
{
	(void)state;
	assert_int_equal(with_stray(10 * TICK_MS - 1, "u1", 0), VERDICT_FAIL);
	assert_int_equal(with_stray(10 * TICK_MS, "u1", 0), VERDICT_UNDECIDED);
	assert_int_equal(with_stray(20 * TICK_MS, "u1", 0), VERDICT_UNDECIDED);
	assert_int_equal(with_stray(30 * TICK_MS, "u1", 0), VERDICT_UNDECIDED);
	assert_int_equal(with_stray(30 * TICK_MS + 1, "u1", 0), VERDICT_FAIL);
	assert_int_equal(with_stray(20 * TICK_MS, "c2", 0), VERDICT_FAIL);
	assert_int_equal(with_stray(20 * TICK_MS, "u1", RUN + 1), VERDICT_FAIL);
	sent = "no mark"; /* then none can be missed */
	assert_int_equal(with_stray(20 * TICK_MS, "u1", 0), VERDICT_FAIL);
	sent = RUN_MARK;
}

/* The order of the log's entries does not count. */
static void t_stray_first(void **state)
{
	struct result r;

	(void)state;
	for (int i = 0; i < 2; i++) {
		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		if (i == 0)
			wlog_add(&w, 10, 0, "u1", 1, WLOG_REQUEST);
		wlog_add(&w, 10, RUN, "c1", 1, WLOG_REQUEST);
		if (i == 1)
			wlog_add(&w, 10, 0, "u1", 1, WLOG_REQUEST);
		wlog_set_bytes(&w, wlog_add(&w, 20, RUN, "c1", 1, WLOG_BODY),
			       span_of(RUN_MARK));
		check_case(book.list[0], &w, RUN, &r);
		assert_int_equal(r.verdict, VERDICT_UNDECIDED);
		result_clear(&r);
	}
	/* A run of one moment, and a stray right after it. */
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	wlog_add(&w, 0, RUN, "c1", 1, WLOG_REQUEST);
	wlog_set_bytes(&w, wlog_add(&w, 0, RUN, "c1", 1, WLOG_BODY),
		       span_of(RUN_MARK));
	wlog_add(&w, 0, RUN, "c1", 1, WLOG_END)->end = END_CUT;
	wlog_add(&w, 1, 0, "u1", 1, WLOG_REQUEST);
	check_case(book.list[0], &w, RUN, &r);
	assert_int_equal(r.verdict, VERDICT_FAIL);
	result_clear(&r);
}

static void t_trace(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	put_step(&w, 1, VERB_SEND, OUTCOME_STARTED);
	put_request(&w, "c1", 1,
		    "GET /x HTTP/1.1\nX-Api-Key: sk-secret-key\n\n");
	put_request(&w, "u1", 2, "GET /y HTTP/1.1\n\n");
	put_response(&w, "c1", 1, STREAM_HEAD);
	for (int i = 0; i < 20; i++)
		put_bytes(&w, "c1", 1, WLOG_DATA, "x\n");
	put_end(&w, "c1", 1, END_CLEAN);
	trace_write(&w, RUN, &out);
	assert_string_equal(
		buf_str(&out),
		"      0.0 ms  probe step 1 send started\n"
		"      1.0 ms  c1 > GET /x, X-Api-Key: <credential, 13 bytes, "
		"8fac>\n"
		"      2.0 ms                  u1[2] > GET /y\n"
		"      3.0 ms  c1 < 200 OK, text/event-stream\n"
		"      4.0 ms  c1 < 2 bytes: x\\n\n"
		"      5.0 ms  c1 < 2 bytes: x\\n\n"
		"      6.0 ms  c1 < 2 bytes: x\\n\n"
		"      7.0 ms  c1 < ... 14 more parts\n"
		"     21.0 ms  c1 < 2 bytes: x\\n\n"
		"     22.0 ms  c1 < 2 bytes: x\\n\n"
		"     23.0 ms  c1 < 2 bytes: x\\n\n"
		"     24.0 ms  c1 = clean\n");
	buf_clear(&out);
}

static void t_curl(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	put_request(&w, "c1", 1,
		    "POST /v1/messages?beta=true HTTP/1.1\nHost: h\n"
		    "Authorization: Bearer sk\nx-api-key: k\nx-a: it's\n"
		    "x-empty:\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, "{\"a\":\"it's\"}");
	curl_write(&w, RUN, "http://127.0.0.1:1/", &out);
	assert_string_equal(
		buf_str(&out),
		"curl -isSN --compressed -X 'POST' "
		"'http://127.0.0.1:1/v1/messages?beta=true' \\\n"
		"  -H \"Authorization: Bearer $ANTHROPIC_AUTH_TOKEN\" \\\n"
		"  -H \"x-api-key: $ANTHROPIC_API_KEY\" \\\n"
		"  -H 'x-a: it'\\''s' \\\n"
		"  -H 'x-empty;' \\\n"
		"  --data-raw '{\"a\":\"it'\\''s\"}'\n");
	buf_clear(&out);
}

/* Credentials beside the usual ones have numbers. */
static void t_curl_numbered(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	put_request(&w, "c1", 1,
		    "GET /x?a={{credential-12}}&b=9 HTTP/1.1\nHost: h\n"
		    "x-mine: Token {{credential-2}}\n"
		    "x-other: {{credential-3}}\nx-plain: {{other-4}}\n\n");
	curl_write(&w, RUN, "http://127.0.0.1:1//", &out);
	assert_string_equal(buf_str(&out),
			    "curl -isSN --compressed -X 'GET' "
			    "'http://127.0.0.1:1/x?a='\"$CREDENTIAL_12\"'&b=9'"
			    " \\\n"
			    "  -H \"x-mine: Token $CREDENTIAL_2\" \\\n"
			    "  -H \"x-other: $CREDENTIAL_3\" \\\n"
			    "  -H 'x-plain: {{other-4}}'\n");
	buf_clear(&out);
}

static void t_curl_nothing(void **state)
{
	struct buf out = BUF_INIT(65536);

	(void)state;
	curl_write(&w, RUN, NULL, &out);
	assert_int_equal(out.len, 0);
	put_request(&w, "c1", 1, "HEAD / HTTP/1.1\n\n");
	curl_write(&w, RUN, NULL, &out);
	assert_string_equal(buf_str(&out), "curl -isSN --compressed --head "
					   "\"$ANTHROPIC_BASE_URL\"'/'\n");
	buf_clear(&out);
}

static void t_names(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(VERDICT_BROKEN), "broken");
	assert_string_equal(level_name(LEVEL_MAY), "may");
	assert_string_equal(effect_name(EFFECT_COSMETIC), "cosmetic");
	assert_string_equal(blame_name(BLAME_CLIENT_CONFIG), "client-config");
}

#define C(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

static const struct CMUnitTest tests[] = {
	C("check: a result carries what its case says", t_result),
	C("check: evidence of who was awaited", t_awaited),
	C("check: waits", t_until),
	C("check: a session that was ended", t_sessions),
	C("check: a check is made when it is asked for", t_when),
	C("check: what keeps a run from being judged", t_broken),
	C("check: a key that is found everywhere decides nothing", t_weak_key),
	C("check: what our own clock has ended", t_waited),
	C("check: a bill", t_billed),
	C("check: a case that was not run has no outcomes", t_not_judged),
	C("check: only a stray within the run's time may be its own", t_stray),
	C("check: a stray anywhere in the log", t_stray_first),
	C("trace: two sides in order, many pieces folded", t_trace),
	C("curl: placeholders for credentials, quotes for the shell", t_curl),
	C("curl: credentials of one's own have numbers", t_curl_numbered),
	C("curl: nothing was sent, or no body", t_curl_nothing),
	C("verdict: the words of reports", t_names),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
