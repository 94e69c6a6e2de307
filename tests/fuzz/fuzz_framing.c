/*
 * The head of a request as a server reads it: where it ends does not depend on
 * how it was cut, and one that is taken can be read in one way only. The first
 * byte is the size of the pieces.
 */
#include <stdio.h>
#include <stdlib.h>

#include "wire/http/framing.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-framing: %s\n", what);
	abort();
}

/* The length, 0, or minus the status. */
static long scan(struct span bytes, size_t piece)
{
	struct framing_refusal why = { .status = 0 };
	struct framing_scan s = { .at = 0 };
	size_t n = 0;
	long len = 0;

	while (len == 0 && n < bytes.len) {
		n += piece;
		len = framing_scan(&s, span_first(bytes, n), &why);
	}
	require((len < 0) == (why.status != 0), "refused without a reason");
	return len < 0 ? -why.status : len;
}

static void check_head(struct span bytes)
{
	struct framing_refusal why = { .status = 0 };
	struct http_head h = { .method = NULL };
	struct framing f;

	if (framing_read(bytes, false, &h, &f, &why) < 0) {
		require(why.status >= 400 && why.text[0] != '\0',
			"refused without a reason");
		require(h.method == NULL, "a refused head is given");
		return;
	}
	require(framing_doubt(&h) == NULL, "a doubtful head is taken");
	require(f.kind != FRAMING_COUNTED || f.length > 0, "an empty body");
	require(f.kind == FRAMING_NONE || !headers_get(&h.headers, "expect") ||
			h.minor > 0 || !f.waits,
		"an old client waits");
	http_head_clear(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes;
	long len;

	if (size < 1)
		return 0;
	bytes = span_make(data + 1, size - 1);
	len = scan(bytes, bytes.len + 1);
	require(scan(bytes, (size_t)data[0] + 1) == len,
		"a head ends elsewhere when it is cut");
	if (len > 0)
		check_head(span_first(bytes, (size_t)len));
	return 0;
}
