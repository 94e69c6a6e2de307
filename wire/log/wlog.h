/*
 * The wire log: what both sides of the gateway saw, in order. Driver and mock
 * only append; views and checks only read. On disk it is JSON lines, one
 * entry a line, lossless for any bytes.
 *
 * An *exchange* is one request and its answer on one side. Its entries share
 * `run`, `actor` and `exchange`: REQUEST, BODY (the whole request body),
 * RESPONSE (the head of the answer), DATA (a piece of the answer's body as it
 * was sent or received), END (of the answer).
 *
 * An entry on disk, with the keys that its kind has, in this order:
 *
 *	{"at": ns, "run": "16 hex digits", "actor": "c1", "exchange": 1,
 *	 "kind": "request", "method": "", "target": "", "minor": 1,
 *	 "status": 200, "reason": "", "headers": [["name", "value"]],
 *	 "raw": true, "step": 2, "verb": "until", "outcome": "timeout", "text": "",
 *	 "end": "clean", "stage": "tls", "tunnel": 407, "bytes": ""}
 *
 * What is 0, "", false or nothing is left out. Logs of older versions are read,
 * too: their steps are lines of text, and WLOG_RAW_TEXT marks a request of raw
 * bytes.
 */
#ifndef WIRE_LOG_WLOG_H
#define WIRE_LOG_WLOG_H

#include <stdio.h>

#include "wire/bytes/fail.h"
#include "wire/bytes/tick.h"
#include "wire/http/end.h"
#include "wire/http/http.h"
#include "wire/log/actor.h"

enum wlog_kind {
	WLOG_REQUEST, /* method, target, minor, headers; raw, with its text */
	WLOG_BODY, /* bytes: the request body */
	WLOG_RESPONSE, /* status, reason, minor, headers */
	WLOG_DATA, /* bytes: one piece of the response body */
	WLOG_END, /* end, text: detail; of a client's: stage, tunnel */
	WLOG_MARK, /* text: name of a mark or hold the mock reached */
	WLOG_STEP, /* step: what the driver did, and how it went; text: of
		      VERB_HARNESS, what the trouble is */
	WLOG_NOTE, /* text: anything worth telling in a trace */
	WLOG_USER, /* of a session of the real client, what its user gets:
		      text names it (WLOG_USER_...), bytes are it */
};

/* What a user gets. A file's name follows WLOG_USER_FILE. */
#define WLOG_USER_EXIT "exit" /* the status, in digits */
#define WLOG_USER_ENDED "ended" /* by a signal; in words */
#define WLOG_USER_HUNG "hung" /* we ended it; its last output */
#define WLOG_USER_ENDLESS \
	"endless" /* we ended it after so many requests; digits */
#define WLOG_USER_STDOUT "stdout"
#define WLOG_USER_STDERR "stderr"
#define WLOG_USER_SHOWN "shown" /* a piece of what its terminal got */
#define WLOG_USER_TYPED "typed" /* by the user, into the terminal */
#define WLOG_USER_FILE "file "

enum wlog_verb {
	VERB_NONE, /* a step of words alone */
	VERB_SEND,
	VERB_RELEASE,
	VERB_CANCEL,
	VERB_READ,
	VERB_UNTIL,
	VERB_AWAIT,
	VERB_RUN,
	VERB_TYPE,
	VERB_SIGNAL,
	VERB_HARNESS, /* no step of the case: ccprobe itself has trouble */
};

enum wlog_outcome {
	OUTCOME_NONE,
	OUTCOME_STARTED,
	OUTCOME_SKIPPED, /* nothing is sent when the time is over */
	OUTCOME_DONE,
	OUTCOME_REACHED,
	OUTCOME_ENDED,
	OUTCOME_TIMEOUT,
};

struct wlog_step {
	unsigned index; /* of the step in its case, from 1; 0: of none */
	enum wlog_verb verb;
	enum wlog_outcome outcome;
};

