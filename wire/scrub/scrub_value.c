/* Scrubs one string or number, by what it holds. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "wire/scrub/scrub_private.h"

/* ---- texts in no quotes ---- */

static void unknown(char *at, size_t len)
{
	struct span s = span_make(at, len);

	if (!scrub_words_known(s) && !scrub_words_number(s) &&
	    !scrub_words_dated(s))
		scrub_text(at, len);
}

static void text(char *at, size_t len)
{
	if (scrub_text_is_attribution(span_make(at, len)))
		scrub_text_attribution(at, len);
	else
		scrub_text(at, len);
}

static void tool(struct scrub *s, char *at, size_t len)
{
	struct span rest = span_make(at, len), part;

	if (!span_starts(rest, "mcp__")) {
		if (!scrub_words_tool(rest))
			scrub_names_key(&s->names, at, len);
		return;
	}
	/* mcp__SERVER__TOOL: each has a name of its own. */
	rest = span_skip(rest, 5);
	while (rest.len > 0) {
		size_t end = span_find(rest, span_of("__"));

		part = span_first(rest, end);
		scrub_names_key(&s->names, (char *)part.at, part.len);
		rest = span_skip(rest, end == SIZE_MAX ? rest.len : end + 2);
	}
}

/* A value in a schema; one of the client's own tools stays. */
static void choice(struct scrub *s, char *at, size_t len)
{
	struct span v = span_make(at, len);

	if (len == 0 || scrub_words_known(v) || scrub_words_number(v))
		return;
	if (!s->own_tool || !scrub_words_name(v))
		scrub_names_key(&s->names, at, len);
}

/* Drafts of JSON Schema, and places in the document: "#/$defs/Name". */
static void uri(struct scrub *s, char *at, size_t len)
{
	struct span rest = span_make(at, len), part;

	if (span_starts(rest, "http://json-schema.org/") ||
	    span_starts(rest, "https://json-schema.org/")) {
		rest = span_skip(rest, span_find(rest, span_of(".org/")) + 5);
		scrub_words((char *)rest.at, rest.len);
		return;
	}
	if (!span_starts(rest, "#")) {
		scrub_text_blob(at, len);
		return;
	}
	rest = span_skip(rest, 1);
	while (span_split(&rest, '/', &part))
		if (part.len > 0 && !scrub_words_name(part))
			scrub_names_key(&s->names, (char *)part.at, part.len);
}

static bool is_base64(struct span s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!isalnum((unsigned char)s.at[i]) &&
		    (s.at[i] == '\0' || !strchr("+/=-_", s.at[i])))
			return false;
	return true;
}

static void blob(struct scrub *s, char *at, size_t len, size_t keep)
{
	if (len > 0 && is_base64(span_make(at, len)))
		scrub_names_blob(&s->names, at, len, keep);
	else
		scrub_text(at, len);
}

/* Length of the bytes that tell the kind of a file, which stay. */
static size_t magic(struct span s)
{
	static const char *const begins[] = {
		"iVBORw0KGgo", "/9j/",  "R0lGODlh",
		"R0lGODdh",    "UklGR", "JVBERi0x",
	};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (span_starts(s, begins[i]))
			return strlen(begins[i]);
	return 0;
}

/* "user_HEX_account_UUID_session_UUID", as old clients send it. */
static void old_user(struct scrub *s, char *at, size_t len)
{
	static const char *const words[] = { "user_", "_account_",
					     "_session_" };
	struct span rest = span_make(at, len), part;

	for (size_t i = 0; i < 3 && span_starts(rest, words[i]); i++) {
		size_t end;

		rest = span_skip(rest, strlen(words[i]));
		end = i < 2 ? span_find(rest, span_of(words[i + 1])) : rest.len;
		part = span_first(rest, end);
		scrub_names_id(&s->names, (char *)part.at, part.len, i == 2);
		rest = span_skip(rest, part.len);
	}
	scrub_text_blob((char *)rest.at, rest.len);
}

static void user(struct scrub *s, char *at, size_t len)
{
	if (s->nested(s, at, len, PLACE_USER))
		return;
	if (span_starts(span_make(at, len), "user_"))
		old_user(s, at, len);
	else
		scrub_names_id(&s->names, at, len, false);
}

static void fragment(struct scrub *s, char *at, size_t len)
{
	if (!s->nested(s, at, len, PLACE_FREE))
		scrub_text_fragment(at, len);
}

static void word(char *at, size_t len)
{
	struct span s = span_make(at, len);

	if (!scrub_words_enum(s) && !scrub_words_span(s))
		unknown(at, len);
}

