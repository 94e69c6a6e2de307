/* How two JSON values differ, told by pointer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "wire/json/jscan.h"

static struct jval root_of(const char *text)
{
	struct jval root;

	assert_int_equal(jscan(span_of(text), &root, NULL), 0);
	return root;
}

/* One line a difference: sign, pointer, what was, what is. */
static void on_diff(void *arg, const struct jdiff *d)
{
	static const char signs[] = { [JDIFF_LOST] = '-',
				      [JDIFF_ADDED] = '+',
				      [JDIFF_CHANGED] = '!',
				      [JDIFF_MOVED] = '>' };

	buf_addf(arg, "%c%.*s", signs[d->kind], SPAN_ARG(d->pointer));
	if (d->kind == JDIFF_CHANGED ||
	    (d->kind == JDIFF_MOVED && !span_equal(d->was.text, d->is.text)))
		buf_addf(arg, " %.*s %.*s", SPAN_ARG(d->was.text),
			 SPAN_ARG(d->is.text));
	buf_add_byte(arg, '\n');
}

static void check(const char *was, const char *is, unsigned flags,
		  const char *want)
{
	struct buf out = BUF_INIT(1000);
	size_t lines = 0, count;

	count = jscan_diff(root_of(was), root_of(is), flags, 100, on_diff,
			   &out);
	for (const char *c = want; *c != '\0'; c++)
		lines += *c == '\n';
	assert_string_equal(buf_str(&out), want);
	assert_int_equal(count, lines);
	buf_clear(&out);
}

static void t_same(void **state)
{
	(void)state;
	check("{\"a\":[1,{\"b\":null}]}", "{ \"a\" : [1, {\"b\":null} ] }",
	      JDIFF_ORDER | JDIFF_EXACT, "");
	check("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", 0, "");
	check("{\"a\":1}", "{\"\\u0061\":1}", JDIFF_EXACT, "");
}

static void t_members(void **state)
{
	(void)state;
	check("{\"a\":1,\"b\":2}", "{\"a\":1}", 0, "-/b\n");
	check("{\"a\":1}", "{\"a\":1,\"b\":2}", 0, "+/b\n");
	check("{\"a\":1}", "{\"a\":true}", 0, "!/a 1 true\n");
	check("1", "2", 0, "! 1 2\n");
	check("{\"x/y\":{\"~\":1}}", "{\"x/y\":{}}", 0, "-/x~1y/~0\n");
	check("{\"a\":1,\"a\":2}", "{\"a\":1}", 0, "-/a\n");
	check("{\"b\":1}", "{\"a\":1}", 0, "-/b\n+/a\n");
	check("{\"a\":1,\"c\":1}", "{\"b\":1,\"c\":1}", 0, "-/a\n+/b\n");
}

static void t_outermost(void **state)
{
	(void)state;
	check("{\"a\":{\"x\":1,\"y\":1},\"b\":1}", "{\"a\":{\"y\":2},\"c\":1}",
	      0, "-/b\n+/c\n-/a/x\n!/a/y 1 2\n");
}

static void t_order(void **state)
{
	unsigned order = JDIFF_ORDER;

	(void)state;
	check("{\"a\":1,\"b\":2,\"c\":3}", "{\"c\":3,\"a\":1,\"b\":2}", order,
	      ">/c\n");
	check("{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":2,\"c\":3,\"a\":1}", order,
	      ">/a\n");
	check("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", order, ">/b\n");
	check("{\"a\":1,\"b\":2}", "{\"b\":3,\"a\":1}", order,
	      ">/b 2 3\n!/b 2 3\n");
	check("{\"a\":1,\"b\":2,\"c\":3}", "{\"b\":2,\"c\":3,\"a\":4}", order,
	      ">/a 1 4\n!/a 1 4\n");
	check("{\"a\":1,\"x\":0,\"b\":2}", "{\"a\":1,\"b\":2,\"y\":0}", order,
	      "-/x\n+/y\n");
	check("[{\"a\":1,\"b\":2}]", "[{\"b\":2,\"a\":1}]", order, ">/0/b\n");
}

static void t_loose_root(void **state)
{
	unsigned loose = JDIFF_ORDER | JDIFF_LOOSE_ROOT;

	(void)state;
	check("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", loose, "");
	check("{\"a\":1,\"b\":{\"c\":1,\"d\":2}}",
	      "{\"b\":{\"d\":2,\"c\":1},\"a\":1}", loose, ">/b/d\n");
	check("[{\"a\":1,\"b\":2},3]", "[3]", loose, "-/0\n");
	check("[{\"a\":1,\"b\":2}]", "[{\"b\":2,\"a\":1}]", loose, ">/0/b\n");
}

