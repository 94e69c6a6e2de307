/* The mark "[probe-<16 hex digits>]", by which a request is known to belong to
 * a run. */
#include "mockupstream/mock.h"

#include <string.h>

#define MARK_FRONT "[probe-"

enum { FRONT_LEN = sizeof(MARK_FRONT) - 1, DIGITS = 16 };

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The digits of the next well-formed mark, or NULL. */
static const char *next_mark(struct span *rest, uint64_t *run)
{
	struct span front = span_of(MARK_FRONT);

	for (;;) {
		size_t at = span_find(*rest, front);
		const char *digits;
		uint64_t n = 0;
		size_t i;

		if (at == SIZE_MAX)
			return NULL;
		*rest = span_skip(*rest, at + FRONT_LEN);
		if (rest->len < DIGITS + 1)
			return NULL;
		digits = rest->at;
		for (i = 0; i < DIGITS && digit_of(digits[i]) >= 0; i++)
			n = n << 4 | (uint64_t)digit_of(digits[i]);
		if (i == DIGITS && digits[DIGITS] == ']') {
			*run = n;
			return digits;
		}
	}
}

uint64_t mark_find(struct span bytes)
{
	uint64_t run = 0;

	/* A mark of zeros was never filled in. */
	while (next_mark(&bytes, &run) && run == 0)
		;
	return run;
}

size_t mark_put(char *bytes, size_t len, uint64_t run)
{
	struct span rest = span_make(bytes, len);
	char digits[DIGITS + 1];
	const char *at;
	uint64_t old;
	size_t count = 0;

	snprintf(digits, sizeof(digits), "%016llx", (unsigned long long)run);
	for (at = next_mark(&rest, &old); at; at = next_mark(&rest, &old)) {
		if (old != 0)
			continue;
		memcpy(bytes + (at - bytes), digits, DIGITS);
		count++;
	}
	return count;
}
