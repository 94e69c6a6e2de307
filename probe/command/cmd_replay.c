/* ccprobe replay: runs one case of a stored run once more, against a
 * gateway. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "probe/after/status.h"
#include "probe/after/stored.h"
#include "probe/command/command.h"
#include "probe/command/connect.h"
#include "probe/command/project.h"
#include "probe/command/rerun.h"
#include "probe/command/rows.h"
#include "probe/run/campaign.h"
#include "probe/run/keep/keep.h"
#include "probe/run/target.h"
#include "probe/suite/say.h"
#include "wire/bytes/mem.h"

struct replay_options {
	struct connect_options connect;
	bool help, bundled;
	const char *from, *gateway, *target, *key, *auth, *mock_listen;
	const char *upstream_key, *client, *suite;
	struct option_list headers, provider_listen;
};

#define AT(member) offsetof(struct replay_options, member)
static const struct option_row rows[] = {
	{ "from", OPTION_TEXT, AT(from), "RUN",
	  "the stored run: a JSON report, a wire log, or a folder of logs" },
	ROWS_GATEWAY(AT),
	CONNECT_ROWS(AT, "", "", ""),
	{ "client", OPTION_TEXT, AT(client), "VERSION",
	  "the recorded release of Claude Code to play (that of the stored "
	  "run)" },
	ROW_SUITE(AT(suite)),
	ROW_HELP(AT(help)),
	{ .name = NULL },
};
#undef AT

struct before { /* what the stored run says about the case and its gateway */
	char *verdict, *client, *client_format;
	char *target, *title, *gateway; /* NULL: not known */
};

/* ---- the stored run ---- */

static void put(char **to, const char *text)
{
	if (text != NULL)
		*to = xstrdup(text);
}

static int read_report(struct before *b, const char *path, const char *id,
		       struct fail *f)
{
	struct stored_report r = { .path = NULL };
	const struct stored_case *c;
	int rc = 0;

	if (stored_report_read(&r, path, f) < 0)
		return -1;
	c = stored_report_find(&r, id);
	if (c == NULL)
		rc = fail_set(f, FAIL_CASE, "%s: the case '%s' is not in it",
			      path, id);
	else
		b->verdict = xstrdup(c->verdict);
	put(&b->client, r.client);
	put(&b->client_format, r.client_format);
	put(&b->target, r.target_name);
	put(&b->title, r.target);
	put(&b->gateway, r.gateway);
	stored_report_clear(&r);
	return rc;
}

static int read_log(struct before *b, const char *path, const char *id,
		    struct fail *f)
{
	struct stored_log s = { .path = NULL };
	int rc = 0;

	if (stored_log_read(&s, path, f) < 0)
		return -1;
	if (s.id == NULL || s.verdict == NULL)
		rc = fail_set(f, FAIL_CASE,
			      "%s: it does not say which case it is of and "
			      "what its verdict was",
			      path);
	else if (strcmp(s.id, id) != 0)
		rc = fail_set(f, FAIL_CASE, "%s: it is of '%s', not of '%s'",
			      path, s.id, id);
	else
		b->verdict = xstrdup(s.verdict);
	put(&b->client, s.client);
	put(&b->client_format, s.client_format);
	stored_log_clear(&s);
	return rc;
}

static int read_folder(struct before *b, const char *path, const char *id,
		       struct fail *f)
{
	struct buf name = BUF_INIT(BUF_NO_LIMIT);
	struct stat st;
	int rc;

	buf_addf(&name, "%s/", path);
	keep_name(id, &name);
	if (stat(buf_str(&name), &st) < 0)
		buf_add_text(&name, KEPT_PACKED);
	if (stat(buf_str(&name), &st) < 0)
		rc = fail_set(
			f, FAIL_CASE,
			"%s: this folder has no log of '%s' (logs of passed "
			"cases are kept only with --keep all)",
			path, id);
	else
		rc = read_log(b, buf_str(&name), id, f);
	buf_clear(&name);
	return rc;
}

