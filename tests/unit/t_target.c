/* Targets: files that are wrong, programs that start, fail and stop. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "probe/run/target.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

struct fixture {
	struct loop *loop;
	struct target *target;
	char *folder;
	char url[128];
	struct keyring ring;
	struct fail fail;
	bool told;
};

static int set_up(void **state)
{
	struct fixture *x = xcalloc(1, sizeof(*x));
	struct fail f = FAIL_INIT;

	assert_int_equal(loop_new(&x->loop, &f), 0);
	assert_int_equal(scratch_new(&x->folder, &f), 0);
	keyring_add(&x->ring, "second", "sk");
	keyring_add(&x->ring, "rated", "rk");
	*state = x;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *x = *state;

	target_free(x->target);
	keyring_clear(&x->ring);
	loop_free(x->loop);
	scratch_free(x->folder);
	free(x);
	return 0;
}

static int read_target(struct fixture *x, const char *text, struct fail *f)
{
	char path[512];

	assert_int_equal(
		scratch_write(x->folder, "target.json", span_of(text), f), 0);
	snprintf(path, sizeof(path), "%s/target.json", x->folder);
	return target_read(&x->target, "nowhere", path, f);
}

static void on_ready(void *arg, const char *url, const struct fail *f)
{
	struct fixture *x = arg;

	assert_false(x->told);
	x->told = true;
	x->fail = *f;
	snprintf(x->url, sizeof(x->url), "%s", url);
	loop_stop(x->loop);
}

static void start(struct fixture *x, const char *text)
{
	struct target_place place = {
		.root = "nowhere",
		.bin = "/bin",
		.mocks = { { "127.0.0.1", 9 }, { "::1", 10 } },
		.mock_count = 2,
		.client_key = "ck",
		.ring = &x->ring,
		.upstream_key = "uk",
	};
	struct fail f = FAIL_INIT;

	if (read_target(x, text, &f) < 0)
		fail_msg("%s", f.text);
	target_start(x->target, x->loop, &place, on_ready, x);
	loop_run(x->loop);
	assert_true(x->told);
}

static void wrong_files(void **state)
{
	static const char *const rows[][2] = {
		{ "{ \"title\": \"t\" }", "claims" },
		{ "{ \"title\": \"t\", \"claims\": [], \"providers\":"
		  " { \"c\": \"127.0.0.1:0\" } }",
		  "providers are b, c and so on to h, in this order" },
		{ "{ \"title\": \"t\", \"claims\": [], \"providers\":"
		  " { \"b\": \"somewhere\" } }",
		  "somewhere" },
		{ "{ \"title\": \"t\", \"claims\": [], \"providers\":"
		  " { \"b\": 3 } }",
		  "must be a text" },
		{ "{ \"title\": \"t\", \"claims\": [], \"keys\":"
		  " [\"ratde\"] }",
		  "no key 'ratde'; did you mean 'rated'?" },
		{ "{ \"title\": \"t\", \"claims\": [], \"keys\":"
		  " [\"rated\", \"rated\"] }",
		  "'rated' is there twice" },
		{ "{ \"title\": \"t\", \"claims\": [], \"wishes\": {} }",
		  "in a 'header' or in a 'member' of the body" },
		{ "{ \"title\": \"t\", \"claims\": [], \"wishes\":"
		  " { \"header\": \"a\", \"member\": \"b\" } }",
		  "in a 'header' or in a 'member' of the body" },
		{ "{ \"title\": \"t\", \"claims\": [], \"wishes\":"
		  " { \"field\": \"a\" } }",
		  "field" },
		{ "{ \"title\": \"t\", \"claims\": [\"flies\"] }", "flies" },
		{ "{ \"title\": \"t\", \"claims\": [3] }", "no such claim" },
		{ "{ \"title\": \"t\", \"claims\": [], \"auth\": \"x\" }",
		  "'x'" },
		{ "{ \"title\": \"t\", \"claims\": [], \"start\": [1] }",
		  "must be a text" },
		{ "{ \"title\": \"t\", \"claims\": [], \"path\": \"b\" }",
		  "\"/name\"" },
		{ "{ \"title\": \"t\", \"claims\": [], \"path\": \"/b/\" }",
		  "\"/name\"" },
		{ "{ \"title\": \"t\", \"claims\": [], \"strat\": [] }",
		  "strat" },
		{ "{ \"title\": \"t\", \"claims\": [], \"requires\": {} }",
		  "program" },
		{ "{ \"title\": \"t\", \"claims\": [], \"headers\": [[\"a\"]] "
		  "}",
		  "[\"name\", \"value\"]" },
		{ "{ \"title\": \"t\", \"claims\": [], \"headers\": [3] }",
		  "[\"name\", \"value\"]" },
		{ "{ \"title\": \"t\", \"claims\": [], \"sign_in\": [\"a\"] "
		  "}",
		  "'sign_in' needs 'start'" },
		{ "{ \"title\": \"t\", \"claims\": [], \"start\": [\"a\"],"
		  " \"sign_in\": [1] }",
		  "must be a text" },
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(read_target(x, rows[i][0], &f), -1);
		if (!strstr(f.text, rows[i][1]))
			fail_msg("'%s' is not in: %s", rows[i][1], f.text);
		assert_int_equal(f.code, FAIL_CASE);
	}
}

static void without_program(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [\"relays\"] }");
	assert_int_equal(x->fail.code, FAIL_OK);
	assert_string_equal(x->url, "http://127.0.0.1:9");
	assert_true(target_claims(x->target, "relays"));
	assert_false(target_claims(x->target, "models"));
}

static void announced(void **state)
{
	struct fixture *x = *state;

	start(x,
	      "{ \"title\": \"t\", \"claims\": [], \"listen\": \"announced\","
	      " \"environment\": { \"A\": \"${keys.client}-${mock.port}\" },"
	      " \"start\": [\"sh\", \"-c\", \"echo listening on"
	      " http://$A; [ -z \\\"$USER\\\" ] && pwd; sleep 60\"] }");
	assert_int_equal(x->fail.code, FAIL_OK);
	assert_string_equal(x->url, "http://ck-9");
}

/* Each provider's mock has its place, and each key with a name its value. */
static void several_providers(void **state)
{
	struct fixture *x = *state;

	start(x,
	      "{ \"title\": \"t\", \"claims\": [], \"listen\": \"announced\","
	      " \"providers\": { \"b\": \"[::1]:0\", \"c\": \"127.0.0.1:5\" },"
	      " \"keys\": [\"second\", \"rated\"],"
	      " \"wishes\": { \"member\": \"provider\" },"
	      " \"environment\": { \"A\": \"${mock.url}|${mock.b.url}|"
	      "${mock.b.port}|${mock.b.host}|${keys.rated}|${keys.second}\" },"
	      " \"start\": [\"sh\", \"-c\", \"echo \\\"listening on"
	      " http://$A\\\"; sleep 60\"] }");
	assert_string_equal(x->fail.text, "");
	assert_string_equal(x->url, "http://http://127.0.0.1:9|http://[::1]:10|"
				    "10|::1|rk|sk");
	assert_string_equal(target_providers(x->target)[1], "127.0.0.1:5");
	assert_null(target_providers(x->target)[2]);
	assert_string_equal(target_keys(x->target)[0], "second");
	assert_null(target_keys(x->target)[2]);
	assert_null(target_wishes(x->target)->header);
	assert_string_equal(target_wishes(x->target)->member, "provider");
}

