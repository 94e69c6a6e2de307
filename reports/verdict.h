/*
 * The result of judging: plain data for the reporters. Nothing here knows about
 * the network or about case files.
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
	VERDICT_BROKEN, /* a fault of ccprobe's own */
	VERDICT_COUNT,
};

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_MAY };

/* What it means for the real client when this is broken, worst first. */
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
	BLAME_NETWORK, /* only in findings (probe/refusal/finding.h) */
};

/* What a failing check has seen, besides the failure itself. */
enum sees {
	SEES_NOTHING,
	SEES_CREDENTIAL, /* a credential on the wrong side */
	SEES_FALSE_END, /* a broken answer that ends as if it were complete */
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
	char actor[24]; /* "c1": whose exchange it is about; "": none */
	char *expect; /* "c1.status == 529", as in the case */
	char *wanted, *got; /* printable, cut to a readable length */
	char *difference; /* lines of "lost /system/0/cache_control ...", or NULL */
};

/*
 * A request or answer as the first actor sent it (left) and as the second got
 * it (right). Heads are printable lines; NULL: that side never saw it. Bodies
 * may be large: they are shown around the part that differs.
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
	MOMENT_DATA, /* a piece of a body that is not an event stream */
	MOMENT_END,
	MOMENT_MARK, /* the mock reached a mark or a hold */
};

#define MOMENT_ALONE SIZE_MAX

struct moment { /* in the timeline of both sides */
	tick_t at; /* since the first moment of the run */
	bool upstream;
	enum moment_kind kind;
	char *label;
	/* the matching moment on the other side, or MOMENT_ALONE */
	size_t partner;
};

struct evidence { /* what helps to see why */
	struct sides request; /* of c1 and of u1 */
	struct sides answer; /* of u1 and of c1 */
	struct moment *moments; /* in order of time */
	size_t moment_count, left_out;
};

struct bill { /* of a session that was played, turn by turn */
	/* turns of the client; requests at the provider */
	size_t turns, requests;
	struct prompt_usage direct,
		through; /* without a gateway, and with it */
	/* why it costs more: "cache markers lost in 20 of 21 turns" */
	char *why;
	char *open; /* why the cost is unknown; NULL: it is known */
};

struct result { /* of one case */
	char *id, *area, *title, *why, *fix;
	char *file; /* "cases/errors/status-kept.json", or NULL */
	uint64_t digest; /* of the file: cases with the same text count once */
	char *effect_seen; /* or NULL */
	char **guards;
	size_t guard_count;
	enum level level;
	enum effect effect;
	enum verdict verdict;
	enum blame blame; /* if verdict is FAIL */
	char *reason; /* one line: why not PASS; NULL for PASS */
	struct outcome *outcomes;
	size_t outcome_count;
	char *trace; /* the trace of both sides, lines; NULL for PASS */
	char *curl; /* repeats the first request; NULL for PASS */
	struct evidence *evidence; /* NULL for PASS and SKIP */
	/* NULL: the case is not about the cost of a session */
	struct bill *bill;
	/* the cause of the worst failing check, from 1; 0: none explains it */
	size_t cause;
	bool waited; /* FAIL or UNDECIDED because a wait took too long */
	bool left_out; /* UNDECIDED because it was not run at all */
	bool not_meant; /* SKIP because it is for other releases of the client,
			   or for gateways with another provider */
	/* why FAIL was expected (--baseline); NULL: it was not */
	char *expected;
	tick_t took;
};

void result_clear(struct result *r);

/* The case says nothing about the gateway after all: it becomes undecided for
 * this reason, which the result frees. */
void result_doubt(struct result *r, char *reason);

/* Whether it neither passed nor was skipped or left out. */
bool result_is_problem(const struct result *r);

/* For a failure: the strictest level among the failed checks, which may be
 * below that of the case. */
enum level result_failed_level(const struct result *r);

/* For a failure: the worst effect among the failed checks. */
enum effect result_failed_effect(const struct result *r);

struct requirement { /* a row of cases/requirements.json */
	char *id; /* "SSE-03"; for a failure "F:REQ-01" */
	char *level; /* "must", "should", "may", "fact"; "failure" */
	char *text, *source;
	char *undecidable; /* why no case can decide it; NULL: a case can */
	char *proof; /* "targets/claude-gateway": whose committed result shows
			that its cases can pass, where ccgate does not offer
			what they are about; NULL: ccgate does */
};

/* What a gateway does not have to offer, and this one was not held to. */
struct not_offered {
	char *claim; /* "takes-x-api-key" */
	char *how; /* how it is known: "seen before the first case" */
	/* what users of Claude Code have to do without; NULL: see `how` */
	char *without;
	bool unseen; /* it could not be checked, and may be offered */
};

struct run_report {
	struct result *list; /* in order of id */
	size_t count;
	size_t counts[VERDICT_COUNT];
	size_t left_out; /* so many of the undecided ones were not run */
	size_t expected; /* so many of the failing ones, by the baseline */
	/* entries of the baseline for which nothing fails any more */
	size_t gone;
	const char *target; /* "the bundled gateway (ccgate 0.1.0)" */
	/* as given to --target; NULL: nothing was started */
	const char *target_name;
	const char *gateway_url;
	const char *mock_url; /* NULL: there was none */
	/* the format that the gateway uses with its provider: "messages",
	 * "openai-chat" ...; NULL: not seen */
	const char *provider;
	/* the format of the client: "messages", "bedrock", "vertex" */
	const char *client_format;
	bool insecure; /* any certificate of the gateway was accepted */
	/* at most so many requests per second, as asked for; 0: no limit */
	double rate;
	const char *version; /* version of ccprobe */
	const char *client; /* "2.1.329" */
	tick_t took;
	/* the gateway: it answered at first, and no longer listens */
	bool died;
	char *last_words; /* "target x exited with status 3: panic: ..."; NULL: not
			     known */
	bool interrupted; /* by Ctrl-C: the other cases are missing */
	/* why no case could be run, in a line; NULL: some were run */
	const char *stopped;
	const char *stopped_advice; /* what to do about that, lines; or NULL */
	/* wire logs that were asked for could not be written */
	bool logs_missing;
	bool selection; /* only selected cases, not the whole suite */

	/* Who was graded and how, for documents; NULL: not given. */
	const char *implementation, *implementation_version, *contact;
	const char *date; /* "2026-11-21", UTC */
	const char *command; /* repeats the run; without credentials */
	const char *channel; /* "standard", "slow", "live" or "selection" */
	struct not_offered *not_offered;
	size_t not_offered_count;
	/* the requirements that guards name */
	const struct requirement *requirements;
	size_t requirement_count;

	const struct prices *prices; /* for the bills; NULL: prices_usual */

	/* What the gateway does: first the causes that explain failures, the
	 * most harmful first, then the notes. */
	struct cause *causes;
	size_t cause_count;
};

#endif
