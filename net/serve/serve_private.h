/*
 * What the parts of serve share, each above those that it calls:
 *   serve.c         the server's life, and who comes in
 *   serve_conn.c    what happens to a connection, and what that leads to
 *   serve_read.c    its requests
 *   serve_refuse.c  those that are refused
 *   serve_write.c   its answers
 *   visit.c         the answer as the caller sees it
 *   visit_queue.c   what of it is still to go out
 *   serve_turn.c    connections that have something to do
 *   serve_socket.c  bytes in, bytes out, and the end
 *   serve_tls.c     the same through TLS
 *   serve_listen.c  the listening socket
 *   serve_quiet.c   who takes over that socket, and other late changes
 *
 * A connection is freed in serve_conn.c alone; others say CONN_OVER.
 */
#ifndef NET_SERVE_PRIVATE_H
#define NET_SERVE_PRIVATE_H

#include <sys/types.h>
#include <time.h>

#include "net/serve/serve.h"
#include "wire/bytes/buf.h"
#include "wire/http/chunked.h"

#define VISIT_HIGH_BYTES ((size_t)256 * 1024)
#define VISIT_PIECE_BYTES ((size_t)16 * 1024)
#define SERVE_READ_BYTES ((size_t)64 * 1024)

struct serve_tls; /* a certificate with its key */
struct tls_session;

struct serve {
	struct loop *loop;
	struct serve_config config;
	const struct serve_handler *handler;
	void *arg;
	struct serve_tls *tls; /* or NULL */

	int fd; /* the listening socket; -1: it listens no more */
	struct loop_io io;
	struct loop_timer again; /* when to accept again after a pause */
	loop_timer_fn *on_again;
	uint64_t connections; /* accepted so far */
	uint16_t port;

	struct conn *conns;
	size_t conns_count;
	struct conn *ready; /* connections that have something to do */
	struct loop_after soon;
	loop_timer_fn *on_soon;

	struct visit *visits; /* those for which on_head was called */
	size_t visits_count;

	char *bytes; /* buffer for one read, of SERVE_READ_BYTES */
	struct buf spare; /* an empty buffer with memory, for the next `out` */
	char date[40]; /* as a header's value */
	time_t date_at;
	bool running; /* a connection works and may call the owner */
};

enum conn_state {
	CONN_HANDSHAKE, /* of TLS */
	CONN_HEAD,
	CONN_BODY,
	CONN_ANSWER, /* the request has come; nothing is read */
	CONN_CLOSE, /* `out` is sent, then our side closes */
	CONN_DRAIN, /* a reset waits until the peer has what was sent */
	CONN_LINGER, /* our side is closed; bytes that come are dropped */
	CONN_OVER, /* to be freed */
};

/* A TCP connection, from accept to close. */
struct conn {
	struct serve *serve;
	struct conn *next, **link; /* in serve->conns */
	struct conn *ready, **ready_link; /* in serve->ready, if that is set */
	enum conn_state state;
	int fd;
	struct loop_io io;
	struct loop_timer clock;
	struct tls_session *tls; /* or NULL */
	uint64_t number;
	tick_t moved; /* when the last byte moved */
	enum stream_end gone; /* END_OPEN while the client is there */

	/* a part of a head; or, if `unread`, bytes that came after a request */
	struct buf in;
	struct framing_scan scan;
	struct framing framing;
	uint64_t left; /* bytes of a counted body that are still to come */
	struct chunked chunked;
	struct visit *visit; /* the request under way, or NULL */

	struct buf out;
	size_t out_at;
	tick_t drain_until;
	bool unread;
	bool timed; /* the clock is set for the head that is coming */
	bool muted; /* bytes are waiting, but are not to be read now */
	bool blocked; /* the socket has not taken all of `out` */
	bool broken; /* the socket takes no more bytes */
};

/* The bytes of one visit_send(), or of several joined ones; at most
 * VISIT_PIECE_BYTES. */
struct piece {
	struct piece *next;
	size_t len, at, room;
	char bytes[];
};

struct visit {
	struct serve *serve;
	struct conn *conn; /* NULL once the answer is over on the wire */
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
	struct piece *first, *last; /* last: only valid if there is a first */
	size_t queued;
	enum stream_end cut; /* END_OPEN: not cut */
	enum stream_end ended; /* on the wire; END_OPEN: not yet */
	struct loop_timer later; /* before on_done */

	bool is_head; /* the method */
	bool listed; /* on_head was called, so on_done will be */
	bool too_large;
	bool raw; /* visit_raw was used */
	bool begun; /* the head is in `out` */
	bool last_chunk; /* it is in `out` */
	bool finished; /* visit_finish was called */
	bool gone; /* on_hangup was called */
	bool full; /* on_room is to be called later */
	bool joins; /* visit_join was called */
};

