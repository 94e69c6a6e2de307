/*
 * Sends a request as raw bytes over a connection of its own, and reads the
 * answer. Bytes that the gateway sends after that answer are an answer to a
 * request hidden in the bytes, so the connection stays open a moment longer.
 */
#ifndef PROBE_RUN_RAWSEND_H
#define PROBE_RUN_RAWSEND_H

#include "net/dial.h"
#include "wire/http/end.h"
#include "wire/http/http.h"

struct rawsend;

/* Callbacks come from the loop and must not call rawsend_cancel(). The rawsend
 * is freed when on_end returns. */
struct rawsend_handler {
	void (*on_head)(void *arg, const struct http_head *head);
	void (*on_data)(void *arg, struct span bytes); /* of the body */
	void (*on_extra)(void *arg, struct span bytes); /* after the answer */
	void (*on_end)(void *arg, enum stream_end end, enum end_stage stage,
		       const char *text);
};

/*
 * If `next` is not empty, it is sent over the same connection once the first
 * answer is whole; the whole second answer is then waited for and given to
 * on_extra. `limit`: bytes that may be received.
 */
int rawsend_start(struct rawsend **out, struct loop *l,
		  const struct dial_to *to, struct span bytes, struct span next,
		  uint64_t limit, const struct rawsend_handler *handler,
		  void *arg, struct fail *f);
enum end_stage rawsend_stage(const struct rawsend *s); /* how far it has come */
void rawsend_cancel(struct rawsend *s); /* frees it, calls nothing */

#endif
