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
	assert_string_equal(r.guards[1], "B");
	assert_int_equal(r.level, LEVEL_SHOULD);
	assert_int_equal(r.effect, EFFECT_COSTS);
	assert_int_equal(r.verdict, VERDICT_PASS);
	assert_int_equal(r.took, 3 * TICK_MS);
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
	result_clear(&r);
	casebook_clear(&other);
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
static enum verdict with_stray(tick_t at, const char *actor, uint64_t run)
{
	enum verdict verdict;
	struct result r;

	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	wlog_add(&w, 0, RUN + 1, "c1", 1, WLOG_REQUEST);
	wlog_add(&w, 10 * TICK_MS, RUN, "c1", 1, WLOG_REQUEST);
	wlog_set_bytes(&w, wlog_add(&w, 20 * TICK_MS, RUN, "c1", 1, WLOG_BODY),
		       span_of(RUN_MARK));
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
}

/* A stray may come first; what had no mark cannot have lost it. */
static void t_first_stray(void **state)
{
	static const char *const bodies[] = { RUN_MARK, "no mark" };
	static const enum verdict verdicts[] = { VERDICT_UNDECIDED,
						 VERDICT_FAIL };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct result r;

		wlog_clear(&w);
		wlog_init(&w, 1024 * 1024);
		wlog_add(&w, 5, 0, "u1", 1, WLOG_REQUEST);
		wlog_add(&w, 5, RUN, "c1", 1, WLOG_REQUEST);
		wlog_set_bytes(&w, wlog_add(&w, 5, RUN, "c1", 1, WLOG_BODY),
			       span_of(bodies[i]));
		wlog_add(&w, 9, RUN, "c1", 1, WLOG_END)->end = END_CUT;
		check_case(book.list[0], &w, RUN, &r);
		assert_int_equal(r.verdict, verdicts[i]);
		result_clear(&r);
	}
}

/* ---- waits, sessions and conditions ---- */

#define SEND(actor) \
	"{\"send\":\"" actor "\",\"request\":{\"method\":\"GET\"," \
	"\"target\":\"/\"}}"
#define SEES_200(actor, rest) NAMED(actor " sees 200", actor, rest)
#define NAMED(name, actor, rest) \
	"{\"name\":\"" name "\"," rest "\"expect\":[\"" actor \
	".status\",\"==\",200]}"
#define CASE(steps, checks) \
	"{\"title\":\"t\",\"why\":\"w\",\"fix\":\"f\",\"guards\":" \
	"[\"A\"],\"level\":\"should\",\"effect\":\"breaks\",\"steps\":[" steps \
	"],\"checks\":[" checks "]}"

#define KEY "sk-check-0123456789"

/* Judges the log as a run of this case, and begins another log. */
static struct result judged(const char *path, const char *json)
{
	struct casebook other = { .count = 0 };
	struct fail f = FAIL_INIT;
	struct result r;

	if (casefile_parse(&other, path, span_of(json), NULL, &f) < 0)
		fail_msg("%s", f.text);
	secrets_add(&other.list[0]->secrets, KEY);
	check_case(other.list[0], &w, RUN, &r);
	casebook_clear(&other);
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	return r;
}

static void assert_outcome(const struct outcome *o, const char *wanted)
{
	struct buf line = BUF_INIT(65536);

	buf_addf(&line, "%s | %s | %s | %s | %s | %s", o->name,
		 verdict_name(o->verdict), o->actor,
		 o->expect ? o->expect : "-", o->wanted ? o->wanted : "-",
		 o->got ? o->got : "-");
	assert_string_equal(buf_str(&line), wanted);
	buf_clear(&line);
}

static const char waits[] = CASE(
	SEND("c1") ",{\"within_ms\":5,\"until\":[\"c1.events.count\",\">=\",1],"
		   "\"note\":\"it begins\"},"
		   "{\"within_ms\":5,\"until\":[\"c1.status\",\"==\",200]},"
		   "{\"await\":\"c1\",\"within_ms\":50}",
	SEES_200("c1", ""));

