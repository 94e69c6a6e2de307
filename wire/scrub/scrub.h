/*
 * Takes out of recorded messages what is private. A table (scrub_rules.c) tells
 * by structure what is prose and what belongs to the protocol: texts become
 * filler letter by letter, ids and names become stand-ins, credentials become
 * marks, and all else (names of members, their order, numbers, words of the
 * protocol, lengths, line ends, escapes) stays. What the table does not know is
 * treated as private. docs/record.md has the rules for people.
 *
 * A stand-in depends on the order in which values were met, never on a value:
 * the same session on another day and in another folder gives the same bytes.
 */
#ifndef WIRE_SCRUB_SCRUB_H
#define WIRE_SCRUB_SCRUB_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/bytes/secrets.h"
#include "wire/http/http.h"
#include "wire/json/jscan.h"

/* A field that says that texts were kept; suites refuse fixtures with it. */
#define SCRUB_PRIVATE "X-Ccprobe-Private"

#define SCRUB_BODY_LIMIT ((size_t)40 * 1024 * 1024)

struct scrub; /* what was met so far in one recording */

/* `keep_text`: only credentials are taken out, and requests are marked. */
struct scrub *scrub_new(bool keep_text);
void scrub_free(struct scrub *s);

/*
 * Appends a request as it is stored: CRLF, no framing fields. The body is
 * without its transfer and content codings. FAIL_LIMIT: too many different
 * names and ids, or too large.
 */
int scrub_request(struct scrub *s, const struct http_head *head,
		  struct span body, struct buf *out, struct fail *f);

/* Copies the fields of an answer, without Content-Length and the other fields
 * of framing, and without Content-Encoding. */
int scrub_answer_headers(struct scrub *s, const struct headers *from,
			 struct headers *to, struct fail *f);

/* The body of an answer, in place: the length stays. `stream`: events. */
int scrub_answer(struct scrub *s, bool stream, struct buf *body,
		 struct fail *f);

/* One value of a body, as the rules see it. */
struct scrub_seen {
	struct span path; /* "/messages[user]/content[text]/type" */
	struct jval key; /* as in jwalk.h */
	struct jval value;
	bool opens; /* an object or a list */
	/* its text may be anything: prose, an id, the input of a tool */
	bool open;
	bool nested; /* inside the input of a tool */
};

typedef void scrub_seen_fn(void *arg, const struct scrub_seen *seen);

/*
 * Calls `fn` for every value of a request's body, in the order of the text,
 * with a path that is the same wherever the value is in its list: items are
 * called by their role or type, tools by their name
 * ("/tools/Bash/input_schema"). false: it is no JSON.
 */
bool scrub_look(struct span body, scrub_seen_fn *fn, void *arg);

#endif
