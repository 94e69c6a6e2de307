/* gateway/policy: which header fields are passed on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "gateway/policy.h"

static struct config config;

static int set_up(void **state)
{
	(void)state;
	config_init(&config);
	provider_set_key(&config.upstream, "up", NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	config_clear(&config);
	return 0;
}

/* "name: value" lines. */
static void read_lines(const char *text, struct headers *h)
{
	struct span rest = span_of(text), line, name;

	while (span_split(&rest, '\n', &line)) {
		span_split(&line, ':', &name);
		headers_add(h, name, span_trim(line));
	}
}

static void write_lines(const struct headers *h, struct buf *out)
{
	for (size_t i = 0; i < h->count; i++)
		buf_addf(out, "%s%s: %s", i > 0 ? "\n" : "", h->list[i].name,
			 h->list[i].value);
}

typedef int filter_fn(const struct headers *from, struct headers *to);

static int request(const struct headers *from, struct headers *to)
{
	return policy_request(from, &config.upstream, to);
}

static void expect(filter_fn *filter, const char *from, const char *to)
{
	struct headers in = { 0 }, out = { 0 };
	struct buf text = BUF_INIT(100000);

	read_lines(from, &in);
	assert_int_equal(filter(&in, &out), 0);
	write_lines(&out, &text);
	assert_string_equal(buf_str(&text), to);
	headers_clear(&in);
	headers_clear(&out);
	buf_clear(&text);
}

static void t_open(void **state)
{
	(void)state;
	expect(request,
	       "Accept: application/json\n"
	       "anthropic-beta: b,a\n"
	       "X-Later: 1\n"
	       "Anthropic-Beta: c\n"
	       "x-api-key: client\n"
	       "anthropic-later: x\n"
	       "traceparent: 00-1-2-01",
	       "Accept: application/json\n"
	       "anthropic-beta: b,a\n"
	       "X-Later: 1\n"
	       "Anthropic-Beta: c\n"
	       "x-api-key: up\n"
	       "anthropic-later: x\n"
	       "traceparent: 00-1-2-01");
}

static void t_credentials(void **state)
{
	(void)state;
	expect(request,
	       "Authorization: Bearer client\nx-app: cli\nX-Api-Key: client",
	       "x-api-key: up\nx-app: cli");
	/* Only these names, not what begins like them. */
	expect(request,
	       "authorization-x: 1\nx-api-key-id: 2\nX-Api-Key: client\n"
	       "hosts: 3\nvia-x: 4",
	       "authorization-x: 1\nx-api-key-id: 2\nx-api-key: up\n"
	       "hosts: 3\nvia-x: 4");
	expect(request, "connection: x-api-key\nx-app: cli",
	       "x-app: cli\nx-api-key: up");
}

static void t_bearer(void **state)
{
	(void)state;
	config.upstream.scheme = KEY_BEARER;
	expect(request, "x-api-key: client\nx-app: cli",
	       "Authorization: Bearer up\nx-app: cli");
	config.upstream.scheme = KEY_API_KEY;
}

static void t_connection(void **state)
{
	(void)state;
	expect(request,
	       "x-api-key: k\nHost: gw\nConnection: keep-alive, X-Mine\n"
	       "x-mine: 1\nKeep-Alive: timeout=5\nTE: trailers\nTrailer: x\n"
	       "Transfer-Encoding: chunked\nUpgrade: h2c\nExpect: "
	       "100-continue\n"
	       "Proxy-Authorization: Basic x\nProxy-Connection: close\n"
	       "Content-Length: 5\ncontent-type: application/json",
	       "x-api-key: up\ncontent-type: application/json");
}

static void t_proxies(void **state)
{
	(void)state;
	expect(request,
	       "x-api-key: k\nCookie: a=b\nX-Forwarded-For: 1\n"
	       "X-Forwarded-Anything: 1\nX-Real-IP: 1\nForwarded: for=1\n"
	       "Via: 1.1 x\nCF-Ray: 1\nCdn-Loop: x\nTrue-Client-IP: 1\n"
	       "x-forward: stays\ncfx: stays",
	       "x-api-key: up\nx-forward: stays\ncfx: stays");
}

static void t_too_many(void **state)
{
	struct headers in = { 0 }, out = { 0 };

	(void)state;
	while (headers_add_text(&in, "a", "b") == 0)
		;
	assert_int_equal(policy_request(&in, &config.upstream, &out), -1);
	headers_clear(&out);
	assert_int_equal(policy_response(&in, &out), 0);
	assert_int_equal(policy_response(&in, &out), -1);
	headers_clear(&in);
	headers_clear(&out);
	/* As many as there may be, and then the key. */
	while (headers_add_text(&out, "a", "b") == 0)
		;
	headers_add_text(&in, "x-api-key", "client");
	assert_int_equal(policy_request(&in, &config.upstream, &out), -1);
	headers_clear(&in);
	assert_int_equal(policy_request(&in, &config.upstream, &out), -1);
	headers_clear(&out);
}

static void t_answer(void **state)
{
	(void)state;
	expect(policy_response,
	       "Date: now\nContent-Type: text/event-stream; charset=utf-8\n"
	       "request-id: req_1\nRetry-After: 7\nx-should-retry: false\n"
	       "anthropic-ratelimit-unified-status: allowed\nx-later: 1\n"
	       "Content-Encoding: gzip\nContent-Length: 5",
	       "Date: now\nContent-Type: text/event-stream; charset=utf-8\n"
	       "request-id: req_1\nRetry-After: 7\nx-should-retry: false\n"
	       "anthropic-ratelimit-unified-status: allowed\nx-later: 1\n"
	       "Content-Encoding: gzip\nContent-Length: 5");
}

static void t_origin(void **state)
{
	(void)state;
	expect(policy_response,
	       "a: b\nSet-Cookie: a\nAccess-Control-Allow-Origin: *\n"
	       "Alt-Svc: h3\nStrict-Transport-Security: max-age=1\n"
	       "Transfer-Encoding: chunked\nConnection: close, x-hop\n"
	       "X-Hop: 1\nKeep-Alive: 5\nProxy-Authenticate: Basic\n"
	       "set-cookie2: stays",
	       "a: b\nset-cookie2: stays");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "policy: unknown fields pass in order and spelling", t_open,
		  NULL, NULL, NULL },
		{ "policy: the gateway's key replaces all of the client's",
		  t_credentials, NULL, NULL, NULL },
		{ "policy: the gateway's key can be a bearer token", t_bearer,
		  NULL, NULL, NULL },
		{ "policy: what belongs to the connection stays behind",
		  t_connection, NULL, NULL, NULL },
		{ "policy: cookies and traces of proxies stay behind",
		  t_proxies, NULL, NULL, NULL },
		{ "policy: too many fields are a failure", t_too_many, NULL,
		  NULL, NULL },
		{ "policy: an answer's fields pass", t_answer, NULL, NULL,
		  NULL },
		{ "policy: what speaks for the upstream's origin does not",
		  t_origin, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("policy", tests, set_up, tear_down);
}
