/*
 * What the parts of fetch share:
 *   fetcher.c       the multi handle and its sockets on the loop
 *   fetch.c         one request: its life, and the library's callbacks
 *   fetch_request.c what the library is told about a request
 *   fetch_own.c     plain requests, over connections of our own
 *   fetch_own_request.c  what goes out on them
 *   fetch_own_answer.c   what comes in on them
 *   fetch_take.c    what comes in, whoever brings it; the clock
 *   fetch_origin.c  where a request goes
 *   fetch_proxy.c   the same, of a proxy
 *   fetch_tls.c     the same, of authorities and our own certificate
 *   fetch_certificate.c  what a server's certificate says
 *   fetch_end.c     what a result of the library means
 *   fetch_words.c   the library's words for it
 */
#ifndef NET_FETCH_PRIVATE_H
#define NET_FETCH_PRIVATE_H

#include <curl/curl.h>

#include "net/fetch.h"
#include "wire/bytes/buf.h"

/* How many handles are kept: making one takes longer than using one again. */
enum { FETCHER_SPARE = 64 };

/* How many origins are remembered, so that one that is asked again is not read
 * again. */
enum { FETCHER_ORIGINS = 8 };

struct fetch_origin {
	char *text; /* as it was given; NULL: none */
	char *url, *path; /* to connect to; the path before each target */
	char *host; /* the value of Host; NULL unless http */
	struct sockaddr_storage at;
	socklen_t at_len; /* 0: no address is in the URL, or it is not http */
};

struct fetcher {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer timer; /* what the library waits for */
	struct sock *socks;
	struct fetch *list; /* all fetches under way */
	unsigned depth; /* > 0: the library is running and may call us */
	bool changed; /* a fetch waits to be added or removed */
	/* authorities: files joined with the system's */
	struct trusted *trusted;
	struct fetch_origin origins[FETCHER_ORIGINS]; /* a ring */
	size_t origins_next;
	CURL *spare[FETCHER_SPARE]; /* handles that wait for a request */
	size_t spare_count;
	struct own *idle; /* connections that wait for a request */
	size_t idle_count;
	char *bytes; /* buffer for one read of such a connection */
};

struct fetch {
	struct fetcher *fetcher;
	struct fetch *next, **link; /* in fetcher->list */
	const struct fetch_handler *handler;
	void *arg;
	/* For the fetcher, which knows no more of a fetch: its end. */
	void (*done)(struct fetch *ft, CURLcode result);
	void (*drop)(struct fetch *ft);
	CURL *easy; /* NULL: not a request of the library */
	struct own *own; /* then: its connection, or NULL */
	struct buf out; /* the head that goes out on `own` */
	size_t out_at;
	struct curl_slist *fields;
	char *url, *target;
	char error[CURL_ERROR_SIZE];

	const char *body;
	char *body_copy; /* NULL: the body is lent */
	size_t body_len, body_at;
	tick_t moved; /* when a piece of the body last went out; 0: never */
	curl_socket_t fd; /* CURL_SOCKET_BAD while not known */

	size_t head_bytes; /* 1xx heads and trailers included */
	struct buf raw_head; /* the head that is coming in */
	struct http_head head;
	uint64_t received, body_limit;
	uint32_t receive_bytes;
	tick_t last; /* when a byte came in, or we resumed */
	uint32_t head_ms, idle_ms, connect_ms;
	struct loop_timer clock, go_on;

	/* the end as we found it; END_OPEN: as the library says. The final one
	 * while `looking`. */
	struct fetch_end end;
	unsigned attempts; /* times the request was about to be sent */
	bool has_head;
	bool is_head; /* the method is HEAD */
	bool keep_alive; /* `own` may be kept for others */
	bool decompress; /* `own` undoes content codings */
	struct decode *decode; /* NULL: there is none, or not yet */
	struct buf plain; /* what `decode` gave */
	bool running; /* `own` is calling the owner */
	bool paused; /* the owner wants no more */
	bool held; /* the library holds bytes back for us */
	bool added; /* the multi handle has it */
	bool cancelled;
	bool connected; /* a socket has reached its peer */
	bool proxied;
	bool tls; /* the URL is https */
	bool only_connect;
	bool keep; /* on_end may take the connection over */
	bool certificate; /* the owner wants the server's certificate */
	/* the request is over; only the certificate is looked at */
	bool looking;
};

