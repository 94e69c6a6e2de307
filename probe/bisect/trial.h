/*
 * What a server says to a request, and whether that is the failure that is
 * looked for. Keeps the budget, waits as retry-after says, remembers.
 */
#ifndef PROBE_BISECT_TRIAL_H
#define PROBE_BISECT_TRIAL_H

#include "probe/bisect/memory.h"
#include "probe/bisect/sample.h"
#include "probe/refusal/ask.h"

/* What came back. Texts are printable and without credentials; never NULL. */
struct seen {
	bool failed;
	bool whole; /* read to its end */
	bool reached; /* false: there was no server to ask */
	int status; /* 0: there was no answer */
	char *normal; /* what is the same each time; "" where it passed */
	/* Only of an answer that has just come, and is no memory: */
	char *type, *text; /* of the error */
	char *headline, *fix; /* as of `ccprobe doctor` */
	const char *code; /* of the finding; static; NULL: none */
	char *served; /* headers that tell who has answered */
	char *evidence; /* lines: status, content type, request id ... */
	int64_t retry_after; /* seconds; -1: it says none */
};

void seen_clear(struct seen *s);
bool seen_same(const struct seen *a, const struct seen *b);

struct trials_config { /* borrowed */
	struct asker *asker;
	const struct sample *given;
	struct memory *memory;
	size_t most; /* requests */
	uint32_t max_wait_s; /* for retry-after */
	/* What a person should know while it goes on; a line. */
	void (*tell)(void *arg, const char *text);
	/* After each request; `bytes`: how large it was. */
	void (*sent)(void *arg, size_t bytes);
	void *arg;
};

struct trials {
	struct trials_config config;
	struct seen wanted; /* the failure; status and normal text */
	bool searching; /* `wanted` is what an answer is compared with */
	bool patient; /* the first failure is known: "not now" is no answer */
	bool may_grow; /* a request may be larger than the given one */
	size_t remembered; /* answers that were not asked for again */
	tick_t not_before; /* what a retry-after has asked for */
	char *why_over; /* why no more requests are sent; NULL: they are */
};

void trials_init(struct trials *t, const struct trials_config *config);
void trials_clear(struct trials *t);

size_t trials_sent(const struct trials *t);

/* Sends it, whatever is remembered. false: no more requests (why_over). */
bool trials_send(struct trials *t, const struct bisect_request *r,
		 struct seen *out);

/* Sends no more: from now on only the limit would be seen. Always false. */
bool trials_throttled(struct trials *t);

/* From here on this is what is looked for. */
void trials_want(struct trials *t, const struct seen *failure);

/* trial_fn and `again` of bisect_reduce(); arg is a struct trials. */
enum trial trials_ask(void *arg, const struct bisect_request *r);
bool trials_again(void *arg, const struct bisect_request *r);

/* ---- exchange.c ---- */

/* One request and its answer. `hang_up`: as soon as it is sure to pass. -1: it
 * cannot be sent at all. */
int exchange(struct asker *a, const struct sample *g,
	     const struct bisect_request *r, bool hang_up, struct seen *out,
	     struct fail *f);

/* Seconds that a retry-after asks for ("7", or a date); -1: none. */
int64_t trial_retry_after(const struct headers *h, int64_t now); /* for tests */

/* Writes Q for what an error's text repeats of the request that it answers:
 * it differs with each request. quote.c */
void quote_mask(struct span text, struct span sent_body, struct buf *out);

/* Takes out known credentials, and what looks like one. */
void trial_blot(const struct sample *g, struct buf *text);

#endif
