/*
 * Findings: what is wrong, as doctor and bisect say it. A *kind* is a row of
 * one table, with a stable code ("DR-HTML"); a *finding* is a kind that was
 * met, with the words that fill its texts, and the evidence.
 */
#ifndef PROBE_REFUSAL_FINDING_H
#define PROBE_REFUSAL_FINDING_H

#include "probe/refusal/repair.h"
#include "reports/verdict.h" /* enum blame */
#include "wire/bytes/buf.h"
#include "wire/http/http.h"

enum severity {
	SEVERITY_ERROR, /* sessions fail */
	SEVERITY_WARNING, /* some sessions fail, cost more, or will fail soon */
	SEVERITY_NOTE, /* worth knowing */
};

/* In headline and fix {1} {2} {3} stand for the words of a finding, and {url}
 * for the gateway that was asked. */
struct finding_kind {
	const char *code;
	enum severity severity;
	enum blame blame;
	const char *headline; /* one line, no full stop */
	const char *meaning; /* a few sentences: for `ccprobe explain` */
	const char *fix; /* what to do, with the exact variable or setting */
};

/* The row of a code, or NULL; the n-th row (from 0), or NULL. */
const struct finding_kind *finding_kind(const char *code); /* for tests */
const struct finding_kind *finding_kind_nth(size_t n);

const char *severity_name(enum severity s); /* "error" */

/* Is the fix to run `ccprobe bisect`? */
bool finding_leads_to_bisect(const char *code);

/* For `ccprobe explain CODE`; false: there is no such code. */
bool finding_explain(const char *code, struct buf *out);

/* Every code with its headline. */
void finding_list(struct buf *out);

#define FINDING_WORDS 3

struct finding {
	const struct finding_kind *kind;
	enum severity severity; /* that of the kind, or of a worse effect */
	char *words[FINDING_WORDS]; /* NULL: none */
	char *headline, *fix; /* with the words filled in */
	char *evidence; /* lines, each ended by a newline; "" if none */
	const char *step; /* which step saw it; static */
};

struct findings {
	struct finding *list;
	size_t count, cap;
	const char *url; /* borrowed; nothing secret in it; NULL: "URL" */
	struct repairs repairs; /* for findings about the configuration */
};

/*
 * Adds one; words are copied and made printable, evidence is taken over
 * (may be NULL). The same code with the same words is added once; refused betas
 * are one finding, whose words list them. An unknown code is our own mistake
 * (assert).
 */
void findings_add(struct findings *s, const char *step, const char *code,
		  const char *const *words, size_t word_count,
		  struct buf *evidence);
void findings_clear(struct findings *s);

/* The last finding with this code becomes at least as severe as `to`. */
void findings_raise(struct findings *s, const char *code, enum severity to);

/*
 * Errors first, then warnings, then notes; equals keep the order in which they
 * were found. A cause comes before each of its effects, and is as severe as the
 * worst of them.
 */
void findings_sort(struct findings *s);

/* True if no finding is worse than a note. */
bool findings_sound(const struct findings *s);

#endif
