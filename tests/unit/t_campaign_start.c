/*
 * How a campaign comes to its first request: the target starts and gives its key
 * and its headers. The link puts a target of this file in the place of the real
 * one, and a preflight that goes no further.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/campaign.h"
#include "probe/run/preflight/preflight.h"
#include "probe/run/session.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/folder.h"

#define GIVEN "sk-given-0123456789abcdef"

static struct world {
	struct fail start; /* how the target starts */
	const char *key; /* that it gives out */
	struct headers headers;
	int signed_in; /* what that comes to */
	struct buf did;
} world;

static char a_target;
#define TARGET ((struct target *)&a_target)

/* ---- what stands in the place of others ---- */

void __wrap_target_start(struct target *t, struct loop *l,
			 const struct target_place *place,
			 target_ready_fn *ready, void *arg);
void __wrap_target_stop(struct target *t);
const char *__wrap_target_key(const struct target *t);
const char *__wrap_target_title(const struct target *t);
const struct headers *__wrap_target_headers(const struct target *t);
void __wrap_session_set_key(struct session *s, const char *key);
void __wrap_session_set_gateway(struct session *s, const char *url);
int __wrap_preflight_case(struct casefile **out,
			  const struct preflight_first *first, struct fail *f);

void __wrap_target_start(struct target *t, struct loop *l,
			 const struct target_place *place,
			 target_ready_fn *ready, void *arg)
{
	assert_ptr_equal(t, TARGET);
	assert_non_null(l);
	assert_int_not_equal(place->mocks[0].port, 0);
	buf_addf(&world.did, "start %s %s %s\n", place->mocks[0].host,
		 place->client_key, place->upstream_key);
	ready(arg, "http://gw:1", &world.start);
}

void __wrap_target_stop(struct target *t)
{
	assert_ptr_equal(t, TARGET);
	buf_add_text(&world.did, "stop\n");
}

const char *__wrap_target_title(const struct target *t)
{
	(void)t;
	return "a target";
}

const char *__wrap_target_key(const struct target *t)
{
	(void)t;
	return world.key;
}

const struct headers *__wrap_target_headers(const struct target *t)
{
	(void)t;
	return &world.headers;
}

void __wrap_session_set_key(struct session *s, const char *key)
{
	(void)s;
	buf_addf(&world.did, "key %s\n", key);
}

void __wrap_session_set_gateway(struct session *s, const char *url)
{
	(void)s;
	buf_addf(&world.did, "gateway %s\n", url);
}

int __wrap_preflight_case(struct casefile **out,
			  const struct preflight_first *first, struct fail *f)
{
	(void)out;
	assert_string_equal(first->client, "2.1.332");
	buf_addf(&world.did, "preflight %s\n",
		 first->model ? first->model : "-");
	return fail_set(f, FAIL_CASE, "no further");
}

/* ---- a campaign that goes no further ---- */

static char *root;
static struct campaign_config config;

static int on_signed_in(void *arg, const char *key, struct fail *f)
{
	assert_ptr_equal(arg, &world);
	buf_addf(&world.did, "signed in %s\n", key);
	if (world.signed_in < 0)
		return fail_set(f, FAIL_CASE, "cases do not fit this key");
	config.client_key = key;
	return 0;
}

static int set_up(void **state)
{
	char path[4096];

	(void)state;
	world = (struct world){ .start = FAIL_INIT,
				.did = BUF_INIT(BUF_NO_LIMIT) };
	assert_int_equal(scratch_new(&root, NULL), 0);
	snprintf(path, sizeof(path), "%s/claims", root);
	assert_int_equal(folder_make(path, NULL), 0);
	config = (struct campaign_config){ .root = root,
					   .target = TARGET,
					   .mocks = { { .host = "127.0.0.1" } },
					   .mock_count = 1,
					   .model = "m",
					   .client = "2.1.332",
					   .client_key = "sk-client",
					   .wrong_key = "sk-wrong",
					   .upstream_key = "sk-upstream",
					   .signed_in = on_signed_in,
					   .arg = &world };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	headers_clear(&world.headers);
	buf_clear(&world.did);
	scratch_free(root);
	return 0;
}

/* It fails with these words after it did these things. */
static void runs(const char *why, const char *did)
{
	struct run_report report = { .list = NULL };
	struct buf advice = BUF_INIT(1000);
	struct fail f = FAIL_INIT;

	assert_int_equal(campaign_run(&config, &report, &advice, &f), -1);
	assert_string_equal(f.text, why);
	assert_string_equal(buf_str(&world.did), did);
	assert_null(report.list);
	assert_string_equal(report.target,
			    config.target ? "a target" : CAMPAIGN_RUNNING);
	campaign_clear(&report);
	buf_clear(&advice);
	buf_reset(&world.did);
}

#define START "start 127.0.0.1 sk-client sk-upstream\n"
#define GOES "gateway http://gw:1\npreflight -\n"

static void t_starts(void **state)
{
	(void)state;
	runs("no further", START GOES "stop\n");
	snprintf(config.mocks[0].host, sizeof(config.mocks[0].host), "0.0.0.0");
	runs("no further", START GOES "stop\n");
}

static void t_does_not_start(void **state)
{
	(void)state;
	fail_set(&world.start, FAIL_SYSTEM, "it ended at once");
	runs("it ended at once", START "stop\n");
}

static void t_signs_in(void **state)
{
	(void)state;
	world.key = GIVEN;
	runs("no further",
	     START "signed in " GIVEN "\nkey " GIVEN "\n" GOES "stop\n");
	config.client_key = "sk-client";
	world.signed_in = -1;
	runs("cases do not fit this key", START "signed in " GIVEN "\nstop\n");
}

/* A key that cannot be taken is the reason, not the headers that follow. */
static void t_headers(void **state)
{
	struct headers own = { .list = NULL };
	char name[16];

	(void)state;
	headers_add_text(&own, "x-own", "1");
	config.extra = &own;
	for (int i = 0; i < HTTP_HEADERS_LIMIT - 1; i++) {
		snprintf(name, sizeof(name), "x-%d", i);
		headers_add_text(&world.headers, name, "1");
	}
	runs("no further", START GOES "stop\n");
	headers_add_text(&world.headers, "x-last", "1");
	runs("too many headers", START "stop\n");
	world.key = GIVEN;
	world.signed_in = -1;
	runs("cases do not fit this key", START "signed in " GIVEN "\nstop\n");
	headers_clear(&own);
}

/* Where a gateway is there already, none is started. */
static void t_running(void **state)
{
	(void)state;
	config.target = NULL;
	config.gateway = "http://there:1";
	runs("no further", "gateway http://there:1\npreflight -\n");
	config.no_mock = true;
	runs("no further", "gateway http://there:1\npreflight m\n");
}

int main(void)
{
#define T(title, fn) \
	{ \
		"start: " title, fn, set_up, tear_down, NULL \
	}
	static const struct CMUnitTest tests[] = {
		T("a target that starts", t_starts),
		T("a target that does not", t_does_not_start),
		T("a target that gives a key", t_signs_in),
		T("a target that gives headers", t_headers),
		T("a gateway that runs already", t_running),
	};
#undef T

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("campaign_start", tests, NULL, NULL);
}
