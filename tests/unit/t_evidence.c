/* Tests of probe/judge/evidence: both sides of an exchange as texts. */
#include "makelog.h"

#include <stdio.h>
#include <stdlib.h>

#include "probe/judge/evidence.h"
#include "reports/verdict.h"
#include "wire/bytes/mem.h"

#define KEY "sk-evidence-0123456789"

static struct wlog w;
static struct secrets secrets;

static int set_up(void **state)
{
	(void)state;
	wlog_init(&w, (size_t)8 * 1024 * 1024);
	secrets_add(&secrets, KEY);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	wlog_clear(&w);
	secrets_clear(&secrets);
	return 0;
}

static void add(struct buf *out, const char *name, const char *text)
{
	buf_addf(out, "%s: %s\n", name, text ? text : "-");
}

static void add_sides(struct buf *out, const struct sides *s)
{
	add(out, "left head", s->left_head);
	add(out, "right head", s->right_head);
	add(out, "before", s->before);
	add(out, "left", s->left);
	add(out, "right", s->right);
	add(out, "after", s->after);
	buf_addf(out, "%zu and %zu bytes\n", s->left_len, s->right_len);
}

/* The evidence for a failure of `actor`, whose first check passed. */
static struct evidence *evidence(const char *actor)
{
	struct outcome list[] = { { .verdict = VERDICT_PASS },
				  { .verdict = VERDICT_FAIL } };
	struct result r = { .outcomes = list, .outcome_count = 2 };
	struct evidence *e;
	struct view v;

	snprintf(list[0].actor, sizeof(list[0].actor), "c9");
	snprintf(list[1].actor, sizeof(list[1].actor), "%s", actor);
	view_of(&v, &w, RUN);
	e = evidence_of(&v, &r, &secrets);
	view_clear(&v);
	return e;
}

/* What a result frees. */
static void forget(struct evidence *e)
{
	struct result r = { .evidence = e };

	result_clear(&r);
}

static void assert_evidence(const char *actor, const char *request,
			    const char *answer)
{
	struct evidence *e = evidence(actor);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	add_sides(&out, &e->request);
	assert_string_equal(buf_str(&out), request);
	buf_reset(&out);
	add_sides(&out, &e->answer);
	assert_string_equal(buf_str(&out), answer);
	buf_clear(&out);
	forget(e);
}

static void put_exchange(const char *actor, const char *head, const char *body,
			 const char *got_head, const char *got)
{
	put_request(&w, actor, 1, head);
	put_bytes(&w, actor, 1, WLOG_BODY, body);
	put_response(&w, actor, 1, got_head);
	put_bytes(&w, actor, 1, WLOG_DATA, got);
	put_end(&w, actor, 1, END_CLEAN);
}

#define NOTHING "before: -\nleft: -\nright: -\nafter: -\n0 and 0 bytes\n"

static void t_heads(void **state)
{
	(void)state;
	put_exchange("c1",
		     "POST /a?k=" KEY " HTTP/1.1\nx-api-key: " KEY "\nb: 1\n\n",
		     "", "HTTP/1.1 200 OK\nc: " KEY "\n\n", "");
	put_exchange("u1", "GET /b HTTP/1.1\n\n", "", "HTTP/1.1 404 No\n\n",
		     "");
	assert_evidence("c1",
			"left head: POST /a?k=<credential, 22 bytes, 09ac>\n"
			"x-api-key: <credential, 22 bytes, 09ac>\nb: 1\n"
			"\nright head: GET /b\n\n" NOTHING,
			"left head: 404\n\n"
			"right head: 200\nc: <credential, 22 bytes, 09ac>\n"
			"\n" NOTHING);
}

/* Lines of a head are cut, and what was no request is told as it came. */
static void t_long_heads(void **state)
{
	char value[402], wanted[402];
	struct wlog_entry *asked;
	struct evidence *e;

	(void)state;
	memset(value, 'v', 401);
	value[401] = '\0';
	memset(wanted, 'v', 400);
	wanted[400] = '\0';
	put_request(&w, "c1", 1, "GET / HTTP/1.1\na: b\n\n");
	headers_set(&w.list[0].headers, "a", value);
	asked = put(&w, "u1", 1, WLOG_REQUEST);
	wlog_set_text(&w, asked, "no HTTP");
	e = evidence("c1");
	assert_null(strstr(e->request.left_head, value));
	assert_non_null(strstr(e->request.left_head, wanted));
	assert_string_equal(e->request.right_head, "no HTTP\n");
	forget(e);
}

