/* The page for man, in the macros of man(7). */
#include <ctype.h>
#include <string.h>

#include "wire/manual/manual_private.h"

/* Hyphens that are typed are minus signs, so that they can be copied. */
static void add_plain(struct buf *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (c == '\\')
			buf_add_text(out, "\\e");
		else if (c == '-')
			buf_add_text(out, "\\-");
		else if (c == '\'')
			buf_add_text(out, "\\(aq");
		else if (c == '`')
			buf_add_text(out, "\\(ga");
		else
			buf_add_byte(out, c);
	}
}

/* A line of text; at its start a dot would be a macro. */
static void add_line(struct buf *out, struct span text)
{
	if (span_starts(text, "."))
		buf_add_text(out, "\\&");
	add_plain(out, text);
	buf_add_byte(out, '\n');
}

/* Indented lines are examples, which are printed unchanged. */
static void add_paragraphs(struct buf *out, const char *text)
{
	struct span rest = span_of(text), line;
	bool is_example = false;

	while (rest.len > 0 && span_split(&rest, '\n', &line)) {
		bool indented = span_starts(line, " ");

		if (indented != is_example && line.len > 0) {
			buf_add_text(out, indented ? ".PP\n.EX\n" : ".EE\n");
			is_example = indented;
		}
		if (line.len == 0)
			buf_add_text(out, ".PP\n");
		else
			add_line(out, line);
	}
	buf_add_text(out, is_example ? ".EE\n" : "");
}

static void add_upper(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_add_byte(out, (char)toupper((unsigned char)*text));
}

static void add_options(const struct manual_part *p, struct buf *out)
{
	for (const struct option_row *row = p->rows; row && row->name; row++) {
		buf_add_text(out, ".TP\n\\fB\\-\\-");
		add_plain(out, span_of(row->name));
		buf_add_text(out, "\\fR");
		if (row->kind != OPTION_FLAG) {
			buf_add_text(out, " \\fI");
			add_plain(out, span_of(row->value));
			buf_add_text(out, "\\fR");
		}
		buf_add_byte(out, '\n');
		add_line(out, span_of(row->help));
	}
}

static void add_usage(const struct manual *m, const struct manual_part *p,
		      struct buf *out)
{
	buf_addf(out, "\\fB%s", m->program);
	if (manual_has_commands(m))
		buf_addf(out, " %s", p->name);
	buf_add_text(out, "\\fR ");
	add_line(out, span_of(p->usage));
}

static void add_part(const struct manual *m, const struct manual_part *p,
		     struct buf *out)
{
	if (manual_has_commands(m)) {
		buf_addf(out, ".SS %s %s\n", m->program, p->name);
		add_usage(m, p, out);
		buf_add_text(out, ".PP\n");
		add_line(out, span_of(p->brief));
	}
	add_options(p, out);
}

void manual_man_write(const struct manual *m, struct buf *out)
{
	buf_add_text(out, ".\\\" Made from the option tables of the program.\n"
			  ".TH ");
	add_upper(out, m->program);
	buf_addf(out,
		 " 1 \"\" \"ccprobe " CCPROBE_VERSION "\"\n.SH NAME\n%s \\- ",
		 m->program);
	add_line(out, span_of(m->title));
	buf_add_text(out, ".SH SYNOPSIS\n");
	for (size_t i = 0; i < m->count; i++) {
		buf_add_text(out, i > 0 ? ".br\n" : "");
		add_usage(m, &m->parts[i], out);
	}
	buf_add_text(out, ".SH DESCRIPTION\n");
	add_paragraphs(out, m->about);
	buf_add_text(out, manual_has_commands(m) ? ".SH COMMANDS\n"
						 : ".SH OPTIONS\n");
	for (size_t i = 0; i < m->count; i++)
		add_part(m, &m->parts[i], out);
	for (const struct manual_section *s = m->sections; s->heading; s++) {
		buf_addf(out, ".SH %s\n", s->heading);
		add_paragraphs(out, s->text);
	}
}
