/* Tests of mockupstream/script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/script.h"

static struct script *read_ok(const char *text)
{
	struct script *s = NULL;
	struct fail f = FAIL_INIT;

	if (script_read(&s, "x.sse", span_of(text), &f) < 0)
		fail_msg("%s", f.text);
	return s;
}

static void assert_refused(const char *text, const char *message)
{
	struct script *s = NULL;
	struct fail f = FAIL_INIT;

	assert_int_equal(script_read(&s, "x.sse", span_of(text), &f), -1);
	assert_null(s);
	assert_string_equal(f.text, message);
}

static void assert_send(const struct script *s, size_t step, const char *bytes)
{
	assert_true(step < s->count);
	assert_int_equal(s->steps[step].op, SCRIPT_SEND);
	assert_int_equal(s->steps[step].bytes.len, strlen(bytes));
	assert_memory_equal(s->steps[step].bytes.at, bytes, strlen(bytes));
}

static void t_plain_stream(void **state)
{
	struct script *s = read_ok("event: a\ndata: 1\n\n: hi\ndata: 2\n\n");

	(void)state;
	assert_int_equal(s->count, 3);
	assert_send(s, 0, "event: a\ndata: 1\n\n");
	assert_send(s, 1, ": hi\n");
	assert_send(s, 2, "data: 2\n\n");
	assert_int_equal(s->steps[2].line, 5);
	script_free(s);
}

static void t_line_ends(void **state)
{
	struct script *s = read_ok("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\r\n");

	(void)state;
	assert_int_equal(s->count, 3);
	assert_send(s, 0, "data: 1\r\n\r\n");
	assert_send(s, 1, "data: 2\r\r");
	assert_send(s, 2, "data: 3\n\r\n");
	script_free(s);
}

static void t_nothing_is_lost(void **state)
{
	const char *text = "\n\n: c\n\ndata: 1\n: inside\n\n\n\ndata: 2";
	struct script *s = read_ok(text);
	size_t at = 0;

	(void)state;
	for (size_t i = 0; i < s->count; i++) {
		struct span b = s->steps[i].bytes;

		assert_memory_equal(b.at, text + at, b.len);
		at += b.len;
	}
	assert_int_equal(at, strlen(text));
	script_free(s);
}

static void t_directives(void **state)
{
	struct script *s = read_ok(": @compress br\n: @wait 20\n: @mark m.1\n"
				   ": @hold h-2\n: @pace 5\n: @slice 7\n"
				   ": @split 1 4\n: @repeat 3\ndata: 1\n\n"
				   ": @pace 0\n: @slice 0\ndata: 2\n\n"
				   ": @cut fin\n: @cut rst\n: @stall\n"
				   ": @end\n");
	const struct script_step *e = &s->steps[3];

	(void)state;
	assert_int_equal(s->coding, CODING_BR);
	assert_int_equal(s->count, 9);
	assert_int_equal(s->steps[0].op, SCRIPT_WAIT);
	assert_int_equal(s->steps[0].ms, 20);
	assert_int_equal(s->steps[1].op, SCRIPT_MARK);
	assert_string_equal(s->steps[1].name, "m.1");
	assert_int_equal(s->steps[2].op, SCRIPT_HOLD);
	assert_string_equal(s->steps[2].name, "h-2");
	assert_send(s, 3, "data: 1\n\n");
	assert_int_equal(e->repeat, 3);
	assert_int_equal(e->slice, 7);
	assert_int_equal(e->ms, 5);
	assert_int_equal(e->sizes_count, 2);
	assert_int_equal(e->sizes[0], 1);
	assert_int_equal(e->sizes[1], 4);
	assert_int_equal(s->steps[4].repeat, 1);
	assert_int_equal(s->steps[4].slice, 0);
	assert_int_equal(s->steps[4].ms, 0);
	assert_int_equal(s->steps[4].sizes_count, 0);
	assert_int_equal(s->steps[5].op, SCRIPT_CUT_FIN);
	assert_int_equal(s->steps[6].op, SCRIPT_CUT_RST);
	assert_int_equal(s->steps[7].op, SCRIPT_STALL);
	assert_int_equal(s->steps[8].op, SCRIPT_END);
	script_free(s);
}

static void t_blank_after_directive(void **state)
{
	struct script *s = read_ok(": @wait 1\n\ndata: 1\n\n: @wait 1\r\n\r\n");

	(void)state;
	assert_int_equal(s->count, 3);
	assert_send(s, 1, "data: 1\n\n");
	script_free(s);
}

/* A million steps are many, and one more is too many. */
static void t_steps(void **state)
{
	enum { MOST = 1000000 };
	char *text = malloc(3 * (MOST + 1) + 1);
	struct script *s;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i <= MOST; i++)
		memcpy(text + 3 * i, ":a\n", 3);
	text[3 * (MOST + 1)] = '\0';
	assert_refused(text, "x.sse:1000001: the script has too many steps");
	text[3 * MOST] = '\0';
	s = read_ok(text);
	assert_int_equal(s->count, MOST);
	script_free(s);
	free(text);
}

