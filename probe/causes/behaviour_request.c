/* Compares request line, fields and credential of a request on both sides of
 * the gateway. */
#include "probe/causes/behaviour_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "wire/bytes/mem.h"
#include "wire/http/decode.h"
#include "wire/http/hop.h"

#define VALUES_LIMIT 128

bool behaviour_has(struct span in, const char *text)
{
	return text != NULL && *text != '\0' &&
	       span_find(in, span_of(text)) != SIZE_MAX;
}

void behaviour_lower(const char *name, char out[BEHAVIOUR_NAME])
{
	size_t n = strlen(name);

	out[0] = '\0';
	if (n >= BEHAVIOUR_NAME)
		return;
	for (size_t i = 0; i <= n; i++)
		out[i] = (char)tolower((unsigned char)name[i]);
}

/* ---- the line ---- */

static void saw_line(const struct behaviour_reading *r,
		     enum behaviour_kind kind, struct span was, struct span is)
{
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	struct behaviour_sight s = { .kind = kind, .subject = "", .sent = was };

	if (span_equal(was, is))
		return;
	s.got = is;
	buf_addf(&said, "%.*s becomes %.*s", SPAN_ARG(was), SPAN_ARG(is));
	buf_cut(&said, 160);
	s.said = buf_str(&said);
	behaviours_add(r->seen, &s);
	buf_clear(&said);
}

/* The target without scheme and host, if it is a whole URL. */
static struct span without_origin(struct span target)
{
	size_t at = span_find(target, span_of("://"));

	if (at == SIZE_MAX || span_starts(target, "/"))
		return target;
	target = span_skip(target, at + 3);
	return span_skip(target, span_find_byte(target, '/'));
}

static void read_line(const struct behaviour_reading *r)
{
	const struct wlog_entry *c = r->c->request, *u = r->u->request;
	struct span was = without_origin(span_of(c->target));
	struct span is = span_of(u->target), path, query;

	saw_line(r, BEHAVIOUR_METHOD_CHANGED, span_of(c->method),
		 span_of(u->method));
	path = span_first(was, span_find_byte(was, '?'));
	query = span_skip(was, path.len);
	saw_line(r, BEHAVIOUR_PATH_CHANGED, path,
		 span_first(is, span_find_byte(is, '?')));
	saw_line(r, BEHAVIOUR_QUERY_CHANGED, query,
		 span_skip(is, span_find_byte(is, '?')));
}

/* ---- fields ---- */

static bool is_key_field(const char *name)
{
	return strcasecmp(name, "authorization") == 0 ||
	       strcasecmp(name, "x-api-key") == 0;
}

/* Fields that each connection has for itself. */
static bool is_of_hop(const struct headers *h, const char *name)
{
	return hop_is_field(h, name) || strcasecmp(name, "host") == 0 ||
	       strcasecmp(name, "content-length") == 0;
}

/* Fields that a gateway should not pass on. */
static bool is_private(const char *name)
{
	static const char *const names[] = {
		"cookie",    "x-forwarded-for", "x-forwarded-proto",
		"x-real-ip", "forwarded",       "x-forwarded-host",
		"cf-ray",    "cdn-loop",        "cf-connecting-ip",
		"via",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(name, names[i]) == 0)
			return true;
	return false;
}

static void joined(const struct headers *h, const char *name, struct buf *out)
{
	for (size_t i = 0; i < headers_count(h, name); i++)
		buf_addf(out, "%s%s", i > 0 ? ", " : "",
			 headers_nth(h, name, i));
}

struct values {
	struct span list[VALUES_LIMIT];
	size_t count;
	bool too_many;
};

static int by_bytes(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	int rc = memcmp(a->at, b->at, a->len < b->len ? a->len : b->len);

	return rc != 0 ? rc : (a->len > b->len) - (a->len < b->len);
}

/* The values of a comma-separated list, sorted. */
static void values_of(struct span text, struct values *out)
{
	struct span one;

	*out = (struct values){ .count = 0 };
	while (span_split(&text, ',', &one)) {
		if (out->count == VALUES_LIMIT) {
			out->too_many = true;
			break;
		}
		out->list[out->count++] = span_trim(one);
	}
	qsort(out->list, out->count, sizeof(out->list[0]), by_bytes);
}

