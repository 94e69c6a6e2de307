/*
 * Finds what a translating gateway does. Client and provider speak different
 * formats, so not their bytes are compared but what they ask and say.
 */
#include "probe/causes/behaviour_translation.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "probe/refusal/refusal.h"
#include "wire/bytes/print.h"

enum { WORDS = 120, SUBJECT = 96 };

/* A body in the plain form; empty if it cannot be read. */
struct translated_form {
	struct buf text;
	struct jval root;
};

static void form_init(struct translated_form *f)
{
	buf_init(&f->text, BUF_NO_LIMIT);
	f->root = (struct jval){ .type = J_NULL };
}

static bool read_form(const char *(*read)(const struct exchange *x,
					  struct buf *out),
		      const struct exchange *x, struct translated_form *f)
{
	form_init(f);
	return x != NULL && read(x, &f->text) == NULL &&
	       jscan(buf_span(&f->text), &f->root, NULL) == 0;
}

/* ---- what the provider refuses ---- */

static void saw(const struct behaviour_reading *r, enum behaviour_kind kind,
		const char *subject, const char *said, struct span sent)
{
	struct behaviour_sight s = {
		.kind = kind, .subject = subject, .said = said, .sent = sent
	};

	s.got = r->c->content;
	behaviours_add(r->seen, &s);
}

/* Texts of refusals that say more than the field that they name. */
static const struct {
	const char *words, *subject;
} known[] = {
	{ "must be followed by tool messages", "calls-without-results" },
	{ "must be a response to a preceding", "results-without-calls" },
	{ "Invalid schema for function", "schemas" },
};

/* The parameter that an error names, with stars for numbers:
 * "messages[2].content" becomes "messages[*].content". */
static void subject_of(struct jval error, struct span words, char out[SUBJECT])
{
	struct jval param = jscan_get(error, "param");
	struct jval code = jscan_get(error, "code");
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t n = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_find(words, span_of(known[i].words)) != SIZE_MAX) {
			snprintf(out, SUBJECT, "%s", known[i].subject);
			return;
		}
	if (param.type == J_STRING)
		jscan_string(param, &text);
	else if (code.type == J_STRING)
		jscan_string(code, &text);
	else
		buf_add_text(&text, "request");
	for (size_t i = 0; i < text.len && n + 1 < SUBJECT; i++) {
		char c = text.at[i];

		if (isdigit((unsigned char)c) && n > 0 && out[n - 1] == '*')
			continue;
		out[n++] = isdigit((unsigned char)c) ? '*' : c;
	}
	out[n] = '\0';
	buf_clear(&text);
}

/* The client's request was valid, and its translation was refused. */
static void read_refused(const struct behaviour_reading *r)
{
	struct buf type = BUF_INIT(1024), words = BUF_INIT(16 * 1024);
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	struct jval error = jscan_get(r->u->json, "error");
	bool unknown = jscan_member_is(error, "code", "unknown_parameter");
	char subject[SUBJECT];

	refusal_text(r->u->content, &type, &words);
	subject_of(error, buf_span(&words), subject);
	print_bytes(unknown ? span_of(subject) : buf_span(&words), WORDS,
		    &said);
	saw(r, unknown ? BEHAVIOUR_ASKED_LEAKS : BEHAVIOUR_ASKED_REFUSED,
	    subject, buf_str(&said), r->u->request_body);
	buf_clear(&type);
	buf_clear(&words);
	buf_clear(&said);
}

/* The script of a case may refuse any request. Only an error of this type is
 * about the request itself. */
static bool is_of_request(const struct behaviour_reading *r)
{
	struct jval error = jscan_get(r->u->json, "error");

	return r->u->response->status == 400 &&
	       jscan_member_is(error, "type", "invalid_request_error") &&
	       !behaviour_is_overflow(r->u->content);
}

/* ---- unstable translations ---- */

static bool is_same(struct jval a, struct jval b)
{
	return a.text.at && b.text.at &&
	       jscan_diff(a, b, 0, 0, NULL, NULL) == 0;
}

