/* Reads and writes baselines, and compares results with them. */
#include "probe/after/baseline.h"

#include <stdlib.h>
#include <string.h>

#include "wire/bytes/mem.h"

#define FILE_LIMIT ((size_t)4 * 1024 * 1024)
#define ENTRIES_LIMIT 20000

struct baseline_row {
	const char *id, *check, *reason, *until;
};

static const struct json_field fields[] = {
	{ "case", JSON_TEXT, offsetof(struct baseline_row, id),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "check", JSON_TEXT, offsetof(struct baseline_row, check),
	  JSON_NOT_EMPTY },
	{ "reason", JSON_TEXT, offsetof(struct baseline_row, reason),
	  JSON_REQUIRED | JSON_NOT_EMPTY },
	{ "until", JSON_TEXT, offsetof(struct baseline_row, until),
	  JSON_NOT_EMPTY },
	{ NULL, JSON_IGNORE, 0, 0 },
};

static char *copy(const char *text)
{
	return text != NULL ? xstrdup(text) : NULL;
}

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* "2027-01-31": strcmp() puts dates of this form in order. */
static bool is_date(const char *text)
{
	static const unsigned days[] = { 31, 29, 31, 30, 31, 30,
					 31, 31, 30, 31, 30, 31 };
	struct span rest = span_of(text), part;
	uint64_t numbers[3];

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	for (size_t i = 0; i < 3; i++) {
		span_split(&rest, '-', &part);
		if (!span_u64(part, 9999, &numbers[i]))
			return false;
	}
	return numbers[1] >= 1 && numbers[1] <= 12 && numbers[2] >= 1 &&
	       numbers[2] <= days[numbers[1] - 1];
}

static int read_entry(struct baseline *b, const struct json *j,
		      const cJSON *node, struct fail *f)
{
	struct baseline_row row = { .id = NULL };
	struct place place = json_place(j, node);

	if (json_read(j, node, fields, &row, f) < 0)
		return -1;
	if (row.until != NULL && !is_date(row.until))
		return json_fail(j, node, f,
				 "until: '%s' is not a date like 2027-01-31",
				 row.until);
	for (size_t i = 0; i < b->count; i++)
		if (strcmp(b->list[i].id, row.id) == 0 &&
		    is_same(b->list[i].check, row.check))
			return json_fail(j, node, f,
					 "the same as the entry in line %u",
					 b->list[i].line);
	b->list[b->count++] = (struct baseline_entry){
		.id = xstrdup(row.id),
		.check = copy(row.check),
		.reason = xstrdup(row.reason),
		.until = copy(row.until),
		.line = (unsigned)place.line,
		.column = (unsigned)place.column,
	};
	return 0;
}

static int read_list(struct baseline *b, const struct json *j, struct fail *f)
{
	const cJSON *list = NULL, *node;
	const struct json_field top[] = {
		{ "baseline", JSON_ARRAY, 0, JSON_REQUIRED },
		{ NULL, JSON_IGNORE, 0, 0 },
	};
	int count;

	if (json_read(j, j->root, top, &list, f) < 0)
		return -1;
	count = cJSON_GetArraySize(list);
	if (count > ENTRIES_LIMIT)
		return json_fail(j, list, f, "more than %d entries",
				 ENTRIES_LIMIT);
	b->list = xcalloc((size_t)count, sizeof(*b->list));
	cJSON_ArrayForEach(node, list)
		if (read_entry(b, j, node, f) < 0)
			return -1;
	return 0;
}

int baseline_read(struct baseline *out, const char *path, struct fail *f)
{
	struct baseline b = { .path = xstrdup(path) };
	struct json *j = NULL;
	int rc = json_load(&j, path, FILE_LIMIT, f);

	if (rc == 0)
		rc = read_list(&b, j, f);
	json_free(j);
	if (rc < 0)
		baseline_clear(&b);
	else
		*out = b;
	return rc;
}

void baseline_clear(struct baseline *b)
{
	for (size_t i = 0; i < b->count; i++) {
		free(b->list[i].id);
		free(b->list[i].check);
		free(b->list[i].reason);
		free(b->list[i].until);
	}
	free(b->list);
	free(b->path);
	*b = (struct baseline){ .path = NULL };
}

int baseline_fits(struct baseline *b, const struct casebook *book,
		  struct fail *f)
{
	for (size_t i = 0; i < b->count; i++) {
		struct baseline_entry *e = &b->list[i];
		const struct casefile *c = casebook_find(book, e->id);

		if (c == NULL)
			return fail_place(f, FAIL_CASE, b->path, e->line,
					  e->column,
					  "no case '%s'; delete the entry, or "
					  "correct the id",
					  e->id);
		if (strcmp(e->id, c->id) != 0) {
			free(e->id);
			e->id = xstrdup(c->id);
		}
	}
	return 0;
}

/* ---- results ---- */

/* A check of level may fails no case. */
static bool counts(const struct outcome *o)
{
	return o->verdict == VERDICT_FAIL && o->level != LEVEL_MAY;
}

static bool is_of(const struct baseline_entry *e, const struct result *r,
		  const struct outcome *o)
{
	return strcmp(e->id, r->id) == 0 &&
	       (e->check == NULL || strcmp(e->check, o->name) == 0);
}

