/* Tests of probe/refusal/finding: the table of kinds, and lists of findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/refusal/finding_private.h"

static bool is_code(const char *code)
{
	return strncmp(code, "DR-", 3) == 0 && code[3] != '\0' &&
	       strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") ==
		       strlen(code);
}

static void t_codes(void **state)
{
	const struct finding_kind *k;

	(void)state;
	for (size_t n = 0; (k = finding_kind_nth(n)) != NULL; n++) {
		if (!is_code(k->code))
			fail_msg("%s is no code", k->code);
		if (finding_kind(k->code) != k)
			fail_msg("%s is there twice", k->code);
	}
	assert_null(finding_kind("DR-NOTHING-OF-THE-SORT"));
}

static bool is_line(const char *text)
{
	size_t len = text ? strlen(text) : 0;

	return len > 0 && !strchr(text, '\n') && text[len - 1] != '.' &&
	       text[0] != ' ' && text[len - 1] != ' ';
}

/* "{4}", which would not be filled. */
static bool has_odd_place(const char *text)
{
	for (text = strchr(text, '{'); text; text = strchr(text + 1, '{'))
		if (strspn(text + 1, "0123456789") > 0 &&
		    (text[1] < '1' || text[1] > '3' || text[2] != '}'))
			return true;
	return false;
}

static void t_rows(void **state)
{
	const struct finding_kind *k;

	(void)state;
	for (size_t n = 0; (k = finding_kind_nth(n)) != NULL; n++) {
		if (!is_line(k->headline))
			fail_msg("%s: headline", k->code);
		if (!k->meaning || strlen(k->meaning) < 40)
			fail_msg("%s: meaning", k->code);
		if (!k->fix || strlen(k->fix) < 3)
			fail_msg("%s: fix", k->code);
		if (has_odd_place(k->headline) || has_odd_place(k->fix))
			fail_msg("%s: {n} that is no word", k->code);
		if (strstr(k->meaning, "{1}"))
			fail_msg("%s: the meaning has no words", k->code);
		if (finding_leads_to_bisect(k->code) !=
		    (strstr(k->fix, "`ccprobe bisect") != NULL))
			fail_msg("%s: does its fix lead to bisect?", k->code);
	}
}

static void t_filled(void **state)
{
	const char *const words[] = { "one", "two", "three" };
	const struct finding_kind *k;

	(void)state;
	for (size_t n = 0; (k = finding_kind_nth(n)) != NULL; n++) {
		struct findings s = { .list = NULL };

		findings_add(&s, "test", k->code, words, 3, NULL);
		assert_int_equal(s.count, 1);
		if (strstr(s.list[0].headline, "{1}") ||
		    strstr(s.list[0].fix, "{1}") ||
		    strstr(s.list[0].fix, "{2}"))
			fail_msg("%s: %s", k->code, s.list[0].fix);
		if (strstr(k->fix, "{1}"))
			assert_non_null(strstr(s.list[0].fix, "one"));
		findings_clear(&s);
	}
}

static void t_explained(void **state)
{
	const struct finding_kind *k;

	(void)state;
	for (size_t n = 0; (k = finding_kind_nth(n)) != NULL; n++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);

		assert_true(finding_explain(k->code, &out));
		assert_non_null(strstr(buf_str(&out), k->code));
		assert_non_null(strstr(buf_str(&out), "\nFix\n  "));
		assert_null(strstr(buf_str(&out), "{1}"));
		buf_clear(&out);
	}
}

/* Every finding is in the list, with its headline in lines of its own. */
static void t_listed(void **state)
{
	const struct finding_kind *k;
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct span rest, line;
	size_t n = 0;

	(void)state;
	finding_list(&out);
	rest = buf_span(&out);
	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		if (!span_starts(line, "DR-")) {
			assert_true(span_starts(line, "  "));
			assert_false(span_starts(line, "   "));
			continue;
		}
		k = finding_kind_nth(n++);
		assert_non_null(k);
		assert_true(span_starts(line, k->code));
		assert_true(span_ends(line, ")"));
	}
	assert_null(finding_kind_nth(n));
	buf_clear(&out);
}

