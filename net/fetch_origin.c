/* Reads the URL that requests go to, and remembers the last few. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

static int fail_origin(const char *origin, const char *why, struct fail *f)
{
	struct buf shown = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	print_bytes(span_of(origin), 200, &shown);
	rc = fail_set(f, FAIL_USAGE, "'%s' is not a usable URL: %s",
		      buf_str(&shown), why);
	buf_clear(&shown);
	return rc;
}

/* Nobody can listen on port 0, but libcurl accepts it. */
static bool has_port_zero(CURLU *u)
{
	char *port = NULL;
	bool zero = curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK &&
		    strtoul(port, NULL, 10) == 0;

	curl_free(port);
	return zero;
}

/* Splits the origin: the URL to connect to, and the path that comes before each
 * target. */
static int split_origin(CURLU *u, const char *origin, char **url, char **path,
			struct fail *f)
{
	char *query = NULL, *scheme = NULL;
	CURLUcode rc;
	bool is_http;

	rc = curl_url_set(u, CURLUPART_URL, origin,
			  CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
	/* what comes before '@' is secret */
	if (rc != CURLUE_OK && strchr(origin, '@'))
		return fail_set(f, FAIL_USAGE,
				"a URL with a user name in it is not usable: "
				"%s",
				curl_url_strerror(rc));
	if (rc != CURLUE_OK)
		return fail_origin(origin, curl_url_strerror(rc), f);
	if (origin[strcspn(origin, "\r\n")])
		return fail_origin(origin, "there is a line break in it", f);
	if (has_port_zero(u))
		return fail_origin(origin, "nobody can listen on port 0", f);
	curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
	is_http = scheme &&
		  (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	curl_free(scheme);
	if (!is_http)
		return fail_set(f, FAIL_USAGE,
				"'%s': the scheme must be http or https",
				origin);
	if (curl_url_get(u, CURLUPART_QUERY, &query, 0) == CURLUE_OK) {
		curl_free(query);
		/* The query may hold a secret. */
		return fail_set(f, FAIL_USAGE,
				"'%.*s': a query does not belong here",
				(int)strcspn(origin, "?"), origin);
	}
	curl_url_get(u, CURLUPART_PATH, path, 0);
	curl_url_set(u, CURLUPART_FRAGMENT, NULL, 0);
	curl_url_set(u, CURLUPART_PATH, "/", 0);
	curl_url_get(u, CURLUPART_URL, url, 0);
	return 0;
}

int fetch_check_origin(const char *origin, struct fail *f)
{
	CURLU *u = curl_url();
	char *url = NULL, *path = NULL;
	int rc = u ? split_origin(u, origin, &url, &path, f) : 0;

	curl_free(url);
	curl_free(path);
	curl_url_cleanup(u);
	return rc;
}

/* ---- the address, where the URL has one ---- */

static bool read_address(struct fetch_origin *o, const char *host,
			 uint16_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&o->at;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&o->at;

	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		o->at_len = sizeof(*v4);
	} else if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		o->at_len = sizeof(*v6);
	}
	return o->at_len > 0;
}

/* Finds the value of Host for "http://[::1]:8080/", and the address in it. A
 * name is left to the library. */
static void find_address(struct fetch_origin *o)
{
	struct span s = span_of(o->url), host, port = SPAN_EMPTY;
	uint64_t number = 80;
	size_t end;

	if (!span_starts(s, "http://"))
		return;
	s = span_skip(s, strlen("http://"));
	s = span_first(s, span_find_byte(s, '/'));
	end = span_starts(s, "[") ? span_find_byte(s, ']') : 0;
	host = span_starts(s, "[") ? span_first(span_skip(s, 1), end - 1)
				   : span_first(s, span_find_byte(s, ':'));
	port = span_skip(s, span_starts(s, "[") ? end + 2 : host.len + 1);
	if (port.len > 0 && !span_u64(port, UINT16_MAX, &number))
		return;
	if (number == 80 && port.len > 0)
		s = span_first(s, s.len - port.len - 1);
	o->host = span_dup(s);
	if (host.len < INET6_ADDRSTRLEN) {
		char text[INET6_ADDRSTRLEN];

		memcpy(text, host.at, host.len);
		text[host.len] = '\0';
		(void)read_address(o, text, (uint16_t)number);
	}
}

/* ---- those that are known ---- */

static void origin_clear(struct fetch_origin *o)
{
	free(o->text);
	free(o->host);
	curl_free(o->url);
	curl_free(o->path);
	*o = (struct fetch_origin){ .text = NULL };
}

void fetch_origin_forget(struct fetcher *fr)
{
	for (size_t i = 0; i < FETCHER_ORIGINS; i++)
		origin_clear(&fr->origins[i]);
}

const struct fetch_origin *fetch_origin_of(struct fetcher *fr, const char *text,
					   struct fail *f)
{
	struct fetch_origin *o;
	CURLU *u;
	int rc;

	for (size_t i = 0; i < FETCHER_ORIGINS; i++)
		if (fr->origins[i].text &&
		    strcmp(fr->origins[i].text, text) == 0)
			return &fr->origins[i];
	o = &fr->origins[fr->origins_next++ % FETCHER_ORIGINS];
	origin_clear(o);
	u = curl_url();
	rc = u ? split_origin(u, text, &o->url, &o->path, f)
	       : fail_set(f, FAIL_SYSTEM, "libcurl: out of memory");
	curl_url_cleanup(u);
	if (rc < 0 || !o->url) {
		origin_clear(o);
		return NULL;
	}
	o->text = xstrdup(text);
	find_address(o);
	return o;
}
