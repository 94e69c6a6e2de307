/* What the steps from "header" on share, and a list of them. */
#ifndef PROBE_DOCTOR_STEPS_STEP_PRIVATE_H
#define PROBE_DOCTOR_STEPS_STEP_PRIVATE_H

#include "probe/doctor/doctor.h"
#include "probe/look/view.h"

/* ---- step_kit.c ---- */

/* Sends a call. false: nothing was sent; the step is skipped, and its line says
 * so. */
bool step_ask(struct doctor *d, struct doctor_call *c, struct step_result *out);

/* Adds the finding that says why the exchange failed, adds to the step's line,
 * and makes the step doubtful. false: it did not fail. */
bool step_failed(struct doctor *d, const struct doctor_call *c,
		 struct step_result *out);

/* Adds a finding, and makes the step doubtful. */
void step_finding(struct doctor *d, struct step_result *out, const char *code,
		  const struct doctor_call *c, const char *w1, const char *w2,
		  const char *w3);

/* It was answered, and not refused. */
bool step_is_good(const struct doctor_call *c);

/* Whether the answer has this media type. */
bool step_has_type(const struct doctor_call *c, const char *type);

/* Whether the body is
 * {"type":"error","error":{"type":"...","message":"..."}}. */
bool step_is_api_error(const struct doctor_call *c);

/* Appends "400: max_tokens: Field required", or how the connection failed. */
void step_outcome(const struct doctor_call *c, struct buf *out);

/* Appends the decoded member of a JSON object; false: it is no string. */
bool step_member(struct jval object, const char *key, struct buf *out);

/* Makes a small request for another model than the configured one. */
void step_small_for(const struct doctor *d, struct doctor_call *c,
		    const char *model);

/* Makes the recorded first request, for the configured model. */
void step_recorded(const struct doctor *d, struct doctor_call *c);

/* The code of the finding that says why the exchange failed; "" if it did
 * not. */
const char *step_code(const struct doctor_call *c);

/* It was accepted: answered well, or cancelled by us after its first words. */
bool step_is_taken(const struct doctor_call *c);

/* The answer says nothing about the request: it is 429 or 529. */
bool step_is_busy(const struct doctor_call *c);

/* For `enough`: some content of the answer has come. */
bool step_has_content(void *arg, const struct asked *so_far);

/* ---- step_seen.c ---- */

struct step_usage { /* tokens; -1: not said */
	int64_t input, created, read;
};

void step_usage_of(const struct doctor_call *c, struct step_usage *out);

/* All input tokens, cached or not; 0: not said, or no answer. */
int64_t step_input_tokens(const struct doctor_call *c);

/* Keeps what later steps need to know about this answer. */
void step_note(struct doctor *d, const struct doctor_call *c);

/* ---- look.c: an exchange, read like that of a case ---- */

struct look {
	struct wlog log;
	struct view view;
	const struct exchange *x; /* never NULL */
};

void look_of(struct look *s, const struct doctor_call *c);
void look_clear(struct look *s);

/* The first block of this type, or NULL. */
const struct view_block *look_block(const struct look *s, const char *type);

/* Whether it is a tool call that the client has to make. */
bool look_is_call(const struct view_block *b);

/* Appends the blocks of the answer as the client sends them back, separated by
 * commas; texts and thinking are joined from their deltas. */
void look_turn(const struct exchange *x, struct buf *out);

/* ---- step_tools_result.c ---- */

struct step_talk {
	const char *prompt;
	const char *tools; /* a JSON list */
	bool words; /* add words of the user after the results */
};

/* Sends the results of the tool calls in this answer. */
void step_tools_result(struct doctor *d, const struct step_talk *t,
		       const struct exchange *x, struct step_result *out);

/* ---- steps, by file ---- */

void step_message(struct doctor *d, struct step_result *out);
void step_unknown_model(struct doctor *d, struct step_result *out);

void step_stream(struct doctor *d, struct step_result *out);

void step_realistic(struct doctor *d, struct step_result *out);
void step_long(struct doctor *d, struct step_result *out);
void step_content(struct doctor *d, struct step_result *out);

void step_pairs(struct doctor *d, struct step_result *out);

void step_history(struct doctor *d, struct step_result *out);
void step_tools(struct doctor *d, struct step_result *out);
void step_media(struct doctor *d, struct step_result *out);
void step_thinking(struct doctor *d, struct step_result *out);

void step_efforts(struct doctor *d, struct step_result *out);
bool step_format_applies(const struct doctor *d, struct buf *why);
void step_format(struct doctor *d, struct step_result *out);
void step_search(struct doctor *d, struct step_result *out);

void step_cache(struct doctor *d, struct step_result *out);

void step_count(struct doctor *d, struct step_result *out);
void step_models(struct doctor *d, struct step_result *out);
void step_headers(struct doctor *d, struct step_result *out);

bool step_relay_applies(const struct doctor *d, struct buf *why);
void step_relay(struct doctor *d, struct step_result *out);
bool step_window_applies(const struct doctor *d, struct buf *why);
void step_window(struct doctor *d, struct step_result *out);
void step_pace(struct doctor *d, struct step_result *out);

bool step_repeat_applies(const struct doctor *d, struct buf *why);
void step_repeat(struct doctor *d, struct step_result *out);

#endif
