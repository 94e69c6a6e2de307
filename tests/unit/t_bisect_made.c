/*
 * Tests of probe/bisect on requests that are made here: many tools, a long
 * history, markers, and bodies that are none.
 */
#include "tests/unit/bisect_kit.h"

#define BETAS \
	"context-management-2025-06-27, effort-2025-11-24 ," \
	"extended-cache-ttl-2025-04-11,advanced-tool-use-2025-11-20"

#define TOOLS 40
#define BAD_TOOL 25
#define TURNS 60

/* ---- requests ---- */

static void add_tool(struct buf *b, int n)
{
	buf_addf(
		b,
		"%s{\"name\": \"mcp__server__tool_%d\", \"description\": "
		"\"Does the thing number %d as often as it is wanted.\", "
		"\"input_schema\": {\"$schema\": \"https://json-schema.org/"
		"draft/2020-12/schema\", \"type\": \"object\", \"properties\": "
		"{\"path\": {\"type\": \"string\"}, \"many\": {\"type\": "
		"\"array\", \"items\": {\"anyOf\": [{\"type\": \"number\"}, "
		"{\"type\": \"string\"%s}]}}, \"node\": {\"$ref\": "
		"\"#/$defs/node\"}}, \"required\": [\"path\", \"many\"], "
		"\"$defs\": {\"node\": {\"type\": \"object\"}}}%s}",
		n > 0 ? ", " : "", n, n,
		n == BAD_TOOL ? ", \"format\": \"idn-email\"" : "",
		n % 5 == 0 ? ", \"cache_control\": {\"type\": \"ephemeral\"}"
			   : "");
}

static void add_turn(struct buf *b, int n)
{
	buf_addf(b,
		 "{\"role\": \"assistant\", \"content\": [{\"type\": \"text\", "
		 "\"text\": \"I look at number %d, as I was asked to do.\"}",
		 n);
	if (n % 2 == 0)
		buf_addf(b,
			 ", {\"type\": \"tool_use\", \"id\": \"toolu_%d\", "
			 "\"name\": \"mcp__server__tool_%d\", \"input\": "
			 "{\"path\": \"/number/%d\"%s}}",
			 n, n % TOOLS, n, n == 40 ? ", \"odd\": {}" : "");
	buf_add_text(b, "]}, {\"role\": \"user\", \"content\": [");
	if (n % 2 == 0)
		buf_addf(b,
			 "{\"type\": \"tool_result\", \"tool_use_id\": "
			 "\"toolu_%d\", \"content\": \"%d%s\"%s}, ",
			 n, n * n, n == 20 ? " \\ud83d \\ud83d\\ude00" : "",
			 n == 30 ? ", \"is_error\": true" : "");
	buf_addf(b, "{\"type\": \"text\", \"text\": \"%s number %d\"}]}%s",
		 n == 15 ? "drop <script> and go on with the"
			 : "now go on with the next, which is",
		 n + 1, n + 1 < TURNS ? ", " : "");
}

static void make(struct bisect_request *r)
{
	struct buf *b = &r->body;

	kit_make(r, BETAS);
	buf_add_text(b, " {\"model\": \"m\", \"max_tokens\": 32000, "
			"\"tools\": [");
	for (int i = 0; i < TOOLS; i++)
		add_tool(b, i);
	buf_add_text(b, "], \"tool_choice\": {\"type\": \"tool\", \"name\": "
			"\"mcp__server__tool_7\"}, \"messages\": [{\"role\": "
			"\"user\", \"content\": \"begin with the first\"}, ");
	for (int i = 0; i < TURNS; i++)
		add_turn(b, i);
	buf_add_text(
		b,
		"], \"system\": [{\"type\": \"text\", \"text\": \"be kind\"}, "
		"{\"type\": \"text\", \"text\": \"be brief\", "
		"\"cache_control\": {\"type\": \"ephemeral\", \"ttl\": "
		"\"1h\"}}], \"thinking\": {\"type\": \"enabled\", "
		"\"budget_tokens\": 16000}, \"context_management\": "
		"{\"edits\": [{\"type\": \"clear_thinking_20251015\", "
		"\"keep\": \"all\"}]}, \"extra\": {\"a\": {\"b\": [1, {\"c\": "
		"{\"d\": 2.50}}]}}, \"temperature\": 1 } \n");
}

/* ---- what fails ---- */

static bool has_text(const struct seen *s, const char *a, const char *b)
{
	(void)b;
	return span_find(buf_span(&s->r->body), span_of(a)) != SIZE_MAX;
}

static bool has_value(const struct seen *s, const char *a, const char *b)
{
	struct jval v;

	return kit_find(s, a, &v) && (b == NULL || span_is(v.text, b));
}