/* The mock is no provider c, and there is no such key. */
static void no_such_provider(void **state)
{
	static const char *const names[] = { "mock.c.url", "keys.rated" };
	struct fixture *x = *state;

	for (size_t i = 0; i < 2; i++) {
		char text[200], wanted[64];

		snprintf(text, sizeof(text),
			 "{ \"title\": \"t\", \"claims\": [], \"start\":"
			 " [\"sh\", \"${%s}\"] }",
			 names[i]);
		snprintf(wanted, sizeof(wanted), "unknown name '${%s}'",
			 names[i]);
		x->told = false;
		start(x, text);
		assert_non_null(strstr(x->fail.text, wanted));
		target_free(x->target);
		x->target = NULL;
	}
}

static void free_port(void **state)
{
	struct fixture *x = *state;
	unsigned port = 0;

	start(x,
	      "{ \"title\": \"t\", \"claims\": [], \"listen\": \"announced\","
	      " \"start\": [\"sh\", \"-c\", \"echo listening on"
	      " http://127.0.0.1:${port}; sleep 60\"] }");
	assert_int_equal(x->fail.code, FAIL_OK);
	assert_int_equal(sscanf(x->url, "http://127.0.0.1:%u", &port), 1);
	assert_true(port > 0);
}

/* A path in the target's file is added to the address. */
static void path_of_its_own(void **state)
{
	struct fixture *x = *state;
	unsigned port = 0;
	int end = 0;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"path\": \"/bedrock\","
		 " \"start\": [\"perl\", \"-MIO::Socket::INET\", \"-e\","
		 " \"$s = IO::Socket::INET->new(Listen => 5, LocalAddr =>"
		 " '127.0.0.1:${port}'); sleep 60\"] }");
	assert_int_equal(x->fail.code, FAIL_OK);
	assert_int_equal(
		sscanf(x->url, "http://127.0.0.1:%u/bedrock%n", &port, &end),
		1);
	assert_int_equal(end, (int)strlen(x->url));
}

