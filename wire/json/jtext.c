/* JSON strings and numbers: decoding, comparing and quoting. */
#include "wire/json/jscan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"
#include "wire/json/jbyte.h"

/* The decoded bytes of a string, one at a time. */
struct unescape {
	const char *at, *end;
	unsigned char ready[4];
	unsigned ready_len, ready_at;
};

static struct unescape unescape_of(struct jval string)
{
	struct unescape u = { .at = "", .end = NULL };

	u.end = u.at;
	if (string.type == J_STRING && string.text.len >= 2) {
		u.at = string.text.at + 1;
		u.end = string.text.at + string.text.len - 1;
	}
	return u;
}

unsigned jscan_hex4(const char *at)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++) {
		unsigned c = (unsigned char)at[i];

		value = value * 16 +
			(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* The code point of the \u escape whose hexadecimal digits are next. */
static unsigned code_point(struct unescape *u)
{
	unsigned high = jscan_hex4(u->at), low;

	u->at += 4;
	if (high < 0xd800 || high > 0xdbff || u->end - u->at < 6 ||
	    u->at[0] != '\\' || u->at[1] != 'u')
		return high;
	low = jscan_hex4(u->at + 2);
	if (low < 0xdc00 || low > 0xdfff)
		return high;
	u->at += 6;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static void make_ready(struct unescape *u, unsigned cp)
{
	unsigned char *b = u->ready;
	unsigned len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (unsigned i = len - 1; i > 0; i--) {
		b[i] = (unsigned char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	b[0] = (unsigned char)(lead[len] | cp);
	u->ready_len = len;
	u->ready_at = 0;
}

/* The next decoded byte, or -1 at the end. */
static int unescape_next(struct unescape *u)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *hit;
	char c;

	if (u->ready_at < u->ready_len)
		return u->ready[u->ready_at++];
	if (u->at >= u->end)
		return -1;
	c = *u->at++;
	if (c != '\\' || u->at >= u->end)
		return (unsigned char)c;
	c = *u->at++;
	if (c == 'u' && u->end - u->at >= 4) {
		make_ready(u, code_point(u));
		return u->ready[u->ready_at++];
	}
	hit = strchr(from, c);
	return (unsigned char)(hit != NULL ? to[hit - from] : c);
}

/* The bytes up to the next escape, which stand for themselves. */
static struct span plain_run(struct unescape *u)
{
	size_t left = (size_t)(u->end - u->at);
	const char *slash = memchr(u->at, '\\', left);
	struct span run = { u->at, slash ? (size_t)(slash - u->at) : left };

	u->at += run.len;
	return run;
}

/* One byte, or more where an escape stands for several. */
static int add_escaped(struct unescape *u, struct buf *out)
{
	int rc;

	do
		rc = buf_add_byte(out, (char)unescape_next(u));
	while (rc == 0 && u->ready_at < u->ready_len);
	return rc;
}

int jscan_string(struct jval string, struct buf *out)
{
	struct unescape u = unescape_of(string);
	size_t before = out->len;
	int rc = 0;

	while (u.at < u.end && rc == 0) {
		rc = buf_add_span(out, plain_run(&u));
		if (rc == 0 && u.at < u.end)
			rc = add_escaped(&u, out);
	}
	if (rc < 0)
		buf_cut(out, before);
	return rc;
}

bool jscan_string_is(struct jval string, const char *text)
{
	struct unescape u = unescape_of(string);
	size_t wanted = strlen(text);

	if (string.type != J_STRING || string.text.len < wanted + 2)
		return false;
	if (string.text.len ==
	    wanted + 2) /* an escape is longer than it says */
		return memcmp(u.at, text, wanted) == 0 &&
		       memchr(text, '\\', wanted) == NULL;
	for (; *text != '\0'; text++)
		if (unescape_next(&u) != (unsigned char)*text)
			return false;
	return unescape_next(&u) < 0;
}

int jscan_string_order(struct jval a, struct jval b)
{
	struct unescape ua = unescape_of(a), ub = unescape_of(b);
	int ca, cb;

	do {
		ca = unescape_next(&ua);
		cb = unescape_next(&ub);
	} while (ca == cb && ca >= 0);
	return ca - cb;
}

static int digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : -1;
}

bool jscan_i64(struct jval number, int64_t *out)
{
	struct span digits = number.text;
	bool negative = span_starts(digits, "-");
	uint64_t value;

	if (number.type != J_NUMBER)
		return false;
	if (negative)
		digits = span_skip(digits, 1);
	if (!span_u64(digits, (uint64_t)INT64_MAX + negative, &value))
		return false;
	if (negative && value > 0)
		*out = -1 - (int64_t)(value - 1); /* INT64_MIN fits */
	else
		*out = (int64_t)value;
	return true;
}

/* strtod() wants a NUL after the number, so the number is copied: to the heap
 * if it is unusually long. */
bool jscan_double(struct jval number, double *out)
{
	char small[64], *text = small;
	double value;

	if (number.type != J_NUMBER)
		return false;
	if (number.text.len >= sizeof(small))
		text = span_dup(number.text);
	else
		memcpy(small, number.text.at, number.text.len);
	text[number.text.len] = '\0';
	value = strtod(text, NULL);
	if (text != small)
		free(text);
	if (!isfinite(value))
		return false;
	*out = value;
	return true;
}

/* A number as 0.d1d2d3... times ten to the power of `exponent`. */
struct decimal {
	bool negative;
	bool huge; /* the exponent does not fit: only spelling can compare */
	struct span digits; /* from the first to the last that is not 0; may
			       hold the point */
	int64_t exponent;
};

static int64_t exponent_read(struct span s, bool *huge)
{
	bool negative = span_starts(s, "-");
	uint64_t value = 0;

	if (negative || span_starts(s, "+"))
		s = span_skip(s, 1);
	if (!span_u64(s, INT64_MAX / 4, &value))
		*huge = s.len > 0;
	return negative ? -(int64_t)value : (int64_t)value;
}

static struct decimal decimal_of(struct span s)
{
	struct decimal d = { .negative = span_starts(s, "-") };
	size_t e = 0, point;

	if (d.negative)
		s = span_skip(s, 1);
	while (e < s.len && s.at[e] != 'e' && s.at[e] != 'E')
		e++;
	d.exponent = exponent_read(span_skip(s, e + 1), &d.huge);
	s = span_first(s, e);
	point = span_find_byte(s, '.');
	d.exponent += (int64_t)(point < s.len ? point : s.len);
	for (; s.len > 0 && digit_of(s.at[0]) <= 0; s = span_skip(s, 1))
		d.exponent -= s.at[0] == '0';
	while (s.len > 0 && digit_of(s.at[s.len - 1]) <= 0)
		s.len--;
	d.digits = s;
	return d;
}

/* The next digit; after the last one there are only zeros. */
static int next_digit(struct span *s)
{
	if (span_starts(*s, "."))
		*s = span_skip(*s, 1);
	if (s->len == 0)
		return 0;
	*s = span_skip(*s, 1);
	return digit_of(s->at[-1]);
}

static bool same_digits(struct span a, struct span b)
{
	while (a.len > 0 || b.len > 0)
		if (next_digit(&a) != next_digit(&b))
			return false;
	return true;
}

bool jscan_number_same(struct jval a, struct jval b)
{
	struct decimal da = decimal_of(a.text), db = decimal_of(b.text);

	if (span_equal(a.text, b.text))
		return true;
	if (da.digits.len == 0 || db.digits.len == 0)
		return da.digits.len == db.digits.len; /* 0, -0, 0e9 */
	if (da.huge || db.huge || da.negative != db.negative)
		return false;
	return da.exponent == db.exponent && same_digits(da.digits, db.digits);
}

static int quote_byte(struct buf *out, char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *hit = c != '\0' ? strchr(from, c) : NULL;

	if (hit != NULL)
		return buf_addf(out, "\\%c", to[hit - from]);
	if ((unsigned char)c < 0x20)
		return buf_addf(out, "\\u%04x", (unsigned)c);
	return buf_add_byte(out, c);
}

/* Would a bracket here complete "##[" or "##vso["? */
static bool makes_command(const struct buf *out)
{
	struct span before = buf_span(out);

	return span_ends(before, "##") || span_ends(before, "##vso");
}

static int quote_code(struct buf *out, unsigned code)
{
	if (code < 0x10000)
		return buf_addf(out, "\\u%04x", code);
	code -= 0x10000;
	return buf_addf(out, "\\u%04x\\u%04x", 0xd800 | code >> 10,
			0xdc00 | (code & 0x3ff));
}

static int quote_shown(struct buf *out, struct span text, size_t step)
{
	if (text.at[0] == '[' && makes_command(out))
		return buf_add_text(out, "\\u005b");
	if (step == 1 && text.at[0] == 0x7f)
		return buf_add_text(out, "\\u007f");
	if (step > 1 && print_step(text) == 0)
		return quote_code(out, print_code(text));
	return step == 1 ? quote_byte(out, text.at[0])
			 : buf_add(out, text.at, step);
}

/* Takes plain ASCII off the front; most texts consist mostly of it. */
static struct span take_plain(struct span *text)
{
	const char *end = text->at + text->len;
	const char *stop = jbyte_skip_ascii(text->at, end);
	struct span run = { text->at, (size_t)(stop - text->at) };

	*text = (struct span){ stop, (size_t)(end - stop) };
	return run;
}

static int quote_bytes(struct buf *out, struct span text, bool shown)
{
	while (text.len > 0) {
		struct span plain = shown ? SPAN_EMPTY : take_plain(&text);
		size_t step = span_utf8_step(text);
		int rc;

		if (buf_add_span(out, plain) < 0)
			return -1;
		if (text.len == 0)
			break;
		if (step == 0)
			rc = buf_add_text(out, "\xef\xbf\xbd");
		else if (shown)
			rc = quote_shown(out, text, step);
		else if (step == 1)
			rc = quote_byte(out, text.at[0]);
		else
			rc = buf_add(out, text.at, step);
		if (rc < 0)
			return -1;
		text = span_skip(text, step > 0 ? step : 1);
	}
	return 0;
}

static int quote(struct buf *out, struct span text, bool shown)
{
	size_t before = out->len;

	if (buf_add_byte(out, '"') == 0 && quote_bytes(out, text, shown) == 0 &&
	    buf_add_byte(out, '"') == 0)
		return 0;
	buf_cut(out, before);
	return -1;
}

int jscan_quote(struct buf *out, struct span text)
{
	return quote(out, text, false);
}

int jscan_quote_shown(struct buf *out, struct span text)
{
	return quote(out, text, true);
}

void jscan_compact(struct buf *out, struct span text)
{
	bool in_string = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (!in_string && strchr(" \t\r\n", c))
			continue;
		if (c == '"')
			in_string = !in_string;
		buf_add_byte(out, c);
		if (in_string && c == '\\')
			buf_add_byte(out, text.at[++i]);
	}
}
