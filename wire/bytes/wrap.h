/* Words for people, broken into lines. */
#ifndef WIRE_BYTES_WRAP_H
#define WIRE_BYTES_WRAP_H

#include "wire/bytes/buf.h"

/* Appends words, broken between them, each line after `indent` blanks. */
void wrap_words(struct buf *out, int indent, const char *text);
/* The same after an empty line and a title. */
void wrap_part(struct buf *out, const char *title, const char *text);

#endif