static void headers_of_its_own(void **state)
{
	struct fixture *x = *state;

	start(x,
	      "{ \"title\": \"t\", \"claims\": [], \"listen\": \"announced\","
	      " \"headers\": [[\"x-host\", \"${mock.url}/v1\"]],"
	      " \"start\": [\"sh\", \"-c\", \"echo listening on http://x;"
	      " sleep 60\"] }");
	assert_int_equal(x->fail.code, FAIL_OK);
	assert_string_equal(headers_get(target_headers(x->target), "x-host"),
			    "http://127.0.0.1:9/v1");
}

static void not_installed(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"requires\":"
		 " { \"program\": \"${targets}/gw/run\", \"install\":"
		 " \"targets/gw/install\" }, \"start\": [\"sleep\", \"60\"] }");
	assert_int_equal(x->fail.code, FAIL_SYSTEM);
	assert_non_null(strstr(x->fail.text, "targets/gw/run, which is not "
					     "installed: targets/gw/install"));
}

/* What is on PATH is found; only what is announced as a URL is taken for one. */
static void installed(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"listen\":"
		 " \"announced\", \"requires\": { \"program\": \"sh\","
		 " \"install\": \"apt\" }, \"start\": [\"sh\", \"-c\","
		 " \"echo listening on 127.0.0.1; exit 3\"] }");
	assert_int_equal(x->fail.code, FAIL_SYSTEM);
	assert_non_null(strstr(x->fail.text, "exited with status 3"));
}

/* Its URL has no room. */
static void announces_too_much(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"listen\":"
		 " \"announced\", \"start\": [\"sh\", \"-c\", \"printf"
		 " 'listening on http://%0999d\\n' 1; exit 3\"] }");
	assert_int_equal(x->fail.code, FAIL_SYSTEM);
	assert_non_null(strstr(x->fail.text, "exited with status 3"));
}

static void ends_at_once(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [],"
		 " \"start\": [\"sh\", \"-c\", \"echo no luck; exit 3\"] }");
	assert_int_equal(x->fail.code, FAIL_SYSTEM);
	assert_non_null(strstr(x->fail.text, "exited with status 3"));
	assert_non_null(strstr(x->fail.text, "no luck"));
}

