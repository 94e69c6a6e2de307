/* JSON texts in which one value is missing, or is another one: each value of a
 * text in turn, in each of the ways below. */
#ifndef TESTS_UNIT_ODD_KIT_H
#define TESTS_UNIT_ODD_KIT_H

#include <stdio.h>

#include "wire/bytes/buf.h"
#include "wire/json/jscan.h"

/* What a text comes to: appends one line without its end. */
typedef void odd_fn(void *arg, struct span text, struct buf *told);

struct odd {
	struct span text;
	odd_fn *fn;
	void *arg;
	struct buf whole; /* what the text itself comes to */
	struct buf *out;
};

static const char *const odd_values[] = { "null", "true",  "0",  "1.5", "-3",
					  "\"\"", "\"x\"", "[]", "{}" };

enum {
	ODD_VALUES = sizeof(odd_values) / sizeof(odd_values[0]),
	ODD_TOLD = ODD_VALUES + 2, /* without it; with it twice */
};

/* What the ways of one place came to. Those that came to the same share a line;
 * those that came to what the text itself comes to have none. */
struct odd_place {
	struct buf told[ODD_TOLD];
	const char *ways[ODD_TOLD];
	size_t count;
};

/* The text with other bytes in the place of the part. */
static inline void odd_try(struct odd *o, struct odd_place *p, const char *way,
			   struct span part, const char *bytes, size_t len)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	buf_add_span(&text, o->text);
	buf_splice(&text, (size_t)(part.at - o->text.at), part.len, bytes, len);
	buf_init(&p->told[p->count], BUF_NO_LIMIT);
	o->fn(o->arg, buf_span(&text), &p->told[p->count]);
	p->ways[p->count++] = way;
	buf_clear(&text);
}

static inline void odd_write(struct odd *o, struct odd_place *p,
			     const char *place)
{
	bool done[ODD_TOLD] = { false };

	for (size_t i = 0; i < p->count; i++) {
		struct span told = buf_span(&p->told[i]);

		if (done[i] || span_equal(told, buf_span(&o->whole)))
			continue;
		buf_addf(o->out, "%s %s", place, p->ways[i]);
		for (size_t k = i + 1; k < p->count; k++)
			if (span_equal(told, buf_span(&p->told[k]))) {
				done[k] = true;
				buf_addf(o->out, " %s", p->ways[k]);
			}
		buf_addf(o->out, ": %.*s\n", SPAN_ARG(told));
	}
	for (size_t i = 0; i < p->count; i++)
		buf_clear(&p->told[i]);
}

/* The part, with the comma that belongs to it: what goes when it goes. */
static inline struct span odd_with_comma(const struct odd *o, struct span part)
{
	const char *end = part.at + part.len;

	if (end < o->text.at + o->text.len && *end == ',')
		return span_make(part.at, part.len + 1);
	if (part.at > o->text.at && part.at[-1] == ',')
		return span_make(part.at - 1, part.len + 1);
	return part;
}

static inline void odd_value(struct odd *o, struct jval v, const char *place);

static inline void odd_part(struct odd *o, struct span part, struct jval v,
			    const char *place)
{
	struct span with_comma = odd_with_comma(o, part);
	struct odd_place p = { .count = 0 };
	struct buf twice = BUF_INIT(BUF_NO_LIMIT);

	odd_try(o, &p, "gone", with_comma, "", 0);
	for (size_t i = 0; i < ODD_VALUES; i++)
		odd_try(o, &p, odd_values[i], v.text, odd_values[i],
			strlen(odd_values[i]));
	if (part.at == v.text.at) { /* an item of a list */
		buf_addf(&twice, "%.*s,%.*s", SPAN_ARG(part), SPAN_ARG(part));
		odd_try(o, &p, "twice", part, twice.at, twice.len);
	}
	odd_write(o, &p, place);
	buf_clear(&twice);
	odd_value(o, v, place);
}

static inline void odd_value(struct odd *o, struct jval v, const char *place)
{
	struct jiter it = jscan_iter(v);
	struct jval key, value;

	for (size_t n = 0; jscan_next(&it, &key, &value); n++) {
		const char *end = value.text.at + value.text.len;
		char inner[300];

		if (v.type == J_OBJECT) {
			snprintf(inner, sizeof(inner), "%s/%.*s", place,
				 (int)key.text.len - 2, key.text.at + 1);
			odd_part(o,
				 span_make(key.text.at,
					   (size_t)(end - key.text.at)),
				 value, inner);
		} else {
			snprintf(inner, sizeof(inner), "%s/%zu", place, n);
			odd_part(o, value.text, value, inner);
		}
	}
}

/* Appends a line for each thing that odd texts come to. The text is compact
 * JSON. */
static inline void odd_each(struct span text, odd_fn *fn, void *arg,
			    struct buf *out)
{
	struct odd o = { .text = text,
			 .fn = fn,
			 .arg = arg,
			 .whole = BUF_INIT(BUF_NO_LIMIT),
			 .out = out };
	struct jval root;

	assert_int_equal(jscan(text, &root, NULL), 0);
	fn(arg, text, &o.whole);
	buf_addf(out, "%.*s\n", SPAN_ARG(buf_span(&o.whole)));
	odd_value(&o, root, "");
	buf_clear(&o.whole);
}

#endif
