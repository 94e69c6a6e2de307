/* Takes out of error texts what is secret, and what differs from one request to
 * the next. */
#include <ctype.h>
#include <string.h>

#include "probe/refusal/refusal_private.h"

static bool is_word_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t word_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && is_word_byte(s.at[n]))
		n++;
	return n;
}

void refusal_secrets(const struct headers *sent, struct secrets *to)
{
	for (size_t i = 0; sent && i < sent->count; i++)
		if (secrets_is_header(sent->list[i].name))
			secrets_add_header(to, sent->list[i].name,
					   sent->list[i].value);
}

void refusal_blot(const struct secrets *s, struct buf *text)
{
	secrets_blot(s, text);
	secrets_guess(text);
}

static bool is_hex(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isxdigit((unsigned char)s.at[i]))
			return false;
	return true;
}

static bool is_uuid(struct span s)
{
	for (size_t i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (i >= s.len ||
		    (dash ? s.at[i] != '-' : !isxdigit((unsigned char)s.at[i])))
			return false;
	}
	return s.len == 36;
}

/* Is it an id, that is a name with a random part, and no word or date? */
static bool is_id(struct span s)
{
	static const char *const fronts[] = { "req_",      "msg_",  "toolu_",
					      "call_",     "gen-",  "chatcmpl-",
					      "srvtoolu_", "resp_", "req-" };
	size_t upper = 0, lower = 0, digits = 0, hex = 0, marks;

	for (size_t i = 0; i < sizeof(fronts) / sizeof(fronts[0]); i++)
		if (span_starts(s, fronts[i]) && s.len >= strlen(fronts[i]) + 8)
			return true;
	for (size_t i = 0; i < s.len; i++) {
		upper += isupper((unsigned char)s.at[i]) != 0;
		lower += islower((unsigned char)s.at[i]) != 0;
		digits += isdigit((unsigned char)s.at[i]) != 0;
		hex += isxdigit((unsigned char)s.at[i]) != 0;
	}
	if (is_uuid(s) || (hex == s.len && s.len >= 16))
		return true;
	marks = s.len - upper - lower - digits;
	if (hex == s.len && s.len >= 8 && digits > 0 && digits < s.len)
		return true;
	if (s.len >= 32 && upper >= 4 && lower >= 4 && digits >= 2)
		return true;
	return s.len >= 20 && marks == 0 && upper > 0 && digits > 0 &&
	       (lower > 0 || digits > 2);
}

/* The length of a number with its fraction and its unit: "1.5 MB" and "900
 * bytes" are each one number. */
static size_t number_length(struct span s)
{
	static const char *const units[] = { "bytes", "byte", "KiB", "MiB",
					     "GiB",   "KB",   "kB",  "MB",
					     "GB",    "ms",   "s",   "B" };
	size_t n = 0, blank;

	while (n < s.len && isdigit((unsigned char)s.at[n]))
		n++;
	if (n > 0 && n + 1 < s.len && (s.at[n] == '.' || s.at[n] == ',') &&
	    isdigit((unsigned char)s.at[n + 1]))
		for (n++; n < s.len && isdigit((unsigned char)s.at[n]);)
			n++;
	blank = n < s.len && s.at[n] == ' ';
	for (size_t i = 0; n > 0 && i < sizeof(units) / sizeof(units[0]); i++) {
		struct span rest = span_skip(s, n + blank);

		if (span_starts(rest, units[i]) &&
		    word_length(rest) == strlen(units[i]))
			return n + blank + strlen(units[i]);
	}
	return n;
}

static void add_numberless(struct span word, struct buf *out)
{
	for (size_t i = 0; i < word.len; i++) {
		bool digit = isdigit((unsigned char)word.at[i]);

		if (!digit)
			(void)buf_add_byte(out, word.at[i]);
		else if (i == 0 || !isdigit((unsigned char)word.at[i - 1]))
			(void)buf_add_byte(out, 'N');
	}
}

static void add_one(struct span text, struct buf *out)
{
	while (text.len > 0) {
		size_t n = word_length(text), number = number_length(text);
		struct span word = span_first(text, n > 0 ? n : 1);

		if (n > 0 && is_id(word)) {
			/* A short one may happen to be all digits. */
			(void)buf_add_text(out,
					   n < 16 && is_hex(word) ? "N" : "ID");
		} else if (number >= n && number > 0) {
			(void)buf_add_byte(out, 'N');
			word = span_first(text, number);
		} else {
			add_numberless(word, out);
		}
		text = span_skip(text, word.len);
	}
}

/* A list of complaints is split at ';', ',' and line ends, but not at a comma
 * inside a number. */
static size_t complaint_length(struct span s)
{
	size_t n = 0;

	while (n < s.len && !strchr(";\n", s.at[n]) &&
	       (s.at[n] != ',' ||
		(n > 0 && isdigit((unsigned char)s.at[n - 1]) &&
		 n + 1 < s.len && isdigit((unsigned char)s.at[n + 1]))))
		n++;
	return n;
}

/* Is the complaint empty, or the same as the one before it? */
static bool is_told(struct span complaint, struct span last)
{
	return complaint.len == 0 || span_equal(complaint, last);
}

/* Complaints that follow each other and differ only in numbers are kept
 * once. */
void refusal_normal(struct span text, struct buf *out)
{
	struct buf one = BUF_INIT(BUF_NO_LIMIT), last = BUF_INIT(BUF_NO_LIMIT);
	struct span mark = SPAN_EMPTY;

	while (text.len > 0) {
		size_t n = complaint_length(text);

		buf_reset(&one);
		add_one(span_first(text, n), &one);
		if (!is_told(span_trim(buf_span(&one)),
			     span_trim(buf_span(&last)))) {
			(void)buf_add_span(out, mark);
			(void)buf_add_span(out, buf_span(&one));
			buf_reset(&last);
			(void)buf_add_span(&last, buf_span(&one));
		}
		mark = span_first(span_skip(text, n), 1);
		text = span_skip(text, n + 1);
	}
	buf_clear(&one);
	buf_clear(&last);
}