static void t_refused(void **state)
{
	(void)state;
	assert_refused("data: 1\n: @wait 5\n\n",
		       "x.sse:2: a directive inside an event: @ 'wait'");
	assert_refused(": @waitt 5\n", "x.sse:1: unknown directive @waitt; "
				       "did you mean @wait?");
	assert_refused(": @wait soon\n", "x.sse:1: not a whole number: 'soon'");
	assert_refused(": @wait 99999999\n",
		       "x.sse:1: out of range: '99999999'");
	assert_refused(": @wait\n",
		       "x.sse:1: a value is missing after @ 'wait'");
	assert_refused(": @wait 1 2\n", "x.sse:1: one value, not '1 2'");
	assert_refused(": @end now\n",
		       "x.sse:1: nothing may follow here: 'now'");
	assert_refused("data: 1\n\n: @compress gzip\n",
		       "x.sse:3: @compress may only be the first line");
	assert_refused(": @compress lzma\n",
		       "x.sse:1: @compress wants gzip, br or zstd, not "
		       "'lzma'");
	assert_refused(": @cut\n", "x.sse:1: a value is missing after @ "
				   "'cut'");
	assert_refused(": @split 5 5\ndata: 12345\n\n",
		       "x.sse:1: out of range: '5'");
	assert_refused(": @split 40\ndata: 1\n\n",
		       "x.sse:1: @split is after the end of its event");
	assert_refused(": @repeat 3\n: @wait 1\ndata: 1\n\n",
		       "x.sse:1: @split and @repeat must come right before "
		       "their event, not before @ 'wait'");
	assert_refused(": @repeat 2\n",
		       "x.sse:1: no event follows this directive");
	assert_refused(": @repeat 0\ndata: 1\n\n",
		       "x.sse:1: out of range: '0'");
	assert_refused(": @hold a b\n", "x.sse:1: one value, not 'a b'");
	assert_refused(": @wait 3600001\n", "x.sse:1: out of range: '3600001'");
	assert_refused(": @wait -1\n", "x.sse:1: not a whole number: '-1'");
	assert_refused(": @split 0\ndata: 1\n\n", "x.sse:1: out of range: '0'");
	assert_refused(": @split 1\n: @split 2\ndata: 1\n\n",
		       "x.sse:2: a second @split");
	assert_refused(": @repeat 1\n: @repeat 2\ndata: 1\n\n",
		       "x.sse:2: a second @repeat");
	assert_refused(": @cut soon\n",
		       "x.sse:1: @cut wants fin or rst, not 'soon'");
	assert_refused(
		": @hold a/b\n",
		"x.sse:1: a name must have letters, digits, '-', '_' and "
		"'.', at most 64: 'a/b'");
	assert_refused(
		": @mark x12345678901234567890123456789012345678901234"
		"56789012345678901234\n",
		"x.sse:1: a name must have letters, digits, '-', '_' and "
		"'.', at most 64: 'x12345678901234567890123456789012345"
		"67890123456789012345678901234'");
}

/* Names of every letter there may be, up to 64 of them; waits up to an hour;
 * and a split just before the end of its event. */
