/* Says in our own words how a fetch ended, from the library's result. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "net/fetch_private.h"

static const struct meaning {
	CURLcode result;
	enum stream_end end;
	/* if sending had not begun; NONE: see connecting() */
	enum end_stage stage;
	const char *text;
} meanings[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, END_REFUSED, STAGE_NAME,
	  "the name has no address" },
	{ CURLE_COULDNT_CONNECT, END_REFUSED, STAGE_CONNECT, "no connection" },
	{ CURLE_SSL_CONNECT_ERROR, END_REFUSED, STAGE_TLS,
	  "TLS handshake failed" },
	{ CURLE_PEER_FAILED_VERIFICATION, END_REFUSED, STAGE_TLS,
	  "the certificate is not trusted" },
	{ CURLE_SSL_CACERT_BADFILE, END_REFUSED, STAGE_TLS,
	  "the CA file is unusable" },
	{ CURLE_SSL_CERTPROBLEM, END_REFUSED, STAGE_TLS,
	  "TLS certificate problem" },
	{ CURLE_SSL_CIPHER, END_REFUSED, STAGE_TLS, "no common TLS cipher" },
	{ CURLE_OPERATION_TIMEDOUT, END_TIMEOUT, STAGE_NONE,
	  "no connection in time" },
	{ CURLE_GOT_NOTHING, END_CUT, STAGE_NONE, "closed before any answer" },
	{ CURLE_PARTIAL_FILE, END_CUT, STAGE_NONE,
	  "closed inside the answer's body" },
	{ CURLE_SEND_FAIL_REWIND, END_CUT, STAGE_NONE,
	  "closed before the request was sent" },
	{ CURLE_UNSUPPORTED_PROTOCOL, END_BAD, STAGE_NONE,
	  "the answer is not HTTP" },
	{ CURLE_WEIRD_SERVER_REPLY, END_BAD, STAGE_NONE,
	  "the answer is not HTTP" },
	{ CURLE_BAD_CONTENT_ENCODING, END_BAD, STAGE_NONE,
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

static long os_error_of(const struct fetch *ft)
{
	long os = 0;

	curl_easy_getinfo(ft->easy, CURLINFO_OS_ERRNO, &os);
	return os;
}

/* The library has one code for a broken socket and for broken chunks; only for
 * a broken socket there is an errno. */
static void explain_socket(const struct fetch *ft, struct fetch_end *out)
{
	long os = os_error_of(ft);

	if (os == ECONNRESET || os == EPIPE || os == ENOTCONN)
		fetch_end_set(out, END_RESET,
			      "connection reset %s after %llu bytes of body",
			      ft->has_head ? "inside the answer,"
					   : "before any answer,",
			      (unsigned long long)ft->received);
	else
		fetch_end_set(out, os == ETIMEDOUT ? END_TIMEOUT : END_BAD,
			      "%s",
			      fetch_words(ft, CURLE_RECV_ERROR,
					  "the answer is not HTTP"));
}

static void explain_code(const struct fetch *ft, CURLcode result,
			 struct fetch_end *out)
{
	const struct meaning *m = meaning_of(result);
	const char *words = fetch_words(ft, result, m ? "" : NULL);

	if (!m)
		fetch_end_set(out, END_BAD, "%s", words);
	else
		fetch_end_set(out, m->end, "%s%s%s", m->text,
			      *words ? ": " : "", words);
}

static int tunnel_of(const struct fetch *ft)
{
	long status = 0;

	curl_easy_getinfo(ft->easy, CURLINFO_HTTP_CONNECTCODE, &status);
	return (int)status;
}

static bool is_named(const struct fetch *ft)
{
	curl_off_t at = 0;

	curl_easy_getinfo(ft->easy, CURLINFO_NAMELOOKUP_TIME_T, &at);
	return at > 0;
}

/* Did TLS fail after our handshake? The server sends an alert (it wants a
 * certificate of ours), or bytes that are not TLS. The library then reports a
 * broken connection without an errno. */
static bool is_tls_complaint(const struct fetch *ft, CURLcode result)
{
	return ft->tls && ft->attempts > 0 && ft->head_bytes == 0 &&
	       (result == CURLE_RECV_ERROR || result == CURLE_SEND_ERROR) &&
	       os_error_of(ft) == 0;
}

/* The stage of a request that is not being sent yet. */
static enum end_stage connecting(const struct fetch *ft, CURLcode result)
{
	const struct meaning *m = meaning_of(result);

	if (!ft->easy)
		return STAGE_CONNECT;
	if (ft->proxied)
		return tunnel_of(ft) / 100 == 2 ? STAGE_TLS : STAGE_PROXY;
	if (m && m->stage != STAGE_NONE)
		return m->stage;
	if (ft->connected)
		return ft->tls ? STAGE_TLS : STAGE_SEND;
	return is_named(ft) ? STAGE_CONNECT : STAGE_NAME;
}

static enum end_stage stage_of(const struct fetch *ft, CURLcode result)
{
	if (ft->has_head)
		return STAGE_BODY;
	if (is_tls_complaint(ft, result))
		return STAGE_TLS;
	if (ft->attempts == 0)
		return connecting(ft, result);
	return ft->only_connect || ft->body_at < ft->body_len ? STAGE_SEND
							      : STAGE_HEAD;
}

tick_t fetch_moved(const struct fetch *ft)
{
	return ft->moved;
}

enum end_stage fetch_stage(const struct fetch *ft)
{
	return ft->looking ? ft->end.stage
			   : stage_of(ft, CURLE_ABORTED_BY_CALLBACK);
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
	memset(out, 0, sizeof(*out));
	explain_text(ft, result, out);
	out->stage = stage_of(ft, result);
	out->sent = ft->attempts > 0 && !ft->only_connect;
	out->tunnel = tunnel_of(ft);
	out->ca_file_bad = result == CURLE_SSL_CACERT_BADFILE;
	if (result != CURLE_OK)
		out->os_error = (int)os_error_of(ft);
	if (result == CURLE_PEER_FAILED_VERIFICATION &&
	    /* the server's certificate, not the proxy's */
	    out->stage == STAGE_TLS)
		out->certificate.fault = fetch_certificate_fault(ft);
}
