/*
 * Compares the results of many runs: gateways, versions, releases of the
 * client. A result is read from a report of `ccprobe run --report json` or from
 * a result file, which is a report reduced to what is compared
 * (docs/matrix.md). Texts are borrowed from the JSON that a result keeps.
 */
#ifndef PROBE_MATRIX_MATRIX_H
#define PROBE_MATRIX_MATRIX_H

#include "reports/verdict.h"
#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"
#include "wire/json/json.h"

/* What a result says of a case, a duty or an area. The last four say nothing
 * about the gateway's behaviour, each for another reason. */
enum matrix_state {
	MATRIX_PASS,
	MATRIX_FAIL,
	MATRIX_UNDECIDED, /* the case ran, and its outcome is open */
	MATRIX_NOT_OFFERED, /* the gateway does not claim it */
	MATRIX_NOT_MEANT, /* the case is for other clients or providers */
	MATRIX_NOT_TESTED, /* the run did not include the case */
	MATRIX_STATES
};

const char *matrix_state_name(enum matrix_state s); /* "not-offered" */
const char *matrix_state_words(enum matrix_state s); /* "not offered" */

/* -1: no state has this name. */
int matrix_state_find(enum matrix_state *out, const char *name);

struct matrix_case {
	const char *id, *duty; /* duty: the first that it guards; "none" */
	enum matrix_state state;
	enum level level; /* of a failure */
	enum effect effect;
	const char *reason; /* NULL: it passed, or none is given */
	const char *seen; /* by the first check that fails, or NULL */
	const char *cause; /* the id of a cause; NULL: none explains it */
};

struct matrix_example {
	const char *id, *sent, *got; /* sent, got: or NULL */
};

struct matrix_cause {
	const char *id, *headline, *duty, *fix; /* duty, fix: or NULL */
	enum level level;
	enum effect effect;
	struct matrix_example *examples;
	size_t example_count;
};

struct matrix_claim { /* one that the gateway does not offer */
	const char *claim, *without; /* without: or NULL */
};

struct matrix_result {
	char *path;
	struct json *json;
	bool is_short; /* a result file, no report */
	const char *gateway, *version; /* version: or NULL, as all below */
	const char *client, *client_format, *provider;
	const char *ccprobe, *date, *channel;
	const char *letter; /* NULL: no grade */
	const char *missing; /* why the grade is partial; NULL: it is whole */
	uint32_t score;
	const char **reproduce; /* commands, in order */
	size_t reproduce_count;
	struct matrix_claim *claims;
	size_t claim_count;
	struct matrix_cause *causes; /* that explain failures */
	size_t cause_count;
	struct matrix_case *cases; /* in order of id, each once */
	size_t case_count;
	size_t counts[MATRIX_STATES]; /* of cases */
	bool is_old; /* the matrix has a newer one of the same gateway, formats
			and client */
};

/* Reads a report or a result file; a file that is neither is FAIL_CASE. The
 * caller clears the result. */
int matrix_result_read(struct matrix_result *out, const char *path,
		       struct fail *f);
void matrix_result_clear(struct matrix_result *r);

/* The case or the cause with this id; NULL: the result has none. */
const struct matrix_case *matrix_result_case(const struct matrix_result *r,
					     const char *id);
const struct matrix_cause *matrix_result_cause(const struct matrix_result *r,
					       const char *id);

/* Are both of the same gateway, formats and client? Then the older one is part
 * of the newer one's history. */
bool matrix_result_is_kin(const struct matrix_result *a,
			  const struct matrix_result *b);

/* Append the text of the result's file, and the name of that file:
 * "nginx-1.22.1-messages-2.1.332-2026-11-30.json". */
void matrix_result_write(const struct matrix_result *r, struct buf *out);
void matrix_result_name(const struct matrix_result *r, struct buf *out);

/* For `ccprobe lint`. The first says whether the file is meant as a result file
 * (it has a member "result"), be it valid or not; the second checks it. */
bool matrix_result_is_short(const char *path);
int matrix_result_lint(const char *path, struct fail *f);

struct matrix_filter { /* NULL: all of them */
	const char *gateway, *area, *duty; /* gateway: a part of its name */
};

struct matrix {
	/* By gateway, then formats, then client; the newest first. */
	struct matrix_result *list;
	size_t count;
	const char **duties, **areas; /* of all cases, sorted, each once */
	size_t duty_count, area_count;
	const struct requirement *requirements; /* borrowed */
	size_t requirement_count;
};

/* Takes the results over: `*list` becomes NULL, `*count` 0. Results and cases
 * that the filter does not match are dropped. */
void matrix_join(struct matrix *out, struct matrix_result **list, size_t *count,
		 const struct matrix_filter *filter);
void matrix_clear(struct matrix *m);

/* "BODY-01: Every member arrives ..."; NULL: not known */
const char *matrix_duty_text(const struct matrix *m, const char *duty);

/* What a result says of a duty or an area: the worst state of its cases. */
struct matrix_cell {
	enum matrix_state state;
	size_t counts[MATRIX_STATES], total;
	enum level level; /* of failures: the strictest, the worst */
	enum effect effect;
};

struct matrix_cell matrix_duty_cell(const struct matrix_result *r,
				    const char *duty);
struct matrix_cell matrix_area_cell(const struct matrix_result *r,
				    const char *area);

/* Does the case belong to the area? */
bool matrix_is_in_area(const char *id, const char *area);

/* The difference between an older and a newer result of the same gateway,
 * formats and client: ids of cases that fail now and did not fail then, and of
 * those that failed and pass now. The ids are borrowed from the newer
 * result. */
struct matrix_step {
	const char **broken, **mended;
	size_t broken_count, mended_count;
};

void matrix_step_of(struct matrix_step *out, const struct matrix_result *was,
		    const struct matrix_result *is);
void matrix_step_clear(struct matrix_step *s);

/* The next older result of the same gateway, formats and client
 * (matrix_result_is_kin()); NULL: there is none. */
const struct matrix_result *matrix_older(const struct matrix *m,
					 const struct matrix_result *r);

/* Append "nginx 1.22.1", or "Claude Code 2.1.332 in Bedrock mode, in front of
 * OpenAI's Responses". */
void matrix_title(const struct matrix_result *r, struct buf *out);
void matrix_terms(const struct matrix_result *r, struct buf *out);

/* The reports, each a pure function of the matrix. */
void matrix_html_write(const struct matrix *m, struct buf *out);
void matrix_json_write(const struct matrix *m, struct buf *out);
void matrix_markdown_write(const struct matrix *m, struct buf *out);

#endif
