/* What a request asks of a gateway with several providers. */
#ifndef GATEWAY_POOL_WANTED_H
#define GATEWAY_POOL_WANTED_H

#include "gateway/pool/pool.h"
#include "gateway/route.h"
#include "wire/http/http.h"

struct wanted {
	struct wish wish; /* all wishes that apply, put together */
	bool moves; /* the request names an order of its own */
	bool streams; /* it asks for a stream */
	struct buf model; /* the plain name; empty: it has none */
	struct buf asked; /* the client's name for the model, decoded */
	struct span spelt; /* the model's name as the body has it, not decoded;
			      len 0: the body has none */
	uint64_t session; /* 0: no session */
};

/*
 * Reads head and body; `of_key` is the wish of the client's key, or NULL. A
 * body that is no JSON has neither model nor session; the provider will refuse
 * it. -1: the request is refused with *status, and `why` has the reason.
 */
int wanted_read(struct wanted *a, const struct pool *p,
		const struct wish *of_key, const struct route *route,
		const struct headers *h, struct span body, int *status,
		struct fail *why);
void wanted_clear(struct wanted *a);

/* Appends the body with this model in the place of the client's. */
void wanted_rename(const struct wanted *a, struct span body, struct span model,
		   struct buf *out);

#endif
