/* SHA-256, for credentials that are kept as their hash only. */
#ifndef NET_SHA256_H
#define NET_SHA256_H

#include "wire/bytes/span.h"

enum { SHA256_BYTES = 32, SHA256_TEXT_LEN = 2 * SHA256_BYTES + 1 };

void sha256_of(struct span bytes, unsigned char out[SHA256_BYTES]);

/* Lower-case hexadecimal digits, with a NUL. */
void sha256_text(const unsigned char hash[SHA256_BYTES],
		 char out[SHA256_TEXT_LEN]);

/* 64 hexadecimal digits, in any case; -1: it is something else. */
int sha256_read(struct span text, unsigned char out[SHA256_BYTES]);

/* The time it takes does not tell where they differ. */
bool sha256_is_same(const unsigned char a[SHA256_BYTES],
		    const unsigned char b[SHA256_BYTES]);

#endif
