/* gateway/pool: several providers in the configuration, and which may serve
 * which requests. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/config_file.h"
#include "gateway/pool/pool_read.h"

static struct config config;

/* Three: of the Messages API, of Bedrock, of OpenAI's chat completions. */
#define THREE \
	"\"keys\": [\"mine\"], \"providers\": [" \
	"{\"name\":\"a\",\"url\":\"http://a\",\"key\":\"key-of-a\"," \
	"\"price\":3,\"data_collection\":\"deny\"}," \
	"{\"name\":\"b\",\"url\":\"http://b\",\"key\":\"key-of-b\"," \
	"\"format\":\"bedrock\",\"weight\":2.5,\"models\":{\"claude-*\":" \
	"\"us.claude-*\",\"x\":\"y\"}}," \
	"{\"name\":\"c\",\"url\":\"http://c\",\"key\":\"key-of-c\"," \
	"\"format\":\"openai-chat\",\"price\":0,\"models\":[\"gpt\"," \
	"\"claude-1\"]}]"

static void read_config(const char *text, struct mistakes *m)
{
	*m = (struct mistakes){ .count = 0 };
	config_clear(&config);
	config_init(&config);
	config_file_read(&config, "gw.json", span_of(text), m);
}

static int set_up(void **state)
{
	(void)state;
	config_init(&config);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	config_clear(&config);
	return 0;
}

static void expect_good(const char *text)
{
	struct mistakes m;

	read_config(text, &m);
	if (m.count == 0)
		config_lacks(&config, &m);
	if (m.count > 0)
		fail_msg("%s", m.list[0].text);
}

static void expect_mistake(const char *text, const char *message)
{
	struct mistakes m;

	read_config(text, &m);
	if (m.count == 0)
		config_lacks(&config, &m);
	if (m.count == 0)
		fail_msg("no mistake, but not: %s", message);
	assert_string_equal(m.list[0].text, message);
}

static void t_providers(void **state)
{
	const struct provider *list;

	(void)state;
	expect_good("{" THREE "}");
	list = config.pool->list;
	assert_int_equal(config.pool->count, 3);
	assert_string_equal(list[0].name, "a");
	assert_string_equal(list[1].key, "key-of-b");
	assert_true(list[0].price == 3 && list[1].price == 1 &&
		    list[2].price == 0);
	assert_true(list[1].weight == 2.5 && list[2].weight == 1);
	assert_true(!list[0].collects && list[1].collects);
	assert_int_equal(list[1].scheme, KEY_BEARER);
	assert_true(secrets_has(&config.secrets, "key-of-c"));
	assert_true(config_serves(&config, BRIDGE_NONE));
	assert_true(config_serves(&config, BRIDGE_BEDROCK));
	assert_true(config_serves(&config, BRIDGE_VERTEX));
	assert_int_equal(pool_find(config.pool, span_of("b")), 1);
	assert_int_equal(pool_find(config.pool, span_of("d")), -1);
	assert_int_equal(config.pool->names.known_count, 3);
}

