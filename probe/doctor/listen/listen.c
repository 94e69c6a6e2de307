/* Starts, runs and ends the pass-through. */
#include <stdio.h>
#include <string.h>

#include "probe/doctor/listen/listen.h"
#include "probe/doctor/network.h"
#include "wire/bytes/address.h"

/* Reports a wrong URL at the start, instead of to the client; nothing is
 * sent. */
static int check_url(struct listener *l, struct fail *f)
{
	static const struct fetch_handler nobody = { .on_head = NULL };
	struct fetch_request request = { .origin = l->config->base_url,
					 .method = "GET",
					 .target = "/" };
	struct buf shown = BUF_INIT(BUF_NO_LIMIT);
	struct fetch *ft;
	int rc;

	if (!strpbrk(request.origin, "@?")) {
		rc = fetch_start(&ft, l->fetcher, &request, &nobody, NULL, f);
		if (rc == 0)
			fetch_cancel(ft);
		return rc;
	}
	network_url_show(span_of(request.origin), &shown);
	rc = fail_set(f, FAIL_USAGE,
		      "%s: neither a user name nor a query may be in the URL",
		      buf_str(&shown));
	buf_clear(&shown);
	return rc;
}

/* Rejects a base URL that is the pass-through itself: requests would go round
 * for ever. */
static int check_circle(const struct listener *l, const char *own,
			struct fail *f)
{
	struct span url = span_of(l->config->base_url);

	if (!span_starts(url, own) ||
	    (url.len > strlen(own) && url.at[strlen(own)] != '/'))
		return 0;
	return fail_set(f, FAIL_USAGE,
			"%s is the pass-through itself; name the gateway's URL",
			l->config->base_url);
}

/* Prints how to start the client. A settings file overrides the variable, and
 * --settings overrides both. */
static void announce(const struct listener *l, const struct address *at,
		     const char *own)
{
	const char *direct = l->config->proxy ? "NO_PROXY=127.0.0.1,::1 " : "";

	printf("listening on %s\n", own);
	printf("  %sANTHROPIC_BASE_URL=%s claude\n", direct, own);
	printf("  %sclaude --settings '{\"env\":{\"ANTHROPIC_BASE_URL\":"
	       "\"%s\"}}'   (where a settings file sets it)\n",
	       direct, own);
	printf("failing exchanges are kept in %s; Ctrl-C ends it\n",
	       l->store.folder);
	fflush(stdout);
	if (!pass_is_loopback(at->host))
		fprintf(stderr,
			"ccprobe: warning: %s is no loopback address: keys and "
			"prompts pass over it in the clear\n",
			at->host);
}

static void on_signal(void *arg)
{
	struct listener *l = arg;

	l->pass.over = true;
	loop_stop(l->loop);
}

static int open_loop(struct listener *l, struct fail *f)
{
	if (loop_new(&l->loop, f) < 0 ||
	    loop_on_end(l->loop, on_signal, l, f) < 0)
		return -1;
	return fetcher_new(&l->fetcher, l->loop, f);
}

static const char *on_head(void *arg, struct passing *p)
{
	struct listener *l = arg;

	return listen_learn(l->config->secrets,
			    &visit_head(p->visit)->headers) < 0
		       ? "ccprobe's pass-through has seen more credentials "
			 "than it can keep out of its files; start it again"
		       : NULL;
}

static void on_over(void *arg, struct passing *p)
{
	listen_line_exchange(arg, p);
}

static const struct pass_watch watch = {
	.on_head = on_head,
	.on_over = on_over,
};

static int open_server(struct listener *l, struct fail *f)
{
	char text[ADDRESS_TEXT_LEN], own[ADDRESS_TEXT_LEN + 8];
	struct address at;
	struct serve_config config = {
		.host = at.host,
		.body_limit = PASS_BODY_LIMIT,
		.connections_limit = PASS_CONNECTIONS,
	};

	if (address_read(&at, l->config->address, f) < 0)
		return -1;
	l->pass = (struct pass){
		.fetcher = l->fetcher,
		.origin = l->config->base_url,
		.peer = "gateway",
		.proxy = l->config->proxy,
		.tls = l->config->tls,
		.watch = &watch,
		.arg = l,
		.copies = true,
	};
	config.port = at.port;
	if (serve_new(&l->serve, l->loop, &config, &pass_handler, &l->pass, f) <
	    0)
		return -1;
	at.port = serve_port(l->serve);
	snprintf(own, sizeof(own), "http://%s", address_write(&at, text));
	if (check_circle(l, own, f) < 0 ||
	    store_open(&l->store, l->config->folder, f) < 0)
		return -1;
	announce(l, &at, own);
	return 0;
}

static void listener_clear(struct listener *l)
{
	serve_free(l->serve);
	fetcher_free(l->fetcher);
	if (l->loop)
		loop_free(l->loop);
	listen_tally_clear(&l->tally);
	listen_talks_clear(&l->talks);
}

int doctor_listen(const struct listen_config *config, struct fail *f)
{
	struct listener l = { .config = config };
	int rc = -1;

	if (open_loop(&l, f) == 0 && check_url(&l, f) == 0 &&
	    open_server(&l, f) == 0) {
		loop_run(l.loop);
		serve_free(
			l.serve); /* ends what is under way, with its lines */
		l.serve = NULL;
		listen_line_summary(&l);
		rc = l.tally.failures > 0;
	}
	listener_clear(&l);
	return rc;
}
