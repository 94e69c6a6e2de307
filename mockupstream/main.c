/* ccmock: the mock provider with a command line and a control port. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/control.h"
#include "mockupstream/dialects/anthropic.h"
#include "mockupstream/inspect/inspect.h"
#include "mockupstream/journal.h"
#include "mockupstream/mock.h"
#include "mockupstream/say/say.h"
#include "net/descriptors.h"
#include "net/say.h"
#include "wire/bytes/address.h"
#include "wire/bytes/load.h"
#include "wire/bytes/near.h"
#include "wire/bytes/option.h"
#include "wire/manual/manual.h"

#define JOURNAL_LIMIT_BYTES ((size_t)64 * 1024 * 1024)
#define BODY_LIMIT_BYTES ((size_t)32 * 1024 * 1024)

enum { EXIT_USAGE = 2, EXIT_SYSTEM = 3 };

struct given {
	const char *listen, *control, *inspect, *key, *root, *journal;
	const char *tls_cert, *tls_key;
	const char *log_format, *vendor, *models;
	struct option_list names;
	bool strict, no_bodies, secrets, log, help, version;
};

static const struct option_row options[] = {
	{ "listen", OPTION_TEXT, offsetof(struct given, listen), "ADDR:PORT",
	  "where the provider listens (default 127.0.0.1:8473; port 0: any "
	  "free one)" },
	{ "control", OPTION_TEXT, offsetof(struct given, control), "ADDR:PORT",
	  "where the control port listens (default: there is none)" },
	{ "control-host", OPTION_LIST, offsetof(struct given, names), "NAME",
	  "a name that the control port is called by, beside localhost and its "
	  "address; repeatable" },
	{ "inspect", OPTION_TEXT, offsetof(struct given, inspect), "ADDR:PORT",
	  "where a page shows exchanges live, to browsers of this machine" },
	{ "key", OPTION_TEXT, offsetof(struct given, key), "VALUE|env:NAME",
	  "the one credential accepted (default: any)" },
	{ "tls-cert", OPTION_TEXT, offsetof(struct given, tls_cert), "FILE",
	  "speak TLS with this certificate (PEM; after it those that signed "
	  "it)" },
	{ "tls-key", OPTION_TEXT, offsetof(struct given, tls_key), "FILE",
	  "the key of that certificate (PEM)" },
	{ "strict", OPTION_FLAG, offsetof(struct given, strict), NULL,
	  "refuse what the real API refuses, where no script answers" },
	{ "models", OPTION_TEXT, offsetof(struct given, models), "NAME,...",
	  "the models that there are; others are 404 (default: any)" },
	{ "vendor", OPTION_TEXT, offsetof(struct given, vendor), "NAME",
	  "the vendor whose chat completions it plays: openai (the default), "
	  "deepseek, kimi or local; see 'ccmock help vendors'" },
	{ "root", OPTION_TEXT, offsetof(struct given, root), "DIR",
	  "the folder that files in scripts are named from (default: the "
	  "current one)" },
	{ "journal", OPTION_TEXT, offsetof(struct given, journal), "FILE",
	  "append what happens, as JSON lines" },
	{ "journal-secrets", OPTION_FLAG, offsetof(struct given, secrets), NULL,
	  "keep credentials in the journal as they are, not as digests" },
	{ "no-bodies", OPTION_FLAG, offsetof(struct given, no_bodies), NULL,
	  "keep only the length of bodies" },
	{ "log", OPTION_FLAG, offsetof(struct given, log), NULL,
	  "one line on stderr for each request" },
	{ "log-format", OPTION_TEXT, offsetof(struct given, log_format),
	  "FORMAT", "the same, as text or json" },
	{ "help", OPTION_FLAG, offsetof(struct given, help), NULL,
	  "print this text" },
	{ "version", OPTION_FLAG, offsetof(struct given, version), NULL,
	  "print the version" },
	{ NULL, OPTION_FLAG, 0, NULL, NULL },
};

/* Everything that is alive while ccmock runs. */
struct program {
	struct given given;
	struct option_list scripts;
	struct address listen, control_at, inspect_at;
	char *key;
	struct buf tls_cert, tls_key;
	FILE *file;
	enum access_format log;
	enum vendor vendor;
	struct loop *loop;
	struct rules *rules;
	struct journal *journal;
	struct mock *mock;
	struct control *control;
	struct inspect *inspect;
};

