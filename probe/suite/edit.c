/*
 * Edits a recorded body at places that pointers name. All other bytes stay as
 * they were recorded.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/suite/casefile.h"
#include "wire/bytes/mem.h"

struct editing {
	const struct edit *edit;
	size_t number; /* from 1, for messages */
	struct buf *body;
	struct span value; /* the JSON or bytes that go in */
	struct fail *f;
};

static int bad(struct editing *e, const char *text)
{
	return fail_set(e->f, FAIL_CASE, "edit %zu, '%s': %s", e->number,
			e->edit->pointer, text);
}

static int splice(struct editing *e, const char *at, size_t old_len,
		  struct span by)
{
	if (buf_splice(e->body, (size_t)(at - buf_str(e->body)), old_len, by.at,
		       by.len) < 0)
		return fail_set(e->f, FAIL_LIMIT,
				"edit %zu: the body is too large", e->number);
	return 0;
}

/* The place of a member or an item in its container. */
struct spot {
	struct jval container;
	const char *begin, *end; /* with its key */
	const char *before; /* end of the previous one; NULL: it is the first */
	const char
		*behind; /* where the next one begins; NULL: it is the last */
};

static const char *end_of(struct jval v)
{
	return v.text.at + v.text.len;
}

static bool spot_of(struct jval container, struct jval value, struct spot *out)
{
	struct jiter it = jscan_iter(container);
	struct jval key, v;
	bool found = false;

	*out = (struct spot){ .container = container };
	while (jscan_next(&it, &key, &v)) {
		const char *begin = key.text.len > 0 ? key.text.at : v.text.at;

		if (found) {
			out->behind = begin;
			return true;
		}
		found = v.text.at == value.text.at;
		if (found) {
			out->begin = begin;
			out->end = end_of(v);
		} else {
			out->before = end_of(v);
		}
	}
	return found;
}

/* "/a/b" has the parent "/a" and the last part "b". */
static struct span parent_of(struct span pointer, struct span *last)
{
	size_t at = pointer.len;

	while (at > 0 && pointer.at[at - 1] != '/')
		at--;
	*last = span_skip(pointer, at);
	return span_first(pointer, at > 0 ? at - 1 : 0);
}

static int remove_value(struct editing *e, struct jval root, struct jval value)
{
	struct span last;
	struct jval container;
	struct spot s;

	if (!jscan_find(root, parent_of(span_of(e->edit->pointer), &last),
			&container) ||
	    !spot_of(container, value, &s))
		return bad(e, "nothing is there");
	if (s.behind != NULL)
		return splice(e, s.begin, (size_t)(s.behind - s.begin),
			      SPAN_EMPTY);
	if (s.before != NULL)
		return splice(e, s.before, (size_t)(s.end - s.before),
			      SPAN_EMPTY);
	return splice(e, s.begin, (size_t)(s.end - s.begin), SPAN_EMPTY);
}

/* Adds the text after the last member or item, or between empty brackets. */
static int append(struct editing *e, struct jval container, struct span text)
{
	struct buf with_comma = BUF_INIT(BUF_NO_LIMIT);
	struct jiter it = jscan_iter(container);
	const char *at = container.text.at + 1;
	struct jval v;
	bool any = false;
	int rc;

	while (jscan_next(&it, NULL, &v)) {
		at = end_of(v);
		any = true;
	}
	if (any)
		buf_add_byte(&with_comma, ',');
	buf_add_span(&with_comma, text);
	rc = splice(e, at, 0, buf_span(&with_comma));
	buf_clear(&with_comma);
	return rc;
}

static void add_key(struct span part, struct buf *out)
{
	struct buf key = BUF_INIT(BUF_NO_LIMIT);

	for (size_t i = 0; i < part.len; i++) {
		char c = part.at[i];

		if (c == '~' && i + 1 < part.len)
			c = part.at[++i] == '1' ? '/' : '~';
		buf_add_byte(&key, c);
	}
	jscan_quote(out, buf_span(&key));
	buf_clear(&key);
}

