/* Tests of our two ends of HTTP against each other. */
#include "net/serve/serve.h"
#include "tests/unit/fetch_kit.h"

struct echo {
	struct serve *serve;
	struct world w;
	int requests, hangups, dones;
	struct visit *visit;
};

static void echo_request(void *arg, struct visit *v)
{
	struct echo *e = arg;

	e->requests++;
	e->visit = v;
	if (visit_head(v)->method[0] == 'P') {
		visit_begin(v, 200, &visit_head(v)->headers, VISIT_CHUNKED);
		visit_send(v, visit_body(v).at, visit_body(v).len);
		visit_finish(v);
	}
}

static void echo_hangup(void *arg, struct visit *v, enum stream_end end)
{
	struct echo *e = arg;

	(void)v;
	(void)end;
	e->hangups++;
}

static void echo_done(void *arg, struct visit *v, enum stream_end end)
{
	struct echo *e = arg;

	(void)end;
	e->dones++;
	if (e->visit == v)
		e->visit = NULL;
}

static const struct serve_handler echo_handler = { .on_request = echo_request,
						   .on_hangup = echo_hangup,
						   .on_done = echo_done };

static void echo_open(struct echo *e)
{
	struct serve_config c = { .host = "127.0.0.1", .body_limit = 64 << 20 };

	memset(e, 0, sizeof(*e));
	world_open(&e->w);
	assert_int_equal(
		serve_new(&e->serve, e->w.loop, &c, &echo_handler, e, NULL), 0);
	snprintf(e->w.origin, sizeof(e->w.origin), "http://127.0.0.1:%u",
		 serve_port(e->serve));
}

static void echo_close(struct echo *e)
{
	serve_free(e->serve);
	world_close(&e->w);
}

static void t_both_large(void **state)
{
	size_t len = (size_t)33 << 20, i;
	struct headers h = { 0 };
	struct echo e;
	struct call c;
	struct fetch_request r;
	char *bytes = malloc(len);

	(void)state;
	for (i = 0; i < len; i++)
		bytes[i] = (char)(i * 7 + i / 1000);
	echo_open(&e);
	headers_add_text(&h, "X-One", "1");
	headers_add_text(&h, "x-two", "2");
	headers_add_text(&h, "X-ONE", "3");
	r = get(&e.w);
	r.method = "POST";
	r.has_body = true;
	r.body = span_make(bytes, len);
	r.headers = &h;
	call_open(&c, &e.w, &r);
	WAIT_FOR(e.w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, len);
	assert_memory_equal(c.body.at, bytes, len);
	for (i = 0; i + 2 < c.headers.count; i++)
		if (strcmp(c.headers.list[i].name, "X-One") == 0)
			break;
	assert_string_equal(c.headers.list[i + 1].name, "x-two");
	assert_string_equal(c.headers.list[i + 2].name, "X-ONE");
	assert_string_equal(c.headers.list[i + 2].value, "3");
	free(bytes);
	headers_clear(&h);
	call_close(&c);
	echo_close(&e);
}

static void t_both_cut(void **state)
{
	static const enum stream_end how[] = { END_CUT, END_RESET };
	struct echo e;
	struct call c;
	struct fetch_request r;
	size_t i;
	int n;

	(void)state;
	echo_open(&e);
	r = get(&e.w);
	for (n = 0; n < 20; n++) {
		i = (size_t)n % 2;
		call_open(&c, &e.w, &r);
		WAIT_FOR(e.w.loop, e.requests == n + 1);
		visit_begin(e.visit, 200, NULL, VISIT_CHUNKED);
		visit_send(e.visit, "all of", 6);
		visit_send(e.visit, " this", 5);
		visit_cut(e.visit, how[i]);
		WAIT_FOR(e.w.loop, c.ends == 1);
		assert_int_equal(c.end.end, how[i]);
		assert_string_equal(buf_str(&c.body), "all of this");
		call_close(&c);
	}
	/* Before any answer. */
	for (i = 0; i < 2; i++, n++) {
		call_open(&c, &e.w, &r);
		WAIT_FOR(e.w.loop, e.requests == n + 1);
		visit_cut(e.visit, how[i]);
		WAIT_FOR(e.w.loop, c.ends == 1);
		assert_int_equal(c.end.end, how[i]);
		assert_int_equal(c.heads, 0);
		call_close(&c);
	}
	echo_close(&e);
}

