/* Tests of probe/run/take: a turn sends back values of an earlier answer. */
#include "makelog.h"

#include "probe/look/subject.h"
#include "probe/run/take.h"
#include "probe/suite/casefile.h"

static struct wlog w;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	put_json(&w, "c1",
		 "{\"type\":\"message\",\"content\":[{\"type\":\"thinking\","
		 "\"thinking\":\"\\u00e9\\n\\\"\",\"signature\":\"S==\"},"
		 "{\"type\":\"tool_use\",\"id\":\"i\",\"name\":\"n\","
		 "\"input\":{\"q\":1.10}}],\"stop_reason\":\"tool_use\"}");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	return 0;
}

/* What an edit that takes `subject` to /a/0 makes of the body. */
static void assert_taken(const char *subject, const char *wanted)
{
	struct edit edits[] = {
		{ .kind = EDIT_SET,
		  .pointer = (char *)"/b",
		  .text = (char *)"true",
		  .text_len = 4 },
		{ .kind = EDIT_TAKE, .pointer = (char *)"/a/0" },
	};
	static char body[] = "{\"a\": [0, 1],\"b\":2}";
	struct request r = { .body = body,
			     .body_len = strlen(body),
			     .edits = edits,
			     .edit_count = 2 };
	struct buf out = BUF_INIT(4096);
	struct fail f = FAIL_INIT;
	struct request taken;
	struct view v;

	assert_int_equal(subject_new(&edits[1].subject, subject, &f), 0);
	assert_true(take_is_needed(&r));
	view_of(&v, &w, RUN);
	take(&r, &v, &taken);
	view_clear(&v);
	assert_int_equal(request_body(&taken, &out, &f), 0);
	assert_string_equal(buf_str(&out), wanted);
	take_clear(&taken);
	buf_clear(&out);
	subject_free(edits[1].subject);
}

static void t_kinds(void **state)
{
	(void)state;
	assert_taken("c1.signature[0]", "{\"a\": [\"S==\", 1],\"b\":true}");
	assert_taken("c1.thinking[0]",
		     "{\"a\": [\"\xc3\xa9\\n\\\"\", 1],\"b\":true}");
	assert_taken("c1.status", "{\"a\": [200, 1],\"b\":true}");
	assert_taken("c1.body#/content/1/input",
		     "{\"a\": [{\"q\":1.10}, 1],\"b\":true}");
}

static void t_list(void **state)
{
	(void)state;
	put_stream(&w, "c3", "event: a\ndata: {}\n\nevent: \"b\ndata: {}\n\n");
	assert_taken("c3.events.names",
		     "{\"a\": [[\"a\",\"\\\"b\"], 1],\"b\":true}");
}

static void t_absent(void **state)
{
	(void)state;
	assert_taken("c2.signature[0]", "{\"a\": [0, 1],\"b\":true}");
	assert_taken("c1.signature[1]", "{\"a\": [0, 1],\"b\":true}");
}

static void t_none(void **state)
{
	struct edit edit = { .kind = EDIT_REMOVE, .pointer = (char *)"/a" };
	struct request r = { .edits = &edit, .edit_count = 1 };

	(void)state;
	assert_false(take_is_needed(&r));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "take: text, numbers and JSON keep their kind", t_kinds,
		  set_up, tear_down, NULL },
		{ "take: a list", t_list, set_up, tear_down, NULL },
		{ "take: what is absent changes nothing", t_absent, set_up,
		  tear_down, NULL },
		{ "take: other edits need no answer", t_none, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("take", tests, NULL, NULL);
}
