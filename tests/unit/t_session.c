/* Runs of small cases against the mock itself: what the driver writes down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/look/view.h"
#include "probe/run/session.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define REQUEST \
	"\"request\": { \"method\": \"POST\", \"target\": \"/v1/messages\"," \
	" \"headers\": [[\"content-type\", \"application/json\"]," \
	" [\"authorization\", \"Bearer {{credential}}\"]]," \
	" \"json\": { \"model\": \"claude-opus-5-5\", \"max_tokens\": 9," \
	" \"messages\": [{ \"role\": \"user\", \"content\":" \
	" \"[probe-0000000000000000]\" }] } }"
#define EVENTS \
	"\": @hold gate\\nevent: ping\\ndata: {\\\"type\\\": \\\"ping\\\"}" \
	"\\n\\n\""
#define HELD \
	"\"upstream\": { \"u1\": { \"reply\": { \"events\": " EVENTS " } } }"
#define PLAIN \
	"\"upstream\": { \"u1\": { \"reply\": { \"status\": 200," \
	" \"json\": { \"a\": 1 } } } }"

#define LATER \
	"\"upstream\": { \"u1\": { \"reply\": { \"status\": 200," \
	" \"json\": { \"a\": 1 }, \"delay_ms\": 50 } } }"

struct fixture {
	struct loop *loop;
	struct session *session;
	struct casebook book;
	char *folder;
	struct headers extra;
	struct loop_timer block;
	bool blocks; /* soon after a run has begun */
};

static void on_done(void *arg, struct run *r)
{
	(void)r;
	loop_stop(arg);
}

static void block_loop(void *arg)
{
	(void)arg;
	usleep(300000);
}

static int set_up_at(void **state, const char *rate)
{
	struct fixture *x = xcalloc(1, sizeof(*x));
	const struct address mocks[] = { { .host = "127.0.0.1" },
					 { .host = "127.0.0.1" } };
	struct session_config config = {
		.mocks = mocks,
		.mock_count = 2,
		.client_key = "sk-good-key",
		.wrong_key = "sk-wrong-key",
		.auth = AUTH_API_KEY,
		.extra = &x->extra,
	};
	struct fail f = FAIL_INIT;
	char url[ADDRESS_TEXT_LEN + 8] = "http://";

	assert_int_equal(loop_new(&x->loop, &f), 0);
	config.loop = x->loop;
	if (rate)
		assert_int_equal(rate_read(&config.rate, "rate", rate, &f), 0);
	headers_add_text(&x->extra, "x-extra", "yes");
	assert_int_equal(session_new(&x->session, &config, &f), 0);
	address_write(session_mock(x->session, 0), url + 7);
	session_set_gateway(x->session, url);
	assert_int_equal(scratch_new(&x->folder, &f), 0);
	*state = x;
	return 0;
}

static int set_up(void **state)
{
	return set_up_at(state, NULL);
}

/* The mock cannot listen where somebody else does. */
static void t_taken(void **state)
{
	struct fixture *x = *state;
	struct session_config config = { .loop = x->loop,
					 .mocks = session_mock(x->session, 0),
					 .mock_count = 1,
					 .extra = &x->extra };
	struct session *other = NULL;
	struct fail f = FAIL_INIT;

	assert_int_equal(session_new(&other, &config, &f), -1);
	assert_null(other);
	assert_true(*f.text != '\0');
}

static int set_up_paced(void **state)
{
	return set_up_at(state, "4");
}

static int tear_down(void **state)
{
	struct fixture *x = *state;

	session_free(x->session);
	loop_free(x->loop);
	casebook_clear(&x->book);
	scratch_free(x->folder);
	headers_clear(&x->extra);
	free(x);
	return 0;
}

/* Reads a case with these members and runs it to its end. */
static struct run *play(struct fixture *x, const char *members)
{
	struct casebook_values values = { .client_key = "a",
					  .upstream_key = "b",
					  .wrong_key = "c" };
	struct buf text = BUF_INIT(16384);
	struct fail f = FAIL_INIT;
	struct run *r;
	char path[512];