static int complain(const struct fail *f, int status)
{
	fprintf(stderr, "ccmock: %s\n", f->text);
	return status;
}

/* Topics of `ccmock help TOPIC`. */
static const struct {
	const char *name, *what;
	void (*list)(struct buf *out);
} topics[] = {
	{ "say", "an answer that is said in the format of the request",
	  say_list_parts },
	{ "form", "how it is cut, and what its chunks leave out",
	  say_list_form },
	{ "directives", "an event stream that waits, holds and breaks off",
	  script_list },
	{ "vendors", "whose chat completions are played", vendor_list },
};

enum { TOPICS = sizeof(topics) / sizeof(topics[0]) };

static int print_topic(const char *name)
{
	const char *words[TOPICS + 1] = { NULL };
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	const char *near;

	for (size_t i = 0; i < TOPICS; i++) {
		words[i] = topics[i].name;
		if (strcmp(name, topics[i].name) != 0)
			continue;
		topics[i].list(&text);
		fputs(buf_str(&text), stdout);
		buf_clear(&text);
		return 0;
	}
	near = near_word(name, words);
	fprintf(stderr, "ccmock: no help for '%.60s'%s%s%s\n", name,
		near ? "; did you mean '" : ": ", near ? near : "",
		near ? "'?" : "ccmock --help lists the topics");
	return EXIT_USAGE;
}

static void print_help(void)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);

	option_help(options, &text);
	buf_add_text(&text, "\nTopics of 'ccmock help TOPIC', for scripts:\n");
	for (size_t i = 0; i < TOPICS; i++)
		buf_addf(&text, "  %-12s %s\n", topics[i].name, topics[i].what);
	printf("usage: ccmock [options] [SCRIPT...]\n"
	       "       ccmock help TOPIC\n\n"
	       "A scriptable provider of the Anthropic Messages API, of "
	       "Bedrock and Vertex AI, and\nof OpenAI's formats. A SCRIPT is "
	       "a JSON file {\"upstream\": {...}}; without one, "
	       "ccmock\nechoes prompts and calls the tools they ask "
	       "for.\n\n%s\n"
	       "Exit status: 0 after Ctrl-C, SIGTERM or SIGHUP, 2 usage or a "
	       "faulty script, 3 the\nport is taken or the system refuses "
	       "something.\n",
	       buf_str(&text));
	buf_clear(&text);
}

/* `ccmock help --man`, which is called when ccmock is installed. */
static bool print_manual(const char *form)
{
	static const struct manual_choice choices[] = {
		{ "log-format", "text json" },
		{ "vendor", "openai deepseek kimi local" },
		{ NULL, NULL },
	};
	static const struct manual_section sections[] = {
		{ "EXIT STATUS",
		  "0: ended by Ctrl-C, SIGTERM or SIGHUP. 2: wrong usage, or a "
		  "faulty script. 3: the port is taken, or the system refuses "
		  "something.\n" },
		{ "SEE ALSO", "ccprobe(1), ccgate(1)\n" },
		{ NULL, NULL },
	};
	static const struct manual_part all = { "", "[options] [SCRIPT...]", "",
						options, TAKES_FILES };
	static const struct manual manual = {
		"ccmock",
		"a provider for Claude Code that scripts play",
		"ccmock answers as the Anthropic Messages API, Bedrock, Vertex "
		"AI and OpenAI's formats would.\nA SCRIPT is a JSON file; "
		"without one, ccmock echoes prompts and calls the tools they "
		"ask for.\n\n`ccmock help TOPIC` tells what a script may "
		"say.\n",
		&all,
		1,
		choices,
		sections
	};
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool is_form = manual_write(&manual, form, &text);

	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	return is_form;
}

