/* probe/bench: requests made of recorded ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "probe/bench/bench_private.h"
#include "probe/suite/scratch.h"

#define MARK "[probe-0000000000000000]"
#define OURS "[probe-00000000000000ab]"

static char *root;

static void make(const char *path)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	assert_int_equal(mkdir(full, 0700), 0);
}

static void put(const char *path, const char *name, const char *text)
{
	char full[600];

	snprintf(full, sizeof(full), "%s/%s", root, path);
	assert_int_equal(scratch_write(full, name, span_of(text), NULL), 0);
}

#define RECORDED(mark) \
	"POST /v1/messages?beta=true HTTP/1.1\r\nHost: {{host}}\r\n" \
	"x-app: cli\r\nAuthorization: Bearer {{credential}}\r\n" \
	"Content-Length: 1\r\n\r\n{\"a\":\"" mark "\",\"b\":1}"

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(scratch_new(&root, NULL), 0);
	make("fixtures");
	make("fixtures/requests");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_free(root);
	return 0;
}

static void put_recordings(const char *version)
{
	char path[100];

	snprintf(path, sizeof(path), "fixtures/requests/%s", version);
	make(path);
	snprintf(path, sizeof(path), "fixtures/requests/%s/bare", version);
	make(path);
	put(path, "01.http", RECORDED("<" MARK ">"));
	snprintf(path, sizeof(path), "fixtures/requests/%s/plain", version);
	make(path);
	put(path, "01.http", RECORDED("{" MARK "}"));
}

static int ask(unsigned size, const char *url, const struct headers *extra,
	       struct buf *out, struct fail *f)
{
	struct bench_to to = { .url = url,
			       .key = "the-key",
			       .auth = AUTH_BEARER,
			       .extra = extra };

	buf_reset(out);
	return bench_request(root, &bench_sizes[size], 0xab,
			     span_of(OURS " word"), &to, out, f);
}

static bool has(const struct buf *text, const char *what)
{
	return span_find(buf_span(text), span_of(what)) != SIZE_MAX;
}

static void t_made(void **state)
{
	static const struct {
		const char *url, *begin;
	} rows[] = {
		{ "http://127.0.0.1:1",
		  "POST /v1/messages?beta=true HTTP/1.1" },
		{ "http://127.0.0.1:1/",
		  "POST //v1/messages?beta=true HTTP/1.1" },
		{ "https://[::1]:1/a/b", "POST /a/b/v1/messages?beta=true " },
	};
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct headers extra = { .list = NULL };
	struct fail f = FAIL_INIT;

	(void)state;
	put_recordings("2.1.9");
	put_recordings("2.1.10");
	put("fixtures/requests/2.1.9/bare", "01.http", "not this release");
	headers_add_text(&extra, "x-extra", "1");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (ask(0, rows[i].url, &extra, &out, &f) < 0)
			fail_msg("%s", f.text);
		assert_true(span_starts(buf_span(&out), rows[i].begin));
		assert_true(has(&out, "Bearer the-key\r\n"));
		assert_true(has(&out, "x-app: cli\r\n"));
		assert_true(has(&out, "x-extra: 1\r\n"));
		assert_false(has(&out, "{{"));
		/* {"a":"<[probe-00000000000000ab] word>","b":1} */
		assert_true(has(&out, "Content-Length: 45\r\n"));
		assert_true(span_ends(buf_span(&out), "\r\n\r\n{\"a\":\"<" OURS
						      " word>\",\"b\":1}"));
	}
	assert_int_equal(ask(1, "http://h", NULL, &out, &f), 0);
	assert_true(has(&out, "Content-Length: 45\r\n"));
	assert_true(has(&out, "{\"a\":\"{" OURS " word}\",\"b\":1}"));
	assert_false(has(&out, "x-extra"));
	/* 950,000 bytes more, in whole sentences. */
	assert_int_equal(ask(2, "http://h", NULL, &out, &f), 0);
	assert_true(has(&out, "Content-Length: 950067\r\n"));
	assert_true(has(&out, "{" OURS " word lorem ipsum dolor sit amet "));
	assert_true(span_ends(buf_span(&out),
			      " lorem ipsum dolor sit amet}\",\"b\":1}"));
	headers_clear(&extra);
	buf_clear(&out);
}

static void t_unmade(void **state)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT), few = BUF_INIT(100);
	struct fail f = FAIL_INIT;

	(void)state;
	assert_int_equal(ask(0, "http://h", NULL, &out, &f), -1);
	assert_int_equal(f.code, FAIL_USAGE);
	assert_non_null(
		strstr(f.text, " has no recordings in fixtures/requests"));
	put_recordings("2.1.10");
	put("fixtures/requests/2.1.10/bare", "01.http", RECORDED("none"));
	f = (struct fail)FAIL_INIT;
	assert_int_equal(ask(0, "http://h", NULL, &out, &f), -1);
	assert_int_equal(f.code, FAIL_CASE);
	assert_string_equal(f.text, "bare/01.http has no mark " MARK);
	put("fixtures/requests/2.1.10/bare", "01.http", "POST\n\n" MARK);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(ask(0, "http://h", NULL, &out, &f), -1);
	assert_int_equal(out.len, 0);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(ask(1, "http://h", NULL, &few, &f), -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	assert_string_equal(f.text, "the request is too large");
	buf_clear(&out);
	buf_clear(&few);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "bench: a request is made", t_made, set_up, tear_down, NULL },
		{ "bench: what cannot be made", t_unmade, set_up, tear_down,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("bench_request", tests, NULL, NULL);
}
