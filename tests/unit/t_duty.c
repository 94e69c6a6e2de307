/* The state of a duty in a report: kept, adapted, refused, lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "reports/cause.h"
#include "reports/duty.h"

static char id[] = "errors/x", area[] = "errors";
static char guard[] = "ERR-01", second[] = "ERR-02";
static char *both[] = { guard, second };
static char *other[] = { second };

static struct result one_of(enum verdict verdict, char **guards)
{
	return (struct result){ .id = id,
				.area = area,
				.verdict = verdict,
				.guards = guards,
				.guard_count = 1 };
}

static const char *fate(struct run_report *r)
{
	return duty_fate_name(duty_fate_of(r, guard));
}

static const char *fate_of_two(enum verdict a, enum verdict b)
{
	struct result list[] = { one_of(a, both), one_of(b, both) };
	struct run_report r = { .list = list, .count = 2 };

	return fate(&r);
}

static void t_one(void **state)
{
	struct result list[] = { one_of(VERDICT_PASS, both) };
	struct run_report r = { .list = list, .count = 1 };

	(void)state;
	assert_string_equal(fate(&r), "kept");
	r.provider = "messages";
	assert_string_equal(fate(&r), "kept");
	r.provider = "openai-chat";
	assert_string_equal(fate(&r), "adapted");
	r.provider = r.client_format = "bedrock";
	assert_string_equal(fate(&r), "kept");
	list[0].verdict = VERDICT_SKIP;
	assert_string_equal(fate(&r), "refused");
	list[0].not_meant = true;
	assert_string_equal(fate(&r), "absent");
	list[0] = one_of(VERDICT_UNDECIDED, both);
	assert_string_equal(fate(&r), "undecided");
	list[0].left_out = true;
	assert_string_equal(fate(&r), "absent");
	list[0] = one_of(VERDICT_BROKEN, both);
	assert_string_equal(fate(&r), "undecided");
	list[0] = one_of(VERDICT_FAIL, other);
	assert_string_equal(fate(&r), "absent");
	list[0].guard_count = 0;
	assert_string_equal(fate(&r), "absent");
}

static void t_two(void **state)
{
	(void)state;
	assert_string_equal(fate_of_two(VERDICT_PASS, VERDICT_FAIL), "lost");
	assert_string_equal(fate_of_two(VERDICT_SKIP, VERDICT_FAIL), "lost");
	assert_string_equal(fate_of_two(VERDICT_SKIP, VERDICT_PASS), "kept");
	assert_string_equal(fate_of_two(VERDICT_UNDECIDED, VERDICT_PASS),
			    "kept");
	assert_string_equal(fate_of_two(VERDICT_UNDECIDED, VERDICT_SKIP),
			    "refused");
}

/* A duty that the gateway refuses itself is refused; if it also changes
 * something, it is lost. */
static void t_refused(void **state)
{
	struct result list[] = { one_of(VERDICT_PASS, both),
				 one_of(VERDICT_FAIL, both) };
	struct cause causes[] = { { .kind = "refused" },
				  { .kind = "status-changed" } };
	struct run_report r = {
		.list = list, .count = 2, .causes = causes, .cause_count = 2
	};

	(void)state;
	list[1].cause = 1;
	assert_string_equal(fate(&r), "refused");
	list[1].cause = 2;
	assert_string_equal(fate(&r), "lost");
	list[0] = list[1];
	list[0].cause = 1;
	assert_string_equal(fate(&r), "lost");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "duty: each fate of one case", t_one, NULL, NULL, NULL },
		{ "duty: two cases", t_two, NULL, NULL, NULL },
		{ "duty: refused, and lost", t_refused, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("duty", tests, NULL, NULL);
}
