/* The completion for zsh. */
#include <string.h>

#include "wire/manual/manual_private.h"

/* Text in a specification of _arguments, which is in single quotes. */
static void add_text(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_add_text(out, "'\\''");
		else if (strchr(":[]\\", *text))
			buf_addf(out, "\\%c", *text);
		else
			buf_add_byte(out, *text);
	}
}

static void add_action(const struct manual *m, const struct option_row *row,
		       struct buf *out)
{
	const char *words = NULL;

	switch (manual_value_of(m, row, &words)) {
	case VALUE_NONE:
	case VALUE_ANY:
		buf_add_byte(out, ' ');
		break;
	case VALUE_FILE:
		buf_add_text(out, "_files");
		break;
	case VALUE_DIR:
		buf_add_text(out, "_files -/");
		break;
	case VALUE_WORDS:
		buf_addf(out, "(%s)", words);
		break;
	}
}

static void add_option(const struct manual *m, const struct option_row *row,
		       struct buf *out)
{
	bool has_value = row->kind != OPTION_FLAG;

	buf_addf(out, " \\\n\t\t\t'%s--%s%s[",
		 row->kind == OPTION_LIST ? "*" : "", row->name,
		 has_value ? "=" : "");
	add_text(out, row->help);
	buf_add_byte(out, ']');
	if (has_value) {
		buf_add_byte(out, ':');
		add_text(out, row->value);
		buf_add_byte(out, ':');
		add_action(m, row, out);
	}
	buf_add_byte(out, '\'');
}

static void add_part(const struct manual *m, const struct manual_part *p,
		     struct buf *out)
{
	buf_addf(out, "\t%s)\n\t\t_arguments",
		 manual_has_commands(m) ? p->name : "*");
	for (const struct option_row *row = p->rows; row && row->name; row++)
		add_option(m, row, out);
	if (p->takes == TAKES_FILES)
		buf_add_text(out, " \\\n\t\t\t'*:file:_files'");
	if (p->takes == TAKES_CASES)
		buf_addf(out, " \\\n\t\t\t'*:case:_%s_cases'", m->program);
	buf_add_text(out, "\n\t\t;;\n");
}

static void add_commands(const struct manual *m, struct buf *out)
{
	buf_add_text(out, "\tlocal -a commands\n\tcommands=(\n");
	for (size_t i = 0; i < m->count; i++) {
		buf_addf(out, "\t\t'%s:", m->parts[i].name);
		add_text(out, m->parts[i].brief);
		buf_add_text(out, "'\n");
	}
	buf_add_text(out,
		     "\t\t'help:list the commands, or explain one'\n\t)\n");
}

static const char cases[] =
	"_@_cases() {\n"
	"\tlocal -a ids\n"
	"\tids=(${(f)\"$(@ list \"$PREFIX*\" 2>/dev/null | cut -d' ' -f1)\"})\n"
	"\tcompadd -a ids\n"
	"}\n";
/* The command becomes the first word, as _arguments wants it. */
static const char choosing[] =
	"\tif (( CURRENT == 2 )) || [[ $words[2] == help ]]; then\n"
	"\t\t_describe command commands\n"
	"\t\treturn\n"
	"\tfi\n"
	"\tshift words\n"
	"\t(( CURRENT-- ))\n"
	"\tcase $words[1] in\n";

void manual_zsh_write(const struct manual *m, struct buf *out)
{
	bool has_commands = manual_has_commands(m);

	buf_addf(out,
		 "#compdef %s\n"
		 "# zsh completion for %s, made from its option tables\n",
		 m->program, m->program);
	if (has_commands)
		manual_add_replaced(out, cases, "@", m->program);
	buf_addf(out, "_%s() {\n", m->program);
	if (has_commands)
		add_commands(m, out);
	buf_add_text(out, has_commands ? choosing : "\tcase x in\n");
	for (size_t i = 0; i < m->count; i++)
		add_part(m, &m->parts[i], out);
	buf_addf(out, "\tesac\n}\n_%s \"$@\"\n", m->program);
}
