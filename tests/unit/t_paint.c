/* Tests of probe/run/keep/paint: logs without credentials, and otherwise the
 * same. */
#include "makelog.h"

#include "mockupstream/coding.h"
#include "probe/look/view.h"
#include "probe/run/keep/paint.h"
#include "wire/bytes/mem.h"
#include "wire/http/decode.h"

#define KEY "sk-test-0123456789abcdef"
#define MARK "{{credential..........}}"
#define OTHER "{{~credential.........}}"

static struct wlog w, painted;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	wlog_clear(&painted);
	return 0;
}

static void paint(void)
{
	struct secrets s = { .list = NULL };

	secrets_add_named(&s, KEY, "credential");
	paint_log(&s, &w, &painted);
	secrets_clear(&s);
	assert_int_equal(painted.count, w.count);
}

static const char *bytes_at(size_t i)
{
	return painted.list[i].bytes;
}

static void t_heads(void **state)
{
	const struct wlog_entry *e;

	(void)state;
	put_request(&w, "u1", 1,
		    "GET /?key=" KEY " HTTP/1.1\nx-api-key: " KEY
		    "\nx-a: sk-test-01234\nx-b: 56789abcdef\nx-c: other\n\n");
	paint();
	e = &painted.list[0];
	assert_string_equal(e->target, "/?key=" MARK);
	assert_string_equal(headers_get(&e->headers, "x-api-key"), MARK);
	assert_string_equal(headers_get(&e->headers, "x-a"), "{{credential.");
	assert_string_equal(headers_get(&e->headers, "x-b"), ".........}}");
	assert_string_equal(headers_get(&e->headers, "x-c"), "other");
	assert_string_equal(w.list[0].target, "/?key=" KEY); /* a copy */
}

/* Every text of an entry. */
static void t_texts(void **state)
{
	(void)state;
	put_request(&w, "u1", 1, KEY " / HTTP/1.1\n" KEY ": x\n\n");
	put_response(&w, "u1", 1, "HTTP/1.1 200 " KEY "\n\n");
	put_text(&w, "probe", WLOG_NOTE, "a " KEY);
	paint();
	assert_string_equal(painted.list[0].method, MARK);
	assert_string_equal(painted.list[0].headers.list[0].name, MARK);
	assert_string_equal(painted.list[1].reason, MARK);
	assert_string_equal(painted.list[2].text, "a " MARK);
}

/* What stands in two bodies is no key. */
static void t_bodies(void **state)
{
	static const char end[] = "456789abcdef";
	struct wlog_entry *e;

	(void)state;
	put_bytes(&w, "c1", 1, WLOG_DATA, "sk-test-0123");
	put_bytes(&w, "c1", 2, WLOG_DATA, end);
	put_bytes(&w, "c2", 1, WLOG_DATA, end);
	put_bytes(&w, "c1", 1, WLOG_BODY, end);
	e = wlog_add(&w, 0, RUN + 1, "c1", 1, WLOG_DATA);
	wlog_set_bytes(&w, e, span_of(end));
	paint();
	assert_string_equal(bytes_at(0), "sk-test-0123");
	for (size_t i = 1; i < 5; i++)
		assert_string_equal(bytes_at(i), end);
}