static bool is_over(const struct baseline_entry *e, const char *today)
{
	return e->until != NULL && strcmp(today, e->until) > 0;
}

static const struct baseline_entry *find(const struct baseline *b,
					 const struct result *r,
					 const struct outcome *o,
					 const char *today)
{
	for (size_t i = 0; i < b->count; i++)
		if (is_of(&b->list[i], r, o) && !is_over(&b->list[i], today))
			return &b->list[i];
	return NULL;
}

/* A case is expected to fail when each of its checks that fails is listed. */
static void apply_to(const struct baseline *b, struct result *r,
		     const char *today, struct buf *notes)
{
	const struct baseline_entry *first = NULL;
	const struct outcome *more = NULL;

	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];
		const struct baseline_entry *e;

		if (!counts(o))
			continue;
		e = find(b, r, o, today);
		if (e == NULL)
			more = o;
		else if (first == NULL)
			first = e;
	}
	if (first != NULL && more == NULL)
		r->expected = xstrdup(first->reason);
	else if (first != NULL)
		buf_addf(notes, "%s: '%s' fails too, and is not listed\n",
			 r->id, more->name);
}

static bool fails(const struct baseline_entry *e, const struct result *r)
{
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict == VERDICT_FAIL &&
		    is_of(e, r, &r->outcomes[i]))
			return true;
	return false;
}

/* An undecided case or check may pass or fail, so its entry is left alone. */
static bool is_open(const struct baseline_entry *e, const struct result *r)
{
	if (r->verdict != VERDICT_PASS && r->verdict != VERDICT_FAIL)
		return true;
	for (size_t i = 0; i < r->outcome_count; i++)
		if (r->outcomes[i].verdict == VERDICT_UNDECIDED &&
		    is_of(e, r, &r->outcomes[i]))
			return true;
	return false;
}

static const struct result *result_for(const struct run_report *r,
				       const char *id)
{
	for (size_t i = 0; i < r->count; i++)
		if (strcmp(r->list[i].id, id) == 0)
			return &r->list[i];
	return NULL;
}

size_t baseline_apply(const struct baseline *b, struct run_report *r,
		      const char *today, struct buf *notes)
{
	size_t gone = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].verdict != VERDICT_FAIL)
			continue;
		apply_to(b, &r->list[i], today, notes);
		if (r->list[i].expected != NULL)
			r->expected++;
	}
	for (size_t i = 0; i < b->count; i++) {
		const struct baseline_entry *e = &b->list[i];
		const struct result *result = result_for(r, e->id);

		if (result == NULL || is_open(e, result))
			continue;
		if (!fails(e, result)) {
			gone++;
			buf_addf(notes,
				 "%s:%u: delete this entry: %s passes%s%s\n",
				 b->path, e->line, e->id,
				 e->check != NULL ? ": " : "",
				 e->check != NULL ? e->check : "");
		} else if (is_over(e, today)) {
			buf_addf(notes, "%s:%u: %s counts again since %s\n",
				 b->path, e->line, e->id, e->until);
		}
	}
	return gone;
}

/* ---- writing ---- */

static const struct baseline_entry *entry_like(const struct baseline *old,
					       const struct result *r,
					       const char *check)
{
	for (size_t i = 0; i < old->count; i++)
		if (strcmp(old->list[i].id, r->id) == 0 &&
		    (old->list[i].check == NULL ||
		     strcmp(old->list[i].check, check) == 0))
			return &old->list[i];
	return NULL;
}

static void member(struct buf *out, const char *before, const char *name,
		   const char *value)
{
	buf_addf(out, "%s\"%s\": ", before, name);
	jscan_quote_shown(out, span_of(value));
}

/* One line for each entry, because baseline_apply() names entries by line. */
static void add_entry(struct buf *out, const struct result *r,
		      const char *check, const struct baseline *old, bool first)
{
	const struct baseline_entry *e = entry_like(old, r, check);

	buf_add_text(out, first ? "\n" : ",\n");
	member(out, "  {", "case", r->id);
	member(out, ", ", "check", check);
	member(out, ", ", "reason",
	       e != NULL ? e->reason : "failed when this list was written");
	if (e != NULL && e->until != NULL)
		member(out, ", ", "until", e->until);
	buf_add_byte(out, '}');
}

static bool is_repeated(const struct result *r, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (counts(&r->outcomes[i]) &&
		    strcmp(r->outcomes[i].name, r->outcomes[index].name) == 0)
			return true;
	return false;
}

void baseline_of(const struct run_report *r, const struct baseline *old,
		 struct buf *out)
{
	bool first = true;

	buf_add_text(out, "{\"baseline\": [");
	for (size_t i = 0; i < r->count; i++) {
		const struct result *one = &r->list[i];

		if (one->verdict != VERDICT_FAIL)
			continue;
		for (size_t k = 0; k < one->outcome_count; k++) {
			if (!counts(&one->outcomes[k]) || is_repeated(one, k))
				continue;
			add_entry(out, one, one->outcomes[k].name, old, first);
			first = false;
		}
	}
	buf_add_text(out, "\n]}\n");
}
