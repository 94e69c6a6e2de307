/* Decides for the network steps what needs no network. */
#include "probe/doctor/network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/address.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/near.h"
#include "wire/json/json.h"

#define URL_LIMIT ((size_t)8 * 1024)
#define TITLE_LIMIT 200
#define MESSAGES "/v1/messages"

/* ---- URLs ---- */

static struct span without_slashes(struct span s)
{
	while (s.len > 0 && s.at[s.len - 1] == '/')
		s.len--;
	return s;
}

bool network_url_split(const char *url, struct url_parts *out)
{
	struct span rest = span_of(url), authority;
	size_t scheme;

	if (strncasecmp(url, "https://", 8) == 0)
		scheme = 8;
	else if (strncasecmp(url, "http://", 7) == 0)
		scheme = 7;
	else
		return false;
	out->tls = scheme == 8;
	rest = span_skip(rest, scheme);
	authority = span_first(rest, strcspn(rest.at, "/?#"));
	out->origin = span_make(url, scheme + authority.len);
	rest = span_skip(rest, authority.len);
	out->path = without_slashes(span_first(rest, strcspn(rest.at, "?#")));
	out->host = address_host(authority);
	return out->host.len > 0;
}

void network_url_show(struct span url, struct buf *out)
{
	size_t scheme = span_find(url, span_of("://")), end, user;
	struct span rest = url;

	if (scheme != SIZE_MAX) {
		(void)buf_add_span(out, span_first(url, scheme + 3));
		rest = span_skip(url, scheme + 3);
	}
	for (end = 0; end < rest.len && !strchr("/?#", rest.at[end]); end++)
		;
	for (user = end; user > 0 && rest.at[user - 1] != '@'; user--)
		;
	rest = span_skip(rest, user);
	for (end = 0; end < rest.len && !strchr("?#", rest.at[end]); end++)
		;
	(void)buf_add_span(out, span_first(rest, end));
}

/* ---- hosts ---- */

bool network_is_loopback(struct span host)
{
	return span_is_nocase(host, "localhost") ||
	       span_ends(host, ".localhost") || span_starts(host, "127.") ||
	       span_is(host, "::1");
}

static bool is_private_name(struct span host)
{
	static const char *const ends[] = { ".internal", ".local", ".lan",
					    ".corp",     ".home",  ".intranet",
					    ".private" };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (span_ends(host, ends[i]))
			return true;
	return span_find_byte(host, '.') == SIZE_MAX;
}

void network_host_advice(struct span host, struct buf *out)
{
	static const char *const known[] = {
		"api.anthropic.com",
		"openrouter.ai",
		"api.deepseek.com",
		"api.moonshot.ai",
		"api.z.ai",
		"localhost",
		"api.kimi.com",
		"dashscope-intl.aliyuncs.com",
		NULL,
	};
	char *name = span_dup(host);
	const char *near = near_word(name, known);

	if (near && strcmp(near, name) == 0)
		(void)buf_addf(
			out,
			"%s is spelt correctly: check this machine's network "
			"and name server; behind a proxy, set HTTPS_PROXY",
			name);
	else if (near)
		(void)buf_addf(
			out,
			"correct the host in ANTHROPIC_BASE_URL; did you "
			"mean %s?",
			near);
	else if (is_private_name(host))
		(void)buf_addf(out,
			       "join the network (VPN) whose name server knows "
			       "%s: it is a private name",
			       name);
	else
		(void)buf_addf(out,
			       "correct the host in ANTHROPIC_BASE_URL, or "
			       "join the network (VPN) that knows %s",
			       name);
	free(name);
}

/* ---- connections ---- */

static const char *proxy_code(const struct asked *x)
{
	int status = x->tunnel;

	if (status == 401 || status == 403 || status == 407)
		return "DR-PROXY-REFUSES";
	return status > 0 ? "DR-PROXY-FAILS" : "DR-PROXY-UNREACHABLE";
}

static const char *connect_code(const struct asked *x)
{
	if (x->os_error == ECONNREFUSED)
		return "DR-REFUSED";
	if (x->end == END_TIMEOUT || x->os_error == ETIMEDOUT)
		return "DR-TIMEOUT-CONNECT";
	return "DR-UNREACHABLE";
}

static const char *tls_code(const struct asked *x)
{
	static const struct {
		enum certificate_fault fault;
		const char *code;
	} rows[] = {
		{ CERTIFICATE_EXPIRED, "DR-TLS-EXPIRED" },
		{ CERTIFICATE_NOT_YET, "DR-TLS-NOT-YET" },
		{ CERTIFICATE_NAME, "DR-TLS-NAME" },
		{ CERTIFICATE_SELF_SIGNED, "DR-TLS-SELF-SIGNED" },
		{ CERTIFICATE_UNKNOWN, "DR-TLS-UNKNOWN-ISSUER" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].fault == x->certificate.fault)
			return rows[i].code;
	if (x->ca_file_bad)
		return "DR-TLS-CA-FILE";
	return "DR-TLS-FAILS";
}

