/*
 * Text inside XML, HTML and Markdown. What may not stand there (bytes that are
 * not UTF-8, control characters, U+FFFE and U+FFFF) is written as "\x1b" or
 * "\uFFFE", so that it is seen and does no harm. The quiet kind of harm too:
 * what changes the direction of text is written out.
 */
#ifndef REPORTS_MARKUP_H
#define REPORTS_MARKUP_H

#include "wire/bytes/buf.h"

/* "<" as "&lt;", and so on; lines stay lines. */
void markup_text(struct buf *out, struct span text);

/* The same inside of double quotes: line ends and tabs as references. */
void markup_attribute(struct buf *out, struct span text);

/* As it is, but for what is not allowed; for Markdown's code blocks. */
void markup_plain(struct buf *out, struct span text);

/* Words in Markdown: what it or HTML would take for markup stands for itself.
 * A NULL is nothing. */
void markup_prose(struct buf *out, const char *text);

#endif
