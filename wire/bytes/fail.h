/*
 * A failure as a value: what went wrong, in one line that a person can act
 * on. The caller supplies it, the lowest function that knows the reason fills
 * it in, and everyone above passes it on untouched.
 */
#ifndef WIRE_BYTES_FAIL_H
#define WIRE_BYTES_FAIL_H

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

struct fail {
	enum fail_code code;
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

/* As fail_set, and appends ": " and the text of errno. */
int fail_errno(struct fail *f, enum fail_code code, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

#endif
