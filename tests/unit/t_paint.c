/* Tests of probe/run/keep/paint: logs without credentials, and otherwise the
 * same. */
#include "makelog.h"

#include "mockupstream/coding.h"
#include "probe/look/view.h"
#include "probe/run/keep/paint.h"
#include "wire/bytes/mem.h"

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

static void t_pieces(void **state)
{
	(void)state;
	put_response(&w, "c1", 1, "HTTP/1.1 200 OK\n\n");
	put_bytes(&w, "c1", 1, WLOG_DATA, "a sk-test-0123");
	put_bytes(&w, "c2", 1, WLOG_DATA, "456789abcdef b");
	put_bytes(&w, "c1", 1, WLOG_DATA, "456789abcdef b SK-TEST-");
	put_bytes(&w, "c1", 1, WLOG_DATA, "0123456789ABCDEF");
	put_bytes(&w, "c1", 1, WLOG_BODY, "456789abcdef " KEY);
	paint();
	assert_string_equal(bytes_at(1), "a {{credential");
	assert_string_equal(bytes_at(2), "456789abcdef b"); /* another body */
	assert_string_equal(bytes_at(3), "..........}} b {{~crede");
	assert_string_equal(bytes_at(4), "ntial.........}}");
	assert_string_equal(bytes_at(5), "456789abcdef " MARK);
}

/* Another exchange of the same client, and of another run. */
static void t_others(void **state)
{
	struct wlog_entry *e;

	(void)state;
	put_bytes(&w, "c1", 1, WLOG_DATA, "a sk-test-0123");
	put_bytes(&w, "c1", 2, WLOG_DATA, "456789abcdef b");
	e = put(&w, "c1", 1, WLOG_DATA);
	e->run++;
	wlog_set_bytes(&w, e, span_of("456789abcdef c"));
	e = put(&w, "probe", 1, WLOG_NOTE);
	wlog_set_bytes(&w, e, span_of("d " KEY));
	put_bytes(&w, "c1", 1, WLOG_DATA, "456789abcdef e");
	paint();
	assert_string_equal(bytes_at(0), "a {{credential");
	assert_string_equal(bytes_at(1), "456789abcdef b");
	assert_string_equal(bytes_at(2), "456789abcdef c");
	assert_string_equal(bytes_at(3), "d " MARK);
	assert_string_equal(bytes_at(4), "..........}} e");
}

static void put_head(const char *coding)
{
	char head[120];

	snprintf(head, sizeof(head),
		 "HTTP/1.1 200 OK\ncontent-encoding: %s\n\n", coding);
	put_response(&w, "c1", 1, head);
}

/* A coding that nobody knows is left as it is. */
static void t_unknown(void **state)
{
	(void)state;
	put_head("rot13");
	put_bytes(&w, "c1", 1, WLOG_DATA, "a " KEY);
	paint();
	assert_string_equal(bytes_at(1), "a " MARK);
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

/* What can be decoded only in part is wiped as a whole; pieces may be empty. */
static void t_broken(void **state)
{
	struct coding *c = coding_new(CODING_GZIP);
	struct buf bytes = BUF_INIT(65536);

	(void)state;
	put_head("gzip");
	coding_add(c, span_of("one " KEY), &bytes);
	coding_finish(c, &bytes);
	buf_add_text(&bytes, "no gzip");
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA), buf_span(&bytes));
	put(&w, "c1", 1, WLOG_DATA);
	put_bytes(&w, "c1", 1, WLOG_DATA, "and more");
	put_end(&w, "c1", 1, END_CLEAN);
	paint();
	assert_int_equal(painted.list[1].len, bytes.len);
	for (size_t i = 0; i < bytes.len; i++)
		assert_int_equal(bytes_at(1)[i], '~');
	assert_int_equal(painted.list[2].len, 0);
	assert_string_equal(bytes_at(3), "~~~~~~~~");
	coding_free(c);
	buf_clear(&bytes);
}

/* A piece that adds nothing stays one. */
static void t_empty_piece(void **state)
{
	struct coding *c = coding_new(CODING_GZIP);
	struct buf bytes = BUF_INIT(65536);
	struct view v;

	(void)state;
	put_head("gzip");
	coding_add(c, span_of("one " KEY), &bytes);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA), buf_span(&bytes));
	put(&w, "c1", 1, WLOG_DATA);
	buf_reset(&bytes);
	coding_finish(c, &bytes);
	wlog_set_bytes(&w, put(&w, "c1", 1, WLOG_DATA), buf_span(&bytes));
	put_end(&w, "c1", 1, END_CLEAN);
	paint();
	assert_int_equal(painted.list[2].len, 0);
	assert_null(painted.list[2].bytes);
	view_of(&v, &painted, RUN);
	assert_true(span_is(v.list[0].content, "one " MARK));
	view_clear(&v);
	coding_free(c);
	buf_clear(&bytes);
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
	char text[24];

	(void)state;
	put_coded(CODING_GZIP, "one ", KEY " two");
	snprintf(text, sizeof(text), "%zu", w.list[1].len + w.list[2].len);
	headers_set(&w.list[0].headers, "content-length", text);
	paint();
	snprintf(text, sizeof(text), "%zu",
		 painted.list[1].len + painted.list[2].len);
	assert_string_equal(
		headers_get(&painted.list[0].headers, "content-length"), text);
	/* One that was not true before is none of ours. */
	wlog_clear(&painted);
	headers_set(&w.list[0].headers, "content-length", "7");
	paint();
	assert_string_equal(
		headers_get(&painted.list[0].headers, "content-length"), "7");
	wlog_clear(&painted);
	headers_set(&w.list[0].headers, "content-length", "many");
	paint();
	assert_string_equal(
		headers_get(&painted.list[0].headers, "content-length"),
		"many");
}

/* A body whose head is not in the log may have a coding all the same. */
static void t_headless(void **state)
{
	(void)state;
	put_coded(CODING_GZIP, "one ", KEY " two");
	w.list[0].kind = WLOG_NOTE;
	paint();
	assert_int_equal(painted.list[1].len, w.list[1].len);
	assert_int_equal(painted.list[1].bytes[0], '~');
}

#define M(name, fn) \
	{ \
		name, fn, set_up, tear_down, NULL \
	}
static const struct CMUnitTest tests[] = {
	M("paint: heads, also over several fields", t_heads),
	M("paint: bodies, also over several pieces", t_pieces),
	M("paint: bodies of others", t_others),
	M("paint: a coding that nobody knows", t_unknown),
	M("paint: what cannot be decoded to its end", t_broken),
	M("paint: empty pieces", t_empty_piece),
	M("paint: a body without its head", t_headless),
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
