/* Bytes for people, safe on a terminal and in the log of a CI job. */
#ifndef WIRE_BYTES_PRINT_H
#define WIRE_BYTES_PRINT_H

#include "wire/bytes/buf.h"

/* Appends bytes on one line: what is not printable text is escaped, and after
 * about `most` bytes the length is told. */
void print_bytes(struct span bytes, size_t most, struct buf *out);

/* Length of the character at the front, or 0 if it is not to be shown as it is:
 * controls, ends of lines, marks that turn the direction of text, what nobody
 * sees (blanks of no width, tags), no UTF-8. */
size_t print_step(struct span s);

/* The code point of a character of several bytes that print_step() does not let
 * through; 0: the text begins with no such character. */
unsigned print_code(struct span s);

/*
 * The last look at lines that are to be printed, whoever wrote what is in them:
 * but for ends of lines, tabs and colours nothing that a terminal obeys is left,
 * and nothing that a CI system takes for a command ("::" that begins a line, "##["
 * and "##vso[" anywhere). A backslash shows where.
 */
void print_guard(struct buf *text);

#endif
