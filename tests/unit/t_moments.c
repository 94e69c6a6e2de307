/* Tests of probe/judge/moments: the timeline of a failure, and which moment of
 * one side belongs to which of the other. */
#include "makelog.h"

#include "probe/judge/evidence.h"
#include "probe/look/view.h"

static struct wlog w;
static struct buf out = BUF_INIT(BUF_NO_LIMIT);

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
	buf_clear(&out);
	return 0;
}

/* A line a moment: its number, time, side, label, and its partner's number. */
static const char *timeline(size_t *left_out)
{
	struct secrets secrets = { .list = NULL };
	struct result failed = { .verdict = VERDICT_FAIL };
	struct evidence *e;
	struct view v;

	secrets_add(&secrets, "sk-moments-0123456789");
	view_of(&v, &w, RUN);
	e = failed.evidence = evidence_of(&v, &failed, &secrets);
	secrets_clear(&secrets);
	buf_reset(&out);
	for (size_t i = 0; i < e->moment_count; i++) {
		const struct moment *m = &e->moments[i];

		buf_addf(&out, "%zu: %d %s %s", i, (int)(m->at / TICK_MS),
			 m->upstream ? "up" : "down", m->label);
		if (m->partner != MOMENT_ALONE)
			buf_addf(&out, " = %zu", m->partner);
		buf_add_byte(&out, '\n');
	}
	if (left_out)
		*left_out = e->left_out;
	result_clear(&failed);
	view_clear(&v);
	return buf_str(&out);
}

#define POST "POST / HTTP/1.1\n\n"
#define A "event: a\ndata: {}\n\n"

static void t_partners(void **state)
{
	(void)state;
	put_text(&w, "probe", WLOG_STEP, "1 send started");
	put_request(&w, "c1", 1, POST);
	put_request(&w, "u1", 1, POST);
	put_response(&w, "u1", 1, STREAM_HEAD);
	put_bytes(&w, "u1", 1, WLOG_DATA, A A);
	put_text(&w, "u1", WLOG_MARK, "half");
	put_bytes(&w, "u1", 1, WLOG_DATA, "event: ping\ndata: {}\n\n");
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, A "event: b\ndata: {}\n\n" A);
	put_end(&w, "c1", 1, END_CUT);
	put_end(&w, "u1", 1, END_CLEAN);
	assert_string_equal(timeline(NULL), "0: 0 down c1 request = 1\n"
					    "1: 1 up u1 request = 0\n"
					    "2: 2 up u1 status 200 = 7\n"
					    "3: 3 up u1 a = 8\n"
					    "4: 3 up u1 a = 10\n"
					    "5: 4 up u1 half\n"
					    "6: 5 up u1 ping\n"
					    "7: 6 down c1 status 200 = 2\n"
					    "8: 7 down c1 a = 3\n"
					    "9: 7 down c1 b\n"
					    "10: 7 down c1 a = 4\n"
					    "11: 8 down c1 end: cut = 12\n"
					    "12: 9 up u1 end: clean = 11\n");
}

/* The gateway asked twice: the answer is the second one's. */
static void t_retried(void **state)
{
	(void)state;
	put_request(&w, "c1", 1, POST);
	put_request(&w, "u1", 1, POST);
	put_response(&w, "u1", 1, JSON_HEAD);
	put_end(&w, "u1", 1, END_RESET);
	put_request(&w, "u1", 2, POST);
	put_response(&w, "u1", 2, JSON_HEAD);
	put_bytes(&w, "u1", 2, WLOG_DATA, "{}");
	put_end(&w, "u1", 2, END_CLEAN);
	put_response(&w, "c1", 1, JSON_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, "{ }");
	put_end(&w, "c1", 1, END_CLEAN);
	assert_string_equal(timeline(NULL), "0: 0 down c1 request = 1\n"
					    "1: 1 up u1 request = 0\n"
					    "2: 2 up u1 status 200\n"
					    "3: 3 up u1 end: reset\n"
					    "4: 4 up u1 [2] request\n"
					    "5: 5 up u1 [2] status 200 = 8\n"
					    "6: 6 up u1 [2] body, 2 bytes = 9\n"
					    "7: 7 up u1 [2] end: clean = 10\n"
					    "8: 8 down c1 status 200 = 5\n"
					    "9: 9 down c1 body, 3 bytes = 6\n"
					    "10: 10 down c1 end: clean = 7\n");
}

