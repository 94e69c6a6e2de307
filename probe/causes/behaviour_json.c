/*
 * Makes behaviours of the differences between two JSON values. Indexes are left
 * out of pointers. An item that is gone in one place and new in another has
 * moved. Values that differ only in their bytes were reprinted.
 */
#include "probe/causes/behaviour_private.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define DIFFERENCES 192 /* more are not read */

struct json_difference { /* difference */
	enum jdiff_kind kind;
	char *pointer;
	struct jval was, is;
	bool told;
};

struct json_differences {
	struct json_difference list[DIFFERENCES];
	size_t count;
};

static void on_difference(void *arg, const struct jdiff *d)
{
	struct json_differences *all = arg;

	if (all->count < DIFFERENCES)
		all->list[all->count++] =
			(struct json_difference){ d->kind, span_dup(d->pointer),
						  d->was, d->is, false };
}

/* ---- places ---- */

static bool is_number(struct span part)
{
	for (size_t i = 0; i < part.len; i++)
		if (!isdigit((unsigned char)part.at[i]))
			return false;
	return part.len > 0;
}

/* The user decides what is inside these: only the innermost name is kept. */
static bool is_foreign(struct span part)
{
	return span_is(part, "input_schema") || span_is(part, "input") ||
	       span_is(part, "schema");
}

static void add_type(struct jval value, struct buf *out)
{
	struct jval type;

	if (value.type != J_OBJECT ||
	    (!jscan_member(value, "type", &type) &&
	     !jscan_member(value, "role", &type)) ||
	    type.type != J_STRING)
		return;
	buf_add_byte(out, '[');
	jscan_string(type, out);
	buf_add_byte(out, ']');
}

/* Writes the place of a value without indexes: "/messages/3/content/0" of an
 * object of type text becomes "/messages/N/content/N[text]", with a star for
 * each N. */
static void place_of(struct span pointer, struct jval value, struct buf *out)
{
	struct span part = SPAN_EMPTY, last = SPAN_EMPTY;
	size_t foreign = 0;

	pointer = span_skip(pointer, 1);
	while (pointer.len > 0 && span_split(&pointer, '/', &part)) {
		last = part;
		if (foreign++ > 0)
			continue;
		buf_addf(out, "/%.*s", is_number(part) ? 1 : (int)part.len,
			 is_number(part) ? "*" : part.at);
		if (!is_foreign(part))
			foreign = 0;
	}
	if (foreign > 1)
		buf_addf(out, "%s/%.*s", foreign > 2 ? "/**" : "",
			 is_number(last) ? 1 : (int)last.len,
			 is_number(last) ? "*" : last.at);
	if (is_number(last))
		add_type(value, out);
}

/* ---- reporting ---- */

static void saw(const struct behaviour_reading *r,
		const struct behaviour_json *k, enum behaviour_kind kind,
		const struct json_difference *d)
{
	struct buf place = BUF_INIT(4096), detail = BUF_INIT(4096);
	struct behaviour_sight s = { .kind = kind };

	buf_add_text(&place, k->front);
	buf_add_text(&detail, k->front);
	place_of(span_of(d->pointer), d->kind == JDIFF_ADDED ? d->is : d->was,
		 &place);
	buf_add_text(&detail, d->pointer);
	s.subject = buf_str(&place);
	s.detail = buf_str(&detail);
	s.sent = d->kind == JDIFF_ADDED ? span_make(NULL, 0) : d->was.text;
	s.got = d->kind == JDIFF_LOST ? span_make(NULL, 0) : d->is.text;
	behaviours_add(r->seen, &s);
	buf_clear(&place);
	buf_clear(&detail);
}

