/* wire/manual: the page and the completions of a program with commands, and of
 * one without; what an option's value is; marks that each form has to escape. */
#include "wire/manual/manual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/manual/manual_private.h"

static const struct option_row run_rows[] = {
	{ "level", OPTION_TEXT, 0, "LEVEL", "how bad: 'must' [or less]" },
	{ "quiet", OPTION_FLAG, 0, NULL, "ids alone" },
	{ "skip", OPTION_LIST, 0, "WORD", "not these; repeatable" },
	{ "suite", OPTION_TEXT, 0, "DIR", ".hidden is one" },
	{ .name = NULL }
};
static const struct option_row look_rows[] = {
	{ "from", OPTION_TEXT, 0, "FILE", "a report, a\\b" }, { .name = NULL }
};
static const struct manual_part parts[] = {
	{ "run", "[OPTION...] [ID...]", "runs cases: all", run_rows,
	  TAKES_CASES },
	{ "look", "FILE", "looks at one's file", look_rows, TAKES_FILES },
};
static const struct manual_choice choices[] = { { "level", "must may" },
						{ NULL, NULL } };
static const struct manual_section sections[] = {
	{ "EXIT STATUS",
	  "0 it is well\n.5 it is not\n\nanything else: `odd'\n" },
	{ "SEE", "    more\n1" },
	{ NULL, NULL }
};
static const struct manual with_commands = {
	"tool",
	"tries a-b",
	"It tries.\n\n    tool run --level must\n\nMore words.",
	parts,
	2,
	choices,
	sections,
};

static const struct option_row server_rows[] = {
	{ "port", OPTION_U32, 0, "N", "where it listens" },
	{ "cert", OPTION_TEXT, 0, "PEM", "what it shows" },
	{ .name = NULL }
};
static const struct manual_part server_part = { "", "[FILE]", "", server_rows,
						TAKES_NOTHING };
static const struct manual_section no_sections[] = { { NULL, NULL } };
static const struct manual without_commands = {
	"served",     "serves", "It serves.\n    served --port 1",
	&server_part, 1,        NULL,
	no_sections,
};

static void is_written(const struct manual *m, const char *form,
		       const char *expected)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	assert_true(manual_write(m, form, &out));
	assert_string_equal(buf_str(&out), expected);
	buf_clear(&out);
}

static void t_page(void **state)
{
	(void)state;
	is_written(&with_commands, "--man",
		   ".\\\" Made from the option tables of the program.\n"
		   ".TH TOOL 1 \"\" \"ccprobe " CCPROBE_VERSION "\"\n"
		   ".SH NAME\ntool \\- tries a\\-b\n"
		   ".SH SYNOPSIS\n"
		   "\\fBtool run\\fR [OPTION...] [ID...]\n"
		   ".br\n"
		   "\\fBtool look\\fR FILE\n"
		   ".SH DESCRIPTION\nIt tries.\n.PP\n"
		   ".PP\n.EX\n    tool run \\-\\-level must\n.PP\n.EE\n"
		   "More words.\n"
		   ".SH COMMANDS\n"
		   ".SS tool run\n"
		   "\\fBtool run\\fR [OPTION...] [ID...]\n"
		   ".PP\nruns cases: all\n"
		   ".TP\n\\fB\\-\\-level\\fR \\fILEVEL\\fR\n"
		   "how bad: \\(aqmust\\(aq [or less]\n"
		   ".TP\n\\fB\\-\\-quiet\\fR\nids alone\n"
		   ".TP\n\\fB\\-\\-skip\\fR \\fIWORD\\fR\n"
		   "not these; repeatable\n"
		   ".TP\n\\fB\\-\\-suite\\fR \\fIDIR\\fR\n"
		   "\\&.hidden is one\n"
		   ".SS tool look\n"
		   "\\fBtool look\\fR FILE\n"
		   ".PP\nlooks at one\\(aqs file\n"
		   ".TP\n\\fB\\-\\-from\\fR \\fIFILE\\fR\n"
		   "a report, a\\eb\n"
		   ".SH EXIT STATUS\n0 it is well\n\\&.5 it is not\n.PP\n"
		   "anything else: \\(gaodd\\(aq\n"
		   ".SH SEE\n.PP\n.EX\n    more\n.EE\n1\n");
	is_written(&without_commands, "--man",
		   ".\\\" Made from the option tables of the program.\n"
		   ".TH SERVED 1 \"\" \"ccprobe " CCPROBE_VERSION "\"\n"
		   ".SH NAME\nserved \\- serves\n"
		   ".SH SYNOPSIS\n\\fBserved\\fR [FILE]\n"
		   ".SH DESCRIPTION\nIt serves.\n"
		   ".PP\n.EX\n    served \\-\\-port 1\n.EE\n"
		   ".SH OPTIONS\n"
		   ".TP\n\\fB\\-\\-port\\fR \\fIN\\fR\nwhere it listens\n"
		   ".TP\n\\fB\\-\\-cert\\fR \\fIPEM\\fR\nwhat it shows\n");
}