/* "request", "body", ... */
const char *wlog_kind_name(enum wlog_kind kind);

#define WLOG_RAW_TEXT "raw bytes" /* of a request, for a person */

#define WLOG_LINE_LIMIT ((size_t)64 * 1024 * 1024) /* of one entry on disk */

struct wlog_entry {
	tick_t at; /* since the start of the log */
	uint64_t run; /* the mark's number; 0: belongs to no case run */
	char actor[ACTOR_LEN]; /* "c1", "u1", "u1@b", "gw", "probe" */
	unsigned exchange; /* from 1, counted per run and actor; 0: none */
	enum wlog_kind kind;
	char *method, *target, *reason, *text; /* NULL where not used */
	int status, minor;
	struct headers headers;
	char *bytes; /* may be those of another entry, too */
	size_t len;
	/* the number of entries that share `bytes`; NULL: one */
	unsigned *shared;
	/* the request was sent as raw bytes, which need not be HTTP */
	bool raw;
	enum stream_end end;
	enum end_stage stage; /* of an end that is not clean: how far it came */
	int tunnel; /* a proxy's status for a tunnel; 0: none */
	struct wlog_step step;
};

enum { WLOG_BODIES = 4 };

struct wlog {
	struct wlog_entry *list;
	size_t count, cap;
	size_t bytes, bytes_limit; /* of what the entries hold */
	bool full; /* something was left out at the limit */
	/* A ring of the newest bodies, as indexes from 1: the next body may
	 * have the same bytes as one of them. */
	size_t bodies[WLOG_BODIES];
	unsigned bodies_next;
};

void wlog_init(struct wlog *w, size_t bytes_limit);
void wlog_clear(struct wlog *w);

/*
 * Appends an entry and gives it for filling in; the pointer is valid until the
 * next append. The setters copy; a body with the same bytes as one of the
 * newest, such as that on the other side of a gateway, is kept once. At the
 * byte limit `full` is set and bytes and header fields are left out (`text`
 * says so if it was not set), never the entry.
 */
struct wlog_entry *wlog_add(struct wlog *w, tick_t at, uint64_t run,
			    const char *actor, unsigned exchange,
			    enum wlog_kind kind);
void wlog_set_text(struct wlog *w, struct wlog_entry *e, const char *fmt, ...)
	ATTR_PRINTF(3, 4);
void wlog_set_bytes(struct wlog *w, struct wlog_entry *e, struct span bytes);
/* As wlog_set_bytes(), but the entry takes the bytes over; from then on they
 * stay where they are until the log is cleared. */
void wlog_take_bytes(struct wlog *w, struct wlog_entry *e, struct buf *from);
void wlog_set_head(struct wlog *w, struct wlog_entry *e,
		   const struct http_head *head);

/* "until", "timeout"; "" of NONE. -1: no such name. */
const char *wlog_verb_name(enum wlog_verb verb);
const char *wlog_outcome_name(enum wlog_outcome outcome);
int wlog_verb_from(struct span name, enum wlog_verb *out);
int wlog_outcome_from(struct span name, enum wlog_outcome *out);

/* Appends a step as a line for a person: "2 until timeout", "0 harness ...". */
void wlog_step_text(const struct wlog_entry *e, struct buf *out);

/* Reads a step from such a line, which is all that older logs have. *text is
 * what the line has after verb and outcome; a line that is no step is all text,
 * with VERB_NONE. */
struct wlog_step wlog_step_from(const char *line, const char **text);

/* One JSON object and a newline. Bytes are a string where they are UTF-8,
 * and {"base64": "..."} otherwise. */
int wlog_entry_write(const struct wlog_entry *e, struct buf *out);

/* Reads one line (without its newline) and appends it. */
int wlog_entry_read(struct wlog *w, struct span line,
		    struct fail *f); /* for tests */
int wlog_read(struct wlog *w, FILE *from, const char *name, struct fail *f);

#endif
