/* Requests over the bridges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/bridge/bridge.h"
#include "wire/bytes/base64.h"

typedef int ask_fn(const struct bridge_asked *from, struct bridge_asking *to,
		   struct fail *why);

static int to_bedrock(const struct bridge_asked *from, struct bridge_asking *to,
		      struct fail *why)
{
	return bridge_ask_vendor(BRIDGE_BEDROCK, from, to, why);
}

static int to_vertex(const struct bridge_asked *from, struct bridge_asking *to,
		     struct fail *why)
{
	return bridge_ask_vendor(BRIDGE_VERTEX, from, to, why);
}

static int count_on_vertex(const struct bridge_asked *from,
			   struct bridge_asking *to, struct fail *why)
{
	return bridge_ask_vendor_count(BRIDGE_VERTEX, from, to, why);
}

/* What goes into the request of CountTokens, without its wrapping. */
static int count_on_bedrock(const struct bridge_asked *from,
			    struct bridge_asking *to, struct fail *why)
{
	struct buf wrapped = BUF_INIT(BUF_NO_LIMIT);
	struct bridge_asking inner = { &wrapped, to->betas };
	struct jval root;
	int rc = bridge_ask_vendor_count(BRIDGE_BEDROCK, from, &inner, why);

	if (rc == 0) {
		assert_int_equal(jscan(buf_span(&wrapped), &root, NULL), 0);
		assert_int_equal(bridge_count_body(root, to->body, NULL), 0);
	}
	buf_clear(&wrapped);
	return rc;
}

static int plain(const struct bridge_asked *from, struct bridge_asking *to,
		 struct fail *why)
{
	return bridge_ask_plain(BRIDGE_MESSAGE, from, to, why);
}

static int plain_stream(const struct bridge_asked *from,
			struct bridge_asking *to, struct fail *why)
{
	return bridge_ask_plain(BRIDGE_STREAM, from, to, why);
}

static int plain_count(const struct bridge_asked *from,
		       struct bridge_asking *to, struct fail *why)
{
	return bridge_ask_plain(BRIDGE_COUNT, from, to, why);
}

