/* probe/doctor/print: steps and findings as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/doctor.h"

static struct buf out = BUF_INIT(BUF_NO_LIMIT);

static int tear_down(void **state)
{
	(void)state;
	buf_clear(&out);
	return 0;
}

static void check_step(enum step_state is, bool colour, const char *table,
		       const char *wanted)
{
	static const struct doctor_step step = { .id = "tls", .title = "TLS" };
	struct doctor_done done = { .step = &step };

	done.result.state = is;
	buf_init(&done.result.text, BUF_NO_LIMIT);
	buf_init(&done.result.table, BUF_NO_LIMIT);
	buf_add_text(&done.result.text, "it works");
	buf_add_text(&done.result.table, table);
	buf_reset(&out);
	doctor_print_step(&done, colour, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&done.result.text);
	buf_clear(&done.result.table);
}

static void t_steps(void **state)
{
	(void)state;
	check_step(STATE_OK, false, "",
		   "\u2713 TLS                    it works\n");
	check_step(STATE_DOUBTFUL, false, "a\nb\n",
		   "! TLS                    it works\n    a\n    b\n");
	check_step(STATE_BAD, true, "",
		   "\033[31m\u2717\033[0m TLS                    it works\n");
	check_step(STATE_SKIPPED, true, "",
		   "\033[2m-\033[0m TLS                    it works\n");
	check_step(STATE_OK, true, "x",
		   "\033[32m\u2713\033[0m TLS                    it works\n"
		   "    x\n");
}

static void t_hindered(void **state)
{
	struct buf titles = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	buf_reset(&out);
	doctor_print_hindered(&titles, false, &out);
	assert_string_equal(buf_str(&out), "");
	buf_add_text(&titles, "Message, Unknown model, Streaming, Recorded "
			      "request, Tool round trip");
	doctor_print_hindered(&titles, false, &out);
	assert_string_equal(
		buf_str(&out),
		"- Not done               Message, Unknown model, "
		"Streaming, Recorded\n"
		"                         request, Tool round trip: "
		"they need what failed\n"
		"                         above\n");
	assert_int_equal(titles.len, 0);
	buf_clear(&titles);
}

static const char *findings_of(struct doctor *d, bool colour)
{
	struct doctor_report r = { .doctor = d };

	buf_reset(&out);
	doctor_print_findings(&r, colour, &out);
	return buf_str(&out);
}

static void t_no_finding(void **state)
{
	struct doctor d = { .called = 1 };

	(void)state;
	assert_string_equal(findings_of(&d, false),
			    "\nno finding (1 request)\n");
	d.called = 2;
	assert_string_equal(findings_of(&d, true),
			    "\n\033[32mno finding\033[0m (2 requests)\n");
	d.over = true;
	assert_string_equal(findings_of(&d, true),
			    "\n\033[33mno finding\033[0m (2 requests, and it "
			    "did not finish)\n");
}

/* A finding of each kind, of a table of this test. */
static void t_findings(void **state)
{
	static const struct finding_kind kinds[] = {
		{ .code = "DR-A",
		  .severity = SEVERITY_ERROR,
		  .blame = BLAME_GATEWAY },
		{ .code = "DR-B",
		  .severity = SEVERITY_WARNING,
		  .blame = BLAME_CLIENT_CONFIG },
		{ .code = "DR-C",
		  .severity = SEVERITY_NOTE,
		  .blame = BLAME_GATEWAY },
	};
	static char headline[] = "it is so", evidence[] = "one\ntwo\n",
		    none[] = "",
		    fix[] = "aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd eeeeeeeee "
			    "fffffffff gg h iiiii";
	struct finding list[] = {
		{ .kind = &kinds[0],
		  .headline = headline,
		  .fix = fix,
		  .evidence = evidence },
		{ .kind = &kinds[1],
		  .severity = SEVERITY_WARNING,
		  .headline = headline,
		  .fix = headline,
		  .evidence = none },
		{ .kind = &kinds[2],
		  .severity = SEVERITY_NOTE,
		  .headline = headline,
		  .fix = headline,
		  .evidence = none },
	};
	struct doctor d = { .called = 3 };

	(void)state;
	d.findings.list = list;
	d.findings.count = 3;
	assert_string_equal(
		findings_of(&d, false),
		"\n\u2717 error DR-A: it is so\n"
		"    blame     gateway\n"
		"    evidence  one\n"
		"              two\n"
		"    fix       aaaaaaaaa bbbbbbbbb ccccccccc ddddddddd "
		"eeeeeeeee fffffffff gg\n"
		"              h iiiii\n"
		"\n! warning DR-B: it is so\n"
		"    blame     client-config\n"
		"    fix       it is so\n"
		"\n- note DR-C: it is so\n"
		"    blame     gateway\n"
		"    fix       it is so\n"
		"\n1 error, 1 warning, 1 note (3 requests)\n"
		"`ccprobe explain DR-A` tells more\n");
	d.findings.count = 1;
	assert_non_null(strstr(findings_of(&d, true),
			       "\033[31m\u2717 error\033[0m DR-A: it is so\n"));
	assert_non_null(
		strstr(buf_str(&out),
		       "\n1 error, 0 warnings, 0 notes (3 requests)\n"));
}

static void add_steps(const struct doctor_step *list)
{
	for (; list->id; list++)
		buf_addf(&out, "%s %u %u\n", list->id, list->requests,
			 list->tokens);
}

/* What each step may cost: what the user is told before anything is sent. */
static void t_costs(void **state)
{
	(void)state;
	buf_reset(&out);
	add_steps(doctor_steps_network);
	add_steps(doctor_steps_key);
	add_steps(doctor_steps_service);
	add_steps(doctor_steps_more);
	assert_string_equal(buf_str(&out), "proxy 0 0\n"
					   "name 0 0\n"
					   "connect 0 0\n"
					   "tls 1 0\n"
					   "route 1 30\n"
					   "path 0 0\n"
					   "slash 1 30\n"
					   "header 6 100\n"
					   "wrong-key 2 40\n"
					   "message 1 20\n"
					   "unknown-model 1 20\n"
					   "stream 1 200\n"
					   "realistic 1 13000\n"
					   "pairs 0 0\n"
					   "history 1 550\n"
					   "tools 2 1200\n"
					   "media 1 1000\n"
					   "thinking 2 3000\n"
					   "efforts 5 150\n"
					   "format 1 150\n"
					   "search 1 400\n"
					   "cache 1 13000\n"
					   "long 3 60\n"
					   "content 1 200\n"
					   "count 1 10\n"
					   "models 1 0\n"
					   "headers 0 0\n"
					   "relay 1 1100\n"
					   "window 1 180000\n"
					   "pace 0 0\n"
					   "repeat 0 0\n");
}

#define T(title, fn) \
	{ \
		title, fn, NULL, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("doctor: a step is a sign, a title and a sentence", t_steps),
		T("doctor: steps that were hindered are one paragraph",
		  t_hindered),
		T("doctor: no finding, of so many requests", t_no_finding),
		T("doctor: what each step may cost", t_costs),
		T("doctor: findings say who is to blame and what to do",
		  t_findings),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("doctor_print", tests, NULL, NULL);
}
