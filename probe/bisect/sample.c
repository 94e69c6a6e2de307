/* From a request as somebody kept it to one that can be sent and shown. */
#include "probe/bisect/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "probe/given.h"
#include "probe/keys.h"
#include "wire/mem.h"

#define CREDENTIAL "{{credential}}"
#define WRONG_CREDENTIAL "{{wrong-credential}}"

struct reading {
	struct sample *g;
	const struct sample_options *o;
	enum auth_form form; /* AUTH_DEFAULT: as it stands in the file */
	bool put; /* the credential of `form` is in */
	struct keys keys;
	bool keys_made;
	struct fail *f;
};

/* ---- slots ---- */

/* As it is, and as JSON spells it, where that is another way. */
static void keep_secret(struct sample *g, const char *value)
{
	struct buf quoted = BUF_INIT(BUF_NO_LIMIT);

	secrets_add(&g->secrets, value);
	jscan_quote(&quoted, span_of(value));
	buf_cut(&quoted, quoted.len - 1);
	buf_drop(&quoted, 1);
	if (strcmp(buf_str(&quoted), value) != 0)
		secrets_add(&g->secrets, buf_str(&quoted));
	buf_clear(&quoted);
}

static const struct sample_slot *slot_of(const struct sample *g,
					 const char *word)
{
	for (size_t i = 0; i < g->slot_count; i++)
		if (strcmp(g->slots[i].word, word) == 0)
			return &g->slots[i];
	return NULL;
}

static int add_slot(struct reading *r, const char *word, const char *value)
{
	struct sample *g = r->g;

	if (slot_of(g, word) != NULL)
		return 0;
	if (g->slot_count == SAMPLE_SLOTS_LIMIT)
		return fail_set(r->f, FAIL_CASE,
				"%s: more than %d headers with a secret",
				g->source, SAMPLE_SLOTS_LIMIT);
	g->slots[g->slot_count++] =
		(struct sample_slot){ xstrdup(word), xstrdup(value) };
	keep_secret(g, value);
	return 0;
}

/* The word of a value; a new one if it has none yet. */
static int word_of(struct reading *r, const char *value, char **out)
{
	char word[64];

	for (size_t i = 0; i < r->g->slot_count; i++)
		if (strcmp(r->g->slots[i].value, value) == 0) {
			*out = xstrdup(r->g->slots[i].word);
			return 0;
		}
	if (slot_of(r->g, CREDENTIAL) == NULL)
		snprintf(word, sizeof(word), "%s", CREDENTIAL);
	else
		snprintf(word, sizeof(word), "{{credential-%zu}}",
			 r->g->slot_count + 1);
	if (add_slot(r, word, value) < 0)
		return -1;
	*out = xstrdup(word);
	return 0;
}

/* ---- the key ---- */

/* --key, or what the environment has for Claude Code. */
static int make_keys(struct reading *r)
{
	struct keys_given given = { .key = r->o->key, .is_foreign = true };
	struct fail why = FAIL_INIT;

	if (r->keys_made)
		return 0;
	if (keys_make(&r->keys, &given, &why) < 0)
		return fail_set(r->f, FAIL_USAGE, "%s",
				r->o->key != NULL
					? why.text
					: "the request has no credential of "
					  "its own: --key VALUE or --key "
					  "env:NAME is wanted, or "
					  "ANTHROPIC_AUTH_TOKEN or "
					  "ANTHROPIC_API_KEY");
	r->keys_made = true;
	if (r->keys.found != NULL)
		r->g->found = xstrdup(r->keys.found);
	return add_slot(r, CREDENTIAL, r->keys.client);
}

/* ---- headers ---- */

static int put(struct reading *r, const char *name, const char *value)
{
	if (headers_add_text(&r->g->request.headers, name, value) < 0)
		return fail_set(r->f, FAIL_CASE,
				"%s: header '%s' does not fit into a request",
				r->g->source, name);
	return 0;
}

static int put_form(struct reading *r)
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

/* What the connection itself sees to. */
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

/* "Bearer abc" becomes "Bearer {{credential}}". `key`: --key is its value. */
static int put_secret(struct reading *r, const struct header *h, bool key)
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
	else if (word_of(r, value, &word) < 0)
		goto out;
	buf_add(&text, h->value, (size_t)(value - h->value));
	buf_add_text(&text, word);
	rc = put(r, h->name, buf_str(&text));
out:
	buf_clear(&text);
	free(word);
	return rc;
}

static int put_placeholder(struct reading *r, const struct header *h)
{
	if (make_keys(r) < 0)
		return -1;
	/* As Claude Code would: each variable has its header. */
	if (is_credential(h->name) && r->keys.found != NULL) {
		r->form = r->keys.auth;
		return put_form(r);
	}
	if (strstr(h->value, WRONG_CREDENTIAL) != NULL &&
	    add_slot(r, WRONG_CREDENTIAL, r->keys.wrong) < 0)
		return -1;
	return put(r, h->name, h->value);
}

static bool has_placeholder(const char *value)
{
	return strstr(value, CREDENTIAL) != NULL ||
	       strstr(value, WRONG_CREDENTIAL) != NULL;
}

