/*
 * Writes text into XML, HTML and Markdown. What is not allowed there (bytes
 * that are not UTF-8, control characters, U+FFFE and U+FFFF) is written as
 * "\x1b" or "\uFFFE", so that it is visible and harmless. So are characters
 * that change the direction of text.
 */
#ifndef REPORTS_MARKUP_H
#define REPORTS_MARKUP_H

#include "wire/bytes/buf.h"

/* Writes "<" as "&lt;" and so on; line breaks stay. */
void markup_text(struct buf *out, struct span text);

/* The same inside double quotes; line breaks and tabs become references. */
void markup_attribute(struct buf *out, struct span text);

/* Unchanged, except for what is not allowed; for code blocks in Markdown. */
void markup_plain(struct buf *out, struct span text);

/* Words in Markdown: characters that Markdown or HTML would take for markup are
 * escaped. NULL writes nothing. */
void markup_prose(struct buf *out, const char *text);

#endif
