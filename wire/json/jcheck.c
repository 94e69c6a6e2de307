/*
 * Checks a JSON text in one pass without recursion, and notes its values in an
 * index on the way.
 */
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"
#include "wire/json/jbyte.h"
#include "wire/json/jindex.h"
#include "wire/json/jwalk.h"

enum { ROOM_AT_FIRST = 64 }; /* a power of two, as the limit is */

struct jcheck {
	struct span doc;
	const char *at, *end;
	struct fail *f;
	struct jindex *index; /* NULL: nothing is noted */
	struct span key; /* of the value that comes next */
	size_t depth;
	size_t nodes[JSCAN_DEPTH_LIMIT]; /* numbers of the open containers */
	char open[JSCAN_DEPTH_LIMIT]; /* '{' or '[' */
};

static int bad(struct jcheck *r, const char *what)
{
	struct place p = jscan_place(r->doc, r->at);

	return fail_place(r->f, FAIL_SYNTAX, NULL, p.line, p.column, "%s%s",
			  r->at == r->end ? "end of text, but " : "", what);
}

static bool at_byte(const struct jcheck *r, char c)
{
	return r->at < r->end && *r->at == c;
}

/* ---- the index ---- */

static uint32_t offset_of(const struct jcheck *r, const char *at)
{
	return (uint32_t)(at - r->doc.at);
}

/* A text that is too large for an index is checked without one. */
static bool has_room(struct jcheck *r)
{
	struct jindex *index = r->index;

	if (index->count < index->room)
		return true;
	if (index->count == JINDEX_VALUES_LIMIT) {
		r->index = NULL;
		return false;
	}
	index->room = index->room > 0 ? 2 * index->room : ROOM_AT_FIRST;
	index->nodes =
		xrealloc(index->nodes, index->room * sizeof(*index->nodes));
	return true;
}

/* Notes that a value begins here. Gives its number, for note_end(). */
static size_t note_begin(struct jcheck *r)
{
	struct span key = r->key;

	if (!r->index || !has_room(r))
		return 0;
	r->key = SPAN_EMPTY;
	r->index->nodes[r->index->count] = (struct jnode){
		.at = offset_of(r, r->at),
		.key_at = key.len > 0 ? offset_of(r, key.at) : 0,
		.key_len = (uint32_t)key.len,
	};
	return r->index->count++;
}

static void note_end(struct jcheck *r, size_t number)
{
	struct jnode *node;

	if (!r->index)
		return;
	node = &r->index->nodes[number];
	node->len = offset_of(r, r->at) - node->at;
	node->size = (uint32_t)(r->index->count - number);
}

/* ---- the grammar ---- */

static int check_escape(struct jcheck *r)
{
	r->at++; /* the backslash */
	if (r->at == r->end || strchr("\"\\/bfnrtu", *r->at) == NULL ||
	    *r->at == '\0')
		return bad(r, "an escape should be here");
	if (*r->at++ != 'u')
		return 0;
	for (int i = 0; i < 4; i++) {
		char c = r->at < r->end ? *r->at : '\0';

		if (!jbyte_is_digit(c) && !(c >= 'a' && c <= 'f') &&
		    !(c >= 'A' && c <= 'F'))
			return bad(r, "a hexadecimal digit should be here");
		r->at++;
	}
	return 0;
}

static int check_string(struct jcheck *r)
{
	r->at = jbyte_skip_plain(r->at + 1, r->end);
	while (r->at < r->end && *r->at != '"') {
		if (*r->at != '\\')
			return bad(r, "a control character must be escaped");
		if (check_escape(r) < 0)
			return -1;
		r->at = jbyte_skip_plain(r->at, r->end);
	}
	if (r->at == r->end)
		return bad(r, "a string is not closed");
	r->at++;
	return 0;
}

static int check_digits(struct jcheck *r)
{
	if (r->at == r->end || !jbyte_is_digit(*r->at))
		return bad(r, "a digit should be here");
	while (r->at < r->end && jbyte_is_digit(*r->at))
		r->at++;
	return 0;
}

