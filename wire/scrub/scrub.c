/* Scrubs a request or an answer, and looks for credentials last. */
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/http/decode.h"
#include "wire/scrub/scrub_private.h"

struct scrub *scrub_new(bool keep_text)
{
	struct scrub *s = xcalloc(1, sizeof(*s));

	s->nested = scrub_json;
	s->keep_text = keep_text;
	return s;
}

void scrub_free(struct scrub *s)
{
	if (s == NULL)
		return;
	scrub_names_clear(&s->names);
	secrets_clear(&s->secrets);
	free(s);
}

#define SECRETS_LIMIT 256

/* Learns the credentials of a field. In the field of a signed request only the
 * key's id and the signature are secret. */
static void learn_field(struct scrub *s, const struct header *h)
{
	struct span rest = span_of(h->value), part;

	if (!span_starts(rest, "AWS4-HMAC-")) {
		secrets_add_header(&s->secrets, h->name, h->value);
		return;
	}
	while (span_split(&rest, ' ', &part)) {
		size_t equals = span_find_byte(part, '=');
		char *value;

		if (equals == SIZE_MAX || span_starts(part, "SignedHeaders="))
			continue;
		part = span_skip(part, equals + 1);
		value = span_dup(span_first(
			part, span_find_byte(
				      part, span_ends(part, ",") ? '/' : ',')));
		secrets_add(&s->secrets, value);
		free(value);
	}
}

/* Is it what an earlier scrubbing put there? */
static bool is_stand_in(const char *value)
{
	return strstr(value, "{{credential}}") != NULL;
}

static int learn(struct scrub *s, const struct headers *h, struct fail *f)
{
	for (size_t i = 0; i < h->count; i++) {
		if (s->secrets.count >= SECRETS_LIMIT)
			return fail_set(f, FAIL_LIMIT,
					"more credentials than one recording "
					"has (%d)",
					SECRETS_LIMIT);
		if (secrets_is_header(h->list[i].name) &&
		    !is_stand_in(h->list[i].value))
			learn_field(s, &h->list[i]);
	}
	return 0;
}

static int check_names(const struct scrub *s, struct fail *f)
{
	return s->names.full ? fail_set(f, FAIL_LIMIT,
					"more different names and ids than one "
					"recording has (%zu)",
					SCRUB_NAMES_LIMIT)
			     : 0;
}

/* ---- bodies ---- */

static int decode(const struct headers *h, struct span body, struct buf *out,
		  struct fail *f)
{
	const char *codings = headers_get(h, "content-encoding");
	struct decode *d = NULL;
	int rc;

	if (!decode_is_needed(span_of(codings)))
		return buf_add_span(out, body);
	rc = decode_new(&d, span_of(codings), f);
	if (rc == 0)
		rc = decode_add(d, body, out, f);
	decode_free(d);
	return rc;
}

static void paint(struct scrub *s, char *at, size_t len)
{
	struct secrets_text text = { .at = at, .len = len };

	if (s->secrets.count > 0 && len > 0)
		secrets_paint(&s->secrets, &text, 1);
}

/* Fields that held credentials hold stand-ins already. */
static void paint_fields(struct scrub *s, const struct headers *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (!secrets_is_header(h->list[i].name))
			paint(s, h->list[i].value, strlen(h->list[i].value));
}

/* Changes a body. One that is not JSON is treated as prose. */
static void change(struct scrub *s, struct buf *body)
{
	if (!s->keep_text && !scrub_json(s, body->at, body->len, PLACE_ROOT))
		scrub_text(body->at, body->len);
	if (s->keep_text)
		secrets_guess(body);
	paint(s, body->at, body->len);
}

/* ---- messages ---- */

static int change_head(struct scrub *s, const struct http_head *from,
		       struct http_head *to, struct fail *f)
{
	to->minor = from->minor;
	to->method = xstrdup(from->method);
	to->target = scrub_head_target(s, from->target);
	paint(s, to->target, strlen(to->target));
	if (scrub_head_fields(s, &from->headers, &to->headers, f) < 0)
		return -1;
	paint_fields(s, &to->headers);
	if (s->keep_text)
		return headers_add_text(&to->headers, SCRUB_PRIVATE,
					"texts were kept");
	return 0;
}

int scrub_request(struct scrub *s, const struct http_head *head,
		  struct span body, struct buf *out, struct fail *f)
{
	struct http_head to = { .method = NULL };
	struct buf text = BUF_INIT(SCRUB_BODY_LIMIT);
	struct fail why = FAIL_INIT;
	int rc = -1;

	if (learn(s, &head->headers, f) < 0 || change_head(s, head, &to, f) < 0)
		goto out;
	if (decode(&head->headers, body, &text, &why) < 0) {
		fail_set(f, FAIL_LIMIT, "a body that cannot be read: %s",
			 why.code != FAIL_OK ? why.text : "it is too large");
		goto out;
	}
	change(s, &text);
	if (check_names(s, f) < 0)
		goto out;
	if (http_head_write(&to, out) < 0 ||
	    buf_add_span(out, buf_span(&text)) < 0)
		fail_set(f, FAIL_LIMIT, "the request is too large");
	else
		rc = 0;
out:
	buf_clear(&text);
	http_head_clear(&to);
	return rc;
}

int scrub_answer_headers(struct scrub *s, const struct headers *from,
			 struct headers *to, struct fail *f)
{
	if (learn(s, from, f) < 0 || scrub_head_fields(s, from, to, f) < 0)
		return -1;
	paint_fields(s, to);
	return check_names(s, f);
}

int scrub_answer(struct scrub *s, bool stream, struct buf *body, struct fail *f)
{
	if (stream && !s->keep_text && body->len > 0) {
		scrub_stream(s, body->at, body->len);
		paint(s, body->at, body->len);
	} else {
		change(s, body);
	}
	return check_names(s, f);
}
