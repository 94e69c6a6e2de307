/* probe/after/changes: what differs between two reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "probe/after/changes.h"

#define TEXT(name, value) static char name[] = value
TEXT(pass, "pass");
TEXT(fail_word, "fail");
TEXT(skip_word, "skip");
TEXT(one, "one");
TEXT(two, "two");
TEXT(three, "three");
TEXT(why, "why");
TEXT(old_path, "old.json");
TEXT(new_path, "new.json");
TEXT(target, "gw");
TEXT(a, "a");
TEXT(b, "b");
TEXT(c, "c");
TEXT(d, "d");
TEXT(e, "e");
TEXT(f, "f");
TEXT(g, "g");

static struct stored_check was_checks[] = { { one, pass }, { two, fail_word } };
static struct stored_check is_checks[] = { { one, fail_word },
					   { three, pass } };

static struct stored_case was_list[] = {
	{ .id = a, .verdict = pass },
	{ .id = b, .verdict = fail_word },
	{ .id = c,
	  .verdict = fail_word,
	  .checks = was_checks,
	  .check_count = 2 },
	{ .id = d, .verdict = skip_word },
	{ .id = e, .verdict = pass },
	{ .id = g, .verdict = fail_word },
};
static struct stored_case is_list[] = {
	{ .id = a, .verdict = fail_word, .reason = why },
	{ .id = b, .verdict = pass },
	{ .id = c,
	  .verdict = fail_word,
	  .reason = why,
	  .checks = is_checks,
	  .check_count = 2 },
	{ .id = e, .verdict = pass },
	{ .id = f, .verdict = skip_word },
	{ .id = g, .verdict = skip_word, .reason = why },
};

static struct stored_report was = {
	.path = old_path, .target = target, .list = was_list, .count = 6
};
static struct stored_report is = { .path = new_path,
				   .list = is_list,
				   .count = 6 };

static void write_both(const struct stored_report *left,
		       const struct stored_report *right, const char *text,
		       const char *json)
{
	struct buf out = BUF_INIT(100000);
	struct changes list;

	changes_of(&list, left, right);
	changes_write(&list, left, right, &out);
	assert_string_equal(buf_str(&out), text);
	buf_reset(&out);
	changes_write_json(&list, left, right, &out);
	assert_string_equal(buf_str(&out), json);
	changes_clear(&list);
	assert_int_equal(list.count, 0);
	buf_clear(&out);
}

#define HEADS \
	"- old.json: gw, ccprobe not known, Claude Code not known\n" \
	"+ new.json: not known, ccprobe not known, Claude Code not known\n"

#define SIDES \
	"{\"version\":1,\"was\":{\"file\":\"old.json\",\"target\":\"gw\"," \
	"\"ccprobe\":null,\"client\":null},\"is\":{\"file\":\"new.json\"," \
	"\"target\":null,\"ccprobe\":null,\"client\":null},\"changes\":["

static void t_each_kind(void **state)
{
	(void)state;
	write_both(
		&was, &is,
		HEADS "\nfails now (1)\n"
		      "  a: fail, was pass\n"
		      "    reason: why\n"
		      "\npasses now (1)\n"
		      "  b: pass, was fail\n"
		      "\nanother verdict (1)\n"
		      "  g: skip, was fail\n"
		      "    reason: why\n"
		      "\nthe same verdict, other checks (1)\n"
		      "  c\n"
		      "    one: fail, was pass\n"
		      "    two: not there, was fail\n"
		      "    three: pass, was not there\n"
		      "\nonly in the first (1)\n"
		      "  d (skip)\n"
		      "\nonly in the second (1)\n"
		      "  f (skip)\n",
		SIDES
		"\n{\"kind\":\"newly_failing\",\"case\":\"a\",\"was\":\"pass\","
		"\"is\":\"fail\",\"checks\":[]},\n"
		"{\"kind\":\"newly_passing\",\"case\":\"b\",\"was\":\"fail\","
		"\"is\":\"pass\",\"checks\":[]},\n"
		"{\"kind\":\"other_verdict\",\"case\":\"g\",\"was\":\"fail\","
		"\"is\":\"skip\",\"checks\":[]},\n"
		"{\"kind\":\"other_checks\",\"case\":\"c\",\"was\":\"fail\","
		"\"is\":\"fail\",\"checks\":["
		"{\"name\":\"one\",\"was\":\"pass\",\"is\":\"fail\"},"
		"{\"name\":\"two\",\"was\":\"fail\",\"is\":null},"
		"{\"name\":\"three\",\"was\":null,\"is\":\"pass\"}]},\n"
		"{\"kind\":\"only_old\",\"case\":\"d\",\"was\":\"skip\","
		"\"is\":null},\n"
		"{\"kind\":\"only_new\",\"case\":\"f\",\"was\":null,"
		"\"is\":\"skip\"}]}\n");
}

static void t_none(void **state)
{
	struct stored_report same = was;

	(void)state;
	same.path = new_path;
	same.target = NULL;
	write_both(&was, &same, HEADS "\nno case differs\n", SIDES "]}\n");
}

/* Two checks with the same name are compared in order. */
static void t_one_name_twice(void **state)
{
	struct stored_check first[] = { { one, fail_word }, { one, pass } };
	struct stored_check second[] = { { one, fail_word },
					 { one, fail_word },
					 { one, pass } };
	struct stored_case left = {
		.id = a, .verdict = fail_word, .checks = first, .check_count = 2
	};
	struct stored_case right = { .id = a,
				     .verdict = fail_word,
				     .checks = second,
				     .check_count = 3 };
	struct stored_report old = {
		.path = old_path, .target = target, .list = &left, .count = 1
	};
	struct stored_report new = { .path = new_path,
				     .list = &left,
				     .count = 1 };

	(void)state;
	write_both(&old, &new, HEADS "\nno case differs\n", SIDES "]}\n");
	new.list = &right;
	write_both(&old, &new,
		   HEADS "\nthe same verdict, other checks (1)\n"
			 "  a\n"
			 "    one: fail, was pass\n"
			 "    one: pass, was not there\n",
		   SIDES
		   "\n{\"kind\":\"other_checks\",\"case\":\"a\",\"was\":"
		   "\"fail\",\"is\":\"fail\",\"checks\":["
		   "{\"name\":\"one\",\"was\":\"pass\",\"is\":\"fail\"},"
		   "{\"name\":\"one\",\"was\":null,\"is\":\"pass\"}]}]}\n");
}

