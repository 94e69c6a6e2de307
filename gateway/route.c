/* The table of routes. */
#include "gateway/route.h"

#include <ctype.h>
#include <string.h>

struct route_row {
	const char *path; /* one that ends in a slash wants one name behind */
	const char *method;
	enum route_kind kind;
};

/* /api/event_logging and the like are for the client's maker: not here. */
static const struct route_row rows[] = {
	{ "/v1/messages", "POST", ROUTE_RELAY },
	{ "/v1/messages/count_tokens", "POST", ROUTE_RELAY },
	{ "/v1/models", "GET", ROUTE_RELAY },
	{ "/v1/models/", "GET", ROUTE_RELAY },
	{ "/", "HEAD", ROUTE_HELLO },
	{ "/api/hello", "HEAD", ROUTE_HELLO },
};

/* One part of a path, and nothing that climbs out of it. */
static bool is_name(struct span s)
{
	return s.len > 0 && isalnum((unsigned char)s.at[0]) &&
	       span_find_byte(s, '/') == SIZE_MAX;
}

static bool row_matches(const struct route_row *row, struct span path)
{
	size_t len = strlen(row->path);

	if (len > 1 && row->path[len - 1] == '/')
		return span_starts(path, row->path) &&
		       is_name(span_skip(path, len));
	return span_is(path, row->path);
}

struct route route_find(const char *method, struct span path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct route_row *row = &rows[i];

		if (!row_matches(row, path))
			continue;
		return (struct route){
			.kind = strcmp(method, row->method) == 0 ? row->kind
								 : ROUTE_METHOD,
			.allow = row->method,
		};
	}
	return (struct route){ .kind = ROUTE_NONE };
}

/* "http://host/path" becomes "/path" (RFC 9112, 3.2.2). */
static struct span without_origin(struct span target)
{
	size_t scheme = span_starts(target, "http://")    ? 7
			: span_starts(target, "https://") ? 8
							  : 0;

	if (scheme == 0)
		return target;
	target = span_skip(target, scheme);
	return span_skip(target, span_find_byte(target, '/'));
}

int route_target(struct span target, struct buf *out)
{
	struct span rest = without_origin(target);
	size_t query = span_find_byte(rest, '?');
	struct span path = span_first(rest, query);

	for (size_t i = 0; i < path.len; i++) {
		if (i > 0 && path.at[i] == '/' && path.at[i - 1] == '/')
			continue;
		if (buf_add_byte(out, path.at[i]) < 0)
			return -1;
	}
	return buf_add_span(out, span_skip(rest, path.len));
}
