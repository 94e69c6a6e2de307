/* Tests of probe/judge/trace: the events of both sides, next to each other. */
#include "makelog.h"

#include <stdio.h>

#include "probe/judge/check.h"

static struct wlog w;
static struct buf out;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	buf_init(&out, BUF_NO_LIMIT);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	buf_clear(&out);
	return 0;
}

static const char *traced(void)
{
	buf_reset(&out);
	trace_write(&w, RUN, &out);
	return buf_str(&out);
}

#define RIGHT "                "

static void t_lines(void **state)
{
	struct wlog_entry *e;

	(void)state;
	wlog_add(&w, 100, RUN + 1, "c1", 1, WLOG_NOTE);
	put_request(&w, "c1", 1,
		    "POST /v1/messages HTTP/1.1\nhost: h\nx-api-key: sk-trace-1"
		    "\nAuthorization: Bearer sk-trace-2\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, "{\"a\":1}");
	e = put(&w, "u1", 2, WLOG_REQUEST);
	wlog_set_text(&w, e, "no \x01 HTTP");
	put_response(&w, "u1", 2,
		     "HTTP/1.1 200 Fine\ncontent-type: text/plain\n\n");
	put_response(&w, "u1", 3, "HTTP/1.1 204 No\n\n");
	put_bytes(&w, "u1", 2, WLOG_DATA, "a\nb");
	put_text(&w, "u1", WLOG_MARK, "half");
	put_step(&w, 2, VERB_UNTIL, OUTCOME_TIMEOUT);
	put_text(&w, "probe", WLOG_NOTE, "a note");
	put_end(&w, "u1", 2, END_CLEAN);
	put_end(&w, "c1", 1, END_CUT);
	e = put(&w, "c2", 1, WLOG_END);
	e->end = END_REFUSED;
	wlog_set_text(&w, e, "nobody listens");
	e = put(&w, "c1", 1, WLOG_USER);
	wlog_set_text(&w, e, "hung");
	wlog_set_bytes(&w, e, span_of("last words\n"));
	assert_string_equal(traced(),
			    "      0.0 ms  c1 > POST /v1/messages, x-api-key: "
			    "<credential, 10 bytes,\n"
			    "                   631b>, Authorization: Bearer "
			    "<credential, 10 bytes,\n"
			    "                   6352>\n"
			    "      1.0 ms  c1 > body of 7 bytes\n"
			    "      2.0 ms" RIGHT "  u1[2] > no \\x01 HTTP\n"
			    "      3.0 ms" RIGHT
			    "  u1[2] < 200 Fine, text/plain\n"
			    "      4.0 ms" RIGHT "  u1[3] < 204 No\n"
			    "      5.0 ms" RIGHT "  u1[2] < 3 bytes: a\\nb\n"
			    "      6.0 ms" RIGHT "  u1 at half\n"
			    "      7.0 ms  probe step 2 until timeout\n"
			    "      8.0 ms  probe a note\n"
			    "      9.0 ms" RIGHT "  u1[2] = clean\n"
			    "     10.0 ms  c1 = cut\n"
			    "     11.0 ms  c2 = refused: nobody listens\n"
			    "     12.0 ms  c1 = the user gets hung: last "
			    "words\\n\n");
}

/* No line is too long for a terminal; nothing is lost by that. */
static void t_width(void **state)
{
	struct span rest, line;
	size_t xs = 0;

	(void)state;
	put_text(
		&w, "u1", WLOG_NOTE,
		"a note xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx "
		"x \xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
		"\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
		"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4");
	rest = span_of(traced());
	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		assert_true(line.len <= 72);
		for (size_t i = 0; i < line.len; i++)
			xs += line.at[i] == 'x';
		assert_true((line.at[line.len - 1] & 0xc0) != 0xc0);
	}
	assert_int_equal(xs, 54);
}

/* A note of the probe, with the lines that it takes. */
static void assert_note(const char *note, const char *wanted)
{
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_text(&w, "probe", WLOG_NOTE, note);
	assert_string_equal(traced(), wanted);
}

