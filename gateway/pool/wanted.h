/* What a request says to a gateway with several providers. */
#ifndef GATEWAY_POOL_WANTED_H
#define GATEWAY_POOL_WANTED_H

#include "gateway/pool/pool.h"
#include "gateway/route.h"
#include "wire/http/http.h"

struct wanted {
	struct wish wish; /* all that apply, together */
	bool moves; /* it names an order of its own */
	struct buf model; /* its plain name; empty: it has none */
	struct buf asked; /* the client's name for it, decoded */
	struct span spelt; /* its value in the body; len 0: not there */
	uint64_t session; /* 0: it belongs to none */
};

/*
 * Reads head and body; `of_key` is what the client's key wishes, or NULL. What
 * is no JSON has neither model nor session: its provider says so better. -1: the
 * request is refused with *status, and `why` has the reason.
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
