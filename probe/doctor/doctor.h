/*
 * `ccprobe doctor`: steps from the settings to a whole tool call, each only if
 * those that it needs went well. A step sends its requests with doctor_call(),
 * says in one line what it saw, and adds findings. Files:
 *   cmd_doctor.c    the command line
 *   doctor.c        the steps in their order, the plan, the budget
 *   call.c          one exchange: credentials in, evidence out
 *   switches.c      what the settings take away from the recorded request
 *   fit.c           the same for another model than the recorded one
 *   shape.c         requests that get more than they need
 *   step_*.c        the steps, by subject
 *   print.c json.c  what comes out
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
	const char *base_url; /* what is diagnosed */
	const struct settings *settings;
	const struct headers *extra; /* --header */
	const char *model; /* --model; NULL: of the settings, or recorded */
	const char *client; /* recordings of this release: "2.1.329" */
	const char *root; /* of the suite */
	uint32_t max_requests;
	uint32_t repeat; /* --repeat; 0: not */
	uint32_t timeout_ms; /* until an answer begins, and between two pieces
				of it; 0: 120,000 and 60,000, but 30,000 until
				the first answer of all begins */
	bool offline;
	bool fix; /* tell what to change in the client's configuration */
	bool relay, window; /* --relay, --window */
	struct rate *rate; /* NULL: none */
	/* Called when a step has waited for an answer for so long and nothing
	 * was told meanwhile. May be NULL. */
	void (*waits)(void *arg, const struct doctor_step *step,
		      unsigned seconds);
	void *waits_arg;
};

enum step_state {
	STATE_OK,
	STATE_DOUBTFUL, /* goes on; there is a finding */
	STATE_BAD, /* what needs it is skipped */
	STATE_SKIPPED,
};

/* What a step leaves behind. */
struct step_result {
	enum step_state state;
	struct buf text; /* one line: "127.0.0.1, in 2 ms" */
	struct buf table; /* lines below it, each ended by a newline */
};

struct doctor; /* all that the steps share */
struct doctor_call;

struct doctor_step {
	const char *id; /* "tls" */
	const char *title; /* "TLS" */
	const char *needs; /* ids of steps, separated by blanks, that must not
			      be bad or skipped; NULL: none. One that does not
			      apply is no hindrance. */
	unsigned
		requests; /* at most, without those that doctor_spare() gives */
	unsigned tokens; /* of input and output together, about */
	/* True if it is to be done at all (https, --repeat ...); NULL: always.
	 * Where not, a reason in `why` is printed; without one the step is
	 * not spoken of. */
	bool (*applies)(const struct doctor *d, struct buf *why);
	void (*run)(struct doctor *d, struct step_result *out);
};

#define DOCTOR_SPARE 11 /* requests, over all steps: see doctor_spare() */

/* In the order in which they are done; each ended by id NULL. */
extern const struct doctor_step doctor_steps_network[]; /* step_network.c */
extern const struct doctor_step doctor_steps_key[]; /* step_key.c */
extern const struct doctor_step doctor_steps_service[]; /* step_service.c */
extern const struct doctor_step doctor_steps_more[]; /* step_more.c */

/* What answers told about themselves, over all steps. Tokens: all of the
 * input, cached or not; 0: not told. */
struct doctor_seen {
	tick_t first_byte_least, first_byte_most; /* until an answer began */
	size_t answers; /* that began */
	int64_t small_tokens; /* of the small request */
	int64_t small_other; /* of the same request, where they differ */
	int64_t recorded_tokens, again_tokens; /* of the recorded one, twice */
	int64_t history_tokens, call_tokens; /* with a history; with tools */
	size_t history_bytes; /* of the history */
	int64_t cache_created,
		cache_read; /* of the recorded one's repetition */
	bool cache_told;
	bool results_refused; /* those of tools, alone */
	bool realistic; /* the recorded request is taken */
	struct buf models; /* named in answers, each ended by a newline */
	struct buf replay; /* a turn with thinking in it that was taken back */
	struct buf signature; /* of that thinking */
};

struct doctor {
	const struct doctor_config *config;
	struct asker *asker;
	struct findings findings;
	struct secrets secrets;
	const char *key; /* the credential that the client sends first, or "" */
	char *wrong_key; /* made up */
	char *model; /* that is asked for */
	struct headers client_headers; /* of the recorded first request, without
					  credential, host and anthropic-beta */
	struct buf client_body; /* of the same: about 50 kB */
	char *client_betas; /* its anthropic-beta */
	const struct doctor_step *step; /* that is running */
	size_t called; /* requests so far */
	unsigned spare; /* requests that are left for doctor_spare() */
	size_t later; /* requests that the steps after this one need */
	tick_t step_at, told_at; /* when it began, when anything was told */
	bool over; /* the budget is spent, or it was interrupted */
	/* What later steps want to know of earlier ones. */
	struct asked reached; /* a connection that sent nothing */
	/* The small request of the step "route", or NULL; doctor_free() clears
	 * and frees it. Where it was answered with 400, 401 or 403 in JSON,
	 * the key may be the reason: "route" is doubtful then and adds no
	 * finding, the step "header" tries the key in other ways and says
	 * what is wrong. What a 200 in JSON holds is for the step "message". */
	struct doctor_call *first;
	bool shaped; /* requests of the steps get more: see doctor_shape() */
	struct doctor_seen seen;
};

