/* Tests of wire/http/answer and wire/http/chunked: the same for any cut into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/answer.h"

struct read {
	int status;
	struct buf body;
	enum answer_step last;
	size_t left; /* bytes after the answer, of the last piece */
	enum stream_end end; /* if the connection is closed then */
	struct fail why;
};

static void read_pieces(struct read *r, const char *method, const char *text,
			size_t piece)
{
	struct span rest = span_of(text), in, out;
	struct answer a;

	*r = (struct read){ .body = BUF_INIT(4096), .last = ANSWER_MORE };
	answer_init(&a, method);
	while (rest.len > 0 && r->last == ANSWER_MORE) {
		in = span_first(rest, piece);
		rest = span_skip(rest, piece);
		do {
			r->last = answer_next(&a, &in, &out, &r->why);
			if (r->last == ANSWER_DATA)
				buf_add_span(&r->body, out);
		} while (r->last == ANSWER_HEAD || r->last == ANSWER_DATA);
		r->left = in.len;
	}
	r->status = a.head.status;
	r->end = answer_end(&a, END_CUT);
	answer_clear(&a);
}

static void expect(const char *method, const char *text, int status,
		   const char *body, enum answer_step last, enum stream_end end)
{
	struct read r;

	for (size_t piece = 1; piece <= strlen(text); piece++) {
		read_pieces(&r, method, text, piece);
		assert_int_equal(r.status, status);
		assert_string_equal(buf_str(&r.body), body);
		assert_int_equal(r.last, last);
		assert_int_equal(r.end, end);
		buf_clear(&r.body);
	}
}

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "transfer-encoding: chunked\r\n\r\n"

static void t_framing(void **state)
{
	(void)state;
	expect("", OK "content-length: 3\r\n\r\nabc", 200, "abc", ANSWER_WHOLE,
	       END_CLEAN);
	expect("", OK "content-length: 3\r\n\r\nab", 200, "ab", ANSWER_MORE,
	       END_CUT);
	expect("", OK "\r\nab", 200, "ab", ANSWER_MORE, END_CLEAN);
	expect("", CHUNKED "1\r\na\r\n2;x=y\r\nbc\r\n0\r\nx: y\r\n\r\n", 200,
	       "abc", ANSWER_WHOLE, END_CLEAN);
	expect("", CHUNKED "1;a=\"b\"\r\na\r\n0;z\r\nx:\r\ny!: a b\r\n\r\n",
	       200, "a", ANSWER_WHOLE, END_CLEAN);
	expect("", CHUNKED "1\r\na\r\n", 200, "a", ANSWER_MORE, END_CUT);
	expect("", OK "transfer-encoding: gzip\r\n\r\n1\r\na", 200, "1\r\na",
	       ANSWER_MORE, END_CLEAN);
	expect("HEAD", OK "content-length: 3\r\n\r\n", 200, "", ANSWER_WHOLE,
	       END_CLEAN);
	expect("", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", ANSWER_WHOLE,
	       END_CLEAN);
	expect("",
	       "HTTP/1.1 100 Continue\r\n\r\n" OK "content-length: 0\r\n\r\n",
	       200, "", ANSWER_WHOLE, END_CLEAN);
}

/* Answers that have no body, whatever their fields say; their neighbours do. */
static void t_bodyless(void **state)
{
	(void)state;
	for (int status = 200; status < 600; status++) {
		bool has_body = status != 204 && status != 304;
		char text[100];

		snprintf(text, sizeof(text),
			 "HTTP/1.1 %d \r\ncontent-length: 2\r\n\r\n%s", status,
			 has_body ? "ab" : "");
		expect("GET", text, status, has_body ? "ab" : "", ANSWER_WHOLE,
		       END_CLEAN);
	}
}

