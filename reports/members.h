/* Writes JSON objects member by member. */
#ifndef REPORTS_MEMBERS_H
#define REPORTS_MEMBERS_H

#include "wire/bytes/buf.h"

/* The members of one object; there is no comma before the first. */
struct members {
	struct buf *out;
	bool any;
	bool lines; /* one member per line, for people */
};

/* Begins a member; its value is appended by the caller. */
void member(struct members *m, const char *name);

/* Leaves out a value that is NULL. */
void member_text(struct members *m, const char *name, const char *value);
void member_number(struct members *m, const char *name, long long value);
void member_bool(struct members *m, const char *name, bool value);

#endif
