/* Answers requests for lists of models and of inference profiles. */
#include "gateway/bridging_own.h"

#include <string.h>

#include "gateway/reply.h"

#define MODELS "/v1/models"

static void reply_json(struct relay *r, int status, const char *no_retry,
		       struct buf *body)
{
	struct gate_reply reply = { .status = status, .body = *body };
	char id[REPLY_ID_LEN];

	reply_id(id);
	headers_add_text(&reply.headers, "content-type", "application/json");
	headers_add_text(&reply.headers, "request-id", id);
	if (no_retry)
		headers_add_text(&reply.headers, "x-should-retry", no_retry);
	reply_send(r, &reply);
}

static void write_model(struct span name, struct buf *out)
{
	buf_add_text(out, "{\"type\":\"model\",\"id\":");
	jscan_quote(out, name);
	buf_add_text(out, ",\"display_name\":");
	jscan_quote(out, name);
	buf_add_text(out, ",\"created_at\":\"1970-01-01T00:00:00Z\"}");
}

static void list_models(struct relay *r)
{
	const struct bridge_models *m = &r->provider->models;
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	if (m->count == 0) {
		reply_error(r, 404, "this gateway has no list of models");
		return;
	}
	buf_add_text(&body, "{\"data\":[");
	for (size_t i = 0; i < m->count; i++) {
		if (i > 0)
			buf_add_byte(&body, ',');
		write_model(span_of(m->list[i].client), &body);
	}
	buf_add_text(&body, "],\"has_more\":false,\"first_id\":null,"
			    "\"last_id\":null}");
	reply_json(r, 200, NULL, &body);
}

static void one_model(struct relay *r, struct span encoded)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT), body = BUF_INIT(BUF_NO_LIMIT);

	bridge_name_decode(encoded, &name);
	if (bridge_models_find(&r->provider->models, buf_span(&name))) {
		write_model(buf_span(&name), &body);
		reply_json(r, 200, NULL, &body);
	} else {
		reply_error(r, 404, "this gateway does not list this model");
	}
	buf_clear(&name);
}

static void profiles(struct relay *r)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	if (r->route.cloud.model.len > 0) {
		reply_error(r, 404, "there is no such inference profile");
		return;
	}
	buf_add_text(&body, "{\"inferenceProfileSummaries\":[]}");
	reply_json(r, 200, NULL, &body);
}

bool bridging_own(struct relay *r)
{
	struct span target = buf_span(&r->target);
	struct span path = span_first(target, span_find_byte(target, '?'));

	if (r->route.cloud.vendor == BRIDGE_BEDROCK &&
	    r->route.cloud.call == BRIDGE_PROFILES)
		profiles(r);
	else if (span_is(path, MODELS))
		list_models(r);
	else if (span_starts(path, MODELS "/"))
		one_model(r, span_skip(path, strlen(MODELS "/")));
	else
		return false;
	return true;
}

void bridging_own_uncounted(struct relay *r, const char *words)
{
	struct buf body = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&body,
		 "{\"type\":\"error\",\"error\":{\"type\":\"not_supported\","
		 "\"message\":\"%s\"}}",
		 words);
	reply_json(r, 501, "false", &body);
}
