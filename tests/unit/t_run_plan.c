/* probe/command/run_plan: the plan made from the options of `ccprobe run` and
 * ccprobe.json, and the messages about wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "command_kit.h"
#include "probe/command/identity.h"
#include "probe/command/run_plan.h"
#include "probe/suite/claims.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define SUITE "--suite=" CCPROBE_SOURCE_DIR
#define ONE "stream/ends" /* a case */
#define KEY "--key=sk-a-long-enough-key-1"
#define GATEWAY "--gateway=http://127.0.0.1:4000"
#define MOST 12

/* In a folder of its own, without keys in the environment. */
static int set_up(void **state)
{
	(void)state;
	command_kit_enter();
	unsetenv("ANTHROPIC_AUTH_TOKEN");
	unsetenv("ANTHROPIC_API_KEY");
	unsetenv("CCPROBE_KEY");
	setenv("THE_KEY", "sk-key-of-a-variable", 1);
	setenv("OTHER_KEY", "sk-other-of-a-variable", 1);
	assert_non_null(freopen("err", "w", stderr));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_non_null(freopen("/dev/null", "w", stderr));
	command_kit_leave();
	return 0;
}

static void put_file(const char *name, const char *text)
{
	assert_int_equal(scratch_write(folder, name, span_of(text), NULL), 0);
}

/* What stderr has so far. */
static void assert_told(const char *want)
{
	size_t len;
	char *text;

	fflush(stderr);
	assert_int_equal(scratch_read(&text, &len, "err", 100000, NULL), 0);
	if (!strstr(text, want) || (!*want && *text))
		fail_msg("'%s' is not in: %s", want, text);
	free(text);
}

static int make(struct run_plan *p, const char *const *words, struct fail *f)
{
	static char *argv[MOST + 2];
	int argc = 1, rc;

	argv[0] = (char *)"run";
	while (argc <= MOST && words[argc - 1]) {
		argv[argc] = (char *)words[argc - 1];
		argc++;
	}
	argv[argc++] = (char *)SUITE;
	*p = (struct run_plan)RUN_PLAN_INIT;
	p->argc = argc;
	p->argv = argv;
	*f = (struct fail)FAIL_INIT;
	rc = option_parse(run_rows, argc, argv, &p->options, &p->patterns, f);
	return rc < 0 ? rc : run_plan_make(p, f);
}

static void make_good(struct run_plan *p, const char *const *words)
{
	struct fail f;

	if (make(p, words, &f) < 0)
		fail_msg("%s: %s", words[0], f.text);
}

#define GOOD(p, ...) make_good(p, (const char *const[]){ __VA_ARGS__, NULL })

/* ---- what makes no sense ---- */

struct bad {
	const char *words[MOST];
	const char *said;
};

static void assert_bad(const struct bad *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct run_plan p;
		struct fail f;

		if (make(&p, rows[i].words, &f) == 0)
			fail_msg("row %zu is taken", i);
		if (strncmp(f.text, rows[i].said, strlen(rows[i].said)) != 0)
			fail_msg("row %zu says: %s", i, f.text);
		assert_true(f.code == FAIL_USAGE || f.code == FAIL_CASE);
		run_plan_clear(&p);
	}
}

#define BAD(rows) assert_bad(rows, sizeof(rows) / sizeof((rows)[0]))