static void t_both_cancel(void **state)
{
	struct echo e;
	struct call c;
	struct fetch_request r;

	(void)state;
	echo_open(&e);
	r = get(&e.w);
	call_open(&c, &e.w, &r);
	WAIT_FOR(e.w.loop, e.requests == 1);
	visit_begin(e.visit, 200, NULL, VISIT_CHUNKED);
	visit_send(e.visit, "x", 1);
	WAIT_FOR(e.w.loop, c.body.len == 1);
	fetch_cancel(c.fetch);
	c.fetch = NULL;
	WAIT_FOR(e.w.loop, e.dones == 1);
	assert_int_equal(e.hangups, 1);
	call_close(&c);
	echo_close(&e);
}

static char block[16384];

static void t_both_back_pressure(void **state)
{
	struct echo e;
	struct call c;
	struct fetch_request r;
	size_t sent = 0;
	int idle = 0;

	(void)state;
	echo_open(&e);
	r = get(&e.w);
	call_open(&c, &e.w, &r);
	c.pause = true;
	WAIT_FOR(e.w.loop, e.requests == 1);
	visit_begin(e.visit, 200, NULL, VISIT_CHUNKED);
	step_reset();
	while (idle < 50) { /* until nothing moves any more */
		size_t before = sent;

		while (visit_queued(e.visit) < 256 * 1024) {
			visit_send(e.visit, block, sizeof(block));
			sent += sizeof(block);
		}
		step(e.w.loop);
		idle = sent == before ? idle + 1 : 0;
		assert_true(sent < (size_t)64 << 20);
	}
	assert_int_equal(c.pieces, 1);
	visit_finish(e.visit);
	c.pause = false;
	fetch_resume(c.fetch);
	WAIT_FOR(e.w.loop, c.ends == 1);
	assert_int_equal(c.end.end, END_CLEAN);
	assert_int_equal(c.body.len, sent);
	call_close(&c);
	echo_close(&e);
}

/* 200 streams at the same time, each with its own bytes. */

enum { STREAMS = 200, ROUNDS = 20 };

struct crowd {
	struct visit *visits[STREAMS];
	int count, dones;
};

static void crowd_request(void *arg, struct visit *v)
{
	struct crowd *c = arg;

	c->visits[c->count++] = v;
	visit_begin(v, 200, NULL, VISIT_CHUNKED);
}

static void crowd_done(void *arg, struct visit *v, enum stream_end end)
{
	struct crowd *c = arg;

	(void)v;
	assert_int_equal(end, END_CLEAN);
	c->dones++;
}

static const struct serve_handler crowd_handler = {
	.on_request = crowd_request,
	.on_done = crowd_done,
};

static bool all_ended(const struct call *calls)
{
	int i;

	for (i = 0; i < STREAMS; i++)
		if (calls[i].ends == 0)
			return false;
	return true;
}

