/* Reports of small runs that the golden outputs do not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/areas.h"
#include "reports/cause.h"
#include "reports/html/html.h"
#include "reports/reports.h"
#include "wire/bytes/mem.h"

enum { MANY = 12 };

static char area[] = "body", title[] = "t", fix[] = "f", hostile[] = "a:b,c%\n";
static char ids[MANY][8];
static struct result results[MANY];
static struct run_report run;
static struct buf out = BUF_INIT(BUF_NO_LIMIT);

static int set_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		snprintf(ids[i], sizeof(ids[i]), "body/%02zu", i);
		results[i] = (struct result){ .id = ids[i],
					      .area = area,
					      .title = title,
					      .fix = fix,
					      .level = LEVEL_MUST,
					      .effect = EFFECT_BREAKS };
	}
	run = (struct run_report){ .list = results,
				   .count = MANY,
				   .target = "t",
				   .gateway_url = "g",
				   .mock_url = "m",
				   .client = "c",
				   .version = "v" };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	buf_clear(&out);
	return 0;
}

static const char *report(const char *format)
{
	buf_reset(&out);
	memset(run.counts, 0, sizeof(run.counts));
	for (size_t i = 0; i < run.count; i++)
		run.counts[run.list[i].verdict]++;
	report_find(format)->write(&run, &out);
	return buf_str(&out);
}

static void fails(size_t i, enum level level, enum effect effect)
{
	results[i].verdict = VERDICT_FAIL;
	results[i].level = level;
	results[i].effect = effect;
}

#define MUST "%0Amust, "
#define BREAKS "breaks: the session fails, hangs or gives a wrong answer"
#define FIX "%0AFix: f\n"

static void t_github_worst_first(void **state)
{
	(void)state;
	assert_string_equal(report("github"), "");
	fails(1, LEVEL_SHOULD, EFFECT_EXPOSES);
	fails(2, LEVEL_MUST, EFFECT_COSMETIC);
	fails(3, LEVEL_MUST, EFFECT_BREAKS);
	fails(4, LEVEL_MUST, EFFECT_BREAKS);
	fails(5, LEVEL_MUST, EFFECT_BREAKS);
	results[5].expected = title;
	results[4].reason = hostile;
	assert_string_equal(
		report("github"),
		"::error title=body/03::t" MUST BREAKS FIX
		"::error title=body/04::a:b,c%25 " MUST BREAKS FIX
		"::error title=body/02::t" MUST
		"cosmetic: nothing that a user would notice" FIX
		"::error title=body/01::t%0Ashould, exposes: "
		"a secret reaches somebody it is not meant for" FIX);
}

static void t_github_ten(void **state)
{
	(void)state;
	for (size_t i = 0; i < 10; i++)
		fails(i, LEVEL_MUST, EFFECT_BREAKS);
	assert_null(strstr(report("github"), "notice"));
	assert_non_null(strstr(report("github"), "body/09"));
	fails(10, LEVEL_MUST, EFFECT_BREAKS);
	fails(11, LEVEL_MUST, EFFECT_BREAKS);
	assert_null(strstr(report("github"), "body/10"));
	assert_non_null(
		strstr(report("github"),
		       "\n::notice::2 more causes and failures: see the "
		       "summary\n"));
}

/* A terminal obeys it, or a CI system. */
static void assert_harmless(const char *format, const char *text)
{
	static const char *const bad[] = { "##[",          "##vso[",
					   "\033",         "\r",
					   "\xe2\x80\xae", "\xe2\x81\xa6",
					   "\xc2\x9b" };
	struct span rest = span_of(text), line;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (strstr(text, bad[i]))
			fail_msg("%s has %s in it", format, bad[i] + 1);
	while (span_split(&rest, '\n', &line))
		if (span_starts(span_trim(line), "::"))
			fail_msg("%s: %.*s", format, SPAN_ARG(line));
}