static void t_broken(void **state)
{
	static const char *const bodies[] = {
		"+1\r\na\r\n",
		"-1\r\n",
		"\r\n",
		"0x1\r\na\r\n",
		"1\na\r\n",
		"1\r\nab\r\n",
		"1;a\nb\r\n",
		";a\r\n",
		" \r\n",
		"1\rx",
		"1\r\na\rb",
		"0\r\n\rx",
		"0\r\nx: y\rz",
		"1234567890123456\r\n",
		/* after the last chunk comes something else than the end */
		"0\r\nGET / HTTP/1.1\r\n\r\n",
		"0\r\n x: y\r\n\r\n",
		"0\r\n: y\r\n\r\n",
		"0\r\nx : y\r\n\r\n",
		"0\r\nx\r\n\r\n",
		"0\r\nx: y\n\r\n",
	};
	struct buf text = BUF_INIT(4096);
	struct read r;

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		buf_reset(&text);
		buf_addf(&text, "%s%s", CHUNKED, bodies[i]);
		read_pieces(&r, "", buf_str(&text), 7);
		assert_int_equal(r.last, ANSWER_BAD);
		assert_int_equal(r.end, END_BAD);
		buf_clear(&r.body);
	}
	buf_clear(&text);
	expect("", OK "content-length: +3\r\n\r\n", 200, "", ANSWER_BAD,
	       END_BAD);
	expect("", OK "content-length: 3\r\ncontent-length: 3\r\n\r\n", 200, "",
	       ANSWER_BAD, END_BAD);
}

/* The size of a chunk may have zeros before it, up to 15 digits. */
static void t_sizes(void **state)
{
	static const char *const sizes[] = { "2",  "02", "000000000000002",
					     "2;", "2 ", "2\t;x" };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char text[200];

		snprintf(text, sizeof(text), CHUNKED "%s\r\nab\r\n0\r\n\r\n",
			 sizes[i]);
		expect("", text, 200, "ab", ANSWER_WHOLE, END_CLEAN);
	}
	for (int size = 1; size < 300; size++) {
		struct buf text = BUF_INIT(1000);
		struct read r;

		buf_addf(&text, size % 2 ? CHUNKED "%x\r\n" : CHUNKED "%X\r\n",
			 size);
		for (int i = 0; i < size; i++)
			buf_add_byte(&text, 'a');
		buf_add_text(&text, "\r\n0\r\n\r\n");
		read_pieces(&r, "", buf_str(&text), text.len);
		assert_int_equal(r.last, ANSWER_WHOLE);
		assert_int_equal(r.body.len, size);
		buf_clear(&r.body);
		buf_clear(&text);
	}
	expect("", CHUNKED "fffffffffffffff\r\na", 200, "a", ANSWER_MORE,
	       END_CUT);
}

static bool is_one_of(const char *set, int c)
{
	return c != 0 && strchr(set, c) != NULL;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Is this byte accepted in a chunked body after these bytes? */
static bool goes_on(const char *before, int byte)
{
	struct buf text = BUF_INIT(200);
	struct chunked c = { .left = 0 };
	struct span in, out;

	buf_add_text(&text, before);
	buf_add_byte(&text, (char)byte);
	in = buf_span(&text);
	while (chunked_next(&c, &in, &out))
		;
	buf_clear(&text);
	return c.state != CHUNKED_BAD;
}

static void t_every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		assert_int_equal(goes_on("", c),
				 is_one_of("0123456789abcdefABCDEF", c));
		assert_int_equal(goes_on("1", c),
				 is_one_of("0123456789abcdefABCDEF\r; \t", c));
		assert_int_equal(goes_on("1;", c), c != '\n' && c != 0);
		assert_int_equal(goes_on("1\r", c), c == '\n');
		assert_int_equal(
			goes_on("0\r\n", c),
			is_one_of("!#$%&'*+-.^_`|~0123456789\r" LETTERS, c));
		assert_int_equal(
			goes_on("0\r\na", c),
			is_one_of("!#$%&'*+-.^_`|~0123456789:" LETTERS, c));
		assert_int_equal(goes_on("0\r\na:", c), c != '\n' && c != 0);
	}
}

