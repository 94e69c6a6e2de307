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
	assert_int_equal(of(STATUS(408)), STRAIN_FAILS);
	assert_int_equal(of(EVENTS("")), STRAIN_BREAKS);
	assert_int_equal(of(STATUS(429)), STRAIN_LIMITED);
	assert_int_equal(of(STATUS(499)), STRAIN_NONE);
	assert_int_equal(of(STATUS(500)), STRAIN_FAILS);
	assert_int_equal(of(STATUS(528)), STRAIN_FAILS);
	assert_int_equal(of(STATUS(529)), STRAIN_OVERLOADED);
}

#define SAY(part) "{\"say\":[{\"text\":\"x\"}," part "]}"
#define ERROR(type) SAY("{\"error\":\"" type "\"}")

static void t_said(void **state)
{
	(void)state;
	assert_int_equal(of("{\"say\":[]}"), STRAIN_NONE);
	assert_int_equal(of(ERROR("invalid_request_error")), STRAIN_NONE);
	assert_int_equal(of(ERROR("authentication_error")), STRAIN_REFUSES);
	assert_int_equal(of(ERROR("rate_limit_error")), STRAIN_LIMITED);
	assert_int_equal(of(ERROR("overloaded_error")), STRAIN_OVERLOADED);
	assert_int_equal(of(ERROR("api_error")), STRAIN_FAILS);
	assert_int_equal(of(SAY("{\"error\":\"api_error\",\"status\":429}")),
			 STRAIN_LIMITED);
	/* An event of a stream that begins well. */
	assert_int_equal(of(SAY("{\"error\":\"overloaded_error\","
				"\"status\":200}")),
			 STRAIN_OVERLOADED);
	assert_int_equal(of(SAY("{\"cut\":\"fin\"}")), STRAIN_BREAKS);
	assert_int_equal(of(SAY("{\"cut\":\"stall\"}")), STRAIN_BREAKS);
	assert_int_equal(of(SAY("{\"cut\":\"clean\"}")), STRAIN_NONE);
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
		{ "strain: of what is said", t_said, NULL, NULL, NULL },
		{ "strain: of events, cuts and silence", t_streams, NULL, NULL,
		  NULL },
		{ "strain: of the end of a reply", t_ends, NULL, NULL, NULL },
		{ "strain: the worst of all replies", t_worst, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("strain", tests, NULL, NULL);
}
