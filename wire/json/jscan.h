/*
 * A JSON scanner over bytes that stay where they are (RFC 8259). It prints
 * nothing and changes nothing: every value is a span of the original text, so
 * numbers keep their exact spelling and strings their exact escapes. This is
 * how wire bytes are judged; cJSON cannot round-trip them (\u0000, 64-bit
 * integers and 1.10 are lost). Checking and iterating allocate nothing; what
 * the other functions need for a moment they free before they return.
 *
 * Bytes in strings that are not UTF-8 are accepted: whether they may be there
 * is a judgement of its own (span_is_utf8 of the document), and a scanner that
 * refused them could not say what else is in the document.
 */
#ifndef WIRE_JSON_JSCAN_H
#define WIRE_JSON_JSCAN_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

#define JSCAN_DEPTH_LIMIT 512

enum jtype { J_NULL, J_FALSE, J_TRUE, J_NUMBER, J_STRING, J_ARRAY, J_OBJECT };

struct jnode;

/* text covers the whole value: quotes, brackets and braces included. */
struct jval {
	enum jtype type;
	struct span text;
	const struct jnode
		*node; /* in its index (jindex.h); NULL: it has none */
};

/*
 * Checks that `doc` is exactly one JSON value (white space around it is fine)
 * and gives its root. On failure f says "line:column: what" (1-based, columns
 * in bytes). Values got from a checked root need no further checking.
 */
int jscan(struct span doc, struct jval *root, struct fail *f);

/* Members of an object, or items of an array, in order. */
struct jiter {
	struct span rest; /* what has not been read */
	enum jtype type;
	const char *text; /* NULL: the container is not indexed */
	const struct jnode *next, *end;
};

struct jiter jscan_iter(struct jval container); /* other types: no items */

/* key is the raw string text with its quotes (empty in an array). */
bool jscan_next(struct jiter *it, struct jval *key, struct jval *value);

size_t jscan_count(struct jval container);

/* How deeply it is nested: 0 for a number, 1 for [1]. */
size_t jscan_depth(struct jval v);

/* First member with this (unescaped) key; first duplicate wins. */
bool jscan_member(struct jval object, const char *key, struct jval *out);

/* The same value. Where it is null or not there, the result has type J_NULL,
 * and its text.at is NULL. */
struct jval jscan_get(struct jval object, const char *key);

/* An entry of a table of keys for jscan_pick(). The key may have only letters,
 * digits and '_'. */
#define JSCAN_KEY(text) \
	{ \
		(text), sizeof(text) - 1 \
	}

enum { JSCAN_PICK_LIMIT = 32 };

/* Finds several members in one pass: out[i] is what jscan_get() gives for
 * keys[i]; at most JSCAN_PICK_LIMIT. */
void jscan_pick(struct jval object, const struct span *keys, size_t count,
		struct jval *out);

/* Is the member this string? */
bool jscan_member_is(struct jval object, const char *key, const char *text);

/*
 * RFC 6901 pointer: "", "/a/0/b", with ~0 and ~1. The index "-" or "last"
 * means the last item of an array. false if nothing is there.
 */
bool jscan_find(struct jval root, struct span pointer, struct jval *out);

/* Appends the decoded string. Lone surrogates come out as WTF-8 (3 bytes). */
int jscan_string(struct jval string, struct buf *out);
bool jscan_string_is(struct jval string, const char *text);

/* The number that the four hexadecimal digits of an escape give. */
unsigned jscan_hex4(const char *digits);

/* Orders two strings by their decoded bytes: negative, 0 or positive. */
int jscan_string_order(struct jval a, struct jval b);

/* An integer that fits, without fraction or exponent. */
bool jscan_i64(struct jval number, int64_t *out);
bool jscan_double(struct jval number, double *out); /* false: not finite */

/* The same value to the last digit: 1.0 is 1, but 2^53+1 is not 2^53. */
bool jscan_number_same(struct jval a, struct jval b);

struct place {
	unsigned line, column; /* 1-based; columns count bytes */
};
struct place jscan_place(struct span doc, const char *at);

/* The first key, in the order of the text, that its object has had before.
 * false: none. */
bool jscan_duplicate_key(struct jval root, struct jval *key);

/* Appends "/" and a key, escaped as a part of a pointer. -1 at the limit. */
int jscan_pointer_add(struct buf *pointer, struct jval key);

enum jdiff_kind { JDIFF_LOST, JDIFF_ADDED, JDIFF_CHANGED, JDIFF_MOVED };

enum jdiff_flags {
	JDIFF_ORDER = 1 << 0, /* members in another order are JDIFF_MOVED */
	JDIFF_EXACT = 1 << 1, /* numbers and strings must be spelt the same;
				 otherwise 1.0 equals 1 and "\u0041" equals "A" */
	JDIFF_LOOSE_ROOT = 1 << 2, /* the order of the root's own members does
				      not count */
};

struct jdiff {
	enum jdiff_kind kind;
	struct span pointer; /* into `was`, of JDIFF_ADDED into `is`; valid
				during the callback */
	struct jval was, is; /* text is empty where there is none */
};

typedef void jdiff_fn(void *arg, const struct jdiff *d);

/*
 * Reports how `is` differs from `was` and returns the number of differences
 * (fn, which may be NULL, is called for the first `most`). What a container
 * lost, got or moved comes before what changed inside its members. Array items
 * are paired so that one item lost or added in the middle is one difference,
 * not one for each item after it. Members in another order are one difference
 * per object, reported for the first one out of place. The work is bounded:
 * past the bound a container is JDIFF_CHANGED as a whole.
 */
size_t jscan_diff(struct jval was, struct jval is, unsigned flags, size_t most,
		  jdiff_fn *fn, void *arg);

/* Appends checked JSON as it is written, without the white space between its
 * parts. */
void jscan_compact(struct buf *out, struct span text);

/* Appends `text` as a JSON string with quotes; bytes that are not UTF-8 come
 * out as U+FFFD. */
int jscan_quote(struct buf *out, struct span text);

/* As jscan_quote(), for JSON that may be shown on a terminal or in a CI log:
 * characters that print_step() refuses are escaped, and so is a byte that would
 * complete a command of a CI system. */
int jscan_quote_shown(struct buf *out, struct span text);

#endif
