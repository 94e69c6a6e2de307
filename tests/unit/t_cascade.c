/* gateway/pool: how long a provider may take before another one is asked. All
 * providers are one raw peer. */
#include "gateway/pool/attempt.h"
#include "gateway/pool/cascade.h"
#include "gateway/pool/pool.h"
#include "tests/unit/relay_kit.h"

#define ASKS_STREAM "{\"stream\":true}"

/* ---- a clock that leaves out the long waits of the cascade ---- */

static int waits;
static const struct loop_timer *long_one; /* the last of them */

void __real_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg)
{
	tick_t left = at - loop_now();

	if (left > 119 * TICK_S && left <= 120 * TICK_S) {
		waits++;
		long_one = t;
		at = loop_now() + 20 * TICK_MS;
	}
	__real_loop_timer_set(l, t, at, fn, arg);
}

static void add(struct gateway *g, const char *name)
{
	struct provider *p = pool_add(g->config.pool);

	provider_set_name(p, name, NULL);
	provider_set_url(p, g->w.origin, NULL);
	provider_set_key(p, "key-of-it", NULL);
}

static int open_pool(void **state)
{
	struct gateway *g;

	set_up(state);
	g = *state;
	g->config.pool = pool_new();
	add(g, "a");
	add(g, "b");
	g->gate.cascade = &cascade_way;
	waits = 0;
	return 0;
}

static struct rawpeer *asked(struct gateway *g, const char *body)
{
	struct rawpeer *p = &g->w.server.peers[g->asked];

	WAIT_FOR(g->w.loop, g->w.server.count > g->asked);
	WAIT_FOR(g->w.loop, rawpeer_has(p, body));
	g->asked++;
	return p;
}

static void begin(struct gateway *g, const char *body, struct call *c)
{
	const struct ask ask = { "POST", "/v1/messages", "mine", body };

	send_ask(g, &ask, c);
}

static void finish(struct gateway *g, struct rawpeer *p, struct call *c)
{
	rawpeer_text(p, STREAM CHUNKED "a\r\ndata: {}\n\n\r\n0\r\n\r\n");
	WAIT_FOR(g->w.loop, c->ends == 1);
	assert_int_equal(c->status, 200);
	assert_string_equal(buf_str(&c->body), "data: {}\n\n");
	rawpeer_close(p);
	call_close(c);
}

/* Nothing comes, or a head alone. */
static void t_silent(void **state)
{
	static const char *const says[] = { "", STREAM CHUNKED };
	struct gateway *g = *state;

	for (size_t i = 0; i < 2; i++) {
		struct rawpeer *first, *second;
		struct call c;

		begin(g, ASKS_STREAM, &c);
		first = asked(g, ASKS_STREAM);
		rawpeer_text(first, says[i]);
		second = asked(g, ASKS_STREAM);
		assert_int_equal(waits, i + 1);
		finish(g, second, &c);
	}
}

/* The last one has all the time, and so has one that was given a time. */
static void t_patient(void **state)
{
	struct gateway *g = *state;
	struct call c;

	begin(g, "{\"stream\":false}", &c);
	finish(g, asked(g, "{\"stream\":false}"), &c);
	g->config.pool->list[0].head_given = true;
	g->config.pool->list[1].head_given = true;
	begin(g, ASKS_STREAM, &c);
	finish(g, asked(g, ASKS_STREAM), &c);
	assert_int_equal(waits, 0);
}

/* After the first event it may take its time. */
static void t_begun(void **state)
{
	struct gateway *g = *state;
	struct rawpeer *p;
	struct call c;

	begin(g, ASKS_STREAM, &c);
	p = asked(g, ASKS_STREAM);
	rawpeer_text(p, STREAM CHUNKED "a\r\ndata: {}\n\n\r\n");
	WAIT_FOR(g->w.loop, c.body.len > 0);
	assert_int_equal(waits, 1);
	assert_int_equal(long_one->slot, 0); /* nobody waits any more */
	rawpeer_text(p, "0\r\n\r\n");
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(g->w.server.count, 1);
	call_close(&c);
}

static int failed_of(const struct gateway *g, size_t i)
{
	return standing_look(g->config.pool->standings[i]).failed > 0;
}

#define ERROR(status) "HTTP/1.1 " status " No\r\nContent-Length: 2\r\n\r\n{}"

