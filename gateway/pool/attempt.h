/* What a relay sends to one provider. */
#ifndef GATEWAY_POOL_ATTEMPT_H
#define GATEWAY_POOL_ATTEMPT_H

#include "gateway/relay.h"

/* Sends a request to the provider. What comes of it goes to `handler`, whose
 * argument is the relay, unless it is looked at first. */
int attempt_fetch(struct relay *r, const struct fetch_request *request,
		  const struct fetch_handler *handler, struct fail *f);

/* Another body goes up; it is taken. The client's own is kept, if it may be
 * needed again; it comes back with the second function. */
void attempt_change_body(struct relay *r, struct buf *body);
void attempt_restore_body(struct relay *r);

/* Adds the provider's name, where clients are told. */
void attempt_tell(struct relay *r, struct headers *to);

#endif
