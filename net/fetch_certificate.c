/*
 * Reads a server's certificate. The library describes only a certificate that
 * it has accepted. After a refusal a second connection is made, which accepts
 * any certificate and sends nothing, only to look at it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "net/fetch_private.h"

enum { LOOK_MS = 5000 };

/* ---- what it says ---- */

/* The value of a line "name:value"; NULL: the line has another name. */
static const char *value_of(const char *line, const char *name)
{
	size_t len = strlen(name);

	if (strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	return line + len + 1;
}

/* Copies a text that a stranger wrote as one line of UTF-8. */
static void copy_text(char *to, size_t size, const char *from)
{
	struct span rest = span_of(from);
	size_t len = 0;

	while (rest.len > 0) {
		size_t step = span_utf8_step(rest), n = step ? step : 1;
		unsigned char c = (unsigned char)rest.at[0];

		if (len + n >= size)
			break;
		if (step == 0 || c < ' ' || c == 127)
			to[len] = '?';
		else
			memcpy(to + len, rest.at, n);
		len += n;
		rest = span_skip(rest, n);
	}
	to[len] = '\0';
}

static int64_t time_of(const char *text)
{
	struct tm tm = { 0 };

	if (!strptime(text, "%b %d %H:%M:%S %Y GMT", &tm))
		return 0;
	return (int64_t)timegm(&tm);
}

static void take_line(struct fetch_certificate *c, const char *line)
{
	const char *v;

	if ((v = value_of(line, "Subject")))
		copy_text(c->subject, sizeof(c->subject), v);
	else if ((v = value_of(line, "Issuer")))
		copy_text(c->issuer, sizeof(c->issuer), v);
	else if ((v = value_of(line, "Expire date")))
		c->expires = time_of(v);
}

void fetch_certificate_take(struct fetch *ft, struct fetch_certificate *out)
{
	struct curl_certinfo *info = NULL;
	const struct curl_slist *line;

	curl_easy_getinfo(ft->easy, CURLINFO_CERTINFO, &info);
	if (!info || info->num_of_certs < 1)
		return;
	for (line = info->certinfo[0]; line; line = line->next)
		take_line(out, line->data);
}

/* ---- what is wrong with it ---- */

/* Numbers of OpenSSL's X509_V_ERR_..., which the library passes on. */
static const struct {
	long result;
	enum certificate_fault fault;
} faults[] = {
	/* The library compares names by itself. It asks OpenSSL for the number
	 * after that, if at all (0 if all else is well); until then the number
	 * is 1. */
	{ 0, CERTIFICATE_NAME },
	{ 1, CERTIFICATE_NAME },
	{ 9, CERTIFICATE_NOT_YET },
	{ 10, CERTIFICATE_EXPIRED },
	{ 18, CERTIFICATE_SELF_SIGNED },
	{ 2, CERTIFICATE_UNKNOWN }, /* no certificate of the issuer */
	{ 19, CERTIFICATE_UNKNOWN }, /* the server sent its own root */
	{ 20, CERTIFICATE_UNKNOWN }, /* the issuer's is not here */
	{ 21, CERTIFICATE_UNKNOWN }, /* only the server's own was sent */
	{ 62, CERTIFICATE_NAME },
	{ 64, CERTIFICATE_NAME }, /* for another IP address */
};

enum certificate_fault fetch_certificate_fault(const struct fetch *ft)
{
	long result = 0;
	size_t i;

	curl_easy_getinfo(ft->easy, CURLINFO_SSL_VERIFYRESULT, &result);
	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (faults[i].result == result)
			return faults[i].fault;
	return CERTIFICATE_OTHER;
}

/* ---- looking once more ---- */

bool fetch_look(struct fetch *ft)
{
	CURL *e = curl_easy_duphandle(ft->easy);

	if (!e)
		return false;
	curl_multi_remove_handle(ft->fetcher->multi, ft->easy);
	curl_easy_cleanup(ft->easy);
	ft->easy = e;
	ft->looking = true;
	curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)LOOK_MS);
	ft->added =
		curl_multi_add_handle(ft->fetcher->multi, ft->easy) == CURLM_OK;
	return ft->added;
}
