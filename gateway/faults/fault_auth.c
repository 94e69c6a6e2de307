/* Faults of credentials, on either side. */
#include <stdatomic.h>
#include <string.h>

#include "gateway/auth.h"
#include "gateway/faults/faults.h"

static const char *key_of(const struct relay *r)
{
	return fault_client_header(r, "x-api-key");
}

static const char *bearer_of(const struct relay *r)
{
	return fault_client_header(r, "authorization");
}

/* The result of checking one of the two fields alone. */
static enum auth only(struct relay *r, const char *name)
{
	const char *value = fault_client_header(r, name);
	struct headers one = { 0 };
	enum auth auth;

	if (value)
		headers_add_text(&one, name, value);
	auth = auth_check(r->config, &one, NULL);
	headers_clear(&one);
	return auth;
}

static enum auth bearer_only(struct relay *r, enum auth auth)
{
	(void)auth;
	return only(r, "authorization");
}

static enum auth api_key_only(struct relay *r, enum auth auth)
{
	(void)auth;
	return only(r, "x-api-key");
}

static enum auth bearer_decides(struct relay *r, enum auth auth)
{
	return bearer_of(r) && key_of(r) ? only(r, "authorization") : auth;
}

static enum auth api_key_decides(struct relay *r, enum auth auth)
{
	return bearer_of(r) && key_of(r) ? only(r, "x-api-key") : auth;
}

static enum auth rejects_both(struct relay *r, enum auth auth)
{
	return bearer_of(r) && key_of(r) ? AUTH_WRONG : auth;
}

static bool wants_one_value(struct relay *r)
{
	if (!bearer_of(r) || !key_of(r) ||
	    span_equal(auth_bearer(bearer_of(r)), span_of(key_of(r))))
		return false;
	reply_error(r, 400, "two credentials");
	return true;
}

static enum auth open_to_all(struct relay *r, enum auth auth)
{
	(void)r;
	(void)auth;
	return AUTH_GOOD;
}

static enum auth open_to_any_key(struct relay *r, enum auth auth)
{
	(void)r;
	return auth == AUTH_WRONG ? AUTH_GOOD : auth;
}

/* A session that failed once is refused for good. The memory is for one
 * worker. */
static enum auth caches_failure(struct relay *r, enum auth auth)
{
	static struct headers failed;
	const char *session =
		fault_client_header(r, "x-claude-code-session-id");

	if (!session)
		return auth;
	if (auth != AUTH_GOOD)
		headers_set(&failed, session, "1");
	return headers_get(&failed, session) ? AUTH_WRONG : auth;
}

static enum auth caches_failure_of_peer(struct relay *r, enum auth auth)
{
	static bool failed;

	(void)r;
	failed |= auth == AUTH_WRONG;
	return failed ? AUTH_WRONG : auth;
}

static void page_403(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		fault_become(reply, 403, "text/html", fault_html);
}

static void plain_401(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		fault_become(reply, 401, "text/plain", "Unauthorized");
}

static void auth_500(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		fault_become(reply, 500, "application/json",
			     "{\"type\":\"error\",\"error\":{\"type\":"
			     "\"api_error\",\"message\":\"auth failed\"}}");
}

static void auth_400(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		reply->status = 400;
}

static void login_302(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status != 401)
		return;
	fault_become(reply, 302, "text/html", fault_html);
	headers_add_text(&reply->headers, "location", "/login");
}

static void auth_200(struct relay *r, struct gate_reply *reply)
{
	(void)r;
	if (reply->status == 401)
		reply->status = 200;
}

static void wrong_type(struct relay *r, struct gate_reply *reply)
{
	struct fault_edit edit = { .path = "/error/type",
				   .with = "\"invalid_request_error\"" };
	struct buf to = BUF_INIT(BUF_NO_LIMIT);

	(void)r;
	if (reply->status == 401 &&
	    edit_apply(&edit, buf_span(&reply->body), &to)) {
		buf_reset(&reply->body);
		buf_add_span(&reply->body, buf_span(&to));
	}
	buf_clear(&to);
}

