/* What the forms of a manual share. */
#ifndef WIRE_MANUAL_MANUAL_PRIVATE_H
#define WIRE_MANUAL_MANUAL_PRIVATE_H

#include "wire/manual/manual.h"

enum manual_value {
	VALUE_NONE, /* a flag */
	VALUE_ANY,
	VALUE_FILE,
	VALUE_DIR,
	VALUE_WORDS,
};

/* What kind of value an option has; *words: the words that it may be. */
enum manual_value manual_value_of(const struct manual *m,
				  const struct option_row *row,
				  const char **words);

bool manual_has_commands(const struct manual *m);

/* Appends the text with `with` in the place of each `what`. */
void manual_add_replaced(struct buf *out, const char *text, const char *what,
			 const char *with);

void manual_man_write(const struct manual *m, struct buf *out);
void manual_bash_write(const struct manual *m, struct buf *out);
void manual_zsh_write(const struct manual *m, struct buf *out);
void manual_fish_write(const struct manual *m, struct buf *out);

#endif