/* How many values of a are not in b; *first is the first of them. */
static size_t lacking(const struct values *a, const struct values *b,
		      struct span *first)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < a->count; i++) {
		while (j < b->count && by_bytes(&b->list[j], &a->list[i]) < 0)
			j++;
		if (j < b->count && by_bytes(&b->list[j], &a->list[i]) == 0) {
			j++;
			continue;
		}
		if (n++ == 0)
			*first = a->list[i];
	}
	return n;
}

static void saw_field(const struct behaviour_reading *r,
		      enum behaviour_kind kind, const char *name,
		      struct span was, struct span is)
{
	char low[BEHAVIOUR_NAME], of[BEHAVIOUR_NAME + 16];
	struct behaviour_sight s = { .kind = kind, .subject = low };

	behaviour_lower(name, low);
	snprintf(of, sizeof(of), "field %s", low);
	s.of = of;
	s.sent = secrets_is_header(name) ? SPAN_EMPTY : was;
	s.got = secrets_is_header(name) ? SPAN_EMPTY : is;
	behaviours_add(r->seen, &s);
}

static bool is_list(const char *name)
{
	return strcasecmp(name, "anthropic-beta") == 0 ||
	       strcasecmp(name, "accept-encoding") == 0;
}

static enum behaviour_kind change_of(const char *name, struct span was,
				     struct span is)
{
	struct values a, b;
	struct span first;
	size_t lost, added;

	if (!is_list(name))
		return BEHAVIOUR_FIELD_CHANGED;
	values_of(was, &a);
	values_of(is, &b);
	lost = lacking(&a, &b, &first);
	added = lacking(&b, &a, &first);
	if (a.too_many || b.too_many || (lost > 0 && added > 0))
		return BEHAVIOUR_FIELD_CHANGED;
	if (lost > 0)
		return BEHAVIOUR_VALUES_DROPPED;
	return added > 0 ? BEHAVIOUR_VALUES_ADDED : BEHAVIOUR_FIELD_SORTED;
}

/* Compares a field of the client's request, which may have several lines. */
static void read_field(const struct behaviour_reading *r, const char *name)
{
	const struct headers *c = &r->c->request->headers;
	const struct headers *u = &r->u->request->headers;
	struct buf was = BUF_INIT(BUF_NO_LIMIT), is = BUF_INIT(BUF_NO_LIMIT);
	size_t lines = headers_count(c, name), got = headers_count(u, name);

	joined(c, name, &was);
	joined(u, name, &is);
	if (got == 0)
		saw_field(r, BEHAVIOUR_FIELD_DROPPED, name, buf_span(&was),
			  span_make(NULL, 0));
	else if (!span_equal(buf_span(&was), buf_span(&is)))
		saw_field(r, change_of(name, buf_span(&was), buf_span(&is)),
			  name, buf_span(&was), buf_span(&is));
	else if (lines != got)
		saw_field(r, BEHAVIOUR_FIELD_MERGED, name, buf_span(&was),
			  buf_span(&is));
	if (got > 0 && is_private(name))
		saw_field(r, BEHAVIOUR_FIELD_FORWARDED, name, buf_span(&was),
			  buf_span(&is));
	buf_clear(&was);
	buf_clear(&is);
}

/* A hop-by-hop field that was passed on with the client's value. */
static void read_hop_field(const struct behaviour_reading *r,
			   const struct header *h)
{
	const char *got = headers_get(&r->u->request->headers, h->name);

	if (got == NULL || strcmp(got, h->value) != 0 ||
	    strcasecmp(h->name, "content-length") == 0 ||
	    strcasecmp(h->name, "host") == 0 ||
	    strcasecmp(h->value, "keep-alive") == 0 ||
	    strcasecmp(h->value, "close") == 0 ||
	    strcasecmp(h->value, "chunked") == 0)
		return;
	saw_field(r, BEHAVIOUR_FIELD_FORWARDED, h->name, span_of(h->value),
		  span_of(got));
}

