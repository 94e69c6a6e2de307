/* The table of routes. */
#include "gateway/route.h"

#include <string.h>

enum { NAME_BYTES = 256 };

struct route_row {
	const char *path; /* after a slash at its end one name must follow */
	const char *method;
	enum route_kind kind;
};

/* /api/event_logging and the like are for the maker of the client and not
 * served. */
static const struct route_row rows[] = {
	{ "/v1/messages", "POST", ROUTE_RELAY },
	{ "/v1/messages/count_tokens", "POST", ROUTE_RELAY },
	{ "/v1/models", "GET", ROUTE_RELAY },
	{ "/v1/models/", "GET", ROUTE_RELAY },
	{ "/api/v1/auth/key", "GET", ROUTE_ACCOUNT },
	{ "/api/v1/credits", "GET", ROUTE_ACCOUNT },
	{ "/api/oauth/usage", "GET", ROUTE_ACCOUNT },
	{ "/", "HEAD", ROUTE_HELLO },
	{ "/api/hello", "HEAD", ROUTE_HELLO },
};

/* Can this be the id of a model? */
static bool is_name(struct span s)
{
	return s.len <= NAME_BYTES && bridge_name_is_sound(s, false);
}

static bool row_matches(const struct route_row *row, struct span path)
{
	size_t len = strlen(row->path);

	if (len > 1 && row->path[len - 1] == '/')
		return span_starts(path, row->path) &&
		       is_name(span_skip(path, len));
	return span_is(path, row->path);
}

static struct route route_of(const char *method, const char *allowed,
			     enum route_kind kind)
{
	return (struct route){
		.kind = strcmp(method, allowed) == 0 ? kind : ROUTE_METHOD,
		.allow = allowed,
		.of_ledger = kind == ROUTE_ACCOUNT,
	};
}

struct route route_find(const char *method, struct span path)
{
	struct bridge_path cloud = bridge_path_of(path);
	struct route route = { .kind = ROUTE_NONE };

	if (cloud.vendor != BRIDGE_NONE) {
		route = route_of(method, cloud.method, ROUTE_RELAY);
		route.cloud = cloud;
		return route;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (row_matches(&rows[i], path))
			return route_of(method, rows[i].method, rows[i].kind);
	return route;
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

/* Percent-encodes bytes that no target may have: for the next reader they could
 * end the line or begin another request (RFC 3986, 3.4; RFC 9112, 3.2). */
static int add_query(struct span query, struct buf *out)
{
	for (size_t i = 0; i < query.len; i++) {
		unsigned char byte = (unsigned char)query.at[i];
		int rc = byte <= ' ' || byte >= 0x7f || byte == '#'
				 ? buf_addf(out, "%%%02X", byte)
				 : buf_add_byte(out, query.at[i]);

		if (rc < 0)
			return -1;
	}
	return 0;
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
	return add_query(span_skip(rest, path.len), out);
}
