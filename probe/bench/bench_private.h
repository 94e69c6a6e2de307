/* What the files of a bench share. */
#ifndef PROBE_BENCH_BENCH_PRIVATE_H
#define PROBE_BENCH_BENCH_PRIVATE_H

#include "probe/bench/bench.h"

/* ---- bench.c ---- */

struct bench {
	const struct bench_config *config;
	struct bench_result *result;
	struct fail *f;
	struct loop *loop;
	struct fetcher *fetcher;
	struct bench_mock *mock;
	char direct[ADDRESS_TEXT_LEN + 8]; /* the URLs of the two ways */
	char *gateway;
	const char *key;
	struct headers extra;
	uint64_t mark, dice;
	unsigned around; /* events of the gateway's answers that have no text */
	bool ready; /* the target accepts connections */
	struct soak *soak; /* NULL: this is a bench, no soak */
};

/* ---- bench_measure.c ---- */

/* Where a request goes: through the gateway, or directly. */
struct bench_to bench_where(const struct bench *b, bool gateway);

/* Sends one request before many are sent, and makes sure that our own provider
 * answers it. */
int bench_reach(struct bench *b);

/* Runs a load of BENCH_BURST through the gateway, or directly. */
int bench_half(struct bench *b, bool gateway, unsigned streams, tick_t lasts,
	       struct load_result *out);

/* What the gateway uses; false: ccprobe did not start it, or /proc has
 * nothing. */
bool bench_usage(const struct bench *b, struct usage *out);

/* Runs all loads, once everything is started. */
int bench_measure(struct bench *b);

/* ---- bench_rates.c ---- */

/* Adds a value in its order, and works out median, least and most anew. */
void bench_spread_add(struct bench_spread *s, double value);
void bench_spread_clear(struct bench_spread *s);

extern const unsigned bench_step_streams[BENCH_RUNGS];

/* Works out the rates of a result from its steps. */
void bench_rates(struct bench_result *r);

/* ---- bench_mock.c ---- */

/* The provider's answers: a word in the prompt chooses one. */
enum bench_answer { BENCH_BURST, BENCH_STEPS, BENCH_PACED, BENCH_LONG };

enum {
	BENCH_STEPS_MS = 5,
	BENCH_LONG_EVENTS = 10000,
	BENCH_AROUND = 5 /* events of an answer that have no text */
};

/* How many events of text an answer has. */
unsigned bench_pieces(enum bench_answer answer);

/* Appends the mark and the word of an answer: "[probe-0123456789abcdef]
 * bench-burst". */
void bench_word(uint64_t mark, enum bench_answer answer, struct buf *out);

struct bench_mock;

struct bench_script {
	uint64_t mark;
	unsigned pace_ms; /* of BENCH_PACED */
	struct span rules; /* further rules, as members of a JSON object; may be
			      empty */
};

/* Starts ccmock with the script and waits until it listens. *out is the
 * caller's. */
int bench_mock_start(struct bench_mock **out, struct loop *l,
		     const struct address *at,
		     const struct bench_script *script, struct fail *f);
const struct address *bench_mock_address(const struct bench_mock *m);
void bench_mock_stop(struct bench_mock *m);

/* ---- bench_request.c ---- */

struct bench_sizes {
	const char *name; /* "50 kB" */
	const char *recording; /* under fixtures/requests/VERSION */
	size_t filler; /* bytes added to the prompt */
};
extern const struct bench_sizes bench_sizes[BENCH_SIZES];

struct bench_to { /* where a request goes */
	const char *url;
	const char *key;
	enum auth_form auth;
	const struct headers *extra; /* or NULL */
};

/* Appends a whole request, head and body. `word` chooses the answer: see
 * bench_word(). */
int bench_request(const char *root, const struct bench_sizes *size,
		  uint64_t mark, struct span word, const struct bench_to *to,
		  struct buf *out, struct fail *f);

/* ---- bench_text.c, bench_json.c, bench_html.c ---- */

void bench_text(const struct bench_result *r, struct buf *out);
void bench_markdown(const struct bench_result *r, struct buf *out);
enum { BENCH_VERSION = 2 }; /* of the form "json" */

void bench_json(const struct bench_result *r, struct buf *out);
void bench_html(const struct bench_result *r, struct buf *out);

/* Appends "1.2 ms"; if `added`, with a sign: "+1.2 ms". */
void bench_duration(double ns, bool added, struct buf *out);

#endif
