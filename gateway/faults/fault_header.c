/* Faults of request header fields. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "gateway/faults/faults.h"
#include "wire/bytes/mem.h"

#define BETA "anthropic-beta"

static void drop(struct headers *h, const char *name)
{
	headers_remove(h, name);
}

static void drops_beta(struct relay *r, struct headers *h)
{
	(void)r;
	drop(h, BETA);
}

typedef void change_fn(struct span list, struct buf *to);

/* Changes every line of a field; a line that becomes empty is dropped. */
static void change_lines(struct headers *h, const char *name, change_fn *fn)
{
	struct headers to = { 0 };

	for (size_t i = 0; i < h->count; i++) {
		struct span value = span_of(h->list[i].value);
		struct buf changed = BUF_INIT(BUF_NO_LIMIT);

		if (strcasecmp(h->list[i].name, name) == 0) {
			fn(value, &changed);
			value = buf_span(&changed);
		}
		if (value.len > 0)
			headers_add(&to, span_of(h->list[i].name), value);
		buf_clear(&changed);
	}
	headers_clear(h);
	*h = to;
}

static void add_item(struct buf *to, struct span item)
{
	if (to->len > 0)
		buf_add_byte(to, ',');
	buf_add_span(to, item);
}

/* The betas that a gateway of last year knew. */
static const char *const known_betas[] = {
	"claude-code-20250219",
	"oauth-2025-04-20",
	"interleaved-thinking-2025-05-14",
	"fine-grained-tool-streaming-2025-05-14",
	"prompt-caching-2024-07-31",
	"context-1m-2025-08-07",
	"token-counting-2024-11-01",
	NULL,
};

static bool is_in(const char *const *list, struct span word)
{
	for (; *list; list++)
		if (span_is_nocase(word, *list))
			return true;
	return false;
}

static void keep_known(struct span list, struct buf *to)
{
	struct span item;

	while (span_split(&list, ',', &item))
		if (is_in(known_betas, span_trim(item)))
			add_item(to, span_trim(item));
}

static void filters_unknown_beta(struct relay *r, struct headers *h)
{
	(void)r;
	change_lines(h, BETA, keep_known);
}

static void keep_all_but_login(struct span list, struct buf *to)
{
	struct span item;

	while (span_split(&list, ',', &item))
		if (!span_starts(span_trim(item), "oauth-"))
			add_item(to, item);
}

static void drops_oauth_beta(struct relay *r, struct headers *h)
{
	(void)r;
	change_lines(h, BETA, keep_all_but_login);
}

static void append_beta(struct span list, struct buf *to)
{
	add_item(to, list);
	add_item(to, span_of("output-128k-2025-02-19"));
}

static void adds_beta(struct relay *r, struct headers *h)
{
	(void)r;
	if (headers_get(h, BETA))
		change_lines(h, BETA, append_beta);
	else
		headers_add_text(h, BETA, "output-128k-2025-02-19");
}

static void reverse(struct span list, struct buf *to)
{
	while (list.len > 0) {
		size_t at = list.len;

		while (at > 0 && list.at[at - 1] != ',')
			at--;
		add_item(to, span_trim(span_skip(list, at)));
		list = span_first(list, at > 0 ? at - 1 : 0);
	}
}

static void reorders_beta(struct relay *r, struct headers *h)
{
	(void)r;
	change_lines(h, BETA, reverse);
}

static void cut_short(struct span list, struct buf *to)
{
	struct span item;

	while (span_split(&list, ',', &item) && to->len + item.len < 128)
		add_item(to, item);
}

static void truncates_beta(struct relay *r, struct headers *h)
{
	(void)r;
	change_lines(h, BETA, cut_short);
}

