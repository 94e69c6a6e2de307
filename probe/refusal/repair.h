/*
 * What to change so that a finding about the client's configuration goes away:
 * a value of a settings file or of the shell, or a sentence where no program
 * can know the value. A credential is written as $NAME.
 */
#ifndef PROBE_REFUSAL_REPAIR_H
#define PROBE_REFUSAL_REPAIR_H

#include "wire/bytes/buf.h"

enum repair_kind {
	REPAIR_SET, /* the member gets the value */
	REPAIR_REMOVE, /* the member is taken out */
	REPAIR_HAND, /* `value` says what a person has to do */
};

struct repair {
	enum repair_kind kind;
	const char *code; /* of the finding; static */
	char *file; /* "~/.claude/settings.json"; NULL: the shell's own
			environment */
	/* "env.ANTHROPIC_BASE_URL", "model"; without a file the variable; NULL:
	 * no one member is meant */
	char *member;
	char *value; /* NULL: the member is removed */
};

struct repairs {
	struct repair *list;
	size_t count;
};

/* Adds one; texts are copied and may be NULL. */
void repairs_add(struct repairs *s, const struct repair *r);
void repairs_clear(struct repairs *s);

const char *repair_name(enum repair_kind kind); /* "set", as in JSON reports */

/* Appends one line without a line end: a shell command, or the member to change
 * in a file. */
void repair_text(const struct repair *r, struct buf *out);

#endif