static void t_bad_options(void **state)
{
	static const struct bad rows[] = {
		{ { "--suite=/nowhere" }, "--suite" },
		{ { "--level=low", ONE }, "--level: " },
		{ { "--client-format=chat", ONE },
		  "--client-format: 'chat' is none of messages, bedrock or "
		  "vertex" },
		{ { "--client-format=bedrock", ONE },
		  "the cases that match '" ONE
		  "' are for another format of the "
		  "client; --client-format messages runs them" },
		{ { "cloud/service-tier" },
		  "the cases that match 'cloud/service-tier' are for another "
		  "format of the client; --client-format bedrock runs them" },
		{ { "--fail-level=low", ONE }, "--fail-level: " },
		{ { "--keep=some", ONE }, "--keep: " },
		{ { "--keep=all", ONE },
		  "--keep all needs --out DIR, where the logs go" },
		{ { "--keep=fail", ONE },
		  "--keep fail needs --out DIR, where the logs go" },
		{ { "--without=relay", ONE },
		  "--without: no claim 'relay'; did you mean 'relays'?" },
		{ { "--without=qqqqqqqqqqq", ONE },
		  "--without: no claim 'qqqqqqqqqqq'; `ccprobe explain claims` "
		  "lists them" },
		{ { "--bundled", GATEWAY, ONE },
		  "--gateway, --target and --bundled exclude each other" },
		{ { "--bundled", "--target=nginx", ONE },
		  "--gateway, --target and --bundled exclude each other" },
		{ { GATEWAY, "--target=nginx", ONE },
		  "--gateway, --target and --bundled exclude each other" },
		{ { "--gateway=127.0.0.1:4000", ONE },
		  "--gateway: '127.0.0.1:4000' does not begin with http:// or "
		  "https://" },
		{ { "--gateway=http://u:p@h/", ONE },
		  "--gateway: the URL must not have a user name" },
		{ { "--target=nowhere-at-all", ONE }, "" },
		{ { "--insecure", "--bundled", ONE },
		  "--insecure goes with --gateway: what ccprobe starts by "
		  "itself speaks plain HTTP" },
		{ { "--ca-file=x", "--bundled", ONE },
		  "--ca-file goes with --gateway" },
		{ { "--client-cert=x", "--bundled", ONE },
		  "--client-cert goes with --gateway" },
		{ { "--client-key=x", "--bundled", ONE },
		  "--client-key goes with --gateway" },
		{ { GATEWAY, KEY, "--ca-file=none.pem", ONE }, "--ca-file" },
		{ { GATEWAY, KEY, "--client-cert=none.pem", ONE },
		  "--client-cert" },
		{ { GATEWAY, KEY, "--client-key=none.pem", ONE }, "--client-" },
		{ { GATEWAY, KEY, "--rate=fast", ONE }, "--rate: " },
		{ { "--mock-listen=here", "--bundled", ONE }, "" },
		{ { "--provider-listen=c=127.0.0.1:0", "--bundled", ONE },
		  "--provider-listen: 'c=127.0.0.1:0' should be b=ADDR:PORT" },
		{ { "--provider-listen=127.0.0.1:0", "--bundled", ONE },
		  "--provider-listen: '127.0.0.1:0' should be b=ADDR:PORT" },
		{ { "--provider-listen=b=there", "--bundled", ONE }, "" },
		{ { GATEWAY, "--key=1234567", ONE },
		  "--key: a key of 7 characters cannot be told from other "
		  "text; give the gateway a test key of 8 or more" },
		{ { GATEWAY, "--key=env:NOT_SET", ONE }, "--key" },
		{ { GATEWAY, KEY, "--auth=basic", ONE }, "--auth" },
		{ { "--header=none", ONE }, "--header" },
		{ { "--model=m", ONE }, "--model goes with --no-mock only" },
		{ { "--max-requests=1", ONE },
		  "--max-requests goes with --no-mock only" },
		{ { "--no-mock", ONE }, "--no-mock needs --gateway" },
		{ { "--no-mock", GATEWAY, "--mock-listen=127.0.0.1:1", ONE },
		  "--mock-listen and --no-mock exclude each other" },
		{ { "--no-mock", GATEWAY, "--upstream-key=abcdefgh", ONE },
		  "--upstream-key and --no-mock exclude each other" },
		{ { "--no-mock", GATEWAY, "--max-requests=0", ONE },
		  "--max-requests: 1 or more" },
		{ { "--no-mock", GATEWAY, "--model=", ONE },
		  "--model: a model must have a name" },
		{ { "--preflight-ms=0", ONE }, "--preflight-ms: 1 or more" },
		{ { "--pool-wait=3601", ONE },
		  "--pool-wait: 3600 seconds at most" },
		{ { "--again=3601", ONE }, "--again: 3600 seconds at most" },
		{ { "--jobs=0", ONE }, "--jobs: from 1 to 1024" },
		{ { "--jobs=1025", ONE }, "--jobs: from 1 to 1024" },
		{ { "stream/no-such-case" }, "" },
		{ { "--client=1.0.0", ONE }, "" },
		{ { "--baseline=none.json", ONE }, "none.json" },
		{ { "--prices=none.json", ONE }, "none.json" },
		{ { "--report=tp", ONE },
		  "--report: no format 'tp'; there "
		  "are: " },
		{ { "--report=tap=", ONE },
		  "--report tap=: no file is named; write tap=FILE, or tap "
		  "alone for stdout" },
		{ { "--report=tap", "--report=json", ONE },
		  "--report: only one can go to stdout; give the others a "
		  "file, as in tap=FILE" },
		{ { "--events", "--report=tap", ONE },
		  "--report: only one can go to stdout, and --events uses it; "
		  "give the others a file" },
		{ { "--report=tap", "--causes", ONE },
		  "--report: only one can go to stdout" },
		{ { "--report=tap=none/x", ONE }, "--report none/x: " },
		{ { "--report=tap=x", "--report=json=./x", ONE },
		  "--report tap=x and --report json=./x: two reports cannot "
		  "go into one file; give each its own" },
	};

	(void)state;
	BAD(rows);
}