static void t_mistakes(void **state)
{
#define ONE "\"url\":\"http://a\",\"key\":\"key-of-a\""
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "{\"providers\": []}", "gw.json:1:15: no provider is in it" },
		{ "{\"providers\": [1]}",
		  "gw.json:1:16: a provider must be an object" },
		{ "{\"providers\": [{" ONE "}]}",
		  "gw.json:1:16: key 'name' is missing" },
		{ "{\"providers\": [{\"name\":\"a/b\"," ONE "}]}",
		  "gw.json:1:24: the name has other characters than letters, "
		  "digits, '.', '_', ':' and '-', or is empty" },
		{ "{\"providers\": [{\"name\":\"a\"," ONE
		  "},{\"name\":\"a\"," ONE "}]}",
		  "gw.json:1:71: another provider has this name" },
		{ "{\"providers\": [{\"name\":\"a\",\"price\":-1}]}",
		  "gw.json:1:36: 'price' must be a number from 0 to 1e9" },
		{ "{\"providers\": [{\"name\":\"a\",\"weight\":0}]}",
		  "gw.json:1:37: 'weight' must be a number from 0.001 to 1e9" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":1}]}",
		  "gw.json:1:37: models are a list of names, or an object: "
		  "clients' names and the provider's" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":[1]}]}",
		  "gw.json:1:38: a model must be a string" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":[\"\"]}]}",
		  "gw.json:1:38: a model's name is empty, or has spaces or "
		  "characters that are not ASCII" },
		{ "{\"providers\": "
		  "[{\"name\":\"a\",\"data_collection\":\"no\"}]}",
		  "gw.json:1:46: data_collection is 'deny' where the provider "
		  "keeps nothing, else 'allow'; not 'no'" },
		{ "{\"keys\":[\"k\"],\"providers\": [{\"name\":\"a\","
		  "\"key\":\"key-of-a\"}]}",
		  "provider 'a': it has no \"url\"" },
		{ "{\"keys\":[\"k\"],\"providers\": [{\"name\":\"a\","
		  "\"url\":\"http://a\"}]}",
		  "provider 'a': it has no \"key\"" },
		{ "{\"keys\":[\"k\"],\"providers\": [{\"name\":\"a\"," ONE
		  ",\"auth\":\"client\"}]}",
		  "provider 'a': clients' own credentials go to one provider "
		  "only: say \"upstream\" instead of \"providers\"" },
		{ "{\"keys\":[\"k\"],\"providers\": [{\"name\":\"a\"," ONE
		  ",\"auth\":\"sigv4\"}]}",
		  "provider 'a': a key that signs needs its id: say "
		  "\"key_id\"" },
		{ "{\"keys\":[\"k\"],\"providers\": [{\"name\":\"a\"," ONE
		  ",\"auth\":\"sigv4\",\"key_id\":\"id\"}]}",
		  "provider 'a': only Bedrock takes signed requests: say "
		  "\"format\": \"bedrock\"" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":"
		  "{\"m\":1}}]}",
		  "gw.json:1:42: the provider's name for a model must be a "
		  "string" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":"
		  "{\"m\":\"a\\u0000\"}}]}",
		  "gw.json:1:42: the provider's name for a model must be a "
		  "string" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":"
		  "{\"m\":\"a b\"}}]}",
		  "gw.json:1:42: a model's name is empty, or has spaces or "
		  "characters that are not ASCII" },
		{ "{\"providers\": [{\"name\":\"a\",\"models\":"
		  "[\"a\\u0000\"]}]}",
		  "gw.json:1:38: a model must be a string" },
		{ "{\"providers\": [{\"name\":\"a\",\"price\":\"1\"}]}",
		  "gw.json:1:36: 'price' must be a number from 0 to 1e9" },
		{ "{\"providers\": [{\"name\":\"a\",\"price\":1000000001}]}",
		  "gw.json:1:36: 'price' must be a number from 0 to 1e9" },
		{ "{\"providers\": [{\"name\":\"a\",\"region\":\"a/b\"}]}",
		  "gw.json:1:37: the region has other characters than letters, "
		  "digits, '.', '_', ':' and '-', or is empty" },
		{ "{\"providers\": [{\"name\":\"a\",\"project\":\"a%2f\"}]}",
		  "gw.json:1:38: the project has other characters than "
		  "letters, digits, '.', '_', ':' and '-', or is empty" },
		{ "{\"providers\": [{\"name\":\"a\",\"key_id\":\"a b\"}]}",
		  "gw.json:1:37: the key has spaces or characters that are not "
		  "ASCII" },
		{ "{\"providers\": [{\"name\":\"a\",\"session\":\"\"}]}",
		  "gw.json:1:38: the key is empty" },
		{ "{\"keys\":[\"k\"],\"providers\": [{\"name\":\"a\"," ONE
		  ",\"format\":\"vertex\"}]}",
		  "provider 'a': Vertex needs a project: say \"project\"" },
		{ "{" THREE ",\"upstream\":{\"url\":\"http://x\"}}",
		  "'upstream' and 'providers' exclude each other: give the "
		  "upstream as one more provider" },
		{ "{\"providers\": [{\"name\":\"a\"," ONE "}]}",
		  "no client key is given; an open gateway would spend the "
		  "upstream key for everyone" },
		{ "{\"upstream\":{" ONE ",\"price\":1}}",
		  "gw.json:1:48: unknown key 'price'" },
		{ "{" THREE ",\n\"routing\":{\"only\":[\"d\"]}}",
		  "gw.json:2:20: no provider has the name 'd'; there are a, b, "
		  "c" },
		{ "{" THREE ",\n\"routing\":{\"only\":[]}}",
		  "gw.json:2:19: key 'only' may not be empty" },
		{ "{" THREE ",\n\"routing\":{\"order\":[1]}}",
		  "gw.json:2:21: a provider's name is a string" },
		{ "{" THREE ",\n\"routing\":{\"sort\":\"x\"}}",
		  "gw.json:2:19: sort is 'listed', 'price', 'floor', "
		  "'throughput' or 'latency'" },
		{ "{" THREE ",\n\"routing\":{\"data_collection\":\"x\"}}",
		  "gw.json:2:30: data_collection is 'allow' or 'deny'" },
		{ "{\"upstream\":{" ONE "},\"keys\":[{\"key\":\"k\","
		  "\"routing\":{}}]}",
		  "gw.json:1:78: the routing of a key needs 'providers': "
		  "one upstream leaves nothing to choose" },
		{ "{" THREE ",\n\"models\":{\"a\":1}}",
		  "gw.json:2:15: it is a model's name, or an object with "
		  "'model'" },
		{ "{" THREE ",\n\"models\":{\"a\":\"~claude-opus-latest\"}}",
		  "model 'a': the providers' lists have no model of the "
		  "family of '~claude-opus-latest'" },
		{ "{" THREE ",\n\"models\":{\"a\":{\"model\":\"gpt\","
		  "\"routing\":{\"only\":[\"b\"]}}}}",
		  "model 'a': no provider is left by its routing for 'gpt'" },
		{ "{\"keys\":[\"k\"],\"providers\":[{\"name\":\"a\"," ONE
		  ",\"models\":[\"x\"]}],\"models\":{\"f\":\"y\"}}",
		  "model 'f': no provider serves 'y'" },
		{ "{" THREE ",\n\"models\":{\"a\":{}}}",
		  "gw.json:2:15: key 'model' is missing" },
		{ "{" THREE ",\n\"models\":{\"a b\":\"x\"}}",
		  "gw.json:2:17: a model's name is empty, or has spaces or "
		  "characters that are not ASCII" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_mistake(rows[i].text, rows[i].message);
}

