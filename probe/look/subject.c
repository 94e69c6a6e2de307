/*
 * The left-hand side of an expectation. One table has every subject, its
 * spelling, and the function that gets its value; error messages and `explain
 * subjects` use the same table.
 */
#include "probe/look/subject.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "probe/look/view.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/secrets.h"
#include "wire/json/json.h"

#include "probe/look/subject_private.h"
#include "wire/bytes/near.h"

#define TEXT_LIMIT 512

struct subject {
	char *text;
	char *actor;
	unsigned number; /* of the exchange, from 1 */
	const struct subject_row *row;
	char *argument; /* header or mark name, event selector, block number */
	char *pointer; /* NULL: none */
};

/* ---- reading ---- */

static bool is_actor_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '@';
}

/* A provider, as in "u1@b", is only allowed upstream. */
static int check_letter(const struct subject *s, struct fail *f)
{
	if (strchr(s->actor, '@') == NULL ||
	    (s->actor[0] == 'u' && actor_letter(s->actor) != '\0'))
		return 0;
	return fail_set(f, FAIL_CASE,
			"'%s': a provider must be a letter from a to %c, as in "
			"u1@b",
			s->text, 'a' + ACTOR_PROVIDERS - 1);
}

/* Reads "u1[2]" as the actor u1 and the number 2. */
static int read_actor(struct subject *s, struct span *rest, struct fail *f)
{
	size_t n = 0, close;
	uint64_t number;

	while (n < rest->len && is_actor_byte(rest->at[n]))
		n++;
	if (n == 0 || n >= ACTOR_LEN || (*rest->at != 'c' && *rest->at != 'u'))
		return fail_set(f, FAIL_CASE,
				"'%s' does not begin with an actor (c1, u1, u)",
				s->text);
	s->actor = span_dup(span_first(*rest, n));
	s->number = 1;
	*rest = span_skip(*rest, n);
	if (check_letter(s, f) < 0)
		return -1;
	if (!span_starts(*rest, "["))
		return 0;
	close = span_find_byte(*rest, ']');
	if (close == SIZE_MAX ||
	    !span_u64(span_make(rest->at + 1, close - 1), 1000000, &number) ||
	    number == 0)
		return fail_set(f, FAIL_CASE,
				"'%s': exchanges are numbered from 1", s->text);
	s->number = (unsigned)number;
	*rest = span_skip(*rest, close + 1);
	return 0;
}

static bool fits_row(const struct subject_row *row, struct span path)
{
	size_t len = strlen(row->word);

	if (!span_starts(path, row->word))
		return false;
	path = span_skip(path, len);
	switch (row->takes) {
	case TAKES_NAME:
		return path.len > 0;
	case TAKES_EVENT:
	case TAKES_BLOCK:
		return span_starts(path, "[");
	case TAKES_POINTER:
		return path.len == 0 || span_starts(path, "#");
	default:
		return path.len == 0;
	}
}

static const char *nearest_word(struct span path)
{
	const char *words[64];
	char *word;
	const char *near;
	size_t n = 0, len = 0;

	while (len < path.len && strchr("[#", path.at[len]) == NULL)
		len++;
	for (const struct subject_row *row = subject_rows; row->word; row++)
		words[n++] = row->word;
	words[n] = NULL;
	word = span_dup(span_first(path, len));
	near = near_word(word, words);
	free(word);
	for (const struct subject_row *row = subject_rows; row->word; row++)
		if (row->word == near)
			return row->shown + 1; /* without its dot */
	return NULL;
}

static int fail_word(const struct subject *s, struct span path, struct fail *f)
{
	const char *near = nearest_word(path);

	return fail_set(f, FAIL_CASE, "unknown subject '%s'%s%s%s", s->text,
			near != NULL ? "; did you mean '" : "",
			near != NULL ? near : "", near != NULL ? "'?" : "");
}

static int check_argument(const struct subject *s, struct fail *f)
{
	struct span a = span_of(s->argument);
	uint64_t n;

	if (a.len == 0)
		return fail_set(f, FAIL_CASE, "'%s': nothing is in the []",
				s->text);
	if (s->row->takes == TAKES_BLOCK && !span_u64(a, 1000000, &n))
		return fail_set(f, FAIL_CASE,
				"'%s': blocks are numbered from 0", s->text);
	return 0;
}