const char *network_code(const struct asked *x)
{
	if (x->end == END_CLEAN || x->end == END_CANCELLED)
		return NULL;
	switch (x->stage) {
	case STAGE_NONE:
	case STAGE_NAME:
		return "DR-NO-NAME";
	case STAGE_PROXY:
		return proxy_code(x);
	case STAGE_CONNECT:
		return connect_code(x);
	case STAGE_TLS:
		return tls_code(x);
	default:
		return NULL;
	}
}

/* ---- redirects ---- */

/* The full URL of a Location header. false: no API uses this form. */
static bool resolve(const struct url_parts *base, const char *location,
		    struct buf *out)
{
	if (strstr(location, "://"))
		return buf_add_text(out, location) == 0;
	if (location[0] != '/')
		return false;
	if (location[1] == '/')
		return buf_addf(out, "%s:%s", base->tls ? "https" : "http",
				location) == 0;
	return buf_add_span(out, base->origin) == 0 &&
	       buf_add_text(out, location) == 0;
}

enum redirect redirect_of(const char *base, const char *location,
			  struct buf *to)
{
	struct buf url = BUF_INIT(URL_LIMIT);
	enum redirect kind = REDIRECT_AWAY;
	struct url_parts from, at;
	struct span path;

	if (!network_url_split(base, &from) ||
	    !resolve(&from, location, &url) ||
	    !network_url_split(buf_str(&url), &at) ||
	    !span_ends(at.path, MESSAGES))
		goto out;
	path = span_first(at.path, at.path.len - strlen(MESSAGES));
	kind = REDIRECT_TO_API;
	if (span_equal(at.origin, from.origin) && span_equal(path, from.path))
		kind = REDIRECT_TO_SELF;
	network_url_show(at.origin, to);
	(void)buf_add_span(to, path);
out:
	buf_clear(&url);
	return kind;
}

/* ---- other paths ---- */

struct list {
	struct path_try *at;
	size_t count;
};

static void add(struct list *l, const char *code, struct span origin,
		struct span path, const char *more, const char *word)
{
	struct buf base = BUF_INIT(URL_LIMIT);

	if (l->count == PATH_TRIES)
		return;
	if (buf_add_span(&base, origin) == 0 &&
	    buf_add_span(&base, path) == 0 && buf_add_text(&base, more) == 0)
		l->at[l->count++] = (struct path_try){
			.code = code,
			.base = buf_take(&base, NULL),
			.target = MESSAGES "?beta=true",
			.word = xstrdup(word),
		};
	buf_clear(&base);
}

/* Removes the end that this client, or another kind of client, appends. */
static bool take_end(struct span *path, const char **end)
{
	static const char *const ends[] = {
		"/v1/chat/completions",
		"/chat/completions",
		MESSAGES,
		"/messages",
		"/v1",
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		if (!span_ends(*path, ends[i]))
			continue;
		*path = span_first(*path, path->len - strlen(ends[i]));
		*path = without_slashes(*path);
		*end = ends[i];
		return true;
	}
	return false;
}

size_t path_try_of(const char *base, struct path_try out[PATH_TRIES])
{
	static const char *const prefixes[] = {
		"/api",    "/anthropic", "/api/anthropic", "/apps/anthropic",
		"/coding", "/claude",
	};
	struct list l = { .at = out };
	struct url_parts u;
	const char *end;
	char *path;

	if (!network_url_split(base, &u))
		return 0;
	add(&l, "DR-QUERY-REFUSED", u.origin, u.path, "", "");
	if (l.count > 0)
		out[0].target = MESSAGES;
	if (take_end(&u.path, &end))
		add(&l, "DR-V1-TWICE", u.origin, u.path, "", end);
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (!span_ends(u.path, prefixes[i]))
			add(&l, "DR-PREFIX-MISSING", u.origin, u.path,
			    prefixes[i], prefixes[i]);
	if (u.path.len > 0) {
		path = span_dup(u.path);
		add(&l, "DR-PREFIX-WRONG", u.origin, SPAN_EMPTY, "", path);
		free(path);
	}
	return l.count;
}

void path_try_clear(struct path_try *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].base);
		free(list[i].word);
	}
}

/* ---- pages ---- */

static void find_title(const char *text, struct buf *title)
{
	const char *at = strcasestr(text, "<title"), *end;

	at = at ? strchr(at, '>') : NULL;
	end = at ? strchr(++at, '<') : NULL;
	if (end && end - at < TITLE_LIMIT)
		(void)buf_add_span(
			title, span_trim(span_make(at, (size_t)(end - at))));
}

bool network_answer_is_page(const struct asked *x, struct buf *title)
{
	const char *type = headers_get(&x->head.headers, "content-type");
	const char *text = buf_str(&x->body);

	text += strspn(text, " \t\r\n");
	if (!(type && strncasecmp(type, "text/html", 9) == 0) &&
	    strncasecmp(text, "<!doctype html", 14) != 0 &&
	    strncasecmp(text, "<html", 5) != 0)
		return false;
	find_title(text, title);
	return true;
}
