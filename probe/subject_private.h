/* What the files of subjects share: the table, and asking one row. */
#ifndef PROBE_SUBJECT_PRIVATE_H
#define PROBE_SUBJECT_PRIVATE_H

#include "probe/subject.h"

enum subject_takes {
	TAKES_NOTHING,
	TAKES_POINTER, /* "#/pointer" may follow */
	TAKES_NAME, /* the rest is a name */
	TAKES_EVENT, /* "[0]", "[last]" or "[NAME]"; a pointer may follow */
	TAKES_BLOCK, /* "[0]"; a pointer may follow */
};

struct asked {
	const struct view *view;
	const struct exchange *x; /* NULL only for rows that say `always` */
	const char *actor, *argument;
	bool blot; /* for printing: credentials in heads are blotted out */
};

struct subject_row {
	const char *word;
	enum subject_takes takes;
	bool always; /* has a value where there is no exchange */
	void (*get)(const struct asked *a, struct value *out);
	const char *shown; /* as users spell it */
	const char *help;
};

/* Ends with a row without a word. */
extern const struct subject_row subject_rows[];

void value_absent(struct value *v, const char *why);

#endif