static void saw_model(const struct behaviour_reading *r,
		      const struct json_difference *d)
{
	struct buf said = BUF_INIT(BUF_NO_LIMIT);
	struct behaviour_sight s = { .kind = BEHAVIOUR_MODEL_MAPPED,
				     .subject = "" };

	buf_addf(&said, "%.*s becomes %.*s", SPAN_ARG(d->was.text),
		 SPAN_ARG(d->is.text));
	buf_cut(&said, 200);
	s.detail = "/model";
	s.said = buf_str(&said);
	s.sent = d->was.text;
	s.got = d->is.text;
	behaviours_add(r->seen, &s);
	buf_clear(&said);
}

static void saw_change(const struct behaviour_reading *r,
		       const struct behaviour_json *k,
		       const struct json_difference *d)
{
	if (k->text == BEHAVIOUR_BODY_TEXT && strcmp(d->pointer, "/model") == 0)
		saw_model(r, d);
	else if (d->was.type == J_STRING && d->is.type == J_STRING)
		saw(r, k, k->text, d);
	else
		saw(r, k, k->value, d);
}

/* ---- what has moved ---- */

static bool is_item(const char *pointer)
{
	const char *last = strrchr(pointer, '/');

	return last != NULL && is_number(span_of(last + 1));
}

static void find_moved(const struct behaviour_reading *r,
		       const struct behaviour_json *k,
		       struct json_differences *all)
{
	for (size_t i = 0; i < all->count; i++) {
		struct json_difference *lost = &all->list[i];

		if (lost->kind != JDIFF_LOST || !is_item(lost->pointer))
			continue;
		for (size_t j = 0; j < all->count; j++) {
			struct json_difference *added = &all->list[j];

			if (added->kind != JDIFF_ADDED || added->told ||
			    !is_item(added->pointer) ||
			    !span_equal(added->is.text, lost->was.text))
				continue;
			lost->told = added->told = true;
			saw(r, k, k->moved, lost);
			break;
		}
	}
}

static int by_text(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	size_t most = a->len < b->len ? a->len : b->len;
	int rc = most > 0 ? memcmp(a->at, b->at, most) : 0;

	return rc != 0 ? rc : (a->len > b->len) - (a->len < b->len);
}

static struct span *sorted_items(struct jval array, size_t *count)
{
	struct span *list = xcalloc(jscan_count(array), sizeof(*list));
	struct jiter it = jscan_iter(array);
	struct jval item;

	*count = 0;
	while (jscan_next(&it, NULL, &item))
		list[(*count)++] = item.text;
	qsort(list, *count, sizeof(*list), by_text);
	return list;
}

/* The same items in another order. */
static bool is_permuted(struct jval was, struct jval is)
{
	size_t n, m;
	struct span *a, *b;
	bool same;

	if (was.type != J_ARRAY || is.type != J_ARRAY ||
	    jscan_count(was) != jscan_count(is))
		return false;
	a = sorted_items(was, &n);
	b = sorted_items(is, &m);
	same = n == m && n > 1;
	for (size_t i = 0; i < n && same; i++)
		same = span_equal(a[i], b[i]);
	free(a);
	free(b);
	return same;
}

static bool is_below(const char *pointer, struct span array)
{
	return strncmp(pointer, array.at, array.len) == 0 &&
	       pointer[array.len] == '/';
}

/* A reordered list is one behaviour, not one for each item. */
static void find_permuted(const struct behaviour_reading *r,
			  const struct behaviour_json *k,
			  struct json_differences *all,
			  struct json_difference *d, struct jval was,
			  struct jval is)
{
	struct span array = span_of(d->pointer);
	struct jval a, b;

	for (size_t i = 1; i < array.len; i++) {
		struct span front = span_first(array, i);
		struct json_difference told = *d;

		if (array.at[i] != '/' ||
		    !isdigit((unsigned char)array.at[i + 1]) ||
		    !jscan_find(was, front, &a) || !jscan_find(is, front, &b) ||
		    !is_permuted(a, b))
			continue;
		told.pointer = span_dup(front);
		told.was = a;
		told.is = b;
		saw(r, k, k->moved, &told);
		for (size_t j = 0; j < all->count; j++)
			all->list[j].told =
				all->list[j].told ||
				is_below(all->list[j].pointer, front);
		free(told.pointer);
		return;
	}
}

