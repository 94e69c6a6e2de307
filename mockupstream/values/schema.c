/*
 * Makes values for a JSON schema. A node holds all schemas that apply to one
 * value: the schema itself, the one it refers to, all of its allOf, and one of
 * its anyOf or oneOf. A keyword is looked up in all of them.
 */
#include <math.h>
#include <string.h>

#include "mockupstream/values/values.h"
#include "wire/bytes/pattern.h"

enum {
	NODE_LIMIT = 16, /* the most schemas of a node */
	DEPTH_LIMIT = 24,
	DEPTH_SHORT = 6, /* from this depth on, take the shortest alternative */
	LENGTH_LIMIT = 4096, /* of a text, and of a list */
	POINTER_LIMIT_BYTES = 4096,
	REPEATS_LIMIT = 256,
	VALUES_LIMIT = 4096,
	READ_LIMIT_BYTES = 64 * 1024 * 1024, /* of schemas, in all */
};

struct node {
	struct jval list[NODE_LIMIT];
	size_t count;
};

struct schema_walk {
	struct jval root;
	struct buf *out;
	unsigned depth;
	size_t nth; /* makes the items of a list differ */
	size_t values; /* written so far */
	size_t read; /* bytes of schemas read */
	bool over; /* it did not fit: stop */
};

static void write_value(struct schema_walk *w, struct jval schema, size_t nth);

/* ---- nodes ---- */

static bool lookup(const struct node *n, const char *key, enum jtype type,
		   struct jval *out)
{
	for (size_t i = 0; i < n->count; i++)
		if (jscan_member(n->list[i], key, out) && out->type == type)
			return true;
	return false;
}

static bool lookup_any(const struct node *n, const char *key, struct jval *out)
{
	for (size_t i = 0; i < n->count; i++)
		if (jscan_member(n->list[i], key, out))
			return true;
	return false;
}

/* Finds "#/$defs/Name" in the root. */
static bool resolve(struct schema_walk *w, struct jval ref, struct jval *out)
{
	struct buf pointer = BUF_INIT(POINTER_LIMIT_BYTES);
	bool found = jscan_string(ref, &pointer) == 0 &&
		     span_starts(buf_span(&pointer), "#") &&
		     jscan_find(w->root, span_skip(buf_span(&pointer), 1), out);

	w->read += w->root.text.len;
	buf_clear(&pointer);
	return found;
}

/* Whether values of the schema have no parts: null, a text, a number. */
static bool is_short(struct jval schema)
{
	struct jval v;

	if (jscan_member(schema, "$ref", &v))
		return false;
	return !jscan_member(schema, "type", &v) ||
	       (!jscan_string_is(v, "object") && !jscan_string_is(v, "array"));
}

/* Picks an alternative: the first, or, deep down, the first short one. */
static bool pick(const struct schema_walk *w, struct jval list,
		 struct jval *out)
{
	struct jiter it = jscan_iter(list);
	struct jval key, item;
	bool found = false;

	while (list.type == J_ARRAY && jscan_next(&it, &key, &item)) {
		if (!found || is_short(item))
			*out = item;
		found = true;
		if (w->depth < DEPTH_SHORT || is_short(item))
			break;
	}
	return found;
}

static bool is_full(const struct schema_walk *w)
{
	return w->over || w->values > VALUES_LIMIT ||
	       w->read > READ_LIMIT_BYTES;
}

static void node_add(struct schema_walk *w, struct node *n, struct jval schema)
{
	struct jval v, item, key;
	struct jiter it;

	if (schema.type != J_OBJECT || n->count == NODE_LIMIT || is_full(w))
		return;
	for (size_t i = 0; i < n->count; i++)
		if (n->list[i].text.at == schema.text.at)
			return; /* it refers to itself */
	n->list[n->count++] = schema;
	w->read += schema.text.len;
	if (jscan_member(schema, "$ref", &v) && v.type == J_STRING &&
	    resolve(w, v, &item))
		node_add(w, n, item);
	if (jscan_member(schema, "allOf", &v)) {
		it = jscan_iter(v);
		while (v.type == J_ARRAY && jscan_next(&it, &key, &item))
			node_add(w, n, item);
	}
	if (jscan_member(schema, "anyOf", &v) && pick(w, v, &item))
		node_add(w, n, item);
	if (jscan_member(schema, "oneOf", &v) && pick(w, v, &item))
		node_add(w, n, item);
}