static int check_number(struct jcheck *r)
{
	if (at_byte(r, '-'))
		r->at++;
	if (at_byte(r, '0')) {
		r->at++;
		if (r->at < r->end && jbyte_is_digit(*r->at))
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

static int check_word(struct jcheck *r, const char *word)
{
	if (!span_starts(span_make(r->at, (size_t)(r->end - r->at)), word))
		return bad(r, "a value should be here");
	r->at += strlen(word);
	return 0;
}

static int check_scalar(struct jcheck *r)
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
		if (*r->at != '-' && !jbyte_is_digit(*r->at))
			return bad(r, "a value should be here");
		return check_number(r);
	}
}

static int check_key(struct jcheck *r)
{
	r->at = jbyte_skip_space(r->at, r->end);
	if (!at_byte(r, '"'))
		return bad(r, "a key in quotes should be here");
	r->key.at = r->at;
	if (check_string(r) < 0)
		return -1;
	r->key.len = (size_t)(r->at - r->key.at);
	r->at = jbyte_skip_space(r->at, r->end);
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
static int check_open(struct jcheck *r)
{
	char open = *r->at;

	if (r->depth == JSCAN_DEPTH_LIMIT)
		return bad(r, "nothing may be nested this deep");
	r->nodes[r->depth] = note_begin(r);
	r->open[r->depth++] = open;
	r->at = jbyte_skip_space(r->at + 1, r->end);
	if (at_byte(r, closer_of(open)))
		return 0;
	if (open == '{' && check_key(r) < 0)
		return -1;
	return 1;
}

/* After a value. 1: another value follows; 0: the root is complete. */
static int check_close(struct jcheck *r)
{
	while (r->depth > 0) {
		char open = r->open[r->depth - 1];

		r->at = jbyte_skip_space(r->at, r->end);
		if (at_byte(r, ',')) {
			r->at++;
			return open == '{' && check_key(r) < 0 ? -1 : 1;
		}
		if (!at_byte(r, closer_of(open)))
			return bad(r, open == '{'
					      ? "',' or '}' should be here"
					      : "',' or ']' should be here");
		r->at++;
		note_end(r, r->nodes[--r->depth]);
	}
	return 0;
}

static int check_value(struct jcheck *r)
{
	int more = 1;
	size_t node;

	while (more > 0) {
		r->at = jbyte_skip_space(r->at, r->end);
		if (at_byte(r, '{') || at_byte(r, '[')) {
			more = check_open(r);
		} else {
			node = note_begin(r);
			more = check_scalar(r);
			note_end(r, node);
		}
		if (more == 0)
			more = check_close(r);
	}
	return more;
}

/* Begins a check. The lists of open containers are not cleared, since each
 * place is written before it is read. */
static void begin(struct jcheck *r, struct span doc, struct jindex *index,
		  struct fail *f)
{
	r->doc = doc;
	r->f = f;
	r->index = index;
	r->key = SPAN_EMPTY;
	r->depth = 0;
}

static int check_document(struct jcheck *r, struct jval *root)
{
	const char *begin;

	/* at may be NULL, and nothing may be added to that */
	if (r->doc.len == 0)
		r->doc = SPAN_EMPTY;
	r->end = r->doc.at + r->doc.len;
	r->at = begin = jbyte_skip_space(r->doc.at, r->end);
	if (check_value(r) < 0)
		return -1;
	*root = jscan_span(span_make(begin, (size_t)(r->at - begin)));
	r->at = jbyte_skip_space(r->at, r->end);
	return r->at == r->end ? 0 : bad(r, "nothing may follow the value");
}

int jscan(struct span doc, struct jval *root, struct fail *f)
{
	struct jcheck r;

	begin(&r, doc, NULL, f);
	return check_document(&r, root);
}

int jindex_scan(struct jindex *index, struct span doc, struct jval *root,
		struct fail *f)
{
	struct jcheck r;

	begin(&r, doc, doc.len < UINT32_MAX ? index : NULL, f);
	index->count = 0;
	if (check_document(&r, root) < 0)
		return -1;
	if (r.index)
		root->node = index->nodes;
	return 0;
}

void jindex_clear(struct jindex *index)
{
	free(index->nodes);
	*index = JINDEX_INIT;
}
