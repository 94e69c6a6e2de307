/* gateway/options: the command line over the configuration's file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/options.h"

static int read_line(struct options *o, struct option_list *rest,
		     const char **line)
{
	int n = 0;

	while (line[n])
		n++;
	/* argv is not const, and nothing is written to it. */
	return options_read(o, n, (char **)(uintptr_t)line, rest, NULL);
}

#define LINE(...) ((const char *[]){ "ccgate", __VA_ARGS__, NULL })

static void t_every_option(void **state)
{
	struct option_list rest = { .list = NULL };
	struct options o;

	(void)state;
	assert_int_equal(
		read_line(&o, &rest,
			  LINE("check", "--config", "gw.json",
			       "--listen=[::1]:0", "--tls-cert", "c.pem",
			       "--tls-key", "k.pem", "--upstream", "http://u",
			       "--upstream-key", "up", "--upstream-auth",
			       "bearer", "--upstream-format", "openai-chat",
			       "--key", "one", "--key", "two", "--workers", "3",
			       "--drain-ms", "4", "--log", "--log-format",
			       "json", "--connect", "--version", "--help")),
		0);
	assert_int_equal(rest.count, 1);
	assert_string_equal(rest.list[0], "check");
	assert_string_equal(o.config, "gw.json");
	assert_string_equal(o.listen, "[::1]:0");
	assert_string_equal(o.tls_cert, "c.pem");
	assert_string_equal(o.tls_key, "k.pem");
	assert_string_equal(o.upstream, "http://u");
	assert_string_equal(o.upstream_key, "up");
	assert_string_equal(o.upstream_auth, "bearer");
	assert_string_equal(o.upstream_format, "openai-chat");
	assert_int_equal(o.keys.count, 2);
	assert_string_equal(o.keys.list[0], "one");
	assert_string_equal(o.keys.list[1], "two");
	assert_int_equal(o.workers, 3);
	assert_int_equal(o.drain_ms, 4);
	assert_string_equal(o.log_format, "json");
	assert_true(o.log && o.connect && o.version && o.help);
	options_clear(&o);
	option_list_clear(&rest);
}

static void t_none(void **state)
{
	struct option_list rest = { .list = NULL };
	struct options o;

	(void)state;
	assert_int_equal(read_line(&o, &rest, LINE(NULL)), 0);
	assert_false(o.log || o.connect || o.version || o.help);
	assert_true(o.workers == OPTIONS_NO_NUMBER);
	assert_true(o.drain_ms == OPTIONS_NO_NUMBER);
	assert_null(o.config);
	options_clear(&o);
	option_list_clear(&rest);
}

static const char text[] =
	"{ \"listen\": \"127.0.0.1:9\", \"workers\": 2, \"drain_ms\": 5,\n"
	"  \"log\": \"json\", \"keys\": [\"file-key\"],\n"
	"  \"upstream\": { \"url\": \"http://file\", \"key\": \"file-up\" } }";

static void write_config(void)
{
	FILE *to = fopen("t_options.json", "w");

	assert_non_null(to);
	assert_true(fputs(text, to) >= 0);
	assert_int_equal(fclose(to), 0);
}

/* What no option says stays as the file has it. */
static void t_file_alone(void **state)
{
	struct options o = { .config = "t_options.json",
			     .workers = OPTIONS_NO_NUMBER,
			     .drain_ms = OPTIONS_NO_NUMBER };
	struct mistakes wrong = { .count = 0 };
	struct config *c = config_new();

	(void)state;
	write_config();
	options_configure(&o, c, &wrong);
	assert_int_equal(wrong.count, 0);
	assert_int_equal(c->listen.port, 9);
	assert_int_equal(c->workers, 2);
	assert_int_equal(c->drain_ms, 5);
	assert_int_equal(c->log, ACCESS_JSON);
	assert_string_equal(c->upstream.url, "http://file");
	assert_string_equal(c->upstream.key, "file-up");
	assert_int_equal(c->upstream.scheme, KEY_API_KEY);
	assert_int_equal(c->keys_count, 1);
	config_drop(c);
}

static void t_over_file(void **state)
{
	const char *keys[] = { "env:T_OPTIONS_KEY", "second" };
	struct options o = { .config = "t_options.json",
			     .listen = "[::1]:10",
			     .upstream = "https://line",
			     .upstream_key = "env:T_OPTIONS_UP",
			     .upstream_auth = "bearer",
			     .keys = { keys, 2 },
			     .log = true,
			     .workers = 4,
			     .drain_ms = 0 };
	struct mistakes wrong = { .count = 0 };
	struct config *c = config_new();

	(void)state;
	setenv("T_OPTIONS_KEY", "first", 1);
	setenv("T_OPTIONS_UP", "from-env", 1);
	write_config();
	options_configure(&o, c, &wrong);
	assert_int_equal(wrong.count, 0);
	assert_string_equal(c->listen.host, "::1");
	assert_int_equal(c->listen.port, 10);
	assert_string_equal(c->upstream.url, "https://line");
	assert_string_equal(c->upstream.key, "from-env");
	assert_int_equal(c->upstream.scheme, KEY_BEARER);
	assert_int_equal(c->workers, 4);
	assert_int_equal(c->drain_ms, 0);
	assert_int_equal(c->log, ACCESS_TEXT);
	/* Keys are added to those of the file. */
	assert_int_equal(c->keys_count, 3);
	assert_string_equal(c->keys[0].value, "file-key");
	assert_string_equal(c->keys[1].value, "first");
	assert_string_equal(c->keys[2].value, "second");
	assert_null(c->keys[2].name);
	config_drop(c);
}

