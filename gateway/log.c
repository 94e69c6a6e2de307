/* Lines for the operator. */
#include "gateway/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "gateway/pool/cascade.h"
#include "net/say.h"
#include "wire/bytes/print.h"

/* Appends a part of a path without the name of an account; a part without one
 * stays as it was spelt. */
static void add_part(struct span part, struct buf *out)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT), shown = plain;

	bridge_name_decode(part, &plain);
	buf_add_span(&shown, buf_span(&plain));
	bridge_error_blot(&shown);
	buf_add_span(out, span_equal(buf_span(&plain), buf_span(&shown))
				  ? part
				  : buf_span(&shown));
	buf_clear(&plain);
	buf_clear(&shown);
}

/* Appends a path without accounts and projects, which paths of Bedrock and
 * Vertex name. */
static struct span add_path(struct span path, struct buf *out)
{
	struct span part;

	for (const char *between = ""; span_split(&path, '/', &part);
	     between = "/") {
		buf_add_text(out, between);
		add_part(part, out);
	}
	bridge_error_blot(out);
	return buf_span(out);
}

/* Masks the client's credential in a path. A key that is known by its hash only
 * is not among the secrets of the configuration, but a client may have put it
 * into the path, too. */
static void blot_offered(const struct relay *r, struct buf *path)
{
	const struct headers *h = &visit_head(r->visit)->headers;
	struct secrets own = { .count = 0 };
	struct span credential;
	char *text;

	if (!r->key || r->key->value)
		return;
	for (size_t i = 0; i < h->count; i++) {
		if (!auth_is_offered(&h->list[i], &credential))
			continue;
		text = span_dup(credential);
		secrets_add(&own, text);
		free(text);
	}
	secrets_blot(&own, path);
	secrets_clear(&own);
}

static struct span shown_path(const struct relay *r, struct buf *out)
{
	add_path(visit_path(r->visit), out);
	blot_offered(r, out);
	return buf_span(out);
}

void log_request(const struct relay *r, enum stream_end end)
{
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	const struct access a = {
		.method = visit_head(r->visit)->method,
		.path = shown_path(r, &path),
		.status = r->status,
		.bytes = r->bytes,
		.took = loop_now() - visit_began(r->visit),
		.end = end,
		.provider = cascade_provider(r),
		.after = cascade_after(r),
		.note = r->note,
		.secrets = &r->config->secrets,
	};

	say_access(&a, r->config->log);
	buf_clear(&path);
}

/* The text is the server's own. It quotes at most the name of a field, which is
 * a token, but may be a key. */
void log_refusal(const struct config *c, const struct framing_refusal *why)
{
	const struct access a = { .method = "",
				  .path = SPAN_EMPTY,
				  .status = why->status,
				  .end = END_CLEAN,
				  .note = why->text,
				  .secrets = &c->secrets };
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (c->log == ACCESS_JSON)
		say_access(&a, c->log);
	if (c->log != ACCESS_TEXT)
		return;
	buf_addf(&line, "refused %d (", why->status);
	access_note(&a, &line);
	buf_add_text(&line, ")\n");
	say_line(buf_span(&line));
	buf_clear(&line);
}

static void add_shown(const char *text, struct buf *out)
{
	struct buf shown = BUF_INIT(BUF_NO_LIMIT);

	print_bytes(span_of(text), BUF_NO_LIMIT, &shown);
	print_guard(&shown);
	buf_add_span(out, buf_span(&shown));
	buf_add_byte(out, '\n');
	buf_clear(&shown);
}

void log_print(FILE *to, const char *text)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	add_shown(text, &line);
	fputs(buf_str(&line), to);
	buf_clear(&line);
}

void log_say(const char *fmt, ...)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);
	char text[700];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_add_text(&line, "ccgate: ");
	add_shown(text, &line);
	say_line(buf_span(&line));
	buf_clear(&line);
}