/* One check more, less, or with another verdict is enough, at any place. */
static void t_one_check(void **state)
{
	static struct stored_check o[] = { { one, pass }, { two, pass } };
	static struct stored_check of[] = { { one, fail_word }, { two, pass } };
	static struct stored_check ot[] = { { two, pass }, { one, pass } };
	static const struct {
		struct stored_check *was, *is;
		size_t was_count, is_count;
		const char *told;
	} rows[] = {
		{ o, o, 2, 2, "no case differs\n" },
		{ o, ot, 2, 2, "no case differs\n" },
		{ o, o, 0, 0, "no case differs\n" },
		{ o, o, 0, 1, "    one: pass, was not there\n" },
		{ o, o, 1, 0, "    one: not there, was pass\n" },
		{ o, of, 1, 1, "    one: fail, was pass\n" },
		{ o, of, 2, 2, "    one: fail, was pass\n" },
		{ o, o, 1, 2, "    two: pass, was not there\n" },
		{ o, o, 2, 1, "    two: not there, was pass\n" },
		{ o, ot, 1, 2, "    two: pass, was not there\n" },
		{ ot, o, 2, 1, "    two: not there, was pass\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct stored_case left = { .id = a,
					    .verdict = fail_word,
					    .checks = rows[i].was,
					    .check_count = rows[i].was_count };
		struct stored_case right = { .id = a,
					     .verdict = fail_word,
					     .checks = rows[i].is,
					     .check_count = rows[i].is_count };
		struct stored_report old = { .list = &left, .count = 1 };
		struct stored_report new = { .list = &right, .count = 1 };
		struct buf out = BUF_INIT(10000);
		struct changes list;
		size_t told = strlen(rows[i].told);

		changes_of(&list, &old, &new);
		changes_write(&list, &was, &is, &out);
		assert_true(out.len > told);
		assert_string_equal(buf_str(&out) + out.len - told,
				    rows[i].told);
		assert_int_equal(list.count, i >= 3);
		if (i >= 3)
			assert_int_equal(list.counts[CHANGE_CHECKS], 1);
		buf_reset(&out);
		changes_write_json(&list, &was, &is, &out);
		assert_int_equal(strstr(buf_str(&out), "\"was\":null,\"is\":"
						       "\"pass\"") != NULL,
				 strstr(rows[i].told, "was not there") != NULL);
		changes_clear(&list);
		buf_clear(&out);
	}
}