#define COMMANDS \
	"::error::x\n::stop-commands::y\n  ::add-mask::z ##[group]a " \
	"##vso[task.setvariable]b \033[2J\rc \xe2\x80\xae d \xe2\x81\xa6 e " \
	"\xc2\x9b" \
	"2J f"

static void t_harmless(void **state)
{
	static char got[] = COMMANDS, wanted[] = COMMANDS, name[] = COMMANDS;
	static char trace[] = COMMANDS, reason[] = COMMANDS,
		    headline[] = COMMANDS;
	struct outcome o = { .name = name,
			     .verdict = VERDICT_FAIL,
			     .wanted = wanted,
			     .got = got,
			     .difference = got };
	struct cause cause = { .id = headline,
			       .kind = "k",
			       .headline = headline,
			       .fix = fix,
			       .count = 1,
			       .of = 1 };

	(void)state;
	fails(0, LEVEL_MUST, EFFECT_BREAKS);
	fails(1, LEVEL_MUST, EFFECT_BREAKS);
	results[0].outcomes = &o;
	results[0].outcome_count = 1;
	results[0].trace = results[0].curl = trace;
	results[0].reason = results[1].reason = reason;
	run.causes = &cause;
	run.cause_count = 1;
	run.died = true;
	run.last_words = reason;
	for (const struct report_kind *k = reports; k->name; k++)
		if (strcmp(k->name, "github") != 0)
			assert_harmless(k->name, report(k->name));
	buf_reset(&out);
	summary_write(&run, (struct summary_how){ .verbose = true }, &out);
	assert_harmless("the summary", buf_str(&out));
}

static void t_sarif_complete(void **state)
{
	static const char yes[] = "\"executionSuccessful\":true";

	(void)state;
	assert_non_null(strstr(report("sarif"), yes));
	run.interrupted = true;
	assert_null(strstr(report("sarif"), yes));
	run.interrupted = false;
	results[0].verdict = VERDICT_BROKEN;
	assert_null(strstr(report("sarif"), yes));
}

/* Every format of a run of all verdicts, and of one without cases. */
static void t_every_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < VERDICT_COUNT; i++)
		results[i].verdict = (enum verdict)i;
	for (const struct report_kind *k = reports; k->name; k++)
		assert_true(*report(k->name));
	run.count = 0;
	for (const struct report_kind *k = reports; k->name; k++)
		assert_int_equal(*report(k->name) != '\0',
				 strcmp(k->name, "github") != 0);
}

/* What a case does not say has no line. */
static void t_markdown_empty(void **state)
{
	static char empty[] = "";

	(void)state;
	fails(0, LEVEL_MUST, EFFECT_BREAKS);
	results[0].why = title;
	assert_non_null(strstr(report("markdown"), "- **why:** t\n"));
	assert_non_null(strstr(report("markdown"), "- **fix:** f\n"));
	results[0].why = empty;
	results[0].fix = NULL;
	assert_null(strstr(report("markdown"), "- **why"));
	assert_null(strstr(report("markdown"), "- **fix"));
}

/* An area shows its worst verdict; cases that were left out do not count. */
static void t_areas(void **state)
{
	struct area a = { .name = area };

	(void)state;
	assert_int_equal(area_verdict(&a), VERDICT_SKIP);
	a.left_out = a.counts[VERDICT_UNDECIDED] = 1;
	assert_int_equal(area_verdict(&a), VERDICT_UNDECIDED);
	a.counts[VERDICT_PASS] = 1;
	assert_int_equal(area_verdict(&a), VERDICT_PASS);
	a.counts[VERDICT_UNDECIDED] = 2;
	assert_int_equal(area_verdict(&a), VERDICT_UNDECIDED);
	a.counts[VERDICT_BROKEN] = 1;
	assert_int_equal(area_verdict(&a), VERDICT_BROKEN);
	a.counts[VERDICT_FAIL] = 1;
	assert_int_equal(area_verdict(&a), VERDICT_FAIL);
}

