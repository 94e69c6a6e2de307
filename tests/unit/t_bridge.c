/* Paths and models of Bedrock and Vertex. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/bridge/bridge.h"

#define VERTEX "/projects/p-1/locations/us-east5/publishers/anthropic/models/"
#define ARN \
	"arn:aws:bedrock:us-east-1:123456789012:application-inference-profile"

static void t_paths(void **state)
{
	static const struct {
		const char *path;
		enum bridge_vendor vendor;
		enum bridge_call call;
		const char *method, *model;
	} rows[] = {
		{ "/model/us.anthropic.claude-opus-5-5/invoke", BRIDGE_BEDROCK,
		  BRIDGE_MESSAGE, "POST", "us.anthropic.claude-opus-5-5" },
		{ "/model/a-v1:0/invoke-with-response-stream", BRIDGE_BEDROCK,
		  BRIDGE_STREAM, "POST", "a-v1:0" },
		{ "/model/a-v1%3A0/count-tokens", BRIDGE_BEDROCK, BRIDGE_COUNT,
		  "POST", "a-v1%3A0" },
		{ "/model/" ARN "%2Fabcdef/invoke", BRIDGE_BEDROCK,
		  BRIDGE_MESSAGE, "POST", ARN "%2Fabcdef" },
		{ "/inference-profiles", BRIDGE_BEDROCK, BRIDGE_PROFILES, "GET",
		  "" },
		{ "/inference-profiles/" ARN "%2Fab", BRIDGE_BEDROCK,
		  BRIDGE_PROFILES, "GET", ARN "%2Fab" },
		{ "/v1" VERTEX "claude-opus-5-5:streamRawPredict",
		  BRIDGE_VERTEX, BRIDGE_STREAM, "POST", "claude-opus-5-5" },
		{ VERTEX "claude-haiku-4-5@20251001:rawPredict", BRIDGE_VERTEX,
		  BRIDGE_MESSAGE, "POST", "claude-haiku-4-5@20251001" },
		{ "/v1" VERTEX "count-tokens:rawPredict", BRIDGE_VERTEX,
		  BRIDGE_COUNT, "POST", "" },
		/* Paths that only look like a route. */
		{ "/model/a/converse", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a/invoke/", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a/b/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model//invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/..%2Fa/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%2F..%2Fb/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%2F/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%5Cb/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%00/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%2/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%3A/invoke", BRIDGE_BEDROCK, BRIDGE_MESSAGE, "POST",
		  "a%3A" },
		{ "/model/a%3g/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%2f.b/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/model/a%2fb%2F7/invoke", BRIDGE_BEDROCK, BRIDGE_MESSAGE,
		  "POST", "a%2fb%2F7" },
		{ "/v1/projects/p/locations/../publishers/anthropic/models/"
		  "a:rawPredict",
		  BRIDGE_NONE, 0, NULL, "" },
		{ "/v1/projects/p/location/r/publishers/anthropic/models/"
		  "a:rawPredict",
		  BRIDGE_NONE, 0, NULL, "" },
		{ "/v1" VERTEX "a:b:rawPredict", BRIDGE_VERTEX, BRIDGE_MESSAGE,
		  "POST", "a:b" },
		{ "/models/a/invoke", BRIDGE_NONE, 0, NULL, "" },
		{ "/inference-profiles/", BRIDGE_NONE, 0, NULL, "" },
		{ "/inference-profilesa", BRIDGE_NONE, 0, NULL, "" },
		{ "/inference-profiles/a/b", BRIDGE_NONE, 0, NULL, "" },
		{ "/v2" VERTEX "a:rawPredict", BRIDGE_NONE, 0, NULL, "" },
		{ "/v1" VERTEX "a:predict", BRIDGE_NONE, 0, NULL, "" },
		{ "/v1" VERTEX "rawPredict", BRIDGE_NONE, 0, NULL, "" },
		{ "/v1" VERTEX ":rawPredict", BRIDGE_NONE, 0, NULL, "" },
		{ "/v1" VERTEX "a%2Fb:rawPredict", BRIDGE_NONE, 0, NULL, "" },
		{ "/v1" VERTEX "a/b:rawPredict", BRIDGE_NONE, 0, NULL, "" },
		{ "/v1/projects/../locations/r/publishers/anthropic/models/"
		  "a:rawPredict",
		  BRIDGE_NONE, 0, NULL, "" },
		{ "/v1/projects/p/locations/r/publishers/google/models/"
		  "a:rawPredict",
		  BRIDGE_NONE, 0, NULL, "" },
		{ "/v1/messages", BRIDGE_NONE, 0, NULL, "" },
		{ "", BRIDGE_NONE, 0, NULL, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bridge_path p = bridge_path_of(span_of(rows[i].path));

		if (p.vendor != rows[i].vendor)
			fail_msg("%s: vendor %d", rows[i].path, p.vendor);
		if (p.vendor == BRIDGE_NONE)
			continue;
		assert_int_equal(p.call, rows[i].call);
		assert_string_equal(p.method, rows[i].method);
		if (!span_is(p.model, rows[i].model))
			fail_msg("%s: model %.*s", rows[i].path,
				 SPAN_ARG(p.model));
	}
}

