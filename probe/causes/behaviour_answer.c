/* Compares status, fields and body of the provider's answer with what the
 * client got. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "probe/causes/behaviour_private.h"
#include "probe/refusal/refusal.h"
#include "wire/bytes/mem.h"
#include "wire/http/hop.h"

#define FEW 2 /* members that an answer may lack without having another shape */

static const struct behaviour_json answer_kinds = {
	.removed = BEHAVIOUR_ANSWER_REMOVED,
	.added = BEHAVIOUR_ANSWER_ADDED,
	.value = BEHAVIOUR_ANSWER_VALUE,
	.text = BEHAVIOUR_ANSWER_TEXT,
	.moved = BEHAVIOUR_ANSWER_MOVED,
	.reprinted = BEHAVIOUR_ANSWER_REPRINTED,
	.front = "",
};

static void saw(const struct behaviour_reading *r, enum behaviour_kind kind,
		const char *subject, const char *said)
{
	struct behaviour_sight s = { .kind = kind,
				     .subject = subject,
				     .said = said };

	s.sent = r->u->content;
	s.got = r->c->content;
	behaviours_add(r->seen, &s);
}

static bool is_same_body(const struct behaviour_reading *r)
{
	return span_equal(buf_span(&r->u->body), buf_span(&r->c->body)) ||
	       span_equal(r->u->content, r->c->content);
}

/* ---- status ---- */

void behaviour_status(const struct behaviour_reading *r)
{
	int was = r->u->response->status, is = r->c->response->status;
	struct buf words = BUF_INIT(512);
	char subject[32], of[32];
	struct behaviour_sight s = { .kind = BEHAVIOUR_STATUS_MAPPED,
				     .subject = subject,
				     .of = of };

	snprintf(of, sizeof(of), "status %d", was);
	behaviours_count(r->seen, of);
	if (was == is)
		return;
	snprintf(subject, sizeof(subject), "%d-%d", was, is);
	behaviour_words(r->c, &words);
	s.said = words.len > 0 ? buf_str(&words) : NULL;
	s.sent = r->u->content;
	s.got = r->c->content;
	behaviours_add(r->seen, &s);
	buf_clear(&words);
}

/* ---- fields ---- */