/* A wait that has no entry of its own was not made. */
static void t_waits_not_made(void **state)
{
	struct wlog_entry *e;
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	put_step(&w, 2, VERB_UNTIL, OUTCOME_REACHED);
	put_step(&w, 3, VERB_SEND, OUTCOME_TIMEOUT);
	put_step(&w, 5, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_step(&w, 4, VERB_AWAIT, OUTCOME_REACHED);
	e = put(&w, "probe", 0, WLOG_NOTE);
	e->step = (struct wlog_step){ .index = 3,
				      .verb = VERB_UNTIL,
				      .outcome = OUTCOME_TIMEOUT };
	e = wlog_add(&w, 0, RUN + 1, "probe", 0, WLOG_STEP);
	e->step = (struct wlog_step){ .index = 3,
				      .verb = VERB_UNTIL,
				      .outcome = OUTCOME_TIMEOUT };
	r = judged("cases/a/b.json", waits);
	assert_int_equal(r.verdict, VERDICT_UNDECIDED);
	assert_string_equal(r.reason, "this could not be decided: reached: "
				      "c1.status == 200");
	assert_false(r.waited);
	assert_int_equal(r.outcome_count, 3);
	assert_int_equal(r.outcomes[0].level, LEVEL_SHOULD);
	assert_outcome(&r.outcomes[0], "it begins | pass | c1 | "
				       "c1.events.count >= 1 | - | -");
	assert_outcome(&r.outcomes[1],
		       "reached: c1.status == 200 | undecided | c1 | "
		       "c1.status == 200 | - | -");
	assert_outcome(&r.outcomes[2], "c1 sees 200 | pass | c1 | "
				       "c1.status == 200 | - | -");
	result_clear(&r);
}

/* Of preconditions that were missed the first is told. */
static void t_waits_missed(void **state)
{
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	put_step(&w, 2, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_step(&w, 3, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_step(&w, 4, VERB_AWAIT, OUTCOME_TIMEOUT);
	r = judged("cases/a/b.json", waits);
	assert_int_equal(r.verdict, VERDICT_UNDECIDED);
	assert_string_equal(r.reason, "a precondition failed: it begins");
	assert_true(r.waited);
	assert_int_equal(r.outcome_count, 4);
	assert_outcome(&r.outcomes[0],
		       "it begins | undecided | c1 | c1.events.count >= 1 | "
		       "at least 1 | nothing: the answer is not an event "
		       "stream");
	assert_outcome(&r.outcomes[1],
		       "reached: c1.status == 200 | undecided | c1 | "
		       "c1.status == 200 | in time | it became true too "
		       "late, only after the next steps");
	assert_outcome(&r.outcomes[2],
		       "the exchange ends in time | undecided | c1 | c1 ends | "
		       "an end of c1 within 50 ms | it was still open");
	result_clear(&r);
	put_step(&w, 4, VERB_AWAIT, OUTCOME_TIMEOUT);
	r = judged("cases/a/b.json", waits);
	assert_outcome(&r.outcomes[2],
		       "the exchange ends in time | undecided | c1 | c1 ends | "
		       "an end of c1 within 50 ms | it did not begin");
	result_clear(&r);
}

/* A wait for a key does not tell it. */
static void t_wait_for_a_key(void **state)
{
	static const char for_key[] =
		CASE(SEND("c1") ",{\"within_ms\":5,\"until\":"
				"[\"c1.header.x\",\"==\",\"" KEY "\"]}",
		     SEES_200("c1", ""));
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	put_step(&w, 2, VERB_UNTIL, OUTCOME_REACHED);
	r = judged("cases/a/b.json", for_key);
	assert_outcome(&r.outcomes[0],
		       "reached: c1.header.x == \"<credential, 19 bytes, "
		       "8512>\" | pass | c1 | c1.header.x == \"<credential, 19 "
		       "bytes, 8512>\" | - | -");
	result_clear(&r);
}

/* The first wait that failed says what the gateway holds back. */
static void t_holds_back(void **state)
{
	static const char both[] =
		CASE(SEND("c1") ",{\"within_ms\":5,\"until\":[\"c1.events."
				"count\",\">=\",1],"
				"\"asks\":true},{\"within_ms\":5,\"until\":"
				"[\"c1.events.count\",\">=\",2],"
				"\"asks\":true}",
		     SEES_200("c1", ""));
	struct result r;

	(void)state;
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_response(&w, "u1", 1, STREAM_HEAD);
	put_bytes(&w, "u1", 1, WLOG_DATA, "12345");
	put_text(&w, "u1", WLOG_MARK, "half");
	put_step(&w, 2, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_bytes(&w, "u1", 1, WLOG_DATA, "678");
	put_step(&w, 3, VERB_UNTIL, OUTCOME_TIMEOUT);
	r = judged("cases/a/b.json", both);
	assert_int_equal(r.verdict, VERDICT_FAIL);
	assert_string_equal(r.reason,
			    "the gateway buffers: the provider had sent 5 "
			    "bytes and waited, but 0 of them had reached the "
			    "client");
	result_clear(&r);
}

static const char session[] =
	CASE("{\"run\":\"c1\",\"prompt\":\"p\"},{\"await\":\"c1\"}",
	     SEES_200("c1", ""));

static void put_user(uint64_t run, const char *actor, enum wlog_kind kind,
		     const char *what, const char *bytes)
{
	struct wlog_entry *e = wlog_add(&w, 9 * TICK_MS, run, actor, 0, kind);

	if (what != NULL)
		wlog_set_text(&w, e, "%s", what);
	wlog_set_bytes(&w, e, span_of(bytes));
}

/* A session that did not end by itself. */
static void t_sessions(void **state)
{
	static const struct {
		const char *endless, *words, *got;
		bool waited;
	} rows[] = {
		{ NULL, "no\nmore", "it hung; its last words: no\\nmore",
		  true },
		{ NULL, "x", "it hung; its last words: x", true },
		{ NULL, "", "it hung; it had said nothing", true },
		{ "40", "x",
		  "it asked 40 times, and went on; its last words: x", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct result r;

		put_json(&w, "c1", "{}");
		put_user(RUN, "c1", WLOG_USER, WLOG_USER_HUNG, rows[i].words);
		if (rows[i].endless)
			put_user(RUN, "c1", WLOG_USER, WLOG_USER_ENDLESS,
				 rows[i].endless);
		r = judged("cases/live/b.json", session);
		assert_int_equal(r.verdict, VERDICT_FAIL);
		assert_int_equal(r.waited, rows[i].waited);
		assert_string_equal(r.outcomes[0].name,
				    "the session of Claude Code ends by "
				    "itself");
		assert_string_equal(r.outcomes[0].actor, "c1");
		assert_string_equal(r.outcomes[0].expect, "it ends");
		assert_string_equal(r.outcomes[0].wanted, "an end");
		assert_string_equal(r.outcomes[0].got, rows[i].got);
		assert_null(r.curl);
		result_clear(&r);
	}
}

static void t_other_sessions(void **state)
{
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	put_user(RUN, "c1", WLOG_USER, NULL, "x");
	put_user(RUN, "c1", WLOG_USER, WLOG_USER_EXIT, "x");
	put_user(RUN, "c2", WLOG_USER, WLOG_USER_HUNG, "x");
	put_user(RUN, "c1", WLOG_NOTE, WLOG_USER_HUNG, "x");
	put_user(RUN + 1, "c1", WLOG_USER, WLOG_USER_HUNG, "x");
	r = judged("cases/live/b.json", session);
	assert_int_equal(r.verdict, VERDICT_PASS);
	assert_int_equal(r.outcome_count, 1);
	result_clear(&r);
}

/* A check with a condition is made only where that surely holds. */
static void t_conditions(void **state)
{
#define WHEN(subject, status) "\"when\":[\"" subject "\",\"==\"," status "],"
	static const char some[] = CASE(
		SEND("c1") "," SEND("c2"),
		NAMED("a", "c1", WHEN("c1.status", "404")) "," NAMED(
			"b", "c1",
			WHEN("c2.status",
			     "404")) "," SEES_200("c1",
						  WHEN("c1.status",
						       "200")) "," SEES_200("c"
									    "2",
									    ""));
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	r = judged("cases/a/b.json", some);
	assert_int_equal(r.outcome_count, 2);
	assert_string_equal(r.outcomes[0].name, "c1 sees 200");
	assert_string_equal(r.outcomes[1].name, "c2 sees 200");
	result_clear(&r);
}

#define HUNDRED \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* Of a long expectation 300 bytes are told. */
static void t_long_expectation(void **state)
{
	static const char front[] = "c1.body has \"";
	static const char long_one[] = CASE(
		SEND("c1"), "{\"name\":\"n\",\"expect\":[\"c1.body\",\"has\","
			    "\"" HUNDRED HUNDRED HUNDRED HUNDRED "\"]}");
	struct result r;

	(void)state;
	put_json(&w, "c1", "{}");
	r = judged("cases/a/b.json", long_one);
	assert_int_equal(strncmp(r.outcomes[0].expect, front, strlen(front)),
			 0);
	assert_int_equal(strspn(r.outcomes[0].expect + strlen(front), "a"),
			 300 - strlen(front));
	result_clear(&r);
}

/* A run takes as long as its entries are apart. */
static void t_took(void **state)
{
	struct result r;

	(void)state;
	wlog_add(&w, 9, RUN + 1, "c1", 1, WLOG_REQUEST);
	r = judged("cases/a/b.json", text);
	assert_int_equal(r.took, 0);
	assert_int_equal(r.verdict, VERDICT_BROKEN);
	result_clear(&r);
	wlog_add(&w, 0, RUN, "c1", 1, WLOG_NOTE);
	r = judged("cases/a/b.json", text);
	assert_int_equal(r.took, 0);
	result_clear(&r);
	wlog_add(&w, 1, RUN + 1, "c1", 1, WLOG_NOTE);
	wlog_add(&w, 7, RUN, "c1", 1, WLOG_NOTE);
	wlog_add(&w, 5, RUN, "c1", 1, WLOG_NOTE);
	wlog_add(&w, 8, RUN, "c1", 1, WLOG_NOTE);
	wlog_add(&w, 9, RUN + 1, "c1", 1, WLOG_NOTE);
	r = judged("cases/a/b.json", text);
	assert_int_equal(r.took, 3);
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
	C("check: a key that is found everywhere decides nothing", t_weak_key),
	C("check: what our own clock has ended", t_waited),
	C("check: a case that was not run has no outcomes", t_not_judged),
	C("check: only a stray within the run's time may be its own", t_stray),
	C("check: a wait that was not made", t_waits_not_made),
	C("check: waits that were missed", t_waits_missed),
	C("check: a wait for a key", t_wait_for_a_key),
	C("check: what the gateway holds back is told once", t_holds_back),
	C("check: sessions that did not end", t_sessions),
	C("check: sessions of others", t_other_sessions),
	C("check: conditions of checks", t_conditions),
	C("check: a long expectation is cut", t_long_expectation),
	C("check: how long a run took", t_took),
	C("check: a stray that comes first", t_first_stray),
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
