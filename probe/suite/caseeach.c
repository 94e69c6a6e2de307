/*
 * Expands `each` and ${...}. Strings are replaced in the text of the file,
 * before it is read, so that values keep their type and spelling. Each
 * replacement is remembered, so that a failure after it still names the right
 * line and column of the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile_private.h"
#include "wire/bytes/mem.h"
#include "wire/json/jwalk.h"

#define EXPANDED_LIMIT ((size_t)4 * CASE_FILE_LIMIT)
#define FOR_LIMIT 256

struct patch {
	size_t at, len; /* in the expanded text */
	size_t from, from_len; /* in the file */
};

struct expanding {
	struct expansion *x;
	const struct json *j;
	struct jval row;
	struct jval each; /* the member `each`, which is copied as it is */
	const struct casebook_values *values;
	/* Inside a value of the row, where ${each...} is not known */
	bool in_row;
	unsigned n; /* the value of ${n} inside "make"; 0: outside */
	struct fail *f;
};

static int fail_at(struct expanding *e, const char *at, const char *text,
		   struct span name)
{
	struct place p = jscan_place(span_make(e->j->text, e->j->len), at);

	return fail_place(e->f, FAIL_CASE, e->j->name, p.line, p.column,
			  "'%.*s' %s", SPAN_ARG(name), text);
}

static int add(struct expanding *e, struct span text)
{
	if (buf_add_span(&e->x->text, text) < 0)
		return fail_set(e->f, FAIL_LIMIT,
				"%s: larger than %zu bytes once expanded",
				e->j->name, EXPANDED_LIMIT);
	return 0;
}

/* ---- one reference ---- */

/* Appends the value of a name such as "keys.client" as a JSON string; false:
 * there is none. */
static bool key_of(const struct expanding *e, struct span name,
		   struct buf *quoted)
{
	const struct {
		const char *name, *value;
	} keys[] = {
		{ "client", e->values->client },
		{ "keys.client", e->values->client_key },
		{ "keys.upstream", e->values->upstream_key },
		{ "keys.wrong", e->values->wrong_key },
		{ "model",
		  e->values->model ? e->values->model : RECORDED_MODEL },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!span_is(name, keys[i].name) || keys[i].value == NULL)
			continue;
		jscan_quote(quoted, span_of(keys[i].value));
		return true;
	}
	return false;
}

static bool member_of(const struct expanding *e, struct span name,
		      struct jval *out)
{
	char *key;
	bool found;

	if (e->in_row || e->row.text.at == NULL || !span_starts(name, "each."))
		return false;
	key = span_dup(span_skip(name, 5));
	found = jscan_member(e->row, key, out);
	free(key);
	return found;
}

static struct span inner(struct span quoted)
{
	return span_make(quoted.at + 1, quoted.len - 2);
}

static bool number_of(const struct expanding *e, struct span name,
		      struct buf *digits)
{
	if (e->n == 0 || !span_is(name, "n"))
		return false;
	buf_addf(digits, "%u", e->n);
	return true;
}

static int expand_value(struct expanding *e, struct jval value);
static int expand_inner(struct expanding *e, struct span text);

static int add_row_value(struct expanding *e, struct jval value, bool whole,
			 struct span reference)
{
	int rc;

	if (!whole && (value.type == J_ARRAY || value.type == J_OBJECT))
		return fail_at(e, reference.at,
			       "is no single value and can only stand alone",
			       reference);
	e->in_row = true;
	if (whole)
		rc = expand_value(e, value);
	else if (value.type == J_STRING)
		rc = expand_inner(e, inner(value.text));
	else
		rc = add(e, value.text);
	e->in_row = false;
	return rc;
}

/* Adds the value of "${...}". `whole`: the reference is the whole string. */
static int add_reference(struct expanding *e, struct span reference, bool whole)
{
	struct span name = span_make(reference.at + 2, reference.len - 3);
	struct buf quoted = BUF_INIT(BUF_NO_LIMIT);
	struct jval value;
	int rc;

	if (member_of(e, name, &value))
		return add_row_value(e, value, whole, reference);
	if (number_of(e, name, &quoted)) {
		rc = add(e, buf_span(&quoted));
		buf_clear(&quoted);
		return rc;
	}
	if (!key_of(e, name, &quoted))
		return fail_at(e, reference.at,
			       "is not known (a plain '$' is written \\u0024)",
			       reference);
	rc = add(e, whole ? buf_span(&quoted) : inner(buf_span(&quoted)));
	buf_clear(&quoted);
	return rc;
}