/* A side that did not happen has no evidence. */
static void t_one_side(void **state)
{
	(void)state;
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, "a\n\nb\n");
	assert_evidence("c1",
			"left head: GET /\n\nright head: -\n"
			"before: \nleft: a\n\nb\n\nright: \nafter: \n"
			"5 and 0 bytes\n",
			"left head: -\nright head: -\n" NOTHING);
	/* What was no HTTP is told as it was. */
	wlog_set_text(&w, put(&w, "u1", 1, WLOG_REQUEST), "no \x01 HTTP");
	assert_evidence("c1",
			"left head: GET /\n\nright head: no \\x01 HTTP\n\n"
			"before: \nleft: a\n\nb\n\nright: \nafter: \n"
			"5 and 0 bytes\n",
			"left head: -\nright head: -\n" NOTHING);
	wlog_clear(&w);
	wlog_init(&w, 1024);
	assert_evidence("c1", "left head: -\nright head: -\n" NOTHING,
			"left head: -\nright head: -\n" NOTHING);
}

static void bodies(const char *left, const char *right, const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct evidence *e;

	wlog_clear(&w);
	wlog_init(&w, (size_t)8 * 1024 * 1024);
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, left);
	put_request(&w, "u1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "u1", 1, WLOG_BODY, right);
	e = evidence("u1");
	buf_addf(&out, "%s|%s|%s|%s|%zu|%zu",
		 e->request.before ? e->request.before : "-",
		 e->request.left ? e->request.left : "-",
		 e->request.right ? e->request.right : "-",
		 e->request.after ? e->request.after : "-", e->request.left_len,
		 e->request.right_len);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
	forget(e);
}

/* What differs stands between what is the same; no character is cut. */
static void t_bodies(void **state)
{
	(void)state;
	bodies("{\"a\":1}", "{\"a\":2}", "{\"a\":|1|2|}|7|7");
	bodies("same", "same", "same||||4|4");
	bodies("", "b", "||b||0|1");
	bodies("aXb", "ab", "a|X||b|3|2");
	bodies("aaa", "aa", "aa|a|||3|2");
	bodies("aa", "aaa", "aa||a||2|3");
	bodies("x\xc3\xa9y", "x\xc3\xa8y", "x|\xc3\xa9|\xc3\xa8|y|4|4");
	bodies("x\xc4\xa9y", "x\xc3\xa9y", "x|\xc4\xa9|\xc3\xa9|y|4|4");
	bodies("\xc3\xa9", "\xc3\xa8", "|\xc3\xa9|\xc3\xa8||2|2");
	bodies("\xc3\xa9", "\xc5\xa9", "|\xc3\xa9|\xc5\xa9||2|2");
	bodies("\xff", "\xff", "(bytes that are no text)|-|-|-|1|1");
	bodies("\xff", "a", "(bytes that are no text)| (they differ)|-|-|1|1");
	bodies("a", "\xfe", "(bytes that are no text)| (they differ)|-|-|1|1");
	bodies("k " KEY, "k x", "k |<credential, 22 bytes, 09ac>|x||24|3");
	bodies("a\tb\x1b", "a\tc", "a\\t|b\\x1b|c||4|3");
}

/* A byte of 0 is no end of a body. */
static void t_nul(void **state)
{
	struct evidence *e;

	(void)state;
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, "x");
	put_request(&w, "u1", 1, "GET / HTTP/1.1\n\n");
	wlog_set_bytes(&w, put(&w, "u1", 1, WLOG_BODY), span_make("x\0y", 3));
	e = evidence("u1");
	assert_string_equal(e->request.before, "x");
	assert_string_equal(e->request.left, "");
	assert_string_equal(e->request.right, "\\x00y");
	assert_string_equal(e->request.after, "");
	forget(e);
}

static char *many(char letter, size_t count, const char *rest)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < count; i++)
		buf_add_byte(&b, letter);
	buf_add_text(&b, rest);
	return buf_take(&b, NULL);
}

/* How many of a letter stand at the beginning. */
static size_t count_of(const char *text, char letter)
{
	size_t n = 0;

	while (text[n] == letter)
		n++;
	return n;
}

/* Long bodies: a piece before what differs, the beginning of that, and a piece
 * of what comes after. */
