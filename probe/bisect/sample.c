/* Reads a request from wherever it is kept, and makes it ready to be sent and
 * shown. */
#include "probe/bisect/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/run/given.h"
#include "probe/run/keys.h"
#include "wire/bytes/mem.h"

#define CREDENTIAL SAMPLE_CREDENTIAL
#define RECORDED "plain/01"
#define WRONG_CREDENTIAL SAMPLE_WRONG_CREDENTIAL

struct sample_reading {
	struct sample *g;
	const struct sample_options *o;
	enum auth_form form; /* AUTH_DEFAULT: as in the file */
	bool put; /* the credential headers of `form` were added */
	struct keys keys;
	bool keys_made;
	struct fail *f;
};

/* ---- the key ---- */

/* Takes the key from --key, or from the environment of Claude Code. */
static int make_keys(struct sample_reading *r)
{
	struct keys_given given = { .key = r->o->key, .is_foreign = true };
	struct fail why = FAIL_INIT;

	if (r->keys_made)
		return 0;
	if (keys_make(&r->keys, &given, &why) < 0)
		return fail_set(r->f, FAIL_USAGE, "%s",
				r->o->key != NULL
					? why.text
					: "the request has no credential: give "
					  "--key VALUE or --key env:NAME, or "
					  "set ANTHROPIC_AUTH_TOKEN or "
					  "ANTHROPIC_API_KEY");
	r->keys_made = true;
	if (r->keys.found != NULL)
		r->g->found = xstrdup(r->keys.found);
	return sample_slot(r->g, CREDENTIAL, r->keys.client, r->f);
}

/* ---- headers ---- */

static int put(struct sample_reading *r, const char *name, const char *value)
{
	if (headers_add_text(&r->g->request.headers, name, value) < 0)
		return fail_set(r->f, FAIL_CASE,
				"%s: header '%s' does not fit into a request",
				r->g->source, name);
	return 0;
}

static int put_form(struct sample_reading *r)
{
	if (r->put)
		return 0;
	r->put = true;
	if (make_keys(r) < 0)
		return -1;
	if (r->form != AUTH_API_KEY &&
	    put(r, "Authorization", "Bearer " CREDENTIAL) < 0)
		return -1;
	return r->form == AUTH_BEARER ? 0 : put(r, "x-api-key", CREDENTIAL);
}

/* Headers that the connection itself sets. */
static bool is_left_out(const char *name)
{
	static const char *const names[] = {
		"host",       "connection", "content-length",
		"keep-alive", "expect",     "transfer-encoding",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasecmp(names[i], name) == 0)
			return true;
	return false;
}

static bool is_credential(const char *name)
{
	return strcasecmp(name, "authorization") == 0 ||
	       strcasecmp(name, "x-api-key") == 0;
}

/* "Bearer abc" becomes "Bearer {{credential}}". `key`: its value is replaced by
 * --key. */
static int put_secret(struct sample_reading *r, const struct header *h,
		      bool key)
{
	const char *blank = strchr(h->value, ' ');
	bool scheme = blank != NULL && strcasecmp(h->name, "cookie") != 0;
	const char *value = scheme ? blank + 1 : h->value;
	struct buf text = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	char *word = NULL;
	int rc = -1;

	if (*value == '\0')
		return put(r, h->name, h->value);
	if (key)
		word = xstrdup(CREDENTIAL);
	else if (sample_word(r->g, value, &word, r->f) < 0)
		goto out;
	buf_add(&text, h->value, (size_t)(value - h->value));
	buf_add_text(&text, word);
	rc = put(r, h->name, buf_str(&text));
out:
	buf_clear(&text);
	free(word);
	return rc;
}

static int put_placeholder(struct sample_reading *r, const struct header *h)
{
	if (make_keys(r) < 0)
		return -1;
	/* Claude Code has one header for each variable. */
	if (is_credential(h->name) && r->keys.found != NULL) {
		r->form = r->keys.auth;
		return put_form(r);
	}
	if (strstr(h->value, WRONG_CREDENTIAL) != NULL &&
	    sample_slot(r->g, WRONG_CREDENTIAL, r->keys.wrong, r->f) < 0)
		return -1;
	return put(r, h->name, h->value);
}

