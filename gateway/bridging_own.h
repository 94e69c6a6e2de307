/* Requests other than for messages, answered without asking the provider. */
#ifndef GATEWAY_BRIDGING_OWN_H
#define GATEWAY_BRIDGING_OWN_H

#include "gateway/relay.h"

/*
 * Lists of models: those of the configuration; if it names none, 404, and
 * clients then use their own list. Bedrock's inference profiles: an empty list.
 * true: the request was for such a list, and is answered.
 */
bool bridging_own(struct relay *r);

/* Answers 501 not_supported, and that asking again is of no use. */
void bridging_own_uncounted(struct relay *r, const char *words);

#endif
