/*
 * HTTP/1.1 heads as they were on the wire: order, spelling and duplicates of
 * the fields are kept (RFC 9112). Nothing here reads or writes a socket.
 */
#ifndef WIRE_HTTP_HTTP_H
#define WIRE_HTTP_HTTP_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/span.h"

struct header {
	char *name; /* as spelt */
	char *value; /* without the white space around it; bytes, no NUL */
};

struct headers_text; /* memory for names and values */

/* Zero-initialised is empty. Members are read-only for callers. */
struct headers {
	struct header *list;
	size_t count, cap;
	size_t bytes; /* what it takes on the wire */
	struct headers_text *text;
};

#define HTTP_HEADERS_LIMIT 512 /* fields */
#define HTTP_HEAD_BYTES_LIMIT (256 * 1024)

void headers_clear(struct headers *h);
/* Copies. -1 when a limit is passed or a NUL, CR or LF is inside. */
int headers_add(struct headers *h, struct span name, struct span value);
int headers_add_text(struct headers *h, const char *name, const char *value);
int headers_copy(struct headers *to, const struct headers *from);

/* Removes every field of that name; gives how many there were. */
size_t headers_remove(struct headers *h, const char *name);
/* Replaces the value of the first and removes the others, or adds. */
int headers_set(struct headers *h, const char *name, const char *value);

/* Names compare without case. The n-th (from 0) value, or NULL. */
const char *headers_get(const struct headers *h, const char *name);
const char *headers_nth(const struct headers *h, const char *name, size_t n);
size_t headers_count(const struct headers *h, const char *name);
/* Appends all values of this name as one list. -1: the limit of `out`. */
int headers_join(const struct headers *h, const char *name, struct buf *out);

/* True if a comma-separated field (over all its lines) has this token. */
bool headers_has_token(const struct headers *h, const char *name,
		       const char *token);

struct http_head {
	char *method, *target; /* request; NULL in a response */
	int status; /* response; 0 in a request */
	char *reason; /* response; "" if none */
	int minor; /* HTTP/1.<minor> */
	struct headers headers;
};

void http_head_clear(struct http_head *h);

enum http_step { HTTP_MORE = -2, HTTP_BAD = -1 };

/*
 * Reads a head from the front of `bytes`: its length in bytes with the blank
 * line, HTTP_MORE if the blank line has not come yet, or HTTP_BAD. Bare LF is
 * accepted as a line end.
 */
long http_request_read(struct span bytes, struct http_head *out,
		       struct fail *f);
long http_response_read(struct span bytes, struct http_head *out,
			struct fail *f);

/* Appends the head with CRLF and the blank line. */
int http_head_write(const struct http_head *h, struct buf *out);

#endif
