/* The translation between the Messages API and chat completions: rows of what
 * one side says and what the other gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/translate/translate.h"
#include "wire/http/sse.h"

static const struct translate_rules plain_rules;

static struct jval json_of(const char *text)
{
	struct jval root;
	struct fail f = FAIL_INIT;

	if (jscan(span_of(text), &root, &f) < 0)
		fail_msg("%s: %s", text, f.text);
	return root;
}

/* ---- requests ---- */

#define ASK(members) "{\"model\":\"m\",\"max_tokens\":9," members "}"
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"
#define SAYS(content) "{\"role\":\"assistant\",\"content\":" content "}"
#define TURNS(list) ASK("\"messages\":[" list "]")
#define HI "\"messages\":[" USER("\"hi\"") "]"
#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define IMAGE \
	"{\"type\":\"image\",\"source\":{\"type\":\"base64\"," \
	"\"media_type\":\"image/png\",\"data\":\"QUJD\"}}"
#define USE(id) \
	"{\"type\":\"tool_use\",\"id\":\"" id "\",\"name\":\"n\",\"input\":" \
	"{\"a\":1.0}}"
#define RESULT(id, content) \
	"{\"type\":\"tool_result\",\"tool_use_id\":\"" id \
	"\",\"content\":" content "}"

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
	/* Thoughts say nothing to this vendor; a turn of them alone is left
	 * out, and a system's text stays in its place. */
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
	static const struct translate_rules local = {
		.limit_field = "max_tokens",
		.most_tokens = 5,
		.reasoning = true,
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	(void)state;
	translate_new(&t, &local, 1);
	assert_int_equal(
		translate_request(
			t,
			json_of(TURNS(SAYS("[{\"type\":\"thinking\","
					   "\"thinking\":\"h\",\"signature\":"
					   "\"s\"}," USE("1") "]"))),
			&out, NULL),
		0);
	assert_non_null(strstr(buf_str(&out), "\"reasoning_content\":\"h\""));
	assert_non_null(strstr(buf_str(&out), "\"max_tokens\":5}"));
	translate_free(t);
	buf_clear(&out);
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
		assert_true(span_starts(buf_span(&given[i]), "mcp__a_server"));
	}
	assert_string_not_equal(buf_str(&given[0]), buf_str(&given[1]));
	assert_true(jscan_find(root, span_of("/tools/2/function/name"), &name));
	assert_true(span_starts(name.text, "\"a_b_"));
	buf_reset(&ask);
	buf_addf(&ask,
		 "{\"choices\":[{\"message\":{\"tool_calls\":[{\"id\":\"1\","
		 "\"function\":{\"name\":\"%s\",\"arguments\":\"{}\"}}]}}]}",
		 buf_str(&given[1]));
	buf_reset(&out);
	assert_int_equal(translate_answer(t, json_of(buf_str(&ask)), &out), 0);
	root = json_of(buf_str(&out));
	assert_true(jscan_find(root, span_of("/content/0/name"), &name));
	buf_reset(&given[0]);
	jscan_string(name, &given[0]);
	assert_true(span_starts(buf_span(&given[0]), long_name));
	assert_true(span_ends(buf_span(&given[0]), "takes2"));
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
		{ "azAZ09_-", true }, { "a`", false }, { "a{", false },
		{ "a@", false },      { "a[", false }, { "a/", false },
		{ "a:", false },      { "a.", false }, { "a b", false },
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

/* Each is looked up for each: their number is bounded. */
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
#define USAGE(in, cached, made) \
	"{\"input_tokens\":" in ",\"cache_creation_input_tokens\":0," \
	"\"cache_read_input_tokens\":" cached ",\"output_tokens\":" made "}"
#define SIGNED \
	",\"signature\":\"Y2NnYXRlOiBub3Qgc2lnbmVkIGJ5IHRoZSBwcm92aWRlcg==\"}"

static struct translate *asked(bool stream)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	translate_new(&t, &plain_rules, 1);
	assert_int_equal(
		translate_request(
			t,
			json_of(stream ? ASK("\"stream\":true," HI) : ASK(HI)),
			&out, NULL),
		0);
	assert_int_equal(translate_streams(t), stream);
	buf_clear(&out);
	return t;
}

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

/* ---- streams ---- */

/* The events as their names and deltas, in short. */
static void shorten(struct span stream, struct buf *out)
{
	static const char *const shown[] = {
		"/delta/text",         "/delta/thinking",
		"/delta/partial_json", "/delta/stop_reason",
		"/content_block/name", "/error/message"
	};
	struct sse s;
	struct sse_event ev;

	sse_init(&s, 1 << 20);
	sse_feed(&s, stream.at, stream.len);
	while (sse_next(&s, &ev) == SSE_EVENT) {
		struct jval root, v;

		assert_int_equal(jscan(ev.data, &root, NULL), 0);
		if (span_starts(ev.name, "content_block_"))
			buf_add_span(out, span_skip(ev.name, 14));
		else
			buf_add_span(out, ev.name);
		if (jscan_find(root, span_of("/index"), &v))
			buf_addf(out, "%.*s", SPAN_ARG(v.text));
		for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
			if (jscan_find(root, span_of(shown[i]), &v))
				buf_addf(out, "=%.*s", SPAN_ARG(v.text));
		buf_add_byte(out, ' ');
	}
	sse_clear(&s);
}

