/*
 * What judging gives: plain data, read by the reporters. Nothing here knows
 * about the network or about case files.
 */
#ifndef REPORTS_VERDICT_H
#define REPORTS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/bytes/tick.h"
#include "wire/prompt/prices.h"

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
	BLAME_HARNESS,
	BLAME_NETWORK, /* only of findings (probe/refusal/finding.h) */
};

/* What a check has seen where it fails, beside that something is wrong. */
enum sees {
	SEES_NOTHING,
	SEES_CREDENTIAL, /* a credential on the wrong side */
	SEES_FALSE_END, /* a broken answer that ends as if it were whole */
};

const char *verdict_name(enum verdict v);
const char *level_name(enum level l);
const char *effect_name(enum effect e);
const char *blame_name(enum blame b);
const char *sees_name(enum sees s); /* "credential"; NULL: nothing */

struct outcome { /* of one check */
	char *name;
	enum verdict verdict; /* PASS, FAIL, or UNDECIDED */
	enum level level;
	enum effect effect;
	enum sees sees;
	enum blame blame;
	char actor[24]; /* "c1": whose exchange it is about; "": nobody's */
	char *expect; /* "c1.status == 529", as in the case */
	char *wanted, *got; /* printable, cut to a readable length */
	char *difference; /* lines of "lost /system/0/cache_control ...", or NULL */
};

/*
 * One thing as the first actor sent it (left) and as the second got it (right).
 * Heads are printable lines; NULL: that side never saw it. Of the bodies, which
 * may be large, what differs is shown between what both have in common.
 */
struct sides {
	char *left_head, *right_head;
	char *before, *left, *right, *after; /* printable; NULL: no body */
	size_t left_len, right_len; /* of the whole bodies, in bytes */
};

enum moment_kind {
	MOMENT_REQUEST,
	MOMENT_HEAD,
	MOMENT_EVENT,
	MOMENT_PING,
	MOMENT_DATA, /* a piece of a body that is no event stream */
	MOMENT_END,
	MOMENT_MARK, /* a mark or hold that the mock reached */
};

#define MOMENT_ALONE SIZE_MAX

struct moment { /* of the two-sided timeline */
	tick_t at; /* since the run's first */
	bool upstream;
	enum moment_kind kind;
	char *label;
	size_t partner; /* the same thing on the other side, or MOMENT_ALONE */
};

struct evidence { /* what one looks at to see why */
	struct sides request; /* c1's, and u1's */
	struct sides answer; /* u1's, and c1's */
	struct moment *moments; /* in order of time */
	size_t moment_count, left_out;
};

struct bill { /* of a session that was played, turn by turn */
	size_t turns, requests; /* of the client; at the provider */
	struct prompt_usage direct,
		through; /* without a gateway, and with it */
	char *why; /* it costs more: "cache markers lost in 20 of 21 turns" */
	char *open; /* why nothing can be said; NULL: all of it was seen */
};

struct result { /* of one case */
	char *id, *area, *title, *why, *fix;
	char *file; /* "cases/errors/status-kept.json", or NULL */
	uint64_t digest; /* of the file: cases of one text are told once */
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
	struct evidence *evidence; /* NULL for PASS and SKIP */
	struct bill *bill; /* NULL: the case is about no session's cost */
	size_t cause; /* of the worst failing check, counted from 1; 0: none explains it */
	bool waited; /* FAIL or UNDECIDED because a wait took too long */
	bool left_out; /* UNDECIDED because it was not run at all */
	bool not_meant; /* SKIP because it is for other releases of the client,
			   or for gateways with another provider */
	char *expected; /* why FAIL is no news (--baseline); NULL: it is */
	tick_t took;
};

void result_clear(struct result *r);

/* It says nothing about the gateway after all, for this reason, which becomes
 * the result's to free. */
void result_doubt(struct result *r, char *reason);

/* Neither passed nor skipped nor left out. */
bool result_is_problem(const struct result *r);

/* Of a failure: the strictest level among the checks that failed, which may be
 * less than the case's. */
enum level result_failed_level(const struct result *r);

/* Of a failure: the worst effect among the checks that failed. */
enum effect result_failed_effect(const struct result *r);

struct requirement { /* a row of cases/requirements.json */
	char *id; /* "SSE-03"; of a failure "F:REQ-01" */
	char *level; /* "must", "should", "may", "fact"; "failure" */
	char *text, *source;
	char *undecidable; /* why no case can decide it; NULL: one can */
	char *proof; /* "targets/claude-gateway": whose committed result shows
			that its cases can pass, where ccgate does not offer
			what they are about; NULL: ccgate does */
};

/* What a gateway is free not to do, and this one was not held to. */
struct not_offered {
	char *claim; /* "takes-x-api-key" */
	char *how; /* it is known: "seen before the first case" */
	char *without; /* what a user of Claude Code does without; NULL: how */
	bool unseen; /* nobody could look: it may be offered */
};

struct run_report {
	struct result *list; /* in order of id */
	size_t count;
	size_t counts[VERDICT_COUNT];
	size_t left_out; /* of the undecided ones */
	size_t expected; /* of those that fail, by the baseline */
	size_t gone; /* entries of the baseline that nothing fails any more */
	const char *target; /* "the bundled gateway (ccgate 0.1.0)" */
	const char *
		target_name; /* as --target has it; NULL: nothing was started */
	const char *gateway_url;
	const char *mock_url; /* NULL: there was none */
	const char *provider; /* what the gateway asks its provider in:
				 "messages", "openai-chat" ...; NULL: not seen */
	const char *client_format; /* what the client speaks: "messages",
				      "bedrock", "vertex" */
	bool insecure; /* any certificate of the gateway was taken */
	double rate; /* requests a second at most, by our own will; 0: any */
	const char *version; /* of ccprobe */
	const char *client; /* "2.1.329" */
	tick_t took;
	bool died; /* the gateway: it answered once, and listens no more */
	char *last_words; /* "target x exited with status 3: panic: ..."; NULL: not
			     known */
	bool interrupted; /* Ctrl-C: the rest is missing */
	const char *stopped; /* why no case could be run, in a line; NULL: some
				were */
	const char *stopped_advice; /* what to do about that, lines; or NULL */
	bool logs_missing; /* wire logs that were asked for are not there */
	bool selection; /* only cases that were chosen, not the suite */

	/* Who was graded and how, for documents; NULL: not told. */
	const char *implementation, *implementation_version, *contact;
	const char *date; /* "2026-11-21", UTC */
	const char *command; /* repeats the run; without credentials */
	const char *channel; /* "standard", "slow", "live" or "selection" */
	struct not_offered *not_offered;
	size_t not_offered_count;
	const struct requirement *requirements; /* what guards name */
	size_t requirement_count;

	const struct prices *prices; /* of the bills; NULL: prices_usual */

	/* What the gateway does, those that explain failures first and the most
	 * harmful of them on top; then the notes. */
	struct cause *causes;
	size_t cause_count;
};

#endif
