/* probe/after/stored: reading logs and reports of earlier runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probe/after/stored.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

static char *folder;
static char path[4096];

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(scratch_new(&folder, NULL), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(folder);
	return 0;
}

static const char *in_folder(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static const char *file_of(const char *name, const char *text)
{
	assert_int_equal(scratch_write(folder, name, span_of(text), NULL), 0);
	return in_folder(name);
}

/* What is said of a file in the folder, after the folder's name. */
static void assert_said(const struct fail *f, const char *want)
{
	size_t len = strlen(folder);

	assert_memory_equal(f->text, folder, len);
	assert_string_equal(f->text + len, want);
}

static void is(const char *text, const char *want)
{
	if (want)
		assert_string_equal(text, want);
	else
		assert_null(text);
}

/* ---- logs ---- */

#define NOTE(text) \
	"{\"at\":0,\"actor\":\"probe\",\"kind\":\"note\",\"text\":" text "}\n"
#define OF(run) \
	"{\"at\":1,\"run\":\"" run \
	"\",\"actor\":\"c1\",\"exchange\":1,\"kind\":\"note\"}\n"
#define FULL \
	"\"{\\\"ccprobe\\\":\\\"0.1\\\",\\\"case\\\":\\\"a/b\\\"," \
	"\\\"verdict\\\":\\\"fail\\\",\\\"client\\\":\\\"2.1\\\"," \
	"\\\"model\\\":\\\"\\\",\\\"credential\\\":\\\"K1\\\"," \
	"\\\"upstream-key\\\":\\\"K2\\\",\\\"wrong-credential\\\":\\\"K3\\\"," \
	"\\\"digest\\\":\\\"0123456789abcdef\\\"," \
	"\\\"run\\\":\\\"0000000000000aab\\\"}\""

static void t_log(void **state)
{
	struct stored_log s = { .path = NULL };

	(void)state;
	assert_int_equal(
		stored_log_read(
			&s,
			file_of("a.jsonl", NOTE(FULL) OF("00000000000000cc")),
			NULL),
		0);
	is(s.path, path);
	is(s.version, "0.1");
	is(s.id, "a/b");
	is(s.verdict, "fail");
	is(s.client, "2.1");
	is(s.model, "");
	is(s.client_key, "K1");
	is(s.upstream_key, "K2");
	is(s.wrong_key, "K3");
	assert_true(s.digest == 0x0123456789abcdef);
	assert_true(s.run == 0xaab);
	assert_int_equal(s.log.count, 2);
	stored_log_clear(&s);
	assert_null(s.path);
	assert_int_equal(s.log.count, 0);
}

/* Logs of older versions, and values that are no text: the first run in the log
 * counts, and the old marks for keys. */
static void t_log_says_less(void **state)
{
	static const char *const texts[] = {
		OF("0000000000000000") OF("00000000000000cc")
			OF("00000000000000dd"),
		NOTE("\"no JSON\"") OF("00000000000000cc"),
		NOTE("\"[1]\"") OF("00000000000000cc"),
		"{\"at\":0,\"actor\":\"probe\",\"kind\":\"note\"}\n" OF(
			"00000000000000cc"),
		"{\"at\":0,\"actor\":\"probe\",\"kind\":\"mark\",\"text\":" FULL
		"}\n" OF("00000000000000cc"),
		NOTE("\"{\\\"case\\\":7,\\\"credential\\\":null,"
		     "\\\"run\\\":\\\"cc\\\"}\""),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct stored_log s = { .path = NULL };
		struct fail f = FAIL_INIT;

		if (stored_log_read(&s, file_of("a.jsonl", texts[i]), &f) < 0)
			fail_msg("%zu: %s", i, f.text);
		assert_null(s.version);
		assert_null(s.id);
		assert_null(s.verdict);
		assert_null(s.client);
		assert_null(s.model);
		is(s.client_key, "{{credential}}");
		is(s.upstream_key, "{{upstream-key}}");
		is(s.wrong_key, "{{wrong-credential}}");
		assert_true(s.digest == 0);
		assert_true(s.run == 0xcc);
		stored_log_clear(&s);
	}
}

static void t_log_refused(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "", "/a.jsonl: the log is empty" },
		{ NOTE("\"x\""),
		  "/a.jsonl: no entry belongs to the run of a case" },
		{ NOTE("\"{}\"") OF("00000000000000cc"),
		  "/a.jsonl: no entry belongs to the run of a case" },
		{ NULL, "/none.jsonl: No such file or directory" },
	};
	struct stored_log s = { .path = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *name = rows[i].text
					   ? file_of("a.jsonl", rows[i].text)
					   : in_folder("none.jsonl");

		f = (struct fail)FAIL_INIT;
		assert_int_equal(stored_log_read(&s, name, &f), -1);
		assert_said(&f, rows[i].said);
		assert_null(s.path);
	}
	f = (struct fail)FAIL_INIT;
	assert_int_equal(stored_log_read(&s, file_of("a.jsonl", "{"), &f), -1);
	assert_non_null(strstr(f.text, "/a.jsonl:1:"));
}

