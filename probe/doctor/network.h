/*
 * Decides for the network steps what needs no network: parts of URLs, what the
 * end of a connection means, and where else the API may be.
 */
#ifndef PROBE_DOCTOR_NETWORK_H
#define PROBE_DOCTOR_NETWORK_H

#include "probe/refusal/ask.h"
#include "wire/bytes/buf.h"

/* Parts of an http(s) URL; spans into it. */
struct url_parts {
	bool tls;
	struct span origin; /* "https://host:8443" */
	struct span host; /* without brackets */
	struct span path; /* without slashes at its end; may be empty */
};

/* False: it is not http:// or https://, or has no host. */
bool network_url_split(const char *url, struct url_parts *out);

/* Appends a URL without user, password and query. */
void network_url_show(struct span url, struct buf *out);

/* "localhost", "127.0.0.1", "::1": this machine. */
bool network_is_loopback(struct span host);

/* Appends advice about a host name that is not known. */
void network_host_advice(struct span host, struct buf *out);

/* The code of the finding for a connection that failed; NULL: it was made. It
 * does not notice plain HTTP to a TLS port, or the reverse. */
const char *network_code(const struct asked *x);

enum redirect {
	REDIRECT_TO_API, /* to the API at another base URL */
	REDIRECT_TO_SELF, /* to the same URL in another spelling */
	REDIRECT_AWAY, /* anything else */
};

/* Where a Location leads that answered /v1/messages below `base`. Appends the
 * base URL that it means, if it is one. */
enum redirect redirect_of(const char *base, const char *location,
			  struct buf *to);

/* Another place where the API may be, if it is not at the given base URL. */
struct path_try {
	const char *code; /* of the finding, if it is there */
	char *base; /* URL without a slash at its end */
	const char *target;
	char *word; /* the part of the path that is superfluous or missing */
};

#define PATH_TRIES 10

/* Fills in the places for a base URL, the most likely first; returns their
 * number. */
size_t path_try_of(const char *base, struct path_try out[PATH_TRIES]);
void path_try_clear(struct path_try *list, size_t count);

/* Whether this answer is an HTML page. Appends its title, if it has one. */
bool network_answer_is_page(const struct asked *x, struct buf *title);

#endif
