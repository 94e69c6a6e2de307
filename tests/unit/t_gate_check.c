/* gateway/check: what is said of a provider that is asked, which is done by
 * functions of this file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "gateway/check.h"
#include "net/fetch.h"

/* ---- in the place of the network ---- */

static int starts; /* what fetch_start() gives */
static int status; /* of the answer; 0: there is none */
static struct fetch_end end;
static struct {
	char url[200], key[100], version[40];
	uint32_t connect_ms, head_ms, idle_ms;
} asked;

static const struct fetch_handler *handler;
static void *handler_arg;

int __wrap_fetch_start(struct fetch **out, struct fetcher *fr,
		       const struct fetch_request *r,
		       const struct fetch_handler *h, void *arg,
		       struct fail *f);
int __wrap_fetch_start(struct fetch **out, struct fetcher *fr,
		       const struct fetch_request *r,
		       const struct fetch_handler *h, void *arg, struct fail *f)
{
	const char *key = headers_get(r->headers, "x-api-key");
	const char *version = headers_get(r->headers, "anthropic-version");

	(void)fr;
	*out = NULL;
	snprintf(asked.url, sizeof(asked.url), "%s %s%s", r->method, r->origin,
		 r->target);
	snprintf(asked.key, sizeof(asked.key), "%s", key ? key : "");
	snprintf(asked.version, sizeof(asked.version), "%s",
		 version ? version : "");
	asked.connect_ms = r->connect_ms;
	asked.head_ms = r->head_ms;
	asked.idle_ms = r->idle_ms;
	assert_true(r->certificate);
	handler = h;
	handler_arg = arg;
	return starts < 0 ? fail_set(f, FAIL_SYSTEM, "it does not start") : 0;
}

static int stops;

void __wrap_loop_stop(struct loop *l);
void __wrap_loop_stop(struct loop *l)
{
	(void)l;
	stops++;
}

void __wrap_loop_run(struct loop *l);
void __wrap_loop_run(struct loop *l)
{
	const struct http_head head = { .status = status };

	(void)l;
	stops = 0;
	if (status > 0)
		handler->on_head(handler_arg, NULL, &head);
	assert_int_equal(stops, 0);
	handler->on_end(handler_arg, NULL, &end);
	assert_int_equal(stops, 1);
}

/* ---- what is printed ---- */

static struct buf said = BUF_INIT(BUF_NO_LIMIT);

void __wrap_log_print(FILE *to, const char *text);
void __wrap_log_print(FILE *to, const char *text)
{
	buf_addf(&said, "%s%s\n", to == stderr ? "!" : "", text);
}

#define FILE_NAME "t_gate_check.json"

static enum check_result check(const char *text, bool connect)
{
	const struct options o = { .config = FILE_NAME,
				   .connect = connect,
				   .workers = OPTIONS_NO_NUMBER,
				   .drain_ms = OPTIONS_NO_NUMBER };
	FILE *to = fopen(FILE_NAME, "w");

	assert_non_null(to);
	fputs(text, to);
	fclose(to);
	buf_reset(&said);
	return check_run(&o);
}

#define UPSTREAM(more) \
	"{\"keys\":[\"k\"],\"upstream\":{\"url\":\"http://" \
	"h\",\"key\":\"up\"" more "}}"
#define GOOD FILE_NAME ": no mistakes\n"

static int tear_down(void **state)
{
	(void)state;
	unlink(FILE_NAME);
	buf_clear(&said);
	starts = 0;
	status = 0;
	return 0;
}

/* Each status, and what it means. */
static void t_statuses(void **state)
{
	static const struct {
		int status;
		const char *members, *means;
		enum check_result result;
	} rows[] = {
		{ 199, "", "the key is accepted", CHECK_NO_UPSTREAM },
		{ 200, "", "the key is accepted", CHECK_GOOD },
		{ 299, "", "the key is accepted", CHECK_GOOD },
		{ 300, "", "redirects are not followed", CHECK_NO_UPSTREAM },
		{ 399, "", "redirects are not followed", CHECK_NO_UPSTREAM },
		{ 400, "", "it has no list of models, so the key was not tried",
		  CHECK_GOOD },
		{ 401, "", "the key is refused", CHECK_NO_UPSTREAM },
		{ 402, "", "it has no list of models, so the key was not tried",
		  CHECK_GOOD },
		{ 403, "", "the key is refused", CHECK_NO_UPSTREAM },
		{ 404, "", "it has no list of models, so the key was not tried",
		  CHECK_GOOD },
		{ 428, "", "it has no list of models, so the key was not tried",
		  CHECK_GOOD },
		{ 429, "", "the key is known, its limit is reached",
		  CHECK_GOOD },
		{ 499, "", "it has no list of models, so the key was not tried",
		  CHECK_GOOD },
		{ 500, "", "it has an error of its own", CHECK_NO_UPSTREAM },
		{ 401, ",\"auth\":\"client\"",
		  "it answers; the key is each client's", CHECK_GOOD },
		{ 403, ",\"auth\":\"client\"",
		  "it answers; the key is each client's", CHECK_GOOD },
		{ 200, ",\"auth\":\"client\"", "the key is accepted",
		  CHECK_GOOD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(1000), want = BUF_INIT(1000);
		bool client = rows[i].members[0] != '\0';

		status = rows[i].status;
		buf_addf(&text, "{%s\"upstream\":{\"url\":\"http://h\"%s%s}}",
			 client ? "" : "\"keys\":[\"k\"],",
			 client ? "" : ",\"key\":\"up\"", rows[i].members);
		buf_addf(&want,
			 GOOD "http://h: GET /v1/models?limit=1 is answered "
			      "%d: %s\n",
			 status, rows[i].means);
		assert_int_equal(check(buf_str(&text), true), rows[i].result);
		assert_string_equal(buf_str(&said), buf_str(&want));
		buf_clear(&text);
		buf_clear(&want);
	}
}

/* No answer, and how far it came. */
static void t_ends(void **state)
{
	static const struct {
		enum stream_end end;
		enum end_stage stage;
		const char *said;
	} rows[] = {
		{ END_REFUSED, STAGE_NAME, "its name is not found" },
		{ END_REFUSED, STAGE_CONNECT, "there is no connection" },
		{ END_TIMEOUT, STAGE_CONNECT, "there is no connection: words" },
		{ END_REFUSED, STAGE_TLS,
		  "there is a connection, but no TLS: words" },
		{ END_CUT, STAGE_HEAD,
		  "there is a connection, but no answer: words" },
	};

	(void)state;
	status = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf want = BUF_INIT(1000);

		end = (struct fetch_end){ .end = rows[i].end,
					  .stage = rows[i].stage,
					  .text = "words" };
		buf_addf(&want, GOOD "http://h: %s\n", rows[i].said);
		assert_int_equal(check(UPSTREAM(""), true), CHECK_NO_UPSTREAM);
		assert_string_equal(buf_str(&said), buf_str(&want));
		buf_clear(&want);
	}
	starts = -1;
	assert_int_equal(check(UPSTREAM(""), true), CHECK_NO_UPSTREAM);
	assert_string_equal(buf_str(&said),
			    GOOD "http://h: it cannot be asked: it does not "
				 "start\n");
}

