/*
 * One request, from the client's head to the last byte of the answer. Bytes are
 * neither changed nor kept; the answer ends towards the client as it ended
 * towards us.
 */
#ifndef GATEWAY_RELAY_H
#define GATEWAY_RELAY_H

#include "gateway/auth.h"
#include "gateway/config.h"
#include "gateway/route.h"
#include "net/fetch.h"
#include "net/serve/serve.h"

struct relay;

/* Another way to answer a request than passing request and answer on. */
struct relay_way {
	void (*start)(struct relay *r); /* the request is whole */
	void (*free)(struct relay *r); /* frees r->translating or r->bridging */
};

struct relay_answer;
struct gate;
struct ledger_files;

/* Counts requests and tokens, and holds keys to their limits. Called for
 * counted requests only. */
struct relay_meter {
	/* The credential is good. false: the request was refused. */
	bool (*arrive)(struct relay *r);
	/* The whole request has come. false: it was refused. */
	bool (*ready)(struct relay *r);
	/* The head of the answer is about to go out. */
	void (*begin)(struct relay *r, struct relay_answer *a);
	/* These bytes of its body are about to go out. */
	void (*send)(struct relay *r, struct span bytes);
	/* Its end is about to go out. */
	void (*close)(struct relay *r, enum stream_end end);
	/* A whole answer of our own is about to go out. */
	void (*reply)(struct relay *r, int status, struct headers *headers,
		      struct span body);
	/* All bytes passed to the functions above are about to go out. */
	void (*sending)(struct gate *gate);
	/* The request is over; frees r->metered. */
	void (*done)(struct relay *r, enum stream_end end);
	/* A client asks for the state of its key. */
	void (*account)(struct relay *r);
	/* Frees gate->desk. */
	void (*leave)(struct gate *gate);
};

/* What all relays of a worker share. */
struct gate {
	struct config *config; /* for the requests to come; held */
	struct loop *loop;
	struct fetcher *fetcher;
	const struct relay_way *translating; /* if formats differ */
	/* if a format is Bedrock's or Vertex's */
	const struct relay_way *bridging;
	const struct relay_way *cascade; /* if there is a pool */
	const struct relay_meter *meter;
	struct meter_desk *desk; /* of the meter; or NULL */
	struct ledger_files
		*ledger; /* shared by all workers; NULL: nothing is counted */
	size_t open; /* requests under way */
	bool draining; /* the gateway is ending */
	/* while draining: no request is under way */
	void (*on_empty)(void *arg);
	void *arg;
};

struct relay {
	struct gate *gate;
	struct config *config; /* the one that the request began with; held */
	const struct provider *provider; /* the one that is asked */
	struct visit *visit; /* NULL once the visit is over */
	struct fetch *fetch; /* NULL when none is under way */
	struct buf target; /* as it goes upstream */
	struct buf body; /* the request's, once it is whole */
	/* the client's body, if another one is sent upstream and this one may
	 * be needed again */
	struct buf client_body;
	struct route route;
	const struct client_key *key; /* the client's key; or NULL */
	struct metered *metered; /* NULL: it is not counted */
	int status; /* of the answer; 0: not begun */
	bool is_stream; /* a success of text/event-stream */
	bool paused; /* the client reads more slowly than we receive */
	bool refused; /* the server has refused the body, and answers it */
	uint64_t bytes; /* of the answer's body so far */
	char note[160]; /* for the log: what went wrong upstream */
	struct translating *translating; /* the upstream speaks another
					    format; or NULL */
	/* for a format of Bedrock or Vertex; or NULL */
	struct bridging *bridging;
	struct cascade *cascade; /* other providers may be asked; or NULL */
	/* the provider's name for the model; NULL: the same as the client's */
	const char *listed;
	/* sees all callbacks before `handler` does; or NULL */
	const struct fetch_handler *watch;
	const struct fetch_handler *handler; /* handles the upstream's answer */
	void *hooks; /* for gateway/hooks.h */
};

/* The head of an answer, ready to go out. */
struct relay_answer {
	int status;
	struct headers headers;
	uint64_t length; /* or VISIT_CHUNKED */
};

/* Visits of a server whose `arg` is a struct gate. */
extern const struct serve_handler relay_handler;

/* Steps of a relay, for gateway/hooks.h too. Not to be called after the visit
 * is done. */
void relay_go(struct relay *r); /* the whole request has come */
/* asks the upstream with the bytes as they are */
void relay_start(struct relay *r);
void relay_ask(struct relay *r); /* asks r->provider, in its format */
void relay_begin(struct relay *r, struct relay_answer *a);
bool relay_send(struct relay *r, struct span bytes); /* false: pause */

/* Passes an upstream's answer on as it comes. */
extern const struct fetch_handler relay_upstream;

/* Gives the upstream up, if one was asked. */
void relay_drop(struct relay *r);

/* The answer ends as the provider's did. */
void relay_close(struct relay *r, enum stream_end end);
void relay_free(struct relay *r); /* when both sides are gone */

#endif