static void t_long_name(void **state)
{
	char name[2050];

	(void)state;
	memset(name, 'a', sizeof(name));
	assert_true(bridge_name_is_sound(span_make(name, 2048), false));
	assert_false(bridge_name_is_sound(span_make(name, 2049), false));
}

static void t_names(void **state)
{
	static const char *const rows[][2] = {
		{ "a-v1:0", "a-v1:0" },
		{ "a@20250101", "a@20250101" },
		{ ARN "/ab", ARN "%2Fab" },
		{ "a b?", "a%20b%3F" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096);

		bridge_name_encode(span_of(rows[i][0]), &b);
		assert_string_equal(buf_str(&b), rows[i][1]);
		buf_reset(&b);
		bridge_name_decode(span_of(rows[i][1]), &b);
		assert_string_equal(buf_str(&b), rows[i][0]);
		buf_clear(&b);
	}
}

/* Every name that Claude Code uses, there and back. */
static void t_models(void **state)
{
	static const struct {
		const char *plain, *bedrock, *vertex;
	} rows[] = {
		{ "claude-opus-5-5", "us.anthropic.claude-opus-5-5",
		  "claude-opus-5-5" },
		{ "claude-opus-4-6", "us.anthropic.claude-opus-4-6-v1",
		  "claude-opus-4-6" },
		{ "claude-opus-4-8", "us.anthropic.claude-opus-4-8",
		  "claude-opus-4-8" },
		{ "claude-sonnet-4-5-20250929",
		  "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
		  "claude-sonnet-4-5@20250929" },
		{ "claude-haiku-4-5-20251001",
		  "us.anthropic.claude-haiku-4-5-20251001-v1:0",
		  "claude-haiku-4-5@20251001" },
		{ "claude-opus-4-1-20250805",
		  "us.anthropic.claude-opus-4-1-20250805-v1:0",
		  "claude-opus-4-1@20250805" },
		{ "claude-3-5-sonnet-20241022",
		  "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
		  "claude-3-5-sonnet-v2@20241022" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf b = BUF_INIT(4096);

		bridge_model_bedrock(span_of(rows[i].plain), "us-east-1", &b);
		assert_string_equal(buf_str(&b), rows[i].bedrock);
		buf_reset(&b);
		bridge_model_vertex(span_of(rows[i].plain), &b);
		assert_string_equal(buf_str(&b), rows[i].vertex);
		buf_reset(&b);
		assert_int_equal(
			bridge_model_plain(span_of(rows[i].bedrock), &b, NULL),
			0);
		assert_string_equal(buf_str(&b), rows[i].plain);
		buf_reset(&b);
		assert_int_equal(
			bridge_model_plain(span_of(rows[i].vertex), &b, NULL),
			0);
		assert_string_equal(buf_str(&b), rows[i].plain);
		buf_clear(&b);
	}
}

static void t_plain(void **state)
{
	static const char *const rows[][2] = {
		{ "anthropic.claude-opus-4-20250514-v1:0",
		  "claude-opus-4-20250514" },
		{ "global.anthropic.claude-opus-4-20250514-v1:0:200k",
		  "claude-opus-4-20250514" },
		{ "anthropic.claude-3-haiku-20240307-v1:0:48",
		  "claude-3-haiku-20240307" },
		{ "apac.anthropic.claude-v2:1", "claude" },
		{ "arn:aws:bedrock:us-east-1:1:inference-profile/"
		  "eu.anthropic.claude-opus-4-6-v1",
		  "claude-opus-4-6" },
		{ "arn:aws:bedrock:us-east-1::foundation-model/"
		  "anthropic.claude-opus-5-5",
		  "claude-opus-5-5" },
		{ "claude-opus-5@default", "claude-opus-5" },
		{ "claude-opus-4-5@20251101", "claude-opus-4-5-20251101" },
		{ "claude-opus-5-5", "claude-opus-5-5" },
		{ "anthropic.123", "123" },
		{ "anthropic.-v1", "" },
		{ "anthropic.a-v", "a-v" },
		{ "claude@", "claude@" },
		{ "a-v2@20251101", "a-20251101" },
		{ "amazon.nova-v1:0", "amazon.nova-v1:0" },
	};
	struct fail why = FAIL_INIT;
	struct buf b = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&b);
		assert_int_equal(
			bridge_model_plain(span_of(rows[i][0]), &b, NULL), 0);
		assert_string_equal(buf_str(&b), rows[i][1]);
	}
	buf_reset(&b);
	assert_int_equal(bridge_model_plain(span_of(ARN "/abc"), &b, &why), -1);
	assert_non_null(strstr(why.text, "'models'"));
	assert_int_equal(b.len, 0);
	assert_int_equal(bridge_model_plain(span_of("arn:a"), &b, NULL), -1);
	buf_clear(&b);
}