	buf_addf(&text,
		 "{ \"title\": \"t\", \"why\": \"w\", \"fix\": \"f\","
		 " \"guards\": [\"X-1\"], \"level\": \"must\","
		 " \"effect\": \"breaks\", %s, \"checks\": [{ \"name\": \"n\","
		 " \"expect\": [\"c1.status\", \"==\", 200] }] }",
		 members);
	assert_int_equal(
		scratch_write(x->folder, "t.json", buf_span(&text), &f), 0);
	buf_clear(&text);
	snprintf(path, sizeof(path), "%s/t.json", x->folder);
	x->book.root = xstrdup(x->folder);
	if (casefile_read(&x->book, path, &values, &f) < 0)
		fail_msg("%s", f.text);
	assert_int_equal(f.code, FAIL_OK);
	r = run_start(x->session, x->book.list[0], false, on_done, x->loop);
	if (x->blocks)
		loop_timer_set(x->loop, &x->block, loop_now() + 10 * TICK_MS,
			       block_loop, NULL);
	loop_run(x->loop);
	return r;
}

static bool has_step(const struct run *r, const char *text)
{
	const struct wlog *log = run_log(r);
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	bool found = false;

	for (size_t i = 0; i < log->count && !found; i++) {
		buf_reset(&line);
		wlog_step_text(&log->list[i], &line);
		found = log->list[i].kind == WLOG_STEP &&
			strcmp(buf_str(&line), text) == 0;
	}
	buf_clear(&line);
	return found;
}

static void both_sides(void **state)
{
	struct run *r = play(*state, PLAIN
			     ", \"steps\": [{ \"send\": \"c1\"," REQUEST " }]");
	const struct exchange *c, *u;
	struct view v;
	char mark[32];

	view_of(&v, run_log(r), run_number(r));
	c = view_find(&v, "c1", 1);
	u = view_find(&v, "u1", 1);
	assert_non_null(c);
	assert_non_null(u);
	assert_int_equal(c->response->status, 200);
	assert_int_equal(c->end, END_CLEAN);
	assert_int_equal(c->stage, STAGE_NONE);
	assert_int_equal(u->end, END_CLEAN);
	assert_true(span_is(buf_span(&c->body), "{\"a\":1}"));
	assert_true(span_equal(c->request_body, u->request_body));
	snprintf(mark, sizeof(mark), "[probe-%016llx]",
		 (unsigned long long)run_number(r));
	assert_true(span_find(u->request_body, span_of(mark)) != SIZE_MAX);
	assert_string_equal(headers_get(&u->request->headers, "x-api-key"),
			    "sk-good-key");
	assert_null(headers_get(&u->request->headers, "authorization"));
	assert_string_equal(headers_get(&u->request->headers, "x-extra"),
			    "yes");
	assert_true(has_step(r, "1 send started"));
	view_clear(&v);
}

/* The second provider gets the same run's rules, and its letter in the log. */
static void two_providers(void **state)
{
	struct fixture *x = *state;
	const struct address *b = session_mock(x->session, 1);
	char url[ADDRESS_TEXT_LEN + 8] = "http://";
	const struct exchange *u;
	struct run *r;
	struct view v;

	assert_int_not_equal(b->port, 0);
	assert_int_not_equal(b->port, session_mock(x->session, 0)->port);
	address_write(b, url + 7);
	session_set_gateway(x->session, url);
	r = play(x, "\"upstream\": { \"u1@a\": { \"reply\": { \"status\": 500,"
		    " \"text\": \"a\" } }, \"u1@b\": { \"reply\": { \"status\":"
		    " 200, \"text\": \"b\", \"hold\": \"h\" } } },"
		    " \"steps\": [{ \"send\": \"c1\"," REQUEST " },"
		    " { \"until\": [\"u1@b.mark.h\", \"present\"], "
		    "\"within_ms\": 5000 },"
		    " { \"release\": \"u1@b.h\" }, { \"await\": \"u1@b\" }]");
	view_of(&v, run_log(r), run_number(r));
	u = view_find(&v, "u1", 1);
	assert_non_null(u);
	assert_string_equal(u->actor, "u1@b");
	assert_int_equal(u->number, 1);
	assert_true(span_is(buf_span(&u->body), "b"));
	assert_int_equal(view_count(&v, "u"), 1);
	assert_int_equal(view_count(&v, "u@a"), 0);
	assert_true(has_step(r, "4 await ended"));
	view_clear(&v);
}

