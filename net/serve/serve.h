/*
 * An HTTP/1.1 server on a loop, with TLS by GnuTLS. It gives the caller what a
 * test server and an honest relay need: the request as it was on the wire, an
 * answer in pieces at any time, chunk boundaries as asked, a report when the
 * client goes away even while nothing is being sent, and endings that are not
 * clean.
 *
 * It checks the bytes as they come (wire/http/framing.h). A request that is not
 * HTTP, could be read in two ways or passes a limit is refused and the
 * connection closed; bytes after it are never taken for another request.
 * Requests of one connection are answered one after the other; nothing is read
 * while one is being answered.
 *
 * A *visit* is one request that came in, with the answer we give. It is made
 * by the server and lives until on_done returns, in every case.
 */
#ifndef NET_SERVE_H
#define NET_SERVE_H

#include "net/loop.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"
#include "wire/http/end.h"
#include "wire/http/framing.h"
#include "wire/http/http.h"

struct serve;
struct visit;

struct serve_config {
	const char *host; /* numeric address, such as "127.0.0.1", "::1" */
	uint16_t port; /* 0: any free one */
	size_t body_limit; /* bytes of a request body that are kept */
	size_t connections_limit; /* 0: 65,536 */
	/* for a TLS handshake, and from the first byte of a head to its last,
	 * after which the request is refused; 0: idle_ms */
	uint32_t head_ms;
	/* this server's listening socket is taken over; it goes on with the
	 * connections that it has. NULL: none */
	struct serve *instead_of;
	/* without a byte of a body or of an answer; not counted while a visit
	 * waits for us; 0: 75,000 */
	uint32_t idle_ms;
	/* accept heads that could be read in two ways; for planted faults */
	bool lenient;
	bool reuse_port; /* SO_REUSEPORT, for several workers */
	const char *tls_cert, *tls_key; /* PEM text, both or neither */
};

/* Every member but on_request may be NULL. All run on the loop. */
struct serve_handler {
	/* The head has come, the body has not. May answer already: the body is
	 * then read and dropped (up to twice the limit), so that the client
	 * gets to read the answer, which goes out after the body. A client that
	 * waits for 100 Continue gets it at once instead. */
	void (*on_head)(void *arg, struct visit *v);

	/* The whole body has come, or visit_too_large() is true (the body was
	 * read and dropped; beyond twice the limit the connection is closed and
	 * only on_done comes, with END_CUT). Not called when on_head answered.
	 * The answer may be begun now or later. */
	void (*on_request)(void *arg, struct visit *v);

	/* Bytes of answers are about to go out. Called at least once before
	 * those that go out in one turn, and never inside the functions
	 * below. */
	void (*on_sending)(void *arg);

	/* Less than half of visit_send()'s high mark is queued again. */
	void (*on_room)(void *arg, struct visit *v);

	/* The client went away before visit_finish or visit_cut; `end` is
	 * END_CUT or END_RESET. Called at most one turn of the loop later, even
	 * while nothing is being sent. A client that closes only one direction
	 * counts as gone. */
	void (*on_hangup)(void *arg, struct visit *v, enum stream_end end);

	/* Last call for this visit. `end` is how the answer ended on the wire:
	 * END_CLEAN; END_CUT, END_RESET when we cut it; END_CANCELLED when
	 * the client went away. */
	void (*on_done)(void *arg, struct visit *v, enum stream_end end);

	/* The server itself refuses a request. Fills in the fields and the body
	 * of the answer; if the member is NULL, the body is an error in the
	 * form of the Messages API. `v` is NULL where its head was refused;
	 * otherwise on_hangup and on_done come next for it. */
	void (*on_refuse)(void *arg, struct visit *v,
			  const struct framing_refusal *why,
			  struct headers *headers, struct buf *body);
};

/* Listens and serves; `handler` and `arg` must outlive it. */
int serve_new(struct serve **out, struct loop *l,
	      const struct serve_config *config,
	      const struct serve_handler *handler, void *arg, struct fail *f);

/* Ends every visit (on_done is called for each) and closes. */
void serve_free(struct serve *s);

/* Stops listening. Requests under way go on, and each connection closes after
 * its next answer. */
void serve_quiesce(struct serve *s);

/* How many connections are open, with requests under way or without. */
size_t serve_connections(const struct serve *s);

/* For requests whose head is still to come. */
void serve_set_limits(struct serve *s, size_t body_limit, uint32_t head_ms);

#define SERVE_PEM_LIMIT ((size_t)1024 * 1024)

/* Is this PEM text that a server can start with? */
int serve_check_certificate(const char *cert, const char *key, struct fail *f);

uint16_t serve_port(const struct serve *s);
/* How many requests are under way. */
size_t serve_visits(const struct serve *s); /* for tests */

/* ---- the request; everything is borrowed and valid until on_done ---- */

/* method, target exactly as on the wire, minor version, headers. */
const struct http_head *visit_head(const struct visit *v);
struct span visit_path(const struct visit *v); /* target before '?' */
struct span visit_body(const struct visit *v); /* from on_request on */
/* The caller gets the body, and the visit has none any more. */
void visit_take_body(struct visit *v, struct buf *out);
bool visit_too_large(const struct visit *v);
/* The number of its connection, from 1. */
uint64_t visit_connection(const struct visit *v); /* for tests */
tick_t visit_began(const struct visit *v); /* when the head was complete */

/* One pointer for the caller. */
void visit_set(struct visit *v, void *mine);
void *visit_get(const struct visit *v);

/* ---- the answer ---- */

#define VISIT_CHUNKED UINT64_MAX

/*
 * Begins the answer. Headers go out in this order and spelling. length is the
 * exact number of body bytes to come, or VISIT_CHUNKED (to an HTTP/1.0 client
 * the connection then closes at the end). Content-Length, Transfer-Encoding
 * and Connection in `headers` are left out: framing is the server's. A Date is
 * added if there is none. The head is on the wire at once, before any body.
 */
void visit_begin(struct visit *v, int status, const struct headers *headers,
		 uint64_t length);

/*
 * Queues body bytes (copied). Each call is one HTTP chunk on the wire (at most
 * 16 KiB; larger ones are split). Returns false when more than the high mark
 * (256 KiB) is queued now: keep the rest until on_room. After the client went
 * away bytes are dropped.
 */
bool visit_send(struct visit *v, const void *bytes, size_t len);
size_t visit_queued(const struct visit *v);

/* From now on, bytes that wait together become one chunk. For bodies whose
 * chunks have no meaning. */
void visit_join(struct visit *v);

/* The answer is complete once what is queued is out. With a length given in
 * visit_begin and fewer bytes sent, the connection is cut instead; bytes beyond
 * that length are dropped. on_done waits for this call (or visit_cut) even when
 * the length is reached earlier or the request was HEAD; such an answer has
 * then left, and on_hangup is not called for it any more. on_done never comes
 * inside this call. */
void visit_finish(struct visit *v);

/* Begin, send and finish in one. */
void visit_answer(struct visit *v, int status, const struct headers *headers,
		  struct span body);

/* Breaks the answer off when all that is queued has gone out: END_CUT closes
 * without the final chunk, END_RESET sends a TCP reset. Allowed before
 * visit_begin too: the connection is then closed without a single byte. */
void visit_cut(struct visit *v, enum stream_end how);

/*
 * Instead of visit_begin: bytes that go to the socket as they are, status line
 * and all. May be called again for more. End it with visit_cut(); nothing else
 * of the answer functions may be used.
 */
bool visit_raw(struct visit *v, const void *bytes, size_t len);

#endif
