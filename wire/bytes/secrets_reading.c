/* One way to read a text: with escapes, base64 and hexadecimal undone. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/secrets_private.h"

#define ESCAPE_LONGEST 16 /* bytes; "&#x00000073;" is one */

void secret_reading_put(struct secret_reading *r, char byte, uint32_t from,
			uint32_t to)
{
	if (r->len == r->cap) {
		r->cap = r->cap > 0 ? r->cap * 2 : 256;
		r->at = xrealloc(r->at, r->cap);
		r->from = xrealloc(r->from, r->cap * sizeof(*r->from));
		r->to = xrealloc(r->to, r->cap * sizeof(*r->to));
	}
	r->at[r->len] = byte;
	r->from[r->len] = from;
	r->to[r->len++] = to;
}

void secret_reading_plain(struct span text, struct secret_reading *out)
{
	out->cap = text.len;
	out->at = xmemdup(text.at, text.len);
	out->from = xcalloc(text.len, sizeof(*out->from));
	out->to = xcalloc(text.len, sizeof(*out->to));
	for (; out->len < text.len; out->len++) {
		out->from[out->len] = (uint32_t)out->len;
		out->to[out->len] = (uint32_t)out->len + 1;
	}
}

void secret_reading_clear(struct secret_reading *r)
{
	free(r->at);
	free(r->from);
	free(r->to);
	*r = (struct secret_reading){ .at = NULL };
}

/* ---- escapes ---- */

static int digit_of(char c, unsigned base)
{
	unsigned value = 99;

	if (c >= '0' && c <= '9')
		value = (unsigned)(c - '0');
	else if (c >= 'a' && c <= 'f')
		value = (unsigned)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		value = (unsigned)(c - 'A') + 10;
	return value < base ? (int)value : -1;
}

/* Digits from `at`, between `least` and `most` of them; gives how many, or 0,
 * and then leaves *out alone. A code that no credential has gives NUL, which
 * separates what is around it. */
static size_t digits(struct span s, size_t at, unsigned base, size_t least,
		     size_t most, char *out)
{
	unsigned long value = 0;
	size_t n = 0;

	while (n < most && at + n < s.len && digit_of(s.at[at + n], base) >= 0)
		value = value * base + (unsigned)digit_of(s.at[at + n++], base);
	if (n < least)
		return 0;
	*out = value < 0x80 ? (char)value : '\0';
	return n;
}

/* Digits from `at`, and the byte that closes them; gives where that ends, or
 * 0. */
static size_t closed(struct span s, size_t at, unsigned base, char end,
		     char *out)
{
	char byte;
	size_t n = digits(s, at, base, 1, 8, &byte);

	if (n == 0 || at + n >= s.len || s.at[at + n] != end)
		return 0;
	*out = byte;
	return at + n + 1;
}

static const struct {
	const char *name;
	char is;
} entities[] = {
	{ "amp;", '&' },      { "lt;", '<' },     { "gt;", '>' },
	{ "quot;", '"' },     { "apos;", '\'' },  { "sol;", '/' },
	{ "plus;", '+' },     { "equals;", '=' }, { "lowbar;", '_' },
	{ "UnderBar;", '_' }, { "period;", '.' }, { "colon;", ':' },
	{ "semi;", ';' },     { "comma;", ',' },  { "num;", '#' },
	{ "excl;", '!' },     { "quest;", '?' },  { "commat;", '@' },
	{ "dollar;", '$' },   { "percnt;", '%' }, { "ast;", '*' },
	{ "lpar;", '(' },     { "rpar;", ')' },   { "lsqb;", '[' },
	{ "rsqb;", ']' },     { "lcub;", '{' },   { "rcub;", '}' },
	{ "verbar;", '|' },   { "vert;", '|' },   { "bsol;", '\\' },
	{ "Hat;", '^' },      { "grave;", '`' },  { "hyphen;", '-' },
	{ "dash;", '-' },     { "minus;", '-' },  { "tilde;", '~' },
};

static size_t entity(struct span s, char *out)
{
	if (s.len > 3 && s.at[1] == '#' && (s.at[2] == 'x' || s.at[2] == 'X'))
		return closed(s, 3, 16, ';', out);
	if (s.len > 2 && s.at[1] == '#')
		return closed(s, 2, 10, ';', out);
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (!span_starts(span_skip(s, 1), entities[i].name))
			continue;
		*out = entities[i].is;
		return 1 + strlen(entities[i].name);
	}
	return 0;
}

static size_t percent(struct span s, char *out)
{
	size_t n;

	if (s.len > 1 && (s.at[1] == 'u' || s.at[1] == 'U')) {
		n = digits(s, 2, 16, 4, 4, out);
		return n > 0 ? 2 + n : 0;
	}
	n = digits(s, 1, 16, 2, 2, out);
	return n > 0 ? 1 + n : 0;
}

/* \u0073 \u{73} \U00000073 \x73 \x{73} \163, and any other byte for itself. */
static size_t backslash(struct span s, char *out)
{
	char kind = s.len > 1 ? s.at[1] : '\0';
	size_t n = 0;

	if ((kind == 'u' || kind == 'x') && s.len > 2 && s.at[2] == '{')
		return closed(s, 3, 16, '}', out);
	if (kind == 'u')
		n = digits(s, 2, 16, 4, 4, out);
	else if (kind == 'U')
		n = digits(s, 2, 16, 8, 8, out);
	else if (kind == 'x')
		n = digits(s, 2, 16, 2, 2, out);
	if (n > 0)
		return 2 + n;
	n = digits(s, 1, 8, 1, 3, out);
	if (n > 0)
		return 1 + n;
	if (s.len < 2 || kind == 'u' || kind == 'x' || kind == 'U')
		return 0;
	*out = isalnum((unsigned char)kind) ? '\0' : kind;
	return 2;
}