static void t_bounds(void **state)
{
	struct script *s = read_ok(
		": @hold azAZ09-_.\n"
		": @mark "
		"a234567890123456789012345678901234567890123456789012345"
		"678901234\n"
		": @wait 3600000\n: @wait 0\n: @split 8\ndata: 1\n\n");

	(void)state;
	assert_int_equal(s->count, 5);
	assert_string_equal(s->steps[0].name, "azAZ09-_.");
	assert_int_equal(strlen(s->steps[1].name), 64);
	assert_int_equal(s->steps[2].ms, 3600000);
	assert_int_equal(s->steps[3].ms, 0);
	assert_int_equal(s->steps[4].sizes[0], 8);
	assert_int_equal(s->coding, CODING_NONE);
	script_free(s);
	assert_refused(": @split 9\ndata: 1\n\n",
		       "x.sse:1: @split is after the end of its event");
	for (int c = 1; c < 256; c++) {
		char text[] = ": @hold a?b\n";
		struct script *named = NULL;
		bool is_good = (c >= 'a' && c <= 'z') ||
			       (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '-' || c == '_' ||
			       c == '.';

		if (c == '\n' || c == '\r')
			continue;
		text[9] = (char)c;
		assert_int_equal(script_read(&named, "x", span_of(text), NULL),
				 is_good ? 0 : -1);
		script_free(named);
	}
	script_free(NULL);
}

/* Every coding there is. */
static void t_codings(void **state)
{
	static const struct {
		const char *text;
		enum script_coding coding;
	} rows[] = {
		{ ": @compress gzip\ndata: 1\n\n", CODING_GZIP },
		{ ": @compress br\ndata: 1\n\n", CODING_BR },
		{ ": @compress zstd\ndata: 1\n\n", CODING_ZSTD },
		{ "data: 1\n\n", CODING_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct script *s = read_ok(rows[i].text);

		assert_int_equal(s->coding, rows[i].coding);
		assert_int_equal(s->count, 1);
		script_free(s);
	}
}

/* Twice of an event, and nothing of a comment. */
static void put_twice(void *arg, struct span bytes, struct buf *out)
{
	size_t *calls = arg;

	(*calls)++;
	if (span_starts(bytes, ":"))
		return;
	buf_add_span(out, bytes);
	buf_add_span(out, bytes);
}

static void t_map(void **state)
{
	struct script *from = read_ok(": @compress br\n: @pace 7\n: @slice 5\n"
				      ": gone\n: @mark m\n: @split 3\n"
				      ": @repeat 4\ndata: 1\n\n: @hold h\n"
				      "data: 2\n\n: @wait 9\n: @cut rst\n");
	size_t calls = 0;
	struct script *s = script_map(from, put_twice, &calls);

	(void)state;
	script_free(from);
	assert_int_equal(calls, 3);
	assert_int_equal(s->coding, CODING_BR);
	assert_int_equal(s->count, 6);
	assert_string_equal(s->steps[0].name, "m");
	assert_send(s, 1, "data: 1\n\ndata: 1\n\n");
	assert_int_equal(s->steps[1].sizes_count, 1);
	assert_int_equal(s->steps[1].sizes[0], 3);
	assert_int_equal(s->steps[1].repeat, 4);
	assert_int_equal(s->steps[1].slice, 5);
	assert_int_equal(s->steps[1].ms, 7);
	assert_int_equal(s->steps[2].op, SCRIPT_HOLD);
	assert_string_equal(s->steps[2].name, "h");
	assert_send(s, 3, "data: 2\n\ndata: 2\n\n");
	assert_int_equal(s->steps[4].ms, 9);
	assert_int_equal(s->steps[5].op, SCRIPT_CUT_RST);
	script_free(s);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "script: a recorded stream is a script", t_plain_stream, NULL,
		  NULL, NULL },
		{ "script: every line end is kept", t_line_ends, NULL, NULL,
		  NULL },
		{ "script: what is no directive is sent, to the last byte",
		  t_nothing_is_lost, NULL, NULL, NULL },
		{ "script: each directive is read", t_directives, NULL, NULL,
		  NULL },
		{ "script: a blank line behind a directive is not sent",
		  t_blank_after_directive, NULL, NULL, NULL },
		{ "script: it may have a million steps", t_steps, NULL, NULL,
		  NULL },
		{ "script: each mistake has its line", t_refused, NULL, NULL,
		  NULL },
		{ "script: values that are just allowed", t_bounds, NULL, NULL,
		  NULL },
		{ "script: each coding is known", t_codings, NULL, NULL, NULL },
		{ "script: the same steps with other bytes", t_map, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
