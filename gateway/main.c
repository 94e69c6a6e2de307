/* ccgate: the command line, the workers, the signals that end them. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway/config.h"
#include "gateway/hooks.h"
#include "gateway/worker.h"
#include "wire/bytes/mem.h"
#include "wire/bytes/option.h"

#ifdef CCGATE_FAULTS
#include "gateway/faults/faults.h"
#endif

enum { EXIT_USAGE = 2, EXIT_SYSTEM = 3 };

struct options {
	bool help, version, log, list_faults;
	const char *config, *listen, *upstream, *upstream_key, *upstream_auth;
	uint32_t workers;
	struct option_list keys, faults;
};

#define AT(member) offsetof(struct options, member)

static const struct option_row rows[] = {
	{ "config", OPTION_TEXT, AT(config), "FILE",
	  "read a configuration; the options below go before it" },
	{ "listen", OPTION_TEXT, AT(listen), "ADDR:PORT",
	  "where clients connect (127.0.0.1:8080); port 0 is any free one" },
	{ "upstream", OPTION_TEXT, AT(upstream), "URL",
	  "the provider, such as https://api.anthropic.com" },
	{ "upstream-key", OPTION_TEXT, AT(upstream_key), "KEY",
	  "the gateway's own key: a value, or env:NAME" },
	{ "upstream-auth", OPTION_TEXT, AT(upstream_auth), "SCHEME",
	  "how that key is shown: x-api-key (default) or bearer" },
	{ "key", OPTION_LIST, AT(keys), "KEY",
	  "a key that clients may use: a value, or env:NAME; repeatable" },
	{ "workers", OPTION_U32, AT(workers), "N", "threads (1)" },
	{ "log", OPTION_FLAG, AT(log), NULL,
	  "one line on stderr for each request" },
#ifdef CCGATE_FAULTS
	{ "fault", OPTION_LIST, AT(faults), "NAME",
	  "plant a fault; repeatable" },
	{ "list-faults", OPTION_FLAG, AT(list_faults), NULL,
	  "print the faults there are" },
#endif
	{ "version", OPTION_FLAG, AT(version), NULL, "print the version" },
	{ "help", OPTION_FLAG, AT(help), NULL, "print this" },
	{ NULL, OPTION_FLAG, 0, NULL, NULL },
};

static int print_help(void)
{
	struct buf text = BUF_INIT(64 * 1024);

	buf_add_text(&text, "usage: ccgate [--config FILE] [OPTION...]\n\n");
	option_help(rows, &text);
	buf_add_text(&text, "\nExit status: 0 ended by a signal, 2 usage or "
			    "configuration, 3 the system\n(the port is "
			    "taken).\n");
	fputs(buf_str(&text), stdout);
	buf_clear(&text);
	return EXIT_SUCCESS;
}

static int add_keys(struct config *c, const struct option_list *keys,
		    struct fail *f)
{
	for (size_t i = 0; i < keys->count; i++) {
		char *value;

		if (option_secret(&value, "key", keys->list[i], f) < 0)
			return -1;
		config_add_key(c, NULL, value);
		free(value);
	}
	return 0;
}

static int set_upstream_key(struct config *c, const char *text, struct fail *f)
{
	char *value;

	if (option_secret(&value, "upstream-key", text, f) < 0)
		return -1;
	config_set_upstream_key(c, value);
	free(value);
	return 0;
}

static int configure(struct config *c, const struct options *o, struct fail *f)
{
	if (o->config && config_load(c, o->config, f) < 0)
		return -1;
	if (o->listen && address_read(&c->listen, o->listen, f) < 0)
		return -1;
	if (o->upstream && config_set_upstream(c, o->upstream, f) < 0)
		return -1;
	if (o->upstream_auth && config_set_scheme(c, o->upstream_auth, f) < 0)
		return -1;
	if (o->upstream_key && set_upstream_key(c, o->upstream_key, f) < 0)
		return -1;
	if (add_keys(c, &o->keys, f) < 0)
		return -1;
	if (o->workers != 0)
		c->workers = o->workers;
	c->log = o->log;
	return config_check(c, f);
}

/* ---- the workers ---- */

struct crew {
	struct worker **list;
	pthread_t
		*threads; /* of list[1] and on; list[0] is the main thread's */
	uint32_t count, running;
};

