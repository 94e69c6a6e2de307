/* gateway/pool/wanted: what a request asks of several providers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/pool/pool_read.h"
#include "gateway/pool/wanted.h"

static struct pool *pool;
static struct headers headers;
static struct route route;
static struct wanted wanted;
static struct fail why;
static int status;

static int set_up(void **state)
{
	static const char *const names[] = { "a", "b" };

	(void)state;
	pool = pool_new();
	for (size_t i = 0; i < 2; i++) {
		struct provider *p = pool_add(pool);

		assert_int_equal(provider_set_name(p, names[i], NULL), 0);
		assert_int_equal(
			provider_add_plain(p, "claude-haiku-4-5", NULL), 0);
		names_know(&pool->names, &p->models);
	}
	route = (struct route){ .kind = ROUTE_RELAY };
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	pool_free(pool);
	headers_clear(&headers);
	return 0;
}

static int reads_of(const struct wish *of_key, const char *body)
{
	status = 0;
	why = (struct fail)FAIL_INIT;
	return wanted_read(&wanted, pool, of_key, &route, &headers,
			   span_of(body), &status, &why);
}

static int reads(const char *body)
{
	return reads_of(NULL, body);
}

static void t_model(void **state)
{
	static const struct {
		const char *body, *model, *asked, *spelt;
	} rows[] = {
		{ "{\"a\":1,\"model\":\"anthropic/m\"}", "m", "anthropic/m",
		  "\"anthropic/m\"" },
		{ "{\"mod\\u0065l\":\"\\u006d\"}", "m", "m", "\"\\u006d\"" },
		{ "{\"model\":5}", "", "", "" },
		{ "{\"model\":\"\"}", "", "", "\"\"" },
		{ "{}", "", "", "" },
		{ "[\"model\"]", "", "", "" },
		{ "{\"model\":\"m\"", "", "", "" },
		{ "", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(reads(rows[i].body), 0);
		assert_string_equal(buf_str(&wanted.model), rows[i].model);
		assert_string_equal(buf_str(&wanted.asked), rows[i].asked);
		assert_true(span_is(wanted.spelt, rows[i].spelt));
		assert_false(wanted.streams || wanted.moves);
		assert_int_equal(wanted.session, 0);
		wanted_clear(&wanted);
	}
}

static void t_refused(void **state)
{
	(void)state;
	assert_int_equal(reads("{\"model\":\"m\",\"model\":\"m\"}"), -1);
	assert_int_equal(status, 400);
	assert_string_equal(why.text, "model: it is given more than once");
	wanted_clear(&wanted);
	assert_int_equal(reads("{\"model\":\"~claude-none-latest\"}"), -1);
	assert_int_equal(status, 404);
	assert_string_equal(why.text,
			    "model: ~claude-none-latest: this gateway knows no "
			    "model of that family");
	wanted_clear(&wanted);
	headers_add_text(&headers, POOL_ASKS, "[]");
	assert_int_equal(reads("{\"model\":\"m\"}"), -1);
	assert_int_equal(status, 400);
	wanted_clear(&wanted);
}

/* A model in a cloud's path, which the body need not name. */
static void t_path(void **state)
{
	static const char *const rows[][2] = {
		{ "m", "m" },
		{ "us.anthropic.claude-haiku-4-5-20251001-v1%3A0",
		  "claude-haiku-4-5" },
		{ "anthropic.claude-x-20250929-v1:0", "claude-x-20250929" },
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		route.cloud.model = span_of(rows[i][0]);
		assert_int_equal(reads("{\"model\":\"of-the-body\"}"), 0);
		assert_string_equal(buf_str(&wanted.model), rows[i][1]);
		assert_int_equal(wanted.spelt.len, 0);
		assert_false(wanted.streams);
		wanted_clear(&wanted);
	}
	route.cloud.call = BRIDGE_STREAM;
	assert_int_equal(reads("{}"), 0);
	assert_true(wanted.streams);
	wanted_clear(&wanted);
}

