/* ccprobe doctor: finds out why Claude Code fails with this gateway. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "probe/after/status.h"
#include "probe/command/command.h"
#include "probe/command/connect.h"
#include "probe/command/output.h"
#include "probe/command/rows.h"
#include "probe/doctor/doctor.h"
#include "probe/doctor/network.h"
#include "probe/run/given.h"
#include "probe/suite/place.h"
#include "probe/suite/say.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/option.h"

#define MAX_REQUESTS 60
#define REPEAT_LIMIT 1000
#define TIMEOUT_LIMIT 86400 /* a day, in seconds */
#define DEFAULT_URL "https://api.anthropic.com"

struct doctor_options {
	bool help, offline, json, no_color, no_helper, relay, window, fix;
	struct connect_options connect;
	const char *key, *auth, *model, *client, *suite;
	const char *listen, *out;
	uint32_t max_requests, repeat, timeout;
	struct option_list headers;
};

#define AT(member) offsetof(struct doctor_options, member)

static const struct option_row rows[] = {
	{ "key", OPTION_TEXT, AT(key), "VALUE|env:NAME",
	  "the gateway's key, instead of what the settings say" },
	{ "auth", OPTION_TEXT, AT(auth), "FORM",
	  "how --key is sent: bearer (default), x-api-key or both" },
	{ "header", OPTION_LIST, AT(headers), "'NAME: VALUE'",
	  "send this with every request; repeatable" },
	{ "model", OPTION_TEXT, AT(model), "ID",
	  "ask for this model, instead of the one in the settings" },
	{ "client", OPTION_TEXT, AT(client), "VERSION",
	  "send what this release of Claude Code sends (default: the newest)" },
	CONNECT_ROWS(AT, " (else NODE_TLS_REJECT_UNAUTHORIZED)",
		     " (else NODE_EXTRA_CA_CERTS)",
		     " (else CLAUDE_CODE_CLIENT_CERT)"),
	{ "max-requests", OPTION_U32, AT(max_requests), "N",
	  "send no more than N requests (default 60)" },
	{ "offline", OPTION_FLAG, AT(offline), NULL,
	  "send nothing: show what would be used, and what is wrong with it" },
	{ "fix", OPTION_FLAG, AT(fix), NULL,
	  "also show which value of which file or variable to change, for "
	  "findings about what Claude Code reads; nothing is written" },
	{ "no-helper", OPTION_FLAG, AT(no_helper), NULL,
	  "do not run apiKeyHelper" },
	{ "repeat", OPTION_U32, AT(repeat), "N",
	  "send the same requests N times and show how the answers differ" },
	{ "relay", OPTION_FLAG, AT(relay), NULL,
	  "also check, as far as a client can see, whether the gateway is what "
	  "it claims to be" },
	{ "window", OPTION_FLAG, AT(window), NULL,
	  "also send one request near the context limit (180,000 tokens)" },
	{ "timeout", OPTION_U32, AT(timeout), "SECONDS",
	  "wait no longer than this for an answer to begin, and between two "
	  "parts of it (120 and 60; 30 for the very first answer)" },
	{ "json", OPTION_FLAG, AT(json), NULL,
	  "print JSON (docs/schema/doctor.schema.json)" },
	{ "listen", OPTION_TEXT, AT(listen), "ADDR:PORT",
	  "pass requests of a real Claude Code on to the gateway, explain each "
	  "that fails and keep it for bisect" },
	{ "out", OPTION_TEXT, AT(out), "DIR",
	  "where --listen keeps failing exchanges (default: doctor-listen)" },
	ROW_SUITE(AT(suite)),
	ROW_NO_COLOR(AT(no_color)),
	ROW_HELP(AT(help)),
	{ .name = NULL },
};

/* One run of the command. */
struct consultation {
	struct doctor_options options;
	struct option_list rest;
	struct clients clients;
	struct headers extra;
	struct findings found;
	struct settings *settings;
	struct doctor_config config;
	struct rate rate;
	char *root, *key;
	char folder[PATH_MAX];
};

static int help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(rows, &text);
	printf("usage: ccprobe doctor %s\n%s\n\n"
	       "Without a URL: the one that Claude Code would use here, from "
	       "the environment and its\nsettings files. Exit status: 0 sound, "
	       "1 errors or warnings, 2 usage, 3 could not finish.\n\n%s",
	       cmd_doctor.usage, cmd_doctor.brief, buf_str(&text));
	buf_clear(&text);
	return EXIT_CONFORMS;
}

/* ---- settings and options ---- */

static int read_key(struct consultation *p, struct settings_place *place,
		    struct fail *f)
{
	enum auth_form auth = AUTH_BEARER;

	if (!p->options.key)
		return 0;
	if (p->options.auth && given_auth(&auth, p->options.auth, f) < 0)
		return -1;
	if (option_secret(&p->key, "key", p->options.key, f) < 0)
		return -1;
	place->given_key = p->key;
	place->given_bearer = auth != AUTH_API_KEY;
	place->given_api_key = auth != AUTH_BEARER;
	return 0;
}

