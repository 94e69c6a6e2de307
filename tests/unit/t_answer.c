/* Tests of wire/http/answer and wire/http/chunked: the same for any cut into pieces. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "wire/http/answer.h"

struct read {
	int status;
	struct buf body;
	enum answer_step last;
	size_t left; /* bytes behind the answer, of the last piece */
	enum stream_end end; /* if the connection is closed then */
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
			r->last = answer_next(&a, &in, &out, NULL);
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
	expect("HEAD", OK "content-length: 3\r\n\r\n", 200, "", ANSWER_WHOLE,
	       END_CLEAN);
	expect("", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", ANSWER_WHOLE,
	       END_CLEAN);
	expect("",
	       "HTTP/1.1 100 Continue\r\n\r\n" OK "content-length: 0\r\n\r\n",
	       200, "", ANSWER_WHOLE, END_CLEAN);
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
		"1234567890123456\r\n",
		/* what stands behind the last chunk */
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

static void t_behind(void **state)
{
	const char *text = OK "content-length: 1\r\n\r\naHTTP/1.1 200 OK";
	struct read r;

	(void)state;
	read_pieces(&r, "", text, strlen(text));
	assert_int_equal(r.last, ANSWER_WHOLE);
	assert_int_equal(r.left, 15);
	buf_clear(&r.body);
}

static void t_hints(void **state)
{
	struct buf text = BUF_INIT(65536);
	struct read r;

	(void)state;
	for (int i = 0; i < ANSWER_HINTS_LIMIT + 1; i++)
		buf_add_text(&text, "HTTP/1.1 103 Early Hints\r\n\r\n");
	read_pieces(&r, "", buf_str(&text), text.len);
	assert_int_equal(r.last, ANSWER_BAD);
	buf_clear(&r.body);
	buf_clear(&text);
}

static const struct CMUnitTest tests[] = {
	{ "answer: every framing is read, however it is cut", t_framing, NULL,
	  NULL, NULL },
	{ "answer: lengths and chunks that could be read otherwise are broken",
	  t_broken, NULL, NULL, NULL },
	{ "answer: what stands behind it is left", t_behind, NULL, NULL, NULL },
	{ "answer: 1xx heads have an end", t_hints, NULL, NULL, NULL },
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
