/* Makes the request to the provider: its target, its model, its fields, its
 * body. */
#include "gateway/bridging_ask.h"

#include <string.h>
#include <strings.h>

#include "gateway/hooks.h"
#include "gateway/policy.h"
#include "gateway/pool/attempt.h"
#include "gateway/sign.h"
#include "wire/http/event_stream.h"

enum { MODEL_LIMIT = 4096 };

#define NO_NAME "model: no model has such a name"

void bridging_ask_init(struct bridging_ask *a)
{
	*a = (struct bridging_ask){ .call = BRIDGE_MESSAGE };
	buf_init(&a->model, MODEL_LIMIT);
	buf_init(&a->target, HTTP_HEAD_BYTES_LIMIT);
}

void bridging_ask_clear(struct bridging_ask *a)
{
	buf_clear(&a->model);
	buf_clear(&a->target);
	headers_clear(&a->headers);
}

/* ---- the model ---- */

/* The client's name for the model: from the path, or from the body. */
static int client_model(const struct relay *r, struct jval root,
			struct buf *out, int *status, struct fail *why)
{
	struct jval model = jscan_get(root, "model");

	if (r->route.cloud.model.len > 0) {
		bridge_name_decode(r->route.cloud.model, out);
		return 0;
	}
	if (model.type != J_STRING || model.text.len == 2)
		return fail_set(why, FAIL_USAGE, "model: Field required");
	if (jscan_string(model, out) == 0)
		return 0;
	*status = 404;
	return fail_set(why, FAIL_USAGE, NO_NAME);
}

/* The name becomes a part of the path: it must not lead to another path. */
static int check_model(const struct bridging_ask *a, struct fail *why)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	bool sound;

	bridge_name_encode(buf_span(&a->model), &name);
	sound = bridge_name_is_sound(buf_span(&name), true);
	buf_clear(&name);
	return sound ? 0 : fail_set(why, FAIL_USAGE, NO_NAME);
}

static int map_model(struct bridging_ask *a, const struct relay *r,
		     struct span client, int *status, struct fail *why)
{
	const char *listed =
		r->listed ? r->listed
			  : bridge_models_find(&r->provider->models, client);

	*status = 404;
	if (listed && listed[0])
		return buf_add_text(&a->model, listed);
	switch (provider_vendor(r->provider)) {
	case BRIDGE_BEDROCK:
		bridge_model_bedrock(client, provider_region(r->provider),
				     &a->model);
		return check_model(a, why);
	case BRIDGE_VERTEX:
		bridge_model_vertex(client, &a->model);
		return check_model(a, why);
	default:
		return bridge_model_plain(client, &a->model, why);
	}
}

/* ---- the target ---- */

static void bedrock_target(struct bridging_ask *a)
{
	static const char *const actions[] = {
		[BRIDGE_MESSAGE] = "invoke",
		[BRIDGE_STREAM] = "invoke-with-response-stream",
		[BRIDGE_COUNT] = "count-tokens",
	};
	struct span model = buf_span(&a->model);

	if (a->call == BRIDGE_COUNT)
		model = bridge_model_foundation(model);
	buf_add_text(&a->target, "/model/");
	bridge_name_encode(model, &a->target);
	buf_addf(&a->target, "/%s", actions[a->call]);
}

static void vertex_target(struct bridging_ask *a, const struct provider *p)
{
	bool based = span_ends(span_of(p->url), "/v1");

	buf_addf(&a->target,
		 "%s/projects/%s/locations/%s/publishers/anthropic/models/",
		 based ? "" : "/v1", p->project, provider_region(p));
	if (a->call == BRIDGE_COUNT)
		buf_add_text(&a->target, "count-tokens");
	else
		bridge_name_encode(buf_span(&a->model), &a->target);
	buf_addf(&a->target, ":%s",
		 a->call == BRIDGE_STREAM ? "streamRawPredict" : "rawPredict");
}

/* The client's query is left out: the clouds do not know "?beta=true". */
static void make_target(struct bridging_ask *a, const struct provider *p)
{
	switch (provider_vendor(p)) {
	case BRIDGE_BEDROCK:
		bedrock_target(a);
		break;
	case BRIDGE_VERTEX:
		vertex_target(a, p);
		break;
	default:
		buf_add_text(&a->target, a->call == BRIDGE_COUNT
						 ? "/v1/messages/count_tokens"
						 : "/v1/messages");
		buf_add_text(&a->target, "?beta=true");
		break;
	}
}

/* ---- fields ---- */

/* All lines of a field as one list. */
static void join(const struct headers *h, const char *name, struct buf *out)
{
	const char *value;

	for (size_t n = 0; (value = headers_nth(h, name, n)); n++)
		buf_addf(out, "%s%s", n > 0 ? "," : "", value);
}

/* Removes fields that belong to the client's format: those of its body, and of
 * its signature. */
static void remove_foreign(struct headers *h, enum bridge_vendor front,
			   bool passes)
{
	headers_remove(h, "anthropic-beta");
	if (!passes) {
		headers_remove(h, "content-type");
		headers_remove(h, "accept");
		headers_remove(h, "accept-encoding");
	}
	for (size_t i = 0; front == BRIDGE_BEDROCK && i < h->count;) {
		const char *name = h->list[i].name;

		if (strncasecmp(name, "x-amz-", 6) == 0 ||
		    strncasecmp(name, "x-amzn-", 7) == 0 ||
		    strncasecmp(name, "amz-sdk-", 8) == 0)
			headers_remove(h, name);
		else
			i++;
	}
}

