/*
 * Tests of what the provider answers with: tools by choice and marker, its own
 * searches, formats, and where an answer ends.
 */
#include "tests/unit/provider_kit.h"

#define FRONT "{\"model\":\"m\",\"max_tokens\":999,"
#define USER(text) "\"messages\":[{\"role\":\"user\",\"content\":\"" text "\"}"
#define WEATHER \
	"{\"name\":\"weather\",\"input_schema\":{\"type\":\"object\"," \
	"\"properties\":{\"city\":{\"type\":\"string\",\"minLength\":6}," \
	"\"days\":{\"type\":\"integer\",\"minimum\":3}},\"required\":" \
	"[\"city\",\"days\"]}}"
#define LATER(name) "{\"name\":\"" name "\",\"defer_loading\":true}"
#define TOOLS(more) "\"tools\":[{\"name\":\"Read\"}," WEATHER more "],"
#define CHOICE(more) "\"tool_choice\":{\"type\":" more "},"

static void assert_lacks(const struct said *s, const char *pointer)
{
	struct jval v;

	if (jscan_find(s->root, span_of(pointer), &v))
		fail_msg("%s is in %s", pointer, buf_str(&s->text));
}

static void assert_holds(const struct said *s, const char *text)
{
	if (!strstr(buf_str(&s->text), text))
		fail_msg("no '%s' in %s", text, buf_str(&s->text));
}

/* ---- tool_choice ---- */

static void t_choice(void **state)
{
	struct said s;

	(void)state;
	ask(&s, FRONT TOOLS("") CHOICE("\"any\"") USER("hi") "]}");
	assert_text(&s, "/content/0/type", "tool_use");
	assert_text(&s, "/content/0/name", "Read");
	assert_text(&s, "/stop_reason", "tool_use");
	assert_lacks(&s, "/content/1");
	said_clear(&s);

	/* An input that fits the tool's schema. */
	ask(&s, FRONT TOOLS("") CHOICE("\"tool\",\"name\":\"weather\"")
			USER("hi") "]}");
	assert_text(&s, "/content/0/name", "weather");
	assert_text(&s, "/content/0/input/city", "textxx");
	assert_int_equal(number_at(&s, "/content/0/input/days"), 3);
	said_clear(&s);

	/* A marker's input comes before one made for the schema. */
	ask(&s, FRONT TOOLS("") CHOICE("\"tool\",\"name\":\"weather\"")
			USER("[tool:Read {}] [tool:weather "
			     "{\\\"city\\\":\\\"x\\\"}]") "]}");
	assert_text(&s, "/content/0/name", "weather");
	assert_text(&s, "/content/0/input/city", "x");
	said_clear(&s);

	ask(&s, FRONT TOOLS("") CHOICE("\"none\"") USER("[tool:Read {}]") "]}");
	assert_text(&s, "/content/0/type", "text");
	assert_text(&s, "/stop_reason", "end_turn");
	said_clear(&s);

	/* What is deferred, or run by the API, is not called for "any". */
	ask(&s,
	    FRONT "\"tools\":[" LATER(
		    "Late") ",{\"type\":\"code_execution_"
			    "20250825\",\"name\":\"code_execution\"},{\"type\":"
			    "\"bash_"
			    "20250124\",\"name\":\"bash\"}]," CHOICE("\"any\"")
				    USER("hi") "]}");
	assert_text(&s, "/content/0/name", "bash");
	assert_text(&s, "/content/0/input/command", "true");
	said_clear(&s);

	/* An example comes before one made for the schema. */
	ask(&s, FRONT
	    "\"tools\":[{\"name\":\"E\",\"input_schema\":{},"
	    "\"input_examples\":[{\"a\":\"example\"}]}]," CHOICE("\"any\"")
		    USER("hi") "]}");
	assert_text(&s, "/content/0/input/a", "example");
	said_clear(&s);
}

#define TWO "[tools: Read {\\\"a\\\":1}; weather {\\\"city\\\":\\\"x\\\"}]"
#define USED(name, input) \
	",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\"," \
	"\"id\":\"i\",\"name\":\"" name "\",\"input\":" input "}]}"
#define RESULT(more) \
	",{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\"," \
	"\"tool_use_id\":\"i\"" more "}]}"

/* What is called, by the choice and the tools: names and inputs in short, or
 * the text. */