static void t_pieces(void **state)
{
	(void)state;
	put_response(&w, "c1", 1, "HTTP/1.1 200 OK\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, "a sk-test-0123");
	put_bytes(&w, "c2", 1, WLOG_DATA, "456789abcdef b");
	put_bytes(&w, "c1", 1, WLOG_DATA, "456789abcdef b SK-TEST-");
	put_bytes(&w, "c1", 1, WLOG_DATA, "0123456789ABCDEF");
	put_bytes(&w, "c1", 1, WLOG_BODY, "456789abcdef " KEY);
	put_bytes(&w, "c3", 1, WLOG_DATA, "s");
	put_bytes(&w, "c3", 1, WLOG_DATA, "k-test-0123456789abcdef");
	paint();
	assert_string_equal(bytes_at(6), "{");
	assert_string_equal(bytes_at(7), MARK + 1);
	assert_string_equal(bytes_at(1), "a {{credential");
	assert_string_equal(bytes_at(2), "456789abcdef b"); /* another body */
	assert_string_equal(bytes_at(3), "..........}} b {{~crede");
	assert_string_equal(bytes_at(4), "ntial.........}}");
	assert_string_equal(bytes_at(5), "456789abcdef " MARK);
}

/* What two pieces of a coding say. */
static void assert_decoded(const char *coding, const struct wlog_entry *one,
			   const struct wlog_entry *two, const char *wanted)
{
	struct buf out = BUF_INIT(65536);
	struct decode *d = NULL;

	assert_int_equal(decode_new(&d, span_of(coding), NULL), 0);
	assert_int_equal(
		decode_add(d, span_make(one->bytes, one->len), &out, NULL), 0);
	assert_int_equal(
		decode_add(d, span_make(two->bytes, two->len), &out, NULL), 0);
	assert_string_equal(buf_str(&out), wanted);
	decode_free(d);
	buf_clear(&out);
}

/* A stream in a content coding, in two pieces. */
static void put_coded(enum script_coding which, const char *one,
		      const char *two)
{
	struct coding *c = coding_new(which);
	struct buf out = BUF_INIT(65536);
	char head[120];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 200 OK\ncontent-encoding: %s\n\n",
		 coding_name(which));
	put_response(&w, "c1", 1, head);
	coding_add(c, span_of(one), &out);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA), buf_span(&out));
	buf_reset(&out);
	coding_add(c, span_of(two), &out);
	coding_finish(c, &out);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA), buf_span(&out));
	put_end(&w, "c1", 1, END_CLEAN);
	coding_free(c);
	buf_clear(&out);
}

static void assert_content(const char *wanted, size_t first)
{
	struct view v;

	view_of(&v, &painted, RUN);
	assert_int_equal(v.count, 1);
	assert_null(v.list[0].unreadable);
	assert_int_equal(v.list[0].pieces, 2);
	assert_int_equal(v.list[0].arrivals[0].end, first);
	assert_true(span_is(v.list[0].content, wanted));
	view_clear(&v);
}

static void t_coded(void **state)
{
	static const enum script_coding all[] = { CODING_GZIP, CODING_BR,
						  CODING_ZSTD };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		put_coded(all[i], "one sk-test-0123", "456789abcdef two");
		paint();
		assert_content("one " MARK " two", 16);
		wlog_clear(&w);
		wlog_clear(&painted);
		set_up(NULL);
		put_coded(all[i], "one ", "and two");
		paint();
		assert_content("one and two", 4);
		assert_memory_equal(painted.list[1].bytes, w.list[1].bytes,
				    w.list[1].len);
		wlog_clear(&w);
		wlog_clear(&painted);
		set_up(NULL);
	}
}

/* Of a coding that nobody named, or that stands in another, nothing is left
 * that could be undone. */
static void t_wiped(void **state)
{
	struct view v;

	(void)state;
	put_coded(CODING_GZIP, "one ", KEY " two");
	headers_set(&w.list[0].headers, "content-encoding", "identity");
	paint();
	assert_int_equal(painted.list[1].len, w.list[1].len);
	assert_int_equal(painted.list[1].bytes[0], '~');
	wlog_clear(&painted);
	headers_set(&w.list[0].headers, "content-encoding", "identity, gzip");
	paint();
	view_of(&v, &painted, RUN);
	assert_non_null(v.list[0].unreadable);
	view_clear(&v);
}

/* A coding that does not hold for all of the body, that nobody knows, and that
 * is there without a head. */