static int read_pointer(struct subject *s, struct span rest, struct fail *f)
{
	if (rest.len == 0)
		return 0;
	if (rest.at[0] != '#' || (rest.len > 1 && rest.at[1] != '/'))
		return fail_set(f, FAIL_CASE,
				"'%s': only #/pointer may follow '%s'", s->text,
				s->row->word);
	s->pointer = span_dup(span_skip(rest, 1));
	return 0;
}

/* Reads what follows the row's word. */
static int read_rest(struct subject *s, struct span rest, struct fail *f)
{
	size_t close;

	switch (s->row->takes) {
	case TAKES_NAME:
		s->argument = span_dup(rest);
		return 0;
	case TAKES_EVENT:
	case TAKES_BLOCK:
		close = span_find_byte(rest, ']');
		if (close == SIZE_MAX)
			return fail_set(f, FAIL_CASE, "'%s': ']' is missing",
					s->text);
		s->argument = span_dup(span_make(rest.at + 1, close - 1));
		if (check_argument(s, f) < 0)
			return -1;
		return read_pointer(s, span_skip(rest, close + 1), f);
	default:
		return read_pointer(s, rest, f);
	}
}

static int read_subject(struct subject *s, struct fail *f)
{
	struct span rest = span_of(s->text);

	if (rest.len > TEXT_LIMIT)
		return fail_set(f, FAIL_CASE, "a subject of more than %d bytes",
				TEXT_LIMIT);
	if (read_actor(s, &rest, f) < 0)
		return -1;
	if (!span_starts(rest, "."))
		return fail_set(f, FAIL_CASE, "'%s': no '.' after the actor",
				s->text);
	rest = span_skip(rest, 1);
	for (s->row = subject_rows; s->row->word; s->row++)
		if (fits_row(s->row, rest))
			break;
	if (s->row->word == NULL)
		return fail_word(s, rest, f);
	return read_rest(s, span_skip(rest, strlen(s->row->word)), f);
}

int subject_new(struct subject **out, const char *text, struct fail *f)
{
	struct subject *s = xcalloc(1, sizeof(*s));

	s->text = xstrdup(text);
	if (read_subject(s, f) < 0) {
		subject_free(s);
		return -1;
	}
	*out = s;
	return 0;
}

void subject_free(struct subject *s)
{
	if (s == NULL)
		return;
	free(s->text);
	free(s->actor);
	free(s->argument);
	free(s->pointer);
	free(s);
}

const char *subject_text(const struct subject *s)
{
	return s->text;
}

const char *subject_actor(const struct subject *s)
{
	return s->actor;
}

bool subject_is_events(const struct subject *s)
{
	return strcmp(s->row->word, "events") == 0;
}

bool subject_is_cost(const struct subject *s)
{
	return strcmp(s->row->word, "cost") == 0;
}

/* ---- values ---- */

/* Replaces a value that is bytes by the JSON at the pointer. */
static void point(const struct subject *s, struct value *out)
{
	struct jval root, found;

	if (s->pointer == NULL || out->kind != VALUE_BYTES)
		return;
	if (jscan(out->bytes, &root, NULL) < 0) {
		value_absent(out, "not JSON");
	} else if (!jscan_find(root, span_of(s->pointer), &found)) {
		value_absent(out, "nothing at this pointer");
	} else {
		out->kind = VALUE_JSON;
		out->is_body = false;
		out->json = found;
		out->bytes = found.text;
	}
}

static void evaluate(const struct subject *s, const struct view *v, bool blot,
		     struct value *out)
{
	struct subject_asked asked = {
		.view = v,
		.actor = s->actor,
		.argument = s->argument != NULL ? s->argument : "",
		.blot = blot,
	};

	*out = (struct value){ .kind = VALUE_ABSENT, .bytes = SPAN_EMPTY };
	buf_init(&out->own, BUF_NO_LIMIT);
	asked.x = view_find(v, s->actor, s->number);
	if (asked.x == NULL && !s->row->always) {
		value_absent(out, s->actor[0] == 'c'
					  ? "there is no such exchange"
					  : "no such request reached the mock");
		return;
	}
	s->row->get(&asked, out);
	point(s, out);
}

void subject_value(const struct subject *s, const struct view *v,
		   struct value *out)
{
	evaluate(s, v, false, out);
}

void subject_shown(const struct subject *s, const struct view *v,
		   struct value *out)
{
	evaluate(s, v, true, out);
}