/* The whole number under a keyword, or `fallback`; at most the limit. */
static size_t count_of(const struct node *n, const char *key, size_t fallback)
{
	struct jval v;
	double d;

	if (!lookup(n, key, J_NUMBER, &v) || !jscan_double(v, &d) || d < 0)
		return fallback;
	return (size_t)fmin(d, LENGTH_LIMIT);
}

/* ---- texts ---- */

static const struct {
	const char *format, *text;
} formats[] = {
	{ "date-time", "2026-01-01T00:00:00Z" },
	{ "date", "2026-01-01" },
	{ "time", "00:00:00Z" },
	{ "duration", "P1D" },
	{ "email", "someone@example.com" },
	{ "hostname", "example.com" },
	{ "uri", "https://example.com/" },
	{ "url", "https://example.com/" },
	{ "uuid", "00000000-0000-4000-8000-000000000000" },
	{ "ipv4", "192.0.2.1" },
	{ "ipv6", "2001:db8::1" },
};

/* Length in characters. */
static size_t length_of(struct span s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
	return n;
}

/* Writes a text for the pattern that has the right length. */
static bool write_pattern(struct span pattern, size_t least, size_t most,
			  struct buf *text)
{
	struct pattern *p = NULL;
	struct buf source = BUF_INIT(POINTER_LIMIT_BYTES);
	bool found = false;

	if (buf_add_span(&source, pattern) == 0)
		(void)pattern_new(&p, buf_str(&source), NULL);
	for (size_t more = 0; p && !found && more < REPEATS_LIMIT; more++) {
		buf_reset(text);
		if (values_for_pattern(pattern, more, text) < 0)
			break;
		found = length_of(buf_span(text)) >= least &&
			length_of(buf_span(text)) <= most &&
			pattern_match(p, buf_span(text)) == 1;
	}
	if (!found)
		buf_reset(text);
	pattern_free(p);
	buf_clear(&source);
	return found;
}

static void write_text(struct schema_walk *w, const struct node *n)
{
	size_t least = count_of(n, "minLength", 0);
	size_t most = count_of(n, "maxLength", LENGTH_LIMIT);
	struct buf text = BUF_INIT(2 * LENGTH_LIMIT),
		   pattern = BUF_INIT(POINTER_LIMIT_BYTES);
	struct jval v;
	bool done = false;

	if (lookup(n, "pattern", J_STRING, &v) &&
	    jscan_string(v, &pattern) == 0)
		done = write_pattern(buf_span(&pattern), least, most, &text);
	if (!done && lookup(n, "format", J_STRING, &v))
		for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]);
		     i++)
			if (jscan_string_is(v, formats[i].format)) {
				buf_add_text(&text, formats[i].text);
				done = true;
			}
	if (!done) {
		buf_add_text(&text, "text");
		if (w->nth > 0)
			buf_addf(&text, "%zu", w->nth + 1);
		while (text.len < least)
			buf_add_byte(&text, 'x');
		buf_cut(&text, most);
	}
	w->over = w->over || jscan_quote(w->out, buf_span(&text)) < 0;
	buf_clear(&text);
	buf_clear(&pattern);
}

/* ---- numbers ---- */

static bool limit_of(const struct node *n, const char *key, double *out)
{
	struct jval v;

	return lookup(n, key, J_NUMBER, &v) && jscan_double(v, out);
}

