/* gateway/ledger/clerk: the thread that takes records into the table, and what
 * it says when that fails. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/ledger/clerk.h"
#include "net/loop.h"
#include "net/say.h"

/* ---- in the place of the table, the clock and stderr ---- */

static atomic_int takes; /* how often it was tried */
static const char *results; /* 'x': it fails; after the last one all is well */

int __wrap_ledger_take_calmly(struct ledger_files *l, struct fail *f);
int __wrap_ledger_take_calmly(struct ledger_files *l, struct fail *f)
{
	int n = atomic_load(&takes);
	bool fails = (size_t)n < strlen(results) && results[n] == 'x';

	(void)l;
	atomic_store(&takes, n + 1);
	return fails ? fail_set(f, FAIL_SYSTEM, "the disk is full") : 0;
}

static _Atomic tick_t waits; /* the last time that was waited for */

void __real_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg);
void __wrap_loop_timer_set(struct loop *l, struct loop_timer *t, tick_t at,
			   loop_timer_fn *fn, void *arg)
{
	tick_t now = loop_now();

	atomic_store(&waits, at - now);
	__real_loop_timer_set(l, t, now, fn, arg);
}

static struct buf said = BUF_INIT(BUF_NO_LIMIT);

void __wrap_say_line(struct span line);
void __wrap_say_line(struct span line)
{
	buf_add_span(&said, line);
}

/* ---- */

static struct ledger_config config;
static struct ledger_files *ledger;

static int set_up(void **state)
{
	(void)state;
	ledger_config_init(&config);
	return ledger_new(&ledger, &config, NULL);
}

static int tear_down(void **state)
{
	(void)state;
	ledger_free(ledger);
	ledger_config_clear(&config);
	buf_clear(&said);
	return 0;
}

#define LINE \
	"ccgate: the ledger cannot be written: the disk is full; requests " \
	"are served, and their records wait in the spool\n"

/* What the clerk has said after so many tries. */
static void expect(const char *outcome, const char *lines)
{
	struct clerk *k;

	atomic_store(&takes, 0);
	results = outcome;
	buf_reset(&said);
	assert_int_equal(clerk_new(&k, ledger, &config, NULL), 0);
	clerk_end(k); /* it has not begun */
	assert_int_equal(atomic_load(&takes), 0);
	assert_int_equal(clerk_begin(k, NULL), 0);
	while ((size_t)atomic_load(&takes) < strlen(outcome))
		sched_yield();
	clerk_end(k);
	clerk_end(k);
	assert_true(atomic_load(&waits) > 0 && atomic_load(&waits) <= TICK_S);
	assert_string_equal(buf_str(&said), lines);
	assert_int_equal(clerk_port(k), 0);
	clerk_free(k);
}

static void t_complaints(void **state)
{
	(void)state;
	expect("..", "");
	expect("xxx.", LINE);
	expect("xx..xx.", LINE LINE);
	clerk_free(NULL);
}

static void t_admin(void **state)
{
	struct clerk *k, *other = NULL;
	struct fail f = FAIL_INIT;

	(void)state;
	config.has_admin = true;
	assert_int_equal(address_read(&config.admin, "127.0.0.1:0", NULL), 0);
	assert_int_equal(clerk_new(&k, ledger, &config, NULL), 0);
	assert_true(clerk_port(k) > 0);
	/* The port is taken. */
	config.admin.port = clerk_port(k);
	assert_int_equal(clerk_new(&other, ledger, &config, &f), -1);
	assert_null(other);
	assert_non_null(strstr(f.text, "the port is taken"));
	clerk_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "clerk: a failure is told once, until it works again",
		  t_complaints, set_up, tear_down, NULL },
		{ "clerk: the admin port", t_admin, set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("clerk", tests, NULL, NULL);
}
