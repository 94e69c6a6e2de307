/* Finds the model that a request asks for. */
#ifndef GATEWAY_METER_ASKED_H
#define GATEWAY_METER_ASKED_H

#include "wire/bytes/buf.h"

/*
 * Appends the model that a body of the Messages API names. -1: it is no JSON
 * object, names none, or names two, of which another reader might take the
 * other one.
 */
int asked_model(struct span body, struct buf *out);

/* The same without reading the rest, if the model is the first member. -1: use
 * asked_model(). */
int asked_model_quickly(struct span body, struct buf *out);

#endif
