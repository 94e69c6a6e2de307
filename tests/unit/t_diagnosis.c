/* probe/judge/diagnosis: the likely reason of a wait that timed out. */
#include "makelog.h"

#include "probe/judge/diagnosis.h"

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

static void put_timeout(unsigned index)
{
	put_step(&w, index, VERB_UNTIL, OUTCOME_TIMEOUT);
}

/* Of the wait that is step 2; "" if the log shows nothing. */
static void assert_said(const char *wanted)
{
	struct buf out = BUF_INIT(1000);

	assert_int_equal(diagnosis_buffering(&w, RUN, 2, &out), *wanted != 0);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void put_upstream(const char *bytes)
{
	put_response(&w, "u1", 1, STREAM_HEAD);
	if (*bytes)
		put_bytes(&w, "u1", 1, WLOG_DATA, bytes);
	put_text(&w, "u1", WLOG_MARK, "half");
}

static void t_bytes(void **state)
{
	(void)state;
	put_upstream("12345");
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, "123");
	put_timeout(2);
	put_bytes(&w, "c1", 1, WLOG_DATA, "45"); /* it came too late */
	assert_said("the provider had sent 5 bytes and "
		    "waited, but 3 of them had reached the client");
}

static void t_head(void **state)
{
	(void)state;
	put_upstream("");
	put_timeout(2);
	assert_said("the provider had sent the head of its answer and then "
		    "waited, but nothing had reached the client");
}

/* It waited before its head, or the head had come. */
static void t_no_head(void **state)
{
	(void)state;
	put_text(&w, "u1", WLOG_MARK, "half");
	put_timeout(2);
	assert_said("");
	tear_down(NULL);
	set_up(NULL);
	put_upstream("");
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_timeout(2);
	assert_said("");
}

static void t_all_arrived(void **state)
{
	(void)state;
	put_upstream("12345");
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, "12345");
	put_timeout(2);
	assert_said("");
}

/* Only a provider that waits on purpose shows that somebody else buffers. */
static void t_nobody_held(void **state)
{
	(void)state;
	put_response(&w, "u1", 1, STREAM_HEAD);
	put_bytes(&w, "u1", 1, WLOG_DATA, "12345");
	put_timeout(2);
	assert_said("");
}

static void t_nothing_sent(void **state)
{
	(void)state;
	put_text(&w, "u1", WLOG_MARK, "half");
	put_timeout(2);
	assert_said("");
}

static void t_other_steps(void **state)
{
	(void)state;
	put_upstream("12345");
	assert_said("");
	put_timeout(1);
	put_timeout(3);
	put_step(&w, 2, VERB_AWAIT, OUTCOME_TIMEOUT);
	put_step(&w, 2, VERB_UNTIL, OUTCOME_REACHED);
	assert_said("");
	wlog_add(&w, 0, RUN + 1, "u1", 1, WLOG_MARK);
	put_timeout(2);
	assert_said("the provider had sent 5 bytes and "
		    "waited, but 0 of them had reached the client");
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("diagnosis: bytes that had not come", t_bytes),
		T("diagnosis: a head that had not come", t_head),
		T("diagnosis: no head was held back", t_no_head),
		T("diagnosis: all had come", t_all_arrived),
		T("diagnosis: the provider did not wait", t_nobody_held),
		T("diagnosis: the provider sent nothing", t_nothing_sent),
		T("diagnosis: it is about this wait of this run",
		  t_other_steps),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("diagnosis", tests, NULL, NULL);
}
