/*
 * Result files and reports for the matrix: each is read or refused with its
 * name. What was read is found again, becomes itself by way of its result file,
 * and every page of it is made; the JSON one is JSON.
 */
#include <stdlib.h>
#include <string.h>

#include "probe/matrix/matrix.h"
#include "tests/fuzz/kit.h"
#include "wire/bytes/mem.h"
#include "wire/json/jscan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool read_result(struct matrix_result *r, size_t slot, struct span text)
{
	const char *path = kit_file(slot, text);
	struct fail f = FAIL_INIT;

	if (matrix_result_read(r, path, &f) == 0)
		return true;
	kit_failed(&f, path);
	return false;
}

static void check_found(const struct matrix_result *r)
{
	size_t counted = 0;

	for (int s = 0; s < MATRIX_STATES; s++)
		counted += r->counts[s];
	kit_require(counted == r->case_count, "cases that are not counted");
	for (size_t i = 0; i < r->case_count; i++)
		kit_require(matrix_result_case(r, r->cases[i].id) ==
				    &r->cases[i],
			    "a case that is not found");
}

/* A result file is strict: what a report leaves open may not be in one. */
static void check_again(const struct matrix_result *r)
{
	struct buf once = BUF_INIT(BUF_NO_LIMIT),
		   twice = BUF_INIT(BUF_NO_LIMIT);
	struct matrix_result again = { .path = NULL };
	struct fail f = FAIL_INIT;
	const char *path;

	matrix_result_write(r, &once);
	path = kit_file(1, buf_span(&once));
	if (matrix_result_read(&again, path, &f) == 0) {
		kit_require(again.is_short && again.case_count == r->case_count,
			    "a result file of other cases");
		matrix_result_write(&again, &twice);
		kit_require(span_equal(buf_span(&once), buf_span(&twice)),
			    "a result file that does not become itself");
		matrix_result_clear(&again);
	} else {
		kit_require(!r->is_short, "a result file that becomes none");
	}
	buf_clear(&once);
	buf_clear(&twice);
}

static void check_pages(struct matrix_result *r)
{
	static const struct matrix_filter everything = { .area = NULL };
	struct matrix_result *list = xcalloc(1, sizeof(*list));
	struct buf page = BUF_INIT(BUF_NO_LIMIT);
	struct matrix m;
	struct jval root;
	size_t count = 1;

	*list = *r;
	matrix_join(&m, &list, &count, &everything);
	matrix_html_write(&m, &page);
	kit_require(span_find(buf_span(&page), span_of("</html>")) != SIZE_MAX,
		    "a page without an end");
	buf_reset(&page);
	matrix_markdown_write(&m, &page);
	buf_reset(&page);
	matrix_json_write(&m, &page);
	kit_require(jscan(buf_span(&page), &root, NULL) == 0 &&
			    root.type == J_OBJECT,
		    "a matrix that is no JSON");
	buf_clear(&page);
	matrix_clear(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct matrix_result r;

	if (!read_result(&r, 0, span_make(data, size)))
		return 0;
	check_found(&r);
	check_again(&r);
	check_pages(&r);
	return 0;
}
