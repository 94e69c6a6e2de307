/*
 * A request as bytes over a connection of its own, and the first answer to it.
 * What the gateway sends behind that answer is an answer to something that was
 * hidden in the bytes, so the connection is kept for a moment longer.
 */
#ifndef PROBE_RUN_RAWSEND_H
#define PROBE_RUN_RAWSEND_H

#include "net/dial.h"
#include "wire/http/end.h"
#include "wire/http/http.h"

struct rawsend;

/* Callbacks come from the loop; it is gone when on_end returns. None of them
 * may cancel. */
struct rawsend_handler {
	void (*on_head)(void *arg, const struct http_head *head);
	void (*on_data)(void *arg, struct span bytes); /* of the body */
	void (*on_extra)(void *arg, struct span bytes); /* behind the answer */
	void (*on_end)(void *arg, enum stream_end end, enum end_stage stage,
		       const char *text);
};

/*
 * `next`, if it is not empty, goes out over the same connection once the first
 * answer is whole; then all of the second answer is waited for, as extra.
 * `limit`: of bytes that may come.
 */
int rawsend_start(struct rawsend **out, struct loop *l,
		  const struct dial_to *to, struct span bytes, struct span next,
		  uint64_t limit, const struct rawsend_handler *handler,
		  void *arg, struct fail *f);
enum end_stage rawsend_stage(const struct rawsend *s); /* how far it is */
void rawsend_cancel(struct rawsend *s); /* no callback comes after this */

#endif
