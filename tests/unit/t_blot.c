/* mockupstream/blot: heads that a journal may keep. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mockupstream/blot.h"

static void make(struct http_head *head, const char *text)
{
	struct fail f = FAIL_INIT;

	*head = (struct http_head){ 0 };
	assert_true(http_request_read(span_of(text), head, &f) > 0);
}

static void blotted(const char *text, const char *known, struct buf *out)
{
	struct http_head head, clean;

	make(&head, text);
	blot_head(&head, known, &clean);
	assert_int_equal(clean.headers.count, head.headers.count);
	assert_int_equal(clean.minor, head.minor);
	http_head_write(&clean, out);
	http_head_clear(&head);
	http_head_clear(&clean);
}

static void t_fields(void **state)
{
	struct buf out = BUF_INIT(10000);

	(void)state;
	blotted("POST /v1/messages?beta=true HTTP/1.1\r\n"
		"X-Api-Key: given-out-to-team\r\n"
		"authorization: Bearer another-one-0007\r\n"
		"cookie: a=secret-cookie\r\n"
		"x-debug: saw given-out-to-team today\r\n"
		"accept: */*\r\n\r\n",
		NULL, &out);
	assert_null(strstr(buf_str(&out), "given-out"));
	assert_null(strstr(buf_str(&out), "another-one"));
	assert_null(strstr(buf_str(&out), "secret-cookie"));
	assert_true(span_starts(buf_span(&out),
				"POST /v1/messages?beta=true HTTP/1.1\r\n"
				"X-Api-Key: <credential, 17 bytes, "));
	assert_non_null(
		strstr(buf_str(&out),
		       "authorization: Bearer <credential, 16 bytes, "));
	assert_non_null(strstr(buf_str(&out), "\r\nx-debug: saw <credential,"));
	assert_non_null(strstr(buf_str(&out), "\r\naccept: */*\r\n"));
	buf_clear(&out);
}

/* Two that are the same can be found to be. */
static void t_digest(void **state)
{
	struct buf a = BUF_INIT(1000), b = BUF_INIT(1000), c = BUF_INIT(1000);

	(void)state;
	blotted("GET / HTTP/1.1\r\nx-api-key: key-one\r\n\r\n", NULL, &a);
	blotted("GET / HTTP/1.1\r\nx-api-key: key-one\r\n\r\n", NULL, &b);
	blotted("GET / HTTP/1.1\r\nx-api-key: key-two\r\n\r\n", NULL, &c);
	assert_string_equal(buf_str(&a), buf_str(&b));
	assert_string_not_equal(buf_str(&a), buf_str(&c));
	buf_clear(&a);
	buf_clear(&b);
	buf_clear(&c);
}

static void t_target(void **state)
{
	static const char *const rows[][2] = {
		{ "/v1/models?limit=2&after_id=m",
		  "/v1/models?limit=2&after_id=m" },
		{ "/x?", "/x?" },
		{ "/x?&&a", "/x?&&a" },
		{ "/x?api_key=&a=b=c", "/x?api_key=&a=b=c" },
	};
	struct buf out = BUF_INIT(10000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_head head, clean;
		char text[200];

		snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\n\r\n",
			 rows[i][0]);
		make(&head, text);
		blot_head(&head, NULL, &clean);
		assert_string_equal(clean.target, rows[i][1]);
		http_head_clear(&head);
		http_head_clear(&clean);
	}
	blotted("GET /configured-key/x?a=1&api_key=short&token=x-9 "
		"HTTP/1.1\r\n\r\n",
		"configured-key", &out);
	assert_null(strstr(buf_str(&out), "configured-key"));
	assert_null(strstr(buf_str(&out), "short"));
	assert_null(strstr(buf_str(&out), "x-9"));
	assert_non_null(strstr(buf_str(&out), "/x?a=1&api_key=<credential, 5"));
	buf_clear(&out);
}

/* Nobody has named it. */
static void t_looks(void **state)
{
	struct buf out = BUF_INIT(10000);

	(void)state;
	blotted("GET /x/sk-0123456789abcdef?next=sk-fedcba9876543210 "
		"HTTP/1.1\r\n"
		"x-debug: saw sk-0a1b2c3d4e5f6071\r\n\r\n",
		NULL, &out);
	assert_null(strstr(buf_str(&out), "sk-"));
	assert_true(
		span_starts(buf_span(&out), "GET /x/<credential, 19 bytes, "));
	assert_non_null(strstr(buf_str(&out), ">?next=<credential,"));
	assert_non_null(strstr(buf_str(&out), "x-debug: saw <credential,"));
	buf_clear(&out);
}

/* Which values are credentials; of "SCHEME value" it is the value. */
static void t_found(void **state)
{
	struct secrets s = { .list = NULL };
	struct http_head head;

	(void)state;
	make(&head, "GET / HTTP/1.1\r\nAuthorization: Bearer key-of-bearer\r\n"
		    "x-api-key: key-of-ours\r\nx-app: no-key-of-ours\r\n\r\n");
	blot_find(&head, "key-that-is-known", &s);
	assert_int_equal(s.count, 3);
	assert_true(secrets_has(&s, "key-of-bearer"));
	assert_true(secrets_has(&s, "key-of-ours"));
	assert_true(secrets_has(&s, "key-that-is-known"));
	secrets_clear(&s);
	http_head_clear(&head);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "blot: credentials are found", t_found, NULL, NULL, NULL },
		{ "blot: fields that hold credentials, and what they hold "
		  "elsewhere",
		  t_fields, NULL, NULL, NULL },
		{ "blot: a digest tells two apart", t_digest, NULL, NULL,
		  NULL },
		{ "blot: keys in a target", t_target, NULL, NULL, NULL },
		{ "blot: what looks like a key", t_looks, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("blot", tests, NULL, NULL);
}
