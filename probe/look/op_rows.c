/*
 * The operators. One row for each: the word, the values that may be on the
 * right, how it is decided, and its text in a report.
 */
#include "probe/look/op_private.h"

#include <ctype.h>
#include <math.h>

#include "probe/look/compare.h"
#include "probe/look/difference.h"
#include "wire/bytes/pattern.h"
#include "wire/bytes/print.h"

#define EXCEEDS_SLACK 1e-9 /* times the number, but at least this */
#define WORD_LONGEST 16 /* bytes; a longer text is found anywhere */

/* ---- equality ---- */

static bool equal(const struct asking *a)
{
	return a->right != NULL ? compare_values(a->left, a->right)
				: compare_json(a->left, a->e->wanted);
}

/* Shows what differs in objects and lists. */
static void tell_json(const struct asking *a)
{
	struct jval is;

	if (a->difference == NULL || a->right != NULL ||
	    (a->e->wanted.type != J_OBJECT && a->e->wanted.type != J_ARRAY))
		return;
	if (jscan(a->left->bytes, &is, NULL) == 0 &&
	    is.type == a->e->wanted.type)
		difference_json(a->e->wanted, is, false, a->difference);
}

static int op_equal(const struct asking *a)
{
	if (equal(a))
		return 1;
	tell_json(a);
	return 0;
}

static int op_unequal(const struct asking *a)
{
	return !equal(a);
}

static int op_in(const struct asking *a)
{
	struct jiter it = jscan_iter(a->e->wanted);
	struct jval item;

	while (jscan_next(&it, NULL, &item))
		if (compare_json(a->left, item))
			return 1;
	return 0;
}

/* ---- numbers ---- */

static int order(const struct asking *a, bool less, bool same)
{
	double left, right;

	if (!compare_number(a->left, &left) ||
	    !jscan_double(a->e->wanted, &right))
		return 0;
	return left == right ? same : (left < right) == less;
}

static int op_less(const struct asking *a)
{
	return order(a, true, false);
}

static int op_at_most(const struct asking *a)
{
	return order(a, true, true);
}

static int op_more(const struct asking *a)
{
	return order(a, false, false);
}

static int op_at_least(const struct asking *a)
{
	return order(a, false, true);
}

/* Compares sums of money, which gateways keep as binary fractions. */
static int op_exceeds(const struct asking *a)
{
	double left, right, by, slack;

	if (a->right == NULL || !compare_number(a->left, &left) ||
	    !compare_number(a->right, &right) ||
	    !jscan_double(a->e->wanted, &by))
		return 0;
	slack = EXCEEDS_SLACK * (left > 1 ? left : 1);
	if (fabs(left - right - by) <= slack)
		return 1;
	if (a->difference != NULL)
		buf_addf(a->difference, "the difference is %.10g",
			 left - right);
	return 0;
}

/* ---- text ---- */

static int match_pattern(const struct asking *a)
{
	struct buf wanted = BUF_INIT(BUF_NO_LIMIT);
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct pattern *p = NULL;
	int rc = -1;

	jscan_string(a->e->wanted, &wanted);
	if (pattern_new(&p, buf_str(&wanted), NULL) == 0)
		rc = pattern_match(p, compare_text(a->left, &text));
	pattern_free(p);
	buf_clear(&text);
	buf_clear(&wanted);
	return rc;
}

static int op_match(const struct asking *a)
{
	return match_pattern(a);
}

static int op_no_match(const struct asking *a)
{
	int rc = match_pattern(a);

	return rc < 0 ? rc : !rc;
}