static void echoes_key(struct relay *r, struct gate_reply *reply)
{
	const char *key = key_of(r) ? key_of(r) : bearer_of(r);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (reply->status != 401 || !key)
		return;
	buf_add_text(&text, "{\"type\":\"error\",\"error\":{\"type\":"
			    "\"authentication_error\",\"message\":");
	buf_add_text(&text, "\"Invalid key: ");
	buf_add_text(&text, key);
	buf_add_text(&text, "\"}}");
	fault_become(reply, 401, "application/json", buf_str(&text));
	buf_clear(&text);
}

/* ---- towards the upstream ---- */

static void add_client_keys(struct relay *r, struct headers *h)
{
	if (key_of(r))
		headers_add_text(h, "x-api-key", key_of(r));
	if (bearer_of(r))
		headers_add_text(h, "authorization", bearer_of(r));
}

static void remove_keys(struct headers *h)
{
	headers_remove(h, "x-api-key");
	headers_remove(h, "authorization");
}

static void forwards_client_key(struct relay *r, struct headers *h)
{
	remove_keys(h);
	add_client_keys(r, h);
}

static void forwards_other_field(struct relay *r, struct headers *h)
{
	if (bearer_of(r))
		headers_set(h, "authorization", bearer_of(r));
}

static void tells_client_key(struct relay *r, struct headers *h)
{
	struct span key =
		bearer_of(r) ? auth_bearer(bearer_of(r)) : span_of(key_of(r));

	headers_add(h, span_of("x-gateway-user-key"), key);
}

static void other_scheme(struct relay *r, struct headers *h)
{
	struct buf value = BUF_INIT(BUF_NO_LIMIT);

	remove_keys(h);
	buf_addf(&value, "Bearer %s", r->provider->key);
	headers_add_text(h, "authorization", buf_str(&value));
	buf_clear(&value);
}

static void no_key(struct relay *r, struct headers *h)
{
	(void)r;
	remove_keys(h);
}

/* As a gateway with four accounts that asks each in turn. */
static void rotates_keys(struct relay *r, struct headers *h)
{
	static const char *const fields[] = { "x-api-key", "authorization" };
	static atomic_uint asked;
	unsigned account = atomic_fetch_add(&asked, 1) % 4;

	(void)r;
	for (size_t i = 0; account > 0 && i < 2; i++) {
		const char *key = headers_get(h, fields[i]);
		struct buf value = BUF_INIT(BUF_NO_LIMIT);

		if (!key)
			continue;
		buf_addf(&value, "%s-%u", key, account);
		headers_set(h, fields[i], buf_str(&value));
		buf_clear(&value);
	}
}

static void key_in_query(struct relay *r, struct fetch_request *request)
{
	if (bearer_of(r)) {
		buf_add_text(&r->target, strchr(buf_str(&r->target), '?')
						 ? "&key="
						 : "?key=");
		buf_add_span(&r->target, auth_bearer(bearer_of(r)));
	}
	request->target = buf_str(&r->target);
}

static enum take shows_upstream_key(struct relay *r, struct slot *s,
				    const struct http_head *head,
				    struct relay_answer *a)
{
	(void)s;
	(void)head;
	headers_add_text(&a->headers, "x-upstream-key", r->provider->key);
	return TAKE_NOT;
}

static enum take hides_401(struct relay *r, struct slot *s,
			   const struct http_head *head, struct relay_answer *a)
{
	(void)s;
	(void)a;
	if (head->status != 401)
		return TAKE_NOT;
	relay_drop(r);
	reply_error(r, 401, "invalid key");
	return TAKE_OVER;
}

static enum take upstream_401_to_500(struct relay *r, struct slot *s,
				     const struct http_head *head,
				     struct relay_answer *a)
{
	(void)r;
	(void)s;
	if (head->status == 401)
		a->status = 500;
	return TAKE_NOT;
}