static void t_asked(void **state)
{
	static const struct {
		const char *members, *url, *key;
		uint32_t head_ms;
	} rows[] = {
		{ "", "GET http://h/v1/models?limit=1", "up", 30000 },
		{ ",\"head_ms\":0", "GET http://h/v1/models?limit=1", "up",
		  30000 },
		{ ",\"head_ms\":1", "GET http://h/v1/models?limit=1", "up", 1 },
		{ ",\"head_ms\":29999", "GET http://h/v1/models?limit=1", "up",
		  29999 },
		{ ",\"head_ms\":30001", "GET http://h/v1/models?limit=1", "up",
		  30000 },
		{ ",\"format\":\"bedrock\"",
		  "GET http://h/inference-profiles?maxResults=1", "", 30000 },
		{ ",\"format\":\"vertex\",\"project\":\"p\"",
		  "GET http://h/v1/publishers/anthropic/models", "", 30000 },
	};

	(void)state;
	status = 200;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf text = BUF_INIT(1000);

		buf_addf(&text,
			 "{\"keys\":[\"k\"],\"upstream\":{\"url\":\"http://h\","
			 "\"key\":\"up\",\"connect_ms\":7%s}}",
			 rows[i].members);
		assert_int_equal(check(buf_str(&text), true), CHECK_GOOD);
		assert_string_equal(asked.url, rows[i].url);
		assert_string_equal(asked.key, rows[i].key);
		assert_string_equal(asked.version, "2023-06-01");
		assert_int_equal(asked.connect_ms, 7);
		assert_int_equal(asked.head_ms, rows[i].head_ms);
		assert_int_equal(asked.idle_ms, rows[i].head_ms);
		buf_clear(&text);
	}
}

/* Several, and none. */
static void t_all(void **state)
{
	static const char pool[] =
		"{\"keys\":[\"k\"],\"providers\":[{\"name\":\"a\",\"url\":"
		"\"http://a\",\"key\":\"up\"},{\"name\":\"b\",\"url\":"
		"\"http://b\",\"key\":\"up\"}]}";

	(void)state;
	status = 200;
	assert_int_equal(check(pool, true), CHECK_GOOD);
	assert_string_equal(
		buf_str(&said),
		GOOD "a, http://a: GET /v1/models?limit=1 is answered 200: the "
		     "key is accepted\n"
		     "b, http://b: GET /v1/models?limit=1 is answered 200: the "
		     "key is accepted\n");
	status = 500;
	assert_int_equal(check(pool, true), CHECK_NO_UPSTREAM);
	assert_int_equal(check(pool, false), CHECK_GOOD);
	assert_string_equal(buf_str(&said), GOOD);
	assert_int_equal(check("{ \"worker\": 1, \"workers\": \"x\" }", true),
			 CHECK_WRONG);
	assert_string_equal(
		buf_str(&said),
		"!" FILE_NAME ":1:3: unknown key 'worker'; did you mean "
		"'workers'?\n"
		"!" FILE_NAME ":1:27: key 'workers' must be a whole number "
		"from 0 to 4294967295\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "check: what each status means", t_statuses, NULL, tear_down,
		  NULL },
		{ "check: how far it came", t_ends, NULL, tear_down, NULL },
		{ "check: what is asked", t_asked, NULL, tear_down, NULL },
		{ "check: all providers, and mistakes", t_all, NULL, tear_down,
		  NULL },
	};
	char folder[] = "/tmp/t_gate_check.XXXXXX";
	int failed;

	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests_name("gate_check", tests, NULL, NULL);
	rmdir(folder);
	return failed;
}