/* ---- what it comes to ---- */

static void t_plain(void **state)
{
	struct run_plan p;

	(void)state;
	GOOD(&p, ONE);
	assert_string_equal(p.root, CCPROBE_SOURCE_DIR);
	assert_int_equal(p.config.count, 1);
	assert_string_equal(p.config.cases[0]->id, ONE);
	assert_int_equal(p.config.jobs, 64);
	assert_int_equal(p.config.preflight_ms, 10000);
	assert_int_equal(p.config.pool_wait_ms, 60000);
	assert_int_equal(p.config.again_ms, 90000);
	assert_true(p.config.max_requests == SIZE_MAX);
	assert_string_equal(p.config.model, RECORDED_MODEL);
	assert_non_null(p.config.client);
	assert_null(p.config.gateway);
	assert_non_null(p.config.target);
	assert_int_equal(p.config.mocks[0].port, 0);
	assert_string_equal(p.config.mocks[0].host, "127.0.0.1");
	assert_int_equal(p.config.keep, KEEP_NONE);
	assert_null(p.config.out);
	assert_null(p.config.claims);
	assert_false(p.config.no_mock);
	assert_false(p.config.progress);
	assert_int_equal(p.config.rate.interval, 0);
	assert_int_equal(p.outputs.count, 0);
	assert_null(p.settle.write);
	assert_false(p.settle.has_less);
	assert_false(p.settle.has_baseline);
	run_plan_clear(&p);
	assert_told("");
}