static void never_listens(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"ready_ms\": 60,"
		 " \"start\": [\"sleep\", \"60\"] }");
	assert_non_null(strstr(x->fail.text, "was not ready after 60 ms"));
}

static void talkative(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [],"
		 " \"start\": [\"sh\", \"-c\", \"echo first; i=0; while"
		 " [ $i -lt 9000 ]; do echo 0123456789abcdef; i=$((i+1));"
		 " done; echo last; exit 1\"] }");
	assert_true(target_output(x->target).len <= 65536);
	assert_true(span_starts(target_output(x->target), "first\n"));
	assert_true(span_ends(target_output(x->target), "last\n"));
}

/* The child was inherited by init, which may take a moment to reap it. */
static void wait_for_end(pid_t child)
{
	for (int i = 0; i < 200 && kill(child, 0) == 0; i++)
		usleep(10000);
	assert_int_equal(kill(child, 0), -1);
}

static void group_ends(void **state)
{
	struct fixture *x = *state;
	struct span out;
	pid_t child;

	start(x,
	      "{ \"title\": \"t\", \"claims\": [], \"listen\": \"announced\","
	      " \"start\": [\"sh\", \"-c\", \"sleep 60 & echo $!; echo"
	      " listening on http://x; wait\"] }");
	out = target_output(x->target);
	child = (pid_t)strtol(out.at, NULL, 10);
	assert_int_equal(kill(child, 0), 0);
	target_stop(x->target);
	wait_for_end(child);
}

/* A gateway that is there at once, `rest` of its environment and headers, and
 * the command that signs in. */
static void start_and_sign_in(struct fixture *x, const char *rest,
			      const char *command)
{
	struct buf b = BUF_INIT(4096);

	buf_addf(&b,
		 "{ \"title\": \"t\", \"claims\": [], \"listen\":"
		 " \"announced\", \"start\": [\"sh\", \"-c\", \"echo listening"
		 " on http://gw; sleep 60\"], %s \"sign_in\": [\"sh\", \"-c\","
		 " \"%s\", \"sh\", \"${url}\"] }",
		 rest, command);
	start(x, buf_str(&b));
	buf_clear(&b);
}

static void signs_in(void **state)
{
	struct fixture *x = *state;

	start_and_sign_in(
		x,
		"\"environment\": { \"A\": \"${keys.upstream}\" },"
		" \"headers\": [[\"x-key\", \"${keys.client}\"]],",
		"echo words >&2; [ -z \\\"$USER\\\" ] && echo"
		" $A-$1-$(basename $HOME | cut -c1-8); echo more >&2");
	assert_int_equal(x->fail.code, FAIL_OK);
	assert_true(target_signs_in(x->target));
	assert_string_equal(target_key(x->target), "uk-http://gw-ccprobe-");
	assert_string_equal(headers_get(target_headers(x->target), "x-key"),
			    "uk-http://gw-ccprobe-");
}

static void without_signing_in(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [] }");
	assert_false(target_signs_in(x->target));
	assert_null(target_key(x->target));
}

static void signs_in_in_vain(void **state)
{
	static const char *const rows[][2] = {
		{ "echo begun >&2; echo not-a-key; echo no account >&2; exit 3",
		  "cannot be signed in to: its command exited with status 3; "
		  "it printed: begun no account" },
		{ "exit 0", "its command printed no key on stdout" },
		{ "echo", "its command printed no key on stdout" },
		{ "echo a; echo b", "more than a key on stdout" },
		{ "echo no account", "more than a key on stdout" },
		{ "printf 'a\\\\0b'", "more than a key on stdout" },
		{ "echo 1234567", "a key that is too short" },
		{ "kill -9 $$", "its command was ended by signal 9" },
	};
	struct fixture *x = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		x->told = false;
		start_and_sign_in(x, "", rows[i][0]);
		assert_int_equal(x->fail.code, FAIL_SYSTEM);
		if (!strstr(x->fail.text, rows[i][1]))
			fail_msg("'%s' is not in: %s", rows[i][1],
				 x->fail.text);
		assert_null(strstr(x->fail.text, "not-a-key"));
		assert_null(strchr(x->fail.text, '\n'));
		assert_null(target_key(x->target));
		target_free(x->target);
		x->target = NULL;
	}
}

