/* Tests of probe/refusal: names of parts, texts, evidence, hostile answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/refusal/refusal.h"
#include "tests/unit/refusal_kit.h"

/* ---- parts ---- */

static const char *const parts[][2] = {
	{ "tools.2.custom.input_schema: bad",
	  "tool `mcp__x__y`: input_schema" },
	{ "tools.2", "tool `mcp__x__y`" },
	{ "tools.2.custom: no", "tool `mcp__x__y`" },
	{ "Invalid 'tools[2].function.parameters'",
	  "tool `mcp__x__y`: input_schema" },
	{ "tools[0].function_declarations[2].parameters.properties[q].format",
	  "tool `mcp__x__y`: input_schema.properties.q.format" },
	{ "at /tools/2/input_schema/properties/q",
	  "tool `mcp__x__y`: input_schema.properties.q" },
	{ "body.tools.1.name", "tool `Read`: name" },
	{ "$.tools[1]", "tool `Read`" },
	{ "function \"mcp__x__y\" has", "tool `mcp__x__y`" },
	{ "messages.2.content.1: x",
	  "message 3 (`assistant`), block 2 (`tool_use Read`)" },
	{ "messages.2.content.1.tool_use.input: x",
	  "message 3 (`assistant`), block 2 (`tool_use Read`): input" },
	{ "messages.3.content.0: x",
	  "message 4 (`user`), block 1 (`tool_result of Read`)" },
	{ "messages.3.content.0.tool_result.content.0.text.x",
	  "message 4 (`user`), block 1 (`tool_result of Read`), block 1 "
	  "(`text`): x" },
	{ "messages[1] is", "message 2 (`system`)" },
	{ "contents[3].parts[0]",
	  "message 4 (`user`), block 1 (`tool_result of Read`)" },
	{ "messages.1.role: no", "message 2 (`system`): role" },
	{ "system.1.cache_control", "system block 2: cache_control" },
	{ "system: no", "field `system`" },
	{ "output_config.effort: no", "field `output_config.effort`" },
	{ "context_management is not", "field `context_management`" },
	{ "the `model` is not", "field `model`" },
	{ "tools['2']['input_schema'] is", "tool `mcp__x__y`: input_schema" },
	{ "tools[\"2\"].name is", "tool `mcp__x__y`: name" },
	{ "tools[0].functionDeclarations[2].name", "tool `mcp__x__y`: name" },
	{ "tools[1].functionDeclarations: no",
	  "tool `Read`: functionDeclarations" },
	{ "tools[1].other[2]: no", "tool `Read`: other.2" },
	{ "tools.2.thinking: no", "tool `mcp__x__y`: thinking" },
	{ "tools.2.name.parameters: no", "tool `mcp__x__y`: name.parameters" },
	{ "tools.2.custom.function: no", "tool `mcp__x__y`: function" },
	{ "root.messages.0.content: no", "message 1 (`user`): content" },
	{ "request.messages.0.content.0: no", "message 1 (`user`): content.0" },
	{ "messages.2.content.0.other.content.0: no",
	  "message 3 (`assistant`), block 1 (`thinking`): other.content.0" },
	{ "messages.2.content.9: no", "message 3 (`assistant`): content.9" },
	{ "messages.2.other.1: no", "message 3 (`assistant`): other.1" },
	{ "system.text: no", "field `system`" },
	{ "the 'system' is no", "field `system`" },
	{ "model.name: no", "field `model`" },
	{ "thinking.a.b: no", "field `thinking.a.b`" },
	{ "tools['x and 'Bash' not", "tool `Bash`" },
	{ "tools[2x tools[2 tools['2 tools[2} `Read`", "tool `Read`" },
};

static void t_parts(void **state)
{
	struct jval sent;

	(void)state;
	assert_int_equal(jscan(span_of(KIT_BODY), &sent, NULL), 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct buf out = BUF_INIT(1000);

		if (!refusal_part(span_of(parts[i][0]), sent, &out))
			fail_msg("%s: nothing", parts[i][0]);
		assert_string_equal(buf_str(&out), parts[i][1]);
		buf_clear(&out);
	}
}

