/*
 * `ccprobe doctor`: steps from the settings to a whole tool call. A step runs
 * only if the steps that it needs went well. It sends its requests with
 * doctor_call(), writes a line about what it saw, and adds findings. Files:
 *   cmd_doctor.c    the command line
 *   doctor.c        runs the steps in order; plan and budget
 *   call.c          one exchange: sends credentials, gives evidence
 *   switches.c      removes what the settings switch off from the recorded
 *                   request
 *   fit.c           changes the recorded request for another model
 *   shape.c         adds members to requests, for gateways that need them
 *   step_*.c        the steps, by subject
 *   print.c json.c  the report
 *   fix.c           --fix: what to change in the configuration
 *   listen*.c       --listen: the pass-through
 */
#ifndef PROBE_DOCTOR_DOCTOR_H
#define PROBE_DOCTOR_DOCTOR_H

#include "probe/refusal/ask.h"
#include "probe/refusal/finding.h"
#include "probe/refusal/refusal.h"
#include "probe/settings/settings.h"
#include "probe/suite/casefile.h"
#include "wire/bytes/secrets.h"

struct doctor_step;

struct doctor_config { /* borrowed */
	const char *base_url; /* the URL that is diagnosed */
	const struct settings *settings;
	const struct headers *extra; /* --header */
	const char *model; /* --model; NULL: that of the settings, or the
			      recorded one */
	const char *client; /* release whose recordings are sent: "2.1.329" */
	const char *root; /* of the suite */
	uint32_t max_requests;
	uint32_t repeat; /* --repeat; 0: not given */
	uint32_t timeout_ms; /* until an answer begins, and between two parts of
				it; 0: 120,000 and 60,000, but 30,000 for the
				very first answer */
	bool offline;
	bool fix; /* show what to change in the client's configuration */
	bool relay, window; /* --relay, --window */
	struct rate *rate; /* NULL: none */
	/* Called when a step has waited for an answer for some seconds and
	 * nothing was printed meanwhile. May be NULL. */
	void (*waits)(void *arg, const struct doctor_step *step,
		      unsigned seconds);
	void *waits_arg;
};

enum step_state {
	STATE_OK,
	STATE_DOUBTFUL, /* there is a finding, but later steps can go on */
	STATE_BAD, /* steps that need this one are skipped */
	STATE_SKIPPED,
};

/* The result of a step. */
struct step_result {
	enum step_state state;
	struct buf text; /* one line: "127.0.0.1, in 2 ms" */
	struct buf table; /* lines to show under it, each ended by a newline */
};

struct doctor; /* all that the steps share */
struct doctor_call;

struct doctor_step {
	const char *id; /* "tls" */
	const char *title; /* "TLS" */
	const char *needs; /* ids of steps, separated by blanks: if one of them
			      is bad or was skipped, this one is skipped, but
			      not if one does not apply; NULL: none */
	unsigned requests; /* at most, without those of doctor_spare() */
	unsigned tokens; /* about; input and output together */
	/* Whether the step applies (https, --repeat ...); NULL: always. If it
	 * does not, a reason in `why` is printed; without a reason the step is
	 * not mentioned. */
	bool (*applies)(const struct doctor *d, struct buf *why);
	void (*run)(struct doctor *d, struct step_result *out);
};

#define DOCTOR_SPARE 11 /* requests, over all steps: see doctor_spare() */

/* In the order in which they run; each list ends with id NULL. */
extern const struct doctor_step doctor_steps_network[]; /* step_network.c */
extern const struct doctor_step doctor_steps_key[]; /* step_key.c */
extern const struct doctor_step doctor_steps_service[]; /* step_service.c */
extern const struct doctor_step doctor_steps_more[]; /* step_more.c */

/* What answers said about themselves, over all steps. Tokens are all of the
 * input, cached or not; 0: not said. */
struct doctor_seen {
	tick_t first_byte_least, first_byte_most; /* until an answer began */
	size_t answers; /* answers that began */
	int64_t small_tokens; /* of the small request */
	int64_t small_other; /* of the same request, if it was another number */
	int64_t recorded_tokens, again_tokens; /* of the recorded one, twice */
	int64_t history_tokens, call_tokens; /* with a history; with tools */
	size_t history_bytes; /* of the history */
	int64_t cache_created,
		cache_read; /* of the recorded one's repetition */
	bool cache_told;
	bool results_refused; /* the results of tools are refused */
	bool realistic; /* the recorded request was accepted */
	struct buf models; /* models named in answers, each ended by a
			      newline */
	struct buf replay; /* body of a turn with thinking that was accepted */
	struct buf signature; /* the signature in it */
};

struct doctor {
	const struct doctor_config *config;
	struct asker *asker;
	struct findings findings;
	struct secrets secrets;
	const char *key; /* the credential that the client sends first, or "" */
	char *wrong_key; /* made up */
	char *model; /* the model to ask for */
	struct headers client_headers; /* of the recorded first request, without
					  credential, host and anthropic-beta */
	struct buf client_body; /* its body, about 50 kB */
	char *client_betas; /* its anthropic-beta */
	const struct doctor_step *step; /* the running step */
	size_t called; /* requests sent so far */
	unsigned spare; /* requests left for doctor_spare() */
	size_t later; /* requests that later steps may need */
	tick_t step_at, told_at; /* when the step began; when something was last
				    printed */
	bool over; /* the budget is spent, or the user interrupted */
	/* For later steps: */
	struct asked reached; /* a connection on which nothing was sent */
	/* The small request of the step "route", or NULL; doctor_free() clears
	 * and frees it. If its answer is 400, 401 or 403 in JSON, the key may
	 * be the reason: then "route" is doubtful without a finding, and the
	 * step "header" tries the key in other ways and adds the finding. The
	 * step "message" reads what a 200 in JSON holds. */
	struct doctor_call *first;
	bool shaped; /* requests of the steps get more members: see
			doctor_shape() */
	struct doctor_seen seen;
};

