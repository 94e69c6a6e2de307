/* What the files that read behaviours from a pair of exchanges share. */
#ifndef PROBE_CAUSES_BEHAVIOUR_PRIVATE_H
#define PROBE_CAUSES_BEHAVIOUR_PRIVATE_H

#include "probe/causes/causes.h"
#include "probe/causes/couples.h"
#include "probe/causes/behaviours.h"

/* The rows of answers, beginning with BEHAVIOUR_STATUS_MAPPED. */
extern const struct behaviour_row behaviour_answer_rows[];

struct behaviour_reading {
	struct behaviours *seen;
	const struct causes_keys *keys;
	const struct view *view;
	const struct couple *pair;
	const struct exchange *c; /* the client's exchange */
	const struct exchange *u; /* the provider's exchange that it was
				     answered from; or NULL */
	bool translates; /* the gateway translates, even if this pair does not
			    show it */
};

/* Compares the requests of both sides (behaviour_request.c). */
void behaviour_request(const struct behaviour_reading *r);
/* Only the credential of the request (behaviour_request.c). */
void behaviour_credential(const struct behaviour_reading *r);
/* Compares request and answer of two sides that speak different formats
 * (behaviour_translation.c). false: they speak the same. */
bool behaviour_translation(const struct behaviour_reading *r);
/* Token counts that a translating gateway makes itself, over all pairs. */
void behaviour_counting(struct behaviours *seen, const struct couples *p);
/* Whether the provider was asked, how often, and what the gateway answered by
 * itself (behaviour_route.c). */
void behaviour_route(const struct behaviour_reading *r);
/* Status, fields and body of the answer (behaviour_answer.c). */
void behaviour_answer(const struct behaviour_reading *r);
/* The events of a stream (behaviour_events.c). */
void behaviour_events(const struct behaviour_reading *r);
/* When the answer came and how it ended (behaviour_flow.c). */
void behaviour_flow(const struct behaviour_reading *r);
/* What steps of the run waited for in vain, over all pairs. */
void behaviour_waiting(struct behaviours *seen, const struct view *v,
		       const struct couples *p);

/* ---- behaviour_json.c ---- */

/* The kinds that differences between two JSON values are reported as. */
struct behaviour_json {
	enum behaviour_kind removed, added, value, text, moved, reprinted;
	const char *front; /* put before subjects: the kind of an event, or
			      "" */
};

/*
 * Reports how `is` differs from `was`. false: no value differs; a difference in
 * the bytes is reported, too.
 */
bool behaviour_json(const struct behaviour_reading *r,
		    const struct behaviour_json *k, struct jval was,
		    struct jval is);

/* ---- parts of these ---- */

/* A credential in an answer to the client (behaviour_answer.c). */
void behaviour_shown(const struct behaviour_reading *r);
/* The status of the answer. */
void behaviour_status(const struct behaviour_reading *r);
/* The answer has a body of the gateway's own. */
void behaviour_own_body(const struct behaviour_reading *r,
			enum behaviour_kind kind);
/* A field of the provider's answer does not reach the client. */
void behaviour_field_dropped(const struct behaviour_reading *r,
			     const struct header *h);

/* Appends what a body is: "page", "text", "empty", "json", "stream", or the
 * type of an error of the API (behaviour_route.c). */
void behaviour_shape(const struct exchange *x, struct buf *out);
/* Appends the message of an error, in quotes; nothing if there is none. */
void behaviour_words(const struct exchange *x, struct buf *out);
/* An error of the gateway instead of the provider's answer. */
void behaviour_error_instead(const struct behaviour_reading *r);

bool behaviour_has(struct span in, const char *text); /* NULL: no */
/* The name in lower case; "" if it is too long. */
#define BEHAVIOUR_NAME 96
void behaviour_lower(const char *name, char out[BEHAVIOUR_NAME]);

#endif