static void t_fish(void **state)
{
	(void)state;
	is_written(
		&with_commands, "--fish",
		"# fish completion for tool, made from its option tables\n"
		"complete -c tool -n __fish_use_subcommand -f -a run -d "
		"'runs cases: all'\n"
		"complete -c tool -n __fish_use_subcommand -f -a look -d "
		"'looks at one\\'s file'\n"
		"complete -c tool -n '__fish_seen_subcommand_from run' -l "
		"level -x -a 'must may' -d 'how bad: \\'must\\' [or less]'\n"
		"complete -c tool -n '__fish_seen_subcommand_from run' -l "
		"quiet -d 'ids alone'\n"
		"complete -c tool -n '__fish_seen_subcommand_from run' -l "
		"skip -x -d 'not these; repeatable'\n"
		"complete -c tool -n '__fish_seen_subcommand_from run' -l "
		"suite -x -a '(__fish_complete_directories)' -d "
		"'.hidden is one'\n"
		"complete -c tool -n '__fish_seen_subcommand_from run' -f -a "
		"'(tool list (commandline -ct)\"*\" 2>/dev/null | "
		"string replace -r \" .*\" \"\")'\n"
		"complete -c tool -n '__fish_seen_subcommand_from look' -l "
		"from -r -F -d 'a report, a\\\\b'\n");
	is_written(&without_commands, "--fish",
		   "# fish completion for served, made from its option tables\n"
		   "complete -c served -l port -x -d 'where it listens'\n"
		   "complete -c served -l cert -r -F -d 'what it shows'\n"
		   "complete -c served -f\n");
}

/* The lines of a form that are not the same for every program. */
static void has(const struct manual *m, const char *form,
		const char *const *lines)
{
	struct buf out = BUF_INIT(BUF_NO_LIMIT);
	const char *at;

	assert_true(manual_write(m, form, &out));
	assert_null(strstr(buf_str(&out), "_@"));
	assert_null(strstr(buf_str(&out), "@ list"));
	at = buf_str(&out);
	for (; *lines; lines++) { /* in this order */
		at = strstr(at, *lines);
		if (!at)
			fail_msg("%s lacks: %s\nin:\n%s", form, *lines,
				 buf_str(&out));
		at += strlen(*lines);
	}
	buf_clear(&out);
}

static void t_bash(void **state)
{
	static const char *const commands[] = {
		"# bash completion for tool, made from its option tables\n"
		"_tool_words() {",
		"_tool_cases() { _tool_words \"$(tool list ", "_tool() {\n",
		"\tcase $command in\n"
		"\t'' | help)\n\t\t_tool_words 'help run look --help "
		"--version' ;;\n"
		"\trun)\n\t\tcase $prev in\n"
		"\t\t--level) _tool_words 'must may'; return ;;\n"
		"\t\t--skip) return ;;\n"
		"\t\t--suite) _tool_files -d; return ;;\n"
		"\t\tesac\n\t\tcase $cur in\n"
		"\t\t-*) _tool_words '--level --quiet --skip --suite' ;;\n"
		"\t\t*) _tool_cases ;;\n\t\tesac\n\t\t;;\n"
		"\tlook)\n\t\tcase $prev in\n"
		"\t\t--from) _tool_files -f; return ;;\n"
		"\t\tesac\n\t\tcase $cur in\n"
		"\t\t-*) _tool_words '--from' ;;\n"
		"\t\t*) _tool_files -f ;;\n\t\tesac\n\t\t;;\n"
		"\tesac\n}\ncomplete -F _tool tool\n",
		NULL
	};
	static const char *const alone[] = {
		"\tcase $command in\n"
		"\t*)\n\t\tcase $prev in\n"
		"\t\t--port) return ;;\n"
		"\t\t--cert) _served_files -f; return ;;\n"
		"\t\tesac\n\t\tcase $cur in\n"
		"\t\t-*) _served_words '--port --cert' ;;\n"
		"\t\tesac\n\t\t;;\n"
		"\tesac\n}\ncomplete -F _served served\n",
		NULL
	};

	(void)state;
	has(&with_commands, "--bash", commands);
	has(&without_commands, "--bash", alone);
}

