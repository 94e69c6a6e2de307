/* Reads tests/faults/expected.txt: lines "fault: case case ... | area area
 * ...". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/suite/coverage.h"
#include "probe/suite/scratch.h"
#include "wire/bytes/mem.h"

#define EXPECTED "tests/faults/expected.txt"
#define EXPECTED_LIMIT ((size_t)4 * 1024 * 1024)

static struct expected_fault *add_fault(struct faults *faults, struct span name)
{
	struct expected_fault *new;

	faults->list = xrealloc(faults->list,
				(faults->count + 1) * sizeof(*faults->list));
	new = &faults->list[faults->count++];
	*new = (struct expected_fault){ .name = span_dup(name) };
	return new;
}

static void add_cases(struct expected_fault *fault, struct span cases)
{
	struct span id;

	while (cases.len > 0) {
		span_split(&cases, ' ', &id);
		if (id.len == 0)
			continue;
		fault->cases =
			xrealloc(fault->cases, (fault->case_count + 1) *
						       sizeof(*fault->cases));
		fault->cases[fault->case_count++] = span_dup(id);
	}
}

static int read_line(struct faults *out, struct span line, unsigned number,
		     struct fail *f)
{
	struct span rest = span_trim(line), name, cases;

	if (rest.len == 0 || *rest.at == '#')
		return 0;
	if (!span_split(&rest, ':', &name) || rest.at == NULL || name.len == 0)
		return fail_place(f, FAIL_CASE, EXPECTED, number, 0,
				  "not 'fault: case ... | area ...'");
	span_split(&rest, '|', &cases);
	add_cases(add_fault(out, span_trim(name)), cases);
	return 0;
}

static int read_lines(struct faults *out, struct span text, struct fail *f)
{
	struct span line;

	for (unsigned number = 1; text.len > 0; number++) {
		span_split(&text, '\n', &line);
		if (read_line(out, line, number, f) < 0)
			return -1;
	}
	return 0;
}

int faults_read(struct faults *out, const char *root, struct fail *f)
{
	struct faults new = { .known = true };
	struct buf path = BUF_INIT(BUF_NO_LIMIT);
	char *text = NULL;
	size_t len = 0;
	int rc = 0;

	buf_addf(&path, "%s/" EXPECTED, root);
	if (access(buf_str(&path), F_OK) != 0)
		new.known = false;
	else if (scratch_read(&text, &len, buf_str(&path), EXPECTED_LIMIT, f) <
			 0 ||
		 read_lines(&new, span_make(text, len), f) < 0)
		rc = -1;
	free(text);
	buf_clear(&path);
	if (rc < 0)
		faults_clear(&new);
	else
		*out = new;
	return rc;
}

void faults_clear(struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		for (size_t k = 0; k < faults->list[i].case_count; k++)
			free(faults->list[i].cases[k]);
		free(faults->list[i].cases);
		free(faults->list[i].name);
	}
	free(faults->list);
	*faults = (struct faults){ .list = NULL };
}
