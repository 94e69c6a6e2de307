/* The control port of a ccmock: its routes and the runs that it armed. */
#include "mockupstream/control.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "mockupstream/control_guard.h"
#include "mockupstream/control_query.h"
#include "wire/bytes/mem.h"

#define BODY_LIMIT_BYTES ((size_t)64 * 1024 * 1024)

enum { RUNS_LIMIT = 10000 };

struct armed {
	uint64_t run;
	struct rules *rules; /* ours */
};

struct control {
	struct control_config config;
	struct serve *serve;
	struct armed *armed;
	size_t armed_count;
};

/* One request to the control port, and its answer. */
struct control_call {
	struct control *control;
	struct visit *visit;
	struct control_query query;
	struct headers headers;
	struct buf text;
};

/* ---- answers ---- */

static void answer(struct control_call *c, int status, const char *type)
{
	headers_add_text(&c->headers, "content-type", type);
	visit_answer(c->visit, status, &c->headers, buf_span(&c->text));
}

static void refuse(struct control_call *c, int status, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

static void refuse(struct control_call *c, int status, const char *fmt, ...)
{
	char text[640];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_reset(&c->text);
	buf_add_text(&c->text, "{\"error\":");
	jscan_quote(&c->text, span_of(text));
	buf_add_text(&c->text, "}\n");
	answer(c, status, "application/json");
}

/* ---- armed runs ---- */

static struct armed *armed_find(struct control *c, uint64_t run)
{
	for (size_t i = 0; i < c->armed_count; i++)
		if (c->armed[i].run == run)
			return &c->armed[i];
	return NULL;
}

/* Arms a run; takes the rules over. */
static void arm(struct control *c, uint64_t run, struct rules *rules)
{
	struct armed *a = armed_find(c, run);
	struct rules *old = a ? a->rules : NULL;

	if (!a) {
		c->armed = xrealloc(c->armed,
				    (c->armed_count + 1) * sizeof(*c->armed));
		a = &c->armed[c->armed_count++];
		a->run = run;
	}
	mock_arm(c->config.mock, run, rules);
	a->rules = rules;
	rules_free(old);
}

static void disarm_all(struct control *c)
{
	for (size_t i = 0; i < c->armed_count; i++) {
		mock_disarm(c->config.mock, c->armed[i].run);
		rules_free(c->armed[i].rules);
	}
	free(c->armed);
	c->armed = NULL;
	c->armed_count = 0;
}

/* ---- routes ---- */

static void do_arm(struct control_call *c)
{
	struct fail f = FAIL_INIT;
	struct json *j = NULL;
	struct rules *rules = NULL;

	if (c->control->armed_count == RUNS_LIMIT &&
	    !armed_find(c->control, c->query.run)) {
		refuse(c, 409, "%d runs are armed; reset first", RUNS_LIMIT);
		return;
	}
	if (json_parse(&j, "body", visit_body(c->visit), &f) < 0 ||
	    rules_read_script(&rules, j, c->control->config.root, &f) < 0) {
		json_free(j);
		refuse(c, 400, "%s", f.text);
		return;
	}
	json_free(j);
	buf_addf(&c->text, "{\"run\":\"%016llx\",\"rules\":%zu}\n",
		 (unsigned long long)c->query.run, rules->count);
	arm(c->control, c->query.run, rules);
	answer(c, 200, "application/json");
}

static void do_release(struct control_call *c)
{
	if (c->query.hold[0] == '\0')
		refuse(c, 400, "which hold? add hold=u1.name to the query");
	else if (mock_release(c->control->config.mock, c->query.run,
			      c->query.hold) < 0)
		refuse(c, 404, "run %016llx has no hold '%s'",
		       (unsigned long long)c->query.run, c->query.hold);
	else {
		buf_add_text(&c->text, "{\"released\":");
		jscan_quote(&c->text, span_of(c->query.hold));
		buf_add_text(&c->text, "}\n");
		answer(c, 200, "application/json");
	}
}

static void do_reset(struct control_call *c)
{
	struct control *control = c->control;

	disarm_all(control);
	mock_arm(control->config.mock, 0, control->config.script);
	journal_reset(control->config.journal);
	buf_add_text(&c->text, "{\"reset\":true}\n");
	answer(c, 200, "application/json");
}

static struct journal_query query_of(const struct control_call *c)
{
	return (struct journal_query){ .by_run = c->query.has_run,
				       .run = c->query.run,
				       .since = c->query.since };
}

static void add_number(struct control_call *c, const char *name, uint64_t n)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	headers_add_text(&c->headers, name, digits);
}

