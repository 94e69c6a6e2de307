/* Base64 (RFC 4648, section 4): with padding, without line breaks. */
#ifndef WIRE_BYTES_BASE64_H
#define WIRE_BYTES_BASE64_H

#include "wire/bytes/buf.h"

/* Appends. -1 when the limit would be passed (nothing is added). */
int base64_encode(struct span bytes, struct buf *out);

/*
 * Appends. -1 at the limit, or if `text` is not what base64_encode would
 * have written: other characters, bad padding, stray bits (nothing is added).
 */
int base64_decode(struct span text, struct buf *out);

#endif