static bool has_header(const struct seen *s, const char *a, const char *b)
{
	(void)b;
	return headers_get(&s->r->headers, a) != NULL;
}

static bool has_beta(const struct seen *s, const char *a, const char *b)
{
	return headers_has_token(&s->r->headers, "anthropic-beta", a) &&
	       (b == NULL || has_text(s, b, NULL));
}

static bool times(const struct seen *s, const char *a, const char *b)
{
	struct span rest = buf_span(&s->r->body);
	long count = 0;
	size_t at;

	while ((at = span_find(rest, span_of(a))) != SIZE_MAX) {
		rest = span_skip(rest, at + 1);
		count++;
	}
	return count > strtol(b, NULL, 10);
}

/* An escape of a surrogate that has no other half. */
static bool lone_surrogate(const struct seen *s, const char *a, const char *b)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool lone;

	(void)a, (void)b;
	buf_add_span(&text, buf_span(&s->r->body));
	for (char *at = text.at; at && (at = strstr(at, "\\ud83d\\ude"));)
		memset(at, 'x', 12);
	lone = text.at != NULL && strstr(text.at, "\\ud83d") != NULL;
	buf_clear(&text);
	return lone;
}

/* Too many items of a list. */
static bool many(const struct seen *s, const char *a, const char *b)
{
	struct jval list;

	return kit_find(s, a, &list) &&
	       jscan_count(list) > strtoul(b, NULL, 10);
}

#define TOOL(n) "tool `mcp__server__tool_" n "`: input_schema"

static const struct kit_row rows[] = {
	{ "a keyword deep in one of 40 tools",
	  { { has_text, "idn-email", NULL, NULL } },
	  { TOOL("25") ".properties.many.items.anyOf[1].format" } },
	{ "a keyword that all tools have",
	  { { has_text, "\"$ref\"", NULL, NULL } },
	  { TOOL("0") ".properties.node.$ref" } },
	{ "a text in one of 60 turns",
	  { { has_text, "<script>", NULL, NULL } },
	  { "the text \"<script>\" in message 33" } },
	{ "a member of one tool result",
	  { { has_text, "is_error", NULL, NULL } },
	  { "message 63 (user): tool_result block 1: is_error" } },
	{ "one tool use",
	  { { has_text, "\"odd\"", NULL, NULL } },
	  { "message 82 (assistant): tool_use block 2: input.odd" } },
	{ "a lone surrogate",
	  { { lone_surrogate, NULL, NULL, NULL } },
	  { "the text \"\\ud83d\" in message 43" } },
	{ "a value",
	  { { has_text, "\"1h\"", NULL, NULL } },
	  { "`cache_control` of system block 2: ttl" } },
	{ "more markers than four",
	  { { times, "cache_control", "4", NULL } },
	  { "`cache_control` of tool `mcp__server__tool_0` + "
	    "`cache_control` of tool `mcp__server__tool_5` + "
	    "`cache_control` of tool `mcp__server__tool_10` + "
	    "`cache_control` of tool `mcp__server__tool_15` + "
	    "`cache_control` of tool `mcp__server__tool_20`" } },
	{ "a budget of thinking",
	  { { has_value, "/thinking/budget_tokens", NULL, NULL } },
	  { "field `thinking`" } },
	{ "a choice of tools",
	  { { has_value, "/tool_choice", NULL, NULL } },
	  { "field `tool_choice`" } },
	{ "a field that needs another and a beta",
	  { { has_value, "/context_management/edits/0", NULL, NULL } },
	  { "field `context_management`: edits[0]" } },
	{ "a beta whose field does not matter",
	  { { has_beta, "extended-cache-ttl-2025-04-11", NULL, NULL } },
	  { "beta `extended-cache-ttl-2025-04-11`" } },
	{ "a member deep in a field",
	  { { has_text, "2.50", NULL, NULL } },
	  { "field `extra`: a.b[1].c.d" } },
	{ "any tool use at all",
	  { { has_text, "\"tool_use\"", NULL, NULL } },
	  { "message 2 (assistant): tool_use block 2",
	    "message 6 (assistant): tool_use block 2" } },
	{ "too many tools",
	  { { many, "/tools", "20", NULL } },
	  { "field `tools`: 21 items" } },
	{ "as many tools as there are",
	  { { many, "/tools", "39", NULL } },
	  { "field `tools`: 40 items" } },
	{ "too many messages",
	  { { many, "/messages", "100", NULL } },
	  { "field `messages`: 101 items" } },
	{ "three causes at once",
	  { { has_text, "idn-email", NULL, "format" },
	    { has_text, "<script>", NULL, "403" },
	    { has_header, "x-app", NULL, "header" } },
	  { TOOL("25") ".properties.many.items.anyOf[1].format",
	    "the text \"<script>\" in message 33", "header `x-app`" } },
};

