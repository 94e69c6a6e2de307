/* What goes out: credentials in every form, marks, session ids, edits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe/run/outgoing.h"
#include "wire/bytes/mem.h"

#define RUN UINT64_C(0x123456789abcdef0)

static const struct outgoing_values values = {
	.run = RUN,
	.gateway = "http://127.0.0.1:81/prefix",
	.client_key = "good",
	.wrong_key = "bad",
	.auth = AUTH_BEARER,
};

static void make(struct outgoing *o, const char *head, enum auth_form auth,
		 const struct outgoing_values *v)
{
	struct request r = { .auth = auth };
	struct fail f = FAIL_INIT;

	assert_true(http_request_read(span_of(head), &r.head, &f) > 0);
	assert_int_equal(outgoing_make(o, &r, v, &f), 0);
	http_head_clear(&r.head);
}

/* The head that goes out, with "|" for line ends. */
static char *head_text(const struct outgoing *o)
{
	struct buf b = BUF_INIT(16384);
	char *text;

	assert_int_equal(http_head_write(&o->head, &b), 0);
	text = buf_take(&b, NULL);
	for (char *at = text; *at; at++) {
		if (*at == '\r')
			*at = '|';
		else if (*at == '\n')
			*at = ' ';
	}
	return text;
}

static void expect(const char *head, enum auth_form form, const char *wanted)
{
	struct outgoing o;
	char *text;

	make(&o, head, form, &values);
	text = head_text(&o);
	if (!strstr(text, wanted))
		fail_msg("'%s' is not in: %s", wanted, text);
	free(text);
	outgoing_clear(&o);
}

#define BEARER \
	"GET / HTTP/1.1\r\nA: 1\r\nAuthorization: Bearer " \
	"{{credential}}\r\nB: 2\r\n\r\n"

static void each_form(void **state)
{
	(void)state;
	expect(BEARER, AUTH_DEFAULT, "A: 1| Authorization: Bearer good| B: 2|");
	expect(BEARER, AUTH_NONE, "A: 1| B: 2|");
	expect(BEARER, AUTH_API_KEY, "A: 1| x-api-key: good| B: 2|");
	expect(BEARER, AUTH_BOTH,
	       "A: 1| Authorization: Bearer good| x-api-key: good| B: 2|");
	expect(BEARER, AUTH_WRONG_BEARER, "Authorization: Bearer bad| B: 2|");
	expect(BEARER, AUTH_WRONG_API_KEY, "A: 1| x-api-key: bad| B: 2|");
	expect(BEARER, AUTH_WRONG_BEARER_GOOD_KEY,
	       "Authorization: Bearer bad| x-api-key: good| B: 2|");
	expect(BEARER, AUTH_GOOD_BEARER_WRONG_KEY,
	       "Authorization: Bearer good| x-api-key: bad| B: 2|");
	expect("GET / HTTP/1.1\r\nA: 1\r\n\r\n", AUTH_BEARER,
	       "A: 1| Authorization: Bearer good|");
}

#define SIGNED \
	"GET / HTTP/1.1\r\nauthorization: AWS4-HMAC-SHA256 Credential=" \
	"{{credential}}/x, SignedHeaders=host, Signature={{signature}}\r\n" \
	"B: 2\r\n\r\n"

/* A signature holds for the whole; it gives way to a credential only where a
 * case asks for one. */
static void signed_requests(void **state)
{
	(void)state;
	expect(SIGNED, AUTH_DEFAULT,
	       "authorization: AWS4-HMAC-SHA256 Credential=good/x, "
	       "SignedHeaders=host, Signature=eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
	       "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee| B: 2|");
	expect(SIGNED, AUTH_WRONG_BEARER, " Authorization: Bearer bad| B: 2|");
	expect(SIGNED, AUTH_NONE, "HTTP/1.1| B: 2|");
}

/* In the clients' modes for clouds, what a gateway gets. */
static void keyed_requests(void **state)
{
	struct request r = { .keyed = true };
	struct fail f = FAIL_INIT;
	struct outgoing o;
	char *text;

	(void)state;
	assert_true(http_request_read(span_of("POST /model/m/invoke HTTP/1.1"
					      "\r\nA: 1\r\n\r\n"),
				      &r.head, &f) > 0);
	assert_int_equal(outgoing_make(&o, &r, &values, &f), 0);
	text = head_text(&o);
	assert_non_null(strstr(text, "A: 1| Authorization: Bearer good|"));
	free(text);
	outgoing_clear(&o);
	r.auth = AUTH_NONE;
	assert_int_equal(outgoing_make(&o, &r, &values, &f), 0);
	text = head_text(&o);
	assert_null(strstr(text, "Authorization"));
	free(text);
	outgoing_clear(&o);
	http_head_clear(&r.head);
}

