/*
 * The reader of tokens in a passing answer: what it reads must not depend on
 * how the answer is cut into pieces, and no number may be negative or too
 * large. The first byte chooses the kind of answer, the next two the cut.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/ledger/tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz-tap: %s\n", what);
	abort();
}

/* Is the end of a line now CR and now LF? The reader supposes that a stream has
 * one of both, and may count otherwise here. */
static bool is_mixed(struct span body)
{
	bool cr = false, lf = false;

	for (size_t i = 0; i < body.len; i++) {
		cr |= body.at[i] == '\r';
		lf |= body.at[i] == '\n' && (i == 0 || body.at[i - 1] != '\r');
	}
	return cr && lf;
}

static void check_number(int64_t n)
{
	require(n >= 0 && n <= USAGE_MOST, "a number of tokens is impossible");
}

static struct tap_seen seen_of(struct tap *t, const struct headers *h,
			       struct span body, size_t cut)
{
	require(tap_begin(t, h), "the kind of answer is not read");
	if (cut > 0)
		tap_feed(t, span_first(body, cut));
	tap_last(t, span_skip(body, cut));
	return *tap_seen(t);
}

static void check_numbers(const struct usage_tokens *u)
{
	check_number(u->input);
	check_number(u->output);
	check_number(u->cache_5m);
	check_number(u->cache_1h);
	check_number(u->cache_read);
	check_number(u->thinking);
}

static void compare(const struct tap_seen *a, const struct tap_seen *b)
{
	require(memcmp(&a->usage, &b->usage, sizeof(a->usage)) == 0,
		"a cut changes the tokens");
	require(strcmp(a->model, b->model) == 0, "a cut changes the model");
	require(a->ended == b->ended && a->failed == b->failed,
		"a cut changes the end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const kinds[] = {
		"text/event-stream",
		"application/vnd.amazon.eventstream",
		"application/json",
	};
	struct headers h = { .count = 0 };
	struct span body;
	struct tap *t;
	struct tap_seen whole, cut;

	if (size < 3)
		return 0;
	body = span_make((const char *)data + 3, size - 3);
	headers_add_text(&h, "content-type", kinds[data[0] % 3]);
	t = tap_new();
	whole = seen_of(t, &h, body, 0);
	cut = seen_of(t, &h, body,
		      (data[1] | (size_t)data[2] << 8) % (body.len + 1));
	check_numbers(&whole.usage);
	check_numbers(&cut.usage);
	if (!is_mixed(body))
		compare(&whole, &cut);
	tap_free(t);
	headers_clear(&h);
	return 0;
}