/* Which statuses are the provider's fault, so that another one is asked. */
static void t_statuses(void **state)
{
	static const struct {
		const char *status;
		bool moves;
	} rows[] = {
		{ "400", false }, { "407", false }, { "408", true },
		{ "428", false }, { "429", true },  { "499", false },
		{ "500", true },  { "529", true },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gateway *g;
		struct rawpeer *p;
		struct call c;
		char text[100];

		open_pool(state);
		g = *state;
		g->config.pool->tells = true;
		snprintf(text, sizeof(text),
			 "HTTP/1.1 %s No\r\nContent-Length: 2\r\n\r\n{}",
			 rows[i].status);
		begin(g, ASKS_STREAM, &c);
		rawpeer_text(asked(g, ASKS_STREAM), text);
		if (rows[i].moves) {
			p = asked(g, ASKS_STREAM);
			assert_int_equal(waits, 1);
			/* nobody waits for the first one any more */
			assert_int_equal(long_one->slot, 0);
			rawpeer_text(p, text);
		}
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_int_equal(c.status, atoi(rows[i].status));
		assert_string_equal(buf_str(&c.body), "{}");
		assert_string_equal(headers_get(&c.headers, POOL_FIELD),
				    rows[i].moves ? "b" : "a");
		assert_int_equal(failed_of(g, 0), rows[i].moves);
		assert_int_equal(failed_of(g, 1), rows[i].moves);
		call_close(&c);
		tear_down(state);
	}
}

#define CLOSES "Connection: close\r\n"

/* How a stream begins that is no answer; the next one's is. */
static void t_beginnings(void **state)
{
	static const struct {
		const char *answer;
		bool closes;
	} rows[] = {
		{ STREAM CLOSES CHUNKED "0\r\n\r\n", false }, /* empty */
		{ STREAM CLOSES CHUNKED "3\r\n:a\n\r\n0\r\n\r\n", false },
		{ STREAM CLOSES CHUNKED "6\r\ndata: \r\n0\r\n\r\n", false },
		{ STREAM CLOSES CHUNKED "6\r\ndata: \r\n", true },
		{ STREAM CLOSES CHUNKED
		  "18\r\ndata: {\"type\":\"error\"}\n\n\r\n",
		  false },
		{ "", true },
		{ "junk\r\n\r\n", false },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct gateway *g;
		struct rawpeer *p;
		struct call c;

		open_pool(state);
		g = *state;
		begin(g, ASKS_STREAM, &c);
		p = asked(g, ASKS_STREAM);
		rawpeer_text(p, rows[i].answer);
		if (rows[i].closes)
			rawpeer_shut(p);
		finish(g, asked(g, ASKS_STREAM), &c);
		assert_true(failed_of(g, 0) && !failed_of(g, 1));
		tear_down(state);
	}
}

/* One that can be read by nobody here, or is no stream, is passed on. */
static void t_passed(void **state)
{
	static const char *const answers[] = {
		STREAM "Content-Encoding: gzip\r\n" CHUNKED "1\r\nx\r\n",
		"HTTP/1.1 201 OK\r\nContent-Type: text/event-stream\r\n" CHUNKED
		"1\r\nx\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n" CHUNKED
		"1\r\nx\r\n",
		"HTTP/1.1 200 OK\r\n" CHUNKED "1\r\nx\r\n",
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct gateway *g;
		struct rawpeer *p;
		struct call c;

		open_pool(state);
		g = *state;
		begin(g, "{}", &c);
		p = asked(g, "{}");
		rawpeer_text(p, answers[i]);
		WAIT_FOR(g->w.loop, c.body.len == 1);
		assert_int_equal(g->w.server.count, 1);
		/* Now it is too late for another one. */
		rawpeer_close(p);
		WAIT_FOR(g->w.loop, c.ends == 1);
		assert_int_equal(c.end.end, END_CUT);
		assert_int_equal(g->w.server.count, 1);
		assert_true(failed_of(g, 0));
		call_close(&c);
		tear_down(state);
	}
}

