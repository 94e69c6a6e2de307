/* Markers in a prompt, and what else is read of a request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/dialects/anthropic_private.h"

/* "NAME INPUT" of each call, with a + before one that comes with the last. */
static void show(const struct tool_call *calls, size_t count, struct buf *out)
{
	for (size_t i = 0; i < count; i++)
		buf_addf(out, "%s%.*s %.*s ", calls[i].joined ? "+" : "",
			 SPAN_ARG(calls[i].name), SPAN_ARG(calls[i].input));
}

static void t_calls(void **state)
{
	static const char *const rows[][2] = {
		{ "", "" },
		{ "[tool:a {}]", "a {} " },
		{ "do [tool:a {}] and [tool:b {\"x\":1}].",
		  "a {} b {\"x\":1} " },
		{ "[tool: a {}]", "a {} " },
		{ "[tools: a {}; b {};c {}]", "a {} +b {} +c {} " },
		{ "[tools: a {}] [tools: b {}; c {}]", "a {} b {} +c {} " },
		{ "[tool[tool:a {}]", "a {} " },
		{ "[tool:x[tool:a {}]", "a {} " },
		/* All letters that a name may have, and no others. */
		{ "[tool:azAZ09_-. {}]", "azAZ09_-. {} " },
		{ "[tool:a/b {}]", "" },
		{ "[tool:\xc3\xa9 {}]", "" },
		{ "[tool: {}]", "" },
		{ "[tool:a]", "" },
		{ "[tool:a", "" },
		{ "[tool", "" },
		{ "[tool:", "" },
		{ "[tool:a ", "" },
		/* The input is an object, to its end. */
		{ "[tool:a {\"b\":{\"c\":[{}]}}]", "a {\"b\":{\"c\":[{}]}} " },
		{ "[tool:a {\"b\":\"}]\"}]", "a {\"b\":\"}]\"} " },
		{ "[tool:a {\"b\":\"\\\"}\"}]", "a {\"b\":\"\\\"}\"} " },
		{ "[tool:a {\"b\":\"\\\\\"}]", "a {\"b\":\"\\\\\"} " },
		{ "[tool:a {\"b\":\"{\"}]", "a {\"b\":\"{\"} " },
		{ "[tool:a {\"b\":1]", "" },
		{ "[tool:a {\"b\"}]", "" },
		{ "[tool:a {\"b\":\"]", "" },
		{ "[tool:a []]", "" },
		{ "[tool:a 1]", "" },
		{ "[tool:a {", "" },
		{ "[tool:a {}", "" },
		{ "[tool:a {} ]", "" },
		/* Several calls are for the marker [tools:], not for
		 * [tool:]. */
		{ "[tool:a {}; b {}]", "" },
		{ "[tools: a {}; b]", "" },
		{ "[tools: a {}; ]", "" },
		{ "[tools: a {}, b {}]", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tool_call calls[ASK_CALLS_LIMIT];
		struct anthropic_ask a;
		struct buf told = BUF_INIT(4096);

		anthropic_ask_init(&a);
		show(calls,
		     anthropic_marks_calls(&a, span_of(rows[i][0]), calls),
		     &told);
		if (strcmp(buf_str(&told), rows[i][1]) != 0)
			fail_msg("%s: '%s'", rows[i][0], buf_str(&told));
		anthropic_ask_clear(&a);
		buf_clear(&told);
	}
}

/* Limits: how many calls are made, and how many markers are read. */
static void t_limits(void **state)
{
	struct tool_call calls[ASK_CALLS_LIMIT];
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct anthropic_ask a;

	(void)state;
	anthropic_ask_init(&a);
	for (int i = 0; i < 70; i++)
		buf_addf(&text, "[tool:n%d {}]", i);
	assert_int_equal(anthropic_marks_calls(&a, buf_span(&text), calls), 64);
	assert_true(span_is(calls[63].name, "n63"));
	anthropic_ask_clear(&a);
	/* If one marker has too many calls, none of them is made. */
	buf_reset(&text);
	buf_add_text(&text, "[tools: n {}");
	for (int i = 0; i < 70; i++)
		buf_add_text(&text, "; n {}");
	buf_add_text(&text, "]");
	anthropic_ask_init(&a);
	assert_int_equal(anthropic_marks_calls(&a, buf_span(&text), calls), 0);
	anthropic_ask_clear(&a);
	for (size_t tries = 1023; tries <= 1024; tries++) {
		buf_reset(&text);
		for (size_t i = 0; i < tries; i++)
			buf_add_text(&text, "[tool ");
		buf_add_text(&text, "[tool:a {}]");
		anthropic_ask_init(&a);
		assert_int_equal(
			anthropic_marks_calls(&a, buf_span(&text), calls),
			tries == 1023);
		anthropic_ask_clear(&a);
	}
	buf_clear(&text);
}

/* Markers that cannot be obeyed, and what the answer says about them. */
static void t_complaints(void **state)
{
#define NOTHING(marker) \
	"\nccmock: '" marker "' calls nothing: a marker has a tool's name " \
	"and a JSON object, as in [tool:NAME {}]."
#define TEN "0123456789"
	static const char *const rows[][2] = {
		{ "", "" },
		{ "[tool:a {}]", "" },
		{ "[tool:a]", NOTHING("a") },
		{ "[tool: a]", NOTHING(" a") },
		{ "[tool:a {}] [tool:b] [tools: c]",
		  NOTHING("b") NOTHING(" c") },
		{ "[tool:a {]} x]", NOTHING("a {") },
		{ "[tools: a {}; b]", NOTHING(" a {}; b") },
		/* Text that only mentions markers is no marker. */
		{ "[tool: ]", "" },
		{ "[tool:]", "" },
		{ "[tool:.]", NOTHING(".") },
		{ "[tool:<NAME> {}]", "" },
		{ "[tool:a", "" },
		{ "[tool:" TEN TEN TEN TEN TEN TEN "]",
		  NOTHING(TEN TEN TEN TEN TEN TEN) },
		{ "[tool:" TEN TEN TEN TEN TEN TEN "x]",
		  NOTHING(TEN TEN TEN TEN TEN TEN) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct anthropic_ask a;

		anthropic_ask_init(&a);
		buf_add_text(&a.prompt, rows[i][0]);
		anthropic_marks_complain(&a);
		assert_string_equal(buf_str(&a.note), rows[i][1]);
		anthropic_ask_clear(&a);
	}
}

static void t_words(void **state)
{
	static const char *const rows[][2] = {
		{ "[search: a b ]", "a b" }, { "x [search:a] [search:b]", "a" },
		{ "[search:a", NULL },       { "[search: ]", NULL },
		{ "[search:]", NULL },       { "search: a]", NULL },
		{ "[search:x]", "x" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span words;
		bool any = anthropic_marks_words(span_of(rows[i][0]),
						 "[search:", &words);

		assert_int_equal(any, rows[i][1] != NULL);
		if (any)
			assert_true(span_is(words, rows[i][1]));
	}
}

/* ---- the request ---- */

#define HI "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
#define ASK(members) "{\"model\":\"m\",\"max_tokens\":9" members "}"

static void t_refused(void **state)
{
	static const struct {
		const char *body, *why; /* NULL: it is taken */
		bool counting;
	} rows[] = {
		{ ASK("," HI), NULL, false },
		{ "{\"model\":\"m\"," HI "}", NULL, true },
		{ "{\"max_tokens\":9," HI "}", "model: Field required", false },
		{ "{\"model\":7,\"max_tokens\":9," HI "}",
		  "model: Input should be a valid string", false },
		{ "{\"model\":\"\",\"max_tokens\":9," HI "}",
		  "model: String should have at least 1 and at most 4096 "
		  "characters",
		  false },
		{ "{\"model\":\"m\"," HI "}", "max_tokens: Field required",
		  false },
		{ "{\"model\":\"m\",\"max_tokens\":\"9\"," HI "}",
		  "max_tokens: Input should be a valid integer", false },
		{ "{\"model\":\"m\",\"max_tokens\":1.5," HI "}",
		  "max_tokens: Input should be a valid integer", false },
		{ "{\"model\":\"m\",\"max_tokens\":-1," HI "}",
		  "max_tokens: Input should be greater than or equal to 0",
		  false },
		{ "{\"model\":\"m\",\"max_tokens\":0," HI "}", NULL, false },
		{ ASK(""), "messages: Field required", false },
		{ ASK(",\"messages\":{}"),
		  "messages: Input should be a valid array", false },
		{ ASK(",\"messages\":[]"),
		  "messages: at least one message is required", false },
		{ ASK(",\"messages\":[7]"), "messages.0.role: Field required",
		  false },
		{ ASK(",\"messages\":[{\"role\":\"user\",\"content\":\"x\"},"
		      "{\"content\":\"x\"}]"),
		  "messages.1.role: Field required", false },
		{ ASK(",\"messages\":[{\"role\":7,\"content\":\"x\"}]"),
		  "messages.0.role: Field required", false },
		{ ASK(",\"messages\":[{\"role\":\"user\"}]"),
		  "messages.0.content: Field required", false },
		{ ASK(",\"messages\":[{\"role\":\"user\",\"content\":[7]}]"),
		  NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct anthropic_ask a;
		struct fail why = FAIL_INIT;
		struct jval root;

		assert_int_equal(jscan(span_of(rows[i].body), &root, NULL), 0);
		anthropic_ask_init(&a);
		assert_int_equal(
			anthropic_ask_read(&a, root, rows[i].counting, &why),
			rows[i].why ? -1 : 0);
		assert_string_equal(why.text, rows[i].why ? rows[i].why : "");
		anthropic_ask_clear(&a);
	}
}

/* What is read: the newest prompt, the plan of calls, and how far it is. */
static void t_read(void **state)
{
#define USER(content) "{\"role\":\"user\",\"content\":" content "}"
#define SAYS(content) "{\"role\":\"assistant\",\"content\":[" content "]}"
#define TEXT(text) "{\"type\":\"text\",\"text\":\"" text "\"}"
#define RESULT "{\"type\":\"tool_result\",\"tool_use_id\":\"1\"}"
#define USE(name) "{\"type\":\"tool_use\",\"name\":\"" name "\"}"
#define TURNS(list) ASK(",\"tools\":[{\"name\":\"a\"}],\"messages\":[" list "]")
	static const struct {
		const char *body, *prompt, *calls;
		size_t results, searches, structured;
		bool fresh;
	} rows[] = {
		{ TURNS(USER("\"x\"")), "x", "", 0, 0, 0, true },
		{ TURNS(USER("[" TEXT("x") "," TEXT("y") "]")), "y", "", 0, 0,
		  0, true },
		/* Texts that the client adds are no prompt, nor are other
		 * roles' texts. */
		{ TURNS(USER("[" TEXT("x") "," TEXT("<system-reminder>y") "]")),
		  "x", "", 0, 0, 0, true },
		{ TURNS(USER("\"x\"") "," SAYS(TEXT("y")) ",{\"role\":"
							  "\"system\","
							  "\"content\":"
							  "\"z\"}"),
		  "x", "", 0, 0, 0, true },
		{ TURNS(USER("[{\"type\":\"text\",\"text\":7},{\"type\":"
			     "\"x\",\"text\":\"y\"}]")),
		  "", "", 0, 0, 0, false },
		/* The calls of a prompt stay planned until another prompt
		 * comes. */
		{ TURNS(USER("\"[tool:a {}]\"")), "[tool:a {}]", "a {} ", 0, 0,
		  0, true },
		{ TURNS(USER("\"[tool:a {}]\"") "," SAYS(USE("a")) "," USER(
			  "[" RESULT "," RESULT "]")),
		  "[tool:a {}]", "a {} ", 2, 0, 0, false },
		{ TURNS(USER("\"[tool:a {}]\"") "," USER("[" RESULT
							 "," TEXT("more") "]")),
		  "more", "a {} ", 1, 0, 0, true },
		{ TURNS(USER("\"[tool:a {}]\"") "," USER(
			  "[" RESULT
			  "]") "," USER("\"[tool:a {\\\"x\\\":1}]\"")),
		  "[tool:a {\"x\":1}]", "a {\"x\":1} ", 0, 0, 0, true },
		/* Calls that the provider made without a marker. */
		{ TURNS(USER("\"x\"") "," SAYS(USE("ToolSearch") "," USE(
			  "StructuredOutput") "," USE("a"))),
		  "x", "", 0, 1, 1, true },
		{ TURNS(USER("\"x\"") "," SAYS(USE("StructuredOutput") "," USE(
			  "ToolSearch")) "," USER("\"y\"")),
		  "y", "", 0, 1, 0, true },
		{ TURNS(USER("[" USE("ToolSearch") "," TEXT("x") "]")), "x", "",
		  0, 0, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct anthropic_ask a;
		struct buf told = BUF_INIT(4096);
		struct fail why = FAIL_INIT;
		struct jval root;

		assert_int_equal(jscan(span_of(rows[i].body), &root, &why), 0);
		anthropic_ask_init(&a);
		assert_int_equal(anthropic_ask_read(&a, root, false, &why), 0);
		show(a.calls, a.calls_count, &told);
		assert_string_equal(buf_str(&a.prompt), rows[i].prompt);
		assert_string_equal(buf_str(&told), rows[i].calls);
		if (a.results != rows[i].results ||
		    a.searches != rows[i].searches ||
		    a.structured != rows[i].structured ||
		    a.fresh != rows[i].fresh)
			fail_msg("%s: %zu %zu %zu %d", rows[i].body, a.results,
				 a.searches, a.structured, a.fresh);
		anthropic_ask_clear(&a);
		buf_clear(&told);
	}
}

/* Which way of answering a request asks for. */
static void t_ways(void **state)
{
#define PROMPT(text) \
	"\"messages\":[{\"role\":\"user\",\"content\":\"" text "\"}]"
	static const struct {
		const char *body;
		bool stream, thinking, omitted, redacted;
	} rows[] = {
		{ ASK("," HI), false, false, false, false },
		{ ASK(",\"stream\":true," HI), true, false, false, false },
		{ ASK(",\"stream\":\"true\"," HI), false, false, false, false },
		{ ASK(",\"thinking\":{\"type\":\"enabled\"}," HI), false, true,
		  false, false },
		{ ASK(",\"thinking\":{\"type\":\"adaptive\",\"display\":"
		      "\"omitted\"}," HI),
		  false, true, true, false },
		{ ASK(",\"thinking\":{\"type\":\"disabled\"}," HI), false,
		  false, false, false },
		{ ASK(",\"thinking\":{\"type\":\"enabled\",\"display\":\"x\"}"
		      "," PROMPT("a [redacted-thinking]")),
		  false, true, false, true },
		{ ASK("," PROMPT("[redacted-thinking]")), false, false, false,
		  false },
		{ "{\"model\":\"m\",\"max_tokens\":0,\"thinking\":{\"type\":"
		  "\"enabled\"}," HI "}",
		  false, false, false, false },
		{ "{\"model\":\"m\",\"max_tokens\":1,\"thinking\":{\"type\":"
		  "\"enabled\"}," HI "}",
		  false, true, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct anthropic_ask a;
		struct jval root;

		assert_int_equal(jscan(span_of(rows[i].body), &root, NULL), 0);
		anthropic_ask_init(&a);
		assert_int_equal(anthropic_ask_read(&a, root, false, NULL), 0);
		if (a.stream != rows[i].stream ||
		    a.thinking != rows[i].thinking ||
		    a.omitted != rows[i].omitted ||
		    a.redacted != rows[i].redacted)
			fail_msg("%s", rows[i].body);
		anthropic_ask_clear(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_calls),      cmocka_unit_test(t_limits),
		cmocka_unit_test(t_complaints), cmocka_unit_test(t_words),
		cmocka_unit_test(t_refused),    cmocka_unit_test(t_read),
		cmocka_unit_test(t_ways),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("anthropic_marks", tests, NULL,
					   NULL);
}
