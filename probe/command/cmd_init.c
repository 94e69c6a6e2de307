/* ccprobe init: looks at a gateway and writes ccprobe.json. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/project.h"
#include "probe/command/rows.h"
#include "probe/command/run_plan.h"
#include "probe/suite/claims.h"
#include "formats/clientformat.h"
#include "probe/suite/place.h"
#include "probe/suite/say.h"
#include "reports/members.h"
#include "reports/reports.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/put.h"

#define KEY_VARIABLE "CCPROBE_KEY"
#define KEY_CLAIM "authenticates"
#define WRONG_KEYS "auth/refusal/wrong-*"

#define AT(member) offsetof(struct run_options, member)
static const struct option_row rows[] = {
	{ "gateway", OPTION_TEXT, AT(gateway), "URL",
	  "a gateway that is running: what ANTHROPIC_BASE_URL would be" },
	{ "key", OPTION_TEXT, AT(key), "VALUE|env:NAME",
	  "the key clients show to the gateway" },
	{ "auth", OPTION_TEXT, AT(auth), "FORM",
	  "how they show it: bearer, x-api-key or both (bearer or x-api-key, "
	  "whichever the gateway accepts)" },
	{ "upstream-key", OPTION_TEXT, AT(upstream_key), "VALUE|env:NAME",
	  "the key the gateway is configured to use upstream" },
	{ "mock-listen", OPTION_TEXT, AT(mock_listen), "ADDR:PORT",
	  "where the mock provider listens (" MOCK_LISTEN ")" },
	{ "no-mock", OPTION_FLAG, AT(no_mock), NULL,
	  "its provider is the real one" },
	{ "model", OPTION_TEXT, AT(model), "ID",
	  "with --no-mock: the model to ask for" },
	{ "client-format", OPTION_TEXT, AT(client_format), "FORMAT",
	  "what its clients speak: " CLIENTFORMAT_NAMES " (messages)" },
	CONNECT_ROWS(AT, "; reports say so", "", ""),
	ROW_SUITE(AT(suite)),
	ROW_HELP(AT(help)),
	{ .name = NULL },
};
#undef AT

static int tell(const struct fail *f, const struct buf *advice)
{
	say(stderr, "ccprobe: %s\n", f->text);
	say(stderr, "%s", buf_str(advice));
	return f->code == FAIL_USAGE || f->code == FAIL_CASE ? EXIT_USAGE
							     : EXIT_UNDECIDED;
}

/* ---- looking at the gateway ---- */

/* Of all cases only these are run. They need the mock, and are for this client
 * format alone. */
static void choose_cases(struct run_plan *p)
{
	const char *format = p->options.client_format;

	if (!p->options.no_mock &&
	    (!format || clientformat_from(format) == FORMAT_MESSAGES))
		option_list_add(&p->patterns, WRONG_KEYS);
}

/* Runs the preflight, finds out which claims the gateway offers, and whether it
 * refuses a wrong key. */
static int look(struct run_plan *p, struct run_report *report,
		struct buf *advice, struct fail *f)
{
	if (p->patterns.count == 0)
		p->config.count = 0;
	return campaign_run(&p->config, report, advice, f);
}

/* Tries the form of credential that was asked for, or else both until one gets
 * through. If neither does, the error is that of the first. */
static int look_in_forms(struct run_plan *p, struct run_report *report,
			 struct buf *advice, struct fail *f)
{
	struct buf other = BUF_INIT(16 * 1024);
	struct fail ignored = FAIL_INIT;
	int rc;

	p->config.tell_mock = true;
	if (look(p, report, advice, f) == 0)
		return 0;
	if (p->options.auth || f->code != FAIL_PEER)
		return -1;
	p->config.auth =
		p->config.auth == AUTH_BEARER ? AUTH_API_KEY : AUTH_BEARER;
	p->config.tell_mock = false;
	rc = look(p, report, &other, &ignored);
	buf_clear(&other);
	return rc;
}

/* ---- writing ---- */

static bool is_variable(const char *key)
{
	return key && strncmp(key, "env:", 4) == 0;
}

static const char *key_variable(const struct run_plan *p)
{
	if (is_variable(p->options.key))
		return p->options.key + 4;
	return p->keys.found ? p->keys.found : KEY_VARIABLE;
}

