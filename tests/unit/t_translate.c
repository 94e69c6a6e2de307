/* The translation between the Messages API and chat completions: rows of what
 * one side says and what the other gets. */
#include "gateway/translate/translate_private.h"
#include "tests/unit/translate_kit.h"

/* ---- requests ---- */

static const struct request_row {
	const char *asked, *sent; /* after the model and its comma */
} request_rows[] = {
	{ ASK(HI), "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
		   "\"max_completion_tokens\":9}" },
	/* The system's blocks, without the line for the client's maker. */
	{ ASK("\"system\":[" TEXT(
		  "x-anthropic-billing-header: cch=1;") "," TEXT("s") "]," HI),
	  "\"messages\":[{\"role\":\"system\",\"content\":\"s\"},"
	  "{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9}" },
	/* Results first, whatever their order; media of a result after them. */
	{ TURNS(USER("\"u\"") "," SAYS("[" TEXT("t") "," USE("1") "," USE("2") "]") "," USER(
		  "[" TEXT("late") "," RESULT("1", "\"r\"") "," RESULT(
			  "2", "[" TEXT("a") "," IMAGE "]") "]")),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"u\"},"
	  "{\"role\":\"assistant\",\"content\":\"t\",\"tool_calls\":["
	  "{\"id\":\"1\",\"type\":\"function\",\"function\":{\"name\":\"n\","
	  "\"arguments\":\"{\\\"a\\\":1.0}\"}},{\"id\":\"2\",\"type\":"
	  "\"function\",\"function\":{\"name\":\"n\",\"arguments\":"
	  "\"{\\\"a\\\":1.0}\"}}]},{\"role\":\"tool\",\"tool_call_id\":\"1\","
	  "\"content\":\"r\"},{\"role\":\"tool\",\"tool_call_id\":\"2\","
	  "\"content\":\"a\"},{\"role\":\"user\",\"content\":["
	  "{\"type\":\"text\",\"text\":\"late\"},{\"type\":\"image_url\","
	  "\"image_url\":{\"url\":\"data:image/png;base64,QUJD\"}}]}],"
	  "\"max_completion_tokens\":9}" },
	/* A list of words and no calls. */
	{ TURNS(SAYS("[" TEXT("t") "]")),
	  "\"messages\":[{\"role\":\"assistant\",\"content\":\"t\"}],"
	  "\"max_completion_tokens\":9}" },
	/* A result that failed, and one that names tools. */
	{ TURNS(SAYS("[" USE("1") "]") "," USER(
		  "[{\"type\":\"tool_result\",\"tool_use_id\":\"1\","
		  "\"is_error\":true,\"content\":[{\"type\":"
		  "\"tool_reference\",\"tool_name\":\"x\"},{\"type\":"
		  "\"tool_reference\",\"tool_name\":\"y\"}]}]")),
	  "\"messages\":[{\"role\":\"assistant\",\"content\":null,"
	  "\"tool_calls\":[{\"id\":\"1\",\"type\":\"function\",\"function\":"
	  "{\"name\":\"n\",\"arguments\":\"{\\\"a\\\":1.0}\"}}]},{\"role\":"
	  "\"tool\",\"tool_call_id\":\"1\",\"content\":\"Error: Tool: "
	  "x\\nTool: "
	  "y\"}],\"max_completion_tokens\":9}" },
	/* Thinking blocks are left out; so is a turn of nothing else. A system
	 * message stays in its place. */
	{ TURNS(SAYS("[{\"type\":\"thinking\",\"thinking\":\"h\"}]") "," SAYS(
		  "\"a\"") ",{\"role\":\"system\",\"content\":\"mid\"}"),
	  "\"messages\":[{\"role\":\"assistant\",\"content\":\"a\"},{\"role\":"
	  "\"system\",\"content\":\"mid\"}],\"max_completion_tokens\":9}" },
	/* Documents: text, and a file. */
	{ TURNS(USER("[{\"type\":\"document\",\"source\":{\"type\":\"text\","
		     "\"media_type\":\"text/plain\",\"data\":\"d\"}},"
		     "{\"type\":\"document\",\"source\":{\"type\":\"base64\","
		     "\"media_type\":\"application/pdf\",\"data\":\"QQ==\"}},"
		     "{\"type\":\"image\",\"source\":{\"type\":\"url\",\"url\":"
		     "\"https://x/y\"}}]")),
	  "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	  "\"text\":\"d\"},{\"type\":\"file\",\"file\":{\"filename\":"
	  "\"document.pdf\",\"file_data\":\"data:application/"
	  "pdf;base64,QQ==\"}},"
	  "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://x/y\"}}]}],"
	  "\"max_completion_tokens\":9}" },
	/* Tools: schemas as they are, but for what is refused. */
	{ ASK(HI ",\"tools\":[{\"name\":\"n\",\"description\":\"d\","
		 "\"input_schema\":{\"properties\":{\"items\":{\"type\":"
		 "\"array\"},\"o\":{\"anyOf\":[{\"type\":\"array\"}]}},"
		 "\"required\":[\"a\",\"b\",\"a\"]}},{\"name\":\"e\","
		 "\"type\":\"custom\"}],\"tool_choice\":{\"type\":\"any\","
		 "\"disable_parallel_tool_use\":true}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":["
	  "{\"type\":\"function\",\"function\":{\"name\":\"n\","
	  "\"description\":\"d\",\"parameters\":{\"type\":\"object\","
	  "\"properties\":{\"items\":{\"type\":\"array\",\"items\":{}},\"o\":"
	  "{\"anyOf\":[{\"type\":\"array\",\"items\":{}}]}},\"required\":"
	  "[\"a\",\"b\"]}}},{\"type\":\"function\",\"function\":{\"name\":"
	  "\"e\","
	  "\"parameters\":{\"type\":\"object\",\"properties\":{}}}}],"
	  "\"tool_choice\":\"required\",\"parallel_tool_calls\":false,"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"tools\":[{\"name\":\"n\"}],\"tool_choice\":{\"type\":"
		 "\"tool\",\"name\":\"n\"}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":["
	  "{\"type\":\"function\",\"function\":{\"name\":\"n\",\"parameters\":"
	  "{\"type\":\"object\",\"properties\":{}}}}],\"tool_choice\":{"
	  "\"type\":"
	  "\"function\",\"function\":{\"name\":\"n\"}},"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"tools\":[{\"name\":\"n\",\"input_schema\":{\"type\":"
		 "\"object\"}},{\"name\":\"m\",\"input_schema\":{\"type\":"
		 "\"object\",\"properties\":{\"pattern\":{\"pattern\":"
		 "\"[^\\\\p{Cc}]\",\"type\":\"string\"},\"b\":{\"pattern\":"
		 "\"(?<n>a)\"},\"c\":{\"pattern\":\"(?<=a)(?<!b)c\"}}}}]"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"tools\":["
	  "{\"type\":\"function\",\"function\":{\"name\":\"n\",\"parameters\":"
	  "{\"properties\":{},\"type\":\"object\"}}},{\"type\":\"function\","
	  "\"function\":{\"name\":\"m\",\"parameters\":{\"type\":\"object\","
	  "\"properties\":{\"pattern\":{\"type\":\"string\"},\"b\":{},\"c\":"
	  "{\"pattern\":\"(?<=a)(?<!b)c\"}}}}}],\"max_completion_tokens\":9}" },
	/* A choice without tools is none. */
	{ ASK(HI ",\"tools\":[],\"tool_choice\":{\"type\":\"auto\"}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"stop_sequences\":[\"x\"],\"temperature\":0.50,\"top_p\":1,"
		 "\"top_k\":3,\"stream\":true,\"context_management\":{}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"stop\":[\"x\"],\"temperature\":0.50,"
	  "\"top_p\":1,\"stream\":true,\"stream_options\":{\"include_usage\":"
	  "true}}" },
	/* What is no list of words is left out; four words are taken. */
	{ ASK(HI ",\"stop_sequences\":\"x\""),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\"]"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"stop\":[\"1\",\"2\",\"3\",\"4\"]}" },
	{ "{\"model\":\"m\",\"max_tokens\":1," HI "}",
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":1}" },
	/* A form of the answer that is no schema is left out. */
	{ ASK(HI ",\"output_config\":{\"format\":{\"type\":\"x\",\"schema\":"
		 "{}}}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"output_config\":{\"format\":{\"type\":\"json_schema\"}}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"output_format\":{\"type\":\"json_schema\",\"schema\":{}}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"response_format\":{\"type\":"
	  "\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":"
	  "{}}}}" },
	/* One part of a turn; texts of a result are lines. */
	{ TURNS(USER("[" TEXT("t") "]") "," USER(
		  "[" RESULT("1", "[" TEXT("a") "," TEXT("b") "]") "]")),
	  "\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
	  "\"text\":\"t\"}]},{\"role\":\"tool\",\"tool_call_id\":\"1\","
	  "\"content\":\"a\\nb\"}],\"max_completion_tokens\":9}" },
	/* Of an assistant's blocks the texts are joined, whatever others
	 * have as a text; thoughts stay here. */
	{ TURNS(SAYS("[{\"type\":\"thinking\",\"thinking\":\"h\"},"
		     "{\"type\":\"redacted_thinking\",\"text\":\"no\"},"
		     "{\"type\":\"text\"},{\"type\":\"text\",\"text\":7}," TEXT(
			     "a") "," TEXT("b") "]")),
	  "\"messages\":[{\"role\":\"assistant\",\"content\":\"ab\"}],"
	  "\"max_completion_tokens\":9}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":"
		 "16384}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"medium\"}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":"
		 "16385}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"high\"}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"enabled\"}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"medium\"}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4096}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"low\"}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":4097}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"medium\"}" },
	{ ASK(HI
	      ",\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":32000}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"high\"}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"adaptive\"},\"output_config\":"
		 "{\"effort\":\"max\",\"format\":{\"type\":\"json_schema\","
		 "\"schema\":{\"type\":\"object\"}}},\"metadata\":{\"user_id\":"
		 "\"u\"}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9,\"reasoning_effort\":\"max\","
	  "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
	  "{\"name\":\"answer\",\"schema\":{\"type\":\"object\"}}},\"user\":"
	  "\"d44fac17d7e9b816\"}" },
	{ ASK(HI ",\"thinking\":{\"type\":\"disabled\"},\"output_config\":"
		 "{\"effort\":\"low\"}"),
	  "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
	  "\"max_completion_tokens\":9}" },
};

static void t_requests(void **state)
{
	static const char front[] = "{\"model\":\"m\",";

	(void)state;
	for (size_t i = 0; i < sizeof(request_rows) / sizeof(request_rows[0]);
	     i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct fail why = FAIL_INIT;
		struct translate *t;

		translate_new(&t, &plain_rules, 1);
		if (translate_request(t, json_of(request_rows[i].asked), &out,
				      &why) < 0)
			fail_msg("%s: %s", request_rows[i].asked, why.text);
		assert_true(span_starts(buf_span(&out), front));
		assert_string_equal(buf_str(&out) + strlen(front),
				    request_rows[i].sent);
		(void)json_of(buf_str(&out));
		translate_free(t);
		buf_clear(&out);
	}
}

static void t_refused(void **state)
{
#define LETTERS37 "0123456789012345678901234567890123456"
#define IMAGE_FROM(source) \
	USER("[{\"type\":\"image\",\"source\":{" source "}}]")
#define DOCUMENT_FROM(source) \
	USER("[{\"type\":\"document\",\"source\":{" source "}}]")
	static const struct {
		const char *asked, *words;
	} rows[] = {
		{ "{\"max_tokens\":1," HI "}", "model: Field required" },
		{ "{\"model\":\"m\"," HI "}", "max_tokens: Field required" },
		{ "{\"model\":\"m\",\"max_tokens\":0," HI "}", "max_tokens: " },
		{ "{\"model\":\"m\",\"max_tokens\":1}",
		  "messages: Field required" },
		{ TURNS(""), "messages: at least one message is required" },
		{ TURNS("{\"content\":\"x\"}"),
		  "messages.0.role: Field required" },
		{ ASK(HI ",\"thread\":{\"type\":\"create\"}"),
		  "thread: the provider of this model does not offer it "
		  "(capability_rejected: "
		  "beta_header:message-threads-2026-08-12)" },
		{ ASK(HI ",\"mcp_servers\":[{}]"), "mcp_servers: " },
		{ ASK(HI ",\"container\":\"c\""), "container: " },
		{ ASK(HI ",\"stop_sequences\":[\"1\",\"2\",\"3\",\"4\",\"5\"]"),
		  "stop_sequences: the provider of this model takes 4" },
		{ ASK(HI ",\"tools\":[{\"name\":\"a\"},{\"type\":"
			 "\"web_search_20250305\"}]"),
		  "tools.1.type: \"web_search_20250305\"" },
		{ TURNS("{\"role\":\"user\"}"),
		  "messages.0.content: Field required" },
		{ TURNS(USER("\"u\"") "," USER(
			  "[" TEXT("t") ",{\"type\":\"search_result\"}]")),
		  "messages.1.content.1: a block of type \"search_result\"" },
		{ TURNS(USER("[{\"type\":\"image\",\"source\":{\"type\":"
			     "\"file\"}}]")),
		  "messages.0.content.0: an image from this source" },
		{ TURNS(USER("[{\"type\":\"document\",\"source\":{\"type\":"
			     "\"url\",\"url\":\"x\"}}]")),
		  "messages.0.content.0: a document from this source" },
		{ TURNS(USER("\"u\"") "," USER("[{\"type\":\"text\"}]")),
		  "messages.1.content.0: a block of type \"text\" has no place "
		  "in the API of this model's provider" },
		{ TURNS(USER("[{\"type\":\"x\",\"text\":\"t\"}]")),
		  "a block of type \"x\"" },
		{ TURNS(USER("[{\"type\":7}]")),
		  "messages.0.content.0: a block of this type" },
		{ TURNS(USER("[{\"type\":\"" LETTERS37 "\"}]")),
		  "a block of type \"" LETTERS37 "\"" },
		{ TURNS(USER("[{\"type\":\"" LETTERS37 "x\"}]")),
		  "a block of this type" },
		{ TURNS(USER("[" RESULT("1", "[{\"type\":\"x\"}]") "]")),
		  "messages.0.content.0: a block of type \"x\"" },
		{ TURNS(IMAGE_FROM("\"type\":\"base64\",\"data\":\"QQ\"")),
		  "an image from this source" },
		{ TURNS(IMAGE_FROM("\"type\":\"base64\",\"media_type\":\"m\"")),
		  "an image from this source" },
		{ TURNS(IMAGE_FROM("\"type\":\"x\",\"media_type\":\"m\","
				   "\"data\":\"QQ\"")),
		  "an image from this source" },
		{ TURNS(IMAGE_FROM("\"type\":\"url\"")),
		  "an image from this source" },
		{ TURNS(IMAGE_FROM("\"type\":\"x\",\"url\":\"u\"")),
		  "an image from this source" },
		{ TURNS(DOCUMENT_FROM("\"type\":\"base64\",\"data\":\"QQ\"")),
		  "a document from this source" },
		{ TURNS(DOCUMENT_FROM("\"type\":\"x\",\"media_type\":\"m\","
				      "\"data\":\"QQ\"")),
		  "a document from this source" },
		{ TURNS(SAYS("[" TEXT("t") ",{\"type\":\"server_tool_use\"}]")),
		  "messages.0.content.1: a block of type "
		  "\"server_tool_use\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct fail why = FAIL_INIT;
		struct translate *t;

		translate_new(&t, &plain_rules, 1);
		assert_int_equal(translate_request(t, json_of(rows[i].asked),
						   &out, &why),
				 -1);
		if (!strstr(why.text, rows[i].words))
			fail_msg("%s: not '%s'", why.text, rows[i].words);
		assert_int_equal(out.len, 0);
		translate_free(t);
		buf_clear(&out);
	}
}

static void t_rules(void **state)
{
	static const struct {
		struct translate_rules rules;
		const char *asked, *sent;
	} rows[] = {
		{ { .limit_field = "max_tokens",
		    .most_tokens = 5,
		    .reasoning = true },
		  TURNS(SAYS("[{\"type\":\"thinking\",\"thinking\":\"h\","
			     "\"signature\":\"s\"}," TEXT("t") "]")),
		  "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\","
		  "\"content\":\"t\",\"reasoning_content\":\"h\"}],"
		  "\"max_tokens\":5}" },
		{ { .most_tokens = 1, .reasoning = true },
		  TURNS(SAYS("[" TEXT("t") "]")),
		  "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\","
		  "\"content\":\"t\"}],\"max_completion_tokens\":1}" },
		{ { .most_tokens = 10 },
		  TURNS(SAYS("\"t\"")),
		  "{\"model\":\"m\",\"messages\":[{\"role\":\"assistant\","
		  "\"content\":\"t\"}],\"max_completion_tokens\":9}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		struct translate *t;

		translate_new(&t, &rows[i].rules, 1);
		assert_int_equal(translate_request(t, json_of(rows[i].asked),
						   &out, NULL),
				 0);
		assert_string_equal(buf_str(&out), rows[i].sent);
		translate_free(t);
		buf_clear(&out);
	}
}

/* Names that the provider would refuse go out in another form, and come back. */
static void t_names(void **state)
{
	static const char long_name[] =
		"mcp__a_server_with_a_long_name__and_a_tool_whose_name_is_"
		"longer_than_the_vendor_takes";
	struct buf ask = BUF_INIT(4096), out = BUF_INIT(BUF_NO_LIMIT);
	struct buf given[2] = { BUF_INIT(200), BUF_INIT(200) };
	struct jval root, name;
	struct translate *t;

	(void)state;
	buf_addf(&ask,
		 ASK(HI ",\"tools\":[{\"name\":\"%s\"},{\"name\":\"%s2\"},"
			"{\"name\":\"a.b\"}]"),
		 long_name, long_name);
	translate_new(&t, &plain_rules, 1);
	assert_int_equal(
		translate_request(t, json_of(buf_str(&ask)), &out, NULL), 0);
	root = json_of(buf_str(&out));
	for (size_t i = 0; i < 2; i++) {
		char pointer[40];

		snprintf(pointer, sizeof(pointer), "/tools/%zu/function/name",
			 i);
		assert_true(jscan_find(root, span_of(pointer), &name));
		jscan_string(name, &given[i]);
		assert_int_equal(given[i].len, 64);
		assert_memory_equal(given[i].at, long_name, 47);
		assert_int_equal(given[i].at[47], '_'); /* then the hash */
	}
	assert_string_not_equal(buf_str(&given[0]), buf_str(&given[1]));
	assert_true(jscan_find(root, span_of("/tools/2/function/name"), &name));
	assert_true(span_starts(name.text, "\"a_b_"));
	buf_reset(&ask);
	buf_addf(&ask,
		 "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"1\","
		 "\"function\":{\"name\":\"%s\",\"arguments\":\"{}\"}},"
		 "{\"id\":\"2\",\"function\":{\"name\":\"%s\",\"arguments\":"
		 "\"{}\"}}]}}]}",
		 buf_str(&given[1]), buf_str(&given[0]));
	buf_reset(&out);
	assert_int_equal(translate_answer(t, json_of(buf_str(&ask)), &out), 0);
	root = json_of(buf_str(&out));
	assert_true(jscan_find(root, span_of("/content/0/name"), &name));
	buf_reset(&given[0]);
	jscan_string(name, &given[0]);
	assert_true(span_starts(buf_span(&given[0]), long_name));
	assert_true(span_ends(buf_span(&given[0]), "takes2"));
	assert_true(jscan_find(root, span_of("/content/1/name"), &name));
	assert_true(jscan_string_is(name, long_name));
	translate_free(t);
	buf_clear(&ask);
	buf_clear(&out);
	buf_clear(&given[0]);
	buf_clear(&given[1]);
}

/* A reference to a tool names it as the tools of the same request do. */
static void t_reference_names(void **state)
{
	struct buf said = BUF_INIT(200), listed = BUF_INIT(200);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;
	struct jval root, v;

	(void)state;
	translate_new(&t, &plain_rules, 1);
	root = json_of(TURNS(SAYS("[" USE("1") "]") "," USER(
		"[" RESULT("1", "[{\"type\":\"tool_reference\",\"tool_name\":"
				"\"a.b\"}]") "]")));
	assert_int_equal(translate_request(t, root, &out, NULL), 0);
	root = json_of(buf_str(&out));
	assert_true(jscan_find(root, span_of("/messages/1/content"), &v));
	jscan_string(v, &said);
	buf_reset(&out);
	root = json_of(ASK(HI ",\"tools\":[{\"name\":\"a.b\"}]"));
	assert_int_equal(translate_request(t, root, &out, NULL), 0);
	root = json_of(buf_str(&out));
	assert_true(jscan_find(root, span_of("/tools/0/function/name"), &v));
	buf_add_text(&listed, "Tool: ");
	jscan_string(v, &listed);
	assert_true(span_starts(buf_span(&listed), "Tool: a_b_"));
	assert_string_equal(buf_str(&said), buf_str(&listed));
	translate_free(t);
	buf_clear(&said);
	buf_clear(&listed);
	buf_clear(&out);
}

/* Which names go out as they are. */
static void t_plain_names(void **state)
{
	static const struct {
		const char *own;
		bool kept;
	} rows[] = {
		{ "azAZ09_-", true },
		{ "a`", false },
		{ "a{", false },
		{ "a@", false },
		{ "a[", false },
		{ "a/", false },
		{ "a:", false },
		{ "a.", false },
		{ "a b", false },
		{ ".a", false },
		{ "", false },
		{ "012345678901234567890123456789012345678901234567890123456789"
		  "0123",
		  true },
		{ "012345678901234567890123456789012345678901234567890123456789"
		  "01234",
		  false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf ask = BUF_INIT(4096), out = BUF_INIT(BUF_NO_LIMIT);
		struct translate *t;
		struct jval name;

		buf_addf(&ask, ASK(HI ",\"tools\":[{\"name\":\"%s\"}]"),
			 rows[i].own);
		translate_new(&t, &plain_rules, 1);
		assert_int_equal(translate_request(t, json_of(buf_str(&ask)),
						   &out, NULL),
				 0);
		assert_true(jscan_find(json_of(buf_str(&out)),
				       span_of("/tools/0/function/name"),
				       &name));
		if (jscan_string_is(name, rows[i].own) != rows[i].kept)
			fail_msg("%s is said as %.*s", rows[i].own,
				 SPAN_ARG(name.text));
		translate_free(t);
		buf_clear(&ask);
		buf_clear(&out);
	}
}

/* The number of names is limited, because each is compared with each. */
static void t_names_limit(void **state)
{
	(void)state;
	for (int count = 512; count <= 513; count++) {
		struct buf ask = BUF_INIT(BUF_NO_LIMIT), out = ask;
		struct fail why = FAIL_INIT;
		struct translate *t;

		buf_add_text(&ask, "{\"model\":\"m\",\"max_tokens\":9," HI
				   ",\"tools\":[{\"name\":\"plain\"}");
		for (int i = 0; i < count; i++)
			buf_addf(&ask,
				 ",{\"name\":\"a.%d\"},{\"name\":\"a.0\"}", i);
		buf_add_text(&ask, "]}");
		translate_new(&t, &plain_rules, 1);
		assert_int_equal(translate_request(t, json_of(buf_str(&ask)),
						   &out, &why),
				 count == 512 ? 0 : -1);
		if (count > 512)
			assert_non_null(strstr(why.text, "more than 512"));
		translate_free(t);
		buf_clear(&ask);
		buf_clear(&out);
	}
}

/* ---- whole answers ---- */

#define FRONT \
	"{\"id\":\"msg_gate00000000000000000001\",\"type\":\"message\"," \
	"\"role\":\"assistant\",\"model\":\"m\",\"content\":["
#define BACK(stop, usage) \
	"],\"stop_reason\":\"" stop \
	"\",\"stop_sequence\":null,\"usage\":" usage "}"
#define SIGNED \
	",\"signature\":\"Y2NnYXRlOiBub3Qgc2lnbmVkIGJ5IHRoZSBwcm92aWRlcg==\"}"

static void t_answers(void **state)
{
	static const struct {
		const char *said, *told; /* NULL: it is no completion */
	} rows[] = {
		{ "{\"choices\":[{\"index\":1,\"message\":{\"content\":\"x\"}},"
		  "{\"index\":0,\"finish_reason\":\"stop\",\"message\":"
		  "{\"content\":\"t\"}}],\"usage\":{\"prompt_tokens\":10,"
		  "\"completion_tokens\":2,\"prompt_tokens_details\":"
		  "{\"cached_tokens\":4}}}",
		  FRONT TEXT("t") BACK("end_turn", USAGE("6", "4", "2")) },
		{ "{\"choices\":[{\"finish_reason\":\"tool_calls\",\"message\":"
		  "{\"content\":\"\",\"reasoning_content\":\"h\","
		  "\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"n\","
		  "\"arguments\":\"{\\\"a\\\":1}\"}},{\"function\":{\"name\":"
		  "\"o\",\"arguments\":\"\"}},{\"function\":{\"name\":\"\"}}]}}"
		  "]}",
		  FRONT
		  "{\"type\":\"thinking\",\"thinking\":\"h\"" SIGNED
		  ",{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"n\","
		  "\"input\":{\"a\":1}},{\"type\":\"tool_use\",\"id\":"
		  "\"toolu_gate0000000000000001_1\",\"name\":\"o\","
		  "\"input\":{}}" BACK("tool_use", USAGE("9", "0", "0")) },
		/* Calls are told as calls, whatever the finish says. */
		{ "{\"choices\":[{\"finish_reason\":\"stop\",\"message\":"
		  "{\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"n\","
		  "\"arguments\":\"no json\"}}]}}]}",
		  FRONT
		  "{\"type\":\"tool_use\",\"id\":\"1\",\"name\":\"n\","
		  "\"input\":{}}" BACK("tool_use", USAGE("9", "0", "0")) },
		{ "{\"choices\":[{\"finish_reason\":\"length\",\"message\":"
		  "{\"content\":null}}]}",
		  FRONT BACK("max_tokens", USAGE("9", "0", "0")) },
		{ "{\"choices\":[{\"finish_reason\":\"content_filter\","
		  "\"message\":{\"content\":null,\"refusal\":\"no\"}}]}",
		  FRONT TEXT("no") BACK("refusal", USAGE("9", "0", "1")) },
		{ "{\"choices\":[]}", NULL },
		{ "{\"choices\":[{\"delta\":{}}]}", NULL },
		{ "[]", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct translate *t = asked(false);
		struct buf out = BUF_INIT(BUF_NO_LIMIT);
		int rc = translate_answer(t, json_of(rows[i].said), &out);

		assert_int_equal(rc, rows[i].told ? 0 : -1);
		if (rows[i].told)
			assert_string_equal(buf_str(&out), rows[i].told);
		translate_free(t);
		buf_clear(&out);
	}
}

/* Tokens as the provider tells them; what it does not tell is estimated. */
static void t_told_usage(void **state)
{
	static const struct {
		const char *usage, *told;
	} rows[] = {
		{ "null", USAGE("9", "0", "4") },
		{ "[]", USAGE("9", "0", "4") },
		{ "{}", USAGE("9", "0", "4") },
		{ "{\"prompt_tokens\":0,\"completion_tokens\":0}",
		  USAGE("0", "0", "0") },
		{ "{\"prompt_tokens\":1,\"completion_tokens\":1}",
		  USAGE("1", "0", "1") },
		{ "{\"prompt_tokens\":-1,\"completion_tokens\":-1}",
		  USAGE("9", "0", "4") },
		{ "{\"prompt_tokens\":\"1\",\"completion_tokens\":1.5}",
		  USAGE("9", "0", "4") },
		{ "{\"prompt_tokens\":3,\"prompt_tokens_details\":"
		  "{\"cached_tokens\":1}}",
		  USAGE("2", "1", "4") },
		{ "{\"prompt_tokens\":3,\"prompt_tokens_details\":"
		  "{\"cached_tokens\":3}}",
		  USAGE("0", "3", "4") },
		{ "{\"prompt_tokens\":3,\"prompt_tokens_details\":"
		  "{\"cached_tokens\":4}}",
		  USAGE("0", "4", "4") },
		{ "{\"prompt_tokens\":3,\"prompt_tokens_details\":"
		  "{\"cached_tokens\":0}}",
		  USAGE("3", "0", "4") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct translate *t = asked(false);
		struct buf said = BUF_INIT(4096), out = BUF_INIT(BUF_NO_LIMIT);

		buf_addf(&said,
			 "{\"choices\":[{\"message\":{\"content\":"
			 "\"0123456789abcd\"}}],\"usage\":%s}",
			 rows[i].usage);
		assert_int_equal(
			translate_answer(t, json_of(buf_str(&said)), &out), 0);
		if (!span_ends(span_first(buf_span(&out), out.len - 1),
			       rows[i].told))
			fail_msg("%s: %s", rows[i].usage, buf_str(&out));
		translate_free(t);
		buf_clear(&said);
		buf_clear(&out);
	}
}

/* What would be nested more deeply than a client's reader may take is no
 * input. */
static void t_deep_arguments(void **state)
{
	(void)state;
	for (int depth = 255; depth <= 256; depth++) {
		struct translate *t = asked(false);
		struct buf said = BUF_INIT(BUF_NO_LIMIT), out = said;
		struct jval input;

		buf_add_text(&said,
			     "{\"choices\":[{\"message\":{\"tool_calls\":[{"
			     "\"id\":\"1\",\"function\":{\"name\":\"n\","
			     "\"arguments\":\"");
		for (int i = 1; i < depth; i++)
			buf_add_text(&said, "{\\\"a\\\":");
		buf_add_text(&said, "{}");
		for (int i = 1; i < depth; i++)
			buf_add_byte(&said, '}');
		buf_add_text(&said, "\"}}]}}]}");
		assert_int_equal(
			translate_answer(t, json_of(buf_str(&said)), &out), 0);
		assert_true(jscan_find(json_of(buf_str(&out)),
				       span_of("/content/0/input"), &input));
		assert_int_equal(jscan_depth(input), depth == 255 ? 255 : 1);
		translate_free(t);
		buf_clear(&said);
		buf_clear(&out);
	}
}

/* ---- errors and tokens ---- */

static void t_errors(void **state)
{
	static const struct {
		int status;
		const char *body;
		int told;
		const char *type, *message;
	} rows[] = {
		{ 500, "{\"x\":1}", 500, "api_error", "{\"x\":1}" },
		{ 500, "[]", 500, "api_error", "[]" },
		{ 400, "4096 is the maximum context length, 5000 came, not 7",
		  400, "invalid_request_error",
		  "prompt is too long: 5000 tokens > 4096 maximum (the "
		  "provider said: 4096 is the maximum context length, 5000 "
		  "came, not 7)" },
		{ 400, "the maximum context length is 9", 400,
		  "invalid_request_error",
		  "prompt is too long (the provider said: the maximum context "
		  "length is 9)" },
		{ 429, "{\"error\":{\"message\":\"slow down\"}}", 429,
		  "rate_limit_error", "slow down" },
		{ 401, "{\"error\":\"bad key\"}", 401, "authentication_error",
		  "bad key" },
		{ 400, "{\"error\":{\"message\":\"m\"}}", 400,
		  "invalid_request_error", "m" },
		{ 402, "m", 402, "billing_error", "m" },
		{ 403, "m", 403, "permission_error", "m" },
		{ 404, "m", 404, "not_found_error", "m" },
		{ 413, "m", 413, "request_too_large", "m" },
		{ 499, "m", 499, "invalid_request_error", "m" },
		{ 529, "m", 529, "overloaded_error", "m" },
		{ 500, "oops", 500, "api_error", "oops" },
		{ 503, "", 503, "api_error", "" },
		{ 422, "{\"message\":\"m\"}", 422, "invalid_request_error",
		  "m" },
		{ 400,
		  "{\"error\":{\"code\":\"context_length_exceeded\","
		  "\"message\":\"This model's maximum context length is 8192 "
		  "tokens. However, your messages resulted in 9000 "
		  "tokens.\"}}",
		  400, "invalid_request_error",
		  "prompt is too long: 9000 tokens > 8192 maximum (the "
		  "provider "
		  "said: This model's maximum context length is 8192 tokens. "
		  "However, your messages resulted in 9000 tokens.)" },
		{ 500,
		  "{\"error\":{\"code\":\"context_length_exceeded\","
		  "\"message\":\"too much\"}}",
		  400, "invalid_request_error",
		  "prompt is too long (the provider said: too much)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = BUF_INIT(BUF_NO_LIMIT), text = out;
		struct jval root, v;

		assert_int_equal(translate_error(rows[i].status,
						 span_of(rows[i].body), "req_1",
						 &out),
				 rows[i].told);
		root = json_of(buf_str(&out));
		assert_true(jscan_find(root, span_of("/error/type"), &v));
		assert_true(jscan_string_is(v, rows[i].type));
		assert_true(jscan_find(root, span_of("/error/message"), &v));
		jscan_string(v, &text);
		assert_string_equal(buf_str(&text), rows[i].message);
		assert_true(jscan_find(root, span_of("/request_id"), &v));
		assert_true(jscan_string_is(v, "req_1"));
		buf_clear(&out);
		buf_clear(&text);
	}
}

/* The status that an error without one would have had, by code or type. */
static void t_codes(void **state)
{
	static const struct {
		int status;
		const char *codes[24];
	} rows[] = {
		{ 429, { "rate_limit_exceeded", "insufficient_quota" } },
		{ 529, { "server_is_overloaded", "slow_down" } },
		{ 500, { "server_error", "vector_store_timeout", "other" } },
		{ 400,
		  { "invalid_prompt",
		    "invalid_request_error",
		    "invalid_encrypted_content",
		    "context_length_exceeded",
		    "bio_policy",
		    "cyber_policy",
		    "data_residency_mismatch",
		    "misalignment_policy_violation",
		    "invalid_image",
		    "invalid_image_format",
		    "invalid_base64_image",
		    "invalid_image_url",
		    "invalid_image_mode",
		    "image_too_large",
		    "image_too_small",
		    "image_parse_error",
		    "image_content_policy_violation",
		    "image_file_too_large",
		    "image_file_not_found",
		    "unsupported_image_media_type",
		    "empty_image_file",
		    "failed_to_download_image" } },
	};
	char text[100];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (const char *const *code = rows[i].codes; *code; code++) {
			snprintf(text, sizeof(text), "{\"code\":\"%s\"}",
				 *code);
			assert_int_equal(translate_error_status(json_of(text)),
					 rows[i].status);
			snprintf(text, sizeof(text), "{\"type\":\"%s\"}",
				 *code);
			assert_int_equal(translate_error_status(json_of(text)),
					 rows[i].status);
		}
	/* The code counts more than the type. */
	assert_int_equal(translate_error_status(
				 json_of("{\"type\":\"invalid_request_error\","
					 "\"code\":\"slow_down\"}")),
			 529);
}

static void t_types(void **state)
{
	static const struct {
		int status;
		const char *type;
	} rows[] = {
		{ 401, "authentication_error" }, { 402, "billing_error" },
		{ 403, "permission_error" },     { 404, "not_found_error" },
		{ 413, "request_too_large" },    { 429, "rate_limit_error" },
		{ 529, "overloaded_error" },     { 0, NULL },
	};
	size_t at = 0;

	(void)state;
	for (int status = 400; status < 600; status++)
		if (status == rows[at].status)
			assert_string_equal(translate_error_type(status),
					    rows[at++].type);
		else
			assert_string_equal(translate_error_type(status),
					    status < 500
						    ? "invalid_request_error"
						    : "api_error");
}

static uint64_t count_of(const char *body)
{
	uint64_t tokens = 0;

	assert_int_equal(translate_count(json_of(body), &tokens, NULL), 0);
	return tokens;
}

static void t_count(void **state)
{
	struct fail why = FAIL_INIT;
	uint64_t tokens = 0;

	(void)state;
	assert_true(count_of(TURNS(USER("\"hello\"") "," SAYS("\"there\""))) >
		    count_of(TURNS(USER("\"hello\""))));
	/* A token for four bytes of what the model reads, and one more; an
	 * image counts by the piece. */
#define TURN0 "{\"role\":\"user\",\"content\":\"\"}" /* 28 bytes */
	assert_int_equal(count_of("{\"messages\":[" TURN0 "]}"), 7 + 1);
	assert_int_equal(count_of("{\"messages\":[" TURN0 " ]}"), 7 + 1);
	assert_int_equal(count_of("{\"messages\":[" TURN0 "  ]}"), 8 + 1);
	assert_int_equal(count_of("{\"messages\":[" TURN0
				  "  ],\"tools\":[12],\"system\":\"xx\"}"),
			 10 + 1);
	assert_int_equal(
		count_of("{\"messages\":[" TURN0 "  ],\"thinking\":[12]}"),
		8 + 1);
	assert_int_equal(count_of(TURNS(USER("[  " IMAGE "]"))) -
				 count_of(TURNS(USER("[  ]"))),
			 1600);
	assert_int_equal(
		count_of(TURNS(
			USER("[" IMAGE "," RESULT("1", "[" IMAGE "]") "]"))) -
			count_of(TURNS(USER("[" RESULT("1", "[]") " ]"))),
		3200);
	assert_int_equal(
		translate_count(json_of("{\"messages\":[]}"), &tokens, &why),
		-1);
	assert_string_equal(why.text,
			    "messages: at least one message is required");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_requests),
		cmocka_unit_test(t_refused),
		cmocka_unit_test(t_rules),
		cmocka_unit_test(t_names),
		cmocka_unit_test(t_reference_names),
		cmocka_unit_test(t_names_limit),
		cmocka_unit_test(t_plain_names),
		cmocka_unit_test(t_answers),
		cmocka_unit_test(t_told_usage),
		cmocka_unit_test(t_deep_arguments),
		cmocka_unit_test(t_errors),
		cmocka_unit_test(t_codes),
		cmocka_unit_test(t_types),
		cmocka_unit_test(t_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translate", tests, NULL, NULL);
}