static const char *accepted(const struct bridging_ask *a,
			    const struct provider *p)
{
	if (a->call != BRIDGE_STREAM)
		return "application/json";
	return p->format == PROVIDER_BEDROCK ? EVENT_STREAM_TYPE
					     : "text/event-stream";
}

static int make_headers(struct bridging_ask *a, const struct relay *r,
			const char *betas, struct fail *f)
{
	const struct headers *from = &visit_head(r->visit)->headers;
	const struct provider *p = r->provider;
	struct headers *h = &a->headers;
	int rc = policy_request(from, p, h);

	remove_foreign(h, r->route.cloud.vendor, a->passes);
	if (rc < 0 ||
	    (!a->passes &&
	     (headers_add_text(h, "content-type", "application/json") < 0 ||
	      headers_add_text(h, "accept", accepted(a, p)) < 0)) ||
	    (betas[0] && headers_add_text(h, "anthropic-beta", betas) < 0) ||
	    (provider_vendor(p) == BRIDGE_NONE &&
	     !headers_get(h, "anthropic-version") &&
	     headers_add_text(h, "anthropic-version", "2023-06-01") < 0))
		return fail_set(f, FAIL_LIMIT, "too many header fields");
	return 0;
}

/* ---- the whole ---- */

static int read_body(struct relay *r, struct jval *root, struct fail *why)
{
	struct fail f = FAIL_INIT;

	if (jscan(buf_span(&r->body), root, &f) == 0 && root->type == J_OBJECT)
		return 0;
	return fail_set(why, FAIL_USAGE,
			"The request body is not a JSON object%s%.120s",
			f.text[0] ? ": " : "", f.text);
}

/* A CountTokens request of Bedrock holds the request that is counted; this one
 * takes its place. */
static int unwrap(struct relay *r, struct jval *root, struct fail *why)
{
	struct buf inner = BUF_INIT(BUF_NO_LIMIT);

	if (r->route.cloud.vendor != BRIDGE_BEDROCK ||
	    r->route.cloud.call != BRIDGE_COUNT)
		return 0;
	if (bridge_count_body(*root, &inner, why) < 0) {
		buf_clear(&inner);
		return -1;
	}
	attempt_change_body(r, &inner);
	return read_body(r, root, why);
}

static enum bridge_call call_of(const struct relay *r, struct jval root)
{
	struct span target = buf_span(&r->target);
	struct span path = span_first(target, span_find_byte(target, '?'));

	if (r->route.cloud.vendor != BRIDGE_NONE)
		return r->route.cloud.call;
	if (span_is(path, "/v1/messages/count_tokens"))
		return BRIDGE_COUNT;
	return jscan_get(root, "stream").type == J_TRUE ? BRIDGE_STREAM
							: BRIDGE_MESSAGE;
}

static int make_body(struct bridging_ask *a, struct relay *r, struct jval root,
		     struct buf *header, struct fail *why)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);
	struct buf betas = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	enum bridge_vendor vendor = provider_vendor(r->provider);
	struct bridge_asked from = { root, buf_span(&a->model), SPAN_EMPTY };
	struct bridge_asking to = { &body, header };
	int rc;

	join(&visit_head(r->visit)->headers, "anthropic-beta", &betas);
	from.betas = buf_span(&betas);
	if (vendor == BRIDGE_NONE)
		rc = bridge_ask_plain(a->call, &from, &to, why);
	else if (a->call == BRIDGE_COUNT)
		rc = bridge_ask_vendor_count(vendor, &from, &to, why);
	else
		rc = bridge_ask_vendor(vendor, &from, &to, why);
	if (rc == 0) {
		attempt_change_body(r, &body);
	}
	buf_clear(&body);
	buf_clear(&betas);
	return rc;
}

int bridging_ask_make(struct bridging_ask *a, struct relay *r, int *status,
		      struct fail *why)
{
	struct buf client = BUF_INIT(MODEL_LIMIT);
	struct buf betas = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct jval root;
	int rc = -1;

	*status = 400;
	if (read_body(r, &root, why) < 0 || unwrap(r, &root, why) < 0)
		goto out;
	a->call = call_of(r, root);
	a->passes = r->route.cloud.vendor == BRIDGE_VERTEX;
	if (client_model(r, root, &client, status, why) < 0 ||
	    map_model(a, r, buf_span(&client), status, why) < 0)
		goto out;
	if (a->call == BRIDGE_COUNT &&
	    r->provider->format == PROVIDER_BEDROCK &&
	    bridge_model_foundation(buf_span(&a->model)).len == 0) {
		*status = 501;
		fail_set(why, FAIL_USAGE, "%s", BRIDGING_ASK_UNCOUNTED);
		goto out;
	}
	*status = 400;
	make_target(a, r->provider);
	if (make_body(a, r, root, &betas, why) == 0 &&
	    make_headers(a, r, buf_str(&betas), why) == 0)
		rc = 0;
out:
	buf_clear(&client);
	buf_clear(&betas);
	return rc;
}

int bridging_ask_start(struct bridging_ask *a, struct relay *r,
		       const struct fetch_handler *handler, struct fail *f)
{
	const struct provider *p = r->provider;
	struct fetch_request request = {
		.origin = p->url,
		.method = "POST",
		.target = buf_str(&a->target),
		.headers = &a->headers,
		.body = buf_span(&r->body),
		.body_lent = true,
		.has_body = true,
		.decompress = !a->passes,
		.keep_alive = true,
		.tls = { .ca_file = p->ca_file },
		.connect_ms = p->connect_ms,
		.head_ms = p->head_ms,
		.idle_ms = p->idle_ms,
	};

	if (sign_request(p, &request, &a->headers, f) < 0)
		return -1;
	hook_request(r, &request, &a->headers);
	return attempt_fetch(r, &request, handler, f);
}
