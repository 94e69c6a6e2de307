/* Compares values of a log with values of a case. */
#include "probe/look/compare.h"

struct span compare_text(const struct value *v, struct buf *own)
{
	switch (v->kind) {
	case VALUE_BYTES:
		return v->bytes;
	case VALUE_JSON:
		if (v->json.type != J_STRING)
			return v->json.text;
		jscan_string(v->json, own);
		return buf_span(own);
	case VALUE_NUMBER:
		value_print(v, own, 64);
		return buf_span(own);
	case VALUE_LIST:
		for (size_t i = 0; i < v->list_count; i++) {
			if (i > 0)
				buf_add_text(own, ", ");
			buf_add_span(own, v->list[i]);
		}
		return buf_span(own);
	default:
		return SPAN_EMPTY;
	}
}

static bool number_in(struct span text, struct jval *out)
{
	return jscan(text, out, NULL) == 0 && out->type == J_NUMBER;
}

bool compare_number(const struct value *v, double *out)
{
	struct jval number;

	if (v->kind == VALUE_NUMBER) {
		*out = v->number;
		return true;
	}
	if (v->kind != VALUE_BYTES && v->kind != VALUE_JSON)
		return false;
	return number_in(v->bytes, &number) && jscan_double(number, out);
}

bool compare_has_items(const struct value *v)
{
	return v->kind == VALUE_LIST ||
	       (v->kind == VALUE_JSON && v->json.type == J_ARRAY);
}

bool compare_has_item(const struct value *v, struct span text)
{
	struct buf item_text = BUF_INIT(BUF_NO_LIMIT);
	struct jiter it;
	struct jval item;
	bool found = false;

	for (size_t i = 0; i < v->list_count; i++)
		if (span_equal(v->list[i], text))
			return true;
	if (v->kind != VALUE_JSON)
		return false;
	it = jscan_iter(v->json);
	while (!found && jscan_next(&it, NULL, &item)) {
		if (item.type != J_STRING)
			continue;
		buf_reset(&item_text);
		jscan_string(item, &item_text);
		found = span_equal(buf_span(&item_text), text);
	}
	buf_clear(&item_text);
	return found;
}

static bool same_json(struct jval a, struct jval b)
{
	return jscan_diff(a, b, 0, 0, NULL, NULL) == 0;
}

static bool is_text(struct span bytes, struct jval wanted)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool same;

	jscan_string(wanted, &text);
	same = span_equal(buf_span(&text), bytes);
	buf_clear(&text);
	return same;
}

static bool is_list(const struct value *v, struct jval wanted)
{
	struct jiter it = jscan_iter(wanted);
	struct jval item;
	size_t n = 0;

	if (wanted.type != J_ARRAY)
		return false;
	for (; jscan_next(&it, NULL, &item); n++)
		if (n == v->list_count || item.type != J_STRING ||
		    !is_text(v->list[n], item))
			return false;
	return n == v->list_count;
}

bool compare_json(const struct value *v, struct jval wanted)
{
	struct jval root;
	double number;

	switch (v->kind) {
	case VALUE_NUMBER:
		return wanted.type == J_NUMBER &&
		       jscan_double(wanted, &number) && number == v->number;
	case VALUE_BYTES:
		if (wanted.type == J_STRING)
			return is_text(v->bytes, wanted);
		return jscan(v->bytes, &root, NULL) == 0 &&
		       same_json(root, wanted);
	case VALUE_JSON:
		return same_json(v->json, wanted);
	case VALUE_LIST:
		return is_list(v, wanted);
	default:
		return false;
	}
}

static bool same_list(const struct value *a, const struct value *b)
{
	if (a->list_count != b->list_count)
		return false;
	for (size_t i = 0; i < a->list_count; i++)
		if (!span_equal(a->list[i], b->list[i]))
			return false;
	return true;
}

bool compare_values(const struct value *a, const struct value *b)
{
	struct buf own_a = BUF_INIT(BUF_NO_LIMIT);
	struct buf own_b = BUF_INIT(BUF_NO_LIMIT);
	double left, right;
	bool same;

	if (a->kind == VALUE_JSON)
		return b->kind == VALUE_JSON ? same_json(a->json, b->json)
					     : compare_json(b, a->json);
	if (b->kind == VALUE_JSON)
		return compare_json(a, b->json);
	if (a->kind == VALUE_LIST || b->kind == VALUE_LIST)
		return a->kind == b->kind && same_list(a, b);
	if ((a->kind == VALUE_NUMBER || b->kind == VALUE_NUMBER) &&
	    compare_number(a, &left) && compare_number(b, &right))
		return left == right;
	same = span_equal(compare_text(a, &own_a), compare_text(b, &own_b));
	buf_clear(&own_a);
	buf_clear(&own_b);
	return same;
}
