/* A curl command for what a run sent first, without credentials in it. */
#include <string.h>
#include <strings.h>

#include "probe/check.h"
#include "probe/secrets.h"

#define INLINE_LIMIT 4096

/* In single quotes, as a shell reads it. */
static void add_quoted(struct span text, struct buf *out)
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

static void add_url(const struct wlog_entry *e, const char *url,
		    struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *target = e->target != NULL ? e->target : "/";

	if (url == NULL) {
		buf_add_text(out, " \"$ANTHROPIC_BASE_URL\"");
	} else {
		buf_add_byte(out, ' ');
		buf_add_span(&text, span_of(url));
		while (text.len > 0 && text.at[text.len - 1] == '/')
			buf_cut(&text, text.len - 1);
	}
	buf_add_text(&text, target);
	add_quoted(buf_span(&text), out);
	buf_clear(&text);
}

/* What curl or the connection itself sees to. */
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

static const char *placeholder(const struct header *h)
{
	if (strcasecmp(h->name, "authorization") == 0)
		return "Bearer $ANTHROPIC_AUTH_TOKEN";
	if (strcasecmp(h->name, "x-api-key") == 0)
		return "$ANTHROPIC_API_KEY";
	return "$CREDENTIAL";
}

static void add_header(const struct header *h, struct buf *out)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_text(out, " \\\n  -H ");
	if (is_secret_header(h->name)) {
		buf_addf(out, "\"%s: %s\"", h->name, placeholder(h));
	} else {
		buf_addf(&text, "%s: %s", h->name, h->value);
		/* curl takes "name:" as: leave this field out. */
		if (*h->value == '\0') {
			buf_reset(&text);
			buf_addf(&text, "%s;", h->name);
		}
		add_quoted(buf_span(&text), out);
	}
	buf_clear(&text);
}

static bool is_plain(struct span body)
{
	return body.len <= INLINE_LIMIT && is_utf8(body) &&
	       span_find_byte(body, '\0') == SIZE_MAX;
}

static void add_body(struct span body, struct buf *out)
{
	if (body.len == 0)
		return;
	if (is_plain(body)) {
		buf_add_text(out, " \\\n  --data-raw ");
		add_quoted(body, out);
	} else {
		buf_add_text(out, " \\\n  --data-binary @request.json");
	}
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

void curl_write(const struct wlog *log, uint64_t run, const char *url,
		struct buf *out)
{
	const struct wlog_entry *e = find(log, run, WLOG_REQUEST, NULL);
	const struct wlog_entry *body;

	/* What went out as raw bytes, curl cannot send. */
	if (e == NULL || e->text != NULL)
		return;
	buf_add_text(out, "curl -isSN --compressed");
	if (e->method != NULL && strcmp(e->method, "HEAD") == 0) {
		buf_add_text(out, " --head");
	} else {
		buf_add_text(out, " -X ");
		add_quoted(span_of(e->method), out);
	}
	add_url(e, url, out);
	for (size_t i = 0; i < e->headers.count; i++)
		if (!is_left_out(e->headers.list[i].name))
			add_header(&e->headers.list[i], out);
	body = find(log, run, WLOG_BODY, e);
	if (body != NULL)
		add_body(span_make(body->bytes, body->len), out);
	buf_add_byte(out, '\n');
}