/* The provider's own name for the model, or nobody has it. */
static void t_names(void **state)
{
	static const struct ask list = { "GET", "/v1/models", "mine", NULL };
	static const struct ask one = { "GET", "/v1/models/m", "mine", NULL };
	static const struct ask other = { "GET", "/v1/models/n", "mine", NULL };
	static const struct ask page = { "GET", "/v1/models?limit=0", "mine",
					 NULL };
	struct gateway *g = *state;
	struct pool *pool = g->config.pool;
	struct rawpeer *p;
	struct call c;

	provider_add_model(&pool->list[0], "m", "theirs", NULL);
	provider_add_plain(&pool->list[1], "m", NULL);
	for (size_t i = 0; i < 2; i++)
		names_know(&pool->names, &pool->list[i].models);
	begin(g, "{\"a\":1,\"model\":\"m\",\"b\":2}", &c);
	p = asked(g, "{\"a\":1,\"model\":\"theirs\",\"b\":2}");
	rawpeer_text(p, ERROR("500"));
	p = asked(g, "{\"a\":1,\"model\":\"m\",\"b\":2}");
	rawpeer_text(p, ERROR("400"));
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_int_equal(c.status, 400);
	call_close(&c);
	local(g,
	      &(struct ask){ "POST", "/v1/messages", "mine",
			     "{\"model\":\"none\"}" },
	      404, "\"message\":\"model: none\"");
	pool->wish.ignore = 3;
	send_ask(g,
		 &(struct ask){ "POST", "/v1/messages", "mine",
				"{\"model\":\"m\"}" },
		 &c);
	WAIT_FOR(g->w.loop, c.ends == 1);
	assert_error(&c, 503, "its routing leaves none for the model");
	assert_string_equal(headers_get(&c.headers, "x-should-retry"), "false");
	call_close(&c);
	/* The list is the gateway's own. */
	local(g, &list, 200, "{\"data\":[{\"type\":\"model\",\"id\":\"m\",");
	local(g, &one, 200, "{\"type\":\"model\",\"id\":\"m\",");
	local(g, &other, 404, "this gateway does not list this model");
	local(g, &page, 400, "limit: it is a number from 1 to 1000");
	/* A key for other models sees none of them, but what is an alias. */
	client_key_add_model(&g->config.keys[0], "x");
	local(g, &list, 200, "{\"data\":[],");
	names_add(&pool->names, &(struct names_alias){ .name = (char *)"x",
						       .model = (char *)"m",
						       .display = (char *)"Ex",
						       .wish = WISH_INIT });
	local(g, &list, 200,
	      "{\"data\":[{\"type\":\"model\",\"id\":\"x\","
	      "\"display_name\":\"Ex\",");
	names_add(&pool->names, &(struct names_alias){ .name = (char *)"y",
						       .model = (char *)"x",
						       .wish = WISH_INIT });
	local(g, &list, 200, ",{\"type\":\"model\",\"id\":\"y\",");
}

/* A body goes up in the place of the client's, which may be wanted again. */
static void t_bodies(void **state)
{
	static const struct fetch_handler seen = { .on_end = NULL };
	struct relay r = { .body = BUF_INIT(BUF_NO_LIMIT) };
	struct buf other = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (int watched = 0; watched < 2; watched++) {
		r.watch = watched ? &seen : NULL;
		buf_init(&r.client_body, BUF_NO_LIMIT);
		buf_reset(&r.body);
		buf_add_text(&r.body, "client's");
		for (int i = 0; i < 2; i++) {
			buf_add_text(&other, i ? "second" : "first");
			attempt_change_body(&r, &other);
			assert_null(other.at);
			assert_string_equal(buf_str(&r.body),
					    i ? "second" : "first");
			assert_string_equal(buf_str(&r.client_body),
					    watched ? "client's" : "");
		}
		attempt_restore_body(&r);
		assert_string_equal(buf_str(&r.body),
				    watched ? "client's" : "second");
		assert_null(r.client_body.at);
	}
	buf_clear(&r.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(t_silent, open_pool, tear_down),
		cmocka_unit_test(t_statuses),
		cmocka_unit_test(t_beginnings),
		cmocka_unit_test(t_passed),
		cmocka_unit_test_setup_teardown(t_names, open_pool, tear_down),
		cmocka_unit_test(t_bodies),
		cmocka_unit_test_setup_teardown(t_patient, open_pool,
						tear_down),
		cmocka_unit_test_setup_teardown(t_begun, open_pool, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