static int put_header(struct reading *r, const struct header *h)
{
	if (is_left_out(h->name))
		return 0;
	if (is_credential(h->name) && r->form != AUTH_DEFAULT)
		return put_form(r);
	if (has_placeholder(h->value))
		return put_placeholder(r, h);
	if (is_secret_header(h->name))
		return put_secret(r, h,
				  is_credential(h->name) && r->o->key != NULL);
	return put(r, h->name, h->value);
}

/* Behind the others, and instead of those of its name. */
static int put_extra(struct reading *r, const char *text)
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
	rc = is_secret_header(h.name) ? put_secret(r, &h, false)
				      : put(r, h.name, h.value);
	free(h.name);
	free(h.value);
	return rc;
}

static int put_headers(struct reading *r, const struct headers *from)
{
	/* --key first: it is what {{credential}} is, whatever the file has. */
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

static int read_url(struct sample *g, const char *url, struct fail *f)
{
	size_t len = strlen(url), host;
	const char *from, *at;
	char *user;

	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0)
		return fail_set(f, FAIL_USAGE,
				"'%s' does not begin with http:// or https://",
				url);
	while (len > 0 && url[len - 1] == '/')
		len--;
	g->base_url = xmemdup(url, len);
	from = strstr(g->base_url, "://") + 3;
	host = strcspn(from, "/?#");
	at = memrchr(from, '@', host);
	if (at != NULL) {
		user = xmemdup(from, (size_t)(at - from));
		keep_secret(g, user);
		if (strchr(user, ':') != NULL)
			keep_secret(g, strchr(user, ':') + 1);
		free(user);
		host -= (size_t)(at + 1 - from);
		from = at + 1;
	}
	g->host = xmemdup(from, host);
	if (host == 0 || strpbrk(g->base_url, "?#") != NULL)
		return fail_set(f, FAIL_USAGE,
				"the URL has a host, and no '?' or '#'");
	return 0;
}

/* ---- all of it ---- */

static int check(const struct sample *g, struct fail *f)
{
	struct fail why = FAIL_INIT;
	struct jval root;

	if (g->request.target[0] != '/')
		return fail_set(f, FAIL_CASE,
				"%s: the target begins with '/' (the host is "
				"in the URL)",
				g->source);
	if (g->request.body.len > 0 &&
	    jscan(buf_span(&g->request.body), &root, &why) < 0)
		return fail_set(f, FAIL_CASE, "%s: the body is not JSON: %s",
				g->source, why.text);
	return 0;
}

int sample_read(struct sample *out, const struct sample_options *o,
		struct fail *f)
{
	struct sample g = { .slot_count = 0 };
	struct reading r = { .g = &g, .o = o, .f = f };
	struct http_head head = { .minor = 1 };
	int rc = -1;

	buf_init(&g.request.body, SAMPLE_LIMIT);
	if ((o->auth != NULL && given_auth(&r.form, o->auth, f) < 0) ||
	    read_url(&g, o->url, f) < 0 ||
	    sample_find(&head, &g.request.body, &g.source, o->from, o->suite,
			f) < 0)
		goto out;
	g.request.method = xstrdup(head.method);
	g.request.target = xstrdup(head.target);
	if (put_headers(&r, &head.headers) < 0 || check(&g, f) < 0)
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

static void replace(struct buf *text, const char *what, const char *by)
{
	size_t from = 0, at;

	for (;;) {
		at = span_find(span_skip(buf_span(text), from), span_of(what));
		if (at == SIZE_MAX ||
		    buf_splice(text, from + at, strlen(what), by, strlen(by)))
			return;
		from += at + strlen(by);
	}
}

int sample_fill(const struct sample *g, const struct headers *from,
		struct headers *to, struct fail *f)
{
	struct buf value = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	int rc = 0;

	for (size_t i = 0; i < from->count && rc == 0; i++) {
		buf_reset(&value);
		buf_add_text(&value, from->list[i].value);
		for (size_t k = 0; k < g->slot_count; k++)
			replace(&value, g->slots[k].word, g->slots[k].value);
		replace(&value, "{{host}}", g->host);
		if (headers_add_text(to, from->list[i].name, buf_str(&value)))
			rc = fail_set(f, FAIL_LIMIT,
				      "header '%s' does not fit into a request",
				      from->list[i].name);
	}
	buf_clear(&value);
	return rc;
}

void sample_empty(const struct sample *g, struct buf *text)
{
	for (size_t i = 0; i < g->slot_count; i++)
		if (strlen(g->slots[i].value) >= 6)
			replace(text, g->slots[i].value, g->slots[i].word);
}

unsigned sample_digest(const struct sample *g)
{
	uint32_t hash = UINT32_C(2166136261);

	for (size_t i = 0; i < g->slot_count; i++)
		for (const char *c = g->slots[i].value; *c; c++)
			hash = (hash ^ (unsigned char)*c) * UINT32_C(16777619);
	return (hash >> 16 ^ hash) & 0xffff;
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