static int add_member(struct editing *e, struct jval root)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct span last;
	struct span parent = parent_of(span_of(e->edit->pointer), &last);
	struct jval object;
	int rc;

	if (!jscan_find(root, parent, &object) || object.type != J_OBJECT)
		return bad(e, "nothing is there, and no object to add it to");
	add_key(last, &text);
	buf_add_byte(&text, ':');
	buf_add_span(&text, e->value);
	rc = append(e, object, buf_span(&text));
	buf_clear(&text);
	return rc;
}

static int insert_item(struct editing *e, struct jval root)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct span last;
	struct span parent = parent_of(span_of(e->edit->pointer), &last);
	struct jval array, item;
	struct jiter it;
	uint64_t index = UINT64_MAX;
	int rc;

	if (!jscan_find(root, parent, &array) || array.type != J_ARRAY)
		return bad(e, "there is no array");
	if (!span_is(last, "-") && !span_u64(last, SIZE_MAX, &index))
		return bad(e, "an index or '-' should be last");
	if (index == UINT64_MAX || index == jscan_count(array))
		return append(e, array, e->value);
	it = jscan_iter(array);
	while (jscan_next(&it, NULL, &item))
		if (index-- == 0)
			break;
	if (index != UINT64_MAX)
		return bad(e, "the array has no such place");
	buf_add_span(&text, e->value);
	buf_add_byte(&text, ',');
	rc = splice(e, item.text.at, 0, buf_span(&text));
	buf_clear(&text);
	return rc;
}

static int edit_at(struct editing *e, struct jval root)
{
	struct jval value;
	bool found;

	if (e->edit->kind == EDIT_INSERT)
		return insert_item(e, root);
	found = jscan_find(root, span_of(e->edit->pointer), &value);
	if (e->edit->kind == EDIT_REMOVE)
		return found ? remove_value(e, root, value)
			     : bad(e, "nothing is there");
	if (found)
		return splice(e, value.text.at, value.text.len, e->value);
	return add_member(e, root);
}

static int edit_one(struct editing *e)
{
	struct fail why = FAIL_INIT;
	struct jval root;

	if (*e->edit->pointer == '\0' && e->edit->kind != EDIT_INSERT)
		return splice(e, buf_str(e->body), e->body->len, e->value);
	if (*e->edit->pointer != '/')
		return bad(e, "a pointer must begin with '/'");
	if (jscan(buf_span(e->body), &root, &why) < 0)
		return fail_set(e->f, FAIL_CASE,
				"edit %zu: the body is not JSON (%s)",
				e->number, why.text);
	return edit_at(e, root);
}

/* A JSON string of `count` letters. It is made of words, because gateways may
 * count tokens, and tokenizers are very slow for one letter repeated. */
static char *filling(uint32_t count)
{
	static const char words[] = "a wide river runs past the old mill and ";
	char *text = xmalloc((size_t)count + 3);

	for (uint32_t i = 0; i < count; i++)
		text[1 + i] = words[i % (sizeof(words) - 1)];
	text[0] = text[count + 1] = '"';
	text[count + 2] = '\0';
	return text;
}

static int apply(const struct request *r, bool fills, struct buf *out,
		 struct fail *f)
{
	struct editing e = { .body = out, .f = f };

	if (buf_add(out, r->body, r->body_len) < 0)
		return fail_set(f, FAIL_LIMIT, "the body is too large");
	for (size_t i = 0; i < r->edit_count; i++) {
		const struct edit *edit = &r->edits[i];
		char *fill = NULL;
		int rc;

		e.edit = edit;
		e.number = i + 1;
		e.value = span_make(edit->text, edit->text_len);
		if (edit->kind == EDIT_FILL) {
			uint32_t count = fills ? edit->number : 0;

			fill = filling(count);
			e.value = span_make(fill, (size_t)count + 2);
		}
		rc = edit_one(&e);
		free(fill);
		if (rc < 0)
			return -1;
	}
	return 0;
}

int request_body(const struct request *r, struct buf *out, struct fail *f)
{
	return apply(r, true, out, f);
}

int request_outline(const struct request *r, struct buf *out, struct fail *f)
{
	return apply(r, false, out, f);
}