/*
 * One exchange. The step fills in the first part, zero is a good default:
 * POST /v1/messages with the client's headers and its credentials.
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

/* False: the budget is spent or the user interrupted it; nothing was sent. The
 * call is to be cleared in any case. */
bool doctor_call(struct doctor *d, struct doctor_call *c);
void doctor_call_clear(struct doctor_call *c);

/* Takes one of the requests that are set aside to find out what a failure comes
 * from. False: none is left. */
bool doctor_spare(struct doctor *d);

/* Makes the body a small request for `max_tokens` tokens; `members` is more
 * JSON, such as ",\"stream\":true", or "". `prompt` NULL: ".". */
void doctor_small(const struct doctor *d, struct doctor_call *c,
		  unsigned max_tokens, const char *prompt, const char *members);

/* Adds to a body what it lacks of the recorded request, for a gateway that
 * refuses requests without it. doctor_call() does it where d->shaped. */
void doctor_shape(const struct doctor *d, struct doctor_call *c);

/* True if it was answered with a message, as JSON or as a whole stream. */
bool doctor_is_message(const struct doctor_call *c);

struct refusal_given doctor_given(const struct doctor_call *c);

/* Adds a finding with the call's evidence (c NULL: none). Words may be NULL. */
void doctor_finding(struct doctor *d, const char *code,
		    const struct doctor_call *c, const char *w1, const char *w2,
		    const char *w3);

/* Adds the finding that says why this exchange failed; true if it did. */
bool doctor_explain(struct doctor *d, const struct doctor_call *c);

/* "status 400, application/json, 312 bytes, in 41 ms", or what the connection
 * said: for a step's line. */
void doctor_tell(const struct doctor_call *c, struct buf *out);

/* ---- the run of it all ---- */

struct doctor_done { /* a step that was done or skipped */
	const struct doctor_step *step;
	struct step_result result;
	bool cut; /* skipped for the budget, or interrupted */
	bool hindered; /* skipped for a step that did not go well */
};

struct doctor_report {
	const struct doctor *doctor;
	struct doctor_done *list;
	size_t count;
	unsigned planned_requests, planned_tokens;
};

/* Reads the recording and prepares. Takes over what was found so far. */
int doctor_new(struct doctor **out, const struct doctor_config *config,
	       struct findings *found, struct fail *f);
void doctor_free(struct doctor *d);

/* Takes out of the recorded request what the settings switch off. */
void doctor_switches(struct doctor *d);

/* Edits its body; false: there is no such place in it. */
bool doctor_change(struct doctor *d, enum edit_kind kind, const char *pointer,
		   const char *text);

/* Makes of it what the client sends for the model that is asked for. */
void doctor_fit(struct doctor *d);

/* One that sends as the settings say, to this base URL. */
int doctor_asker(struct asker **out, const struct doctor_config *config,
		 const char *base_url, struct fail *f);

/* What --repeat would cost where `left` requests are left. */
void doctor_repeat_cost(const struct doctor *d, unsigned left,
			unsigned *requests, unsigned *tokens);

/* What it would cost at most. */
void doctor_plan(const struct doctor *d, unsigned *requests, unsigned *tokens);

/* `told`, which may be NULL, hears of each step when it is over. */
void doctor_run(struct doctor *d, struct doctor_report *out,
		void (*told)(void *arg, const struct doctor_done *done),
		void *arg);
/* Nothing was left out because the user or the budget ended it. */
bool doctor_finished(const struct doctor_report *r);
void doctor_report_clear(struct doctor_report *r);

/* ---- print.c, json.c ---- */

/* The base URL; what is secret in it (a query) is not shown. */
void doctor_show_url(const struct doctor *d, struct buf *out);
void doctor_print_head(const struct doctor *d,
		       struct buf *out); /* settings and plan */
void doctor_print_step(const struct doctor_done *done, bool colour,
		       struct buf *out);
/* Those that were hindered, in one paragraph; titles as doctor_print_step()
 * would have them, ", " between them. Nothing if there are none. */
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
	struct secrets *secrets; /* known beforehand; grows */
};

/* Runs until a signal ends it. 1: an exchange failed, 0: none did. */
int doctor_listen(const struct listen_config *config, struct fail *f);

#endif