/* ---- fetcher.c ---- */

int fetcher_add(struct fetcher *fr, struct fetch *ft, struct fail *f);
void fetcher_remove(struct fetch *ft);
/* Around calls in which the library may call us back. */
void fetcher_enter(struct fetcher *fr);
void fetcher_leave(struct fetcher *fr);
/* A handle on which nothing is set, or NULL; and its return. */
CURL *fetcher_take_easy(struct fetcher *fr);
void fetcher_give_easy(struct fetcher *fr, CURL *easy);

/* ---- fetch_origin.c ---- */

/* Reads an origin, or finds it among the last ones. Borrowed; valid until
 * FETCHER_ORIGINS others were read. */
const struct fetch_origin *fetch_origin_of(struct fetcher *fr, const char *text,
					   struct fail *f);
void fetch_origin_forget(struct fetcher *fr);

/* ---- fetch_take.c ---- */

void fetch_take_clock(struct fetch *ft); /* sets it anew */
/* Counts bytes of a head; -1: they are too many. */
int fetch_take_more(struct fetch *ft, size_t bytes);
/* Reads the whole head in `raw_head`; -1: it is not HTTP. */
int fetch_take_read(struct fetch *ft);
bool fetch_take_is_final(const struct fetch *ft);
/* Gives the head, or bytes, to the owner. -1: the owner gets no more; ft->end
 * may say why. */
int fetch_take_head(struct fetch *ft);
int fetch_take_body(struct fetch *ft, struct span bytes);

/* ---- fetch_own_request.c ---- */

/* Can a connection of our own take this request: plain HTTP to an address, and
 * nothing that only the library does? */
bool fetch_own_takes(const struct fetch_origin *o,
		     const struct fetch_request *r);
int fetch_own_prepare(struct fetch *ft, const struct fetch_origin *o,
		      const struct fetch_request *r, struct fail *f);

/* ---- fetch_own.c ---- */

int fetch_own_start(struct fetch *ft, struct fail *f);
void fetch_own_resume(struct fetch *ft);
/* closes its connection, if there is one */
void fetch_own_leave(struct fetch *ft);
void fetch_own_free_idle(struct fetcher *fr);

/* ---- fetch_request.c ---- */

int fetch_prepare(struct fetch *ft, const struct fetch_request *r,
		  struct fail *f);

/* ---- fetch_tls.c ---- */

void fetch_set_tls(struct fetch *ft, const struct fetch_tls *tls);
void fetch_free_trusted(struct fetcher *fr);

/* ---- fetch_proxy.c ---- */

int fetch_set_proxy(struct fetch *ft, const struct fetch_request *r,
		    struct fail *f);

/* ---- fetch_certificate.c ---- */

enum certificate_fault fetch_certificate_fault(const struct fetch *ft);
void fetch_certificate_take(struct fetch *ft, struct fetch_certificate *out);
/* Connects again only to look at the certificate; the request itself is over.
 * Not to be called inside the library. */
bool fetch_look(struct fetch *ft);

/* ---- fetch_words.c ---- */

/* The library's words for the failure of a request. If it has none:
 * `otherwise`, or its name of the result if that is NULL. */
const char *fetch_words(const struct fetch *ft, CURLcode result,
			const char *otherwise);

/* ---- fetch_end.c ---- */

void fetch_end_set(struct fetch_end *out, enum stream_end end, const char *fmt,
		   ...) ATTR_PRINTF(3, 4);

void fetch_explain(const struct fetch *ft, CURLcode result,
		   struct fetch_end *out);

#endif
