/*
 * An HTTP client on a loop. Plain HTTP to an address goes over connections of
 * our own, which take a third of the time; TLS, proxies and names are left to
 * libcurl, which no other file uses. The caller sees no difference. Headers go
 * out in the given order and spelling; redirects are never followed, nothing is
 * decompressed unless asked, nothing is ever sent twice: a request that fails
 * on a connection that was kept open is not silently repeated.
 *
 * Order on the wire: Host comes first (in this spelling; made from the origin
 * if none is given) and Content-Length last; all others keep their order. Only
 * the fields given are sent (no User-Agent, Accept or Expect of its own).
 *
 * Endings: a broken chunk size is END_BAD, a missing last chunk END_CUT. A
 * kept connection that the server closed instead of answering is END_CUT or
 * END_RESET; libcurl may open a new one, but nothing is sent on it.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include "net/loop.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"
#include "wire/http/end.h"
#include "wire/http/http.h"

struct fetcher; /* connections and a libcurl multi handle on a loop */
struct fetch; /* one request under way */

int fetcher_new(struct fetcher **out, struct loop *l, struct fail *f);
void fetcher_free(struct fetcher *fr); /* cancels what is under way */

/* How a TLS connection is made. Zero: the system's authorities, and no client
 * certificate. Files are PEM. */
struct fetch_tls {
	bool any_certificate; /* accept any certificate of the server */
	const char *ca_file; /* authorities besides the system's; or NULL */
	const char *client_cert; /* for a server that asks; or NULL */
	const char *client_key; /* NULL: the key is in client_cert */
	const char *client_key_password; /* NULL: the key has none */
};

struct fetch_request {
	/* "http://127.0.0.1:8473", "https://host"; a path in it is put in front
	 * of `target` */
	const char *origin;
	const char *method;
	const char *target; /* sent as it is: "/v1/messages?beta=true" */
	const struct headers *headers; /* Content-Length, Transfer-Encoding
					  are left out */
	struct span body; /* copied; Content-Length is sent if has_body */
	/* `body` is not copied: it must stay in place until the fetch is gone
	 * or cancelled */
	bool body_lent;
	bool has_body;
	bool decompress; /* decode what content-encoding names */
	bool keep_alive; /* may use a kept connection, and leave one */
	struct fetch_tls tls;
	/* "http://host:port", or NULL: none; may have a user and a password,
	 * which no message shows */
	const char *proxy;
	/* https: fetch_end describes the server's certificate. One that is
	 * refused is looked at over a second connection, which sends
	 * nothing. */
	bool certificate;
	/* connect (with TLS) and hang up: nothing is sent, there is no head,
	 * and the end is clean */
	bool only_connect;
	/* the same, but on_end may take the connection over (net/line.h) */
	bool keep;
	uint32_t connect_ms; /* 0: 10,000 */
	uint32_t head_ms; /* from the start to the head; 0: no limit */
	uint32_t idle_ms; /* without any byte after the head; 0: no limit */
	uint64_t body_limit; /* of the answer, bytes; 0: no limit */
	/* the system's receive buffer for the connection; 0: its own choice */
	uint32_t receive_bytes;
};

enum certificate_fault {
	CERTIFICATE_GOOD, /* or: never seen */
	CERTIFICATE_EXPIRED,
	CERTIFICATE_NOT_YET, /* not valid yet */
	CERTIFICATE_NAME, /* for another host */
	CERTIFICATE_SELF_SIGNED,
	CERTIFICATE_UNKNOWN, /* signed by no authority that we know */
	CERTIFICATE_OTHER,
};

/* An https server's certificate; a text is "" where it is not known. */
struct fetch_certificate {
	enum certificate_fault fault;
	char subject[160], issuer[160];
	int64_t expires; /* seconds since 1970; 0: not known */
};

/* Programs decide by the values; the text is for a person. Parts of it are
 * libcurl's words, which differ from one version to the next. */
struct fetch_end {
	enum stream_end end;
	enum end_stage stage;
	bool sent; /* some of the request may have reached the server */
	/* the proxy's status for a tunnel, such as 407; 0: no tunnel was asked
	 * for, or no status came */
	int tunnel;
	int os_error; /* ECONNREFUSED, ...; 0: no error of the system */
	bool ca_file_bad; /* the file of extra authorities is not usable */
	struct fetch_certificate certificate;
	char text[256]; /* what happened; "" if clean */
	tick_t at;
};

/* Every callback runs on the loop; a fetch is gone when on_end returns. */
struct fetch_handler {
	/* The answer's head. 1xx heads are not reported. */
	void (*on_head)(void *arg, struct fetch *ft,
			const struct http_head *head);
	/* A piece of the body as it arrived. Return false to pause: these bytes
	 * count as taken, and no more come until fetch_resume(). on_end may
	 * come during a pause if no bytes were left. */
	bool (*on_data)(void *arg, struct fetch *ft, struct span bytes);
	void (*on_end)(void *arg, struct fetch *ft,
		       const struct fetch_end *end);
};

/* Is it a URL to start requests with? FAIL_USAGE says why not. */
int fetch_check_origin(const char *origin, struct fail *f);

/* The options or keys that messages name: "--ca-file". */
struct fetch_tls_names {
	const char *ca_file, *client_cert, *client_key;
	const char *client_key_password; /* NULL: a password cannot be given */
};

/* Can the files be used? Sends nothing. FAIL_USAGE says which cannot, and
 * why. */
int fetch_check_tls(const struct fetch_tls *tls,
		    const struct fetch_tls_names *names, struct fail *f);

/*
 * Starts a request; nothing is called back before this returns. Only a bad
 * request or URL is a failure here; what happens on the network comes in
 * on_end.
 */
int fetch_start(struct fetch **out, struct fetcher *fr,
		const struct fetch_request *request,
		const struct fetch_handler *handler, void *arg, struct fail *f);

void fetch_resume(struct fetch *ft);

/* Closes the connection at once. No callback comes after this. Allowed inside
 * the callbacks of the same fetch. Clean kept connections are not affected. */
void fetch_cancel(struct fetch *ft);

/* When a piece of the request's body last went out; 0: none did. */
tick_t fetch_moved(const struct fetch *ft);

/* How far the request is now. */
enum end_stage fetch_stage(const struct fetch *ft);

#endif