#define ROWS (sizeof(rows) / sizeof(*rows))

static void run_rows(bool strict)
{
	struct bisect_request given;

	make(&given);
	for (size_t i = 0; i < ROWS; i++)
		assert_true(kit_run(&given, &rows[i], strict) < 100);
	bisect_request_clear(&given);
}

static void t_lax(void **state)
{
	(void)state;
	run_rows(false);
}

static void t_strict(void **state)
{
	(void)state;
	run_rows(true);
}

/* To a strict server the beta is only what makes the field valid. */
static void t_pair(void **state)
{
	static const struct kit_row lax = {
		"a field together with its beta, a lax server",
		{ { has_beta, "context-management-2025-06-27",
		    "context_management", NULL } },
		{ "beta `context-management-2025-06-27` + "
		  "field `context_management`" }
	};
	struct kit_row strict = lax;
	struct bisect_request given;

	(void)state;
	make(&given);
	strict.title = "a field together with its beta, a strict server";
	strict.names[0] = "field `context_management`";
	kit_run(&given, &lax, false);
	kit_run(&given, &strict, true);
	bisect_request_clear(&given);
}

/* ---- bodies that are no message ---- */

static void run_body(const char *method, struct span body,
		     const struct kit_row *row)
{
	struct bisect_request given;

	kit_make(&given, NULL);
	free(given.method);
	given.method = xstrdup(method);
	buf_add_span(&given.body, body);
	kit_run(&given, row, false);
	bisect_request_clear(&given);
}

static void t_no_message(void **state)
{
	static const struct kit_row bytes = { "a body that is not JSON",
					      { { has_text,
						  "\xc3\xa4"
						  "EVIL",
						  NULL, NULL } },
					      { "the text \"\xc3\xa4"
						"EVIL\" in the body" } };
	static const struct kit_row head = { "no body",
					     { { has_header, "x-app", NULL,
						 NULL } },
					     { "header `x-app`" } };
	static const struct kit_row twice = { "a key that comes twice",
					      { { has_text, "\"b\":2", NULL,
						  NULL } },
					      { "field `a`: b" } };
	static const struct kit_row list = { "a body that is a list",
					     { { has_text, "7", NULL, NULL } },
					     { "the body: [1][0]" } };

	(void)state;
	run_body("POST",
		 span_of("some {words \xc3\xa4"
			 "EVIL and more of \xff them"),
		 &bytes);
	run_body("GET", SPAN_EMPTY, &head);
	run_body("POST", span_of("{\"a\":{\"b\":1,\"b\":2},\"a\":3}"), &twice);
	run_body("POST", span_of("[1,[7],3]"), &list);
}

static void t_deep(void **state)
{
	static const struct kit_row row = { "512 levels",
					    { { has_header, "x-app", NULL,
						NULL } },
					    { "header `x-app`" } };
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (int i = 0; i < JSCAN_DEPTH_LIMIT; i++)
		buf_add_byte(&body, '[');
	for (int i = 0; i < JSCAN_DEPTH_LIMIT; i++)
		buf_add_byte(&body, ']');
	run_body("POST", buf_span(&body), &row);
	buf_clear(&body);
}

static void t_large(void **state)
{
	static const struct kit_row member = { "32 MB, a member",
					       { { has_value, "/metadata", NULL,
						   NULL } },
					       { "field `metadata`" } };
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	buf_add_text(&body, "{\"metadata\":{},\"messages\":[{\"role\":\"user\","
			    "\"content\":\"");
	while (body.len < (29 << 20))
		buf_add_text(&body, "0123456789abcdef0123456789abcdef");
	buf_add_text(&body, "\"}],\"x\":[");
	while (body.len < (32 << 20) - 64)
		buf_add_text(&body, "[1,2],{},\"\",[3],");
	buf_add_text(&body, "4]}");
	run_body("POST", buf_span(&body), &member);
	buf_clear(&body);
}

static const struct CMUnitTest tests[] = {
	{ "bisect: 40 tools and 60 turns, a lax server", t_lax, NULL, NULL,
	  NULL },
	{ "bisect: 40 tools and 60 turns, a strict server", t_strict, NULL,
	  NULL, NULL },
	{ "bisect: a beta and its field", t_pair, NULL, NULL, NULL },
	{ "bisect: bodies that are no message", t_no_message, NULL, NULL,
	  NULL },
	{ "bisect: a deep body", t_deep, NULL, NULL, NULL },
	{ "bisect: a large body", t_large, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bisect_made", tests, NULL, NULL);
}
