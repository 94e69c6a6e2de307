/* What a result of the library means for the stream. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "net/fetch_private.h"

static const struct meaning {
	CURLcode result;
	enum stream_end end;
	const char *text;
} meanings[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, END_REFUSED, "the name has no address" },
	{ CURLE_COULDNT_CONNECT, END_REFUSED, "no connection" },
	{ CURLE_SSL_CONNECT_ERROR, END_REFUSED, "TLS handshake failed" },
	{ CURLE_PEER_FAILED_VERIFICATION, END_REFUSED,
	  "the certificate is not trusted" },
	{ CURLE_SSL_CACERT_BADFILE, END_REFUSED, "the CA file is unusable" },
	{ CURLE_SSL_CERTPROBLEM, END_REFUSED, "TLS certificate problem" },
	{ CURLE_SSL_CIPHER, END_REFUSED, "no common TLS cipher" },
	{ CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, "no connection in time" },
	{ CURLE_GOT_NOTHING, END_CUT, "closed before any answer" },
	{ CURLE_PARTIAL_FILE, END_CUT, "closed inside the answer's body" },
	{ CURLE_SEND_FAIL_REWIND, END_CUT,
	  "closed before the request was sent" },
	{ CURLE_UNSUPPORTED_PROTOCOL, END_BAD, "the answer is not HTTP" },
	{ CURLE_WEIRD_SERVER_REPLY, END_BAD, "the answer is not HTTP" },
	{ CURLE_BAD_CONTENT_ENCODING, END_BAD,
	  "the body does not decode as its content-encoding says" },
};

static const struct meaning *meaning_of(CURLcode result)
{
	size_t i;

	for (i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (meanings[i].result == result)
			return &meanings[i];
	return NULL;
}

void fetch_end_set(struct fetch_end *out, enum stream_end end, const char *fmt,
		   ...)
{
	va_list ap;

	out->end = end;
	va_start(ap, fmt);
	(void)vsnprintf(out->text, sizeof(out->text), fmt, ap);
	va_end(ap);
}

/* The library has one code for a broken socket and for broken chunks; only
 * the first leaves an errno. */
static void explain_socket(const struct fetch *ft, struct fetch_end *out)
{
	long os = 0;

	curl_easy_getinfo(ft->easy, CURLINFO_OS_ERRNO, &os);
	if (os == ECONNRESET || os == EPIPE || os == ENOTCONN)
		fetch_end_set(out, END_RESET,
			      "connection reset %s after %llu bytes of body",
			      ft->has_head ? "inside the answer,"
					   : "before any answer,",
			      (unsigned long long)ft->received);
	else
		fetch_end_set(
			out, os == ETIMEDOUT ? END_TIMEOUT : END_BAD, "%s",
			ft->error[0] ? ft->error : "the answer is not HTTP");
}

static void explain_code(const struct fetch *ft, CURLcode result,
			 struct fetch_end *out)
{
	const struct meaning *m = meaning_of(result);

	if (!m)
		fetch_end_set(out, END_BAD, "%s",
			      ft->error[0] ? ft->error
					   : curl_easy_strerror(result));
	else
		fetch_end_set(out, m->end, "%s%s%s", m->text,
			      ft->error[0] ? ": " : "", ft->error);
}

static bool is_tunnelled(const struct fetch *ft)
{
	long status = 0;

	curl_easy_getinfo(ft->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return status / 100 == 2;
}

static bool is_named(const struct fetch *ft)
{
	curl_off_t at = 0;

	curl_easy_getinfo(ft->easy, CURLINFO_NAMELOOKUP_TIME_T, &at);
	return at > 0;
}

static enum fetch_stage stage_of(const struct fetch *ft, CURLcode result)
{
	if (ft->attempts > 0 || ft->has_head || result == CURLE_OK)
		return FETCH_ANSWER;
	if (ft->proxied)
		return is_tunnelled(ft) ? FETCH_TLS : FETCH_PROXY;
	if (ft->connected || result == CURLE_SSL_CONNECT_ERROR ||
	    result == CURLE_PEER_FAILED_VERIFICATION)
		return FETCH_TLS;
	return is_named(ft) || result == CURLE_COULDNT_CONNECT ? FETCH_CONNECT
							       : FETCH_NAME;
}

static void explain_text(const struct fetch *ft, CURLcode result,
			 struct fetch_end *out)
{
	if (ft->end.end != END_OPEN)
		*out = ft->end;
	else if (result == CURLE_OK && (ft->has_head || ft->only_connect))
		out->end = END_CLEAN;
	else if (result == CURLE_OK)
		fetch_end_set(out, END_CUT, "closed inside the answer's head");
	else if (result == CURLE_RECV_ERROR || result == CURLE_SEND_ERROR)
		explain_socket(ft, out);
	else
		explain_code(ft, result, out);
}

void fetch_explain(const struct fetch *ft, CURLcode result,
		   struct fetch_end *out)
{
	long os = 0;

	memset(out, 0, sizeof(*out));
	explain_text(ft, result, out);
	out->stage = stage_of(ft, result);
	curl_easy_getinfo(ft->easy, CURLINFO_OS_ERRNO, &os);
	if (result != CURLE_OK)
		out->os_error = (int)os;
	if (result == CURLE_PEER_FAILED_VERIFICATION &&
	    out->stage == FETCH_TLS) /* and not the proxy's */
		out->certificate.fault = fetch_certificate_fault(ft);
}
