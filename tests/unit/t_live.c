/* probe/live, and subjects of sessions: where a session lives, what its user
 * gets, what its terminal shows. tests/programs/live.t runs whole ones. */
#include "makelog.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/live/live.h"
#include "probe/look/subject.h"
#include "wire/bytes/print.h"

/* ---- subjects ---- */

static struct wlog w;

static void put_user(const char *actor, const char *what, const char *bytes)
{
	struct wlog_entry *e = put(&w, actor, 0, WLOG_USER);

	wlog_set_text(&w, e, "%s", what);
	wlog_set_bytes(&w, e, span_of(bytes));
}

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

static void assert_value(const char *text, const char *wanted)
{
	struct subject *s = NULL;
	struct buf out = BUF_INIT(4096);
	struct view v;
	struct value value;

	assert_int_equal(subject_new(&s, text, NULL), 0);
	view_of(&v, &w, RUN);
	subject_value(s, &v, &value);
	value_print(&value, &out, 300);
	assert_string_equal(buf_str(&out), wanted);
	value_clear(&value);
	view_clear(&v);
	subject_free(s);
	buf_clear(&out);
}

static void t_gets(void **state)
{
	(void)state;
	put_user("c1", WLOG_USER_EXIT, "7");
	put_user("c1", WLOG_USER_STDOUT, "{\"result\":\"it\",\"n\":[1,2]}\n");
	put_user("c1", WLOG_USER_STDERR, "");
	put_user("c1", WLOG_USER_FILE "a/b.txt", "one");
	put_user("c2", WLOG_USER_EXIT, "0");
	assert_value("c1.exit", "7");
	assert_value("c2.exit", "0");
	assert_value("c1.stdout#/result", "\"it\"");
	assert_value("c1.stdout#/n/1", "2");
	assert_value("c1.stdout#/none", "nothing: nothing at this pointer");
	assert_value("c1.stderr", "(empty)");
	assert_value("c1.file.a/b.txt", "one");
	assert_value("c1.file.b.txt", "nothing: there is no such file");
	assert_value("c2.stdout", "nothing: the session had not ended");
}

static void t_no_exit(void **state)
{
	(void)state;
	assert_value("c1.exit", "nothing: it had not ended");
	put_user("c1", WLOG_USER_ENDED, "was ended by signal 9");
	put_user("c2", WLOG_USER_HUNG, "last words");
	put_user("c3", WLOG_USER_EXIT, "x");
	assert_value("c1.exit", "nothing: a signal ended it");
	assert_value("c2.exit", "nothing: it hung, and was ended");
	assert_value("c3.exit", "nothing: it had not ended");
}

/* Other runs, and other entries, say nothing. */
static void t_others(void **state)
{
	(void)state;
	put_user("c1", WLOG_USER_EXIT, "3");
	w.list[0].run = RUN + 1;
	put_text(&w, "c1", WLOG_NOTE, WLOG_USER_EXIT);
	put(&w, "c1", 0, WLOG_USER);
	assert_value("c1.exit", "nothing: it had not ended");
	assert_value("c1.requests.count", "0");
}

static void t_terminal(void **state)
{
	static const struct {
		const char *shown, *seen;
	} rows[] = {
		{ "plain", "plain" },
		{ "a\r\nb\tc", "a\\nb\\tc" },
		{ "\033[1mbold\033[0m", "bold" },
		{ "a\033[3Cb", "a b" },
		{ "a\033[12Gb", "a b" },
		{ "a\033[2;5Hb", "a\\nb" },
		{ "a\033[Bb", "a\\nb" },
		{ "a\033[?25lb", "ab" },
		{ "\033]0;title\ab", "b" },
		{ "\033]8;;u\033\\link", "link" },
		{ "\033(Ba\017\007b", "ab" },
		{ "a\0337b\0338", "ab" },
		{ "whole\033[1", "whole" },
		{ "whole\033]0;ti", "whole" },
		{ "whole\033", "whole" },
		{ "whole\033(", "whole" },
		{ "\303\251", "\303\251" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		put_user("c1", WLOG_USER_TYPED, "x");
		put_user("c1", WLOG_USER_SHOWN, rows[i].shown);
		assert_value("c1.screen", rows[i].seen);
	}
}

/* A sequence may come in two pieces; what was shown before is gone. */
static void t_screen(void **state)
{
	(void)state;
	assert_value("c1.screen", "(empty)");
	put_user("c1", WLOG_USER_SHOWN, "one\033[");
	put_user("c1", WLOG_USER_SHOWN, "3Ctwo");
	assert_value("c1.screen", "one two");
	put_user("c2", WLOG_USER_TYPED, "x");
	put_user("c2", WLOG_USER_SHOWN, "other");
	assert_value("c1.screen", "one two");
	put_user("c1", WLOG_USER_TYPED, "x");
	assert_value("c1.screen", "(empty)");
	put_user("c1", WLOG_USER_SHOWN, " three");
	assert_value("c1.screen", " three");
	assert_value("c1.terminal", "one two three");
}

/* ---- where it lives ---- */

static void add_file(void *arg, const char *name, struct span bytes)
{
	buf_addf(arg, "%s=%.*s ", name, SPAN_ARG(bytes));
}

static void write_one(const struct live_place *p, const char *name,
		      const char *text)
{
	assert_int_equal(
		live_place_write(p->project, name, span_of(text), NULL), 0);
}

static void t_place(void **state)
{
	struct buf text = BUF_INIT(1000);
	struct live_place *p = NULL;
	struct stat st;
	char *folder;

	(void)state;
	assert_int_equal(live_place_new(&p, NULL), 0);
	write_one(p, "b.txt", "1");
	write_one(p, "a/c/d.txt", "2");
	write_one(p, "a/e.txt", "");
	write_one(p, ".hidden", "3");
	write_one(p, "1/2/3/4/deep", "4");
	write_one(p, "1/2/3/4/5/too-deep", "5");
	assert_int_equal(live_place_write(p->home, "x", span_of("y"), NULL), 0);
	live_place_files(p, add_file, &text);
	assert_string_equal(buf_str(&text), "1/2/3/4/deep=4 a/c/d.txt=2 "
					    "a/e.txt= b.txt=1 ");
	folder = strdup(p->folder);
	live_place_free(p);
	assert_int_equal(stat(folder, &st), -1);
	free(folder);
	buf_clear(&text);
}

static void t_find(void **state)
{
	char *found;

	(void)state;
	assert_null(live_find("/nowhere/claude", "/usr/bin:/bin"));
	assert_null(live_find(NULL, "/nowhere"));
	assert_null(live_find("", "/nowhere"));
	found = live_find("/bin/sh", NULL);
	assert_non_null(found);
	assert_int_equal(found[0], '/');
	free(found);
}

int main(void)
{
#define EACH(title, fn) \
	{ \
		"live: " title, fn, set_up, tear_down, NULL \
	}
	const struct CMUnitTest tests[] = {
		EACH("what a user gets", t_gets),
		EACH("a session without a status", t_no_exit),
		EACH("other runs and entries", t_others),
		EACH("what a terminal shows is text", t_terminal),
		EACH("a screen begins anew with what is typed", t_screen),
		EACH("the folders of a session", t_place),
		EACH("the client is found", t_find),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("live", tests, NULL, NULL);
}