/* ---- strings ---- */

/* Expands the text between quotes; escapes are copied. */
static int expand_inner(struct expanding *e, struct span text)
{
	struct span rest = text, tail;
	size_t at, close;

	for (at = span_find(rest, span_of("${")); at != SIZE_MAX;
	     at = span_find(rest, span_of("${"))) {
		tail = span_skip(rest, at);
		close = span_find_byte(tail, '}');
		if (close == SIZE_MAX)
			return fail_at(e, tail.at, "has no '}'",
				       span_first(tail, 20));
		if (add(e, span_first(rest, at)) < 0 ||
		    add_reference(e, span_first(tail, close + 1), false) < 0)
			return -1;
		rest = span_skip(tail, close + 1);
	}
	return add(e, rest);
}

static bool is_whole(struct span text)
{
	return span_starts(text, "${") &&
	       span_find_byte(text, '}') == text.len - 1;
}

static void remember(struct expanding *e, size_t at, struct span token)
{
	struct expansion *x = e->x;

	if (e->in_row || e->n > 0)
		return;
	x->patches =
		mem_room(x->patches, x->count, &x->cap, sizeof(*x->patches));
	x->patches[x->count++] = (struct patch){
		.at = at,
		.len = x->text.len - at,
		.from = (size_t)(token.at - e->j->text),
		.from_len = token.len,
	};
}

static int expand_string(struct expanding *e, struct span token)
{
	size_t at = e->x->text.len;
	struct span text = inner(token);

	if (span_find(text, span_of("${")) == SIZE_MAX)
		return add(e, token);
	if (is_whole(text)) {
		if (add_reference(e, text, true) < 0)
			return -1;
	} else if (add(e, span_of("\"")) < 0 || expand_inner(e, text) < 0 ||
		   add(e, span_of("\"")) < 0) {
		return -1;
	}
	remember(e, at, token);
	return 0;
}

/* ---- the text ---- */

static bool is_passed_over(const struct expanding *e, const char *at)
{
	return !e->in_row && e->each.text.at != NULL && at >= e->each.text.at &&
	       at < e->each.text.at + e->each.text.len;
}

/* ---- repetition ---- */

/* Is it {"for": 32, "make": ...}, in place of an item or of a member's
 * value? */
static bool is_repeat(struct span object)
{
	struct span rest = span_skip(object, 1);

	while (rest.len > 0 && strchr(" \t\r\n", *rest.at) != NULL)
		rest = span_skip(rest, 1);
	return span_starts(rest, "\"for\"");
}

static int read_repeat(struct expanding *e, struct jval object, uint64_t *count,
		       struct jval *make)
{
	struct jval times;

	if (jscan_count(object) == 2 && jscan_member(object, "for", &times) &&
	    jscan_member(object, "make", make) && e->n == 0 &&
	    span_u64(times.text, FOR_LIMIT, count) && *count > 0)
		return 0;
	return fail_at(e, object.text.at,
		       "should be {\"for\": 1 to 256, \"make\": ...}, and not "
		       "inside another",
		       span_first(object.text, 20));
}

/* Adds the value of "make" `for` times, each time with its key if it is a
 * member, and with ${n} from 1. */
static int add_repeat(struct expanding *e, struct jval key, struct jval object)
{
	size_t at = e->x->text.len;
	struct span whole = object.text, colon = SPAN_EMPTY;
	struct jval make;
	uint64_t count;
	int rc = 0;

	if (read_repeat(e, object, &count, &make) < 0)
		return -1;
	if (key.text.len > 0) {
		colon.at = key.text.at + key.text.len;
		colon.len = (size_t)(object.text.at - colon.at);
		whole = span_make(key.text.at,
				  key.text.len + colon.len + object.text.len);
	}
	while (rc == 0 && e->n < count) {
		if (e->n++ > 0)
			rc = add(e, span_of(", "));
		if (rc == 0 && (expand_inner(e, key.text) < 0 ||
				add(e, colon) < 0 || expand_value(e, make) < 0))
			rc = -1;
	}
	e->n = 0;
	remember(e, at, whole);
	return rc;
}