static bool is_first(const struct headers *h, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (strcasecmp(h->list[k].name, h->list[i].name) == 0)
			return false;
	return true;
}

static void count_field(const struct behaviour_reading *r, const char *name)
{
	char low[BEHAVIOUR_NAME], of[BEHAVIOUR_NAME + 16];

	behaviour_lower(name, low);
	snprintf(of, sizeof(of), "field %s", low);
	behaviours_count(r->seen, of);
}

static void read_fields(const struct behaviour_reading *r)
{
	const struct headers *c = &r->c->request->headers;
	const struct headers *u = &r->u->request->headers;

	for (size_t i = 0; i < c->count; i++) {
		const struct header *h = &c->list[i];

		if (!is_first(c, i) || is_key_field(h->name))
			continue;
		count_field(r, h->name);
		if (hop_is_field(c, h->name))
			read_hop_field(r, h);
		else if (!is_of_hop(c, h->name))
			read_field(r, h->name);
	}
	for (size_t i = 0; i < u->count; i++) {
		const struct header *h = &u->list[i];

		if (!headers_get(c, h->name) && is_first(u, i) &&
		    !is_of_hop(u, h->name) && !is_key_field(h->name))
			saw_field(r, BEHAVIOUR_FIELD_ADDED, h->name,
				  span_make(NULL, 0), span_of(h->value));
	}
}

/* Host must name the gateway on one side and the provider on the other. */
static void read_host(const struct behaviour_reading *r)
{
	const char *was = headers_get(&r->c->request->headers, "host");
	const char *is = headers_get(&r->u->request->headers, "host");
	struct span target = span_of(r->c->request->target);

	if (was == NULL || is == NULL)
		return;
	if (strcmp(was, is) == 0 ||
	    (!span_starts(target, "/") && behaviour_has(target, is)))
		saw_field(r, BEHAVIOUR_FIELD_FORWARDED, "host", span_of(was),
			  span_of(is));
}

/* ---- the credential ---- */

static void saw_key(const struct behaviour_reading *r, enum behaviour_kind kind,
		    const char *where)
{
	struct behaviour_sight s = { .kind = kind, .subject = where };

	s.sent = s.got = span_make(NULL, 0);
	behaviours_add(r->seen, &s);
}

static bool is_client_key(const struct behaviour_reading *r, const char *value)
{
	return (!r->keys->client_is_weak &&
		behaviour_has(span_of(value), r->keys->client)) ||
	       behaviour_has(span_of(value), r->keys->wrong);
}

/* The last exchange of this side before x; NULL: there is none. */
static const struct exchange *before(const struct behaviour_reading *r,
				     const struct exchange *x)
{
	const struct exchange *found = NULL;

	for (size_t i = 0; i < r->view->count; i++) {
		const struct exchange *other = &r->view->list[i];

		if (other->actor[0] == x->actor[0] && other->request != NULL &&
		    other->began < x->began)
			found = other;
	}
	return found;
}

static bool has_same_key(const struct exchange *a, const struct exchange *b)
{
	static const char *const fields[] = { "x-api-key", "authorization" };

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *x = headers_get(&a->request->headers, fields[i]);
		const char *y = headers_get(&b->request->headers, fields[i]);

		if (strcmp(x != NULL ? x : "", y != NULL ? y : "") != 0)
			return false;
	}
	return true;
}

/* Reports that the gateway changed the key from one request to the next, though
 * the client did not. */
static void read_turn(const struct behaviour_reading *r)
{
	const struct exchange *c = before(r, r->c), *u = before(r, r->u);

	if (c != NULL && u != NULL && has_same_key(c, r->c) &&
	    !has_same_key(u, r->u))
		saw_key(r, BEHAVIOUR_KEY_IN_TURN, "");
}