static void t_no_parts(void **state)
{
	static const char *const texts[] = {
		"tools.99.custom.name: no",
		"messages.99999999999999999999: no",
		"this model has no tools",
		"the system is down",
		"see messages/ and tools. and []",
		"tools[",
		"messages.2x",
		"Bash is not here",
		"'Bash is not here",
		"Bash' is not here",
		"Bash",
		"'Bash",
		"system.9.text: no",
		"messages.role: no",
		"tools.name: no",
		"model is not here",
		"",
	};
	struct jval sent, none = { .type = J_NULL, .text = SPAN_EMPTY };
	struct buf out = BUF_INIT(1000);

	(void)state;
	assert_int_equal(jscan(span_of(KIT_BODY), &sent, NULL), 0);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (refusal_part(span_of(texts[i]), sent, &out))
			fail_msg("%s: %s", texts[i], buf_str(&out));
	assert_false(refusal_part(span_of("tools.2.name"), none, &out));
	assert_int_equal(out.len, 0);
}

/* ---- texts ---- */

static void assert_text(const char *body, const char *type, const char *message)
{
	struct buf t = BUF_INIT(1000), m = BUF_INIT(1000);

	refusal_text(span_of(body), &t, &m);
	assert_string_equal(buf_str(&t), type);
	assert_string_equal(buf_str(&m), message);
	buf_clear(&t);
	buf_clear(&m);
}

static void t_texts(void **state)
{
	(void)state;
	assert_text("{\"type\":\"error\",\"error\":{\"type\":\"api_error\","
		    "\"message\":\"no\"}}",
		    "api_error", "no");
	assert_text("{\"error\":\"no\"}", "", "no");
	assert_text("{\"message\":\"no\"}", "", "no");
	assert_text("{\"detail\":[{\"loc\":[\"body\",\"tools\",3],"
		    "\"msg\":\"bad\"},{\"loc\":[\"x\"],\"msg\":\"worse\"}]}",
		    "", "tools.3: bad; x: worse");
	assert_text("{\"error\":{\"message\":\"Provider returned error\","
		    "\"code\":400,\"metadata\":{\"raw\":\"{\\\"a\\\":1}\"}}}",
		    "", "Provider returned error: {\"a\":1}");
	assert_text("event: ping\ndata: {}\n\nevent: error\ndata: "
		    "{\"type\":\"error\",\"error\":{\"type\":\"t\","
		    "\"message\":\"m\"}}\n\n",
		    "t", "m");
	assert_text("<html><head><title> 502\n</title>", "", "502");
	assert_text("  upstream is away", "", "upstream is away");
	assert_text("", "", "");
	assert_text("[]", "", "");
	assert_text("\"no\"", "", "no");
	assert_text("5", "", "");
	assert_text("[{\"error\":{\"status\":\"S\",\"message\":\"no\"}}]", "S",
		    "no");
	assert_text("{\"error\":null,\"message\":\"no\"}", "", "no");
	assert_text("{\"error\":5,\"code\":\"C\",\"msg\":\"no\"}", "C", "no");
	assert_text("{\"error\":{\"type\":\"T\"},\"code\":\"C\","
		    "\"msg\":\"no\"}",
		    "T", "no");
	assert_text("{\"base_resp\":{\"status_msg\":\"no\"},\"msg\":\"yes\"}",
		    "", "no");
	assert_text("{\"errors\":[\"one\",{\"message\":\"two\"}]}", "",
		    "one; two");
	assert_text("{\"detail\":\"no\"}", "", "no");
	assert_text("{\"detail\":{\"msg\":\"no\"}}", "", "no");
	assert_text("{\"detail\":[{\"loc\":[\"body\",null,\"a\"],"
		    "\"msg\":\"bad\"}]}",
		    "", ".a: bad");
	assert_text("{\"errors\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\","
		    "\"8\",\"9\"]}",
		    "", "1; 2; 3; 4; 5; 6; 7; 8");
	assert_text("{\"Message\":\"no\"}", "", "no");
	assert_text("{\"Message\":\"\"}", "", "");
	assert_text("{\"error\":{\"metadata\":{\"raw\":\"r\"}}}", "", "r");
	assert_text("{\"error\":{\"message\":\"m\",\"metadata\":{\"raw\":5}}}",
		    "", "m");
	assert_text("data: {\"error\":{\"message\":\"m\"}}\n\n", "", "m");
	assert_text("data: {\"error\":null}\n\ndata: {\"error\":\"n\"}", "",
		    "n");
	assert_text("event: error\ndata: \"n\"", "", "n");
	assert_text("<!DOCTYPE HTML><body>no", "", "");
	assert_text("<html><title lang=a>\n a b \n</title>", "", "a b");
	assert_text("<html><title>a", "", "a");
	assert_text("<html><title", "", "");
	assert_text("<html><title></title>", "", "");
	assert_text("<h", "", "<h");
}

