/*
 * Command lines read through a table; the help text comes from the same rows.
 * "--name value" and "--name=value" are the same; "--" ends the options; "-h"
 * is "--help" and "-v" is "--verbose" where the table has that row. Nothing is
 * printed here.
 */
#ifndef WIRE_BYTES_OPTION_H
#define WIRE_BYTES_OPTION_H

#include "wire/bytes/buf.h"
#include "wire/bytes/fail.h"

enum option_kind {
	OPTION_FLAG, /* bool; takes no value */
	OPTION_TEXT, /* const char *, borrowed from argv; at most once */
	OPTION_U32, /* uint32_t, a whole decimal number; at most once */
	OPTION_LIST, /* struct option_list; any number of times */
};

struct option_list {
	const char **list; /* the texts are borrowed from argv */
	size_t count;
};

struct option_row {
	const char *name; /* without the dashes; NULL ends the table */
	enum option_kind kind;
	size_t offset; /* of the member in the struct that `into` points to */
	const char *value; /* what the help calls the value: "ADDR:PORT" */
	const char *help;
};

#define OPTION_ROWS_LIMIT 64

/*
 * Reads argv[1] to argv[argc - 1] into the struct that `into` points to, whose
 * members hold the defaults; arguments that are no options go into `rest`.
 * FAIL_USAGE. The caller clears the lists, also after a failure.
 */
int option_parse(const struct option_row *rows, int argc, char **argv,
		 void *into, struct option_list *rest, struct fail *f);

/* `text` is borrowed. */
void option_list_add(struct option_list *l, const char *text);
void option_list_clear(struct option_list *l);

/* Appends one entry for each row, help texts in a column of their own. */
void option_help(const struct option_row *rows, struct buf *out);

/* The value of the variable NAME where the text is "env:NAME", else the text
 * itself; borrowed. NULL: the variable is not set (FAIL_USAGE). */
const char *option_env(const char *text, struct fail *f);

/*
 * A value that may be kept off the command line: "env:NAME" gives the value of
 * that variable, which must be set; any other text gives itself. An empty value
 * is FAIL_USAGE. The message names `option`. *out is yours to free().
 */
int option_secret(char **out, const char *option, const char *text,
		  struct fail *f);

#endif
