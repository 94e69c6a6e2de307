/*
 * Sets the HTTP proxy of a request. Its URL is split here, because the
 * library's messages would show the whole URL with the password in it.
 */
#include <stdlib.h>
#include <string.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"

static int refuse(struct fail *f, const char *why)
{
	return fail_set(f, FAIL_USAGE, "the URL of the proxy is not usable: %s",
			why);
}

/* Takes user and password out of the URL, which may then be shown. */
static void take_user(struct fetch *ft, CURLU *u)
{
	char *user = NULL, *password = NULL;

	curl_url_get(u, CURLUPART_USER, &user, CURLU_URLDECODE);
	curl_url_get(u, CURLUPART_PASSWORD, &password, CURLU_URLDECODE);
	if (user || password) {
		curl_easy_setopt(ft->easy, CURLOPT_PROXYUSERNAME,
				 user ? user : "");
		curl_easy_setopt(ft->easy, CURLOPT_PROXYPASSWORD,
				 password ? password : "");
		curl_easy_setopt(ft->easy, CURLOPT_PROXYAUTH,
				 (long)CURLAUTH_BASIC);
	}
	curl_free(user);
	curl_free(password);
	curl_url_set(u, CURLUPART_USER, NULL, 0);
	curl_url_set(u, CURLUPART_PASSWORD, NULL, 0);
}

/* Names the whole URL in the request: a target alone would mean the proxy
 * itself. */
static void set_whole_target(struct fetch *ft)
{
	size_t len = strlen(ft->url), more = strlen(ft->target) + 1;
	char *all;

	if (ft->target[0] != '/')
		return;
	while (ft->url[len - 1] == '/') /* after the host */
		len--;
	all = xmalloc(len + more);
	memcpy(all, ft->url, len);
	memcpy(all + len, ft->target, more);
	curl_easy_setopt(ft->easy, CURLOPT_REQUEST_TARGET, all);
	free(all);
}

static int set_url(struct fetch *ft, CURLU *u, const struct fetch_request *r,
		   struct fail *f)
{
	char *scheme = NULL, *url = NULL;
	bool is_http;

	if (curl_url_set(u, CURLUPART_URL, r->proxy,
			 CURLU_DEFAULT_SCHEME | CURLU_NON_SUPPORT_SCHEME) !=
	    CURLUE_OK)
		return refuse(f, "it is not a URL");
	curl_url_get(u, CURLUPART_SCHEME, &scheme, 0);
	is_http = scheme &&
		  (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0);
	curl_free(scheme);
	if (!is_http)
		return refuse(f, "the scheme must be http or https");
	take_user(ft, u);
	curl_url_get(u, CURLUPART_URL, &url, 0);
	curl_easy_setopt(ft->easy, CURLOPT_PROXY, url);
	curl_free(url);
	return 0;
}

int fetch_set_proxy(struct fetch *ft, const struct fetch_request *r,
		    struct fail *f)
{
	CURL *e = ft->easy;
	CURLU *u;
	int rc;

	curl_easy_setopt(e, CURLOPT_PROXY, ""); /* none from the environment */
	curl_easy_setopt(e, CURLOPT_NOPROXY, ""); /* nor exceptions */
	if (!r->proxy)
		return 0;
	u = curl_url();
	if (!u)
		return fail_set(f, FAIL_SYSTEM, "libcurl: out of memory");
	rc = set_url(ft, u, r, f);
	curl_url_cleanup(u);
	if (rc < 0)
		return -1;
	ft->proxied = true;
	curl_easy_setopt(e, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(e, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	curl_easy_setopt(e, CURLOPT_PROXY_SSL_VERIFYPEER,
			 r->tls.any_certificate ? 0L : 1L);
	curl_easy_setopt(e, CURLOPT_PROXY_SSL_VERIFYHOST,
			 r->tls.any_certificate ? 0L : 2L);
	if (strncmp(ft->url, "http:", 5) == 0)
		set_whole_target(ft);
	return 0;
}