static void t_too_many(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	buf_add_text(&text, "{\"keys\":[\"k\"],\"providers\":[");
	for (int i = 0; i < 64; i++)
		buf_addf(&text, "%s{\"name\":\"p%d\"," ONE "}", i ? "," : "",
			 i);
	buf_add_text(&text, "]}");
	expect_good(buf_str(&text));
	buf_cut(&text, text.len - 2);
	buf_add_text(&text, ",{\"name\":\"more\"," ONE "}]}");
	expect_mistake(buf_str(&text), "gw.json:1:27: more than 64 providers");
	buf_clear(&text);
}

/* The bounds themselves are good. */
static void t_numbers(void **state)
{
	struct provider *p;

	(void)state;
	expect_good("{\"keys\":[\"k\"],\"providers\":[{\"name\":\"a\"," ONE
		    ",\"auth\":\"sigv4\",\"key_id\":\"id\","
		    "\"format\":\"bedrock\",\"price\":1e9,"
		    "\"weight\":0.001,\"region\":\"eu\",\"session\":\"s\","
		    "\"head_ms\":7,\"idle_ms\":8,\"ping_ms\":9,"
		    "\"connect_ms\":6},"
		    "{\"name\":\"b\"," ONE ",\"format\":\"vertex\","
		    "\"project\":\"p\",\"price\":0,\"weight\":1e9}]}");
	p = config.pool->list;
	assert_int_equal(p[0].scheme, KEY_SIGV4);
	assert_string_equal(p[0].key_id, "id");
	assert_string_equal(p[0].session, "s");
	assert_string_equal(provider_region(&p[0]), "eu");
	assert_string_equal(provider_region(&p[1]), "global");
	assert_string_equal(p[1].project, "p");
	assert_true(p[0].price == 1e9 && p[0].weight == 0.001);
	assert_true(p[1].price == 0 && p[1].weight == 1e9);
	assert_int_equal(p[0].connect_ms, 6);
	assert_int_equal(p[0].head_ms, 7);
	assert_int_equal(p[0].idle_ms, 8);
	assert_int_equal(p[0].ping_ms, 9);
	assert_true(p[0].head_given && !p[1].head_given);
	assert_int_equal(p[1].head_ms, 600000);
	assert_int_equal(p[1].ping_ms, 15000);
	expect_good("{\"keys\":[\"k\"],\"providers\":[{\"name\":\"a\"," ONE
		    ",\"format\":\"bedrock\"}]}");
	assert_string_equal(provider_region(config.pool->list), "us-east-1");
}

