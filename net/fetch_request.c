/* What the library is told about a request: all that it would add by itself
 * is switched off. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

enum { CONNECT_MS = 10000 };

/* A body of this size goes out together with the head. The library does that
 * for less than 64 KiB; what is larger is given to it piece by piece, so that
 * the answer of a server that refuses early is not lost. */
enum { WITH_HEAD_BYTES = 64 * 1024 - 1 };

/* ---- where to ---- */

static bool is_clean(const char *text)
{
	return *text && !text[strcspn(text, "\r\n")];
}

static bool is_token(const char *text)
{
	return *text && !text[strcspn(text, " \t\r\n:/?#")];
}

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

/* Nobody listens on port 0, which libcurl lets pass. */
static bool has_port_zero(CURLU *u)
{
	char *port = NULL;
	bool zero = curl_url_get(u, CURLUPART_PORT, &port, 0) == CURLUE_OK &&
		    strtoul(port, NULL, 10) == 0;

	curl_free(port);
	return zero;
}

/* Takes the origin apart: the URL to connect to, and the path in front. */
static int split_origin(CURLU *u, const char *origin, char **url, char **path,
			struct fail *f)
{
	char *query = NULL, *scheme = NULL;
	CURLUcode rc;
	bool is_http;

	rc = curl_url_set(u, CURLUPART_URL, origin,
			  CURLU_PATH_AS_IS | CURLU_DISALLOW_USER);
	if (rc != CURLUE_OK && strchr(origin, '@')) /* it is a secret */
		return fail_set(f, FAIL_USAGE,
				"a URL with a user name in it is not usable: "
				"%s",
				curl_url_strerror(rc));
	if (rc != CURLUE_OK)
		return fail_origin(origin, curl_url_strerror(rc), f);
	if (!is_clean(origin))
		return fail_origin(origin, "the line ends in it", f);
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
		/* What stands in it may be a secret. */
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

static char *join(const char *path, const char *target)
{
	size_t len = path ? strlen(path) : 0, more = strlen(target) + 1;
	char *all;

	while (len > 0 && path[len - 1] == '/')
		len--;
	if (target[0] != '/') /* such as "*" */
		len = 0;
	all = xmalloc(len + more);
	if (len > 0)
		memcpy(all, path, len);
	memcpy(all + len, target, more);
	return all;
}

/* The newest origin is kept: a gateway asks one again and again. */
static int find_origin(struct fetcher *fr, const char *origin, struct fail *f)
{
	CURLU *u;
	int rc;

	if (fr->origin.text && strcmp(fr->origin.text, origin) == 0)
		return 0;
	fetcher_forget_origin(fr);
	u = curl_url();
	rc = u ? split_origin(u, origin, &fr->origin.url, &fr->origin.path, f)
	       : -1;
	curl_url_cleanup(u);
	if (rc < 0 || !fr->origin.url) {
		fetcher_forget_origin(fr);
		return -1;
	}
	fr->origin.text = xstrdup(origin);
	return 0;
}

static int set_place(struct fetch *ft, const struct fetch_request *r,
		     struct fail *f)
{
	struct fetcher *fr = ft->fetcher;

	if (find_origin(fr, r->origin, f) < 0)
		return -1;
	ft->url = xstrdup(fr->origin.url);
	ft->target = join(fr->origin.path, r->target);
	curl_easy_setopt(ft->easy, CURLOPT_URL, ft->url);
	curl_easy_setopt(ft->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(ft->easy, CURLOPT_REQUEST_TARGET, ft->target);
	return 0;
}

/* ---- header fields ---- */

static void add_line(struct fetch *ft, const char *line)
{
	struct curl_slist *list = curl_slist_append(ft->fields, line);

	if (!list)
		abort(); /* out of memory, as in wire/bytes/mem */
	ft->fields = list;
}

static void add_field(struct fetch *ft, const char *name, const char *value)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (*value)
		(void)buf_addf(&line, "%s: %s", name, value);
	else
		(void)buf_addf(&line, "%s;", name); /* libcurl's spelling */
	add_line(ft, buf_str(&line));
	buf_clear(&line);
}

static bool is_framing(const char *name)
{
	return span_is_nocase(span_of(name), "content-length") ||
	       span_is_nocase(span_of(name), "transfer-encoding");
}

static bool has_field(const struct headers *h, struct span name)
{
	size_t i;

	for (i = 0; h && i < h->count; i++)
		if (span_is_nocase(name, h->list[i].name))
			return true;
	return false;
}

static void set_fields(struct fetch *ft, const struct headers *h)
{
	static const char *const own[] = {
		"Accept:", "User-Agent:",      "Content-Type:",
		"Expect:", "Accept-Encoding:", "Proxy-Connection:"
	};
	struct span name;
	size_t i;

	for (i = 0; h && i < h->count; i++)
		if (!is_framing(h->list[i].name))
			add_field(ft, h->list[i].name, h->list[i].value);
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		name = span_first(span_of(own[i]), strlen(own[i]) - 1);
		if (!has_field(h, name))
			add_line(ft, own[i]);
	}
	curl_easy_setopt(ft->easy, CURLOPT_HTTPHEADER, ft->fields);
}

