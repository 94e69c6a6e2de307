/* Which requests are relayed, which are answered here, which are refused. */
#ifndef GATEWAY_ROUTE_H
#define GATEWAY_ROUTE_H

#include "gateway/bridge/bridge.h"
#include "wire/bytes/buf.h"

enum route_kind {
	ROUTE_NONE, /* no such path */
	ROUTE_METHOD, /* the path is there, but not with this method */
	ROUTE_RELAY, /* goes to the upstream */
	ROUTE_ACCOUNT, /* a client asks how its key stands; answered here */
	ROUTE_HEALTH, /* somebody looks whether we are well; answered here */
	ROUTE_HELLO, /* a client warming up its connection; answered here */
};

struct route {
	enum route_kind kind;
	const char *allow; /* the method that the path has; NULL: no path */
	bool of_ledger; /* the path is there if there is a ledger */
	struct bridge_path
		cloud; /* what a path of Bedrock's or Vertex's asks */
};

/* path: without query, as route_target left it. The route's spans point into
 * it. */
struct route route_find(const char *method, struct span path);

/*
 * Appends the target as it goes upstream: runs of slashes in the path are one
 * (a base URL that ends in a slash gives "//v1/messages"), scheme and host of an
 * absolute form are left out. The query is kept byte for byte, but for bytes
 * that no target may have: they are percent-encoded.
 */
int route_target(struct span target, struct buf *out);

#endif