static bool is_of_hop(const struct headers *h, const char *name)
{
	static const char *const names[] = { "date", "server", "via",
					     "content-length",
					     "content-encoding" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return hop_is_field(h, name);
}

static void saw_field(const struct behaviour_reading *r,
		      enum behaviour_kind kind, const char *name,
		      const char *was, const char *is)
{
	char low[BEHAVIOUR_NAME], of[BEHAVIOUR_NAME + 16];
	struct behaviour_sight s = { .kind = kind, .subject = low, .of = of };

	behaviour_lower(name, low);
	snprintf(of, sizeof(of), "answer field %s", low);
	s.sent = was != NULL ? span_of(was) : span_make(NULL, 0);
	s.got = is != NULL ? span_of(is) : span_make(NULL, 0);
	behaviours_add(r->seen, &s);
}

void behaviour_field_dropped(const struct behaviour_reading *r,
			     const struct header *h)
{
	saw_field(r, BEHAVIOUR_ANSWER_FIELD_DROPPED, h->name, h->value, NULL);
}

static void read_field(const struct behaviour_reading *r,
		       const struct header *h)
{
	const char *is = headers_get(&r->c->response->headers, h->name);
	char low[BEHAVIOUR_NAME], of[BEHAVIOUR_NAME + 16];

	behaviour_lower(h->name, low);
	snprintf(of, sizeof(of), "answer field %s", low);
	behaviours_count(r->seen, of);
	if (strcmp(low, "set-cookie") == 0 && is != NULL)
		saw_field(r, BEHAVIOUR_ANSWER_FIELD_FORWARDED, low, h->value,
			  is);
	else if (is == NULL && strcmp(low, "set-cookie") != 0)
		saw_field(r, BEHAVIOUR_ANSWER_FIELD_DROPPED, low, h->value,
			  NULL);
	else if (is != NULL && strcmp(is, h->value) != 0)
		saw_field(r, BEHAVIOUR_ANSWER_FIELD_REPLACED, low, h->value,
			  is);
}

/* If the body is the gateway's own, its content-type is part of that
 * behaviour. */
static void read_fields(const struct behaviour_reading *r, bool is_own_body)
{
	const struct headers *u = &r->u->response->headers;
	const struct headers *c = &r->c->response->headers;

	for (size_t i = 0; i < u->count; i++) {
		const struct header *h = &u->list[i];

		if (!is_of_hop(u, h->name) &&
		    !(is_own_body && strcasecmp(h->name, "content-type") == 0))
			read_field(r, h);
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct header *h = &c->list[i];

		if (!headers_get(u, h->name) && !is_of_hop(c, h->name))
			saw_field(r, BEHAVIOUR_ANSWER_FIELD_ADDED, h->name,
				  NULL, h->value);
	}
}

/* ---- content coding ---- */

static const char *coding_of(const struct exchange *x)
{
	const char *coding =
		headers_get(&x->response->headers, "content-encoding");

	return coding != NULL ? coding : "identity";
}

static void read_coding(const struct behaviour_reading *r)
{
	const char *was = coding_of(r->u), *is = coding_of(r->c);
	char said[160];

	if (r->c->unreadable != NULL && r->u->unreadable == NULL) {
		snprintf(said, sizeof(said),
			 "it says %.40s, and that cannot be undone", is);
		saw(r, BEHAVIOUR_ANSWER_CODING, "unreadable", said);
		return;
	}
	if (strcasecmp(was, is) == 0)
		return;
	if (strcmp(is, "identity") == 0 && r->c->body.len > 0 &&
	    span_equal(buf_span(&r->u->body), buf_span(&r->c->body))) {
		saw_field(r, BEHAVIOUR_ANSWER_FIELD_DROPPED, "content-encoding",
			  was, NULL);
		return;
	}
	snprintf(said, sizeof(said), "%.60s becomes %.60s", was, is);
	saw(r, BEHAVIOUR_ANSWER_CODING, is, said);
}

/* ---- credentials ---- */

/* `is_relayed`: the body is the provider's, so it is not searched. */
static bool is_in_answer(const struct exchange *x, const char *key,
			 bool is_relayed, const char **where)
{
	const struct headers *h = &x->response->headers;

	for (size_t i = 0; i < h->count; i++) {
		if (!behaviour_has(span_of(h->list[i].value), key))
			continue;
		*where = h->list[i].name;
		return true;
	}
	*where = "the body";
	return !is_relayed && behaviour_has(x->content, key);
}

void behaviour_shown(const struct behaviour_reading *r)
{
	const struct causes_keys *k = r->keys;
	const char *keys[] = { k->upstream_is_weak ? NULL : k->upstream,
			       k->client_is_weak ? NULL : k->client, k->wrong };
	const char *where, *before;
	bool is_relayed =
		r->u != NULL && r->u->response != NULL && is_same_body(r);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		struct behaviour_sight s = { .kind = BEHAVIOUR_KEY_SHOWN };
		char low[BEHAVIOUR_NAME];

		if (!is_in_answer(r->c, keys[i], is_relayed, &where) ||
		    (r->u != NULL && r->u->response != NULL &&
		     is_in_answer(r->u, keys[i], false, &before)))
			continue;
		behaviour_lower(where, low);
		s.subject = low;
		s.sent = s.got = span_make(NULL, 0);
		behaviours_add(r->seen, &s);
	}
}

/* ---- the body ---- */

/* The client's body is the beginning of the provider's. */
static bool is_front(const struct behaviour_reading *r)
{
	return r->c->content.len < r->u->content.len &&
	       span_equal(r->c->content,
			  span_first(r->u->content, r->c->content.len));
}

static bool is_error_shape(struct jval root)
{
	struct jval type, error, message;

	return root.text.at != NULL && jscan_member(root, "type", &type) &&
	       jscan_string_is(type, "error") &&
	       jscan_member(root, "error", &error) &&
	       jscan_member(error, "type", &type) &&
	       jscan_member(error, "message", &message);
}

/* The provider's error message, with words of the gateway around it. */
static bool is_wrapped(const struct behaviour_reading *r)
{
	struct buf type = BUF_INIT(256), was = BUF_INIT(16 * 1024);
	struct buf is = BUF_INIT(16 * 1024);
	bool wrapped;

	refusal_text(r->u->content, &type, &was);
	buf_reset(&type);
	refusal_text(r->c->content, &type, &is);
	wrapped = was.len > 0 && is.len > was.len &&
		  span_find(buf_span(&is), buf_span(&was)) != SIZE_MAX;
	if (wrapped) {
		buf_reset(&type);
		behaviour_words(r->c, &type);
		saw(r, BEHAVIOUR_ANSWER_WRAPPED, "error-message",
		    buf_str(&type));
	}
	buf_clear(&type);
	buf_clear(&was);
	buf_clear(&is);
	return wrapped;
}

