/* Selects cases by pattern, area, level, and whether they are slow or live. */
#include "probe/suite/choose/select.h"

#include <stdlib.h>
#include <string.h>

#include "formats/clientformat.h"
#include "probe/suite/choose/casenear.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/pattern.h"

static bool any_pattern(const struct selection *s, const char *id)
{
	for (size_t i = 0; i < s->pattern_count; i++) {
		if (pattern_names(s->patterns[i], id))
			return true;
	}
	return s->pattern_count == 0;
}

static bool is_excluded(const struct selection *s, const char *id)
{
	for (size_t i = 0; i < s->excluded_count; i++)
		if (pattern_names(s->excluded[i], id))
			return true;
	return false;
}

static bool is_among(const struct selection *s, const char *id)
{
	for (size_t i = 0; i < s->only_count; i++)
		if (strcmp(s->only[i], id) == 0)
			return true;
	return s->only == NULL;
}

static bool any_area(const struct selection *s, const char *area)
{
	for (size_t i = 0; i < s->area_count; i++) {
		if (strcmp(s->areas[i], area) == 0)
			return true;
	}
	return s->area_count == 0;
}

static bool is_of_client(const struct selection *s, const struct casefile *c)
{
	return s->client_format == FORMAT_UNKNOWN ||
	       s->client_format == c->client_format;
}

static int check_areas(const struct casebook *book, const struct selection *s,
		       struct fail *f)
{
	struct buf known = BUF_INIT(BUF_NO_LIMIT);
	const char *last = "", *near;

	for (size_t i = 0; i < s->area_count; i++) {
		size_t k = 0;

		while (k < book->count &&
		       strcmp(book->list[k]->area, s->areas[i]) != 0)
			k++;
		if (k < book->count)
			continue;
		for (k = 0; k < book->count; k++) {
			if (strcmp(book->list[k]->area, last) != 0)
				buf_addf(&known, "%s%s", *last ? ", " : "",
					 book->list[k]->area);
			last = book->list[k]->area;
		}
		near = casenear_area(book, s->areas[i]);
		if (near != NULL)
			fail_set(f, FAIL_USAGE,
				 "no area '%s'; did you mean '%s'?",
				 s->areas[i], near);
		else
			fail_set(f, FAIL_USAGE, "no area '%s'; there are: %s",
				 s->areas[i], buf_str(&known));
		buf_clear(&known);
		return -1;
	}
	return 0;
}

/* The pattern matches only cases for another format: that is an error, because
 * a user who names a case wants it to run. */
static int fail_other(const char *pattern, const struct casefile *other,
		      struct fail *f)
{
	return fail_set(f, FAIL_USAGE,
			"the cases that match '%s' are for another format of "
			"the client; --client-format %s runs them",
			pattern, clientformat_of(other->client_format)->name);
}

static int fail_none(const struct casebook *book, const char *pattern,
		     struct fail *f)
{
	char *near = casenear_of(book, pattern);

	if (near != NULL)
		fail_set(f, FAIL_USAGE,
			 "no case matches '%s'; did you mean '%s'?", pattern,
			 near);
	else
		fail_set(f, FAIL_USAGE,
			 "no case matches '%s'; `ccprobe list` shows what "
			 "there is",
			 pattern);
	free(near);
	return -1;
}

static int check_patterns(const struct casebook *book,
			  const struct selection *s, struct fail *f)
{
	for (size_t i = 0; i < s->pattern_count; i++) {
		const struct casefile *other = NULL;
		size_t k = 0;

		for (; k < book->count; k++) {
			if (!pattern_names(s->patterns[i], book->list[k]->id))
				continue;
			if (is_of_client(s, book->list[k]))
				break;
			other = book->list[k];
		}
		if (k == book->count && other)
			return fail_other(s->patterns[i], other, f);
		if (k == book->count)
			return fail_none(book, s->patterns[i], f);
	}
	return 0;
}

/* An exclusion has to match a case, unless patterns were given: then it may be
 * about files that were not read. */
static int check_excluded(const struct casebook *book,
			  const struct selection *s, struct fail *f)
{
	for (size_t i = 0; i < s->excluded_count; i++) {
		size_t k = 0;

		while (k < book->count &&
		       !pattern_names(s->excluded[i], book->list[k]->id))
			k++;
		if (k == book->count && s->pattern_count == 0)
			return fail_none(book, s->excluded[i], f);
	}
	return 0;
}

static int fail_empty(const struct selection *s, bool left_slow, bool left_live,
		      struct fail *f)
{
	const char *pattern = s->pattern_count > 0 ? s->patterns[0] : "*";

	if (left_live)
		return fail_set(f, FAIL_USAGE,
				"the cases that match '%s' run the real Claude "
				"Code; --live runs them (docs/live.md)",
				pattern);
	if (left_slow)
		return fail_set(f, FAIL_USAGE,
				"the cases that match '%s' are slow; --slow "
				"runs them",
				pattern);
	if (s->only)
		return fail_set(f, FAIL_USAGE,
				"of the cases that failed none is left: the "
				"patterns or --exclude leave all of them out");
	return fail_set(f, FAIL_USAGE,
			"no case matches '%s' and the level and areas asked "
			"for%s",
			pattern,
			s->excluded_count > 0 ? ", without --exclude" : "");
}

int select_cases(struct casefile ***out, size_t *count,
		 const struct casebook *book, const struct selection *s,
		 struct fail *f)
{
	struct casefile **list;
	size_t n = 0;
	bool left_slow = false, left_live = false;

	if (check_areas(book, s, f) < 0 || check_patterns(book, s, f) < 0 ||
	    check_excluded(book, s, f) < 0)
		return -1;
	list = xcalloc(book->count, sizeof(struct casefile *));
	for (size_t i = 0; i < book->count; i++) {
		struct casefile *c = book->list[i];

		if (!any_pattern(s, c->id) || !any_area(s, c->area) ||
		    c->level > s->level || !is_of_client(s, c) ||
		    is_excluded(s, c->id) || !is_among(s, c->id))
			continue;
		if (c->live && !s->live)
			left_live = true;
		else if (c->slow && !s->slow)
			left_slow = true;
		else
			list[n++] = c;
	}
	if (n == 0) {
		free(list);
		return fail_empty(s, left_slow, left_live, f);
	}
	*out = list;
	*count = n;
	return 0;
}