/* The lowest and the highest number allowed. */
static void range_of(const struct node *n, bool whole, double *low,
		     double *high)
{
	double d;

	*low = -INFINITY;
	*high = INFINITY;
	if (limit_of(n, "minimum", &d))
		*low = whole ? ceil(d) : d;
	if (limit_of(n, "maximum", &d))
		*high = whole ? floor(d) : d;
	if (limit_of(n, "exclusiveMinimum", &d) && d >= *low)
		*low = whole ? floor(d) + 1 : nextafter(d, INFINITY);
	if (limit_of(n, "exclusiveMaximum", &d) && d <= *high)
		*high = whole ? ceil(d) - 1 : nextafter(d, -INFINITY);
}

/* A number in a range that has at least one end. */
static double inside(double low, double high, bool whole)
{
	if (isinf(low))
		return high;
	if (isinf(high))
		return whole ? low : low + 1;
	return whole ? low : low + (high - low) / 2;
}

static void write_number(struct schema_walk *w, const struct node *n,
			 bool whole)
{
	double low, high, step = 0, d = 1 + (double)w->nth;

	range_of(n, whole, &low, &high);
	if (limit_of(n, "multipleOf", &step) && step > 0) {
		d = step * (1 + (double)w->nth);
		if (d < low)
			d = step * ceil(low / step);
		if (d > high)
			d = step * floor(high / step);
	} else if (d < low || d > high) {
		d = inside(low, high, whole);
	}
	if (fabs(d) < 1e15 && d == floor(d))
		(void)buf_addf(w->out, "%.0f", d);
	else
		(void)buf_addf(w->out, "%.17g", d);
}

/* ---- lists and objects ---- */

static void write_list(struct schema_walk *w, const struct node *n)
{
	size_t least = count_of(n, "minItems", w->depth < DEPTH_SHORT ? 1 : 0);
	size_t most = count_of(n, "maxItems", LENGTH_LIMIT);
	struct jval items = { .type = J_OBJECT, .text = span_of("{}") };
	struct jval first = { .type = J_NULL }, key, item;
	struct jiter it;

	(void)lookup(n, "items", J_OBJECT, &items);
	if (lookup(n, "prefixItems", J_ARRAY, &first) &&
	    jscan_count(first) > least)
		least = jscan_count(first);
	it = jscan_iter(first);
	(void)buf_add_byte(w->out, '[');
	for (size_t i = 0; i < least && i < most && !is_full(w); i++) {
		if (i > 0)
			(void)buf_add_byte(w->out, ',');
		write_value(w, jscan_next(&it, &key, &item) ? item : items, i);
	}
	(void)buf_add_byte(w->out, ']');
}

/* The schema of a property; one that is not described may be anything. */
static struct jval property_of(struct schema_walk *w, const struct node *n,
			       struct jval name)
{
	struct jval any = { .type = J_OBJECT, .text = span_of("{}") };
	struct buf key = BUF_INIT(POINTER_LIMIT_BYTES);
	struct jval properties, v;

	if (jscan_string(name, &key) == 0)
		for (size_t i = 0; i < n->count; i++) {
			w->read += n->list[i].text.len;
			if (jscan_member(n->list[i], "properties",
					 &properties) &&
			    jscan_member(properties, buf_str(&key), &v)) {
				any = v;
				break;
			}
		}
	buf_clear(&key);
	return any;
}

/* True if an earlier schema of the node requires the property, too. */
static bool is_again(const struct node *n, size_t before, struct jval name)
{
	struct jval list, key, item;

	for (size_t i = 0; i < before; i++) {
		struct jiter it;

		if (!jscan_member(n->list[i], "required", &list))
			continue;
		it = jscan_iter(list);
		while (list.type == J_ARRAY && jscan_next(&it, &key, &item))
			if (item.type == J_STRING &&
			    jscan_string_order(item, name) == 0)
				return true;
	}
	return false;
}

