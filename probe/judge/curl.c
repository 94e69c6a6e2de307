/* Writes curl commands: of any request, and of the first request of a run. */
#include "probe/judge/curl.h"

#include <string.h>
#include <strings.h>

#include "probe/judge/check.h"
#include "wire/bytes/secrets.h"

#define INLINE_LIMIT 4096

void curl_quote(struct span text, struct buf *out)
{
	buf_add_byte(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\'')
			buf_add_text(out, "'\\''");
		else
			buf_add_byte(out, text.at[i]);
	}
	buf_add_byte(out, '\'');
}

/* Quotes a text, except "{{credential-2}}", which becomes a shell variable. */
static void add_quoted(struct span text, struct buf *out)
{
	static const char open[] = "{{credential-", close[] = "}}";
	size_t at = span_find(text, span_of(open)), digits = 0;
	struct span word;

	if (at == SIZE_MAX) {
		curl_quote(text, out);
		return;
	}
	word = span_skip(text, at + strlen(open));
	while (digits < word.len && word.at[digits] >= '0' &&
	       word.at[digits] <= '9')
		digits++;
	curl_quote(span_first(text, at), out);
	buf_addf(out, "\"$CREDENTIAL_%.*s\"", (int)digits, word.at);
	add_quoted(span_skip(word, digits + strlen(close)), out);
}

static void add_url(const char *target, const char *url, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (url == NULL) {
		buf_add_text(out, " \"$ANTHROPIC_BASE_URL\"");
	} else {
		buf_add_byte(out, ' ');
		buf_add_span(&text, span_of(url));
		while (text.len > 0 && text.at[text.len - 1] == '/')
			buf_cut(&text, text.len - 1);
	}
	buf_add_text(&text, target);
	add_quoted(span_make(text.at, text.len), out);
	buf_clear(&text);
}

/* Fields that curl or the connection makes. */
static bool is_left_out(const char *name)
{
	static const char *const names[] = { "host", "connection",
					     "content-length",
					     "transfer-encoding" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

/* Adds the variable for "{{credential-2}}", a second credential of a
 * request. */
static bool add_numbered(const struct header *h, struct buf *out)
{
	static const char open[] = "{{credential-";
	const char *word = strstr(h->value, open);
	size_t scheme;

	if (word == NULL)
		return false;
	/* In double quotes, only letters and '-' are safe from the shell. */
	scheme = strspn(h->value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz-");
	if (h->value[scheme] == ' ')
		buf_add(out, h->value, scheme + 1);
	word += strlen(open);
	buf_addf(out, "$CREDENTIAL_%.*s", (int)strspn(word, "0123456789"),
		 word);
	return true;
}

static void add_placeholder(const struct header *h, struct buf *out)
{
	if (add_numbered(h, out))
		return;
	if (strcasecmp(h->name, "authorization") == 0)
		buf_add_text(out, "Bearer $ANTHROPIC_AUTH_TOKEN");
	else if (strcasecmp(h->name, "x-api-key") == 0)
		buf_add_text(out, "$ANTHROPIC_API_KEY");
	else
		buf_add_text(out, "$CREDENTIAL");
}

static bool is_secret(const struct header *h)
{
	return secrets_is_header(h->name) ||
	       strstr(h->value, "{{credential") != NULL;
}

/* Names stand in double quotes, so '$' and '`' in them are escaped. */
static void add_name(const char *name, struct buf *out)
{
	for (; *name; name++) {
		if (strchr("$`\"\\", *name) != NULL)
			buf_add_byte(out, '\\');
		buf_add_byte(out, *name);
	}
}

static void add_header(const struct header *h, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, " \\\n  -H ");
	if (is_secret(h)) {
		buf_add_byte(out, '"');
		add_name(h->name, out);
		buf_add_text(out, ": ");
		add_placeholder(h, out);
		buf_add_byte(out, '"');
	} else {
		buf_addf(&text, "%s: %s", h->name, h->value);
		/* To curl "name:" means: remove this field. */
		if (*h->value == '\0') {
			buf_reset(&text);
			buf_addf(&text, "%s;", h->name);
		}
		curl_quote(buf_span(&text), out);
	}
	buf_clear(&text);
}

static bool is_plain(struct span body)
{
	return body.len <= INLINE_LIMIT && span_is_utf8(body) &&
	       span_find_byte(body, '\0') == SIZE_MAX;
}

static bool is_from_file(const struct curl_request *r)
{
	return r->body_file != NULL || !is_plain(r->body);
}

static void add_body(const struct curl_request *r, struct buf *out)
{
	if (r->body.len == 0)
		return;
	if (!is_from_file(r)) {
		buf_add_text(out, " \\\n  --data-raw ");
		curl_quote(r->body, out);
	} else {
		buf_addf(out, " \\\n  --data-binary @%s",
			 r->body_file ? r->body_file : "request.json");
	}
}

/* Removes fields that curl would add by itself. */
static void add_removals(const struct headers *h, struct buf *out)
{
	static const char *const names[] = { "Accept", "Content-Type", "Expect",
					     "User-Agent" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (headers_get(h, names[i]) == NULL)
			buf_addf(out, " \\\n  -H '%s:'", names[i]);
}

/* --compressed decodes the answer, and adds accept-encoding to the request. */
static bool is_compressed(const struct curl_request *r)
{
	return !r->exact || headers_get(r->headers, "accept-encoding") != NULL;
}

void curl_command(const struct curl_request *r, struct buf *out)
{
	buf_add_text(out, "curl -isSN");
	if (is_compressed(r))
		buf_add_text(out, " --compressed");
	buf_add_text(out, r->options != NULL ? r->options : "");
	if (r->method != NULL && strcmp(r->method, "HEAD") == 0) {
		buf_add_text(out, " --head");
	} else {
		buf_add_text(out, " -X ");
		curl_quote(span_of(r->method), out);
	}
	add_url(r->target != NULL ? r->target : "/", r->url, out);
	for (size_t i = 0; i < r->headers->count; i++)
		if (!is_left_out(r->headers->list[i].name))
			add_header(&r->headers->list[i], out);
	if (r->exact)
		add_removals(r->headers, out);
	add_body(r, out);
	buf_add_byte(out, '\n');
}

static const struct wlog_entry *find(const struct wlog *log, uint64_t run,
				     enum wlog_kind kind,
				     const struct wlog_entry *of)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct wlog_entry *e = &log->list[i];

		if (e->run != run || e->kind != kind || e->actor[0] != 'c')
			continue;
		if (of == NULL || (strcmp(of->actor, e->actor) == 0 &&
				   of->exchange == e->exchange))
			return e;
	}
	return NULL;
}

bool curl_write(const struct wlog *log, uint64_t run, const char *url,
		struct buf *out)
{
	const struct wlog_entry *e = find(log, run, WLOG_REQUEST, NULL);
	const struct wlog_entry *body;
	struct curl_request r = { .url = url };

	/* curl cannot send raw bytes; a text says that the log has not all of
	 * the request. */
	if (e == NULL || e->raw || e->text != NULL)
		return false;
	r.method = e->method;
	r.target = e->target;
	r.headers = &e->headers;
	body = find(log, run, WLOG_BODY, e);
	if (body != NULL)
		r.body = span_make(body->bytes, body->len);
	curl_command(&r, out);
	return is_from_file(&r);
}
