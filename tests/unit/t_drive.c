/* Tests of probe/run/drive_wait: limits of waiting, and when a run is quiet. */
#include "makelog.h"

#include "probe/run/drive_private.h"

#define MS(n) ((tick_t)(n)*TICK_MS)
#define ZERO MS(1000) /* when the log began */

static struct wlog w;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	return 0;
}

/* A run of a case that may take 100 ms, begun 20 ms after the log, with a mock:
 * without one it may take eight times as long. */
static struct casefile c = { .limit_ms = 100 };

static struct drive drive_at(tick_t began)
{
	struct drive d = { .c = &c, .run = RUN, .log = &w };

	d.config.zero = ZERO;
	d.config.mock = (struct mock *)&w; /* is not looked at */
	d.began = began;
	d.step_began = began;
	return d;
}

static void happens(tick_t at)
{
	wlog_add(&w, at, RUN, "u1", 1, WLOG_DATA);
}

static void t_progress(void **state)
{
	struct drive d = drive_at(ZERO + MS(20));

	(void)state;
	assert_int_equal(drive_run_limit(&d), ZERO + MS(120));
	happens(MS(10)); /* before it began */
	assert_int_equal(drive_run_limit(&d), ZERO + MS(120));
	happens(MS(50));
	assert_int_equal(drive_run_limit(&d), ZERO + MS(150));
	happens(MS(80));
	assert_int_equal(drive_run_limit(&d), ZERO + MS(180));
}

static void t_trickle(void **state)
{
	struct drive d = drive_at(ZERO + MS(20));

	(void)state;
	happens(MS(319));
	assert_int_equal(drive_run_limit(&d), ZERO + MS(419));
	happens(MS(321));
	assert_int_equal(drive_run_limit(&d), ZERO + MS(420));
	happens(MS(5000));
	assert_int_equal(drive_run_limit(&d), ZERO + MS(420));
	d.excused = MS(7);
	assert_int_equal(drive_run_limit(&d), ZERO + MS(427));
}

static void t_model(void **state)
{
	struct drive d = drive_at(ZERO);

	(void)state;
	d.config.mock = NULL;
	assert_int_equal(drive_run_limit(&d), ZERO + MS(800));
}

static void t_step(void **state)
{
	struct drive d = drive_at(ZERO);
	struct step own = { .within_ms = 30 }, none = { .within_ms = 0 };
	struct step longer = { .within_ms = 500 };

	(void)state;
	d.step_began = ZERO + MS(40);
	assert_int_equal(drive_step_limit(&d, &none), ZERO + MS(100));
	assert_int_equal(drive_step_limit(&d, &own), ZERO + MS(70));
	assert_int_equal(drive_step_limit(&d, &longer), ZERO + MS(100));
}

static void t_excuses(void **state)
{
	struct drive d = drive_at(ZERO);
	tick_t now = loop_now();

	(void)state;
	assert_false(drive_is_excused(&d, now + MS(60000)));
	assert_int_equal(d.excused, 0);
	for (int i = 0; i < 8; i++) {
		tick_t before = d.excused;

		assert_true(drive_is_excused(&d, now - MS(20)));
		assert_true(d.excused >= before + MS(40));
		assert_true(d.excused < before + MS(40 + 2 * 60000));
	}
	assert_false(drive_is_excused(&d, now - MS(20)));
}

static void t_quiet(void **state)
{
	struct drive d = drive_at(ZERO);

	(void)state;
	assert_true(drive_is_quiet(&d));
	put(&w, "c1", 1, WLOG_REQUEST);
	assert_false(drive_is_quiet(&d));
	put(&w, "u1", 1, WLOG_REQUEST);
	put_end(&w, "u1", 1, END_CLEAN);
	assert_false(drive_is_quiet(&d));
	wlog_add(&w, 0, RUN + 1, "c1", 1, WLOG_END); /* another run's */
	assert_false(drive_is_quiet(&d));
	put_end(&w, "c1", 1, END_CLEAN);
	assert_true(drive_is_quiet(&d));
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("drive: a limit counts from the last thing that happened",
		  t_progress),
		T("drive: who trickles gets four times the limit, not more",
		  t_trickle),
		T("drive: a model gets more time than a mock", t_model),
		T("drive: a step's own limit ends with the run's", t_step),
		T("drive: time that we lost is given again, eight times",
		  t_excuses),
		T("drive: a run is quiet when each exchange has ended",
		  t_quiet),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("drive", tests, NULL, NULL);
}