static void t_spelling(void **state)
{
	(void)state;
	check("[1.0,\"A\",1e2]", "[1,\"\\u0041\",100]", 0, "");
	check("[1.0,\"A\"]", "[1,\"\\u0041\"]", JDIFF_EXACT,
	      "!/0 1.0 1\n!/1 \"A\" \"\\u0041\"\n");
	check("9007199254740993", "9007199254740992", 0,
	      "! 9007199254740993 9007199254740992\n");
}

static void t_items(void **state)
{
	(void)state;
	check("[1,2,3,4]", "[1,3,4]", 0, "-/1\n");
	check("[1,3,4]", "[1,2,3,4]", 0, "+/1\n");
	check("[1,2,3]", "[1,9,3]", 0, "!/1 2 9\n");
	check("[]", "[1,2]", 0, "+/0\n+/1\n");
	check("[{\"a\":1},{\"b\":1}]", "[{\"b\":1.0}]", 0, "-/0\n");
	check("[1,2,3,4,5,6]", "[1,3,4,5]", 0, "-/1\n-/5\n");
	check("[1,2,3,4,5,6,7]", "[1,3,4,8,5,7]", 0, "-/1\n+/3\n-/5\n");
	check("[1,2,3]", "[1,9,8,7,3]", 0, "-/1\n+/1\n+/2\n+/3\n");
	check("[1,1,1]", "[1,1]", 0, "-/2\n");
}

static void t_most(void **state)
{
	struct buf out = BUF_INIT(100);

	(void)state;
	assert_int_equal(jscan_diff(root_of("[1,2,3]"), root_of("[4,5,6]"), 0,
				    1, on_diff, &out),
			 3);
	assert_string_equal(buf_str(&out), "!/0 1 4\n");
	assert_int_equal(
		jscan_diff(root_of("1"), root_of("2"), 0, 9, NULL, NULL), 1);
	buf_clear(&out);
}

/* `count` items that are all unlike those from another base. */
static void add_items(struct buf *out, int base, int count)
{
	buf_add_byte(out, '[');
	for (int i = 0; i < count; i++)
		buf_addf(out, "%s{\"n\":%d}", i > 0 ? "," : "", base + i);
	buf_add_byte(out, ']');
}

static void t_hostile(void **state)
{
	struct buf was = BUF_INIT(BUF_NO_LIMIT), is = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	add_items(&was, 100000, 4000);
	add_items(&is, 200000, 4001);
	assert_int_equal(jscan_diff(root_of(buf_str(&was)),
				    root_of(buf_str(&is)), 0, 0, NULL, NULL),
			 8001);
	buf_clear(&was);
	buf_clear(&is);
}

static void t_deep(void **state)
{
	char was[2 * JSCAN_DEPTH_LIMIT + 2], is[2 * JSCAN_DEPTH_LIMIT + 2];

	(void)state;
	memset(was, '[', JSCAN_DEPTH_LIMIT);
	memset(was + JSCAN_DEPTH_LIMIT + 1, ']', JSCAN_DEPTH_LIMIT);
	was[sizeof(was) - 1] = '\0';
	memcpy(is, was, sizeof(is));
	was[JSCAN_DEPTH_LIMIT] = '1';
	is[JSCAN_DEPTH_LIMIT] = '2';
	assert_int_equal(jscan_diff(root_of(was), root_of(is), JDIFF_ORDER, 0,
				    NULL, NULL),
			 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "jdiff: white space and order of members are no difference",
		  t_same, NULL, NULL, NULL },
		{ "jdiff: members are lost, added and changed", t_members, NULL,
		  NULL, NULL },
		{ "jdiff: a container's own differences come first",
		  t_outermost, NULL, NULL, NULL },
		{ "jdiff: a moved member is told once", t_order, NULL, NULL,
		  NULL },
		{ "jdiff: the root's own members may stand anywhere",
		  t_loose_root, NULL, NULL, NULL },
		{ "jdiff: spelling counts only if it is asked for", t_spelling,
		  NULL, NULL, NULL },
		{ "jdiff: an item lost in the middle is one difference",
		  t_items, NULL, NULL, NULL },
		{ "jdiff: all are counted, only the first are told", t_most,
		  NULL, NULL, NULL },
		{ "jdiff: long lists without a common item end soon", t_hostile,
		  NULL, NULL, NULL },
		{ "jdiff: the deepest document is compared to its bottom",
		  t_deep, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("jdiff", tests, NULL, NULL);
}
