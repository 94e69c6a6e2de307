/* `ccprobe run --failed-from`: chooses the cases that failed in an earlier run
 * of the same gateway. */
#include "probe/command/run_failed.h"

#include <stdio.h>
#include <string.h>

#include "probe/suite/say.h"

static bool has_failed(const struct stored_case *c)
{
	return strcmp(c->verdict, verdict_name(VERDICT_FAIL)) == 0 ||
	       strcmp(c->verdict, verdict_name(VERDICT_BROKEN)) == 0;
}

/* Without an option it is the gateway of the report: failures of one gateway
 * say nothing about another. */
static int choose_gateway(struct run_plan *p, struct fail *f)
{
	struct run_options *o = &p->options;
	const struct stored_report *r = &p->before;

	if (o->bundled || o->target || o->gateway)
		return 0;
	if (r->target_name)
		o->target = r->target_name;
	else if (r->gateway && r->target &&
		 strcmp(r->target, CAMPAIGN_RUNNING) == 0)
		o->gateway = r->gateway;
	else
		return fail_set(
			f, FAIL_USAGE,
			"--failed-from %s: it does not say how its gateway is "
			"started; give --gateway or --target",
			r->path);
	fprintf(stderr, "ccprobe: the gateway is %s, as in %s\n",
		o->target ? o->target : o->gateway, r->path);
	return 0;
}

int run_failed_read(struct run_plan *p, struct fail *f)
{
	struct run_options *o = &p->options;
	size_t failed = 0;

	if (!o->failed_from)
		return 0;
	if (stored_report_read(&p->before, o->failed_from, f) < 0)
		return -1;
	for (size_t i = 0; i < p->before.count; i++)
		failed += has_failed(&p->before.list[i]);
	p->nothing = failed == 0;
	if (p->nothing)
		return fail_set(f, FAIL_USAGE,
				"%s: no case failed in it, so there is nothing "
				"to run",
				o->failed_from);
	if (!o->client_format)
		o->client_format = p->before.client_format;
	o->slow = true; /* the cases are named, so slow ones run too */
	return choose_gateway(p, f);
}

void run_failed_ids(const struct run_plan *p, struct option_list *ids)
{
	for (size_t i = 0; i < p->before.count; i++) {
		const struct stored_case *was = &p->before.list[i];
		const struct casefile *c =
			has_failed(was) ? casebook_find(&p->book, was->id)
					: NULL;

		if (c)
			option_list_add(ids, c->id);
		else if (has_failed(was))
			say(stderr,
			    "ccprobe: %s: the case '%s' does not exist any "
			    "more, and is not run\n",
			    p->before.path, was->id);
	}
}
