/* Tests of what doctor's network steps know without a network. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/doctor/network.h"
#include "probe/refusal/finding.h"

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static void t_urls(void **state)
{
	static const struct {
		const char *url, *origin, *host, *path;
		bool tls;
	} rows[] = {
		{ "http://a", "http://a", "a", "", false },
		{ "https://a:8/x/y//", "https://a:8", "a", "/x/y", true },
		{ "HTTPS://A/", "HTTPS://A", "A", "", true },
		{ "http://[::1]:80/v1?x=/y#z", "http://[::1]:80", "::1", "/v1",
		  false },
		{ "http://a?x/y", "http://a", "a", "", false },
	};
	static const char *const bad[] = { "",        "a",         "ftp://a",
					   "http://", "http:///x", "http://:80",
					   "http:/a", "https:/a",  "httpsx//a",
					   "http:/:a" };
	struct url_parts u;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_true(network_url_split(rows[i].url, &u));
		assert_true(span_is(u.origin, rows[i].origin));
		assert_true(span_is(u.host, rows[i].host));
		assert_true(span_is(u.path, rows[i].path));
		assert_int_equal(u.tls, rows[i].tls);
	}
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(network_url_split(bad[i], &u));
}

static void t_shown(void **state)
{
	static const struct {
		const char *url, *shown;
	} rows[] = {
		{ "http://ann:pa@ss@proxy:1/x?key=1#y", "http://proxy:1/x" },
		{ "ann:pass@proxy:1", "proxy:1" },
		{ "https://a/b@c", "https://a/b@c" },
		{ "/login?token=1", "/login" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(1000);

		network_url_show(span_of(rows[i].url), &out);
		assert_string_equal(buf_str(&out), rows[i].shown);
		buf_clear(&out);
	}
}

static void t_hosts(void **state)
{
	static const struct {
		const char *host, *advice;
	} rows[] = {
		{ "api.antropic.com", "did you mean api.anthropic.com?" },
		{ "api.anthropic.com", "is spelt correctly" },
		{ "gateway.corp", "private name" },
		{ "llm-gateway", "private name" },
		{ "llm.example.com", "correct the host" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf out = BUF_INIT(1000);

		network_host_advice(span_of(rows[i].host), &out);
		if (!strstr(buf_str(&out), rows[i].advice))
			fail_msg("%s: %s", rows[i].host, buf_str(&out));
		buf_clear(&out);
	}
	assert_true(network_is_loopback(span_of("127.0.0.1")));
	assert_true(network_is_loopback(span_of("LocalHost")));
	assert_true(network_is_loopback(span_of("::1")));
	assert_false(network_is_loopback(span_of("10.0.0.1")));
	assert_false(network_is_loopback(span_of("localhost.example.com")));
}

struct connection {
	enum end_stage stage;
	enum stream_end end;
	int os_error;
	enum certificate_fault fault;
	int tunnel;
	const char *code;
};

static void t_connections(void **state)
{
	static const struct connection rows[] = {
		{ STAGE_NAME, END_REFUSED, 0, 0, 0, "DR-NO-NAME" },
		{ STAGE_NAME, END_TIMEOUT, 0, 0, 0, "DR-NO-NAME" },
		{ STAGE_CONNECT, END_REFUSED, ECONNREFUSED, 0, 0,
		  "DR-REFUSED" },
		{ STAGE_CONNECT, END_TIMEOUT, 0, 0, 0, "DR-TIMEOUT-CONNECT" },
		{ STAGE_CONNECT, END_REFUSED, ETIMEDOUT, 0, 0,
		  "DR-TIMEOUT-CONNECT" },
		{ STAGE_CONNECT, END_REFUSED, ENETUNREACH, 0, 0,
		  "DR-UNREACHABLE" },
		{ STAGE_CONNECT, END_REFUSED, EHOSTUNREACH, 0, 0,
		  "DR-UNREACHABLE" },
		{ STAGE_TLS, END_REFUSED, 0, CERTIFICATE_EXPIRED, 0,
		  "DR-TLS-EXPIRED" },
		{ STAGE_TLS, END_REFUSED, 0, CERTIFICATE_NOT_YET, 0,
		  "DR-TLS-NOT-YET" },
		{ STAGE_TLS, END_REFUSED, 0, CERTIFICATE_NAME, 0,
		  "DR-TLS-NAME" },
		{ STAGE_TLS, END_REFUSED, 0, CERTIFICATE_SELF_SIGNED, 0,
		  "DR-TLS-SELF-SIGNED" },
		{ STAGE_TLS, END_REFUSED, 0, CERTIFICATE_UNKNOWN, 0,
		  "DR-TLS-UNKNOWN-ISSUER" },
		{ STAGE_TLS, END_REFUSED, 0, CERTIFICATE_OTHER, 0,
		  "DR-TLS-FAILS" },
		{ STAGE_TLS, END_TIMEOUT, 0, 0, 0, "DR-TLS-FAILS" },
		{ STAGE_PROXY, END_REFUSED, ECONNREFUSED, 0, 0,
		  "DR-PROXY-UNREACHABLE" },
		{ STAGE_PROXY, END_BAD, 0, 0, 407, "DR-PROXY-REFUSES" },
		{ STAGE_PROXY, END_BAD, 0, 0, 403, "DR-PROXY-REFUSES" },
		{ STAGE_PROXY, END_BAD, 0, 0, 502, "DR-PROXY-FAILS" },
		{ STAGE_BODY, END_CLEAN, 0, 0, 0, NULL },
		{ STAGE_HEAD, END_CUT, 0, 0, 0, NULL },
		{ STAGE_SEND, END_RESET, 0, 0, 0, NULL },
		{ STAGE_BODY, END_CUT, 0, 0, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct connection *row = &rows[i];
		struct asked x = { .stage = row->stage,
				   .end = row->end,
				   .os_error = row->os_error,
				   .tunnel = row->tunnel };
		const char *code;

		x.certificate.fault = row->fault;
		code = network_code(&x);
		if (!row->code) {
			assert_null(code);
			continue;
		}
		assert_non_null(code);
		assert_string_equal(code, row->code);
		assert_non_null(finding_kind(code));
	}
}

static void t_ca_file(void **state)
{
	struct asked x = { .stage = STAGE_TLS,
			   .end = END_REFUSED,
			   .ca_file_bad = true };

	(void)state;
	assert_string_equal(network_code(&x), "DR-TLS-CA-FILE");
}

static void t_redirects(void **state)
{
	static const struct {
		const char *base, *location;
		enum redirect kind;
		const char *to;
	} rows[] = {
		{ "http://a/api/", "https://a/api/v1/messages?beta=true",
		  REDIRECT_TO_API, "https://a/api" },
		{ "http://a", "//b/v1/messages", REDIRECT_TO_API, "http://b" },
		{ "https://a", "/x/v1/messages", REDIRECT_TO_API,
		  "https://a/x" },
		{ "https://a/x", "/x/v1/messages/", REDIRECT_TO_SELF,
		  "https://a/x" },
		{ "https://a", "https://u:p@b/v1/messages", REDIRECT_TO_API,
		  "https://b" },
		{ "https://a", "/login?next=/v1/messages", REDIRECT_AWAY, "" },
		{ "https://a", "https://sso.b/", REDIRECT_AWAY, "" },
		{ "https://a", "messages", REDIRECT_AWAY, "" },
		{ "https://a", "", REDIRECT_AWAY, "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf to = BUF_INIT(1000);

		assert_int_equal(
			redirect_of(rows[i].base, rows[i].location, &to),
			rows[i].kind);
		assert_string_equal(buf_str(&to), rows[i].to);
		buf_clear(&to);
	}
}

/* Is there a try with this code and base? */
static bool is_tried(const char *base, const char *code, const char *want)
{
	struct path_try tries[PATH_TRIES];
	size_t count = path_try_of(base, tries);
	bool is = false;

	for (size_t i = 0; i < count; i++) {
		assert_non_null(finding_kind(tries[i].code));
		is = is || (strcmp(tries[i].code, code) == 0 &&
			    strcmp(tries[i].base, want) == 0);
	}
	path_try_clear(tries, count);
	return is;
}