static void add_variable(struct members *m, const char *name,
			 const char *variable)
{
	struct buf text = BUF_INIT(1024);

	buf_addf(&text, "env:%s", variable);
	member_text(m, name, buf_str(&text));
	buf_clear(&text);
}

/* replaces-key is offered only if the upstream key is known, as it was not
 * checked otherwise. */
static bool is_offered(const struct run_plan *p, const struct run_report *r,
		       const struct claim *about)
{
	const char *claim = about->name;

	if (about->declared)
		return false;
	if (about->client_format &&
	    clientformat_from(about->client_format) != p->config.client_format)
		return false;
	if (strcmp(claim, "replaces-key") == 0 && !p->keys.upstream_known)
		return false;
	if (strcmp(claim, KEY_CLAIM) == 0 && report_serves_wrong_key(r))
		return false;
	for (size_t i = 0; i < r->not_offered_count; i++)
		if (strcmp(r->not_offered[i].claim, claim) == 0)
			return false;
	return true;
}

static void write_claims(const struct run_plan *p, const struct run_report *r,
			 struct buf *out)
{
	bool any = false;

	buf_add_text(out, "[");
	for (const struct claim *c = claims; c->name; c++) {
		if (!is_offered(p, r, c))
			continue;
		buf_addf(out, "%s\n    \"%s\"", any ? "," : "", c->name);
		any = true;
	}
	buf_add_text(out, "\n  ]");
}

static void write_connection(struct members *m, const struct connect_options *o)
{
	if (o->insecure)
		member_bool(m, "insecure", true);
	member_text(m, "ca_file", o->ca_file);
	member_text(m, "client_cert", o->client_cert);
	member_text(m, "client_key", o->client_key);
	if (o->rate) {
		member(m, "rate");
		buf_addf(m->out, "%.4g", strtod(o->rate, NULL));
	}
}

static void write_project(const struct run_plan *p, const struct run_report *r,
			  struct buf *out)
{
	const struct run_options *o = &p->options;
	struct members m = { .out = out, .lines = true };

	buf_add_text(out, "{");
	member_text(&m, "gateway", p->config.gateway);
	add_variable(&m, "key", key_variable(p));
	member_text(&m, "auth",
		    p->config.auth == AUTH_API_KEY ? "x-api-key"
		    : p->config.auth == AUTH_BOTH  ? "both"
						   : "bearer");
	if (is_variable(o->upstream_key))
		member_text(&m, "upstream_key", o->upstream_key);
	member_text(&m, "mock_listen", o->mock_listen);
	if (o->no_mock) {
		member_bool(&m, "no_mock", true);
		member_text(&m, "model", o->model);
	}
	write_connection(&m, &o->connect);
	member_text(&m, "provider", r->provider);
	if (p->config.client_format != FORMAT_MESSAGES)
		member_text(&m, "client_format", r->client_format);
	member(&m, "claims");
	write_claims(p, r, out);
	buf_add_text(out, "\n}\n");
}

/* Never overwrites a file. */
static int save(const struct buf *text, struct fail *f)
{
	int fd = open(PROJECT_FILE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		      0666);
	bool whole;

	if (fd < 0)
		return fail_errno(f, FAIL_SYSTEM, PROJECT_FILE);
	whole = put_bytes(fd, buf_span(text)) == 0;
	if (close(fd) < 0 || !whole) {
		fail_errno(f, FAIL_SYSTEM, PROJECT_FILE);
		unlink(PROJECT_FILE);
		return -1;
	}
	return 0;
}

/* A few claims are checked before the first case; cases decide the others. */
static void tell_what_is_missing(const struct run_report *r)
{
	size_t missing = 0;

	if (report_serves_wrong_key(r)) {
		say(stdout, "not offered: " KEY_CLAIM "\n  %s\n",
		    claims_find(KEY_CLAIM)->without);
		missing++;
	}

	for (size_t i = 0; i < r->not_offered_count; i++) {
		const struct not_offered *n = &r->not_offered[i];

		if (n->unseen)
			continue;
		say(stdout, "not offered: %s\n", n->claim);
		say(stdout, "  %s\n", n->without ? n->without : n->how);
		missing++;
	}
	if (missing == 0)
		puts("All claims that were checked are offered; the cases "
		     "decide about the others.");
}

