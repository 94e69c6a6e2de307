/* Tests of wire/bytes/option and wire/bytes/address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/bytes/address.h"
#include "wire/bytes/option.h"

struct given {
	bool help, verbose;
	const char *listen;
	uint32_t jobs;
	struct option_list report;
};

static const struct option_row rows[] = {
	{ "help", OPTION_FLAG, offsetof(struct given, help), NULL,
	  "print this text" },
	{ "verbose", OPTION_FLAG, offsetof(struct given, verbose), NULL,
	  "say more" },
	{ "listen", OPTION_TEXT, offsetof(struct given, listen), "ADDR:PORT",
	  "where to listen" },
	{ "jobs", OPTION_U32, offsetof(struct given, jobs), "N",
	  "how many cases run at the same time, which is a sentence that is "
	  "longer than a line of the help can be" },
	{ "report", OPTION_LIST, offsetof(struct given, report), "FORMAT",
	  "write a report; may be repeated" },
	{ NULL, OPTION_FLAG, 0, NULL, NULL },
};

#define LINE(...) ((const char *[]){ "ccx", __VA_ARGS__, NULL })

static int count(const char **line)
{
	int n = 0;

	while (line[n])
		n++;
	return n;
}

static int parse(const char **line, struct given *g, struct option_list *rest,
		 struct fail *f)
{
	/* argv is not const, and nothing is written to it. */
	return option_parse(rows, count(line), (char **)(uintptr_t)line, g,
			    rest, f);
}