static void t_paths(void **state)
{
	struct path_try tries[PATH_TRIES];

	(void)state;
	assert_true(is_tried("http://a", "DR-QUERY-REFUSED", "http://a"));
	assert_true(is_tried("http://a/v1", "DR-V1-TWICE", "http://a"));
	assert_true(is_tried("http://a/x/v1/", "DR-V1-TWICE", "http://a/x"));
	assert_true(
		is_tried("http://a/v1/messages", "DR-V1-TWICE", "http://a"));
	assert_true(is_tried("http://a/v1/chat/completions", "DR-V1-TWICE",
			     "http://a"));
	assert_false(is_tried("http://a/v12", "DR-V1-TWICE", "http://a"));
	assert_true(is_tried("http://a", "DR-PREFIX-MISSING", "http://a/api"));
	assert_true(is_tried("http://a/v1", "DR-PREFIX-MISSING",
			     "http://a/anthropic"));
	assert_false(is_tried("http://a/api", "DR-PREFIX-MISSING",
			      "http://a/api/api"));
	assert_true(is_tried("http://a/x", "DR-PREFIX-WRONG", "http://a"));
	assert_false(is_tried("http://a/", "DR-PREFIX-WRONG", "http://a"));
	assert_int_equal(path_try_of("nonsense", tries), 0);
}