#define FIRST "      0.0 ms  probe "
#define NEXT "                      "
#define TEN "aaaaaaaaaa"
#define FIFTY TEN TEN TEN TEN TEN

/* 52 bytes are on the first line, 50 on the others. A blank in the second half
 * is where a line ends. */
static void t_wraps(void **state)
{
	(void)state;
	assert_note(FIFTY "bb", FIRST FIFTY "bb\n");
	assert_note(FIFTY "bbc", FIRST FIFTY "bb\n" NEXT "c\n");
	assert_note(FIFTY "bb" FIFTY, FIRST FIFTY "bb\n" NEXT FIFTY "\n");
	assert_note(FIFTY "bb" FIFTY "c",
		    FIRST FIFTY "bb\n" NEXT FIFTY "\n" NEXT "c\n");
	assert_note(FIFTY "bb cc", FIRST FIFTY "bb\n" NEXT "cc\n");
	assert_note(TEN TEN "bbbbbbb " TEN TEN TEN,
		    FIRST TEN TEN "bbbbbbb\n" NEXT TEN TEN TEN "\n");
	assert_note(TEN TEN "bbbbbb " TEN TEN TEN,
		    FIRST TEN TEN "bbbbbb " TEN TEN "aaaaa\n" NEXT "aaaaa\n");
	assert_note(TEN TEN TEN TEN " " TEN "b",
		    FIRST TEN TEN TEN TEN " " TEN "b\n");
	/* No character is cut. */
	assert_note(FIFTY "b\xc3\xa4", FIRST FIFTY "b\n" NEXT "\xc3\xa4\n");
}

/* Of a long answer the pieces in the middle are a line. */
static void t_pieces(void **state)
{
	char text[8];

	(void)state;
	for (int i = 0; i < 7; i++) {
		snprintf(text, sizeof(text), "%d", i);
		put_bytes(&w, "c1", 1, WLOG_DATA, text);
		put_bytes(&w, "c1", 2, WLOG_DATA, "x");
	}
	put_bytes(&w, "c1", 2, WLOG_DATA, "y");
	assert_string_equal(traced(), "      0.0 ms  c1 < 1 bytes: 0\n"
				      "      1.0 ms  c1[2] < 1 bytes: x\n"
				      "      2.0 ms  c1 < 1 bytes: 1\n"
				      "      3.0 ms  c1[2] < 1 bytes: x\n"
				      "      4.0 ms  c1 < 1 bytes: 2\n"
				      "      5.0 ms  c1[2] < 1 bytes: x\n"
				      "      6.0 ms  c1 < 1 bytes: 3\n"
				      "      7.0 ms  c1[2] < ... 2 more parts\n"
				      "      8.0 ms  c1 < 1 bytes: 4\n"
				      "     10.0 ms  c1 < 1 bytes: 5\n"
				      "     11.0 ms  c1[2] < 1 bytes: x\n"
				      "     12.0 ms  c1 < 1 bytes: 6\n"
				      "     13.0 ms  c1[2] < 1 bytes: x\n"
				      "     14.0 ms  c1[2] < 1 bytes: y\n");
}

static void t_many(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++)
		put_text(&w, "u1", WLOG_MARK, "m");
	assert_null(strstr(traced(), "more line"));
	put_text(&w, "u1", WLOG_MARK, "m");
	assert_non_null(strstr(traced(), "\n... and 1 more lines\n"));
	put_text(&w, "u1", WLOG_MARK, "m");
	assert_non_null(strstr(traced(), "\n... and 2 more lines\n"));
	assert_null(strstr(traced(), " 300.0 ms"));
	assert_non_null(strstr(traced(), " 299.0 ms"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "trace: a line for each thing", t_lines, set_up, tear_down,
		  NULL },
		{ "trace: no line is too long", t_width, set_up, tear_down,
		  NULL },
		{ "trace: where lines end", t_wraps, set_up, tear_down, NULL },
		{ "trace: pieces", t_pieces, set_up, tear_down, NULL },
		{ "trace: many lines", t_many, set_up, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