#define CHUNK(delta) "{\"choices\":[{\"index\":0,\"delta\":{" delta "}}]}"
#define CALLS(list) CHUNK("\"tool_calls\":[" list "]")
#define END(why) "{\"choices\":[{\"delta\":{},\"finish_reason\":\"" why "\"}]}"

static const struct stream_row {
	const char *chunks[12];
	const char *told;
	bool whole;
} stream_rows[] = {
	{ { CHUNK("\"role\":\"assistant\",\"content\":\"\""),
	    CHUNK("\"content\":\"a\""), CHUNK("\"content\":\"b\""), END("stop"),
	    "[DONE]" },
	  "message_start start0 delta0=\"a\" delta0=\"b\" stop0 "
	  "message_delta=\"end_turn\" message_stop ",
	  true },
	{ { CHUNK("\"reasoning_content\":\"h\""), CHUNK("\"content\":\"a\""),
	    CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"n\","
		  "\"arguments\":\"{\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"}\"}}"),
	    END("tool_calls") },
	  "message_start start0 delta0=\"h\" delta0 stop0 start1 "
	  "delta1=\"a\" stop1 start2=\"n\" delta2=\"{\" delta2=\"}\" stop2 "
	  "message_delta=\"tool_use\" message_stop ",
	  true },
	/* Interleaved calls: one after the other. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"[\"}}"),
	    CALLS("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"{\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"1\"}}"),
	    CALLS("{\"index\":1,\"function\":{\"arguments\":\"}\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"]\"}}"),
	    END("tool_calls"), "[DONE]" },
	  "message_start start0=\"x\" delta0=\"[\" delta0=\"1\" delta0=\"]\" "
	  "stop0 start1=\"y\" delta1=\"{}\" stop1 message_delta=\"tool_use\" "
	  "message_stop ",
	  true },
	/* Brackets and quotes in texts end nothing. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{\\\"a\\\":\\\"}\\\\\"}}"),
	    CALLS("{\"index\":1,\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"{}\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"\\\"}\"}}"),
	    CALLS("{\"index\":0,\"function\":{\"arguments\":\"\\\"}\"}}"),
	    END("tool_calls") },
	  "message_start start0=\"x\" delta0=\"{\\\"a\\\":\\\"}\\\\\" "
	  "delta0=\"\\\"}\" delta0=\"\\\"}\" stop0 start1=\"y\" "
	  "delta1=\"{}\" stop1 message_delta=\"tool_use\" message_stop ",
	  true },
	/* All of the arguments in the opening chunk, without an index. */
	{ { CALLS("{\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{}\"}}"),
	    CALLS("{\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"\"}}"),
	    END("stop"), "[DONE]" },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 start1=\"y\" stop1 "
	  "message_delta=\"tool_use\" message_stop ",
	  true },
	/* The name comes late, and once more. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"arguments\":"
		  "\"{\"}}"),
	    CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"}\"}}"),
	    CALLS("{\"index\":0,\"id\":\"\",\"function\":{\"name\":\"x\"}}"),
	    END("tool_calls") },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 "
	  "message_delta=\"tool_use\" message_stop ",
	  true },
	/* Calls that share a number are told apart by id and name. */
	{ { CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{}\"}}"),
	    CALLS("{\"index\":0,\"id\":\"2\",\"function\":{\"name\":\"y\","
		  "\"arguments\":\"{\"}}"),
	    CALLS("{\"index\":0,\"id\":\"3\",\"function\":{\"name\":\"\","
		  "\"arguments\":\"}\"}}"),
	    END("tool_calls") },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 start1=\"y\" "
	  "delta1=\"{\" delta1=\"}\" stop1 message_delta=\"tool_use\" "
	  "message_stop ",
	  true },
	/* Another choice, null members, no choices, and text after a call. */
	{ { "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"z\"}}]}",
	    CHUNK("\"content\":null,\"tool_calls\":null"), "{\"choices\":[]}",
	    CALLS("{\"index\":0,\"id\":\"1\",\"function\":{\"name\":\"x\","
		  "\"arguments\":\"{}\"}}"),
	    CHUNK("\"content\":\"t\""), END("stop"), "[DONE]" },
	  "message_start start0=\"x\" delta0=\"{}\" stop0 start1 "
	  "delta1=\"t\" stop1 message_delta=\"tool_use\" message_stop ",
	  true },
	{ { CHUNK("\"refusal\":\"no\""), END("content_filter"), "[DONE]" },
	  "message_start start0 delta0=\"no\" stop0 message_delta=\"refusal\" "
	  "message_stop ",
	  true },
	/* "[DONE]" without a finish is an end; nothing at all is a cut. */
	{ { CHUNK("\"content\":\"a\""), "[DONE]" },
	  "message_start start0 delta0=\"a\" stop0 message_delta=\"end_turn\" "
	  "message_stop ",
	  true },
	{ { CHUNK("\"content\":\"a\"") },
	  "message_start start0 delta0=\"a\" ",
	  false },
	{ { NULL }, "", false },
	/* An error in the stream, and nothing after it. */
	{ { CHUNK("\"content\":\"a\""),
	    "{\"error\":{\"message\":\"gone\",\"type\":\"server_error\"}}",
	    CHUNK("\"content\":\"b\"") },
	  "message_start start0 delta0=\"a\" error=\"gone\" ",
	  true },
	/* A prompt that is too long has its words there, too. */
	{ { "{\"error\":{\"message\":\"too much\",\"code\":"
	    "\"context_length_exceeded\"}}" },
	  "message_start error=\"prompt is too long (the provider said: too "
	  "much)\" ",
	  true },
};

