/* Tells the library what to send; everything that it would add by itself is
 * switched off. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "net/fetch_private.h"
#include "wire/bytes/mem.h"

enum { CONNECT_MS = 10000 };

/* A body up to this size goes out together with the head, as the library does
 * it below 64 KiB. A larger one is given to it in pieces, so that the answer of
 * a server that refuses early is not lost. */
enum { WITH_HEAD_BYTES = 64 * 1024 - 1 };

/* ---- where to ---- */

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

static bool is_clean(const char *text)
{
	return *text && !text[strcspn(text, "\r\n")];
}

static bool is_token(const char *text)
{
	return *text && !text[strcspn(text, " \t\r\n:/?#")];
}

static int check(const struct fetch_request *r, struct fail *f)
{
	if (!is_token(r->method))
		return fail_set(f, FAIL_USAGE, "'%s' is not a method",
				r->method);
	if (!is_clean(r->target))
		return fail_set(f, FAIL_USAGE,
				"the request target is empty or has a line "
				"break in it");
	if (strcmp(r->method, "HEAD") == 0 && r->has_body)
		return fail_set(f, FAIL_USAGE, "a HEAD request has no body");
	return 0;
}

static void set_place(struct fetch *ft)
{
	curl_easy_setopt(ft->easy, CURLOPT_URL, ft->url);
	curl_easy_setopt(ft->easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(ft->easy, CURLOPT_REQUEST_TARGET, ft->target);
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

static void set_body(struct fetch *ft)
{
	CURL *e = ft->easy;

	curl_easy_setopt(e, CURLOPT_POST, 1L);
	curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE_LARGE,
			 (curl_off_t)ft->body_len);
	curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, cannot_rewind);
	if (ft->body_len > WITH_HEAD_BYTES)
		return;
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, ft->body);
	ft->body_at = ft->body_len;
}

static void set_method(struct fetch *ft, const struct fetch_request *r)
{
	if (r->has_body)
		set_body(ft);
	else
		curl_easy_setopt(ft->easy,
				 ft->is_head ? CURLOPT_NOBODY : CURLOPT_HTTPGET,
				 1L);
	curl_easy_setopt(ft->easy, CURLOPT_CUSTOMREQUEST, r->method);
}

/* ---- the connection ---- */

/* A program that is started meanwhile must not get our sockets. The size of the
 * receive buffer is announced with the connection, so it is set before. */
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
	/* A connection that somebody takes over is not used for requests. */
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

/* Copies what the library and connections of our own both need. */
static void keep(struct fetch *ft, const struct fetch_request *r)
{
	ft->connect_ms = r->connect_ms ? r->connect_ms : CONNECT_MS;
	ft->head_ms = r->head_ms;
	ft->idle_ms = r->idle_ms;
	ft->body_limit = r->body_limit;
	ft->receive_bytes = r->receive_bytes;
	ft->is_head = strcmp(r->method, "HEAD") == 0;
	if (!r->has_body)
		return;
	ft->body_copy = r->body_lent ? NULL : xmemdup(r->body.at, r->body.len);
	ft->body = r->body_lent ? r->body.at : ft->body_copy;
	ft->body_len = r->body.len;
}

static int tell_library(struct fetch *ft, const struct fetch_request *r,
			struct fail *f)
{
	ft->easy = fetcher_take_easy(ft->fetcher);
	if (!ft->easy)
		return fail_set(f, FAIL_SYSTEM, "libcurl: out of memory");
	set_place(ft);
	set_method(ft, r);
	set_fields(ft, r->headers);
	set_connection(ft, r);
	if (fetch_set_proxy(ft, r, f) < 0)
		return -1;
	if (r->decompress)
		curl_easy_setopt(ft->easy, CURLOPT_ACCEPT_ENCODING, "");
	return 0;
}

int fetch_prepare(struct fetch *ft, const struct fetch_request *r,
		  struct fail *f)
{
	const struct fetch_origin *o =
		fetch_origin_of(ft->fetcher, r->origin, f);

	if (!o || check(r, f) < 0)
		return -1;
	keep(ft, r);
	ft->target = join(o->path, r->target);
	if (fetch_own_takes(o, r))
		return fetch_own_prepare(ft, o, r, f);
	ft->url = xstrdup(o->url);
	return tell_library(ft, r, f);
}
