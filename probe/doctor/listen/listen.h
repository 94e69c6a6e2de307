/*
 * `ccprobe doctor --listen`: what it says of the exchanges that pass
 * (probe/pass/). Files:
 *   listen.c         its life: where it listens, signals, the summary
 *   listen_line.c    an exchange as one line, and why it failed as another
 *   listen_talk.c    what the client does by itself between two requests
 *   listen_store.c   failing exchanges as files
 */
#ifndef PROBE_DOCTOR_LISTEN_LISTEN_H
#define PROBE_DOCTOR_LISTEN_LISTEN_H

#include "probe/doctor/doctor.h"
#include "probe/pass/pass.h"
#include "probe/refusal/refusal.h"

#define LISTEN_SECRETS 256 /* credentials of clients */

struct listener;

/* Whose exchange it is. */
struct listener *listen_of(const struct passing *p);

/* Of "Bearer CREDENTIAL": how much stands in front of the credential. */
size_t listen_scheme(const char *value);

/*
 * Has an exchange that is over failed? *out says how. The answer of one that
 * failed is then without credentials, since it is going to be quoted and kept;
 * any other costs no search for them, so that many of them that end together
 * keep nobody waiting.
 */
bool listen_failed(struct passing *p, struct refusal *out);

/* Its answer says something about the request. */
bool listen_judged(const struct passing *p);

/* What the client sent as a secret must not be found in an answer either.
 * -1: there are too many to be kept. */
int listen_learn(struct secrets *s, const struct headers *h);

/* ---- listen_store.c ---- */

struct store {
	const char *folder;
	unsigned next; /* number */
	uint64_t bytes; /* written so far */
};

#define STORE_LIMIT ((uint64_t)1024 * 1024 * 1024)

/* Makes the folder if it is not there, and goes on after what is in it. */
int store_open(struct store *s, const char *folder, struct fail *f);

/*
 * Writes NNNN-request.http and, if there was an answer, NNNN-answer.http; no
 * credential is in them. Gives the number.
 */
int store_add(struct store *s, const struct passing *p, unsigned *number,
	      struct fail *f);

/* ---- listen_talk.c ---- */

struct alike;

/* What is remembered of a request for a message. Hashes; 0: there is none. */
struct listen_talk {
	uint64_t session; /* of the client */
	uint64_t words; /* all that the user said, results of tools too */
	uint64_t system, tools;
	size_t messages, tool_count;
	char *betas; /* anthropic-beta */
	bool display; /* has thinking.display */
	bool streams;
	int status; /* of the answer; 0: none */
	size_t tries; /* of the same request, this one included */
	struct alike *alike; /* how it failed, or NULL */
};

#define LISTEN_TALKS 64 /* so many are remembered */

struct listen_talks {
	struct listen_talk list[LISTEN_TALKS];
	size_t count; /* that were added */
};

/* False: it is no request for a message. */
bool listen_talk_of(struct listen_talk *out, const struct http_head *head,
		    struct span body);
void listen_talk_clear(struct listen_talk *t); /* for tests */

/* Takes it over; the place is good until the next one is added. */
struct listen_talk *listen_talks_add(struct listen_talks *s,
				     struct listen_talk *t);
void listen_talks_clear(struct listen_talks *s);

/* The same request, which was answered with 400 and is now made once more, or
 * NULL: Claude Code makes up to six tries by itself, each with less. */
const struct listen_talk *listen_talk_before(const struct listen_talks *s,
					     const struct listen_talk *t);

/* "beta `x`, thinking.display": what it has less than the try before; nothing
 * if it is the same. */
void listen_talk_less(const struct listen_talk *before,
		      const struct listen_talk *now, struct buf *out);

/* What the client itself changed since the turn that the error is about, where
 * the error says that it differs ("the tools"); NULL: nothing, or not known. */
const char *listen_talk_changed(const struct listen_talks *s,
				const struct listen_talk *t, struct span error);

/* ---- listen_line.c ---- */

/* Exchanges that failed in the same way. */
struct alike {
	const struct finding_kind *kind;
	int status;
	size_t count;
	size_t tries; /* how many of these the client added by itself */
	unsigned stored;
	char *normal; /* headline without what changes from time to time */
	char *headline, *fix; /* of the first */
	char *without; /* a try without these passed; NULL: none did */
};

#define ALIKE_LIMIT 64
#define ALIKE_STORED 3

struct listen_tally {
	struct alike list[ALIKE_LIMIT];
	size_t count;
	size_t exchanges, failures;
};

/* Prints an exchange that is over, explains it if it failed, and stores it. */
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
