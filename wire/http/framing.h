/*
 * What a server has to know of a request's head before it believes it: where
 * it ends, whether two readers could understand it in two ways (the root of
 * request smuggling: RFC 9112, 6.3 and 11.2), and how its body is framed.
 * Nothing is repaired: a head is sound, or it is refused.
 */
#ifndef WIRE_HTTP_FRAMING_H
#define WIRE_HTTP_FRAMING_H

#include "wire/http/http.h"

/* A request line with its fields: 64 KiB and what an index of them takes in
 * other servers. */
#define FRAMING_HEAD_LIMIT ((size_t)80 * 1024)

/* Why a request is refused. Zero-initialised: it is not. */
struct framing_refusal {
	int status; /* 400, 413, 414, 431, 501, 505 */
	char text[200]; /* a sentence for the sender, of printable ASCII */
};

void framing_refuse(struct framing_refusal *r, int status, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* ---- where a head ends ---- */

/* Zero-initialised is the beginning of a head. */
struct framing_scan {
	size_t at, line; /* bytes looked at; where the line begins */
	bool has_line; /* the request line is whole */
	unsigned empty; /* lines in front of it */
};

/*
 * Looks at what came in since the last call. Gives the length of the head with
 * its blank line, 0 if that has not come, or -1: what is there can not become
 * a head (a line end that is not CRLF, a first byte that begins no request, a
 * limit). Each byte is looked at once.
 */
long framing_scan(struct framing_scan *s, struct span bytes,
		  struct framing_refusal *why);

/* ---- what it says ---- */

struct framing {
	enum { FRAMING_NONE, FRAMING_COUNTED, FRAMING_CHUNKED } kind;
	uint64_t length; /* of a body that is counted */
	bool close; /* the connection ends with the answer */
	bool waits; /* the body comes after 100 Continue */
};

/* What two readers may read in two ways, as a sentence for the sender; NULL:
 * nothing. */
const char *framing_doubt(const struct http_head *h);

/* `bytes` are a whole head. With `lenient` what it says twice or of unknown
 * codings is taken somehow: of use for planted faults only. */
int framing_read(struct span bytes, bool lenient, struct http_head *head,
		 struct framing *out, struct framing_refusal *why);

#endif
