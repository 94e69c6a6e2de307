/*
 * Any bytes: they are refused with a place, or they are a document that can
 * be walked, copied, found by pointer and compared with itself. Where the
 * input holds a line feed after a document, what follows is a second one, and
 * the two are compared.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "wire/json/jindex.h"
#include "wire/json/json.h"

/* The assertions are the test; a build without them would test nothing. */
#ifdef NDEBUG
#error "fuzz targets need assert()"
#endif

#define NESTED_LIMIT 32 /* how deep the slow checks go */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_string(struct jval string)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT), quoted = text;
	struct jval again;

	assert(jscan_string(string, &text) == 0);
	assert(jscan_string_order(string, string) == 0);
	assert(jscan_quote(&quoted, buf_span(&text)) == 0);
	assert(jscan(buf_span(&quoted), &again, NULL) == 0);
	assert(again.type == J_STRING);
	if (span_is_utf8(buf_span(&text)))
		assert(jscan_string_order(string, again) == 0);
	buf_clear(&text);
	buf_clear(&quoted);
}

static void check_number(struct jval number)
{
	int64_t whole;
	double value;

	assert(jscan_number_same(number, number));
	if (jscan_i64(number, &whole) && whole > -1000000 && whole < 1000000)
		assert(jscan_double(number, &value) && value == (double)whole);
}

static bool is_in(struct span part, struct span whole)
{
	return part.at >= whole.at &&
	       part.at + part.len <= whole.at + whole.len;
}

static void check_value(struct jval v, int depth)
{
	struct jiter it = jscan_iter(v);
	struct jval key, value, alone;
	size_t count = 0;

	assert(v.text.len > 0);
	assert(jscan(v.text, &alone, NULL) == 0);
	assert(alone.type == v.type && span_equal(alone.text, v.text));
	if (v.type == J_STRING)
		check_string(v);
	if (v.type == J_NUMBER)
		check_number(v);
	for (; jscan_next(&it, &key, &value); count++) {
		assert(is_in(value.text, v.text));
		if (v.type == J_OBJECT)
			check_string(key);
		if (depth < NESTED_LIMIT)
			check_value(value, depth + 1);
	}
	assert(count == jscan_count(v));
}

/* An index finds the same values at the same places. */
static void check_same(struct jval read, struct jval indexed, int depth)
{
	struct jiter it = jscan_iter(read), other = jscan_iter(indexed);
	struct jval key, value, key2, value2;

	assert(read.type == indexed.type && indexed.node != NULL);
	assert(read.text.at == indexed.text.at &&
	       read.text.len == indexed.text.len);
	while (jscan_next(&it, &key, &value)) {
		assert(jscan_next(&other, &key2, &value2));
		assert(span_equal(key.text, key2.text));
		if (depth < NESTED_LIMIT)
			check_same(value, value2, depth + 1);
	}
	assert(!jscan_next(&other, &key2, &value2));
}

static void check_index(struct span doc, const struct jval *root)
{
	struct jindex index = JINDEX_INIT;
	struct jval indexed;
	int rc = jindex_scan(&index, doc, &indexed, NULL);

	assert((rc == 0) == (root != NULL));
	if (root)
		check_same(*root, indexed, 0);
	jindex_clear(&index);
}

static void check_duplicate(struct jval root)
{
	struct jval key;

	if (jscan_duplicate_key(root, &key))
		assert(key.type == J_STRING && key.text.at >= root.text.at &&
		       key.text.at + key.text.len <=
			       root.text.at + root.text.len);
}

static void on_diff(void *arg, const struct jdiff *d)
{
	struct jval *roots = arg, found, key;
	struct jval root = d->kind == JDIFF_ADDED ? roots[1] : roots[0];
	struct jval part = d->kind == JDIFF_ADDED ? d->is : d->was;

	assert(is_in(part.text, root.text));
	/* Of members with one name a pointer means the first. */
	if (span_find_byte(d->pointer, '\0') == SIZE_MAX &&
	    !jscan_duplicate_key(root, &key))
		assert(jscan_find(root, d->pointer, &found));
}

static void check_pair(struct jval a, struct jval b)
{
	struct jval roots[] = { a, b };

	for (unsigned flags = 0; flags < 4; flags++) {
		size_t there = jscan_diff(a, b, flags, 50, on_diff, roots);
		size_t back = jscan_diff(b, a, flags, 0, NULL, NULL);

		assert((there == 0) == (back == 0));
	}
}

static void check_file(struct span doc, bool valid)
{
	struct json *j = NULL;
	struct fail f = FAIL_INIT;

	if (json_parse(&j, "x", doc, &f) == 0) {
		assert(valid);
		assert(json_raw(j, j->root).text.len > 0);
		json_free(j);
	} else {
		assert(f.code == FAIL_CASE && f.text[0] == 'x');
	}
}

static bool check_document(struct span doc, struct jval *root)
{
	struct fail f = FAIL_INIT;
	bool valid = jscan(doc, root, &f) == 0;

	check_file(doc, valid);
	check_index(doc, valid ? root : NULL);
	if (!valid) {
		assert(f.code == FAIL_SYNTAX && f.text[0] != '\0');
		return false;
	}
	check_value(*root, 0);
	check_duplicate(*root);
	assert(jscan_diff(*root, *root, JDIFF_ORDER | JDIFF_EXACT, 0, NULL,
			  NULL) == 0);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct span rest = span_make(bytes, len), first = SPAN_EMPTY;
	struct jval a, b;

	check_document(rest, &a);
	if (span_find_byte(rest, '\n') != SIZE_MAX &&
	    span_split(&rest, '\n', &first) && check_document(first, &a) &&
	    check_document(rest, &b))
		check_pair(a, b);
	return 0;
}