static void t_unknown(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	assert_false(finding_explain("DR-", &out));
	assert_int_equal(out.len, 0);
}

static void t_words(void **state)
{
	const char *evil[] = { "a\n\x1b[31mb", NULL, NULL };
	struct findings s = { .list = NULL };
	char longest[5000];

	(void)state;
	findings_add(&s, "step", "DR-NO-NAME", evil, 1, NULL);
	assert_string_equal(s.list[0].words[0], "a\\n\\x1b[31mb");
	assert_null(s.list[0].words[1]);
	assert_non_null(strstr(s.list[0].headline, "a\\n\\x1b[31mb"));
	assert_string_equal(s.list[0].evidence, "");
	assert_string_equal(s.list[0].step, "step");
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	evil[0] = longest;
	findings_add(&s, "step", "DR-NO-NAME", evil, 1, NULL);
	assert_true(strlen(s.list[1].words[0]) < 300);
	findings_clear(&s);
	assert_int_equal(s.count, 0);
}

/* A word with braces is a word. */
static void t_braces(void **state)
{
	const char *const words[] = { "{2}{1}", "x" };
	struct findings s = { .list = NULL };

	(void)state;
	findings_add(&s, "step", "DR-NO-NAME", words, 2, NULL);
	assert_string_equal(s.list[0].headline,
			    "the host name {2}{1} is not known");
	findings_clear(&s);
}

static void t_once(void **state)
{
	const char *const a[] = { "a" }, *const b[] = { "b" };
	struct findings s = { .list = NULL };
	struct buf first = BUF_INIT(100), second = BUF_INIT(100);

	(void)state;
	buf_add_text(&first, "status 1\n");
	buf_add_text(&second, "status 2\n");
	findings_add(&s, "1", "DR-NO-NAME", a, 1, &first);
	findings_add(&s, "2", "DR-NO-NAME", a, 1, &second);
	findings_add(&s, "3", "DR-NO-NAME", b, 1, NULL);
	findings_add(&s, "4", "DR-NO-NAME", NULL, 0, NULL);
	assert_int_equal(s.count, 3);
	assert_string_equal(s.list[0].evidence, "status 1\n");
	assert_int_equal(first.len + second.len, 0);
	findings_clear(&s);
}

/* Refused betas are one finding: their names and switches become lists. */
static void t_lists(void **state)
{
	const char *const a[] = { "a", "no", "set A" };
	const char *const b[] = { "b", "no b", "set B" };
	const char *const c[] = { "c", "no", "set A" };
	struct findings s = { .list = NULL };

	(void)state;
	findings_add(&s, "1", "DR-BETA-REFUSED", a, 3, NULL);
	findings_add(&s, "2", "DR-NO-NAME", a, 1, NULL);
	findings_add(&s, "3", "DR-BETA-REFUSED", b, 3, NULL);
	findings_add(&s, "4", "DR-BETA-REFUSED", c, 3, NULL);
	findings_add(&s, "5", "DR-BETA-REFUSED", b, 3, NULL);
	findings_add(&s, "6", "DR-BETA-CHANGED", a, 1, NULL);
	findings_add(&s, "7", "DR-BETA-CHANGED", b, 1, NULL);
	assert_int_equal(s.count, 3);
	assert_string_equal(s.list[0].headline,
			    "the provider refuses a, b, c in anthropic-beta: "
			    "no");
	assert_non_null(strstr(s.list[0].fix, "; set A; set B ("));
	assert_string_equal(s.list[0].step, "1");
	assert_string_equal(s.list[2].words[0], "a, b");
	assert_non_null(strstr(s.list[2].headline, "spelling: a, b"));
	findings_clear(&s);
}

static void t_sorted(void **state)
{
	const char *const a[] = { "a" }, *const b[] = { "b" };
	struct findings s = { .list = NULL };

	(void)state;
	assert_true(findings_sound(&s));
	findings_add(&s, "1", "DR-NOT-STREAMED", a, 1, NULL);
	findings_add(&s, "2", "DR-NO-NAME", b, 1, NULL);
	findings_add(&s, "3", "DR-NO-NAME", a, 1, NULL);
	findings_sort(&s);
	assert_string_equal(s.list[0].step, "2");
	assert_string_equal(s.list[1].step, "3");
	assert_string_equal(s.list[2].step, "1");
	assert_false(findings_sound(&s));
	findings_clear(&s);
}

