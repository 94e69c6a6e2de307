/* The path of health checks. */
#include "gateway/health.h"

#include <ctype.h>
#include <string.h>

static bool is_path(const char *path)
{
	for (const char *p = path; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("/._~-", *p))
			return false;
	return path[0] == '/' && path[1] != '\0' && !strstr(path, "//");
}

struct route health_route(const char *method)
{
	bool fits = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	return (struct route){ .kind = fits ? ROUTE_HEALTH : ROUTE_METHOD,
			       .allow = "GET" };
}

int health_check_path(const char *path, struct fail *f)
{
	struct span s = span_of(path);

	if (!is_path(path))
		return fail_set(f, FAIL_USAGE,
				"the health path begins with one slash, and "
				"has letters, digits, '.', '_', '~', '-' and "
				"'/' in it");
	if (span_starts(s, "/v1/") || span_starts(s, "/api/") ||
	    route_find("GET", s).kind != ROUTE_NONE)
		return fail_set(f, FAIL_USAGE,
				"the health path '%s' is one that clients use; "
				"take another, such as /healthz",
				path);
	return 0;
}