static int read_before(struct before *b, const char *path, const char *id,
		       struct fail *f)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return fail_errno(f, FAIL_CASE, "%s", path);
	if (S_ISDIR(st.st_mode))
		return read_folder(b, path, id, f);
	if (stored_log_is_named(path))
		return read_log(b, path, id, f);
	return read_report(b, path, id, f);
}

/* ---- the gateway ---- */

/* Without an option it is the gateway of the stored run: with another one,
 * FIXED would say nothing about the failure. */
static int choose_gateway(struct replay_options *o, const struct before *b,
			  struct fail *f)
{
	if (o->bundled || o->gateway != NULL || o->target != NULL)
		return 0;
	if (b->target != NULL) {
		o->target = b->target;
		return 0;
	}
	if (b->title != NULL && b->gateway != NULL &&
	    strcmp(b->title, CAMPAIGN_RUNNING) == 0) {
		o->gateway = b->gateway;
		return 0;
	}
	if (access(PROJECT_FILE, F_OK) == 0)
		return 0;
	if (b->title != NULL)
		return fail_set(f, FAIL_USAGE,
				"give --gateway or --target; the tested "
				"gateway was '%s'",
				b->title);
	return fail_set(f, FAIL_USAGE,
			"give --gateway or --target; %s does not say which "
			"gateway was tested",
			o->from);
}

static void tell_gateway(const struct replay_options *o)
{
	if (o->gateway != NULL)
		say(stderr, "ccprobe: the gateway is %s\n", o->gateway);
	else if (o->bundled || o->target != NULL)
		say(stderr, "ccprobe: the gateway is the target '%s'\n",
		    o->bundled ? TARGET_BUNDLED : o->target);
}

/* ---- running it again ---- */

struct replay_words { /* arguments for `ccprobe run` */
	char *list[96];
	size_t count;
};

static void add(struct replay_words *w, const char *option, const char *value)
{
	if (value == NULL)
		return;
	if (option != NULL)
		w->list[w->count++] = xstrdup(option);
	w->list[w->count++] = xstrdup(value);
}

static int make_words(struct replay_words *w, const struct replay_options *o,
		      const struct before *b, const char *id, struct fail *f)
{
	if (o->headers.count > 16)
		return fail_set(f, FAIL_USAGE, "more than 16 times --header");
	if (o->provider_listen.count > ACTOR_PROVIDERS)
		return fail_set(f, FAIL_USAGE,
				"more than %d times --provider-listen",
				ACTOR_PROVIDERS);
	add(w, NULL, "run");
	add(w, NULL, "--slow");
	add(w, NULL, o->bundled ? "--bundled" : NULL);
	add(w, "--gateway", o->gateway);
	add(w, "--target", o->target);
	add(w, "--key", o->key);
	add(w, "--auth", o->auth);
	add(w, "--mock-listen", o->mock_listen);
	add(w, "--upstream-key", o->upstream_key);
	add(w, NULL, o->connect.insecure ? "--insecure" : NULL);
	add(w, "--ca-file", o->connect.ca_file);
	add(w, "--client-cert", o->connect.client_cert);
	add(w, "--client-key", o->connect.client_key);
	add(w, "--rate", o->connect.rate);
	add(w, "--client", o->client != NULL ? o->client : b->client);
	add(w, "--client-format", b->client_format);
	add(w, "--suite", o->suite);
	for (size_t i = 0; i < o->headers.count; i++)
		add(w, "--header", o->headers.list[i]);
	for (size_t i = 0; i < o->provider_listen.count; i++)
		add(w, "--provider-listen", o->provider_listen.list[i]);
	add(w, "--", id);
	return 0;
}

static void tell_failure(const struct result *r)
{
	if (r->reason != NULL)
		say(stdout, "  reason: %s\n", r->reason);
	for (size_t i = 0; i < r->outcome_count; i++) {
		const struct outcome *o = &r->outcomes[i];

		if (o->verdict != VERDICT_FAIL || o->level == LEVEL_MAY)
			continue;
		say(stdout, "  not so: %s\n", o->name);
		if (o->wanted != NULL && o->got != NULL)
			say(stdout, "    wanted %s, got %s\n", o->wanted,
			    o->got);
	}
	say(stdout, "  fix: %s\n", r->fix);
}