void scrub_value_plain(struct scrub *s, char *at, size_t len,
		       enum scrub_what what)
{
	switch (what) {
	case WHAT_UNKNOWN:
		unknown(at, len);
		break;
	case WHAT_TEXT:
		text(at, len);
		break;
	case WHAT_WORD:
		word(at, len);
		break;
	case WHAT_WORDS:
		scrub_words(at, len);
		break;
	case WHAT_MODEL:
		scrub_words_model(at, len);
		break;
	case WHAT_ID:
	case WHAT_SESSION:
		scrub_names_id(&s->names, at, len, what == WHAT_SESSION);
		break;
	case WHAT_TOOL:
		tool(s, at, len);
		break;
	case WHAT_KEY:
		if (!scrub_words_name(span_make(at, len)))
			scrub_names_key(&s->names, at, len);
		break;
	case WHAT_NAME:
		if (!scrub_words_known(span_make(at, len)))
			scrub_names_key(&s->names, at, len);
		break;
	case WHAT_ENUM:
		choice(s, at, len);
		break;
	case WHAT_PATTERN:
		if (!s->own_tool)
			scrub_text_pattern(at, len);
		break;
	case WHAT_URI:
		uri(s, at, len);
		break;
	case WHAT_BLOB:
		blob(s, at, len, 0);
		break;
	case WHAT_MEDIA:
		blob(s, at, len, magic(span_make(at, len)));
		break;
	case WHAT_USER:
		user(s, at, len);
		break;
	case WHAT_FRAGMENT:
		fragment(s, at, len);
		break;
	}
}

/* ---- strings of a document ---- */

static void put_hex(char *at, unsigned unit, bool capital)
{
	const char *digits = capital ? "0123456789ABCDEF" : "0123456789abcdef";

	for (int i = 3; i >= 0; i--, unit >>= 4)
		at[i] = digits[unit & 15];
}

static unsigned code_point(const char *at, size_t step)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	unsigned cp = (unsigned char)at[0] & mask[step];

	for (size_t i = 1; i < step; i++)
		cp = cp << 6 | ((unsigned char)at[i] & 0x3f);
	return cp;
}

static size_t step_of(char lead)
{
	unsigned char c = (unsigned char)lead;

	return c < 0xc0 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static bool is_capital(const char *digits, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (digits[i] >= 'A' && digits[i] <= 'F')
			return true;
	return false;
}

/* Writes a new character over the digits of "\u0041" or of two such escapes. */
static void respell_escape(char *digits, const char *from, size_t step)
{
	unsigned cp = code_point(from, step);

	if (step < 4) {
		put_hex(digits, cp, is_capital(digits, 4));
		return;
	}
	cp -= 0x10000;
	put_hex(digits + 6, 0xdc00 + (cp & 0x3ff), is_capital(digits + 6, 4));
	put_hex(digits, 0xd800 + (cp >> 10), is_capital(digits, 4));
}

void scrub_value_respell(struct span string, struct span decoded)
{
	char *at = (char *)string.at + 1, *end = at + string.len - 2;
	const char *from = decoded.at;

	while (at < end) {
		if (*at != '\\') {
			*at++ = *from++;
		} else if (at[1] != 'u') {
			at += 2; /* the sign or blank is the same */
			from++;
		} else {
			size_t step = step_of(*from);

			respell_escape(at + 2, from, step);
			at += step == 4 ? 12 : 6;
			from += step;
		}
	}
}

static bool is_plain(struct span string)
{
	return memchr(string.at, '\\', string.len) == NULL;
}

typedef void change_fn(struct scrub *s, char *at, size_t len, int how);

static void change(struct scrub *s, struct span string, change_fn *fn, int how)
{
	struct buf decoded = BUF_INIT(BUF_NO_LIMIT);

	if (string.len <= 2)
		return;
	if (is_plain(string)) {
		fn(s, (char *)string.at + 1, string.len - 2, how);
		return;
	}
	jscan_string((struct jval){ .type = J_STRING, .text = string },
		     &decoded);
	fn(s, decoded.at, decoded.len, how);
	scrub_value_respell(string, buf_span(&decoded));
	buf_clear(&decoded);
}

static void by_what(struct scrub *s, char *at, size_t len, int how)
{
	scrub_value_plain(s, at, len, (enum scrub_what)how);
}

void scrub_value(struct scrub *s, struct span string, enum scrub_what what)
{
	change(s, string, by_what, what);
}

static void as_key(struct scrub *s, char *at, size_t len, int how)
{
	struct span name = span_make(at, len);

	(void)how;
	if (scrub_words_name(name))
		return;
	if (scrub_names_is_id(name))
		scrub_names_id(&s->names, at, len, false);
	else
		scrub_names_key(&s->names, at, len);
}

void scrub_value_key(struct scrub *s, struct span string)
{
	change(s, string, as_key, 0);
}

/* ---- numbers ---- */

#define TIME_DIGITS 9 /* seconds since 1970 have more */

static bool tells_time(struct jval key)
{
	static const char *const ends[] = {
		"time", "timestamp", "_at", "At", "_ms", "Ms", "date", "Time"
	};
	struct span name = key.text;

	if (name.len < 3)
		return false;
	name = span_make(name.at + 1, name.len - 2);
	if (span_is(name, "ts"))
		return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (span_ends(name, ends[i]))
			return true;
	return false;
}

void scrub_value_number(struct span number, struct jval key)
{
	char *at = (char *)number.at;
	size_t whole = 0;

	while (whole < number.len && isdigit((unsigned char)at[whole]))
		whole++;
	if (whole <= TIME_DIGITS || !tells_time(key))
		return;
	for (size_t i = 1; i < number.len; i++)
		if (isdigit((unsigned char)at[i]))
			at[i] = '0';
	*at = '1';
}
