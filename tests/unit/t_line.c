/* net/line and fetch_words: what of the library's results becomes of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/fetch_private.h"
#include "net/line.h"

/* ---- the library: what it says ---- */

static CURLcode says;
static size_t moved; /* bytes */
static long os_error;
static size_t removed; /* handles */

CURLcode __wrap_curl_easy_recv(CURL *easy, void *to, size_t len, size_t *done);
CURLcode __wrap_curl_easy_recv(CURL *easy, void *to, size_t len, size_t *done)
{
	(void)easy;
	memset(to, 'r', len);
	*done = moved;
	return says;
}

CURLcode __wrap_curl_easy_send(CURL *easy, const void *from, size_t len,
			       size_t *done);
CURLcode __wrap_curl_easy_send(CURL *easy, const void *from, size_t len,
			       size_t *done)
{
	(void)easy;
	assert_memory_equal(from, "words", len);
	*done = moved;
	return says;
}

CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...);
CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	va_list args;

	(void)easy;
	va_start(args, info);
	if (info == CURLINFO_OS_ERRNO)
		*va_arg(args, long *) = os_error;
	else if (info == CURLINFO_ACTIVESOCKET)
		*va_arg(args, curl_socket_t *) = 7;
	else
		fail();
	va_end(args);
	return CURLE_OK;
}

static int cleared; /* a bit for each option that was set to NULL */

CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...);
CURLcode __wrap_curl_easy_setopt(CURL *easy, CURLoption option, ...)
{
	static const CURLoption options[] = { CURLOPT_PRIVATE,
					      CURLOPT_ERRORBUFFER,
					      CURLOPT_HTTPHEADER };
	va_list args;

	(void)easy;
	va_start(args, option);
	for (int i = 0; i < 3; i++)
		if (option == options[i] && !va_arg(args, void *))
			cleared |= 1 << i;
	va_end(args);
	return CURLE_OK;
}

CURLMcode __real_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *easy);
CURLMcode __wrap_curl_multi_remove_handle(CURLM *multi, CURL *easy)
{
	removed++;
	return __real_curl_multi_remove_handle(multi, easy);
}

/* ---- */

static struct fetcher fetcher;
static struct line *line;

static int set_up(void **state)
{
	struct fetch ft = { .fetcher = &fetcher, .added = true };

	(void)state;
	fetcher.multi = curl_multi_init();
	ft.easy = curl_easy_init();
	cleared = 0;
	removed = 0;
	line = line_of(&ft);
	assert_int_equal(cleared, 7);
	assert_null(ft.easy); /* nothing of it is the fetch's any more */
	assert_false(ft.added);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	line_free(line);
	line_free(NULL);
	assert_int_equal(removed, 1);
	curl_multi_cleanup(fetcher.multi);
	return 0;
}

static void expect(CURLcode result, size_t done, long os, ssize_t in,
		   int in_error, ssize_t out, int out_error)
{
	char bytes[5];

	says = result;
	moved = done;
	os_error = os;
	errno = 0;
	assert_int_equal(line_recv(line, bytes, sizeof(bytes)), in);
	assert_int_equal(errno, in_error);
	errno = 0;
	assert_int_equal(line_send(line, "words", 5), out);
	assert_int_equal(errno, out_error);
}

static void t_results(void **state)
{
	(void)state;
	assert_int_equal(line_fd(line), 7);
	expect(CURLE_OK, 3, 0, 3, 0, 3, 0);
	expect(CURLE_OK, 0, ECONNRESET, 0, 0, 0, 0);
	expect(CURLE_AGAIN, 0, 0, -1, EAGAIN, -1, EAGAIN);
	expect(CURLE_RECV_ERROR, 0, ECONNRESET, -1, ECONNRESET, -1, ECONNRESET);
	expect(CURLE_SEND_ERROR, 0, 1, -1, 1, -1, 1);
	/* Without an error of the system the peer has closed. */
	expect(CURLE_RECV_ERROR, 0, 0, 0, 0, -1, EPIPE);
}

/* The library's own words for this failure come first. */
static void t_words(void **state)
{
	struct fetch ft = { .easy = NULL };

	(void)state;
	assert_string_equal(fetch_words(&ft, CURLE_COULDNT_CONNECT, "other"),
			    "other");
	assert_string_equal(fetch_words(&ft, CURLE_COULDNT_CONNECT, ""), "");
	assert_string_equal(fetch_words(&ft, CURLE_COULDNT_CONNECT, NULL),
			    curl_easy_strerror(CURLE_COULDNT_CONNECT));
	strcpy(ft.error, "it failed");
	assert_string_equal(fetch_words(&ft, CURLE_COULDNT_CONNECT, "other"),
			    "it failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "line: bytes, none now, the end, an error", t_results, set_up,
		  tear_down, NULL },
		{ "fetch_words: whose words they are", t_words, NULL, NULL,
		  NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("line", tests, NULL, NULL);
}
