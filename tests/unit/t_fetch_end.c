/* net/fetch_end: what a fetch's end is called, by the library's results. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/fetch_private.h"

/* ---- the library: what it says ---- */

static long os_error, tunnel;
static curl_off_t looked_up; /* when the name was found; 0: it was not */

CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...);
CURLcode __wrap_curl_easy_getinfo(CURL *easy, CURLINFO info, ...)
{
	va_list args;

	(void)easy;
	va_start(args, info);
	switch (info) {
	case CURLINFO_OS_ERRNO:
		*va_arg(args, long *) = os_error;
		break;
	case CURLINFO_HTTP_CONNECTCODE:
		*va_arg(args, long *) = tunnel;
		break;
	case CURLINFO_NAMELOOKUP_TIME_T:
		*va_arg(args, curl_off_t *) = looked_up;
		break;
	case CURLINFO_SSL_VERIFYRESULT:
		*va_arg(args, long *) = 10;
		break;
	default:
		fail();
	}
	va_end(args);
	return CURLE_OK;
}

/* ---- */

static struct fetch ft; /* of the library */
static struct fetch_end end;

static int set_up(void **state)
{
	(void)state;
	ft = (struct fetch){ .easy = (CURL *)&ft, .error = "words" };
	os_error = tunnel = 0;
	looked_up = 1;
	return 0;
}

static void expect(CURLcode result, enum stream_end how, enum end_stage stage,
		   const char *text)
{
	fetch_explain(&ft, result, &end);
	assert_int_equal(end.end, how);
	assert_int_equal(end.stage, stage);
	assert_string_equal(end.text, text);
	assert_int_equal(end.ca_file_bad, result == CURLE_SSL_CACERT_BADFILE);
	assert_int_equal(end.os_error, result == CURLE_OK ? 0 : os_error);
	assert_int_equal(end.tunnel, tunnel);
}

/* Before anything is sent. */
static void t_results(void **state)
{
	static const struct {
		CURLcode result;
		enum stream_end how;
		enum end_stage stage;
		const char *text;
	} rows[] = {
		{ CURLE_COULDNT_RESOLVE_HOST, END_REFUSED, STAGE_NAME,
		  "the name has no address: words" },
		{ CURLE_COULDNT_CONNECT, END_REFUSED, STAGE_CONNECT,
		  "no connection: words" },
		{ CURLE_SSL_CONNECT_ERROR, END_REFUSED, STAGE_TLS,
		  "TLS handshake failed: words" },
		{ CURLE_PEER_FAILED_VERIFICATION, END_REFUSED, STAGE_TLS,
		  "the certificate is not trusted: words" },
		{ CURLE_SSL_CACERT_BADFILE, END_REFUSED, STAGE_TLS,
		  "the CA file is unusable: words" },
		{ CURLE_SSL_CERTPROBLEM, END_REFUSED, STAGE_TLS,
		  "TLS certificate problem: words" },
		{ CURLE_SSL_CIPHER, END_REFUSED, STAGE_TLS,
		  "no common TLS cipher: words" },
		{ CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, STAGE_CONNECT,
		  "no connection in time: words" },
		{ CURLE_GOT_NOTHING, END_CUT, STAGE_CONNECT,
		  "closed before any answer: words" },
		{ CURLE_PARTIAL_FILE, END_CUT, STAGE_CONNECT,
		  "closed inside the answer's body: words" },
		{ CURLE_SEND_FAIL_REWIND, END_CUT, STAGE_CONNECT,
		  "closed before the request was sent: words" },
		{ CURLE_UNSUPPORTED_PROTOCOL, END_BAD, STAGE_CONNECT,
		  "the answer is not HTTP: words" },
		{ CURLE_WEIRD_SERVER_REPLY, END_BAD, STAGE_CONNECT,
		  "the answer is not HTTP: words" },
		{ CURLE_BAD_CONTENT_ENCODING, END_BAD, STAGE_CONNECT,
		  "the body does not decode as its content-encoding says: "
		  "words" },
		{ CURLE_OUT_OF_MEMORY, END_BAD, STAGE_CONNECT, "words" },
	};

	(void)state;
	os_error = 7;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		expect(rows[i].result, rows[i].how, rows[i].stage,
		       rows[i].text);
		assert_false(end.sent);
		assert_int_equal(end.certificate.fault,
				 rows[i].result ==
						 CURLE_PEER_FAILED_VERIFICATION
					 ? CERTIFICATE_EXPIRED
					 : CERTIFICATE_GOOD);
	}
	ft.error[0] = '\0';
	expect(CURLE_COULDNT_CONNECT, END_REFUSED, STAGE_CONNECT,
	       "no connection");
}

