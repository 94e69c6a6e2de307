/*
 * Checks the head of a request before a server acts on it: where it ends,
 * whether two readers could understand it in two ways (the root of request
 * smuggling: RFC 9112, 6.3 and 11.2), and how its body is framed. Nothing is
 * repaired: a head is sound, or it is refused.
 */
#ifndef WIRE_HTTP_FRAMING_H
#define WIRE_HTTP_FRAMING_H

#include "wire/http/http.h"

/* The longest request line with its fields, in bytes. */
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
	unsigned empty; /* empty lines before the request line */
};

/*
 * Looks at the bytes that came since the last call. Gives the length of the
 * head with its blank line; 0: the blank line has not come; -1: the bytes
 * cannot become a head (a line end that is not CRLF, a first byte that begins
 * no request, a limit), and `why` is set. Each byte is looked at once.
 */
long framing_scan(struct framing_scan *s, struct span bytes,
		  struct framing_refusal *why);

/* ---- what it says ---- */

struct framing {
	enum { FRAMING_NONE, FRAMING_COUNTED, FRAMING_CHUNKED } kind;
	uint64_t length; /* of a counted body */
	bool close; /* the connection ends with the answer */
	bool waits; /* the body comes after 100 Continue */
};

/* What two readers could understand in two ways, as a sentence for the sender;
 * NULL: nothing. */
const char *framing_doubt(const struct http_head *h);

/* Reads `bytes`, a whole head. -1: it is refused, and `why` is set. With
 * `lenient` repeated fields and unknown codings are accepted, which only
 * planted faults need. */
int framing_read(struct span bytes, bool lenient, struct http_head *head,
		 struct framing *out, struct framing_refusal *why);

#endif