/* What failed says how bad it is; a recommendation is not counted. */
static void t_failed_effect(void **state)
{
	struct outcome list[] = {
		{ .verdict = VERDICT_PASS, .effect = EFFECT_EXPOSES },
		{ .verdict = VERDICT_FAIL,
		  .level = LEVEL_MAY,
		  .effect = EFFECT_BREAKS },
		{ .verdict = VERDICT_FAIL,
		  .level = LEVEL_SHOULD,
		  .effect = EFFECT_COSTS },
		{ .verdict = VERDICT_FAIL,
		  .level = LEVEL_MUST,
		  .effect = EFFECT_COSMETIC },
	};
	struct result r = { .verdict = VERDICT_FAIL,
			    .effect = EFFECT_DEGRADES,
			    .outcomes = list,
			    .outcome_count = 2 };

	(void)state;
	assert_int_equal(result_failed_effect(&r), EFFECT_DEGRADES);
	r.outcome_count = 3;
	assert_int_equal(result_failed_effect(&r), EFFECT_COSTS);
	r.outcome_count = 4;
	assert_int_equal(result_failed_effect(&r), EFFECT_COSTS);
}

static void t_badge_decided(void **state)
{
	(void)state;
	run.count = 10;
	assert_non_null(strstr(report("badge"), "\"brightgreen\""));
	results[0].verdict = VERDICT_UNDECIDED; /* nine of ten are known */
	assert_non_null(strstr(report("badge"), "\"brightgreen\""));
	results[1].verdict = VERDICT_UNDECIDED;
	assert_non_null(strstr(report("badge"), "\"lightgrey\""));
	assert_null(strstr(report("badge"), "isError"));
}

/* Of one case it is told as of one. */
static void t_one_case(void **state)
{
	(void)state;
	run.count = 1;
	assert_non_null(strstr(report("html"), ">1 case: 1 pass, in 0 ms"));
	buf_reset(&out);
	summary_write(&run, (struct summary_how){ .verbose = false }, &out);
	assert_non_null(strstr(buf_str(&out), "\n1 case: 1 pass (in 0 ms); "));
	run.count = run.counts[VERDICT_PASS] = 0;
	buf_reset(&out);
	summary_write(&run, (struct summary_how){ .verbose = false }, &out);
	assert_non_null(strstr(buf_str(&out),
			       "\n0 cases: none was finished (in 0 ms); no "
			       "grade\n"));
}

static void t_badge_colours(void **state)
{
	static const struct {
		size_t failing; /* of a hundred */
		const char *told;
	} rows[] = {
		{ 0, "\"A (100 of 100)\",\"color\":\"brightgreen\"}" },
		{ 3, "\"A (97 of 100)\",\"color\":\"brightgreen\"}" },
		{ 4, "\"B (96 of 100)\",\"color\":\"green\"}" },
		{ 10, "\"B (90 of 100)\",\"color\":\"green\"}" },
		{ 11, "\"C (89 of 100)\",\"color\":\"yellow\"}" },
		{ 25, "\"C (75 of 100)\",\"color\":\"yellow\"}" },
		{ 26, "\"D (74 of 100)\",\"color\":\"orange\"}" },
		{ 50, "\"D (50 of 100)\",\"color\":\"orange\"}" },
		{ 51, "\"F (49 of 100)\",\"color\":\"red\"}" },
		{ 100, "\"F (0 of 100)\",\"color\":\"red\"}" },
	};
	static struct result list[100];
	static char names[100][8];

	(void)state;
	run.list = list;
	run.count = 100;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; k < 100; k++) {
			snprintf(names[k], sizeof(names[k]), "a/%zu", k);
			list[k] = results[0];
			list[k].id = names[k];
			list[k].level = LEVEL_MUST;
			list[k].effect = EFFECT_COSTS;
			list[k].verdict = k < rows[i].failing ? VERDICT_FAIL
							      : VERDICT_PASS;
		}
		if (!strstr(report("badge"), rows[i].told))
			fail_msg("%s, not %s", report("badge"), rows[i].told);
	}
}

