/*
 * Checking a JSON text in one pass without recursion, and iterating over what
 * has been checked.
 */
#include "wire/json/jscan.h"

#include <string.h>

#include "wire/json/jwalk.h"

struct jscan_reader {
	struct span doc;
	const char *at, *end;
	struct fail *f;
	char open[JSCAN_DEPTH_LIMIT]; /* '{' or '[' */
	size_t depth;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && is_space(*at))
		at++;
	return at;
}

struct place jscan_place(struct span doc, const char *at)
{
	struct place p = { .line = 1, .column = 1 };

	for (const char *c = doc.at; c < at; c++) {
		p.column++;
		if (*c == '\n') {
			p.line++;
			p.column = 1;
		}
	}
	return p;
}

static int bad(struct jscan_reader *r, const char *what)
{
	struct place p = jscan_place(r->doc, r->at);

	return fail_place(r->f, FAIL_SYNTAX, NULL, p.line, p.column, "%s%s",
			  r->at == r->end ? "end of text, but " : "", what);
}

static bool at_byte(const struct jscan_reader *r, char c)
{
	return r->at < r->end && *r->at == c;
}

static int check_escape(struct jscan_reader *r)
{
	r->at++; /* the backslash */
	if (r->at == r->end || strchr("\"\\/bfnrtu", *r->at) == NULL ||
	    *r->at == '\0')
		return bad(r, "an escape should be here");
	if (*r->at++ != 'u')
		return 0;
	for (int i = 0; i < 4; i++) {
		char c = r->at < r->end ? *r->at : '\0';

		if (!is_digit(c) && !(c >= 'a' && c <= 'f') &&
		    !(c >= 'A' && c <= 'F'))
			return bad(r, "a hexadecimal digit should be here");
		r->at++;
	}
	return 0;
}

#define EACH_BYTE(byte) (UINT64_C(0x0101010101010101) * (byte))

/* Is one of the eight bytes a quote, a backslash or a control character? Each
 * term has the highest bit of some byte set if, and only if, there is one. */
static bool has_special(uint64_t eight)
{
	uint64_t quote = eight ^ EACH_BYTE('"');
	uint64_t slash = eight ^ EACH_BYTE('\\');
	uint64_t hit = ((quote - EACH_BYTE(1)) & ~quote) |
		       ((slash - EACH_BYTE(1)) & ~slash) |
		       ((eight - EACH_BYTE(0x20)) & ~eight);

	return (hit & EACH_BYTE(0x80)) != 0;
}

/* Behind the bytes of a string that stand for themselves. */
static const char *skip_plain(const char *at, const char *end)
{
	uint64_t eight;

	for (; end - at >= 8; at += 8) {
		memcpy(&eight, at, sizeof(eight));
		if (has_special(eight))
			break;
	}
	while (at < end && *at != '"' && *at != '\\' &&
	       (unsigned char)*at >= 0x20)
		at++;
	return at;
}

static int check_string(struct jscan_reader *r)
{
	r->at = skip_plain(r->at + 1, r->end);
	while (r->at < r->end && *r->at != '"') {
		if (*r->at != '\\')
			return bad(r, "a control character must be escaped");
		if (check_escape(r) < 0)
			return -1;
		r->at = skip_plain(r->at, r->end);
	}
	if (r->at == r->end)
		return bad(r, "a string is open");
	r->at++;
	return 0;
}

static int check_digits(struct jscan_reader *r)
{
	if (r->at == r->end || !is_digit(*r->at))
		return bad(r, "a digit should be here");
	while (r->at < r->end && is_digit(*r->at))
		r->at++;
	return 0;
}

static int check_number(struct jscan_reader *r)
{
	if (at_byte(r, '-'))
		r->at++;
	if (at_byte(r, '0')) {
		r->at++;
		if (r->at < r->end && is_digit(*r->at))
			return bad(r, "no digit may follow a leading 0");
	} else if (check_digits(r) < 0) {
		return -1;
	}
	if (at_byte(r, '.')) {
		r->at++;
		if (check_digits(r) < 0)
			return -1;
	}
	if (!at_byte(r, 'e') && !at_byte(r, 'E'))
		return 0;
	r->at++;
	if (at_byte(r, '+') || at_byte(r, '-'))
		r->at++;
	return check_digits(r);
}