static void t_both_crowd(void **state)
{
	static struct call calls[STREAMS];
	struct serve_config config = { .host = "127.0.0.1" };
	struct crowd crowd = { .count = 0 };
	struct fetch_request r;
	struct serve *s = NULL;
	struct world w;
	char text[64];
	int i, round;

	(void)state;
	world_open(&w);
	assert_int_equal(
		serve_new(&s, w.loop, &config, &crowd_handler, &crowd, NULL),
		0);
	snprintf(w.origin, sizeof(w.origin), "http://127.0.0.1:%u",
		 serve_port(s));
	for (i = 0; i < STREAMS; i++) {
		r = get(&w);
		snprintf(text, sizeof(text), "/%d", i);
		r.target = text;
		call_open(&calls[i], &w, &r);
	}
	WAIT_FOR(w.loop, crowd.count == STREAMS);
	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < STREAMS; i++) {
			const char *t = visit_head(crowd.visits[i])->target;

			visit_send(crowd.visits[i], t, strlen(t));
		}
		step(w.loop);
	}
	for (i = 0; i < STREAMS; i++)
		visit_finish(crowd.visits[i]);
	WAIT_FOR(w.loop, all_ended(calls) && crowd.dones == STREAMS);
	for (i = 0; i < STREAMS; i++) {
		snprintf(text, sizeof(text), "/%d", i);
		assert_int_equal(calls[i].body.len, ROUNDS * strlen(text));
		assert_memory_equal(calls[i].body.at, text, strlen(text));
		assert_int_equal(calls[i].end.end, END_CLEAN);
		call_close(&calls[i]);
	}
	serve_free(s);
	world_close(&w);
}

/* Both ends do random things, by a fixed sequence of random numbers. */

enum { CHAOS_CALLS = 40, CHAOS_STEPS = 3000 };

struct chaos {
	struct visit *visits[CHAOS_CALLS * 2];
	size_t count;
	int heads, dones;
};

static unsigned dice_state;

static unsigned dice(unsigned sides)
{
	dice_state = dice_state * 1103515245 + 12345;
	return dice_state / 65536 % 32768 % sides;
}

static void chaos_head(void *arg, struct visit *v)
{
	struct chaos *c = arg;

	(void)v;
	c->heads++;
}

static void chaos_request(void *arg, struct visit *v)
{
	struct chaos *c = arg;

	if (c->count < CHAOS_CALLS * 2)
		c->visits[c->count++] = v;
	else
		visit_cut(v, END_CUT);
}

static void chaos_done(void *arg, struct visit *v, enum stream_end end)
{
	struct chaos *c = arg;
	size_t i;

	assert_true(end == END_CLEAN || end == END_CUT || end == END_RESET ||
		    end == END_CANCELLED);
	c->dones++;
	for (i = 0; i < c->count; i++)
		if (c->visits[i] == v)
			c->visits[i] = c->visits[--c->count];
}

static const struct serve_handler chaos_handler = {
	.on_head = chaos_head,
	.on_request = chaos_request,
	.on_done = chaos_done,
};

/* The owner's state of an answer: 0, 'b'egun or 'r'aw, kept in the visit. */
static void chaos_visit(struct visit *v)
{
	static char begun, raw;
	void *now = visit_get(v);

	/* After a raw answer to HEAD the client is content and keeps the
	 * connection, so its leaving would not end such a visit. */
	bool is_head = visit_head(v)->method[0] == 'H';

	if (!now && (is_head || dice(3) > 0)) {
		visit_set(v, &begun);
		visit_begin(v, 200, NULL,
			    dice(2) ? VISIT_CHUNKED : (uint64_t)1 << 40);
		if (is_head) /* complete as it is */
			visit_finish(v);
	} else if (!now) {
		visit_set(v, &raw);
		visit_raw(v, "HTTP/1.1 200 OK\r\n\r\n", 19);
	} else if (now == &raw) {
		visit_raw(v, block, dice(sizeof(block)));
	} else {
		visit_send(v, block, dice(sizeof(block)));
	}
	switch (dice(16)) {
	case 0:
		visit_cut(v, END_CUT);
		break;
	case 1:
		visit_cut(v, END_RESET);
		break;
	case 2:
	case 3:
		if (visit_get(v) == &begun)
			visit_finish(v);
		break;
	}
}