/* Which formats of clients a provider can take. */
static void t_fronts(void **state)
{
	static const struct {
		const char *format, *auth;
		bool serves[3]; /* Messages, Bedrock, Vertex */
	} rows[] = {
		{ "messages", "x-api-key", { true, true, true } },
		{ "messages", "client", { true, false, false } },
		{ "openai-chat", "bearer", { true, false, false } },
		{ "openai-responses", "bearer", { true, false, false } },
		{ "bedrock", "bearer", { true, true, false } },
		{ "bedrock", "client", { false, true, false } },
		{ "vertex", "bearer", { true, false, true } },
		{ "vertex", "client", { false, false, true } },
	};
	static const enum bridge_vendor fronts[] = { BRIDGE_NONE,
						     BRIDGE_BEDROCK,
						     BRIDGE_VERTEX };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool *pool = pool_new();
		struct provider *p = pool_add(pool);

		assert_int_equal(provider_set_format(p, rows[i].format, NULL),
				 0);
		assert_int_equal(provider_set_scheme(p, rows[i].auth, NULL), 0);
		for (size_t k = 0; k < 3; k++) {
			assert_int_equal(provider_serves(p, fronts[k]),
					 rows[i].serves[k]);
			assert_int_equal(pool_serves(pool, fronts[k]),
					 rows[i].serves[k]);
			assert_int_equal(
				pool_has(pool, fronts[k], span_of("m")),
				rows[i].serves[k]);
		}
		pool_free(pool);
	}
}

/* As many providers as a pool has places for, and names. */
static void t_places(void **state)
{
	struct pool *pool = pool_new(), *lent = pool_new(), *old = pool_new();
	struct provider only;

	(void)state;
	for (size_t i = 0; i < WISH_PROVIDERS_LIMIT; i++)
		assert_non_null(pool_add(pool));
	assert_null(pool_add(pool));
	assert_int_equal(pool->count, WISH_PROVIDERS_LIMIT);
	/* One without a name is nobody's, and the same as another one. */
	assert_int_equal(pool_find(pool, SPAN_EMPTY), -1);
	provider_init(&only);
	pool_lend(lent, &only);
	pool_lend(old, &only);
	standing_failed(old->standings[0], 7);
	provider_set_name(&pool->list[1], "b", NULL);
	pool_inherit(pool, old);
	assert_int_equal(standing_look(pool->standings[0]).failed, 7);
	assert_int_equal(standing_look(pool->standings[1]).failed, 0);
	pool_inherit(lent, old);
	assert_int_equal(standing_look(lent->standings[0]).failed, 7);
	/* A list of the only one's own holds for it alone. */
	provider_add_plain(&only, "m", NULL);
	assert_true(pool_has(lent, BRIDGE_NONE, span_of("other")));
	pool_free(lent);
	pool_free(old);
	pool_free(pool);
	bridge_models_clear(&only.models);
}