/* Without a case that was decided there is no grade, and no colour. */
static void t_no_grade(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		results[i].verdict = VERDICT_SKIP;
	assert_non_null(strstr(report("badge"),
			       "\"no grade (0 of 12)\",\"color\":"
			       "\"lightgrey\",\"isError\":true}"));
	assert_non_null(strstr(report("conformance"), "\ncauses: []\n"));
	assert_non_null(strstr(report("conformance"), "\nnot_passed: []\n"));
	assert_non_null(strstr(report("conformance"), "\ngrade: \"none\"\n"));
	assert_null(strstr(report("conformance"), "## Not held to"));
	assert_null(strstr(report("conformance"), "## Causes"));
	assert_non_null(strstr(report("json"), "\"letter\":null"));
	run.count = 0;
	assert_non_null(strstr(report("tap"), "1..0\n"));
	assert_null(strstr(report("tap"), "Bail out"));
}

/* Nothing at all was done. */
static void t_all_broken(void **state)
{
	(void)state;
	run.count = 2;
	results[0].verdict = results[1].verdict = VERDICT_BROKEN;
	assert_string_equal(report("tap"),
			    "TAP version 13\n1..2\nBail out! broken\n");
	results[0].reason = hostile;
	assert_string_equal(report("tap"),
			    "TAP version 13\n1..2\nBail out! a:b,c% \n");
	results[1].verdict = VERDICT_PASS;
	assert_null(strstr(report("tap"), "Bail out"));
	run.interrupted = true;
	assert_non_null(strstr(report("tap"), "\nBail out! interrupted\n"));
}

/* A text of so many bytes, in lines of a hundred. */
static char *long_text(size_t bytes)
{
	char *text = xcalloc(1, bytes + 1);

	memset(text, 'x', bytes);
	for (size_t i = 99; i < bytes; i += 100)
		text[i] = '\n';
	return text;
}

static void long_trace(size_t bytes, const char *html, const char *markdown,
		       const char *summary)
{
	char *text = long_text(bytes);

	results[0].trace = text;
	run.count = 1;
	assert_int_equal(strstr(report("html"), " bytes more</pre>") != NULL,
			 html != NULL);
	if (html)
		assert_non_null(strstr(report("html"), html));
	assert_int_equal(strstr(report("markdown"), "bytes were cut") != NULL,
			 markdown != NULL);
	if (markdown)
		assert_non_null(strstr(report("markdown"), markdown));
	buf_reset(&out);
	summary_write(&run, (struct summary_how){ .verbose = true }, &out);
	assert_int_equal(strstr(buf_str(&out), "more line") != NULL,
			 summary != NULL);
	if (summary)
		assert_non_null(strstr(buf_str(&out), summary));
	free(text);
	results[0].trace = NULL;
}

/* Long transcripts are cut at the end of a line where that is told. */
static void t_long_traces(void **state)
{
	(void)state;
	fails(0, LEVEL_MUST, EFFECT_BREAKS);
	long_trace(4000, NULL, NULL, NULL);
	long_trace(4001, NULL, NULL, "  (1 more lines: --keep");
	long_trace(4300, NULL, NULL, "  (3 more lines: --keep");
	long_trace(12000, NULL, NULL, "  (80 more lines: --keep");
	long_trace(12050, "\n... 50 bytes more</pre>", NULL,
		   "  (81 more lines: --keep");
	long_trace(20000, "\n... 8000 bytes more</pre>", NULL,
		   "  (160 more lines: --keep");
	long_trace(20007, "\n... 8007 bytes more</pre>",
		   "\n... 7 bytes were cut\n", "  (161 more lines: --keep");
}

/* A line that is too long is left out, not cut. */
static void t_long_line(void **state)
{
	char *text = xcalloc(12002, 1);

	(void)state;
	memset(text, 'x', 12001);
	results[0].trace = text;
	run.count = 1;
	fails(0, LEVEL_MUST, EFFECT_BREAKS);
	assert_non_null(strstr(report("html"), "<pre tabindex=\"0\">... 12001 "
					       "bytes more</pre>"));
	results[0].trace = NULL;
	free(text);
}

