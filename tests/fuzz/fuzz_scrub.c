/*
 * The scrubber: what is recorded keeps its length and its shape as JSON, no
 * planted word is left in it, and the same bytes give the same bytes. The first
 * byte says whether it is a request or an answer, and of which kind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"
#include "wire/scrub/scrub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Names of members and of tools stay, and they have no blank in them; what is
 * between brackets in the pattern of a schema stays, too. */
#define PLANTED "Qzxvkwq plaNted"
#define PATTERNS "pattern"

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-scrub: %s\n", what);
	abort();
}

/* Both have the same values in the same order; texts differ. */
static void same_shape(struct jval a, struct jval b)
{
	struct jiter left = jscan_iter(a), right = jscan_iter(b);
	struct jval key, one, two;

	require(a.type == b.type && a.text.len == b.text.len,
		"a value became another one");
	while (jscan_next(&left, &key, &one)) {
		require(jscan_next(&right, &key, &two), "a value is lost");
		same_shape(one, two);
	}
}

static void check_body(struct span before, struct span after)
{
	struct jval a, b;

	require(before.len == after.len, "the length changed");
	require(span_find(after, span_of(PLANTED)) == SIZE_MAX ||
			span_find(before, span_of(PATTERNS)) != SIZE_MAX,
		"planted words are left");
	if (jscan(before, &a, NULL) < 0 || jscan_depth(a) > 100)
		return;
	require(jscan(after, &b, NULL) == 0, "it is no JSON any more");
	same_shape(a, b);
}

static struct buf answer(struct span body, bool stream)
{
	struct buf out = BUF_INIT(SCRUB_BODY_LIMIT);
	struct scrub *s = scrub_new(false);
	struct fail f = FAIL_INIT;

	buf_add_span(&out, body);
	require(scrub_answer(s, stream, &out, &f) == 0, "it is refused");
	scrub_free(s);
	return out;
}

static void try_answer(struct span body, bool stream)
{
	struct buf a = answer(body, stream), b = answer(body, stream);

	check_body(body, buf_span(&a));
	require(span_equal(buf_span(&a), buf_span(&b)),
		"the same bytes became others");
	buf_clear(&a);
	buf_clear(&b);
}

static void try_request(struct span bytes, bool keep_text)
{
	struct http_head head = { .method = NULL }, stored = { .method = NULL };
	struct buf out = BUF_INIT(SCRUB_BODY_LIMIT);
	struct scrub *s = scrub_new(keep_text);
	struct fail f = FAIL_INIT;
	long n = http_request_read(bytes, &head, &f), m;

	if (n > 0 && scrub_request(s, &head, span_skip(bytes, (size_t)n), &out,
				   &f) == 0) {
		m = http_request_read(buf_span(&out), &stored, &f);
		require(m > 0, "what is stored is no request");
		if (!keep_text &&
		    headers_get(&head.headers, "content-encoding") == NULL)
			check_body(span_skip(bytes, (size_t)n),
				   span_skip(buf_span(&out), (size_t)m));
	}
	http_head_clear(&head);
	http_head_clear(&stored);
	scrub_free(s);
	buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_make(data + 1, size - 1);

	if (size < 1)
		return 0;
	if (data[0] == 's')
		try_answer(bytes, true);
	else if (data[0] == 'a')
		try_answer(bytes, false);
	else
		try_request(bytes, data[0] == 'k');
	return 0;
}