const struct fault faults_of_auth[] = {
	{ .name = "bearer-only",
	  .about = "does not read x-api-key",
	  .auth = bearer_only },
	{ .name = "x-api-key-only",
	  .about = "does not read Authorization: Bearer",
	  .auth = api_key_only },
	{ .name = "bearer-decides",
	  .about = "refuses a good x-api-key beside another bearer token",
	  .auth = bearer_decides },
	{ .name = "x-api-key-decides",
	  .about = "refuses a good bearer token beside another x-api-key",
	  .auth = api_key_decides },
	{ .name = "rejects-both",
	  .about = "refuses a request that has both credential fields",
	  .auth = rejects_both },
	{ .name = "rejects-two-keys",
	  .about = "calls a request malformed that has two different "
		   "credentials",
	  .arrived = wants_one_value },
	{ .name = "open", .about = "serves everyone", .auth = open_to_all },
	{ .name = "open-to-any-key",
	  .about = "wants a key but does not check it",
	  .auth = open_to_any_key },
	{ .name = "caches-negative-auth",
	  .about = "refuses a session for good after one wrong key",
	  .auth = caches_failure },
	{ .name = "blocks-after-bad-key",
	  .about = "refuses everyone after one wrong key",
	  .auth = caches_failure_of_peer },
	{ .name = "bad-key-403-html",
	  .about = "answers a wrong key with a web page",
	  .local = page_403 },
	{ .name = "bad-key-text",
	  .about = "answers a wrong key with 401 in plain text",
	  .local = plain_401 },
	{ .name = "bad-key-500",
	  .about = "fails at a wrong key",
	  .local = auth_500 },
	{ .name = "bad-key-400",
	  .about = "answers a wrong key with 400",
	  .local = auth_400 },
	{ .name = "bad-key-302",
	  .about = "sends a client with a wrong key to a login page",
	  .local = login_302 },
	{ .name = "bad-key-200",
	  .about = "answers a wrong key with an error inside a 200",
	  .local = auth_200 },
	{ .name = "bad-key-wrong-type",
	  .about = "calls a wrong key an invalid request",
	  .local = wrong_type },
	{ .name = "echoes-key-in-error",
	  .about = "repeats the wrong key in its error",
	  .local = echoes_key },
	{ .name = "forwards-client-key",
	  .about = "sends the client's key upstream in the place of its own",
	  .fields = forwards_client_key },
	{ .name = "forwards-both-keys",
	  .about = "sends the client's keys upstream beside its own",
	  .fields = add_client_keys },
	{ .name = "forwards-bearer",
	  .about = "replaces x-api-key and leaves Authorization as it came",
	  .fields = forwards_other_field },
	{ .name = "client-key-in-header",
	  .about = "sends the client's key upstream in a field of its own",
	  .fields = tells_client_key },
	{ .name = "client-key-in-query",
	  .about = "adds the client's key to the upstream URL",
	  .request = key_in_query },
	{ .name = "wrong-scheme-upstream",
	  .about = "sends its key to the upstream in the wrong field",
	  .fields = other_scheme },
	{ .name = "rotates-keys",
	  .about = "asks with each of four keys of its own in turn",
	  .fields = rotates_keys },
	{ .name = "no-key-upstream",
	  .about = "forgets its own key",
	  .fields = no_key },
	{ .name = "shows-upstream-key",
	  .about = "tells clients the upstream's key in a debugging field",
	  .response = shows_upstream_key },
	{ .name = "hides-upstream-401",
	  .about = "answers the upstream's refusal as if the client's key were "
		   "wrong",
	  .response = hides_401 },
	{ .name = "upstream-401-to-500",
	  .about = "turns the upstream's refusal into 500",
	  .response = upstream_401_to_500 },
	{ .name = NULL },
};
