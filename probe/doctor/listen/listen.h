/*
 * The pass-through of `ccprobe doctor --listen`. Files:
 *   listen.c         its life: where it listens, signals, the summary
 *   listen_pass.c    a request up, its answer down, bytes untouched
 *   listen_copy.c    what is looked at: a decoded copy, of bounded size
 *   listen_line.c    an exchange as one line, and why it failed as another
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

/* Visits of a server whose `arg` is a struct listener. */
extern const struct serve_handler listen_handler;

/* ---- listen_store.c ---- */

struct store {
	const char *folder;
	unsigned next; /* number */
	uint64_t bytes; /* written so far */
};

#define STORE_LIMIT ((uint64_t)1024 * 1024 * 1024)

/* Makes the folder if it is not there, and goes on behind what is in it. */
int store_open(struct store *s, const char *folder, struct fail *f);

/*
 * Writes NNNN-request.http and, if there was an answer, NNNN-answer.http; no
 * credential is in them. Gives the number.
 */
int store_add(struct store *s, const struct passing *p, unsigned *number,
	      struct fail *f);

/* ---- listen_line.c ---- */

/* Exchanges that failed in the same way. */
struct alike {
	const struct finding_kind *kind;
	int status;
	size_t count;
	unsigned stored;
	char *headline, *fix; /* of the first */
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
	struct listen_tally tally;
	bool over; /* a signal came: what is under way is cut off */
};

#endif