static int check_word(struct jscan_reader *r, const char *word)
{
	if (!span_starts(span_make(r->at, (size_t)(r->end - r->at)), word))
		return bad(r, "a value should be here");
	r->at += strlen(word);
	return 0;
}

static int check_scalar(struct jscan_reader *r)
{
	if (r->at == r->end)
		return bad(r, "a value should be here");
	switch (*r->at) {
	case '"':
		return check_string(r);
	case 't':
		return check_word(r, "true");
	case 'f':
		return check_word(r, "false");
	case 'n':
		return check_word(r, "null");
	default:
		if (*r->at != '-' && !is_digit(*r->at))
			return bad(r, "a value should be here");
		return check_number(r);
	}
}

static int check_key(struct jscan_reader *r)
{
	r->at = skip_space(r->at, r->end);
	if (!at_byte(r, '"'))
		return bad(r, "a key in quotes should be here");
	if (check_string(r) < 0)
		return -1;
	r->at = skip_space(r->at, r->end);
	if (!at_byte(r, ':'))
		return bad(r, "':' should be here");
	r->at++;
	return 0;
}

static char closer_of(char open)
{
	return open == '{' ? '}' : ']';
}

/* 1: a value follows; 0: the container is empty, and `at` is its closer. */
static int check_open(struct jscan_reader *r)
{
	char open = *r->at;

	if (r->depth == JSCAN_DEPTH_LIMIT)
		return bad(r, "nothing may be nested this deep");
	r->open[r->depth++] = open;
	r->at = skip_space(r->at + 1, r->end);
	if (at_byte(r, closer_of(open)))
		return 0;
	if (open == '{' && check_key(r) < 0)
		return -1;
	return 1;
}

/* Behind a value. 1: another value follows; 0: the root is complete. */
static int check_close(struct jscan_reader *r)
{
	while (r->depth > 0) {
		char open = r->open[r->depth - 1];

		r->at = skip_space(r->at, r->end);
		if (at_byte(r, ',')) {
			r->at++;
			return open == '{' && check_key(r) < 0 ? -1 : 1;
		}
		if (!at_byte(r, closer_of(open)))
			return bad(r, open == '{'
					      ? "',' or '}' should be here"
					      : "',' or ']' should be here");
		r->at++;
		r->depth--;
	}
	return 0;
}

static int check_value(struct jscan_reader *r)
{
	int more = 1;

	while (more > 0) {
		r->at = skip_space(r->at, r->end);
		if (at_byte(r, '{') || at_byte(r, '['))
			more = check_open(r);
		else
			more = check_scalar(r);
		if (more == 0)
			more = check_close(r);
	}
	return more;
}

int jscan(struct span doc, struct jval *root, struct fail *f)
{
	struct jscan_reader r = { .doc = doc, .f = f, .depth = 0 };
	const char *begin;

	if (doc.len == 0) /* at may be NULL, which no pointer sum likes */
		r.doc = SPAN_EMPTY;
	r.at = skip_space(r.doc.at, r.doc.at + r.doc.len);
	r.end = r.doc.at + r.doc.len;
	begin = r.at;
	if (check_value(&r) < 0)
		return -1;
	r.at = skip_space(r.at, r.end);
	if (r.at != r.end)
		return bad(&r, "nothing may follow the value");
	*root = jscan_value(begin, r.end);
	return 0;
}

/* Where the byte is first; `end` if it is nowhere. */
static const char *find_byte(const char *at, const char *end, char byte)
{
	const char *found = memchr(at, byte, (size_t)(end - at));

	return found != NULL ? found : end;
}

/* Behind the string whose quote is at `at`. */
static const char *string_end(const char *at, const char *end)
{
	const char *quote = find_byte(++at, end, '"');
	const char *slash;

	while ((slash = find_byte(at, quote, '\\')) < quote) {
		at = end - slash > 2 ? slash + 2 : end;
		if (quote < at)
			quote = find_byte(at, end, '"');
	}
	return quote < end ? quote + 1 : end;
}

static const char *container_end(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		char c = *at;

		if (c == '"') {
			at = string_end(at, end);
			continue;
		}
		at++;
		if (c == '{' || c == '[')
			depth++;
		else if ((c == '}' || c == ']') && --depth == 0)
			break;
	}
	return at;
}