static void assert_refused(const char **line, const char *text)
{
	struct given g = { .jobs = 4 };
	struct option_list rest = { 0 };
	struct fail f = FAIL_INIT;

	assert_int_equal(parse(line, &g, &rest, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text, text);
	option_list_clear(&rest);
	option_list_clear(&g.report);
}

static void t_both_forms(void **state)
{
	struct given g = { .jobs = 4 };
	struct option_list rest = { 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(parse(LINE("a", "--listen", "x:1", "--report=tap", "b",
				    "--report", "junit=f", "--jobs=12"),
			       &g, &rest, &f),
			 0);
	assert_string_equal(g.listen, "x:1");
	assert_int_equal(g.jobs, 12);
	assert_false(g.help);
	assert_int_equal(g.report.count, 2);
	assert_string_equal(g.report.list[1], "junit=f");
	assert_int_equal(rest.count, 2);
	assert_string_equal(rest.list[1], "b");
	option_list_clear(&g.report);
	option_list_clear(&rest);
}

static void t_defaults_stay(void **state)
{
	struct given g = { .jobs = 4, .listen = "d" };
	struct option_list rest = { 0 };

	(void)state;
	assert_int_equal(parse(LINE("-h"), &g, &rest, NULL), 0);
	assert_true(g.help);
	assert_false(g.verbose);
	assert_string_equal(g.listen, "d");
	assert_int_equal(g.jobs, 4);
	assert_int_equal(rest.count, 0);
}

/* "-v" is "--verbose" only where the table has that row. */
static void t_short(void **state)
{
	static const struct option_row none[] = {
		{ "help", OPTION_FLAG, offsetof(struct given, help), NULL,
		  "print this text" },
		{ NULL, OPTION_FLAG, 0, NULL, NULL },
	};
	const char **line = LINE("-v");
	struct given g = { 0 };
	struct option_list rest = { 0 };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(parse(line, &g, &rest, NULL), 0);
	assert_true(g.verbose);
	assert_false(g.help);
	assert_int_equal(
		option_parse(none, 2, (char **)(uintptr_t)line, &g, &rest, &f),
		-1);
	assert_string_equal(f.text,
			    "unknown option -v; --help lists the options");
}

struct topic {
	const char *help, *head, *heat;
};

/* A table without a row that prints help, with a value for "-h", and with two
 * rows that begin alike. */
static void t_other_table(void **state)
{
	static const struct option_row other[] = {
		{ "help", OPTION_TEXT, offsetof(struct topic, help), "TOPIC",
		  "what to tell" },
		{ "heading", OPTION_TEXT, offsetof(struct topic, head), "TEXT",
		  "one" },
		{ "heating", OPTION_TEXT, offsetof(struct topic, heat), "TEXT",
		  "two" },
		{ NULL, OPTION_FLAG, 0, NULL, NULL },
	};
	static const struct {
		const char *word, *told;
	} rows_told[] = {
		{ "-h", "--help wants TOPIC" },
		{ "--hea", "unknown option --hea; --help lists the options" },
		{ "--headi",
		  "unknown option --headi; did you mean --heading?" },
	};
	const char **line = LINE("-h", "all");
	struct topic g = { NULL };
	struct option_list rest = { 0 };

	(void)state;
	assert_int_equal(option_parse(other, 3, (char **)(uintptr_t)line, &g,
				      &rest, NULL),
			 0);
	assert_string_equal(g.help, "all");
	assert_int_equal(rest.count, 0);
	for (size_t i = 0; i < sizeof(rows_told) / sizeof(rows_told[0]); i++) {
		struct fail f = FAIL_INIT;

		line = LINE(rows_told[i].word);
		assert_int_equal(option_parse(other, 2,
					      (char **)(uintptr_t)line, &g,
					      &rest, &f),
				 -1);
		assert_string_equal(f.text, rows_told[i].told);
	}
	for (int n = 1; n < 3; n++) {
		struct fail f = FAIL_INIT;

		line = LINE("--wide");
		assert_int_equal(option_parse(other + n, 2,
					      (char **)(uintptr_t)line, &g,
					      &rest, &f),
				 -1);
		assert_string_equal(f.text, "unknown option --wide");
	}
}

/* The largest number, an empty text, and what may come more than once. */
static void t_bounds(void **state)
{
	struct given g = { .jobs = 4 };
	struct option_list rest = { 0 };

	(void)state;
	assert_int_equal(
		parse(LINE("--jobs=4294967295", "--listen=", "--help", "--help",
			   "--report=", "--report", "a=b", "-v"),
		      &g, &rest, NULL),
		0);
	assert_true(g.jobs == UINT32_MAX);
	assert_string_equal(g.listen, "");
	assert_true(g.help && g.verbose);
	assert_int_equal(g.report.count, 2);
	assert_string_equal(g.report.list[0], "");
	assert_string_equal(g.report.list[1], "a=b");
	option_list_clear(&g.report);
	assert_int_equal(g.report.count, 0);
	assert_int_equal(parse(LINE("--jobs", "0"), &g, &rest, NULL), 0);
	assert_int_equal(g.jobs, 0);
}

static void t_two_dashes(void **state)
{
	struct given g = { 0 };
	struct option_list rest = { 0 };

	(void)state;
	assert_int_equal(
		parse(LINE("-", "--", "--listen", "-x"), &g, &rest, NULL), 0);
	assert_int_equal(rest.count, 3);
	assert_string_equal(rest.list[0], "-");
	assert_string_equal(rest.list[1], "--listen");
	assert_null(g.listen);
	option_list_clear(&rest);
}

static void t_mistakes(void **state)
{
	(void)state;
	assert_refused(LINE("--lisen", "x"),
		       "unknown option --lisen; did you mean --listen?");
	assert_refused(LINE("--zzzzzzzzz"),
		       "unknown option --zzzzzzzzz; --help lists the "
		       "options");
	assert_refused(LINE("-k"),
		       "unknown option -k; --help lists the options");
	assert_refused(LINE("--verb"),
		       "unknown option --verb; did you mean --verbose?");
	assert_refused(LINE("--=x"), "unknown option --; --help lists the "
				     "options");
	assert_refused(LINE("----listen", "x"),
		       "unknown option ----listen; did you mean --listen?");
	assert_refused(LINE("--Listen", "x"),
		       "unknown option --Listen; did you mean --listen?");
	assert_refused(LINE("--port", "8473"),
		       "unknown option --port; did you mean --listen "
		       "ADDR:PORT?");
	assert_refused(LINE("--host=127.0.0.1"),
		       "unknown option --host; did you mean --listen "
		       "ADDR:PORT?");
	assert_refused(LINE("--listen"), "--listen wants ADDR:PORT");
	assert_refused(LINE("--help=yes"), "--help takes no value");
	assert_refused(LINE("--jobs", "many"),
		       "--jobs wants a whole number, not 'many'");
	assert_refused(LINE("--listen=a", "--listen=b"),
		       "--listen is given twice");
	assert_refused(LINE("--jobs=1", "--jobs", "1"),
		       "--jobs is given twice");
	assert_refused(LINE("--jobs=4294967296"),
		       "--jobs wants a whole number, not '4294967296'");
	assert_refused(LINE("--jobs="), "--jobs wants a whole number, not ''");
	assert_refused(LINE("--jobs=-1"),
		       "--jobs wants a whole number, not '-1'");
	assert_refused(LINE("--report"), "--report wants FORMAT");
	assert_refused(LINE("--lisen=x"),
		       "unknown option --lisen; did you mean --listen?");
	assert_refused(LINE("-help"),
		       "unknown option -help; did you mean --help?");
	assert_refused(
		LINE("--x234567890123456789012345678901234567890123456789012345"
		     "678901234567890123456789012345"),
		"unknown option --x23456789012345678901234567890123456789012345"
		"67890123456789012345678901234567890; --help lists the "
		"options");
}

static void t_help(void **state)
{
	struct buf text = BUF_INIT(4096);

	(void)state;
	option_help(rows, &text);
	assert_string_equal(
		buf_str(&text),
		"  --help                    print this text\n"
		"  --verbose                 say more\n"
		"  --listen ADDR:PORT        where to listen\n"
		"  --jobs N                  how many cases run at the same "
		"time, which is a\n"
		"                            sentence that is longer than a "
		"line of the help\n"
		"                            can be\n"
		"  --report FORMAT           write a report; may be "
		"repeated\n");
	buf_clear(&text);
}

/* A name that leaves no room has a line of its own. */
static void t_long_help(void **state)
{
	static const struct option_row wide[] = {
		{ "twenty-two-letters-a", OPTION_FLAG, 0, NULL, "fits" },
		{ "twenty-three-letters-", OPTION_FLAG, 0, NULL, "fits" },
		{ "two-and-twenty-letter-", OPTION_FLAG, 0, NULL, "fits" },
		{ "four-and-twenty-letters", OPTION_FLAG, 0, NULL, "does not" },
		{ "a", OPTION_FLAG, 0, NULL,
		  "a-word-that-is-longer-than-its-column-of-fifty-letters-is "
		  "b" },
		{ NULL, OPTION_FLAG, 0, NULL, NULL },
	};
	struct buf text = BUF_INIT(4096);

	(void)state;
	option_help(wide, &text);
	assert_string_equal(buf_str(&text),
			    "  --twenty-two-letters-a    fits\n"
			    "  --twenty-three-letters-   fits\n"
			    "  --two-and-twenty-letter-  fits\n"
			    "  --four-and-twenty-letters\n"
			    "                            does not\n"
			    "  --a                       a-word-that-is-longer-"
			    "than-its-column-of-fifty-letters-is\n"
			    "                            b\n");
	buf_clear(&text);
}

static void t_secret(void **state)
{
	struct fail f = FAIL_INIT, other = FAIL_INIT;
	char *value = NULL;

	(void)state;
	assert_int_equal(option_secret(&value, "key", "env:", &other), -1);
	assert_string_equal(other.text, "--key: the name is missing: write "
					"env:NAME");
	assert_int_equal(option_secret(&value, "key", "sk-1", &f), 0);
	assert_string_equal(value, "sk-1");
	free(value);
	setenv("CCPROBE_T_OPTION", "sk-2", 1);
	assert_int_equal(
		option_secret(&value, "key", "env:CCPROBE_T_OPTION", &f), 0);
	assert_string_equal(value, "sk-2");
	free(value);
	unsetenv("CCPROBE_T_OPTION");
	assert_int_equal(
		option_secret(&value, "key", "env:CCPROBE_T_OPTION", &f), -1);
	assert_string_equal(f.text,
			    "--key: the variable CCPROBE_T_OPTION is not set");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(option_secret(&value, "key", "", &f), -1);
	assert_string_equal(f.text, "--key is empty");
	setenv("CCPROBE_T_OPTION", "", 1);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(
		option_secret(&value, "key", "env:CCPROBE_T_OPTION", &f), -1);
	assert_string_equal(f.text, "--key is empty");
	unsetenv("CCPROBE_T_OPTION");
	assert_int_equal(option_secret(&value, "key", "env", NULL), 0);
	assert_string_equal(value, "env");
	free(value);
}

static void assert_address(const char *text, const char *host, unsigned port,
			   const char *again)
{
	char out[ADDRESS_TEXT_LEN];
	struct address a;
	struct fail f = FAIL_INIT;

	assert_int_equal(address_read(&a, text, &f), 0);
	assert_string_equal(a.host, host);
	assert_int_equal(a.port, port);
	assert_string_equal(address_write(&a, out), again);
}

static void t_address(void **state)
{
	(void)state;
	assert_address("127.0.0.1:8473", "127.0.0.1", 8473, "127.0.0.1:8473");
	assert_address("[::1]:0", "::1", 0, "[::1]:0");
	assert_address("localhost:80", "127.0.0.1", 80, "127.0.0.1:80");
	assert_address("LocalHost:65535", "127.0.0.1", 65535,
		       "127.0.0.1:65535");
	assert_address("[abcd:abcd:abcd:abcd:abcd:abcd:123.123.123.123]:1",
		       "abcd:abcd:abcd:abcd:abcd:abcd:123.123.123.123", 1,
		       "[abcd:abcd:abcd:abcd:abcd:abcd:123.123.123.123]:1");
	assert_true(span_is(address_host(span_of("[::1]:80")), "::1"));
	assert_true(span_is(address_host(span_of("[::1]")), "::1"));
	assert_true(span_is(address_host(span_of("h:80")), "h"));
	assert_true(span_is(address_host(span_of("h")), "h"));
	assert_true(span_is(address_host(span_of("")), ""));
}

static void t_address_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"8473",
		"127.0.0.1",
		"127.0.0.1:",
		"127.0.0.1:x",
		"example.com:1",
		"127.0.0.1:65536",
		"::1:0",
		"[::1]",
		"[]:1",
		"[127.0.0.1]:1",
		"127.0.0.1:-1",
		"[localhost]:1",
		"[::1:1",
		"::1]:1",
		"000000000000000000000000000000000000000000127.0.0.1:1",
	};
	struct fail port = FAIL_INIT, form = FAIL_INIT;
	struct address a = { .port = 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fail f = FAIL_INIT;

		if (address_read(&a, bad[i], &f) == 0)
			fail_msg("'%s' was accepted", bad[i]);
		assert_int_equal(f.code, FAIL_USAGE);
	}
	assert_int_equal(a.port, 7);
	assert_int_equal(address_read(&a, "127.0.0.1:65536", &port), -1);
	assert_string_equal(port.text, "'127.0.0.1:65536': the port is not a "
				       "number from 0 to 65535");
	assert_int_equal(address_read(&a, "x", &form), -1);
	assert_string_equal(form.text, "'x' is not ADDR:PORT, such as "
				       "127.0.0.1:8473 or [::1]:0");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "option: --name value and --name=value are the same",
		  t_both_forms, NULL, NULL, NULL },
		{ "option: what is not given keeps its default",
		  t_defaults_stay, NULL, NULL, NULL },
		{ "option: a table of other rows", t_other_table, NULL, NULL,
		  NULL },
		{ "option: -v is --verbose where there is such a row", t_short,
		  NULL, NULL, NULL },
		{ "option: two dashes end the options", t_two_dashes, NULL,
		  NULL, NULL },
		{ "option: values that are just taken", t_bounds, NULL, NULL,
		  NULL },
		{ "option: each mistake has its line", t_mistakes, NULL, NULL,
		  NULL },
		{ "option: a long name has a line of its own", t_long_help,
		  NULL, NULL, NULL },
		{ "option: the help comes from the table", t_help, NULL, NULL,
		  NULL },
		{ "option: a secret may come from the environment", t_secret,
		  NULL, NULL, NULL },
		{ "address: host and port, also in brackets", t_address, NULL,
		  NULL, NULL },
		{ "address: anything else is refused", t_address_refused, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("option", tests, NULL, NULL);
}
