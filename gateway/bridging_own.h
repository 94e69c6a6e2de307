/* What is asked beside messages, and answered without asking the provider. */
#ifndef GATEWAY_BRIDGING_OWN_H
#define GATEWAY_BRIDGING_OWN_H

#include "gateway/relay.h"

/*
 * Lists of models: those that the configuration names; without any, 404, after
 * which clients use their own list. Bedrock's inference profiles: there are
 * none. true: it was asked for, and is answered.
 */
bool bridging_own(struct relay *r);

/* 501 not_supported, and no reason to ask again. */
void bridging_own_uncounted(struct relay *r, const char *words);

#endif
