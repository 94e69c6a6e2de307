/* What the files about a translated request share. */
#ifndef PROBE_CAUSES_BEHAVIOUR_ASKED_H
#define PROBE_CAUSES_BEHAVIOUR_ASKED_H

#include "probe/causes/behaviour_translation.h"

enum { BEHAVIOUR_ASKED_BLOCKS = 1024, BEHAVIOUR_ASKED_PLACE = 96 };

struct behaviour_asked_block {
	struct jval block;
	char place[BEHAVIOUR_ASKED_PLACE]; /* in the client's form */
};

struct behaviour_asked_blocks {
	struct behaviour_asked_block list[BEHAVIOUR_ASKED_BLOCKS];
	size_t count;
};

struct behaviour_asked_pair {
	const struct behaviour_reading *r;
	struct jval c, u; /* plain forms */
	struct buf system, turns; /* words of the provider's side */
	struct behaviour_asked_blocks c_calls, u_calls, c_results, u_results;
	bool lost;
};

/* Tells it; place: a pointer in the client's form; was: what was there. */
void behaviour_asked_saw(struct behaviour_asked_pair *p,
			 enum behaviour_kind kind, const char *subject,
			 const char *said, const char *place, struct jval was);
void behaviour_asked_lost(struct behaviour_asked_pair *p, const char *subject,
			  const char *said, const char *place, struct jval was);
void behaviour_asked_other(struct behaviour_asked_pair *p, const char *subject,
			   const char *said, const char *place,
			   struct jval was);

/* A name that every vendor takes. */
bool behaviour_asked_plain_name(struct jval name);
/* Both are there, and the same value. */
bool behaviour_asked_same(struct jval a, struct jval b);
/* The n-th item of a list; text.at is NULL: there is none. */
struct jval behaviour_asked_nth(struct jval list, size_t n);

/* Tools, the choice of one, limits, effort and format. */
void behaviour_asked_tools(struct behaviour_asked_pair *p);

#endif
