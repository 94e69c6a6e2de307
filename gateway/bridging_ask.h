/* The request to a provider of Bedrock or Vertex, or from a client of theirs to
 * one of the Messages API. */
#ifndef GATEWAY_BRIDGING_ASK_H
#define GATEWAY_BRIDGING_ASK_H

#include "gateway/relay.h"

/* The error for a client whose provider does not count tokens. */
#define BRIDGING_ASK_UNCOUNTED \
	"count_tokens: the provider of this model does not count its tokens"

struct bridging_ask {
	enum bridge_call call;
	/* the answer is passed on as it comes, because it has the form of the
	 * Messages API already (Vertex) */
	bool passes;
	struct buf model; /* the provider's name for the model */
	struct buf target; /* with the client's query */
	struct headers headers; /* complete, signed if need be */
};

void bridging_ask_init(struct bridging_ask *a);
void bridging_ask_clear(struct bridging_ask *a);

/*
 * Makes the provider's request from the client's; r->body becomes its body. -1:
 * the client's request is refused with *status (501: Bedrock counts no tokens
 * for this model), and `why` has the reason.
 */
int bridging_ask_make(struct bridging_ask *a, struct relay *r, int *status,
		      struct fail *why);

/* Sends it; `handler` gets the relay as its argument. */
int bridging_ask_start(struct bridging_ask *a, struct relay *r,
		       const struct fetch_handler *handler, struct fail *f);

#endif