/* Chunks of these digits, each with an extension of so many bytes. */
static enum answer_step read_extended(size_t chunks, size_t bytes)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct read r;

	buf_add_text(&text, CHUNKED);
	for (size_t i = 0; i < chunks; i++) {
		buf_add_text(&text, "1;");
		for (size_t n = 0; n < bytes; n++)
			buf_add_byte(&text, 'x');
		buf_add_text(&text, "\r\na\r\n");
	}
	buf_add_text(&text, "0\r\n\r\n");
	read_pieces(&r, "", buf_str(&text), text.len);
	buf_clear(&text);
	buf_clear(&r.body);
	return r.last;
}

static enum answer_step read_trailer(size_t name, size_t value)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct read r;

	buf_add_text(&text, CHUNKED "0\r\n");
	for (size_t n = 0; n < name; n++)
		buf_add_byte(&text, 'x');
	buf_add_byte(&text, ':');
	for (size_t n = 0; n < value; n++)
		buf_add_byte(&text, 'y');
	buf_add_text(&text, "\r\n\r\n");
	read_pieces(&r, "", buf_str(&text), text.len);
	buf_clear(&text);
	return r.last;
}

/* Ignored bytes (extensions, trailers) have a limit, which starts again with
 * each chunk of data. */
static void t_extra(void **state)
{
	const size_t most = CHUNKED_EXTRA_LIMIT;

	(void)state;
	assert_int_equal(read_extended(3, most), ANSWER_WHOLE);
	assert_int_equal(read_extended(1, most + 1), ANSWER_BAD);
	assert_int_equal(read_trailer(1, most - 2), ANSWER_WHOLE);
	assert_int_equal(read_trailer(1, most - 1), ANSWER_BAD);
	assert_int_equal(read_trailer(most - 1, 0), ANSWER_WHOLE);
	assert_int_equal(read_trailer(most, 0), ANSWER_BAD);
}

static void t_behind(void **state)
{
	const char *text = OK "content-length: 1\r\n\r\naHTTP/1.1 200 OK";
	struct read r;

	(void)state;
	read_pieces(&r, "", text, strlen(text));
	assert_int_equal(r.last, ANSWER_WHOLE);
	assert_int_equal(r.left, 15);
	buf_clear(&r.body);
	text = CHUNKED "1\r\na\r\n0\r\n\r\nHTTP";
	read_pieces(&r, "", text, strlen(text));
	assert_int_equal(r.last, ANSWER_WHOLE);
	assert_int_equal(r.left, 4);
	buf_clear(&r.body);
}

/* Reads `count` heads of status 1xx, then an answer. */
static void read_hints(struct read *r, int count)
{
	struct buf text = BUF_INIT(65536);

	for (int i = 0; i < count; i++)
		buf_add_text(&text, "HTTP/1.1 103 Early Hints\r\n\r\n");
	buf_add_text(&text, OK "content-length: 1\r\n\r\na");
	read_pieces(r, "", buf_str(&text), text.len);
	buf_clear(&text);
}

static void t_hints(void **state)
{
	struct read r;

	(void)state;
	read_hints(&r, ANSWER_HINTS_LIMIT);
	assert_int_equal(r.last, ANSWER_WHOLE);
	assert_string_equal(buf_str(&r.body), "a");
	buf_clear(&r.body);
	read_hints(&r, ANSWER_HINTS_LIMIT + 1);
	assert_int_equal(r.last, ANSWER_BAD);
	assert_string_equal(r.why.text, "its 1xx heads do not end");
	buf_clear(&r.body);
}

/* All of 1xx is passed over but 101, after which no HTTP comes. */
static void t_which_hints(void **state)
{
	(void)state;
	for (int status = 100; status < 200; status++) {
		char text[100];

		snprintf(text, sizeof(text), "HTTP/1.1 %d \r\n\r\n%s", status,
			 status == 101 ? "" : OK "\r\n");
		expect("GET", text, status == 101 ? 101 : 200, "", ANSWER_MORE,
		       END_CLEAN);
	}
}