/* How far it came, if nothing was sent. */
static void t_stages(void **state)
{
	(void)state;
	looked_up = 0;
	expect(CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, STAGE_NAME,
	       "no connection in time: words");
	ft.connected = true;
	expect(CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, STAGE_SEND,
	       "no connection in time: words");
	ft.tls = true;
	expect(CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, STAGE_TLS,
	       "no connection in time: words");
	ft.proxied = true;
	for (tunnel = 199; tunnel <= 300; tunnel += tunnel == 200 ? 99 : 1)
		expect(CURLE_PEER_FAILED_VERIFICATION, END_REFUSED,
		       tunnel / 100 == 2 ? STAGE_TLS : STAGE_PROXY,
		       "the certificate is not trusted: words");
	/* The proxy's own certificate says nothing of the server's. */
	assert_int_equal(end.certificate.fault, CERTIFICATE_GOOD);
	tunnel = 0;
	ft.easy = NULL; /* a connection of our own */
	expect(CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, STAGE_CONNECT,
	       "no connection in time: words");
}

/* After it was sent, or a part of it. */
static void t_sent(void **state)
{
	(void)state;
	ft.attempts = 1;
	ft.body_len = 2;
	ft.body_at = 1;
	expect(CURLE_GOT_NOTHING, END_CUT, STAGE_SEND,
	       "closed before any answer: words");
	assert_true(end.sent);
	ft.body_at = 2;
	expect(CURLE_GOT_NOTHING, END_CUT, STAGE_HEAD,
	       "closed before any answer: words");
	expect(CURLE_OK, END_CUT, STAGE_HEAD,
	       "closed inside the answer's head");
	ft.has_head = true;
	expect(CURLE_OK, END_CLEAN, STAGE_BODY, "");
	expect(CURLE_PARTIAL_FILE, END_CUT, STAGE_BODY,
	       "closed inside the answer's body: words");
	ft.has_head = false;
	ft.only_connect = true;
	expect(CURLE_OK, END_CLEAN, STAGE_SEND, "");
	assert_false(end.sent);
	/* What we found ourselves counts more. */
	fetch_end_set(&ft.end, END_TIMEOUT, "%s %d", "silence", 7);
	expect(CURLE_OK, END_TIMEOUT, STAGE_SEND, "silence 7");
	ft.looking = true;
	ft.end.stage = STAGE_TLS;
	assert_int_equal(fetch_stage(&ft), STAGE_TLS);
	ft.looking = false;
	assert_int_equal(fetch_stage(&ft), STAGE_SEND);
}

/* A broken socket is told from broken bytes. */
static void t_sockets(void **state)
{
	static const struct {
		int os;
		enum stream_end how;
		const char *text;
	} rows[] = {
		{ ECONNRESET, END_RESET,
		  "connection reset before any answer, after 0 bytes of body" },
		{ EPIPE, END_RESET,
		  "connection reset before any answer, after 0 bytes of body" },
		{ ENOTCONN, END_RESET,
		  "connection reset before any answer, after 0 bytes of body" },
		{ ETIMEDOUT, END_TIMEOUT, "words" },
		{ EIO, END_BAD, "words" },
		{ 0, END_BAD, "words" },
	};

	(void)state;
	ft.attempts = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		os_error = rows[i].os;
		expect(CURLE_RECV_ERROR, rows[i].how, STAGE_HEAD, rows[i].text);
		expect(CURLE_SEND_ERROR, rows[i].how, STAGE_HEAD, rows[i].text);
	}
	ft.error[0] = '\0';
	expect(CURLE_RECV_ERROR, END_BAD, STAGE_HEAD, "the answer is not HTTP");
	ft.has_head = true;
	ft.received = 5;
	os_error = ECONNRESET;
	expect(CURLE_RECV_ERROR, END_RESET, STAGE_BODY,
	       "connection reset inside the answer, after 5 bytes of body");
}

/* The server's alert after our part of TLS. */
static void t_alerts(void **state)
{
	(void)state;
	ft.attempts = 1;
	ft.tls = true;
	expect(CURLE_RECV_ERROR, END_BAD, STAGE_TLS, "words");
	expect(CURLE_SEND_ERROR, END_BAD, STAGE_TLS, "words");
	expect(CURLE_GOT_NOTHING, END_CUT, STAGE_HEAD,
	       "closed before any answer: words");
	ft.head_bytes = 1;
	expect(CURLE_RECV_ERROR, END_BAD, STAGE_HEAD, "words");
	ft.head_bytes = 0;
	os_error = EIO;
	expect(CURLE_RECV_ERROR, END_BAD, STAGE_HEAD, "words");
	os_error = 0;
	ft.tls = false;
	expect(CURLE_RECV_ERROR, END_BAD, STAGE_HEAD, "words");
	ft.tls = true;
	ft.attempts = 0;
	expect(CURLE_RECV_ERROR, END_BAD, STAGE_CONNECT, "words");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		{ "end: each result of the library", t_results, set_up, NULL,
		  NULL },
		{ "end: how far it came before it was sent", t_stages, set_up,
		  NULL, NULL },
		{ "end: how far it came after that", t_sent, set_up, NULL,
		  NULL },
		{ "end: a broken socket and broken bytes", t_sockets, set_up,
		  NULL, NULL },
		{ "end: an alert of TLS", t_alerts, set_up, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("fetch_end", tests, NULL, NULL);
}