static void t_streams(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stream_rows) / sizeof(stream_rows[0]);
	     i++) {
		const struct stream_row *row = &stream_rows[i];
		struct buf out = BUF_INIT(BUF_NO_LIMIT), told = out;
		struct translate *t = asked(true);
		bool whole;

		for (size_t n = 0; n < 12 && row->chunks[n]; n++)
			assert_int_equal(
				translate_chunk(t, span_of(row->chunks[n]),
						&out),
				0);
		whole = translate_finish(t, &out);
		shorten(buf_span(&out), &told);
		assert_string_equal(buf_str(&told), row->told);
		assert_int_equal(whole, row->whole);
		translate_free(t);
		buf_clear(&out);
		buf_clear(&told);
	}
}

/* Tokens come last: in the message_delta, and never before. */
static void t_usage(void **state)
{
	static const char *const chunks[] = {
		CHUNK("\"content\":\"abcdefgh\""), END("stop"),
		"{\"choices\":[],\"usage\":{\"prompt_tokens\":9,"
		"\"completion_tokens\":5,\"prompt_tokens_details\":"
		"{\"cached_tokens\":2}}}"
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct translate *t;

	(void)state;
	for (size_t count = 2; count <= 3; count++) {
		t = asked(true);
		buf_reset(&out);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(
				translate_chunk(t, span_of(chunks[i]), &out),
				0);
		assert_null(strstr(buf_str(&out), "message_delta"));
		assert_true(translate_finish(t, &out));
		/* Not told: the output is estimated by its bytes. */
		assert_non_null(strstr(buf_str(&out),
				       count == 2 ? USAGE("9", "0", "2")
						  : USAGE("7", "2", "5")));
		translate_free(t);
	}
	buf_clear(&out);
}

/* A call has 8 MiB of arguments at most, also where they go out at once. */
static void t_arguments_limit(void **state)
{
	enum { PIECE = 1024 * 1024 };
	struct buf chunk = BUF_INIT(BUF_NO_LIMIT), out = chunk;
	struct translate *t = asked(true);

	(void)state;
	buf_add_text(&chunk, "{\"choices\":[{\"delta\":{\"tool_calls\":[{"
			     "\"index\":0,\"function\":{\"name\":\"n\","
			     "\"arguments\":\"");
	for (size_t i = 0; i < PIECE; i++)
		buf_add_byte(&chunk, 'a');
	buf_add_text(&chunk, "\"}}]}}]}");
	for (int i = 0; i < 8; i++) {
		assert_int_equal(translate_chunk(t, buf_span(&chunk), &out), 0);
		buf_reset(&out);
	}
	assert_int_equal(translate_chunk(t, buf_span(&chunk), &out), -1);
	translate_free(t);
	buf_clear(&chunk);
	buf_clear(&out);
}

static void t_no_chunk(void **state)
{
	static const char *const bad[] = { "{", "[]", "7" };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct translate *t = asked(true);

		assert_int_equal(translate_chunk(t, span_of(bad[i]), &out), -1);
		assert_int_equal(out.len, 0);
		translate_free(t);
	}
	buf_clear(&out);
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
	assert_in_range(count_of(TURNS(USER(
				"[" IMAGE "," RESULT("1", "[" IMAGE "]") "]"))),
			3200, 3300);
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
		cmocka_unit_test(t_streams),
		cmocka_unit_test(t_usage),
		cmocka_unit_test(t_no_chunk),
		cmocka_unit_test(t_arguments_limit),
		cmocka_unit_test(t_errors),
		cmocka_unit_test(t_count),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("translate", tests, NULL, NULL);
}
