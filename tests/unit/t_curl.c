/* Tests of probe/judge/curl: requests as commands for a shell. */
#include "makelog.h"

#include <stdlib.h>

#include "probe/judge/check.h"
#include "probe/judge/curl.h"
#include "wire/bytes/mem.h"

static void assert_command(const struct curl_request *r, const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	curl_command(r, &out);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

static void t_urls(void **state)
{
	struct headers h = { .list = NULL };
	struct curl_request r = { .method = "GET", .headers = &h };

	(void)state;
	assert_command(&r, "curl -isSN --compressed -X 'GET' "
			   "\"$ANTHROPIC_BASE_URL\"'/'\n");
	r.target = "/v1?a='b'&k={{credential-10}}x{{credential-2}}";
	r.url = "https://h/p//";
	assert_command(&r, "curl -isSN --compressed -X 'GET' "
			   "'https://h/p/v1?a='\\''b'\\''&k='"
			   "\"$CREDENTIAL_10\"'x'\"$CREDENTIAL_2\"''\n");
	r.url = "u";
	r.target = "{{credential-}}a{{credential-0/}b{{credential-9:}c"
		   "{{credential-1";
	assert_command(&r, "curl -isSN --compressed -X 'GET' "
			   "'u'\"$CREDENTIAL_\"'a'\"$CREDENTIAL_0\"'b'"
			   "\"$CREDENTIAL_9\"'c'\"$CREDENTIAL_1\"''\n");
	r.target = "/x";
	r.url = "/";
	assert_command(&r, "curl -isSN --compressed -X 'GET' '/x'\n");
	r.target = "/";
	r.url = "";
	r.method = "HEAD";
	r.options = " -k";
	assert_command(&r, "curl -isSN --compressed -k --head '/'\n");
}

static void t_headers(void **state)
{
	struct headers h = { .list = NULL };
	struct curl_request r = {
		.method = "POST", .target = "/", .url = "u", .headers = &h
	};

	(void)state;
	headers_add_text(&h, "Host", "h");
	headers_add_text(&h, "Connection", "close");
	headers_add_text(&h, "Content-Length", "3");
	headers_add_text(&h, "Transfer-Encoding", "chunked");
	headers_add_text(&h, "a", "it's");
	headers_add_text(&h, "b", "");
	headers_add_text(&h, "Authorization", "Bearer sk-1");
	headers_add_text(&h, "X-Api-Key", "sk-1");
	headers_add_text(&h, "Cookie", "c=1");
	headers_add_text(&h, "x-$a`b\"c\\-token", "Basic {{credential-3}}");
	headers_add_text(&h, "d", "{{credential-12}} rest");
	headers_add_text(&h, "e", "{{credential}}");
	assert_command(&r, "curl -isSN --compressed -X 'POST' 'u/' \\\n"
			   "  -H 'a: it'\\''s' \\\n"
			   "  -H 'b;' \\\n"
			   "  -H \"Authorization: Bearer "
			   "$ANTHROPIC_AUTH_TOKEN\" \\\n"
			   "  -H \"X-Api-Key: $ANTHROPIC_API_KEY\" \\\n"
			   "  -H \"Cookie: $CREDENTIAL\" \\\n"
			   "  -H \"x-\\$a\\`b\\\"c\\\\-token: Basic "
			   "$CREDENTIAL_3\" \\\n"
			   "  -H \"d: $CREDENTIAL_12\" \\\n"
			   "  -H \"e: $CREDENTIAL\"\n");
	headers_clear(&h);
}

/* Nothing but what is given, as far as curl can. */
static void t_exact(void **state)
{
	struct headers h = { .list = NULL };
	struct curl_request r = { .method = "GET",
				  .target = "/",
				  .url = "u",
				  .headers = &h,
				  .exact = true };

	(void)state;
	assert_command(&r, "curl -isSN -X 'GET' 'u/' \\\n"
			   "  -H 'Accept:' \\\n"
			   "  -H 'Content-Type:' \\\n"
			   "  -H 'Expect:' \\\n"
			   "  -H 'User-Agent:'\n");
	headers_add_text(&h, "Accept", "a");
	headers_add_text(&h, "Content-Type", "b");
	headers_add_text(&h, "Expect", "c");
	headers_add_text(&h, "User-Agent", "d");
	headers_add_text(&h, "Accept-Encoding", "e");
	assert_command(&r, "curl -isSN --compressed -X 'GET' 'u/' \\\n"
			   "  -H 'Accept: a' \\\n"
			   "  -H 'Content-Type: b' \\\n"
			   "  -H 'Expect: c' \\\n"
			   "  -H 'User-Agent: d' \\\n"
			   "  -H 'Accept-Encoding: e'\n");
	headers_clear(&h);
}

#define FRONT "curl -isSN --compressed -X 'PUT' 'u/'"

static void t_bodies(void **state)
{
	struct headers h = { .list = NULL };
	struct curl_request r = {
		.method = "PUT", .target = "/", .url = "u", .headers = &h
	};
	char *large = xcalloc(1, 4098);
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	r.body = span_of("x");
	assert_command(&r, FRONT " \\\n  --data-raw 'x'\n");
	r.body_file = "file";
	assert_command(&r, FRONT " \\\n  --data-binary @file\n");
	r.body_file = NULL;
	r.body = span_of("\xff");
	assert_command(&r, FRONT " \\\n  --data-binary @request.json\n");
	r.body = span_make("a\0b", 3);
	assert_command(&r, FRONT " \\\n  --data-binary @request.json\n");
	memset(large, 'a', 4097);
	r.body = span_make(large, 4097);
	assert_command(&r, FRONT " \\\n  --data-binary @request.json\n");
	large[4096] = '\0';
	r.body = span_of(large);
	curl_command(&r, &out);
	assert_null(strstr(buf_str(&out), "--data-binary"));
	buf_clear(&out);
	r.body = SPAN_EMPTY;
	r.body_file = "file";
	assert_command(&r, FRONT "\n");
	free(large);
}

static struct wlog w;

static bool written(const char *wanted)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	bool from_file = curl_write(&w, RUN, "u", &out);

	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
	return from_file;
}

