/*
 * The pass-through of `ccprobe doctor --listen`. Files:
 *   listen.c         its life: where it listens, signals, the summary
 *   listen_pass.c    a request up, its answer down, bytes untouched
 *   listen_copy.c    what is looked at: a decoded copy, of bounded size
 *   listen_line.c    an exchange as one line, and why it failed as another
 *   listen_talk.c    what the client does by itself between two requests
 *   listen_store.c   failing exchanges as files
 */
#ifndef PROBE_DOCTOR_LISTEN_LISTEN_H
#define PROBE_DOCTOR_LISTEN_LISTEN_H

#include "net/serve/serve.h"
#include "probe/doctor/doctor.h"
#include "probe/refusal/refusal.h"
#include "wire/http/decode.h"
#include "wire/http/sse.h"

#define LISTEN_BODY_LIMIT ((size_t)40 * 1024 * 1024) /* of a request */
#define LISTEN_CONNECTIONS 64
#define LISTEN_SECRETS 256 /* credentials of clients */

/* ---- listen_copy.c ---- */

#define COPY_LIMIT ((size_t)1024 * 1024)
#define COPY_STREAM_LIMIT ((size_t)256 * 1024)

/*
 * An answer's body, decoded. Of what is longer than the limit the begin is
 * kept; of a stream the begin and the end, where errors stand.
 */
struct copy {
	struct buf body;
	uint64_t bytes; /* of the body as it came */
	uint64_t events; /* of a stream, pings too */
	bool is_stream;
	bool is_short; /* something of it was left out */
	bool undecodable;
	struct decode *decode;
	struct sse reader;
	bool unreadable; /* no events can be told apart any more */
};

void copy_init(struct copy *c);
void copy_begin(struct copy *c, const struct headers *answer);
void copy_add(struct copy *c, struct span bytes);
void copy_clear(struct copy *c);

/* ---- an exchange ---- */

struct listener;

struct passing {
	struct listener *listener;
	struct visit *visit;
	struct fetch *fetch; /* NULL: none is under way */
	struct http_head head; /* of the answer; status 0: none came */
	struct copy copy; /* without credentials once it has failed */
	bool paused; /* the client reads more slowly than we get */
	tick_t began, head_at, ended; /* 0: not yet */
	enum stream_end end; /* of the answer, for who reads it */
	char text[256]; /* what happened; "" if clean */
	const char *own; /* the answer is ours: why; NULL: the gateway's */
};

/* Of "Bearer CREDENTIAL": how much stands in front of the credential. */
size_t listen_scheme(const char *value);

/*
 * Has an exchange that is over failed? *out says how. The answer of one that
 * failed is then without credentials, since it is going to be quoted and kept;
 * any other costs no search for them, so that many of them that end together
 * keep nobody waiting.
 */
bool passing_failed(struct passing *p, struct refusal *out);

/* Its answer says something about the request. */
bool passing_judged(const struct passing *p);

/* Visits of a server whose `arg` is a struct listener. */
extern const struct serve_handler listen_handler;

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
	bool over; /* a signal came: what is under way is cut off */
};

#endif