static void t_wishes(void **state)
{
	struct wish w = WISH_INIT;
	struct fail f = FAIL_INIT;

	(void)state;
	expect_good("{" THREE ",\"routing\":{\"only\":[\"a\",\"c\"],"
		    "\"ignore\":[\"b\"],\"order\":[\"c\",\"a\"],"
		    "\"sort\":\"latency\",\"allow_fallbacks\":false,"
		    "\"data_collection\":\"deny\"},\"tell_provider\":true}");
	assert_true(config.pool->tells);
	w = config.pool->wish;
	assert_int_equal(w.only, 5);
	assert_int_equal(w.ignore, 2);
	assert_int_equal(w.ordered, 2);
	assert_int_equal(w.order[0], 2);
	assert_int_equal(w.sort, WISH_LATENCY);
	assert_true(w.no_fallbacks && w.deny_collection);
	assert_int_equal(
		pool_ask_wish(config.pool, "{\"ignore\":[\"a\"]}", &w, &f), 0);
	assert_int_equal(w.ignore, 1);
	assert_int_equal(w.only, UINT64_MAX);
	assert_int_equal(pool_ask_wish(config.pool, "[]", &w, &f), -1);
	assert_string_equal(f.text,
			    "x-ccgate-routing:1:1: this is not an object");
	assert_int_equal(pool_ask_wish(config.pool,
				       "{\"only\":[\"c\"],"
				       "\"data_collection\":"
				       "\"allow\"}",
				       &w, &f),
			 0);
	assert_int_equal(w.only, 4);
	assert_false(w.deny_collection || w.no_fallbacks);
	assert_int_equal(w.sort, WISH_UNSORTED);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(pool_ask_wish(config.pool, "{", &w, &f), -1);
	assert_true(f.code != FAIL_OK);
	expect_good("{\"keys\":[\"k\"],\"providers\":[{\"name\":\"a\"," ONE
		    "}]}");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(
		pool_ask_wish(config.pool, "{\"only\":[\"d\"]}", &w, &f), -1);
	assert_string_equal(f.text, "x-ccgate-routing:1:10: no provider has "
				    "the name 'd'; there is a");
}

/* `models` and `routing` with a single upstream. */
static void t_lent(void **state)
{
	(void)state;
	expect_good("{\"keys\":[\"k\"],\"upstream\":{" ONE
		    ",\"models\":{\"x\":\"y\"}},\"models\":{\"fast\":"
		    "{\"model\":\"m\",\"name\":\"Fast\"}}}");
	assert_ptr_equal(config.pool->list, &config.upstream);
	assert_int_equal(config.pool->count, 1);
	assert_string_equal(config.pool->names.aliases[0].display, "Fast");
	expect_good("{\"keys\":[\"k\"],\"upstream\":{" ONE "}}");
	assert_null(config.pool);
}

/* ---- who may serve ---- */

static const char *chosen(const char *model, enum bridge_vendor front,
			  uint64_t session, bool *known)
{
	static char text[8];
	struct wish wish = WISH_INIT;
	const struct pool_asked asked = { .front = front,
					  .model = span_of(model),
					  .wish = &wish,
					  .session = session,
					  .now = 100 * TICK_S };
	uint8_t out[WISH_PROVIDERS_LIMIT];
	size_t count = pool_choose(config.pool, &asked, out, known);

	for (size_t i = 0; i < count; i++)
		text[i] = config.pool->list[out[i]].name[0];
	text[count] = '\0';
	return text;
}

static void t_chosen(void **state)
{
	bool known;

	(void)state;
	expect_good("{" THREE "}");
	assert_string_equal(chosen("claude-1", BRIDGE_NONE, 0, &known), "abc");
	assert_string_equal(chosen("x", BRIDGE_NONE, 0, &known), "ab");
	assert_string_equal(chosen("gpt", BRIDGE_NONE, 0, &known), "ac");
	assert_string_equal(chosen("", BRIDGE_NONE, 0, &known), "abc");
	assert_string_equal(chosen("claude-1", BRIDGE_BEDROCK, 0, &known),
			    "ab");
	assert_string_equal(chosen("claude-1", BRIDGE_VERTEX, 0, &known), "a");
	assert_true(known);
}

