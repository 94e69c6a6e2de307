/* ccgate: does what the command line asks for. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/check.h"
#include "gateway/crew.h"
#include "gateway/hooks.h"
#include "gateway/ledger/usage_command.h"
#include "gateway/log.h"
#include "gateway/reload.h"
#include "net/descriptors.h"

#ifdef CCGATE_FAULTS
#include "gateway/faults/faults.h"
#endif

enum { EXIT_USAGE = 2, EXIT_SYSTEM = 3 };

static int print_help(void)
{
	struct buf text = BUF_INIT(64 * 1024);

	buf_add_text(&text, "usage: ccgate [--config FILE] [OPTION...]\n"
			    "       ccgate check FILE [--connect]\n"
			    "       ccgate usage LEDGER [OPTION...]\n\n");
	options_help(&text);
	buf_add_text(&text,
		     "\nSIGTERM and SIGINT end ccgate when the requests under "
		     "way have ended, a second\nsignal at once. SIGHUP reads "
		     "the configuration again. `check` lists the mistakes\nin "
		     "a configuration.\n\nExit status: 0 ended by a signal, 2 "
		     "usage or configuration, 3 the system\n(the port is "
		     "taken), or the upstream that `check --connect` asks.\n");
	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	return EXIT_SUCCESS;
}

static int complain(const struct fail *f, int status)
{
	log_say("%s", f->text);
	return status;
}

static void announce(const struct config *c, uint16_t port, uint16_t admin_port)
{
	struct address at = c->listen;
	char text[ADDRESS_TEXT_LEN];

	at.port = hook_port(port);
	printf("listening on %s://%s\n", c->tls_cert ? "https" : "http",
	       address_write(&at, text));
	if (admin_port > 0) {
		at = c->ledger.admin;
		at.port = admin_port;
		printf("usage at http://%s/usage\n", address_write(&at, text));
	}
	fflush(stdout);
}

static int serve_all(const struct options *o, struct config *c, struct fail *f)
{
	struct crew *crew;
	int rc;

	descriptors_raise();
	if (crew_new(&crew, o, c, f) < 0)
		return -1;
	announce(c, crew_port(crew), crew_admin_port(crew));
	rc = crew_run(crew, f);
	crew_free(crew);
	return rc;
}

static int run(const struct options *o)
{
	struct config *c = config_new();
	struct mistakes wrong = { .count = 0 };
	struct fail f = FAIL_INIT;
	int status = EXIT_SUCCESS;

	options_configure(o, c, &wrong);
	if (wrong.count > 0) {
		reload_tell(&wrong);
		status = EXIT_USAGE;
	}
#ifdef CCGATE_FAULTS
	else if (faults_plant(&o->faults, &f) < 0)
		status = complain(&f, EXIT_USAGE);
#endif
	else if (serve_all(o, c, &f) < 0)
		status = complain(&f, EXIT_SYSTEM);
	config_drop(c);
	return status;
}

static int check(struct options *o, const struct option_list *words)
{
	struct fail f = FAIL_INIT;

	if (words->count != 2 || o->config) {
		fail_set(&f, FAIL_USAGE,
			 "usage: ccgate check FILE [--connect]");
		return complain(&f, EXIT_USAGE);
	}
	o->config = words->list[1];
	switch (check_run(o)) {
	case CHECK_GOOD:
		return EXIT_SUCCESS;
	case CHECK_WRONG:
		return EXIT_USAGE;
	default:
		return EXIT_SYSTEM;
	}
}

static int begin(struct options *o, const struct option_list *rest)
{
	struct fail f = FAIL_INIT;

	if (o->help)
		return print_help();
	if (o->version) {
		puts("ccgate " CCPROBE_VERSION);
		return EXIT_SUCCESS;
	}
#ifdef CCGATE_FAULTS
	if (o->list_faults) {
		faults_print();
		return EXIT_SUCCESS;
	}
#endif
	if (rest->count > 0 && strcmp(rest->list[0], "check") == 0)
		return check(o, rest);
	if (rest->count > 0)
		fail_set(&f, FAIL_USAGE, "'%s' is not an option%s",
			 rest->list[0],
			 span_ends(span_of(rest->list[0]), ".json")
				 ? "; a configuration goes with --config FILE"
				 : "");
	else if (o->connect)
		fail_set(&f, FAIL_USAGE,
			 "--connect goes with check: ccgate check FILE "
			 "--connect");
	return f.code == FAIL_OK ? run(o) : complain(&f, EXIT_USAGE);
}

/* `ccgate usage`, which has options of its own. */
static int usage(int argc, char **argv)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	struct fail f = FAIL_INIT;
	int status = EXIT_SUCCESS;

	if (usage_command(argc, argv, &text, &f) < 0)
		status = complain(&f, f.code == FAIL_USAGE ? EXIT_USAGE
							   : EXIT_SYSTEM);
	else
		fputs(buf_str(&text), stdout);
	if (fflush(stdout) != 0 && status == EXIT_SUCCESS)
		status = EXIT_SYSTEM;
	buf_clear(&text);
	return status;
}

/* `ccgate help --man`, which is called when ccgate is installed. */
static bool print_manual(const char *form)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	bool is_form = options_manual(form, &text);

	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	return is_form;
}

int main(int argc, char **argv)
{
	struct options o;
	struct option_list rest = { 0 };
	struct fail f = FAIL_INIT;
	int status;

	signal(SIGPIPE, SIG_IGN);
	/* a ledger at its size limit must not end us */
	signal(SIGXFSZ, SIG_IGN);
	if (argc > 1 && strcmp(argv[1], "usage") == 0)
		return usage(argc - 1, argv + 1);
	if (argc == 3 && strcmp(argv[1], "help") == 0 && print_manual(argv[2]))
		return EXIT_SUCCESS;
	if (options_read(&o, argc, argv, &rest, &f) < 0)
		status = complain(&f, EXIT_USAGE);
	else
		status = begin(&o, &rest);
	options_clear(&o);
	option_list_clear(&rest);
	return status;
}
