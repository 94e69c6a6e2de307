/* Turns a request to either vendor into one of the Messages API. */
#include <string.h>
#include <strings.h>

#include "mockupstream/dialects/cloud/cloud_private.h"
#include "wire/bytes/mem.h"

#define AMAZON_KEY "Credential="

/* ---- credentials ---- */

/* Whether this is the key of Bedrock, or a signature made with a key of that
 * name. */
static bool is_amazon_key(const char *given, const char *key)
{
	size_t len = strlen(key);
	const char *at = strstr(given, AMAZON_KEY);

	if (strncasecmp(given, "Bearer ", 7) == 0)
		return strcmp(given + 7, key) == 0;
	return strncasecmp(given, "AWS4-HMAC-SHA256 ", 17) == 0 && at &&
	       strncmp(at + strlen(AMAZON_KEY), key, len) == 0 &&
	       at[strlen(AMAZON_KEY) + len] == '/';
}

/* Without --key any credential is accepted, and so is none. */
static int check_credential(const struct cloud_asked *c,
			    const struct anthropic *a,
			    const struct anthropic_request *r,
			    struct reply *out)
{
	const char *given = headers_get(&r->head->headers, "authorization");
	bool bedrock = cloud_is_bedrock(c->route);

	if (!a->key)
		return 0;
	if (bedrock ? given && is_amazon_key(given, a->key)
		    : given && strncasecmp(given, "Bearer ", 7) == 0 &&
			      strcmp(given + 7, a->key) == 0)
		return 0;
	if (!bedrock)
		cloud_error_google(out, 401, "UNAUTHENTICATED",
				   "Request had invalid authentication "
				   "credentials. Expected OAuth 2 access "
				   "token, login cookie or other valid "
				   "authentication credential.");
	else if (!given)
		cloud_error_amazon(out, 403,
				   "MissingAuthenticationTokenException",
				   "Missing Authentication Token");
	else if (strncasecmp(given, "Bearer ", 7) == 0)
		cloud_error_amazon(out, 403, "AccessDeniedException",
				   "Authentication failed: Please make sure "
				   "your API Key is valid.");
	else
		cloud_error_amazon(out, 403, "UnrecognizedClientException",
				   "The security token included in the request "
				   "is invalid.");
	return -1;
}

/* ---- the head ---- */

/* Adds the betas in the body. */
static void add_betas(struct jval root, struct buf *to)
{
	struct jiter it = jscan_iter(jscan_get(root, "anthropic_beta"));
	struct jval key, beta;

	while (it.type == J_ARRAY && jscan_next(&it, &key, &beta)) {
		if (beta.type != J_STRING)
			continue;
		if (to->len > 0)
			buf_add_byte(to, ',');
		(void)jscan_string(beta, to);
	}
}

/* Bedrock reads no beta in a header, Vertex does. */
static void put_betas(struct cloud_asked *c, struct jval root)
{
	struct headers *h = &c->head.headers;
	struct buf betas = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);

	if (cloud_is_bedrock(c->route))
		(void)headers_remove(h, "anthropic-beta");
	add_betas(root, &betas);
	if (betas.len > 0)
		(void)headers_add_text(h, "anthropic-beta", buf_str(&betas));
	buf_clear(&betas);
}

static void make_head(struct cloud_asked *c, const struct anthropic *a,
		      const struct anthropic_request *r, struct jval root)
{
	struct headers *h = &c->head.headers;
	const char *who = headers_get(&r->head->headers, "authorization");
	bool counts = c->route == CLOUD_BEDROCK_COUNT ||
		      c->route == CLOUD_VERTEX_COUNT;

	c->r.path =
		span_of(counts ? "/v1/messages/count_tokens" : "/v1/messages");
	c->head.method = xstrdup("POST");
	c->head.target = span_dup(c->r.path);
	c->head.minor = r->head->minor;
	(void)headers_copy(h, &r->head->headers);
	(void)headers_set(h, "x-api-key", a->key ? a->key : who ? who : "none");
	(void)headers_set(
		h, "anthropic-version",
		jscan_member_is(root, "anthropic_version", CLOUD_VERSION)
			? CLOUD_VERSION
			: "2023-06-01");
	put_betas(c, root);
	c->r.head = &c->head;
}

/* ---- the body ---- */

/* Members that are not copied: those that come from the path or a header in one
 * of the formats, and those that CountTokens does not accept. */
#define ELSEWHERE "model anthropic_version anthropic_beta user_profile_id"
#define NOT_COUNTED \
	ELSEWHERE " stream max_tokens metadata temperature top_p top_k " \
		  "stop_sequences service_tier"

static const char *left_out(enum cloud_route route)
{
	switch (route) {
	case CLOUD_BEDROCK_COUNT:
	case CLOUD_VERTEX_COUNT:
		return NOT_COUNTED;
	case CLOUD_BEDROCK_INVOKE:
	case CLOUD_BEDROCK_STREAM:
		return ELSEWHERE " stream";
	default:
		return ELSEWHERE;
	}
}

