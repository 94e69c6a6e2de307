/*
 * A failure as a value: what went wrong, in one line that a person can act
 * on. The caller supplies it, the lowest function that knows the reason fills
 * it in, and everyone above passes it on untouched.
 */
#ifndef WIRE_BYTES_FAIL_H
#define WIRE_BYTES_FAIL_H

#include <stdbool.h>

#include "wire/bytes/attr.h"

enum fail_code {
	FAIL_OK = 0,
	FAIL_USAGE, /* the command line; exit status 2 */
	FAIL_CASE, /* a file a user wrote is wrong; exit status 2 */
	FAIL_LIMIT, /* something is larger than we accept */
	FAIL_SYNTAX, /* bytes from outside do not parse */
	FAIL_SYSTEM, /* a system call failed (file, socket, process) */
	FAIL_PEER, /* the other end of a connection misbehaved or is away */
};

/*
 * `text` is what is printed: "cases/a.json:14:7: unknown key 'x'". Where it
 * begins with a place, the place is in the members beside it; nobody looks for
 * it in the text.
 */
struct fail {
	enum fail_code code;
	unsigned line, column; /* from 1; 0: not known */
	unsigned file; /* bytes of `text` that name the file; 0: none */
	unsigned what; /* where in `text` the words after the place begin */
	char text[512]; /* no newline, no trailing full stop needed */
};

#define FAIL_INIT \
	{ \
		.code = FAIL_OK \
	}

/*
 * Records a failure and returns -1. The first failure wins: a later call on
 * the same struct changes nothing. f may be NULL when nobody wants the text.
 */
int fail_set(struct fail *f, enum fail_code code, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/*
 * As fail_set, of a place in a file: "FILE:LINE:COLUMN: " and what is wrong. A
 * column, a line or a file that is 0 or NULL is left out.
 */
int fail_place(struct fail *f, enum fail_code code, const char *file,
	       unsigned line, unsigned column, const char *fmt, ...)
	ATTR_PRINTF(6, 7);

/* As fail_set, with all that `from` says, its place included. */
int fail_copy(struct fail *f, const struct fail *from);

/* The text without the place in front of it. */
const char *fail_what(const struct fail *f);

/* Is the failure at a line and a column of this file? */
bool fail_is_in(const struct fail *f, const char *file);

/* Replaces the line and the column, also in `text`. */
void fail_move(struct fail *f, unsigned line, unsigned column);

/* As fail_set, and appends ": " and the text of errno. */
int fail_errno(struct fail *f, enum fail_code code, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

#endif
