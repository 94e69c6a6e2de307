/* Requests to a provider, whose body may differ from the client's. */
#include "gateway/pool/attempt.h"

int attempt_fetch(struct relay *r, const struct fetch_request *request,
		  const struct fetch_handler *handler, struct fail *f)
{
	r->handler = handler;
	return fetch_start(&r->fetch, r->gate->fetcher, request,
			   r->watch ? r->watch : handler, r, f);
}

void attempt_change_body(struct relay *r, struct buf *body)
{
	if (r->watch && !r->client_body.at)
		r->client_body = r->body;
	else
		buf_clear(&r->body);
	r->body = *body;
	buf_init(body, BUF_NO_LIMIT);
}

void attempt_restore_body(struct relay *r)
{
	if (!r->client_body.at)
		return;
	buf_clear(&r->body);
	r->body = r->client_body;
	buf_init(&r->client_body, BUF_NO_LIMIT);
}

void attempt_tell(struct relay *r, struct headers *to)
{
	const struct pool *p = r->config->pool;

	if (p && p->tells && r->provider->name && r->handler)
		headers_set(to, POOL_FIELD, r->provider->name);
}
