/*
 * Annotations of a GitHub job: workflow commands on stdout, for the ten worst
 * failures, as a step shows no more than ten. What a baseline expects is none.
 */
#include "reports/reports.h"

#include <stdlib.h>

#include "wire/bytes/mem.h"

#define MOST 10

/* Line breaks and "%" end or change a command; in a property ":" and "," too. */
static void escaped(struct buf *out, const char *text, bool property)
{
	struct buf plain = BUF_INIT(BUF_NO_LIMIT);

	report_text(&plain, text ? text : "", "");
	for (const char *at = buf_str(&plain); *at; at++) {
		if (*at == '%' || *at == '\n' || *at == '\r' ||
		    (property && (*at == ':' || *at == ',')))
			buf_addf(out, "%%%02X", (unsigned)*at);
		else
			buf_add_byte(out, *at);
	}
	buf_clear(&plain);
}

static int worst_first(const void *left, const void *right)
{
	const struct result *a = *(const struct result *const *)left;
	const struct result *b = *(const struct result *const *)right;

	if (a->level != b->level)
		return a->level < b->level ? -1 : 1;
	if (a->effect != b->effect)
		return a->effect < b->effect ? -1 : 1;
	return a < b ? -1 : 1; /* as in the list, which is in order of id */
}

static bool is_told(const struct result *r)
{
	return r->verdict == VERDICT_FAIL && !r->expected;
}

static void write_one(struct buf *out, const struct result *r)
{
	buf_add_text(out, "::error title=");
	escaped(out, r->id, true);
	buf_add_text(out, "::");
	escaped(out, r->reason ? r->reason : r->title, false);
	buf_add_text(out, "%0AFix: ");
	escaped(out, r->fix, false);
	buf_add_byte(out, '\n');
}

void github_write(const struct run_report *r, struct buf *out)
{
	const struct result **list = xcalloc(r->count + 1, sizeof(*list));
	size_t count = 0;

	for (size_t i = 0; i < r->count; i++)
		if (is_told(&r->list[i]))
			list[count++] = &r->list[i];
	if (count > 1)
		qsort(list, count, sizeof(*list), worst_first);
	for (size_t i = 0; i < count && i < MOST; i++)
		write_one(out, list[i]);
	if (count > MOST)
		buf_addf(out,
			 "::notice::%zu more cases fail: see the summary\n",
			 count - MOST);
	free(list);
}