static void left_open(void **state)
{
	(void)state;
	/* Of two fields for a credential the first is its place. */
	expect("GET / HTTP/1.1\r\nx-api-key: {{credential}}\r\nB: 2\r\n"
	       "Authorization: Bearer {{credential}}\r\nC: 3\r\n\r\n",
	       AUTH_DEFAULT,
	       "HTTP/1.1| Authorization: Bearer good| B: 2| C: 3|");
	expect("GET / HTTP/1.1\r\nx-api-key: a\r\n\r\n", AUTH_API_KEY,
	       "HTTP/1.1| x-api-key: good| |");
	expect("GET / HTTP/1.1\r\nA: 1\r\n\r\n", AUTH_DEFAULT, " A: 1| |");
	expect("GET / HTTP/1.1\r\nx-api-key: spelt out\r\nB: 2\r\n\r\n",
	       AUTH_DEFAULT, "x-api-key: spelt out| B: 2|");
}

static void replaced(void **state)
{
	(void)state;
	expect("GET /?m=[probe-0000000000000000] HTTP/1.1\r\n"
	       "Host: {{host}}\r\nContent-Length: 3\r\n"
	       "Transfer-Encoding: chunked\r\n"
	       "S: 00000000-0000-4000-8000-000000000000\r\n\r\n",
	       AUTH_DEFAULT,
	       "GET /?m=[probe-123456789abcdef0] HTTP/1.1| "
	       "Host: 127.0.0.1:81| "
	       "S: 00000000-0000-4000-8000-56789abcdef0| |");
}

/* Other sessions of the same run, and what only looks like one. */
static void sessions(void **state)
{
	(void)state;
	expect("GET / HTTP/1.1\r\nS: 00000000-0000-4000-8002-000000000000\r\n"
	       "T: 00000000-0000-4000-80a9-000000000000\r\n"
	       "U: 00000000-0000-4000-80x1-000000000000\r\n"
	       "V: 00000000-0000-4000-8001-00000000000\r\n"
	       "W: 00000000-0000-4000-80\r\n\r\n",
	       AUTH_DEFAULT,
	       "S: 00000000-0000-4000-8002-56789abcdef0| "
	       "T: 00000000-0000-4000-80a9-56789abcdef0| "
	       "U: 00000000-0000-4000-80x1-000000000000| "
	       "V: 00000000-0000-4000-8001-00000000000| "
	       "W: 00000000-0000-4000-80| |");
}

/* A key of another name takes the place of the usual one. */
static void named_keys(void **state)
{
	struct request r = { .keyed = true };
	struct outgoing_values v = values;
	struct keyring ring = { .list = NULL };
	struct fail f = FAIL_INIT;
	struct outgoing o;
	char key[] = "rated";
	char *text;

	(void)state;
	r.key = key;
	v.ring = &ring;
	assert_true(http_request_read(span_of(BEARER), &r.head, &f) > 0);
	assert_int_equal(outgoing_make(&o, &r, &v, &f), -1);
	assert_string_equal(f.text, "this run has no key 'rated'");
	keyring_add(&ring, "rated", "sk-rated");
	assert_int_equal(outgoing_make(&o, &r, &v, &f), 0);
	text = head_text(&o);
	assert_non_null(
		strstr(text, "A: 1| Authorization: Bearer sk-rated| B: 2|"));
	free(text);
	outgoing_clear(&o);
	http_head_clear(&r.head);
	keyring_clear(&ring);
}

/* What a request wishes of providers stands where the gateway reads it. */
static void wishes(void **state)
{
	static const char *const bodies[][2] = {
		{ "{\"a\":1}", "{\"a\":1,\"provider\":{\"only\":[\"b\"]}}" },
		{ "{\"provider\":3,\"a\":1}",
		  "{\"provider\":{\"only\":[\"b\"]},\"a\":1}" },
	};
	struct request r = { .has_body = true };
	struct outgoing_values v = values;
	struct fail f = FAIL_INIT;
	struct outgoing o;
	char method[] = "POST", target[] = "/", wish[] = "{\"only\":[\"b\"]}";
	char a[] = "/a", two[] = "2";
	struct edit edit = { .kind = EDIT_SET };

	(void)state;
	r.head.method = method;
	r.head.target = target;
	r.wish = wish;
	for (size_t i = 0; i < 2; i++) {
		r.body = xstrdup(bodies[i][0]);
		r.body_len = strlen(r.body);
		v.wishes = (struct wishes){ .member = "provider" };
		assert_int_equal(outgoing_make(&o, &r, &v, &f), 0);
		assert_string_equal(buf_str(&o.body), bodies[i][1]);
		outgoing_clear(&o);
		v.wishes = (struct wishes){ .header = "x-routing" };
		assert_int_equal(outgoing_make(&o, &r, &v, &f), 0);
		assert_string_equal(buf_str(&o.body), bodies[i][0]);
		assert_string_equal(headers_get(&o.head.headers, "x-routing"),
				    wish);
		outgoing_clear(&o);
		free(r.body);
	}
	/* A wish comes after what the case itself changes. */
	edit.pointer = a;
	edit.text = two;
	edit.text_len = 1;
	r.edits = &edit;
	r.edit_count = 1;
	r.body = xstrdup("{\"a\":1}");
	r.body_len = strlen(r.body);
	v.wishes = (struct wishes){ .member = "provider" };
	assert_int_equal(outgoing_make(&o, &r, &v, &f), 0);
	assert_string_equal(buf_str(&o.body),
			    "{\"a\":2,\"provider\":{\"only\":[\"b\"]}}");
	outgoing_clear(&o);
	free(r.body);
	r.edit_count = 0;
	r.wish = NULL;
	r.has_body = false;
	assert_int_equal(outgoing_make(&o, &r, &v, &f), 0);
	assert_null(headers_get(&o.head.headers, "x-routing"));
	outgoing_clear(&o);
}