static void until_and_release(void **state)
{
	struct run *r =
		play(*state, HELD
		     ", \"steps\": [{ \"send\": \"c1\"," REQUEST
		     " }, { \"until\": [\"u1.mark.gate\","
		     " \"present\"], \"within_ms\": 5000, \"note\": \"n\" },"
		     " { \"release\": \"u1.gate\" },"
		     " { \"await\": \"c1\" }]");
	struct view v;

	assert_true(has_step(r, "2 until reached"));
	assert_true(has_step(r, "3 release done"));
	assert_true(has_step(r, "4 await ended"));
	view_of(&v, run_log(r), run_number(r));
	assert_int_equal(view_find(&v, "c1", 1)->ping_count, 1);
	view_clear(&v);
}

static void until_not_reached(void **state)
{
	struct run *r = play(*state, HELD
			     ", \"steps\": [{ \"send\": \"c1\"," REQUEST
			     " }, { \"until\": [\"c1.pings.count\", \">=\", 1],"
			     " \"within_ms\": 50, \"note\": \"n\" },"
			     " { \"release\": \"u1.gate\" }]");
	struct view v;

	assert_true(has_step(r, "2 until timeout"));
	view_of(&v, run_log(r), run_number(r));
	assert_int_equal(view_find(&v, "c1", 1)->end, END_CLEAN);
	view_clear(&v);
}

static void cancelled(void **state)
{
	struct run *r =
		play(*state, HELD
		     ", \"steps\": [{ \"send\": \"c1\"," REQUEST
		     " }, { \"until\": [\"u1.mark.gate\","
		     " \"present\"], \"within_ms\": 5000, \"note\": \"n\" },"
		     " { \"cancel\": \"c1\" },"
		     " { \"await\": \"u1\" }]");
	struct view v;

	assert_true(has_step(r, "4 await ended"));
	view_of(&v, run_log(r), run_number(r));
	assert_int_equal(view_find(&v, "c1", 1)->end, END_CANCELLED);
	assert_int_equal(view_find(&v, "u1", 1)->end, END_CANCELLED);
	view_clear(&v);
}

static void at_the_limit(void **state)
{
	struct run *r =
		play(*state, HELD ", \"limit_ms\": 100, \"steps\": ["
				  "{ \"send\": \"c1\"," REQUEST " },"
				  " { \"await\": \"c1\" },"
				  " { \"until\": [\"c1.status\", \"==\", 404],"
				  " \"within_ms\": 5000, \"note\": \"n\" },"
				  " { \"send\": \"c2\"," REQUEST " }]");
	struct view v;

	assert_true(has_step(r, "3 until timeout"));
	assert_true(has_step(r, "4 send skipped"));
	view_of(&v, run_log(r), run_number(r));
	assert_int_equal(view_find(&v, "c1", 1)->end, END_TIMEOUT);
	assert_true(view_find(&v, "c1", 1)->stage >= STAGE_HEAD);
	assert_null(view_find(&v, "c2", 1));
	view_clear(&v);
}

/* How far each client came is in the log, over libcurl and raw. */
static void nobody_there(void **state)
{
	struct fixture *x = *state;
	struct run *r;
	struct view v;

	session_set_gateway(x->session, "http://127.0.0.1:1");
	r = play(x, PLAIN ", \"steps\": [{ \"send\": \"c1\"," REQUEST " },"
			  " { \"send\": \"c2\", \"raw_text\":"
			  " \"GET / HTTP/1.1\\r\\n\\r\\n\" }]");
	view_of(&v, run_log(r), run_number(r));
	for (const char *const *c = (const char *const[]){ "c1", "c2", NULL };
	     *c; c++) {
		assert_int_equal(view_find(&v, *c, 1)->end, END_REFUSED);
		assert_int_equal(view_find(&v, *c, 1)->stage, STAGE_CONNECT);
		assert_int_equal(view_find(&v, *c, 1)->request->raw,
				 strcmp(*c, "c2") == 0);
	}
	view_clear(&v);
}

