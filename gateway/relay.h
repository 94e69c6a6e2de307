/*
 * One request on its way: from the client's head to the last byte of the
 * answer. Bytes are neither changed nor kept; the end of the answer is passed
 * on as what it was.
 */
#ifndef GATEWAY_RELAY_H
#define GATEWAY_RELAY_H

#include "gateway/auth.h"
#include "gateway/config.h"
#include "gateway/route.h"
#include "net/fetch.h"
#include "net/serve/serve.h"

struct relay;

/* Another way from a request to its answer than passing both on. */
struct relay_way {
	void (*start)(struct relay *r); /* the request is whole */
	void (*free)(struct relay *r); /* what it keeps in r->translating, or
					  r->bridging */
};

struct relay_answer;
struct gate;
struct ledger_files;

/* Who counts requests and tokens, and holds keys to their limits. Its calls come
 * for requests that are counted only. */
struct relay_meter {
	/* The credential is good. false: the request was refused. */
	bool (*arrive)(struct relay *r);
	/* The whole request is in. false: it was refused. */
	bool (*ready)(struct relay *r);
	/* The head of the answer is about to go out. */
	void (*begin)(struct relay *r, struct relay_answer *a);
	/* So are these bytes of its body. */
	void (*send)(struct relay *r, struct span bytes);
	/* So is its end. */
	void (*close)(struct relay *r, enum stream_end end);
	/* So is a whole answer of our own. */
	void (*reply)(struct relay *r, int status, struct headers *headers,
		      struct span body);
	/* All of these are on their way now. */
	void (*sending)(struct gate *gate);
	/* It is over; frees r->metered. */
	void (*done)(struct relay *r, enum stream_end end);
	/* A client asks how its key stands. */
	void (*account)(struct relay *r);
	/* Frees gate->desk. */
	void (*leave)(struct gate *gate);
};

/* What all relays of a worker share. */
struct gate {
	struct config *config; /* of the requests to come; held */
	struct loop *loop;
	struct fetcher *fetcher;
	const struct relay_way *translating; /* where formats differ */
	const struct relay_way *bridging; /* where one is Bedrock's or
					     Vertex's */
	const struct relay_way *cascade; /* where there is a pool */
	const struct relay_meter *meter;
	struct meter_desk *desk; /* of the meter; or NULL */
	struct ledger_files
		*ledger; /* of all workers; NULL: nothing is counted */
	size_t open; /* requests under way */
	bool draining; /* no more are wanted */
	void (*on_empty)(void *arg); /* while draining: none is under way */
	void *arg;
};

struct relay {
	struct gate *gate;
	struct config *config; /* that it began with; held */
	const struct provider *provider; /* that is asked */
	struct visit *visit; /* NULL once it is done */
	struct fetch *fetch; /* NULL when none is under way */
	struct buf target; /* as it goes upstream */
	struct buf body; /* the request's, once it is whole */
	struct buf client_body; /* the client's, where another one goes up and
				   it may be needed again */
	struct route route;
	const struct client_key *key; /* that it came with; or NULL */
	struct metered *metered; /* NULL: it is not counted */
	int status; /* of the answer; 0: not begun */
	bool is_stream; /* a success of text/event-stream */
	bool paused; /* the client reads more slowly than we get */
	bool refused; /* the body, by the server, which answers, too */
	uint64_t bytes; /* of the answer's body, so far */
	char note[160]; /* for the log: what went wrong upstream */
	struct translating *translating; /* the upstream speaks another
					    format; or NULL */
	struct bridging *bridging; /* the same, of a cloud's way */
	struct cascade *cascade; /* others may be asked; or NULL */
	const char *listed; /* what the provider calls the model; NULL: it has
			       no name of its own for it */
	const struct fetch_handler *watch; /* looks at what comes before
					      `handler` does; or NULL */
	const struct fetch_handler *handler; /* of the way that is gone */
	void *hooks; /* of gateway/hooks.h */
};

/* The head of an answer, ready to go out. */
struct relay_answer {
	int status;
	struct headers headers;
	uint64_t length; /* or VISIT_CHUNKED */
};

/* Visits of a server whose `arg` is a struct gate. */
extern const struct serve_handler relay_handler;

/* The steps, for gateway/hooks.h. Not after the visit is done. */
void relay_go(struct relay *r); /* the request is whole: on its way */
void relay_start(struct relay *r); /* asks the upstream, bytes as they are */
void relay_ask(struct relay *r); /* r->provider, in its format */
void relay_begin(struct relay *r, struct relay_answer *a);
bool relay_send(struct relay *r, struct span bytes); /* false: pause */

/* What is done with an upstream's answer that goes on as it comes. */
extern const struct fetch_handler relay_upstream;

/* Gives the upstream up, if one was asked. */
void relay_drop(struct relay *r);

/* The answer ends as the provider's did. */
void relay_close(struct relay *r, enum stream_end end);
void relay_free(struct relay *r); /* when both sides are gone */

#endif
