/*
 * Behaviours: what a gateway does to traffic, read from what the client and the
 * provider saw. Each kind of behaviour has a row; a behaviour is a kind with a
 * subject ("request-field-dropped:anthropic-beta"). A table of rules says which
 * duty it touches.
 */
#ifndef PROBE_CAUSES_BEHAVIOUR_H
#define PROBE_CAUSES_BEHAVIOUR_H

#include "reports/cause.h"
#include "wire/bytes/buf.h"

/* Where it happens, in order of the way from the client to the provider and
 * back. */
enum behaviour_part {
	PART_NONE,
	PART_ROUTE, /* whether the provider is asked at all */
	PART_LINE, /* method and target */
	PART_FIELD, /* of the request's head */
	PART_KEY,
	PART_BODY,
	PART_REPEAT, /* the provider is asked more than once */
	PART_STATUS,
	PART_ANSWER_FIELD,
	PART_ANSWER_BODY,
	PART_EVENTS,
	PART_FRAMES, /* the bytes of events */
	PART_TIME,
	PART_END,
	PART_HANG_UP,
	PART_CONNECTION,
};

enum behaviour_kind {
	/* whether the provider is asked */
	BEHAVIOUR_GONE,
	BEHAVIOUR_REFUSED,
	BEHAVIOUR_OWN_ANSWER,
	BEHAVIOUR_NOT_ASKED,
	BEHAVIOUR_PASSED_ON,
	BEHAVIOUR_NO_ANSWER,
	BEHAVIOUR_SERIALISED,
	/* the request */
	BEHAVIOUR_METHOD_CHANGED,
	BEHAVIOUR_PATH_CHANGED,
	BEHAVIOUR_QUERY_CHANGED,
	BEHAVIOUR_FIELD_DROPPED,
	BEHAVIOUR_FIELD_ADDED,
	BEHAVIOUR_FIELD_CHANGED,
	BEHAVIOUR_FIELD_MERGED,
	BEHAVIOUR_FIELD_SORTED,
	BEHAVIOUR_VALUES_DROPPED,
	BEHAVIOUR_VALUES_ADDED,
	BEHAVIOUR_FIELD_FORWARDED,
	BEHAVIOUR_KEY_FORWARDED,
	BEHAVIOUR_KEY_LOST,
	BEHAVIOUR_KEY_REPLACED,
	BEHAVIOUR_KEY_IN_TURN,
	BEHAVIOUR_KEY_SHOWN,
	BEHAVIOUR_CODING_CHANGED,
	BEHAVIOUR_BODY_REPRINTED,
	BEHAVIOUR_BODY_REMOVED,
	BEHAVIOUR_BODY_ADDED,
	BEHAVIOUR_BODY_VALUE,
	BEHAVIOUR_BODY_TEXT,
	BEHAVIOUR_BODY_MOVED,
	BEHAVIOUR_BODY_REPLACED,
	BEHAVIOUR_MODEL_MAPPED,
	BEHAVIOUR_ASKED_TWICE,
	BEHAVIOUR_REDIRECT_FOLLOWED,
	/* the request of a gateway that translates */
	BEHAVIOUR_ASKED_LOST,
	BEHAVIOUR_ASKED_OTHER,
	BEHAVIOUR_ASKED_MOVED,
	BEHAVIOUR_ASKED_ADDED,
	BEHAVIOUR_ASKED_UNSTABLE,
	BEHAVIOUR_ASKED_LEAKS,
	BEHAVIOUR_ASKED_REFUSED,
	BEHAVIOUR_NOT_TRANSLATED,
	BEHAVIOUR_ASKED_ELSEWHERE,
	BEHAVIOUR_COUNT_LOST,
	BEHAVIOUR_COUNT_OTHER,
	/* the answer */
	BEHAVIOUR_STATUS_MAPPED,
	BEHAVIOUR_ANSWER_FIELD_DROPPED,
	BEHAVIOUR_ANSWER_FIELD_REPLACED,
	BEHAVIOUR_ANSWER_FIELD_ADDED,
	BEHAVIOUR_ANSWER_FIELD_FORWARDED,
	BEHAVIOUR_ANSWER_CODING,
	BEHAVIOUR_ANSWER_FORM,
	BEHAVIOUR_ERROR_REPLACED,
	BEHAVIOUR_ERROR_RESHAPED,
	BEHAVIOUR_ANSWER_REPLACED,
	BEHAVIOUR_ANSWER_RESHAPED,
	BEHAVIOUR_ANSWER_WRAPPED,
	BEHAVIOUR_ANSWER_REPRINTED,
	BEHAVIOUR_ANSWER_REMOVED,
	BEHAVIOUR_ANSWER_ADDED,
	BEHAVIOUR_ANSWER_VALUE,
	BEHAVIOUR_ANSWER_TEXT,
	BEHAVIOUR_ANSWER_MOVED,
	BEHAVIOUR_SAID_LOST,
	BEHAVIOUR_SAID_OTHER,
	/* events */
	BEHAVIOUR_EVENT_DROPPED,
	BEHAVIOUR_EVENT_ADDED,
	BEHAVIOUR_EVENT_RENAMED,
	BEHAVIOUR_EVENTS_MERGED,
	BEHAVIOUR_EVENTS_SPLIT,
	BEHAVIOUR_BLOCK_DROPPED,
	BEHAVIOUR_STREAM_REPLACED,
	BEHAVIOUR_PING_DROPPED,
	BEHAVIOUR_PINGS_ADDED,
	BEHAVIOUR_COMMENTS_DROPPED,
	BEHAVIOUR_COMMENTS_ADDED,
	BEHAVIOUR_REFRAMED,
	/* when, and how it ends */
	BEHAVIOUR_BUFFERED,
	BEHAVIOUR_HEAD_DELAYED,
	BEHAVIOUR_HEAD_EARLY,
	BEHAVIOUR_END_CHANGED,
	BEHAVIOUR_GAVE_UP,
	BEHAVIOUR_HANG_UP_IGNORED,
	BEHAVIOUR_EMPTY_RELAYED,
	BEHAVIOUR_CONNECTION_CLOSED,
	BEHAVIOUR_KINDS
};