static int tell(const struct result *r, const char *before)
{
	bool failed = strcmp(before, "fail") == 0;
	const char *now = verdict_name(r->verdict);

	if (r->verdict == VERDICT_PASS) {
		say(stdout, "%s %s: it was %s, and passes\n",
		    strcmp(before, "pass") == 0 ? "STILL PASSING" : "FIXED",
		    r->id, before);
		return EXIT_CONFORMS;
	}
	if (r->verdict == VERDICT_FAIL) {
		say(stdout, "%s %s: it was %s\n",
		    failed ? "STILL FAILING" : "NOW FAILING", r->id, before);
		tell_failure(r);
		return EXIT_FAILS;
	}
	say(stdout, "ERROR %s: it was %s, and is %s: %s\n", r->id, before, now,
	    r->reason != NULL ? r->reason : "no reason known");
	return EXIT_UNDECIDED;
}

static int repeat(struct replay_words *w, const struct before *b,
		  const char *id)
{
	struct run_report report = { .list = NULL };
	int status = rerun_report((int)w->count, w->list, &report);

	if (status == EXIT_UNDECIDED || (status == 0 && report.count == 0))
		say(stdout, "ERROR %s: it was %s, and could not be run\n", id,
		    b->verdict);
	if (status == 0 && report.count == 0)
		status = EXIT_UNDECIDED;
	else if (status == 0)
		status = tell(&report.list[0], b->verdict);
	campaign_clear(&report);
	return status;
}

/* The id names one case: a stored run has no pattern as an id. */
static int replay_case(struct replay_options *o, const char *id, struct fail *f)
{
	struct before b = { .verdict = NULL };
	struct replay_words w = { .count = 0 };
	int status = EXIT_USAGE;

	if (read_before(&b, o->from, id, f) == 0 &&
	    choose_gateway(o, &b, f) == 0 &&
	    make_words(&w, o, &b, id, f) == 0) {
		tell_gateway(o);
		status = repeat(&w, &b, id);
	}
	for (size_t i = 0; i < w.count; i++)
		free(w.list[i]);
	free(b.verdict);
	free(b.client);
	free(b.client_format);
	free(b.target);
	free(b.title);
	free(b.gateway);
	return status;
}

static int help(void)
{
	struct buf b = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &b);
	printf("usage: ccprobe replay %s\n%s\n\n%s\nWithout --gateway, "
	       "--target and --bundled it asks the gateway of the stored "
	       "run,\nwhich a report names and a log does not.\n\nIt says "
	       "FIXED or STILL PASSING (exit status 0), STILL FAILING or NOW "
	       "FAILING (1),\nor ERROR (3: it could not be decided). 2: wrong "
	       "usage, or a stored run that\ncannot be read or does not have "
	       "the case.\n",
	       cmd_replay.usage, cmd_replay.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int replay(int argc, char **argv)
{
	struct replay_options o = { .help = false };
	struct option_list ids = { .list = NULL };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &o, &ids, &f) == 0) {
		if (o.help)
			status = help();
		else if (ids.count != 1 || o.from == NULL)
			fail_set(&f, FAIL_USAGE,
				 "one CASE and --from RUN are needed");
		else
			status = replay_case(&o, ids.list[0], &f);
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	option_list_clear(&o.headers);
	option_list_clear(&o.provider_listen);
	option_list_clear(&ids);
	return status;
}

const struct command cmd_replay = {
	.name = "replay",
	.usage = "CASE --from RUN [--gateway URL | --target NAME|FILE | "
		 "--bundled] [OPTION...]",
	.brief = "repeat one case of a stored run: fixed, or still failing?",
	.rows = rows,
	.takes = TAKES_CASES,
	.run = replay,
};
