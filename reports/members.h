/* Writing JSON objects member by member. */
#ifndef REPORTS_MEMBERS_H
#define REPORTS_MEMBERS_H

#include "wire/bytes/buf.h"

/* Of one object; the first has no comma in front. */
struct members {
	struct buf *out;
	bool any;
	bool lines; /* for people: a line each */
};

/* Begins a member; its value is appended by the caller. */
void member(struct members *m, const char *name);

/* A text that is NULL is left out. */
void member_text(struct members *m, const char *name, const char *value);
void member_number(struct members *m, const char *name, long long value);
void member_bool(struct members *m, const char *name, bool value);

#endif
