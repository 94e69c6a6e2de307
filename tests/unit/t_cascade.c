/* gateway/pool: how long a provider may take before another one is asked. All
 * providers are one raw peer. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(t_silent, open_pool, tear_down),
		cmocka_unit_test_setup_teardown(t_patient, open_pool,
						tear_down),
		cmocka_unit_test_setup_teardown(t_begun, open_pool, tear_down),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
