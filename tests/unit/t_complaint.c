/* Tests of reports/complaint: failures as sentences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reports/complaint.h"
#include "wire/bytes/mem.h"

static char name[] = "what is true of a good gateway";

/* Outcomes own their texts; these are only looked at. */
static char *text(const char *one)
{
	union {
		const char *in;
		char *out;
	} u = { .in = one };

	return u.out;
}

static struct outcome failed(const char *expect, const char *wanted,
			     const char *got, const char *difference)
{
	return (struct outcome){ .name = name,
				 .verdict = VERDICT_FAIL,
				 .expect = text(expect),
				 .wanted = text(wanted),
				 .got = text(got),
				 .difference = text(difference) };
}

static void check(const struct outcome *o, const char *want)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	complaint_write(o, &out);
	assert_string_equal(buf_str(&out), want);
	buf_clear(&out);
}

static const struct {
	const char *expect, *wanted, *got, *difference, *want;
} rows[] = {
	{ "c1.status == 401", "401", "200", NULL,
	  "the status is 200; it should be 401" },
	{ "c2.status in [404, 405]", "one of [404, 405]", "500", NULL,
	  "the status (c2) is 500; it should be one of [404, 405]" },
	{ "u.requests.count == 0", "0", "1", NULL,
	  "the number of requests at the provider is 1; it should be 0" },
	{ "u1[2].request.header.anthropic-beta == \"a,b\"", "\"a,b\"",
	  "nothing: there is no such header", NULL,
	  "the request's anthropic-beta at the provider (u1[2]) is missing; it "
	  "should be a,b" },
	{ "u1.request.header.x == c1.request.header.x",
	  "c1.request.header.x: a", "b", NULL,
	  "the request's x at the provider is b; it should be a" },
	{ "c1.header.content-type ~ \"^application/json\"",
	  "a match of \"^application/json\"", "text/html", NULL,
	  "the answer's content-type is text/html; it should match "
	  "\"^application/json\"" },
	{ "c1.body#/error/message ~ \".\"", "a match of \".\"",
	  "nothing: nothing at this pointer", NULL,
	  "/error/message of the answer's body is missing" },
	{ "c1.body#/error/type == \"x\"", "\"x\"", "\"y\"", NULL,
	  "/error/type of the answer's body is \"y\"; it should be \"x\"" },
	{ "c1.event[message_start]#/message/usage/input_tokens > 3",
	  "more than 3", "nothing: the answer is not an event stream", NULL,
	  "/message/usage/input_tokens of event message_start is missing (the "
	  "answer is not an event stream); it should be more than 3" },
	{ "c1.finish absent", "absent", "end_turn", NULL,
	  "the stop reason is end_turn; there should be none" },
	{ "c1.header.request-id present", "present",
	  "nothing: there is no such header", NULL,
	  "the answer's request-id is missing; it should be there" },
	{ "c1.header.a != \"b\"", "anything but \"b\"", "b", NULL,
	  "the answer's a is b; it should be anything but b" },
	{ "c1.header.a == \"\"", "\"\"", "b", NULL,
	  "the answer's a is b; it should be " },
	{ "c1.header.a == \"", "\"", "b", NULL,
	  "the answer's a is b; it should be \"" },
	{ "c1.header.a == \"a\\\"\"", "\"a\\\"\"", "b", NULL,
	  "the answer's a is b; it should be \"a\\\"\"" },
	{ "c1.header.a == \"a\"\"", "\"a\"\"", "b", NULL,
	  "the answer's a is b; it should be \"a\"\"" },
	{ "c1.header.a !~ \"^x\"", "no match of \"^x\"", "xy", NULL,
	  "the answer's a is xy; it should not match \"^x\"" },
	{ "c1.header.a has \"x\"", "contains \"x\"", "y", NULL,
	  "the answer's a is y; it should contain \"x\"" },
	{ "c1.header.a lacks \"x\"", "does not contain \"x\"", "x", NULL,
	  "the answer's a is x; it should not contain \"x\"" },
	{ "c1.body.length < 3", "less than 3", "4", NULL,
	  "the length of the answer's body is 4; it should be less than 3" },
	{ "c1.events.count <= 3", "at most 3", "4", NULL,
	  "the number of events is 4; it should be at most 3" },
	{ "c1.pings.count >= 1", "at least 1", "0", NULL,
	  "the number of pings is 0; it should be at least 1" },
	{ "c1.tool_input[0]#/a > 1", "more than 1", "1", NULL,
	  "/a of the input of tool call 0 is 1; it should be more than 1" },
	{ "c1.text == c2.text", "c2.text", "b", NULL,
	  "the text is b; it should be c2.text" },
	{ "c1.text == c2.text", "c2.text of: a", "b", NULL,
	  "the text is b; it should be c2.text of: a" },
	{ "c1.text == c2.text", "c3.text: a", "b", NULL,
	  "the text is b; it should be c3.text: a" },
	/* An unknown operator, or a wanted value in other words. */
	{ "c1.status about 3", "about 3", "4", NULL,
	  "not so: what is true of a good gateway: got 4, wanted about 3" },
	{ "c1.status < 3", "3", "4", NULL,
	  "not so: what is true of a good gateway: got 4, wanted 3" },
	{ "c1.status == 3", NULL, "4", NULL,
	  "not so: what is true of a good gateway: got 4" },
	{ "c1.status == 3", "3", NULL, NULL,
	  "not so: what is true of a good gateway" },
	{ NULL, "3", "4", NULL, "not so: what is true of a good gateway: 4" },
	{ "c1.status == 3", "in time", "too late", NULL,
	  "not so: what is true of a good gateway: too late" },
	{ "c1.body same-bytes u1.body", "the bytes of u1.body", "{}",
	  "lost /a 1\n1\n\n",
	  "not so: what is true of a good gateway: lost /a 1 (and 1 more)" },
	/* A wish of sixty bytes still says something in a line. */
	{ "c1.body == 1",
	  "123456789 123456789 123456789 123456789 123456789 123456789_", "2",
	  NULL,
	  "not so: what is true of a good gateway: got 2, wanted 123456789 "
	  "123456789 123456789 123456789 123456789 123456789_" },
	{ "c1.body == 1",
	  "123456789 123456789 123456789 123456789 123456789 123456789_x", "2",
	  NULL, "not so: what is true of a good gateway: got 2" },
	/* If no sentence fits, the check's name and the first difference are
	 * told. */
	{ "u1.request.body same-json c1.request.body",
	  "the JSON of c1.request.body", "{}", "added /user \"x\"",
	  "not so: what is true of a good gateway: added /user \"x\"" },
	{ "c1.body same-bytes u1.body", "the bytes of u1.body", "{}",
	  "lost /a 1\nlost /b 2\nlost /c 3",
	  "not so: what is true of a good gateway: lost /a 1 (and 2 more)" },
	{ "c1.grammar == \"ok\"", "\"ok\"", "event 1: a second message_start",
	  NULL,
	  "not so: what is true of a good gateway: event 1: a second "
	  "message_start" },
	{ "c1.body !~ \"<html\"", "no match of \"<html\"", "<html>", NULL,
	  "not so: what is true of a good gateway: got <html>, wanted no match "
	  "of \"<html\"" },
	{ "c2.text == c1.text", "c1.text: nothing: there is no message",
	  "nothing: there is no message", NULL,
	  "not so: what is true of a good gateway: there is no message" },
	{ "u1.mark.half present", "in time", "it held only later", NULL,
	  "not so: what is true of a good gateway: it held only later" },
	{ "c1 ends", "an end of c1", "it was still open", NULL,
	  "not so: what is true of a good gateway: it was still open" },
	{ NULL, NULL, NULL, NULL, "not so: what is true of a good gateway" },
};

