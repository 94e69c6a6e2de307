/*
 * The line that a server logs about a finished request, for its operator: text
 * for people, or JSON for machines. What a client chose (method, path) is
 * escaped, so that it cannot add lines or words, or control a terminal. The
 * line holds nothing of header fields, queries or bodies.
 */
#ifndef WIRE_LOG_ACCESS_H
#define WIRE_LOG_ACCESS_H

#include "wire/bytes/buf.h"
#include "wire/bytes/secrets.h"
#include "wire/bytes/tick.h"
#include "wire/http/end.h"

enum access_format { ACCESS_OFF, ACCESS_TEXT, ACCESS_JSON };

struct access {
	int64_t at_ms; /* since 1970, when the request was over */
	const char *method;
	struct span path; /* without its query */
	int status; /* 0: no answer was begun */
	uint64_t bytes; /* of the answer's body */
	tick_t took;
	enum stream_end end;
	const char *provider; /* who gave the answer; NULL: it needs no name */
	/* the providers that failed before; "" or NULL: none */
	const char *after;
	const char *note; /* what went wrong; "" or NULL: nothing */
	/* masked in method, path and note; or NULL */
	const struct secrets *secrets;
};

/* "off", "text", "json"; -1: no such name */
int access_format_from(const char *name, enum access_format *out);

/* Appends the note alone, without credentials and escaped. */
void access_note(const struct access *a, struct buf *out);

/* Appends the line with its newline. */
void access_write(const struct access *a, enum access_format format,
		  struct buf *out);

#endif
