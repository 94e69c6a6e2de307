/* Reading behaviours off one pair of exchanges; between the files of this. */
#ifndef PROBE_CAUSES_BEHAVIOUR_PRIVATE_H
#define PROBE_CAUSES_BEHAVIOUR_PRIVATE_H

#include "probe/causes/causes.h"
#include "probe/causes/couples.h"
#include "probe/causes/behaviours.h"

/* The table on the way back: from BEHAVIOUR_STATUS_MAPPED on. */
extern const struct behaviour_row behaviour_answer_rows[];

struct behaviour_reading {
	struct behaviours *seen;
	const struct causes_keys *keys;
	const struct view *view;
	const struct couple *pair;
	const struct exchange *c; /* the client's */
	const struct exchange *u; /* the one it was answered from; or NULL */
	bool translates; /* the gateway does, whatever this pair shows */
};

/* What client and provider said of the request (behaviour_request.c). */
void behaviour_request(const struct behaviour_reading *r);
/* The credential alone (behaviour_request.c). */
void behaviour_credential(const struct behaviour_reading *r);
/* A request and its answer, where both sides speak different formats
 * (behaviour_translation.c). false: they do not. */
bool behaviour_translation(const struct behaviour_reading *r);
/* What a gateway that translates counts by itself: not of one pair. */
void behaviour_counting(struct behaviours *seen, const struct couples *p);
/* Whether the provider was asked, how often, and what came instead of its
 * answer (behaviour_route.c). */
void behaviour_route(const struct behaviour_reading *r);
/* Status, fields and body of the answer (behaviour_answer.c). */
void behaviour_answer(const struct behaviour_reading *r);
/* The events of a stream (behaviour_events.c). */
void behaviour_events(const struct behaviour_reading *r);
/* When it came and how it ended (behaviour_flow.c). */
void behaviour_flow(const struct behaviour_reading *r);
/* What steps of the run waited for in vain: not of one pair. */
void behaviour_waiting(struct behaviours *seen, const struct view *v,
		       const struct couples *p);

/* ---- behaviour_json.c ---- */

/* The kinds that differences of two JSON values are. */
struct behaviour_json {
	enum behaviour_kind removed, added, value, text, moved, reprinted;
	const char *front; /* of subjects: the name of an event; "" */
};

/*
 * Tells how `is` differs from `was`; false: not by any value, so only the
 * bytes differ, which is told as well.
 */
bool behaviour_json(const struct behaviour_reading *r,
		    const struct behaviour_json *k, struct jval was,
		    struct jval is);

/* ---- small things ---- */

/* A credential that the client sees (behaviour_answer.c). */
void behaviour_shown(const struct behaviour_reading *r);
/* The status of the answer. */
void behaviour_status(const struct behaviour_reading *r);
/* The body of the answer is the gateway's own. */
void behaviour_own_body(const struct behaviour_reading *r,
			enum behaviour_kind kind);
/* The client does not learn this field of the provider's. */
void behaviour_field_dropped(const struct behaviour_reading *r,
			     const struct header *h);

/* What a body is: "page", "text", "empty", "json", "stream", or the type of an
 * error in the API's shape (behaviour_route.c). */
void behaviour_shape(const struct exchange *x, struct buf *out);
/* The words of an error, in quotes; nothing where there are none. */
void behaviour_words(const struct exchange *x, struct buf *out);
/* An error of the gateway's own in the place of an answer. */
void behaviour_error_instead(const struct behaviour_reading *r);

bool behaviour_has(struct span in, const char *text); /* NULL: no */
/* Name in lower case; "" for what is too long. */
#define BEHAVIOUR_NAME 96
void behaviour_lower(const char *name, char out[BEHAVIOUR_NAME]);

#endif