/* Two requests of the client are told apart by their places. */
static void t_two(void **state)
{
	(void)state;
	put_request(&w, "c1", 1, POST);
	put_request(&w, "u1", 1, POST);
	put_request(&w, "c2", 1, POST);
	put_request(&w, "u1", 2, POST);
	put_response(&w, "u1", 2, JSON_HEAD);
	put_response(&w, "c2", 1, JSON_HEAD);
	put_bytes(&w, "u1", 2, WLOG_DATA, "{}");
	put_bytes(&w, "c2", 1, WLOG_DATA, "{}");
	put_end(&w, "u1", 2, END_CLEAN);
	put_end(&w, "c2", 1, END_CLEAN);
	assert_string_equal(timeline(NULL), "0: 0 down c1 request = 1\n"
					    "1: 1 up u1 request = 0\n"
					    "2: 2 down c2 request = 3\n"
					    "3: 3 up u1 [2] request = 2\n"
					    "4: 4 up u1 [2] status 200 = 5\n"
					    "5: 5 down c2 status 200 = 4\n"
					    "6: 6 up u1 [2] body, 2 bytes = 7\n"
					    "7: 7 down c2 body, 2 bytes = 6\n"
					    "8: 8 up u1 [2] end: clean = 9\n"
					    "9: 9 down c2 end: clean = 8\n");
}

/* Events without a name have partners, too; long names are cut. */
static void t_names(void **state)
{
#define TEN "nnnnnnnnnn"
#define SIXTY TEN TEN TEN TEN TEN TEN
	static const char stream[] = "data: 1\n\ndata: 2\n\n"
				     "event: " SIXTY "n\ndata: 3\n\n";

	(void)state;
	put_response(&w, "u1", 1, STREAM_HEAD);
	put_bytes(&w, "u1", 1, WLOG_DATA, stream);
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA, "event: x\ndata: 0\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, stream);
	timeline(NULL);
	assert_non_null(strstr(buf_str(&out), "\n2: 1 up u1  = 8\n"
					      "3: 1 up u1  = 9\n"
					      "4: 1 up u1 " SIXTY "... "));
	assert_null(strstr(buf_str(&out), SIXTY "n"));
}

/* The shortest answers, and a key in a name. */
static void t_short(void **state)
{
	(void)state;
	put_text(&w, "u1", WLOG_MARK, "first");
	put_request(&w, "c1", 1, POST);
	put_response(&w, "c1", 1, STREAM_HEAD);
	put_bytes(&w, "c1", 1, WLOG_DATA,
		  "event: sk-moments-0123456789\ndata: {}\n\n");
	put_request(&w, "c2", 1, POST);
	put_response(&w, "c2", 1, JSON_HEAD);
	put_bytes(&w, "c2", 1, WLOG_DATA, "7");
	put_request(&w, "c3", 1, POST);
	put_response(&w, "c3", 1, JSON_HEAD);
	put_bytes(&w, "c3", 1, WLOG_DATA, "");
	assert_string_equal(timeline(NULL),
			    "0: 0 up u1 first\n"
			    "1: 1 down c1 request\n"
			    "2: 2 down c1 status 200\n"
			    "3: 3 down c1 <credential, 21 bytes, 7674>\n"
			    "4: 4 down c2 request\n"
			    "5: 5 down c2 status 200\n"
			    "6: 6 down c2 body, 1 bytes\n"
			    "7: 7 down c3 request\n"
			    "8: 8 down c3 status 200\n");
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* Of a long stream the first 24 and the last 8 events; 120 moments in all. */
static void t_long(void **state)
{
	size_t left_out;

	(void)state;
	put_response(&w, "c1", 1, STREAM_HEAD);
	for (int i = 0; i < 32; i++)
		put_bytes(&w, "c1", 1, WLOG_DATA, A);
	assert_int_equal(count_lines(timeline(&left_out)), 34);
	assert_int_equal(left_out, 0);
	put_bytes(&w, "c1", 1, WLOG_DATA, A);
	assert_int_equal(count_lines(timeline(&left_out)), 34);
	assert_int_equal(left_out, 1);
	assert_non_null(strstr(buf_str(&out), "\n25: 24 down c1 a\n"
					      "26: 26 down c1 a\n"));
	for (unsigned i = 2; i < 90; i++)
		put_request(&w, "c1", i, POST);
	assert_int_equal(count_lines(timeline(&left_out)), 120);
	assert_int_equal(left_out, 3);
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("moments: each has its partner on the other side",
		  t_partners),
		T("moments: of a request that was made again the last counts",
		  t_retried),
		T("moments: two requests of the client", t_two),
		T("moments: the shortest answers", t_short),
		T("moments: events without a name, and with a long one",
		  t_names),
		T("moments: of many the first and the last are shown", t_long),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("moments", tests, NULL, NULL);
}
