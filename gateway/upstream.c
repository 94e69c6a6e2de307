/* Asking the upstream. */
#include "gateway/upstream.h"

#include <string.h>

#include "gateway/hooks.h"
#include "gateway/policy.h"
#include "gateway/pool/attempt.h"
#include "gateway/sign.h"

/* Keeps the client's Host if the client has signed the request, since the
 * signature covers it. */
static int add_host(const struct http_head *head, const struct provider *p,
		    struct headers *to)
{
	const char *host = headers_get(&head->headers, "host");
	const char *credential = headers_get(&head->headers, "authorization");

	if (p->scheme != KEY_CLIENT || !host || !credential ||
	    !span_starts(span_of(credential), "AWS4-"))
		return 0;
	return headers_add_text(to, "Host", host);
}

int upstream_start(struct relay *r, const struct fetch_handler *handler,
		   struct fail *f)
{
	const struct provider *p = r->provider;
	const struct http_head *head = visit_head(r->visit);
	struct span body = buf_span(&r->body);
	struct headers headers = { 0 };
	struct fetch_request request = {
		.origin = p->url,
		.method = head->method,
		.target = buf_str(&r->target),
		.headers = &headers,
		.body = body,
		.body_lent = true,
		.has_body = body.len > 0 || strcmp(head->method, "POST") == 0,
		.keep_alive = true,
		.tls = { .ca_file = p->ca_file },
		.connect_ms = p->connect_ms,
		.head_ms = p->head_ms,
		.idle_ms = p->idle_ms,
	};
	int rc;

	rc = add_host(head, p, &headers);
	if (rc == 0)
		rc = policy_request(&head->headers, p, &headers);
	if (rc < 0)
		fail_set(f, FAIL_LIMIT, "too many header fields");
	else
		rc = sign_request(p, &request, &headers, f);
	if (rc == 0) {
		hook_request(r, &request, &headers);
		rc = attempt_fetch(r, &request, handler, f);
	}
	headers_clear(&headers);
	return rc;
}

int upstream_status(enum stream_end end)
{
	return end == END_TIMEOUT ? 504 : 502;
}

/* The message names neither the upstream's address nor its key, which clients
 * need not know. */
const char *upstream_message(enum stream_end end)
{
	switch (end) {
	case END_REFUSED:
		return "the gateway has no connection to its upstream";
	case END_TIMEOUT:
		return "the upstream did not answer in time";
	case END_RESET:
		return "the upstream reset the connection before it answered";
	case END_BAD:
		return "what the upstream answered is not HTTP";
	default:
		return "the upstream closed the connection before it answered";
	}
}
