/*
 * What judging gives: plain data, read by the reporters. Nothing here knows
 * about the network or about case files.
 */
#ifndef PROBE_VERDICT_H
#define PROBE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/tick.h"

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_UNDECIDED, /* a precondition was not met */
	VERDICT_SKIP, /* the target does not claim this */
	VERDICT_BROKEN, /* our own fault */
	VERDICT_COUNT,
};

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY };

/* What the real client does when this is broken, worst first. */
enum effect {
	EFFECT_EXPOSES, /* a secret reaches somebody it is not meant for */
	EFFECT_BREAKS, /* the session fails, hangs, or gives a wrong answer */
	EFFECT_COSTS, /* it goes on, and pays again or more */
	EFFECT_DEGRADES, /* a feature or a diagnosis is lost */
	EFFECT_COSMETIC,
};

enum blame {
	BLAME_GATEWAY,
	BLAME_UPSTREAM,
	BLAME_CLIENT_CONFIG,
	BLAME_HARNESS
};

const char *verdict_name(enum verdict v);
const char *level_name(enum level l);
const char *effect_name(enum effect e);
const char *blame_name(enum blame b);

struct outcome { /* of one check */
	char *name;
	enum verdict verdict; /* PASS, FAIL, or UNDECIDED */
	enum level level;
	enum blame blame;
	char *expect; /* "c1.status == 529", as in the case */
	char *wanted, *got; /* printable, cut to a readable length */
	char *difference; /* lines of "lost /system/0/cache_control ...", or NULL */
};

struct result { /* of one case */
	char *id, *area, *title, *why, *fix;
	char *effect_seen; /* or NULL */
	char **guards;
	size_t guard_count;
	enum level level;
	enum effect effect;
	enum verdict verdict;
	enum blame blame; /* where verdict is FAIL */
	char *reason; /* one line: why not PASS; NULL for PASS */
	struct outcome *outcomes;
	size_t outcome_count;
	char *trace; /* the two-sided trace, lines; NULL for PASS */
	char *curl; /* repeats the first request; NULL for PASS */
	bool left_out; /* UNDECIDED because it was not run at all */
	tick_t took;
};

void result_clear(struct result *r);

struct run_report {
	struct result *list; /* in order of id */
	size_t count;
	size_t counts[VERDICT_COUNT];
	size_t left_out; /* of the undecided ones */
	const char *target; /* "the bundled gateway (ccgate 0.1.0)" */
	const char *gateway_url;
	const char *mock_url; /* NULL: there was none */
	const char *version; /* of ccprobe */
	const char *client; /* "2.1.329" */
	tick_t took;
	bool interrupted; /* Ctrl-C: the rest is missing */
};

#endif
