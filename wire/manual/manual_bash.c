/* The completion for bash. */
#include <string.h>

#include "wire/manual/manual_private.h"

/* What bash offers for the value of an option; nothing for any text. */
static void add_value(const struct manual *m, const struct option_row *row,
		      struct buf *out)
{
	const char *words = NULL;

	switch (manual_value_of(m, row, &words)) {
	case VALUE_NONE:
		break;
	case VALUE_ANY:
		buf_addf(out, "\t\t--%s) return ;;\n", row->name);
		break;
	case VALUE_FILE:
		buf_addf(out, "\t\t--%s) _%s_files -f; return ;;\n", row->name,
			 m->program);
		break;
	case VALUE_DIR:
		buf_addf(out, "\t\t--%s) _%s_files -d; return ;;\n", row->name,
			 m->program);
		break;
	case VALUE_WORDS:
		buf_addf(out, "\t\t--%s) _%s_words '%s'; return ;;\n",
			 row->name, m->program, words);
		break;
	}
}

static void add_operands(const struct manual *m, const struct manual_part *p,
			 struct buf *out)
{
	switch (p->takes) {
	case TAKES_NOTHING:
		break;
	case TAKES_FILES:
		buf_addf(out, "\t\t*) _%s_files -f ;;\n", m->program);
		break;
	case TAKES_CASES:
		buf_addf(out, "\t\t*) _%s_cases ;;\n", m->program);
		break;
	}
}

static void add_part(const struct manual *m, const struct manual_part *p,
		     struct buf *out)
{
	buf_addf(out, "\t%s)\n\t\tcase $prev in\n",
		 manual_has_commands(m) ? p->name : "*");
	for (const struct option_row *row = p->rows; row && row->name; row++)
		add_value(m, row, out);
	buf_addf(out, "\t\tesac\n\t\tcase $cur in\n\t\t-*) _%s_words '",
		 m->program);
	for (const struct option_row *row = p->rows; row && row->name; row++)
		buf_addf(out, "%s--%s", row == p->rows ? "" : " ", row->name);
	buf_add_text(out, "' ;;\n");
	add_operands(m, p, out);
	buf_add_text(out, "\t\tesac\n\t\t;;\n");
}

static void add_commands(const struct manual *m, struct buf *out)
{
	buf_addf(out, "\t'' | help)\n\t\t_%s_words 'help", m->program);
	for (size_t i = 0; i < m->count; i++)
		buf_addf(out, " %s", m->parts[i].name);
	buf_add_text(out, " --help --version' ;;\n");
}

/* Functions that all commands use. An option and its value may be joined by '=',
 * which is a word of its own to bash. */
static const char helpers[] =
	"_@_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); "
	"}\n"
	"_@_files() {\n"
	"\tcompopt -o filenames 2>/dev/null\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
	"}\n";
static const char cases[] =
	"_@_cases() { _@_words \"$(@ list \"$cur*\" 2>/dev/null | cut -d' ' "
	"-f1)\"; }\n";
static const char beginning[] = "_@() {\n"
				"\tlocal cur=${COMP_WORDS[COMP_CWORD]} "
				"prev=${COMP_WORDS[COMP_CWORD-1]} "
				"command='' i\n"
				"\tCOMPREPLY=()\n"
				"\tif [ \"$cur\" = = ]; then\n"
				"\t\tcur=''\n"
				"\telif [ \"$prev\" = = ]; then\n"
				"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
				"\tfi\n"
				"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
				"\t\t[[ ${COMP_WORDS[i]} == -* ]] || { "
				"command=${COMP_WORDS[i]}; break; "
				"}\n"
				"\tdone\n"
				"\tcase $command in\n";

void manual_bash_write(const struct manual *m, struct buf *out)
{
	buf_addf(out, "# bash completion for %s, made from its option tables\n",
		 m->program);
	manual_add_replaced(out, helpers, "@", m->program);
	if (manual_has_commands(m))
		manual_add_replaced(out, cases, "@", m->program);
	manual_add_replaced(out, beginning, "@", m->program);
	if (manual_has_commands(m))
		add_commands(m, out);
	for (size_t i = 0; i < m->count; i++)
		add_part(m, &m->parts[i], out);
	buf_addf(out, "\tesac\n}\ncomplete -F _%s %s\n", m->program,
		 m->program);
}