/* Each code that an effect names is one. */
static void t_effects(void **state)
{
	const struct finding_kind *k;
	size_t count = 0;

	(void)state;
	for (size_t n = 0; (k = finding_kind_nth(n)) != NULL; n++) {
		struct span rest = span_of(finding_effects(k->code)), code;
		char name[64];

		while (rest.len > 0 && span_split(&rest, ' ', &code)) {
			assert_true(code.len < sizeof(name));
			memcpy(name, code.at, code.len);
			name[code.len] = '\0';
			if (!finding_kind(name) || strcmp(name, k->code) == 0)
				fail_msg("%s: %s", k->code, name);
			count++;
		}
	}
	assert_true(count > 50);
}

/* A cause comes before its effects, and is as severe as the worst of them. */
static void t_causes(void **state)
{
	const char *const a[] = { "a", "b", "c" };
	struct findings s = { .list = NULL };

	(void)state;
	findings_add(&s, "1", "DR-TLS-OFF", a, 1, NULL);
	findings_add(&s, "2", "DR-BASE-URL-V1", a, 2, NULL);
	findings_add(&s, "3", "DR-NO-NAME", a, 2, NULL);
	findings_sort(&s);
	assert_string_equal(s.list[0].step, "3");
	assert_int_equal(s.list[2].severity, SEVERITY_WARNING);
	findings_add(&s, "4", "DR-V1-TWICE", a, 3, NULL);
	findings_sort(&s);
	assert_string_equal(s.list[0].step, "3");
	assert_string_equal(s.list[1].step, "2");
	assert_int_equal(s.list[1].severity, SEVERITY_ERROR);
	assert_string_equal(s.list[2].step, "4");
	assert_string_equal(s.list[3].step, "1");
	findings_clear(&s);
}

/* A suggested command names the gateway. */
static void t_url(void **state)
{
	const char *const a[] = { "a", "b", "c" };
	struct findings s = { .list = NULL, .url = "http://gw.test" };
	struct findings none = { .list = NULL };

	(void)state;
	findings_add(&s, "1", "DR-BETA-LOST", a, 3, NULL);
	assert_non_null(strstr(s.list[0].fix,
			       "`ccprobe bisect plain/01 http://gw.test`"));
	findings_add(&none, "1", "DR-BETA-LOST", a, 3, NULL);
	assert_non_null(
		strstr(none.list[0].fix, "`ccprobe bisect plain/01 URL`"));
	findings_clear(&s);
	findings_clear(&none);
}

static const struct CMUnitTest tests[] = {
	{ "finding: codes are well formed and there once", t_codes, NULL, NULL,
	  NULL },
	{ "finding: every kind has a headline, a meaning and a fix", t_rows,
	  NULL, NULL, NULL },
	{ "finding: words are filled into every headline and fix", t_filled,
	  NULL, NULL, NULL },
	{ "finding: every code is explained", t_explained, NULL, NULL, NULL },
	{ "finding: the list of all", t_listed, NULL, NULL, NULL },
	{ "finding: an unknown code is not", t_unknown, NULL, NULL, NULL },
	{ "finding: words are printable and short", t_words, NULL, NULL, NULL },
	{ "finding: words are not filled again", t_braces, NULL, NULL, NULL },
	{ "finding: the same is added once", t_once, NULL, NULL, NULL },
	{ "finding: refused betas are one", t_lists, NULL, NULL, NULL },
	{ "finding: errors come first, in the order of being found", t_sorted,
	  NULL, NULL, NULL },
	{ "finding: effects are codes", t_effects, NULL, NULL, NULL },
	{ "finding: a cause comes before its effect", t_causes, NULL, NULL,
	  NULL },
	{ "finding: commands name the gateway", t_url, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("finding", tests, NULL, NULL);
}
