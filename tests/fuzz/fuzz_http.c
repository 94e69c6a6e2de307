/*
 * HTTP heads: what is read can be written and read again to the same bytes,
 * and a front part of a head is never taken for a whole one. The first byte
 * says whether the rest is a request or a response.
 */
#include <stdio.h>
#include <stdlib.h>

#include "wire/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef long read_fn(struct span bytes, struct http_head *out, struct fail *f);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-http: %s\n", what);
	abort();
}

/* Writing may make a head longer (CRLF for LF), and so pass a limit. */
static void check_again(const struct http_head *h, read_fn *read)
{
	struct buf first = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct buf second = BUF_INIT(HTTP_HEAD_BYTES_LIMIT);
	struct http_head again = { 0 };

	if (http_head_write(h, &first) < 0)
		return;
	require(read(buf_span(&first), &again, NULL) == (long)first.len,
		"a written head does not read");
	require(http_head_write(&again, &second) == 0 &&
			span_equal(buf_span(&first), buf_span(&second)),
		"a head changes when it is written twice");
	http_head_clear(&again);
	buf_clear(&first);
	buf_clear(&second);
}

static void check_head(struct span bytes, long len, const struct http_head *h,
		       read_fn *read)
{
	struct http_head other = { 0 };

	require(len <= (long)bytes.len, "longer than what was there");
	require(read(span_first(bytes, (size_t)len - 1), &other, NULL) ==
			HTTP_MORE,
		"a part of a head is taken for a head");
	check_again(h, read);
	headers_has_token(&h->headers, "connection", "close");
	headers_get(&h->headers, "content-length");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_head h = { 0 };
	struct fail f = FAIL_INIT;
	struct span bytes;
	read_fn *read;
	long len;

	if (size < 1)
		return 0;
	read = data[0] % 2 ? http_request_read : http_response_read;
	bytes = span_make(data + 1, size - 1);
	len = read(bytes, &h, &f);
	require(len == HTTP_BAD ? f.code != FAIL_OK : f.code == FAIL_OK,
		"a failure without a reason, or a reason without a failure");
	if (len > 0)
		check_head(bytes, len, &h, read);
	http_head_clear(&h);
	return 0;
}