static void write_object(struct schema_walk *w, const struct node *n)
{
	struct jval list, key, name;
	size_t count = 0;

	(void)buf_add_byte(w->out, '{');
	for (size_t i = 0; i < n->count; i++) {
		struct jiter it;

		if (!jscan_member(n->list[i], "required", &list))
			continue;
		it = jscan_iter(list);
		while (list.type == J_ARRAY && jscan_next(&it, &key, &name) &&
		       !is_full(w)) {
			if (name.type != J_STRING || is_again(n, i, name))
				continue;
			(void)buf_addf(w->out,
				       "%s%.*s:", count++ > 0 ? "," : "",
				       SPAN_ARG(name.text));
			write_value(w, property_of(w, n, name), 0);
		}
	}
	(void)buf_add_byte(w->out, '}');
}

/* ---- values ---- */

static const struct {
	const char *keyword, *type;
} signs[] = {
	{ "properties", "object" },
	{ "required", "object" },
	{ "items", "array" },
	{ "prefixItems", "array" },
	{ "minItems", "array" },
	{ "minimum", "number" },
	{ "maximum", "number" },
	{ "multipleOf", "number" },
	{ "exclusiveMinimum", "number" },
	{ "exclusiveMaximum", "number" },
};

/* The type to write; a text if nothing tells. */
static const char *type_of(const struct node *n)
{
	static const char *const types[] = { "object",  "array",  "string",
					     "integer", "number", "boolean",
					     "null" };
	struct jval v, key, item = { .type = J_NULL };
	struct jiter it;

	if (lookup(n, "type", J_ARRAY, &v)) {
		it = jscan_iter(v);
		(void)jscan_next(&it, &key, &item);
	} else if (lookup(n, "type", J_STRING, &v)) {
		item = v;
	}
	if (item.type == J_STRING)
		for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
			if (jscan_string_is(item, types[i]))
				return types[i];
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (lookup_any(n, signs[i].keyword, &v))
			return signs[i].type;
	return "string";
}

/* Writes the nth value of an enum, beginning again after the last. */
static bool write_enum(struct schema_walk *w, const struct node *n)
{
	struct jval list, key, item;
	struct jiter it;
	size_t at;

	if (!lookup(n, "enum", J_ARRAY, &list) || jscan_count(list) == 0)
		return false;
	at = w->nth % jscan_count(list);
	it = jscan_iter(list);
	while (jscan_next(&it, &key, &item) && at > 0)
		at--;
	w->over = w->over || buf_add_span(w->out, item.text) < 0;
	return true;
}

static void write_node(struct schema_walk *w, const struct node *n)
{
	const char *type = type_of(n);
	struct jval v;

	if (lookup_any(n, "const", &v))
		w->over = w->over || buf_add_span(w->out, v.text) < 0;
	else if (write_enum(w, n))
		return;
	else if (strcmp(type, "object") == 0)
		write_object(w, n);
	else if (strcmp(type, "array") == 0)
		write_list(w, n);
	else if (strcmp(type, "string") == 0)
		write_text(w, n);
	else if (strcmp(type, "integer") == 0 || strcmp(type, "number") == 0)
		write_number(w, n, type[0] == 'i');
	else
		(void)buf_add_text(w->out, type[0] == 'b' ? "true" : "null");
}

static void write_value(struct schema_walk *w, struct jval schema, size_t nth)
{
	struct node n = { .count = 0 };
	size_t was = w->nth;

	w->values++;
	if (w->depth >= DEPTH_LIMIT || is_full(w)) {
		(void)buf_add_text(w->out, "null");
		return;
	}
	w->nth = nth;
	w->depth++;
	node_add(w, &n, schema);
	write_node(w, &n);
	w->depth--;
	w->nth = was;
}

void values_for_schema(struct jval schema, struct buf *out)
{
	struct schema_walk w = { .root = schema, .out = out };
	size_t from = out->len;
	struct jval v;

	write_value(&w, schema, 0);
	if (jscan(span_skip(buf_span(out), from), &v, NULL) < 0) {
		buf_cut(out, from);
		(void)buf_add_text(out, "{}"); /* it was too long */
	}
}
