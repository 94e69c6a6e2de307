/* probe/refusal/refusal_inner: an error that is quoted inside another one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/refusal/refusal_private.h"

#define D(text) "{\"error\":" text "}"

static void check(const char *body, const char *message, const char *more)
{
	struct refused_words w = { .message = BUF_INIT(BUF_NO_LIMIT),
				   .more = BUF_INIT(BUF_NO_LIMIT) };

	refusal_inner(span_of(body), span_of(body), &w);
	if (strcmp(buf_str(&w.message), message) != 0 ||
	    strcmp(buf_str(&w.more), more) != 0)
		fail_msg("%s: '%s' and '%s'", body, buf_str(&w.message),
			 buf_str(&w.more));
	buf_clear(&w.message);
	buf_clear(&w.more);
}

static void t_objects(void **state)
{
	(void)state;
	check("{\"message\":\"no\"}", "", "");
	check(D("{\"message\":\"no\"}"), "no", "");
	check(D("{\"msg\":\"no\"}"), "no", "");
	check(D("{\"description\":\"no\"}"), "no", "");
	check(D("{\"message\":5,\"msg\":\"no\"}"), "no", "");
	check(D("{\"message\":\"no\",\"type\":\"t\",\"code\":\"c\","
		"\"status\":\"s\",\"param\":\"p\",\"other\":\"o\"}"),
	      "no", "t c s p ");
	check(D("{\"message\":\"no\",\"code\":400,\"type\":\"t\"}"), "no",
	      "t ");
	check(D("{\"other\":\"no\"}"), "", "");
	check("{\"other\":{\"message\":\"no\"}}", "", "");
	/* The innermost, and the likeliest of several. */
	check(D("{\"message\":\"outer\",\"metadata\":{\"raw\":{\"message\":"
		"\"inner\",\"code\":\"c\"}}}"),
	      "inner", "c ");
	check("{\"body\":{\"message\":\"b\"},\"raw\":{\"message\":\"a\"}}", "a",
	      "");
	check("{\"error\":\"words\"}", "words", "");
	check("{\"error\":\"\"}", "", "");
}

static void t_lists(void **state)
{
	(void)state;
	check("{\"errors\":[{\"message\":\"one\"},{\"message\":\"two\"}]}",
	      "one", "");
	check("{\"errors\":[{\"no\":1},5,\"words\"]}", "words", "");
	check("[{\"message\":\"no\"}]", "", "");
	/* Where one has nothing, the next is looked at. */
	check("{\"errors\":[1],\"details\":\"words\"}", "words", "");
	check("{\"errors\":[1,2,3,4,5,6,7,{\"message\":\"eighth\"}]}", "eighth",
	      "");
	check("{\"errors\":[1,2,3,4,5,6,7,8,{\"message\":\"ninth\"}]}", "", "");
	/* A complaint about a place wraps nothing. */
	check("{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"missing\"}]}", "",
	      "");
	check("{\"detail\":[{\"x\":1},{\"loc\":[\"body\"]},\"words\"]}", "",
	      "");
}

static void t_texts(void **state)
{
	(void)state;
	check("{\"message\":\"400 {\\\"error\\\":{\\\"message\\\":\\\"in\\\","
	      "\\\"type\\\":\\\"t\\\"}} and more\"}",
	      "in", "t ");
	check("it failed: {\"message\":\"in\"}", "in", "");
	check("it failed: {no {\"message\":\"in\"} more} more", "in", "");
	check("it failed: {1} {2} {3} {\"message\":\"in\"}", "in", "");
	check("{a {a {a {a {a {a {a {\"message\":\"in\"}", "in", "");
	check("{a {a {a {a {a {a {a {a {\"message\":\"in\"}", "", "");
	/* As a dictionary is printed elsewhere. */
	check("Error code: 400 - {'error': {'message': 'in, it', 'type': 't'}}",
	      "in, it", "");
	check("x {'message': \"it's\"}", "it's", "");
	check("x {'message': 'it', 'b': 'c'}", "it", "");
	check("x {'message': ''}", "", "");
	check("x {'message': it}", "", "");
	/* What routers put in front and at the end. */
	check("APIError: AnthropicException - in", "in", "");
	check("Exception - Exception - in", "in", "");
	check("in. Received Model Group=m", "in", "");
	check("in\nReceived Model Group=m", "in", "");
	check("in Received Model Group=m", "in", "");
	check("Error code: in", "in", "");
	check("Exception - ", "", "");
	check("nothing is quoted", "", "");
}

/* An error nested `depth` times: there is a limit. */
static void nested(size_t depth, const char *message)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < depth; i++)
		buf_add_text(&body, "{\"message\":\"out\",\"error\":");
	buf_add_text(&body, "{\"message\":\"in\"}");
	for (size_t i = 0; i < depth; i++)
		buf_add_byte(&body, '}');
	check(buf_str(&body), message, "");
	buf_clear(&body);
}

static void t_depths(void **state)
{
	(void)state;
	nested(1, "in");
	nested(8, "in");
	nested(9, "out");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "inner: in objects", t_objects, NULL, NULL, NULL },
		{ "inner: in lists", t_lists, NULL, NULL, NULL },
		{ "inner: in texts", t_texts, NULL, NULL, NULL },
		{ "inner: how deep", t_depths, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("refusal_inner", tests, NULL, NULL);
}