static void expect(const struct options *o, size_t count,
		   const char *const *messages)
{
	struct mistakes wrong = { .count = 0 };
	struct config *c = config_new();

	options_configure(o, c, &wrong);
	assert_int_equal(wrong.count, count);
	for (size_t i = 0; i < count; i++)
		assert_string_equal(wrong.list[i].text, messages[i]);
	config_drop(c);
}

/* All are told, in the order of the values. */
static void t_mistakes(void **state)
{
	const char *keys[] = { "env:T_OPTIONS_NONE", "" };
	struct options o = { .listen = "nowhere:1",
			     .upstream = "ftp://x",
			     .upstream_key = "env:T_OPTIONS_NONE",
			     .upstream_auth = "basic",
			     .keys = { keys, 2 },
			     .log_format = "xml",
			     .tls_cert = "c.pem",
			     .workers = 0,
			     .drain_ms = OPTIONS_NO_NUMBER };
	static const char *const messages[] = {
		"'nowhere:1' is not ADDR:PORT, such as 127.0.0.1:8473 or "
		"[::1]:0",
		"the upstream is not an http:// or https:// URL",
		"the upstream's auth is 'x-api-key', 'bearer', 'sigv4' or "
		"'client', not 'basic'",
		"--upstream-key: the variable T_OPTIONS_NONE is not set",
		"the log must be 'off', 'text' or 'json', not 'xml'",
		"--key: the variable T_OPTIONS_NONE is not set",
		"--key is empty",
		"--tls-cert and --tls-key go together",
		"workers: from 1 to 256",
	};

	(void)state;
	unsetenv("T_OPTIONS_NONE");
	expect(&o, 9, messages);
	expect(&(struct options){ .tls_key = "k.pem",
				  .workers = 1,
				  .drain_ms = 1 },
	       1,
	       (const char *const[]){ "--tls-cert and --tls-key go together" });
	expect(&(struct options){ .tls_key = "none.key",
				  .tls_cert = "none.pem",
				  .workers = 1,
				  .drain_ms = 1 },
	       1,
	       (const char *const[]){ "none.pem: No such file or directory" });
}

/* What is not there is told when nothing is wrong with what is. */
static void t_lacks(void **state)
{
	static const char *const messages[] = {
		"no upstream is given: say --upstream URL, or \"upstream\" in "
		"the --config file",
		"no key for the upstream is given",
		"no client key is given; an open gateway would spend the "
		"upstream key for everyone",
	};
	struct options o = { .workers = OPTIONS_NO_NUMBER,
			     .drain_ms = OPTIONS_NO_NUMBER };

	(void)state;
	expect(&o, 3, messages);
	o.config = "t_options.none";
	expect(&o, 1,
	       (const char *const[]){
		       "t_options.none: No such file or directory" });
}

static void t_help(void **state)
{
	static const char *const names[] = {
		"--config FILE",
		"--listen ADDR:PORT",
		"--tls-cert FILE",
		"--tls-key FILE",
		"--upstream URL",
		"--key KEY",
		"--upstream-key KEY",
		"--workers N",
		"--drain-ms N",
		"--log-format FORMAT",
		"--connect",
		"--version",
		"--help",
		"--upstream-auth SCHEME",
	};
	struct buf out = BUF_INIT(10000);

	(void)state;
	options_help(&out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strstr(buf_str(&out), names[i]))
			fail_msg("%s is not in the help", names[i]);
	buf_clear(&out);
}

/* Several options take a key or a name: the words alone do not say which. */
static void t_named(void **state)
{
	const char *keys[] = { "a b" };
	struct options o = { .upstream = "http://h",
			     .upstream_key = "c d",
			     .upstream_key_id = "e f",
			     .upstream_session = "g h",
			     .upstream_region = "a/b",
			     .upstream_project = "",
			     .keys = { keys, 1 },
			     .workers = OPTIONS_NO_NUMBER,
			     .drain_ms = OPTIONS_NO_NUMBER };
	static const char *const begins[] = {
		"--upstream-key: the key has spaces",
		"--upstream-key-id: the key has spaces",
		"--upstream-session: the key has spaces",
		"--upstream-region: the region has",
		"--upstream-project: the project has",
		"--key: the key has spaces",
	};
	struct mistakes wrong = { .count = 0 };
	struct config *c = config_new();

	(void)state;
	options_configure(&o, c, &wrong);
	assert_int_equal(wrong.count, 6);
	for (size_t i = 0; i < 6; i++)
		if (strncmp(wrong.list[i].text, begins[i], strlen(begins[i])) !=
		    0)
			fail_msg("%s", wrong.list[i].text);
	config_drop(c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "options: each is read", t_every_option, NULL, NULL, NULL },
		{ "options: none is given", t_none, NULL, NULL, NULL },
		{ "options: what none says is as in the file", t_file_alone,
		  NULL, NULL, NULL },
		{ "options: they go before the file", t_over_file, NULL, NULL,
		  NULL },
		{ "options: every mistake is told", t_mistakes, NULL, NULL,
		  NULL },
		{ "options: which of them is wrong", t_named, NULL, NULL,
		  NULL },
		{ "options: what is missing is told where nothing is wrong",
		  t_lacks, NULL, NULL, NULL },
		{ "options: the help has all of them", t_help, NULL, NULL,
		  NULL },
	};
	char folder[] = "/tmp/t_options.XXXXXX";
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests_name("options", tests, NULL, NULL);
	unlink("t_options.json");
	rmdir(folder);
	return failed;
}