void behaviour_own_body(const struct behaviour_reading *r,
			enum behaviour_kind kind)
{
	struct buf shape = BUF_INIT(128), said = BUF_INIT(512);
	struct buf words = BUF_INIT(256);

	behaviour_shape(r->c, &shape);
	behaviour_words(r->c, &words);
	buf_add_text(&said, buf_str(&shape));
	if (words.len > 0)
		buf_addf(&said, ", %s", buf_str(&words));
	saw(r, kind, buf_str(&shape), buf_str(&said));
	buf_clear(&shape);
	buf_clear(&said);
	buf_clear(&words);
}

/* false: the body is the gateway's own. */
static bool read_error(const struct behaviour_reading *r)
{
	if (!is_error_shape(r->u->json)) {
		if (r->u->json.text.at != NULL && r->c->json.text.at != NULL)
			return behaviour_json(r, &answer_kinds, r->u->json,
					      r->c->json),
			       true;
		behaviour_own_body(r, BEHAVIOUR_ERROR_REPLACED);
		return false;
	}
	if (r->c->json.text.at == NULL) {
		behaviour_own_body(r, BEHAVIOUR_ERROR_REPLACED);
		return false;
	}
	if (!is_error_shape(r->c->json)) {
		behaviour_own_body(r, BEHAVIOUR_ERROR_RESHAPED);
		return true;
	}
	if (!is_wrapped(r))
		behaviour_json(r, &answer_kinds, r->u->json, r->c->json);
	return true;
}

static bool has_common_member(struct jval a, struct jval b)
{
	struct jiter it = jscan_iter(a);
	struct buf name = BUF_INIT(1024);
	struct jval key, value, other;
	bool common = false;

	while (!common && jscan_next(&it, &key, &value)) {
		buf_reset(&name);
		common = jscan_string(key, &name) == 0 &&
			 jscan_member(b, buf_str(&name), &other);
	}
	buf_clear(&name);
	return common;
}

static bool read_message(const struct behaviour_reading *r)
{
	if (r->u->json.text.at == NULL || r->c->json.text.at == NULL) {
		behaviour_own_body(r, BEHAVIOUR_ANSWER_REPLACED);
		return false;
	}
	if (is_error_shape(r->c->json) && !is_error_shape(r->u->json)) {
		behaviour_error_instead(r);
		return true;
	}
	if (jscan_count(r->u->json) > FEW &&
	    !has_common_member(r->u->json, r->c->json)) {
		behaviour_own_body(r, BEHAVIOUR_ANSWER_RESHAPED);
		return true;
	}
	behaviour_json(r, &answer_kinds, r->u->json, r->c->json);
	return true;
}

/* true: the client's body was made from the provider's. */
static bool read_body(const struct behaviour_reading *r)
{
	if (r->u->is_stream && r->c->is_stream) {
		behaviour_events(r);
		return true;
	}
	if (is_same_body(r) || r->c->unreadable != NULL ||
	    strcmp(r->c->request->method, "HEAD") == 0)
		return true;
	if (is_front(r) && r->c->end != END_CLEAN)
		return true;
	if (is_front(r) && r->c->content.len > 0) {
		saw(r, BEHAVIOUR_ANSWER_REPLACED, "cut-short",
		    "the first part of it");
		return true;
	}
	if (r->u->is_stream != r->c->is_stream &&
	    r->u->response->status < 400) {
		saw(r, BEHAVIOUR_ANSWER_FORM,
		    r->u->is_stream ? "stream-message" : "message-stream",
		    r->u->is_stream ? "events become one body"
				    : "one message becomes events");
		return false;
	}
	return r->u->response->status >= 400 ? read_error(r) : read_message(r);
}

void behaviour_answer(const struct behaviour_reading *r)
{
	bool is_made;

	if (r->c->response != NULL)
		behaviour_shown(r);
	if (r->u == NULL || r->u->response == NULL || r->c->response == NULL ||
	    r->pair->raw || r->u->response->status < 200)
		return;
	behaviours_count(r->seen, "answers");
	behaviour_status(r);
	/* Another status with another body is one behaviour, which
	 * behaviour_status() has reported. */
	if (r->u->response->status != r->c->response->status &&
	    !is_same_body(r) && !is_front(r))
		return;
	is_made = read_body(r);
	read_coding(r);
	if (is_made || r->u->response->status < 400)
		read_fields(r, !is_made);
}
