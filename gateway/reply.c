/* Writes answers of the gateway's own. */
#include "gateway/reply.h"

#include <stdio.h>
#include <sys/random.h>

#include "gateway/hooks.h"
#include "gateway/pool/attempt.h"
#include "wire/json/jscan.h"

enum { BODY_LIMIT = 64 * 1024 };

static const struct {
	int status;
	const char *type;
} types[] = {
	{ 400, "invalid_request_error" }, { 401, "authentication_error" },
	{ 402, "billing_error" },         { 429, "rate_limit_error" },
	{ 404, "not_found_error" },       { 405, "invalid_request_error" },
	{ 408, "timeout_error" },         { 413, "request_too_large" },
	{ 414, "invalid_request_error" }, { 431, "invalid_request_error" },
	{ 501, "invalid_request_error" }, { 502, "api_error" },
	{ 504, "timeout_error" },         { 505, "invalid_request_error" },
};

static const char *type_of(int status)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i].status == status)
			return types[i].type;
	return "api_error";
}

/* A random id, so that workers need not share a counter. If there is no
 * randomness, all ids are the same; they only help support. */
void reply_id(char out[REPLY_ID_LEN])
{
	unsigned char random[8] = { 0 };
	size_t len;

	(void)!getrandom(random, sizeof(random), 0);
	len = (size_t)snprintf(out, REPLY_ID_LEN, "req_gw_");
	for (size_t i = 0; i < sizeof(random); i++)
		len += (size_t)snprintf(out + len, REPLY_ID_LEN - len, "%02x",
					random[i]);
}

void reply_send(struct relay *r, struct gate_reply *reply)
{
	hook_reply(r, reply);
	attempt_tell(r, &reply->headers);
	r->status = reply->status;
	r->bytes = reply->body.len;
	if (r->metered)
		r->gate->meter->reply(r, reply->status, &reply->headers,
				      buf_span(&reply->body));
	visit_answer(r->visit, reply->status, &reply->headers,
		     buf_span(&reply->body));
	headers_clear(&reply->headers);
	buf_clear(&reply->body);
}

/* Writes an error of Bedrock or Vertex, with the fields that Amazon's clients
 * read. */
static void write_cloud_error(enum bridge_vendor front, int status,
			      const char *message, const char *id,
			      struct headers *headers, struct buf *body)
{
	if (front == BRIDGE_BEDROCK) {
		headers_add_text(headers, "x-amzn-RequestId", id);
		headers_add_text(headers, "x-amzn-ErrorType",
				 bridge_error_name(status));
	}
	bridge_error_write(front, status, span_of(message), body);
}

/* `type` NULL: that of the status. */
static void write_typed(enum bridge_vendor front, int status, const char *type,
			const char *message, struct headers *headers,
			struct buf *body)
{
	char id[REPLY_ID_LEN];

	reply_id(id);
	headers_add_text(headers, "content-type", "application/json");
	headers_add_text(headers, "request-id", id);
	if (front != BRIDGE_NONE) {
		write_cloud_error(front, status, message, id, headers, body);
		return;
	}
	buf_addf(body,
		 "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":",
		 type ? type : type_of(status));
	jscan_quote(body, span_of(message));
	buf_addf(body, "},\"request_id\":\"%s\"}", id);
}

static void write_error(enum bridge_vendor front, int status,
			const char *message, struct headers *headers,
			struct buf *body)
{
	write_typed(front, status, NULL, message, headers, body);
}

void reply_refusal(enum bridge_vendor front, const struct framing_refusal *why,
		   struct headers *headers, struct buf *body)
{
	write_error(front, why->status, why->text, headers, body);
}

void reply_error(struct relay *r, int status, const char *message)
{
	struct gate_reply reply = { .status = status,
				    .body = BUF_INIT(BODY_LIMIT) };

	write_error(r->route.cloud.vendor, status, message, &reply.headers,
		    &reply.body);
	reply_send(r, &reply);
}

void reply_refuse(struct relay *r, struct reply_words *words)
{
	struct gate_reply reply = { .status = words->status,
				    .headers = words->headers,
				    .body = BUF_INIT(BODY_LIMIT) };

	words->headers = (struct headers){ 0 };
	write_typed(r->route.cloud.vendor, words->status, words->type,
		    words->message, &reply.headers, &reply.body);
	reply_send(r, &reply);
}

void reply_final(struct relay *r, int status, const char *message)
{
	struct reply_words words = { .status = status, .message = message };

	headers_add_text(&words.headers, "x-should-retry", "false");
	reply_refuse(r, &words);
}

void reply_endless(struct relay *r)
{
	reply_error(r, 502,
		    "the provider's answer is larger than this gateway takes");
}

void reply_neither(struct relay *r, int status)
{
	snprintf(r->note, sizeof(r->note), "the upstream answered %d", status);
	reply_error(r, 502,
		    "the upstream's answer is neither a success nor an error");
}

void reply_method(struct relay *r, const char *allow)
{
	struct gate_reply reply = { .status = 405,
				    .body = BUF_INIT(BODY_LIMIT) };
	char message[64];

	snprintf(message, sizeof(message), "this path is for %s only", allow);
	headers_add_text(&reply.headers, "allow", allow);
	write_error(r->route.cloud.vendor, reply.status, message,
		    &reply.headers, &reply.body);
	reply_send(r, &reply);
}

void reply_hello(struct relay *r)
{
	struct gate_reply reply = { .status = 200, .body = BUF_INIT(0) };

	reply_send(r, &reply);
}

void reply_health(struct relay *r, bool draining)
{
	struct gate_reply reply = { .status = draining ? 503 : 200,
				    .body = BUF_INIT(BODY_LIMIT) };

	headers_add_text(&reply.headers, "content-type", "application/json");
	headers_add_text(&reply.headers, "cache-control", "no-store");
	buf_addf(&reply.body, "{\"status\":\"%s\"}\n",
		 draining ? "draining" : "ok");
	reply_send(r, &reply);
}
