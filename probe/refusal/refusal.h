/*
 * What an error answer says about the request that it answers: the kind of
 * finding (probe/refusal/finding.h) and its words. Pure; used wherever an exchange has
 * failed and a person asks why.
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
	bool key_passed; /* another request with this credential was taken */
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
 * Which part of the request an error text names: "tools.25.custom.input_schema"
 * becomes "tool `mcp__x__y`: input_schema", "messages.3.content.0" "message 4
 * (`assistant`), block 1 (`tool_use Read`)". Appends the part as people name
 * it and returns true; false: it names none.
 */
bool refusal_part(struct span text, struct jval sent, struct buf *out);

/* The message of an error answer (Anthropic's shape, OpenAI's, bare text; an
 * event stream's error event too), and its type; "" where there is none. */
void refusal_text(struct span body, struct buf *type, struct buf *message);

/* Status, content type, length, request id, server headers, the error's text,
 * a line each; never a credential. */
void refusal_evidence(const struct refusal_given *g, struct buf *out);

/*
 * The text without what changes from one time to the next: runs of digits
 * become N, ids of requests become ID. Two failures with the same status and
 * the same normal text are the same failure.
 */
void refusal_normal(struct span text, struct buf *out);

#endif