static int read_tls(struct program *p, struct fail *f)
{
	const struct given *g = &p->given;

	if (!g->tls_cert != !g->tls_key)
		return fail_set(f, FAIL_USAGE,
				"--tls-cert and --tls-key go together");
	if (!g->tls_cert)
		return 0;
	buf_init(&p->tls_cert, SERVE_PEM_LIMIT);
	buf_init(&p->tls_key, SERVE_PEM_LIMIT);
	if (load_file(&p->tls_cert, g->tls_cert, SERVE_PEM_LIMIT, f) < 0 ||
	    load_file(&p->tls_key, g->tls_key, SERVE_PEM_LIMIT, f) < 0)
		return -1;
	return serve_check_certificate(buf_str(&p->tls_cert),
				       buf_str(&p->tls_key), f);
}

static int read_log(struct program *p, struct fail *f)
{
	const struct given *g = &p->given;

	p->log = g->log ? ACCESS_TEXT : ACCESS_OFF;
	if (!g->log_format || access_format_from(g->log_format, &p->log) == 0)
		return 0;
	return fail_set(f, FAIL_USAGE,
			"the log must be 'off', 'text' or 'json', not '%s'",
			g->log_format);
}

static int read_arguments(struct program *p, struct fail *f)
{
	const struct given *g = &p->given;

	if (address_read(&p->listen, g->listen ? g->listen : "127.0.0.1:8473",
			 f) < 0)
		return -1;
	if (g->control && address_read(&p->control_at, g->control, f) < 0)
		return -1;
	if (g->inspect && (address_read(&p->inspect_at, g->inspect, f) < 0 ||
			   inspect_check(&p->inspect_at, f) < 0))
		return -1;
	if (g->key && option_secret(&p->key, "key", g->key, f) < 0)
		return -1;
	if (g->vendor && vendor_from(g->vendor, &p->vendor, f) < 0)
		return -1;
	if (g->models && anthropic_models_check(g->models, f) < 0)
		return -1;
	if (read_tls(p, f) < 0 || read_log(p, f) < 0)
		return -1;
	if (p->scripts.count > 0 &&
	    rules_load(&p->rules, p->scripts.list, p->scripts.count, g->root,
		       f) < 0)
		return -1;
	if (!g->journal)
		return 0;
	p->file = fopen(g->journal, "ae");
	if (!p->file)
		return fail_errno(f, FAIL_USAGE, "--journal %s", g->journal);
	return 0;
}

static void on_signal(void *arg)
{
	loop_stop(arg);
}

static void on_over(void *arg, const struct access *a)
{
	const struct program *p = arg;

	say_access(a, p->log);
}

static struct wlog *log_for(void *arg, uint64_t run)
{
	struct program *p = arg;
	struct mock_sink journal = journal_sink(p->journal);

	return journal.log_for(journal.arg, run);
}

/* Passes an entry to the journal, and to the page of exchanges. */
static void on_entry(void *arg, const struct wlog_entry *e)
{
	struct program *p = arg;
	struct mock_sink journal = journal_sink(p->journal);

	journal.on_entry(journal.arg, e);
	if (p->inspect)
		inspect_entry(p->inspect, e, NULL);
}

static struct mock_sink sink_of(struct program *p)
{
	return (struct mock_sink){ .log_for = log_for,
				   .on_entry = on_entry,
				   .arg = p,
				   .zero = journal_sink(p->journal).zero };
}

static int start_mock(struct program *p, struct fail *f)
{
	struct mock_config config = {
		.serve = { .host = p->listen.host,
			   .port = p->listen.port,
			   .body_limit = BODY_LIMIT_BYTES },
		.log_bytes = !p->given.no_bodies,
		.blots = !p->given.secrets,
		.on_over = p->log == ACCESS_OFF ? NULL : on_over,
		.arg = p,
		.key = p->key,
		.strict = p->given.strict,
		.vendor = p->vendor,
		.models = p->given.models,
	};

	/* Without anybody to read a journal none is kept. */
	if (p->file || p->given.control || p->inspect)
		config.sink = sink_of(p);
	if (p->given.tls_cert) {
		config.serve.tls_cert = buf_str(&p->tls_cert);
		config.serve.tls_key = buf_str(&p->tls_key);
	}
	if (mock_new(&p->mock, p->loop, &config, f) < 0)
		return -1;
	p->listen.port = mock_port(p->mock);
	mock_arm(p->mock, 0, p->rules);
	return 0;
}