static void t_full(void **state)
{
	struct run_plan p;

	(void)state;
	put_file("b.json", "{\"baseline\": []}");
	GOOD(&p, "--gateway=https://gw.example/a//", "--key=env:THE_KEY",
	     "--upstream-key=env:OTHER_KEY", "--auth=x-api-key",
	     "--mock-listen=[::1]:8480", "--rate=0.5", "--insecure",
	     "--header=x-a: 1", "--without=models", "--jobs=1024",
	     "--provider-listen=b=127.0.0.1:8481",
	     "--provider-listen=c=[::1]:0", ONE);
	assert_string_equal(p.config.gateway, "https://gw.example/a");
	assert_null(p.config.target);
	assert_string_equal(p.config.client_key, "sk-key-of-a-variable");
	assert_string_equal(p.config.upstream_key, "sk-other-of-a-variable");
	assert_true(p.config.upstream_key_known);
	assert_int_equal(p.config.auth, AUTH_API_KEY);
	assert_int_equal(p.config.mock_count, 3);
	assert_int_equal(p.config.mocks[0].port, 8480);
	assert_int_equal(p.config.mocks[1].port, 8481);
	assert_string_equal(p.config.mocks[2].host, "::1");
	assert_int_equal(p.config.ring->count, 0);
	assert_int_equal(p.config.rate.interval, 2 * TICK_S);
	assert_true(p.config.tls.any_certificate);
	assert_string_equal(headers_get(p.config.extra, "x-a"), "1");
	assert_int_equal(p.config.without_count, 1);
	assert_string_equal(p.config.without[0], "models");
	assert_int_equal(p.config.jobs, 1024);
	run_plan_clear(&p);
	GOOD(&p, GATEWAY, KEY, "--no-mock", "--model=m", "--max-requests=1",
	     "--preflight-ms=1", "--pool-wait=3600", "--again=0", ONE);
	assert_int_equal(p.config.jobs, 4);
	assert_true(p.config.no_mock);
	assert_string_equal(p.config.model, "m");
	assert_int_equal(p.config.max_requests, 1);
	assert_int_equal(p.config.preflight_ms, 1);
	assert_int_equal(p.config.pool_wait_ms, 3600000);
	assert_int_equal(p.config.again_ms, 0);
	assert_int_equal(p.config.auth, AUTH_BEARER);
	assert_false(p.config.upstream_key_known);
	assert_int_equal(p.config.mocks[0].port, 8473);
	run_plan_clear(&p);
	GOOD(&p, "--out=logs", "--write-baseline=w.json", "--baseline=b.json",
	     "--fail-level=should", "--report=tap", "--report=json=r.json",
	     "--verbose", "--jobs=1", ONE);
	assert_int_equal(p.config.keep, KEEP_FAIL);
	assert_string_equal(p.config.out, "logs");
	assert_string_equal(p.settle.write, "w.json");
	assert_true(p.settle.has_less);
	assert_int_equal(p.settle.less, LEVEL_SHOULD);
	assert_true(p.settle.has_baseline);
	assert_int_equal(p.outputs.count, 2);
	assert_true(p.outputs.machine);
	assert_true(p.outputs.how.verbose);
	assert_false(p.outputs.how.colour);
	assert_null(p.outputs.list[0].path);
	assert_string_equal(p.outputs.list[1].path, "r.json");
	assert_int_equal(p.config.jobs, 1);
	run_plan_clear(&p);
	GOOD(&p, "--out=logs", "--keep=none", "--causes", ONE);
	assert_int_equal(p.config.keep, KEEP_NONE);
	assert_int_equal(p.outputs.count, 1);
	assert_string_equal(p.outputs.list[0].kind->name, "integrity");
	run_plan_clear(&p);
	GOOD(&p, "--out=logs", "--keep=all", "--fail-level=may", ONE);
	assert_int_equal(p.config.keep, KEEP_ALL);
	assert_int_equal(p.settle.less, LEVEL_MAY);
	run_plan_clear(&p);
}

static void t_keys(void **state)
{
	struct run_plan p;

	(void)state;
	GOOD(&p, GATEWAY, "--key=messages", ONE);
	assert_told("ccprobe: warning: --key: the key is too weak");
	assert_true(p.config.weak[CASE_KEY_CLIENT]);
	assert_false(p.config.weak[CASE_KEY_UPSTREAM]);
	run_plan_clear(&p);
	GOOD(&p, GATEWAY, "--key=x", "--without=authenticates", ONE);
	assert_string_equal(p.config.client_key, "x");
	run_plan_clear(&p);
	setenv("ANTHROPIC_AUTH_TOKEN", "sk-found-0123456789", 1);
	GOOD(&p, GATEWAY, ONE);
	assert_string_equal(p.config.client_key, "sk-found-0123456789");
	assert_told("ccprobe: the key is that of $ANTHROPIC_AUTH_TOKEN\n");
	assert_int_equal(p.config.auth, AUTH_BEARER);
	/* A target that signs in gives another key, and the cases are read
	 * again with it. */
	assert_int_equal(
		p.config.signed_in(p.config.arg, "sk-signed-in-0123", NULL), 0);
	assert_string_equal(p.config.client_key, "sk-signed-in-0123");
	assert_int_equal(p.config.count, 1);
	assert_string_equal(p.config.cases[0]->id, ONE);
	run_plan_clear(&p);
	unsetenv("ANTHROPIC_AUTH_TOKEN");
}

/* ---- cases that failed before ---- */

#define BEFORE(members, verdict) \
	"{\"version\":2," members "\"cases\":[{\"id\":\"" ONE \
	"\",\"verdict\":\"" verdict \
	"\"},{\"id\":\"stream/gone\",\"verdict\":\"fail\"}," \
	"{\"id\":\"stream/other\",\"verdict\":\"pass\"}]}"