static bool has_placeholder(const char *value)
{
	return strstr(value, CREDENTIAL) != NULL ||
	       strstr(value, WRONG_CREDENTIAL) != NULL;
}

static int put_header(struct sample_reading *r, const struct header *h)
{
	if (is_left_out(h->name))
		return 0;
	/* The gateway may know this secret, even if --key is sent instead. */
	if (secrets_is_header(h->name) && !has_placeholder(h->value)) {
		const char *blank = strchr(h->value, ' ');

		sample_secret(r->g, h->value);
		if (blank != NULL)
			sample_secret(r->g, blank + 1);
	}
	if (is_credential(h->name) && r->form != AUTH_DEFAULT)
		return put_form(r);
	if (has_placeholder(h->value))
		return put_placeholder(r, h);
	if (secrets_is_header(h->name))
		return put_secret(r, h,
				  is_credential(h->name) && r->o->key != NULL);
	return put(r, h->name, h->value);
}

/* Adds a header of --header at the end, instead of those of its name. */
static int put_extra(struct sample_reading *r, const char *text)
{
	struct span rest = span_of(text), name;
	struct header h = { .name = NULL };
	int rc = -1;

	span_split(&rest, ':', &name);
	if (rest.at == NULL || name.len == 0)
		return fail_set(r->f, FAIL_USAGE,
				"--header: '%s' is not NAME: VALUE", text);
	h.name = span_dup(name);
	h.value = span_dup(span_trim(rest));
	headers_remove(&r->g->request.headers, h.name);
	rc = secrets_is_header(h.name) ? put_secret(r, &h, false)
				       : put(r, h.name, h.value);
	free(h.name);
	free(h.value);
	return rc;
}

/* Takes a key out of the query: "?key=abc" becomes "?key={{credential-2}}". The
 * word has a number, because the client's variable does not hold this key. */
static int put_target(struct sample_reading *r, const char *target)
{
	struct span rest = span_of(target), one;
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	span_split(&rest, '?', &one);
	buf_add_span(&out, one);
	for (char mark = '?'; rc == 0 && span_split(&rest, '&', &one);
	     mark = '&') {
		struct span value = one, name;
		char *key, *text, word[64];

		span_split(&value, '=', &name);
		key = span_dup(name);
		text = span_dup(value.at != NULL ? value : SPAN_EMPTY);
		buf_add_byte(&out, mark);
		if (*text != '\0' && *text != '{' && secrets_is_header(key)) {
			snprintf(word, sizeof(word), "{{credential-%zu}}",
				 r->g->slot_count + 2);
			rc = sample_slot(r->g, word, text, r->f);
			buf_addf(&out, "%s=%s", key, word);
		} else {
			buf_add_span(&out, one);
		}
		free(key);
		free(text);
	}
	r->g->request.target = buf_take(&out, NULL);
	return rc;
}

static int put_headers(struct sample_reading *r, const struct headers *from)
{
	/* --key comes first, so that it is the value of {{credential}}. */
	if (r->o->key != NULL && make_keys(r) < 0)
		return -1;
	for (size_t i = 0; i < from->count; i++)
		if (put_header(r, &from->list[i]) < 0)
			return -1;
	if (r->form != AUTH_DEFAULT && put_form(r) < 0)
		return -1;
	for (size_t i = 0; i < r->o->headers->count; i++)
		if (put_extra(r, r->o->headers->list[i]) < 0)
			return -1;
	if (r->o->key == NULL ||
	    headers_get(&r->g->request.headers, "authorization") != NULL ||
	    headers_get(&r->g->request.headers, "x-api-key") != NULL)
		return 0;
	r->form = AUTH_BEARER;
	return put_form(r);
}

/* ---- the URL ---- */

/* Removes a user and password from the URL: Claude Code does not send them. */
static void drop_user(struct sample *g, char *host)
{
	char *at = memrchr(host, '@', strcspn(host, "/?#"));

	if (at == NULL)
		return;
	*at = '\0';
	sample_secret(g, host);
	if (strchr(host, ':') != NULL)
		sample_secret(g, strchr(host, ':') + 1);
	memmove(host, at + 1, strlen(at + 1) + 1);
}

