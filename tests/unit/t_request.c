/* Tests of probe/suite/request and edit: bytes around an edit stay as they were. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "probe/suite/casefile.h"

#define BODY "{\"a\": [1, 2 ,3],\"b\":{ },\"c\":\"\\u00e9\" }"

static void edit(const struct edit *edits, size_t count, const char *body,
		 struct buf *out, struct fail *f)
{
	struct request r = { .body = (char *)body,
			     .body_len = strlen(body),
			     .edits = (struct edit *)edits,
			     .edit_count = count };

	buf_init(out, 4096);
	assert_int_equal(request_body(&r, out, f), f->code == FAIL_OK ? 0 : -1);
}

static struct edit edit_of(enum edit_kind kind, const char *pointer,
			   const char *text)
{
	return (struct edit){ .kind = kind,
			      .pointer = (char *)pointer,
			      .text = (char *)text,
			      .text_len = text != NULL ? strlen(text) : 0 };
}

static void assert_body(enum edit_kind kind, const char *pointer,
			const char *text, const char *wanted)
{
	struct edit e = edit_of(kind, pointer, text);
	struct fail f = FAIL_INIT;
	struct buf out;

	edit(&e, 1, BODY, &out, &f);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void t_set(void **state)
{
	(void)state;
	assert_body(EDIT_SET, "/a/1", "2.0",
		    "{\"a\": [1, 2.0 ,3],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_SET, "/b/x~1y", "true",
		    "{\"a\": [1, 2 ,3],\"b\":{\"x/y\":true },"
		    "\"c\":\"\\u00e9\" }");
	assert_body(EDIT_SET, "/d", "null",
		    "{\"a\": [1, 2 ,3],\"b\":{ },\"c\":\"\\u00e9\","
		    "\"d\":null }");
	assert_body(EDIT_SET, "/a/last", "9",
		    "{\"a\": [1, 2 ,9],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_SET, "", "[]", "[]");
	assert_body(EDIT_SET, "/b/x~0y~", "1",
		    "{\"a\": [1, 2 ,3],\"b\":{\"x~y~\":1 },"
		    "\"c\":\"\\u00e9\" }");
	assert_body(EDIT_SET, "/b/", "1",
		    "{\"a\": [1, 2 ,3],\"b\":{\"\":1 },\"c\":\"\\u00e9\" }");
}

static void t_remove(void **state)
{
	(void)state;
	assert_body(EDIT_REMOVE, "/a", NULL, "{\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_REMOVE, "/c", NULL, "{\"a\": [1, 2 ,3],\"b\":{ } }");
	assert_body(EDIT_REMOVE, "/a/0", NULL,
		    "{\"a\": [2 ,3],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_REMOVE, "/a/-", NULL,
		    "{\"a\": [1, 2],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_REMOVE, "", NULL, "");
}

static void t_insert(void **state)
{
	(void)state;
	assert_body(EDIT_INSERT, "/a/0", "0",
		    "{\"a\": [0,1, 2 ,3],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_INSERT, "/a/2", "0",
		    "{\"a\": [1, 2 ,0,3],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_INSERT, "/a/3", "4",
		    "{\"a\": [1, 2 ,3,4],\"b\":{ },\"c\":\"\\u00e9\" }");
	assert_body(EDIT_INSERT, "/a/-", "4",
		    "{\"a\": [1, 2 ,3,4],\"b\":{ },\"c\":\"\\u00e9\" }");
}

static void t_bytes(void **state)
{
	(void)state;
	assert_body(EDIT_BYTES, "/c", "\"\xff",
		    "{\"a\": [1, 2 ,3],\"b\":{ },\"c\":\"\xff }");
	assert_body(EDIT_BYTES, "", "no JSON", "no JSON");
}

static void t_fill(void **state)
{
	struct edit e = edit_of(EDIT_FILL, "/c", NULL);
	struct fail f = FAIL_INIT;
	struct buf out;

	(void)state;
	e.number = 5;
	edit(&e, 1, "{\"c\":1}", &out, &f);
	assert_string_equal(buf_str(&out), "{\"c\":\"a wid\"}");
	buf_clear(&out);
}

static void t_outline(void **state)
{
	struct edit list[] = { edit_of(EDIT_FILL, "/c", NULL),
			       edit_of(EDIT_SET, "/d", "2") };
	struct request r = { .body = (char *)"{}",
			     .body_len = 2,
			     .edits = list,
			     .edit_count = 2 };
	struct fail f = FAIL_INIT;
	struct buf out = BUF_INIT(50);

	(void)state;
	list[0].number = 64 * 1024 * 1024;
	assert_int_equal(request_outline(&r, &out, &f), 0);
	assert_string_equal(buf_str(&out), "{\"c\":\"\",\"d\":2}");
	buf_clear(&out);
}

static void t_in_order(void **state)
{
	struct edit list[] = { edit_of(EDIT_SET, "/a", "[]"),
			       edit_of(EDIT_INSERT, "/a/-", "1"),
			       edit_of(EDIT_INSERT, "/a/-", "2"),
			       edit_of(EDIT_REMOVE, "/a/0", NULL) };
	struct fail f = FAIL_INIT;
	struct buf out;

	(void)state;
	edit(list, 4, "{}", &out, &f);
	assert_string_equal(buf_str(&out), "{\"a\":[2]}");
	buf_clear(&out);
}

static void assert_bad(enum edit_kind kind, const char *pointer,
		       const char *body, const char *wanted)
{
	struct edit e = edit_of(kind, pointer, "1");
	struct request r = { .body = (char *)body,
			     .body_len = strlen(body),
			     .edits = &e,
			     .edit_count = 1 };
	struct fail f = FAIL_INIT;
	struct buf out = BUF_INIT(4096);

	assert_int_equal(request_body(&r, &out, &f), -1);
	assert_string_equal(f.text, wanted);
	buf_clear(&out);
}

static void t_no_place(void **state)
{
	(void)state;
	assert_bad(EDIT_SET, "/x/y", BODY,
		   "edit 1, '/x/y': nothing is there, and no object to add it "
		   "to");
	assert_bad(EDIT_SET, "/a/7", BODY,
		   "edit 1, '/a/7': nothing is there, and no object to add it "
		   "to");
	assert_bad(EDIT_REMOVE, "/x", BODY, "edit 1, '/x': nothing is there");
	assert_bad(EDIT_INSERT, "/b/0", BODY,
		   "edit 1, '/b/0': there is no "
		   "array");
	assert_bad(EDIT_INSERT, "/a/4", BODY,
		   "edit 1, '/a/4': the array has no such place");
	assert_bad(EDIT_INSERT, "/a/x", BODY,
		   "edit 1, '/a/x': an index or '-' should be last");
	assert_bad(EDIT_INSERT, "", BODY,
		   "edit 1, '': a pointer must begin with '/'");
	assert_bad(EDIT_INSERT, "/c/0", BODY,
		   "edit 1, '/c/0': there is no array");
	assert_bad(EDIT_INSERT, "/x/0", BODY,
		   "edit 1, '/x/0': there is no array");
	assert_bad(EDIT_SET, "/c/0", BODY,
		   "edit 1, '/c/0': nothing is there, and no object to add it "
		   "to");
	assert_bad(EDIT_SET, "a", BODY,
		   "edit 1, 'a': a pointer must begin with '/'");
	assert_bad(
		EDIT_SET, "/a", "{",
		"edit 1: the body is not JSON (1:2: end of text, but a key in "
		"quotes should be here)");
}

static void t_limit(void **state)
{
	struct edit e = edit_of(EDIT_FILL, "/c", NULL);
	struct request r = { .body = (char *)"{}",
			     .body_len = 2,
			     .edits = &e,
			     .edit_count = 1 };
	struct fail f = FAIL_INIT;
	struct buf out = BUF_INIT(50);

	(void)state;
	e.number = 100;
	assert_int_equal(request_body(&r, &out, &f), -1);
	assert_string_equal(f.text, "edit 1: the body is too large");
	buf_clear(&out);
}

static const struct CMUnitTest tests[] = {
	{ "edit: set replaces a value or adds a last member", t_set, NULL, NULL,
	  NULL },
	{ "edit: remove takes one comma with it", t_remove, NULL, NULL, NULL },
	{ "edit: insert puts an item before a place or at the end", t_insert,
	  NULL, NULL, NULL },
	{ "edit: bytes need not be JSON", t_bytes, NULL, NULL, NULL },
	{ "edit: fill writes words", t_fill, NULL, NULL, NULL },
	{ "edit: an outline leaves what is filled empty", t_outline, NULL, NULL,
	  NULL },
	{ "edit: each works on what the one before left", t_in_order, NULL,
	  NULL, NULL },
	{ "edit: one that names no place says so", t_no_place, NULL, NULL,
	  NULL },
	{ "edit: a body has a limit", t_limit, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
