/* ccprobe run: grades a gateway. Carries out a plan and returns the exit
 * status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/identity.h"
#include "probe/command/rerun.h"
#include "probe/command/rows.h"
#include "probe/command/run_plan.h"
#include "probe/run/tell/event.h"
#include "probe/suite/say.h"

static int tell(const struct fail *f, const struct buf *advice)
{
	bool usage = f->code == FAIL_USAGE || f->code == FAIL_CASE;

	say(stderr, "ccprobe: %s\n", f->text);
	if (advice)
		say(stderr, "%s", buf_str(advice));
	return usage ? EXIT_USAGE : EXIT_UNDECIDED;
}

/* Fills in what the campaign does not know. */
static void describe(const struct run_plan *p, struct identity *identity,
		     struct run_report *r)
{
	const struct run_options *o = &p->options;

	identity_of(identity, p->argc, p->argv, p->root, r);
	if (p->target)
		r->target_name = o->target ? o->target : TARGET_BUNDLED;
	r->prices = &p->prices;
	r->implementation = o->implementation;
	r->implementation_version = o->implementation_version;
	r->contact = o->contact;
	r->selection =
		p->patterns.count + o->areas.count + o->exclude.count > 0 ||
		o->level || o->failed_from;
	r->channel = r->selection ? "selection"
		     : o->live    ? "live"
		     : o->slow    ? "slow"
				  : "standard";
}

static void print_line(void *arg, struct span line)
{
	(void)arg;
	fwrite(line.at, 1, line.len, stdout);
	fflush(stdout);
}

static void tell_end(const struct run_plan *p, const struct run_report *r,
		     int status)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (p->options.events) {
		event_end_write(r, status, &line);
		print_line(NULL, buf_span(&line));
	}
	buf_clear(&line);
}

static void tell_stopped(const struct run_plan *p, const struct fail *f,
			 int status)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (p->options.events) {
		event_stopped_write(f->text, status, &line);
		print_line(NULL, buf_span(&line));
	}
	buf_clear(&line);
}

/* Fills in the report. If no case could be run, prints why. Returns the exit
 * status. */
static int carry_out(struct run_plan *p, struct run_report *report,
		     struct buf *advice, struct fail *f)
{
	int status = EXIT_CONFORMS;

	p->config.tell_mock = p->gateway != NULL;
	if (campaign_run(&p->config, report, advice, f) < 0)
		status = tell(f, advice);
	report->version = CCPROBE_VERSION;
	report->client = p->config.client;
	return status;
}

static int carry_out_and_report(struct run_plan *p)
{
	struct identity identity = { .command = NULL };
	struct run_report report = { .list = NULL };
	struct buf advice = BUF_INIT(16 * 1024);
	struct fail f = FAIL_INIT;
	int status;

	p->config.on_event = p->options.events ? print_line : NULL;
	status = carry_out(p, &report, &advice, &f);
	describe(p, &identity, &report);
	if (status != EXIT_CONFORMS) {
		report.stopped = f.text;
		report.stopped_advice =
			advice.len > 0 ? buf_str(&advice) : NULL;
		outputs_write(&p->outputs, &report);
		tell_stopped(p, &f, status);
	} else {
		settle_mark(&p->settle, &report);
		status = settle_status(&p->settle, &report, &f);
		if (outputs_write(&p->outputs, &report) < 0)
			status = EXIT_UNDECIDED;
		if (inspection_stay(p->inspection, &f) < 0 ||
		    f.code != FAIL_OK) {
			tell(&f, NULL);
			status = EXIT_UNDECIDED;
		}
		tell_end(p, &report, status);
	}
	buf_clear(&advice);
	campaign_clear(&report);
	identity_clear(&identity);
	return status;
}

static int help(void)
{
	struct buf b = BUF_INIT(64 * 1024);

	option_help(run_rows, &b);
	buf_add_text(&b, "\nFormats of --report:\n");
	report_list(&b);
	printf("usage: ccprobe run %s\n%s\n\n%s\nExit status: 0 conforms, 1 "
	       "does not, 2 usage or a faulty file, 3 could not decide,\n77 "
	       "nothing applies to this gateway.\n\nWith --no-mock the "
	       "requests go to a real model and are paid for: their number and "
	       "size\nare printed before the first. The other cases are "
	       "reported as\nundecided, never as passed, and do not change the "
	       "exit status.\n",
	       cmd_run.usage, cmd_run.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

/* Other tools have --html FILE for --report html=FILE. */
static void suggest_report(int argc, char **argv, struct fail *f)
{
	char unknown[80];

	for (int i = 1; i < argc; i++) {
		char *name = span_dup(
			span_first(span_of(argv[i]), strcspn(argv[i], "=")));
		bool is_format = strncmp(name, "--", 2) == 0 &&
				 report_find(name + 2) != NULL;

		snprintf(unknown, sizeof(unknown), "unknown option %s;", name);
		if (is_format &&
		    strncmp(f->text, unknown, strlen(unknown)) == 0) {
			*f = (struct fail)FAIL_INIT;
			fail_set(f, FAIL_USAGE,
				 "unknown option %s; write --report %s=FILE, "
				 "or --report %s for stdout",
				 name, name + 2, name + 2);
		}
		free(name);
	}
}

static int parse(struct run_plan *p, struct fail *f)
{
	if (option_parse(run_rows, p->argc, p->argv, &p->options, &p->patterns,
			 f) == 0)
		return 0;
	suggest_report(p->argc, p->argv, f);
	return -1;
}

static int run(int argc, char **argv)
{
	struct run_plan p = RUN_PLAN_INIT;
	struct fail f = FAIL_INIT;
	int status;

	p.argv = argv;
	p.argc = argc;
	if (parse(&p, &f) < 0)
		status = tell(&f, NULL);
	else if (p.options.help)
		status = help();
	else if (run_plan_make(&p, &f) < 0)
		status = tell(&f, NULL);
	else
		status = carry_out_and_report(&p);
	if (p.nothing)
		status = EXIT_NOTHING;
	run_plan_clear(&p);
	return status;
}

int rerun_report(int argc, char **argv, struct run_report *out)
{
	struct run_plan p = RUN_PLAN_INIT;
	struct buf advice = BUF_INIT(16 * 1024);
	struct fail f = FAIL_INIT;
	int status;

	if (option_parse(run_rows, argc, argv, &p.options, &p.patterns, &f) <
		    0 ||
	    run_plan_make(&p, &f) < 0)
		status = tell(&f, NULL);
	else
		status = carry_out(&p, out, &advice, &f);
	out->client = NULL; /* borrowed from p, which is cleared below */
	buf_clear(&advice);
	run_plan_clear(&p);
	return status;
}

const struct command cmd_run = {
	.name = "run",
	.usage = "[--gateway URL | --target NAME|FILE | --bundled] "
		 "[OPTION...] [PATTERN...]",
	.brief = "run cases against a gateway and report what breaks",
	.rows = run_rows,
	.takes = TAKES_CASES,
	.run = run,
};
