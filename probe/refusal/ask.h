/*
 * Sends one request and waits for its whole answer: for the commands in which
 * each answer decides what is sent next (doctor, bisect).
 */
#ifndef PROBE_REFUSAL_ASK_H
#define PROBE_REFUSAL_ASK_H

#include "net/fetch.h"
#include "wire/bytes/rate.h"
#include "wire/bytes/buf.h"

struct asker; /* a loop, a fetcher, and what is the same for all requests */

struct asker_config { /* copied */
	const char *base_url; /* as ANTHROPIC_BASE_URL has it; a path in it goes
				 in front of every target */
	const char *proxy; /* "http://host:port", or NULL: none */
	struct fetch_tls tls;
	struct rate *rate; /* shared by all who send to it; NULL: none */
	uint32_t connect_ms; /* 0: 10,000 */
	uint32_t head_ms; /* until the head is there; 0: 120,000 */
	uint32_t idle_ms; /* without any byte after it; 0: 60,000 */
	uint64_t body_limit; /* of an answer, bytes; 0: 16 MiB */
};

int asker_new(struct asker **out, const struct asker_config *config,
	      struct fail *f);
void asker_free(struct asker *a);

/* Calls `waits` about once a second while it waits for an answer, so that a
 * person can be told. */
void asker_on_wait(struct asker *a, void (*waits)(void *arg), void *arg);

/* How many requests it has sent. */
size_t asker_count(const struct asker *a);

/* A piece of the body as it came in; `upto` is the length with it. */
struct asked_piece {
	tick_t at;
	size_t upto;
};

#define ASKED_PIECES_LIMIT 256 /* later pieces extend the last one */

struct asked {
	enum stream_end end; /* END_CANCELLED: `enough`, or a signal */
	enum end_stage stage; /* how far it came */
	bool sent; /* a part of the request may have been sent */
	int tunnel; /* a proxy's status for a tunnel; 0: none */
	int os_error; /* ECONNREFUSED, ...; 0: no error of the system */
	bool ca_file_bad; /* the file of extra authorities is not usable */
	char text[256]; /* what happened, for a person; "" if clean */
	struct http_head head; /* status 0: there was no answer */
	struct buf body; /* as it was on the wire, without its framing */
	struct fetch_certificate certificate; /* of an https server */
	tick_t began, head_at, ended;
	struct asked_piece *pieces;
	size_t piece_count;
};

struct ask {
	const char *method; /* "POST" */
	const char *target; /* "/v1/messages?beta=true" */
	const struct headers *headers; /* credential included */
	struct span body;
	bool has_body;
	bool decode; /* undo what content-encoding says */
	uint32_t head_ms; /* until the head is there; 0: as the asker has it */
	uint32_t whole_ms; /* until the end, also where a byte comes now and
			      then; 0: no limit */
	/* Connects (with TLS for https) and sends nothing; it ends with
	 * END_CLEAN if that worked. It does not count as a request. */
	bool only_connect;
	/* May be NULL. Called after the head and after every piece. If it
	 * returns true, the connection is closed: the rest is not worth the
	 * time and the money. */
	bool (*enough)(void *arg, const struct asked *so_far);
	void *arg;
};

/*
 * Sends it and waits for the end; signals interrupt it as set by
 * asker_interruptible(). -1 only if it could not be started (a bad URL). What
 * the network did is in *out, also then; asked_clear() empties it.
 */
int asker_ask(struct asker *a, const struct ask *q, struct asked *out,
	      struct fail *f);
void asked_clear(struct asked *x);

/* From this call on SIGINT and SIGTERM end a wait (END_CANCELLED) and are
 * remembered; asker_interrupted() says whether one came. */
int asker_interruptible(struct asker *a, struct fail *f);
bool asker_interrupted(const struct asker *a);

/* Waits; false: interrupted. */
bool asker_wait(struct asker *a, uint32_t ms);

#endif