/*
 * One exchange. The step fills in the first part; zero means POST /v1/messages
 * with the client's headers and credentials.
 */
struct doctor_call {
	const char *method; /* NULL: "POST" */
	const char *target; /* NULL: "/v1/messages?beta=true" */
	const char *base_url; /* NULL: the configured one */
	enum auth_form auth; /* AUTH_DEFAULT: exactly as the client would */
	const char *betas; /* anthropic-beta; NULL: none */
	struct buf body; /* POST: see doctor_small() */
	bool (*enough)(void *arg, const struct asked *so_far);
	void *arg;

	struct headers sent;
	struct asked got; /* got.body is decoded */
};

/* Sends the call. false: the budget is spent or the user interrupted, and
 * nothing was sent. Clear the call in any case. */
bool doctor_call(struct doctor *d, struct doctor_call *c);
void doctor_call_clear(struct doctor_call *c);

/* Takes one of the requests that are set aside for finding the cause of a
 * failure. false: none is left. */
bool doctor_spare(struct doctor *d);

/* Makes a small request for `max_tokens` tokens. `members` is more JSON, such
 * as ",\"stream\":true", or "". A NULL prompt is ".". */
void doctor_small(const struct doctor *d, struct doctor_call *c,
		  unsigned max_tokens, const char *prompt, const char *members);

/* Adds members of the recorded request that a body lacks, for a gateway that
 * refuses requests without them. doctor_call() does so if d->shaped. */
void doctor_shape(const struct doctor *d, struct doctor_call *c);

/* Whether the answer is a message, as JSON or as a whole stream. */
bool doctor_is_message(const struct doctor_call *c);

struct refusal_given doctor_given(const struct doctor_call *c);

/* Adds a finding, with the call's evidence unless c is NULL. The words may be
 * NULL. */
void doctor_finding(struct doctor *d, const char *code,
		    const struct doctor_call *c, const char *w1, const char *w2,
		    const char *w3);

/* Adds the finding that says why this exchange failed. false: it did not
 * fail. */
bool doctor_explain(struct doctor *d, const struct doctor_call *c);

/* Appends "status 400, application/json, 312 bytes, in 41 ms", or how the
 * connection failed. */
void doctor_tell(const struct doctor_call *c, struct buf *out);

/* ---- the run ---- */

struct doctor_done { /* a step that was done or skipped */
	const struct doctor_step *step;
	struct step_result result;
	bool cut; /* skipped because of the budget or an interruption */
	bool hindered; /* skipped because a step that it needs did not go
			  well */
};

struct doctor_report {
	const struct doctor *doctor;
	struct doctor_done *list;
	size_t count;
	unsigned planned_requests, planned_tokens;
};

/* Reads the recording and prepares the steps. Takes over the findings so far.
 * *out is the caller's. */
int doctor_new(struct doctor **out, const struct doctor_config *config,
	       struct findings *found, struct fail *f);
void doctor_free(struct doctor *d);

/* Removes from the recorded request what the settings switch off. */
void doctor_switches(struct doctor *d);

/* Edits the recorded body; false: it has no such place. */
bool doctor_change(struct doctor *d, enum edit_kind kind, const char *pointer,
		   const char *text);

/* Changes the recorded request to what the client sends for d->model. */
void doctor_fit(struct doctor *d);

/* Makes an asker for this base URL, with the proxy and certificates of the
 * settings. *out is the caller's. */
int doctor_asker(struct asker **out, const struct doctor_config *config,
		 const char *base_url, struct fail *f);

/* What --repeat would cost if `left` requests are left. */
void doctor_repeat_cost(const struct doctor *d, unsigned left,
			unsigned *requests, unsigned *tokens);

/* The most that all steps together would cost. */
void doctor_plan(const struct doctor *d, unsigned *requests, unsigned *tokens);

/* Calls `told`, which may be NULL, after each step. */
void doctor_run(struct doctor *d, struct doctor_report *out,
		void (*told)(void *arg, const struct doctor_done *done),
		void *arg);
/* false: the user or the budget ended the run early. */
bool doctor_finished(const struct doctor_report *r);
void doctor_report_clear(struct doctor_report *r);

/* ---- print.c, json.c ---- */

/* Appends the base URL, without secrets in it. */
void doctor_show_url(const struct doctor *d, struct buf *out);
void doctor_print_head(const struct doctor *d,
		       struct buf *out); /* settings and plan */
void doctor_print_step(const struct doctor_done *done, bool colour,
		       struct buf *out);
/* A paragraph with the titles of steps that could not run, separated by ", ".
 * Writes nothing if there are none; empties `titles`. */
void doctor_print_hindered(struct buf *titles, bool colour, struct buf *out);
void doctor_print_findings(const struct doctor_report *r, bool colour,
			   struct buf *out);
void doctor_json(const struct doctor_report *r, struct buf *out);

/* ---- fix.c: --fix ---- */

void doctor_print_fix(const struct doctor *d, struct buf *out);
void doctor_json_fix(const struct doctor *d, struct buf *out); /* a list */

/* ---- listen.c ---- */

struct listen_config { /* borrowed */
	const char *address; /* "127.0.0.1:8474" */
	const char *base_url;
	const char *proxy;
	struct fetch_tls tls;
	const char *folder; /* where failing exchanges are kept */
	struct secrets *secrets; /* known credentials; more are added */
};

/* Runs until a signal ends it. 1: an exchange failed; 0: none failed; -1: it
 * could not start. */
int doctor_listen(const struct listen_config *config, struct fail *f);

#endif
