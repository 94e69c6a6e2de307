/* The vendors whose chat completions the provider can play. */
#ifndef MOCK_VENDOR_H
#define MOCK_VENDOR_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

enum vendor {
	VENDOR_UNSAID, /* the one that ccmock was started with */
	VENDOR_OPENAI,
	VENDOR_DEEPSEEK,
	VENDOR_KIMI,
	VENDOR_LOCAL, /* a small server on one's own machine */
};

/* FAIL_USAGE lists the vendors. */
int vendor_from(const char *name, enum vendor *out, struct fail *f);

/* Appends the text of `ccmock help vendors`. */
void vendor_list(struct buf *out);

#endif
