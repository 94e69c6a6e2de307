/* Finds out whether a gateway may have to answer a request by itself. */
#include "probe/causes/trigger.h"

#include <string.h>

#include "wire/http/framing.h"
#include "wire/http/hop.h"

#define LARGE_BODY ((size_t)900 * 1024)
#define TOO_LARGE_BODY ((size_t)32 * 1024 * 1024)
#define LARGE_HEAD ((size_t)4 * 1024)

struct trigger_asked {
	const struct couple *p;
	const struct wlog_entry *e;
	struct span body, path;
	bool bearer, api_key; /* the fields authorization and x-api-key are
				 there */
	bool bearer_good, api_key_good;
	bool known; /* the good key is known */
	bool named; /* it has a key with a name */
};

typedef bool asked_fn(const struct trigger_asked *a);

static bool is_framing(const struct trigger_asked *a)
{
	struct http_head head = { .method = a->e->method,
				  .target = a->e->target,
				  .minor = a->e->minor,
				  .headers = a->e->headers };

	return a->p->raw && a->e->method != NULL &&
	       framing_doubt(&head) != NULL;
}

/* Raw bytes with a second request after the first. */
static bool is_behind(const struct trigger_asked *a)
{
	return a->p->raw &&
	       span_find(a->body, span_of("HTTP/1.1\r\n")) != SIZE_MAX &&
	       span_find(a->body, span_of("hidden=")) != SIZE_MAX;
}

static bool is_absolute(const struct trigger_asked *a)
{
	return span_find(span_of(a->e->target), span_of("://")) != SIZE_MAX &&
	       !span_starts(span_of(a->e->target), "/");
}

/* The target has an encoded line break. */
static bool is_line_break(const struct trigger_asked *a)
{
	struct span target = span_of(a->e->target);

	return span_find(target, span_of("%0a")) != SIZE_MAX ||
	       span_find(target, span_of("%0A")) != SIZE_MAX;
}

static bool is_head(const struct trigger_asked *a)
{
	return strcmp(a->e->method, "HEAD") == 0;
}

static bool is_keyless(const struct trigger_asked *a)
{
	return !a->bearer && !a->api_key;
}

static bool is_wrong_key(const struct trigger_asked *a)
{
	return a->known && !a->bearer_good && !a->api_key_good;
}

/* A key with a name may have limits, so the gateway may answer by itself. */
static bool is_named(const struct trigger_asked *a)
{
	return a->named;
}

static bool is_models(const struct trigger_asked *a)
{
	return span_find(a->path, span_of("/v1/models")) != SIZE_MAX;
}

static bool is_count(const struct trigger_asked *a)
{
	return span_ends(a->path, "/count_tokens") ||
	       span_ends(a->path, ":count-tokens");
}

static bool is_messages(const struct trigger_asked *a)
{
	return (span_ends(a->path, "/v1/messages") &&
		span_find(a->path, span_of("/v1/v1/")) == SIZE_MAX) ||
	       span_find(a->path, span_of("/model/")) != SIZE_MAX ||
	       span_find(a->path, span_of(":rawPredict")) != SIZE_MAX ||
	       span_find(a->path, span_of(":streamRawPredict")) != SIZE_MAX;
}

static bool is_double_slash(const struct trigger_asked *a)
{
	return span_find(a->path, span_of("//")) != SIZE_MAX;
}

static bool is_unknown_path(const struct trigger_asked *a)
{
	return !is_messages(a) && !is_models(a) && !is_count(a) &&
	       !span_ends(a->path, "/api/hello") && a->path.len > 1;
}

static bool is_wrong_method(const struct trigger_asked *a)
{
	return strcmp(a->e->method, is_models(a) ? "GET" : "POST") != 0 &&
	       a->path.len > 1 && !span_ends(a->path, "/api/hello");
}

static bool is_too_large(const struct trigger_asked *a)
{
	return a->body.len > TOO_LARGE_BODY;
}

static bool is_coded(const struct trigger_asked *a)
{
	return headers_get(&a->e->headers, "content-encoding") != NULL;
}

static bool is_no_json(const struct trigger_asked *a)
{
	struct jval root;

	/* A body that reached the provider was accepted as JSON. */
	return a->p->count == 0 && strcmp(a->e->method, "POST") == 0 &&
	       !a->p->raw &&
	       (jscan(a->body, &root, NULL) < 0 || root.type != J_OBJECT);
}

static bool is_large(const struct trigger_asked *a)
{
	return a->body.len > LARGE_BODY;
}

static bool is_large_head(const struct trigger_asked *a)
{
	return a->e->headers.bytes > LARGE_HEAD;
}

static bool is_connection(const struct trigger_asked *a)
{
	return headers_has_token(&a->e->headers, "connection", "host") ||
	       headers_has_token(&a->e->headers, "connection",
				 "content-length");
}

static bool is_mixed(const struct trigger_asked *a)
{
	return a->known && a->bearer && a->api_key &&
	       a->bearer_good != a->api_key_good;
}

