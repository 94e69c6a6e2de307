/*
 * One event of an answer of the model, in the frame in which Bedrock's
 * InvokeModelWithResponseStream sends it: an event `chunk` with the payload
 * {"bytes":"BASE64 of the event's JSON","p":"padding"}.
 */
#ifndef WIRE_HTTP_EVENT_CHUNK_H
#define WIRE_HTTP_EVENT_CHUNK_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

#define EVENT_CHUNK "chunk" /* the event's type */

/* The longest padding that can be written. */
#define EVENT_CHUNK_PADDING 62

/* Appends the frame. padding: bytes of the member `p`, which hides the length
 * of the event; 0: the member is left out. -1 at the limit. */
int event_chunk_write(struct buf *out, struct span event, size_t padding);

/* Appends the event that is in a payload. f says what is wrong with it; -1 also
 * at the limit. Nothing is added then. */
int event_chunk_read(struct span payload, struct buf *out, struct fail *f);

#endif
