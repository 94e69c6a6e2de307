/* Tests of probe/bisect/quote: what an error repeats of its request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "probe/bisect/trial.h"
#include "probe/refusal/refusal.h"

static const char body[] =
	"{\"model\":\"some-model\",\"system\":\"be kind\",\"messages\":"
	"[{\"role\":\"user\",\"content\":\"What is the colour of the sea at "
	"night?\"}]}";

static void assert_masked_of(const char *from, const char *betas,
			     const char *text, const char *wanted)
{
	struct buf out = BUF_INIT(4096);

	quote_mask(span_of(text), span_of(from), betas, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void assert_masked(const char *text, const char *wanted)
{
	assert_masked_of(body, "a-2025-01-01, b-20250101", text, wanted);
}

static void t_values(void **state)
{
	(void)state;
	assert_masked("model: some-model", "model: Q");
	assert_masked("some-model-2 and some-model.", "some-model-2 and Q.");
	assert_masked("'be kind' is not allowed", "'Q' is not allowed");
	assert_masked("blocked: \"What is the col...\"", "blocked: \"Q\"");
	assert_masked("blocked: What is the colour of the sea, sir",
		      "blocked: Q, sir");
	assert_masked("some-model xsome-model some-modelx some-model:",
		      "Q xsome-model some-modelx some-model:");
	/* A piece has to be long enough, and no single word. */
	assert_masked("'of the s...' 'the sea...' 'messages...'",
		      "'Q' 'the sea...' 'messages...'");
	assert_masked("`What is th\xe2\x80\xa6`, '...'", "`Q`, '...'");
	assert_masked("What is the colour of thX, What is the colour of tX",
		      "QX, What is the colour of tX");
	assert_masked_of("{\"a\":\"0123456789012345678901234567\"}", NULL,
			 "0123456789012345678901234567 ",
			 "0123456789012345678901234567 ");
	assert_masked_of("{\"a\" : \"b\", \"c\":\"a\"}", NULL, "'a' 'b' 'c'",
			 "'Q' 'Q' 'c'");
	assert_masked_of("{\"a\" :1}", NULL, "'a'", "'a'");
	assert_masked_of("\"a\"", NULL, "'a' 'b'", "'Q' 'b'");
	assert_masked_of("{\"model\":5}", NULL, "5 m", "5 m");
	assert_masked_of("{", NULL, "a {", "a {");
}

static void t_names(void **state)
{
	(void)state;
	assert_masked("'messages' is refused", "'messages' is refused");
	assert_masked("role: no", "role: no");
	assert_masked("don't say \"\" or `", "don't say \"\" or `");
	assert_masked("", "");
}

/* In letters of any case, alone or in a list; longer words are others. */
static void t_betas(void **state)
{
	(void)state;
	assert_masked("`a-2025-01-01` is bad", "`Q` is bad");
	assert_masked("B-20250101: bad", "Q: bad");
	assert_masked("`b-20250101`, `A-2025-01-01` are bad", "`Q` are bad");
	assert_masked("no b-20250101.", "no Q.");
	assert_masked("b-20250101", "Q");
	assert_masked("b-202501012 and xb-20250101", "b-202501012 and "
						     "xb-20250101");
	assert_masked("a-2025-01-01, c-20250101", "Q, c-20250101");
	assert_masked_of("{}", ",b-20250101", "b-20250101 b-2025010",
			 "Q b-2025010");
	assert_masked("b-20250101', 'a-2025-01-01'.", "Q'.");
}

static void t_inputs(void **state)
{
	(void)state;
	assert_masked("{'loc': 'a', 'input': {'b': [1, \"}\"]}, 'url': 'u'}",
		      "{'loc': 'a', 'input': Q, 'url': 'u'}");
	assert_masked("{'loc': 'a', 'input': {'b': [1", "{'loc': 'a', "
							"'input': Q");
	assert_masked("{'loc': 'a', 'input': {}}", "{'loc': 'a', 'input': Q");
	assert_masked("{'input': \"a\\\"b, c\", 'x': 1", "{'input': Q, 'x': 1");
	assert_masked("{'input': (1, [2], 'b)'), 'x': 1",
		      "{'input': Q, 'x': 1");
	assert_masked("\"input\":1,2", "\"input\":Q,2");
	assert_masked("\"input\": 1)2", "\"input\": Q)2");
	assert_masked("'input': 'abc", "'input': Q");
	assert_masked("'input': 'abc\\", "'input': Q");
	assert_masked("[input_value={'a': 'b...c'}]}, input_type=dict]",
		      "[input_value=Q, input_type=dict]");
}

static void assert_normal(const char *a, const char *b, bool same)
{
	struct buf one = BUF_INIT(4096), other = BUF_INIT(4096);

	refusal_normal(span_of(a), &one);
	refusal_normal(span_of(b), &other);
	if (same)
		assert_string_equal(buf_str(&one), buf_str(&other));
	else
		assert_string_not_equal(buf_str(&one), buf_str(&other));
	buf_clear(&one);
	buf_clear(&other);
}

static void t_normal(void **state)
{
	(void)state;
	assert_normal("too large: 1.5 MB", "too large: 900 bytes", true);
	assert_normal("too large: 1,500 bytes.", "too large: 9 bytes.", true);
	assert_normal("trace 0a1b2c3d", "trace ffee0011", true);
	assert_normal("trace 0a1b2c3d", "trace 12345678", true);
	assert_normal("id 01JD3Z9X7K8Q2M5N6P7R8S9T0V",
		      "id 01JD40AAAK8Q2M5N6P7R8S9T0V", true);
	assert_normal("tools.1: no; tools.2: no; tools.31: no", "tools.0: no",
		      true);
	assert_normal("a: no, b: no", "a: no", false);
	assert_normal("tools.1: no", "tools.1.name: no", false);
	assert_normal("clear_thinking_20251015 is bad",
		      "clear_tool_uses_20250919 is bad", false);
}

static const struct CMUnitTest tests[] = {
	{ "quote: values of the request are masked", t_values, NULL, NULL,
	  NULL },
	{ "quote: names stay", t_names, NULL, NULL, NULL },
	{ "quote: betas are masked", t_betas, NULL, NULL, NULL },
	{ "quote: what a checker was given is masked", t_inputs, NULL, NULL,
	  NULL },
	{ "quote: numbers, ids and repetitions do not count", t_normal, NULL,
	  NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("quote", tests, NULL, NULL);
}
