/*
 * Prices: any bytes are read, or refused with a place and nothing read. What is
 * read costs nothing for nothing, and no less for more of anything.
 */
#include "tests/fuzz/kit.h"
#include "wire/prompt/prices.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_untouched(const struct prices *p)
{
	return p->input < 0 && p->output < 0 && p->read < 0 &&
	       p->written_5m < 0 && p->written_1h < 0;
}

/* From nothing on, each kind of tokens adds to the sum. */
static void check_growth(const struct prices *p)
{
	struct prompt_usage u = { .input = 0 };
	uint64_t *const kinds[] = { &u.input, &u.read, &u.written_5m,
				    &u.written_1h, &u.output };
	struct buf text = BUF_INIT(64);
	double sum = prices_of(p, &u);

	kit_require(sum >= 0 && sum <= 0, "nothing costs something");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		double more;

		*kinds[i] = 1000000;
		more = prices_of(p, &u);
		kit_require(more >= sum, "more tokens cost less");
		sum = more;
	}
	prices_write(sum, &text);
	kit_require(text.len > 1 && text.len < 64 && buf_str(&text)[0] == '$',
		    "an amount that is none");
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = kit_file(0, span_make(data, size));
	struct prices p = { -1, -1, -1, -1, -1 };
	struct fail f = FAIL_INIT;

	if (prices_read(&p, path, &f) < 0) {
		kit_failed(&f, path);
		kit_require(f.line > 0 && is_untouched(&p),
			    "a failure without a place, or with prices");
		return 0;
	}
	check_growth(&p);
	return 0;
}