static void signs_in_too_slowly(void **state)
{
	struct fixture *x = *state;
	const char *at;
	pid_t child;

	start_and_sign_in(x, "\"sign_in_ms\": 300,",
			  "sleep 60 & echo waits $! >&2; wait");
	assert_non_null(strstr(x->fail.text,
			       "its command did not end within 300 ms; it "
			       "printed: waits "));
	at = strstr(x->fail.text, "waits ");
	child = (pid_t)strtol(at + strlen("waits "), NULL, 10);
	assert_int_equal(kill(child, 0), 0);
	target_stop(x->target);
	wait_for_end(child);
}

static void ends_while_signing_in(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"listen\":"
		 " \"announced\", \"start\": [\"sh\", \"-c\", \"echo listening"
		 " on http://gw; while [ ! -e asked ]; do sleep 0.01; done;"
		 " echo no store; exit 4\"], \"sign_in\": [\"sh\", \"-c\","
		 " \"touch asked; sleep 60\"] }");
	assert_non_null(strstr(x->fail.text, "exited with status 4"));
	assert_non_null(strstr(x->fail.text, "no store"));
}

static void sign_in_missing(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"listen\":"
		 " \"announced\", \"start\": [\"sh\", \"-c\", \"echo listening"
		 " on http://gw; sleep 60\"], \"sign_in\":"
		 " [\"no-such-program-at-all\"] }");
	assert_int_equal(x->fail.code, FAIL_SYSTEM);
	assert_non_null(strstr(x->fail.text, "no-such-program-at-all"));
}

/* The key is the gateway's to give: nothing can be filled in before. */
static void key_before_signing_in(void **state)
{
	struct fixture *x = *state;

	start(x, "{ \"title\": \"t\", \"claims\": [], \"start\":"
		 " [\"sleep\", \"${keys.client}\"], \"sign_in\": [\"true\"] }");
	assert_int_equal(x->fail.code, FAIL_CASE);
	assert_non_null(strstr(x->fail.text, "'${keys.client}'"));
}

int main(void)
{
#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("target: a wrong file is refused, and what is wrong is named",
		  wrong_files),
		T("target: without a program the mock is the gateway",
		  without_program),
		T("target: an announced address is taken", announced),
		T("target: providers and keys with names", several_providers),
		T("target: what it does not name is unknown", no_such_provider),
		T("target: a port of its own is a port", free_port),
		T("target: a path that clients put after its address",
		  path_of_its_own),
		T("target: its headers are filled in", headers_of_its_own),
		T("target: what is not installed is named, and how to get it",
		  not_installed),
		T("target: what is installed is found", installed),
		T("target: what is announced has to be a URL",
		  announces_too_much),
		T("target: a program that ends is told with its last lines",
		  ends_at_once),
		T("target: a program that never listens is given up",
		  never_listens),
		T("target: of much output beginning and end are kept",
		  talkative),
		T("target: stopping ends what the program started", group_ends),
		T("target: what signing in prints is the key", signs_in),
		T("target: without signing in there is no key of its own",
		  without_signing_in),
		T("target: signing in that gives no key is told in one line",
		  signs_in_in_vain),
		T("target: signing in has a limit, and is ended",
		  signs_in_too_slowly),
		T("target: a program that ends while it is signed in to",
		  ends_while_signing_in),
		T("target: a command to sign in that is missing is named",
		  sign_in_missing),
		T("target: the key of a sign-in is not known at the start",
		  key_before_signing_in),
	};
#undef T

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("target", tests, NULL, NULL);
}
