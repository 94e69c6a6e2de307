/*
 * Whose API a gateway asks, by the path of its request: what translators speak
 * to their providers.
 */
#ifndef FORMATS_VENDOR_H
#define FORMATS_VENDOR_H

#include "wire/bytes/buf.h"

/* As people name it ("OpenAI's chat completions"); a query may follow the path.
 * NULL: no API that is known. */
const char *vendor_of(const char *target);

/* Whose API that is, and whether the mock speaks it; or that it is unknown. */
void vendor_tell(const char *target, struct buf *out);

#endif
