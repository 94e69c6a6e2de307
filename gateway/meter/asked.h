/* What a request asks for, as far as it is counted. */
#ifndef GATEWAY_METER_ASKED_H
#define GATEWAY_METER_ASKED_H

#include "wire/bytes/buf.h"

/*
 * Appends the model that a body of the Messages API names. -1: it is no JSON
 * object, names none, or names it twice, so that somebody else might take
 * another one.
 */
int asked_model(struct span body, struct buf *out);

/* The same if it stands in front, without reading the rest. -1: look closer. */
int asked_model_quickly(struct span body, struct buf *out);

#endif
