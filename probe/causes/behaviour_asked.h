/* What the files about translated requests share. */
#ifndef PROBE_CAUSES_BEHAVIOUR_ASKED_H
#define PROBE_CAUSES_BEHAVIOUR_ASKED_H

#include "probe/causes/behaviour_translation.h"

enum { BEHAVIOUR_ASKED_BLOCKS = 1024, BEHAVIOUR_ASKED_PLACE = 96 };

struct behaviour_asked_block {
	struct jval block;
	char place[BEHAVIOUR_ASKED_PLACE]; /* a pointer in the client's form */
};

struct behaviour_asked_blocks {
	struct behaviour_asked_block list[BEHAVIOUR_ASKED_BLOCKS];
	size_t count;
};

struct behaviour_asked_pair {
	const struct behaviour_reading *r;
	struct jval c, u; /* the plain forms of both sides */
	struct buf system, turns; /* all strings that the provider got */
	struct behaviour_asked_blocks c_calls, u_calls, c_results, u_results;
	bool lost; /* a BEHAVIOUR_ASKED_LOST was reported */
};

/* Report a behaviour. `place` is a pointer in the client's form, `was` the
 * value there. */
void behaviour_asked_saw(struct behaviour_asked_pair *p,
			 enum behaviour_kind kind, const char *subject,
			 const char *said, const char *place, struct jval was);
void behaviour_asked_lost(struct behaviour_asked_pair *p, const char *subject,
			  const char *said, const char *place, struct jval was);
void behaviour_asked_other(struct behaviour_asked_pair *p, const char *subject,
			   const char *said, const char *place,
			   struct jval was);

/* A name that every vendor accepts. */
bool behaviour_asked_plain_name(struct jval name);
/* Both exist and are the same value. */
bool behaviour_asked_same(struct jval a, struct jval b);
/* The n-th item of a list; text.at is NULL if there is none. */
struct jval behaviour_asked_nth(struct jval list, size_t n);

/* Compares tools, tool choice, limits, effort and format. */
void behaviour_asked_tools(struct behaviour_asked_pair *p);

#endif
