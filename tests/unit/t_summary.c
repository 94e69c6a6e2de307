/* Tests of reports/summary: what it says of failures that are alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reports/grade.h"
#include "reports/reports.h"

enum { MOST = 6 };

static char area[] = "body", title[] = "t", check[] = "n", other[] = "m";
static char lost[] = "lost /a 1", lost_more[] = "lost /a 1\nlost /b 2";
static char ids[MOST][8] = { "body/a", "body/b", "body/c",
			     "body/d", "body/e", "body/f" };

static struct outcome outcomes[MOST][2];
static struct result results[MOST];
static struct buf out = BUF_INIT(BUF_NO_LIMIT);

/* Failures of a must-case; check `n` has the level of the row. */
static void fail_all(enum level level)
{
	for (size_t i = 0; i < MOST; i++) {
		outcomes[i][0] = (struct outcome){ .name = check,
						   .verdict = VERDICT_FAIL,
						   .level = level,
						   .difference = lost };
		outcomes[i][1] = (struct outcome){ .name = other,
						   .verdict = VERDICT_PASS };
		results[i] = (struct result){ .id = ids[i],
					      .area = area,
					      .title = title,
					      .verdict = VERDICT_FAIL,
					      .outcomes = outcomes[i],
					      .outcome_count = 2 };
	}
}

static const char *summary(void)
{
	struct run_report r = { .list = results,
				.count = MOST,
				.target = "t",
				.gateway_url = "g",
				.mock_url = "m",
				.client = "c",
				.version = "v" };

	r.counts[VERDICT_FAIL] = MOST;
	buf_reset(&out);
	summary_write(&r, false, &out);
	return buf_str(&out);
}

static void t_alike(void **state)
{
	const char *text;

	(void)state;
	fail_all(LEVEL_MUST);
	outcomes[4][0].difference = lost_more;
	text = summary();
	assert_non_null(strstr(text, "FAIL  body/c  (must)\n      t\n"));
	assert_non_null(strstr(text, "\nFAIL  body/d  (must): same difference "
				     "as body/a\n"));
	assert_non_null(strstr(text, "FAIL  body/e  (must)\n      t\n"));
	assert_non_null(strstr(text, "FAIL  body/f  (must): same difference "
				     "as body/a\n"));
	buf_clear(&out);
}

static void t_failed_level(void **state)
{
	(void)state;
	fail_all(LEVEL_SHOULD);
	outcomes[1][1].verdict = VERDICT_FAIL;
	assert_int_equal(result_failed_level(&results[0]), LEVEL_SHOULD);
	assert_int_equal(result_failed_level(&results[1]), LEVEL_MUST);
	results[0].effect = results[1].effect = EFFECT_BREAKS;
	assert_false(grade_cap_has(CAP_BROKEN_MUST, &results[0]));
	assert_true(grade_cap_has(CAP_BROKEN_MUST, &results[1]));
	results[2].outcome_count = 0;
	assert_int_equal(result_failed_level(&results[2]), LEVEL_MUST);
	assert_non_null(strstr(summary(), "FAIL  body/a  (should)\n"));
	assert_non_null(strstr(summary(), "FAIL  body/b  (must)\n"));
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "summary: the fourth failure of one difference is one line",
		  t_alike, NULL, NULL, NULL },
		{ "summary: a failure has the level of the check that failed",
		  t_failed_level, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("summary", tests, NULL, NULL);
}
