/* Writes what ccprobe says about itself. */
#include "probe/command/guide/guide.h"

#include <stdlib.h>

#include "probe/suite/place.h"

void guide_first(struct buf *out)
{
	buf_add_text(
		out,
		"ccprobe tells whether a gateway serves Claude Code as the "
		"Anthropic API would.\n\n"
		"Claude Code fails with a gateway, and you want to know why:\n"
		"    ccprobe doctor\n\n"
		"You make or run a gateway, and want to know what it breaks:\n"
		"    ccprobe run --gateway http://127.0.0.1:4000 --key "
		"env:KEY\n\n"
		"You write a gateway or an agent, and need a provider to test "
		"it with:\n"
		"    ccmock --listen 127.0.0.1:8473\n\n"
		"`ccprobe help` lists all commands. `ccprobe run` alone grades "
		"the bundled gateway.\n");
}

void guide_commands(const struct command *const *commands, struct buf *out)
{
	buf_add_text(out, "usage: ccprobe COMMAND [...]\n"
			  "Does a gateway serve Claude Code as the Anthropic "
			  "API would?\n\n");
	for (; *commands; commands++)
		buf_addf(out, "  %-10s %s\n", (*commands)->name,
			 (*commands)->brief);
	buf_add_text(out, "\n`ccprobe help COMMAND` tells more. `ccprobe run` "
			  "alone grades the bundled gateway.\n");
}

void guide_version(bool verbose, struct buf *out)
{
	char *suite, *programs;

	buf_add_text(out, "ccprobe " CCPROBE_VERSION "\n");
	if (!verbose)
		return;
	suite = place_suite(NULL);
	programs = place_programs();
	buf_addf(out, "programs  %s\nsuite     %s (%s)%s\n", programs, suite,
		 place_reason(), place_has_suite(suite) ? "" : ": not there");
	free(programs);
	free(suite);
}