static void *run_thread(void *arg)
{
	worker_run(arg);
	return NULL;
}

/* One worker without SO_REUSEPORT first: with it, a port that another
 * gateway uses would be shared without a word. */
static int probe_port(const struct config *c, uint16_t *port, struct fail *f)
{
	struct config alone = *c;
	struct worker *w;

	alone.workers = 1;
	if (worker_new(&w, &alone, c->listen.port, f) < 0)
		return -1;
	*port = worker_port(w);
	worker_free(w);
	return 0;
}

static int crew_new(struct crew *crew, const struct config *c, struct fail *f)
{
	uint16_t port = c->listen.port;

	if (c->workers > 1 && probe_port(c, &port, f) < 0)
		return -1;
	crew->list = xcalloc(c->workers, sizeof(struct worker *));
	crew->threads = xcalloc(c->workers, sizeof(pthread_t));
	for (; crew->count < c->workers; crew->count++)
		if (worker_new(&crew->list[crew->count], c, port, f) < 0)
			return -1;
	return 0;
}

static void crew_clear(struct crew *crew)
{
	for (uint32_t i = 1; i < crew->running; i++)
		worker_stop(crew->list[i]);
	for (uint32_t i = 1; i < crew->running; i++)
		pthread_join(crew->threads[i], NULL);
	for (uint32_t i = 0; i < crew->count; i++)
		worker_free(crew->list[i]);
	free(crew->list);
	free(crew->threads);
}

static void on_stop_signal(void *arg)
{
	worker_stop(arg);
}

/* Signals are blocked before there are threads, which inherit that. */
static int crew_start(struct crew *crew, struct fail *f)
{
	struct worker *first = crew->list[0];
	struct loop *l = worker_loop(first);

	if (loop_on_signal(l, SIGTERM, on_stop_signal, first, f) < 0 ||
	    loop_on_signal(l, SIGINT, on_stop_signal, first, f) < 0)
		return -1;
	for (crew->running = 1; crew->running < crew->count; crew->running++)
		if (pthread_create(&crew->threads[crew->running], NULL,
				   run_thread, crew->list[crew->running]) != 0)
			return fail_set(f, FAIL_SYSTEM,
					"no thread could be started");
	return 0;
}

static void announce(const struct config *c, uint16_t port)
{
	struct address at = c->listen;
	char text[ADDRESS_TEXT_LEN];

	at.port = hook_port(port);
	printf("listening on http://%s\n", address_write(&at, text));
	fflush(stdout);
}

static int serve_all(const struct config *c, struct fail *f)
{
	struct crew crew = { 0 };
	int rc = crew_new(&crew, c, f);

	if (rc == 0)
		rc = crew_start(&crew, f);
	if (rc == 0) {
		announce(c, worker_port(crew.list[0]));
		worker_run(crew.list[0]);
	}
	crew_clear(&crew);
	return rc;
}

/* ---- the program ---- */

static int complain(const struct fail *f, int status)
{
	fprintf(stderr, "ccgate: %s\n", f->text);
	return status;
}

static int run(const struct options *o)
{
	struct fail f = FAIL_INIT;
	struct config c;
	int status = EXIT_SUCCESS;

	config_init(&c);
	if (configure(&c, o, &f) < 0)
		status = complain(&f, EXIT_USAGE);
#ifdef CCGATE_FAULTS
	else if (faults_plant(&o->faults, &f) < 0)
		status = complain(&f, EXIT_USAGE);
#endif
	else if (serve_all(&c, &f) < 0)
		status = complain(&f, EXIT_SYSTEM);
	config_clear(&c);
	return status;
}

static int begin(const struct options *o, const struct option_list *rest)
{
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
	if (rest->count > 0) {
		fprintf(stderr, "ccgate: '%s' is not an option\n",
			rest->list[0]);
		return EXIT_USAGE;
	}
	return run(o);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	struct option_list rest = { 0 };
	struct fail f = FAIL_INIT;
	int status;

	signal(SIGPIPE, SIG_IGN);
	if (option_parse(rows, argc, argv, &o, &rest, &f) < 0)
		status = complain(&f, EXIT_USAGE);
	else
		status = begin(&o, &rest);
	option_list_clear(&o.keys);
	option_list_clear(&o.faults);
	option_list_clear(&rest);
	return status;
}
