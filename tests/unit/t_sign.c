/* gateway/sign: which requests are signed, and what is signed of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "gateway/sign.h"
#include "net/sigv4.h"

time_t __wrap_time(time_t *out);
time_t __wrap_time(time_t *out)
{
	(void)out;
	return 1796050800;
}

static struct provider provider;

static int set_up(void **state)
{
	(void)state;
	provider_init(&provider);
	assert_int_equal(provider_set_key(&provider, "secret", NULL), 0);
	assert_int_equal(provider_set_key_id(&provider, "id", NULL), 0);
	assert_int_equal(provider_set_scheme(&provider, "sigv4", NULL), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	provider_clear(&provider);
	return 0;
}

/* The same as the signature over this host and this path. */
static void expect(const char *origin, const char *host, const char *target,
		   const char *region)
{
	const struct fetch_request request = { .origin = origin,
					       .method = "POST",
					       .target = "/model/m/invoke",
					       .body = span_of("body") };
	const struct sigv4_key key = { "id", "secret", provider.session, region,
				       "bedrock" };
	const struct sigv4_request what = { .method = "POST",
					    .target = span_of(target),
					    .body = span_of("body"),
					    .now = 1796050800 };
	struct headers is = { 0 }, want = { 0 };

	headers_add_text(&is, "host", "client's");
	headers_add_text(&want, "host", host);
	assert_int_equal(sign_request(&provider, &request, &is, NULL), 0);
	assert_int_equal(sigv4_sign(&key, &what, &want, NULL), 0);
	assert_int_equal(is.count, want.count);
	for (size_t i = 0; i < is.count; i++) {
		assert_string_equal(is.list[i].name, want.list[i].name);
		assert_string_equal(is.list[i].value, want.list[i].value);
	}
	headers_clear(&is);
	headers_clear(&want);
}

static void t_signed(void **state)
{
	(void)state;
	expect("https://h:8443/base", "h:8443", "/base/model/m/invoke",
	       "us-east-1");
	expect("http://h", "h", "/model/m/invoke", "us-east-1");
	assert_int_equal(provider_set_region(&provider, "eu-west-1", NULL), 0);
	assert_int_equal(provider_set_session(&provider, "token", NULL), 0);
	expect("http://h", "h", "/model/m/invoke", "eu-west-1");
}

static void t_not_signed(void **state)
{
	const struct fetch_request request = { .origin = "http://h",
					       .method = "GET",
					       .target = "/" };
	struct headers h = { 0 };

	(void)state;
	assert_int_equal(provider_set_scheme(&provider, "bearer", NULL), 0);
	assert_int_equal(sign_request(&provider, &request, &h, NULL), 0);
	assert_int_equal(h.count, 0);
}

/* Host, X-Amz-Date and Authorization, for which there must be room. */
static void t_full(void **state)
{
	const struct fetch_request request = { .origin = "http://h",
					       .method = "GET",
					       .target = "/" };

	(void)state;
	for (int n = HTTP_HEADERS_LIMIT - 3; n <= HTTP_HEADERS_LIMIT; n++) {
		bool fits = n == HTTP_HEADERS_LIMIT - 3;
		struct headers h = { 0 };
		struct fail f = FAIL_INIT;

		for (int i = 0; i < n; i++)
			assert_int_equal(headers_add_text(&h, "x", ""), 0);
		assert_int_equal(sign_request(&provider, &request, &h, &f),
				 fits ? 0 : -1);
		if (!fits) {
			assert_int_equal(f.code, FAIL_LIMIT);
			assert_string_equal(f.text, "too many header fields");
		}
		headers_clear(&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "sign: host, path and region", t_signed, set_up, tear_down,
		  NULL },
		{ "sign: other schemes are left alone", t_not_signed, set_up,
		  tear_down, NULL },
		{ "sign: there must be room for the fields", t_full, set_up,
		  tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("sign", tests, NULL, NULL);
}