static void several_at_once(void **state)
{
	struct run *r = play(*state, PLAIN ", \"steps\": [{ \"send\": \"c1\","
					   " \"count\": 3, " REQUEST " }]");
	struct view v;

	view_of(&v, run_log(r), run_number(r));
	assert_non_null(view_find(&v, "c3", 1));
	assert_null(view_find(&v, "c4", 1));
	assert_int_equal(view_count(&v, "u"), 3);
	view_clear(&v);
}

static void late_by_ourselves(void **state)
{
	struct fixture *x = *state;
	struct run *r;

	/* The loop stands still while the answer is about to be sent. */
	x->blocks = true;
	r = play(x, LATER ", \"steps\": [{ \"send\": \"c1\"," REQUEST
			  " }, { \"until\": [\"c1.status\", \"==\", 200],"
			  " \"within_ms\": 100, \"note\": \"n\" }]");
	assert_true(has_step(r, "2 until reached"));
}

/* What reaches the mock without a mark is counted, and is in each open run. */
static void strays(void **state)
{
	struct fixture *x = *state;
	struct run *r = play(
		x, PLAIN ", \"steps\": [{ \"send\": \"c1\", \"request\": {"
			 " \"method\": \"POST\", \"target\": \"/v1/stray\","
			 " \"headers\": [[\"x-api-key\", \"{{credential}}\"]],"
			 " \"text\": \"{}\" } }]");
	const struct wlog *log = run_log(r);
	size_t seen = 0;

	for (size_t i = 0; i < log->count; i++)
		if (log->list[i].run == 0 && log->list[i].actor[0] == 'u') {
			assert_int_equal(log->list[i].kind, WLOG_REQUEST);
			assert_string_equal(log->list[i].method, "POST");
			assert_string_equal(log->list[i].target, "/v1/stray");
			seen++;
		}
	assert_int_equal(seen, 1);
	assert_int_equal(session_strays(x->session), 1);
}

static void freed_early(void **state)
{
	struct fixture *x = *state;
	struct run *r = play(x, PLAIN
			     ", \"steps\": [{ \"send\": \"c1\"," REQUEST " }]");

	/* A second run of the same case, dropped before it has begun. */
	run_free(run_start(x->session, x->book.list[0], false, on_done,
			   x->loop));
	run_free(r);
	assert_int_equal(session_strays(x->session), 0);
}

/* ---- a pace ---- */

/* Requests wait for their turns longer than the limit of the case. */
static void paced(void **state)
{
	tick_t began = loop_now(), last = TICK_NEVER, least = 250 * TICK_MS;
	struct run *r = play(*state, PLAIN
			     ", \"limit_ms\": 200, \"steps\": ["
			     "{ \"send\": \"c1\", \"count\": 3," REQUEST " }]");
	const struct wlog *log = run_log(r);
	unsigned sent = 0, answered = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (e->actor[0] != 'c')
			continue;
		answered += e->kind == WLOG_RESPONSE;
		if (e->kind == WLOG_END)
			assert_int_equal(e->end, END_CLEAN);
		if (e->kind != WLOG_REQUEST)
			continue;
		/* A turn is written down a moment after it was given. */
		if (last != TICK_NEVER)
			assert_true(e->at - last > least * 9 / 10);
		last = e->at;
		sent++;
	}
	assert_int_equal(sent, 3);
	assert_int_equal(answered, 3);
	/* Time in the pacer's queue does not count as time of the case. */
	assert_true(run_took(r) <= loop_now() - began - 2 * least);
	run_free(r);
}

