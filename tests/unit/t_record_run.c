/* probe/record: from start to end, without a request; tests/unit/t_record.c has
 * what passes. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/record/record.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/buf.h"

static char *folder, before[4096];
static int was_out, was_err, taken;
static unsigned port; /* of a socket that listens and never answers */
static sigset_t was;

/* A signal that asks us to end is there already. */
static int set_up(void **state)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	socklen_t len = sizeof(a);
	sigset_t term;

	(void)state;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &was);
	assert_non_null(getcwd(before, sizeof(before)));
	assert_int_equal(scratch_new(&folder, NULL), 0);
	assert_int_equal(chdir(folder), 0);
	taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(taken, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(taken, 5), 0);
	assert_int_equal(getsockname(taken, (struct sockaddr *)&a, &len), 0);
	port = ntohs(a.sin_port);
	return 0;
}

static int tear_down(void **state)
{
	struct timespec none = { 0 };
	sigset_t term;

	(void)state;
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	while (sigtimedwait(&term, NULL, &none) > 0)
		;
	sigprocmask(SIG_SETMASK, &was, NULL);
	close(taken);
	assert_int_equal(chdir(before), 0);
	scratch_free(folder);
	return 0;
}

static int run(const struct record_config *config, struct fail *f)
{
	int rc;

	fflush(stdout);
	was_out = dup(STDOUT_FILENO);
	was_err = dup(STDERR_FILENO);
	assert_non_null(freopen("said", "w", stdout));
	assert_non_null(freopen("told", "w", stderr));
	raise(SIGTERM);
	rc = record_run(config, f);
	fflush(stdout);
	fflush(stderr);
	dup2(was_out, STDOUT_FILENO);
	dup2(was_err, STDERR_FILENO);
	close(was_out);
	close(was_err);
	return rc;
}

static char *text_of(const char *name)
{
	size_t len;
	char *text;

	assert_int_equal(scratch_read(&text, &len, name, 100000, NULL), 0);
	return text;
}

/* What it says; the port is that of its first line. */
static void assert_said(const char *host, const char *rest, const char *told)
{
	char *text = text_of("said"), *errors = text_of("told");
	char begin[100], wanted[1000];
	size_t digits;

	snprintf(begin, sizeof(begin), "listening on http://%s:", host);
	assert_true(strncmp(text, begin, strlen(begin)) == 0);
	digits = strspn(text + strlen(begin), "0123456789");
	assert_true(digits > 0);
	snprintf(wanted, sizeof(wanted),
		 "%s%.*s\n  ANTHROPIC_BASE_URL=http://%s:%.*s claude\n%s",
		 begin, (int)digits, text + strlen(begin), host, (int)digits,
		 text + strlen(begin), rest);
	assert_string_equal(text, wanted);
	assert_string_equal(errors, told);
	free(text);
	free(errors);
}

static void t_nothing(void **state)
{
	struct record_config c = { .folder = "out", .address = "127.0.0.1:0" };
	struct fail f = FAIL_INIT;
	struct stat st;

	(void)state;
	if (run(&c, &f) < 0)
		fail_msg("%s", f.text);
	assert_said(
		"127.0.0.1",
		"the built-in provider answers; requests are stored in out; "
		"Ctrl-C ends it\n\nno request came; the folder is removed "
		"again\n",
		"");
	assert_int_equal(stat("out", &st), -1);
	assert_int_equal(mkdir("out", 0700), 0);
	c.keep_text = true;
	c.address = "0.0.0.0:0";
	if (run(&c, &f) < 0)
		fail_msg("%s", f.text);
	assert_said(
		"0.0.0.0",
		"the built-in provider answers; requests are stored in out, "
		"with their texts; Ctrl-C ends it\n\nno request came; the "
		"folder is unchanged\n",
		"ccprobe: warning: 0.0.0.0 is no loopback address: keys and "
		"prompts pass over it in the clear\n");
	assert_int_equal(stat("out", &st), 0);
}

