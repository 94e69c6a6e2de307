/*
 * What the parts of fetch share:
 *   fetcher.c       the multi handle and its sockets on the loop
 *   fetch.c         one request: its life, its clocks, its callbacks
 *   fetch_request.c what the library is told about a request
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

/* Making a handle takes longer than using one again. */
enum { FETCHER_SPARE = 64 };

struct fetcher {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer timer; /* what the library waits for */
	struct sock *socks;
	struct fetch *list; /* all under way */
	unsigned depth; /* > 0: inside the library, which calls us */
	bool changed; /* somebody in the list waits to be added or removed */
	struct trusted *trusted; /* files of authorities, joined */
	struct {
		char *text, *url, *path; /* taken apart; NULL: none yet */
	} origin;
	CURL *spare[FETCHER_SPARE]; /* handles that wait for a request */
	size_t spare_count;
};

struct fetch {
	struct fetcher *fetcher;
	struct fetch *next, **link; /* in fetcher->list */
	const struct fetch_handler *handler;
	void *arg;
	/* What the fetcher does with it, without knowing more of it. */
	void (*done)(struct fetch *ft, CURLcode result);
	void (*drop)(struct fetch *ft);
	CURL *easy;
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

	struct fetch_end end; /* ours, where the library has no word for it;
				 the final one when `looking` */
	unsigned attempts; /* times the request was about to be sent */
	bool has_head;
	bool paused; /* the owner wants no more */
	bool held; /* the library holds a piece back for us */
	bool added; /* the library knows it */
	bool cancelled;
	bool connected; /* a socket has reached its peer */
	bool proxied;
	bool tls; /* the URL is https */
	bool only_connect;
	bool keep; /* its connection, for whoever takes it over */
	bool certificate; /* is to be told about */
	bool looking; /* it is over; only the certificate is looked at */
};

/* ---- fetcher.c ---- */

int fetcher_add(struct fetcher *fr, struct fetch *ft, struct fail *f);
void fetcher_remove(struct fetch *ft);
/* Brackets around calls that make the library call us back. */
void fetcher_enter(struct fetcher *fr);
void fetcher_leave(struct fetcher *fr);
/* A handle on which nothing is set, or NULL; and the way back. */
CURL *fetcher_take_easy(struct fetcher *fr);
void fetcher_give_easy(struct fetcher *fr, CURL *easy);
/* Forgets what it has taken apart. */
void fetcher_forget_origin(struct fetcher *fr);

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
/* Starts a connection for nothing but its certificate, in the place of the
 * request, which is over. Only outside the library. */
bool fetch_look(struct fetch *ft);

/* ---- fetch_words.c ---- */

/* What the library says of a request; where it says nothing, `otherwise`, or
 * its name of the result if that is NULL. */
const char *fetch_words(const struct fetch *ft, CURLcode result,
			const char *otherwise);

/* ---- fetch_end.c ---- */

void fetch_end_set(struct fetch_end *out, enum stream_end end, const char *fmt,
		   ...) ATTR_PRINTF(3, 4);

void fetch_explain(const struct fetch *ft, CURLcode result,
		   struct fetch_end *out);

#endif