static bool is_both(const struct trigger_asked *a)
{
	return a->bearer && a->api_key;
}

static bool is_api_key(const struct trigger_asked *a)
{
	return a->api_key && !a->bearer;
}

/* The first row that fits is used. */
static const struct {
	asked_fn *is;
	struct trigger trigger;
} triggers[] = {
	{ is_framing,
	  { TRIGGER_FRAMING, "a request that can be read in two ways",
	    TRIGGER_GATEWAY } },
	{ is_behind,
	  { TRIGGER_FRAMING, "a request that can be read in two ways",
	    TRIGGER_GATEWAY } },
	{ is_head, { "head", "HEAD", TRIGGER_EITHER } },
	{ is_keyless, { "no-key", "no credential", TRIGGER_GATEWAY } },
	{ is_named, { "named-key", "a key with a name", TRIGGER_EITHER } },
	{ is_wrong_key,
	  { "wrong-key", "a wrong credential", TRIGGER_GATEWAY } },
	{ is_absolute,
	  { "absolute-target", "a target that is a whole URL",
	    TRIGGER_EITHER } },
	{ is_line_break,
	  { "line-break", "a target with an encoded line break",
	    TRIGGER_EITHER } },
	{ is_double_slash,
	  { "double-slash", "a path that begins with two slashes",
	    TRIGGER_EITHER } },
	{ is_unknown_path,
	  { "unknown-path", "a path that nobody serves", TRIGGER_GATEWAY } },
	{ is_wrong_method,
	  { "wrong-method", "a wrong method", TRIGGER_GATEWAY } },
	{ is_models, { "models", "GET /v1/models", TRIGGER_EITHER } },
	{ is_count, { "count-tokens", "counting tokens", TRIGGER_EITHER } },
	{ is_too_large, { "too-large", "a body over 32 MB", TRIGGER_GATEWAY } },
	{ is_coded, { "coded-body", "a compressed body", TRIGGER_EITHER } },
	{ is_no_json,
	  { "bad-json", "a body that is no JSON object", TRIGGER_EITHER } },
	{ is_large, { "large-body", "a large body", TRIGGER_PROVIDER } },
	{ is_large_head, { "large-head", "a large head", TRIGGER_PROVIDER } },
	{ is_connection,
	  { "connection-options", "a Connection that names other fields",
	    TRIGGER_PROVIDER } },
	{ is_mixed,
	  { "mixed-keys", "a good key beside a wrong one", TRIGGER_PROVIDER } },
	{ is_both,
	  { "both-keys", "the key in both fields", TRIGGER_PROVIDER } },
	{ is_api_key,
	  { "x-api-key", "the key in x-api-key", TRIGGER_PROVIDER } },
};

static bool has(const char *value, const char *key)
{
	return value != NULL && key != NULL && strstr(value, key) != NULL;
}

static struct trigger_asked asked_of(const struct couple *p,
				     const struct causes_keys *keys)
{
	const struct wlog_entry *e = p->c->request;
	const char *bearer = headers_get(&e->headers, "authorization");
	const char *api_key = headers_get(&e->headers, "x-api-key");
	struct trigger_asked a = { .p = p, .e = e, .body = p->c->request_body };

	a.path = span_of(e->target);
	a.path = span_first(a.path, span_find_byte(a.path, '?'));
	a.bearer = bearer != NULL;
	a.api_key = api_key != NULL;
	a.known = keys->client != NULL;
	for (size_t i = 0; keys->named != NULL && keys->named[i] != NULL; i++)
		a.named = a.named || has(bearer, keys->named[i]) ||
			  has(api_key, keys->named[i]);
	/* A wrong key may begin like the good one. */
	a.bearer_good = has(bearer, keys->client) && !has(bearer, keys->wrong);
	a.api_key_good =
		has(api_key, keys->client) && !has(api_key, keys->wrong);
	return a;
}

static bool is_of_key(asked_fn *is)
{
	return is == is_mixed || is == is_both || is == is_api_key;
}

static const struct trigger nothing = { "", "a plain request",
					TRIGGER_PROVIDER };

const struct trigger *trigger_of_key(const struct couple *p,
				     const struct causes_keys *keys)
{
	struct trigger_asked a = asked_of(p, keys);

	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		if (is_of_key(triggers[i].is) && triggers[i].is(&a))
			return &triggers[i].trigger;
	return &nothing;
}

const struct trigger *trigger_of(const struct couple *p,
				 const struct causes_keys *keys)
{
	static const struct trigger unread = { TRIGGER_FRAMING,
					       "what is no HTTP",
					       TRIGGER_GATEWAY };
	struct trigger_asked a;

	if (p->c->request->method == NULL || p->c->request->target == NULL)
		return &unread;
	a = asked_of(p, keys);
	for (size_t i = 0; i < sizeof(triggers) / sizeof(triggers[0]); i++)
		if (triggers[i].is(&a))
			return &triggers[i].trigger;
	return &nothing;
}
