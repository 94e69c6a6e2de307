/* Sends one request after the other to the collector. */
#include "gateway/ledger/push.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gateway/ledger/metrics.h"
#include "net/fetch.h"
#include "net/say.h"
#include "wire/bytes/mem.h"

enum { PATIENCE_MS = 10000, ANSWER_LIMIT = 64 * 1024 };

struct push {
	struct ledger_files *ledger;
	const struct ledger_config *config;
	char *origin, *target; /* of the collector */
	struct loop *loop;
	struct fetcher *fetcher;
	struct fetch *fetch; /* NULL: none is under way */
	struct loop_timer next;
	struct headers headers;
	struct buf body;
	uint64_t since;
	int status;
	bool complained;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void on_next(void *arg);

static void wait(struct push *p)
{
	loop_timer_set(p->loop, &p->next,
		       loop_now() + p->config->otlp_ms * TICK_MS, on_next, p);
}

/* Logs a failure once, until it has worked again. */
static void complain(struct push *p, const char *why)
{
	struct buf line = BUF_INIT(BUF_NO_LIMIT);

	if (!p->complained) {
		buf_addf(&line, "ccgate: metrics do not reach 'otlp': %s\n",
			 why);
		say_line(buf_span(&line));
	}
	p->complained = true;
	buf_clear(&line);
}

static void on_head(void *arg, struct fetch *ft, const struct http_head *head)
{
	struct push *p = arg;

	(void)ft;
	p->status = head->status;
}

static void on_end(void *arg, struct fetch *ft, const struct fetch_end *e)
{
	struct push *p = arg;
	struct buf why = BUF_INIT(BUF_NO_LIMIT);

	(void)ft;
	p->fetch = NULL;
	if (e->end != END_CLEAN)
		complain(p, e->text);
	else if (p->status < 200 || p->status >= 300) {
		buf_addf(&why, "status %d", p->status);
		complain(p, buf_str(&why));
	} else {
		p->complained = false;
	}
	buf_clear(&why);
	wait(p);
}

static const struct fetch_handler handler = { .on_head = on_head,
					      .on_end = on_end };

static void on_next(void *arg)
{
	struct push *p = arg;
	struct fail f = FAIL_INIT;
	struct fetch_request r = {
		.origin = p->origin,
		.method = "POST",
		.target = p->target,
		.headers = &p->headers,
		.has_body = true,
		.body_lent = true,
		.keep_alive = true,
		.connect_ms = PATIENCE_MS,
		.head_ms = PATIENCE_MS,
		.idle_ms = PATIENCE_MS,
		.body_limit = ANSWER_LIMIT,
	};

	buf_reset(&p->body);
	metrics_otlp(ledger_counters(p->ledger), ledger_lost(p->ledger),
		     p->since, now_ns(), &p->body);
	r.body = buf_span(&p->body);
	p->status = 0;
	if (fetch_start(&p->fetch, p->fetcher, &r, &handler, p, &f) < 0) {
		complain(p, f.text);
		wait(p);
	}
}

/* Splits the URL: its path is the target, or the usual target of collectors if
 * it has none. */
static void split(struct push *p, struct span url)
{
	size_t host = span_find(url, span_of("://")) + strlen("://");
	size_t slash = span_find_byte(span_skip(url, host), '/');
	struct span target = SPAN_EMPTY;

	if (slash != SIZE_MAX)
		target = span_skip(url, host + slash);
	p->origin = span_dup(span_first(url, url.len - target.len));
	p->target = span_dup(target.len > 1 ? target : span_of("/v1/metrics"));
}

int push_new(struct push **out, struct loop *l, struct ledger_files *ledger,
	     const struct ledger_config *c, struct fail *f)
{
	struct push *p = xcalloc(1, sizeof(*p));

	p->ledger = ledger;
	p->config = c;
	p->loop = l;
	p->since = now_ns();
	split(p, span_of(c->otlp));
	buf_init(&p->body, BUF_NO_LIMIT);
	headers_add_text(&p->headers, "content-type", "application/json");
	for (size_t i = 0; i < c->otlp_headers.count; i++)
		headers_add_text(&p->headers, c->otlp_headers.list[i].name,
				 c->otlp_headers.list[i].value);
	if (fetcher_new(&p->fetcher, l, f) < 0) {
		push_free(p);
		return -1;
	}
	wait(p);
	*out = p;
	return 0;
}

void push_free(struct push *p)
{
	if (!p)
		return;
	loop_timer_clear(p->loop, &p->next);
	fetcher_free(p->fetcher);
	headers_clear(&p->headers);
	buf_clear(&p->body);
	free(p->origin);
	free(p->target);
	free(p);
}