/* A case that is decided had an answer to a wrong key. */
static bool is_key_checked(const struct run_report *r)
{
	return r->counts[VERDICT_PASS] + r->counts[VERDICT_FAIL] > 0;
}

static void tell_keys(const struct run_plan *p, const struct run_report *r)
{
	const struct run_options *o = &p->options;

	if (is_variable(o->key) || p->keys.found)
		say(stdout, "The key is read from $%s.\n", key_variable(p));
	else
		say(stdout,
		    "No key is written: it is read from $%s, which has to be "
		    "set.\n",
		    key_variable(p));
	if (!is_key_checked(r))
		puts("Whether a wrong key is refused was not checked: if it is "
		     "not, take\n\"" KEY_CLAIM "\" out of the claims.");
	if (o->no_mock || is_variable(o->upstream_key))
		return;
	say(stdout,
	    "%s: add\n\"upstream_key\": \"env:NAME\"%s, and the claim "
	    "replaces-key is tested, too.\n",
	    o->upstream_key
		    ? "The upstream key is not written either"
		    : "Which key the gateway uses upstream was not checked",
	    o->upstream_key ? "" : " if that is one of its own");
}

static int write_and_tell(struct run_plan *p, const struct run_report *r)
{
	struct buf text = BUF_INIT(64 * 1024), none = BUF_INIT(1);
	struct fail f = FAIL_INIT;
	int status = EXIT_CONFORMS;

	write_project(p, r, &text);
	if (save(&text, &f) < 0) {
		status = tell(&f, &none);
	} else {
		tell_what_is_missing(r);
		tell_keys(p, r);
		puts("wrote " PROJECT_FILE
		     ": `ccprobe run` in this folder grades the gateway.");
	}
	buf_clear(&text);
	return status;
}

static int init(struct run_plan *p)
{
	struct run_report report = { .list = NULL };
	struct buf advice = BUF_INIT(16 * 1024);
	struct fail f = FAIL_INIT;
	int status;

	choose_cases(p);
	if (access(PROJECT_FILE, F_OK) == 0) {
		fail_set(&f, FAIL_USAGE,
			 PROJECT_FILE
			 " exists already: edit it, or move it away first");
		status = tell(&f, &advice);
	} else if (!p->options.gateway) {
		fail_set(&f, FAIL_USAGE,
			 "init needs --gateway URL, the gateway to look at");
		status = tell(&f, &advice);
	} else if (run_plan_make(p, &f) < 0 ||
		   look_in_forms(p, &report, &advice, &f) < 0) {
		status = tell(&f, &advice);
	} else {
		status = write_and_tell(p, &report);
		campaign_clear(&report);
	}
	buf_clear(&advice);
	return status;
}

static int help(void)
{
	struct buf b = BUF_INIT(64 * 1024);

	option_help(rows, &b);
	printf("usage: ccprobe init %s\n%s\n\n%s\nSends about fifteen "
	       "requests. "
	       "Claims that the gateway does not offer are left out\nof the "
	       "file; a claim in the file that the gateway does not keep makes "
	       "its cases fail.\n",
	       cmd_init.usage, cmd_init.brief, buf_str(&b));
	buf_clear(&b);
	return EXIT_CONFORMS;
}

static int run(int argc, char **argv)
{
	struct run_plan p = RUN_PLAN_INIT;
	struct buf none = BUF_INIT(1);
	struct fail f = FAIL_INIT;
	int status;

	if (option_parse(rows, argc, argv, &p.options, &p.patterns, &f) == 0 &&
	    p.patterns.count > 0)
		fail_set(&f, FAIL_USAGE, "init takes no '%s'",
			 p.patterns.list[0]);
	if (f.code != FAIL_OK)
		status = tell(&f, &none);
	else
		status = p.options.help ? help() : init(&p);
	run_plan_clear(&p);
	return status;
}

const struct command cmd_init = {
	.name = "init",
	.usage = "--gateway URL [OPTION...]",
	.brief = "look at a gateway and write ccprobe.json for it",
	.rows = rows,
	.takes = TAKES_CASES,
	.run = run,
};
