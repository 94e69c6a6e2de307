/*
 * `ccprobe doctor --listen`: explains the exchanges that pass (probe/pass/).
 * Files:
 *   listen.c         starts and ends it: address, signals, summary
 *   listen_given.c   whether an exchange failed, and its credentials
 *   listen_line.c    a line for each exchange, and one for why it failed
 *   listen_talk.c    what the client changes by itself between two requests
 *   listen_store.c   failing exchanges as files
 */
#ifndef PROBE_DOCTOR_LISTEN_LISTEN_H
#define PROBE_DOCTOR_LISTEN_LISTEN_H

#include "probe/doctor/doctor.h"
#include "probe/pass/pass.h"
#include "probe/refusal/refusal.h"

#define LISTEN_SECRETS 256 /* credentials of clients */

struct listener;

/* The listener of an exchange. */
struct listener *listen_of(const struct passing *p);

/* The length of the scheme before the credential, as in "Bearer CREDENTIAL". */
size_t listen_scheme(const char *value);

/*
 * Whether a finished exchange failed; *out says how. Credentials are masked in
 * the answer of a failed exchange, because it is quoted and kept. Other answers
 * are not searched for credentials, because that would take too long when many
 * exchanges end at once.
 */
bool listen_failed(struct passing *p, struct refusal *out);

/* Whether the answer says something about the request. */
bool listen_judged(const struct passing *p);

/* Adds the credentials of a request, so that they are masked in answers, too.
 * -1: there are too many to keep. */
int listen_learn(struct secrets *s, const struct headers *h);

/* ---- listen_store.c ---- */

struct store {
	const char *folder;
	unsigned next; /* number of the next file */
	uint64_t bytes; /* written so far */
};

#define STORE_LIMIT ((uint64_t)1024 * 1024 * 1024)

/* Makes the folder if it does not exist, and continues its numbers. */
int store_open(struct store *s, const char *folder, struct fail *f);

/*
 * Writes NNNN-request.http and, if there was an answer, NNNN-answer.http, both
 * without credentials. *number is NNNN.
 */
int store_add(struct store *s, const struct passing *p, unsigned *number,
	      struct fail *f);

/* ---- listen_talk.c ---- */

struct alike;

/* What is kept of a request for a message. Hashes; 0: not there. */
struct listen_talk {
	uint64_t session; /* of the client */
	uint64_t words; /* of all messages of the user, with results of tools */
	uint64_t system, tools;
	size_t messages, tool_count;
	char *betas; /* anthropic-beta */
	bool display; /* has thinking.display */
	bool streams;
	int status; /* of the answer; 0: none */
	size_t tries; /* tries of the same request, with this one */
	struct alike *alike; /* how it failed, or NULL */
};

#define LISTEN_TALKS 64 /* the newest ones that are kept */

struct listen_talks {
	struct listen_talk list[LISTEN_TALKS];
	size_t count; /* added so far */
};

/* false: this is no request for a message. */
bool listen_talk_of(struct listen_talk *out, const struct http_head *head,
		    struct span body);
void listen_talk_clear(struct listen_talk *t); /* for tests */

/* Takes over *t. The result is valid until the next call. */
struct listen_talk *listen_talks_add(struct listen_talks *s,
				     struct listen_talk *t);
void listen_talks_clear(struct listen_talks *s);

/* The last try of the same request if it was answered with 400, or NULL: Claude
 * Code tries up to six times by itself, each time with less. */
const struct listen_talk *listen_talk_before(const struct listen_talks *s,
					     const struct listen_talk *t);

/* Appends what a request has less than the last try: "beta `x`,
 * thinking.display"; nothing if they are the same. */
void listen_talk_less(const struct listen_talk *before,
		      const struct listen_talk *now, struct buf *out);

/* What the client changed since the turn that the error is about, if the error
 * says that this differs: "the tools"; NULL: nothing, or not known. */
const char *listen_talk_changed(const struct listen_talks *s,
				const struct listen_talk *t, struct span error);

/* ---- listen_line.c ---- */

/* Exchanges that failed in the same way. */
struct alike {
	const struct finding_kind *kind;
	int status;
	size_t count;
	size_t tries; /* how many of these are tries that the client added by
			 itself */
	unsigned stored;
	char *normal; /* headline without what changes from one to the next */
	char *headline, *fix; /* of the first one */
	char *without; /* what a passing try left out; NULL: none passed */
};

#define ALIKE_LIMIT 64
#define ALIKE_STORED 3

struct listen_tally {
	struct alike list[ALIKE_LIMIT];
	size_t count;
	size_t exchanges, failures;
};

/* Prints a finished exchange; explains and stores it if it failed. */
void listen_line_exchange(struct listener *l, struct passing *p);
void listen_line_summary(const struct listener *l);
void listen_tally_clear(struct listen_tally *t);

/* ---- listen.c ---- */

struct listener {
	const struct listen_config *config;
	struct loop *loop;
	struct fetcher *fetcher;
	struct serve *serve;
	struct store store;
	struct listen_talks talks;
	struct listen_tally tally;
	struct pass pass;
};

#endif