static const char *word_end(const char *at, const char *end)
{
	while (at < end && !is_space(*at) && *at != ',' && *at != ']' &&
	       *at != '}')
		at++;
	return at;
}

static enum jtype type_of(char c)
{
	switch (c) {
	case '{':
		return J_OBJECT;
	case '[':
		return J_ARRAY;
	case '"':
		return J_STRING;
	case 't':
		return J_TRUE;
	case 'f':
		return J_FALSE;
	case 'n':
		return J_NULL;
	default:
		return J_NUMBER;
	}
}

struct jval jscan_value(const char *at, const char *end)
{
	struct jval v = { .type = type_of(*at) };
	const char *stop;

	if (v.type == J_OBJECT || v.type == J_ARRAY)
		stop = container_end(at, end);
	else if (v.type == J_STRING)
		stop = string_end(at, end);
	else
		stop = word_end(at, end);
	v.text = span_make(at, (size_t)(stop - at));
	return v;
}

struct jiter jscan_iter(struct jval container)
{
	struct jiter it = { .rest = SPAN_EMPTY, .type = container.type };

	if ((it.type == J_OBJECT || it.type == J_ARRAY) &&
	    container.text.len >= 2)
		it.rest = span_make(container.text.at + 1,
				    container.text.len - 2);
	return it;
}

static const char *skip_mark(const char *at, const char *end, char mark)
{
	at = skip_space(at, end);
	if (at < end && *at == mark)
		at = skip_space(at + 1, end);
	return at;
}

bool jscan_next(struct jiter *it, struct jval *key, struct jval *value)
{
	const char *end = it->rest.at + it->rest.len;
	const char *at = skip_mark(it->rest.at, end, ',');
	struct jval k = { .type = J_STRING, .text = SPAN_EMPTY };

	if (at < end && it->type == J_OBJECT) {
		k = jscan_value(at, end);
		at = skip_mark(at + k.text.len, end, ':');
	}
	if (at >= end)
		return false;
	*value = jscan_value(at, end);
	if (key != NULL)
		*key = k;
	at += value->text.len;
	it->rest = span_make(at, (size_t)(end - at));
	return true;
}

size_t jscan_count(struct jval container)
{
	struct jiter it = jscan_iter(container);
	struct jval v;
	size_t n = 0;

	while (jscan_next(&it, NULL, &v))
		n++;
	return n;
}

void jwalk_init(struct jwalk *w, struct jval root)
{
	w->at = root.text.at;
	w->end = root.text.at + root.text.len;
	w->depth = 0;
	w->in_object = false;
}

/* Passes closers and commas on the way to the next value or key. */
static void walk_out(struct jwalk *w)
{
	for (; w->at < w->end; w->at++) {
		if ((*w->at == '}' || *w->at == ']') && w->depth > 0)
			w->depth--;
		else if (*w->at != ',' && !is_space(*w->at))
			break;
	}
	w->in_object = w->depth > 0 && *w->open[w->depth - 1] == '{';
}

bool jwalk_next(struct jwalk *w, struct jstop *out)
{
	walk_out(w);
	if (w->at >= w->end)
		return false;
	out->key = (struct jval){ .type = J_STRING, .text = SPAN_EMPTY };
	out->parent = w->depth > 0 ? w->open[w->depth - 1] : NULL;
	if (w->in_object) {
		out->key = jscan_value(w->at, w->end);
		w->at = skip_mark(w->at + out->key.text.len, w->end, ':');
	}
	out->at = w->at;
	if (*w->at == '{' || *w->at == '[')
		w->open[w->depth++] = w->at++;
	else
		w->at += jscan_value(w->at, w->end).text.len;
	return true;
}

size_t jscan_depth(struct jval v)
{
	size_t depth = 0, most = 0;
	bool string = false;

	for (size_t i = 0; i < v.text.len; i++) {
		char c = v.text.at[i];

		if (string && c == '\\')
			i++;
		else if (c == '"')
			string = !string;
		else if (!string && (c == '[' || c == '{'))
			most = ++depth > most ? depth : most;
		else if (!string && (c == ']' || c == '}'))
			depth--;
	}
	return most;
}
