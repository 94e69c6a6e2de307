/*
 * ccprobe.json: any bytes are read or refused with a place. What was read
 * holds no key, only names of variables.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "probe/command/project.h"
#include "probe/suite/claims.h"
#include "tests/fuzz/kit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The file is looked for in the current folder. */
static int read_there(struct project *p, struct fail *f)
{
	static int here = -1;
	int rc;

	if (here < 0)
		here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	kit_require(here >= 0 && chdir(kit_folder()) == 0,
		    "a folder that cannot be entered");
	rc = project_read(p, f);
	kit_require(fchdir(here) == 0, "no way back");
	return rc;
}

static void check_text(const char *text)
{
	kit_require(text == NULL || *text, "an empty value");
}

static void check_key(const char *key)
{
	kit_require(key == NULL || strncmp(key, "env:", 4) == 0,
		    "a key that is no name of a variable");
}

static void check_project(const struct project *p)
{
	struct fail f = FAIL_INIT;

	kit_require(p->json != NULL && p->gateway != NULL,
		    "a project without a gateway");
	check_text(p->gateway);
	check_text(p->auth);
	check_text(p->mock_listen);
	check_text(p->model);
	check_text(p->baseline);
	check_key(p->key);
	check_key(p->upstream_key);
	for (size_t i = 0; i < p->claim_count; i++)
		kit_require(claims_check("claims", p->claims[i], &f) == 0,
			    "a claim that nobody knows");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct project p = { .json = NULL };
	struct fail f = FAIL_INIT;

	kit_put(PROJECT_FILE, span_make(data, size));
	if (read_there(&p, &f) < 0) {
		kit_failed(&f, PROJECT_FILE);
		kit_require(f.line > 0, "a failure without a place");
	} else {
		check_project(&p);
	}
	project_clear(&p);
	return 0;
}