struct behaviour_row {
	const char *kind; /* "request-field-dropped" */
	enum cause_change change;
	enum behaviour_part part;
	const char *of; /* the unit of its counts: "requests" */
	/* What the gateway does. "{}" is replaced by the subject, "{a}" and
	 * "{b}" by the texts before and after the last '-' in it. */
	const char *sentence;
	const char *meaning; /* what this does to Claude Code */
	/* Used if no rule fits: */
	const char *fix, *duty;
	enum level level;
	enum effect effect;
};

/* The row of a kind. */
const struct behaviour_row *behaviour_row(enum behaviour_kind kind);

/* For behaviours with certain subjects: the first rule whose kind and glob
 * pattern fit is used. */
struct behaviour_rule {
	enum behaviour_kind kind;
	const char *pattern;
	const char *family; /* the subject of all behaviours that fit, which are
			    then one; NULL: each has its own */
	const char *duty;
	enum level level;
	enum effect effect;
	const char *fix; /* NULL: the fix of the row */
};

const struct behaviour_rule *behaviour_rule(enum behaviour_kind kind,
					    const char *subject);
const struct behaviour_rule *behaviour_rule_nth(size_t n); /* NULL: no more */

/* Appends what a kind ("request-field-dropped") or the id of a behaviour means,
 * and what to do, for people. false: there is no such kind. */
bool behaviour_explain(const char *id, struct buf *out);

void behaviour_list(struct buf *out); /* a line for each kind */

/* The name of the n-th kind, from 0; NULL: there are no more. */
const char *behaviour_name(size_t n);

#endif