static void t_log_case(void **state)
{
	char *ids[] = { (char *)"a/one", (char *)"a/two", (char *)"b/c/three" };
	struct casefile files[3];
	struct casefile *list[] = { &files[0], &files[1], &files[2] };
	struct casebook book = { .list = list, .count = 3 };
	struct stored_log s = { .path = (char *)"b.c.three.jsonl" };
	struct fail f = FAIL_INIT;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		files[i] = (struct casefile){ .id = ids[i] };
	assert_ptr_equal(stored_log_case(&s, &book, &f), &files[2]);
	s.path = (char *)"x/y/a.one.jsonl";
	assert_ptr_equal(stored_log_case(&s, &book, &f), &files[0]);
	s.path = (char *)"x/y/a.two.jsonl.gz";
	assert_ptr_equal(stored_log_case(&s, &book, &f), &files[1]);
	s.path = (char *)"x/y/a.one.jsonl";
	s.id = ids[1];
	assert_ptr_equal(stored_log_case(&s, &book, &f), &files[1]);
	s.id = (char *)"a/none";
	assert_null(stored_log_case(&s, &book, &f));
	assert_string_equal(f.text, "x/y/a.one.jsonl: there is no case "
				    "'a/none' any more");
	s.id = NULL;
	s.path = (char *)"x/a.none.jsonl";
	f = (struct fail)FAIL_INIT;
	assert_null(stored_log_case(&s, &book, &f));
	assert_string_equal(f.text,
			    "x/a.none.jsonl: it does not say which case it is "
			    "of, and no case has a log of this name");
}

/* ---- folders ---- */

static void assert_no_logs(const char *manifest, const char *said)
{
	struct fail f = FAIL_INIT;
	char **list = NULL;
	size_t count = 9;

	if (manifest)
		file_of("manifest.json", manifest);
	assert_int_equal(stored_logs_find(&list, &count, folder, &f), -1);
	assert_said(&f, said);
	assert_null(list);
	assert_int_equal(count, 9);
}

static void assert_logs(const char *where, size_t wanted, const char *first,
			const char *last)
{
	struct fail f = FAIL_INIT;
	char **list = NULL;
	size_t count = 0;

	if (stored_logs_find(&list, &count, where, &f) < 0)
		fail_msg("%s", f.text);
	assert_int_equal(count, wanted);
	assert_string_equal(list[0], in_folder(first));
	assert_string_equal(list[count - 1], in_folder(last));
	for (size_t i = 0; i < count; i++)
		free(list[i]);
	free(list);
}

static void t_folder(void **state)
{
	struct fail f = FAIL_INIT;
	char **list = NULL;
	size_t count;

	(void)state;
	assert_int_equal(stored_logs_find(&list, &count, in_folder("none"), &f),
			 -1);
	assert_said(&f, "/none: No such file or directory");
#define NO_LOG ": no log (NAME.jsonl or NAME.jsonl.gz) is in it"
	assert_no_logs(NULL, NO_LOG);
	assert_no_logs("{\"complete\":true}", NO_LOG);
	file_of("b.jsonl", "");
	file_of("a.jsonl", "");
	file_of("c.json", "");
	file_of("d.gz", "");
	assert_logs(folder, 2, "a.jsonl", "b.jsonl");
	file_of("c.jsonl.gz", "");
	assert_logs(folder, 3, "a.jsonl", "c.jsonl.gz");
	file_of("only", "");
	assert_logs(in_folder("only"), 1, "only", "only");
}

static void t_manifest(void **state)
{
	static const char *const fine[] = {
		"{\"complete\":true}",
		"{\"complete\":true,\"logs\":[]}",
		"{\"complete\":true,\"logs\":{\"none.jsonl\":1}}",
		"{\"complete\":true,\"logs\":[7,\"a.jsonl\",\"b.jsonl\"]}",
		/* somebody packed one of them, or unpacked the other */
		"{\"complete\":true,\"logs\":[\"a.jsonl.gz\",\"b.jsonl\"]}",
		"{\"complete\":true,\"logs\":[\"c.jsonl\"]}",
	};

	(void)state;
	file_of("a.jsonl", "");
	file_of("b.jsonl", "");
	file_of("c.jsonl.gz", "");
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		file_of("manifest.json", fine[i]);
		assert_logs(folder, 3, "a.jsonl", "c.jsonl.gz");
	}
	assert_no_logs("{", "/manifest.json: this is no manifest");
	assert_no_logs("[1]", "/manifest.json: this is no manifest");
#define BROKEN_OFF \
	": incomplete: the run that wrote it was broken off, or could not " \
	"write all; name single logs to judge these"
	assert_no_logs("{}", BROKEN_OFF);
	assert_no_logs("{\"complete\":false}", BROKEN_OFF);
	assert_no_logs("{\"complete\":1}", BROKEN_OFF);
	assert_no_logs("{\"complete\":true,\"logs\":[\"a.jsonl\",\"d.jsonl\","
		       "\"e.jsonl\",\"b.jsonl\"]}",
		       ": incomplete: d.jsonl, which its manifest.json names, "
		       "is not there");
}

/* ---- reports ---- */