/* A text that names many things that were not sent is not gone through for
 * ever: what comes late in it is not found. */
static void t_many_paths(void **state)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), out = BUF_INIT(BUF_NO_LIMIT);
	struct jval sent;

	(void)state;
	assert_int_equal(jscan(span_of(KIT_BODY), &sent, NULL), 0);
	for (int i = 0; i < 150; i++)
		buf_add_text(&text, "tools.99 ");
	buf_add_text(&text, "tools.0");
	assert_true(refusal_part(buf_span(&text), sent, &out));
	assert_string_equal(buf_str(&out), "tool `Bash`");
	for (int i = 0; i < 100; i++)
		buf_splice(&text, 0, 0, "tools.99 ", 9);
	assert_false(refusal_part(buf_span(&text), sent, &out));
	buf_clear(&text);
	buf_clear(&out);
}

static void assert_normal(const char *a, const char *b, bool same)
{
	struct buf one = BUF_INIT(1000), other = BUF_INIT(1000);

	refusal_normal(span_of(a), &one);
	refusal_normal(span_of(b), &other);
	if (span_equal(buf_span(&one), buf_span(&other)) != same)
		fail_msg("%s / %s", buf_str(&one), buf_str(&other));
	buf_clear(&one);
	buf_clear(&other);
}

static void t_normal(void **state)
{
	(void)state;
	assert_normal("tools.25: no", "tools.3: no", true);
	assert_normal("(request id: req_011CXabcdEFGH)",
		      "(request id: req_9zZ3kkkk22)", true);
	assert_normal("id 3f2b8c1e-0000-4000-8000-0123456789ab",
		      "id 99999999-aaaa-4bbb-8ccc-ddddddddeeee", true);
	assert_normal("beta context-management-2025-06-27",
		      "beta advanced-tool-use-2025-11-20", false);
	assert_normal("tool mcp__a__get_v2_items", "tool mcp__b__get_v2_items",
		      false);
	assert_normal("thinking: no", "effort: no", false);
	/* What is normal stays as it is. */
	assert_normal("at 1.5, toolu_0.234f0123765489ghIJ",
		      "at N, toolu_N.NfNghIJ", true);
}

/* ---- evidence ---- */

static void t_evidence(void **state)
{
	struct headers sent = { .list = NULL }, got = { .list = NULL };
	struct refusal_given g = { .method = "POST",
				   .target = "/v1/messages",
				   .sent = &sent,
				   .status = 401,
				   .got = &got,
				   .end = END_CLEAN,
				   .end_text = "" };
	struct buf out = BUF_INIT(100000);
	struct refusal r;

	(void)state;
	headers_add_text(&sent, "x-our-token", KIT_KEY);
	headers_add_text(&got, "content-type", "application/json");
	headers_add_text(&got, "request-id", "req_42");
	headers_add_text(&got, "x-litellm-call-id", "c\n");
	headers_add_text(&got, "x-litellm-model-id", "m1");
	headers_add_text(&got, "set-cookie", "session=abcdefghijkl");
	headers_add_text(&got, "location", "/login?token=0123456789abcdef");
	g.got_body = span_of("{\"error\":{\"type\":\"t\",\"message\":\"bad key "
			     "'" KIT_KEY "' \x1b[31m\"}}");
	refusal_evidence(&g, &out);
	assert_non_null(strstr(buf_str(&out), "status: 401\n"));
	assert_non_null(strstr(buf_str(&out), "request-id: req_42\n"));
	assert_non_null(strstr(buf_str(&out), "x-litellm-model-id: m1\n"));
	assert_non_null(strstr(buf_str(&out), "location: /login\n"));
	assert_null(strstr(buf_str(&out), "cookie"));
	assert_null(strstr(buf_str(&out), "5ecre7"));
	assert_null(strchr(buf_str(&out), '\x1b'));
	g.got_body = span_of("{\"error\":{\"type\":\"t\",\"message\":\"bad key "
			     "'" KIT_KEY "'\"}}");
	assert_true(refusal_of(&g, &r));
	assert_string_equal(r.code, "DR-KEY-REFUSED");
	assert_null(strstr(r.words[1], "5ecre7"));
	assert_non_null(strstr(r.words[1], "<credential"));
	refusal_clear(&r);
	buf_clear(&out);
	headers_clear(&sent);
	headers_clear(&got);
}