static void t_zsh(void **state)
{
	static const char *const commands[] = {
		"#compdef tool\n",
		"_tool_cases() {\n",
		"tool list \"$PREFIX*\"",
		"\tcommands=(\n\t\t'run:runs cases\\: all'\n"
		"\t\t'look:looks at one'\\''s file'\n"
		"\t\t'help:list the commands, or explain one'\n\t)\n",
		"\tcase $words[1] in\n"
		"\trun)\n\t\t_arguments"
		" \\\n\t\t\t'--level=[how bad\\: '\\''must'\\'' \\[or "
		"less\\]]:LEVEL:(must may)'"
		" \\\n\t\t\t'--quiet[ids alone]'"
		" \\\n\t\t\t'*--skip=[not these; repeatable]:WORD: '"
		" \\\n\t\t\t'--suite=[.hidden is one]:DIR:_files -/'"
		" \\\n\t\t\t'*:case:_tool_cases'\n\t\t;;\n"
		"\tlook)\n\t\t_arguments"
		" \\\n\t\t\t'--from=[a report, a\\\\b]:FILE:_files'"
		" \\\n\t\t\t'*:file:_files'\n\t\t;;\n"
		"\tesac\n}\n_tool \"$@\"\n",
		NULL
	};
	static const char *const alone[] = {
		"_served() {\n\tcase x in\n\t*)\n\t\t_arguments"
		" \\\n\t\t\t'--port=[where it listens]:N: '"
		" \\\n\t\t\t'--cert=[what it shows]:PEM:_files'\n\t\t;;\n"
		"\tesac\n}\n_served \"$@\"\n",
		NULL
	};

	(void)state;
	has(&with_commands, "--zsh", commands);
	has(&without_commands, "--zsh", alone);
}

static void t_no_form(void **state)
{
	static const char *const forms[] = { "", "man", "--m", "--manual",
					     "--help" };
	struct buf out = BUF_INIT(BUF_NO_LIMIT);

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		assert_false(manual_write(&with_commands, forms[i], &out));
	assert_int_equal(out.len, 0);
	buf_clear(&out);
}

static void t_values(void **state)
{
	static const struct {
		struct option_row row;
		enum manual_value is;
	} table[] = {
		{ { "a", OPTION_FLAG, 0, NULL, "" }, VALUE_NONE },
		{ { "level", OPTION_FLAG, 0, NULL, "" }, VALUE_NONE },
		{ { "level", OPTION_TEXT, 0, "FILE", "" }, VALUE_WORDS },
		{ { "a", OPTION_TEXT, 0, "FILE", "" }, VALUE_FILE },
		{ { "a", OPTION_LIST, 0, "NAME|FILE", "" }, VALUE_FILE },
		{ { "a", OPTION_TEXT, 0, "PEM", "" }, VALUE_FILE },
		{ { "a", OPTION_TEXT, 0, "RUN", "" }, VALUE_FILE },
		{ { "a", OPTION_TEXT, 0, "RUNS", "" }, VALUE_ANY },
		{ { "a", OPTION_TEXT, 0, "DIR", "" }, VALUE_DIR },
		{ { "a", OPTION_U32, 0, "N", "" }, VALUE_ANY },
	};
	const char *words;

	(void)state;
	assert_true(manual_has_commands(&(struct manual){
		.parts = &(struct manual_part){ .name = "a" } }));
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		words = NULL;
		assert_int_equal(
			manual_value_of(&with_commands, &table[i].row, &words),
			table[i].is);
		if (table[i].is == VALUE_WORDS)
			assert_string_equal(words, "must may");
		else
			assert_null(words);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		{ "manual: a page", t_page, NULL, NULL, NULL },
		{ "manual: bash", t_bash, NULL, NULL, NULL },
		{ "manual: zsh", t_zsh, NULL, NULL, NULL },
		{ "manual: fish", t_fish, NULL, NULL, NULL },
		{ "manual: what is no form", t_no_form, NULL, NULL, NULL },
		{ "manual: values", t_values, NULL, NULL, NULL },
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("manual", tests, NULL, NULL);
}