/* ---- serve_listen.c ---- */

/* A bound, listening, non-blocking socket, or -1. */
int serve_listen(const struct serve_config *config, uint16_t *port,
		 struct fail *f);

/* ---- serve_quiet.c ---- */

/* A copy of the socket of a server that listens; or -1. */
int serve_take_over(const struct serve *from, uint16_t *port, struct fail *f);

/* ---- serve_tls.c ---- */

int serve_tls_new(struct serve_tls **out, const struct serve_config *config,
		  struct fail *f);
void serve_tls_free(struct serve_tls *t);

struct tls_session *tls_session_new(const struct serve_tls *t, int fd);
void tls_session_free(struct tls_session *s);
/* 1: done, 0: go on when the socket is ready, -1: it failed. */
int tls_session_shake(struct tls_session *s, bool *wants_room);
/* As recv() and send() on a non-blocking socket. */
ssize_t tls_session_recv(struct tls_session *s, void *bytes, size_t len);
ssize_t tls_session_send(struct tls_session *s, const void *bytes, size_t len);
bool tls_session_has_more(const struct tls_session *s); /* read ahead */
void tls_session_end(struct tls_session *s); /* nothing more is sent */

/* ---- serve_socket.c ---- */

struct conn *conn_new(struct serve *s, int fd, loop_io_fn *on_event);
void conn_free(struct conn *c);

/* Watches the socket for what the connection waits for now. */
void conn_watch(struct conn *c);

/* Bytes, 0 at the end, -1: none now, -2: the connection is broken. */
ssize_t conn_recv(struct conn *c, void *bytes, size_t len);

/* True when the system has taken all of `out`. */
bool conn_flush(struct conn *c);

/* To be called before anything is put into `out`: reuses memory of others. */
void conn_take_out(struct conn *c);

/* Closes our side; the client gets to read what was sent before. */
void conn_fin(struct conn *c);

/* Resets the connection once the peer has everything that was sent, or after a
 * second. False: not yet. */
bool conn_reset(struct conn *c);

/* ---- serve_turn.c ---- */

/* Gives the connection a turn soon, outside of the caller's functions. */
void conn_soon(struct conn *c);
void conn_not_soon(struct conn *c);

/* ---- visit_queue.c ---- */

void visit_queue_add(struct visit *v, const char *bytes, size_t len);
void visit_queue_drop(struct visit *v);
bool visit_has_room(struct visit *v); /* false: on_room will be called */
void visit_took(struct visit *v, size_t len); /* off the front of the queue */
/* calls on_hangup, and drops the queue */
void visit_hangup(struct visit *v, enum stream_end how);

/* ---- visit.c ---- */

/* takes the head over */
struct visit *visit_new(struct conn *c, struct http_head *head);
void visit_list(struct visit *v);
void visit_done(struct visit *v); /* on_done, and frees it */

/* The answer is over on the wire. Frees the visit, or lets it wait for its
 * owner. */
void visit_off_wire(struct visit *v, enum stream_end ended);

/* True if the owner has decided what to answer. */
bool visit_has_answer(const struct visit *v);
/* HEAD, 204, 304: the head is all of the answer. */
bool visit_is_bodyless(const struct visit *v);

/* ---- serve_write.c ---- */

struct conn_reply {
	int status;
	const struct headers *headers;
	uint64_t length; /* or VISIT_CHUNKED */
	bool bodyless;
};

/* Appends a head to `out`; c->framing says whether the connection closes after
 * the answer. */
void conn_reply_write(struct conn *c, const struct conn_reply *r);

/* Sends what can be sent; after the end of an answer goes on to the next
 * request. */
void conn_write(struct conn *c);

/* The client is gone, or takes no more bytes: tells the visit and ends the
 * connection. */
void conn_cancel(struct conn *c, enum stream_end how);

/* ---- serve_refuse.c ---- */

/* Answers the request with an error and closes; if its owner knows of the
 * request already, the owner is told that the client is gone. An answer that
 * the owner has decided goes out instead. */
void conn_refuse(struct conn *c, const struct framing_refusal *why);

/* ---- serve_read.c ---- */

/* Reads requests until one waits for its answer, or no bytes are left. */
void conn_read(struct conn *c);

/* ---- serve_conn.c ---- */

void conn_begin(struct serve *s, int fd);
void conn_end(struct conn *c); /* because the server ends */
/* Works on the connections that have something to do. */
void conn_turn(struct serve *s);

#endif