static void to_upper(struct span list, struct buf *to)
{
	for (size_t i = 0; i < list.len; i++) {
		char c = list.at[i];

		buf_add_byte(to, c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
	}
}

static void uppercases_beta(struct relay *r, struct headers *h)
{
	(void)r;
	change_lines(h, BETA, to_upper);
}

static void first_beta_line(struct relay *r, struct headers *h)
{
	const char *first = headers_get(h, BETA);
	char *value = first ? xstrdup(first) : NULL;

	(void)r;
	if (value)
		headers_set(h, BETA, value);
	free(value);
}

static void last_beta_line(struct relay *r, struct headers *h)
{
	size_t n = headers_count(h, BETA);
	char *value = n > 0 ? xstrdup(headers_nth(h, BETA, n - 1)) : NULL;

	(void)r;
	if (value)
		headers_set(h, BETA, value);
	free(value);
}

/* Keeps the betas of a session's first turn for all its turns. The memory is
 * for one worker. */
static void pins_beta(struct relay *r, struct headers *h)
{
	static struct headers pinned;
	const char *session =
		fault_client_header(r, "x-claude-code-session-id");
	const char *beta = headers_get(h, BETA);

	if (!session || !beta)
		return;
	if (headers_get(&pinned, session))
		headers_set(h, BETA, headers_get(&pinned, session));
	else
		headers_add_text(&pinned, session, beta);
}

static void drops_version(struct relay *r, struct headers *h)
{
	(void)r;
	drop(h, "anthropic-version");
}

static void replaces_version(struct relay *r, struct headers *h)
{
	(void)r;
	headers_set(h, "anthropic-version", "2023-01-01");
}

static const char *const known_fields[] = {
	"x-api-key",       "authorization", "anthropic-version",
	"anthropic-beta",  "content-type",  "accept",
	"accept-encoding", "user-agent",    NULL,
};

static bool is_known_field(const char *name)
{
	return is_in(known_fields, span_of(name));
}

static bool is_no_identity(const char *name)
{
	return strncasecmp(name, "x-stainless-", 12) != 0 &&
	       strncasecmp(name, "x-claude-code-", 14) != 0 &&
	       strcasecmp(name, "x-app") != 0;
}

static bool rejects_unknown_header(struct relay *r)
{
	static const char *const more[] = { "host",           "connection",
					    "content-length", "x-app",
					    "cookie",         NULL };
	const struct headers *h = &visit_head(r->visit)->headers;

	for (size_t i = 0; i < h->count; i++) {
		const char *name = h->list[i].name;

		if (is_known_field(name) || !is_no_identity(name) ||
		    is_in(more, span_of(name)) ||
		    strncasecmp(name, "anthropic-dangerous", 19) == 0)
			continue;
		reply_error(r, 400, "unexpected header");
		return true;
	}
	return false;
}

static bool rejects_new_version(struct relay *r)
{
	const char *version = fault_client_header(r, "anthropic-version");

	if (!version || strcmp(version, "2023-06-01") <= 0)
		return false;
	reply_error(r, 400, "anthropic-version: unknown version");
	return true;
}

/* Accepts only releases that existed when it was written. */
static bool rejects_new_client(struct relay *r)
{
	const char *agent = fault_client_header(r, "user-agent");

	if (!agent || strncmp(agent, "claude-cli/", 11) != 0 ||
	    strtol(agent + 11, NULL, 10) <= 2)
		return false;
	reply_error(r, 403, "this client is not known here");
	return true;
}

static bool small_header_limit(struct relay *r)
{
	if (visit_head(r->visit)->headers.bytes <= 4096)
		return false;
	fault_answer(r, 431, "text/html", fault_html);
	return true;
}

/* Adds again those of the client's fields that the policy left out. */
static void forward(struct relay *r, struct headers *h,
		    const char *const *prefixes)
{
	const struct headers *from = &visit_head(r->visit)->headers;

	for (size_t i = 0; i < from->count; i++)
		for (const char *const *p = prefixes; *p; p++)
			if (strncasecmp(from->list[i].name, *p, strlen(*p)) ==
			    0)
				headers_add_text(h, from->list[i].name,
						 from->list[i].value);
}

static void forwards_hop_by_hop(struct relay *r, struct headers *h)
{
	static const char *const names[] = { "connection", "keep-alive",
					     "te",         "proxy-",
					     "upgrade",    "trailer",
					     NULL };
	const char *named = fault_client_header(r, "connection");
	struct span rest = span_of(named), word;

	forward(r, h, names);
	while (span_split(&rest, ',', &word)) {
		char *name = span_dup(span_trim(word));
		const char *value = fault_client_header(r, name);

		if (value && strcasecmp(name, "keep-alive") != 0)
			headers_add_text(h, name, value);
		free(name);
	}
}

static void forwards_cookies(struct relay *r, struct headers *h)
{
	static const char *const names[] = { "cookie", NULL };

	forward(r, h, names);
}

static void forwards_forwarded(struct relay *r, struct headers *h)
{
	static const char *const names[] = { "x-forwarded-", "x-real-ip",
					     "forwarded",    "via",
					     "cf-",          "cdn-loop",
					     "true-client-", NULL };

	forward(r, h, names);
}

static void adds_forwarded(struct relay *r, struct headers *h)
{
	(void)r;
	headers_add_text(h, "X-Forwarded-For", "192.0.2.1");
	headers_add_text(h, "Via", "1.1 gateway");
}

static void forces_gzip(struct relay *r, struct headers *h)
{
	(void)r;
	headers_set(h, "accept-encoding", "gzip");
}

static bool wants_json(struct relay *r)
{
	const char *accept = fault_client_header(r, "accept");

	return accept && strstr(accept, "json");
}

static void stream_from_accept(struct relay *r, struct fetch_request *request)
{
	static const struct fault_edit edit = { .path = "/stream",
						.with = "false" };
	struct buf to = BUF_INIT(BUF_NO_LIMIT);
	static struct buf sent = BUF_INIT(BUF_NO_LIMIT); /* until the next */

	if (wants_json(r) && edit_apply(&edit, request->body, &to)) {
		buf_clear(&sent);
		sent = to;
		request->body = buf_span(&sent);
		request->body_lent = false; /* the next one frees it */
	} else {
		buf_clear(&to);
	}
}

const struct fault faults_of_headers[] = {
	{ .name = "drops-beta",
	  .about = "does not forward anthropic-beta",
	  .fields = drops_beta },
	{ .name = "filters-unknown-beta",
	  .about = "forwards the beta values of an old list only",
	  .fields = filters_unknown_beta },
	{ .name = "drops-oauth-beta",
	  .about = "drops the beta value of a login",
	  .fields = drops_oauth_beta },
	{ .name = "adds-beta",
	  .about = "adds a beta value that nobody asked for",
	  .fields = adds_beta },
	{ .name = "reorders-beta",
	  .about = "changes the order of the beta values",
	  .fields = reorders_beta },
	{ .name = "truncates-beta",
	  .about = "cuts anthropic-beta off at 128 bytes",
	  .fields = truncates_beta },
	{ .name = "uppercases-beta",
	  .about = "changes the case of the beta values",
	  .fields = uppercases_beta },
	{ .name = "first-beta-line-only",
	  .about = "forwards the first of several anthropic-beta lines",
	  .fields = first_beta_line },
	{ .name = "last-beta-line-only",
	  .about = "forwards the last of several anthropic-beta lines",
	  .fields = last_beta_line },
	{ .name = "pins-beta",
	  .about = "sends a session's first beta values with every later "
		   "request",
	  .fields = pins_beta },
	{ .name = "drops-version",
	  .about = "does not forward anthropic-version",
	  .fields = drops_version },
	{ .name = "replaces-version",
	  .about = "sends an anthropic-version of its own",
	  .fields = replaces_version },
	{ .name = "rejects-new-version",
	  .about = "refuses an anthropic-version that it does not know",
	  .arrived = rejects_new_version },
	{ .name = "rejects-unknown-header",
	  .about = "refuses requests with fields it does not know",
	  .arrived = rejects_unknown_header },
	{ .name = "rejects-new-client",
	  .about = "refuses releases of the client that it does not know",
	  .arrived = rejects_new_client },
	{ .name = "forwards-hop-by-hop",
	  .about = "forwards the fields of the client's connection",
	  .fields = forwards_hop_by_hop },
	{ .name = "forwards-cookies",
	  .about = "forwards the client's cookies",
	  .fields = forwards_cookies },
	{ .name = "forwards-forwarded-for",
	  .about = "forwards the traces of proxies before it",
	  .fields = forwards_forwarded },
	{ .name = "adds-forwarded-for",
	  .about = "tells the upstream the client's address",
	  .fields = adds_forwarded },
	{ .name = "small-header-limit",
	  .about = "refuses more than 4 KB of header fields",
	  .arrived = small_header_limit },
	{ .name = "forces-gzip",
	  .about = "asks the upstream for gzip whatever the client can read",
	  .fields = forces_gzip },
	{ .name = "stream-from-accept",
	  .about = "streams by the Accept field, not by the body",
	  .request = stream_from_accept },
	{ .name = NULL },
};
