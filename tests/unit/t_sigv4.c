/* Signature Version 4, against the vectors that AWS has published for it
 * (aws-sig-v4-test-suite), and against what Bedrock asks beyond them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "net/sigv4.h"

#define ACCESS "AKIDEXAMPLE"
#define SECRET "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
#define NOW INT64_C(1440938160) /* 20150830T123600Z */
#define TOKEN \
	"AQoDYXdzEPT//////////" \
	"wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWs" \
	"KWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8YUuwthAx7mSEI/qkPpKPi/" \
	"kMcGdQrmGdeeh" \
	"M4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8T" \
	"x6q6" \
	"fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+" \
	"scqKmlzm8FDrypNC9" \
	"Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

struct vector {
	const char *method, *target, *body, *type, *session;
	const char *fields, *signature;
};

static void check(const struct vector *v, const char *host, const char *service)
{
	struct sigv4_key key = { ACCESS, SECRET, v->session, "us-east-1",
				 service };
	struct sigv4_request r = { v->method, span_of(v->target),
				   span_of(v->body), NOW };
	struct headers h = { 0 };
	char want[600];

	headers_add_text(&h, "User-Agent", "not signed");
	headers_add_text(&h, "Host", host);
	if (v->type)
		headers_add_text(&h, "Content-Type", v->type);
	/* What another has signed is replaced. */
	headers_add_text(&h, "authorization", "AWS4-HMAC-SHA256 of a client");
	headers_add_text(&h, "x-amz-date", "20010101T000000Z");
	headers_add_text(&h, "x-amz-security-token", "of a client");
	assert_int_equal(sigv4_sign(&key, &r, &h, NULL), 0);
	snprintf(want, sizeof(want),
		 "AWS4-HMAC-SHA256 Credential=" ACCESS
		 "/20150830/us-east-1/%s/aws4_request, SignedHeaders=%s, "
		 "Signature=%s",
		 service, v->fields, v->signature);
	assert_string_equal(headers_get(&h, "authorization"), want);
	assert_int_equal(headers_count(&h, "authorization"), 1);
	assert_string_equal(headers_get(&h, "x-amz-date"), "20150830T123600Z");
	assert_int_equal(headers_count(&h, "x-amz-date"), 1);
	if (v->session)
		assert_string_equal(headers_get(&h, "x-amz-security-token"),
				    v->session);
	else
		assert_null(headers_get(&h, "x-amz-security-token"));
	assert_string_equal(headers_get(&h, "user-agent"), "not signed");
	headers_clear(&h);
}

static void t_published(void **state)
{
#define VANILLA "host;x-amz-date"
	static const struct vector rows[] = {
		{ "GET", "/", "", NULL, NULL, VANILLA,
		  "5fa00fa31553b73ebf1942676e86291e"
		  "8372ff2a2260956d9b8aae1d763fbf31" },
		{ "POST", "/", "", NULL, NULL, VANILLA,
		  "5da7c1a2acd57cee7505fc6676e4e544"
		  "621c30862966e37dddb68e92efbe5d6b" },
		{ "GET", "/?Param2=value2&Param1=value1", "", NULL, NULL,
		  VANILLA,
		  "b97d918cfa904a5beff61c982a1b6f45"
		  "8b799221646efd99d3219ec94cdf2500" },
		{ "GET", "/\xe1\x88\xb4", "", NULL, NULL, VANILLA,
		  "8318018e0b0f223aa2bbf98705b62bb7"
		  "87dc9c0e678f255a891fd03141be5d85" },
		{ "GET",
		  "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		  "abcdefghijklmnopqrstuvwxyz",
		  "", NULL, NULL, VANILLA,
		  "07ef7494c76fa4850883e2b006601f94"
		  "0f8a34d404d0cfa977f52a65bbf5f24f" },
		{ "POST", "/", "Param1=value1",
		  "application/x-www-form-urlencoded", NULL,
		  "content-type;host;x-amz-date",
		  "ff11897932ad3f4e8b18135d722051e5"
		  "ac45fc38421b1da7b9d196a0fe09473a" },
		{ "POST", "/", "", NULL, TOKEN,
		  "host;x-amz-date;x-amz-security-token",
		  "85d96828115b5dc0cfc3bd16ad9e210d"
		  "d772bbebba041836c64533a82be05ead" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], "example.amazonaws.com", "service");
}

