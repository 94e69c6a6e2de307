/* What the configuration says of Bedrock and Vertex. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/config_file.h"

static size_t read_text(struct config *c, const char *text, struct mistakes *m)
{
	*m = (struct mistakes){ .count = 0 };
	config_init(c);
	config_file_read(c, "gw.json", span_of(text), m);
	return m->count;
}

static void t_members(void **state)
{
	struct mistakes m;
	struct config c;

	(void)state;
	setenv("T_BRIDGE_KEY", "the-secret-of-it", 1);
	assert_int_equal(
		read_text(&c,
			  "{\"fronts\":\"bedrock, messages\",\"upstream\":{"
			  "\"format\":\"bedrock\",\"auth\":\"sigv4\","
			  "\"key_id\":\"AKIDEXAMPLE\",\"key\":\"env:T_BRIDGE_"
			  "KEY\","
			  "\"session\":\"the-token-of-it\","
			  "\"region\":\"eu-west-1\",\"project\":\"p-1\","
			  "\"ping_ms\":7,\"models\":{\"a\":\"x:1\",\"b\":\"y\"}"
			  "}}",
			  &m),
		0);
	assert_int_equal(c.upstream.format, PROVIDER_BEDROCK);
	assert_int_equal(c.upstream.scheme, KEY_SIGV4);
	assert_string_equal(c.upstream.key_id, "AKIDEXAMPLE");
	assert_string_equal(c.upstream.key, "the-secret-of-it");
	assert_string_equal(c.upstream.session, "the-token-of-it");
	assert_string_equal(c.upstream.region, "eu-west-1");
	assert_string_equal(c.upstream.project, "p-1");
	assert_int_equal(c.upstream.ping_ms, 7);
	assert_string_equal(
		bridge_models_find(&c.upstream.models, span_of("a")), "x:1");
	assert_string_equal(
		bridge_models_find(&c.upstream.models, span_of("b")), "y");
	assert_true(secrets_has(&c.secrets, "the-token-of-it"));
	assert_true(secrets_has(&c.secrets, "AKIDEXAMPLE"));
	assert_true(config_serves(&c, BRIDGE_NONE));
	assert_true(config_serves(&c, BRIDGE_BEDROCK));
	assert_false(config_serves(&c, BRIDGE_VERTEX));
	config_clear(&c);
}

static void t_mistakes(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"fronts\":\"messages,openai\"}",
		  "gw.json:1:11: fronts are 'messages', 'bedrock' and 'vertex' "
		  "with commas between them, not 'messages,openai'" },
		{ "{\"fronts\":\"\"}",
		  "gw.json:1:11: fronts are 'messages', 'bedrock' and 'vertex' "
		  "with commas between them, not ''" },
		{ "{\"upstream\":{\"region\":\"a/b\"}}",
		  "gw.json:1:23: the region has other characters than letters, "
		  "digits, '.', '_', ':' and '-', or is empty" },
		{ "{\"upstream\":{\"region\":\"a%2D\"}}",
		  "gw.json:1:23: the region has other characters than letters, "
		  "digits, '.', '_', ':' and '-', or is empty" },
		{ "{\"upstream\":{\"project\":\"\"}}",
		  "gw.json:1:24: the project has other characters than "
		  "letters, digits, '.', '_', ':' and '-', or is empty" },
		{ "{\"upstream\":{\"key_id\":\"a b\"}}",
		  "gw.json:1:23: the key has spaces or characters that are not "
		  "ASCII" },
		{ "{\"upstream\":{\"session\":\"env:T_BRIDGE_NONE\"}}",
		  "gw.json:1:24: the variable T_BRIDGE_NONE is not set" },
		{ "{\"upstream\":{\"models\":{\"a\":1}}}",
		  "gw.json:1:28: the provider's name for a model must be a "
		  "string" },
		{ "{\"upstream\":{\"models\":{\"a\":\"b\\u0000c\"}}}",
		  "gw.json:1:28: the provider's name for a model must be a "
		  "string" },
		{ "{\"upstream\":{\"models\":{\"a\":\"\"}}}",
		  "gw.json:1:28: a model's name is empty, or has spaces or "
		  "characters that are not ASCII" },
		{ "{\"upstream\":{\"models\":{\"a b\":\"x\"}}}",
		  "gw.json:1:30: a model's name is empty, or has spaces or "
		  "characters that are not ASCII" },
		{ "{\"upstream\":{\"models\":[]}}",
		  "gw.json:1:23: key 'models' must be an object" },
	};
	struct mistakes m;
	struct config c;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_text(&c, rows[i][0], &m), 1);
		assert_string_equal(m.list[0].text, rows[i][1]);
		config_clear(&c);
	}
}

static void t_many_models(void **state)
{
	struct buf text = BUF_INIT(65536);
	struct mistakes m;
	struct config c;

	(void)state;
	buf_add_text(&text, "{\"upstream\":{\"models\":{");
	for (int i = 0; i < 1000; i++)
		buf_addf(&text, "%s\"m%d\":\"x\"", i ? "," : "", i);
	buf_add_text(&text, "}}}");
	assert_int_equal(read_text(&c, buf_str(&text), &m), 0);
	assert_int_equal(c.upstream.models.count, 1000);
	config_clear(&c);
	buf_cut(&text, text.len - 3);
	buf_add_text(&text, ",\"one\":\"x\"}}}");
	assert_int_equal(read_text(&c, buf_str(&text), &m), 1);
	assert_string_equal(m.list[0].text,
			    "gw.json:1:23: more than 1000 models");
	config_clear(&c);
	buf_clear(&text);
}

/* What there is to serve depends on the provider's format. */
static void t_serves(void **state)
{
	static const struct {
		const char *format, *auth, *fronts;
		bool messages, bedrock, vertex;
	} rows[] = {
		{ "messages", NULL, NULL, true, true, true },
		{ "messages", NULL, "vertex", false, false, true },
		{ "messages", "client", NULL, true, false, false },
		{ "openai-chat", NULL, NULL, true, false, false },
		{ "openai-responses", NULL, NULL, true, false, false },
		{ "bedrock", NULL, NULL, true, true, false },
		{ "bedrock", "client", NULL, false, true, false },
		{ "vertex", NULL, NULL, true, false, true },
		{ "vertex", NULL, "vertex", false, false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;

		config_init(&c);
		provider_set_format(&c.upstream, rows[i].format, NULL);
		if (rows[i].auth)
			provider_set_scheme(&c.upstream, rows[i].auth, NULL);
		if (rows[i].fronts)
			config_set_fronts(&c, rows[i].fronts, NULL);
		if (config_serves(&c, BRIDGE_NONE) != rows[i].messages ||
		    config_serves(&c, BRIDGE_BEDROCK) != rows[i].bedrock ||
		    config_serves(&c, BRIDGE_VERTEX) != rows[i].vertex)
			fail_msg("row %zu", i);
		config_clear(&c);
	}
}

static void t_regions(void **state)
{
	struct config c;

	(void)state;
	config_init(&c);
	provider_set_format(&c.upstream, "vertex", NULL);
	assert_int_equal(c.upstream.scheme, KEY_BEARER);
	assert_string_equal(provider_region(&c.upstream), "global");
	provider_set_format(&c.upstream, "bedrock", NULL);
	assert_string_equal(provider_region(&c.upstream), "us-east-1");
	provider_set_region(&c.upstream, "eu-north-1", NULL);
	assert_string_equal(provider_region(&c.upstream), "eu-north-1");
	config_clear(&c);
}

/* What is missing, where the rest is there. */
static void t_lacks(void **state)
{
	static const struct {
		const char *format, *auth, *fronts, *lacks;
	} rows[] = {
		{ "bedrock", NULL, NULL, NULL },
		{ "bedrock", "sigv4", NULL, "--upstream-key-id" },
		{ "vertex", NULL, NULL, "--upstream-project" },
		{ "vertex", NULL, "vertex", NULL },
		{ "bedrock", NULL, "bedrock", NULL },
		{ "bedrock", NULL, "vertex", "no client is served" },
		{ "openai-chat", NULL, "bedrock,vertex", "--fronts messages" },
		{ "openai-responses", NULL, "messages,vertex", NULL },
		{ "openai-chat", "client", NULL, "translated" },
		{ "openai-responses", "client", NULL, "translated" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mistakes m = { .count = 0 };
		struct config c;

		config_init(&c);
		provider_set_url(&c.upstream, "http://h", NULL);
		provider_set_key(&c.upstream, "up", NULL);
		config_add_key(&c, NULL, "mine", NULL);
		provider_set_format(&c.upstream, rows[i].format, NULL);
		if (rows[i].auth)
			provider_set_scheme(&c.upstream, rows[i].auth, NULL);
		if (rows[i].fronts)
			config_set_fronts(&c, rows[i].fronts, NULL);
		config_lacks(&c, &m);
		assert_int_equal(m.count, rows[i].lacks ? 1 : 0);
		if (rows[i].lacks && !strstr(m.list[0].text, rows[i].lacks))
			fail_msg("%s", m.list[0].text);
		config_clear(&c);
	}
}

/* Where clients bring their own, the gateway needs none. */
static void t_client(void **state)
{
	struct mistakes m = { .count = 0 };
	struct config c;

	(void)state;
	config_init(&c);
	provider_set_url(&c.upstream, "http://h", NULL);
	provider_set_format(&c.upstream, "bedrock", NULL);
	config_lacks(&c, &m);
	assert_int_equal(m.count, 2);
	m.count = 0;
	provider_set_scheme(&c.upstream, "client", NULL);
	config_lacks(&c, &m);
	assert_int_equal(m.count, 0);
	provider_set_format(&c.upstream, "messages", NULL);
	provider_set_scheme(&c.upstream, "sigv4", NULL);
	provider_set_key_id(&c.upstream, "AKID", NULL);
	provider_set_key(&c.upstream, "up", NULL);
	config_add_key(&c, NULL, "mine", NULL);
	config_lacks(&c, &m);
	assert_int_equal(m.count, 1);
	assert_non_null(strstr(m.list[0].text, "only Bedrock"));
	config_clear(&c);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "config: members of Bedrock and Vertex", t_members, NULL,
		  NULL, NULL },
		{ "config: mistakes in them", t_mistakes, NULL, NULL, NULL },
		{ "config: how many models there may be", t_many_models, NULL,
		  NULL, NULL },
		{ "config: which fronts are served", t_serves, NULL, NULL,
		  NULL },
		{ "config: regions", t_regions, NULL, NULL, NULL },
		{ "config: what these formats miss", t_lacks, NULL, NULL,
		  NULL },
		{ "config: clients that bring their own credential", t_client,
		  NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("config_cloud", tests, NULL, NULL);
}
