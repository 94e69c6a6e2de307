/* Which requests are relayed, which are answered here, which are refused. */
#ifndef GATEWAY_ROUTE_H
#define GATEWAY_ROUTE_H

#include "gateway/bridge/bridge.h"
#include "wire/bytes/buf.h"

enum route_kind {
	ROUTE_NONE, /* no such path */
	ROUTE_METHOD, /* the path is there, but not with this method */
	ROUTE_RELAY, /* goes to the upstream */
	/* a client asks for the state of its key; answered here */
	ROUTE_ACCOUNT,
	ROUTE_HEALTH, /* a health check; answered here */
	/* a client opens its connection in advance; answered here */
	ROUTE_HELLO,
};

struct route {
	enum route_kind kind;
	const char *allow; /* the method that the path has; NULL: no path */
	bool of_ledger; /* the path exists only if there is a ledger */
	struct bridge_path
		cloud; /* the content of a path of Bedrock or Vertex */
};

/* path: without query, as route_target left it. The route's spans point into
 * it. */
struct route route_find(const char *method, struct span path);

/*
 * Appends the target as it is sent upstream: runs of slashes in the path become
 * one (a base URL that ends in a slash gives "//v1/messages"), scheme and host
 * of an absolute form are left out. The query is kept byte for byte, except
 * that bytes which no target may have are percent-encoded.
 */
int route_target(struct span target, struct buf *out);

#endif