/* A fence is longer than any row of ticks in it. */
static void t_fences(void **state)
{
	static char two[] = "``", four[] = "a ```` b ``", first[] = "`";

	(void)state;
	run.count = 1;
	fails(0, LEVEL_MUST, EFFECT_BREAKS);
	results[0].curl = two;
	assert_non_null(strstr(report("markdown"), "\n```text\n``\n```\n"));
	results[0].curl = four;
	assert_non_null(strstr(report("markdown"),
			       "\n`````text\na ```` b ``\n`````\n"));
	results[0].curl = first;
	assert_non_null(strstr(report("markdown"), "\n```text\n`\n```\n"));
}

/* As much as has room is told in full; how much was cut is told, too. */
static void t_markdown_room(void **state)
{
	char *text = long_text(20000);
	static struct result list[60];

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		list[i] = results[0];
		list[i].verdict = VERDICT_FAIL;
		list[i].trace = text;
	}
	run.list = list;
	run.count = 49;
	assert_null(strstr(report("markdown"), " cut:**"));
	run.count = 50;
	assert_non_null(strstr(report("markdown"),
			       "**1 more case was cut:** the summary of a job "
			       "has room for 1 MiB;"));
	run.count = 51;
	assert_non_null(
		strstr(report("markdown"), "**2 more cases were cut:** "));
	assert_true(out.len < 1000 * 1000 + 1000);
	free(text);
}

/* Cases that were not run, or are expected to fail, are not listed one by
 * one. */
static void t_markdown_others(void **state)
{
	(void)state;
	run.count = 4;
	results[0].verdict = VERDICT_UNDECIDED;
	results[0].left_out = true;
	results[1].verdict = VERDICT_UNDECIDED;
	fails(2, LEVEL_MUST, EFFECT_BREAKS);
	results[2].expected = title;
	fails(3, LEVEL_MUST, EFFECT_BREAKS);
	run.expected = 1;
	assert_null(strstr(report("markdown"), "### \xe2\x9d\x94 body/00"));
	assert_non_null(
		strstr(report("markdown"), "### \xe2\x9d\x94 body/01\n"));
	assert_null(strstr(report("markdown"), "### \xe2\x9d\x8c body/02"));
	assert_non_null(
		strstr(report("markdown"), "### \xe2\x9d\x8c body/03\n"));
	assert_non_null(strstr(report("markdown"),
			       "### Expected failures (baseline)\n\n"
			       "- body/02: t\n\n"));
	assert_null(strstr(report("markdown"), "No cause was found"));
	run.expected = 0;
	results[2].expected = NULL;
	assert_null(strstr(report("markdown"), "### Expected"));
}

/* All that belongs to a cause is freed: the sanitizers look. */
static void t_cause(void **state)
{
	struct cause c = { .id = xstrdup("id"),
			   .headline = xstrdup("headline"),
			   .fix = xstrdup("fix"),
			   .cases = xcalloc(1, sizeof(size_t)),
			   .case_count = 1 };

	(void)state;
	for (size_t i = 0; i < CAUSE_EXAMPLES; i++) {
		c.examples[i].id = xstrdup("a/b");
		c.examples[i].sent = xstrdup("sent");
		c.examples[i].got = xstrdup("got");
		c.example_count++;
	}
	cause_clear(&c);
	assert_null(c.id);
	assert_int_equal(c.example_count, 0);
	cause_clear(&c);
}

