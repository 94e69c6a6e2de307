/*
 * What a server answers to a request, and whether that is the failure that is
 * searched for. Keeps to the budget, waits as retry-after says, and remembers
 * answers.
 */
#ifndef PROBE_BISECT_TRIAL_H
#define PROBE_BISECT_TRIAL_H

#include "probe/bisect/memory.h"
#include "probe/bisect/sample.h"
#include "probe/refusal/ask.h"

/* An answer. Its texts are printable, without credentials, and never NULL. */
struct seen {
	bool failed;
	bool whole; /* was read to its end */
	bool reached; /* false: no server was reached */
	int status; /* 0: there was no answer */
	char *normal; /* text of the failure without what changes; "" if it
			 passed */
	/* Only of an answer that was just received, and not remembered: */
	char *type, *text; /* of the error */
	char *headline, *fix; /* as in `ccprobe doctor` */
	const char *code; /* of the finding; static; NULL: none */
	char *served; /* headers that say who answered */
	char *evidence; /* lines with status, content type, request id ... */
	int64_t retry_after; /* seconds; -1: none */
};

void seen_clear(struct seen *s);
bool seen_same(const struct seen *a, const struct seen *b);

struct trials_config { /* borrowed */
	struct asker *asker;
	const struct sample *given;
	struct memory *memory;
	size_t most; /* limit of requests */
	uint32_t max_wait_s; /* for retry-after */
	/* A line that a person should see while the search goes on. */
	void (*tell)(void *arg, const char *text);
	/* Called after each request; `bytes` is its size. */
	void (*sent)(void *arg, size_t bytes);
	void *arg;
};

struct trials {
	struct trials_config config;
	struct seen wanted; /* the failure that is searched for; status and
			       normal text */
	bool searching; /* answers are compared with `wanted` */
	bool patient; /* the first failure is known, so an answer such as "busy"
			 is asked again */
	bool may_grow; /* a request may be larger than the given one */
	size_t remembered; /* answers that were not asked for again */
	tick_t not_before; /* retry-after asked to send nothing before */
	char *why_over; /* why no more requests are sent; NULL: they are sent */
};

void trials_init(struct trials *t, const struct trials_config *config);
void trials_clear(struct trials *t);

size_t trials_sent(const struct trials *t);

/* Sends a request even if its answer is remembered. false: no more requests are
 * sent (why_over). */
bool trials_send(struct trials *t, const struct bisect_request *r,
		 struct seen *out);

/* Ends the search, because further answers would show only the rate limit.
 * Always false. */
bool trials_throttled(struct trials *t);

/* Sets the failure that is searched for from now on. */
void trials_want(struct trials *t, const struct seen *failure);

/* trial_fn and `again` of bisect_reduce(); arg is a struct trials. */
enum trial trials_ask(void *arg, const struct bisect_request *r);
bool trials_again(void *arg, const struct bisect_request *r);

/* ---- exchange.c ---- */

/* Sends one request and describes its answer. `hang_up`: stop reading as soon
 * as it is sure to pass. -1: it cannot be sent. */
int exchange(struct asker *a, const struct sample *g,
	     const struct bisect_request *r, bool hang_up, struct seen *out,
	     struct fail *f);

/* Seconds that a retry-after asks for ("7", or a date); -1: none. */
int64_t trial_retry_after(const struct headers *h, int64_t now); /* for tests */

/* Appends the text of an error, with Q in place of what it repeats of the
 * request, since that changes with each request. `betas`: the given request's
 * anthropic-beta, or NULL. In quote.c. */
void quote_mask(struct span text, struct span sent_body, const char *betas,
		struct buf *out);

/* Masks known credentials, and what looks like one. */
void trial_blot(const struct sample *g, struct buf *text);

#endif