static void t_long(void **state)
{
	struct buf left = BUF_INIT(BUF_NO_LIMIT);
	char *front = many('a', 1000, ""), *one = many('b', 1501, "");
	char *two = many('c', 1500, ""), *end = many('d', 300, "");
	struct evidence *e;

	(void)state;
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_request(&w, "u1", 1, "GET / HTTP/1.1\n\n");
	buf_addf(&left, "%s%s%s", front, one, end);
	put_bytes(&w, "c1", 1, WLOG_BODY, buf_str(&left));
	buf_reset(&left);
	buf_addf(&left, "%s%s%s", front, two, end);
	put_bytes(&w, "u1", 1, WLOG_BODY, buf_str(&left));
	e = evidence("c1");
	assert_int_equal(strncmp(e->request.before, "... ", 4), 0);
	assert_int_equal(count_of(e->request.before + 4, 'a'), 400);
	assert_int_equal(strlen(e->request.before), 404);
	assert_int_equal(count_of(e->request.left, 'b'), 1500);
	assert_string_equal(e->request.left + 1500, " ... (1501 bytes differ)");
	assert_string_equal(e->request.right, two);
	assert_int_equal(count_of(e->request.after, 'd'), 200);
	assert_int_equal(strlen(e->request.after), 200);
	forget(e);
	buf_reset(&left);
	buf_addf(&left, "%sb", front);
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, front);
	put_request(&w, "u1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "u1", 1, WLOG_BODY, front);
	e = evidence("c1");
	assert_int_equal(strlen(e->request.before), 400);
	assert_string_equal(e->request.left, "");
	assert_int_equal(e->request.left_len, 1000);
	forget(e);
	/* All of the left side is the beginning of the right one. */
	wlog_clear(&w);
	wlog_init(&w, 1024 * 1024);
	put_request(&w, "c1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "c1", 1, WLOG_BODY, front);
	put_request(&w, "u1", 1, "GET / HTTP/1.1\n\n");
	put_bytes(&w, "u1", 1, WLOG_BODY, buf_str(&left));
	e = evidence("c1");
	assert_int_equal(strncmp(e->request.before, "... ", 4), 0);
	assert_int_equal(strlen(e->request.before), 404);
	assert_string_equal(e->request.right, "b");
	forget(e);
	buf_clear(&left);
	free(front);
	free(one);
	free(two);
	free(end);
}

/* The exchange that the failed check is about, and its place on the other side;
 * where that has none, the first. */
static void t_which(void **state)
{
	struct evidence *e;

	(void)state;
	put_exchange("c1", "GET /c1 HTTP/1.1\n\n", "", JSON_HEAD, "");
	put_exchange("u1", "GET /u1 HTTP/1.1\n\n", "", JSON_HEAD, "");
	put_exchange("c2", "GET /c2 HTTP/1.1\n\n", "", JSON_HEAD, "");
	put_exchange("u2", "GET /u2 HTTP/1.1\n\n", "", JSON_HEAD, "");
	put_exchange("c3", "GET /c3 HTTP/1.1\n\n", "", JSON_HEAD, "");
	e = evidence("c2");
	assert_string_equal(e->request.left_head, "GET /c2\n");
	assert_string_equal(e->request.right_head, "GET /u2\n");
	forget(e);
	e = evidence("u2");
	assert_string_equal(e->request.left_head, "GET /c2\n");
	assert_string_equal(e->request.right_head, "GET /u2\n");
	forget(e);
	e = evidence("c3");
	assert_string_equal(e->request.left_head, "GET /c3\n");
	assert_string_equal(e->request.right_head, "GET /u1\n");
	forget(e);
	e = evidence("u9");
	assert_string_equal(e->request.left_head, "GET /c1\n");
	assert_string_equal(e->request.right_head, "GET /u1\n");
	forget(e);
	/* There are more upstream than of the client. */
	put_exchange("u3", "GET /u3 HTTP/1.1\n\n", "", JSON_HEAD, "");
	put_exchange("u4", "GET /u4 HTTP/1.1\n\n", "", JSON_HEAD, "");
	e = evidence("u4");
	assert_string_equal(e->request.left_head, "GET /c1\n");
	assert_string_equal(e->request.right_head, "GET /u4\n");
	forget(e);
}

/* Of an answer the provider's side is on the left. */
static void t_answers(void **state)
{
	struct evidence *e;

	(void)state;
	put_exchange("c1", "GET / HTTP/1.1\n\n", "", JSON_HEAD, "ab");
	put_exchange("u1", "GET / HTTP/1.1\n\n", "", JSON_HEAD, "ac");
	e = evidence("c1");
	assert_string_equal(e->answer.before, "a");
	assert_string_equal(e->answer.left, "c");
	assert_string_equal(e->answer.right, "b");
	assert_int_equal(e->moment_count, 8);
	forget(e);
}

#define T(title, fn) \
	{ \
		title, fn, set_up, tear_down, NULL \
	}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		T("evidence: heads, without credentials", t_heads),
		T("evidence: long heads, and what is none", t_long_heads),
		T("evidence: one side alone", t_one_side),
		T("evidence: what differs in bodies", t_bodies),
		T("evidence: answers, and moments", t_answers),
		T("evidence: a body with a byte of 0", t_nul),
		T("evidence: long bodies", t_long),
		T("evidence: which exchange", t_which),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
