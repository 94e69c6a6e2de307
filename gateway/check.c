/*
 * Checks a configuration. With --connect the upstream is asked for the first
 * model of its list, or for something like it: that shows whether the name, the
 * connection, TLS and the key are good, and no provider bills it.
 */
#include "gateway/check.h"

#include <stdio.h>

#include "gateway/log.h"
#include "gateway/policy.h"
#include "gateway/sign.h"
#include "net/fetch.h"

enum { PATIENCE_MS = 30000, BODY_LIMIT = 1024 * 1024 };

static const char *target_of(const struct provider *p)
{
	switch (p->format) {
	case PROVIDER_BEDROCK:
		return "/inference-profiles?maxResults=1";
	case PROVIDER_VERTEX: /* its own list has no models of ours */
		return "/v1/publishers/anthropic/models";
	default:
		return "/v1/models?limit=1";
	}
}

struct check_ask {
	struct loop *loop;
	int status; /* 0: no answer */
	struct fetch_end end;
};

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct check_ask *a = arg;

	(void)ft;
	a->status = head->status;
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *end)
{
	struct check_ask *a = arg;

	(void)ft;
	a->end = *end;
	loop_stop(a->loop);
}

static const struct fetch_handler handler = { .on_head = on_head,
					      .on_end = on_end };

static uint32_t patience(const struct provider *p)
{
	return p->head_ms > 0 && p->head_ms < PATIENCE_MS ? p->head_ms
							  : PATIENCE_MS;
}

static int ask(struct check_ask *a, const struct provider *p, struct fail *f)
{
	struct fetcher *fetcher = NULL;
	struct headers none = { 0 }, headers = { 0 };
	struct fetch_request r = {
		.origin = p->url,
		.method = "GET",
		.target = target_of(p),
		.headers = &headers,
		.tls = { .ca_file = p->ca_file },
		.certificate = true,
		.connect_ms = p->connect_ms,
		.head_ms = patience(p),
		.idle_ms = patience(p),
		.body_limit = BODY_LIMIT,
	};
	struct fetch *ft;
	int rc = -1;

	headers_add_text(&none, "anthropic-version", "2023-06-01");
	if (policy_request(&none, p, &headers) == 0 &&
	    sign_request(p, &r, &headers, f) == 0 &&
	    loop_new(&a->loop, f) == 0 &&
	    fetcher_new(&fetcher, a->loop, f) == 0 &&
	    fetch_start(&ft, fetcher, &r, &handler, a, f) == 0) {
		loop_run(a->loop);
		rc = 0;
	}
	fetcher_free(fetcher);
	if (a->loop)
		loop_free(a->loop);
	headers_clear(&none);
	headers_clear(&headers);
	return rc;
}

/* ---- what it means ---- */

static const char *stage_words(const struct fetch_end *end)
{
	switch (end->stage) {
	case STAGE_NAME:
		return "its name is not found";
	case STAGE_CONNECT:
		return "there is no connection";
	case STAGE_TLS:
		return "there is a connection, but no TLS";
	default:
		return "there is a connection, but no answer";
	}
}

/* What to say beside the stage; nothing for a connection that was refused. */
static const char *detail_of(const struct fetch_end *end)
{
	bool is_said = end->end == END_REFUSED && (end->stage == STAGE_NAME ||
						   end->stage == STAGE_CONNECT);

	return is_said ? "" : end->text;
}

static void say(const struct provider *p, const char *what, const char *detail)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (p->name)
		buf_addf(&line, "%s, ", p->name);
	buf_addf(&line, "%s: %s%s%s", p->url, what, detail[0] ? ": " : "",
		 detail);
	log_print(stdout, buf_str(&line));
	buf_clear(&line);
}

static void say_good(const char *path)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	buf_addf(&line, "%s: no mistakes", path);
	log_print(stdout, buf_str(&line));
	buf_clear(&line);
}

static enum check_result judge(const struct check_ask *a,
			       const struct provider *p)
{
	char what[160];
	bool refused = a->status == 401 || a->status == 403;
	bool good = a->status >= 200 && a->status < 500 &&
		    (!refused || p->scheme == KEY_CLIENT) &&
		    (a->status < 300 || a->status >= 400);
	const char *means = p->scheme == KEY_CLIENT && refused
				    ? "it answers; the key is each client's"
			    : a->status < 300 ? "the key is accepted"
			    : refused         ? "the key is refused"
			    : a->status < 400 ? "redirects are not followed"
			    : a->status == 429
				    ? "the key is known, its limit is "
				      "reached"
			    : a->status < 500 ? "it has no list of models, so "
						"the key was not tried"
					      : "it has an error of its own";

	if (a->status == 0) {
		say(p, stage_words(&a->end), detail_of(&a->end));
		return CHECK_NO_UPSTREAM;
	}
	snprintf(what, sizeof(what), "GET %s is answered %d: %s", target_of(p),
		 a->status, means);
	say(p, what, "");
	return good ? CHECK_GOOD : CHECK_NO_UPSTREAM;
}

static enum check_result connect_upstream(const struct provider *p)
{
	struct check_ask a = { .status = 0 };
	struct fail f = FAIL_INIT;

	if (ask(&a, p, &f) == 0)
		return judge(&a, p);
	say(p, "it cannot be asked", f.text);
	return CHECK_NO_UPSTREAM;
}

/* Asks each provider, whatever the others answered. */
static enum check_result connect_all(const struct config *c)
{
	enum check_result result = CHECK_GOOD;

	if (!c->pool)
		return connect_upstream(&c->upstream);
	for (size_t i = 0; i < c->pool->count; i++)
		if (connect_upstream(&c->pool->list[i]) != CHECK_GOOD)
			result = CHECK_NO_UPSTREAM;
	return result;
}

static void print_mistakes(const struct mistakes *m)
{
	size_t shown = m->count < MISTAKES_LIMIT ? m->count : MISTAKES_LIMIT;

	for (size_t i = 0; i < shown; i++)
		log_print(stderr, m->list[i].text);
	fprintf(stderr, "%zu mistake%s\n", m->count, m->count == 1 ? "" : "s");
}

enum check_result check_run(const struct options *o)
{
	struct config *c = config_new();
	struct mistakes wrong = { .count = 0 };
	enum check_result result = CHECK_GOOD;

	options_configure(o, c, &wrong);
	if (wrong.count > 0) {
		print_mistakes(&wrong);
		result = CHECK_WRONG;
	} else {
		say_good(o->config);
		if (o->connect)
			result = connect_all(c);
	}
	config_drop(c);
	return result;
}