static void t_pages(void **state)
{
	static const struct {
		const char *type, *body, *title; /* NULL: no page */
	} rows[] = {
		{ "text/html; charset=utf-8", "<p>x", "" },
		{ "text/plain", "\n<!DOCTYPE html><title> Sign in </title>",
		  "Sign in" },
		{ NULL, "<HTML><head><Title lang=en>A</Title>", "A" },
		{ "application/json", "{\"a\":\"<html>\"}", NULL },
		{ "text/html", "<title>never ended", "" },
		{ "text/html", "<title", "" },
		{ NULL, "", NULL },
		{ "text/htm", "<title>a</title>", NULL },
		{ "text/htmx", "<title>a</title>", NULL },
		{ "text/plain", "<!DOCTYPE htmx><title>a</title>", NULL },
		{ "text/plain", "<htm><title>a</title>", NULL },
		{ "text/plain", "<htmx", NULL },
		{ "text/plain", "\t \r\n<html", "" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct asked x = { .body = BUF_INIT(1000) };
		struct buf title = BUF_INIT(1000);

		if (rows[i].type)
			headers_add_text(&x.head.headers, "Content-Type",
					 rows[i].type);
		buf_add_text(&x.body, rows[i].body);
		assert_int_equal(network_answer_is_page(&x, &title),
				 !!rows[i].title);
		assert_string_equal(buf_str(&title),
				    rows[i].title ? rows[i].title : "");
		buf_clear(&title);
		asked_clear(&x);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "network: URLs are taken apart", t_urls, NULL, NULL, NULL },
		{ "network: URLs are shown without secrets", t_shown, NULL,
		  NULL, NULL },
		{ "network: hosts that are not known", t_hosts, NULL, NULL,
		  NULL },
		{ "network: why a connection did not come about", t_connections,
		  NULL, NULL, NULL },
		{ "network: a file of authorities that is not usable",
		  t_ca_file, NULL, NULL, NULL },
		{ "network: where a redirect leads", t_redirects, NULL, NULL,
		  NULL },
		{ "network: where else the API may be", t_paths, NULL, NULL,
		  NULL },
		{ "network: pages for people", t_pages, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