static int read_url(struct consultation *p, struct settings_place *place,
		    struct fail *f)
{
	const char *given = p->rest.count > 0 ? p->rest.list[0] : NULL;

	if (p->rest.count > 1)
		return fail_set(f, FAIL_USAGE,
				"give one URL; '%s' is a second one",
				p->rest.list[1]);
	place->given_url = given;
	return given ? fetch_check_origin(given, f) : 0;
}

/* The URL without path and query, which may hold a secret. If it is no URL, the
 * text before them. */
static struct span origin_of(const char *url)
{
	struct url_parts u;

	return network_url_split(url, &u) ? u.origin
					  : span_make(url, strcspn(url, "/?#"));
}

/* A credential is sent only to the gateway that its settings name. */
static int check_owner(const struct settings *s, struct fail *f)
{
	const struct settings_credential *c = s->credentials;
	struct span asked = origin_of(s->base_url);
	struct span own = origin_of(s->own_url);

	if (s->credential_count == 0 || strcmp(c->variable, "--key") == 0 ||
	    span_equal(asked, own))
		return 0;
	/* If the settings name no gateway, a key in a variable may go to the
	 * given URL. */
	if (strcmp(s->own_url, DEFAULT_URL) == 0 &&
	    strncmp(c->variable, "ANTHROPIC_", 10) == 0)
		return 0;
	return fail_set(
		f, FAIL_USAGE,
		"%s is for %.*s and is not sent to %.*s; give its key: --key "
		"VALUE or --key env:NAME",
		c->source, SPAN_ARG(own), SPAN_ARG(asked));
}

static int read_settings(struct consultation *p, struct fail *f)
{
	const char *home = getenv("HOME");
	struct settings_place place = {
		.home = home && *home ? home : "/",
		.folder = p->folder,
		.environment = environ,
		.run_helper = !p->options.no_helper,
	};

	if (!getcwd(p->folder, sizeof(p->folder)))
		return fail_errno(f, FAIL_SYSTEM, "the current folder");
	if (read_url(p, &place, f) < 0 || read_key(p, &place, f) < 0 ||
	    settings_read(&p->settings, &place, &p->found, f) < 0)
		return -1;
	p->config.settings = p->settings;
	p->config.base_url = p->settings->base_url;
	return check_owner(p->settings, f);
}

static int read_suite(struct consultation *p, struct fail *f)
{
	if (place_find(&p->root, p->options.suite, f) < 0)
		return -1;
	p->config.root = p->root;
	if (clients_read(&p->clients, p->root, f) < 0)
		return -1;
	return clients_choose(&p->config.client, &p->clients, p->options.client,
			      f);
}

/* Options replace settings; a certificate is replaced together with its key. */
static int connect_over(struct consultation *p, struct fail *f)
{
	struct settings *s = p->settings;
	struct fetch_tls tls;

	if (connect_tls(&tls, &p->options.connect, f) < 0)
		return -1;
	tls_files_over(&s->tls, &tls);
	if (tls.any_certificate)
		s->any_source = "--insecure";
	if (tls.ca_file)
		s->ca_source = "--ca-file";
	if (tls.client_cert)
		s->client_source = "--client-cert";
	return 0;
}

/* The first given option that is for the steps, which --listen does not run; or
 * NULL. */