static void do_journal(struct control_call *c)
{
	const struct journal *j = c->control->config.journal;
	struct journal_query q = query_of(c);

	add_number(c, "x-journal-next", journal_write(j, &q, &c->text));
	add_number(c, "x-journal-first", journal_first(j));
	answer(c, 200, "application/x-ndjson");
}

static void do_requests(struct control_call *c)
{
	struct journal_query q = query_of(c);

	journal_requests(c->control->config.journal, &q, &c->text);
	answer(c, 200, "application/json");
}

static void do_health(struct control_call *c)
{
	buf_addf(&c->text,
		 "{\"ok\":true,\"version\":\"%s\",\"open\":%zu,"
		 "\"journal_file\":\"%s\"}\n",
		 CCPROBE_VERSION, mock_open(c->control->config.mock),
		 journal_is_broken(c->control->config.journal) ? "broken"
							       : "ok");
	answer(c, 200, "application/json");
}

struct control_route {
	const char *method, *path;
	void (*run)(struct control_call *c);
};

static const struct control_route routes[] = {
	{ "POST", "/arm", do_arm },          { "POST", "/release", do_release },
	{ "POST", "/reset", do_reset },      { "GET", "/journal", do_journal },
	{ "GET", "/requests", do_requests }, { "GET", "/health", do_health },
};

enum { ROUTES = sizeof(routes) / sizeof(routes[0]) };

/* ---- requests ---- */

static int read_query(struct control_call *c)
{
	struct fail f = FAIL_INIT;

	if (control_query_read(&c->query, span_of(visit_head(c->visit)->target),
			       &f) == 0)
		return 0;
	refuse(c, 400, "%s", f.text);
	return -1;
}

static void dispatch(struct control_call *c)
{
	const struct http_head *head = visit_head(c->visit);
	struct span path = visit_path(c->visit);
	bool known = false;

	for (size_t i = 0; i < ROUTES; i++) {
		if (!span_is(path, routes[i].path))
			continue;
		known = true;
		if (strcmp(head->method, routes[i].method) != 0)
			continue;
		if (read_query(c) == 0)
			routes[i].run(c);
		return;
	}
	if (known)
		refuse(c, 405, "%s is not for %.*s", head->method,
		       SPAN_ARG(path));
	else
		refuse(c, 404, "no such route: %.*s",
		       SPAN_ARG(span_first(path, 100)));
}

static void on_request(void *arg, struct visit *v)
{
	const struct control_config *config = &((struct control *)arg)->config;
	const struct control_names names = { .bound = config->host,
					     .list = config->names,
					     .count = config->names_count };
	struct buf why = BUF_INIT(1024);
	struct control_call c = { .control = arg,
				  .visit = v,
				  .text = BUF_INIT(BUF_NO_LIMIT) };

	if (control_guard(visit_head(v), &names, &why))
		refuse(&c, 403, "%s", buf_str(&why));
	else if (visit_too_large(v))
		refuse(&c, 413, "the body is larger than 64 MiB");
	else
		dispatch(&c);
	headers_clear(&c.headers);
	buf_clear(&c.text);
	buf_clear(&why);
}

static const struct serve_handler handler = { .on_request = on_request };

int control_new(struct control **out, struct loop *l,
		const struct control_config *config, struct fail *f)
{
	struct control *c = xcalloc(1, sizeof(*c));
	struct serve_config serve = { .host = config->host,
				      .port = config->port,
				      .body_limit = BODY_LIMIT_BYTES };

	c->config = *config;
	if (serve_new(&c->serve, l, &serve, &handler, c, f) < 0) {
		free(c);
		return -1;
	}
	mock_arm(config->mock, 0, config->script);
	*out = c;
	return 0;
}

void control_free(struct control *c)
{
	if (!c)
		return;
	serve_free(c->serve);
	disarm_all(c);
	free(c);
}

uint16_t control_port(const struct control *c)
{
	return serve_port(c->serve);
}
