/* Finds the folder of this program and the suite that belongs to it. */
#include "probe/suite/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/bytes/buf.h"
#include "wire/bytes/mem.h"

char *place_programs(void)
{
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (len <= 0)
		return xstrdup(".");
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (slash && slash != path)
		*slash = '\0';
	return xstrdup(path);
}

bool place_has_suite(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/cases", root);
	return access(path, X_OK) == 0;
}

/* How the suite is found, in this order. */
enum place_by { BY_VARIABLE, BY_FOLDER, BY_SHARE, BY_SOURCE, BY_NOTHING };

#define SHARE "/share/ccprobe"

/* The folder above: "/opt/x" of "/opt/x/bin". */
static char *above(const char *folder)
{
	const char *slash = strrchr(folder, '/');

	if (!slash || slash == folder)
		return xstrdup("/");
	return xmemdup(folder, (size_t)(slash - folder));
}

static char *joined(const char *folder, const char *rest)
{
	struct buf path = BUF_INIT(PATH_MAX);

	buf_addf(&path, "%s%s", folder, rest);
	return buf_take(&path, NULL);
}

/* Is the program inside its build folder? A copy elsewhere does not use the
 * source folder's suite. */
static bool is_in_build(const char *programs)
{
	size_t len = strlen(CCPROBE_BUILD);

	return len > 0 && strncmp(programs, CCPROBE_BUILD, len) == 0 &&
	       (programs[len] == '/' || programs[len] == '\0');
}

static bool has(char *root, char **out)
{
	if (place_has_suite(root)) {
		*out = root;
		return true;
	}
	free(root);
	return false;
}

static enum place_by find(char **out)
{
	const char *variable = getenv("CCPROBE_SUITE");
	char *programs, *prefix;
	enum place_by by = BY_NOTHING;

	if (variable && *variable) {
		*out = xstrdup(variable);
		return BY_VARIABLE;
	}
	programs = place_programs();
	prefix = above(programs);
	*out = NULL;
	if (has(xstrdup(prefix), out))
		by = BY_FOLDER;
	else if (has(joined(prefix, SHARE), out))
		by = BY_SHARE;
	else if (is_in_build(programs) && has(xstrdup(CCPROBE_SOURCE), out))
		by = BY_SOURCE;
	else
		*out = joined(prefix, SHARE);
	free(programs);
	free(prefix);
	return by;
}

char *place_suite(const char *given)
{
	char *root;

	if (given)
		return xstrdup(given);
	find(&root);
	return root;
}

const char *place_reason(void)
{
	static const char *const reasons[] = {
		[BY_VARIABLE] = "CCPROBE_SUITE",
		[BY_FOLDER] = "the folder above the program's",
		[BY_SHARE] = "installed with the program",
		[BY_SOURCE] = "the source of this build",
		[BY_NOTHING] = "where it would be installed",
	};
	char *root;
	enum place_by by = find(&root);

	free(root);
	return reasons[by];
}

int place_find(char **out, const char *given, struct fail *f)
{
	*out = place_suite(given);
	if (place_has_suite(*out))
		return 0;
	return fail_set(f, FAIL_USAGE,
			"%s: no suite here (there is no cases/); name one with "
			"--suite DIR or CCPROBE_SUITE",
			*out);
}
