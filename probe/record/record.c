/* `ccprobe record` from start to end: who answers, where clients connect, the
 * summary. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/mock.h"
#include "net/loop.h"
#include "probe/record/record_private.h"
#include "wire/bytes/address.h"
#include "wire/bytes/mem.h"

#define MOCK_BODY_LIMIT ((size_t)32 * 1024 * 1024)
#define CONNECT_MS 10000

/* ---- who answers ---- */

static struct wlog *no_log(void *arg, uint64_t run)
{
	(void)arg;
	(void)run;
	return NULL;
}

static int open_mock(struct recorder *r, struct fail *f)
{
	struct mock_config config = {
		.serve = { .host = "127.0.0.1", .body_limit = MOCK_BODY_LIMIT },
		.sink = { .log_for = no_log },
	};
	char text[ADDRESS_TEXT_LEN];
	struct address at = { .host = "127.0.0.1" };
	struct buf origin = BUF_INIT(BUF_NO_LIMIT);

	if (mock_new(&r->mock, r->loop, &config, f) < 0)
		return -1;
	at.port = mock_port(r->mock);
	buf_addf(&origin, "http://%s", address_write(&at, text));
	r->origin = buf_take(&origin, NULL);
	return 0;
}

/* ---- is it there? ---- */

struct knock {
	struct loop *loop;
	struct fetch_end end;
	bool over;
};

static void on_knocked(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct knock *k = arg;

	(void)ft;
	k->end = *end;
	k->over = true;
	loop_stop(k->loop);
}

/* Connects to the upstream and sends nothing. A signal ends the wait, too. */
static int knock(struct recorder *r, struct fail *f)
{
	static const struct fetch_handler handler = { .on_end = on_knocked };
	struct knock k = { .loop = r->loop };
	struct fetch_request request = { .origin = r->origin,
					 .method = "GET",
					 .target = "/",
					 .only_connect = true,
					 .tls = r->config->tls,
					 .connect_ms = CONNECT_MS };
	struct fetch *ft;

	if (fetch_start(&ft, r->fetcher, &request, &handler, &k, f) < 0)
		return -1;
	loop_run(r->loop);
	if (!k.over)
		fetch_cancel(ft);
	if (!k.over)
		return fail_set(f, FAIL_SYSTEM,
				"ended by a signal before the recording began");
	if (k.end.end == END_CLEAN)
		return 0;
	return fail_set(f, FAIL_PEER, "--upstream %s cannot be reached: %s",
			r->origin, k.end.text);
}

/* If the upstream were the recorder itself, each request would go round for
 * ever. */
static int check_circle(const struct record_config *c, const struct address *at,
			struct fail *f)
{
	char text[ADDRESS_TEXT_LEN], own[ADDRESS_TEXT_LEN + 8];
	struct span url = span_of(c->upstream);

	snprintf(own, sizeof(own), "http://%s", address_write(at, text));
	if (!span_starts(url, own) ||
	    (url.len > strlen(own) && url.at[strlen(own)] != '/'))
		return 0;
	return fail_set(f, FAIL_USAGE, "--upstream %s is the recorder itself",
			c->upstream);
}

static int open_upstream(struct recorder *r, struct fail *f)
{
	const char *url = r->config->upstream;

	if (address_read(&r->at, r->config->address, f) < 0)
		return -1;
	if (!url)
		return open_mock(r, f);
	if (strpbrk(url, "@?#"))
		return fail_set(f, FAIL_USAGE,
				"--upstream: neither a user name nor a query "
				"may be in the URL");
	if (fetch_check_origin(url, f) < 0 ||
	    check_circle(r->config, &r->at, f) < 0)
		return -1;
	r->origin = xstrdup(url);
	return knock(r, f);
}

/* ---- where clients connect ---- */

static void announce(const struct recorder *r, const struct address *at,
		     const char *own)
{
	printf("listening on %s\n", own);
	printf("  ANTHROPIC_BASE_URL=%s claude\n", own);
	if (r->mock)
		printf("the built-in provider answers; ");
	else
		printf("%s answers; ", r->origin);
	printf("requests are stored in %s%s; Ctrl-C ends it\n",
	       r->config->folder,
	       r->config->keep_text ? ", with their texts" : "");
	fflush(stdout);
	if (!pass_is_loopback(at->host))
		fprintf(stderr,
			"ccprobe: warning: %s is no loopback address: keys "
			"and prompts pass over it in the clear\n",
			at->host);
}

