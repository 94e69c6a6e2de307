/* Tells what kind of value an option has. */
#include <string.h>

#include "wire/manual/manual_private.h"

static const char *words_of(const struct manual *m, const char *option)
{
	const struct manual_choice *c = m->choices;

	for (; c && c->option; c++)
		if (strcmp(c->option, option) == 0)
			return c->words;
	return NULL;
}

enum manual_value manual_value_of(const struct manual *m,
				  const struct option_row *row,
				  const char **words)
{
	if (row->kind == OPTION_FLAG)
		return VALUE_NONE;
	*words = words_of(m, row->name);
	if (*words)
		return VALUE_WORDS;
	if (strstr(row->value, "FILE") || strcmp(row->value, "PEM") == 0 ||
	    strcmp(row->value, "RUN") == 0)
		return VALUE_FILE;
	return strcmp(row->value, "DIR") == 0 ? VALUE_DIR : VALUE_ANY;
}

bool manual_has_commands(const struct manual *m)
{
	return m->parts[0].name[0] != '\0';
}

void manual_add_replaced(struct buf *out, const char *text, const char *what,
			 const char *with)
{
	const char *at;

	while ((at = strstr(text, what))) {
		buf_add(out, text, (size_t)(at - text));
		buf_add_text(out, with);
		text = at + strlen(what);
	}
	buf_add_text(out, text);
}
