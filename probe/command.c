/* Where this program is, and the suite that belongs to it. */
#include "probe/command.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "wire/mem.h"

char *program_folder(void)
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

bool suite_exists(const char *root)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/cases", root);
	return access(path, X_OK) == 0;
}

char *suite_root(const char *given)
{
	char *bin, *slash;

	if (given)
		return xstrdup(given);
	bin = program_folder();
	slash = strrchr(bin, '/');
	if (slash && slash != bin)
		*slash = '\0';
	if (suite_exists(bin))
		return bin;
	free(bin);
	return xstrdup(CCPROBE_SOURCE);
}
