/* What the files of a soak share. */
#ifndef PROBE_BENCH_SOAK_PRIVATE_H
#define PROBE_BENCH_SOAK_PRIVATE_H

#include "net/dial.h"
#include "probe/bench/bench_private.h"
#include "probe/bench/soak.h"

enum soak_act {
	SOAK_WHOLE,
	SOAK_LEAVES, /* the client leaves in mid-stream */
	SOAK_CUT, /* the provider cuts the stream */
	SOAK_REFUSED /* the provider refuses the request */
};

struct soak_kind {
	const char *name;
	unsigned size; /* index of bench_sizes */
	unsigned pieces, pace_ms; /* of the answer */
	enum soak_act act;
	unsigned weight;
	bool fresh; /* always on a new connection */
};

/* The variants of a kind have different answers, so that no stream can be taken
 * for another. */
enum { SOAK_VARIANTS = 4, SOAK_KINDS = 9, SOAK_LANES = 16 };
enum { SOAK_ITEMS = SOAK_KINDS * SOAK_VARIANTS };

struct soak_item {
	const struct soak_kind *kind;
	struct buf word, text; /* the word in the prompt; the text of the
				  answer */
	struct buf request;
	uint64_t hash; /* of a whole answer's body */
	bool hashed;
};

struct soak {
	struct soak_result *result;
	struct soak_item items[SOAK_ITEMS];
	uint64_t dice;
};

/* ---- soak_script.c ---- */

extern const struct soak_kind soak_kinds[SOAK_KINDS];

/* Makes the items, and appends the rules by which ccmock answers them. */
void soak_make(struct soak *s, uint64_t mark, struct buf *rules);
void soak_clear(struct soak *s);

/* ---- soak_lane.c ---- */

struct soak_plan { /* borrowed while it runs */
	struct soak *soak;
	const char *origin;
	struct fetcher *fetcher;
	struct fetch_tls tls;
	unsigned lanes;
	tick_t lasts; /* 0: instead, one item of each kind twice */
};

/* Returns when no request is under way and all connections are closed. */
void soak_traffic(struct loop *l, const struct soak_plan *plan);

/* ---- soak.c ---- */

int soak_measure(struct bench *b);

#endif