/* ---- the body ---- */

static int cannot_rewind(void *arg, curl_off_t offset, int origin)
{
	(void)arg;
	(void)offset;
	(void)origin;
	return CURL_SEEKFUNC_FAIL;
}

static void set_body(struct fetch *ft, struct span body, bool lent)
{
	CURL *e = ft->easy;

	ft->body_copy = lent ? NULL : xmemdup(body.at, body.len);
	ft->body = lent ? body.at : ft->body_copy;
	ft->body_len = body.len;
	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.len);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, cannot_rewind);
	if (body.len > WITH_HEAD_BYTES)
		return;
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, ft->body);
	ft->body_at = body.len;
}

static int set_method(struct fetch *ft, const struct fetch_request *r,
		      struct fail *f)
{
	bool is_head = strcmp(r->method, "HEAD") == 0;

	if (!is_token(r->method))
		return fail_set(f, FAIL_USAGE, "'%s' is not a method",
				r->method);
	if (!is_clean(r->target))
		return fail_set(f, FAIL_USAGE,
				"the request target is empty or has a line "
				"break in it");
	if (is_head && r->has_body)
		return fail_set(f, FAIL_USAGE, "a HEAD request has no body");
	if (r->has_body)
		set_body(ft, r->body, r->body_lent);
	else
		curl_easy_setopt(ft->easy,
				 is_head ? CURLOPT_NOBODY : CURLOPT_HTTPGET,
				 1L);
	curl_easy_setopt(ft->easy, CURLOPT_CUSTOMREQUEST, r->method);
	return 0;
}

/* ---- the connection ---- */

/* A program that is started meanwhile must not hold our sockets open. The
 * buffer's size has to be known before the connection is: it is announced. */
static int on_new_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	const struct fetch *ft = arg;
	int bytes = (int)ft->receive_bytes;

	(void)purpose;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	if (bytes > 0)
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes,
				 sizeof(bytes));
	return CURL_SOCKOPT_OK;
}

static void set_connection(struct fetch *ft, const struct fetch_request *r)
{
	CURL *e = ft->easy;

	curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(e, CURLOPT_TCP_NODELAY, 1L);
	curl_easy_setopt(e, CURLOPT_SOCKOPTFUNCTION, on_new_socket);
	curl_easy_setopt(e, CURLOPT_SOCKOPTDATA, ft);
	curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)ft->connect_ms);
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, r->keep_alive ? 0L : 1L);
	/* One that is kept for somebody is not used for requests. */
	curl_easy_setopt(e, CURLOPT_FORBID_REUSE,
			 r->keep_alive || r->keep ? 0L : 1L);
	ft->tls = strncmp(ft->url, "https:", 6) == 0;
	fetch_set_tls(ft, &r->tls);
	ft->only_connect = r->only_connect || r->keep;
	ft->keep = r->keep;
	if (ft->only_connect)
		curl_easy_setopt(e, CURLOPT_CONNECT_ONLY, 1L);
	ft->certificate = r->certificate && ft->tls;
	curl_easy_setopt(e, CURLOPT_CERTINFO, ft->certificate ? 1L : 0L);
}

int fetch_prepare(struct fetch *ft, const struct fetch_request *r,
		  struct fail *f)
{
	ft->easy = fetcher_take_easy(ft->fetcher);
	if (!ft->easy)
		return fail_set(f, FAIL_SYSTEM, "libcurl: out of memory");
	ft->connect_ms = r->connect_ms ? r->connect_ms : CONNECT_MS;
	ft->head_ms = r->head_ms;
	ft->idle_ms = r->idle_ms;
	ft->body_limit = r->body_limit;
	ft->receive_bytes = r->receive_bytes;
	if (set_place(ft, r, f) < 0 || set_method(ft, r, f) < 0)
		return -1;
	set_fields(ft, r->headers);
	set_connection(ft, r);
	if (fetch_set_proxy(ft, r, f) < 0)
		return -1;
	if (r->decompress)
		curl_easy_setopt(ft->easy, CURLOPT_ACCEPT_ENCODING, "");
	return 0;
}
