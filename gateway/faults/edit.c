/* Changes JSON documents by rules; what no rule names keeps its bytes. */
#include "gateway/faults/faults.h"
#include "wire/bytes/pattern.h"

struct edit_run {
	const struct fault_edit *edit;
	struct buf pointer, *out;
	unsigned hits;
};

static bool matches(struct edit_run *run, struct jval v)
{
	const struct fault_edit *e = run->edit;
	struct jval type;

	if ((e->once && run->hits > 0) ||
	    !pattern_glob(e->path, buf_str(&run->pointer)))
		return false;
	if (e->was && !span_is(v.text, e->was))
		return false;
	return !e->type || (jscan_member(v, "type", &type) &&
			    jscan_string_is(type, e->type));
}

static bool is_drop(const struct fault_edit *e)
{
	return !e->with && !e->first && !e->last && !e->key;
}

static void write_value(struct edit_run *run, struct jval v, bool is_hit);

static void write_extra(struct edit_run *run, const char *text, bool *comma)
{
	if (!text)
		return;
	if (*comma)
		buf_add_byte(run->out, ',');
	buf_add_text(run->out, text);
	*comma = true;
}

static void write_item(struct edit_run *run, struct jval key, struct jval v,
		       bool *comma)
{
	bool is_hit = matches(run, v);

	run->hits += is_hit;
	if (is_hit && is_drop(run->edit))
		return;
	if (*comma)
		buf_add_byte(run->out, ',');
	*comma = true;
	if (key.text.len > 0) {
		if (is_hit && run->edit->key)
			buf_add_text(run->out, run->edit->key);
		else
			buf_add_span(run->out, key.text);
		buf_add_byte(run->out, ':');
	}
	write_value(run, v, is_hit);
}

static void write_container(struct edit_run *run, struct jval v, bool is_hit)
{
	struct jiter it = jscan_iter(v);
	size_t len = run->pointer.len;
	struct jval key, item;
	bool comma = false;
	size_t index = 0;

	buf_add_byte(run->out, v.type == J_ARRAY ? '[' : '{');
	if (is_hit)
		write_extra(run, run->edit->first, &comma);
	while (jscan_next(&it, &key, &item)) {
		if (v.type == J_ARRAY)
			buf_addf(&run->pointer, "/%zu", index++);
		else
			jscan_pointer_add(&run->pointer, key);
		write_item(run, key, item, &comma);
		buf_cut(&run->pointer, len);
	}
	if (is_hit)
		write_extra(run, run->edit->last, &comma);
	buf_add_byte(run->out, v.type == J_ARRAY ? ']' : '}');
}

static void write_value(struct edit_run *run, struct jval v, bool is_hit)
{
	if (is_hit && run->edit->with)
		buf_add_text(run->out, run->edit->with);
	else if (v.type == J_ARRAY || v.type == J_OBJECT)
		write_container(run, v, is_hit);
	else
		buf_add_span(run->out, v.text);
}

bool edit_apply(const struct fault_edit *e, struct span doc, struct buf *out)
{
	struct edit_run run = { .edit = e, .out = out };
	size_t len = out->len;
	struct jval root;

	if (!e->path || jscan(doc, &root, NULL) < 0)
		return false;
	buf_init(&run.pointer, BUF_NO_LIMIT);
	run.hits = matches(&run, root);
	write_value(&run, root, run.hits > 0);
	buf_clear(&run.pointer);
	if (run.hits == 0)
		buf_cut(out, len);
	return run.hits > 0;
}
