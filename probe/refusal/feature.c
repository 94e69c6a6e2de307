/* Finds rows in the table of features (feature_rows.c) by place, name or
 * beta. */
#include "probe/refusal/feature.h"

#include <string.h>
#include <strings.h>

#include "probe/refusal/feature_private.h"

const struct feature *feature_nth(size_t n)
{
	for (const struct feature *e = feature_rows; e->name; e++)
		if (n-- == 0)
			return e;
	return NULL;
}

/* ---- places ---- */

/* Takes "/part" off the front; false: nothing is left. */
static bool take_part(struct span *pointer, struct span *part)
{
	size_t end;

	if (pointer->len == 0)
		return false;
	*pointer = span_skip(*pointer, 1);
	end = span_find_byte(*pointer, '/');
	*part = span_first(*pointer, end);
	*pointer = span_skip(*pointer, end);
	return true;
}

/* Members inside these belong to the user's tools, not to the API. */
static bool is_foreign(struct span part)
{
	return span_is(part, "input_schema") || span_is(part, "input");
}

/* A pattern has one ** at most, so each depth is tried once. */
static bool is_at(struct span pattern, struct span pointer)
{
	struct span want, part;

	while (take_part(&pattern, &want)) {
		if (span_is(want, "**")) {
			while (!is_at(pattern, pointer))
				if (!take_part(&pointer, &part) ||
				    is_foreign(part))
					return false;
			return true;
		}
		if (!take_part(&pointer, &part) ||
		    (!span_is(want, "*") && !span_equal(want, part)))
			return false;
	}
	return pointer.len == 0;
}

static bool is_value(const char *wanted, struct jval value)
{
	struct span text, want = span_of(wanted);

	if (value.type != J_STRING)
		return false;
	if (!span_ends(want, "*"))
		return jscan_string_is(value, wanted);
	text = span_first(span_skip(value.text, 1), value.text.len - 2);
	want = span_first(want, want.len - 1);
	return span_equal(span_first(text, want.len), want);
}

/* Does the object at the pointer have the member that the pattern names, with
 * the value? */
static bool has_member(const struct feature *e, struct span pointer,
		       struct jval object)
{
	const char *last = strrchr(e->pattern, '/');
	struct jval value;

	return pointer.len > 0 && object.type == J_OBJECT &&
	       is_at(span_make(e->pattern, (size_t)(last - e->pattern)),
		     pointer) &&
	       jscan_member(object, last + 1, &value) &&
	       is_value(e->value, value);
}

const struct feature *feature_at(struct span pointer, struct jval value)
{
	for (const struct feature *e = feature_rows; e->name; e++) {
		if (!e->pattern)
			continue;
		if (!e->value && is_at(span_of(e->pattern), pointer))
			return e;
		if (e->value && ((is_at(span_of(e->pattern), pointer) &&
				  is_value(e->value, value)) ||
				 has_member(e, pointer, value)))
			return e;
	}
	return NULL;
}

/* ---- names ---- */

static bool is_header(const char *pattern, const char *name)
{
	size_t len = strlen(pattern);

	if (pattern[len - 1] == '*')
		return strncasecmp(pattern, name, len - 1) == 0;
	return strcasecmp(pattern, name) == 0;
}

const struct feature *feature_named(const char *name)
{
	for (const struct feature *e = feature_rows; e->name; e++)
		if (e->kind == FEATURE_HEADER ? is_header(e->name, name)
					      : strcmp(e->name, name) == 0)
			return e;
	return NULL;
}

const struct feature *feature_of_beta(struct span beta)
{
	for (const struct feature *e = feature_rows; e->name; e++)
		if (e->betas && span_has_word(span_of(e->betas), ' ', beta))
			return e;
	return NULL;
}

/* ---- advice ---- */

static void add_betas(const char *betas, struct buf *out)
{
	struct span rest = span_of(betas), one;
	const char *between = " (anthropic-beta: ";

	while (span_split(&rest, ' ', &one)) {
		buf_addf(out, "%s%.*s", between, SPAN_ARG(one));
		between = " or ";
	}
	buf_add_byte(out, ')');
}

void feature_advice(const struct feature *e, struct buf *out)
{
	buf_addf(out, "the gateway has to %s", e->forward);
	if (e->betas)
		add_betas(e->betas, out);
	if (e->switch_off)
		buf_addf(out, "; until it does, set %s for Claude Code",
			 e->switch_off);
	else
		buf_add_text(out, "; no setting of Claude Code turns it off");
}

void feature_without_beta(struct span beta, struct buf *out)
{
	const struct feature *e = feature_of_beta(beta);

	if (e == NULL)
		buf_addf(out,
			 "until then %s, which takes most betas away, may help",
			 feature_named("anthropic-beta")->switch_off);
	else if (e->switch_off)
		buf_addf(out, "until then set %s", e->switch_off);
	else
		buf_addf(out, "no setting of Claude Code removes %.*s",
			 SPAN_ARG(beta));
}