/* What is about time has two sides that are alike: no example of anything. */
static void t_example(void **state)
{
	static char clean[] = "clean", same[] = "clean", other[] = "late: 3 s";
	static char headline[] = "holds pieces back", id[] = "k";
	static size_t cases[] = { 0 };
	struct cause c = { .id = id,
			   .kind = "k",
			   .headline = headline,
			   .fix = fix,
			   .cases = cases,
			   .case_count = 1,
			   .example_count = 2 };

	(void)state;
	fails(0, LEVEL_MUST, EFFECT_BREAKS);
	results[0].cause = 1;
	run.causes = &c;
	run.cause_count = 1;
	c.examples[0] = (struct cause_example){ id, clean, same };
	c.examples[1] = (struct cause_example){ id, NULL, NULL };
	assert_null(cause_example_from(&c, 0));
	assert_null(strstr(report("html"), "<dt>Seen"));
	assert_null(strstr(report("markdown"), "**seen**"));
	assert_null(strstr(report("integrity"), "clean"));
	buf_reset(&out);
	summary_write(&run, (struct summary_how){ .verbose = true }, &out);
	assert_null(strstr(buf_str(&out), "sent "));
	c.examples[1].got = other;
	assert_ptr_equal(cause_example_from(&c, 0), &c.examples[1]);
	assert_non_null(strstr(report("html"), "late: 3 s"));
	assert_non_null(strstr(report("markdown"), "late: 3 s"));
	assert_non_null(strstr(report("integrity"), "nothing -> late: 3 s"));
	assert_null(cause_example_from(&c, 2));
	c.examples[1] = (struct cause_example){ id, clean, other };
	assert_ptr_equal(cause_example_from(&c, 0), &c.examples[1]);
	c.examples[1] = (struct cause_example){ id, other, clean };
	assert_ptr_equal(cause_example_from(&c, 1), &c.examples[1]);
	run.causes = NULL;
	run.cause_count = 0;
}

/* Both sides of a head, with what differs marked. */
static void t_sides(void **state)
{
	static char left[] = "GET /\na: bb\nc: 1\nd: xyz\ne: \xc3\xa9\n",
		    right[] = "GET /\na: bbb\nD: xz\ne: \xc3\xa8\n";
	const struct sides s = { .left_head = left, .right_head = right };

	(void)state;
	buf_reset(&out);
	html_sides(&s, "one", "two", &out);
	assert_string_equal(
		buf_str(&out),
		"<div class=\"sides\">\n<div><h4>one</h4>\n"
		"<pre class=\"wrap\" tabindex=\"0\">GET /\na: bb\n"
		"<del>c: 1</del>\n<del class=\"in\">d: xy</del>z\n"
		"e: <del class=\"in\">\xc3\xa9</del>\n</pre></div>\n"
		"<div><h4>two</h4>\n"
		"<pre class=\"wrap\" tabindex=\"0\">GET /\n"
		"a: bb<ins class=\"in\">b</ins>\n"
		"<ins class=\"in\">D: x</ins>z\n"
		"e: <ins class=\"in\">\xc3\xa8</ins>\n</pre></div>\n</div>\n");
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "reports: what a gateway says is obeyed by no terminal and "
		  "no CI system",
		  t_harmless, set_up, tear_down, NULL },
		T("github: the worst failures first, on a line each",
		  t_github_worst_first),
		T("github: ten, and how many there are besides", t_github_ten),
		T("sarif: a run that did not look at all says so",
		  t_sarif_complete),
		T("reports: each format takes each verdict", t_every_format),
		T("markdown: what is not said has no line", t_markdown_empty),
		T("areas: the worst that is to be told of one", t_areas),
		T("verdict: what failed says how bad it is", t_failed_effect),
		T("badge: without most of the cases it has no colour",
		  t_badge_decided),
		T("reports: one case, and none", t_one_case),
		T("badge: a colour for each letter", t_badge_colours),
		T("reports: a run without a grade", t_no_grade),
		T("tap: a run in which all is broken bails out", t_all_broken),
		T("reports: long transcripts are cut", t_long_traces),
		T("reports: a line that is too long is cut", t_long_line),
		T("markdown: fences are longer than what is in them", t_fences),
		T("markdown: what has no room is counted", t_markdown_room),
		T("markdown: what is no news", t_markdown_others),
		T("html: what differs in heads", t_sides),
		T("cause: nothing of it is left", t_cause),
		T("cause: an example shows something", t_example),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("reports", tests, NULL, NULL);
}