#define REPORT(cases) "{\"version\":2,\"cases\":[" cases "]}"

static void t_report(void **state)
{
	struct stored_report r = { .path = NULL };
	struct fail f = FAIL_INIT;
	const struct stored_case *c;

	(void)state;
	file_of("r.json",
		"{\"version\":2,\"ccprobe\":\"0.1\",\"target\":\"T\","
		"\"target_name\":\"N\",\"gateway\":\"G\",\"client\":\"C\","
		"\"cases\":[{\"id\":\"b\",\"verdict\":\"fail\",\"reason\":"
		"\"R\",\"checks\":[{\"name\":\"x\",\"verdict\":\"pass\"},"
		"{\"name\":\"y\",\"verdict\":\"fail\"}]},"
		"{\"id\":\"a\",\"verdict\":\"pass\"},"
		"{\"id\":\"c\",\"verdict\":\"skip\",\"checks\":[]}]}");
	if (stored_report_read(&r, path, &f) < 0)
		fail_msg("%s", f.text);
	is(r.path, path);
	is(r.version, "0.1");
	is(r.target, "T");
	is(r.target_name, "N");
	is(r.gateway, "G");
	is(r.client, "C");
	assert_int_equal(r.count, 3);
	is(r.list[0].id, "a");
	is(r.list[0].verdict, "pass");
	assert_null(r.list[0].reason);
	assert_int_equal(r.list[0].check_count, 0);
	is(r.list[2].id, "c");
	c = stored_report_find(&r, "b");
	assert_ptr_equal(c, &r.list[1]);
	is(c->verdict, "fail");
	is(c->reason, "R");
	assert_int_equal(c->check_count, 2);
	is(c->checks[0].name, "x");
	is(c->checks[0].verdict, "pass");
	is(c->checks[1].name, "y");
	is(c->checks[1].verdict, "fail");
	assert_null(stored_report_find(&r, "d"));
	stored_report_clear(&r);
	assert_null(r.path);
	assert_null(stored_report_find(&r, "b"));
	/* One of before, with no case. */
	assert_int_equal(
		stored_report_read(
			&r, file_of("r.json", "{\"version\":1,\"cases\":[]}"),
			&f),
		0);
	assert_int_equal(r.count, 0);
	assert_null(r.version);
	assert_null(r.target);
	stored_report_clear(&r);
}

static void t_report_refused(void **state)
{
#define NO_REPORT "/r.json: this is no report of `ccprobe run --report json`"
#define READS "; ccprobe " CCPROBE_VERSION " reads formats 1 to 2"
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "{\"cases\":[]}", NO_REPORT },
		{ "{\"version\":2}", NO_REPORT },
		{ "{\"version\":\"2\",\"cases\":[]}", NO_REPORT },
		{ "{\"version\":2,\"cases\":{}}", NO_REPORT },
		{ "{\"version\":0,\"cases\":[]}",
		  "/r.json:1:12: a report of format 0" READS },
		{ "{\"version\":3,\"cases\":[]}",
		  "/r.json:1:12: a report of format 3" READS },
		{ REPORT("{\"id\":\"a\"}"),
		  "/r.json:1:23: a case must have an id and a verdict" },
		{ REPORT("{\"verdict\":\"a\"}"),
		  "/r.json:1:23: a case must have an id and a verdict" },
		{ REPORT("{\"id\":\"a\",\"verdict\":\"pass\",\"checks\":"
			 "[{\"name\":\"x\"}]}"),
		  "/r.json:1:60: a check must have a name and a verdict" },
		{ REPORT("{\"id\":\"a\",\"verdict\":\"pass\",\"checks\":"
			 "[{\"verdict\":\"x\"}]}"),
		  "/r.json:1:60: a check must have a name and a verdict" },
		{ REPORT("{\"id\":\"a\",\"verdict\":\"pass\"},"
			 "{\"id\":\"b\",\"verdict\":\"pass\"},"
			 "{\"id\":\"a\",\"verdict\":\"fail\"}"),
		  "/r.json: the case 'a' is there twice" },
		{ REPORT("{\"id\":\"c\",\"verdict\":\"pass\"},"
			 "{\"id\":\"b\",\"verdict\":\"pass\"},"
			 "{\"id\":\"c\",\"verdict\":\"fail\"}"),
		  "/r.json: the case 'c' is there twice" },
	};
	struct stored_report r = { .path = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(
			stored_report_read(&r, file_of("r.json", rows[i].text),
					   &f),
			-1);
		assert_said(&f, rows[i].said);
		assert_null(r.path);
		assert_null(r.list);
	}
}

#define T(title, fn) \
	{ \
		"stored: " title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("a log's first line says where it comes from", t_log),
		T("what a log does not say is what it was before",
		  t_log_says_less),
		T("what is no log of a run is refused", t_log_refused),
		T("a log's case is told by itself, or by its name", t_log_case),
		T("the logs of a folder are in order", t_folder),
		T("a manifest tells whether logs are missing", t_manifest),
		T("a report is read, in order of its cases", t_report),
		T("what is no report is refused, with its place",
		  t_report_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("stored", tests, NULL, NULL);
}