static const char *of_steps(const struct doctor_options *o)
{
	const struct {
		bool given;
		const char *name;
	} options[] = {
		{ o->fix, "--fix" },           { o->offline, "--offline" },
		{ o->relay, "--relay" },       { o->window, "--window" },
		{ o->repeat > 0, "--repeat" }, { o->json, "--json" },
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (options[i].given)
			return options[i].name;
	return NULL;
}

static int plan(struct consultation *p, struct fail *f)
{
	const struct doctor_options *o = &p->options;

	if (o->repeat > REPEAT_LIMIT)
		return fail_set(f, FAIL_USAGE, "--repeat: %d at most",
				REPEAT_LIMIT);
	if (o->timeout > TIMEOUT_LIMIT)
		return fail_set(f, FAIL_USAGE, "--timeout: %d seconds at most",
				TIMEOUT_LIMIT);
	if (o->auth && !o->key)
		return fail_set(f, FAIL_USAGE, "--auth goes with --key");
	if (o->listen && of_steps(o))
		return fail_set(f, FAIL_USAGE,
				"%s and --listen exclude each other: run "
				"doctor %s by itself",
				of_steps(o), of_steps(o));
	if (o->listen && o->connect.rate)
		return fail_set(f, FAIL_USAGE,
				"--rate and --listen exclude each other: the "
				"pace is that of the client");
	p->config.extra = &p->extra;
	if (read_settings(p, f) < 0 || read_suite(p, f) < 0 ||
	    given_headers(&p->extra, &o->headers, f) < 0)
		return -1;
	if (connect_rate(&p->rate, &o->connect, f) < 0 ||
	    connect_over(p, f) < 0)
		return -1;
	p->config.rate = &p->rate;
	p->config.model = o->model;
	p->config.offline =
		o->offline || p->settings->no_gateway || p->settings->cloud;
	p->config.fix = o->fix;
	p->config.repeat = o->repeat;
	p->config.relay = o->relay;
	p->config.window = o->window;
	p->config.timeout_ms = o->timeout * 1000;
	p->config.max_requests = o->max_requests;
	return 0;
}

static void plan_clear(struct consultation *p)
{
	option_list_clear(&p->options.headers);
	option_list_clear(&p->rest);
	clients_clear(&p->clients);
	headers_clear(&p->extra);
	findings_clear(&p->found);
	settings_free(p->settings);
	free(p->root);
	free(p->key);
}

/* ---- running it ---- */

/* Where to print text for people: on stderr if stdout is for a program
 * (--json). */
struct telling {
	FILE *to;
	bool colour;
	struct buf hindered; /* titles of steps that could not run, not printed
				yet */
};

static void print(const struct telling *t, struct buf *text)
{
	say_text(t->to, text);
}

static void tell_step(void *arg, const struct doctor_done *done)
{
	struct telling *t = arg;
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	if (done->hindered) {
		buf_addf(&t->hindered, "%s%s", t->hindered.len > 0 ? ", " : "",
			 done->step->title);
		return;
	}
	doctor_print_hindered(&t->hindered, t->colour, &text);
	doctor_print_step(done, t->colour, &text);
	print(t, &text);
}

static void tell_waiting(void *arg, const struct doctor_step *step,
			 unsigned seconds)
{
	const struct telling *t = arg;

	say(t->to, "  %s: waiting for an answer, %u s so far\n", step->title,
	    seconds);
}

static int examine(struct consultation *p, struct fail *f)
{
	int fd = p->options.json ? STDERR_FILENO : STDOUT_FILENO;
	struct telling t = { .to = p->options.json ? stderr : stdout,
			     .colour = output_colour(p->options.no_color, fd),
			     .hindered = BUF_INIT(BUF_NO_LIMIT) };
	struct buf text = BUF_INIT(BUF_NO_LIMIT), url = BUF_INIT(BUF_NO_LIMIT);
	struct doctor_report report;
	struct doctor *d;
	int status;

	p->config.waits = tell_waiting;
	p->config.waits_arg = &t;
	if (doctor_new(&d, &p->config, &p->found, f) < 0)
		return f->code == FAIL_USAGE ? EXIT_USAGE : EXIT_UNDECIDED;
	doctor_show_url(d, &url);
	d->findings.url = buf_str(&url);
	doctor_print_head(d, &text);
	print(&t, &text);
	doctor_run(d, &report, tell_step, &t);
	doctor_print_hindered(&t.hindered, t.colour, &text);
	doctor_print_findings(&report, t.colour, &text);
	if (p->options.fix) {
		buf_add_byte(&text, '\n');
		doctor_print_fix(d, &text);
	}
	print(&t, &text);
	if (p->options.json) {
		doctor_json(&report, &text);
		t.to = stdout;
		print(&t, &text);
	}
	status = findings_sound(&d->findings) ? EXIT_CONFORMS : EXIT_FAILS;
	if (status == EXIT_CONFORMS && !doctor_finished(&report))
		status = EXIT_UNDECIDED;
	buf_clear(&t.hindered);
	doctor_report_clear(&report);
	doctor_free(d);
	buf_clear(&url);
	return status;
}

static int listen_on(struct consultation *p, struct fail *f)
{
	struct secrets secrets = { .list = NULL };
	struct listen_config config = {
		.address = p->options.listen,
		.base_url = p->settings->base_url,
		.proxy = p->settings->proxy,
		.tls = tls_files_borrow(&p->settings->tls),
		.folder = p->options.out ? p->options.out : "doctor-listen",
		.secrets = &secrets,
	};
	int rc;

	settings_secrets(p->settings, &secrets);
	rc = doctor_listen(&config, f);
	secrets_clear(&secrets);
	if (rc < 0)
		return f->code == FAIL_USAGE ? EXIT_USAGE : EXIT_UNDECIDED;
	return rc > 0 ? EXIT_FAILS : EXIT_CONFORMS;
}

static int doctor_main(int argc, char **argv)
{
	struct consultation p = { .options = { .max_requests = MAX_REQUESTS } };
	struct fail f = FAIL_INIT;
	int status = EXIT_USAGE;

	if (option_parse(rows, argc, argv, &p.options, &p.rest, &f) == 0) {
		if (p.options.help)
			status = help();
		else if (plan(&p, &f) == 0)
			status = p.options.listen ? listen_on(&p, &f)
						  : examine(&p, &f);
	}
	if (f.code != FAIL_OK)
		say(stderr, "ccprobe: %s\n", f.text);
	plan_clear(&p);
	return status;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.usage = "[options] [URL]",
	.brief = "find out why Claude Code fails with this gateway",
	.rows = rows,
	.takes = TAKES_NOTHING,
	.run = doctor_main,
};