static bool is_in_word(char c)
{
	return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Whether the text is in `s`, and not as a part of a longer word. */
static bool has_word(struct span s, struct span text)
{
	size_t at, end;

	for (size_t from = 0; from < s.len; from = at + 1) {
		at = span_find(span_skip(s, from), text);
		if (at == SIZE_MAX)
			return false;
		at += from;
		end = at + text.len;
		if ((at == 0 || !is_in_word(s.at[at - 1])) &&
		    (end == s.len || !is_in_word(s.at[end])))
			return true;
	}
	return false;
}

/* Whether the left side has the text: as an item of a list, or anywhere in
 * other values. */
static bool holds_text(const struct asking *a, struct span text)
{
	struct buf own = BUF_INIT(BUF_NO_LIMIT);
	struct span left;
	bool found;

	if (compare_has_items(a->left))
		return compare_has_item(a->left, text);
	left = compare_text(a->left, &own);
	found = a->e->as_word && text.len < WORD_LONGEST
			? has_word(left, text)
			: span_find(left, text) != SIZE_MAX;
	buf_clear(&own);
	return found;
}

static void tell(const struct asking *a, const char *what, struct span text)
{
	if (a->difference == NULL)
		return;
	if (a->difference->len > 0)
		buf_add_byte(a->difference, '\n');
	buf_addf(a->difference, "%s ", what);
	print_bytes(text, 200, a->difference);
}

/* Counts the texts that are found, and reports each that is found or missing
 * against the wish. */
static size_t count_found(const struct asking *a, bool wanted, size_t *asked)
{
	struct jiter it = jscan_iter(a->e->wanted);
	struct jval item = a->e->wanted;
	bool is_list = item.type == J_ARRAY;
	size_t found = 0;

	for (*asked = 0; is_list ? jscan_next(&it, NULL, &item) : *asked == 0;
	     ++*asked) {
		struct buf text = BUF_INIT(BUF_NO_LIMIT);
		bool is_in;

		jscan_string(item, &text);
		is_in = holds_text(a, buf_span(&text));
		found += is_in;
		if (is_in != wanted)
			tell(a, wanted ? "missing" : "found", buf_span(&text));
		buf_clear(&text);
	}
	return found;
}

static bool holds_right(const struct asking *a)
{
	struct buf own = BUF_INIT(BUF_NO_LIMIT);
	bool found = holds_text(a, compare_text(a->right, &own));

	buf_clear(&own);
	return found;
}

static int op_has(const struct asking *a)
{
	size_t asked;

	if (a->right != NULL)
		return holds_right(a);
	return count_found(a, true, &asked) == asked;
}

static int op_lacks(const struct asking *a)
{
	size_t asked;

	if (a->right != NULL)
		return !holds_right(a);
	return count_found(a, false, &asked) == 0;
}

static int op_present(const struct asking *a)
{
	return a->left->kind != VALUE_ABSENT;
}

static int op_absent(const struct asking *a)
{
	return a->left->kind == VALUE_ABSENT;
}

/* ---- the same ---- */

static struct span right_bytes(const struct asking *a, struct buf *own)
{
	if (a->right != NULL)
		return compare_text(a->right, own);
	return span_make(a->e->bytes, a->e->len);
}

/*
 * A gateway may replace an alias by a full name: "claude-opus" may arrive as
 * "claude-opus-5-5". Copies `is` with the name of `was`, so that nothing else
 * may differ. false: the name of `is` does not contain that of `was`, or is the
 * same.
 */
static bool undo_mapped_model(struct span was, struct span is, struct buf *out)
{
	struct jval from, to, asked, mapped;

	if (jscan(was, &from, NULL) < 0 || jscan(is, &to, NULL) < 0 ||
	    !jscan_member(from, "model", &asked) ||
	    !jscan_member(to, "model", &mapped) || asked.type != J_STRING ||
	    mapped.type != J_STRING || asked.text.len <= 2 ||
	    asked.text.len >= mapped.text.len ||
	    span_find(mapped.text, span_make(asked.text.at + 1,
					     asked.text.len - 2)) == SIZE_MAX)
		return false;
	buf_add(out, is.at, (size_t)(mapped.text.at - is.at));
	buf_add_span(out, asked.text);
	buf_add(out, mapped.text.at + mapped.text.len,
		is.len - (size_t)(mapped.text.at - is.at) - mapped.text.len);
	return true;
}

/* The bytes on the left, to be compared with `was`. */
static struct span left_bytes(const struct asking *a, struct span was,
			      struct buf *own)
{
	struct buf undone = BUF_INIT(BUF_NO_LIMIT);
	struct span is = compare_text(a->left, own);

	if (!a->left->is_body || span_equal(was, is) ||
	    !undo_mapped_model(was, is, &undone))
		return is;
	buf_clear(own);
	*own = undone;
	return buf_span(own);
}

static int op_same_bytes(const struct asking *a)
{
	struct buf left = BUF_INIT(BUF_NO_LIMIT);
	struct buf right = BUF_INIT(BUF_NO_LIMIT);
	struct span was = right_bytes(a, &right);
	size_t n =
		difference_bytes(was, left_bytes(a, was, &left), a->difference);

	buf_clear(&left);
	buf_clear(&right);
	return n == 0;
}

static int same_json(const struct asking *a, bool loose)
{
	struct buf left = BUF_INIT(BUF_NO_LIMIT);
	struct buf right = BUF_INIT(BUF_NO_LIMIT);
	struct jval was, is;
	int rc = 0;

	if (a->right != NULL && a->right->kind == VALUE_JSON)
		was = a->right->json;
	else if (jscan(right_bytes(a, &right), &was, NULL) < 0)
		goto out;
	if (a->left->kind == VALUE_JSON)
		is = a->left->json;
	else if (jscan(left_bytes(a, was.text, &left), &is, NULL) < 0)
		goto out;
	rc = difference_json(was, is, loose, a->difference) == 0;
out:
	if (rc == 0 && a->difference != NULL && a->difference->len == 0)
		buf_add_text(a->difference, "one of the two is not JSON");
	buf_clear(&left);
	buf_clear(&right);
	return rc;
}

/* The order of a body's own members does not matter. In messages and tools it
 * does, because the provider caches their text. */
static int op_same_json(const struct asking *a)
{
	return same_json(a, a->left->is_body);
}

static int op_same_json_ordered(const struct asking *a)
{
	return same_json(a, false);
}

static int op_same_events(const struct asking *a)
{
	if (a->left->kind != VALUE_EVENTS || a->right == NULL ||
	    a->right->kind != VALUE_EVENTS)
		return 0;
	return difference_events(a->right->exchange, a->left->exchange,
				 a->difference) == 0;
}

/* ---- the table ---- */

const struct op op_rows[] = {
	{ "==", RIGHT_ANY | RIGHT_OF, false, false, op_equal, "",
	  "any value, or {\"of\": SUBJECT}",
	  "equal; numbers and JSON by value, lists in order" },
	{ "!=", RIGHT_ANY | RIGHT_OF, false, false, op_unequal, "anything but ",
	  "any value, or {\"of\": SUBJECT}", "not equal" },
	{ "~", RIGHT_PATTERN, false, false, op_match, "a match of ",
	  "a pattern (PCRE2)", "matches somewhere in the bytes" },
	{ "!~", RIGHT_PATTERN, false, false, op_no_match, "no match of ",
	  "a pattern (PCRE2)", "matches nowhere in the bytes" },
	{ "<", RIGHT_NUMBER, false, false, op_less, "less than ", "a number",
	  "less than" },
	{ "<=", RIGHT_NUMBER, false, false, op_at_most, "at most ", "a number",
	  "at most" },
	{ ">", RIGHT_NUMBER, false, false, op_more, "more than ", "a number",
	  "more than" },
	{ ">=", RIGHT_NUMBER, false, false, op_at_least, "at least ",
	  "a number", "at least" },
	{ "exceeds", RIGHT_GROWTH, false, false, op_exceeds, "more than ",
	  "{\"of\": SUBJECT, \"by\": NUMBER}",
	  "greater than another number by exactly this much" },
	{ "in", RIGHT_LIST, false, false, op_in, "one of ", "a list",
	  "equals one of them" },
	{ "has", RIGHT_TEXTS | RIGHT_OF, false, false, op_has, "contains ",
	  "a text, a list of texts, or {\"of\": SUBJECT}",
	  "contains all; a list has them as items" },
	{ "lacks", RIGHT_TEXTS | RIGHT_OF, false, true, op_lacks,
	  "does not contain ", "a text, a list of texts, or {\"of\": SUBJECT}",
	  "contains none of them, or is absent" },
	{ "present", RIGHT_NONE, true, false, op_present, "present", "nothing",
	  "the subject exists" },
	{ "absent", RIGHT_NONE, true, true, op_absent, "absent", "nothing",
	  "the subject does not exist" },
	{ "same-bytes", RIGHT_OF | RIGHT_FILE, false, false, op_same_bytes,
	  "the bytes of ", "{\"of\": SUBJECT} or {\"file\": \"fixtures/...\"}",
	  "byte for byte" },
	{ "same-json", RIGHT_OF | RIGHT_FILE, false, false, op_same_json,
	  "the JSON of ", "{\"of\": SUBJECT} or {\"file\": \"fixtures/...\"}",
	  "equal JSON, with the same order of keys (except a body's own) and "
	  "the same spelling of numbers" },
	{ "same-json-ordered", RIGHT_OF | RIGHT_FILE, false, false,
	  op_same_json_ordered, "the JSON, in order, of ",
	  "{\"of\": SUBJECT} or {\"file\": \"fixtures/...\"}",
	  "the same, with the order of a body's own keys" },
	{ "same-events", RIGHT_OF, true, false, op_same_events,
	  "the events of ", "{\"of\": SUBJECT}",
	  "same names and data in order; pings and comments may differ" },
	{ .word = NULL },
};