static void body_and_extra(void **state)
{
	struct outgoing_values v = values;
	struct headers extra = { .list = NULL };
	struct request r = { .has_body = true };
	struct outgoing o;
	struct fail f = FAIL_INIT;
	char method[] = "POST", target[] = "/";

	(void)state;
	headers_add_text(&extra, "x-extra", "yes");
	v.extra = &extra;
	r.head.method = method;
	r.head.target = target;
	r.body = xstrdup("{\"a\":\"[probe-0000000000000000] "
			 "00000000-0000-4000-8000-000000000000\"}");
	r.body_len = strlen(r.body);
	assert_int_equal(outgoing_make(&o, &r, &v, &f), 0);
	assert_string_equal(buf_str(&o.body),
			    "{\"a\":\"[probe-123456789abcdef0] "
			    "00000000-0000-4000-8000-56789abcdef0\"}");
	assert_string_equal(headers_get(&o.head.headers, "x-extra"), "yes");
	outgoing_clear(&o);
	assert_false(o.has_body);
	headers_clear(&extra);
	free(r.body);
}

static void assert_raw(const struct outgoing_values *v, const char *raw,
		       const char *wanted)
{
	struct request r = { .raw = (char *)raw, .raw_len = strlen(raw) };
	struct fail f = FAIL_INIT;
	struct buf out;

	assert_int_equal(outgoing_raw(&out, &r, v, &f), 0);
	assert_string_equal(buf_str(&out), wanted);
	buf_clear(&out);
}

/* Bytes that a case spells out, with places for what is known of the run. */
static void raw_bytes(void **state)
{
	struct headers extra = { .list = NULL };
	struct outgoing_values v = values;

	(void)state;
	assert_raw(&v, "", "");
	assert_raw(&v,
		   "POST {{base}}/v1 HTTP/1.1\r\nHost: {{host}}\r\n{{auth}}"
		   "\r\nX: {{credential}}\r\n\r\n[probe-0000000000000000] "
		   "00000000-0000-4000-8000-000000000000",
		   "POST /prefix/v1 HTTP/1.1\r\nHost: 127.0.0.1:81\r\n"
		   "Authorization: Bearer good\r\nX: good\r\n\r\n"
		   "[probe-123456789abcdef0] "
		   "00000000-0000-4000-8000-56789abcdef0");
	headers_add_text(&extra, "a", "1");
	headers_add_text(&extra, "b", "2");
	v.extra = &extra;
	v.auth = AUTH_BOTH;
	v.gateway = "h:1?a";
	assert_raw(&v, "<{{base}}><{{host}}><{{auth}}>",
		   "<><h:1><Authorization: Bearer good\r\nx-api-key: good\r\n"
		   "a: 1\r\nb: 2>");
	headers_clear(&extra);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "outgoing: each form of credential, in its place", each_form,
		  NULL, NULL, NULL },
		{ "outgoing: what was recorded without a credential has none",
		  left_open, NULL, NULL, NULL },
		{ "outgoing: a signed request keeps its signature",
		  signed_requests, NULL, NULL, NULL },
		{ "outgoing: a credential where the mode leaves it to the "
		  "gateway",
		  keyed_requests, NULL, NULL, NULL },
		{ "outgoing: mark, session and host are the run's own",
		  replaced, NULL, NULL, NULL },
		{ "outgoing: several sessions of a run", sessions, NULL, NULL,
		  NULL },
		{ "outgoing: a key with a name", named_keys, NULL, NULL, NULL },
		{ "outgoing: what it wishes of providers, in their place",
		  wishes, NULL, NULL, NULL },
		{ "outgoing: bytes that a case spells out", raw_bytes, NULL,
		  NULL, NULL },
		{ "outgoing: the body likewise, and headers are added",
		  body_and_extra, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("outgoing", tests, NULL, NULL);
}
