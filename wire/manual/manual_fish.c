/* The completion for fish. */
#include <string.h>

#include "wire/manual/manual_private.h"

static void add_quoted(struct buf *out, const char *text)
{
	buf_add_byte(out, '\'');
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			buf_add_byte(out, '\\');
		buf_add_byte(out, *text);
	}
	buf_add_byte(out, '\'');
}

/* "complete -c ccprobe -n '... run'", to which a line goes on. */
static void begin(const struct manual *m, const struct manual_part *p,
		  struct buf *out)
{
	buf_addf(out, "complete -c %s", m->program);
	if (manual_has_commands(m))
		buf_addf(out, " -n '__fish_seen_subcommand_from %s'", p->name);
}

static void add_value(const struct manual *m, const struct option_row *row,
		      struct buf *out)
{
	const char *words = NULL;

	switch (manual_value_of(m, row, &words)) {
	case VALUE_NONE:
		break;
	case VALUE_ANY:
		buf_add_text(out, " -x");
		break;
	case VALUE_FILE:
		buf_add_text(out, " -r -F");
		break;
	case VALUE_DIR:
		buf_add_text(out, " -x -a '(__fish_complete_directories)'");
		break;
	case VALUE_WORDS:
		buf_addf(out, " -x -a '%s'", words);
		break;
	}
}

static void add_part(const struct manual *m, const struct manual_part *p,
		     struct buf *out)
{
	for (const struct option_row *row = p->rows; row && row->name; row++) {
		begin(m, p, out);
		buf_addf(out, " -l %s", row->name);
		add_value(m, row, out);
		buf_add_text(out, " -d ");
		add_quoted(out, row->help);
		buf_add_byte(out, '\n');
	}
	if (p->takes == TAKES_FILES)
		return;
	begin(m, p, out);
	buf_add_text(out, " -f");
	if (p->takes == TAKES_CASES)
		buf_addf(out,
			 " -a '(%s list (commandline -ct)\"*\" 2>/dev/null | "
			 "string replace -r \" .*\" \"\")'",
			 m->program);
	buf_add_byte(out, '\n');
}

void manual_fish_write(const struct manual *m, struct buf *out)
{
	buf_addf(out, "# fish completion for %s, made from its option tables\n",
		 m->program);
	for (size_t i = 0; manual_has_commands(m) && i < m->count; i++) {
		buf_addf(out,
			 "complete -c %s -n __fish_use_subcommand -f -a %s "
			 "-d ",
			 m->program, m->parts[i].name);
		add_quoted(out, m->parts[i].brief);
		buf_add_byte(out, '\n');
	}
	for (size_t i = 0; i < m->count; i++)
		add_part(m, &m->parts[i], out);
}