/* An answer whose head has this many bytes, and a body of one. */
static void read_long_head(struct read *r, size_t head, size_t piece)
{
	struct buf text = BUF_INIT(2 * HTTP_HEAD_BYTES_LIMIT);

	buf_add_text(&text, OK "content-length: 1\r\nx: ");
	while (text.len < head - 4)
		buf_add_byte(&text, 'x');
	buf_add_text(&text, "\r\n\r\na");
	read_pieces(r, "", buf_str(&text), piece);
	buf_clear(&text);
}

static void t_long_head(void **state)
{
	static const size_t pieces[] = { 10000, 2 * HTTP_HEAD_BYTES_LIMIT };
	struct read r;

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		read_long_head(&r, HTTP_HEAD_BYTES_LIMIT, pieces[i]);
		assert_int_equal(r.last, ANSWER_WHOLE);
		assert_string_equal(buf_str(&r.body), "a");
		buf_clear(&r.body);
		read_long_head(&r, HTTP_HEAD_BYTES_LIMIT + 1, pieces[i]);
		assert_int_equal(r.last, ANSWER_BAD);
		assert_int_equal(r.end, END_BAD);
		assert_non_null(strstr(r.why.text, "head is longer than"));
		buf_clear(&r.body);
	}
}

/* The failure texts of broken answers. */
static void t_why(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "HTTP/2 200\r\n", "line 1: not a status line" },
		{ OK "content-length: x\r\n\r\n",
		  "its Content-Length is no length" },
		{ CHUNKED "x", "its chunks are broken" },
	};
	struct read r;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		read_pieces(&r, "", rows[i].text, 7);
		assert_int_equal(r.last, ANSWER_BAD);
		assert_string_equal(r.why.text, rows[i].why);
		buf_clear(&r.body);
	}
}

/* A connection that is reset ends an answer well only after its end. */
static void t_end(void **state)
{
	static const struct {
		const char *text;
		enum stream_end end;
	} rows[] = {
		{ OK, END_RESET },
		{ OK "\r\na", END_RESET },
		{ OK "content-length: 2\r\n\r\na", END_RESET },
		{ OK "content-length: 1\r\n\r\na", END_CLEAN },
		{ OK "content-length: 0\r\n\r\n", END_CLEAN },
		{ "GET", END_BAD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span in = span_of(rows[i].text), out;
		struct answer a;

		answer_init(&a, "GET");
		while (in.len > 0 &&
		       answer_next(&a, &in, &out, NULL) != ANSWER_BAD)
			;
		if (rows[i].end == END_BAD) {
			in = span_of("\n");
			assert_int_equal(answer_next(&a, &in, &out, NULL),
					 ANSWER_BAD);
		}
		assert_int_equal(answer_end(&a, END_RESET), rows[i].end);
		answer_clear(&a);
	}
}

static const struct CMUnitTest tests[] = {
	{ "answer: every framing is read, however it is cut", t_framing, NULL,
	  NULL, NULL },
	{ "answer: lengths and chunks that could be read otherwise are broken",
	  t_broken, NULL, NULL, NULL },
	{ "answer: what stands behind it is left", t_behind, NULL, NULL, NULL },
	{ "answer: the size of a chunk has up to 15 digits", t_sizes, NULL,
	  NULL, NULL },
	{ "answer: which bytes may stand where in chunks", t_every_byte, NULL,
	  NULL, NULL },
	{ "answer: extensions and trailers have a limit", t_extra, NULL, NULL,
	  NULL },
	{ "answer: 1xx heads have an end", t_hints, NULL, NULL, NULL },
	{ "answer: 1xx heads are passed over but 101", t_which_hints, NULL,
	  NULL, NULL },
	{ "answer: 204 and 304 have no body", t_bodyless, NULL, NULL, NULL },
	{ "answer: a head has a longest length", t_long_head, NULL, NULL,
	  NULL },
	{ "answer: it says why it is none", t_why, NULL, NULL, NULL },
	{ "answer: a reset ends it well only after its end", t_end, NULL, NULL,
	  NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
