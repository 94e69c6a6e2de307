/* Makes the manual of ccprobe from the tables of its commands. */
#include <stdlib.h>

#include "formats/clientformat.h"
#include "probe/command/guide/guide.h"
#include "reports/reports.h"
#include "wire/bytes/mem.h"

#define REPORT_NAME(name, brief) " " #name

static const struct manual_choice choices[] = {
	{ "auth", "bearer x-api-key both" },
	{ "client-format", "messages bedrock vertex" },
	{ "fail-level", "must should may" },
	{ "keep", "fail all none" },
	{ "level", "must should may" },
	{ "report", REPORTS(REPORT_NAME) },
	{ NULL, NULL },
};

static const struct manual_section sections[] = {
	{ "EXIT STATUS",
	  "0: it conforms. 1: it does not. 2: wrong usage, or a faulty file. "
	  "3: nothing could be decided. 77: no case applies.\n" },
	{ "ENVIRONMENT",
	  "CCPROBE_SUITE: the folder with cases/, fixtures/ and targets/, "
	  "unless --suite names one.\n\nNO_COLOR: no colour on a "
	  "terminal.\n\nANTHROPIC_BASE_URL, ANTHROPIC_AUTH_TOKEN and others of "
	  "Claude Code: doctor reads them as Claude Code does; run takes the "
	  "key from them.\n\nCLAUDE: the program that live cases run.\n" },
	{ "FILES",
	  "share/ccprobe beside the folder of the program: the "
	  "suite.\n\nccprobe.json in the current folder: what `ccprobe init` "
	  "wrote about a gateway; `ccprobe run` reads it.\n" },
	{ "EXAMPLES", "  ccprobe run\n"
		      "  ccprobe run --gateway http://127.0.0.1:4000 --key "
		      "env:KEY --report html=report.html\n"
		      "  ccprobe run --exclude 'live/*' --failed-from "
		      "result.json\n"
		      "  ccprobe explain errors/status-kept/529\n"
		      "  ccprobe doctor\n" },
	{ "SEE ALSO", "ccmock(1), ccgate(1)\n" },
	{ NULL, NULL },
};

bool guide_manual(const struct command *const *commands, const char *form,
		  struct buf *out)
{
	struct manual m = {
		.program = "ccprobe",
		.title = "does a gateway serve Claude Code?",
		.about = "ccprobe sends a gateway what Claude Code sends, acts "
			 "as its provider,\nand compares both sides. It grades "
			 "a gateway (run), finds out why one fails (doctor, "
			 "bisect),\nand measures what it costs "
			 "(bench).\n\n`ccprobe help COMMAND` tells more of one "
			 "command.\n",
		.choices = choices,
		.sections = sections,
	};
	struct manual_part *parts;
	bool is_form;

	while (commands[m.count])
		m.count++;
	parts = xcalloc(m.count, sizeof(*parts));
	for (size_t i = 0; i < m.count; i++)
		parts[i] = (struct manual_part){
			.name = commands[i]->name,
			.usage = commands[i]->usage,
			.brief = commands[i]->brief,
			.rows = commands[i]->rows,
			.takes = commands[i]->takes,
		};
	m.parts = parts;
	is_form = manual_write(&m, form, out);
	free(parts);
	return is_form;
}