/* The first request of a client of this run, if curl can send it. */
static void t_of_a_log(void **state)
{
	(void)state;
	wlog_init(&w, 1024 * 1024);
	assert_false(written(""));
	wlog_add(&w, 0, RUN + 1, "c1", 1, WLOG_REQUEST)->method = xstrdup("A");
	put_request(&w, "u1", 1, "GET /u HTTP/1.1\n\n");
	assert_false(written(""));
	put_request(&w, "c2", 2, "PUT /c HTTP/1.1\n\n");
	put_bytes(&w, "c2", 1, WLOG_BODY, "other");
	put_bytes(&w, "c1", 2, WLOG_BODY, "another");
	put_request(&w, "c1", 1, "GET /1 HTTP/1.1\n\n");
	assert_false(written("curl -isSN --compressed -X 'PUT' 'u/c'\n"));
	put_bytes(&w, "c2", 2, WLOG_BODY, "\xff");
	assert_true(written("curl -isSN --compressed -X 'PUT' 'u/c' \\\n"
			    "  --data-binary @request.json\n"));
	w.list[2].raw = true;
	assert_false(written(""));
	w.list[2].raw = false;
	wlog_set_text(&w, &w.list[2], "cut");
	assert_false(written(""));
	wlog_clear(&w);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "curl: methods and addresses", t_urls, NULL, NULL, NULL },
		{ "curl: fields", t_headers, NULL, NULL, NULL },
		{ "curl: nothing but what is given", t_exact, NULL, NULL,
		  NULL },
		{ "curl: bodies", t_bodies, NULL, NULL, NULL },
		{ "curl: of a log", t_of_a_log, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("curl", tests, NULL, NULL);
}