static void t_failed(void **state)
{
	static const struct bad rows[] = {
		{ { "--failed-from=passed.json", "--bundled" },
		  "passed.json: no case failed in it, so there is nothing to "
		  "run" },
		{ { "--failed-from=nothing.json", KEY },
		  "--failed-from nothing.json: it does not say how its gateway "
		  "is started; give --gateway or --target" },
		{ { "--failed-from=started.json", KEY },
		  "--failed-from started.json: it does not say how" },
	};
	struct run_plan p;

	(void)state;
	put_file("passed.json", "{\"version\":2,\"cases\":[{\"id\":\"a/"
				"b\",\"verdict\":\"pass\"}"
				",{\"id\":\"a/c\",\"verdict\":\"skip\"}]}");
	put_file("nothing.json", BEFORE("", "fail"));
	put_file("started.json",
		 BEFORE("\"gateway\":\"http://h:1\",\"target\":\"nginx\",",
			"fail"));
	put_file("named.json", BEFORE("\"target_name\":\"direct\",", "broken"));
	put_file(
		"running.json",
		BEFORE("\"gateway\":\"http://h:1\",\"target\":\"a gateway that "
		       "was running\",",
		       "fail"));
	BAD(rows);
	GOOD(&p, "--failed-from=named.json");
	assert_told("ccprobe: the gateway is direct, as in named.json\n");
	assert_told("ccprobe: named.json: the case 'stream/gone' does not "
		    "exist any more, and is not run\n");
	assert_int_equal(p.config.count, 1);
	assert_string_equal(p.config.cases[0]->id, ONE);
	assert_null(p.config.gateway);
	run_plan_clear(&p);
	GOOD(&p, "--failed-from=running.json", KEY);
	assert_string_equal(p.config.gateway, "http://h:1");
	assert_null(p.config.target);
	run_plan_clear(&p);
	GOOD(&p, "--failed-from=running.json", "--bundled");
	assert_null(p.config.gateway);
	run_plan_clear(&p);
	GOOD(&p, "--failed-from=nothing.json", KEY, GATEWAY);
	assert_string_equal(p.config.gateway, "http://127.0.0.1:4000");
	run_plan_clear(&p);
}

/* ---- colours ---- */

static void t_colour(void **state)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY);
	int file = open("/dev/null", O_WRONLY);

	(void)state;
	assert_true(terminal >= 0 && file >= 0);
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	assert_true(output_colour(false, terminal));
	assert_false(output_colour(true, terminal));
	assert_false(output_colour(false, file));
	setenv("TERM", "dumb", 1);
	assert_false(output_colour(false, terminal));
	unsetenv("TERM");
	assert_true(output_colour(false, terminal));
	setenv("NO_COLOR", "", 1);
	assert_true(output_colour(false, terminal));
	setenv("NO_COLOR", "1", 1);
	assert_false(output_colour(false, terminal));
	unsetenv("NO_COLOR");
	close(terminal);
	close(file);
}

/* ---- ccprobe.json ---- */

#define BEGIN "{\"gateway\": \"http://gw:1/\", \"key\": \"env:THE_KEY\""

