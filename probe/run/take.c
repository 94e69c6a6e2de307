/* Replaces `take` edits by `set` edits with values from earlier exchanges. */
#include "probe/run/take.h"

#include <stdlib.h>

#include "probe/look/subject.h"
#include "wire/bytes/mem.h"

bool take_is_needed(const struct request *r)
{
	for (size_t i = 0; i < r->edit_count; i++)
		if (r->edits[i].kind == EDIT_TAKE)
			return true;
	return false;
}

static void write_list(const struct value *value, struct buf *out)
{
	buf_add_byte(out, '[');
	for (size_t i = 0; i < value->list_count; i++) {
		if (i > 0)
			buf_add_byte(out, ',');
		jscan_quote(out, value->list[i]);
	}
	buf_add_byte(out, ']');
}

/* Appends the value as JSON; false: it is absent. */
static bool write_value(const struct value *value, struct buf *out)
{
	switch (value->kind) {
	case VALUE_NUMBER:
		buf_addf(out, "%.17g", value->number);
		return true;
	case VALUE_BYTES:
		jscan_quote(out, value->bytes);
		return true;
	case VALUE_JSON:
		buf_add_span(out, value->json.text);
		return true;
	case VALUE_LIST:
		write_list(value, out);
		return true;
	case VALUE_ABSENT:
	case VALUE_EVENTS:
		break;
	}
	return false;
}

static bool take_one(const struct edit *from, const struct view *v,
		     struct edit *to)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct value value;
	bool found;

	subject_value(from->subject, v, &value);
	found = write_value(&value, &text);
	value_clear(&value);
	if (found) {
		*to = (struct edit){ .kind = EDIT_SET,
				     .pointer = xstrdup(from->pointer) };
		to->text = buf_take(&text, &to->text_len);
	}
	buf_clear(&text);
	return found;
}

static void copy_one(const struct edit *from, struct edit *to)
{
	*to = *from;
	to->pointer = xstrdup(from->pointer);
	to->text = from->text ? xmemdup(from->text, from->text_len) : NULL;
}

void take(const struct request *r, const struct view *v, struct request *out)
{
	*out = *r;
	out->edits = xcalloc(r->edit_count, sizeof(*out->edits));
	out->edit_count = 0;
	for (size_t i = 0; i < r->edit_count; i++) {
		struct edit *to = &out->edits[out->edit_count];

		if (r->edits[i].kind != EDIT_TAKE) {
			copy_one(&r->edits[i], to);
			out->edit_count++;
		} else if (take_one(&r->edits[i], v, to)) {
			out->edit_count++;
		}
	}
}

void take_clear(struct request *out)
{
	for (size_t i = 0; i < out->edit_count; i++) {
		free(out->edits[i].pointer);
		free(out->edits[i].text);
	}
	free(out->edits);
	*out = (struct request){ .edits = NULL };
}
