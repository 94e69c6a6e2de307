/* Prints the ledger, whether its gateway runs or not. */
#include "gateway/ledger/usage_command.h"

#include <time.h>

#include "gateway/ledger/report.h"
#include "gateway/ledger/spool.h"
#include "wire/bytes/option.h"

struct usage_options {
	bool help;
	const char *by, *key, *model, *session, *since, *until, *format;
};

#define AT(member) offsetof(struct usage_options, member)

static const struct option_row rows[] = {
	{ "by", OPTION_TEXT, AT(by), "WORD",
	  "key (default), model, session, day, hour or provider" },
	{ "key", OPTION_TEXT, AT(key), "NAME", "only requests of this key" },
	{ "model", OPTION_TEXT, AT(model), "NAME",
	  "only requests for this model" },
	{ "session", OPTION_TEXT, AT(session), "ID",
	  "only requests of this session" },
	{ "since", OPTION_TEXT, AT(since), "TIME",
	  "from this time on: 2026-11-30, 2026-11-30T12:00:00Z, or a time ago: "
	  "90m, 24h, 7d" },
	{ "until", OPTION_TEXT, AT(until), "TIME", "before this time" },
	{ "format", OPTION_TEXT, AT(format), "WORD",
	  "text (default), csv or json" },
	{ "help", OPTION_FLAG, AT(help), NULL, "print this" },
	{ NULL, OPTION_FLAG, 0, NULL, NULL },
};

static void print_help(struct buf *out)
{
	buf_add_text(out,
		     "usage: ccgate usage LEDGER [OPTION...]\n\nPrints what "
		     "the ledger at this path holds: requests, tokens, cost in "
		     "dollars.\nThe gateway may be running.\n\n");
	option_help(rows, out);
}

static int fill(struct report *r, const struct usage_options *o, struct fail *f)
{
	int64_t now = (int64_t)time(NULL);

	if (o->by && store_group_from(o->by, &r->group) < 0)
		return fail_set(f, FAIL_USAGE,
				"--by is key, model, session, day, hour or "
				"provider, not '%.60s'",
				o->by);
	if (o->format && report_format_from(o->format, &r->format) < 0)
		return fail_set(f, FAIL_USAGE,
				"--format is text, csv or json, not '%.60s'",
				o->format);
	if ((o->since && report_time(o->since, now, &r->filter.since, f) < 0) ||
	    (o->until && report_time(o->until, now, &r->filter.until, f) < 0))
		return -1;
	r->filter.key = o->key;
	r->filter.model = o->model;
	r->filter.session = o->session;
	return 0;
}

static int see(void *arg, const struct record_row *r, struct fail *f)
{
	return store_overlay(arg, r, f);
}

/*
 * A record moves from the spool to the file set aside, and from there into the
 * table. Read in this order, no record is missed, and one that is read twice
 * counts once.
 */
static int print(const char *path, const struct report *r, struct buf *out,
		 struct fail *f)
{
	struct store_table *store = NULL;
	size_t broken = 0;
	int rc = -1;

	if (store_open(&store, path, false, f) == 0 &&
	    spool_read(path, false, see, store, &broken, f) == 0 &&
	    spool_read(path, true, see, store, &broken, f) == 0)
		rc = report_write(store, r, out, f);
	store_close(store);
	return rc;
}

int usage_command(int argc, char **argv, struct buf *out, struct fail *f)
{
	struct usage_options o = { .help = false };
	struct option_list rest = { 0 };
	struct report r = { .group = STORE_BY_KEY };
	int rc = option_parse(rows, argc, argv, &o, &rest, f);

	if (rc == 0 && o.help)
		print_help(out);
	else if (rc == 0 && rest.count != 1)
		rc = fail_set(
			f, FAIL_USAGE,
			"usage: ccgate usage LEDGER [OPTION...]; LEDGER is "
			"the \"path\" of the configuration's \"ledger\"");
	else if (rc == 0)
		rc = fill(&r, &o, f);
	if (rc == 0 && !o.help)
		rc = print(rest.list[0], &r, out, f);
	option_list_clear(&rest);
	return rc;
}
