/* Reads, writes and decides expectations. */
#include "probe/look/expect.h"

#include <stdlib.h>
#include <string.h>

#include "probe/look/op_private.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/print.h"

#define SHOWN 300

/* ---- reading ---- */

int expect_read_subject(struct subject **out, const cJSON *node,
			const struct expect_reader *r, struct fail *f)
{
	struct fail why = FAIL_INIT;

	if (!cJSON_IsString(node))
		return json_fail(r->j, node, f, "a subject must be a text");
	if (subject_new(out, node->valuestring, &why) < 0)
		return json_fail(r->j, node, f, "%s", why.text);
	return r->actor(r->arg, node, subject_actor(*out), f);
}

static int read_op(struct expect *out, const cJSON *node,
		   const struct expect_reader *r, struct fail *f)
{
	const char *near;

	if (!cJSON_IsString(node))
		return json_fail(r->j, node, f, "an operator must be a text");
	out->op = op_find(node->valuestring);
	if (out->op != NULL) {
		if (!subject_is_events(out->subject) ||
		    op_takes_events(out->op))
			return 0;
		return json_fail(r->j, node, f,
				 "'%s' does not go with .events; .events.names "
				 "and .events.count are values",
				 node->valuestring);
	}
	near = op_nearest(node->valuestring);
	return json_fail(r->j, node, f, "unknown operator '%s'%s%s%s",
			 node->valuestring,
			 near != NULL ? "; did you mean '" : "",
			 near != NULL ? near : "", near != NULL ? "'?" : "");
}

/* The string in {"of": ...} or {"file": ...}; NULL: it is something else. */
static const cJSON *reference(const cJSON *node, const char *key)
{
	const cJSON *only = node->child;

	if (cJSON_IsObject(node) && only != NULL && only->next == NULL &&
	    strcmp(only->string, key) == 0 && cJSON_IsString(only))
		return only;
	return NULL;
}

static int read_value(struct expect *out, const cJSON *node,
		      const struct expect_reader *r, struct fail *f)
{
	struct fail why = FAIL_INIT;
	const cJSON *of, *by, *file;
	struct span raw;

	if (op_accepts(out->op, node, &why) < 0)
		return json_fail(r->j, node, f, "%s", why.text);
	if (op_growth(node, &of, &by)) {
		raw = json_raw(r->j, by).text;
		out->value = span_dup(raw);
		if (jscan(span_make(out->value, raw.len), &out->wanted, f) < 0)
			return -1;
		return expect_read_subject(&out->of, of, r, f);
	}
	of = reference(node, "of");
	file = reference(node, "file");
	if (of != NULL)
		return expect_read_subject(&out->of, of, r, f);
	if (file != NULL) {
		out->source = xstrdup(file->valuestring);
		return r->fixture(r->arg, file, &out->bytes, &out->len, f);
	}
	raw = json_raw(r->j, node).text;
	out->value = span_dup(raw);
	return jscan(span_make(out->value, raw.len), &out->wanted, f);
}

static int fill_expect(struct expect *out, const cJSON *node,
		       const struct expect_reader *r, struct fail *f)
{
	int size = cJSON_IsArray(node) ? cJSON_GetArraySize(node) : 0;
	const cJSON *value;
	struct fail why = FAIL_INIT;

	if (size != 2 && size != 3)
		return json_fail(r->j, node, f,
				 "an expectation must be written [SUBJECT, "
				 "OPERATOR, VALUE]");
	value = cJSON_GetArrayItem(node, 2);
	if (expect_read_subject(&out->subject, node->child, r, f) < 0 ||
	    read_op(out, node->child->next, r, f) < 0)
		return -1;
	if (value != NULL)
		return read_value(out, value, r, f);
	if (op_accepts(out->op, NULL, &why) < 0)
		return json_fail(r->j, node, f, "%s", why.text);
	return 0;
}

int expect_read(struct expect *out, const cJSON *node,
		const struct expect_reader *r, struct fail *f)
{
	struct expect e = { .subject = NULL };

	if (fill_expect(&e, node, r, f) < 0) {
		expect_clear(&e);
		return -1;
	}
	if (subject_is_events(e.subject) && e.of != NULL &&
	    !subject_is_events(e.of)) {
		expect_clear(&e);
		return json_fail(r->j, node, f,
				 "same-events compares .events with .events");
	}
	*out = e;
	return 0;
}

void expect_clear(struct expect *e)
{
	subject_free(e->subject);
	subject_free(e->of);
	free(e->value);
	free(e->bytes);
	free(e->source);
	*e = (struct expect){ .subject = NULL };
}

void expect_write(const struct expect *e, struct buf *out)
{
	buf_addf(out, "%s %s", subject_text(e->subject), op_word(e->op));
	if (e->of != NULL)
		buf_addf(out, " %s%s%s", subject_text(e->of),
			 e->value != NULL ? " by " : "",
			 e->value != NULL ? e->value : "");
	else if (e->source != NULL)
		buf_addf(out, " %s", e->source);
	else if (e->value != NULL)
		buf_addf(out, " %s", e->value);
}

/* ---- deciding ---- */

static void write_wanted(const struct expect *e, const struct view *v,
			 struct buf *out)
{
	struct value right;

	buf_add_text(out, e->op->wish);
	if (e->of != NULL) {
		buf_add_text(out, subject_text(e->of));
		if ((e->op->right & RIGHT_FILE) != 0 || e->op->events)
			return;
		buf_add_text(out, ": ");
		subject_shown(e->of, v, &right);
		value_print(&right, out, SHOWN);
		value_clear(&right);
		if (e->value != NULL)
			buf_addf(out, ", by %s", e->value);
	} else if (e->source != NULL) {
		buf_addf(out, "%s (%zu bytes)", e->source, e->len);
	} else if (e->value != NULL) {
		print_bytes(e->wanted.text, SHOWN, out);
	}
}

static void write_got(const struct expect *e, const struct view *v,
		      struct buf *out)
{
	struct value left;

	subject_shown(e->subject, v, &left);
	value_print(&left, out, SHOWN);
	value_clear(&left);
}

/* The value on the right must exist, or nothing can be compared. */
static int decide(const struct asking *a)
{
	if (a->left->kind == VALUE_ABSENT)
		return a->e->op->absent;
	if (a->right != NULL && a->right->kind == VALUE_ABSENT) {
		if (a->difference != NULL)
			buf_addf(a->difference, "%s is absent: %s",
				 subject_text(a->e->of), a->right->absent);
		return 0;
	}
	return a->e->op->holds(a);
}

int expect_holds(const struct expect *e, const struct view *v,
		 struct buf *wanted, struct buf *got, struct buf *difference)
{
	struct value left, right;
	struct asking a = { .e = e, .left = &left, .difference = difference };
	int rc;

	subject_value(e->subject, v, &left);
	if (e->of != NULL) {
		subject_value(e->of, v, &right);
		a.right = &right;
	}
	rc = decide(&a);
	if (rc != 1 && wanted != NULL)
		write_wanted(e, v, wanted);
	if (rc != 1 && got != NULL)
		write_got(e, v, got);
	if (rc == 1 && difference != NULL)
		buf_reset(difference);
	if (e->of != NULL)
		value_clear(&right);
	value_clear(&left);
	return rc;
}