static void read_unstable(const struct behaviour_reading *r,
			  const struct translated_form *c,
			  const struct translated_form *u,
			  const struct translated_form *c_was,
			  const struct translated_form *u_was)
{
	static const char *const parts[][2] = {
		{ "system", "the system prompt" }, { "tools", "tools" }
	};
	struct jiter a, b, x, y;
	struct jval was, is, sent, got;

	for (size_t i = 0; i < 2; i++) {
		was = jscan_get(u_was->root, parts[i][0]);
		is = jscan_get(u->root, parts[i][0]);
		if (is_same(jscan_get(c->root, parts[i][0]),
			    jscan_get(c_was->root, parts[i][0])) &&
		    was.text.at && is.text.at && !is_same(was, is)) {
			struct behaviour_sight s = {
				.kind = BEHAVIOUR_ASKED_UNSTABLE,
				.subject = parts[i][0],
				.said = parts[i][1],
				.sent = was.text,
				.got = is.text,
			};

			s.detail = i == 0 ? "/system" : "/tools";
			behaviours_add(r->seen, &s);
		}
	}
	a = jscan_iter(jscan_get(c_was->root, "messages"));
	b = jscan_iter(jscan_get(c->root, "messages"));
	x = jscan_iter(jscan_get(u_was->root, "messages"));
	y = jscan_iter(jscan_get(u->root, "messages"));
	while (jscan_next(&a, NULL, &was) && jscan_next(&b, NULL, &is) &&
	       is_same(was, is) && jscan_next(&x, NULL, &sent) &&
	       jscan_next(&y, NULL, &got)) {
		struct behaviour_sight s = { .kind = BEHAVIOUR_ASKED_UNSTABLE,
					     .subject = "turns",
					     .said = "earlier turns",
					     .detail = "/messages",
					     .sent = sent.text,
					     .got = got.text };

		if (is_same(sent, got))
			continue;
		behaviours_add(r->seen, &s);
		return;
	}
}

static void compare_before(const struct behaviour_reading *r,
			   const struct translated_form *c,
			   const struct translated_form *u)
{
	const struct exchange *x = behaviour_before(r, r->c);
	const struct exchange *y = behaviour_before(r, r->u);
	struct translated_form c_was, u_was;
	bool read = read_form(form_asked, x, &c_was);

	read = read_form(form_asked, y, &u_was) && read;
	if (read)
		read_unstable(r, c, u, &c_was, &u_was);
	buf_clear(&c_was.text);
	buf_clear(&u_was.text);
}

/* ---- thoughts ---- */

/* A provider that encrypts thoughts does not keep them: the client sends back
 * each that it got, as a thinking block, and the gateway must pass it on. */
static void read_thoughts(const struct behaviour_reading *r,
			  const struct translated_form *c,
			  const struct translated_form *u,
			  const struct translated_form *said)
{
	struct jiter it = jscan_iter(jscan_get(said->root, "content"));
	struct jval block;

	if (span_find(jscan_get(c->root, "messages").text,
		      span_of("\"thinking\"")) == SIZE_MAX)
		return;
	while (jscan_next(&it, NULL, &block)) {
		struct jval sign = jscan_get(block, "signature");
		struct behaviour_sight s = { .kind = BEHAVIOUR_ASKED_LOST,
					     .subject = "thoughts",
					     .said = "what the model thought",
					     .detail = "/messages",
					     .sent = sign.text };

		if (jscan_member_is(block, "type", "thinking") &&
		    sign.type == J_STRING && sign.text.len > 2 &&
		    span_find(buf_span(&u->text), sign.text) == SIZE_MAX)
			behaviours_add(r->seen, &s);
	}
}

static void compare_thoughts(const struct behaviour_reading *r,
			     const struct translated_form *c,
			     const struct translated_form *u)
{
	const struct exchange *before = behaviour_before(r, r->u);
	struct translated_form said;

	if (read_form(form_said, before, &said))
		read_thoughts(r, c, u, &said);
	buf_clear(&said.text);
}

/* ---- errors ---- */

/* Whether the provider's error message is in the client's answer. */
static bool keeps_words(const struct behaviour_reading *r)
{
	struct buf type = BUF_INIT(1024), was = BUF_INIT(64 * 1024);
	struct buf is = BUF_INIT(64 * 1024);
	bool kept;

	refusal_text(r->u->content, &type, &was);
	buf_reset(&type);
	refusal_text(r->c->content, &type, &is);
	kept = was.len == 0 || r->u->json.text.at == NULL ||
	       span_find(buf_span(&is), buf_span(&was)) != SIZE_MAX;
	buf_clear(&type);
	buf_clear(&was);
	buf_clear(&is);
	return kept;
}

static void read_error(const struct behaviour_reading *r)
{
	const struct headers *u = &r->u->response->headers;

	if (!jscan_member_is(r->c->json, "type", "error"))
		behaviour_own_body(r, BEHAVIOUR_ERROR_RESHAPED);
	else if (behaviour_is_overflow(r->u->content) &&
		 behaviour_is_overflow(r->c->content) &&
		 !behaviour_has_overflow(r->c->content))
		saw(r, BEHAVIOUR_SAID_OTHER, "overflow",
		    "that a prompt is too long", r->u->content);
	else if (!keeps_words(r))
		behaviour_own_body(r, BEHAVIOUR_ERROR_REPLACED);
	else
		behaviour_status(r);
	for (size_t i = 0; i < u->count; i++)
		if (strcmp(u->list[i].name, "retry-after") == 0 &&
		    !headers_get(&r->c->response->headers, "retry-after"))
			behaviour_field_dropped(r, &u->list[i]);
}

