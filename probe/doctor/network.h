/*
 * What the network steps know without a network: URLs taken apart, what the
 * end of a connection means, and where else the API might be.
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

/* Appends what may be wrong with a name that is not known: advice. */
void network_host_advice(struct span host, struct buf *out);

/* The kind of finding for a connection that did not come about; NULL: it did.
 * A TLS server and a plain client, or the other way round, is not seen here. */
const char *network_code(const struct asked *x);

enum redirect {
	REDIRECT_TO_API, /* the API of another base URL */
	REDIRECT_TO_SELF, /* the same, spelt in another way */
	REDIRECT_AWAY, /* anything else */
};

/* Where a Location leads that was the answer to /v1/messages below `base`.
 * Appends the base URL that it would take, where it is one. */
enum redirect redirect_of(const char *base, const char *location,
			  struct buf *to);

/* Another place at which the API may be, if it is not at the given base. */
struct path_try {
	const char *code; /* of the finding, if it is there */
	char *base; /* URL without a slash at its end */
	const char *target;
	char *word; /* the part of the path that is too much, or missing */
};

#define PATH_TRIES 10

/* Fills in the tries for a base URL, most likely first; gives their number. */
size_t path_try_of(const char *base, struct path_try out[PATH_TRIES]);
void path_try_clear(struct path_try *list, size_t count);

/* Is this answer a page for people? Appends its title, if it has one. */
bool network_answer_is_page(const struct asked *x, struct buf *title);

#endif
