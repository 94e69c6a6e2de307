/*
 * What a check looks at: one part of one exchange, read from the text of its
 * expectation. Tables say how near the parts of behaviours are to it.
 */
#ifndef PROBE_CAUSES_CAUSES_LOOK_H
#define PROBE_CAUSES_CAUSES_LOOK_H

#include "probe/causes/behaviour.h"

enum looks_at {
	AT_NOTHING,
	AT_FIELD,
	AT_HEAD,
	AT_SIGNED, /* what the signature of a request covers */
	AT_LINE,
	AT_BODY,
	AT_MODEL, /* in the body, or in the path */
	AT_COST,
	AT_COUNT,
	AT_MARK,
	AT_PROVIDER_END,
	AT_STATUS,
	AT_ANSWER_FIELD,
	AT_ANSWER_BODY,
	AT_EVENTS,
	AT_OUTCOME,
	AT_END,
	AT_EXTRA,
};

struct causes_look { /* of "c1.event[0]#/delta" */
	enum looks_at at;
	char actor[24];
	unsigned number; /* of the actor's exchange; 0: any */
	char name[96]; /* of a field or an event, in lower case; or "" */
	char pointer[256]; /* or "" */
	const char *word; /* of "signature[0]": "signature" */
};

/* false: the check looks at nothing that a behaviour could explain. */
bool causes_look_of(struct causes_look *l, const char *expect);

#define CAUSES_PARTS (PART_CONNECTION + 1)

/* How near a part is to what a check looks at; 0: it explains nothing. */
extern const unsigned char causes_look_nearness[][CAUSES_PARTS];

/* Among behaviours of one part, those that lose more rank higher. */
extern const unsigned char causes_look_ranks[BEHAVIOUR_KINDS];

#endif
