/* Sends a relay's request to one provider. */
#ifndef GATEWAY_POOL_ATTEMPT_H
#define GATEWAY_POOL_ATTEMPT_H

#include "gateway/relay.h"

/* Sends a request to the provider. Its callbacks go to `handler`, with the
 * relay as argument, after r->watch has seen them if there is one. */
int attempt_fetch(struct relay *r, const struct fetch_request *request,
		  const struct fetch_handler *handler, struct fail *f);

/* Sends `body`, which is taken over, in place of the client's. The client's own
 * is kept if it may be needed again; attempt_restore_body() brings it back. */
void attempt_change_body(struct relay *r, struct buf *body);
void attempt_restore_body(struct relay *r);

/* Adds the provider's name, if clients are told it. */
void attempt_tell(struct relay *r, struct headers *to);

#endif