static void t_called(void **state)
{
#define TOOL(name, more) "{\"name\":\"" name "\"" more "}"
#define ANY "\"tool_choice\":{\"type\":\"any\"},"
#define NAMED(name) "\"tool_choice\":{\"type\":\"tool\",\"name\":\"" name "\"},"
#define ASKED(members, prompt) FRONT members USER(prompt) "]}"
	static const char *const rows[][2] = {
		/* There is nothing to call. */
		{ ASKED(ANY, "hi"), "'You said: hi' " },
		{ ASKED(ANY "\"tools\":[],", "hi"), "'You said: hi' " },
		{ ASKED(ANY "\"tools\":7,", "hi"), "'You said: hi' " },
		{ ASKED(ANY "\"tools\":[7,{}],", "hi"), "'You said: hi' " },
		{ ASKED(NAMED("b") "\"tools\":[" TOOL("a", "") "],", "hi"),
		  "'You said: hi' " },
		{ ASKED("\"tool_choice\":{\"type\":\"tool\",\"name\":7},"
			"\"tools\":[" TOOL("a", "") "],",
			"hi"),
		  "'You said: hi' " },
		{ ASKED("\"tool_choice\":{\"type\":\"none\"},\"tools\":[" TOOL(
				"a", "") "],",
			"[tool:a {}]"),
		  "'You said: [tool:a {}]' " },
		/* The first that can be called, once. */
		{ ASKED(ANY "\"tools\":[" TOOL(
				"a", ",\"defer_loading\":"
				     "true") "," TOOL("b", ",\"defer_loading\":"
							   "false") "],",
			"hi"),
		  "b{} " },
		{ ASKED(ANY "\"tools\":[" TOOL("a", "") "," TOOL("b", "") "],",
			"[tool:b {}]"),
		  "b{} " },
		{ ASKED(NAMED("a") "\"tools\":[" TOOL("a", "") "],",
			"[tool:a {\\\"x\\\":1}]"),
		  "a{\"x\":1} " },
		/* One at a time where only that is allowed. */
		{ ASKED("\"tool_choice\":{\"type\":\"auto\","
			"\"disable_parallel_tool_use\":true},\"tools\":[" TOOL(
				"a", "") "],",
			"[tools: a {}; a {}]"),
		  "a{} " },
		{ ASKED("\"tool_choice\":{\"type\":\"auto\","
			"\"disable_parallel_tool_use\":false},\"tools\":[" TOOL(
				"a", "") "],",
			"[tools: a {}; a {}]"),
		  "a{} a{} " },
		/* An input: an example's, or one of the schema, an object. */
		{ ASKED(ANY "\"tools\":[" TOOL("a", ",\"input_examples\":[{"
						    "\"x\":2},{\"x\":3}]") "],",
			"hi"),
		  "a{\"x\":2} " },
		{ ASKED(ANY
			"\"tools\":[" TOOL("a", ",\"input_examples\":[]") "],",
			"hi"),
		  "a{} " },
		{ ASKED(ANY
			"\"tools\":[" TOOL("a", ",\"input_examples\":[7]") "],",
			"hi"),
		  "a{} " },
		{ ASKED(ANY
			"\"tools\":[" TOOL("a", ",\"input_schema\":{"
						"\"type\":\"string\"}") "],",
			"hi"),
		  "a{} " },
		{ ASKED(ANY "\"tools\":[{\"type\":\"bash_20250124\",\"name\":"
			    "\"bash\"}],",
			"hi"),
		  "bash{\"command\":\"true\"} " },
		{ ASKED(ANY "\"tools\":[{\"type\":\"computer_1\",\"name\":"
			    "\"c\"}],",
			"hi"),
		  "c{\"action\":\"screenshot\"} " },
		{ ASKED(ANY "\"tools\":[{\"type\":\"custom\",\"name\":"
			    "\"c\"}],",
			"hi"),
		  "c{} " },
		/* A form of the answer, in its new place and the old one. */
		{ ASKED("\"output_config\":{\"format\":{\"type\":"
			"\"json_schema\",\"schema\":{\"const\":5}}},",
			"hi"),
		  "'5' " },
		{ ASKED("\"output_config\":{},\"output_format\":{\"type\":"
			"\"json_schema\",\"schema\":{\"const\":6}},",
			"hi"),
		  "'6' " },
		{ ASKED("\"output_format\":{\"type\":\"text\",\"schema\":{"
			"\"const\":6}},",
			"hi"),
		  "'You said: hi' " },
		{ ASKED("\"output_config\":{\"format\":{\"type\":"
			"\"json_schema\"}},",
			"hi"),
		  "'You said: hi' " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf told = BUF_INIT(4096);
		struct jval content, block, v;
		struct jiter it;
		struct said s;

		ask(&s, rows[i][0]);
		assert_true(jscan_member(s.root, "content", &content));
		it = jscan_iter(content);
		while (jscan_next(&it, NULL, &block)) {
			if (jscan_member(block, "name", &v)) {
				jscan_string(v, &told);
				assert_true(jscan_member(block, "input", &v));
				buf_add_span(&told, v.text);
			} else {
				buf_add_byte(&told, '\'');
				jscan_string(jscan_get(block, "text"), &told);
				buf_add_byte(&told, '\'');
			}
			buf_add_byte(&told, ' ');
		}
		if (strcmp(buf_str(&told), rows[i][1]) != 0)
			fail_msg("%s: %s", rows[i][0], buf_str(&told));
		said_clear(&s);
		buf_clear(&told);
	}
}

/* Of a long prompt the last 200 bytes are said, from a whole character on. */
static void t_echo(void **state)
{
	static const struct {
		const char *front, *word, *end; /* the word stands 150 times */
		size_t skipped; /* bytes of the prompt that are not said */
	} rows[] = {
		{ "", "x", "", 0 },           { "", "ab", "", 100 },
		{ "", "\xc3\xa9", "", 100 },  { "", "\xc3\xa9", "x", 102 },
		{ "y", "\xc3\xa9", "", 101 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf prompt = BUF_INIT(4096), body = prompt;
		struct buf want = prompt;
		struct said s;

		buf_add_text(&prompt, rows[i].front);
		for (int n = 0; n < 150; n++)
			buf_add_text(&prompt, rows[i].word);
		buf_add_text(&prompt, rows[i].end);
		buf_addf(&body, ASKED("", "%s"), buf_str(&prompt));
		buf_addf(&want, "You said: %s",
			 buf_str(&prompt) + rows[i].skipped);
		ask(&s, buf_str(&body));
		assert_text(&s, "/content/0/text", buf_str(&want));
		said_clear(&s);
		buf_clear(&prompt);
		buf_clear(&body);
		buf_clear(&want);
	}
}

static void t_together(void **state)
{
	struct said s;

	(void)state;
	ask(&s,
	    FRONT TOOLS("") USER("do " TWO " [tool:Read {\\\"a\\\":2}]") "]}");
	assert_text(&s, "/content/0/name", "Read");
	assert_text(&s, "/content/1/name", "weather");
	assert_text(&s, "/content/1/input/city", "x");
	assert_lacks(&s, "/content/2");
	{
		struct jval a, b;

		assert_true(jscan_find(s.root, span_of("/content/0/id"), &a));
		assert_true(jscan_find(s.root, span_of("/content/1/id"), &b));
		assert_false(span_equal(a.text, b.text));
	}
	said_clear(&s);

	ask(&s, FRONT TOOLS("") USER("do " TWO " [tool:Read {\\\"a\\\":2}]")
			RESULT("") RESULT("") "]}");
	assert_int_equal(number_at(&s, "/content/0/input/a"), 2);
	said_clear(&s);

	/* One after another, if the request wants that. */
	ask(&s, FRONT TOOLS("") CHOICE("\"auto\",\"disable_parallel_tool_use\":"
				       "true") USER("do " TWO) "]}");
	assert_text(&s, "/content/0/name", "Read");
	assert_lacks(&s, "/content/1");
	said_clear(&s);
	ask(&s, FRONT TOOLS("") CHOICE("\"auto\",\"disable_parallel_tool_use\":"
				       "true") USER("do " TWO) RESULT("") "]}");
	assert_text(&s, "/content/0/name", "weather");
	said_clear(&s);

	/* What is not a list of calls is talk. */
	ask(&s, FRONT TOOLS("") USER("[tools: Read {}; weather]") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
}

static void t_together_streams(void **state)
{
	struct buf names = BUF_INIT(4096), text = BUF_INIT(4096);
	struct said s;

	(void)state;
	ask(&s, FRONT "\"stream\":true," TOOLS("") USER("do " TWO) "]}");
	read_stream(&s, &names, &text);
	assert_string_equal(buf_str(&text), "{\"a\":1}{\"city\":\"x\"}");
	assert_holds(&s,
		     "\"index\":1,\"content_block\":{\"type\":\"tool_use\"");
	buf_clear(&names);
	buf_clear(&text);
	said_clear(&s);
}

/* ---- deferred tools ---- */

#define FINDER "\"tools\":[{\"name\":\"ToolSearch\"},{\"name\":\"Read\"}"
#define FOUND \
	",\"content\":[{\"type\":\"tool_reference\",\"tool_name\":\"Late\"}]"
#define SELECT "{\"query\":\"select:Late\",\"max_results\":1}"
#define WANT USER("do [tool:Late {\\\"a\\\":1}] [tool:Read {\\\"a\\\":2}]")

static void t_search(void **state)
{
	struct said s;

	(void)state;
	/* Claude Code does not declare a tool before it was looked for. */
	ask(&s, FRONT FINDER "]," WANT "]}");
	assert_text(&s, "/content/0/name", "ToolSearch");
	assert_text(&s, "/content/0/input/query", "select:Late");
	assert_lacks(&s, "/content/1");
	said_clear(&s);
	ask(&s, FRONT FINDER "," LATER("Late") "]," WANT USED(
			"ToolSearch", SELECT) RESULT(FOUND) "]}");
	assert_text(&s, "/content/0/name", "Late");
	assert_int_equal(number_at(&s, "/content/0/input/a"), 1);
	said_clear(&s);
	ask(&s,
	    FRONT FINDER "," LATER("Late") "]," WANT USED("ToolSearch", SELECT)
		    RESULT(FOUND) USED("Late", "{}") RESULT("") "]}");
	assert_int_equal(number_at(&s, "/content/0/input/a"), 2);
	said_clear(&s);
	/* If a search finds nothing, the answer says so, and the search is not
	 * repeated. */
	ask(&s, FRONT FINDER "]," WANT USED("ToolSearch", SELECT)
			RESULT(",\"content\":\"none\"") "]}");
	assert_text(&s, "/content/0/name", "Read");
	said_clear(&s);
	ask(&s, FRONT FINDER "]," WANT USED("ToolSearch", SELECT) RESULT("")
			USED("Read", "{}") RESULT("") "]}");
	assert_text(&s, "/content/0/type", "text");
	assert_holds(&s, "ToolSearch gave no reference to the tool 'Late'");
	said_clear(&s);
	/* One search for each turn, for what that turn calls. */
	ask(&s, FRONT FINDER "]," USER("[tools: Late {}; Read {}; Other {}] "
				       "[tool:Last {}]") "]}");
	assert_text(&s, "/content/0/input/query", "select:Late,Other");
	assert_int_equal(number_at(&s, "/content/0/input/max_results"), 2);
	assert_lacks(&s, "/content/1");
	said_clear(&s);
	/* With a marker for ToolSearch, no search is added. */
	ask(&s,
	    FRONT FINDER "]," USER("[tool:ToolSearch "
				   "{\\\"query\\\":\\\"x\\\"}] [tool:Read {}]")
		    USED("ToolSearch", "{\"query\":\"x\"}") RESULT("") "]}");
	assert_text(&s, "/content/0/name", "Read");
	said_clear(&s);
}

static void t_search_of_api(void **state)
{
	struct said s;

	(void)state;
	ask(&s, FRONT "\"tools\":[{\"type\":\"tool_search_tool_regex_20251119\""
		      ",\"name\":\"tool_search_tool_regex\"}," LATER(
			      "Late") "," LATER("Read") "]," WANT "]}");
	assert_text(&s, "/content/0/type", "server_tool_use");
	assert_text(&s, "/content/0/name", "tool_search_tool_regex");
	assert_text(&s, "/content/0/input/pattern", "Late");
	assert_text(&s, "/content/1/type", "tool_search_tool_result");
	assert_text(&s, "/content/1/content/tool_references/0/tool_name",
		    "Late");
	assert_text(&s, "/content/2/type", "tool_use");
	assert_text(&s, "/content/2/name", "Late");
	said_clear(&s);
	/* The answer says that a tool does not exist. */
	ask(&s, FRONT TOOLS("") USER("[tool:Nope {}]") "]}");
	assert_holds(&s, "the request declares no tool 'Nope'");
	said_clear(&s);
	/* So are markers that cannot be read; talk of markers is none. */
	ask(&s, FRONT TOOLS("")
			USER("[tool:Read] [tool:Read {a:1}] [tool: ]") "]}");
	assert_holds(&s, "ccmock: 'Read' calls nothing: a marker has");
	assert_holds(&s, "ccmock: 'Read {a:1}' calls nothing: a marker has");
	assert_null(strstr(buf_str(&s.text), "ccmock: ' ' calls"));
	said_clear(&s);
}

/* ---- formats ---- */

#define FORMAT \
	"{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"," \
	"\"properties\":{\"kind\":{\"enum\":[\"a\",\"b\"]}},\"required\":" \
	"[\"kind\"]}}"

static void t_format(void **state)
{
	struct said s;

	(void)state;
	ask(&s,
	    FRONT "\"output_config\":{\"format\":" FORMAT "}," USER("hi") "]}");
	assert_text(&s, "/content/0/text", "{\"kind\":\"a\"}");
	assert_text(&s, "/stop_reason", "end_turn");
	said_clear(&s);
	ask(&s, FRONT "\"output_format\":" FORMAT "," USER("hi") "]}");
	assert_text(&s, "/content/0/text", "{\"kind\":\"a\"}");
	said_clear(&s);
	/* Claude Code's --json-schema is a tool that has to be called once. */
#define LAST \
	"\"tools\":[{\"name\":\"StructuredOutput\",\"input_schema\":{" \
	"\"type\":" \
	"\"object\",\"properties\":{\"answer\":{\"type\":\"integer\"}}," \
	"\"required\":[\"answer\"]}},{\"name\":\"Read\"}],"
	ask(&s, FRONT LAST USER("[tool:Read {}]") "]}");
	assert_text(&s, "/content/0/name", "Read");
	said_clear(&s);
	ask(&s, FRONT LAST USER("[tool:Read {}]") USED("Read", "{}")
			RESULT("") "]}");
	assert_text(&s, "/content/0/name", "StructuredOutput");
	assert_int_equal(number_at(&s, "/content/0/input/answer"), 1);
	said_clear(&s);
	ask(&s, FRONT LAST USER("hi") USED("StructuredOutput", "{}")
			RESULT("") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
}

/* ---- searches of the web ---- */

#define WEB \
	"\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_" \
	"search\"}," \
	"{\"type\":\"web_fetch_20250910\",\"name\":\"web_fetch\"," \
	"\"citations\":{\"enabled\":true}},{\"name\":\"Read\"}],"

static void t_web(void **state)
{
	struct said s;

	(void)state;
	ask(&s,
	    FRONT WEB USER("[search: red cars] [fetch: https://e.com/a]") "]}");
	assert_text(&s, "/content/0/type", "server_tool_use");
	assert_text(&s, "/content/0/name", "web_search");
	assert_text(&s, "/content/0/input/query", "red cars");
	assert_text(&s, "/content/1/type", "web_search_tool_result");
	assert_text(&s, "/content/1/content/0/url",
		    "https://example.com/page-about-it");
	assert_text(&s, "/content/2/citations/0/type",
		    "web_search_result_location");
	assert_text(&s, "/content/3/name", "web_fetch");
	assert_text(&s, "/content/3/input/url", "https://e.com/a");
	assert_text(&s, "/content/4/content/url", "https://e.com/a");
	assert_text(&s, "/content/4/content/content/source/type", "text");
	assert_text(&s, "/content/5/citations/0/type", "char_location");
	assert_text(&s, "/content/6/type", "text");
	assert_text(&s, "/stop_reason", "end_turn");
	assert_int_equal(
		number_at(&s, "/usage/server_tool_use/web_search_requests"), 1);
	assert_int_equal(
		number_at(&s, "/usage/server_tool_use/web_fetch_requests"), 1);
	said_clear(&s);

	ask(&s, FRONT WEB CHOICE("\"tool\",\"name\":\"web_search\"")
			USER("red cars") "]}");
	assert_text(&s, "/content/0/input/query", "red cars");
	said_clear(&s);
	/* As Claude Code's WebSearch asks: nothing but the search. */
	ask(&s, FRONT
	    "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":"
	    "\"web_search\",\"allowed_domains\":[\"docs.example.org\"]}]," USER(
		    "red cars") "]}");
	assert_text(&s, "/content/1/content/0/url",
		    "https://docs.example.org/page-about-it");
	said_clear(&s);
	/* Without a marker it is not used. */
	ask(&s, FRONT WEB USER("red cars") "]}");
	assert_text(&s, "/content/0/type", "text");
	assert_lacks(&s, "/usage/server_tool_use");
	said_clear(&s);
}

/* Words are looked up once: what comes after a tool's result is another turn. */
static void t_web_once(void **state)
{
	struct said s;

	(void)state;
	ask(&s, FRONT WEB USER("[search: red cars]") USED("Read", "{}")
			RESULT("") "]}");
	assert_text(&s, "/content/0/type", "text");
	assert_lacks(&s, "/usage/server_tool_use");
	said_clear(&s);
	ask(&s, FRONT WEB USER("hi") USED("Read", "{}")
			RESULT("") ","
				   "{\"role\":\"user\",\"content\":\"[search: "
				   "red cars]\"}]}");
	assert_text(&s, "/content/0/name", "web_search");
	assert_lacks(&s, "/usage/web_fetch_requests");
	said_clear(&s);
	/* Nothing to look up. */
	ask(&s, FRONT WEB CHOICE("\"tool\",\"name\":\"web_search\"")
			USER("  ") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
	ask(&s, FRONT WEB USER("[search: ] [fetch: x") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
	/* A search that is one of two tools waits for its marker. */
	ask(&s,
	    FRONT "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":"
		  "\"web_search\"},{\"name\":\"Read\"}]," USER("cars") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
}

#define ONLY(more) \
	"\"tools\":[{\"type\":\"web_search_20250305\",\"name\":" \
	"\"web_search\"" more "}],"
#define FETCH(more) \
	"\"tools\":[{\"type\":\"web_fetch_20250910\",\"name\":" \
	"\"web_fetch\"" more "}]," CHOICE("\"tool\",\"name\":\"web_fetch\"")

static void t_web_hosts(void **state)
{
	static const char *const none[] = { "[]", "[\"\"]", "[1]",
					    "\"a.org\"" };
	struct said s;

	(void)state;
	ask(&s, FRONT ONLY(",\"allowed_domains\":[\"a.org\",\"b.org\"]")
			USER("cars") "]}");
	assert_text(&s, "/content/1/content/0/url",
		    "https://a.org/page-about-it");
	assert_text(&s, "/content/2/citations/0/url",
		    "https://a.org/page-about-it");
	assert_text(&s, "/content/2/text",
		    "A search for cars found one page.\n");
	said_clear(&s);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct buf body = BUF_INIT(4096);

		buf_addf(&body,
			 FRONT ONLY(",\"allowed_domains\":%s")
				 USER("cars") "]}",
			 none[i]);
		ask(&s, buf_str(&body));
		assert_text(&s, "/content/1/content/0/url",
			    "https://example.com/page-about-it");
		said_clear(&s);
		buf_clear(&body);
	}
}

static void t_web_fetch(void **state)
{
	struct jval use, result;
	struct said s;

	(void)state;
	ask(&s, FRONT FETCH("") USER("cars") "]}");
	assert_text(&s, "/content/0/input/url", "https://example.com/");
	assert_lacks(&s, "/content/2/citations/0");
	assert_holds(&s, "\"citations\":{\"enabled\":false}");
	assert_true(jscan_find(s.root, span_of("/content/0/id"), &use));
	assert_true(
		jscan_find(s.root, span_of("/content/1/tool_use_id"), &result));
	assert_true(span_equal(use.text, result.text));
	assert_int_equal(
		number_at(&s, "/usage/server_tool_use/web_search_requests"), 0);
	said_clear(&s);
	ask(&s, FRONT FETCH(",\"citations\":{\"enabled\":true}")
			USER("http://e.com/b") "]}");
	assert_text(&s, "/content/0/input/url", "http://e.com/b");
	assert_text(&s, "/content/2/citations/0/cited_text",
		    "This page of ccmock was written for a test.");
	assert_int_equal(number_at(&s, "/content/2/citations/0/end_char_index"),
			 43);
	said_clear(&s);
	ask(&s, FRONT FETCH(",\"citations\":{\"enabled\":false}")
			USER("http://e.com/b") "]}");
	assert_lacks(&s, "/content/2/citations/0");
	said_clear(&s);
	/* A fetch is never made for being the only tool. */
	ask(&s, FRONT "\"tools\":[{\"type\":\"web_fetch_20250910\",\"name\":"
		      "\"web_fetch\"}]," USER("http://e.com/b") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
}

/* The words of a search are cut at 200 bytes, between two characters. */
static void t_web_words(void **state)
{
	struct buf body = BUF_INIT(4096), want = BUF_INIT(4096);
	struct said s;

	(void)state;
	for (size_t i = 0; i < 199; i++)
		buf_add_byte(&want, 'w');
	buf_addf(&body, FRONT ONLY("") USER("%s\u00e9x") "]}", buf_str(&want));
	ask(&s, buf_str(&body));
	assert_text(&s, "/content/0/input/query", buf_str(&want));
	said_clear(&s);
	buf_reset(&body);
	buf_add_byte(&want, 'y');
	buf_addf(&body, FRONT WEB USER("[search: %szz]") "]}", buf_str(&want));
	ask(&s, buf_str(&body));
	assert_text(&s, "/content/0/input/query", buf_str(&want));
	said_clear(&s);
	buf_clear(&body);
	buf_clear(&want);
}

static void t_web_streams(void **state)
{
	struct buf names = BUF_INIT(4096), text = BUF_INIT(4096);
	struct said s;

	(void)state;
	ask(&s, FRONT "\"stream\":true," WEB USER("[search: red cars]") "]}");
	read_stream(&s, &names, &text);
	assert_true(span_starts(buf_span(&text),
				"{\"query\":\"red cars\"}A search for red"));
	assert_holds(&s, "\"index\":1,\"content_block\":{\"type\":"
			 "\"web_search_tool_result\"");
	assert_holds(&s, "\"delta\":{\"type\":\"citations_delta\"");
	assert_holds(&s, "\"server_tool_use\":{\"web_search_requests\":1,");
	buf_clear(&names);
	buf_clear(&text);
	said_clear(&s);
}

/* ---- where an answer ends ---- */

static void t_stop_sequences(void **state)
{
	struct said s;

	(void)state;
	ask(&s, FRONT "\"stop_sequences\":[\"nope\",\"two\",\"one\"]," USER(
			"one two") "]}");
	assert_text(&s, "/content/0/text", "You said: ");
	assert_text(&s, "/stop_reason", "stop_sequence");
	assert_text(&s, "/stop_sequence", "one");
	said_clear(&s);
	ask(&s, FRONT "\"stream\":true,\"stop_sequences\":[\"a\\\"b\"]," USER(
			"a\\\"b") "]}");
	assert_holds(&s, "{\"stop_reason\":\"stop_sequence\","
			 "\"stop_sequence\":\"a\\\"b\"}");
	said_clear(&s);
	ask(&s, FRONT "\"stop_sequences\":[\"nope\"]," USER("one") "]}");
	assert_text(&s, "/stop_reason", "end_turn");
	said_clear(&s);
	/* Nothing is said where it comes first. */
	ask(&s, FRONT "\"stop_sequences\":[\"You\"]," USER("one") "]}");
	assert_lacks(&s, "/content/0");
	assert_text(&s, "/stop_sequence", "You");
	said_clear(&s);
}

#define MOST(n) "{\"model\":\"m\",\"max_tokens\":" n ","

static void t_max_tokens(void **state)
{
	struct said s;

	(void)state;
	ask(&s, MOST("3") USER("hello there") "]}");
	assert_text(&s, "/content/0/text", "You said: he");
	assert_text(&s, "/stop_reason", "max_tokens");
	assert_int_equal(number_at(&s, "/usage/output_tokens"), 3);
	said_clear(&s);
	/* What fits is whole. */
	ask(&s, MOST("3") USER("he") "]}");
	assert_text(&s, "/stop_reason", "end_turn");
	assert_int_equal(number_at(&s, "/usage/output_tokens"), 3);
	said_clear(&s);
	/* A call that is cut has no input to be parsed. */
	ask(&s, MOST("2") TOOLS("") USER(
			"[tool:Read {\\\"path\\\":\\\"/etc/hosts\\\"}]") "]}");
	assert_text(&s, "/stop_reason", "max_tokens");
	assert_text(&s, "/content/0/name", "Read");
	assert_lacks(&s, "/content/0/input/path");
	said_clear(&s);
	ask(&s, MOST("2") "\"stop_sequences\":[\"end\"]," USER("the end") "]}");
	assert_text(&s, "/stop_reason", "max_tokens");
	assert_holds(&s, "\"stop_sequence\":null");
	said_clear(&s);
}

static void t_thinking(void **state)
{
	struct said s, other;
	struct jval first, second;

	(void)state;
	ask(&s, FRONT "\"thinking\":{\"type\":\"adaptive\"}," USER("hi") "]}");
	assert_int_equal(
		number_at(&s, "/usage/output_tokens_details/thinking_tokens"),
		12);
	assert_int_equal(number_at(&s, "/usage/output_tokens"), 12 + 3);
	said_clear(&s);
	/* message_start counts one output token, unless the answer will be
	 * empty. */
	ask(&s, MOST("99") "\"stream\":true," USER("hi") "]}");
	assert_true(strstr(buf_str(&s.text), "\"output_tokens\":1,") <
		    strstr(buf_str(&s.text), "\"output_tokens\":3"));
	assert_non_null(strstr(buf_str(&s.text), "\"output_tokens\":1,"));
	said_clear(&s);
	ask(&s, MOST("0") "\"stream\":true," USER("hi") "]}");
	assert_null(strstr(buf_str(&s.text), "\"output_tokens\":1"));
	said_clear(&s);
	/* Signatures of different requests differ. */
	ask(&s, FRONT "\"thinking\":{\"type\":\"adaptive\"}," USER("hi") "]}");
	assert_true(
		jscan_find(s.root, span_of("/content/0/signature"), &first));
	assert_true(first.text.len > 80);
	ask(&other,
	    FRONT "\"thinking\":{\"type\":\"adaptive\"}," USER("hi") "]}");
	assert_true(jscan_find(other.root, span_of("/content/0/signature"),
			       &second));
	assert_false(span_equal(first.text, second.text));
	said_clear(&other);
	said_clear(&s);
	ask(&s, FRONT USER("hi") "]}");
	assert_lacks(&s, "/usage/output_tokens_details");
	said_clear(&s);
	/* Thinking can use all of it up. */
	ask(&s,
	    MOST("5") "\"thinking\":{\"type\":\"adaptive\"}," USER("hi") "]}");
	assert_text(&s, "/content/0/thinking", "The user wrote to a ");
	assert_lacks(&s, "/content/1");
	assert_text(&s, "/stop_reason", "max_tokens");
	assert_int_equal(number_at(&s, "/usage/output_tokens"), 5);
	said_clear(&s);
	ask(&s,
	    FRONT "\"stream\":true,\"thinking\":{\"type\":\"adaptive\"}," USER(
		    "hi") "]}");
	assert_holds(&s, "\"output_tokens_details\":{\"thinking_tokens\":12}");
	said_clear(&s);
}

static void t_thinking_kinds(void **state)
{
	struct said s;

	(void)state;
	ask(&s, FRONT "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":"
		      "1024}," USER("hi") "]}");
	assert_text(&s, "/content/0/type", "thinking");
	assert_text(&s, "/content/1/type", "text");
	said_clear(&s);
	ask(&s, FRONT "\"thinking\":{\"type\":\"enabled\",\"display\":"
		      "\"omitted\"}," USER("hi") "]}");
	assert_text(&s, "/content/0/thinking", "");
	said_clear(&s);
	ask(&s, FRONT "\"thinking\":{\"type\":\"enabled\"}," USER(
			"[redacted-thinking] hi") "]}");
	assert_text(&s, "/content/0/type", "redacted_thinking");
	said_clear(&s);
	ask(&s, FRONT "\"thinking\":{\"type\":\"disabled\"}," USER("hi") "]}");
	assert_text(&s, "/content/0/type", "text");
	said_clear(&s);
}

/* A model takes its time: between the events of a stream, at most ten seconds. */
static void t_pace(void **state)
{
	static const struct {
		const char *prompt;
		uint32_t ms;
	} cases[] = {
		{ "hi", 0 },
		{ "[pace:5] hi", 5 },
		{ "hi [pace:10000]", 10000 },
		{ "[pace:10001] hi", 0 },
		{ "[pace:] hi", 0 },
		{ "[pace:5", 0 },
	};
	struct said s;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf body = BUF_INIT(4096);

		buf_addf(&body, FRONT "\"stream\":true," USER("%s") "]}",
			 cases[i].prompt);
		ask(&s, buf_str(&body));
		for (size_t n = 0; n < s.reply.script->count; n++)
			if (s.reply.script->steps[n].op == SCRIPT_SEND)
				assert_int_equal(s.reply.script->steps[n].ms,
						 cases[i].ms);
		said_clear(&s);
		buf_clear(&body);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_pace),
		cmocka_unit_test(t_choice),
		cmocka_unit_test(t_called),
		cmocka_unit_test(t_echo),
		cmocka_unit_test(t_together),
		cmocka_unit_test(t_together_streams),
		cmocka_unit_test(t_search),
		cmocka_unit_test(t_search_of_api),
		cmocka_unit_test(t_format),
		cmocka_unit_test(t_web),
		cmocka_unit_test(t_web_once),
		cmocka_unit_test(t_web_hosts),
		cmocka_unit_test(t_web_fetch),
		cmocka_unit_test(t_web_words),
		cmocka_unit_test(t_web_streams),
		cmocka_unit_test(t_stop_sequences),
		cmocka_unit_test(t_max_tokens),
		cmocka_unit_test(t_thinking),
		cmocka_unit_test(t_thinking_kinds),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("choice", tests, NULL, NULL);
}