static void chaos_call(struct call *c, struct world *w)
{
	static const char *const methods[] = { "GET", "HEAD", "POST" };
	struct fetch_request r = get(w);

	if (c->fetch && dice(8) == 0) {
		fetch_cancel(c->fetch);
		c->fetch = NULL;
	} else if (c->fetch) {
		c->pause = dice(3) == 0;
		fetch_resume(c->fetch);
	} else {
		call_close(c);
		r.method = methods[dice(3)];
		r.has_body = r.method[0] == 'P';
		r.body = span_make(block, dice(sizeof(block)));
		r.keep_alive = dice(2);
		r.body_limit = dice(2) ? 100000 : 0;
		call_open(c, w, &r);
	}
}

static void t_both_chaos(void **state)
{
	struct serve_config config = { .host = "127.0.0.1",
				       .body_limit = 12000 };
	static struct call calls[CHAOS_CALLS];
	struct chaos chaos = { .count = 0 };
	struct serve *s = NULL;
	struct world w;
	int i;

	(void)state;
	dice_state = 1;
	world_open(&w);
	assert_int_equal(
		serve_new(&s, w.loop, &config, &chaos_handler, &chaos, NULL),
		0);
	snprintf(w.origin, sizeof(w.origin), "http://127.0.0.1:%u",
		 serve_port(s));
	step_reset();
	for (i = 0; i < CHAOS_STEPS; i++) {
		chaos_call(&calls[dice(CHAOS_CALLS)], &w);
		if (chaos.count > 0)
			chaos_visit(chaos.visits[dice((unsigned)chaos.count)]);
		if (dice(3) == 0)
			step(w.loop);
	}
	assert_true(chaos.dones > 100);
	for (i = 0; i < CHAOS_CALLS; i++)
		call_close(&calls[i]);
	/* With the clients gone every visit comes to its end. */
	WAIT_FOR(w.loop, serve_visits(s) == 0);
	serve_free(s);
	assert_int_equal(chaos.heads, chaos.dones);
	world_close(&w);
}

/* As many connections wait for a request as may; the one that has waited
 * longest is closed for another. */
static void t_both_idle(void **state)
{
	enum { MOST = 256, MANY = MOST + 1 };
	struct call *calls = calloc(MANY, sizeof(*calls)), last;
	struct fetch_request r;
	struct echo e;
	int ends = 0;

	(void)state;
	assert_non_null(calls);
	echo_open(&e);
	r = get(&e.w);
	r.method = "POST";
	r.has_body = true;
	r.body = span_of("x");
	r.keep_alive = true;
	for (size_t i = 0; i < MANY; i++)
		call_open(&calls[i], &e.w, &r);
	while (ends < MANY) {
		WAIT_FOR(e.w.loop, calls[ends].ends == 1);
		ends++;
	}
	WAIT_FOR(e.w.loop, serve_connections(e.serve) == MOST);
	call_open(&last, &e.w, &r);
	WAIT_FOR(e.w.loop, last.ends == 1);
	assert_string_equal(buf_str(&last.body), "x");
	for (int i = 0; i < 5; i++)
		step(e.w.loop);
	assert_int_equal(serve_connections(e.serve), MOST);
	call_close(&last);
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(calls[i].end.end, END_CLEAN);
		call_close(&calls[i]);
	}
	free(calls);
	echo_close(&e);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "both: 33 MiB there and back, fields in their order",
		  t_both_large, NULL, NULL, NULL },
		{ "both: FIN and RST are told apart and lose no data",
		  t_both_cut, NULL, NULL, NULL },
		{ "both: a cancelled request is a hang-up", t_both_cancel, NULL,
		  NULL, NULL },
		{ "both: a paused client stops the server",
		  t_both_back_pressure, NULL, NULL, NULL },
		{ "both: 200 streams in one loop", t_both_crowd, NULL, NULL,
		  NULL },
		{ "both: so many connections are kept, and no more",
		  t_both_idle, NULL, NULL, NULL },
		{ "both: whatever either end does, every visit ends",
		  t_both_chaos, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("both", tests, NULL, NULL);
}
