/*
 * Writes a program's manual from its option tables, in the forms that are
 * installed: a page for man, and completions for three shells.
 */
#ifndef WIRE_MANUAL_MANUAL_H
#define WIRE_MANUAL_MANUAL_H

#include "wire/bytes/buf.h"
#include "wire/bytes/option.h"

enum manual_takes { /* what arguments that are no options are */
		    TAKES_NOTHING,
		    TAKES_FILES,
		    TAKES_CASES, /* ids that `PROGRAM list` prints */
};

struct manual_part { /* a command, or the whole program if it has none */
	const char *name; /* "run"; "": no command */
	const char *usage, *brief;
	const struct option_row *rows;
	enum manual_takes takes;
};

struct manual_choice { /* the words that an option may have as its value */
	const char *option;
	const char *words; /* "must should may" */
};

struct manual_section { /* of the page, after the options */
	const char *heading;
	const char *text; /* paragraphs, with an empty line between */
};

struct manual {
	const char *program, *title;
	const char *about; /* paragraphs, as above */
	const struct manual_part *parts;
	size_t count;
	const struct manual_choice
		*choices; /* ended by NULL, as the sections */
	const struct manual_section *sections;
};

/* Appends the form that is asked for as "--man", "--bash", "--zsh" or "--fish".
 * false: it is none of these. */
bool manual_write(const struct manual *m, const char *form, struct buf *out);

#endif
