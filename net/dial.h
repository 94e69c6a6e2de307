/*
 * A TCP connection on a loop, with TLS or without, for requests that no HTTP
 * client would send: bytes go out as they are, and the bytes that come back are
 * passed on unread.
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include "net/fetch.h"
#include "net/loop.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"
#include "wire/http/end.h"

struct dial; /* one connection */

/* Every callback runs on the loop; a dial is gone when on_end returns. */
struct dial_handler {
	void (*on_data)(void *arg, struct dial *d, struct span bytes);
	/* END_CUT: the peer closed; END_RESET; END_REFUSED; END_BAD: it sent
	 * more than the limit. */
	void (*on_end)(void *arg, struct dial *d, enum stream_end end,
		       const char *text);
};

struct dial_to {
	/* "http://127.0.0.1:8080", "https://host"; a path in it is ignored */
	const char *origin;
	struct fetcher *fetcher; /* for https; must outlive the dial */
	struct fetch_tls tls;
};

/*
 * Connects and sends the bytes, which are copied. Reading and writing go on at
 * once. Without TLS a name is looked up before this returns. `limit`: the most
 * bytes that the peer may send.
 */
int dial_start(struct dial **out, struct loop *l, const struct dial_to *to,
	       struct span bytes, uint64_t limit,
	       const struct dial_handler *handler, void *arg, struct fail *f);

/* Sends more; the bytes are copied. Allowed in on_data. */
void dial_send(struct dial *d, struct span bytes);

/* How far the request is: connecting (up to STAGE_TLS), sending, or STAGE_HEAD
 * for waiting and reading. */
enum end_stage dial_stage(const struct dial *d);

/* Closes at once; no callback comes after this. Allowed in callbacks. */
void dial_cancel(struct dial *d);

#endif