/* ---- what was reprinted ---- */

/* A number that went through a double is still the same to most readers. */
static bool same_number(struct jval a, struct jval b)
{
	double x, y;

	return a.type == J_NUMBER && b.type == J_NUMBER &&
	       jscan_double(a, &x) && jscan_double(b, &y) &&
	       fabs(x - y) <= fabs(x) * 1e-14; /* doubles are printed with 15
						  digits */
}

static bool same_string(struct jval a, struct jval b)
{
	return a.type == J_STRING && b.type == J_STRING &&
	       jscan_string_order(a, b) == 0;
}

static void saw_spelling(const struct behaviour_reading *r,
			 const struct behaviour_json *k, const char *what,
			 struct span was, struct span is)
{
	struct behaviour_sight s = { .kind = k->reprinted, .subject = what };

	s.sent = was;
	s.got = is;
	behaviours_add(r->seen, &s);
}

static size_t white_space(struct span s)
{
	size_t n = 0;
	bool in_string = false;

	for (size_t i = 0; i < s.len; i++) {
		if (in_string && s.at[i] == '\\')
			i++;
		else if (s.at[i] == '"')
			in_string = !in_string;
		else if (!in_string && isspace((unsigned char)s.at[i]))
			n++;
	}
	return n;
}

static bool find_spelling(const struct behaviour_reading *r,
			  const struct behaviour_json *k, struct jval was,
			  struct jval is)
{
	struct json_differences *all = xcalloc(1, sizeof(*all));
	bool any = false;

	jscan_diff(was, is, JDIFF_ORDER | JDIFF_EXACT, DIFFERENCES,
		   on_difference, all);
	for (size_t i = 0; i < all->count; i++) {
		const struct json_difference *d = &all->list[i];
		const char *what = NULL;

		if (d->kind == JDIFF_MOVED)
			what = "member-order";
		else if (d->kind == JDIFF_CHANGED && same_number(d->was, d->is))
			what = "numbers";
		else if (d->kind == JDIFF_CHANGED && same_string(d->was, d->is))
			what = "escapes";
		if (what != NULL)
			saw_spelling(r, k, what, d->was.text, d->is.text);
		any = any || what != NULL;
		free(all->list[i].pointer);
	}
	free(all);
	return any;
}

bool behaviour_json(const struct behaviour_reading *r,
		    const struct behaviour_json *k, struct jval was,
		    struct jval is)
{
	struct json_differences *all = xcalloc(1, sizeof(*all));
	size_t a, b;
	bool any;

	jscan_diff(was, is, 0, DIFFERENCES, on_difference, all);
	any = all->count > 0;
	for (size_t i = 0; i < all->count; i++)
		if (!all->list[i].told)
			find_permuted(r, k, all, &all->list[i], was, is);
	find_moved(r, k, all);
	for (size_t i = 0; i < all->count; i++) {
		struct json_difference *d = &all->list[i];

		if (d->kind == JDIFF_CHANGED && same_number(d->was, d->is))
			d->told = true; /* reported as reprinted */
		if (d->told)
			continue;
		if (d->kind == JDIFF_CHANGED)
			saw_change(r, k, d);
		else
			saw(r, k, d->kind == JDIFF_LOST ? k->removed : k->added,
			    d);
	}
	for (size_t i = 0; i < all->count; i++)
		free(all->list[i].pointer);
	free(all);
	/* A removed member takes the white space around it along. So if a value
	 * differs, white space is reported only if one side has none. */
	a = white_space(was.text);
	b = white_space(is.text);
	if (!find_spelling(r, k, was, is) && (!any || (a == 0) != (b == 0)))
		saw_spelling(r, k, "white-space", was.text, is.text);
	return any;
}
