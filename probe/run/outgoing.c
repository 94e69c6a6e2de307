/*
 * Turns a recorded request into the bytes of one run. Everything that is
 * replaced has a fixed spelling, so it is found by its bytes, without parsing.
 */
#include "probe/run/outgoing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mockupstream/mock.h"
#include "wire/bytes/mem.h"

#define BODY_LIMIT ((size_t)256 * 1024 * 1024)
#define SIGNED "AWS4-HMAC-SHA256 "
#define SIGNATURE \
	"eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"

/* Recordings have the session id "00000000-0000-4000-8000-000000000000". A case
 * with several sessions has other digits in place of the last two zeros of the
 * fourth part. */
#define SESSION_FRONT "00000000-0000-4000-80"
#define SESSION_BACK "-000000000000"
#define SESSION_DIGITS 2

static bool is_session(struct span at)
{
	static const char digits[] = "0123456789abcdef";
	struct span rest = span_skip(at, strlen(SESSION_FRONT));

	return rest.len >= SESSION_DIGITS && strchr(digits, rest.at[0]) &&
	       strchr(digits, rest.at[1]) &&
	       span_starts(span_skip(rest, SESSION_DIGITS), SESSION_BACK);
}

/* Replaces the last part of recorded session ids by digits of the run's number,
 * in place. */
static void session_put(char *bytes, size_t len, uint64_t run)
{
	char digits[16];
	struct span rest = span_make(bytes, len);
	size_t at;

	snprintf(digits, sizeof(digits), "%012" PRIx64,
		 run & UINT64_C(0xffffffffffff));
	while ((at = span_find(rest, span_of(SESSION_FRONT))) != SIZE_MAX) {
		rest = span_skip(rest, at);
		if (is_session(rest))
			memcpy(bytes + (rest.at - bytes) +
				       strlen(SESSION_FRONT) + SESSION_DIGITS +
				       1,
			       digits, 12);
		rest = span_skip(rest, strlen(SESSION_FRONT));
	}
}

/* "http://127.0.0.1:80/prefix" has the host "127.0.0.1:80". */
static char *host_of(const char *url)
{
	const char *from = strstr(url, "://");

	from = from ? from + 3 : url;
	return xmemdup(from, strcspn(from, "/?#"));
}

struct making {
	const struct outgoing_values *v;
	const char *key; /* the key to send */
	enum auth_form auth;
	char *host;
	struct headers *to;
	bool put; /* the credential was added */
	struct fail *f;
};

static int add(struct making *m, const char *name, const char *value)
{
	if (headers_add_text(m->to, name, value) < 0)
		return fail_set(m->f, FAIL_LIMIT,
				"header '%s' does not fit into a request",
				name);
	return 0;
}

/* Which key each form sends in which header. */
static const struct {
	enum auth_form form;
	enum { NO, GOOD, WRONG } bearer, api_key;
} forms[] = {
	{ AUTH_NONE, NO, NO },
	{ AUTH_BEARER, GOOD, NO },
	{ AUTH_API_KEY, NO, GOOD },
	{ AUTH_BOTH, GOOD, GOOD },
	{ AUTH_WRONG_BEARER, WRONG, NO },
	{ AUTH_WRONG_API_KEY, NO, WRONG },
	{ AUTH_WRONG_BEARER_GOOD_KEY, WRONG, GOOD },
	{ AUTH_GOOD_BEARER_WRONG_KEY, GOOD, WRONG },
};

static int add_bearer(struct headers *to, const char *key)
{
	struct buf value = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	int rc;

	buf_add_text(&value, "Bearer ");
	buf_add_text(&value, key);
	rc = headers_add_text(to, "Authorization", buf_str(&value));
	buf_clear(&value);
	return rc;
}

int outgoing_credential(struct headers *to, enum auth_form form,
			const char *good, const char *wrong, struct fail *f)
{
	int rc = 0;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (forms[i].form != form)
			continue;
		if (forms[i].bearer != NO)
			rc = add_bearer(to,
					forms[i].bearer == GOOD ? good : wrong);
		if (rc == 0 && forms[i].api_key != NO)
			rc = headers_add_text(to, "x-api-key",
					      forms[i].api_key == GOOD ? good
								       : wrong);
	}
	if (rc < 0)
		return fail_set(f, FAIL_LIMIT,
				"the credential does not fit into a request");
	return 0;
}

static int put_credential(struct making *m)
{
	if (m->put)
		return 0;
	m->put = true;
	return outgoing_credential(m->to, m->auth, m->key, m->v->wrong_key,
				   m->f);
}

static int put_value(struct making *m, const struct header *h)
{
	struct buf value = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	int rc;

	buf_add_text(&value, h->value);
	(void)buf_replace(&value, "{{host}}", m->host);
	(void)buf_replace(&value, "{{signature}}", SIGNATURE);
	(void)buf_replace(&value, "{{credential}}", m->key);
	if (value.len > 0) {
		mark_put(value.at, value.len, m->v->run);
		session_put(value.at, value.len, m->v->run);
	}
	rc = add(m, h->name, buf_str(&value));
	buf_clear(&value);
	return rc;
}

static bool is_credential(const struct header *h, bool asked)
{
	if (strcasecmp(h->name, "authorization") != 0 &&
	    strcasecmp(h->name, "x-api-key") != 0)
		return false;
	/* A signature is left as it is: it is valid for the one credential that
	 * it contains. */
	if (!asked && strncmp(h->value, SIGNED, strlen(SIGNED)) == 0)
		return false;
	/* A credential that a case spells out is sent as it is. */
	return asked || strstr(h->value, "{{credential}}");
}