/* What is known of providers that stay survives another configuration. */
static void t_inherited(void **state)
{
	struct pool *old;
	uint32_t number;
	bool known;

	(void)state;
	expect_good("{" THREE "}");
	standing_failed(config.pool->standings[0], 99 * TICK_S);
	standing_failed(config.pool->standings[1], 98 * TICK_S);
	number = standing_number(config.pool->standings[2]);
	sticky_put(config.pool->sticky, 5, number, 1);
	old = config.pool;
	config.pool = NULL;
	expect_good("{\"keys\":[\"k\"],\"providers\":["
		    "{\"name\":\"c\",\"url\":\"http://c\",\"key\":\"c\"},"
		    "{\"name\":\"b\",\"url\":\"http://other\",\"key\":\"b\"},"
		    "{\"name\":\"a\",\"url\":\"http://a\",\"key\":\"a\"}]}");
	pool_inherit(config.pool, old);
	pool_free(old);
	assert_int_equal(standing_look(config.pool->standings[2]).failed,
			 99 * TICK_S);
	assert_int_equal(standing_look(config.pool->standings[1]).failed, 0);
	assert_int_equal(standing_number(config.pool->standings[0]), number);
	assert_string_equal(chosen("x", BRIDGE_NONE, 0, &known), "cba");
	standing_failed(config.pool->standings[0], 99 * TICK_S);
	assert_string_equal(chosen("x", BRIDGE_NONE, 0, &known), "bca");
	assert_string_equal(chosen("x", BRIDGE_NONE, 5, &known), "cba");
	/* Nobody has it; somebody may not be asked. */
	assert_string_equal(chosen("x", BRIDGE_VERTEX, 5, &known), "cba");
	assert_true(known);
}

/* A request's own order counts more than where its session is. */
static void t_moves(void **state)
{
	struct wish wish = WISH_INIT;
	struct pool_asked asked = { .front = BRIDGE_NONE,
				    .model = span_of("claude-1"),
				    .wish = &wish,
				    .session = 5,
				    .now = 100 * TICK_S };
	uint8_t out[WISH_PROVIDERS_LIMIT];
	bool known;

	(void)state;
	expect_good("{" THREE "}");
	sticky_put(config.pool->sticky, 5,
		   standing_number(config.pool->standings[2]), 1);
	assert_int_equal(pool_choose(config.pool, &asked, out, &known), 3);
	assert_int_equal(out[0], 2);
	asked.moves = true;
	assert_int_equal(pool_choose(config.pool, &asked, out, &known), 3);
	assert_int_equal(out[0], 0);
	wish.ignore = 7;
	assert_int_equal(pool_choose(config.pool, &asked, out, &known), 0);
	assert_true(known);
	asked.model = span_of("none");
	config.pool->list[0].models.count = 0;
	wish.ignore = 0;
	assert_int_equal(pool_choose(config.pool, &asked, out, &known), 1);
	asked.front = BRIDGE_BEDROCK;
	assert_int_equal(
		provider_set_format(&config.pool->list[0], "openai-chat", NULL),
		0);
	assert_int_equal(pool_choose(config.pool, &asked, out, &known), 0);
	assert_false(known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "pool: providers of a configuration", t_providers, set_up,
		  tear_down, NULL },
		{ "pool: each mistake has its place", t_mistakes, set_up,
		  tear_down, NULL },
		{ "pool: 64 providers, and no more", t_too_many, set_up,
		  tear_down, NULL },
		{ "pool: numbers, and what else a provider has", t_numbers,
		  set_up, tear_down, NULL },
		{ "pool: which formats a provider can take", t_fronts, set_up,
		  tear_down, NULL },
		{ "pool: places, with names and without", t_places, set_up,
		  tear_down, NULL },
		{ "pool: a request's own order", t_moves, set_up, tear_down,
		  NULL },
		{ "pool: wishes of a configuration and of a request", t_wishes,
		  set_up, tear_down, NULL },
		{ "pool: names beside the only upstream", t_lent, set_up,
		  tear_down, NULL },
		{ "pool: who speaks the format and has the model", t_chosen,
		  set_up, tear_down, NULL },
		{ "pool: what is known stays when the configuration is new",
		  t_inherited, set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("pool", tests, NULL, NULL);
}