/* Adds the text before the repetition at `stop`, and the repetition. */
static int add_item(struct expanding *e, const struct jstop *stop,
		    const char *end, const char **from)
{
	struct jval object = jscan_value(stop->at, end);
	const char *begin =
		stop->key.text.len > 0 ? stop->key.text.at : stop->at;

	if (add(e, span_make(*from, (size_t)(begin - *from))) < 0 ||
	    add_repeat(e, stop->key, object) < 0)
		return -1;
	*from = object.text.at + object.text.len;
	return 0;
}

/* Copies a value with the strings in it replaced; keys stay. */
static int expand_value(struct expanding *e, struct jval value)
{
	const char *end = value.text.at + value.text.len;
	const char *from = value.text.at;
	struct jwalk walk;
	struct jstop stop;

	jwalk_init(&walk, value);
	while (jwalk_next(&walk, &stop)) {
		struct span token;

		if (stop.at < from || is_passed_over(e, stop.at))
			continue;
		if (*stop.at == '{' &&
		    is_repeat(span_make(stop.at, (size_t)(end - stop.at)))) {
			if (add_item(e, &stop, end, &from) < 0)
				return -1;
			continue;
		}
		if (*stop.at != '"')
			continue;
		token = jscan_value(stop.at, end).text;
		if (add(e, span_make(from, (size_t)(stop.at - from))) < 0 ||
		    expand_string(e, token) < 0)
			return -1;
		from = token.at + token.len;
	}
	return add(e, span_make(from, (size_t)(end - from)));
}

int casefile_expand(struct expansion *x, const struct json *j, struct jval row,
		    const struct casebook_values *values, struct fail *f)
{
	struct expanding e = { .x = x, .j = j, .row = row, .f = f };
	struct jval root;

	e.values = values;
	*x = (struct expansion){ .count = 0 };
	buf_init(&x->text, EXPANDED_LIMIT);
	if (jscan(span_make(j->text, j->len), &root, f) < 0)
		return -1;
	jscan_member(root, "each", &e.each);
	/* The text before the root is kept, so that line numbers stay the
	 * same. */
	if (add(&e, span_make(j->text, (size_t)(root.text.at - j->text))) < 0 ||
	    expand_value(&e, root) < 0) {
		expansion_clear(x);
		return -1;
	}
	return 0;
}

void expansion_clear(struct expansion *x)
{
	buf_clear(&x->text);
	free(x->patches);
	*x = (struct expansion){ .count = 0 };
}

/* ---- places ---- */

static size_t offset_of(struct span text, unsigned line, unsigned column)
{
	const char *at = text.at;

	for (; line > 1; line--) {
		at = memchr(at, '\n', (size_t)(text.at + text.len - at));
		if (at == NULL)
			return SIZE_MAX;
		at++;
	}
	return (size_t)(at - text.at) + column - 1;
}

static size_t file_offset(const struct expansion *x, size_t offset)
{
	size_t grown = 0, shrunk = 0;

	for (size_t i = 0; i < x->count; i++) {
		const struct patch *p = &x->patches[i];

		if (offset < p->at)
			break;
		if (offset < p->at + p->len)
			return p->from;
		grown += p->len;
		shrunk += p->from_len;
	}
	return offset - grown + shrunk;
}

void expansion_place(const struct expansion *x, const struct json *j,
		     struct fail *f)
{
	size_t offset;
	struct place p;

	if (f == NULL || f->code == FAIL_OK || x->count == 0 ||
	    !fail_is_in(f, j->name))
		return;
	offset = offset_of(buf_span(&x->text), f->line, f->column);
	if (offset > x->text.len)
		return;
	offset = file_offset(x, offset);
	if (offset > j->len)
		return;
	p = jscan_place(span_make(j->text, j->len), j->text + offset);
	fail_move(f, p.line, p.column);
}