static void t_project(void **state)
{
	struct run_plan p;

	(void)state;
	put_file("ccprobe.json",
		 BEGIN ", \"auth\": \"both\", \"upstream_key\": "
		       "\"env:OTHER_KEY\", \"mock_listen\": "
		       "\"127.0.0.1:8490\", \"insecure\": true, \"rate\": "
		       "0.25, \"provider\": \"messages\", \"providers\": "
		       "{\"b\": \"127.0.0.1:8492\"}, \"keys\": "
		       "{\"rated\": \"env:OTHER_KEY\"}, \"claims\": "
		       "[\"relays\", \"models\"], \"model\": \"m\", "
		       "\"reports\": [\"tap=t.tap\", \"json=j.json\"]}");
	GOOD(&p, ONE);
	assert_told("ccprobe: ccprobe.json: the gateway is http://gw:1/\n");
	assert_string_equal(p.config.gateway, "http://gw:1");
	assert_string_equal(p.config.client_key, "sk-key-of-a-variable");
	assert_string_equal(p.config.upstream_key, "sk-other-of-a-variable");
	assert_int_equal(p.config.auth, AUTH_BOTH);
	assert_int_equal(p.config.mock_count, 2);
	assert_int_equal(p.config.mocks[0].port, 8490);
	assert_int_equal(p.config.mocks[1].port, 8492);
	assert_string_equal(keyring_find(p.config.ring, "rated"),
			    "sk-other-of-a-variable");
	assert_true(p.config.tls.any_certificate);
	assert_int_equal(p.config.rate.interval, 4 * TICK_S);
	assert_int_equal(p.config.claim_count, 2);
	assert_string_equal(p.config.claims[0], "relays");
	assert_string_equal(p.config.claims[1], "models");
	assert_string_equal(p.config.model, RECORDED_MODEL);
	assert_int_equal(p.outputs.count, 2);
	assert_string_equal(p.outputs.list[0].path, "t.tap");
	run_plan_clear(&p);
	/* Options override it. */
	GOOD(&p, GATEWAY, KEY, "--auth=bearer", "--rate=1",
	     "--upstream-key=sk-typed-012345", "--mock-listen=127.0.0.1:8491",
	     "--provider-listen=b=127.0.0.1:8493", "--report=tap", ONE);
	assert_string_equal(p.config.gateway, "http://127.0.0.1:4000");
	assert_string_equal(p.config.client_key, "sk-a-long-enough-key-1");
	assert_string_equal(p.config.upstream_key, "sk-typed-012345");
	assert_int_equal(p.config.auth, AUTH_BEARER);
	assert_int_equal(p.config.mocks[0].port, 8491);
	assert_int_equal(p.config.mocks[1].port, 8493);
	assert_int_equal(p.config.rate.interval, TICK_S);
	assert_int_equal(p.outputs.count, 1);
	run_plan_clear(&p);
	GOOD(&p, "--no-mock", ONE);
	assert_string_equal(p.config.model, "m");
	assert_false(p.config.upstream_key_known);
	run_plan_clear(&p);
	GOOD(&p, "--no-mock", "--model=typed", ONE);
	assert_string_equal(p.config.model, "typed");
	run_plan_clear(&p);
	/* With a target of its own the file is not meant. */
	GOOD(&p, "--bundled", ONE);
	assert_null(p.config.gateway);
	assert_null(p.config.claims);
	run_plan_clear(&p);
	GOOD(&p, "--target=bundled", ONE);
	assert_null(p.config.gateway);
	run_plan_clear(&p);
	put_file("ccprobe.json", BEGIN ", \"no_mock\": true, \"claims\": []}");
	GOOD(&p, ONE);
	assert_true(p.config.no_mock);
	assert_non_null(p.config.claims);
	assert_int_equal(p.config.claim_count, 0);
	assert_string_equal(p.config.model, RECORDED_MODEL);
	run_plan_clear(&p);
	put_file("none.json", "{\"baseline\": []}");
	put_file("ccprobe.json", BEGIN ", \"baseline\": \"none.json\"}");
	GOOD(&p, ONE);
	assert_true(p.settle.has_baseline);
	run_plan_clear(&p);
}

