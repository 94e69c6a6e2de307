/* The request that goes over a bridge. */
#ifndef GATEWAY_BRIDGING_ASK_H
#define GATEWAY_BRIDGING_ASK_H

#include "gateway/relay.h"

/* What a client is told where Bedrock does not count. */
#define BRIDGING_ASK_UNCOUNTED \
	"count_tokens: the provider of this model does not count its tokens"

struct bridging_ask {
	enum bridge_call call;
	bool passes; /* the answer goes on as it comes: Vertex's are those of
			the Messages API */
	struct buf model; /* what the provider calls it */
	struct buf target; /* with the client's query */
	struct headers headers; /* complete, signed if need be */
};

void bridging_ask_init(struct bridging_ask *a);
void bridging_ask_clear(struct bridging_ask *a);

/*
 * Makes the provider's request out of the client's; r->body becomes its body.
 * -1: the client's request is refused with *status (501: Bedrock counts no
 * tokens for this model), and `why` has the reason.
 */
int bridging_ask_make(struct bridging_ask *a, struct relay *r, int *status,
		      struct fail *why);

/* Sends it; `handler` gets the relay as its argument. */
int bridging_ask_start(struct bridging_ask *a, struct relay *r,
		       const struct fetch_handler *handler, struct fail *f);

#endif