static void make_body(struct cloud_asked *c, const struct anthropic *a,
		      struct jval root)
{
	struct span words = span_of(left_out(c->route));
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	struct jiter it = jscan_iter(root);
	struct jval key, value;

	cloud_name(a, buf_span(&c->id), &name);
	buf_add_byte(&c->body, '{');
	if (c->id.len > 0) {
		buf_add_text(&c->body, "\"model\":");
		jscan_quote(&c->body, buf_span(&name));
	}
	if (c->route == CLOUD_BEDROCK_STREAM)
		buf_add_text(&c->body, ",\"stream\":true");
	while (jscan_next(&it, &key, &value)) {
		buf_reset(&name);
		(void)jscan_string(key, &name);
		if (span_has_word(words, ' ', buf_span(&name)))
			continue;
		if (c->body.len > 1)
			buf_add_byte(&c->body, ',');
		buf_add_span(&c->body, key.text);
		buf_add_byte(&c->body, ':');
		buf_add_span(&c->body, value.text);
	}
	buf_add_byte(&c->body, '}');
	buf_clear(&name);
	c->r.body = buf_span(&c->body);
}

static int refuse_body(const struct cloud_asked *c, struct reply *out)
{
	if (cloud_is_bedrock(c->route))
		cloud_error_amazon(out, 400, "ValidationException",
				   "Malformed input request, please reformat "
				   "your input and try again.");
	else
		cloud_error_google(out, 400, "INVALID_ARGUMENT",
				   "Invalid JSON payload received.");
	return -1;
}

static int refuse_size(const struct cloud_asked *c, struct reply *out)
{
	if (cloud_is_bedrock(c->route))
		cloud_error_amazon(out, 413, "ValidationException",
				   "Input is too long for requested model.");
	else
		cloud_error_google(out, 413, "INVALID_ARGUMENT",
				   "Request payload size exceeds the limit.");
	return -1;
}

/* counted: receives the request inside a CountTokens request of Bedrock. */
static int read_body(const struct cloud_asked *c,
		     const struct anthropic_request *r, struct buf *counted,
		     struct jval *root, struct reply *out)
{
	struct span body = r->body;

	if (r->too_large)
		return refuse_size(c, out);
	if (c->route == CLOUD_BEDROCK_COUNT) {
		if (!cloud_counted(r->path, body, counted)) {
			cloud_error_amazon(out, 400, "ValidationException",
					   "ccmock counts the tokens of "
					   "input.invokeModel.body, in base64");
			return -1;
		}
		body = buf_span(counted);
	}
	if (jscan(body, root, NULL) < 0 || root->type != J_OBJECT)
		return refuse_body(c, out);
	return 0;
}

static int refuse_strict(const struct cloud_asked *c,
			 const struct anthropic_request *r, const char *why,
			 struct reply *out)
{
	struct reply said = { .status = 0 };

	anthropic_error(&said, r->number, 400, "invalid_request_error", "%s",
			why);
	if (cloud_dress(c->route, r->number, true, &said, out))
		reply_clear(&said);
	else
		*out = said;
	return -1;
}

/* Vertex counts for a model that the body names. */
static void find_model(struct cloud_asked *c, const struct anthropic_request *r,
		       struct jval root)
{
	struct jval model = jscan_get(root, "model");

	if (c->route == CLOUD_VERTEX_COUNT && model.type == J_STRING)
		(void)jscan_string(model, &c->id);
	else
		(void)cloud_model(r->path, &c->id);
}

int cloud_asked_init(struct cloud_asked *c, const struct anthropic *a,
		     const struct anthropic_request *r, struct reply *out)
{
	struct buf counted = BUF_INIT(r->body.len);
	struct fail why = FAIL_INIT;
	struct jval root;
	int rc = -1;

	*c = (struct cloud_asked){ .route = cloud_route_of(r->path),
				   .id = BUF_INIT(HTTP_HEAD_BYTES_LIMIT),
				   .body = BUF_INIT(BUF_NO_LIMIT),
				   .r = *r };
	c->r.json = NULL; /* it belongs to the other body */
	if (check_credential(c, a, r, out) < 0 ||
	    read_body(c, r, &counted, &root, out) < 0)
		goto out;
	if (r->strict &&
	    cloud_strict_check(c->route, &r->head->headers, root, &why) < 0) {
		refuse_strict(c, r, why.text, out);
		goto out;
	}
	find_model(c, r, root);
	make_head(c, a, r, root);
	make_body(c, a, root);
	rc = 0;
out:
	buf_clear(&counted);
	return rc;
}

void cloud_asked_clear(struct cloud_asked *c)
{
	buf_clear(&c->id);
	buf_clear(&c->body);
	http_head_clear(&c->head);
}