/* Framing is decided by the sender. Recordings have none; a case may, and it is
 * ignored. */
static bool is_framing(const struct header *h)
{
	return strcasecmp(h->name, "content-length") == 0 ||
	       strcasecmp(h->name, "transfer-encoding") == 0;
}

static int put_headers(struct making *m, const struct request *r)
{
	const struct headers *from = &r->head.headers;
	bool asked = r->auth != AUTH_DEFAULT;

	for (size_t i = 0; i < from->count; i++) {
		const struct header *h = &from->list[i];
		int rc = 0;

		if (is_credential(h, asked))
			rc = put_credential(m);
		else if (!is_framing(h))
			rc = put_value(m, h);
		if (rc < 0)
			return -1;
	}
	/* A request recorded without a credential gets one only on demand. */
	if ((asked || r->keyed) && put_credential(m) < 0)
		return -1;
	if (r->wish && m->v->wishes.header &&
	    add(m, m->v->wishes.header, r->wish) < 0)
		return -1;
	for (size_t i = 0; m->v->extra && i < m->v->extra->count; i++) {
		const struct header *h = &m->v->extra->list[i];

		if (add(m, h->name, h->value) < 0)
			return -1;
	}
	return 0;
}

/* A wish that stands in the body is one more edit. */
static int put_body(struct buf *out, const struct request *r,
		    const struct outgoing_values *v, struct fail *f)
{
	struct request with = *r;
	struct buf pointer = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (!r->wish || !v->wishes.member)
		return request_body(r, out, f);
	with.edits = xcalloc(r->edit_count + 1, sizeof(*with.edits));
	for (size_t i = 0; i < r->edit_count; i++)
		with.edits[i] = r->edits[i];
	buf_addf(&pointer, "/%s", v->wishes.member);
	with.edits[with.edit_count++] = (struct edit){
		.kind = EDIT_SET,
		.pointer = buf_take(&pointer, NULL),
		.text = r->wish,
		.text_len = strlen(r->wish),
	};
	rc = request_body(&with, out, f);
	free(with.edits[r->edit_count].pointer);
	free(with.edits);
	return rc;
}

int outgoing_make(struct outgoing *out, const struct request *r,
		  const struct outgoing_values *v, struct fail *f)
{
	struct outgoing o = { .head = { .minor = 1 } };
	struct making m = { .v = v, .to = &o.head.headers, .f = f };
	int rc = -1;

	m.key = r->key ? keyring_find(v->ring, r->key) : v->client_key;
	if (!m.key)
		return fail_set(f, FAIL_CASE, "this run has no key '%s'",
				r->key);

	m.auth = r->auth == AUTH_DEFAULT ? v->auth : r->auth;
	m.host = host_of(v->gateway);
	buf_init(&o.body, BODY_LIMIT);
	o.head.method = xstrdup(r->head.method);
	o.head.target = xstrdup(r->head.target);
	mark_put(o.head.target, strlen(o.head.target), v->run);
	if (put_headers(&m, r) < 0)
		goto out;
	o.has_body = r->has_body;
	if (o.has_body && put_body(&o.body, r, v, f) < 0)
		goto out;
	if (o.body.len > 0) {
		mark_put(o.body.at, o.body.len, v->run);
		session_put(o.body.at, o.body.len, v->run);
	}
	*out = o;
	o = (struct outgoing){ .head = { .minor = 1 } };
	rc = 0;
out:
	free(m.host);
	outgoing_clear(&o);
	return rc;
}

/* "http://host/prefix" has the prefix "/prefix". */
static const char *base_of(const char *url)
{
	const char *from = strstr(url, "://");

	from = from ? from + 3 : url;
	return from + strcspn(from, "/");
}

static void header_lines(const struct headers *h, struct buf *out)
{
	for (size_t i = 0; i < h->count; i++)
		buf_addf(out, "%s%s: %s", i > 0 ? "\r\n" : "", h->list[i].name,
			 h->list[i].value);
}

int outgoing_raw(struct buf *out, const struct request *r,
		 const struct outgoing_values *v, struct fail *f)
{
	struct headers headers = { .count = 0 };
	struct making m = { .v = v,
			    .key = v->client_key,
			    .auth = v->auth,
			    .to = &headers,
			    .f = f };
	struct buf lines = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct buf text = BUF_INIT(BODY_LIMIT);
	struct request none = { .auth = AUTH_DEFAULT };
	char *host = host_of(v->gateway);
	int rc = put_credential(&m) < 0 || put_headers(&m, &none) < 0 ? -1 : 0;

	header_lines(&headers, &lines);
	buf_add(&text, r->raw, r->raw_len);
	(void)buf_replace(&text, "{{auth}}", buf_str(&lines));
	(void)buf_replace(&text, "{{credential}}", v->client_key);
	(void)buf_replace(&text, "{{host}}", host);
	(void)buf_replace(&text, "{{base}}", base_of(v->gateway));
	if (text.len > 0) {
		mark_put(text.at, text.len, v->run);
		session_put(text.at, text.len, v->run);
	}
	*out = text;
	headers_clear(&headers);
	buf_clear(&lines);
	free(host);
	return rc;
}

void outgoing_clear(struct outgoing *o)
{
	http_head_clear(&o->head);
	buf_clear(&o->body);
	o->has_body = false;
}