static int start_control(struct program *p, struct fail *f)
{
	struct control_config config = {
		.host = p->control_at.host,
		.port = p->control_at.port,
		.mock = p->mock,
		.journal = p->journal,
		.script = p->rules,
		.root = p->given.root,
		.names = p->given.names.list,
		.names_count = p->given.names.count,
	};

	if (!p->given.control)
		return 0;
	if (control_new(&p->control, p->loop, &config, f) < 0)
		return -1;
	p->control_at.port = control_port(p->control);
	return 0;
}

static int start_inspect(struct program *p, struct fail *f)
{
	if (!p->given.inspect)
		return 0;
	p->inspect = inspect_new("ccmock", !p->given.secrets);
	return inspect_serve(p->inspect, p->loop, &p->inspect_at, f);
}

static int start(struct program *p, struct fail *f)
{
	if (loop_new(&p->loop, f) < 0 ||
	    loop_on_end(p->loop, on_signal, p->loop, f) < 0)
		return -1;
	p->journal = journal_new(JOURNAL_LIMIT_BYTES, p->file);
	if (start_inspect(p, f) < 0 || start_mock(p, f) < 0)
		return -1;
	return start_control(p, f);
}

static int announce(const struct program *p, struct fail *f)
{
	char at[ADDRESS_TEXT_LEN];

	printf("listening on %s://%s\n", p->given.tls_cert ? "https" : "http",
	       address_write(&p->listen, at));
	if (p->control)
		printf("control on http://%s\n",
		       address_write(&p->control_at, at));
	if (p->inspect)
		printf("inspect on http://%s\n",
		       address_write(&p->inspect_at, at));
	if (fflush(stdout) != 0)
		return fail_errno(f, FAIL_SYSTEM, "standard output");
	return 0;
}

static void clear(struct program *p)
{
	control_free(p->control);
	mock_free(p->mock);
	journal_free(p->journal);
	inspect_free(p->inspect);
	loop_free(p->loop);
	rules_free(p->rules);
	free(p->key);
	buf_clear(&p->tls_cert);
	buf_clear(&p->tls_key);
	if (p->file)
		fclose(p->file);
	option_list_clear(&p->scripts);
	option_list_clear(&p->given.names);
}

static int run(struct program *p)
{
	struct fail f = FAIL_INIT;

	descriptors_raise();
	(void)signal(SIGPIPE, SIG_IGN);
	if (read_arguments(p, &f) < 0)
		return complain(&f, EXIT_USAGE);
	if (start(p, &f) < 0 || announce(p, &f) < 0)
		return complain(&f, EXIT_SYSTEM);
	loop_run(p->loop);
	if (!journal_is_broken(p->journal))
		return 0;
	fprintf(stderr, "ccmock: %s could not be written to the end\n",
		p->given.journal);
	return EXIT_SYSTEM;
}

/* A script of that name must be given as ./help. */
static bool is_help(const struct option_list *words)
{
	return words->count > 0 && strcmp(words->list[0], "help") == 0;
}

static int help(const struct option_list *words)
{
	if (is_help(words) && words->count > 1)
		return print_topic(words->list[1]);
	print_help();
	return 0;
}

int main(int argc, char **argv)
{
	struct program p = { .key = NULL };
	struct fail f = FAIL_INIT;
	int status = 0;

	if (argc == 3 && strcmp(argv[1], "help") == 0 && print_manual(argv[2]))
		return 0;
	if (option_parse(options, argc, argv, &p.given, &p.scripts, &f) < 0)
		status = complain(&f, EXIT_USAGE);
	else if (p.given.help || is_help(&p.scripts))
		status = help(&p.scripts);
	else if (p.given.version)
		puts("ccmock " CCPROBE_VERSION);
	else
		status = run(&p);
	clear(&p);
	return status;
}