/* Paths are encoded once more than they are sent: as botocore does it. */
static void t_bedrock(void **state)
{
#define MODEL "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
#define PROFILE \
	"arn:aws:bedrock:us-east-1:123456789012:application-inference-" \
	"profile%2Fabcdef"
	static const struct vector rows[] = {
		{ "POST", "/model/" MODEL "/invoke", "{\"a\":1}",
		  "application/json", NULL, "content-type;host;x-amz-date",
		  "23d60d6be5d6a23d1ba7ad26a5508ece"
		  "ffa75de529379518d4fc15c9c1d2cc47" },
		{ "POST", "/model/" PROFILE "/invoke", "{\"a\":1}",
		  "application/json", "SESSION",
		  "content-type;host;x-amz-date;x-amz-security-token",
		  "9c374eac7eecc98255c854bd6e5fe419"
		  "16448fce16e0834d7fad1ff97a709e62" },
	};
	static const struct vector list = {
		"GET",
		"/inference-profiles?type=SYSTEM_DEFINED&b=%3A",
		"",
		NULL,
		NULL,
		VANILLA,
		"d57ff476b100ad9d3e09c97414408d99"
		"7485b1df3e8bd654b5789723ef1e2084"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check(&rows[i], "bedrock-runtime.us-east-1.amazonaws.com",
		      "bedrock");
	check(&list, "bedrock.us-east-1.amazonaws.com", "bedrock");
}

static const char *signature_of(const char *target, const char *type,
				struct headers *h)
{
	struct sigv4_key key = { ACCESS, SECRET, NULL, "us-east-1", "bedrock" };
	struct sigv4_request r = { "GET", span_of(target), SPAN_EMPTY, NOW };

	headers_add_text(h, "host", "h");
	if (type)
		headers_add_text(h, "x-amz-meta", type);
	assert_int_equal(sigv4_sign(&key, &r, h, NULL), 0);
	return strstr(headers_get(h, "authorization"), "Signature=");
}

static void same(const char *a, const char *type_a, const char *b,
		 const char *type_b, bool is)
{
	struct headers x = { 0 }, y = { 0 };

	if ((strcmp(signature_of(a, type_a, &x), signature_of(b, type_b, &y)) ==
	     0) != is)
		fail_msg("%s and %s", a, b);
	headers_clear(&x);
	headers_clear(&y);
}

/* Spellings that a server takes for one request, and others. */
static void t_spellings(void **state)
{
	(void)state;
	same("/?a=1&b=2", NULL, "/?b=2&a=1", NULL, true);
	same("/?a", NULL, "/?a=", NULL, true);
	same("/?a=b", NULL, "/?%61=%62", NULL, true);
	same("/?a=%3a", NULL, "/?a=:", NULL, true);
	same("/?a=%2", NULL, "/?a=%252", NULL, true);
	same("/?a=1&&b=2&", NULL, "/?a=1&b=2", NULL, true);
	same("/?a=2&a=1", NULL, "/?a=1&a=2", NULL, true);
	same("/?a-b=1&a=1", NULL, "/?a=1&a-b=1", NULL, true);
	same("/?", NULL, "/", NULL, true);
	same("/", "a  b", "/", "a b", true);
	same("/", "a b", "/", "ab", false);
	same("/?a=1", NULL, "/?a=2", NULL, false);
	same("/a%2Fb", NULL, "/a/b", NULL, false);
	same("/a:b", NULL, "/a%3Ab", NULL, false);
}

/* The same field twice is one, with both values in their order. */
static void t_twice(void **state)
{
	struct headers two = { 0 }, one = { 0 };
	const char *a, *b;

	(void)state;
	headers_add_text(&two, "X-Amz-Meta", "1");
	a = signature_of("/", "2", &two);
	b = signature_of("/", "1,2", &one);
	assert_string_equal(a, b);
	assert_non_null(strstr(headers_get(&two, "authorization"),
			       "SignedHeaders=host;x-amz-date;x-amz-meta,"));
	headers_clear(&two);
	headers_clear(&one);
}

static void t_refused(void **state)
{
	struct sigv4_key key = { ACCESS, SECRET, NULL, "us-east-1", "bedrock" };
	struct sigv4_request r = { "GET", span_of("/"), SPAN_EMPTY, NOW };
	struct headers h = { 0 };
	struct fail f = FAIL_INIT;
	char query[2000] = "/?";

	(void)state;
	assert_int_equal(sigv4_sign(&key, &r, &h, &f), -1);
	assert_string_equal(f.text,
			    "a request without a Host cannot be signed");
	headers_add_text(&h, "host", "h");
	for (int i = 0; i < 257; i++)
		strcat(query, "a=1&");
	r.target = span_first(span_of(query), strlen(query) - 5);
	assert_int_equal(sigv4_sign(&key, &r, &h, NULL), 0);
	r.target = span_of(query);
	f = (struct fail)FAIL_INIT;
	assert_int_equal(sigv4_sign(&key, &r, &h, &f), -1);
	assert_int_equal(f.code, FAIL_LIMIT);
	while (h.count < HTTP_HEADERS_LIMIT)
		headers_add_text(&h, "a", "b");
	r.target = span_of("/");
	f = (struct fail)FAIL_INIT;
	assert_int_equal(sigv4_sign(&key, &r, &h, &f), -1);
	assert_string_equal(f.text, "too many header fields");
	headers_clear(&h);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "sigv4: the published vectors", t_published, NULL, NULL,
		  NULL },
		{ "sigv4: what Bedrock is asked", t_bedrock, NULL, NULL, NULL },
		{ "sigv4: spellings of one request", t_spellings, NULL, NULL,
		  NULL },
		{ "sigv4: a field that is there twice", t_twice, NULL, NULL,
		  NULL },
		{ "sigv4: what cannot be signed", t_refused, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sigv4", tests, NULL, NULL);
}