static void t_rows(void **state)
{
#define BEDROCK "{\"anthropic_version\":\"bedrock-2023-05-31\""
#define VERTEX "{\"anthropic_version\":\"vertex-2023-10-16\""
	static const struct {
		ask_fn *fn;
		const char *body, *betas; /* of the client */
		const char *want, *want_betas;
	} rows[] = {
		/* All members in their order, every byte of their values. */
		{ to_bedrock,
		  "{ \"model\":\"m\", \"max_tokens\" : 1.0, \"x\":[1, 2],"
		  "\"stream\":true,\"m\\u0061p\":{\"model\":1}}",
		  "",
		  BEDROCK ",\"max_tokens\":1.0,\"x\":[1, 2],"
			  "\"m\\u0061p\":{\"model\":1}}",
		  "" },
		{ to_bedrock, "{\"m\":1}", "a, b,a",
		  BEDROCK ",\"anthropic_beta\":[\"a\",\"b\"],\"m\":1}", "" },
		{ to_bedrock, "{\"anthropic_beta\":[\"c\",\"a\",7]}", "a",
		  BEDROCK ",\"anthropic_beta\":[\"a\",\"c\"]}", "" },
		{ to_bedrock,
		  "{\"tags\":{\"t\":\"g\"},\"m\":1,"
		  "\"anthropic_beta\":[\"request-tags-2026-08-21\"]}",
		  "request-tags-2026-08-21", BEDROCK ",\"m\":1}", "" },
		{ to_bedrock, "{\"t\\u0061gs\":1,\"mod\\u0065l\":\"m\"}",
		  "a,request-tags-2026-08-21,b",
		  BEDROCK ",\"anthropic_beta\":[\"a\",\"b\"]}", "" },
		{ to_bedrock, "{\"anthropic_version\":\"x\"}", "", BEDROCK "}",
		  "" },
		{ to_vertex,
		  "{\"model\":\"m\",\"stream\":true,\"tags\":{},"
		  "\"anthropic_version\":\"x\",\"z\":null}",
		  "a,request-tags-2026-08-21,b",
		  VERTEX ",\"stream\":true,\"z\":null}", "a,b" },
		{ to_vertex, "{\"anthropic_beta\":[\"c\"]}", "", VERTEX "}",
		  "c" },
		{ count_on_vertex,
		  "{\"model\":\"m\",\"messages\":[],\"tags\":1}", "a",
		  VERTEX ",\"model\":\"M\",\"messages\":[]}", "a" },
		{ count_on_bedrock,
		  "{\"model\":\"m\",\"messages\":[],\"tools\":[],\"tags\":1,"
		  "\"anthropic_version\":\"x\",\"anthropic_beta\":[],"
		  "\"stream\":true}",
		  "claude-code-20250219,effort-2025-11-24",
		  BEDROCK ",\"max_tokens\":1,\"anthropic_beta\":"
			  "[\"claude-code-20250219\"],\"messages\":[]}",
		  "" },
		{ count_on_bedrock,
		  "{\"thinking\":{\"budget_tokens\":2048},\"tools\":[{}],"
		  "\"max_tokens\":5}",
		  "effort-2025-11-24",
		  BEDROCK
		  ",\"max_tokens\":2049,\"thinking\":{\"budget_tokens\":"
		  "2048},\"tools\":[{}]}",
		  "" },
		{ count_on_bedrock, "{\"thinking\":{\"budget_tokens\":1}}", "",
		  BEDROCK
		  ",\"max_tokens\":2,\"thinking\":{\"budget_tokens\":1}}",
		  "" },
		{ count_on_bedrock, "{\"thinking\":{\"budget_tokens\":\"9\"}}",
		  "",
		  BEDROCK
		  ",\"max_tokens\":1,\"thinking\":{\"budget_tokens\":\"9\"}}",
		  "" },
		{ count_on_bedrock,
		  "{\"thinking\":{\"budget_tokens\":2147483646}}", "",
		  BEDROCK ",\"max_tokens\":2147483647,\"thinking\":"
			  "{\"budget_tokens\":2147483646}}",
		  "" },
		{ count_on_bedrock,
		  "{\"thinking\":{\"budget_tokens\":2147483647}}", "",
		  BEDROCK ",\"max_tokens\":1,\"thinking\":"
			  "{\"budget_tokens\":2147483647}}",
		  "" },
		{ count_on_bedrock, "{\"thinking\":{\"budget_tokens\":-7}}", "",
		  BEDROCK
		  ",\"max_tokens\":1,\"thinking\":{\"budget_tokens\":-7}}",
		  "" },
		{ count_on_bedrock,
		  "{\"thinking\":{\"budget_tokens\":9223372036854775807}}", "",
		  BEDROCK ",\"max_tokens\":1,\"thinking\":{\"budget_tokens\":"
			  "9223372036854775807}}",
		  "" },
		/* What the vendor refuses goes with its beta, wherever it
		 * stands, and nothing else is touched. */
		{ to_bedrock,
		  "{\"messages\":[ {\"role\":\"user\",\"content\":\"a\"} , "
		  "{\"role\" : "
		  "\"system\",\"output_config\":{\"effort\":\"low\"},"
		  "\"content\":\"b\",\"clear_at\":1} ],"
		  "\"output_config\":{\"effort\":\"low\"},\"speed\":\"fast\"}",
		  "per-turn-control-2026-07-01,effort-2025-11-24,"
		  "fast-mode-2026-02-01,web-search-2025-03-05",
		  BEDROCK ",\"anthropic_beta\":[\"effort-2025-11-24\"],"
			  "\"messages\":[{\"role\":\"user\",\"content\":\"a\"},"
			  "{\"role\":\"system\",\"content\":\"b\"}],"
			  "\"output_config\":{\"effort\":\"low\"}}",
		  "" },
		{ to_vertex, "{\"messages\":[ {\"x\" :1} ]}",
		  "advanced-tool-use-2025-11-20,web-search-2025-03-05,"
		  "tool-search-tool-2025-10-19,x-2027-01-01",
		  VERTEX ",\"messages\":[ {\"x\" :1} ]}",
		  "tool-search-tool-2025-10-19,web-search-2025-03-05,"
		  "x-2027-01-01" },
		{ to_bedrock,
		  "{\"system\":[{\"text\":\"a\",\"cache_control\":{\"type\":"
		  "\"ephemeral\",\"scope\":\"global\"}}],"
		  "\"tools\":[{\"cache_control\":{\"scope\":1},"
		  "\"input_schema\":{\"cache_control\":{\"scope\":1}}}],"
		  "\"messages\":[{\"content\":[{\"type\":\"tool_use\","
		  "\"input\":{\"cache_control\":{\"scope\":1}}},"
		  "{\"content\":[{\"cache_control\":{\"scope\":1,\"ttl\":"
		  "\"1h\"}}]"
		  "}]}]}",
		  "prompt-caching-scope-2026-01-05",
		  BEDROCK
		  ",\"system\":[{\"text\":\"a\",\"cache_control\":{\"type\":"
		  "\"ephemeral\"}}],"
		  "\"tools\":[{\"cache_control\":{},"
		  "\"input_schema\":{\"cache_control\":{\"scope\":1}}}],"
		  "\"messages\":[{\"content\":[{\"type\":\"tool_use\","
		  "\"input\":{\"cache_control\":{\"scope\":1}}},"
		  "{\"content\":[{\"cache_control\":{\"ttl\":\"1h\"}}]}]}]}",
		  "" },
		{ to_bedrock, "{\"messages\":7,\"system\":\"s\"}", "",
		  BEDROCK ",\"messages\":7,\"system\":\"s\"}", "" },
		{ plain, "{\"messages\":[{\"output_config\":1}],\"speed\":1}",
		  "fast-mode-2026-02-01",
		  "{\"model\":\"M\",\"messages\":[{\"output_config\":1}],"
		  "\"speed\":1}",
		  "fast-mode-2026-02-01" },
		/* Back. */
		{ plain,
		  "{\"anthropic_version\":\"bedrock-2023-05-31\","
		  "\"anthropic_beta\":[\"b\",\"c\"],\"m\":1,\"tags\":{}}",
		  "a,b", "{\"model\":\"M\",\"m\":1,\"tags\":{}}", "a,b,c" },
		{ plain, "{\"stream\":true,\"model\":\"other\"}", "",
		  "{\"model\":\"M\"}", "" },
		{ plain_stream, "{\"stream\":false,\"m\":1}", "",
		  "{\"model\":\"M\",\"m\":1,\"stream\":true}", "" },
		{ plain_count,
		  "{\"max_tokens\":1,\"messages\":[],\"metadata\":{},"
		  "\"temperature\":1,\"tools\":[]}",
		  "request-tags-2026-08-21",
		  "{\"model\":\"M\",\"messages\":[],\"tools\":[]}",
		  "request-tags-2026-08-21" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(65536), betas = BUF_INIT(65536);
		struct bridge_asked from = { .model = span_of("M"),
					     .betas = span_of(rows[i].betas) };
		struct bridge_asking to = { &body, &betas };

		assert_int_equal(jscan(span_of(rows[i].body), &from.root, NULL),
				 0);
		assert_int_equal(rows[i].fn(&from, &to, NULL), 0);
		assert_string_equal(buf_str(&body), rows[i].want);
		assert_string_equal(buf_str(&betas), rows[i].want_betas);
		buf_clear(&body);
		buf_clear(&betas);
	}
}

/* More than any client has is refused; as much as the limit is not. */
static void t_many_betas(void **state)
{
	static ask_fn *const fns[] = { to_bedrock, to_vertex, count_on_vertex,
				       count_on_bedrock, plain };

	(void)state;
	for (size_t n = 8192; n <= 8193; n++)
		for (size_t i = 0; i < sizeof(fns) / sizeof(fns[0]); i++) {
			struct buf body = BUF_INIT(65536);
			struct buf betas = BUF_INIT(65536);
			struct buf header = BUF_INIT(65536);
			struct bridge_asked from = { .model = span_of("M") };
			struct bridge_asking to = { &body, &betas };
			struct fail why = FAIL_INIT;

			buf_add_text(&header, "a,");
			while (header.len < n)
				buf_add_byte(&header, 'b');
			from.betas = buf_span(&header);
			jscan(span_of("{}"), &from.root, NULL);
			assert_int_equal(fns[i](&from, &to, &why),
					 n == 8192 ? 0 : -1);
			if (n > 8192)
				assert_string_equal(
					why.text,
					"anthropic_beta: all of them together "
					"have more than 8192 bytes");
			buf_clear(&body);
			buf_clear(&betas);
			buf_clear(&header);
		}
}

/* A control character could end the header's line. */
static void t_printable(void **state)
{
	static const struct {
		const char *beta;
		int rc;
	} rows[] = {
		{ "a\\u001f", -1 }, { "a\\n", -1 }, { "a\\u007f", -1 },
		{ "a b", 0 },       { "a~", 0 },    { "a\\u0080", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(65536), betas = BUF_INIT(65536);
		struct bridge_asked from = { .model = span_of("M") };
		struct bridge_asking to = { &body, &betas };
		struct fail why = FAIL_INIT;
		char text[100];

		snprintf(text, sizeof(text), "{\"anthropic_beta\":[\"%sz\"]}",
			 rows[i].beta);
		assert_int_equal(jscan(span_of(text), &from.root, NULL), 0);
		assert_int_equal(plain(&from, &to, &why), rows[i].rc);
		if (rows[i].rc < 0)
			assert_string_equal(why.text,
					    "anthropic_beta: the name of a "
					    "beta has no control characters");
		buf_clear(&body);
		buf_clear(&betas);
	}
}

static void t_foreign(void **state)
{
	static const char *const rows[][2] = {
		{ "{\"thread\":{\"type\":\"create\"}}",
		  "thread: the provider of this model does not offer it "
		  "(capability_rejected: beta_header:"
		  "message-threads-2026-08-12)" },
		{ "{\"safeguards\":[]}",
		  "safeguards: the provider of this model does not offer it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf body = BUF_INIT(65536), betas = BUF_INIT(65536);
		struct bridge_asked from = { .model = span_of("M") };
		struct bridge_asking to = { &body, &betas };
		struct fail why = FAIL_INIT;

		jscan(span_of(rows[i][0]), &from.root, NULL);
		assert_int_equal(to_bedrock(&from, &to, &why), -1);
		assert_string_equal(why.text, rows[i][1]);
		assert_int_equal(to_vertex(&from, &to, NULL), -1);
		assert_int_equal(plain(&from, &to, NULL), 0);
		buf_clear(&body);
		buf_clear(&betas);
	}
}

static void t_count_bodies(void **state)
{
	static const char *const bad[] = {
		"{}",
		"{\"input\":{}}",
		"{\"input\":{\"converse\":{}}}",
		"{\"input\":{\"invokeModel\":{\"body\":7}}}",
		"{\"input\":{\"invokeModel\":{\"body\":\"no base64\"}}}",
	};
	struct buf out = BUF_INIT(100);
	struct jval root;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fail why = FAIL_INIT;

		assert_int_equal(jscan(span_of(bad[i]), &root, NULL), 0);
		assert_int_equal(bridge_count_body(root, &out, &why), -1);
		assert_int_equal(why.code, FAIL_USAGE);
		assert_int_equal(out.len, 0);
	}
	jscan(span_of("{\"input\":{\"invokeModel\":{\"body\":\"e30=\"}}}"),
	      &root, NULL);
	assert_int_equal(bridge_count_body(root, &out, NULL), 0);
	assert_string_equal(buf_str(&out), "{}");
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bridge: bodies and betas, there and back", t_rows, NULL,
		  NULL, NULL },
		{ "bridge: betas have a limit", t_many_betas, NULL, NULL,
		  NULL },
		{ "bridge: betas have no control characters", t_printable, NULL,
		  NULL, NULL },
		{ "bridge: what neither vendor has", t_foreign, NULL, NULL,
		  NULL },
		{ "bridge: what CountTokens is asked", t_count_bodies, NULL,
		  NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bridge_request", tests, NULL, NULL);
}