static void t_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct outcome o = failed(rows[i].expect, rows[i].wanted,
					  rows[i].got, rows[i].difference);

		check(&o, rows[i].want);
	}
}

/* A value that is cut would say the wrong thing, a wish that is cut does not;
 * lines of a body do not become lines of a report. */
static void t_long(void **state)
{
	char *many = xcalloc(1, 301);
	struct outcome o;
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	memset(many, 'x', 300);
	o = failed("c1.header.a == \"b\"", "\"b\"", many, NULL);
	assert_false(complaint_sentence(&o, &out));
	assert_int_equal(out.len, 0);
	complaint_write(&o, &out);
	assert_true(out.len < 200);
	assert_non_null(strstr(buf_str(&out), "xxx..., wanted \"b\""));
	buf_reset(&out);
	o = failed("c1.header.a == \"b\"", many, "b", NULL);
	assert_true(complaint_sentence(&o, &out));
	assert_true(out.len < 200);
	buf_reset(&out);
	o = failed("c1.text == \"b\"", "\"b\"", "a\nb\xff\xc3", NULL);
	complaint_write(&o, &out);
	assert_null(strchr(buf_str(&out), '\n'));
	buf_clear(&out);
	free(many);
}

static void t_case(void **state)
{
	struct outcome list[] = {
		failed("c1.status == 401", "401", "200", NULL),
		failed("c1.end == \"clean\"", "\"clean\"", "cut", NULL),
		failed("c1.end == \"clean\"", "\"clean\"", "cut", NULL)
	};
	struct result r = { .verdict = VERDICT_FAIL,
			    .reason = name,
			    .outcomes = list,
			    .outcome_count = 3 };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	static char found[] = "the gateway could not be reached";

	(void)state;
	list[2].level = LEVEL_MAY;
	assert_true(complaint_is_reason(&r));
	complaint_of(&r, &out);
	assert_string_equal(buf_str(&out),
			    "the status is 200; it should be 401 (and 1 more "
			    "check)");
	buf_reset(&out);
	r.reason = found;
	assert_false(complaint_is_reason(&r));
	complaint_of(&r, &out);
	assert_string_equal(buf_str(&out), found);
	buf_clear(&out);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "complaint: what was got, and what was wanted instead",
		  t_rows, NULL, NULL, NULL },
		{ "complaint: long values and lines", t_long, NULL, NULL,
		  NULL },
		{ "complaint: of a case, what was found out or its worst check",
		  t_case, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("complaint", tests, NULL, NULL);
}