static int open_server(struct recorder *r, struct fail *f)
{
	char text[ADDRESS_TEXT_LEN], own[ADDRESS_TEXT_LEN + 8];
	struct address at = r->at;
	struct serve_config config = {
		.host = at.host,
		.port = at.port,
		.body_limit = PASS_BODY_LIMIT,
		.connections_limit = PASS_CONNECTIONS,
	};

	r->pass = (struct pass){ .fetcher = r->fetcher,
				 .origin = r->origin,
				 .peer = "upstream",
				 .tls = r->config->tls,
				 .watch = &record_watch,
				 .arg = r };
	if (serve_new(&r->serve, r->loop, &config, &pass_handler, &r->pass, f) <
	    0)
		return -1;
	at.port = serve_port(r->serve);
	snprintf(own, sizeof(own), "http://%s", address_write(&at, text));
	if (record_folder_open(&r->folder, r->config->folder,
			       r->config->keep_text, f) < 0)
		return -1;
	announce(r, &at, own);
	return 0;
}

/* ---- from start to end ---- */

static void on_signal(void *arg)
{
	struct recorder *r = arg;

	r->pass.over = true;
	loop_stop(r->loop);
}

static int open_loop(struct recorder *r, struct fail *f)
{
	if (loop_new(&r->loop, f) < 0 ||
	    loop_on_end(r->loop, on_signal, r, f) < 0)
		return -1;
	return fetcher_new(&r->fetcher, r->loop, f);
}

static int write_script(struct recorder *r, struct fail *f)
{
	struct buf text = BUF_INIT(BUF_NO_LIMIT);
	int rc;

	if (r->answers == 0)
		return 0;
	record_script_write(&r->script, &text);
	rc = record_folder_write(&r->folder, RECORD_ANSWERS "/script.json",
				 buf_span(&text), f);
	buf_clear(&text);
	return rc;
}

static const char *many(size_t n)
{
	return n == 1 ? "" : "s";
}

static void summary(const struct recorder *r)
{
	const char *folder = r->config->folder;

	if (r->requests == 0) {
		printf("\nno request came; %s\n",
		       r->folder.made ? "the folder is removed again"
				      : "the folder is unchanged");
		return;
	}
	printf("\n%zu request%s in %s", r->requests, many(r->requests), folder);
	if (r->refused > 0)
		printf(", %zu more not stored", r->refused);
	printf(", %" PRIu64 " bytes\n", r->folder.bytes);
	if (r->answers > 0)
		printf("%zu answer%s: ccmock --root %s/" RECORD_ANSWERS
		       " %s/" RECORD_ANSWERS "/script.json\n",
		       r->answers, many(r->answers), folder, folder);
	if (r->config->keep_text)
		printf("the texts were kept: do not share this folder or put "
		       "it into a suite\n");
}

static void recorder_clear(struct recorder *r)
{
	serve_free(r->serve);
	if (r->mock)
		mock_free(r->mock);
	fetcher_free(r->fetcher);
	if (r->loop)
		loop_free(r->loop);
	record_folder_close(&r->folder);
	scrub_free(r->scrub);
	buf_clear(&r->script);
	free(r->origin);
}

int record_run(const struct record_config *config, struct fail *f)
{
	struct recorder r = { .config = config,
			      .folder = { .fd = -1 },
			      .script = BUF_INIT(BUF_NO_LIMIT),
			      .next = 1 };
	int rc = -1;

	r.scrub = scrub_new(config->keep_text);
	if (open_loop(&r, f) == 0 && open_upstream(&r, f) == 0 &&
	    open_server(&r, f) == 0) {
		loop_run(r.loop);
		/* ends what is under way, and tells of it */
		serve_free(r.serve);
		r.serve = NULL;
		rc = write_script(&r, &r.broken);
		if (r.broken.code != FAIL_OK)
			rc = fail_copy(f, &r.broken);
		summary(&r);
	}
	recorder_clear(&r);
	return rc;
}