static void t_broken(void **state)
{
	struct wlog_entry *e;

	(void)state;
	put_coded(CODING_GZIP, KEY " one ", "two");
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA), SPAN_EMPTY);
	put_bytes(&w, "c1", 1, WLOG_DATA, "no gzip");
	put_bytes(&w, "c1", 1, WLOG_DATA, "1");
	memset(w.list[2].bytes, 'x', w.list[2].len);
	paint();
	for (size_t i = 0; i < painted.list[1].len; i++)
		assert_int_equal(painted.list[1].bytes[i], '~');
	assert_string_equal(bytes_at(5), "~~~~~~~");
	assert_string_equal(bytes_at(6), "~");
	wlog_clear(&painted);
	headers_set(&w.list[0].headers, "content-encoding", "none-such");
	paint();
	assert_string_equal(bytes_at(5), "no gzip");
	wlog_clear(&painted);
	wlog_clear(&w);
	set_up(NULL);
	put_coded(CODING_GZIP, "one ", KEY);
	e = put(&w, "c2", 1, WLOG_DATA);
	wlog_set_bytes(&w, e, span_make(w.list[1].bytes, w.list[1].len));
	e = put(&w, "c2", 1, WLOG_DATA);
	wlog_set_bytes(&w, e, span_make(w.list[2].bytes, w.list[2].len));
	paint();
	assert_int_equal(painted.list[4].len, w.list[4].len);
	assert_int_equal(painted.list[4].bytes[0], '~');
}

static void see_empty_piece(enum script_coding which)
{
	struct coding *c = coding_new(which);
	struct buf out = BUF_INIT(65536);
	char head[120];

	snprintf(head, sizeof(head),
		 "POST / HTTP/1.1\ncontent-encoding: %s\n\n",
		 coding_name(which));
	put_request(&w, "c1", 1, head);
	coding_add(c, span_of("one " KEY), &out);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_BODY), buf_span(&out));
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_BODY), SPAN_EMPTY);
	buf_reset(&out);
	coding_finish(c, &out);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_BODY), buf_span(&out));
	paint();
	assert_null(painted.list[2].bytes);
	assert_int_equal(painted.list[2].len, 0);
	assert_true(painted.list[3].len > 0);
	assert_decoded(coding_name(which), &painted.list[1], &painted.list[3],
		       "one " MARK);
	coding_free(c);
	buf_clear(&out);
}

/* A piece without bytes stays one; a request needs no end. */
static void t_empty_piece(void **state)
{
	static const enum script_coding all[] = { CODING_GZIP, CODING_BR,
						  CODING_ZSTD };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		see_empty_piece(all[i]);
		wlog_clear(&w);
		wlog_clear(&painted);
		set_up(NULL);
	}
}

static size_t painted_bytes(enum stream_end end)
{
	size_t bytes;

	w.list[w.count - 1].end = end;
	paint();
	bytes = painted.list[1].len + painted.list[2].len;
	wlog_clear(&painted);
	return bytes;
}

/* What was cut gets no end of its coding. */
static void t_cut(void **state)
{
	(void)state;
	put_coded(CODING_GZIP, "one ", KEY " two");
	assert_true(painted_bytes(END_CUT) < painted_bytes(END_CLEAN));
}

static void t_length(void **state)
{
	static const char *const others[] = { "5", "x", "" };
	char text[24];

	(void)state;
	put_coded(CODING_GZIP, "one ", KEY " two");
	for (size_t i = 0; i < 3; i++) {
		headers_set(&w.list[0].headers, "content-length", others[i]);
		paint();
		assert_string_equal(
			headers_get(&painted.list[0].headers, "content-length"),
			others[i]);
		wlog_clear(&painted);
	}
	snprintf(text, sizeof(text), "%zu", w.list[1].len + w.list[2].len);
	headers_set(&w.list[0].headers, "content-length", text);
	paint();
	snprintf(text, sizeof(text), "%zu",
		 painted.list[1].len + painted.list[2].len);
	assert_string_equal(
		headers_get(&painted.list[0].headers, "content-length"), text);
}

#define M(name, fn) \
	{ \
		name, fn, set_up, tear_down, NULL \
	}
static const struct CMUnitTest tests[] = {
	M("paint: heads, also over several fields", t_heads),
	M("paint: every text of an entry", t_texts),
	M("paint: bodies, also over several pieces", t_pieces),
	M("paint: two bodies are not one", t_bodies),
	M("paint: codings that are broken, unknown, or unsaid", t_broken),
	M("paint: pieces without bytes", t_empty_piece),
	M("paint: content codings are undone and done again", t_coded),
	M("paint: what cannot be written again is wiped", t_wiped),
	M("paint: a coding that was cut stays cut", t_cut),
	M("paint: the length that is announced stays true", t_length),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("paint", tests, NULL, NULL);
}