static int read_url(struct sample *g, const char *url, struct fail *f)
{
	size_t len = strlen(url), scheme;
	char *host;

	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0)
		return fail_set(f, FAIL_USAGE,
				"'%s' does not begin with http:// or https://",
				url);
	scheme = strcspn(url, "/") + strlen("//");
	while (len > scheme && url[len - 1] == '/')
		len--;
	g->base_url = xmemdup(url, len);
	host = g->base_url + scheme;
	drop_user(g, host);
	g->host = xmemdup(host, strcspn(host, "/?#"));
	if (*g->host == '\0' || strpbrk(g->base_url, "?#") != NULL)
		return fail_set(f, FAIL_USAGE,
				"the URL has a host, and no '?' or '#'");
	return 0;
}

/* ---- all of it ---- */

static int check(const struct sample *g, const struct headers *from,
		 struct fail *f)
{
	bool coded = headers_get(from, "transfer-encoding") != NULL ||
		     headers_get(from, "content-encoding") != NULL;
	const char *coding = coded ? " (it has to be stored without its "
				     "transfer and content coding)"
				   : "";
	struct fail why = FAIL_INIT;
	struct jval root;

	if (g->request.target[0] != '/')
		return fail_set(f, FAIL_CASE,
				"%s: the target begins with '/' (the host is "
				"in the URL)",
				g->source);
	if (g->request.body.len > 0 &&
	    jscan(buf_span(&g->request.body), &root, &why) < 0)
		return fail_set(f, FAIL_CASE, "%s: the body is not JSON%s: %s",
				g->source, coding, why.text);
	return 0;
}

int sample_read(struct sample *out, const struct sample_options *o,
		struct fail *f)
{
	struct sample g = { .slot_count = 0 };
	struct sample_reading r = { .g = &g, .o = o, .f = f };
	struct http_head head = { .minor = 1 };
	int rc = -1;

	buf_init(&g.request.body, SAMPLE_LIMIT);
	if ((o->auth != NULL && given_auth(&r.form, o->auth, f) < 0) ||
	    read_url(&g, o->url, f) < 0 ||
	    sample_find(&head, &g.request.body, &g.source, o->from, o->suite,
			f) < 0)
		goto out;
	g.request.method = xstrdup(head.method);
	if (put_target(&r, head.target) < 0 ||
	    put_headers(&r, &head.headers) < 0 ||
	    check(&g, &head.headers, f) < 0)
		goto out;
	*out = g;
	g = (struct sample){ .slot_count = 0 };
	rc = 0;
out:
	http_head_clear(&head);
	keys_clear(&r.keys);
	sample_clear(&g);
	return rc;
}

bool sample_recorded(struct bisect_request *out, const struct sample *g,
		     const char *suite)
{
	struct http_head head = { .minor = 1 };
	struct bisect_request r = { .body = BUF_INIT(SAMPLE_LIMIT) };
	struct fail why = FAIL_INIT;
	char *source = NULL;
	bool found = strcmp(g->request.method, "POST") == 0 &&
		     span_ends(span_first(span_of(g->request.target),
					  strcspn(g->request.target, "?")),
			       "/v1/messages") &&
		     sample_find(&head, &r.body, &source, RECORDED, suite,
				 &why) == 0;

	if (found) {
		r.method = xstrdup(head.method);
		r.target = xstrdup(head.target);
		for (size_t i = 0; i < head.headers.count; i++) {
			const struct header *h = &head.headers.list[i];

			if (!is_left_out(h->name) &&
			    !secrets_is_header(h->name))
				headers_add_text(&r.headers, h->name, h->value);
		}
		*out = r;
	} else {
		bisect_request_clear(&r);
	}
	free(source);
	http_head_clear(&head);
	return found;
}

void sample_clear(struct sample *g)
{
	bisect_request_clear(&g->request);
	for (size_t i = 0; i < g->slot_count; i++) {
		free(g->slots[i].word);
		free(g->slots[i].value);
	}
	secrets_clear(&g->secrets);
	free(g->source);
	free(g->base_url);
	free(g->host);
	free(g->found);
	*g = (struct sample){ .slot_count = 0 };
}

size_t sample_count(const struct sample *g, const char *member)
{
	struct jval root, list;

	if (jscan(buf_span(&g->request.body), &root, NULL) < 0 ||
	    root.type != J_OBJECT || !jscan_member(root, member, &list) ||
	    list.type != J_ARRAY)
		return 0;
	return jscan_count(list);
}
