/* probe/suite/strain: what answers do to a pool of accounts. */
#include "tests/unit/mock_kit.h"

#include "probe/suite/strain.h"

static enum strain of(const char *replies)
{
	struct buf text = BUF_INIT(1000);
	struct rules *rules;
	enum strain s;

	buf_addf(&text, "{\"u1\":{\"replies\":[%s]}}", replies);
	rules = kit_rules(buf_str(&text));
	s = strain_of(rules);
	rules_free(rules);
	buf_clear(&text);
	return s;
}

#define STATUS(n) "{\"status\":" #n ",\"text\":\"\"}"
#define EVENTS(text) "{\"events\":\"" text "\"}"

static void t_statuses(void **state)
{
	(void)state;
	assert_int_equal(strain_of(NULL), STRAIN_NONE);
	assert_int_equal(of(STATUS(200)), STRAIN_NONE);
	assert_int_equal(of(STATUS(400)), STRAIN_NONE);
	assert_int_equal(of(STATUS(401)), STRAIN_REFUSES);
	assert_int_equal(of(STATUS(403)), STRAIN_REFUSES);
	assert_int_equal(of(STATUS(404)), STRAIN_NONE);
	assert_int_equal(of(STATUS(429)), STRAIN_LIMITED);
	assert_int_equal(of(STATUS(499)), STRAIN_NONE);
	assert_int_equal(of(STATUS(500)), STRAIN_FAILS);
	assert_int_equal(of(STATUS(528)), STRAIN_FAILS);
	assert_int_equal(of(STATUS(529)), STRAIN_OVERLOADED);
}

static void t_streams(void **state)
{
	(void)state;
	assert_int_equal(of(EVENTS("event: ping\\ndata: {}\\n\\n")),
			 STRAIN_NONE);
	assert_int_equal(of(EVENTS("event: error\\ndata: {}\\n\\n")),
			 STRAIN_FAILS);
	assert_int_equal(of(EVENTS("event: error\\ndata: {\\\"type\\\":"
				   "\\\"overloaded_error\\\"}\\n\\n")),
			 STRAIN_OVERLOADED);
	assert_int_equal(of(EVENTS("event: error\\ndata: {\\\"type\\\":"
				   "\\\"rate_limit_error\\\"}\\n\\n")),
			 STRAIN_LIMITED);
	assert_int_equal(of(EVENTS("data: 1\\n\\n: @cut fin\\n")),
			 STRAIN_BREAKS);
	assert_int_equal(of(EVENTS("data: 1\\n\\n: @cut rst\\n")),
			 STRAIN_BREAKS);
	assert_int_equal(of(EVENTS("data: 1\\n\\n: @stall\\n")), STRAIN_BREAKS);
	assert_int_equal(of(EVENTS("event: error\\ndata: {}\\n\\n: @stall\\n")),
			 STRAIN_FAILS);
}

static void t_ends(void **state)
{
	(void)state;
	assert_int_equal(of("{\"status\":200,\"end\":\"stall\"}"),
			 STRAIN_BREAKS);
	assert_int_equal(of("{\"text\":\"\",\"end\":\"rst\"}"), STRAIN_BREAKS);
	assert_int_equal(of("{\"raw_text\":\"x\"}"), STRAIN_BREAKS);
	assert_int_equal(of("{\"status\":500,\"text\":\"\",\"end\":\"rst\"}"),
			 STRAIN_FAILS);
}

static void t_worst(void **state)
{
	(void)state;
	assert_int_equal(of(STATUS(200) "," STATUS(429) "," STATUS(500)),
			 STRAIN_LIMITED);
	assert_int_equal(of(STATUS(500) "," STATUS(200)), STRAIN_FAILS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "strain: of statuses", t_statuses, NULL, NULL, NULL },
		{ "strain: of events, cuts and silence", t_streams, NULL, NULL,
		  NULL },
		{ "strain: of the end of a reply", t_ends, NULL, NULL, NULL },
		{ "strain: the worst of all replies", t_worst, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("strain", tests, NULL, NULL);
}