/* More cases of a kind are in order of id, also after the end of the other list. */
static void t_longer(void **state)
{
	struct stored_report none = { .path = old_path, .target = target };
	struct stored_report some = { .path = new_path,
				      .list = is_list,
				      .count = 2 };

	(void)state;
	write_both(&none, &some,
		   HEADS "\nonly in the second (2)\n  a (fail)\n  b (pass)\n",
		   SIDES "\n{\"kind\":\"only_new\",\"case\":\"a\",\"was\":null,"
			 "\"is\":\"fail\"},\n"
			 "{\"kind\":\"only_new\",\"case\":\"b\",\"was\":null,"
			 "\"is\":\"pass\"}]}\n");
}

static void markdown_of(const struct stored_report *left,
			const struct stored_report *right, struct buf *out)
{
	struct changes list;

	changes_of(&list, left, right);
	buf_reset(out);
	changes_write_markdown(&list, left, right, out);
	changes_clear(&list);
}

#define TABLE \
	"\n\n| | gateway | ccprobe | Claude Code |\n|---|---|---|---|\n" \
	"| before | gw | not known | not known |\n" \
	"| now | not known | not known | not known |\n"
#define BEGIN "### Claude Code through this gateway: "
#define FOLDED(title, rows) \
	"\n<details><summary>" title " (1)</summary>\n\n" rows "\n</" \
	"details>\n"

static void t_markdown(void **state)
{
	struct stored_case a_fails = { .id = a,
				       .verdict = fail_word,
				       .reason = why };
	struct stored_case a_passes = { .id = a, .verdict = pass };
	struct stored_report bad = { .list = &a_fails, .count = 1 };
	struct stored_report good = { .list = &a_passes, .count = 1 };
	struct buf out = BUF_INIT(100000);

	(void)state;
	markdown_of(&was, &is, &out);
	assert_string_equal(
		buf_str(&out), BEGIN
		"6 cases changed, 1 of them fails now" TABLE
		"\n**fails now (1)**\n\n- `a`: fail, was pass: why\n" FOLDED(
			"passes now", "- `b`: pass, was fail\n")
			FOLDED("another verdict", "- `g`: skip, was fail\n")
				FOLDED("the same verdict, other checks",
				       "- `c`\n")
					FOLDED("only in the first", "- `d`\n")
						FOLDED("only in the second",
						       "- `f`\n"));
	good.target = bad.target = target;
	markdown_of(&good, &bad, &out);
	assert_non_null(strstr(buf_str(&out),
			       BEGIN "1 case changed, 1 of them fails now\n"));
	markdown_of(&bad, &good, &out);
	assert_non_null(strstr(buf_str(&out),
			       BEGIN "1 case changed, 0 of them fail now\n"));
	markdown_of(&bad, &bad, &out);
	assert_non_null(strstr(buf_str(&out), BEGIN "nothing changed\n"));
	buf_clear(&out);
}

/* A hundred rows of a kind are told, and how many more there are. */
static void t_markdown_long(void **state)
{
	static struct stored_case many[103];
	static char ids[103][8];
	struct stored_report none = { .target = target };
	struct stored_report some = { .list = many };
	struct buf out = BUF_INIT(100000);

	(void)state;
	for (int i = 0; i < 103; i++) {
		snprintf(ids[i], sizeof(ids[i]), "c%03d", i);
		many[i] = (struct stored_case){ .id = ids[i], .verdict = pass };
	}
	some.count = 100;
	markdown_of(&none, &some, &out);
	assert_non_null(strstr(buf_str(&out), "- `c099`\n\n</details>"));
	some.count = 103;
	markdown_of(&none, &some, &out);
	assert_non_null(
		strstr(buf_str(&out), "- `c099`\n- and 3 more\n\n</details>"));
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "changes: each kind is told, in order", t_each_kind, NULL,
		  NULL, NULL },
		{ "changes: two reports that say the same", t_none, NULL, NULL,
		  NULL },
		{ "changes: one name, two checks", t_one_name_twice, NULL, NULL,
		  NULL },
		{ "changes: one check that differs is enough", t_one_check,
		  NULL, NULL, NULL },
		{ "changes: a report that has more", t_longer, NULL, NULL,
		  NULL },
		{ "changes: as Markdown", t_markdown, NULL, NULL, NULL },
		{ "changes: as Markdown, many", t_markdown_long, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("changes", tests, NULL, NULL);
}