static void t_stream(void **state)
{
	(void)state;
	assert_int_equal(reads("{\"stream\":true}"), 0);
	assert_true(wanted.streams);
	wanted_clear(&wanted);
	assert_int_equal(reads("{\"stream\":\"true\"}"), 0);
	assert_false(wanted.streams);
	wanted_clear(&wanted);
}

#define USER(id) "{\"model\":\"m\",\"metadata\":{\"user_id\":" id "}}"

/* By the client's field, else by the user in the body. */
static void t_session(void **state)
{
	uint64_t u = sticky_session(span_of("u"), span_of("m"));

	(void)state;
	assert_int_equal(reads(USER("\"u\"")), 0);
	assert_true(wanted.session == u);
	wanted_clear(&wanted);
	assert_int_equal(reads(USER("\"\"")), 0);
	assert_int_equal(wanted.session, 0);
	wanted_clear(&wanted);
	assert_int_equal(reads(USER("7")), 0);
	assert_int_equal(wanted.session, 0);
	wanted_clear(&wanted);
	headers_add_text(&headers, "x-claude-code-session-id", "");
	assert_int_equal(reads(USER("\"u\"")), 0);
	assert_true(wanted.session == u);
	wanted_clear(&wanted);
	headers_set(&headers, "x-claude-code-session-id", "s");
	assert_int_equal(reads(USER("\"u\"")), 0);
	assert_true(wanted.session ==
		    sticky_session(span_of("s"), span_of("m")));
	wanted_clear(&wanted);
}

/* The configuration's wish, the key's, and the request's own. */
static void t_wishes(void **state)
{
	struct wish of_key = WISH_INIT;

	(void)state;
	pool->wish.ignore = 4;
	of_key.ignore = 8;
	of_key.order[0] = 1;
	of_key.ordered = 1;
	assert_int_equal(reads("{}"), 0);
	assert_int_equal(wanted.wish.ignore, 4);
	wanted_clear(&wanted);
	assert_int_equal(reads_of(&of_key, "{\"model\":\"m:free\"}"), 0);
	assert_int_equal(wanted.wish.ignore, 12);
	assert_int_equal(wanted.wish.ordered, 1);
	assert_true(wanted.wish.free);
	assert_false(wanted.moves); /* that is the key's order */
	wanted_clear(&wanted);
	headers_add_text(&headers, POOL_ASKS, "{\"ignore\":[\"b\"]}");
	assert_int_equal(reads_of(&of_key, "{}"), 0);
	assert_int_equal(wanted.wish.ignore, 14);
	assert_false(wanted.moves);
	wanted_clear(&wanted);
	headers_set(&headers, POOL_ASKS, "{\"order\":[\"a\"]}");
	assert_int_equal(reads_of(&of_key, "{}"), 0);
	assert_int_equal(wanted.wish.order[0], 0);
	assert_true(wanted.moves);
	wanted_clear(&wanted);
}

static void t_rename(void **state)
{
	static const char body[] = "{\"a\":1,\"model\" : \"m\" }";
	struct buf out = BUF_INIT(100);

	(void)state;
	assert_int_equal(wanted_read(&wanted, pool, NULL, &route, &headers,
				     span_of(body), &status, &why),
			 0);
	wanted_rename(&wanted, span_of(body), span_of("n\"o"), &out);
	assert_string_equal(buf_str(&out), "{\"a\":1,\"model\" : \"n\\\"o\" }");
	buf_clear(&out);
	wanted_clear(&wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "wanted: the model that a body names", t_model, set_up,
		  tear_down, NULL },
		{ "wanted: what is refused", t_refused, set_up, tear_down,
		  NULL },
		{ "wanted: the model of a cloud's path", t_path, set_up,
		  tear_down, NULL },
		{ "wanted: a stream", t_stream, set_up, tear_down, NULL },
		{ "wanted: the session", t_session, set_up, tear_down, NULL },
		{ "wanted: all wishes, the nearer ones after the others",
		  t_wishes, set_up, tear_down, NULL },
		{ "wanted: another name for the model", t_rename, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("wanted", tests, NULL, NULL);
}