static void freed_in_the_queue(void **state)
{
	struct fixture *x = *state;
	struct run *r = play(x, PLAIN
			     ", \"steps\": [{ \"send\": \"c1\"," REQUEST " }]");
	struct run *waits =
		run_start(x->session, x->book.list[0], false, on_done, x->loop);
	struct run *last =
		run_start(x->session, x->book.list[0], false, on_done, x->loop);

	run_free(waits);
	loop_run(x->loop);
	assert_true(has_step(last, "1 send started"));
	run_free(last);
	run_free(r);
}

struct turns {
	struct pacer pacer;
	struct pacer_place places[4];
	unsigned order[4], count;
	tick_t at[4];
};

static struct turns turns;

static void on_turn(void *arg)
{
	turns.at[turns.count] = loop_now();
	turns.order[turns.count++] =
		(unsigned)((struct pacer_place *)arg - turns.places);
	if (turns.count == 4)
		loop_stop(turns.pacer.loop);
}

static void under_way_first(void **state)
{
	struct fixture *x = *state;

	turns.pacer.loop = x->loop;
	turns.pacer.rate.interval = 3 * TICK_MS;
	for (size_t i = 0; i < 4; i++) {
		turns.places[i] =
			(struct pacer_place){ .under_way = i == 1 || i == 2,
					      .turn = on_turn,
					      .arg = &turns.places[i] };
		pacer_add(&turns.pacer, &turns.places[i]);
	}
	loop_run(x->loop);
	assert_int_equal(turns.order[0], 1);
	assert_int_equal(turns.order[1], 2);
	assert_int_equal(turns.order[2], 0);
	assert_int_equal(turns.order[3], 3);
	for (size_t i = 1; i < 4; i++)
		assert_true(turns.at[i] - turns.at[i - 1] >= 3 * TICK_MS);
}

static void rates(void **state)
{
	static const char *const bad[] = { "",     "0",   ".",     "1.2.3",
					   "-1",   "1e3", "0.001", "10001",
					   "fast", " 1" };
	struct rate r = { .interval = 1 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(rate_read(&r, "--rate", "0.5", &f), 0);
	assert_int_equal(r.interval, 2 * TICK_S);
	assert_true(rate_of(&r) == 0.5);
	assert_int_equal(rate_due(&r, 7), 7);
	rate_take(&r, 7);
	assert_int_equal(rate_due(&r, 8), 7 + 2 * TICK_S);
	assert_int_equal(rate_due(&r, 9 + 2 * TICK_S), 9 + 2 * TICK_S);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fail why = FAIL_INIT;

		assert_int_equal(rate_read(&r, "--rate", bad[i], &why), -1);
		assert_int_equal(why.code, FAIL_USAGE);
		assert_int_equal(r.interval, 2 * TICK_S);
	}
	r = (struct rate){ .interval = 0 };
	assert_true(rate_of(&r) == 0);
	assert_int_equal(rate_due(&r, 3), 3);
}

int main(void)
{
#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("session: a run has both sides in one log, under its mark",
		  both_sides),
		T("session: each provider has its place and its letter",
		  two_providers),
		T("session: the mock needs a place of its own", t_taken),
		T("session: a step waits until the log says so",
		  until_and_release),
		T("session: what is not reached lets the steps behind run",
		  until_not_reached),
		T("session: a cancelled exchange ends on both sides",
		  cancelled),
		T("session: at the limit everything open is closed",
		  at_the_limit),
		T("session: how far a client came is written down",
		  nobody_there),
		T("session: several requests at once have names of their own",
		  several_at_once),
		T("session: time that we lost ourselves is given again",
		  late_by_ourselves),
		T("session: what has no mark is a stray, once", strays),
		T("session: a run may be dropped at any time", freed_early),
		{ "session: a pace holds requests back, and no clock runs",
		  paced, set_up_paced, tear_down, NULL },
		{ "session: a run may be dropped while it waits for its turn",
		  freed_in_the_queue, set_up_paced, tear_down, NULL },
		T("pacer: what is under way goes first", under_way_first),
		T("rate: requests a second", rates),
	};
#undef T

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("session", tests, NULL, NULL);
}
