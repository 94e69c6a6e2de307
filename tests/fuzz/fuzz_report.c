/*
 * Stored JSON reports, an old one and a new one: each is read or refused with
 * its name. Of two that were read each case is told once, and of one and
 * itself nothing is told.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/after/changes.h"
#include "tests/fuzz/kit.h"
#include "wire/json/jscan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_report(struct stored_report *r, size_t slot, struct span text)
{
	const char *path = kit_file(slot, text);
	struct fail f = FAIL_INIT;

	if (stored_report_read(r, path, &f) == 0)
		return true;
	kit_failed(&f, path);
	kit_require(r->count == 0 && r->list == NULL,
		    "something of a report that was refused");
	return false;
}

static void check_order(const struct stored_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		kit_require(stored_report_find(r, r->list[i].id) == &r->list[i],
			    "a case that is not found");
		kit_require(i == 0 || strcmp(r->list[i - 1].id, r->list[i].id) <
					      0,
			    "cases out of order");
	}
}

static void check_text(const struct changes *c, const struct stored_report *was,
		       const struct stored_report *is)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	struct jval root;

	changes_write(c, was, is, &out);
	kit_require(out.len > 0 && strlen(buf_str(&out)) == out.len,
		    "changes without a text");
	buf_reset(&out);
	changes_write_json(c, was, is, &out);
	kit_require(jscan(buf_span(&out), &root, NULL) == 0 &&
			    root.type == J_OBJECT,
		    "changes that are no JSON");
	buf_clear(&out);
}

static size_t changes_between(const struct stored_report *was,
			      const struct stored_report *is)
{
	size_t counted = 0, count;
	struct changes c;

	changes_of(&c, was, is);
	for (size_t i = 0; i < CHANGE_COUNT; i++)
		counted += c.counts[i];
	kit_require(counted == c.count, "changes that are not counted");
	kit_require(c.count <= was->count + is->count,
		    "more changes than cases");
	check_text(&c, was, is);
	count = c.count;
	changes_clear(&c);
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "old", "new" };
	struct stored_report was = { .path = NULL }, is = { .path = NULL };
	struct span parts[2];
	bool both;

	kit_parts(span_make(data, size), names, 2, parts);
	both = read_report(&was, 0, parts[0]);
	both = read_report(&is, 1, parts[1]) && both;
	check_order(&was);
	check_order(&is);
	if (both)
		kit_require(changes_between(&was, &is) ==
				    changes_between(&is, &was),
			    "another number of changes on the way back");
	if (was.path != NULL)
		kit_require(changes_between(&was, &was) == 0,
			    "a report that differs from itself");
	stored_report_clear(&was);
	stored_report_clear(&is);
	return 0;
}