static void t_bedrock(void **state)
{
	static const struct {
		const char *name, *region, *want;
	} rows[] = {
		{ "claude-opus-4-5", "eu-west-1",
		  "eu.anthropic.claude-opus-4-5-20251101-v1:0" },
		{ "claude-opus-5", "us-gov-west-1",
		  "us-gov.anthropic.claude-opus-5" },
		{ "claude-opus-5", "ap-south-1",
		  "apac.anthropic.claude-opus-5" },
		{ "claude-opus-5", "ca-central-1",
		  "us.anthropic.claude-opus-5" },
		{ "claude-opus-5", "sa-east-1",
		  "global.anthropic.claude-opus-5" },
		{ "anthropic.claude-x", "us-east-1", "anthropic.claude-x" },
		{ ARN "/ab", "us-east-1", ARN "/ab" },
	};
	static const char *const foundations[][2] = {
		{ "us.anthropic.claude-opus-5-5", "anthropic.claude-opus-5-5" },
		{ "anthropic.claude-x-v1:0", "anthropic.claude-x-v1:0" },
		{ "arn:aws:bedrock:us-east-1:1:inference-profile/"
		  "us.anthropic.claude-x",
		  "anthropic.claude-x" },
		{ ARN "/ab", "" },
	};
	struct buf b = BUF_INIT(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_reset(&b);
		bridge_model_bedrock(span_of(rows[i].name), rows[i].region, &b);
		assert_string_equal(buf_str(&b), rows[i].want);
	}
	buf_reset(&b);
	bridge_model_vertex(span_of("claude-haiku-4-5"), &b);
	assert_string_equal(buf_str(&b), "claude-haiku-4-5@20251001");
	buf_reset(&b);
	bridge_model_vertex(span_of("claude-haiku-4-5@20251001"), &b);
	assert_string_equal(buf_str(&b), "claude-haiku-4-5@20251001");
	buf_reset(&b);
	bridge_model_vertex(span_of("-20251001"), &b);
	assert_string_equal(buf_str(&b), "-20251001");
	buf_reset(&b);
	bridge_model_vertex(span_of("a-20251001"), &b);
	assert_string_equal(buf_str(&b), "a@20251001");
	buf_reset(&b);
	bridge_model_vertex(span_of("a-2025100x"), &b);
	assert_string_equal(buf_str(&b), "a-2025100x");
	for (size_t i = 0; i < sizeof(foundations) / sizeof(foundations[0]);
	     i++)
		assert_true(span_is(
			bridge_model_foundation(span_of(foundations[i][0])),
			foundations[i][1]));
	buf_clear(&b);
}

static void t_table(void **state)
{
	struct bridge_models m = { .count = 0 };

	(void)state;
	assert_null(bridge_models_find(&m, span_of("a")));
	bridge_models_add(&m, span_of("a"), span_of("x"));
	bridge_models_add(&m, span_of("b"), span_of("y"));
	bridge_models_add(&m, span_of("a"), span_of("z"));
	assert_string_equal(bridge_models_find(&m, span_of("a")), "x");
	assert_string_equal(bridge_models_find(&m, span_of("b")), "y");
	assert_null(bridge_models_find(&m, span_of("ab")));
	bridge_models_clear(&m);
	assert_null(bridge_models_find(&m, span_of("a")));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bridge: paths", t_paths, NULL, NULL, NULL },
		{ "bridge: names have a limit", t_long_name, NULL, NULL, NULL },
		{ "bridge: names in a path", t_names, NULL, NULL, NULL },
		{ "bridge: models there and back", t_models, NULL, NULL, NULL },
		{ "bridge: the Messages API's names", t_plain, NULL, NULL,
		  NULL },
		{ "bridge: Bedrock's and Vertex's names", t_bedrock, NULL, NULL,
		  NULL },
		{ "bridge: the table comes first", t_table, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bridge", tests, NULL, NULL);
}