/* How many bytes at the front are an escape, and what it stands for. */
static size_t escape_at(struct span s, char *out)
{
	switch (*s.at) {
	case '%':
		return percent(s, out);
	case '\\':
		return backslash(s, out);
	case '&':
		return entity(s, out);
	default:
		return 0;
	}
}

bool secret_reading_unescape(const struct secret_reading *r,
			     struct secret_reading *out)
{
	struct span all = span_make(r->at, r->len);
	bool any = false;

	for (size_t i = 0; i < r->len;) {
		char byte = r->at[i];
		size_t n = 0;

		if (byte == '%' || byte == '\\' || byte == '&')
			n = escape_at(
				span_first(span_skip(all, i), ESCAPE_LONGEST),
				&byte);

		any = any || n > 0;
		n = n > 0 ? n : 1;
		secret_reading_put(out, byte, r->from[i], r->to[i + n - 1]);
		i += n;
	}
	return any;
}

/* ---- digits ---- */

/* Values of digits, plus 1; 0: it is not a digit. */
static const unsigned char base64_digits[256] = {
	['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,
	['G'] = 7,  ['H'] = 8,  ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12,
	['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
	['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
	['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
	['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
	['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
	['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
	['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
	['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
	['8'] = 61, ['9'] = 62, ['+'] = 63, ['-'] = 63, ['/'] = 64, ['_'] = 64,
};

static const unsigned char hex_digits[256] = {
	['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,  ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

struct alphabet {
	const unsigned char *digits;
	unsigned bits; /* of a digit */
	size_t group; /* digits, after which they fall on whole bytes */
};

static const struct alphabet alphabets[] = { { base64_digits, 6, 4 },
					     { hex_digits, 4, 2 } };

static unsigned digit_at(const struct alphabet *a, char c)
{
	return a->digits[(unsigned char)c];
}

static bool is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* Where the run of digits from `at` on ends; lines may end in it. */
static size_t run_end(const struct alphabet *a, struct span s, size_t at,
		      size_t *count)
{
	size_t end = at;

	*count = 0;
	for (size_t i = at; i < s.len; i++) {
		if (digit_at(a, s.at[i]) > 0) {
			++*count;
			end = i + 1;
		} else if (!is_line_end(s.at[i])) {
			break;
		}
	}
	return end;
}

/* May this byte belong to a value, or to what spells one? */
static bool is_text(char c, bool wide)
{
	unsigned char byte = (unsigned char)c;

	return (byte >= ' ' && byte < 0x7f) || is_line_end(c) || c == '\t' ||
	       (wide && byte >= 0x80);
}

/* A decoded text, of which the bytes from `begin` on are one piece. */
struct pieces {
	struct secret_reading *out;
	size_t begin;
	bool wide;
};

static void piece_end(struct pieces *p)
{
	if (p->out->len - p->begin < SECRET_SHORTEST)
		p->out->len = p->begin;
	else
		secret_reading_put(p->out, '\0', 0, 0);
	p->begin = p->out->len;
}

static void piece_put(struct pieces *p, char byte, uint32_t from, uint32_t to)
{
	if (is_text(byte, p->wide))
		secret_reading_put(p->out, byte, from, to);
	else
		piece_end(p);
}

/* Decodes a run of digits; its first group begins at digit `phase`. */
static void decode_run(const struct alphabet *a, const struct secret_reading *r,
		       size_t from, size_t to, size_t phase, struct pieces *out)
{
	uint32_t bits = 0, begin = 0;
	unsigned held = 0;

	for (size_t i = from; i < to; i++) {
		unsigned value = digit_at(a, r->at[i]);

		if (value == 0)
			continue;
		if (phase > 0) {
			phase--;
			continue;
		}
		if (held == 0)
			begin = r->from[i];
		bits = bits << a->bits | (value - 1);
		held += a->bits;
		if (held < 8)
			continue;
		held -= 8;
		piece_put(out, (char)(bits >> held & 0xff), begin, r->to[i]);
		begin = r->from[i]; /* its other bits belong to the next */
	}
	piece_end(out);
}

static void decode_all(const struct alphabet *a, const struct secret_reading *r,
		       size_t least, struct pieces *out)
{
	struct span all = span_make(r->at, r->len);
	size_t count, end;

	for (size_t i = 0; i < r->len; i = end) {
		end = i + 1;
		if (digit_at(a, r->at[i]) == 0)
			continue;
		end = run_end(a, all, i, &count);
		if (count * a->bits < least * 8)
			continue;
		for (size_t phase = 0; phase < a->group; phase++)
			decode_run(a, r, i, end, phase, out);
	}
}

void secret_reading_decode(const struct secret_reading *r, size_t least,
			   bool wide, struct secret_reading *out)
{
	struct pieces pieces = { .out = out, .begin = out->len, .wide = wide };

	for (size_t i = 0; i < sizeof(alphabets) / sizeof(alphabets[0]); i++)
		decode_all(&alphabets[i], r, least, &pieces);
}

bool secret_reading_is_worth(struct span text, size_t least)
{
	size_t run = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == '%' || c == '\\' || c == '&')
			return true;
		if (base64_digits[(unsigned char)c] > 0)
			run++;
		else if (!is_line_end(c))
			run = 0;
		if (run * 6 >= least * 8)
			return true;
	}
	return false;
}
