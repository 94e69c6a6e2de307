/* Checks the members of an object: which are there, and their types, ranges and
 * words. */
#include <stdio.h>

#include "mockupstream/dialects/chat/chat_private.h"

/* ---- which there are ---- */

static int refuse_unknown(struct chat_refusal *why, const char *place,
			  const struct buf *name)
{
	char param[CHAT_PLACE_LEN + CHAT_PLACE_LEN];

	snprintf(param, sizeof(param), "%s%s%.80s", place, place[0] ? "." : "",
		 buf_str(name));
	return chat_refuse(why, "unknown_parameter", param,
			   "Unknown parameter: '%s'.", param);
}

int chat_value_names(struct jval object, const char *place, const char *words,
		     struct chat_refusal *why)
{
	struct jiter it = jscan_iter(object);
	struct jval key, value;
	int rc = 0;

	while (object.type == J_OBJECT && rc == 0 &&
	       jscan_next(&it, &key, &value)) {
		struct buf name = BUF_INIT(BUF_NO_LIMIT);

		(void)jscan_string(key, &name);
		if (!span_has_word(span_of(words), ' ', buf_span(&name)))
			rc = refuse_unknown(why, place, &name);
		buf_clear(&name);
	}
	return rc;
}

/* ---- numbers, texts and words ---- */

static const char *code_of(bool whole, bool low)
{
	if (whole)
		return low ? "integer_below_min_value"
			   : "integer_above_max_value";
	return low ? "decimal_below_min_value" : "decimal_above_max_value";
}

static int check_number(const struct chat_member *row, const char *name,
			struct jval v, struct chat_refusal *why)
{
	bool whole = row->kind == CHAT_INTEGER, low;
	const char *kind = whole ? "integer" : "decimal";
	double number;
	int64_t exact;

	if (v.type != J_NUMBER || !jscan_double(v, &number) ||
	    (whole && !jscan_i64(v, &exact)))
		return chat_refuse_type(why, name,
					whole ? "an integer" : "a decimal", v);
	if (number >= row->least && number <= row->most)
		return 0;
	low = number < row->least;
	return chat_refuse(why, code_of(whole, low), name,
			   "Invalid '%s': %s %s value. Expected a value %s "
			   "%.10g, but got %.*s instead.",
			   name, kind, low ? "below minimum" : "above maximum",
			   low ? ">=" : "<=", low ? row->least : row->most,
			   SPAN_ARG(span_first(v.text, 40)));
}

int chat_value_length(const char *name, struct jval v, size_t most,
		      struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	size_t len;

	if (v.type != J_STRING)
		return chat_refuse_type(why, name, "a string", v);
	(void)jscan_string(v, &text);
	len = text.len;
	buf_clear(&text);
	if (most == CHAT_ANY_LENGTH || len <= most)
		return 0;
	return chat_refuse(why, "string_above_max_length", name,
			   "Invalid '%s': string too long. Expected a string "
			   "with maximum length %zu, but got a string with "
			   "length %zu instead.",
			   name, most, len);
}

void chat_value_list(const char *words, struct buf *out)
{
	struct span rest = span_of(words), word;
	size_t n = 0;

	while (span_split(&rest, ' ', &word)) {
		if (n > 0)
			buf_add_text(out, rest.at  ? ", "
					  : n == 1 ? " and "
						   : ", and ");
		buf_addf(out, "'%.*s'", SPAN_ARG(word));
		n++;
	}
}

int chat_value_word(const char *name, struct jval v, const char *words,
		    struct chat_refusal *why)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc = 0;

	if (v.type == J_STRING)
		(void)jscan_string(v, &text);
	if (text.len == 0 ||
	    !span_has_word(span_of(words), ' ', buf_span(&text))) {
		buf_reset(&text);
		chat_value_list(words, &text);
		rc = chat_refuse_value(why, name, v, buf_str(&text));
	}
	buf_clear(&text);
	return rc;
}

static int check_type(const struct chat_member *row, const char *name,
		      struct jval v, struct chat_refusal *why)
{
	switch (row->kind) {
	case CHAT_ANY:
		return 0;
	case CHAT_BOOLEAN:
		if (v.type == J_TRUE || v.type == J_FALSE)
			return 0;
		return chat_refuse_type(why, name, "a boolean", v);
	case CHAT_INTEGER:
	case CHAT_DECIMAL:
		return check_number(row, name, v, why);
	case CHAT_TEXT:
		return chat_value_length(name, v, (size_t)row->most, why);
	case CHAT_WORD:
		return chat_value_word(name, v, row->words, why);
	case CHAT_OBJECT:
		if (v.type == J_OBJECT)
			return 0;
		return chat_refuse_type(why, name, "an object", v);
	case CHAT_ARRAY:
		if (v.type == J_ARRAY)
			return 0;
		return chat_refuse_type(why, name, "an array of objects", v);
	}
	return 0;
}

/* ---- members of an object ---- */

static void write_place(const char *place, const char *name,
			char out[CHAT_PLACE_LEN])
{
	snprintf(out, CHAT_PLACE_LEN, "%s%s%s", place, place[0] ? "." : "",
		 name);
}

int chat_value_member(const struct chat_member *row, struct jval object,
		      const char *place, struct chat_refusal *why)
{
	struct jval v = jscan_get(object, row->name);
	char name[CHAT_PLACE_LEN];

	write_place(place, row->name, name);
	return v.text.at ? check_type(row, name, v, why) : 0;
}

static const struct chat_member *row_of(const struct chat_member *rows,
					size_t count, struct jval key)
{
	for (size_t i = 0; i < count; i++)
		if (jscan_string_is(key, rows[i].name))
			return &rows[i];
	return NULL;
}

int chat_value_members(const struct chat_member *rows, size_t count,
		       struct jval object, const char *place,
		       struct chat_refusal *why)
{
	struct jiter it = jscan_iter(object);
	struct jval key, value;
	int rc = 0;

	while (object.type == J_OBJECT && rc == 0 &&
	       jscan_next(&it, &key, &value)) {
		const struct chat_member *row = row_of(rows, count, key);
		struct buf name = BUF_INIT(BUF_NO_LIMIT);
		char full[CHAT_PLACE_LEN];

		(void)jscan_string(key, &name);
		if (!row) {
			rc = refuse_unknown(why, place, &name);
		} else if (value.type != J_NULL) {
			write_place(place, row->name, full);
			rc = check_type(row, full, value, why);
		}
		buf_clear(&name);
	}
	return rc;
}