/* ---- a pair ---- */

/* The gateway asks another API of its provider for this request. */
static void read_elsewhere(const struct behaviour_reading *r)
{
	struct span target = span_of(r->u->request->target);
	struct buf path = BUF_INIT(1024);

	print_bytes(span_first(target, span_find_byte(target, '?')), 80, &path);
	saw(r, BEHAVIOUR_ASKED_ELSEWHERE, buf_str(&path), NULL,
	    r->u->request_body);
	buf_clear(&path);
}

static void read_answer(const struct behaviour_reading *r,
			const struct translated_form *asked)
{
	struct translated_form c, u;
	bool read = read_form(form_said, r->c, &c);

	read = read_form(form_said, r->u, &u) && read;
	if (r->u->response->status >= 400)
		read_error(r);
	else if (r->c->response->status >= 400)
		behaviour_error_instead(r);
	else if (read)
		behaviour_said(r, c.root, u.root, asked->root);
	buf_clear(&c.text);
	buf_clear(&u.text);
}

bool behaviour_translation(const struct behaviour_reading *r)
{
	struct translated_form c, u;
	bool has_c, has_u, lost = false;

	if (r->u == NULL || view_format(r->c) == FORMAT_UNKNOWN ||
	    view_format(r->c) == view_format(r->u))
		return false;
	if (view_format(r->u) == FORMAT_UNKNOWN) {
		if (r->translates)
			read_elsewhere(r);
		return r->translates;
	}
	behaviour_credential(r);
	if (r->c->response != NULL)
		behaviour_shown(r);
	has_c = read_form(form_asked, r->c, &c);
	has_u = read_form(form_asked, r->u, &u);
	if (has_c && has_u) {
		lost = behaviour_asked(r, c.root, u.root);
		compare_before(r, &c, &u);
		compare_thoughts(r, &c, &u);
	}
	if (r->u->response != NULL && r->c->response != NULL) {
		behaviours_count(r->seen, "answers");
		if (!lost && is_of_request(r))
			read_refused(r);
		else if (!is_of_request(r) || !lost)
			read_answer(r, &c);
	}
	buf_clear(&c.text);
	buf_clear(&u.text);
	return true;
}

/* ---- counting ---- */

static bool is_count(const struct couple *p)
{
	return p->count == 0 && !p->raw && p->c->response != NULL &&
	       p->c->response->status == 200 &&
	       behaviour_has(span_of(p->c->request->target), "/count_tokens");
}

/* Which part is longer in b than in a. */
static const char *more_of(struct jval a, struct jval b)
{
	static const char *const parts[] = { "tools", "system", "messages" };

	for (size_t i = 0; i < 2; i++)
		if (jscan_get(b, parts[i]).text.len >
		    jscan_get(a, parts[i]).text.len)
			return parts[i];
	return span_find(b.text, span_of("\"image\"")) != SIZE_MAX ? "images"
								   : parts[2];
}

/* Fewer tokens than any tokenizer would count for this many more bytes. */
static int64_t least_difference(size_t bytes)
{
	return bytes / 16 > 32 ? (int64_t)(bytes / 16) : 32;
}

static void compare_counts(struct behaviours *seen, const struct exchange *x,
			   const struct exchange *y)
{
	struct behaviour_sight s = { .kind = BEHAVIOUR_COUNT_OTHER };
	struct jval a, b, was, is;
	int64_t n, m;

	if (jscan(x->request_body, &a, NULL) < 0 ||
	    jscan(y->request_body, &b, NULL) < 0 ||
	    !jscan_member(x->json, "input_tokens", &was) ||
	    !jscan_member(y->json, "input_tokens", &is) ||
	    !jscan_i64(was, &n) || !jscan_i64(is, &m))
		return;
	s.sent = was.text;
	s.got = is.text;
	if (span_equal(x->request_body, y->request_body)) {
		s.subject = "twice";
		s.said = "the same request differently each time";
		if (n != m)
			behaviours_add(seen, &s);
	} else if (y->request_body.len > x->request_body.len + 128 &&
		   m < n + least_difference(y->request_body.len -
					    x->request_body.len)) {
		s.kind = BEHAVIOUR_COUNT_LOST;
		s.subject = more_of(a, b);
		behaviours_add(seen, &s);
	}
}

void behaviour_counting(struct behaviours *seen, const struct couples *p)
{
	const struct exchange *last = NULL;

	for (size_t i = 0; i < p->count; i++) {
		if (!is_count(&p->list[i]))
			continue;
		behaviours_pair(seen, i);
		if (last != NULL)
			compare_counts(seen, last, p->list[i].c);
		last = p->list[i].c;
	}
}