static void t_bad_project(void **state)
{
	static const struct {
		const char *text, *said;
	} rows[] = {
		{ "", "ccprobe.json" },
		{ "[]", "ccprobe.json:1:1: " },
		{ "{}", "ccprobe.json:1:1: " },
		{ "{\"gateway\": \"\"}", "ccprobe.json:1:13: " },
		{ BEGIN ", \"x\": 1}", "ccprobe.json:1:" },
		{ "{\"gateway\": \"http://gw\", \"key\": \"sk-1\"}",
		  "ccprobe.json:1:33: write env:NAME, the variable that holds "
		  "the key: this file is no place for a key" },
		{ BEGIN ", \"upstream_key\": \"sk-1\"}",
		  "ccprobe.json:1:67: write env:NAME" },
		{ BEGIN ", \"provider\": \"chat\"}",
		  "ccprobe.json:1:63: the provider's format is 'messages'" },
		{ BEGIN ", \"client_format\": \"chat\"}",
		  "ccprobe.json:1:68: the client's format is messages, "
		  "bedrock or vertex" },
		{ BEGIN ", \"client_format\": \"bedrock\"}",
		  "the cases that match 'stream" },
		{ BEGIN ", \"claims\": [\"relays\", 1]}",
		  "ccprobe.json:1:72: a claim must be a text" },
		{ BEGIN ", \"claims\": [\"relay\"]}",
		  "ccprobe.json:1:62: claims: no claim 'relay'; did you mean "
		  "'relays'?" },
		{ BEGIN ", \"keys\": {\"budgte\": \"env:A\"}}",
		  "ccprobe.json:1:70: no key 'budgte'; did you mean "
		  "'budget'?" },
		{ BEGIN ", \"keys\": {\"budget\": \"sk-1\"}}",
		  "ccprobe.json:1:70: write env:NAME" },
		{ BEGIN ", \"keys\": {\"budget\": 1}}",
		  "ccprobe.json:1:70: write env:NAME" },
		{ BEGIN ", \"keys\": {\"budget\": \"env:NOT_SET\"}}",
		  "ccprobe.json:1:70: the variable NOT_SET is not set, or "
		  "empty" },
		{ BEGIN ", \"providers\": {\"b\": 1}}",
		  "ccprobe.json:1:70: a provider must be written" },
		{ BEGIN ", \"wishes\": {}}",
		  "ccprobe.json:1:61: wishes are read in a 'header'" },
		{ BEGIN ", \"rate\": \"1\"}",
		  "ccprobe.json:1:59: the rate must be a number of requests a "
		  "second" },
		{ BEGIN ", \"rate\": 1e9}", "ccprobe.json: rate: " },
		{ BEGIN ", \"reports\": [1]}",
		  "ccprobe.json:1:63: a report must be written FORMAT=FILE" },
		{ BEGIN ", \"ca_file\": \"none.pem\"}",
		  "ccprobe.json: ca_file" },
		{ BEGIN ", \"client_cert\": \"none.pem\"}",
		  "ccprobe.json: client_cert" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static const char *const words[] = { ONE, NULL };
		struct run_plan p;
		struct fail f;

		put_file("ccprobe.json", rows[i].text);
		if (make(&p, words, &f) == 0)
			fail_msg("row %zu is taken", i);
		if (strncmp(f.text, rows[i].said, strlen(rows[i].said)) != 0)
			fail_msg("row %zu says: %s", i, f.text);
		assert_true(f.code == FAIL_USAGE || f.code == FAIL_CASE);
		run_plan_clear(&p);
	}
}

/* ---- parts of it ---- */

/* Options override a target's file. */
static void t_client_format(void **state)
{
	struct run_plan p;

	(void)state;
	GOOD(&p, "--bundled", ONE);
	assert_int_equal(p.config.client_format, FORMAT_MESSAGES);
	run_plan_clear(&p);
	GOOD(&p, "--target=bundled-bedrock", "cloud/service-tier");
	assert_int_equal(p.config.client_format, FORMAT_BEDROCK);
	run_plan_clear(&p);
	GOOD(&p, "--target=direct", "--client-format=vertex", "cloud/vertex-*");
	assert_int_equal(p.config.client_format, FORMAT_VERTEX);
	run_plan_clear(&p);
	put_file("ccprobe.json", BEGIN ", \"client_format\": \"bedrock\"}");
	GOOD(&p, "cloud/service-tier");
	assert_int_equal(p.config.client_format, FORMAT_BEDROCK);
	run_plan_clear(&p);
	put_file("ccprobe.json", "{\"gateway\": \"http://gw:1\"}");
}

/* A certificate and its key come from one place. */
static void t_connect(void **state)
{
	static const struct project j = { .insecure = true,
					  .ca_file = "ca",
					  .client_cert = "cert",
					  .client_key = "key",
					  .rate = (char *)"1" };
	struct connect_options o = { .ca_file = NULL };

	(void)state;
	assert_null(connect_first_tls(&o));
	connect_of_project(&o, &j);
	assert_true(o.insecure && o.ca_of_project && o.client_of_project &&
		    o.rate_of_project);
	assert_string_equal(o.ca_file, "ca");
	assert_string_equal(o.client_cert, "cert");
	assert_string_equal(o.client_key, "key");
	assert_string_equal(o.rate, "1");
	o = (struct connect_options){ .client_key = "mine" };
	assert_string_equal(connect_first_tls(&o), "--client-key");
	connect_of_project(&o, &j);
	assert_null(o.client_cert);
	assert_string_equal(o.client_key, "mine");
	assert_false(o.client_of_project);
	o = (struct connect_options){ .client_cert = "mine",
				      .ca_file = "own",
				      .rate = "2" };
	assert_string_equal(connect_first_tls(&o), "--ca-file");
	connect_of_project(&o, &j);
	assert_string_equal(o.client_cert, "mine");
	assert_null(o.client_key);
	assert_string_equal(o.ca_file, "own");
	assert_string_equal(o.rate, "2");
	assert_false(o.ca_of_project || o.rate_of_project);
	o = (struct connect_options){ .client_cert = "mine" };
	assert_string_equal(connect_first_tls(&o), "--client-cert");
	o = (struct connect_options){ .insecure = true };
	connect_of_project(&o, &(struct project){ .json = NULL });
	assert_true(o.insecure);
	o = (struct connect_options){ .insecure = false };
	connect_of_project(&o, &(struct project){ .json = NULL });
	assert_false(o.insecure);
}

static void t_identity(void **state)
{
	static const char *const words[] = { "run",
					     "--key",
					     "sk-secret",
					     "--key=sk-more",
					     "--key=env:A",
					     "--key",
					     "env:B",
					     "--header",
					     "x: secret",
					     "--header=y: s",
					     "--upstream-key=s",
					     "--report",
					     "tap=f",
					     "--report=tap",
					     "--out",
					     "d",
					     "--slow",
					     "it's",
					     "",
					     "a b",
					     "--key",
					     "--report",
					     "errors/*" };
	enum { COUNT = sizeof(words) / sizeof(words[0]) };
	struct identity identity = { .command = NULL };
	struct run_report r = { .list = NULL };
	char *argv[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		argv[i] = (char *)words[i];
	identity_of(&identity, COUNT, argv, CCPROBE_SOURCE_DIR, &r);
	assert_string_equal(
		r.command,
		"ccprobe run --key env:GATEWAY_KEY --key=env:GATEWAY_KEY "
		"--key=env:A --key env:B --header 'NAME: VALUE' "
		"--header='NAME: VALUE' --upstream-key=env:UPSTREAM_KEY --slow "
		"'it'\\''s' '' 'a b' --key env:GATEWAY_KEY 'errors/*'");
	assert_int_equal(strlen(r.date), 10);
	assert_true(r.requirement_count > 100);
	identity_clear(&identity);
	assert_null(identity.command);
	r = (struct run_report){ .list = NULL };
	identity_of(&identity, 1, argv, "/nowhere", &r);
	assert_string_equal(r.command, "ccprobe run");
	assert_null(r.requirements);
	identity_clear(&identity);
}

static void t_claims(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	size_t count = 0;

	(void)state;
	for (; claims[count].name; count++) {
		assert_ptr_equal(claims_find(claims[count].name),
				 &claims[count]);
		assert_int_equal(claims_check("x", claims[count].name, &f), 0);
	}
	assert_int_equal(claims_count(), count);
	assert_null(claims_find("none"));
	assert_int_equal(claims_check("x", "keeps-request-i", &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_string_equal(f.text, "x: no claim 'keeps-request-i'; did you "
				    "mean 'keeps-request-id'?");
	claims_list(&out);
	assert_true(span_starts(buf_span(&out),
				"relays\n  passes requests and answers of "
				"/v1/messages through\ncancels\n"));
	assert_true(span_ends(buf_span(&out),
			      "Asked of a gateway only if it is declared.\n"));
	buf_clear(&out);
}

/* Prices: what was given, else those of the suite, else the usual ones. */
static void t_money(void **state)
{
	struct fail f = FAIL_INIT;
	struct prices p;

	(void)state;
	assert_int_equal(money_prices(&p, folder, NULL, &f), 0);
	assert_memory_equal(&p, &prices_usual, sizeof(p));
	assert_int_equal(money_prices(&p, folder, "none.json", &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_int_equal(money_prices(&p, CCPROBE_SOURCE_DIR, NULL, &f), 0);
}

int main(void)
{
#define T(title, fn) \
	{ \
		"plan: " title, fn, set_up, tear_down, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("options that make no sense are refused", t_bad_options),
		T("without an option it is the bundled gateway", t_plain),
		T("each option has its place", t_full),
		T("keys", t_keys),
		T("cases that failed before", t_failed),
		T("colours", t_colour),
		T("ccprobe.json says what is not typed", t_project),
		T("what is wrong in ccprobe.json has its place", t_bad_project),
		T("what the client speaks", t_client_format),
		T("a certificate and its key come from one place", t_connect),
		T("the command is told without credentials", t_identity),
		T("claims", t_claims),
		T("prices", t_money),
	};
#undef T

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
