/*
 * What the parts of serve share:
 *   serve.c         the daemon and its life
 *   serve_turn.c    the daemon's turns, and visits that sleep
 *   serve_request.c requests and replies as libmicrohttpd's callbacks see them
 *   serve_head.c    how long a head may take
 *   serve_listen.c  the listening socket
 *   serve_quiet.c   ending to listen, and who takes over
 *   serve_conn.c    a connection's own socket: hang-ups, raw bytes, resets
 *   visit.c         the answer as the caller sees it
 *   visit_queue.c   what of it is still to go out
 */
#ifndef NET_SERVE_PRIVATE_H
#define NET_SERVE_PRIVATE_H

#include "net/serve.h"
#include "wire/bytes/buf.h"

struct MHD_Daemon;
struct MHD_Connection;
struct MHD_OptionItem;

#define VISIT_HIGH_BYTES ((size_t)256 * 1024)
#define VISIT_PIECE_BYTES ((size_t)16 * 1024)

struct serve {
	struct loop *loop;
	struct serve_config config;
	const struct serve_handler *handler;
	void *arg;
	struct MHD_Daemon *daemon;
	struct loop_io io; /* the daemon's epoll descriptor */
	struct loop_timer timer; /* the daemon's next timeout */
	struct visit *visits; /* those that on_head was called for */
	size_t visits_count;
	uint64_t connections; /* accepted so far */
	uint16_t port;
	bool quiet; /* it listens no more */
	bool running; /* the daemon is at work and calls us */
};

/* A TCP connection, from accept to close. */
struct conn {
	struct serve *serve;
	struct loop_io io; /* its socket, watched for hang-ups */
	int fd;
	uint64_t number;
	struct visit *visit; /* the request under way, or NULL */
	enum stream_end gone; /* END_OPEN while the client is there */
	struct loop_timer poke;
	struct loop_timer slow; /* set while a head is coming in */
	bool awaits_head; /* its first byte is watched for */
};

/* Bytes of one visit_send(), at most VISIT_PIECE_BYTES. */
struct piece {
	struct piece *next;
	size_t len, at;
	char bytes[];
};

struct visit {
	struct serve *serve;
	struct conn *conn; /* NULL once the answer is off the wire */
	struct MHD_Connection *mhd;
	struct visit *next, **link; /* in serve->visits */

	struct http_head head;
	struct buf body;
	uint64_t received; /* bytes of the body, kept or not */
	uint64_t connection;
	tick_t began;
	void *mine;

	int status; /* 0: visit_begin was not called */
	struct headers headers;
	uint64_t length, accepted; /* of the answer's body */
	struct piece *first, **last;
	size_t queued;
	enum stream_end cut; /* END_OPEN: not cut */
	enum stream_end ended; /* on the wire; END_OPEN: not yet */
	struct loop_timer later; /* before a reset, or before on_done */
	tick_t drain_until;

	bool listed; /* on_head was called, so on_done will be */
	bool too_large;
	bool complete; /* the request is in */
	bool asked; /* on_request was called */
	bool raw; /* visit_raw was used */
	bool finished; /* visit_finish was called */
	bool suspended;
	bool gone; /* on_hangup was called */
	bool full; /* on_room is owed */
};

/* ---- serve_turn.c ---- */

void serve_turn(struct serve *s);

void visit_sleep(struct visit *v);

/* Lets the library look at the visit's connection again, if it sleeps. */
void visit_wake(struct visit *v);

/* ---- serve_request.c ---- */

/* Starts the daemon with our callbacks and these further options. */
struct MHD_Daemon *serve_daemon(struct serve *s, unsigned flags,
				struct MHD_OptionItem *options);

/* ---- serve_listen.c ---- */

/* A bound, listening, non-blocking socket, or -1. */
int serve_listen(const struct serve_config *config, uint16_t *port,
		 struct fail *f);

/* ---- serve_head.c ---- */

/* A head may begin: what to watch the socket for. */
uint32_t conn_head_events(struct conn *c);
void conn_await_head(struct conn *c); /* and watches */
void conn_head_begins(struct conn *c);
void conn_head_is_in(struct conn *c);

/* ---- serve_quiet.c ---- */

/* The socket of a server that still listens, once more; or -1. */
int serve_take_over(const struct serve *from, uint16_t *port, struct fail *f);

/* ---- visit.c ---- */

struct visit *visit_new(struct conn *c, struct MHD_Connection *mhd,
			const char *target);
void visit_list(struct visit *v);
void visit_done(struct visit *v); /* on_done, and frees it */

/* The wire is done with it. Frees it, or lets it wait for its caller. */
void visit_off_wire(struct visit *v, enum stream_end ended);

/* True if the caller has decided what to answer. */
bool visit_has_answer(const struct visit *v);
/* HEAD, 204, 304: the head is all of the answer. */
bool visit_is_bodyless(const struct visit *v);

/* ---- visit_queue.c ---- */

void visit_queue_add(struct visit *v, const char *bytes, size_t len);
void visit_queue_drop(struct visit *v);
bool visit_has_room(struct visit *v); /* false: on_room is owed from here on */
void visit_took(struct visit *v, size_t len); /* off the front of the queue */
void visit_hangup(struct visit *v, enum stream_end how); /* and drops all */

/* ---- serve_conn.c ---- */

struct conn *conn_new(struct serve *s, int fd);
void conn_free(struct conn *c); /* before the socket is closed */
/* After a request: a hang-up seen meanwhile is the library's to find now. */
void conn_check(struct conn *c);
void conn_write_raw(struct visit *v);

/*
 * Resets the connection. What was sent should reach the peer first: false
 * means that the visit is woken to try again (for a second at most).
 */
bool conn_reset(struct visit *v);

#endif
