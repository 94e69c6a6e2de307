/* Checks one object against its kind, and the cache marker that many kinds
 * have. */
#include <string.h>

#include "mockupstream/dialects/strict_private.h"

static const struct shape ephemeral = { "ephemeral", "type ttl scope", "" };

/* ---- one object ---- */

static int check_known(struct strict *s, struct jval object,
		       const struct shape *shape, const char *scope)
{
	struct jiter it = jscan_iter(object);
	struct jval key, value;

	while (strcmp(shape->fields, "*") != 0 &&
	       jscan_next(&it, &key, &value)) {
		size_t was;

		if (strict_is_word(key, shape->fields) &&
		    strict_is_paired(s, scope, key, value))
			continue;
		was = strict_enter(
			s, "%.*s",
			SPAN_ARG(span_first(span_first(span_skip(key.text, 1),
						       key.text.len - 2),
					    100)));
		(void)strict_refuse_here(s, "Extra inputs are not permitted");
		strict_leave(s, was);
		return -1;
	}
	return 0;
}

static int check_required(struct strict *s, struct jval object,
			  const char *required)
{
	struct span rest = span_of(required), word;
	struct jval v;
	char name[64];

	while (span_split(&rest, ' ', &word)) {
		size_t was, len = word.len < 63 ? word.len : 63;

		memcpy(name, word.at, len);
		name[len] = '\0';
		if (len == 0 || jscan_member(object, name, &v))
			continue;
		was = strict_enter(s, "%s", name);
		(void)strict_refuse_here(s, "Field required");
		strict_leave(s, was);
		return -1;
	}
	return 0;
}

int strict_check_object(struct strict *s, struct jval object,
			const struct shape *shape, const char *scope)
{
	if (object.type != J_OBJECT)
		return strict_refuse_here(s, "Input should be a valid "
					     "dictionary");
	if (check_required(s, object, shape->required) < 0)
		return -1;
	return check_known(s, object, shape, scope);
}

int strict_check_shape(struct strict *s, struct jval object,
		       const struct shape *shape)
{
	return strict_check_object(s, object, shape, shape->name);
}

/* ---- cache markers ---- */

static void count_mark(struct strict *s, struct jval mark)
{
	struct jval ttl;
	bool is_long =
		jscan_member(mark, "ttl", &ttl) && strict_is_word(ttl, "1h");

	s->marks++;
	if (!is_long)
		s->short_mark = true;
	else if (s->short_mark && s->late.len == 0)
		(void)buf_add_span(&s->late, s->path.len > 0
						     ? buf_span(&s->path)
						     : span_of("request"));
}

static int check_ttl(struct strict *s, struct jval mark)
{
	struct jval ttl;

	if (jscan_member(mark, "ttl", &ttl) && ttl.type != J_NULL &&
	    !strict_is_word(ttl, "5m 1h"))
		return strict_refuse_here(s, "ttl should be '5m' or '1h'");
	return strict_check_shape(s, mark, &ephemeral);
}

int strict_check_mark(struct strict *s, struct jval holder)
{
	struct jval mark;
	size_t was;
	int rc = -1;

	if (!jscan_member(holder, "cache_control", &mark) ||
	    mark.type == J_NULL)
		return 0;
	count_mark(s, mark);
	was = strict_enter(s, "cache_control");
	if (!strict_type_is(mark, "ephemeral")) {
		(void)strict_refuse_here(s, "Input should be an object of type "
					    "'ephemeral'");
	} else {
		(void)strict_enter(s, "ephemeral");
		rc = check_ttl(s, mark);
	}
	strict_leave(s, was);
	return rc;
}