static void read_key(const struct behaviour_reading *r)
{
	const struct headers *u = &r->u->request->headers;
	bool any = false;
	char low[BEHAVIOUR_NAME];

	for (size_t i = 0; i < u->count; i++) {
		const struct header *h = &u->list[i];

		behaviour_lower(h->name, low);
		if (is_client_key(r, h->value))
			saw_key(r, BEHAVIOUR_KEY_FORWARDED, low);
		else if (is_key_field(h->name))
			saw_key(r, BEHAVIOUR_KEY_REPLACED, low);
		any = any || is_key_field(h->name);
	}
	if (is_client_key(r, r->u->request->target) &&
	    !is_client_key(r, r->c->request->target))
		saw_key(r, BEHAVIOUR_KEY_FORWARDED, "the query");
	if (!any && (headers_get(&r->c->request->headers, "authorization") ||
		     headers_get(&r->c->request->headers, "x-api-key")))
		saw_key(r, BEHAVIOUR_KEY_LOST, "");
}

/* ---- the body ---- */

static const struct behaviour_json body_kinds = {
	.removed = BEHAVIOUR_BODY_REMOVED,
	.added = BEHAVIOUR_BODY_ADDED,
	.value = BEHAVIOUR_BODY_VALUE,
	.text = BEHAVIOUR_BODY_TEXT,
	.moved = BEHAVIOUR_BODY_MOVED,
	.reprinted = BEHAVIOUR_BODY_REPRINTED,
	.front = "",
};

static const char *coding_of(const struct exchange *x)
{
	const char *coding =
		headers_get(&x->request->headers, "content-encoding");

	return coding != NULL ? coding : "identity";
}

/* The body without its content coding. false: the coding cannot be undone. */
static bool plain_of(const struct exchange *x, struct buf *out,
		     struct span *plain)
{
	struct decode *d = NULL;
	int rc;

	*plain = x->request_body;
	if (!decode_is_needed(span_of(coding_of(x))))
		return true;
	if (decode_new(&d, span_of(coding_of(x)), NULL) < 0)
		return false;
	rc = decode_add(d, x->request_body, out, NULL);
	decode_free(d);
	*plain = buf_span(out);
	return rc == 0;
}

static void read_coding(const struct behaviour_reading *r)
{
	char said[200];
	struct behaviour_sight s = { .kind = BEHAVIOUR_CODING_CHANGED,
				     .said = said };

	snprintf(said, sizeof(said), "%.80s becomes %.80s", coding_of(r->c),
		 coding_of(r->u));
	s.subject = "";
	s.sent = span_of(coding_of(r->c));
	s.got = span_of(coding_of(r->u));
	behaviours_add(r->seen, &s);
}

static void read_content(const struct behaviour_reading *r, struct span was,
			 struct span is)
{
	struct behaviour_sight s = { .kind = BEHAVIOUR_BODY_REPLACED,
				     .subject =
					     is.len == 0 ? "nothing" : "bytes",
				     .sent = was,
				     .got = is };
	struct jval a, b;

	if (span_equal(was, is))
		return;
	if (jscan(was, &a, NULL) == 0 && jscan(is, &b, NULL) == 0)
		behaviour_json(r, &body_kinds, a, b);
	else
		behaviours_add(r->seen, &s);
}

static void read_body(const struct behaviour_reading *r)
{
	struct buf a = BUF_INIT(VIEW_BODY_LIMIT), b = BUF_INIT(VIEW_BODY_LIMIT);
	struct span was, is;

	if (strcasecmp(coding_of(r->c), coding_of(r->u)) != 0)
		read_coding(r);
	else if (span_equal(r->c->request_body, r->u->request_body))
		return;
	if (plain_of(r->c, &a, &was) && plain_of(r->u, &b, &is))
		read_content(r, was, is);
	buf_clear(&a);
	buf_clear(&b);
}

void behaviour_credential(const struct behaviour_reading *r)
{
	read_key(r);
	read_turn(r);
}

void behaviour_request(const struct behaviour_reading *r)
{
	if (r->c->request->method == NULL || r->c->request->target == NULL)
		return; /* raw bytes that are no request */
	read_line(r);
	read_fields(r);
	read_host(r);
	behaviour_credential(r);
	if (!r->pair->raw)
		read_body(r);
}
