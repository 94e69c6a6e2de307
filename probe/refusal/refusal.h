/*
 * Why a request was refused, read off the answer: the code of a finding
 * (probe/refusal/finding.h) and its words. A pure function, used wherever an
 * exchange has failed.
 */
#ifndef PROBE_REFUSAL_REFUSAL_H
#define PROBE_REFUSAL_REFUSAL_H

#include "wire/bytes/buf.h"
#include "wire/http/end.h"
#include "wire/http/http.h"
#include "wire/json/jscan.h"

struct refusal_given {
	const char *method, *target;
	const struct headers *sent;
	struct span sent_body; /* may be empty */
	int status; /* 0: no answer */
	const struct headers *got; /* NULL: no answer */
	struct span got_body; /* decoded */
	enum stream_end end;
	const char *end_text; /* "" if clean */
	bool key_passed; /* another request with this credential succeeded */
};

struct refusal {
	const char *code; /* "DR-FIELD-REFUSED" */
	char *words[3]; /* NULL: none; refusal_clear() frees */
};

/*
 * True if this exchange failed (an error status, a page instead of JSON, an
 * error inside a stream, no end): *out says how. False if it did not.
 */
bool refusal_of(const struct refusal_given *g, struct refusal *out);
void refusal_clear(struct refusal *r);

/*
 * Finds the part of the request that an error text names, and appends it as
 * people name it: "tools.25.custom.input_schema" becomes "tool `mcp__x__y`:
 * input_schema", "messages.3.content.0" becomes "message 4 (`assistant`), block
 * 1 (`tool_use Read`)". False: the text names no part.
 */
bool refusal_part(struct span text, struct jval sent, struct buf *out);

/* Appends the type and the message of an error answer (Anthropic's shape,
 * OpenAI's, bare text, or an error event of a stream); nothing where there is
 * none. */
void refusal_text(struct span body, struct buf *type, struct buf *message);

/* Appends a line each for status, content type, length, request id, server
 * headers and the error's text. Credentials are masked. */
void refusal_evidence(const struct refusal_given *g, struct buf *out);

/*
 * Appends the text without what differs from one request to the next: runs of
 * digits become N, ids become ID. Two failures with the same status and the
 * same normal text are the same failure.
 */
void refusal_normal(struct span text, struct buf *out);

#endif
