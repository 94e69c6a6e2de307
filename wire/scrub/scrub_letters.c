/* The filler. Letters beyond ASCII become others of their script that have as
 * many bytes. */
#include "wire/scrub/scrub_private.h"

static const char filler[] =
	"loremipsumdolorsitametconsecteturadipiscingelitseddoeiusmodtempor"
	"incididuntutlaboreetdolore";

char scrub_letters_filler(size_t n)
{
	return filler[n % (sizeof(filler) - 1)];
}

struct letters {
	uint32_t from, to;
	uint32_t as; /* 0: they stay */
	bool cased; /* even: a capital, odd: a small one, as in `as` */
};

/* The first row that holds a code point counts; the last row of each length
 * holds all that no other does. Signs, lines and pictures stay; characters that
 * can spell words (flags, circled letters, invisible tags) do not. */
static const struct letters rows[] = {
	{ 0x0080, 0x00a9, 0, false },
	{ 0x00aa, 0x00aa, 0xba, false },
	{ 0x00ab, 0x00b1, 0, false },
	{ 0x00b2, 0x00b3, 0xb9, false }, /* raised digits */
	{ 0x00b4, 0x00bf, 0, false },
	{ 0x00c0, 0x00d6, 0xc9, false },
	{ 0x00d7, 0x00d7, 0, false },
	{ 0x00d8, 0x00de, 0xc9, false },
	{ 0x00df, 0x00f6, 0xe9, false },
	{ 0x00f7, 0x00f7, 0, false },
	{ 0x00f8, 0x00ff, 0xe9, false },
	{ 0x0100, 0x0137, 0x0100, true },
	{ 0x0138, 0x0138, 0x0101, false },
	{ 0x0139, 0x0148, 0x013a, true }, /* odd ones are capitals here */
	{ 0x0149, 0x0149, 0x0101, false },
	{ 0x014a, 0x0177, 0x0100, true },
	{ 0x0178, 0x017e, 0x013a, true },
	{ 0x017f, 0x024f, 0x0180, false },
	{ 0x0250, 0x02af, 0x0250, false },
	{ 0x02b0, 0x02ff, 0x02b0, false },
	{ 0x0300, 0x036f, 0x0301, false },
	{ 0x0370, 0x03ab, 0x0391, false },
	{ 0x03ac, 0x03ff, 0x03b1, false },
	{ 0x0400, 0x042f, 0x0410, false },
	{ 0x0430, 0x045f, 0x0430, false },
	{ 0x0460, 0x052f, 0x0460, true },
	{ 0x0530, 0x0558, 0x0531, false },
	{ 0x0559, 0x058f, 0x0561, false },
	{ 0x0590, 0x05ff, 0x05d0, false },
	{ 0x0660, 0x0669, 0x0660, false },
	{ 0x06f0, 0x06f9, 0x06f0, false },
	{ 0x0600, 0x06ff, 0x0627, false },
	{ 0x0700, 0x07ff, 0x0710, false },
	{ 0x0966, 0x096f, 0x0966, false },
	{ 0x0900, 0x097f, 0x0905, false },
	{ 0x0e00, 0x0e7f, 0x0e01, false },
	{ 0x1100, 0x11ff, 0x1100, false },
	{ 0x1e00, 0x1eff, 0x1ea0, true },
	{ 0x1f00, 0x1fff, 0x1f00, false },
	{ 0x0800, 0x1dff, 0x1200, false },
	{ 0x2000, 0x206f, 0, false },
	{ 0x2070, 0x209f, 0x2070, false }, /* raised and lowered */
	{ 0x20a0, 0x20ff, 0, false },
	{ 0x2100, 0x214f, 0x2102, false }, /* like letters */
	{ 0x2150, 0x218f, 0x2160, false },
	{ 0x2190, 0x245f, 0, false },
	{ 0x2460, 0x24ff, 0x24d0, false }, /* circled */
	{ 0x2500, 0x2775, 0, false },
	{ 0x2776, 0x2793, 0x2776, false },
	{ 0x2794, 0x27ff, 0, false },
	{ 0x2800, 0x28ff, 0x2801, false }, /* Braille */
	{ 0x2900, 0x2bff, 0, false },
	{ 0x3000, 0x3020, 0, false },
	{ 0x3040, 0x309f, 0x3042, false },
	{ 0x30a0, 0x30ff, 0x30a2, false },
	{ 0x3400, 0x9fff, 0x6587, false },
	{ 0xac00, 0xd7a3, 0xac00, false },
	{ 0xe000, 0xf8ff, 0xe000, false },
	{ 0xfe00, 0xfe0f, 0xfe0f, false }, /* invisible */
	{ 0xfeff, 0xfeff, 0, false },
	{ 0xff10, 0xff19, 0xff10, false },
	{ 0xff21, 0xff3a, 0xff21, false },
	{ 0xff41, 0xff5a, 0xff41, false },
	{ 0xff66, 0xff9f, 0xff71, false },
	{ 0xff01, 0xff65, 0, false },
	{ 0xfff0, 0xffff, 0, false },
	{ 0x0800, 0xffff, 0xa000, false }, /* of three bytes */
	{ 0x1d400, 0x1d7ff, 0x1d44e, false }, /* of mathematics */
	{ 0x1f100, 0x1f1ff, 0x1f1e6, false },
	{ 0x1f000, 0x1faff, 0, false },
	{ 0xe0000, 0xe007f, 0xe0020, false },
	{ 0xe0100, 0xe01ef, 0xe0100, false },
	{ 0x10000, 0x1ffff, 0x10000, false },
	{ 0x20000, 0x10ffff, 0x20000, false },
};

static uint32_t read(const unsigned char *b, size_t step)
{
	static const unsigned char mask[] = { 0, 0, 0x1f, 0x0f, 0x07 };
	uint32_t cp = b[0] & mask[step];

	for (size_t i = 1; i < step; i++)
		cp = cp << 6 | (b[i] & 0x3f);
	return cp;
}

static void write(unsigned char *b, size_t step, uint32_t cp)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = step - 1; i > 0; i--) {
		b[i] = (unsigned char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	b[0] = (unsigned char)(lead[step] | cp);
}

static void replace(unsigned char *b, size_t step)
{
	uint32_t cp = read(b, step);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct letters *r = &rows[i];

		if (cp < r->from || cp > r->to)
			continue;
		if (r->as > 0)
			write(b, step,
			      r->cased ? (r->as & ~(uint32_t)1) | (cp & 1)
				       : r->as);
		return;
	}
}

/* A lone surrogate, as jscan_string() gives it. */
static bool is_surrogate(struct span s)
{
	return s.len >= 3 && (unsigned char)s.at[0] == 0xed &&
	       ((unsigned char)s.at[1] & 0xe0) == 0xa0 &&
	       ((unsigned char)s.at[2] & 0xc0) == 0x80;
}

size_t scrub_letters(char *at, struct span rest)
{
	size_t step = span_utf8_step(rest);

	if (step > 1) {
		replace((unsigned char *)at, step);
		return step;
	}
	if (is_surrogate(rest)) {
		at[1] = (char)((unsigned char)at[1] & 0xb0);
		at[2] = (char)0x80;
		return 3;
	}
	if (step == 0)
		*at = (char)0xbf;
	return 1;
}