static void t_no_answer(void **state)
{
	struct refusal_given g = { .method = "POST",
				   .target = "/v1/messages",
				   .end = END_RESET,
				   .end_text = "connection reset" };
	struct buf out = BUF_INIT(1000);
	struct refusal r;

	(void)state;
	assert_true(refusal_of(&g, &r));
	assert_string_equal(r.code, "DR-NO-ANSWER");
	assert_string_equal(r.words[0], "connection reset");
	refusal_clear(&r);
	refusal_evidence(&g, &out);
	assert_string_equal(buf_str(&out), "no answer\nend: connection reset\n"
					   "request: 0 bytes\n");
	g.end = END_CANCELLED;
	assert_false(refusal_of(&g, &r));
	buf_clear(&out);
}

/* ---- hostile answers ---- */

static void judge(int status, struct span body, const char *code)
{
	struct refusal_given g = { .method = "POST",
				   .target = "/v1/messages",
				   .sent_body = span_of(KIT_BODY),
				   .status = status,
				   .got_body = body,
				   .end = END_CLEAN,
				   .end_text = "" };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct refusal r;

	assert_true(refusal_of(&g, &r));
	assert_string_equal(r.code, code);
	for (size_t i = 0; i < 3; i++)
		assert_true(!r.words[i] || strlen(r.words[i]) <= 600);
	refusal_clear(&r);
	refusal_evidence(&g, &out);
	assert_true(out.len < 4000);
	buf_clear(&out);
}

static struct span repeated(struct buf *out, const char *text, size_t times)
{
	buf_reset(out);
	for (size_t i = 0; i < times; i++)
		buf_add_text(out, text);
	return buf_span(out);
}

static void t_hostile(void **state)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);
	char bytes[256];

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	judge(400, span_make(bytes, sizeof(bytes)), "DR-BAD-REQUEST");
	judge(200, span_make(bytes, sizeof(bytes)), "DR-BAD-JSON-ANSWER");
	judge(400, repeated(&b, "[", 250000), "DR-BAD-REQUEST");
	judge(400, repeated(&b, "tools.", 250000), "DR-BAD-REQUEST");
	judge(400, repeated(&b, "unknown field ", 125000), "DR-BAD-REQUEST");
	judge(400, repeated(&b, "/", 1000000), "DR-BAD-REQUEST");
	judge(500, repeated(&b, "sk-a", 250000), "DR-UPSTREAM-ERROR");
	judge(200, repeated(&b, "data: {}\n\n", 300000), "DR-STREAM-EMPTY");
	judge(200, repeated(&b, "data: x", 500000), "DR-STREAM-EMPTY");
	buf_clear(&b);
}

static const struct CMUnitTest tests[] = {
	{ "refusal: parts have names", t_parts, NULL, NULL, NULL },
	{ "refusal: what is no part has none", t_no_parts, NULL, NULL, NULL },
	{ "refusal: texts of many shapes", t_texts, NULL, NULL, NULL },
	{ "refusal: many paths", t_many_paths, NULL, NULL, NULL },
	{ "refusal: the same failure has the same normal text", t_normal, NULL,
	  NULL, NULL },
	{ "refusal: evidence and words without a credential", t_evidence, NULL,
	  NULL, NULL },
	{ "refusal: no answer at all", t_no_answer, NULL, NULL, NULL },
	{ "refusal: hostile answers", t_hostile, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("refusal_part", tests, NULL, NULL);
}
