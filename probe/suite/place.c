/* Where this program is, and the suite that belongs to it. */
#include "probe/suite/place.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

char *place_suite(const char *given)
{
	char *bin, *slash;

	if (given)
		return xstrdup(given);
	bin = place_programs();
	slash = strrchr(bin, '/');
	if (slash && slash != bin)
		*slash = '\0';
	if (place_has_suite(bin))
		return bin;
	free(bin);
	return xstrdup(CCPROBE_SOURCE);
}
