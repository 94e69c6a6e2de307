/* SHA-256, by GnuTLS. */
#include "net/sha256.h"

#include <ctype.h>
#include <stdlib.h>

#include <gnutls/crypto.h>

/* gnutls_hash_fast() fails only where GnuTLS lacks the algorithm, which none
 * does. */
void sha256_of(struct span bytes, unsigned char out[SHA256_BYTES])
{
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes.at, bytes.len, out) < 0)
		abort(); /* the library is broken: no hash is to be compared */
}

void sha256_text(const unsigned char hash[SHA256_BYTES],
		 char out[SHA256_TEXT_LEN])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SHA256_BYTES; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[SHA256_TEXT_LEN - 1] = '\0';
}

static unsigned digit_of(char c)
{
	return isdigit((unsigned char)c)
		       ? (unsigned)(c - '0')
		       : (unsigned)(tolower((unsigned char)c) - 'a' + 10);
}

int sha256_read(struct span text, unsigned char out[SHA256_BYTES])
{
	if (text.len != SHA256_TEXT_LEN - 1)
		return -1;
	for (size_t i = 0; i < text.len; i++)
		if (!isxdigit((unsigned char)text.at[i]))
			return -1;
	for (size_t i = 0; i < SHA256_BYTES; i++)
		out[i] = (unsigned char)(digit_of(text.at[2 * i]) << 4 |
					 digit_of(text.at[2 * i + 1]));
	return 0;
}

bool sha256_is_same(const unsigned char a[SHA256_BYTES],
		    const unsigned char b[SHA256_BYTES])
{
	volatile unsigned char differs = 0;

	for (size_t i = 0; i < SHA256_BYTES; i++)
		differs |= (unsigned char)(a[i] ^ b[i]);
	return differs == 0;
}