/* The text with the port that is taken for PORT. */
static char *with_port(const char *text)
{
	struct buf b = BUF_INIT(1000);
	char digits[8];

	if (text == NULL)
		return NULL;
	snprintf(digits, sizeof(digits), "%u", port);
	buf_add_text(&b, text);
	buf_replace(&b, "PORT", digits);
	return buf_take(&b, NULL);
}

/* Why it does not begin. */
static void t_refused(void **state)
{
#define AT "http://127.0.0.1:PORT"
#define NEITHER "--upstream: neither a user name nor a query may be in the URL"
#define CIRCLE(url) "--upstream " url " is the recorder itself"
	static const struct {
		const char *upstream, *address;
		enum fail_code code;
		const char *why;
	} rows[] = {
		{ AT, "127.0.0.1:PORT", FAIL_USAGE, CIRCLE(AT) },
		{ AT "/", "127.0.0.1:PORT", FAIL_USAGE, CIRCLE(AT "/") },
		{ AT "/a/b", "127.0.0.1:PORT", FAIL_USAGE, CIRCLE(AT "/a/b") },
		{ "http://a@127.0.0.1", "127.0.0.1:0", FAIL_USAGE, NEITHER },
		{ "http://127.0.0.1/?a", "127.0.0.1:0", FAIL_USAGE, NEITHER },
		{ "http://127.0.0.1/#a", "127.0.0.1:0", FAIL_USAGE, NEITHER },
		{ "ftp://127.0.0.1", "127.0.0.1:0", FAIL_USAGE,
		  "'ftp://127.0.0.1': the scheme must be http or https" },
		{ NULL, "nonsense", FAIL_USAGE, "'nonsense' is not ADDR:" },
		{ NULL, "127.0.0.1:PORT", FAIL_SYSTEM,
		  "127.0.0.1:PORT: the port is taken by another program" },
		/* It never becomes ready, and the signal is there. */
		{ "https://127.0.0.1:PORT", "127.0.0.1:0", FAIL_SYSTEM,
		  "ended by a signal before the recording began" },
	};
	struct stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *upstream = with_port(rows[i].upstream);
		char *address = with_port(rows[i].address);
		char *why = with_port(rows[i].why), *text;
		struct record_config c = { .folder = "out",
					   .upstream = upstream,
					   .address = address };
		struct fail f = FAIL_INIT;

		assert_int_equal(run(&c, &f), -1);
		if (!span_starts(span_of(f.text), why))
			fail_msg("'%s' is not '%s'", f.text, why);
		assert_int_equal(f.code, rows[i].code);
		assert_true(fcntl(0, F_GETFD) >=
			    0); /* nothing of others is closed */
		assert_int_equal(stat("out", &st), -1);
		text = text_of("said");
		assert_string_equal(text, "");
		free(text);
		free(upstream);
		free(address);
		free(why);
	}
}

/* Another port, which only begins alike, is no circle. */
static void t_alike(void **state)
{
	struct record_config c = { .folder = "out",
				   .address = "127.0.0.1:1",
				   .upstream = "http://127.0.0.1:17" };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(run(&c, &f), -1);
	assert_int_not_equal(f.code, FAIL_OK);
	assert_int_not_equal(f.code, FAIL_USAGE);
}

static void t_folder(void **state)
{
	struct record_config c = { .folder = ".", .address = "127.0.0.1:0" };
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(run(&c, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_non_null(strstr(f.text, "--out .: the folder holds '"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "record: nothing comes", t_nothing, set_up, tear_down, NULL },
		{ "record: what does not begin", t_refused, set_up, tear_down,
		  NULL },
		{ "record: an address that begins alike", t_alike, set_up,
		  tear_down, NULL },
		{ "record: a folder with something in it", t_folder, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("record_run", tests, NULL, NULL);
}
