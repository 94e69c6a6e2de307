/* Bytes for people, safe on a terminal and in the log of a CI job. */
#ifndef WIRE_BYTES_PRINT_H
#define WIRE_BYTES_PRINT_H

#include "wire/bytes/buf.h"

/* Appends bytes as one line: what is not printable text is escaped. After about
 * `most` bytes the rest is left out, and the number of all bytes is added. */
void print_bytes(struct span bytes, size_t most, struct buf *out);

/* Length of the character at the front, or 0 if it must be escaped: a control
 * character, a line end, a mark that turns the direction of text, an invisible
 * character (a blank of no width, a tag), a byte that is not UTF-8. */
size_t print_step(struct span s);

/* The code point of a character of several bytes that print_step() does not let
 * through; 0: the text begins with no such character. */
unsigned print_code(struct span s);

/*
 * Makes lines safe to print, whoever wrote them; it is called last. Of what a
 * terminal obeys only line ends, tabs and colours stay. What a CI system takes
 * for a command ("::" at the begin of a line, "##[" and "##vso[" anywhere) is
 * broken up. A backslash shows each change.
 */
void print_guard(struct buf *text);

#endif
