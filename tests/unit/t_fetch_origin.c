/* net/fetch_origin: what a URL says of where a request goes. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "net/fetch_private.h"

static struct fetcher fetcher;

static int tear_down(void **state)
{
	(void)state;
	fetch_origin_forget(&fetcher);
	return 0;
}

static void t_read(void **state)
{
	static const struct {
		const char *text, *url, *path, *host;
		int family; /* 0: it is a name */
		uint16_t port;
	} rows[] = {
		{ "http://127.0.0.1:8080/a/b", "http://127.0.0.1:8080/", "/a/b",
		  "127.0.0.1:8080", AF_INET, 8080 },
		{ "http://127.0.0.1", "http://127.0.0.1/", "/", "127.0.0.1",
		  AF_INET, 80 },
		{ "http://127.0.0.1:80/", NULL, "/", "127.0.0.1", AF_INET, 80 },
		{ "http://127.0.0.1:1", NULL, "/", "127.0.0.1:1", AF_INET, 1 },
		{ "http://127.0.0.1:65535", NULL, "/", "127.0.0.1:65535",
		  AF_INET, 65535 },
		{ "http://[::1]:8080/x#y", "http://[::1]:8080/", "/x",
		  "[::1]:8080", AF_INET6, 8080 },
		{ "http://[::1]", "http://[::1]/", "/", "[::1]", AF_INET6, 80 },
		{ "http://[::1]:80", NULL, "/", "[::1]", AF_INET6, 80 },
		{ "http://name:81", "http://name:81/", "/", "name:81", 0, 0 },
		{ "http://name:80", NULL, "/", "name", 0, 0 },
		{ "http://a-name-of-more-bytes-than-any-numeric-address-has",
		  NULL, "/",
		  "a-name-of-more-bytes-than-any-numeric-address-has", 0, 0 },
		{ "https://127.0.0.1:8443", "https://127.0.0.1:8443/", "/",
		  NULL, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct fetch_origin *o =
			fetch_origin_of(&fetcher, rows[i].text, NULL);
		const struct sockaddr_in *v4 = (const void *)&o->at;
		const struct sockaddr_in6 *v6 = (const void *)&o->at;

		assert_non_null(o);
		assert_string_equal(o->text, rows[i].text);
		if (rows[i].url)
			assert_string_equal(o->url, rows[i].url);
		assert_string_equal(o->path, rows[i].path);
		if (rows[i].host)
			assert_string_equal(o->host, rows[i].host);
		else
			assert_null(o->host);
		if (rows[i].family == AF_INET) {
			assert_int_equal(o->at_len, sizeof(*v4));
			assert_int_equal(v4->sin_family, AF_INET);
			assert_int_equal(ntohs(v4->sin_port), rows[i].port);
			assert_int_equal(ntohl(v4->sin_addr.s_addr),
					 INADDR_LOOPBACK);
		} else if (rows[i].family == AF_INET6) {
			assert_int_equal(o->at_len, sizeof(*v6));
			assert_int_equal(v6->sin6_family, AF_INET6);
			assert_int_equal(ntohs(v6->sin6_port), rows[i].port);
			assert_memory_equal(&v6->sin6_addr, &in6addr_loopback,
					    16);
		} else {
			assert_int_equal(o->at_len, 0);
		}
	}
}

/* The last few are known; a wrong one takes no place for long. */
static void t_known(void **state)
{
	const struct fetch_origin *first, *o;
	char text[40];

	(void)state;
	first = fetch_origin_of(&fetcher, "http://a", NULL);
	assert_ptr_equal(fetch_origin_of(&fetcher, "http://a", NULL), first);
	for (int i = 1; i < FETCHER_ORIGINS; i++) {
		snprintf(text, sizeof(text), "http://b%d", i);
		assert_non_null(fetch_origin_of(&fetcher, text, NULL));
		assert_string_equal(first->text, "http://a");
	}
	assert_ptr_equal(fetch_origin_of(&fetcher, "http://a", NULL), first);
	o = fetch_origin_of(&fetcher, "http://c", NULL);
	assert_ptr_equal(o, first); /* the oldest has gone */
	assert_string_equal(o->text, "http://c");
	assert_null(fetch_origin_of(&fetcher, "http://a:0", NULL));
	assert_null(fetch_origin_of(&fetcher, "ftp://a", NULL));
}

static void t_refused(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "http://a:0", "'http://a:0' is not a usable URL: nobody can "
				"listen on port 0" },
		{ "https://a:00/x", "'https://a:00/x' is not a usable URL: "
				    "nobody can listen on port 0" },
		{ "http://a?secret", "'http://a': a query does not belong "
				     "here" },
		{ "http://a/b?", "'http://a/b': a query does not belong here" },
		{ "ftp://a", "'ftp://a': the scheme must be http or https" },
		{ "httpss://a", NULL },
		{ "http://a:99999", NULL },
		{ "http://u:secret@a", "a URL with a user name in it is not "
				       "usable: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fail f = FAIL_INIT;

		assert_int_equal(fetch_check_origin(rows[i].text, &f), -1);
		assert_int_equal(f.code, FAIL_USAGE);
		if (rows[i].why && !span_starts(span_of(f.text), rows[i].why))
			fail_msg("%s", f.text);
		assert_null(strstr(f.text, "secret"));
	}
	assert_int_equal(fetch_check_origin("http://a:1/b#c", NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "origin: URL, path, host and address", t_read, NULL,
		  tear_down, NULL },
		{ "origin: the last few are known", t_known, NULL, tear_down,
		  NULL },
		{ "origin: what is refused", t_refused, NULL, tear_down, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch_origin", tests, NULL, NULL);
}
