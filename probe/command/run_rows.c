/* The options of `ccprobe run`. */
#include <stddef.h>

#include "probe/command/rows.h"
#include "probe/command/run_plan.h"
#include "formats/clientformat.h"

#define AT(member) offsetof(struct run_options, member)
const struct option_row run_rows[] = {
	ROWS_GATEWAY(AT),
	CONNECT_ROWS(AT, "; the report says so", "", ""),
	{ "no-mock", OPTION_FLAG, AT(no_mock), NULL,
	  "with --gateway: its provider is the real one; only cases that the "
	  "client's side alone decides are run" },
	{ "model", OPTION_TEXT, AT(model), "ID",
	  "with --no-mock: the model to ask for (" RECORDED_MODEL ")" },
	{ "max-requests", OPTION_U32, AT(max_requests), "N",
	  "with --no-mock: send no more than these; cases beyond are left "
	  "undecided" },
	{ "client", OPTION_TEXT, AT(client), "VERSION",
	  "the release of Claude Code whose recorded requests are sent (the "
	  "newest there is)" },
	{ "client-format", OPTION_TEXT, AT(client_format), "FORMAT",
	  "what the client speaks: " CLIENTFORMAT_NAMES " (messages); bedrock "
	  "and vertex are its modes for those providers" },
	{ "level", OPTION_TEXT, AT(level), "LEVEL",
	  "only cases of at least this level: must, should or may" },
	{ "area", OPTION_LIST, AT(areas), "AREA", "only cases of this area" },
	{ "exclude", OPTION_LIST, AT(exclude), "PATTERN",
	  "leave these cases out; repeatable" },
	{ "failed-from", OPTION_TEXT, AT(failed_from), "FILE",
	  "only cases that failed in this report (--report json=FILE), of the "
	  "same gateway unless another is named" },
	{ "slow", OPTION_FLAG, AT(slow), NULL, "run slow cases, too" },
	{ "live", OPTION_FLAG, AT(live), NULL,
	  "run cases with the real Claude Code, too: the program in $CLAUDE, "
	  "or `claude`" },
	{ "without", OPTION_LIST, AT(without), "CLAIM",
	  "do not hold the gateway to this (`ccprobe explain claims`)" },
	{ "jobs", OPTION_U32, AT(jobs), "N",
	  "cases at once (64; with --no-mock 4)" },
	{ "preflight-ms", OPTION_U32, AT(preflight_ms), "MS",
	  "how long the first request, by itself, may take (10000)" },
	{ "pool-wait", OPTION_U32, AT(pool_wait), "S",
	  "how long to wait, in all, for a gateway that rests an account after "
	  "an error (60)" },
	{ "again", OPTION_U32, AT(again), "S",
	  "how long, in all, to run late cases again, each alone (90); 0: the "
	  "first result counts" },
	{ "baseline", OPTION_TEXT, AT(baseline), "FILE",
	  "checks that are expected to fail; a failure that is not listed "
	  "counts, and so does a listed check that passes" },
	{ "write-baseline", OPTION_TEXT, AT(write_baseline), "FILE",
	  "write a baseline of what fails now" },
	{ "fail-level", OPTION_TEXT, AT(fail_level), "LEVEL",
	  "only failures of at least this level count: must, should or may "
	  "(the default)" },
	{ "prices", OPTION_TEXT, AT(prices), "FILE", MONEY_HELP },
	{ "report", OPTION_LIST, AT(reports), "FORMAT[=FILE]",
	  "also report in this format (below), on stdout or into a file" },
	{ "causes", OPTION_FLAG, AT(causes), NULL,
	  "print what the gateway drops, changes, adds and keeps (as --report "
	  "integrity)" },
	{ "events", OPTION_FLAG, AT(events), NULL,
	  "print JSON lines during the run (docs/reports.md); the summary goes "
	  "to stderr" },
	{ "quiet", OPTION_FLAG, AT(quiet), NULL,
	  "print only the ids of failing cases" },
	ROW_VERBOSE(AT(verbose)),
	{ "implementation", OPTION_TEXT, AT(implementation), "NAME",
	  "the gateway's name, for documents" },
	{ "implementation-version", OPTION_TEXT, AT(implementation_version),
	  "VERSION", "its version" },
	{ "contact", OPTION_TEXT, AT(contact), "TEXT",
	  "whom to ask about it, such as an issue tracker" },
	{ "keep", OPTION_TEXT, AT(keep), "WHICH",
	  "wire logs to keep in --out: fail (the default there), all (as "
	  "gzip files) or none" },
	{ "out", OPTION_TEXT, AT(out), "DIR", "folder for wire logs" },
	{ "inspect", OPTION_TEXT, AT(inspect), "ADDR:PORT",
	  "serve a page that shows each case and both its sides during the "
	  "run, until Ctrl-C; only to browsers of this machine" },
	ROW_SUITE(AT(suite)),
	ROW_NO_COLOR(AT(no_color)),
	ROW_HELP(AT(help)),
	{ .name = NULL },
};
#undef AT
